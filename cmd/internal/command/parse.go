package command

import (
	"slices"
	"strings"
)

// Line is a command line that was read.
type Line struct {
	Global  Args     // options for all commands
	Command *Command // nil: none was named
	Args    Args
	Help    bool // --help
}

// Globals are the options that stand before or after any command.
var Globals = []Param{
	{Name: "profile", Value: "DIR", Help: "folder of the profile (default: in the system's data folder)"},
	{Name: "network", Value: "mainnet|testnet|local|FILE", Help: "network of a new profile, remembered by it"},
	{Name: "via", Value: "HOST:PORT", Help: "SOCKS5 proxy of a new profile, remembered by it; tor is 127.0.0.1:9050"},
	{Name: "key_file", Value: "FILE", Help: "key file of a profile that has one as second factor"},
	{Name: "json", Kind: Switch, Help: "answer with one JSON object a line"},
	{Name: "log_level", Value: "LEVEL", OneOf: []string{"debug", "info", "warn", "error"}, Help: "what to log on standard error (default: warn)"},
	{Name: "insecure_no_passphrase", Kind: Switch, Help: "make a profile that neither key ring nor passphrase protects"},
}

// Parse reads a command line without the program's name. Errors are
// *UsageError; the Line then has what was understood.
func Parse(args []string) (Line, error) {
	l := Line{Global: make(Args), Args: make(Args)}
	var words []string // before the command is known, then its places
	options := true
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case options && arg == "--":
			options = false
			continue
		case options && (arg == "--help" || arg == "-h"):
			l.Help = true
			continue
		case !options || !strings.HasPrefix(arg, "-") || arg == "-":
			words = append(words, arg)
			if l.Command == nil {
				if l.Command = byWords(words); l.Command != nil {
					words = nil
				}
			}
			continue
		}
		name, value, inline := strings.Cut(arg, "=")
		p, into := l.option(name)
		if p == nil && l.Command == nil && len(words) > 0 {
			return l, unknownCommand(words)
		}
		if p == nil {
			return l, l.unknownOption(name)
		}
		if p.Kind == Switch {
			if inline {
				return l, usage("%s takes no value", name)
			}
			into[p.Name] = true
			continue
		}
		if !inline {
			if i++; i == len(args) {
				return l, usage("%s needs a value", name)
			}
			value = args[i]
		}
		if err := into.addText(p, value); err != nil {
			return l, err
		}
	}
	switch {
	case l.Help:
		if l.Command == nil && len(words) > 0 && !groupOf(words) {
			return l, unknownCommand(words)
		}
		return l, nil
	case l.Command == nil && len(words) == 0:
		return l, usage("no command given")
	case l.Command == nil:
		return l, unknownCommand(words)
	}
	if err := l.places(words); err != nil {
		return l, err
	}
	return l, l.Args.finish(l.Command)
}

func (l *Line) option(name string) (*Param, Args) {
	if l.Command != nil {
		for i := range l.Command.Params {
			if p := &l.Command.Params[i]; !p.Place && !p.Hidden && p.Option() == name {
				return p, l.Args
			}
		}
	}
	for i := range Globals {
		if Globals[i].Option() == name {
			return &Globals[i], l.Global
		}
	}
	return nil, nil
}

func (l *Line) unknownOption(name string) error {
	if l.Command == nil {
		return usage("unknown option %s; options of a command come after it", name)
	}
	return usage("%q knows no option %s", l.Command.Words(), name)
}

func (a Args) addText(p *Param, s string) error {
	v, err := fromText(p, s)
	if err != nil {
		return err
	}
	if p.Kind == Texts {
		return a.set(p, append(a.Texts(p.Name), s))
	}
	if _, twice := a[p.Name]; twice {
		return usage("%s is given twice", p.Option())
	}
	return a.set(p, v)
}

// places hands out arguments without option: each to its parameter, all that
// are left to the last if it takes several.
func (l *Line) places(words []string) error {
	for i := range l.Command.Params {
		p := &l.Command.Params[i]
		if !p.Place {
			continue
		}
		n := min(1, len(words))
		if p.Kind == Texts {
			n = len(words)
		}
		for _, w := range words[:n] {
			if err := l.Args.addText(p, w); err != nil {
				return err
			}
		}
		words = words[n:]
	}
	if len(words) > 0 {
		return usage("%q does not know what to do with %q", l.Command.Words(), words[0])
	}
	return nil
}

// byWords finds the command that has exactly these words.
func byWords(words []string) *Command {
	c, ok := Find(strings.Join(words, "."))
	if !ok || strings.Contains(strings.Join(words, ""), ".") {
		return nil
	}
	return c
}

func groupOf(words []string) bool {
	return len(words) == 1 && slices.ContainsFunc(table, func(c Command) bool {
		return strings.HasPrefix(c.Name, words[0]+".")
	})
}

func unknownCommand(words []string) error {
	var known []string
	for _, c := range table {
		if rest, ok := strings.CutPrefix(c.Name, words[0]+"."); ok {
			known = append(known, rest)
		}
	}
	if len(known) > 0 {
		return usage("%q is followed by one of %s", words[0], strings.Join(known, ", "))
	}
	return usage("there is no command %q", words[0])
}
