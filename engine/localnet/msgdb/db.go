package msgdb

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"
)

// The buckets. Times are big-endian milliseconds, so that byte order is time
// order.
//
//	messages  owner(33) ‖ namespace(2) ‖ row(8) → hash(43) ‖ timestamp(8) ‖ expiry(8) ‖ data
//	hashes    hash(43)                          → owner(33) ‖ namespace(2) ‖ row(8)
//	expiries  expiry(8) ‖ hash(43)              → nothing
//	revoked   owner(33) ‖ token(36)             → time of revocation(8)
var (
	bucketMessages = []byte("messages")
	bucketHashes   = []byte("hashes")
	bucketExpiries = []byte("expiries")
	bucketRevoked  = []byte("revoked")
)

// syncEvery is how long a commit may stay out of the disk.
const syncEvery = 5 * time.Second

// maxGroup bounds the writers that share a transaction.
const maxGroup = 256

// DB is the database of one node. It is safe for concurrent use.
type DB struct {
	bolt *bbolt.DB

	mu     sync.RWMutex // guards closed against senders to writes
	closed bool
	writes chan *write
	done   chan struct{}
}

type write struct {
	apply func(*tx) error
	err   chan error
}

// Open opens or creates the database in the file at path.
func Open(path string) (*DB, error) {
	bolt, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:        time.Second,
		NoSync:         true, // see the package comment
		NoFreelistSync: true,
		FreelistType:   bbolt.FreelistMapType,
	})
	if errors.Is(err, bbolterrors.ErrTimeout) {
		return nil, ErrInUse
	}
	if err != nil {
		return nil, fmt.Errorf("open message database: %w", err)
	}
	err = bolt.Update(func(t *bbolt.Tx) error {
		for _, name := range [][]byte{bucketMessages, bucketHashes, bucketExpiries, bucketRevoked} {
			if _, err := t.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("prepare message database: %w", err), bolt.Close())
	}
	db := &DB{bolt: bolt, writes: make(chan *write, maxGroup), done: make(chan struct{})}
	go db.write()
	return db, nil
}

// Close waits for running writes and releases the file.
func (db *DB) Close() error {
	db.mu.Lock()
	if db.closed {
		db.mu.Unlock()
		return nil
	}
	db.closed = true
	close(db.writes)
	db.mu.Unlock()
	<-db.done
	return errors.Join(db.bolt.Sync(), db.bolt.Close())
}

// update runs apply within a read-write transaction, perhaps together with the
// writes of other callers, and returns when it is committed.
func (db *DB) update(apply func(*tx) error) error {
	w := &write{apply: apply, err: make(chan error, 1)}
	db.mu.RLock()
	if db.closed {
		db.mu.RUnlock()
		return ErrClosed
	}
	db.writes <- w
	db.mu.RUnlock()
	return <-w.err
}

func (db *DB) view(read func(*tx) error) error {
	db.mu.RLock()
	defer db.mu.RUnlock()
	if db.closed {
		return ErrClosed
	}
	return db.bolt.View(func(t *bbolt.Tx) error { return read(newTx(t)) })
}

// write is the only writer: it takes what has queued up into one transaction.
func (db *DB) write() {
	defer close(db.done)
	ticker := time.NewTicker(syncEvery)
	defer ticker.Stop()
	dirty := false
	for {
		select {
		case first, open := <-db.writes:
			if !open {
				return
			}
			db.commit(db.collect(first))
			dirty = true
		case <-ticker.C:
			if dirty {
				// A disk that cannot sync shows at the next commit or on Close.
				dirty = db.bolt.Sync() != nil
			}
		}
	}
}

func (db *DB) collect(first *write) []*write {
	group := []*write{first}
	for len(group) < maxGroup {
		select {
		case w, open := <-db.writes:
			if !open {
				return group
			}
			group = append(group, w)
		default:
			return group
		}
	}
	return group
}

func (db *DB) commit(group []*write) {
	err := db.bolt.Update(func(t *bbolt.Tx) error {
		tx := newTx(t)
		for _, w := range group {
			if err := w.apply(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil && len(group) > 1 {
		// One bad record must not fail the others: each alone.
		for _, w := range group {
			db.commit([]*write{w})
		}
		return
	}
	for _, w := range group {
		w.err <- err
	}
}

// tx holds the buckets of one transaction.
type tx struct {
	messages, hashes, expiries, revoked *bbolt.Bucket
}

func newTx(t *bbolt.Tx) *tx {
	return &tx{
		messages: t.Bucket(bucketMessages),
		hashes:   t.Bucket(bucketHashes),
		expiries: t.Bucket(bucketExpiries),
		revoked:  t.Bucket(bucketRevoked),
	}
}
