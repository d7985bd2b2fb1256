package store

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/store/boltfile"
)

// Backup writes all of the profile as it is at this moment into w, sealed with
// a passphrase of its own; docs/backup.md has the format. Reading and writing go
// on meanwhile, closing and compacting wait. progress, which may be nil, gets
// bytes done and about how many there are. It takes a few MB of memory and once
// those of Argon2id, however large the profile is.
func (s *Store) Backup(ctx context.Context, w io.Writer, passphrase []byte, progress func(done, total int64)) (BackupInfo, error) {
	if len(passphrase) == 0 {
		return BackupInfo{}, ErrNeedPass
	}
	s.writer.Lock()
	held := true
	release := func() {
		if held {
			held = false
			s.writer.Unlock()
		}
	}
	defer release()
	var info BackupInfo
	err := s.View(func(tx *Tx) error {
		// The pages are read with reads of the file, not through bbolt's memory
		// map, which would count for as much memory as the database is large.
		// The read transaction keeps them from being used again. While the
		// writer is held, the newest meta page is the one of this transaction.
		st, err := s.file.Stat()
		if err != nil {
			return fmt.Errorf("back up: %w", err)
		}
		pages, err := boltfile.Open(s.file, st.Size())
		if err != nil {
			return err
		}
		meta := pages.Metas()[0]
		if meta.Txid != uint64(tx.b.ID()) {
			return fmt.Errorf("%w: its newest state is not the current one", ErrDamaged)
		}
		release()
		if info, err = tx.backupInfo(); err != nil {
			return err
		}
		out, err := newBackupWriter(w, passphrase, s.options.KDF, s.options.Rand)
		if err != nil {
			return err
		}
		b := &backer{ctx: ctx, tx: tx, w: out, progress: progress, total: st.Size() + info.FileBytes}
		if err := b.write(info, pages, meta); err != nil {
			return err
		}
		return out.Close()
	})
	return info, explain(err)
}

// backupInfo counts what there is, without touching a message.
func (tx *Tx) backupInfo() (BackupInfo, error) {
	info := BackupInfo{Created: tx.s.now(), Schema: schemaVersion, Network: tx.s.Network()}
	if a, ok := tx.Account(); ok {
		info.Name = a.Name
		if account, err := identity.FromSeed(a.Seed); err == nil {
			info.Account = account.ID().String()
			account.Zero()
		}
		a.Zero()
	}
	for _, c := range tx.Conversations() {
		n := tx.CountMessages(c.ID)
		info.Messages += n
		info.Conversations = append(info.Conversations, BackupConversation{c.ID, c.Kind, c.Title(), n, c.LastActivity})
	}
	tx.each(bucketFiles, func(_, plain []byte) bool {
		info.Files++
		for d := readRecord(plain); d.next(); {
			if d.field == 2 {
				info.FileBytes += int64(d.u)
			}
		}
		return true
	})
	return info, tx.err
}

// backer writes the items of a backup.
type backer struct {
	ctx         context.Context
	tx          *Tx
	w           io.Writer
	progress    func(done, total int64)
	done, total int64
	told        int64
	records     uint64
	files       uint64
}

func (b *backer) write(info BackupInfo, pages *boltfile.File, meta boltfile.Meta) error {
	manifest, err := json.Marshal(info)
	if err != nil {
		return fmt.Errorf("encode manifest: %w", err)
	}
	if err := putItem(b.w, itemManifest, manifest); err != nil {
		return err
	}
	if err := putItem(b.w, itemKey, b.tx.s.master[:]); err != nil {
		return err
	}
	err = pages.Records(meta, func(bucket string, n uint64) error {
		return putItem(b.w, itemBucket, binary.BigEndian.AppendUint64(nil, n), []byte(bucket))
	}, b.record)
	if err != nil {
		return err
	}
	if err := b.allFiles(); err != nil {
		return err
	}
	end := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, b.records), b.files)
	return putItem(b.w, itemEnd, end)
}

func (b *backer) record(r boltfile.Record) error {
	head := append([]byte{byte(len(r.Bucket))}, r.Bucket...)
	head = binary.BigEndian.AppendUint16(head, uint16(len(r.Key)))
	b.records++
	if err := putItem(b.w, itemRecord, head, r.Key, r.Value); err != nil {
		return err
	}
	return b.step(int64(len(r.Key) + len(r.Value)))
}

// step tells how far it is and ends when the caller wants no more.
func (b *backer) step(n int64) error {
	const every = 1 << 20
	if b.done += n; b.done-b.told >= every {
		b.told = b.done
		if b.progress != nil {
			b.progress(min(b.done, b.total), b.total)
		}
	}
	return b.ctx.Err()
}

// allFiles copies the files of messages as they lie there, sealed.
func (b *backer) allFiles() error {
	bucket := b.tx.bucket(bucketFiles)
	if bucket == nil {
		return b.tx.err
	}
	buf := make([]byte, chunkSize)
	c := bucket.Cursor()
	for key, _ := c.First(); key != nil; key, _ = c.Next() {
		r, ok := b.tx.fileRecord(key)
		if !ok {
			return b.tx.err
		}
		if err := b.copyFile(key, r, buf); err != nil {
			return err
		}
	}
	return nil
}

// copyFile leaves out a file that went, or was stored anew, since the snapshot:
// no more can be had of it, and its message says that it is not here.
func (b *backer) copyFile(key []byte, r fileRecord, buf []byte) error {
	f, err := os.Open(b.tx.s.filePath(fmt.Sprintf("%x", key)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("back up a file: %w", err)
	}
	defer f.Close()
	var salt [fileSaltSize]byte
	size := sealedSize(r.size)
	st, err := f.Stat()
	if err != nil {
		return fmt.Errorf("back up a file: %w", err)
	}
	if _, err := f.ReadAt(salt[:], 0); err != nil || salt != r.salt || st.Size() != size {
		return nil
	}
	b.files++
	if err := putItem(b.w, itemFile, key, binary.BigEndian.AppendUint64(nil, uint64(size))); err != nil {
		return err
	}
	for left := size; left > 0; {
		n := min(left, int64(len(buf)))
		if _, err := io.ReadFull(f, buf[:n]); err != nil {
			return fmt.Errorf("back up a file: %w", err)
		}
		if _, err := b.w.Write(buf[:n]); err != nil {
			return err
		}
		left -= n
		if err := b.step(n); err != nil {
			return err
		}
	}
	return nil
}

// Conversation finds one in the list.
func (i *BackupInfo) Conversation(id model.ConversationID) (BackupConversation, bool) {
	for _, c := range i.Conversations {
		if c.ID == id {
			return c, true
		}
	}
	return BackupConversation{}, false
}
