package boltfile

// Record is one key of one bucket. The slices belong to the caller.
type Record struct {
	Bucket     string // empty in Loose, where the tree is not known
	Key, Value []byte
}

// Walk hands out every record of top-level buckets that can be reached from
// the state m, and goes on after errors. It returns the number of pages that
// could not be read. Pages are visited at most once. sequence gets the
// sequence number of each bucket.
func (f *File) Walk(m Meta, sequence func(bucket string, n uint64), visit func(Record)) (lost int) {
	w := &walker{f: f, seen: map[uint64]bool{}, visit: visit, sequence: sequence}
	w.root(m.Root, 0)
	return w.lost
}

// Records is Walk for a file that must be whole: the first page that cannot be
// read (ErrBad), and the first error of visit or sequence, end it. A bucket's
// sequence comes after its records.
func (f *File) Records(m Meta, sequence func(bucket string, n uint64) error, visit func(Record) error) error {
	var err error
	w := &walker{f: f, seen: map[uint64]bool{}}
	w.visit = func(r Record) {
		if err == nil {
			err = visit(r)
			w.stop = err != nil
		}
	}
	w.sequence = func(bucket string, n uint64) {
		if err == nil && w.lost == 0 {
			err = sequence(bucket, n)
			w.stop = err != nil
		}
	}
	w.root(m.Root, 0)
	if err == nil && w.lost > 0 {
		err = bad("%d pages cannot be read", w.lost)
	}
	return err
}

type walker struct {
	f        *File
	seen     map[uint64]bool
	lost     int
	stop     bool // by Records
	visit    func(Record)
	sequence func(string, uint64)
}

func (w *walker) load(id uint64, depth int) (page, bool) {
	if w.stop {
		return page{}, false
	}
	if id < 2 || depth > maxDepth || w.seen[id] {
		w.lost++
		return page{}, false
	}
	w.seen[id] = true
	p, err := w.f.read(id)
	if err != nil {
		w.lost++
		return p, false
	}
	return p, true
}

func (w *walker) root(id uint64, depth int) {
	w.node(id, depth, func(p page) {
		es, err := p.leaves()
		if err != nil {
			w.lost++
			return
		}
		for _, e := range es {
			if e.err != nil {
				w.lost++
				continue
			}
			if !e.bucket {
				continue
			}
			name := string(e.key)
			root, inline, err := bucketOf(e.value)
			switch {
			case err != nil:
				w.lost++
			case inline != nil:
				w.leaf(name, *inline)
			default:
				w.node(root, 0, func(p page) { w.leaf(name, p) })
			}
			if err == nil && w.sequence != nil {
				w.sequence(name, sequenceOf(e.value))
			}
		}
	})
}

func (w *walker) node(id uint64, depth int, leaf func(page)) {
	p, ok := w.load(id, depth)
	if !ok {
		return
	}
	if p.flags != flagBranch {
		leaf(p)
		return
	}
	es, err := p.branches()
	if err != nil {
		w.lost++
		return
	}
	for _, e := range es {
		w.node(e.child, depth+1, leaf)
	}
}

func (w *walker) leaf(bucket string, p page) {
	es, err := p.leaves()
	if err != nil {
		w.lost++
		return
	}
	for _, e := range es {
		if e.err != nil {
			w.lost++
			continue
		}
		if !e.bucket {
			w.visit(Record{bucket, e.key, e.value})
		}
	}
}

// Loose hands out what stands on anything that looks like a leaf page, in use
// or not: older versions and deleted records too. It is the last resort when
// the trees are broken.
func (f *File) Loose(visit func(Record)) {
	for id := uint64(2); id < f.pages(); id++ {
		h, err := f.header(id)
		if err != nil || h.flags != flagLeaf {
			continue
		}
		p, err := f.read(id)
		if err != nil {
			continue
		}
		es, err := p.leaves()
		if err != nil {
			continue
		}
		for _, e := range es {
			if e.err == nil && !e.bucket {
				visit(Record{"", e.key, e.value})
			} else if e.err == nil {
				if _, inline, err := bucketOf(e.value); err == nil && inline != nil {
					if in, err := inline.leaves(); err == nil {
						for _, x := range in {
							if x.err == nil && !x.bucket {
								visit(Record{string(e.key), x.key, x.value})
							}
						}
					}
				}
			}
		}
	}
}
