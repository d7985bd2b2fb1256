package config

import (
	"slices"
	"strings"
)

type kind uint8

const (
	kindInt kind = iota + 1
	kindString
	kindDict
	kindSet
)

// entry is a key of a dict with its value, or an element of a set (without key).
type entry struct {
	key  string
	text string // kindString
	num  int64  // kindInt
	sub  *dict  // kindDict, kindSet
	kind kind
}

func intEntry(v int64) entry     { return entry{kind: kindInt, num: v} }
func stringEntry(v string) entry { return entry{kind: kindString, text: v} }

// scalar reports whether e is an integer or a string.
func (e *entry) scalar() bool { return e.kind == kindInt || e.kind == kindString }

// sameKind reports whether a diff treats both as the same fundamental type:
// integers and strings are one.
func (e *entry) sameKind(o *entry) bool {
	return e.kind == o.kind || e.scalar() && o.scalar()
}

func (e *entry) equal(o *entry) bool {
	if e.kind != o.kind {
		return false
	}
	switch e.kind {
	case kindInt:
		return e.num == o.num
	case kindString:
		return e.text == o.text
	}
	return e.sub.equal(o.sub)
}

// compareElement orders the elements of a set: integers first, then strings.
func compareElement(a, b *entry) int {
	switch {
	case a.kind != b.kind:
		return int(a.kind) - int(b.kind)
	case a.kind == kindString:
		return strings.Compare(a.text, b.text)
	case a.num < b.num:
		return -1
	case a.num > b.num:
		return 1
	}
	return 0
}

// dict is a dict, ascending by key, or a set, ascending by element. It is
// shared between versions of a tree; only the edition that owns it writes to it.
type dict struct {
	entries []entry
	owner   uint64
}

var emptyDict = &dict{}

// find returns where key is, or where it would be.
func (d *dict) find(key string) (int, bool) {
	lo, hi := 0, len(d.entries)
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if d.entries[mid].key < key {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < len(d.entries) && d.entries[lo].key == key
}

// get returns the value of a key, or nil. d may be nil.
func (d *dict) get(key string) *entry {
	if d == nil {
		return nil
	}
	if i, ok := d.find(key); ok {
		return &d.entries[i]
	}
	return nil
}

// The readers below return the zero value for a missing key and for one of
// another kind: data from elsewhere may hold anything.

func (d *dict) int(key string) int64 {
	if e := d.get(key); e != nil && e.kind == kindInt {
		return e.num
	}
	return 0
}

func (d *dict) str(key string) string {
	if e := d.get(key); e != nil && e.kind == kindString {
		return e.text
	}
	return ""
}

func (d *dict) flag(key string) bool { return d.int(key) != 0 }

func (d *dict) positive(key string) int64 { return max(d.int(key), 0) }

func (d *dict) dict(key string) *dict {
	if e := d.get(key); e != nil && e.kind == kindDict {
		return e.sub
	}
	return nil
}

func (d *dict) set(key string) []entry {
	if e := d.get(key); e != nil && e.kind == kindSet {
		return e.sub.entries
	}
	return nil
}

// at follows a path of keys.
func (d *dict) at(path ...string) *dict {
	for _, key := range path {
		if d == nil {
			return nil
		}
		d = d.dict(key)
	}
	return d
}

func (d *dict) len() int {
	if d == nil {
		return 0
	}
	return len(d.entries)
}

func (d *dict) equal(o *dict) bool {
	if d == o {
		return true
	}
	return len(d.entries) == len(o.entries) && slices.EqualFunc(d.entries, o.entries, func(a, b entry) bool {
		return a.key == b.key && a.equal(&b)
	})
}

// prune returns d without the dicts and sets inside that are empty, and d itself
// where there are none. It does not write to d.
func (d *dict) prune() *dict {
	for i := range d.entries {
		e := &d.entries[i]
		if e.sub == nil {
			continue
		}
		sub := e.sub
		if e.kind == kindDict {
			sub = sub.prune()
		}
		if sub == e.sub && len(sub.entries) > 0 {
			continue
		}
		out := &dict{entries: make([]entry, i, len(d.entries))}
		copy(out.entries, d.entries[:i])
		for ; i < len(d.entries); i++ {
			e := d.entries[i]
			if e.kind == kindDict {
				e.sub = e.sub.prune()
			}
			if e.sub == nil || len(e.sub.entries) > 0 {
				out.entries = append(out.entries, e)
			}
		}
		return out
	}
	return d
}
