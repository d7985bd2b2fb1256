package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// UsageError is a call that does not fit the table: exit code 2 on the command
// line, "invalid params" in JSON-RPC.
type UsageError struct{ Text string }

func (e *UsageError) Error() string { return e.Text }

func usage(format string, args ...any) error { return &UsageError{fmt.Sprintf(format, args...)} }

// Args are the arguments of a call, checked against the table: string, int64,
// float64, bool and []string.
type Args map[string]any

// Has reports whether an argument was given. A switch that is off was not.
func (a Args) Has(name string) bool {
	v, ok := a[name]
	return ok && v != false
}

// Text returns a Text, empty when not given.
func (a Args) Text(name string) string { s, _ := a[name].(string); return s }

// Texts returns a Texts.
func (a Args) Texts(name string) []string { s, _ := a[name].([]string); return s }

// Number returns a Number, or other when not given.
func (a Args) Number(name string, other int64) int64 {
	if n, ok := a[name].(int64); ok {
		return n
	}
	return other
}

// Seconds returns a Seconds, or other when not given.
func (a Args) Seconds(name string, other time.Duration) time.Duration {
	if s, ok := a[name].(float64); ok {
		return time.Duration(s * float64(time.Second))
	}
	return other
}

const maxSeconds = 10 * 365 * 24 * 60 * 60

// set takes one argument in.
func (a Args) set(p *Param, v any) error {
	switch t := v.(type) {
	case string:
		if len(p.OneOf) > 0 && !slices.Contains(p.OneOf, t) {
			return usage("%s is one of %s", p.Name, strings.Join(p.OneOf, ", "))
		}
	case float64:
		if !(t >= 0 && t <= maxSeconds) {
			return usage("%s is a number of seconds", p.Name)
		}
	case int64:
		if t < 0 {
			return usage("%s is not negative", p.Name)
		}
	}
	a[p.Name] = v
	return nil
}

// finish checks what needs all arguments.
func (a Args) finish(c *Command) error {
	for _, p := range c.Params {
		if p.Required && !a.Has(p.Name) {
			if p.Place {
				return usage("%q needs %s", c.Words(), p.Value)
			}
			return usage("%q needs %s", c.Words(), p.Option())
		}
	}
	return nil
}

// FromJSON reads the parameters of a JSON-RPC call: an object, or nothing.
func (c *Command) FromJSON(params json.RawMessage) (Args, error) {
	args := make(Args)
	if len(params) > 0 {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(params, &fields); err != nil {
			return nil, usage("parameters are an object, by name")
		}
		for name, raw := range fields {
			p := c.param(name)
			if p == nil {
				return nil, usage("%q knows no parameter %q", c.Name, name)
			}
			if bytes.Equal(raw, []byte("null")) {
				continue
			}
			v, err := fromJSON(p, raw)
			if err != nil {
				return nil, err
			}
			if err := args.set(p, v); err != nil {
				return nil, err
			}
		}
	}
	return args, args.finish(c)
}

func fromJSON(p *Param, raw json.RawMessage) (any, error) {
	switch p.Kind {
	case Number:
		return decode[int64](p, raw, "a whole number")
	case Seconds:
		return decode[float64](p, raw, "a number of seconds")
	case Switch:
		return decode[bool](p, raw, "true or false")
	case Texts:
		if one, err := decode[string](p, raw, ""); err == nil {
			return []string{one}, nil
		}
		return decode[[]string](p, raw, "an array of strings")
	default:
		return decode[string](p, raw, "a string")
	}
}

func decode[T any](p *Param, raw json.RawMessage, what string) (v T, err error) {
	if json.Unmarshal(raw, &v) != nil {
		return v, usage("%s is %s", p.Name, what)
	}
	return v, nil
}

// fromText reads an argument of the command line.
func fromText(p *Param, s string) (any, error) {
	switch p.Kind {
	case Number:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return nil, usage("%s is a whole number, not %q", p.Option(), s)
		}
		return n, nil
	case Seconds:
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsNaN(f) {
			return nil, usage("%s is a number of seconds, not %q", p.Option(), s)
		}
		return f, nil
	default:
		return s, nil
	}
}
