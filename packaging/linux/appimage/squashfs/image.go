package squashfs

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

var le = binary.LittleEndian

const (
	magic        = 0x73717368 // "hsqs"
	superSize    = 96
	zstdID       = 6
	noTable      = ^uint64(0)
	metaSize     = 8192 // of an unpacked metadata block
	fragmentSize = 16   // of a row of the fragment table
)

// Image is an opened image. It keeps the blocks read last and is not safe for
// use by several goroutines.
type Image struct {
	r    io.ReaderAt
	size int64
	zstd *zstd.Decoder

	blockSize               uint32
	fragments               uint32
	root                    uint64 // inode reference
	inodes, dirs, fragTable int64  // where the tables begin

	meta     map[int64]metaBlock // by place
	fragment []byte              // the one read last
	fragAt   int64               // its number, -1: none
	work     int64               // bytes unpacked so far
}

// metaBlock is an unpacked metadata block and where the next one begins.
type metaBlock struct {
	data []byte
	next int64
}

// Open reads the superblock (96 bytes, little endian):
//
//	0 magic 4 · 12 block size 4 · 16 fragments 4 · 20 compressor 2 · 28 version 2+2
//	32 root inode 8 · 40 bytes used 8 · 64 inode table 8 · 72 directory table 8 · 80 fragment table 8
func Open(r io.ReaderAt, size int64) (*Image, error) {
	var b [superSize]byte
	if size < superSize {
		return nil, fmt.Errorf("%w: %d bytes", ErrMalformed, size)
	}
	if _, err := r.ReadAt(b[:], 0); err != nil {
		return nil, fmt.Errorf("squashfs: read superblock: %w", err)
	}
	used := le.Uint64(b[40:])
	i := &Image{r: r, size: int64(used), blockSize: le.Uint32(b[12:]), fragments: le.Uint32(b[16:]), root: le.Uint64(b[32:]),
		meta: map[int64]metaBlock{}, fragAt: -1}
	switch {
	case le.Uint32(b[:]) != magic:
		return nil, fmt.Errorf("%w: no squashfs", ErrMalformed)
	case le.Uint16(b[28:]) != 4 || le.Uint16(b[30:]) != 0:
		return nil, fmt.Errorf("%w: version %d.%d", ErrUnsupported, le.Uint16(b[28:]), le.Uint16(b[30:]))
	case le.Uint16(b[20:]) != zstdID:
		return nil, fmt.Errorf("%w: compressor %d", ErrUnsupported, le.Uint16(b[20:]))
	case used < superSize || used > uint64(size):
		return nil, fmt.Errorf("%w: %d bytes of %d", ErrMalformed, used, size)
	case i.blockSize < 4096 || i.blockSize > maxBlock || i.blockSize&(i.blockSize-1) != 0:
		return nil, fmt.Errorf("%w: blocks of %d bytes", ErrMalformed, i.blockSize)
	case i.fragments > maxEntries:
		return nil, ErrTooLarge
	}
	for _, t := range []struct {
		at    *int64
		place uint64
	}{{&i.inodes, le.Uint64(b[64:])}, {&i.dirs, le.Uint64(b[72:])}, {&i.fragTable, le.Uint64(b[80:])}} {
		if t.place == noTable && t.at == &i.fragTable && i.fragments == 0 {
			continue
		}
		if t.place < superSize || t.place >= used {
			return nil, fmt.Errorf("%w: a table outside", ErrMalformed)
		}
		*t.at = int64(t.place)
	}
	var err error
	i.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxBlock), zstd.WithDecoderMaxWindow(maxBlock))
	return i, err
}

// Close gives back the memory of the decompressor.
func (i *Image) Close() { i.zstd.Close() }

// read returns n bytes of the file.
func (i *Image) read(at int64, n int) ([]byte, error) {
	if at < 0 || n < 0 || at > i.size-int64(n) {
		return nil, fmt.Errorf("%w: a block outside", ErrMalformed)
	}
	b := make([]byte, n)
	if _, err := i.r.ReadAt(b, at); err != nil {
		return nil, fmt.Errorf("squashfs: read: %w", err)
	}
	return b, nil
}

// unpack undoes the compression of a block that may be at most limit bytes.
func (i *Image) unpack(b []byte, packed bool, limit int) ([]byte, error) {
	if packed {
		var err error
		if b, err = i.zstd.DecodeAll(b, make([]byte, 0, limit)); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
		}
	}
	if len(b) > limit {
		return nil, fmt.Errorf("%w: a block of %d bytes", ErrMalformed, len(b))
	}
	if i.work += int64(len(b)); i.work > maxWork {
		return nil, ErrTooLarge
	}
	return b, nil
}

// metadata unpacks the metadata block at a place of the file:
// size 2 (bit 15: not compressed) · bytes.
func (i *Image) metadata(at int64) (metaBlock, error) {
	if m, ok := i.meta[at]; ok {
		return m, nil
	}
	head, err := i.read(at, 2)
	if err != nil {
		return metaBlock{}, err
	}
	h := le.Uint16(head)
	n := int(h & 0x7fff)
	b, err := i.read(at+2, n)
	if err != nil {
		return metaBlock{}, err
	}
	if b, err = i.unpack(b, h&0x8000 == 0, metaSize); err != nil {
		return metaBlock{}, err
	}
	const kept = 64
	if len(i.meta) >= kept {
		clear(i.meta)
	}
	m := metaBlock{b, at + 2 + int64(n)}
	i.meta[at] = m
	return m, nil
}

// cursor reads through metadata blocks that follow each other.
type cursor struct {
	image *Image
	at    int64 // of the block
	pos   int   // in the unpacked block
}

// take returns the next n bytes.
func (c *cursor) take(n int) ([]byte, error) {
	out := make([]byte, 0, min(n, metaSize))
	for {
		m, err := c.image.metadata(c.at)
		if err != nil {
			return nil, err
		}
		if c.pos > len(m.data) || len(m.data) == 0 {
			return nil, fmt.Errorf("%w: an offset outside its block", ErrMalformed)
		}
		part := m.data[c.pos:min(len(m.data), c.pos+n-len(out))]
		out = append(out, part...)
		if c.pos += len(part); len(out) == n {
			return out, nil
		}
		c.at, c.pos = m.next, 0
	}
}
