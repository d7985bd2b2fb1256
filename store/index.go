package store

import (
	"encoding/binary"
	"slices"

	"sotto/engine/model"
	"sotto/store/fts"
)

// The full-text index: segments (package fts) of messages up to the watermark,
// and a tail of newer messages that a search looks at one by one. A message is
// in the tail from the transaction that stores it on; when the tail is long,
// the transaction that makes it so writes a segment. Deleted messages stay in
// their segment, marked, until it is merged (indexstep.go).

// addedText is a message of this transaction, kept so that it need not be
// decrypted again when the tail is flushed.
type addedText struct {
	doc   fts.Doc
	texts []string
}

// texts are what is searched in a message.
func texts(m *model.Message) []string {
	n := 1
	if len(m.Attachments) > 0 || m.Preview != nil {
		n += 2*len(m.Attachments) + 1
	}
	all := make([]string, 0, n)
	if m.Text != "" {
		all = append(all, m.Text)
	}
	for i := range m.Attachments {
		for _, s := range [...]string{m.Attachments[i].Caption, m.Attachments[i].Name} {
			if s != "" {
				all = append(all, s)
			}
		}
	}
	if m.Preview != nil && m.Preview.Title != "" {
		all = append(all, m.Preview.Title)
	}
	return all
}

func docOf(number uint32, m *model.Message) fts.Doc {
	return fts.Doc{ID: uint64(m.ID), Time: int64(m.Timestamp), Conv: number, Outgoing: m.Outgoing}
}

func (tx *Tx) noteAdded(number uint32, m *model.Message) {
	tx.added = append(tx.added, addedText{docOf(number, m), texts(m)})
}

// forgetAdded leaves out the messages of a conversation that is dropped.
func (tx *Tx) forgetAdded(number uint32) {
	for i := range tx.added {
		if tx.added[i].doc.Conv == number {
			tx.added[i].texts = nil
		}
	}
}

// findAdded finds a message of this transaction.
func (tx *Tx) findAdded(id model.MessageID) *addedText {
	i, ok := slices.BinarySearchFunc(tx.added, uint64(id), func(a addedText, id uint64) int {
		switch {
		case a.doc.ID < id:
			return -1
		case a.doc.ID > id:
			return 1
		}
		return 0
	})
	if !ok {
		return nil
	}
	return &tx.added[i]
}

// reindex follows a change of a message.
func (tx *Tx) reindex(old, m *model.Message) error {
	was, is := texts(old), texts(m)
	if slices.Equal(was, is) {
		return nil
	}
	if a := tx.findAdded(m.ID); a != nil {
		a.texts = is
	}
	x := tx.index()
	if x == nil {
		return tx.err
	}
	key := be64(uint64(m.ID))
	if uint64(m.ID) > x.watermark || tx.has(bucketIndexAgain, key[:]) {
		return nil // not in a segment: the search reads the message itself
	}
	if len(was) > 0 {
		if err := tx.markStale(uint64(m.ID), x.next-1); err != nil {
			return err
		}
	}
	if len(is) == 0 {
		return nil
	}
	return tx.put(bucketIndexAgain, key[:], newRecord(nil))
}

// markDead follows the deletion of a message.
func (tx *Tx) markDead(m *model.Message) error {
	if a := tx.findAdded(m.ID); a != nil {
		a.texts = nil
	}
	x := tx.index()
	if x == nil {
		return tx.err
	}
	if uint64(m.ID) > x.watermark {
		return nil
	}
	key := be64(uint64(m.ID))
	if tx.has(bucketIndexAgain, key[:]) {
		return tx.delete(bucketIndexAgain, key[:])
	}
	if len(texts(m)) == 0 {
		return nil
	}
	return tx.markStale(uint64(m.ID), ^uint64(0))
}

// stale is a mark: in segments numbered up to limit the message is not what it
// was any more. copies is in how many of them it stands.
type stale struct {
	limit  uint64
	copies uint64
}

func (tx *Tx) stale(id uint64) (s stale, ok bool) {
	key := be64(id)
	plain, ok := tx.get(bucketIndexDead, key[:])
	if !ok {
		return s, false
	}
	d := readRecord(plain)
	for d.next() {
		switch d.field {
		case 1:
			s.limit = d.u
		case 2:
			s.copies = d.u
		}
	}
	tx.fail(d.err)
	return s, d.err == nil
}

func (tx *Tx) putStale(id uint64, s stale) error {
	key := be64(id)
	r := newRecord(tx.scratch)
	r.uint(1, s.limit)
	r.uint(2, s.copies)
	tx.scratch = r
	return tx.put(bucketIndexDead, key[:], r)
}

