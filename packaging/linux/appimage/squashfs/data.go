package squashfs

import (
	"fmt"
	"io"
)

const stored = 1 << 24 // bit of a size that says: not compressed

// copyTo writes the contents of a file: its blocks, then its part of a fragment.
func (i *Image) copyTo(w io.Writer, n inode) error {
	left, at := n.size, n.start
	for left > 0 && (n.fragment == noFragment || left >= int64(i.blockSize)) {
		b, err := n.sizes.take(4)
		if err != nil {
			return err
		}
		want := int(min(left, int64(i.blockSize)))
		size := le.Uint32(b)
		data := make([]byte, want) // a size of zero stands for a block of zeros
		if size == 0 {
			if i.work += int64(want); i.work > maxWork {
				return ErrTooLarge
			}
		} else if data, err = i.block(at, size); err != nil {
			return err
		}
		if len(data) != want {
			return fmt.Errorf("%w: a block of %d bytes instead of %d", ErrMalformed, len(data), want)
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
		at += int64(size &^ stored)
		left -= int64(want)
	}
	if left == 0 {
		return nil
	}
	tail, err := i.fragmentBlock(n.fragment)
	if err != nil {
		return err
	}
	if n.offset > len(tail) || left > int64(len(tail)-n.offset) {
		return fmt.Errorf("%w: a tail outside its fragment", ErrMalformed)
	}
	_, err = w.Write(tail[n.offset : n.offset+int(left)])
	return err
}

// block unpacks a data block.
func (i *Image) block(at int64, size uint32) ([]byte, error) {
	n := size &^ stored
	if n == 0 || n > i.blockSize {
		return nil, fmt.Errorf("%w: a packed block of %d bytes", ErrMalformed, n)
	}
	b, err := i.read(at, int(n))
	if err != nil {
		return nil, err
	}
	return i.unpack(b, size&stored == 0, int(i.blockSize))
}

// fragmentBlock unpacks a fragment. The table is a list of places of metadata
// blocks (8 bytes each) with rows of place 8 · size 4 · unused 4.
func (i *Image) fragmentBlock(number uint32) ([]byte, error) {
	if i.fragAt == int64(number) {
		return i.fragment, nil
	}
	if number >= i.fragments {
		return nil, fmt.Errorf("%w: no fragment %d", ErrMalformed, number)
	}
	const rows = metaSize / fragmentSize
	place, err := i.read(i.fragTable+8*int64(number/rows), 8)
	if err != nil {
		return nil, err
	}
	at := le.Uint64(place)
	if at > uint64(i.size) {
		return nil, fmt.Errorf("%w: a fragment outside", ErrMalformed)
	}
	c := &cursor{i, int64(at), int(number%rows) * fragmentSize}
	row, err := c.take(fragmentSize)
	if err != nil {
		return nil, err
	}
	if at = le.Uint64(row); at > uint64(i.size) {
		return nil, fmt.Errorf("%w: a fragment outside", ErrMalformed)
	}
	data, err := i.block(int64(at), le.Uint32(row[8:]))
	if err != nil {
		return nil, err
	}
	i.fragment, i.fragAt = data, int64(number)
	return data, nil
}
