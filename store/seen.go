package store

import (
	"encoding/binary"

	"sotto/engine/model"
)

func (tx *Tx) seenKey(account *model.ID, namespace int16, hash string) []byte {
	var ns [2]byte
	binary.BigEndian.PutUint16(ns[:], uint16(namespace))
	return tx.sealer.blindKey(bucketSeen, account[:], ns[:], []byte(hash))
}

func decodeSeen(b []byte) (r SeenRecord, err error) {
	d := decodeRecord(b)
	for d.next() {
		switch d.field {
		case 1:
			r.Expiry = model.Millis(d.int())
		case 2:
			r.Reason = uint8(d.u)
		case 3:
			r.Message = model.MessageID(d.u)
		}
	}
	return r, d.err
}

// Seen reports whether the message with this storage hash was handled.
func (tx *Tx) Seen(account model.ID, namespace int16, hash string) (SeenRecord, bool) {
	plain, ok := tx.get(bucketSeen, tx.seenKey(&account, namespace, hash))
	if !ok {
		return SeenRecord{}, false
	}
	r, err := decodeSeen(plain)
	if err != nil {
		tx.fail(err)
		return SeenRecord{}, false
	}
	return r, true
}

// MarkSeen remembers a storage hash until r.Expiry, when the network has
// forgotten it too.
func (tx *Tx) MarkSeen(account model.ID, namespace int16, hash string, r SeenRecord) error {
	e := newRecord(tx.scratch)
	e.int(1, int64(r.Expiry))
	e.uint(2, uint64(r.Reason))
	e.uint(3, uint64(r.Message))
	tx.scratch = e
	return tx.put(bucketSeen, tx.seenKey(&account, namespace, hash), e)
}

// SweepSeen forgets hashes whose Expiry is not after now. It reads all of them:
// about a microsecond each; once an hour is plenty.
func (tx *Tx) SweepSeen(now model.Millis) (removed int, err error) {
	return tx.sweep(bucketSeen, func(plain []byte) (bool, error) {
		r, err := decodeSeen(plain)
		return r.Expiry <= now, err
	})
}

// sweep deletes the records of a bucket that gone says are.
func (tx *Tx) sweep(bucket string, gone func(plain []byte) (bool, error)) (removed int, err error) {
	if !tx.write {
		return 0, ErrReadOnly
	}
	var keys [][]byte
	tx.each(bucket, func(key, plain []byte) bool {
		yes, err := gone(plain)
		if err != nil {
			tx.fail(err)
			return false
		}
		if yes {
			keys = append(keys, append([]byte(nil), key...))
		}
		return true
	})
	if tx.err != nil {
		return 0, tx.err
	}
	for _, k := range keys {
		if err := tx.delete(bucket, k); err != nil {
			return 0, err
		}
	}
	return len(keys), nil
}

func (tx *Tx) lastHashKey(node *[32]byte, account *model.ID, namespace int16) []byte {
	var ns [2]byte
	binary.BigEndian.PutUint16(ns[:], uint16(namespace))
	return tx.sealer.blindKey(bucketLastHash, node[:], account[:], ns[:])
}

// LastHash is the newest storage hash fetched from a node of an account's
// swarm; empty when none is known.
func (tx *Tx) LastHash(node [32]byte, account model.ID, namespace int16) string {
	plain, ok := tx.get(bucketLastHash, tx.lastHashKey(&node, &account, namespace))
	if !ok {
		return ""
	}
	hash := ""
	d := readRecord(plain)
	for d.next() {
		if d.field == 1 {
			hash = d.string()
		}
	}
	if d.err != nil {
		tx.fail(d.err)
		return ""
	}
	return hash
}

// PutLastHash remembers; the empty hash forgets.
func (tx *Tx) PutLastHash(node [32]byte, account model.ID, namespace int16, hash string) error {
	key := tx.lastHashKey(&node, &account, namespace)
	if hash == "" {
		return tx.delete(bucketLastHash, key)
	}
	e := newRecord(tx.scratch)
	e.string(1, hash)
	tx.scratch = e
	return tx.put(bucketLastHash, key, e)
}
