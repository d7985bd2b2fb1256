package store

import (
	"encoding/binary"
	"fmt"
	"slices"
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
	dropped []uint32                        // numbers that went in this transaction
	lists   map[uint32]*list

	manifest *manifest
	added    []addedText // messages of this transaction that wait for the index

	fileRefs map[string]int64 // how many more messages name a file, by its name
	adopted  []string         // files put into place
	unnamed  []string         // files that no message names any more
}

func newTx(s *Store, b *bbolt.Tx, write bool) *Tx {
	return &Tx{
		s: s, b: b, write: write,
		sealer:  sealer{keyset: s.keys, rand: s.options.Rand},
		buckets: make(map[string]*bbolt.Bucket, 8),
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
	if err := tx.flushFiles(); err != nil {
		return err
	}
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

// beforeCommit makes deletions known to caches before any reader can see them.
func (tx *Tx) beforeCommit() { tx.s.names.died(tx.dropped, uint64(tx.b.ID())) }

func (tx *Tx) afterCommit() {
	tx.s.names.add(tx.numbers)
	tx.removeFiles(tx.unnamed)
}

// commitFailed takes beforeCommit back.
func (tx *Tx) commitFailed() { tx.s.names.revive(tx.dropped, uint64(tx.b.ID())) }

// names remembers which conversation a number stands for, and since which
// transaction of bbolt it stands for none. Numbers are never given twice.
type names struct {
	mu sync.RWMutex
	m  map[uint32]name
}

type name struct {
	id   model.ConversationID
	died uint64 // 0 while it lives
}

func (n *names) add(m map[uint32]model.ConversationID) {
	if len(m) == 0 {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.m == nil {
		n.m = make(map[uint32]name)
	}
	for k, v := range m {
		// A reader of an old snapshot may come late with a number that died.
		if _, ok := n.m[k]; !ok {
			n.m[k] = name{id: v}
		}
	}
}

func (n *names) died(numbers []uint32, at uint64) {
	if len(numbers) == 0 {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.m == nil {
		n.m = make(map[uint32]name)
	}
	for _, k := range numbers {
		n.m[k] = name{n.m[k].id, at}
	}
}

func (n *names) revive(numbers []uint32, at uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, k := range numbers {
		if n.m[k].died == at {
			delete(n.m, k)
		}
	}
}

// reset is called when the file is exchanged, which counts transactions anew.
func (n *names) reset() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.m = nil
}

func (n *names) get(number uint32) (name, bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	x, ok := n.m[number]
	return x, ok
}

// conversationOf finds the conversation of a number; false when it is deleted.
func (tx *Tx) conversationOf(number uint32) (model.ConversationID, bool) {
	if id, ok := tx.numbers[number]; ok {
		return id, true
	}
	if slices.Contains(tx.dropped, number) {
		return "", false
	}
	if x, ok := tx.s.names.get(number); ok {
		if x.died == 0 {
			return x.id, true
		}
		if x.died <= uint64(tx.b.ID()) {
			return "", false
		}
	}
	key := be32(number)
	plain, ok := tx.get(bucketNumbers, key[:])
	if !ok {
		return "", false
	}
	id := model.ConversationID(plain)
	if !tx.write {
		tx.s.names.add(map[uint32]model.ConversationID{number: id})
	} else {
		tx.remember(number, id)
	}
	return id, true
}

// remember notes a number read or given in this transaction.
func (tx *Tx) remember(number uint32, id model.ConversationID) {
	if tx.numbers == nil {
		tx.numbers = make(map[uint32]model.ConversationID, 8)
	}
	tx.numbers[number] = id
}

func be32(v uint32) (b [4]byte) { binary.BigEndian.PutUint32(b[:], v); return b }
func be64(v uint64) (b [8]byte) { binary.BigEndian.PutUint64(b[:], v); return b }
