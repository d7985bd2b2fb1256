package fts

import "slices"

// Ref names a segment for a search.
type Ref struct {
	Number  uint64
	Newest  int64 // time of its newest document
	Oldest  int64
	Docs    int
	GetInfo func() (*Info, error)
}

// Request is one search.
type Request struct {
	Query    Query
	Conv     uint32 // only this conversation, 0 is all
	From, To int64  // sent time, both ends included; 0 is open
	Before   *Doc   // only documents that come behind it
	Limit    int
	// Accept filters documents that match: those deleted since, the wrong
	// direction. It also sees the number of the segment, 0 for Recent.
	Accept func(segment uint64, d Doc) bool
	// Recent are documents outside of segments, which matched already.
	Recent []Doc
}

// start is the document behind which the search begins.
func (r *Request) start() (Doc, bool) {
	var d Doc
	switch {
	case r.To != 0 && (r.Before == nil || r.Before.Time > r.To):
		return Doc{Time: r.To, ID: ^uint64(0)}, true
	case r.Before != nil:
		return *r.Before, true
	}
	return d, false
}

// source is a stream of found documents, newest first.
type source struct {
	ref    *Ref
	seg    *segment
	it     iterator
	ord    uint32
	recent []Doc
	doc    Doc
	ok     bool
}

// Search returns at most r.Limit documents, newest first. Segments are opened
// when the search gets to their time.
func Search(r Request, segments []Ref, src Source) ([]Doc, error) {
	if r.Query.Empty() || r.Limit <= 0 {
		return nil, nil
	}
	start, bounded := r.start()
	waiting := make([]*Ref, 0, len(segments))
	for i := range segments {
		s := &segments[i]
		if s.Docs == 0 || r.From != 0 && s.Newest < r.From || bounded && s.Oldest > start.Time {
			continue
		}
		waiting = append(waiting, s)
	}
	slices.SortFunc(waiting, func(a, b *Ref) int {
		if a.Newest > b.Newest {
			return -1
		}
		return 1
	})
	recent := slices.DeleteFunc(slices.Clone(r.Recent), func(d Doc) bool { return bounded && !start.newer(d) })
	slices.SortFunc(recent, func(a, b Doc) int {
		if a.newer(b) {
			return -1
		}
		return 1
	})
	open := []*source{{recent: recent}}
	_ = open[0].advance() // cannot fail
	defer func() {
		for _, s := range open[1:] {
			s.seg.release()
		}
	}()

	found := make([]Doc, 0, min(r.Limit, 64))
	for len(found) < r.Limit {
		best := newest(open)
		// Unopened segments may hold something newer.
		for len(waiting) > 0 && (best == nil || waiting[0].Newest >= best.doc.Time) {
			s, err := r.open(waiting[0], src, start, bounded)
			waiting = waiting[1:]
			if err != nil {
				return nil, err
			}
			if s != nil {
				open = append(open, s)
				best = newest(open)
			}
		}
		if best == nil || r.From != 0 && best.doc.Time < r.From {
			break
		}
		number := uint64(0)
		if best.ref != nil {
			number = best.ref.Number
		}
		if r.Accept == nil || r.Accept(number, best.doc) {
			found = append(found, best.doc)
		}
		if err := best.advance(); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func newest(open []*source) *source {
	var best *source
	for _, s := range open {
		if s.ok && (best == nil || s.doc.newer(best.doc)) {
			best = s
		}
	}
	return best
}

// open begins a segment; nil when nothing is found in it.
func (r *Request) open(ref *Ref, src Source, start Doc, bounded bool) (*source, error) {
	info, err := ref.GetInfo()
	if err != nil {
		return nil, err
	}
	seg := newSegment(ref.Number, info, src)
	s := &source{ref: ref, seg: seg, it: seg.iterator(r.Query, r.Conv)}
	if bounded && s.it != nil {
		s.ord = seg.older(start)
	}
	if s.it != nil && seg.err == nil {
		_ = s.advance() // the error is seg.err
	}
	if !s.ok || seg.err != nil {
		seg.release()
		return nil, seg.err
	}
	return s, nil
}

func (s *source) advance() error {
	if s.seg == nil {
		if s.ok = len(s.recent) > 0; s.ok {
			s.doc, s.recent = s.recent[0], s.recent[1:]
		}
		return nil
	}
	ord, ok := s.it.seek(s.ord)
	if ok {
		s.doc, ok = s.seg.doc(ord)
		s.ord = ord + 1
	}
	s.ok = ok
	return s.seg.err
}

// Count counts the documents of a conversation in a segment.
func Count(ref Ref, conv uint32, src Source) (int, error) {
	info, err := ref.GetInfo()
	if err != nil {
		return 0, err
	}
	seg := newSegment(ref.Number, info, src)
	it := seg.term(convTerm(conv))
	n := 0
	for ord, ok := it.seek(0); ok; ord, ok = it.seek(ord + 1) {
		n++
	}
	return n, seg.err
}
