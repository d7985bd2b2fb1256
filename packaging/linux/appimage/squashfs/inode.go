package squashfs

import (
	"fmt"
	"io/fs"
)

// Kinds of inodes, the basic ones and those with larger fields.
const (
	kindDir     = 1
	kindFile    = 2
	kindLink    = 3
	kindDirExt  = 8
	kindFileExt = 9
	kindLinkExt = 10
)

const noFragment = ^uint32(0)

// inode is what the image says of a file, a folder or a link.
type inode struct {
	kind fs.FileMode // 0, fs.ModeDir or fs.ModeSymlink
	perm fs.FileMode
	size int64

	start    int64 // of a folder: its block in the directory table; of a file: its first data block
	offset   int   // of a folder: in that block; of a file: in its fragment
	fragment uint32
	sizes    *cursor // of a file: the list of its block sizes
	target   string  // of a link
}

// inode reads the inode with a reference: block ‖ offset in it (16 bits).
//
//	header      kind 2 · permissions 2 · owner 2 · group 2 · time 4 · number 4
//	folder      block 4 · links 4 · size 2 · offset 2 · parent 4
//	folder ext  links 4 · size 4 · block 4 · parent 4 · indexes 2 · offset 2 · attributes 4
//	file        block 4 · fragment 4 · offset 4 · size 4 · sizes 4…
//	file ext    block 8 · size 8 · sparse 8 · links 4 · fragment 4 · offset 4 · attributes 4 · sizes 4…
//	link        links 4 · length 4 · target
func (i *Image) inode(ref uint64) (n inode, err error) {
	if ref>>16 > uint64(i.size) {
		return n, fmt.Errorf("%w: an inode outside", ErrMalformed)
	}
	c := &cursor{i, i.inodes + int64(ref>>16), int(ref & 0xffff)}
	head, err := c.take(16)
	if err != nil {
		return n, err
	}
	n.perm = fs.FileMode(le.Uint16(head[2:])) & fs.ModePerm
	n.fragment = noFragment
	switch kind := le.Uint16(head); kind {
	case kindDir:
		b, err := c.take(16)
		if err != nil {
			return n, err
		}
		n.kind, n.start, n.size, n.offset = fs.ModeDir, int64(le.Uint32(b)), int64(le.Uint16(b[8:])), int(le.Uint16(b[10:]))
	case kindDirExt:
		b, err := c.take(24)
		if err != nil {
			return n, err
		}
		n.kind, n.start, n.size, n.offset = fs.ModeDir, int64(le.Uint32(b[8:])), int64(le.Uint32(b[4:])), int(le.Uint16(b[18:]))
	case kindFile:
		b, err := c.take(16)
		if err != nil {
			return n, err
		}
		n.start, n.fragment, n.offset, n.size = int64(le.Uint32(b)), le.Uint32(b[4:]), int(le.Uint32(b[8:])), int64(le.Uint32(b[12:]))
		n.sizes = c
	case kindFileExt:
		b, err := c.take(40)
		if err != nil {
			return n, err
		}
		start, size := le.Uint64(b), le.Uint64(b[8:])
		if start > uint64(i.size) {
			return n, fmt.Errorf("%w: a file outside", ErrMalformed)
		}
		if size > maxBytes {
			return n, ErrTooLarge
		}
		n.start, n.size, n.fragment, n.offset = int64(start), int64(size), le.Uint32(b[28:]), int(le.Uint32(b[32:]))
		n.sizes = c
	case kindLink, kindLinkExt:
		b, err := c.take(8)
		if err != nil {
			return n, err
		}
		length := le.Uint32(b[4:])
		if length == 0 || length > maxLink {
			return n, fmt.Errorf("%w: a link of %d bytes", ErrMalformed, length)
		}
		target, err := c.take(int(length))
		if err != nil {
			return n, err
		}
		n.kind, n.target = fs.ModeSymlink, string(target)
	default:
		return n, fmt.Errorf("%w: inode of kind %d", ErrUnsupported, kind)
	}
	if n.size > maxBytes {
		return n, ErrTooLarge
	}
	return n, nil
}

// child is an entry of a folder.
type child struct {
	name string
	ref  uint64
}

// children reads a folder: runs of count-1 4 · inode block 4 · number 4, each
// followed by its entries: offset 2 · number 2 · kind 2 · length-1 2 · name.
func (i *Image) children(n inode, limit int) ([]child, error) {
	const phantom = 3 // the size counts "." and ".." that are not written
	left := n.size - phantom
	c := &cursor{i, i.dirs + n.start, n.offset}
	var all []child
	for left > 0 {
		head, err := c.take(12)
		if err != nil {
			return nil, err
		}
		left -= 12
		count, block := le.Uint32(head), uint64(le.Uint32(head[4:]))
		const run = 256
		if count >= run {
			return nil, fmt.Errorf("%w: a run of %d entries", ErrMalformed, count)
		}
		for range count + 1 {
			b, err := c.take(8)
			if err != nil {
				return nil, err
			}
			length := int(le.Uint16(b[6:])) + 1
			name, err := c.take(min(length, 257))
			if err != nil {
				return nil, err
			}
			left -= int64(8 + length)
			if !plainName(string(name)) {
				return nil, fmt.Errorf("%w: %q", ErrOutside, name)
			}
			all = append(all, child{string(name), block<<16 | uint64(le.Uint16(b))})
			if len(all) > limit {
				return nil, ErrTooLarge
			}
		}
	}
	if left < 0 && n.size >= phantom {
		return nil, fmt.Errorf("%w: a folder longer than it says", ErrMalformed)
	}
	return all, nil
}
