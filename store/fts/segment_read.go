package fts

import (
	"encoding/binary"
	"sort"
	"strings"
)

// segment is one segment during a search.
type segment struct {
	number uint64
	info   *Info
	src    Source
	err    error // first error; iterators then end

	docs  []Doc // of block docAt
	docAt int   // -1 is none

	bitmaps []*bitmap // to be released
}

func newSegment(number uint64, info *Info, src Source) *segment {
	return &segment{number: number, info: info, src: src, docAt: -1}
}

func (s *segment) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *segment) termBlock(i int) []byte {
	b, err := s.src.Block(s.number, KindTerms, uint32(i))
	if err != nil {
		s.fail(err)
		return nil
	}
	return b
}

func (s *segment) docBlock(i int) []Doc {
	if s.docAt == i {
		return s.docs
	}
	docs, err := s.src.Docs(s.number, uint32(i), min(docsPerBlock, s.info.Docs-i*docsPerBlock))
	if err != nil {
		s.fail(err)
		return nil
	}
	s.docs, s.docAt = docs, i
	return s.docs
}

func (s *segment) doc(ord uint32) (Doc, bool) {
	if int(ord) >= s.info.Docs {
		s.fail(format("ord out of range"))
		return Doc{}, false
	}
	docs := s.docBlock(int(ord) / docsPerBlock)
	if docs == nil {
		return Doc{}, false
	}
	return docs[int(ord)%docsPerBlock], true
}

// older finds the first ord whose document comes behind d in the order.
func (s *segment) older(d Doc) uint32 {
	// Blocks before k begin with a time that is not older; k-1 is the last
	// that can hold the place.
	k := sort.Search(len(s.info.times), func(i int) bool { return s.info.times[i] < d.Time })
	// With many documents of one time, several blocks begin with it.
	for ; k > 0; k-- {
		docs := s.docBlock(k - 1)
		if docs == nil {
			return uint32(s.info.Docs)
		}
		if !d.newer(docs[0]) {
			i := sort.Search(len(docs), func(i int) bool { return d.newer(docs[i]) })
			return uint32((k-1)*docsPerBlock + i)
		}
		if s.info.times[k-1] > d.Time {
			break
		}
	}
	return uint32(k * docsPerBlock)
}

// block finds the last term block that starts at or before (term, ord).
func (i *Info) block(term string, ord uint32) int {
	n := sort.Search(len(i.terms), func(k int) bool {
		if i.terms[k] != term {
			return i.terms[k] > term
		}
		return i.ords[k] > ord
	})
	return max(0, n-1)
}

// runs walks over the runs of a term block.
type runs struct {
	b    []byte
	term []byte
	bad  bool
}

func (r *runs) next() (payload []byte, ok bool) {
	if len(r.b) == 0 {
		return nil, false
	}
	rd := reader{b: r.b}
	keep := rd.bounded(uint64(len(r.term)))
	rest := rd.take(rd.bounded(maxTerm - keep))
	payload = rd.take(rd.uvarint())
	if rd.bad {
		r.bad, r.b = true, nil
		return nil, false
	}
	r.term = append(r.term[:keep], rest...)
	r.b = rd.b
	return payload, true
}

// find moves to the first run whose term is not less than want, and returns its
// payload. Terms stand in order and say how much they share with the one
// before, so most are passed without a look at their bytes.
func (r *runs) find(want string) (payload []byte, ok bool) {
	if len(r.term) != 0 {
		panic("fts: find in the middle of a block")
	}
	same := 0 // bytes that the term before shares with want, being less
	for len(r.b) > 0 {
		rd := reader{b: r.b}
		keep := int(rd.bounded(maxTerm))
		rest := rd.take(rd.bounded(maxTerm - uint64(keep)))
		payload = rd.take(rd.uvarint())
		if rd.bad {
			break
		}
		r.b = rd.b
		if keep > same {
			continue // parts with want where the one before did: less
		}
		// The term shares keep bytes with want, then comes rest.
		n := 0
		for n < len(rest) && keep+n < len(want) && rest[n] == want[keep+n] {
			n++
		}
		if n < len(rest) && (keep+n == len(want) || rest[n] > want[keep+n]) || n == len(rest) && keep+n == len(want) {
			r.term = append(append(r.term[:0], want[:keep]...), rest...)
			return payload, true
		}
		same = keep + n
	}
	if len(r.b) > 0 {
		r.bad, r.b = true, nil
	}
	return nil, false
}

// postings walks over a payload. It keeps offsets, no slices: this is the
// innermost loop of every search, and pointers written there cost whenever the
// garbage collector is at work.
type postings struct {
	b        []byte
	off      int
	ord      uint32
	begun    bool
	one      bool
	place    uint32 // when one
	from, to int    // of the places, otherwise
}