func (tx *Tx) markStale(id, limit uint64) error {
	s, _ := tx.stale(id)
	s.limit = max(s.limit, limit)
	s.copies++
	x := tx.index()
	if x == nil {
		return tx.err
	}
	for i := range x.segments {
		if seg := &x.segments[i]; seg.span.Low <= id && id <= seg.span.High && seg.number <= limit {
			tx.countDead(seg, 1)
		}
	}
	return tx.putStale(id, s)
}

func (tx *Tx) countDead(seg *segmentRecord, n int) {
	seg.dead = min(seg.dead+n, seg.docs)
	if seg.deadSince == 0 {
		seg.deadSince = int64(tx.s.now())
	}
	tx.manifest.dirty = true
}

// unmark is called when a merge has left a stale message out.
func (tx *Tx) unmark(id uint64) error {
	s, ok := tx.stale(id)
	if !ok {
		return tx.err
	}
	if s.copies <= 1 {
		key := be64(id)
		return tx.delete(bucketIndexDead, key[:])
	}
	s.copies--
	return tx.putStale(id, s)
}

// markConversationDead counts what goes with a conversation's number. The
// documents themselves need no marks: their conversation is not there any more.
func (tx *Tx) markConversationDead(number uint32) error {
	x := tx.index()
	if x == nil {
		return tx.err
	}
	for i, ref := range tx.refs(x) {
		n, err := fts.Count(ref, number, plainBlocks{tx})
		if err != nil {
			return indexError(err)
		}
		if n > 0 {
			tx.countDead(&x.segments[i], n)
		}
	}
	return nil
}

// flushIndex writes segments while the tail is long, and the manifest.
func (tx *Tx) flushIndex() error {
	if len(tx.added) > 0 {
		b := tx.bucket(bucketMessages)
		x := tx.index()
		if b == nil || x == nil {
			return tx.err
		}
		for b.Sequence()-x.watermark >= tailMax {
			if err := tx.indexTail(); err != nil {
				return err
			}
		}
		for candidates := x.candidates(0); candidates != nil; candidates = x.candidates(0) {
			if err := tx.mergeNow(candidates); err != nil {
				return err
			}
		}
	}
	return tx.writeIndex()
}

// indexTail moves at most flushMax messages from the tail into a new segment.
func (tx *Tx) indexTail() error {
	x := tx.index()
	bucket := tx.bucket(bucketMessages)
	if x == nil || bucket == nil {
		return tx.err
	}
	var b fts.Builder
	upTo := x.watermark
	n := 0
	// Messages of earlier transactions are read, those of this one are at hand.
	from := be64(x.watermark + 1)
	firstAdded := ^uint64(0)
	if len(tx.added) > 0 {
		firstAdded = tx.added[0].doc.ID
	}
	c := bucket.Cursor()
	for k, v := c.Seek(from[:]); len(k) == 8 && n < flushMax; k, v = c.Next() {
		id := binary.BigEndian.Uint64(k)
		if id >= firstAdded {
			break
		}
		plain, ok := tx.openValue(bucketMessages, k, v)
		if !ok {
			return tx.err
		}
		m, number, ok := tx.readMessage(model.MessageID(id), plain)
		if !ok {
			return tx.err
		}
		b.Add(docOf(number, &m), texts(&m)...)
		upTo, n = id, n+1
	}
	if n < flushMax {
		for i := range tx.added {
			a := &tx.added[i]
			if a.doc.ID <= x.watermark {
				continue
			}
			if n == flushMax {
				break
			}
			b.Add(a.doc, a.texts...)
			upTo, n = a.doc.ID, n+1
		}
	}
	if n < flushMax {
		// All are in: numbers above that were given are of deleted messages.
		upTo = bucket.Sequence()
		if err := tx.indexAgain(&b, x); err != nil {
			return err
		}
	}
	x.watermark, x.dirty = upTo, true
	if len(b.Docs()) == 0 {
		return nil
	}
	if err := b.Write(tx.sink(x.next)); err != nil {
		return err
	}
	x.segments = append(x.segments, segmentRecord{number: x.next, docs: len(b.Docs()), span: b.Span()})
	x.next++
	return nil
}

// indexAgain takes in the messages whose text has changed since they were
// indexed.
func (tx *Tx) indexAgain(b *fts.Builder, x *manifest) error {
	for _, id := range tx.again() {
		m, number, ok := tx.message(model.MessageID(id))
		if tx.err != nil {
			return tx.err
		}
		if ok {
			b.Add(docOf(number, &m), texts(&m)...)
		}
		key := be64(id)
		if err := tx.delete(bucketIndexAgain, key[:]); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) again() []uint64 {
	b := tx.bucket(bucketIndexAgain)
	if b == nil {
		return nil
	}
	var ids []uint64
	c := b.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		if len(k) != 8 {
			tx.damaged("index-again has a key of %d bytes", len(k))
			return nil
		}
		ids = append(ids, binary.BigEndian.Uint64(k))
	}
	return ids
}
