package boltfile

import (
	"bytes"
	"encoding/binary"
)

// checker walks the branch pages of one state of the file.
type checker struct {
	f    *File
	meta Meta
	used []uint64 // bitmap of pages seen
}

// Check tells whether the newest state of the file can be given to bbolt: all
// of it lies within the file, and the branch pages form trees in which no page
// stands twice or is free, so that every descent ends. Leaf pages are not read
// (that would be the whole file); what is wrong in them shows when they are.
func (f *File) Check() error {
	m := f.metas[0]
	switch {
	case m.Pages > f.pages():
		return bad("file is cut off: %d of %d pages", f.pages(), m.Pages)
	case m.Root >= m.Pages || m.Root < 2:
		return bad("root page %d out of range", m.Root)
	}
	c := &checker{f: f, meta: m, used: make([]uint64, m.Pages/64+1)}
	c.mark(0)
	c.mark(1)
	if err := c.freelist(); err != nil {
		return err
	}
	return c.tree(m.Root, true)
}

// mark reports false when the page was marked before.
func (c *checker) mark(id uint64) bool {
	if c.used[id/64]&(1<<(id%64)) != 0 {
		return false
	}
	c.used[id/64] |= 1 << (id % 64)
	return true
}

func (c *checker) take(id uint64) error {
	if id < 2 || id >= c.meta.Pages {
		return bad("page %d out of range", id)
	}
	if !c.mark(id) {
		return bad("page %d is used twice", id)
	}
	return nil
}

// freelist marks the free pages, which no tree may use.
func (c *checker) freelist() error {
	if c.meta.Freelist == noFreelist {
		return nil
	}
	if err := c.take(c.meta.Freelist); err != nil {
		return err
	}
	p, err := c.f.read(c.meta.Freelist)
	if err != nil {
		return err
	}
	if p.flags != flagFreelist {
		return bad("page %d has flags %#x, want the free list", p.id, p.flags)
	}
	ids, n := p.data[headerSize:], uint64(p.count)
	if n == 0xFFFF { // the real count is the first entry
		n = binary.LittleEndian.Uint64(ids)
		ids = ids[8:]
	}
	if n > uint64(len(ids)/8) {
		return bad("free list of %d pages does not fit", n)
	}
	last := uint64(0)
	for i := range n {
		id := binary.LittleEndian.Uint64(ids[8*i:])
		if id <= last {
			return bad("free list is out of order at page %d", id)
		}
		last = id
		if err := c.take(id); err != nil {
			return err
		}
	}
	return nil
}

// tree checks one bucket. Trees of bbolt have the same depth everywhere; it is
// measured at the left edge, and what should be a leaf by it is not read.
func (c *checker) tree(root uint64, top bool) error {
	depth := 0
	for id := root; ; depth++ {
		if depth > maxDepth {
			return bad("tree at page %d does not end", root)
		}
		if id < 2 || id >= c.meta.Pages {
			return bad("page %d out of range", id)
		}
		h, err := c.f.header(id)
		if err != nil {
			return err
		}
		if h.flags == flagLeaf {
			break
		}
		p, err := c.f.read(id)
		if err != nil {
			return err
		}
		es, err := p.branches()
		if err != nil {
			return err
		}
		if len(es) == 0 {
			return bad("branch page %d is empty", id)
		}
		id = es[0].child
	}
	return c.node(root, depth, top)
}

func (c *checker) node(id uint64, height int, top bool) error {
	if err := c.take(id); err != nil {
		return err
	}
	if height == 0 && !top {
		return nil
	}
	p, err := c.f.read(id)
	if err != nil {
		return err
	}
	if p.flags == flagLeaf {
		if !top {
			return nil
		}
		return c.buckets(p)
	}
	if height == 0 {
		return bad("page %d is deeper than its tree", id)
	}
	es, err := p.branches()
	if err != nil {
		return err
	}
	for i, e := range es {
		if i > 0 && bytes.Compare(es[i-1].key, e.key) >= 0 {
			return bad("branch page %d is out of order", id)
		}
		if err := c.node(e.child, height-1, top); err != nil {
			return err
		}
	}
	return nil
}

// buckets follows the buckets on a leaf page of the root.
func (c *checker) buckets(p page) error {
	es, err := p.leaves()
	if err != nil {
		return err
	}
	for _, e := range es {
		if e.err != nil {
			return e.err
		}
		if !e.bucket {
			continue
		}
		root, inline, err := bucketOf(e.value)
		if err != nil {
			return err
		}
		if inline != nil {
			if _, err := inline.leaves(); err != nil {
				return err
			}
			continue
		}
		if err := c.tree(root, false); err != nil {
			return err
		}
	}
	return nil
}

// bucketOf reads the value of a bucket: root page and sequence, and when the
// root is 0 the only page itself.
func bucketOf(v []byte) (root uint64, inline *page, err error) {
	if len(v) < 16 {
		return 0, nil, bad("bucket of %d bytes", len(v))
	}
	root = binary.LittleEndian.Uint64(v)
	if root != 0 {
		return root, nil, nil
	}
	if len(v) < 16+headerSize {
		return 0, nil, bad("inline bucket of %d bytes", len(v))
	}
	p := parseHeader(v[16:])
	p.data = v[16:]
	return 0, &p, nil
}

func sequenceOf(v []byte) uint64 { return binary.LittleEndian.Uint64(v[8:]) }
