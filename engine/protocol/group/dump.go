package group

import (
	"fmt"
	"maps"
	"slices"

	"sotto/engine/protocol/bt"
	"sotto/engine/protocol/identity"
)

// Dump writes the keys for the encrypted store, in the official form
// (protocol/groups.md §3):
//
//	A  list of [generation, hash…]
//	L  list of {g, k, t}
//	P  {c message, g, k}, when a key is pending
func (k *Keys) Dump() []byte {
	w := bt.NewWriter(256)
	w.Dict()
	w.Key("A")
	w.List()
	for _, generation := range slices.Sorted(maps.Keys(k.active)) {
		w.List()
		w.Int(generation)
		for _, hash := range slices.Sorted(maps.Keys(k.active[generation])) {
			w.String(hash)
		}
		w.End()
	}
	w.End()
	w.Key("L")
	w.List()
	for _, key := range k.keys {
		w.Dict()
		w.Key("g")
		w.Int(key.Generation)
		w.Key("k")
		w.Bytes(key.Secret[:])
		w.Key("t")
		w.Int(key.Timestamp)
		w.End()
	}
	w.End()
	if p := k.pending; p != nil {
		w.Key("P")
		w.Dict()
		w.Key("c")
		w.Bytes(p.message)
		w.Key("g")
		w.Int(p.key.Generation)
		w.Key("k")
		w.Bytes(p.key.Secret[:])
		w.End()
	}
	w.End()
	dump, err := w.Finish()
	if err != nil {
		panic("group: " + err.Error()) // keys are written in order
	}
	return dump
}

// LoadKeys reads a Dump. The error is ErrWrongGroup or ErrDump.
func LoadKeys(group identity.ID, me *identity.Account, admin *Secret, dump []byte) (*Keys, error) {
	k, err := NewKeys(group, me, admin)
	if err != nil {
		return nil, err
	}
	r := bt.NewReader(dump, bt.Limits{Elements: 1 << 16})
	r.EnterDict()
	for r.More() {
		switch name, _ := r.Key(); string(name) {
		case "A":
			k.readActive(r)
		case "L":
			k.keys = readKeys(r)
		case "P":
			k.readPending(r)
		default:
			r.Skip()
		}
	}
	r.Leave()
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDump, err)
	}
	slices.SortFunc(k.keys, compareKeys)
	return k, nil
}

func (k *Keys) readActive(r *bt.Reader) {
	r.EnterList()
	for r.More() {
		r.EnterList()
		generation, _ := r.Int()
		hashes := map[string]bool{}
		for r.More() {
			hash, _ := r.Bytes()
			hashes[string(hash)] = true
		}
		r.Leave()
		if len(hashes) > 0 {
			k.active[generation] = hashes
		}
	}
	r.Leave()
}

func (k *Keys) readPending(r *bt.Reader) {
	p := new(pending)
	size := 0
	r.EnterDict()
	for r.More() {
		switch name, _ := r.Key(); string(name) {
		case "c":
			p.message, _ = r.Bytes()
			p.message = slices.Clone(p.message)
		case "g":
			p.key.Generation, _ = r.Int()
		case "k":
			b, _ := r.Bytes()
			if size = len(b); size == 32 {
				copy(p.key.Secret[:], b)
			}
		default:
			r.Skip()
		}
	}
	r.Leave()
	if size == 32 && len(p.message) > 0 {
		k.pending = p
	}
}
