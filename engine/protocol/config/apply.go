package config

import (
	"slices"

	"sotto/engine/protocol/bt"
)

// applyDiff returns data with a diff applied to it, whose values are those of
// source (docs/protocol/config-messages.md §4, step 6). It writes to none of
// them. Dicts and sets in the result may be empty.
//
// The diff was checked when it was read; where it and the source do not fit
// together a later diff must have replaced the value, so it goes.
func applyDiff(data *dict, diff string, source *dict) *dict {
	if diff == emptyDiff {
		return data
	}
	a := applier{r: bt.NewReader([]byte(diff), bt.Limits{Size: max(len(diff), 1), Elements: len(diff) + 1, Depth: plainLimits.Depth})}
	out := a.dict(data.entries, source.entries)
	if a.r.Err() != nil {
		panic("config: a diff that was checked does not parse: " + a.r.Err().Error())
	}
	return out
}

type applier struct{ r *bt.Reader }

// dict walks over the keys of data, source and diff at once: all ascend.
func (a *applier) dict(data, source []entry) *dict {
	out := make([]entry, 0, len(data)+4)
	a.r.EnterDict()
	for a.r.More() {
		key, _ := a.r.Key()
		for len(data) > 0 && data[0].key < string(key) {
			out = append(out, data[0])
			data = data[1:]
		}
		for len(source) > 0 && source[0].key < string(key) {
			source = source[1:]
		}
		var old, src *entry
		if len(data) > 0 && data[0].key == string(key) {
			old, data = &data[0], data[1:]
		}
		if len(source) > 0 && source[0].key == string(key) {
			src = &source[0]
		}
		if e, keep := a.value(old, src); keep {
			out = append(out, e)
		}
	}
	a.r.Leave()
	return &dict{entries: append(out, data...)}
}

// value applies the diff at one key; keep is false where the key goes.
func (a *applier) value(old, src *entry) (e entry, keep bool) {
	switch a.r.Peek() {
	case bt.KindDict:
		if src == nil || src.kind != kindDict {
			a.r.Skip()
			return entry{}, false
		}
		var below []entry
		if old != nil && old.kind == kindDict {
			below = old.sub.entries
		}
		return entry{key: src.key, kind: kindDict, sub: a.dict(below, src.sub.entries)}, true
	case bt.KindList:
		if src == nil || src.kind != kindSet {
			a.r.Skip()
			return entry{}, false
		}
		var below []entry
		if old != nil && old.kind == kindSet {
			below = old.sub.entries
		}
		return entry{key: src.key, kind: kindSet, sub: a.set(below)}, true
	}
	marker, _ := a.r.Bytes()
	if len(marker) > 0 || src == nil || !src.scalar() {
		return entry{}, false
	}
	return *src, true
}

// set adds all of the first list and then takes away all of the second.
func (a *applier) set(old []entry) *dict {
	elements := slices.Clone(old)
	a.r.EnterList()
	a.r.EnterList()
	for a.r.More() {
		e, _ := readElement(a.r)
		if i, found := findElement(elements, &e); !found {
			elements = slices.Insert(elements, i, e)
		}
	}
	a.r.Leave()
	a.r.EnterList()
	for a.r.More() {
		e, _ := readElement(a.r)
		if i, found := findElement(elements, &e); found {
			elements = slices.Delete(elements, i, i+1)
		}
	}
	a.r.Leave()
	a.r.Leave()
	return &dict{entries: elements}
}

func findElement(elements []entry, e *entry) (int, bool) {
	return slices.BinarySearchFunc(elements, e, func(a entry, b *entry) int { return compareElement(&a, b) })
}
