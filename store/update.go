package store

import (
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
)

// View runs fn in a read transaction, a snapshot. Reads inside that meet
// damaged data answer as if nothing were there; View then returns ErrDamaged,
// whatever fn returned. Never call View, Update or Compact inside.
func (s *Store) View(fn func(*Tx) error) error {
	s.gate.RLock()
	defer s.gate.RUnlock()
	return s.viewLocked(fn)
}

// viewLocked is View with the gate held.
func (s *Store) viewLocked(fn func(*Tx) error) error {
	if err := s.usable(); err != nil {
		return err
	}
	var b *bbolt.Tx
	if err := guard("begin", func() (err error) { b, err = s.db.Begin(false); return err }); err != nil {
		return explain(err)
	}
	defer s.rollback(b)
	tx := newTx(s, b, false)
	return explain(tx.run("read", fn))
}

// Update runs fn in the write transaction and commits durably when fn and all
// reads inside went well; otherwise nothing is kept. Never call View, Update
// or Compact inside.
func (s *Store) Update(fn func(*Tx) error) error {
	s.writer.Lock()
	defer s.writer.Unlock()
	return s.update(fn)
}

// update is Update with the writer lock held.
func (s *Store) update(fn func(*Tx) error) error {
	s.gate.RLock()
	defer s.gate.RUnlock()
	if err := s.usable(); err != nil {
		return err
	}
	var b *bbolt.Tx
	if err := guard("begin", func() (err error) { b, err = s.db.Begin(true); return err }); err != nil {
		return s.failed(err)
	}
	committed := false
	tx := newTx(s, b, true)
	defer func() {
		if !committed {
			s.rollback(b)
			tx.undoFiles()
		}
	}()
	err := tx.run("write", func(tx *Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		if tx.err != nil {
			return tx.err
		}
		return tx.flush()
	})
	if err != nil {
		return explain(err)
	}
	tx.beforeCommit()
	if err := guard("commit", b.Commit); err != nil {
		tx.commitFailed()
		return s.failed(err)
	}
	committed = true
	tx.afterCommit()
	return nil
}

// rollback ends a transaction; one that has ended already is left alone.
func (s *Store) rollback(b *bbolt.Tx) {
	err := guard("rollback", b.Rollback)
	var page *pageError
	if errors.As(err, &page) {
		s.breakDown(err)
	}
}

// failed notes errors after which bbolt may hold its locks for ever: a panic in
// the middle of beginning or committing.
func (s *Store) failed(err error) error {
	if err = explain(err); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrDiskFull) && s.cannotGrow() {
		err = fmt.Errorf("%w: %w", ErrDiskFull, err)
	}
	var page *pageError
	if errors.As(err, &page) {
		s.breakDown(err)
	}
	return err
}

// cannotGrow finds out whether the file is not allowed to grow. bbolt does not
// hand on what the system said to that.
func (s *Store) cannotGrow() bool {
	st, err := s.file.Stat()
	return err == nil && diskFull(s.file.Truncate(st.Size()+growBy))
}

// run calls fn under guard and prefers what went wrong with stored data over
// fn's own error, which often follows from it.
func (tx *Tx) run(what string, fn func(*Tx) error) error {
	err := guard(what, func() error { return fn(tx) })
	if tx.err != nil {
		return tx.err
	}
	return err
}
