package config

import (
	"bytes"
	"fmt"
	"slices"

	"sotto/engine/protocol/bt"
)

// Dump returns the whole state, for a constructor to take back
// (docs/protocol/config-messages.md §5). It holds what the config holds in the
// clear, so it is as secret as the account.
//
//	d 1:! i<state>e  1:$ <message, not signed by us>  1:( l<current hashes>e
//	  1:) l<obsolete hashes>e  1:* d<final hash> <parts> … e  1:+ d<local data>e e
func (c *Config) Dump() []byte {
	c.needsDump = false
	c.settled()
	w := bt.NewWriter(len(c.msg.text) + 512)
	w.Dict()
	w.Key("!")
	w.Int(int64(c.state))
	w.Key("$")
	if c.sign != nil {
		w.String(c.msg.unsigned())
	} else {
		w.String(c.msg.text)
	}
	w.Key("(")
	writeStrings(w, c.current)
	w.Key(")")
	writeStrings(w, c.old)
	if c.ReadOnly() {
		c.old = nil // a member deletes nothing
	}
	w.Key("*")
	c.writeParts(w)
	w.Key("+")
	w.Dict()
	for _, l := range c.local {
		w.Key(l.key)
		w.Raw([]byte(l.raw))
	}
	w.End()
	w.End()
	out, err := w.Finish()
	if err != nil {
		panic("config: dump: " + err.Error())
	}
	return out
}

func writeStrings(w *bt.Writer, list []string) {
	w.List()
	for _, s := range list {
		w.String(s)
	}
	w.End()
}

func (c *Config) writeParts(w *bt.Writer) {
	w.Dict()
	for _, set := range c.sortedParts() {
		w.Key(string(set.final[:]))
		w.Dict()
		w.Key("#")
		w.Int(int64(set.count))
		w.Key("T")
		w.Int(set.expiry)
		if set.count > 0 {
			w.Key("p")
			w.List()
			for _, p := range set.parts {
				w.Dict()
				w.Key("#")
				w.Int(int64(p.index))
				w.Key("M")
				w.String(p.hash)
				w.Key("d")
				w.Bytes(p.data)
				w.End()
			}
			w.End()
		}
		w.End()
	}
	w.End()
}

// load reads a dump. One of a dirty config loses a seqno: what was serialized of
// it before, if it ever was, is then simply an earlier revision.
func (c *Config) load(dump []byte) error {
	value, err := bt.Decode(dump, unlimited)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDump, err)
	}
	d, ok := value.(bt.Dict)
	if !ok {
		return ErrDump
	}
	state, _ := d.Get("!")
	number, ok := state.(bt.Int)
	if !ok || number < 0 || State(number) > Waiting {
		return ErrDump
	}
	text, _ := d.Get("$")
	plain, ok := text.(bt.String)
	if !ok {
		return ErrDump
	}
	m, err := parse([]byte(plain), unlimited, nil, true)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDump, err)
	}
	if c.sign != nil && m.signature == "" && m.seqno != 0 {
		// What is in the swarm is signed, and its hash is over the signature.
		m.changed()
		m.serialize(c.sign)
	}
	m.serialize(nil)
	c.msg, c.state = m, State(number)
	if c.state == Dirty {
		if c.ReadOnly() {
			return ErrDump
		}
		c.msg = m.increment()
		c.orig = m.data
		c.edition++
	}
	current, _ := d.Get("(")
	if one, ok := current.(bt.String); ok && one != "" {
		current = bt.List{one} // an older form
	}
	c.current = stringsOf(current)
	obsolete, _ := d.Get(")")
	c.old = stringsOf(obsolete)
	slices.Sort(c.old)
	c.old = slices.Compact(c.old)
	parts, _ := d.Get("*")
	if err := c.loadParts(parts); err != nil {
		return err
	}
	if local, ok := d.Get("+"); ok {
		entries, ok := local.(bt.Dict)
		if !ok {
			return ErrDump
		}
		for _, e := range entries {
			raw, err := bt.Encode(e.Value)
			if err != nil {
				return fmt.Errorf("%w: %w", ErrDump, err)
			}
			c.local = append(c.local, rawKey{e.Key, string(raw)})
		}
	}
	return nil
}

func stringsOf(v bt.Value) []string {
	list, _ := v.(bt.List)
	var out []string
	for _, e := range list {
		if s, ok := e.(bt.String); ok && s != "" {
			out = append(out, string(s))
		}
	}
	return out
}

func (c *Config) loadParts(v bt.Value) error {
	if v == nil {
		return nil
	}
	sets, ok := v.(bt.Dict)
	if !ok || len(sets) > maxPartSets {
		return ErrDump
	}
	for _, e := range sets {
		body, ok := e.Value.(bt.Dict)
		if !ok || len(e.Key) != 32 {
			return ErrDump
		}
		set := &partSet{final: [32]byte([]byte(e.Key))}
		count, _ := body.Get("#")
		expiry, _ := body.Get("T")
		n, ok1 := count.(bt.Int)
		t, ok2 := expiry.(bt.Int)
		if !ok1 || !ok2 || n < 0 || n > 255 {
			return ErrDump
		}
		set.count, set.expiry = int(n), int64(t)
		list, _ := body.Get("p")
		parts, _ := list.(bt.List)
		for _, v := range parts {
			p, ok := v.(bt.Dict)
			if !ok {
				return ErrDump
			}
			index, _ := p.Get("#")
			hash, _ := p.Get("M")
			data, _ := p.Get("d")
			i, ok1 := index.(bt.Int)
			h, ok2 := hash.(bt.String)
			b, ok3 := data.(bt.String)
			if !ok1 || !ok2 || !ok3 || i < 0 || int(i) >= set.count {
				return ErrDump
			}
			set.parts = append(set.parts, part{int(i), string(h), bytes.Clone([]byte(b))})
			set.size += len(b)
		}
		if !slices.IsSortedFunc(set.parts, func(a, b part) int { return a.index - b.index }) || len(set.parts) > set.count {
			return ErrDump
		}
		c.parts[set.final] = set
	}
	return nil
}
