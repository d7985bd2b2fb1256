package store

import (
	"encoding/binary"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"sotto/engine/model"
	"sotto/store/fts"
)

const (
	defaultHits = 50
	maxHits     = 1000
)

// tailText is a message of the tail, tokenized. It stands for a record as long
// as the record has the same nonce: every write draws a new one.
type tailText struct {
	nonce [nonceSize]byte
	doc   fts.Doc
	text  fts.Text
}

// Search finds messages, newest first. All words must occur, each also as the
// beginning of a longer word; a text in double quotes is a phrase of whole
// words, whose last word is a beginning while the closing quote is missing.
// Case, accents and punctuation do not matter; scripts without spaces are found
// by any part. Captions and names of files count too. Limit is 50 when not set.
func (tx *Tx) Search(q model.Query) ([]model.Hit, error) {
	r := fts.Request{Query: fts.Parse(q.Text), From: int64(q.From), To: int64(q.To), Limit: q.Limit}
	if r.Query.Empty() {
		return nil, nil
	}
	if r.Limit <= 0 {
		r.Limit = defaultHits
	}
	r.Limit = min(r.Limit, maxHits)
	if q.Conversation != "" {
		c := tx.conv(q.Conversation)
		if c == nil {
			return nil, tx.err
		}
		r.Conv = c.number
	}
	if q.Before != nil {
		r.Before = &fts.Doc{ID: uint64(q.Before.Message), Time: int64(q.Before.Timestamp)}
	}
	x := tx.index()
	if x == nil {
		return nil, tx.err
	}
	marks := tx.bucket(bucketIndexDead)
	if marks == nil {
		return nil, tx.err
	}
	first, _ := marks.Cursor().First()
	r.Accept = func(segment uint64, d fts.Doc) bool {
		if q.Outgoing != nil && d.Outgoing != *q.Outgoing {
			return false
		}
		if segment != 0 && first != nil {
			if s, ok := tx.stale(d.ID); ok && segment <= s.limit {
				return false
			}
		}
		_, ok := tx.conversationOf(d.Conv)
		return ok
	}
	var err error
	if r.Recent, err = tx.searchTail(x, &r); err != nil {
		return nil, err
	}
	docs, err := fts.Search(r, tx.refs(x), cachedBlocks{tx})
	if err != nil {
		return nil, indexError(err)
	}
	hits := make([]model.Hit, len(docs))
	for i, d := range docs {
		id, _ := tx.conversationOf(d.Conv)
		hits[i] = model.Hit{Message: model.MessageID(d.ID), Conversation: id, Timestamp: model.Millis(d.Time)}
	}
	return hits, nil
}

// indexError gives errors of blocks this package's meaning.
func indexError(err error) error {
	if errors.Is(err, fts.ErrFormat) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

// searchTail looks at the messages that are in no segment yet.
func (tx *Tx) searchTail(x *manifest, r *fts.Request) ([]fts.Doc, error) {
	b := tx.bucket(bucketMessages)
	if b == nil {
		return nil, tx.err
	}
	c := &tx.s.index
	c.mu.Lock()
	defer c.mu.Unlock()
	var found []fts.Doc
	look := func(k, v []byte) bool {
		t := tx.tailText(k, v)
		if t == nil {
			return false
		}
		if (r.Conv == 0 || t.doc.Conv == r.Conv) && r.Query.Matches(t.text) {
			found = append(found, t.doc)
		}
		return true
	}
	from := be64(x.watermark + 1)
	cur := b.Cursor()
	for k, v := cur.Seek(from[:]); k != nil; k, v = cur.Next() {
		if !look(k, v) {
			return nil, tx.err
		}
	}
	return found, tx.searchAgain(b, look)
}

func (tx *Tx) searchAgain(messages *bbolt.Bucket, look func(k, v []byte) bool) error {
	for _, id := range tx.again() {
		key := be64(id)
		if v := messages.Get(key[:]); v != nil && !look(key[:], v) {
			return tx.err
		}
	}
	return tx.err
}

// tailText tokenizes a stored message, or remembers having done so. The index
// cache is locked.
func (tx *Tx) tailText(k, v []byte) *tailText {
	if len(k) != 8 || len(v) < sealSize {
		tx.damaged("a message record is too short")
		return nil
	}
	id := binary.BigEndian.Uint64(k)
	c := &tx.s.index
	t := c.tail[id]
	if t != nil && t.nonce == [nonceSize]byte(v[:nonceSize]) {
		return t
	}
	plain, ok := tx.openValue(bucketMessages, k, v)
	if !ok {
		return nil
	}
	m, number, ok := tx.readMessage(model.MessageID(id), plain)
	if !ok {
		return nil
	}
	t = &tailText{nonce: [nonceSize]byte(v[:nonceSize]), doc: docOf(number, &m), text: fts.Tokenize(texts(&m)...)}
	if c.tail == nil || len(c.tail) > 4*tailMax {
		c.tail = make(map[uint64]*tailText, tailMax)
	}
	c.tail[id] = t
	return t
}
