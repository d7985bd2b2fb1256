package store

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sort"

	"go.etcd.io/bbolt"
)

// A list is a run of entries in the order of (time, message), cut into chunks
// that are sealed as a whole: the file tells neither times nor which messages
// belong together. Every conversation has one (its number), and list 0 holds
// what expires.
//
// The key of a chunk is the list number and a label, both big-endian. Labels
// rise with the time of the entries and say nothing else: new chunks at the
// ends are labelGap away, a chunk that splits gives its right half the label in
// the middle of the gap.
const (
	listExpiring = 0
	listSentinel = 1<<32 - 1 // no list: its key ends the bucket
	chunkMax     = 256
	labelFirst   = 1 << 40
	labelGap     = 1 << 20
)

type entryFlags uint8

const (
	entryOutgoing entryFlags = 1 << iota
	entryUnread
	entryMention
	entryExpires
	entryFiles // attachments, or a picture in the link preview
	entryLink  // an address in the text, or a link preview
)

// entry is one message in a list.
type entry struct {
	at     int64
	id     uint64
	sender uint16 // hash of the sender, so that a search by sender opens few messages
	flags  entryFlags
}

func (e entry) before(at int64, id uint64) bool {
	return e.at < at || e.at == at && e.id < id
}

type chunk struct {
	label   uint64
	entries []entry
	dirty   bool
}

type list struct {
	tx     *Tx
	number uint32
	chunks map[uint64]*chunk // read or changed in this transaction
	cursor *bbolt.Cursor
	labels []uint64 // all, in a write transaction once loaded
	loaded bool
	last   *chunk // remembered while nothing is inserted behind it
}

func (tx *Tx) list(number uint32) *list {
	l := tx.lists[number]
	if l == nil {
		l = &list{tx: tx, number: number, chunks: make(map[uint64]*chunk, 2)}
		if tx.lists == nil {
			tx.lists = make(map[uint32]*list, 8)
		}
		tx.lists[number] = l
	}
	return l
}

func (l *list) key(label uint64) []byte {
	var k [12]byte
	binary.BigEndian.PutUint32(k[:], l.number)
	binary.BigEndian.PutUint64(k[4:], label)
	return k[:]
}

// labelOf reads a key; ok is false for keys of other lists.
func (l *list) labelOf(k []byte) (uint64, bool) {
	if len(k) != 12 || binary.BigEndian.Uint32(k) != l.number {
		return 0, false
	}
	return binary.BigEndian.Uint64(k[4:]), true
}

func (l *list) seek() *bbolt.Cursor {
	if l.cursor == nil {
		b := l.tx.bucket(bucketOrder)
		if b == nil {
			return nil
		}
		l.cursor = b.Cursor()
	}
	return l.cursor
}

// atOrAfter finds the first label >= label.
func (l *list) atOrAfter(label uint64) (uint64, bool) {
	if l.tx.write {
		i, _ := slices.BinarySearch(l.known(), label)
		if i == len(l.labels) {
			return 0, false
		}
		return l.labels[i], true
	}
	c := l.seek()
	if c == nil {
		return 0, false
	}
	k, _ := c.Seek(l.key(label))
	return l.labelOf(k)
}

// below finds the last label < label.
func (l *list) below(label uint64) (uint64, bool) {
	if l.tx.write {
		i, _ := slices.BinarySearch(l.known(), label)
		if i == 0 {
			return 0, false
		}
		return l.labels[i-1], true
	}
	c := l.seek()
	if c == nil {
		return 0, false
	}
	// Never nil: at the end of the bucket stands the sentinel.
	if k, _ := c.Seek(l.key(label)); k == nil {
		l.tx.damaged("the lists have lost their end")
		return 0, false
	}
	k, _ := c.Prev()
	return l.labelOf(k)
}

// known are the labels of the list, in a write transaction. There bbolt's
// cursors do not get past pages that deletions have emptied: Prev stops, Last
// does not return.
func (l *list) known() []uint64 {
	if l.loaded {
		return l.labels
	}
	l.loaded = true
	if c := l.seek(); c != nil {
		for k, _ := c.Seek(l.key(0)); k != nil; k, _ = c.Next() {
			label, mine := l.labelOf(k)
			if !mine {
				break
			}
			l.labels = append(l.labels, label)
		}
	}
	return l.labels
}

func (l *list) firstLabel() (uint64, bool) { return l.atOrAfter(0) }

func (l *list) lastLabel() (uint64, bool) {
	if l.last != nil {
		return l.last.label, true
	}
	// The label ^0 is never given.
	label, ok := l.below(^uint64(0))
	if ok {
		l.last = l.load(label)
	}
	return label, ok
}

// load returns a chunk; nil, with damage noted, when it does not open.
func (l *list) load(label uint64) *chunk {
	if c := l.chunks[label]; c != nil {
		return c
	}
	plain, ok := l.tx.get(bucketOrder, l.key(label))
	if !ok {
		if l.tx.err == nil {
			l.tx.damaged("a chunk of a list is missing")
		}
		return nil
	}
	entries, err := decodeChunk(plain)
	if err != nil {
		l.tx.fail(err)
		return nil
	}
	c := &chunk{label: label, entries: entries}
	l.chunks[label] = c
	return c
}

