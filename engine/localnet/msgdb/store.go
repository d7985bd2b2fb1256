package msgdb

import (
	"bytes"
	"encoding/binary"
	"slices"

	"sotto/engine/protocol/identity"
)

// Store keeps a message. A message that is there already (same hash, so same
// owner, namespace and data) only has its end moved later, never earlier. A
// public outbox keeps the message stored last. It returns whether the message
// was there, and its end.
func (db *DB) Store(m *Message) (already bool, expiry int64, err error) {
	err = db.update(func(t *tx) (err error) {
		already, expiry, err = t.store(m)
		return err
	})
	return already, expiry, err
}

// StoreAll keeps what a peer pushes, in its order.
func (db *DB) StoreAll(list []Message) error {
	return db.update(func(t *tx) error {
		for i := range list {
			if _, _, err := t.store(&list[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *tx) store(m *Message) (already bool, expiry int64, err error) {
	if len(m.Hash) != hashSize {
		return false, 0, ErrHash
	}
	key, old, err := t.find(m.Owner, m.Hash)
	if err != nil {
		return false, 0, err
	}
	if old != nil {
		if old.expiry() >= m.Expiration {
			return true, old.expiry(), nil
		}
		return true, m.Expiration, t.setExpiry(key, old, m.Expiration)
	}
	if m.Namespace.PublicOutbox() {
		if err := t.clearScope(scopeKey(m.Owner, m.Namespace)); err != nil {
			return false, 0, err
		}
	}
	row, err := t.messages.NextSequence()
	if err != nil {
		return false, 0, err
	}
	key = messageKey(m.Owner, m.Namespace, row)
	if err := t.messages.Put(key, encode(&m.Message)); err != nil {
		return false, 0, err
	}
	if err := t.hashes.Put([]byte(m.Hash), key); err != nil {
		return false, 0, err
	}
	return false, m.Expiration, t.expiries.Put(expiryKey(m.Expiration, []byte(m.Hash)), nil)
}

// find looks a message up by hash; nil when the owner has none such.
func (t *tx) find(owner identity.ID, hash string) (key []byte, r record, err error) {
	key = t.hashes.Get([]byte(hash))
	if key == nil {
		return nil, nil, nil
	}
	if len(key) != keySize {
		return nil, nil, ErrDamaged
	}
	if !bytes.HasPrefix(key, owner[:]) {
		return nil, nil, nil
	}
	key = bytes.Clone(key)
	if r = record(t.messages.Get(key)); !r.valid() {
		return nil, nil, ErrDamaged
	}
	return key, r, nil
}

func (t *tx) setExpiry(key []byte, r record, expiry int64) error {
	if err := t.expiries.Delete(expiryKey(r.expiry(), r.hash())); err != nil {
		return err
	}
	v := r.withExpiry(expiry)
	if err := t.expiries.Put(expiryKey(expiry, record(v).hash()), nil); err != nil {
		return err
	}
	return t.messages.Put(key, v)
}

// remove deletes a message from all buckets. r must not be used afterwards.
func (t *tx) remove(key []byte, r record) error {
	hash := bytes.Clone(r.hash())
	if err := t.expiries.Delete(expiryKey(r.expiry(), hash)); err != nil {
		return err
	}
	if err := t.hashes.Delete(hash); err != nil {
		return err
	}
	return t.messages.Delete(key)
}

// entry is a message found by walking.
type entry struct {
	key []byte
	r   record
}

// scope collects the messages under a prefix, because a cursor must not walk
// over what is being changed.
func (t *tx) scope(prefix []byte) ([]entry, error) {
	var list []entry
	c := t.messages.Cursor()
	for k, v := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
		if len(k) != keySize || !record(v).valid() {
			return nil, ErrDamaged
		}
		list = append(list, entry{bytes.Clone(k), bytes.Clone(v)})
	}
	return list, nil
}

func (t *tx) clearScope(prefix []byte) error {
	list, err := t.scope(prefix)
	if err != nil {
		return err
	}
	for _, e := range list {
		if err := t.remove(e.key, e.r); err != nil {
			return err
		}
	}
	return nil
}

// Sweep deletes what ended before now and returns how many messages that were.
func (db *DB) Sweep(now int64) (n int, err error) {
	// Most sweeps find nothing and need no write.
	due := false
	err = db.view(func(t *tx) error {
		k, _ := t.expiries.Cursor().First()
		due = len(k) > 8 && int64(binary.BigEndian.Uint64(k)) <= now
		return nil
	})
	if err != nil || !due {
		return 0, err
	}
	err = db.update(func(t *tx) error {
		n = 0
		var hashes [][]byte
		c := t.expiries.Cursor()
		for k, _ := c.First(); len(k) > 8 && int64(binary.BigEndian.Uint64(k)) <= now; k, _ = c.Next() {
			hashes = append(hashes, bytes.Clone(k[8:]))
		}
		for _, h := range hashes {
			key := bytes.Clone(t.hashes.Get(h))
			r := record(t.messages.Get(key))
			if len(key) != keySize || !r.valid() {
				return ErrDamaged
			}
			if err := t.remove(key, r); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// Count is the number of messages.
func (db *DB) Count() (n int, err error) {
	err = db.view(func(t *tx) error {
		n = t.hashes.Stats().KeyN
		return nil
	})
	return n, err
}

// Each calls f with all messages in arrival order, some at a time; f owns them.
func (db *DB) Each(batch int, f func([]Message) error) error {
	var rows []uint64
	keys := make(map[uint64][]byte)
	err := db.view(func(t *tx) error {
		return t.messages.ForEach(func(k, _ []byte) error {
			if len(k) != keySize {
				return ErrDamaged
			}
			row := binary.BigEndian.Uint64(k[scopeSize:])
			rows = append(rows, row)
			keys[row] = bytes.Clone(k)
			return nil
		})
	})
	if err != nil {
		return err
	}
	slices.Sort(rows)
	for len(rows) > 0 {
		n := min(batch, len(rows))
		list := make([]Message, 0, n)
		err := db.view(func(t *tx) error {
			for _, row := range rows[:n] {
				r := record(t.messages.Get(keys[row]))
				if r == nil {
					continue // deleted meanwhile
				}
				if !r.valid() {
					return ErrDamaged
				}
				list = append(list, Message{
					Owner:     identity.ID(keys[row][:idSize]),
					Namespace: namespaceOf(keys[row]),
					Message:   r.message(),
				})
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := f(list); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// Has says whether the message is there.
func (db *DB) Has(owner identity.ID, hash string) (has bool, err error) {
	err = db.view(func(t *tx) error {
		_, r, err := t.find(owner, hash)
		has = r != nil
		return err
	})
	return has, err
}
