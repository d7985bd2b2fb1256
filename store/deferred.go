package store

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"sotto/engine/model"
)

// Bounds on what waits for messages that may never come: senders choose what to
// refer to.
const (
	maxDeferredPerMessage = 64
	maxDeferred           = 4096
	maxDeferredPayload    = 64 << 10
)

// deferredPrefix is the blinded name of a message; a sequence number follows it
// in the key.
func (tx *Tx) deferredPrefix(k model.MessageKey) []byte {
	at := be64(uint64(k.Timestamp))
	return append([]byte(nil), tx.sealer.blindKey(bucketDeferred, k.Sender[:], at[:])...)
}

func decodeDeferred(b []byte) (v Deferred, err error) {
	d := decodeRecord(b)
	for d.next() {
		switch d.field {
		case 1:
			v.Kind = uint8(d.u)
		case 2:
			v.Payload = d.copy()
		case 3:
			v.Until = model.Millis(d.int())
		}
	}
	return v, d.err
}

// PutDeferred keeps d for the message k, which is not there yet; false when too
// much waits already.
func (tx *Tx) PutDeferred(k model.MessageKey, d Deferred) (bool, error) {
	if !tx.write {
		return false, ErrReadOnly
	}
	if len(d.Payload) > maxDeferredPayload {
		return false, fmt.Errorf("%w: deferred payload of %d bytes", ErrTooLarge, len(d.Payload))
	}
	b := tx.bucket(bucketDeferred)
	if b == nil {
		return false, tx.err
	}
	prefix := tx.deferredPrefix(k)
	same, all := 0, 0
	c := b.Cursor()
	for key, _ := c.First(); key != nil; key, _ = c.Next() {
		all++
		if bytes.HasPrefix(key, prefix) {
			same++
		}
	}
	if same >= maxDeferredPerMessage || all >= maxDeferred {
		return false, nil
	}
	seq, err := tx.sequence(bucketDeferred)
	if err != nil {
		return false, err
	}
	e := newRecord(tx.scratch)
	e.uint(1, uint64(d.Kind))
	e.bytes(2, d.Payload)
	e.int(3, int64(d.Until))
	tx.scratch = e
	return true, tx.put(bucketDeferred, binary.BigEndian.AppendUint64(prefix, seq), e)
}

// TakeDeferred returns and removes what waits for k, oldest first.
func (tx *Tx) TakeDeferred(k model.MessageKey) ([]Deferred, error) {
	if !tx.write {
		return nil, ErrReadOnly
	}
	b := tx.bucket(bucketDeferred)
	if b == nil {
		return nil, tx.err
	}
	prefix := tx.deferredPrefix(k)
	var out []Deferred
	var keys [][]byte
	c := b.Cursor()
	for key, v := c.Seek(prefix); bytes.HasPrefix(key, prefix); key, v = c.Next() {
		plain, ok := tx.openValue(bucketDeferred, key, v)
		if !ok {
			return nil, tx.err
		}
		d, err := decodeDeferred(plain)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
		keys = append(keys, append([]byte(nil), key...))
	}
	for _, key := range keys {
		if err := b.Delete(key); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// SweepDeferred forgets what waited until now or earlier.
func (tx *Tx) SweepDeferred(now model.Millis) (removed int, err error) {
	return tx.sweep(bucketDeferred, func(plain []byte) (bool, error) {
		d, err := decodeDeferred(plain)
		return d.Until <= now, err
	})
}
