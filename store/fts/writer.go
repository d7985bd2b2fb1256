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
	first  uint32 // its first ord
	last   uint32
	places []byte
	wrote  int // bytes given to the sink
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

// docs writes the document blocks.
func (w *writer) docs(docs []Doc) error {
	var b []byte
	for i := 0; i < len(docs); i += docsPerBlock {
		part := docs[i:min(len(docs), i+docsPerBlock)]
		b = encodeDocs(b, part)
		w.wrote += len(b)
		w.info.times = append(w.info.times, part[0].Time)
		if err := w.sink(KindDocs, uint32(i/docsPerBlock), b); err != nil {
			return err
		}
	}
	w.info.Docs = len(docs)
	return nil
}

// finish writes the rest and the info block.
func (w *writer) finish() error {
	w.endRun()
	if err := w.endBlock(); err != nil {
		return err
	}
	return w.sink(KindInfo, 0, w.info.encode())
}
