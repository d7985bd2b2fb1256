package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"sotto/engine/model"
)

// restoreBatch is how many bytes of records one transaction takes in.
const restoreBatch = 8 << 20

// Restored counts what came back from a backup.
type Restored struct {
	Conversations int // that have something new
	Messages      int
	Files         int
}

// Restore makes a profile in dir of a backup, with a protection of its own: the
// account and everything else, equal to what was backed up. With want, messages
// of other conversations are left out. dir may exist but must not hold a profile
// (ErrExists). Until all is there and durable the folder does not hold a profile:
// whatever ends it before, what was there stays.
//
// The database key is that of the backup. Whoever opens the backup can therefore
// open copies of this profile's folder, as he can its account.
//
// last, which may be nil, has the last word about what is in it. step, which may
// be nil, is told from time to time that it goes on.
func Restore(ctx context.Context, dir string, b *Backup, p Protection, o Options, want func(model.ConversationID) bool, last func(*Tx) error, step func()) (Restored, error) {
	o = o.withDefaults()
	if err := os.MkdirAll(filepath.Join(dir, attachmentsName), 0o700); err != nil {
		return Restored{}, explain(fmt.Errorf("create profile folder: %w", err))
	}
	l, err := takeLock(dir)
	if err != nil {
		return Restored{}, err
	}
	defer l.release()
	if _, err := os.Stat(filepath.Join(dir, profileName)); err == nil {
		return Restored{}, ErrExists
	}
	path := filepath.Join(dir, databaseName)
	if err := remove(path); err != nil {
		return Restored{}, fmt.Errorf("restore: %w", err)
	}
	r := &restorer{ctx: ctx, b: b, last: last, step: step, got: Restored{Messages: b.Messages}}
	err = r.run(dir, p, o, want)
	if err != nil {
		// Nothing of it is of use, and no key for it is anywhere.
		r.undo(path)
	}
	return r.got, explain(err)
}

type restorer struct {
	ctx   context.Context
	b     *Backup
	s     *Store
	last  func(*Tx) error
	step  func()
	got   Restored
	batch []item
	bytes int
	files []string // paths of those that were written
}

func (r *restorer) run(dir string, p Protection, o Options, want func(model.ConversationID) bool) (err error) {
	prof, err := newProfileFile(r.b.Network, o.Rand)
	if err != nil {
		return err
	}
	key := *r.b.key
	sl, err := newSlot(prof, p, &key, o)
	if err != nil {
		return err
	}
	prof.Slots = []slot{sl}
	r.s = &Store{dir: dir, options: o, keys: newKeyset(&key), master: &key, prof: prof}
	defer r.s.wipe()
	defer func() {
		if err != nil {
			forget(o.Keyring, prof.Slots)
		}
	}()
	if err := r.s.openDatabase(databaseName); err != nil {
		return err
	}
	r.s.db.NoSync = true // until the end it is nobody's
	err = r.fill(want)
	if err == nil {
		err = guard("sync", r.s.db.Sync)
	}
	if cerr := r.s.closeDatabase(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	if err := syncDir(r.s.AttachmentsDir()); err != nil {
		return err
	}
	return prof.write(dir)
}

func (r *restorer) fill(want func(model.ConversationID) bool) error {
	if err := r.s.Update((*Tx).initSchema); err != nil {
		return err
	}
	if err := r.read(); err != nil {
		return err
	}
	err := r.s.Update(func(tx *Tx) error { return tx.putSchema(r.b.Schema) })
	if err == nil {
		err = r.s.checkSchema()
	}
	if err == nil && want != nil {
		err = r.leaveOut(want)
	}
	if err == nil && want == nil {
		err = r.count()
	}
	if err == nil && r.last != nil {
		err = r.s.Update(r.last)
	}
	return err
}

// count says how much there is.
func (r *restorer) count() error {
	return r.s.View(func(tx *Tx) error {
		for _, c := range tx.Conversations() {
			if tx.CountMessages(c.ID) > 0 {
				r.got.Conversations++
			}
		}
		return nil
	})
}

// leaveOut deletes what is not wanted. The conversations themselves stay: the
// account has them, also on its other devices.
func (r *restorer) leaveOut(want func(model.ConversationID) bool) error {
	var all []model.Conversation
	if err := r.s.View(func(tx *Tx) error { all = tx.Conversations(); return nil }); err != nil {
		return err
	}
	r.got.Messages = 0
	for _, c := range all {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		err := r.s.Update(func(tx *Tx) error {
			n := tx.CountMessages(c.ID)
			if want(c.ID) {
				r.got.Messages += n
				if n > 0 {
					r.got.Conversations++
				}
				return nil
			}
			return tx.ClearMessages(c.ID)
		})
		if err != nil {
			return err
		}
	}
	left, err := os.ReadDir(r.s.AttachmentsDir())
	r.got.Files = len(left)
	return err
}

// read takes all items in.
func (r *restorer) read() error {
	for {
		it, err := r.b.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = r.ctx.Err()
		}
		if err != nil {
			return err
		}
		switch it.kind {
		case itemRecord:
			err = r.record(it)
		case itemBucket:
			err = r.bucket(it)
		case itemFile:
			err = r.writeFile(it)
		case itemEnd:
			err = r.flush()
		default:
			err = fmt.Errorf("%w: an item in the wrong place", ErrBackupDamaged)
		}
		if err != nil {
			return err
		}
	}
}

