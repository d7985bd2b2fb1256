package store

import (
	"slices"

	"sotto/store/fts"
)

// manifest says what the index consists of. It is one record, read by every
// search.
type manifest struct {
	next      uint64 // number of the next segment
	watermark uint64 // messages up to this number are in segments
	segments  []segmentRecord
	building  uint64   // segment that IndexStep is writing, 0 is none
	inputs    []uint64 // what it is made of
	garbage   []uint64 // segments whose blocks are still to be deleted
	dirty     bool
}

// segmentRecord is one segment of the index.
type segmentRecord struct {
	number    uint64
	docs      int
	span      fts.Span
	dead      int   // documents that are gone, about
	deadSince int64 // when the first of them went, in milliseconds of this computer
}

const (
	// tailMax is how many messages may wait outside of segments; a search looks
	// at each of them.
	tailMax = 512
	// flushMax bounds a segment made at once.
	flushMax = 4096
	// mergeWidth segments of one size become one of the next.
	mergeWidth = 8
	// topTier segments are not merged any more.
	topTier = 4
	// fewSegments is to how many IndexStep brings the index when idle: a search
	// for a rare word looks into each.
	fewSegments = 4
)

// tier is the size class of a segment: 512, 4096, 32768, 262144, 2097152 and
// above, about.
func (s *segmentRecord) tier() int {
	switch {
	case s.docs < 2048:
		return 0
	case s.docs < 16384:
		return 1
	case s.docs < 131072:
		return 2
	case s.docs < 1048576:
		return 3
	}
	return topTier
}

func (m *manifest) busy(number uint64) bool {
	for _, n := range m.inputs {
		if n == number {
			return true
		}
	}
	return false
}

// candidates returns the oldest mergeWidth segments of a tier, when there are
// so many.
func (m *manifest) candidates(tier int) []uint64 {
	var numbers []uint64
	for i := range m.segments {
		if s := &m.segments[i]; s.tier() == tier && !m.busy(s.number) {
			if numbers = append(numbers, s.number); len(numbers) == mergeWidth {
				return numbers
			}
		}
	}
	return nil
}

// smallest returns the segments that have to become one so that few are left.
func (m *manifest) smallest() []uint64 {
	n := len(m.segments) - fewSegments + 1
	if n < 3 {
		return nil
	}
	bySize := slices.Clone(m.segments)
	slices.SortFunc(bySize, func(a, b segmentRecord) int { return a.docs - b.docs })
	var numbers []uint64
	for i := range bySize[:n] {
		numbers = append(numbers, bySize[i].number)
	}
	return numbers
}

func (m *manifest) segment(number uint64) *segmentRecord {
	for i := range m.segments {
		if m.segments[i].number == number {
			return &m.segments[i]
		}
	}
	return nil
}

// deadIn counts the dead documents of segments.
func (m *manifest) deadIn(numbers []uint64) int {
	n := 0
	for _, number := range numbers {
		if s := m.segment(number); s != nil {
			n += s.dead
		}
	}
	return n
}

// replace puts a merged segment in the place of its inputs, keeping the order
// of age. Documents counted as dead since the merge began, when there were
// before of them, are the new segment's. (Counts may be too high, never for
// ever: a merge settles them.)
func (m *manifest) replace(inputs []uint64, made segmentRecord, before int) {
	kept := m.segments[:0:0]
	placed := made.docs == 0
	for _, s := range m.segments {
		used := false
		for _, n := range inputs {
			used = used || n == s.number
		}
		if !used {
			kept = append(kept, s)
			continue
		}
		made.dead += s.dead
		if s.deadSince != 0 && (made.deadSince == 0 || s.deadSince < made.deadSince) {
			made.deadSince = s.deadSince
		}
		if !placed {
			kept = append(kept, made)
			placed = true
		}
	}
	for i := range kept {
		if kept[i].number == made.number {
			made.dead = min(max(0, made.dead-before), made.docs)
			if made.dead == 0 {
				made.deadSince = 0
			}
			kept[i] = made
		}
	}
	m.segments = kept
	m.dirty = true
}

func (m *manifest) encode() encoder {
	r := newRecord(nil)
	r.uint(1, m.next)
	r.uint(2, m.watermark)
	for i := range m.segments {
		s := &m.segments[i]
		var e encoder
		e.uint(1, s.number)
		e.uint(2, uint64(s.docs))
		e.int(3, s.span.Newest)
		e.int(4, s.span.Oldest)
		e.uint(5, s.span.Low)
		e.uint(6, s.span.High)
		e.uint(7, uint64(s.dead))
		e.int(8, s.deadSince)
		r.present(3, e)
	}
	r.uint(4, m.building)
	for _, n := range m.inputs {
		r.uint(5, n)
	}
	for _, n := range m.garbage {
		r.uint(6, n)
	}
	return r
}

func decodeManifest(b []byte) (*manifest, error) {
	m := &manifest{}
	d := decodeRecord(b)
	for d.next() {
		switch d.field {
		case 1:
			m.next = d.u
		case 2:
			m.watermark = d.u
		case 3:
			var s segmentRecord
			n := nested(d.data)
			for n.next() {
				switch n.field {
				case 1:
					s.number = n.u
				case 2:
					s.docs = int(uint32(n.u))
				case 3:
					s.span.Newest = n.int()
				case 4:
					s.span.Oldest = n.int()
				case 5:
					s.span.Low = n.u
				case 6:
					s.span.High = n.u
				case 7:
					s.dead = int(uint32(n.u))
				case 8:
					s.deadSince = n.int()
				}
			}
			if n.err != nil {
				return nil, n.err
			}
			m.segments = append(m.segments, s)
		case 4:
			m.building = d.u
		case 5:
			m.inputs = append(m.inputs, d.u)
		case 6:
			m.garbage = append(m.garbage, d.u)
		}
	}
	return m, d.err
}

// index returns the manifest; in a write transaction flush writes it when it
// is dirty. nil is damage.
func (tx *Tx) index() *manifest {
	if tx.manifest != nil {
		return tx.manifest
	}
	b := tx.bucket(bucketState)
	if b == nil {
		return nil
	}
	key := tx.stateKey(stateIndex)
	v := b.Get(key)
	if v == nil {
		tx.manifest = &manifest{next: 1}
		return tx.manifest
	}
	// A search uses it as it is, and every write draws a new nonce.
	if m := tx.s.index.manifestOf(v); m != nil && !tx.write {
		tx.manifest = m
		return m
	}
	plain, ok := tx.openValue(bucketState, key, v)
	if !ok {
		return nil
	}
	m, err := decodeManifest(plain)
	if err != nil {
		tx.fail(err)
		return nil
	}
	if !tx.write {
		tx.s.index.keepManifest(v, m)
	}
	tx.manifest = m
	return m
}

func (tx *Tx) writeIndex() error {
	if tx.manifest == nil || !tx.manifest.dirty {
		return nil
	}
	tx.manifest.dirty = false
	return tx.put(bucketState, tx.stateKey(stateIndex), tx.manifest.encode())
}

// refs makes the manifest searchable.
func (tx *Tx) refs(m *manifest) []fts.Ref {
	refs := make([]fts.Ref, len(m.segments))
	for i := range m.segments {
		s := &m.segments[i]
		refs[i] = fts.Ref{
			Number: s.number, Newest: s.span.Newest, Oldest: s.span.Oldest, Docs: s.docs,
			GetInfo: func() (*fts.Info, error) { return tx.info(s.number) },
		}
	}
	return refs
}
