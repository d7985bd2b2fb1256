package fts

import "encoding/binary"

// writer packs postings, which come in the order of (term, ord), into term
// blocks.
//
// A block is a row of runs: length shared with the term of the run before in
// this block, length and bytes of the rest, length of the payload, payload. A
// payload is a row of postings: (ord - ord before)<<1 | one, the first with its
// ord in full; when one is set the only place, else the length of the places
// and the places, each as the difference to the one before.
type writer struct {
	sink   Sink
	info   Info
	block  []byte
	inTerm string // last term in the block
	n      uint32 // blocks written

	term   string
	run    []byte // payload of the current run
	last   uint32
	places []byte
	wrote  int // bytes given to the sink

	docs    []Doc // of the current document block
	encoded []byte
	span    Span
}

// Span is what a segment covers: times and numbers of its documents.
type Span struct {
	Newest, Oldest int64
	Low, High      uint64
}

// posting adds one document to a term; positions rise.
func (w *writer) posting(term string, ord uint32, positions []uint32) error {
	w.places = w.places[:0]
	last := uint32(0)
	for _, p := range positions {
		w.places = binary.AppendUvarint(w.places, uint64(p-last))
		last = p
	}
	return w.raw(term, ord, len(positions) == 1, w.places)
}

// raw adds a posting whose places are encoded already.
func (w *writer) raw(term string, ord uint32, one bool, places []byte) error {
	if term != w.term {
		w.endRun()
		w.term = term
	}
	if len(w.block)+len(w.run)+len(places)+len(term) > blockSize && len(w.block)+len(w.run) > 0 {
		w.endRun()
		if err := w.endBlock(); err != nil {
			return err
		}
	}
	if len(w.block) == 0 && len(w.run) == 0 {
		w.info.terms = append(w.info.terms, term)
		w.info.ords = append(w.info.ords, ord)
	}
	v := uint64(ord)
	if len(w.run) > 0 {
		v = uint64(ord - w.last)
	}
	v <<= 1
	if one {
		w.run = binary.AppendUvarint(w.run, v|1)
	} else {
		w.run = binary.AppendUvarint(w.run, v)
		w.run = binary.AppendUvarint(w.run, uint64(len(places)))
	}
	w.run = append(w.run, places...)
	w.last = ord
	return nil
}

func (w *writer) endRun() {
	if len(w.run) == 0 {
		return
	}
	n := 0
	if len(w.block) > 0 {
		n = shared(w.inTerm, w.term)
	}
	w.block = binary.AppendUvarint(w.block, uint64(n))
	w.block = binary.AppendUvarint(w.block, uint64(len(w.term)-n))
	w.block = append(w.block, w.term[n:]...)
	w.block = binary.AppendUvarint(w.block, uint64(len(w.run)))
	w.block = append(w.block, w.run...)
	w.inTerm = w.term
	w.run = w.run[:0]
}

func (w *writer) endBlock() error {
	if len(w.block) == 0 {
		return nil
	}
	w.wrote += len(w.block)
	err := w.sink(KindTerms, w.n, w.block)
	w.n++
	w.block = w.block[:0]
	return err
}

// doc adds the next document; they come newest first.
func (w *writer) doc(d Doc) error {
	if w.info.Docs == 0 {
		w.span = Span{Newest: d.Time, Oldest: d.Time, Low: d.ID, High: d.ID}
	}
	w.span.Oldest = d.Time
	w.span.Low, w.span.High = min(w.span.Low, d.ID), max(w.span.High, d.ID)
	w.info.Docs++
	if w.docs = append(w.docs, d); len(w.docs) == docsPerBlock {
		return w.endDocs()
	}
	return nil
}

func (w *writer) endDocs() error {
	if len(w.docs) == 0 {
		return nil
	}
	w.encoded = encodeDocs(w.encoded, w.docs)
	w.wrote += len(w.encoded)
	w.info.times = append(w.info.times, w.docs[0].Time)
	w.docs = w.docs[:0]
	return w.sink(KindDocs, uint32(len(w.info.times)-1), w.encoded)
}

// finish writes the rest and the info block.
func (w *writer) finish() error {
	if err := w.endDocs(); err != nil {
		return err
	}
	w.endRun()
	if err := w.endBlock(); err != nil {
		return err
	}
	return w.sink(KindInfo, 0, w.info.encode())
}
