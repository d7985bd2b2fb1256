package config

import (
	"slices"
	"strings"
)

// record is a dict inside the data, named by its path, that an accessor writes.
// Writing a value that is there already changes nothing and makes nothing dirty.
// The first error sticks.
type record struct {
	c    *Config
	path []string
	err  error
}

func (c *Config) record(path ...string) *record { return &record{c: c, path: path} }

func (r *record) read() *dict { return r.c.msg.data.at(r.path...) }

func (r *record) put(key string, e entry) {
	if r.err != nil {
		return
	}
	if old := r.read().get(key); old != nil && old.equal(&e) {
		return
	}
	if r.err = r.c.makeDirty(); r.err != nil {
		return
	}
	e.key = key
	d := r.c.ownRoot()
	for _, name := range r.path {
		d = r.c.ownChild(d, name)
	}
	i, found := d.find(key)
	if found {
		d.entries[i] = e
	} else {
		// Keys are often parts of a larger buffer of the caller.
		e.key = strings.Clone(key)
		d.entries = slices.Insert(d.entries, i, e)
	}
}

// remove drops a key, and the dicts above that are empty without it.
func (r *record) remove(key string) {
	if r.err != nil || r.read().get(key) == nil {
		return
	}
	if r.err = r.c.makeDirty(); r.err != nil {
		return
	}
	chain := make([]*dict, 1, len(r.path)+1)
	chain[0] = r.c.ownRoot()
	for _, name := range r.path {
		chain = append(chain, r.c.ownChild(chain[len(chain)-1], name))
	}
	for n := len(chain) - 1; n >= 0; n-- {
		d := chain[n]
		if i, found := d.find(key); found {
			d.entries = slices.Delete(d.entries, i, i+1)
		}
		if len(d.entries) > 0 || n == 0 {
			return
		}
		key = r.path[n-1]
	}
}

func (r *record) text(key, v string) { r.put(key, stringEntry(v)) }

func (r *record) nonEmpty(key, v string) {
	if v == "" {
		r.remove(key)
		return
	}
	r.put(key, stringEntry(v))
}

func (r *record) number(key string, v int64) { r.put(key, intEntry(v)) }

func (r *record) nonZero(key string, v int64) {
	if v == 0 {
		r.remove(key)
		return
	}
	r.put(key, intEntry(v))
}

func (r *record) positive(key string, v int64) {
	if v = max(v, 0); r.read().positive(key) != v {
		r.nonZero(key, v)
	}
}

func (r *record) flag(key string, v bool) {
	switch {
	case r.read().flag(key) == v:
	case v:
		r.put(key, intEntry(1))
	default:
		r.remove(key)
	}
}

// set writes a set from elements in any order; duplicates collapse.
func (r *record) set(key string, elements []entry) {
	if len(elements) == 0 {
		r.remove(key)
		return
	}
	slices.SortFunc(elements, func(a, b entry) int { return compareElement(&a, &b) })
	elements = slices.CompactFunc(elements, func(a, b entry) bool { return compareElement(&a, &b) == 0 })
	r.put(key, entry{kind: kindSet, sub: &dict{entries: elements}})
}

// ownRoot returns the root of the data, to be written to.
func (c *Config) ownRoot() *dict {
	if c.msg.data.owner != c.edition {
		c.msg.data = c.clone(c.msg.data)
	}
	return c.msg.data
}

// ownChild returns the dict under a key of d, made if there is none, to be
// written to.
func (c *Config) ownChild(d *dict, key string) *dict {
	i, found := d.find(key)
	switch {
	case !found:
		e := entry{key: strings.Clone(key), kind: kindDict, sub: &dict{owner: c.edition}}
		d.entries = slices.Insert(d.entries, i, e)
	case d.entries[i].kind != kindDict:
		d.entries[i] = entry{key: d.entries[i].key, kind: kindDict, sub: &dict{owner: c.edition}}
	case d.entries[i].sub.owner != c.edition:
		d.entries[i].sub = c.clone(d.entries[i].sub)
	}
	return d.entries[i].sub
}

func (c *Config) clone(d *dict) *dict {
	entries := make([]entry, len(d.entries), len(d.entries)+2)
	copy(entries, d.entries)
	return &dict{entries: entries, owner: c.edition}
}
