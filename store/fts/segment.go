package fts

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrFormat is in the chain of errors about blocks that do not parse. Blocks
// are authenticated before they come here, so it means a fault, not an attack.
var ErrFormat = errors.New("fts: block does not parse")

func format(what string) error { return fmt.Errorf("%w: %s", ErrFormat, what) }

// Doc is a document as the index knows it.
type Doc struct {
	ID       uint64
	Time     int64
	Conv     uint32
	Outgoing bool
}

// newer is the order of documents: newest first.
func (d Doc) newer(e Doc) bool { return d.Time > e.Time || d.Time == e.Time && d.ID > e.ID }

// Kinds of blocks of a segment.
const (
	KindInfo  = 'i' // one, number 0: sizes and where to look
	KindTerms = 't' // runs of postings in the order of (term, ord)
	KindDocs  = 'd' // documents in the order of ord, docsPerBlock each
)

// Source reads blocks. The slice must stay as it is until the search or merge
// step ends.
type Source interface {
	Block(segment uint64, kind byte, n uint32) ([]byte, error)
	// Docs is a block of documents, decoded (DecodeDocs); it stays as it is.
	Docs(segment uint64, n uint32, count int) ([]Doc, error)
}

// Sink takes the blocks of a new segment; data is only valid during the call.
type Sink func(kind byte, n uint32, data []byte) error

const (
	formatVersion = 1
	blockSize     = 4000 // plain bytes of a term block, about
	docsPerBlock  = 64
	// maxDocs bounds what a reader believes of an info block.
	maxDocs = 1 << 28
)

// Info is what a segment says of itself, in memory: about 15 bytes for each
// block.
type Info struct {
	Docs      int
	terms     []string // first term of each term block
	ords      []uint32 // first ord of each term block
	times     []int64  // time of the first document of each doc block, falling
	sizeBytes int
}

// Size is about how much memory the info takes.
func (i *Info) Size() int { return i.sizeBytes }

// A pseudo-term names the documents of one conversation; no text makes terms
// that start with 00.
func convTerm(conv uint32) string {
	return string(binary.BigEndian.AppendUint32([]byte{0}, conv))
}

// encode writes the info block: version, docs, number of term blocks, for each
// the length shared with the term before, the rest and the first ord; number of
// doc blocks, for each how much older it begins than the one before.
func (i *Info) encode() []byte {
	b := []byte{formatVersion}
	b = binary.AppendUvarint(b, uint64(i.Docs))
	b = binary.AppendUvarint(b, uint64(len(i.terms)))
	last := ""
	for k, t := range i.terms {
		n := shared(last, t)
		b = binary.AppendUvarint(b, uint64(n))
		b = binary.AppendUvarint(b, uint64(len(t)-n))
		b = append(b, t[n:]...)
		b = binary.AppendUvarint(b, uint64(i.ords[k]))
		last = t
	}
	b = binary.AppendUvarint(b, uint64(len(i.times)))
	var at int64
	for k, t := range i.times {
		if k == 0 {
			b = binary.AppendVarint(b, t)
		} else {
			b = binary.AppendUvarint(b, uint64(at-t))
		}
		at = t
	}
	return b
}

// ParseInfo reads an info block.
func ParseInfo(b []byte) (*Info, error) {
	r := reader{b: b}
	if r.byte() != formatVersion {
		return nil, format("info version")
	}
	i := &Info{Docs: int(r.bounded(maxDocs))}
	blocks := r.bounded(uint64(len(r.b)))
	i.ords = make([]uint32, blocks)
	ends := make([]int, blocks)
	var all, term []byte
	for k := range i.ords {
		n := r.bounded(uint64(len(term)))
		rest := r.take(r.bounded(maxTerm - n))
		term = append(term[:n], rest...)
		all = append(all, term...)
		ends[k] = len(all)
		i.ords[k] = uint32(r.bounded(maxDocs))
		if r.bad {
			return nil, format("info terms")
		}
	}
	// One string for all: a segment has thousands of blocks.
	text := string(all)
	i.terms = make([]string, blocks)
	from := 0
	for k, to := range ends {
		i.terms[k] = text[from:to]
		from = to
	}
	docBlocks := r.bounded(uint64(len(r.b)))
	if r.bad || int(docBlocks) != (i.Docs+docsPerBlock-1)/docsPerBlock {
		return nil, format("info documents")
	}
	i.times = make([]int64, docBlocks)
	for k := range i.times {
		if k == 0 {
			i.times[k] = r.varint()
		} else {
			i.times[k] = i.times[k-1] - int64(r.uvarint())
		}
	}
	if r.bad {
		return nil, format("info times")
	}
	i.sizeBytes = len(all) + len(i.terms)*28 + len(i.times)*8 + 64
	return i, nil
}

func shared(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// encodeDocs writes a doc block: for each document how much older it is than
// the one before (the first: its time), the difference of numbers, and
// conversation<<1 | outgoing.
func encodeDocs(b []byte, docs []Doc) []byte {
	b = b[:0]
	var last Doc
	for i, d := range docs {
		if i == 0 {
			b = binary.AppendVarint(b, d.Time)
		} else {
			b = binary.AppendUvarint(b, uint64(last.Time-d.Time))
		}
		b = binary.AppendVarint(b, int64(d.ID-last.ID))
		v := uint64(d.Conv) << 1
		if d.Outgoing {
			v |= 1
		}
		b = binary.AppendUvarint(b, v)
		last = d
	}
	return b
}

// DecodeDocs reads a block of n documents.
func DecodeDocs(b []byte, n int) ([]Doc, error) {
	dst := make([]Doc, n)
	r := reader{b: b}
	var last Doc
	for i := range dst {
		if i == 0 {
			last.Time = r.varint()
		} else {
			last.Time -= int64(r.uvarint())
		}
		last.ID += uint64(r.varint())
		v := r.uvarint()
		last.Conv, last.Outgoing = uint32(v>>1), v&1 != 0
		dst[i] = last
	}
	if r.bad {
		return nil, format("documents")
	}
	return dst, nil
}

// reader reads numbers and remembers when one was not there.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		r.bad = true
		return 0
	}
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

func (r *reader) uvarint() uint64 {
	if len(r.b) > 0 && r.b[0] < 0x80 {
		v := r.b[0]
		r.b = r.b[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

// bounded is 0 and bad for more than limit.
func (r *reader) bounded(limit uint64) uint64 {
	v := r.uvarint()
	if v > limit {
		r.bad, r.b = true, nil
		return 0
	}
	return v
}

func (r *reader) take(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return nil
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}
