package config

import (
	"bytes"
	"cmp"
	"slices"

	"golang.org/x/crypto/blake2b"

	"sotto/engine/protocol/bt"
)

// revision names one version of a config: its seqno and the BLAKE2b-256 of its
// plaintext. Revisions are ordered by seqno and then by hash, as bytes.
type revision struct {
	seqno int64
	hash  [32]byte
}

func (r revision) compare(o revision) int {
	return cmp.Or(cmp.Compare(r.seqno, o.seqno), bytes.Compare(r.hash[:], o.hash[:]))
}

// lagged is the diff of an earlier revision that a message carries along.
type lagged struct {
	revision
	diff string // encoded dict
}

// message is a config message (docs/protocol/config-messages.md §2). Apart from
// the data of one that is being edited it is never written to, so messages share
// their parts.
//
// Diffs stay encoded: they are checked when they are read, and most of them are
// only ever copied.
type message struct {
	revision  // the hash is set with text, or is that of the bytes that came
	data      *dict
	lagged    []lagged // ascending
	diff      string   // encoded dict
	unknown   []rawKey // top-level keys that this version does not know, ascending
	signature string   // 64 bytes, or empty: not signed, or not checked
	text      string   // the serialization, or empty: not serialized yet
}

type rawKey struct{ key, raw string }

// emptyDiff is the diff of a message that changes nothing.
const emptyDiff = "de"

// newMessage is the state of a config that was never changed.
func newMessage() *message {
	m := &message{data: emptyDict, diff: emptyDiff}
	m.serialize(nil)
	return m
}

// signer returns the signature of a message's text up to the key "~".
type signer func(prefix []byte) []byte

// serialize writes the message and sets its text and hash. Messages of a group
// are signed by sign, or with the signature that they came with.
func (m *message) serialize(sign signer) {
	if m.text != "" {
		return
	}
	b := make([]byte, 0, m.sizeHint())
	b = append(b, 'd')
	unknown := m.unknown
	known := func(key string) {
		for len(unknown) > 0 && unknown[0].key < key {
			b = bt.AppendString(b, unknown[0].key)
			b = append(b, unknown[0].raw...)
			unknown = unknown[1:]
		}
		b = bt.AppendString(b, key)
	}
	known("#")
	b = bt.AppendInt(b, m.seqno)
	known("&")
	b = appendDict(b, m.data)
	known("<")
	b = append(b, 'l')
	for i := range m.lagged {
		l := &m.lagged[i]
		if l.seqno <= m.seqno-lag || l.seqno >= m.seqno {
			continue
		}
		b = append(b, 'l')
		b = bt.AppendInt(b, l.seqno)
		b = bt.AppendBytes(b, l.hash[:])
		b = append(b, l.diff...)
		b = append(b, 'e')
	}
	b = append(b, 'e')
	known("=")
	b = append(b, m.diff...)
	for _, u := range unknown {
		b = bt.AppendString(b, u.key)
		b = append(b, u.raw...)
	}
	switch {
	case m.signature != "":
		b = bt.AppendString(b, "~")
		b = bt.AppendString(b, m.signature)
	case sign != nil:
		signature := sign(b)
		b = bt.AppendString(b, "~")
		b = bt.AppendBytes(b, signature)
	}
	b = append(b, 'e')
	m.text = string(b)
	if m.hash == ([32]byte{}) {
		m.hash = blake2b.Sum256(b)
	}
}

// changed forgets the serialization.
func (m *message) changed() { m.text, m.hash = "", [32]byte{} }

// unsigned returns the serialization without a signature made here; one that the
// message came with stays.
func (m *message) unsigned() string {
	if m.signature != "" {
		m.serialize(nil)
		return m.text
	}
	plain := *m
	plain.changed()
	plain.serialize(nil)
	return plain.text
}

func (m *message) sizeHint() int {
	n := 256 + len(m.diff) + m.data.sizeHint()
	for i := range m.lagged {
		n += 64 + len(m.lagged[i].diff)
	}
	for _, u := range m.unknown {
		n += 8 + len(u.key) + len(u.raw)
	}
	return n
}

// sizeHint is at least the size of the encoded dict.
func (d *dict) sizeHint() int {
	n := 2
	for i := range d.entries {
		e := &d.entries[i]
		n += len(e.key) + 5
		switch e.kind {
		case kindInt:
			n += 22
		case kindString:
			n += len(e.text) + 8
		default:
			n += e.sub.sizeHint()
		}
	}
	return n
}

// increment returns the message that edits of m go to
// (docs/protocol/config-messages.md §3). m must be serialized.
func (m *message) increment() *message {
	next := &message{
		revision: revision{seqno: m.seqno + 1},
		data:     m.data,
		diff:     emptyDiff,
		unknown:  m.unknown,
	}
	kept := slices.DeleteFunc(slices.Clone(m.lagged), func(l lagged) bool {
		return l.seqno <= m.seqno-lag || l.seqno >= m.seqno
	})
	next.lagged = append(kept, lagged{m.revision, m.diff})
	return next
}

func appendDict(b []byte, d *dict) []byte {
	b = append(b, 'd')
	for i := range d.entries {
		e := &d.entries[i]
		b = appendKey(b, e.key)
		switch e.kind {
		case kindInt:
			b = bt.AppendInt(b, e.num)
		case kindString:
			b = bt.AppendString(b, e.text)
		case kindDict:
			b = appendDict(b, e.sub)
		case kindSet:
			b = appendSet(b, e.sub.entries)
		}
	}
	return append(b, 'e')
}

func appendSet(b []byte, elements []entry) []byte {
	b = append(b, 'l')
	for i := range elements {
		if e := &elements[i]; e.kind == kindInt {
			b = bt.AppendInt(b, e.num)
		} else {
			b = bt.AppendString(b, e.text)
		}
	}
	return append(b, 'e')
}

// appendKey is AppendString with a short cut for keys of one character, which
// nearly all are.
func appendKey(b []byte, key string) []byte {
	if len(key) == 1 {
		return append(b, '1', ':', key[0])
	}
	return bt.AppendString(b, key)
}
