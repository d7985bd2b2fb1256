package fts

import "slices"

// Input is a segment to merge.
type Input struct {
	Number uint64
	Info   *Info
}

// Merge makes one segment of several, in steps. Documents that drop says are
// gone are left out.
type Merge struct {
	inputs  []*mergeInput
	drop    func(segment uint64, d Doc) bool
	dropped []Dropped
	docs    []Doc
	w       writer
	started bool
	done    bool
	gather  []merged
	bytes   []byte // places of gather
}

// Dropped is a document that a merge left out.
type Dropped struct {
	Segment uint64
	ID      uint64
}

type mergeInput struct {
	seg   *segment
	ords  []uint32 // old ord to new
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

const gone = ^uint32(0)

// NewMerge prepares a merge. drop is asked once for each document.
func NewMerge(inputs []Input, drop func(segment uint64, d Doc) bool) *Merge {
	m := &Merge{drop: drop}
	for _, in := range inputs {
		m.inputs = append(m.inputs, &mergeInput{seg: &segment{number: in.Number, info: in.Info}})
	}
	return m
}

// Docs is the number of documents of the new segment, known after the first
// step; Newest and Oldest are its times.
func (m *Merge) Docs() int { return len(m.docs) }

// Span returns the newest and oldest time and the lowest and highest number.
func (m *Merge) Span() (newest, oldest int64, low, high uint64) { return span(m.docs) }

// Span returns the newest and oldest time and the lowest and highest number of
// documents that a builder has taken.
func (b *Builder) Span() (newest, oldest int64, low, high uint64) { return span(b.docs) }

func span(docs []Doc) (newest, oldest int64, low, high uint64) {
	for i, d := range docs {
		if i == 0 {
			newest, oldest, low, high = d.Time, d.Time, d.ID, d.ID
		}
		newest, oldest = max(newest, d.Time), min(oldest, d.Time)
		low, high = min(low, d.ID), max(high, d.ID)
	}
	return newest, oldest, low, high
}

// Dropped lists what was left out, known after the first step.
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
	if !m.started {
		if err := m.number(); err != nil {
			return false, err
		}
		if err := m.w.docs(m.docs); err != nil {
			return false, err
		}
		for _, in := range m.inputs {
			in.block = -1
			if err := in.next(); err != nil {
				return false, err
			}
		}
		m.started = true
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

// number gives every document that stays its new ord.
func (m *Merge) number() error {
	docs := make([][]Doc, len(m.inputs))
	total := 0
	for i, in := range m.inputs {
		in.ords = make([]uint32, in.seg.info.Docs)
		for b := range in.seg.info.times {
			part := in.seg.docBlock(b)
			if part == nil {
				return in.seg.err
			}
			docs[i] = append(docs[i], part...)
		}
		in.seg.docs = nil
		for ord, d := range docs[i] {
			if m.drop != nil && m.drop(in.seg.number, d) {
				in.ords[ord] = gone
				m.dropped = append(m.dropped, Dropped{in.seg.number, d.ID})
			} else {
				total++
			}
		}
	}
	// Each input is in order: take the newest of the heads.
	m.docs = make([]Doc, 0, total)
	heads := make([]int, len(m.inputs))
	for {
		best := -1
		for i, in := range m.inputs {
			for heads[i] < len(docs[i]) && in.ords[heads[i]] == gone {
				heads[i]++
			}
			if heads[i] < len(docs[i]) && (best < 0 || docs[i][heads[i]].newer(docs[best][heads[best]])) {
				best = i
			}
		}
		if best < 0 {
			return nil
		}
		m.inputs[best].ords[heads[best]] = uint32(len(m.docs))
		m.docs = append(m.docs, docs[best][heads[best]])
		heads[best]++
	}
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
					m.bytes = append(m.bytes, p.places...)
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
