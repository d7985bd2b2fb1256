package config

import (
	"sotto/engine/protocol/bt"
)

// checkDiff reads over a diff and checks it (docs/protocol/config-messages.md
// §3, §4): values are "", "-", diffs, or pairs of ascending lists of scalars.
func checkDiff(r *bt.Reader) error {
	if err := r.EnterDict(); err != nil {
		return err
	}
	for r.More() {
		if _, err := r.Key(); err != nil {
			return err
		}
		var err error
		switch r.Peek() {
		case bt.KindDict:
			err = checkDiff(r)
		case bt.KindList:
			err = checkSetDiff(r)
		case bt.KindInt:
			err = errDiff
		default:
			var marker []byte
			marker, err = r.Bytes()
			if err == nil && len(marker) != 0 && string(marker) != "-" {
				err = errDiff
			}
		}
		if err != nil {
			return err
		}
	}
	return r.Leave()
}

func checkSetDiff(r *bt.Reader) error {
	if err := r.EnterList(); err != nil {
		return err
	}
	for range 2 {
		if err := r.EnterList(); err != nil {
			return err
		}
		var last entry
		for r.More() {
			e, err := readElement(r)
			if err != nil {
				return err
			}
			if last.kind != 0 && compareElement(&last, &e) >= 0 {
				return errSet
			}
			last = e
		}
		if err := r.Leave(); err != nil {
			return err
		}
	}
	return r.Leave()
}

func readElement(r *bt.Reader) (entry, error) {
	switch r.Peek() {
	case bt.KindInt:
		v, err := r.Int()
		return intEntry(v), err
	case bt.KindDict, bt.KindList:
		return entry{}, errSet
	}
	v, err := r.Bytes()
	return stringEntry(string(v)), err
}

// diffOf returns the encoded diff that leads from one tree to another.
func diffOf(from, to *dict) string {
	b, _ := appendDiff(nil, from, to)
	return string(b)
}

// appendDiff appends the diff between two dicts and reports whether there is
// any: without one it still is an empty dict.
func appendDiff(b []byte, from, to *dict) ([]byte, bool) {
	b = append(b, 'd')
	if from == to {
		return append(b, 'e'), false
	}
	old, now := from.entries, to.entries
	changed := false
	for len(old) > 0 || len(now) > 0 {
		mark := len(b)
		did := true
		switch {
		case len(old) == 0 || len(now) > 0 && now[0].key < old[0].key:
			b = appendKey(b, now[0].key)
			b = appendWhole(b, &now[0], `0:`, true)
			now = now[1:]
		case len(now) == 0 || old[0].key < now[0].key:
			b = appendKey(b, old[0].key)
			b = appendWhole(b, &old[0], `1:-`, false)
			old = old[1:]
		default:
			o, n := &old[0], &now[0]
			b = appendKey(b, n.key)
			switch {
			case !o.sameKind(n):
				// A new value of another kind replaces the old one.
				b = appendWhole(b, n, `0:`, true)
			case n.kind == kindDict:
				b, did = appendDiff(b, o.sub, n.sub)
			case n.kind == kindSet:
				b, did = appendSetDiff(b, o.sub, n.sub)
			case o.equal(n):
				did = false
			default:
				b = append(b, `0:`...)
			}
			old, now = old[1:], now[1:]
		}
		if did {
			changed = true
		} else {
			b = b[:mark]
		}
	}
	return append(b, 'e'), changed
}

// appendWhole appends the diff of a value that is new or gone.
func appendWhole(b []byte, e *entry, marker string, isNew bool) []byte {
	switch e.kind {
	case kindDict:
		b = append(b, 'd')
		for i := range e.sub.entries {
			b = appendKey(b, e.sub.entries[i].key)
			b = appendWhole(b, &e.sub.entries[i], marker, isNew)
		}
		return append(b, 'e')
	case kindSet:
		b = append(b, 'l')
		if !isNew {
			b = append(b, "le"...)
		}
		b = appendSet(b, e.sub.entries)
		if isNew {
			b = append(b, "le"...)
		}
		return append(b, 'e')
	}
	return append(b, marker...)
}

func appendSetDiff(b []byte, from, to *dict) ([]byte, bool) {
	if from == to {
		return b, false
	}
	added, removed := without(to.entries, from.entries), without(from.entries, to.entries)
	if len(added) == 0 && len(removed) == 0 {
		return b, false
	}
	b = append(b, 'l')
	b = appendSet(b, added)
	b = appendSet(b, removed)
	return append(b, 'e'), true
}

// without returns the elements of the first set that are not in the second.
func without(set, other []entry) []entry {
	var out []entry
	for i := range set {
		for len(other) > 0 && compareElement(&other[0], &set[i]) < 0 {
			other = other[1:]
		}
		if len(other) == 0 || compareElement(&other[0], &set[i]) != 0 {
			out = append(out, set[i])
		}
	}
	return out
}
