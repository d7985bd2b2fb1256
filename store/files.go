package store

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sotto/engine/model"
)

// Files of messages lie in the folder of attachments, sealed (filebytes.go),
// named by what is in them, so that a file that comes twice lies there once.
// Bucket files counts the messages that name each. All changes of the folder but
// those of files in the making happen under the writer lock: a file is put into
// place inside the transaction that stores its message and goes after the commit
// of the one that takes its last message away. What a crash leaves between the
// two is nobody's, and swept when the profile is opened.
const (
	fileSuffix = ".file"
	partSuffix = ".part" // of files in the making
)

// fileRecord: 1 number of messages that name it, 2 size in bytes, 3 salt. The
// salt ties the record to the bytes: a file put in place of another does not open.
type fileRecord struct {
	refs int64
	size int64
	salt [fileSaltSize]byte
}

func (tx *Tx) fileRecord(key []byte) (r fileRecord, ok bool) {
	plain, ok := tx.get(bucketFiles, key)
	if !ok {
		return r, false
	}
	d := readRecord(plain)
	for d.next() {
		switch d.field {
		case 1:
			r.refs = int64(d.u)
		case 2:
			r.size = int64(d.u)
		case 3:
			copy(r.salt[:], d.data)
		}
	}
	if d.err != nil {
		tx.fail(d.err)
		return r, false
	}
	return r, true
}

func (tx *Tx) putFileRecord(key []byte, r fileRecord) error {
	e := newRecord(tx.scratch)
	e.uint(1, uint64(r.refs))
	e.uint(2, uint64(r.size))
	e.present(3, r.salt[:])
	tx.scratch = e
	return tx.put(bucketFiles, key, e)
}

// fileKey reads the name of a file, which is the hex of its key.
func fileKey(name string) ([]byte, bool) {
	key, err := hex.DecodeString(name)
	return key, err == nil && len(key) == blindSize && hex.EncodeToString(key) == name
}

func (s *Store) filePath(name string) string {
	return filepath.Join(s.AttachmentsDir(), name+fileSuffix)
}

// AdoptFile puts a finished file into its place. It stays if a message names it
// (model.Attachment.LocalID) when the transaction ends. When the transaction
// fails, the file stays with its maker, who can try again.
func (tx *Tx) AdoptFile(f *NewFile) error {
	if !tx.write {
		return ErrReadOnly
	}
	key, ok := fileKey(f.name)
	if !ok {
		return fmt.Errorf("store: file %q is not finished", f.name)
	}
	known, there := tx.fileRecord(key)
	if tx.err != nil {
		return tx.err
	}
	path := tx.s.filePath(f.name)
	if there {
		if st, err := os.Lstat(path); err == nil && st.Mode().IsRegular() && st.Size() == sealedSize(known.size) {
			return nil // the same bytes are there
		}
	}
	// A link, so that the maker keeps the file until the commit.
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return explain(fmt.Errorf("put a file into place: %w", err))
	}
	if err := linkFile(f.path, path); err != nil {
		return explain(fmt.Errorf("put a file into place: %w", err))
	}
	tx.adopted = append(tx.adopted, f.name)
	if err := syncDir(filepath.Dir(path)); err != nil {
		return explain(fmt.Errorf("put a file into place: %w", err))
	}
	tx.countFile(f.name, 0)
	return tx.putFileRecord(key, fileRecord{refs: known.refs, size: f.size, salt: f.salt})
}

// linkFile gives a file a second name, or copies it where there are no links.
func linkFile(from, to string) error {
	if err := os.Link(from, to); err == nil {
		return nil
	}
	return copyFile(from, to)
}

// countFile notes that messages name a file more or less often.
func (tx *Tx) countFile(name string, by int64) {
	if tx.fileRefs == nil {
		tx.fileRefs = make(map[string]int64, 4)
	}
	tx.fileRefs[name] += by
}

// countFiles counts the files of a message in or out.
func (tx *Tx) countFiles(m *model.Message, by int64) {
	for _, name := range localFiles(m) {
		tx.countFile(name, by)
	}
}

// localFiles lists the files that a message names.
func localFiles(m *model.Message) (names []string) {
	for i := range m.Attachments {
		if name := m.Attachments[i].LocalID; name != "" {
			names = append(names, name)
		}
	}
	if m.Preview != nil && m.Preview.Image != nil && m.Preview.Image.LocalID != "" {
		names = append(names, m.Preview.Image.LocalID)
	}
	return names
}

// flushFiles writes the counts. A file that no message names is let go.
func (tx *Tx) flushFiles() error {
	for name, by := range tx.fileRefs {
		key, ok := fileKey(name)
		if !ok {
			continue
		}
		r, ok := tx.fileRecord(key)
		if !ok { // lost with its record: nothing to count
			continue
		}
		if by == 0 && r.refs > 0 {
			continue
		}
		if r.refs += by; r.refs > 0 {
			if err := tx.putFileRecord(key, r); err != nil {
				return err
			}
			continue
		}
		if err := tx.delete(bucketFiles, key); err != nil {
			return err
		}
		tx.unnamed = append(tx.unnamed, name)
	}
	return tx.err
}

// removeFiles removes files after a commit, or what a failed transaction put
// into place. What cannot be removed (Windows keeps files that are open) goes at
// the next opening.
func (tx *Tx) removeFiles(names []string) {
	for _, name := range names {
		_ = os.Remove(tx.s.filePath(name))
	}
}

// undoFiles takes back what a failed transaction put into place, but for what was
// there before.
func (tx *Tx) undoFiles() {
	if len(tx.adopted) == 0 {
		return
	}
	known := make(map[string]bool)
	err := tx.s.viewLocked(func(t *Tx) error {
		for _, name := range tx.adopted {
			if key, ok := fileKey(name); ok && t.has(bucketFiles, key) {
				known[name] = true
			}
		}
		return nil
	})
	if err != nil {
		return // the next opening sweeps
	}
	for _, name := range tx.adopted {
		if !known[name] {
			tx.removeFiles([]string{name})
		}
	}
}

// HasFile reports whether a file is known, and its size in bytes.
func (tx *Tx) HasFile(name string) (size int64, ok bool) {
	key, ok := fileKey(name)
	if !ok {
		return 0, false
	}
	r, ok := tx.fileRecord(key)
	return r.size, ok
}

// sweepFiles removes what a crash left in the folder: files in the making, and
// files that no message names. Names that are not of this package stay.
func (s *Store) sweepFiles() error {
	list, err := os.ReadDir(s.AttachmentsDir())
	if err != nil {
		return explain(fmt.Errorf("look through the attachments: %w", err))
	}
	var gone []string
	err = s.View(func(tx *Tx) error {
		for _, e := range list {
			name, isFile := strings.CutSuffix(e.Name(), fileSuffix)
			key, ok := fileKey(name)
			switch {
			case strings.HasSuffix(e.Name(), partSuffix):
			case !isFile || !ok || tx.has(bucketFiles, key):
				continue
			}
			gone = append(gone, e.Name())
		}
		return nil
	})
	for _, name := range gone {
		_ = os.Remove(filepath.Join(s.AttachmentsDir(), name))
	}
	return err
}
