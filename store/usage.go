package store

import (
	"fmt"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// Usage tells the size of the database and about how much of it Compact would
// give back: free pages. Half-empty pages come on top.
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
	err = s.db.View(func(b *bbolt.Tx) error {
		free += max(0, st.Size()-b.Size())
		return nil
	})
	if err != nil {
		return Usage{}, explain(err)
	}
	return Usage{File: st.Size(), Free: free}, nil
}