func (r *restorer) record(it item) error {
	switch {
	case it.bucket == bucketMeta:
		return nil // its own
	case !slices.Contains(allBuckets, it.bucket):
		return fmt.Errorf("%w: bucket %q", ErrBackupVersion, it.bucket)
	case len(it.key) == 0:
		return fmt.Errorf("%w: a record without key", ErrBackupDamaged)
	}
	it.key, it.value = slices.Clone(it.key), slices.Clone(it.value)
	r.batch = append(r.batch, it)
	if r.bytes += len(it.key) + len(it.value); r.bytes < restoreBatch {
		return nil
	}
	return r.flush()
}

// flush writes the sealed records as they are: bucket and key, to which they are
// bound, stay the same.
func (r *restorer) flush() error {
	err := r.s.Update(func(tx *Tx) error {
		for _, it := range r.batch {
			b, err := tx.writable(it.bucket)
			if err != nil {
				return err
			}
			b.FillPercent = 1 // they come in order
			if err := b.Put(it.key, it.value); err != nil {
				return err
			}
		}
		return nil
	})
	clear(r.batch)
	r.batch, r.bytes = r.batch[:0], 0
	if r.step != nil {
		r.step()
	}
	return err
}

func (r *restorer) bucket(it item) error {
	if it.bucket == bucketMeta {
		return nil
	}
	if err := r.flush(); err != nil {
		return err
	}
	return r.s.Update(func(tx *Tx) error {
		b, err := tx.writable(it.bucket)
		if err != nil {
			return err
		}
		return b.SetSequence(it.n)
	})
}

// writeFile puts a file where it was, sealed as it was.
func (r *restorer) writeFile(it item) error {
	if err := r.flush(); err != nil {
		return err
	}
	path := r.s.filePath(fmt.Sprintf("%x", it.key))
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("restore a file: %w", err)
	}
	r.files = append(r.files, path)
	buf := make([]byte, chunkSize)
	content := r.b.content()
	for err == nil {
		var n int
		if n, err = content.Read(buf); n > 0 {
			if _, werr := f.Write(buf[:n]); werr != nil {
				err = werr
			}
		}
		if err == nil {
			err = r.ctx.Err()
		}
	}
	if errors.Is(err, io.EOF) {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	r.got.Files++
	if r.step != nil {
		r.step()
	}
	return nil
}

// undo removes what was written.
func (r *restorer) undo(path string) {
	_ = os.Remove(path)
	for _, f := range r.files {
		_ = os.Remove(f)
	}
}
