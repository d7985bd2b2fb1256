package command

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Help writes the list of all commands.
func Help(w io.Writer, program string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "Usage: %s [options] command [options]\n\nCommands:\n", program)
	for i := range table {
		c := &table[i]
		fmt.Fprintf(t, "  %s\t%s\n", c.Words(), c.Help)
	}
	fmt.Fprintf(t, "\nOptions for all commands:\n")
	for i := range Globals {
		writeParam(t, &Globals[i])
	}
	fmt.Fprintf(t, "\n%s COMMAND --help tells more about one. A passphrase is asked for on the terminal or\ntaken from SOTTO_PASSPHRASE (of a backup: SOTTO_BACKUP_PASSPHRASE), the PIN of a security key likewise or from SOTTO_KEY_PIN.\nExit codes: 0 done, 1 error, 2 wrong usage.\n", program)
	return t.Flush()
}

// WriteHelp writes what the command is and takes.
func (c *Command) WriteHelp(w io.Writer, program string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "Usage: %s %s\n\n%s\n", program, c.synopsis(), Sentence(c.Help))
	first := true
	for i := range c.Params {
		p := &c.Params[i]
		if p.Place || p.Hidden {
			continue
		}
		if first {
			fmt.Fprintln(t)
		}
		first = false
		writeParam(t, p)
	}
	return t.Flush()
}

func (c *Command) synopsis() string {
	parts := []string{c.Words()}
	for _, p := range c.Params {
		if p.Hidden {
			continue
		}
		s := p.Option()
		switch {
		case p.Place:
			s = p.Value
		case p.Kind != Switch:
			s += " " + p.value()
		}
		if p.Kind == Texts {
			s += "…"
		}
		if !p.Required {
			s = "[" + s + "]"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " ")
}

func (p *Param) value() string {
	if p.Value == "" {
		return strings.ToUpper(p.Name[:1])
	}
	return p.Value
}

func writeParam(w io.Writer, p *Param) {
	option := p.Option()
	if p.Kind != Switch {
		option += " " + p.value()
	}
	fmt.Fprintf(w, "  %s\t%s\n", option, p.Help)
}
