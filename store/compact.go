package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
)

const (
	// compactSuffix names the file that Compact writes.
	compactSuffix = ".compact"
	// compactBatch bounds one transaction of it.
	compactBatch = 16 << 20
)

// Compact writes the database anew without free pages and without the words of
// deleted messages, and puts it in place of the old file. Reads go on
// meanwhile, writes wait. When ctx ends before the exchange, or the disk is too
// small for both files, everything stays as it was. progress, which may be nil,
// is told how many bytes of values are copied and about how many there are.
//
// The old file's bytes may survive on the disk: file systems and drives do not
// overwrite. They are encrypted like the rest.
func (s *Store) Compact(ctx context.Context, progress func(done, total int64)) error {
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		if more, err = s.indexStep(true); err != nil {
			return err
		}
	}
	s.writer.Lock()
	defer s.writer.Unlock()
	tmp := filepath.Join(s.dir, databaseName+compactSuffix)
	if err := s.copyDatabase(ctx, tmp, progress); err != nil {
		os.Remove(tmp)
		return explain(err)
	}
	return s.exchange(tmp)
}

// exchange puts another database in place of the one that is open; the writer is
// held. The new one goes when that fails.
func (s *Store) exchange(tmp string) error {
	path := filepath.Join(s.dir, databaseName)
	s.gate.Lock()
	defer s.gate.Unlock()
	if err := s.usable(); err != nil {
		os.Remove(tmp)
		return err
	}
	// Windows does not replace a file that is open.
	if err := s.closeDatabase(); err != nil {
		s.breakDown(err)
		return err
	}
	s.names.reset()
	err := os.Rename(tmp, path)
	if err == nil {
		err = syncDir(s.dir)
	}
	if err != nil {
		os.Remove(tmp)
	}
	// Whichever file is there now is whole.
	if open := s.openDatabase(databaseName); open != nil {
		s.breakDown(open)
		return open
	}
	if err != nil {
		return explain(fmt.Errorf("exchange database: %w", err))
	}
	return nil
}

// copyDatabase copies bucket by bucket in key order, which packs pages full.
func (s *Store) copyDatabase(ctx context.Context, to string, progress func(done, total int64)) error {
	s.gate.RLock()
	defer s.gate.RUnlock()
	if err := s.usable(); err != nil {
		return err
	}
	if err := os.Remove(to); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	dst, err := bbolt.Open(to, 0o600, &bbolt.Options{
		PageSize: s.db.Info().PageSize, FreelistType: bbolt.FreelistMapType, Timeout: time.Second,
		// One sync at the end; until then the file is nobody's.
		NoSync: true,
	})
	if err != nil {
		return err
	}
	dst.AllocSize = growBy
	err = guard("compact", func() error {
		return s.db.View(func(b *bbolt.Tx) error {
			c := copier{ctx: ctx, dst: dst, progress: progress, total: b.Size()}
			return c.copy(b)
		})
	})
	if err == nil {
		err = dst.Sync()
	}
	if e := dst.Close(); err == nil {
		err = e
	}
	return err
}

type copier struct {
	ctx         context.Context
	dst         *bbolt.DB
	tx          *bbolt.Tx
	progress    func(done, total int64)
	done, total int64
	batch       int64
}

func (c *copier) copy(src *bbolt.Tx) (err error) {
	if c.tx, err = c.dst.Begin(true); err != nil {
		return err
	}
	defer func() { _ = c.tx.Rollback() }() // no effect after Commit
	err = src.ForEach(func(name []byte, from *bbolt.Bucket) error {
		to, err := c.tx.CreateBucket(name)
		if err != nil {
			return err
		}
		if err := to.SetSequence(from.Sequence()); err != nil {
			return err
		}
		to.FillPercent = 1
		cur := from.Cursor()
		for k, v := cur.First(); k != nil; k, v = cur.Next() {
			if c.batch > compactBatch {
				if err := c.next(); err != nil {
					return err
				}
				if to = c.tx.Bucket(name); to == nil {
					return fmt.Errorf("store: compact lost bucket %s", name)
				}
				to.FillPercent = 1
			}
			if err := to.Put(k, v); err != nil {
				return err
			}
			c.batch += int64(len(k) + len(v))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := c.report(); err != nil {
		return err
	}
	return c.tx.Commit()
}

func (c *copier) report() error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	c.done += c.batch
	c.batch = 0
	if c.progress != nil {
		c.progress(min(c.done, c.total), c.total)
	}
	return c.ctx.Err()
}

func (c *copier) next() error {
	if err := c.report(); err != nil {
		return err
	}
	if err := c.tx.Commit(); err != nil {
		return err
	}
	var err error
	c.tx, err = c.dst.Begin(true)
	return err
}
