package command

import (
	"context"
	"strings"

	"sotto/cmd/internal/profile"
	"sotto/engine"
)

// Kind is the type of a parameter.
type Kind uint8

const (
	Text    Kind = iota // a string
	Number              // a whole number, such as a timestamp
	Seconds             // a number of seconds, with a fraction if need be
	Switch              // there or not
	Texts               // several strings: a repeated option, or a JSON array
)

// Param is one parameter. Name is that of the JSON field; the option has dashes
// for underscores.
type Param struct {
	Name     string
	Kind     Kind
	Value    string // placeholder in help: ID, S, FILE
	Required bool
	Place    bool     // given by its place on the command line, without option
	OneOf    []string // the only values allowed
	Help     string
	Path     bool // a file or folder of the caller's
	Hidden   bool // between programs, not for people
}

// Option returns the parameter as it is written on the command line.
func (p Param) Option() string { return "--" + strings.ReplaceAll(p.Name, "_", "-") }

// Command is one entry of the table.
type Command struct {
	Name   string // the method: "account.create"
	Help   string
	Params []Param

	Lines   bool // any number of answers, not exactly one
	Offline bool // answered from the store alone
	Sends   bool // leaves something to be delivered
	Secret  bool // wants the profile's passphrase, also where it is open
	Sealed  bool // wants the passphrase of a backup

	check func(a Args) error
	run   func(ctx context.Context, c *Run) error
}

// Words returns the command as it is typed.
func (c *Command) Words() string { return strings.ReplaceAll(c.Name, ".", " ") }

func (c *Command) param(name string) *Param {
	for i := range c.Params {
		if c.Params[i].Name == name {
			return &c.Params[i]
		}
	}
	return nil
}

// Host finds the engine for commands.
type Host interface {
	// Engine returns the open and running engine, or opens it. For offline it
	// need not run.
	Engine(ctx context.Context, offline bool) (*engine.Engine, error)
	// Create makes the profile.
	Create(ctx context.Context, origin engine.Origin, name string) (*engine.Engine, error)
	// Folder is the profile's.
	Folder() string
}

// KeyHost is a Host that has its user's keys at hand: a terminal, or variables.
type KeyHost interface {
	Keys() profile.Key
}

// Run is one call of a command.
type Run struct {
	Args   Args
	Host   Host
	Remote bool // asked by another process
	emit   func(answer any) error
}

// Do runs the command. Each answer goes to emit, whose error ends it. Errors are
// *UsageError for arguments, everything else has a reason (see NewFailure).
func (c *Command) Do(ctx context.Context, r Run, emit func(answer any) error) error {
	if c.check != nil {
		if err := c.check(r.Args); err != nil {
			return err
		}
	}
	r.emit = emit
	return c.run(ctx, &r)
}

// Find returns the command of a method.
func Find(method string) (*Command, bool) {
	for i := range table {
		if table[i].Name == method {
			return &table[i], true
		}
	}
	return nil, false
}

// Table returns all commands in the order of help.
func Table() []Command { return table }
