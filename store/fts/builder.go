package fts

import (
	"slices"
	"strings"
)

// Builder makes a segment of documents in memory, in the number of some
// thousands.
type Builder struct {
	docs   []Doc
	ends   []int // of the postings of each document
	terms  []string
	ids    map[string]uint32
	occurs []occurrence
	tok    tokenizer
	span   Span
}

type occurrence struct {
	term uint32
	pos  uint32
}

// Add takes a document with its texts. One without any term is left out.
func (b *Builder) Add(d Doc, texts ...string) {
	if b.ids == nil {
		b.ids = make(map[string]uint32, 4096)
	}
	before, pos := len(b.occurs), 0
	for _, text := range texts {
		if text == "" {
			continue
		}
		pos = b.tok.run(text, pos, b.take) + fieldGap
	}
	if len(b.occurs) == before {
		return
	}
	b.docs = append(b.docs, d)
	b.ends = append(b.ends, len(b.occurs))
}

func (b *Builder) take(term []byte, pos int, _ tokenKind) {
	id, ok := b.ids[string(term)]
	if !ok {
		id = uint32(len(b.terms))
		s := string(term)
		b.terms = append(b.terms, s)
		b.ids[s] = id
	}
	b.occurs = append(b.occurs, occurrence{id, uint32(pos)})
}

// Docs are the documents taken so far.
func (b *Builder) Docs() []Doc { return b.docs }

// Write gives the blocks to sink. The builder is used up.
func (b *Builder) Write(sink Sink) error {
	w := writer{sink: sink}
	order := make([]int, len(b.docs)) // ord to index
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		if b.docs[i].newer(b.docs[j]) {
			return -1
		}
		return 1
	})
	sorted := make([]Doc, len(order))
	for ord, i := range order {
		sorted[ord] = b.docs[i]
	}
	for _, d := range sorted {
		if err := w.doc(d); err != nil {
			return err
		}
	}
	if err := b.conversations(&w, sorted); err != nil {
		return err
	}
	// Sort occurrences by term, keeping the order of documents: counting sort.
	starts := make([]int, len(b.terms)+1)
	for _, o := range b.occurs {
		starts[o.term+1]++
	}
	for i := range b.terms {
		starts[i+1] += starts[i]
	}
	type place struct{ ord, pos uint32 }
	places := make([]place, len(b.occurs))
	fill := slices.Clone(starts)
	for ord, i := range order {
		from := 0
		if i > 0 {
			from = b.ends[i-1]
		}
		for _, o := range b.occurs[from:b.ends[i]] {
			places[fill[o.term]] = place{uint32(ord), o.pos}
			fill[o.term]++
		}
	}
	byName := make([]uint32, len(b.terms))
	for i := range byName {
		byName[i] = uint32(i)
	}
	slices.SortFunc(byName, func(i, j uint32) int { return strings.Compare(b.terms[i], b.terms[j]) })
	var positions []uint32
	for _, id := range byName {
		list := places[starts[id]:starts[id+1]]
		for len(list) > 0 {
			ord := list[0].ord
			positions = positions[:0]
			for len(list) > 0 && list[0].ord == ord {
				positions = append(positions, list[0].pos)
				list = list[1:]
			}
			if err := w.posting(b.terms[id], ord, positions); err != nil {
				return err
			}
		}
	}
	b.span = w.span
	return w.finish()
}

// Span is what the segment covers, known after Write.
func (b *Builder) Span() Span { return b.span }

// conversations writes the pseudo-terms, which come before all words.
func (b *Builder) conversations(w *writer, sorted []Doc) error {
	type member struct{ conv, ord uint32 }
	all := make([]member, len(sorted))
	for ord, d := range sorted {
		all[ord] = member{d.Conv, uint32(ord)}
	}
	slices.SortStableFunc(all, func(a, b member) int {
		switch {
		case a.conv < b.conv:
			return -1
		case a.conv > b.conv:
			return 1
		}
		return 0
	})
	zero := []uint32{0}
	term, conv := "", uint32(0)
	for i, m := range all {
		if i == 0 || m.conv != conv {
			conv, term = m.conv, convTerm(m.conv)
		}
		if err := w.posting(term, m.ord, zero); err != nil {
			return err
		}
	}
	return nil
}