// next reads one posting; false at the end or when it does not parse.
func (p *postings) next() bool { return p.seek(0) }

// seek reads on until the first posting whose ord is not less than target.
func (p *postings) seek(target uint32) bool {
	b, off, ord, begun := p.b, p.off, p.ord, p.begun
	for off < len(b) {
		v := uint64(b[off])
		off++
		if v >= 0x80 {
			x, n := binary.Uvarint(b[off-1:])
			if n <= 0 {
				break
			}
			v, off = x, off-1+n
		}
		if begun {
			ord += uint32(v >> 1)
		} else {
			ord, begun = uint32(v>>1), true
		}
		if off >= len(b) {
			break
		}
		x := uint64(b[off])
		off++
		if x >= 0x80 {
			y, n := binary.Uvarint(b[off-1:])
			if n <= 0 {
				break
			}
			x, off = y, off-1+n
		}
		if v&1 == 0 {
			if x > uint64(len(b)-off) {
				break
			}
			p.from = off
			off += int(x)
		}
		if ord >= target {
			p.off, p.ord, p.begun = off, ord, true
			p.one, p.place, p.to = v&1 != 0, uint32(x), off
			return true
		}
	}
	p.off, p.ord, p.begun = len(b), ord, begun
	return false
}

// places are the encoded places of the current posting, when it is not one.
func (p *postings) places() []byte { return p.b[p.from:p.to] }

// appendPlaces decodes the places of the current posting.
func (p *postings) appendPlaces(dst []uint32) []uint32 {
	if p.one {
		return append(dst, p.place)
	}
	last := uint32(0)
	for b := p.places(); len(b) > 0; {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			break
		}
		b = b[n:]
		last += uint32(v)
		dst = append(dst, last)
	}
	return dst
}

// iterator walks over ords, rising.
type iterator interface {
	// seek returns the first ord >= target; false when there is none.
	seek(target uint32) (uint32, bool)
}

// placed is an iterator that knows places.
type placed interface {
	iterator
	// positions appends the places of term in the ord last returned.
	positions(dst []uint32) []uint32
}

// termIterator reads the postings of one term.
type termIterator struct {
	s     *segment
	term  string
	block int
	p     postings
	more  bool // the term goes on in the next block
	begun bool
	ended bool

	scratch [2 * maxTerm]byte
}

func (s *segment) term(term string) *termIterator { return &termIterator{s: s, term: term} }

// open looks for the term in a block.
func (t *termIterator) open(block int) bool {
	b := t.s.termBlock(block)
	if b == nil {
		return false
	}
	r := runs{b: b, term: t.scratch[:0]}
	payload, ok := r.find(t.term)
	if r.bad {
		t.s.fail(format("term block"))
	}
	if !ok || string(r.term) != t.term {
		return false
	}
	t.block, t.p, t.more = block, postings{b: payload}, t.continues(block)
	return true
}

// continues reports that the term goes on in the next block.
func (t *termIterator) continues(block int) bool {
	return block+1 < len(t.s.info.terms) && t.s.info.terms[block+1] == t.term
}

func (t *termIterator) seek(target uint32) (uint32, bool) {
	if t.ended {
		return 0, false
	}
	if t.begun && t.p.ord >= target {
		return t.p.ord, true
	}
	info := t.s.info
	if !t.begun || t.more && info.ords[t.block+1] <= target {
		block := info.block(t.term, target)
		t.begun = true
		if !t.open(block) && !(t.s.err == nil && t.continues(block) && t.open(block+1)) {
			t.ended = true
			return 0, false
		}
	}
	for !t.p.seek(target) {
		if !t.more || !t.open(t.block+1) {
			t.ended = true
			return 0, false
		}
	}
	return t.p.ord, true
}

func (t *termIterator) positions(dst []uint32) []uint32 { return t.p.appendPlaces(dst) }

// prefixRuns hands out the payloads of all terms with a prefix.
func (s *segment) prefixRuns(prefix string, visit func(payload []byte)) {
	for block := s.info.block(prefix, 0); block < len(s.info.terms); block++ {
		first := s.info.terms[block]
		if first > prefix && !strings.HasPrefix(first, prefix) {
			return
		}
		b := s.termBlock(block)
		if b == nil {
			return
		}
		var scratch [2 * maxTerm]byte
		r := runs{b: b, term: scratch[:0]}
		for payload, ok := r.find(prefix); ok; payload, ok = r.next() {
			if len(r.term) < len(prefix) || string(r.term[:len(prefix)]) != prefix {
				return
			}
			visit(payload)
		}
		if r.bad {
			s.fail(format("term block"))
			return
		}
	}
}
