package msgdb

import (
	"cmp"
	"slices"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

// Delete deletes messages of any namespace by hash and returns, sorted, those
// that were there.
func (db *DB) Delete(owner identity.ID, hashes []string) (deleted []string, err error) {
	err = db.update(func(t *tx) error {
		deleted = nil
		for _, h := range hashes {
			key, r, err := t.find(owner, h)
			if err != nil {
				return err
			}
			if r == nil {
				continue
			}
			if err := t.remove(key, r); err != nil {
				return err
			}
			deleted = append(deleted, h)
		}
		slices.Sort(deleted)
		return nil
	})
	return deleted, err
}

// DeleteScope deletes all messages in scope that were created at or before
// before, or all when before is nil.
func (db *DB) DeleteScope(owner identity.ID, scope snode.Scope, before *int64) (snode.Hashes, error) {
	return db.eachInScope(owner, scope, func(t *tx, e entry) (bool, error) {
		if before != nil && e.r.timestamp() > *before {
			return false, nil
		}
		return true, t.remove(e.key, e.r)
	})
}

// ExpireScope moves the end of all messages in scope to expiry, if that is
// earlier.
func (db *DB) ExpireScope(owner identity.ID, scope snode.Scope, expiry int64) (snode.Hashes, error) {
	return db.eachInScope(owner, scope, func(t *tx, e entry) (bool, error) {
		if e.r.expiry() <= expiry {
			return false, nil
		}
		return true, t.setExpiry(e.key, e.r, expiry)
	})
}

// eachInScope lists the messages that change has touched.
func (db *DB) eachInScope(owner identity.ID, scope snode.Scope, change func(*tx, entry) (bool, error)) (touched snode.Hashes, err error) {
	err = db.update(func(t *tx) error {
		touched = snode.Hashes{All: scope.All}
		prefix := owner[:]
		if !scope.All {
			prefix = scopeKey(owner, scope.Namespace)
		}
		list, err := t.scope(prefix)
		if err != nil {
			return err
		}
		for _, e := range list {
			hash, ns := string(e.r.hash()), namespaceOf(e.key)
			hit, err := change(t, e)
			if err != nil {
				return err
			}
			if !hit {
				continue
			}
			if !scope.All {
				touched.List = append(touched.List, hash)
				continue
			}
			if n := len(touched.ByNamespace); n == 0 || touched.ByNamespace[n-1].Namespace != ns {
				touched.ByNamespace = append(touched.ByNamespace, snode.NamespaceHashes{Namespace: ns})
			}
			last := &touched.ByNamespace[len(touched.ByNamespace)-1]
			last.Hashes = append(last.Hashes, hash)
		}
		return nil
	})
	touched.Normalize()
	return touched, err
}

// Mode limits the direction in which Expire moves an end.
type Mode int

// The modes of Expire.
const (
	Any Mode = iota
	ExtendOnly
	ShortenOnly
)

// Expire moves the ends of messages: expiry has one value for all or one for
// each hash. updated are the messages whose end was set, sorted by hash, with
// that end; unchanged, also sorted, the others that exist.
func (db *DB) Expire(owner identity.ID, hashes []string, expiry []int64, mode Mode) (updated, unchanged []snode.HashExpiry, err error) {
	err = db.update(func(t *tx) error {
		updated, unchanged = nil, nil
		done := make(map[string]bool, len(hashes))
		for i, h := range hashes {
			end := expiry[0]
			if len(expiry) > 1 {
				end = expiry[i]
			} else if done[h] {
				continue
			}
			key, r, err := t.find(owner, h)
			if err != nil {
				return err
			}
			if r == nil || (mode == ExtendOnly && end <= r.expiry()) || (mode == ShortenOnly && end >= r.expiry()) {
				continue
			}
			if err := t.setExpiry(key, r, end); err != nil {
				return err
			}
			done[h] = true
			updated = append(updated, snode.HashExpiry{Hash: h, Expiry: end})
		}
		rest := slices.DeleteFunc(slices.Clone(hashes), func(h string) bool { return done[h] })
		unchanged, err = t.expiriesOf(owner, rest)
		return err
	})
	byHash := func(a, b snode.HashExpiry) int { return cmp.Compare(a.Hash, b.Hash) }
	slices.SortStableFunc(updated, byHash)
	slices.SortFunc(unchanged, byHash)
	return updated, unchanged, err
}
