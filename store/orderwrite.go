package store

import (
	"fmt"
	"slices"
	"sort"
)

// insert puts e in its place. An entry with the same (time, message) must not
// be there.
func (l *list) insert(e entry) error {
	if !l.tx.write {
		return ErrReadOnly
	}
	c := l.locate(e.at, e.id)
	if c == nil {
		if l.tx.err != nil {
			return l.tx.err
		}
		return l.create(labelFirst, []entry{e})
	}
	i := sort.Search(len(c.entries), func(i int) bool { return !c.entries[i].before(e.at, e.id) })
	if i < len(c.entries) && c.entries[i].at == e.at && c.entries[i].id == e.id {
		return fmt.Errorf("%w: message %d is twice in a list", ErrDamaged, e.id)
	}
	if len(c.entries) < chunkMax {
		c.entries = slices.Insert(c.entries, i, e)
		c.dirty = true
		return nil
	}
	// Full. At the ends of the list, where nearly everything goes, a new chunk
	// is begun; elsewhere the chunk splits.
	last, _ := l.lastLabel()
	if i == len(c.entries) && c.label == last && last < ^uint64(0)-2*labelGap {
		return l.create(last+labelGap, []entry{e})
	}
	if first, ok := l.firstLabel(); i == 0 && ok && c.label == first && first > 2*labelGap {
		return l.create(first-labelGap, []entry{e})
	}
	label, ok := l.between(c)
	if !ok {
		if err := l.relabel(); err != nil {
			return err
		}
		return l.insert(e)
	}
	half := len(c.entries) / 2
	right := append(make([]entry, 0, chunkMax+1), c.entries[half:]...)
	c.entries = c.entries[:half]
	c.dirty = true
	if i <= half {
		c.entries = slices.Insert(c.entries, i, e)
	} else {
		right = slices.Insert(right, i-half, e)
	}
	return l.create(label, right)
}

// between finds a label behind c and before the next chunk.
func (l *list) between(c *chunk) (uint64, bool) {
	next, ok := l.atOrAfter(c.label + 1)
	if !ok {
		return c.label + labelGap, c.label < ^uint64(0)-2*labelGap
	}
	mid := c.label + (next-c.label)/2
	return mid, mid > c.label
}

// create puts a new chunk into the file at once, so that cursors see it.
func (l *list) create(label uint64, entries []entry) error {
	c := &chunk{label: label, entries: entries}
	i, exists := slices.BinarySearch(l.known(), label)
	if exists {
		panic("store: a label is given twice")
	}
	l.labels = slices.Insert(l.labels, i, label)
	l.chunks[label] = c
	if l.last == nil || label > l.last.label {
		l.last = c
	}
	return l.writeChunk(c)
}

func (l *list) writeChunk(c *chunk) error {
	l.tx.scratch = encodeChunk(l.tx.scratch, c.entries)
	c.dirty = false
	return l.tx.put(bucketOrder, l.key(c.label), l.tx.scratch)
}

// relabel gives all chunks even gaps again, which is needed when many splits
// happened in one place.
func (l *list) relabel() error {
	var all []*chunk
	for label, ok := l.firstLabel(); ok; label, ok = l.atOrAfter(label + 1) {
		c := l.load(label)
		if c == nil {
			return l.tx.err
		}
		all = append(all, c)
	}
	if err := l.drop(); err != nil {
		return err
	}
	for i, c := range all {
		if err := l.create(labelFirst+uint64(i)*labelGap, c.entries); err != nil {
			return err
		}
	}
	return nil
}

// remove takes the entry at p out.
func (l *list) remove(p position) error {
	if !l.tx.write {
		return ErrReadOnly
	}
	p.c.entries = slices.Delete(p.c.entries, p.i, p.i+1)
	p.c.dirty = true
	if len(p.c.entries) > 0 {
		return nil
	}
	delete(l.chunks, p.c.label)
	if l.last == p.c {
		l.last = nil
	}
	if i, ok := slices.BinarySearch(l.known(), p.c.label); ok {
		l.labels = slices.Delete(l.labels, i, i+1)
	}
	return l.tx.delete(bucketOrder, l.key(p.c.label))
}

// set changes the flags of the entry at p.
func (l *list) set(p position, flags entryFlags) error {
	if !l.tx.write {
		return ErrReadOnly
	}
	if p.c.entries[p.i].flags != flags {
		p.c.entries[p.i].flags = flags
		p.c.dirty = true
	}
	return nil
}

// drop removes the whole list.
func (l *list) drop() error {
	for _, label := range l.known() {
		if err := l.tx.delete(bucketOrder, l.key(label)); err != nil {
			return err
		}
	}
	l.chunks, l.last, l.labels = make(map[uint64]*chunk), nil, nil
	return l.tx.err
}

func (l *list) flush() error {
	for _, c := range l.chunks {
		if c.dirty {
			if err := l.writeChunk(c); err != nil {
				return err
			}
		}
	}
	return nil
}
