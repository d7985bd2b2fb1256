package fts

import (
	"math/bits"
	"slices"
	"sort"
	"sync"
)

// smallList is how many postings of a prefix are sorted instead of put into a
// bitmap.
const smallList = 256

// prefix makes the iterator over the documents that have a word with a prefix.
func (s *segment) prefix(prefix string) iterator {
	payloads := make([][]byte, 0, 16)
	size := 0
	s.prefixRuns(prefix, func(payload []byte) {
		payloads = append(payloads, payload)
		size += len(payload)
	})
	if size <= 2*smallList { // a posting takes two bytes at least
		if size == 0 {
			return &ordList{}
		}
		l := ordList{ords: make([]uint32, 0, size/2)}
		for _, payload := range payloads {
			p := postings{b: payload}
			for p.next() {
				l.ords = append(l.ords, p.ord)
			}
		}
		slices.Sort(l.ords)
		return &l
	}
	m := s.bitmap()
	limit := uint32(s.info.Docs)
	for _, payload := range payloads {
		p := postings{b: payload}
		for p.next() {
			if p.ord < limit {
				m[p.ord/64] |= 1 << (p.ord % 64)
			}
		}
	}
	return m
}

// ordList holds a few ords in order; some may stand twice.
type ordList struct {
	ords []uint32
	at   int
}

func (l *ordList) seek(target uint32) (uint32, bool) {
	for l.at < len(l.ords) && l.ords[l.at] < target {
		l.at++
	}
	if l.at == len(l.ords) {
		return 0, false
	}
	return l.ords[l.at], true
}

// bitmap holds the ords of all words with a prefix.
type bitmap []uint64

// bitmaps keeps them between searches: they are large and live shortly.
var bitmaps sync.Pool

func (s *segment) bitmap() bitmap {
	n := (s.info.Docs + 63) / 64
	kept, _ := bitmaps.Get().(*bitmap)
	if kept == nil || cap(*kept) < n {
		fresh := make(bitmap, n)
		kept = &fresh
	}
	*kept = (*kept)[:n]
	clear(*kept)
	s.bitmaps = append(s.bitmaps, kept)
	return *kept
}

// release gives back what iterators of the segment used.
func (s *segment) release() {
	for _, m := range s.bitmaps {
		bitmaps.Put(m)
	}
	s.bitmaps = nil
}

func (m bitmap) seek(target uint32) (uint32, bool) {
	i := int(target / 64)
	if i >= len(m) {
		return 0, false
	}
	w := m[i] >> (target % 64)
	if w != 0 {
		return target + uint32(bits.TrailingZeros64(w)), true
	}
	for i++; i < len(m); i++ {
		if m[i] != 0 {
			return uint32(i*64 + bits.TrailingZeros64(m[i])), true
		}
	}
	return 0, false
}

// places holds ord<<32 | place of all words with a prefix, sorted by ord.
type places struct {
	all []uint64
	at  int
}

func (s *segment) prefixPlaces(prefix string) placed {
	var all []uint64
	var scratch []uint32
	sorted := true
	s.prefixRuns(prefix, func(payload []byte) {
		p := postings{b: payload}
		for p.next() {
			scratch = p.appendPlaces(scratch[:0])
			for _, x := range scratch {
				v := uint64(p.ord)<<32 | uint64(x)
				sorted = sorted && (len(all) == 0 || all[len(all)-1] <= v)
				all = append(all, v)
			}
		}
	})
	if !sorted {
		if len(all) < 4096 {
			slices.Sort(all)
		} else {
			all = sortByOrd(all, uint32(s.info.Docs))
		}
	}
	return &places{all: all}
}

// sortByOrd is a radix sort over the bits that ords of this segment have.
func sortByOrd(all []uint64, docs uint32) []uint64 {
	const digit = 11
	to := make([]uint64, len(all))
	for shift := 32; docs>>(shift-32) > 0; shift += digit {
		var count [1<<digit + 1]int
		for _, v := range all {
			count[v>>shift&(1<<digit-1)+1]++
		}
		for i := range len(count) - 1 {
			count[i+1] += count[i]
		}
		for _, v := range all {
			d := v >> shift & (1<<digit - 1)
			to[count[d]] = v
			count[d]++
		}
		all, to = to, all
	}
	return all
}

