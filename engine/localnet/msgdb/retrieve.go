package msgdb

import (
	"bytes"
	"encoding/binary"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

// perMessage is what an answer counts for a message besides hash and data.
const perMessage = 100

// Retrieve returns messages in arrival order: those after the one with hash
// after, or all when after is empty or unknown. count and size bound the answer
// when above 0; size counts, for each message, its hash, 4/3 of its data and 100
// bytes, and never prevents the first message. more says that something was
// left out. What has ended but was not swept yet is returned.
func (db *DB) Retrieve(owner identity.ID, ns snode.Namespace, after string, count, size int) (list []snode.Message, more bool, err error) {
	err = db.view(func(t *tx) error {
		prefix := scopeKey(owner, ns)
		c := t.messages.Cursor()
		k, v := c.Seek(prefix)
		if key := t.hashes.Get([]byte(after)); after != "" && bytes.HasPrefix(key, prefix) {
			row := binary.BigEndian.Uint64(key[scopeSize:])
			k, v = c.Seek(messageKey(owner, ns, row+1))
		}
		total := 0
		for ; k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
			r := record(v)
			if !r.valid() {
				return ErrDamaged
			}
			if count > 0 && len(list) >= count {
				more = true
				return nil
			}
			total += perMessage + hashSize + len(r.data())*4/3
			if size > 0 && len(list) > 0 && total > size {
				more = true
				return nil
			}
			list = append(list, r.message())
		}
		return nil
	})
	return list, more, err
}

// Expiries returns the ends of those messages that the owner has.
func (db *DB) Expiries(owner identity.ID, hashes []string) (list []snode.HashExpiry, err error) {
	err = db.view(func(t *tx) error {
		list, err = t.expiriesOf(owner, hashes)
		return err
	})
	return list, err
}

// expiriesOf names each hash once.
func (t *tx) expiriesOf(owner identity.ID, hashes []string) ([]snode.HashExpiry, error) {
	var list []snode.HashExpiry
	seen := make(map[string]bool, len(hashes))
	for _, h := range hashes {
		if seen[h] {
			continue
		}
		seen[h] = true
		_, r, err := t.find(owner, h)
		if err != nil {
			return nil, err
		}
		if r != nil {
			list = append(list, snode.HashExpiry{Hash: h, Expiry: r.expiry()})
		}
	}
	return list, nil
}
