package msgdb

import (
	"bytes"
	"encoding/binary"
	"slices"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

// Revoke remembers tokens as revoked at now. Of each owner the newest 50 are
// kept, as official nodes do.
func (db *DB) Revoke(owner identity.ID, tokens []snode.SubaccountToken, now int64) error {
	return db.update(func(t *tx) error {
		for _, token := range tokens {
			at := binary.BigEndian.AppendUint64(nil, uint64(now))
			if err := t.revoked.Put(revokedKey(owner, token), at); err != nil {
				return err
			}
		}
		return t.trimRevoked(owner)
	})
}

// Unrevoke forgets tokens and returns how many of them were revoked.
func (db *DB) Unrevoke(owner identity.ID, tokens []snode.SubaccountToken) (n int, err error) {
	err = db.update(func(t *tx) error {
		n = 0
		for _, token := range tokens {
			key := revokedKey(owner, token)
			if t.revoked.Get(key) == nil {
				continue
			}
			n++
			if err := t.revoked.Delete(key); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// Revoked says whether a token is revoked.
func (db *DB) Revoked(owner identity.ID, token snode.SubaccountToken) (revoked bool, err error) {
	err = db.view(func(t *tx) error {
		revoked = t.revoked.Get(revokedKey(owner, token)) != nil
		return nil
	})
	return revoked, err
}

func revokedKey(owner identity.ID, token snode.SubaccountToken) []byte {
	return append(append(make([]byte, 0, idSize+len(token)), owner[:]...), token[:]...)
}

func (t *tx) trimRevoked(owner identity.ID) error {
	type row struct {
		key []byte
		at  uint64
	}
	var rows []row
	c := t.revoked.Cursor()
	for k, v := c.Seek(owner[:]); k != nil && bytes.HasPrefix(k, owner[:]); k, v = c.Next() {
		if len(v) != 8 {
			return ErrDamaged
		}
		rows = append(rows, row{bytes.Clone(k), binary.BigEndian.Uint64(v)})
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		switch {
		case a.at > b.at:
			return -1
		case a.at < b.at:
			return 1
		}
		return 0
	})
	for _, r := range rows[min(len(rows), snode.MaxRevocations):] {
		if err := t.revoked.Delete(r.key); err != nil {
			return err
		}
	}
	return nil
}