func (p *places) seek(target uint32) (uint32, bool) {
	want := uint64(target) << 32
	if p.at < len(p.all) && p.all[p.at] < want {
		// Gallop: targets rise in small steps.
		step := 1
		for p.at+step < len(p.all) && p.all[p.at+step] < want {
			p.at += step
			step *= 2
		}
		rest := p.all[p.at:min(len(p.all), p.at+step+1)]
		p.at += sort.Search(len(rest), func(i int) bool { return rest[i] >= want })
	}
	if p.at >= len(p.all) {
		return 0, false
	}
	return uint32(p.all[p.at] >> 32), true
}

func (p *places) positions(dst []uint32) []uint32 {
	ord := p.all[p.at] >> 32
	for _, v := range p.all[p.at:] {
		if v>>32 != ord {
			break
		}
		dst = append(dst, uint32(v))
	}
	return dst
}

// all meets iterators that must agree.
type all []iterator

func (a all) seek(target uint32) (uint32, bool) {
	for {
		start := target
		for _, it := range a {
			ord, ok := it.seek(target)
			if !ok {
				return 0, false
			}
			target = ord
		}
		if target == start {
			return target, true
		}
	}
}

// phrase meets terms that stand at fixed distances.
type phrase struct {
	terms   []placed
	offsets []uint32
	starts  []uint32
	next    []uint32
}

func (p *phrase) seek(target uint32) (uint32, bool) {
	for {
		start := target
		for _, t := range p.terms {
			ord, ok := t.seek(target)
			if !ok {
				return 0, false
			}
			target = ord
		}
		if target == start {
			if p.adjacent() {
				return target, true
			}
			target++
		}
	}
}

// adjacent checks the places of the current document.
func (p *phrase) adjacent() bool {
	p.starts = p.terms[0].positions(p.starts[:0])
	// Places of later terms relative to the first; offsets rise.
	for i, t := range p.terms[1:] {
		by := p.offsets[i+1] - p.offsets[0]
		p.next = t.positions(p.next[:0])
		kept := p.starts[:0]
		for _, x := range p.starts {
			if slices.Contains(p.next, x+by) {
				kept = append(kept, x)
			}
		}
		if p.starts = kept; len(kept) == 0 {
			return false
		}
	}
	return true
}

// iterator makes the iterator of a whole query in this segment.
func (s *segment) iterator(q Query, conv uint32) iterator {
	var parts all
	if conv != 0 {
		only := s.term(convTerm(conv))
		if _, ok := only.seek(0); !ok {
			return nil
		}
		parts = append(parts, only)
	}
	// Cheap ones first: when one finds nothing, prefixes are not collected.
	for pass := range 2 {
		for _, c := range q.clauses {
			last := c.terms[len(c.terms)-1]
			if last.prefix != (pass == 1) {
				continue
			}
			it := s.clause(c)
			if _, ok := it.seek(0); !ok {
				return nil
			}
			parts = append(parts, it)
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return parts
}

func (s *segment) clause(c clause) iterator {
	if len(c.terms) == 1 {
		if !c.terms[0].prefix {
			return s.term(c.terms[0].term)
		}
		return s.prefix(c.terms[0].term)
	}
	p := &phrase{}
	for _, t := range c.terms {
		if !t.prefix {
			if _, ok := s.term(t.term).seek(0); !ok {
				return &ordList{}
			}
		}
	}
	for _, t := range c.terms {
		if t.prefix {
			p.terms = append(p.terms, s.prefixPlaces(t.term))
		} else {
			p.terms = append(p.terms, s.term(t.term))
		}
		p.offsets = append(p.offsets, uint32(t.offset))
	}
	return p
}