// locate finds the last chunk that starts at or before (at, id), or the first
// chunk. nil is an empty list or damage.
func (l *list) locate(at int64, id uint64) *chunk {
	startsBehind := func(c *chunk) bool {
		return !(c.entries[0].before(at, id) || c.entries[0].at == at && c.entries[0].id == id)
	}
	hi, ok := l.lastLabel()
	if !ok {
		return nil
	}
	c := l.load(hi)
	if c == nil || !startsBehind(c) {
		return c
	}
	lo, ok := l.firstLabel()
	if !ok {
		return nil
	}
	first := l.load(lo)
	if first == nil || startsBehind(first) {
		return first
	}
	// first(lo) <= target < first(hi)
	for {
		mid := lo + (hi-lo)/2
		if mid == lo {
			mid++
		}
		if mid >= hi {
			return l.load(lo)
		}
		m, ok := l.atOrAfter(mid)
		if !ok || m > hi {
			l.tx.damaged("a list lost a chunk")
			return nil
		}
		if m == hi { // nothing in [mid, hi): look left of mid
			if m, ok = l.below(mid); !ok || m < lo {
				l.tx.damaged("a list lost a chunk")
				return nil
			}
			if m == lo {
				return l.load(lo)
			}
			c := l.load(m)
			if c == nil || !startsBehind(c) {
				return c
			}
			hi = m
			continue
		}
		c := l.load(m)
		if c == nil {
			return nil
		}
		if startsBehind(c) {
			hi = m
		} else {
			lo = m
		}
	}
}

// position is a place in a list: an entry, or behind the last one of its chunk.
type position struct {
	c *chunk
	i int
}

func (p position) ok() bool     { return p.c != nil && p.i >= 0 && p.i < len(p.c.entries) }
func (p position) entry() entry { return p.c.entries[p.i] }

// lowerBound finds the first entry at or behind (at, id).
func (l *list) lowerBound(at int64, id uint64) position {
	c := l.locate(at, id)
	if c == nil {
		return position{}
	}
	i := sort.Search(len(c.entries), func(i int) bool { return !c.entries[i].before(at, id) })
	if i == len(c.entries) {
		return l.next(position{c, i - 1})
	}
	return position{c, i}
}

func (l *list) end() position {
	label, ok := l.lastLabel()
	if !ok {
		return position{}
	}
	c := l.load(label)
	if c == nil {
		return position{}
	}
	return position{c, len(c.entries) - 1}
}

func (l *list) next(p position) position {
	if p.i+1 < len(p.c.entries) {
		return position{p.c, p.i + 1}
	}
	label, ok := l.atOrAfter(p.c.label + 1)
	if !ok {
		return position{}
	}
	return position{l.load(label), 0}
}

func (l *list) prev(p position) position {
	if p.i > 0 {
		return position{p.c, p.i - 1}
	}
	label, ok := l.below(p.c.label)
	if !ok {
		return position{}
	}
	c := l.load(label)
	if c == nil {
		return position{}
	}
	return position{c, len(c.entries) - 1}
}

func (l *list) start() position {
	label, ok := l.firstLabel()
	if !ok {
		return position{}
	}
	return position{l.load(label), 0}
}

// find returns the entry (at, id).
func (l *list) find(at int64, id uint64) (position, bool) {
	p := l.lowerBound(at, id)
	return p, p.ok() && p.entry().at == at && p.entry().id == id
}

func encodeChunk(scratch []byte, entries []entry) []byte {
	b := append(scratch[:0], recordVersion)
	b = binary.AppendUvarint(b, uint64(len(entries)))
	var at int64
	var id uint64
	for _, e := range entries {
		b = binary.AppendUvarint(b, zigzag(e.at-at))
		b = binary.AppendUvarint(b, zigzag(int64(e.id-id)))
		b = append(b, byte(e.flags), byte(e.sender), byte(e.sender>>8))
		at, id = e.at, e.id
	}
	return b
}

// decodeChunk also checks the order, on which every search relies.
func decodeChunk(b []byte) ([]entry, error) {
	broken := fmt.Errorf("%w: chunk of a list does not parse", ErrDamaged)
	if len(b) < 2 || b[0] != recordVersion {
		return nil, broken
	}
	count, n := binary.Uvarint(b[1:])
	if n <= 0 || count == 0 || count > chunkMax {
		return nil, broken
	}
	b = b[1+n:]
	entries := make([]entry, count, count+1)
	var at int64
	var id uint64
	for i := range entries {
		da, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, broken
		}
		b = b[n:]
		di, n := binary.Uvarint(b)
		if n <= 0 || len(b) < n+3 {
			return nil, broken
		}
		b = b[n:]
		at += unzigzag(da)
		id += uint64(unzigzag(di))
		entries[i] = entry{at: at, id: id, flags: entryFlags(b[0]), sender: uint16(b[1]) | uint16(b[2])<<8}
		if i > 0 && !entries[i-1].before(at, id) {
			return nil, broken
		}
		b = b[3:]
	}
	return entries, nil
}
