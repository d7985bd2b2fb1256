package boltfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
)

const (
	headerSize  = 16
	elementSize = 16
	metaSize    = 64
	magic       = 0xED0CDAED
	version     = 2

	flagBranch   = 0x01
	flagLeaf     = 0x02
	flagMeta     = 0x04
	flagFreelist = 0x10
	leafBucket   = 0x01 // element flag: the value is a bucket

	noFreelist = ^uint64(0)
	// maxDepth bounds descents; a tree of 2^64 pages with two keys each is
	// not deeper.
	maxDepth = 64
	// maxPageBytes bounds one page with its overflow, which holds one record
	// of at most some MiB.
	maxPageBytes = 64 << 20
)

// ErrBad is in the chain of every error about the content of the file.
var ErrBad = errors.New("boltfile: bad page")

func bad(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrBad, fmt.Sprintf(format, args...))
}

// Meta is one of the two meta pages: the state after one transaction.
type Meta struct {
	Root     uint64 // page of the root bucket
	Freelist uint64
	Pages    uint64 // pages in use, the high-water mark
	Txid     uint64
}

// File is a bbolt file.
type File struct {
	r        io.ReaderAt
	size     int64
	pageSize int64
	metas    []Meta // valid ones, newest first
}

// Open reads the meta pages. The error is ErrBad when neither is valid.
func Open(r io.ReaderAt, size int64) (*File, error) {
	f := &File{r: r, size: size}
	// The page size stands in the metas, and the second one's place depends on
	// it: try what bbolt tries.
	if m, ps, ok := readMeta(r, 0); ok {
		f.pageSize = ps
		f.metas = append(f.metas, m)
	}
	for ps := int64(1024); ps <= 1024<<14 && ps+metaSize <= size; ps <<= 1 {
		if f.pageSize != 0 && ps != f.pageSize {
			continue
		}
		if m, own, ok := readMeta(r, ps); ok && own == ps {
			f.pageSize = ps
			f.metas = append(f.metas, m)
			break
		}
	}
	switch {
	case len(f.metas) == 0:
		return nil, bad("no valid meta page in %d bytes", size)
	case len(f.metas) == 2 && f.metas[1].Txid > f.metas[0].Txid:
		f.metas[0], f.metas[1] = f.metas[1], f.metas[0]
	}
	return f, nil
}

// Raw is a file whose meta pages are gone: only Loose makes sense of it.
func Raw(r io.ReaderAt, size, pageSize int64) *File {
	return &File{r: r, size: size, pageSize: pageSize}
}

func readMeta(r io.ReaderAt, at int64) (m Meta, pageSize int64, ok bool) {
	var b [headerSize + metaSize]byte
	if _, err := r.ReadAt(b[:], at); err != nil {
		return m, 0, false
	}
	le := binary.LittleEndian
	p := b[headerSize:]
	sum := fnv.New64a()
	sum.Write(p[:56])
	if le.Uint32(p) != magic || le.Uint32(p[4:]) != version || le.Uint64(p[56:]) != sum.Sum64() {
		return m, 0, false
	}
	pageSize = int64(le.Uint32(p[8:]))
	if pageSize < 1024 || pageSize > 1024<<14 || pageSize&(pageSize-1) != 0 {
		return m, 0, false
	}
	m = Meta{
		Root:     le.Uint64(p[16:]),
		Freelist: le.Uint64(p[32:]),
		Pages:    le.Uint64(p[40:]),
		Txid:     le.Uint64(p[48:]),
	}
	return m, pageSize, true
}

// Metas returns the valid meta pages, newest first.
func (f *File) Metas() []Meta { return f.metas }

// PageSize is in bytes.
func (f *File) PageSize() int64 { return f.pageSize }

// pages is the number of whole pages in the file.
func (f *File) pages() uint64 { return uint64(f.size / f.pageSize) }

// page is a page with its overflow, in memory.
type page struct {
	id       uint64
	flags    uint16
	count    int
	overflow uint32
	data     []byte // from the header on
}

// header reads only the header of a page.
func (f *File) header(id uint64) (page, error) {
	var b [headerSize]byte
	if id >= f.pages() {
		return page{}, bad("page %d lies behind the end of the file (%d pages)", id, f.pages())
	}
	if _, err := f.r.ReadAt(b[:], int64(id)*f.pageSize); err != nil {
		return page{}, bad("page %d: %v", id, err)
	}
	p := parseHeader(b[:])
	if p.id != id {
		return page{}, bad("page %d says it is page %d", id, p.id)
	}
	return p, nil
}

func parseHeader(b []byte) page {
	le := binary.LittleEndian
	return page{
		id:       le.Uint64(b),
		flags:    le.Uint16(b[8:]),
		count:    int(le.Uint16(b[10:])),
		overflow: le.Uint32(b[12:]),
	}
}

// read reads a page with its overflow.
func (f *File) read(id uint64) (page, error) {
	p, err := f.header(id)
	if err != nil {
		return p, err
	}
	n := (int64(p.overflow) + 1) * f.pageSize
	if n > maxPageBytes || int64(id)*f.pageSize+n > f.size {
		return p, bad("page %d with %d pages of overflow does not fit", id, p.overflow)
	}
	p.data = make([]byte, n)
	if _, err := f.r.ReadAt(p.data, int64(id)*f.pageSize); err != nil {
		return p, bad("page %d: %v", id, err)
	}
	return p, nil
}

type branchElement struct {
	key   []byte
	child uint64
}

// branches parses a branch page.
func (p page) branches() ([]branchElement, error) {
	if p.flags != flagBranch {
		return nil, bad("page %d has flags %#x, want a branch", p.id, p.flags)
	}
	if headerSize+p.count*elementSize > len(p.data) {
		return nil, bad("branch page %d cannot hold %d elements", p.id, p.count)
	}
	le := binary.LittleEndian
	out := make([]branchElement, p.count)
	for i := range out {
		at := headerSize + i*elementSize
		pos, ksize := uint64(le.Uint32(p.data[at:])), uint64(le.Uint32(p.data[at+4:]))
		from := uint64(at) + pos
		if from+ksize > uint64(len(p.data)) {
			return nil, bad("branch page %d: key %d lies outside", p.id, i)
		}
		out[i] = branchElement{p.data[from : from+ksize], le.Uint64(p.data[at+8:])}
	}
	return out, nil
}

type leafElement struct {
	bucket     bool
	key, value []byte
	err        error // the element lies outside of its page
}

// leaves parses a leaf page; elements that do not fit carry an error, the
// others stand.
func (p page) leaves() ([]leafElement, error) {
	if p.flags != flagLeaf {
		return nil, bad("page %d has flags %#x, want a leaf", p.id, p.flags)
	}
	if headerSize+p.count*elementSize > len(p.data) {
		return nil, bad("leaf page %d cannot hold %d elements", p.id, p.count)
	}
	le := binary.LittleEndian
	out := make([]leafElement, p.count)
	for i := range out {
		at := headerSize + i*elementSize
		flags := le.Uint32(p.data[at:])
		from := uint64(at) + uint64(le.Uint32(p.data[at+4:]))
		ksize, vsize := uint64(le.Uint32(p.data[at+8:])), uint64(le.Uint32(p.data[at+12:]))
		if from+ksize+vsize > uint64(len(p.data)) {
			out[i].err = bad("leaf page %d: element %d lies outside", p.id, i)
			continue
		}
		out[i] = leafElement{
			bucket: flags&leafBucket != 0,
			key:    p.data[from : from+ksize],
			value:  p.data[from+ksize : from+ksize+vsize],
		}
	}
	return out, nil
}
