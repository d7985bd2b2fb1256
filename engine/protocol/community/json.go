package community

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// Seconds is how community servers write times: Unix seconds with a fraction.
type Seconds float64

// Millis is the time in milliseconds, rounded down; 0 for what is no time.
func (s Seconds) Millis() int64 {
	if !(s > 0 && s < 1e11) {
		return 0
	}
	return int64(math.Floor(float64(s) * 1000))
}

// SecondsOf turns milliseconds into the servers' form.
func SecondsOf(ms int64) Seconds { return Seconds(ms) / 1000 }

// IDList is a list of ids in JSON. Reading leaves out what is no id, and what
// exceeds MaxModerators.
type IDList []identity.ID

// MarshalJSON writes [] for no ids.
func (l IDList) MarshalJSON() ([]byte, error) {
	b := []byte{'['}
	for i, id := range l {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, id.String()...)
		b = append(b, '"')
	}
	return append(b, ']'), nil
}

// UnmarshalJSON reads a list of texts.
func (l *IDList) UnmarshalJSON(doc []byte) error {
	*l = nil
	return elements(doc, func(raw json.RawMessage) error {
		if id, ok := parseID(raw); ok && len(*l) < MaxModerators {
			*l = append(*l, id)
		}
		return nil
	})
}

func parseID(raw json.RawMessage) (identity.ID, bool) {
	if len(raw) != 68 || raw[0] != '"' {
		return identity.ID{}, false
	}
	id, err := identity.ParseID(string(raw[1:67]))
	return id, err == nil
}

// elements calls f with each element of a JSON array. It reads one at a time, so
// that an array of a million nothings costs no memory.
func elements(doc []byte, f func(json.RawMessage) error) error {
	d := json.NewDecoder(bytes.NewReader(doc))
	if err := delim(d, '['); err != nil {
		return err
	}
	for d.More() {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return err
		}
		if err := f(raw); err != nil {
			return err
		}
	}
	return delim(d, ']')
}

// fields is elements for a JSON object.
func fields(doc []byte, f func(name string, raw json.RawMessage) error) error {
	d := json.NewDecoder(bytes.NewReader(doc))
	if err := delim(d, '{'); err != nil {
		return err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return err
		}
		if err := f(name.(string), raw); err != nil {
			return err
		}
	}
	return delim(d, '}')
}

func delim(d *json.Decoder, want json.Delim) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	if t != want {
		return fmt.Errorf("%v instead of %v", t, want)
	}
	return nil
}

// success refuses what is no successful answer within limit bytes.
func success(r onion.V4Response, limit int) error {
	if r.Code < 200 || r.Code > 299 {
		return &StatusError{Code: r.Code, NeedsBlinding: r.Code == 400 && string(r.Body) == textNeedsBlinding}
	}
	if len(r.Body) > limit {
		return ErrTooLarge
	}
	return nil
}

// decode reads a JSON answer into v.
func decode(r onion.V4Response, v any) error {
	if err := success(r, MaxAnswer); err != nil {
		return err
	}
	if err := json.Unmarshal(r.Body, v); err != nil {
		return fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	return nil
}

// decodeList reads a JSON array, at most limit elements of it. f says whether it
// kept the element.
func decodeList(r onion.V4Response, f func(json.RawMessage) error) error {
	if err := success(r, MaxAnswer); err != nil {
		return err
	}
	if err := elements(r.Body, f); err != nil {
		return fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	return nil
}

// decodeBase64 reads standard base64 with or without padding.
func decodeBase64(s string) ([]byte, error) {
	return base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
}

// cut makes a server's text valid UTF-8 of at most limit bytes.
func cut(s string, limit int) string {
	return identity.TruncateName(strings.ToValidUTF8(s, "\ufffd"), limit)
}

// ValidEmoji reports whether s can be a reaction: 1 to 12 code points that
// neither end a path nor are invisible controls.
func ValidEmoji(s string) bool {
	n := utf8.RuneCountInString(s)
	return n > 0 && n <= MaxEmoji && utf8.ValidString(s) &&
		!strings.ContainsFunc(s, func(r rune) bool { return r == '/' || r == '?' || r == '%' || r <= ' ' || r == 0x7f })
}

func encodeBase64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
