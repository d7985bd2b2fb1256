package store

import (
	"fmt"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// Usage tells the size of the database, about how much of it Compact would give
// back (free pages; half-empty pages come on top), and the size of the search
// index in it.
func (s *Store) Usage() (Usage, error) {
	s.gate.RLock()
	defer s.gate.RUnlock()
	if err := s.usable(); err != nil {
		return Usage{}, err
	}
	st, err := os.Stat(filepath.Join(s.dir, databaseName))
	if err != nil {
		return Usage{}, fmt.Errorf("size of the database: %w", err)
	}
	stats := s.db.Stats()
	free := int64(stats.FreePageN+stats.PendingPageN) * int64(s.db.Info().PageSize)
	// What the file has grown ahead.
	var index int64
	err = guard("size of the database", func() error {
		return s.db.View(func(b *bbolt.Tx) error {
			free += max(0, st.Size()-b.Size())
			index = sizeOf(b.Bucket([]byte(bucketIndex)))
			return nil
		})
	})
	if err != nil {
		return Usage{}, explain(err)
	}
	return Usage{File: st.Size(), Free: free, Index: index}, nil
}

// sizeOf adds up the records of a bucket, without opening one.
func sizeOf(b *bbolt.Bucket) int64 {
	if b == nil {
		return 0
	}
	n := int64(0)
	c := b.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		n += int64(len(k) + len(v))
	}
	return n
}
