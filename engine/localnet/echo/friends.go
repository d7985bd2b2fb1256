package echo

import (
	"go.etcd.io/bbolt"

	"sotto/engine/protocol/identity"
)

// Friends are the people whose request was accepted, kept as "friend" ‖ id with
// a time far away in the bucket of answered hashes.
func friendKey(id identity.ID) []byte { return append([]byte("friend"), id[:]...) }

// never is a time that forget does not reach: the year 10889.
var never = []byte{0, 0, 0xff, 0, 0, 0, 0, 0}

func (e *Echo) knows(id identity.ID) (known bool, err error) {
	e.mu.Lock()
	known = e.friends[id]
	e.mu.Unlock()
	if known {
		return true, nil
	}
	err = e.cfg.DB.View(func(t *bbolt.Tx) error {
		known = t.Bucket(bucketEcho).Get(friendKey(id)) != nil
		return nil
	})
	return known, err
}

func (e *Echo) befriend(id identity.ID) error {
	e.mu.Lock()
	e.friends[id] = true
	e.mu.Unlock()
	return e.cfg.DB.Update(func(t *bbolt.Tx) error {
		return t.Bucket(bucketEcho).Put(friendKey(id), never)
	})
}
