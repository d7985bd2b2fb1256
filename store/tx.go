package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"go.etcd.io/bbolt"

	"sotto/engine/model"
)

// Tx is a transaction; valid inside View or Update, on one goroutine. Reads
// that meet damage answer as if nothing were there, and the transaction as a
// whole then fails with ErrDamaged.
type Tx struct {
	s       *Store
	b       *bbolt.Tx
	write   bool
	err     error // first damage met
	sealer  sealer
	buckets map[string]*bbolt.Bucket
	scratch []byte

	convs   map[model.ConversationID]*conversation
	numbers map[uint32]model.ConversationID // read or made in this transaction
	lists   map[uint32]*list

	manifest *manifest
	added    []addedText // messages of this transaction that wait for the index
}

func newTx(s *Store, b *bbolt.Tx, write bool) *Tx {
	return &Tx{
		s: s, b: b, write: write,
		sealer:  sealer{keyset: s.keys, rand: s.options.Rand},
		buckets: make(map[string]*bbolt.Bucket, 4),
		convs:   make(map[model.ConversationID]*conversation, 4),
		numbers: make(map[uint32]model.ConversationID, 4),
		lists:   make(map[uint32]*list, 4),
	}
}

// fail notes damage.
func (tx *Tx) fail(err error) {
	if tx.err == nil && err != nil {
		tx.err = err
	}
}

func (tx *Tx) damaged(format string, args ...any) {
	tx.fail(fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...)))
}

// bucket returns nil when the bucket is missing, which is damage.
func (tx *Tx) bucket(name string) *bbolt.Bucket {
	b, ok := tx.buckets[name]
	if !ok {
		if b = tx.b.Bucket([]byte(name)); b == nil {
			tx.damaged("bucket %s is missing", name)
			return nil
		}
		if appended[name] {
			b.FillPercent = fillPercent
		}
		tx.buckets[name] = b
	}
	return b
}

// get decrypts one record into scratch space that lives until the next read.
func (tx *Tx) get(bucket string, key []byte) ([]byte, bool) {
	b := tx.bucket(bucket)
	if b == nil {
		return nil, false
	}
	v := b.Get(key)
	if v == nil {
		return nil, false
	}
	return tx.openValue(bucket, key, v)
}

func (tx *Tx) openValue(bucket string, key, v []byte) ([]byte, bool) {
	plain, err := tx.sealer.open(bucket, key, v)
	if err != nil {
		tx.fail(err)
		return nil, false
	}
	return plain, true
}

// has reports whether a key exists, without decrypting.
func (tx *Tx) has(bucket string, key []byte) bool {
	b := tx.bucket(bucket)
	return b != nil && b.Get(key) != nil
}

func (tx *Tx) put(bucket string, key, plain []byte) error {
	b, err := tx.writable(bucket)
	if err != nil {
		return err
	}
	v, err := tx.sealer.seal(bucket, key, plain)
	if err != nil {
		return err
	}
	return b.Put(key, v)
}

func (tx *Tx) delete(bucket string, key []byte) error {
	b, err := tx.writable(bucket)
	if err != nil {
		return err
	}
	return b.Delete(key)
}

func (tx *Tx) writable(bucket string) (*bbolt.Bucket, error) {
	if !tx.write {
		return nil, ErrReadOnly
	}
	b := tx.bucket(bucket)
	if b == nil {
		return nil, tx.err
	}
	return b, nil
}

// sequence gives the next number of a bucket; numbers are never given twice.
func (tx *Tx) sequence(bucket string) (uint64, error) {
	b, err := tx.writable(bucket)
	if err != nil {
		return 0, err
	}
	return b.NextSequence()
}

// each walks over a bucket in key order and decrypts each record into scratch
// space; fn returns false to stop. The bucket must not be changed meanwhile.
func (tx *Tx) each(bucket string, fn func(key, plain []byte) bool) {
	b := tx.bucket(bucket)
	if b == nil {
		return
	}
	c := b.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		plain, ok := tx.openValue(bucket, k, v)
		if !ok || !fn(k, plain) {
			return
		}
	}
}

// flush writes what the transaction kept in memory.
func (tx *Tx) flush() error {
	if err := tx.flushIndex(); err != nil {
		return err
	}
	for _, l := range tx.lists {
		if err := l.flush(); err != nil {
			return err
		}
	}
	for _, c := range tx.convs {
		if c != nil && c.dirty {
			if err := tx.writeConversation(c); err != nil {
				return err
			}
		}
	}
	if tx.err != nil {
		return tx.err
	}
	return nil
}

func (tx *Tx) afterCommit() {
	tx.s.names.add(tx.numbers)
}

// names remembers which conversation a number stands for. Numbers are never
// given twice, so an entry stays right for ever.
type names struct {
	mu sync.RWMutex
	m  map[uint32]model.ConversationID
}

func (n *names) add(m map[uint32]model.ConversationID) {
	if len(m) == 0 {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.m == nil {
		n.m = make(map[uint32]model.ConversationID)
	}
	for k, v := range m {
		n.m[k] = v
	}
}

func (n *names) get(number uint32) (model.ConversationID, bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	id, ok := n.m[number]
	return id, ok
}

// conversationOf finds the conversation of a number; false when it is deleted.
func (tx *Tx) conversationOf(number uint32) (model.ConversationID, bool) {
	if id, ok := tx.numbers[number]; ok {
		return id, true
	}
	key := be32(number)
	// A remembered number may belong to a conversation deleted since.
	if id, ok := tx.s.names.get(number); ok {
		return id, tx.has(bucketNumbers, key[:])
	}
	plain, ok := tx.get(bucketNumbers, key[:])
	if !ok {
		return "", false
	}
	id := model.ConversationID(plain)
	if !tx.write {
		tx.s.names.add(map[uint32]model.ConversationID{number: id})
	} else {
		tx.numbers[number] = id
	}
	return id, true
}

func be32(v uint32) (b [4]byte) { binary.BigEndian.PutUint32(b[:], v); return b }
func be64(v uint64) (b [8]byte) { binary.BigEndian.PutUint64(b[:], v); return b }

var errStop = errors.New("store: stop")
