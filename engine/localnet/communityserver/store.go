package communityserver

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"sotto/engine/protocol/identity"
)

// The buckets. Numbers are big-endian, values JSON unless said otherwise.
//
//	rooms     token → bucket: "meta" → room
//	                          messages  id → author(33) ‖ deleted(1) ‖ record
//	                          changes   seqno → id
//	                          users     id(33) → override
//	                          active    id(33) → time of last reading
//	users     id(33) → user
//	staff     id(33) → nothing; the global moderators and admins
//	pending   15 id without sign bit → 05 id that was spoken of before it came
//	nonces    nonce(16) → time
//	files     id → file
//	direct    id → direct message
//	inbox     recipient(33) ‖ id → nothing
//	outbox    sender(33) ‖ id → nothing
//	futures   number → future
//
// The sequence of rooms counts messages of the whole server, those of files and
// direct count these.
var (
	bucketRooms    = []byte("rooms")
	bucketUsers    = []byte("users")
	bucketStaff    = []byte("staff")
	bucketPending  = []byte("pending")
	bucketNonces   = []byte("nonces")
	bucketFiles    = []byte("files")
	bucketDirect   = []byte("direct")
	bucketInbox    = []byte("inbox")
	bucketOutbox   = []byte("outbox")
	bucketFutures  = []byte("futures")
	bucketMessages = []byte("messages")
	bucketChanges  = []byte("changes")
	bucketActive   = []byte("active")
	keyMeta        = []byte("meta")
)

func openDB(path string) (*bbolt.DB, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:        time.Second,
		NoSync:         true, // see the package comment
		NoFreelistSync: true,
		FreelistType:   bbolt.FreelistMapType,
	})
	if err != nil {
		return nil, fmt.Errorf("open community database: %w", err)
	}
	err = db.Update(func(t *bbolt.Tx) error {
		for _, name := range [][]byte{
			bucketRooms, bucketUsers, bucketStaff, bucketPending, bucketNonces, bucketFiles, bucketDirect,
			bucketInbox, bucketOutbox, bucketFutures,
		} {
			if _, err := t.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("prepare community database: %w", err), db.Close())
	}
	return db, nil
}

// fault is an error of the database within a transaction. It travels as a panic
// to the one place that runs transactions, so that the handlers read like the
// rules that they are.
type fault struct{ err error }

func must(err error) {
	if err != nil {
		panic(fault{err})
	}
}

// update runs f in a transaction. A fault rolls it back.
func (s *Server) update(f func(*tx)) error {
	return s.db.Update(func(t *bbolt.Tx) (err error) {
		defer func() {
			if r := recover(); r != nil {
				bad, ok := r.(fault)
				if !ok {
					panic(r)
				}
				err = bad.err
			}
		}()
		f(&tx{Tx: t, s: s, now: s.now()})
		return nil
	})
}

// tx is one transaction at one time (ms).
type tx struct {
	*bbolt.Tx
	s   *Server
	now int64
}

func load(b *bbolt.Bucket, key []byte, v any) bool {
	doc := b.Get(key)
	if doc == nil {
		return false
	}
	must(json.Unmarshal(doc, v))
	return true
}

func save(b *bbolt.Bucket, key []byte, v any) {
	doc, err := json.Marshal(v)
	must(err)
	must(b.Put(key, doc))
}

func next(b *bbolt.Bucket) int64 {
	n, err := b.NextSequence()
	must(err)
	return int64(n)
}

func num(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

func number(key []byte) int64 { return int64(binary.BigEndian.Uint64(key)) }

func idNum(id identity.ID, n int64) []byte { return append(id.Bytes(), num(n)...) }

// user is what the server knows of an id.
type user struct {
	Created    int64 `json:"created"`
	LastActive int64 `json:"last_active"`
	Banned     bool  `json:"banned,omitempty"`
	Moderator  bool  `json:"moderator,omitempty"` // of the whole server, as Admin
	Admin      bool  `json:"admin,omitempty"`
	Visible    bool  `json:"visible,omitempty"` // as moderator
}

func (t *tx) user(id identity.ID) (u user, known bool) {
	known = load(t.Bucket(bucketUsers), id[:], &u)
	return u, known
}

func (t *tx) saveUser(id identity.ID, u user) {
	save(t.Bucket(bucketUsers), id[:], u)
	if u.Moderator || u.Admin {
		must(t.Bucket(bucketStaff).Put(id[:], []byte{}))
	} else {
		must(t.Bucket(bucketStaff).Delete(id[:]))
	}
}

// ensure makes a user known.
func (t *tx) ensure(id identity.ID) user {
	u, known := t.user(id)
	if !known {
		u.Created = t.now
		t.saveUser(id, u)
	}
	return u
}
