package fts

import "slices"

// Input is a segment to merge.
type Input struct {
	Number uint64
	Info   *Info
}

// Merge makes one segment of several, in steps: first the documents, then the
// terms. Documents that drop says are gone are left out.
type Merge struct {
	inputs   []*mergeInput
	drop     func(segment uint64, d Doc) bool
	dropped  []Dropped
	w        writer
	numbered bool
	done     bool
	gather   []merged
	bytes    []byte // places of gather
}

// Dropped is a document that a merge left out.
type Dropped struct {
	Segment uint64
	ID      uint64
}

type mergeInput struct {
	seg   *segment
	ords  []uint32 // old ord to new
	head  int      // next document to number
	block int
	runs  runs
	term  string // current run's
	run   []byte
	ended bool
}

type merged struct {
	ord      uint32
	one      bool
	from, to int
}

// Values of mergeInput.ords that are no ord.
const (
	gone = ^uint32(0) - iota
	stays
	undecided
)

// NewMerge prepares a merge. drop is asked once for each document.
func NewMerge(inputs []Input, drop func(segment uint64, d Doc) bool) *Merge {
	m := &Merge{drop: drop}
	for _, in := range inputs {
		m.inputs = append(m.inputs, &mergeInput{seg: newSegment(in.Number, in.Info, nil), block: -1})
	}
	return m
}

// Docs is the number of documents of the new segment, known at the end, and
// Span what it covers.
func (m *Merge) Docs() int  { return m.w.info.Docs }
func (m *Merge) Span() Span { return m.w.span }

// Dropped lists what was left out, known at the end.
func (m *Merge) Dropped() []Dropped { return m.dropped }

// Step goes on until about budget bytes are written. With nothing left to do it
// writes the info block and returns true.
func (m *Merge) Step(src Source, sink Sink, budget int) (done bool, err error) {
	if m.done {
		return true, nil
	}
	m.w.sink, m.w.wrote = sink, 0
	for _, in := range m.inputs {
		in.seg.src = src
	}
	if !m.numbered {
		if m.numbered, err = m.number(budget); err != nil || !m.numbered {
			return false, err
		}
		for _, in := range m.inputs {
			if err := in.next(); err != nil {
				return false, err
			}
		}
	}
	for m.w.wrote < budget {
		more, err := m.term()
		if err != nil {
			return false, err
		}
		if !more {
			m.done = true
			return true, m.w.finish()
		}
	}
	return false, nil
}

// number gives every document that stays its new ord, and writes it. Each input
// is in order, so the newest of the heads is the next.
func (m *Merge) number(budget int) (done bool, err error) {
	for m.w.wrote < budget {
		var best *mergeInput
		var newest Doc
		for _, in := range m.inputs {
			d, ok := m.peek(in)
			if in.seg.err != nil {
				return false, in.seg.err
			}
			if ok && (best == nil || d.newer(newest)) {
				best, newest = in, d
			}
		}
		if best == nil {
			return true, nil
		}
		best.ords[best.head] = uint32(m.w.info.Docs)
		best.head++
		if err := m.w.doc(newest); err != nil {
			return false, err
		}
	}
	return false, nil
}

// peek returns the next document of an input that stays.
func (m *Merge) peek(in *mergeInput) (Doc, bool) {
	if in.ords == nil {
		in.ords = make([]uint32, in.seg.info.Docs)
		for i := range in.ords {
			in.ords[i] = undecided
		}
	}
	for in.head < len(in.ords) {
		d, ok := in.seg.doc(uint32(in.head))
		if !ok {
			return d, false
		}
		if in.ords[in.head] == undecided {
			if m.drop == nil || !m.drop(in.seg.number, d) {
				in.ords[in.head] = stays
			} else {
				in.ords[in.head] = gone
				m.dropped = append(m.dropped, Dropped{in.seg.number, d.ID})
			}
		}
		if in.ords[in.head] == stays {
			return d, true
		}
		in.head++
	}
	return Doc{}, false
}

// next moves an input to its next run.
func (in *mergeInput) next() error {
	for {
		if payload, ok := in.runs.next(); ok {
			if string(in.runs.term) != in.term {
				in.term = string(in.runs.term)
			}
			in.run = payload
			return nil
		}
		if in.runs.bad {
			return format("term block")
		}
		if in.block++; in.block >= len(in.seg.info.terms) {
			in.ended = true
			return nil
		}
		b := in.seg.termBlock(in.block)
		if b == nil {
			return in.seg.err
		}
		// Steps may be far apart and the block's memory somebody else's by then.
		in.runs = runs{b: slices.Clone(b), term: in.runs.term[:0]}
	}
}

// term merges the smallest term among the inputs; false when none is left.
func (m *Merge) term() (bool, error) {
	term, any := "", false
	for _, in := range m.inputs {
		if !in.ended && (!any || in.term < term) {
			term, any = in.term, true
		}
	}
	if !any {
		return false, nil
	}
	m.gather, m.bytes = m.gather[:0], m.bytes[:0]
	sorted := true
	for _, in := range m.inputs {
		for !in.ended && in.term == term {
			p := postings{b: in.run}
			for p.next() {
				if int(p.ord) >= len(in.ords) {
					return false, format("ord out of range")
				}
				ord := in.ords[p.ord]
				if ord == gone {
					continue
				}
				from := len(m.bytes)
				if p.one {
					m.bytes = appendUvarint32(m.bytes, p.place)
				} else {
					m.bytes = append(m.bytes, p.places()...)
				}
				sorted = sorted && (len(m.gather) == 0 || m.gather[len(m.gather)-1].ord < ord)
				m.gather = append(m.gather, merged{ord, p.one, from, len(m.bytes)})
			}
			if err := in.next(); err != nil {
				return false, err
			}
		}
	}
	if !sorted {
		slices.SortFunc(m.gather, func(a, b merged) int {
			if a.ord < b.ord {
				return -1
			}
			return 1
		})
	}
	for _, g := range m.gather {
		if err := m.w.raw(term, g.ord, g.one, m.bytes[g.from:g.to]); err != nil {
			return false, err
		}
	}
	return true, nil
}

func appendUvarint32(b []byte, v uint32) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}
