package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"sotto/engine/model"
)

// A backup holds, inside its chunks, items: kind (1) ‖ length (4, BE) ‖ body.
// Manifest and key come first, the end last; records stand bucket after bucket
// in the order of their names, in each by key; files come after all records.
const (
	itemManifest = 1 // JSON of BackupInfo
	itemKey      = 2 // the database key (32)
	itemBucket   = 3 // sequence (8, BE) ‖ name: after the records of the bucket
	itemRecord   = 4 // length of the name (1) ‖ name of the bucket ‖ length of the key (2, BE) ‖ key ‖ sealed value
	itemFile     = 5 // key of the file (16) ‖ n (8, BE), followed by the n bytes of the file as it lies in the folder
	itemEnd      = 6 // number of records (8, BE) ‖ number of files (8, BE)

	maxItem     = 24 << 20 // the largest value is a blob
	maxManifest = 64 << 20
)

// BackupInfo says what is in a backup.
type BackupInfo struct {
	Created       model.Millis         `json:"created"`
	Schema        int                  `json:"schema"`
	Network       string               `json:"network"`
	Account       string               `json:"account"` // Session ID
	Name          string               `json:"name"`
	Messages      int                  `json:"messages"`
	Files         int                  `json:"files"`
	FileBytes     int64                `json:"file_bytes"`
	Conversations []BackupConversation `json:"conversations"`
}

// BackupConversation is one of its conversations.
type BackupConversation struct {
	ID       model.ConversationID `json:"id"`
	Kind     model.Kind           `json:"kind"`
	Title    string               `json:"title"`
	Messages int                  `json:"messages"`
	Last     model.Millis         `json:"last"` // its last activity
}

// putItem writes an item whose body comes in parts.
func putItem(w io.Writer, kind byte, parts ...[]byte) error {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	head := binary.BigEndian.AppendUint32([]byte{kind}, uint32(n))
	if _, err := w.Write(head); err != nil {
		return err
	}
	for _, p := range parts {
		if _, err := w.Write(p); err != nil {
			return err
		}
	}
	return nil
}

// item is what was read. Its slices live until the next one.
type item struct {
	kind       byte
	bucket     string
	key, value []byte
	n          uint64 // itemBucket: the sequence, itemFile: the length
}

// Backup is a backup that is being read, once from its beginning to its end.
type Backup struct {
	BackupInfo
	r    *backupReader
	key  *secretKey
	body []byte
	file int64 // bytes of the file that was not read yet
	seen [2]uint64
	over bool
}

// OpenBackup reads the head of a backup: ErrNoBackup, ErrBackupVersion,
// ErrBackupDamaged, ErrPassphrase. Close it in the end.
func OpenBackup(r io.Reader, passphrase []byte) (*Backup, error) {
	opened, err := newBackupReader(r, passphrase)
	if err != nil {
		return nil, err
	}
	b := &Backup{r: opened}
	if err := b.head(); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

func (b *Backup) head() error {
	it, err := b.next()
	if err != nil {
		return err
	}
	if it.kind != itemManifest || json.Unmarshal(it.value, &b.BackupInfo) != nil {
		return fmt.Errorf("%w: no manifest", ErrBackupDamaged)
	}
	if b.Schema > schemaVersion {
		return fmt.Errorf("%w: schema %d", ErrBackupVersion, b.Schema)
	}
	if b.Schema < 1 || b.Network == "" || len(b.Network) > maxNetworkName {
		return fmt.Errorf("%w: its manifest makes no sense", ErrBackupDamaged)
	}
	if it, err = b.next(); err != nil {
		return err
	}
	if it.kind != itemKey || len(it.value) != len(secretKey{}) {
		return fmt.Errorf("%w: no key", ErrBackupDamaged)
	}
	key := secretKey(it.value)
	clear(it.value)
	b.key = &key
	return nil
}

// Close wipes the key.
func (b *Backup) Close() {
	if b.key != nil {
		b.key.Zero()
	}
	clear(b.body[:cap(b.body)])
	b.r.wipe()
}

// next reads an item; io.EOF after the last one. What a caller leaves of a file
// is skipped.
func (b *Backup) next() (it item, err error) {
	if b.over {
		return it, io.EOF
	}
	if b.file > 0 {
		if _, err := io.Copy(io.Discard, b.content()); err != nil {
			return it, err
		}
	}
	var head [5]byte
	if _, err := io.ReadFull(b.r, head[:]); err != nil {
		return it, cut(err)
	}
	n := binary.BigEndian.Uint32(head[1:])
	if limit := uint32(maxItem); head[0] != itemManifest && n > limit || n > maxManifest {
		return it, fmt.Errorf("%w: an item of %d bytes", ErrBackupDamaged, n)
	}
	if uint32(cap(b.body)) < n {
		b.body = make([]byte, n)
	}
	b.body = b.body[:n]
	if _, err := io.ReadFull(b.r, b.body); err != nil {
		return it, cut(err)
	}
	it.kind = head[0]
	return b.parse(it, b.body)
}

func (b *Backup) parse(it item, body []byte) (item, error) {
	odd := fmt.Errorf("%w: an item of kind %d makes no sense", ErrBackupDamaged, it.kind)
	switch it.kind {
	case itemManifest, itemKey:
		it.value = body
	case itemBucket:
		if len(body) < 9 {
			return it, odd
		}
		it.n, it.bucket = binary.BigEndian.Uint64(body), string(body[8:])
	case itemRecord:
		if len(body) < 1 || len(body) < 3+int(body[0]) {
			return it, odd
		}
		name, rest := body[1:1+body[0]], body[1+body[0]:]
		size := int(binary.BigEndian.Uint16(rest))
		if rest = rest[2:]; len(rest) < size {
			return it, odd
		}
		it.bucket, it.key, it.value = string(name), rest[:size], rest[size:]
		b.seen[0]++
	case itemFile:
		if len(body) != blindSize+8 {
			return it, odd
		}
		it.key, it.n = body[:blindSize], binary.BigEndian.Uint64(body[blindSize:])
		if _, ok := plainSize(int64(it.n)); !ok || it.n > 1<<62 {
			return it, odd
		}
		b.file = int64(it.n)
		b.seen[1]++
	case itemEnd:
		if len(body) != 16 || binary.BigEndian.Uint64(body) != b.seen[0] || binary.BigEndian.Uint64(body[8:]) != b.seen[1] {
			return it, odd
		}
		b.over = true
		if n, err := b.r.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
			return it, odd
		}
	default:
		return it, fmt.Errorf("%w: an item of kind %d", ErrBackupVersion, it.kind)
	}
	return it, nil
}

// content is what is left of the file that was named last.
func (b *Backup) content() io.Reader { return &fileContent{b} }

type fileContent struct{ b *Backup }

func (c *fileContent) Read(p []byte) (int, error) {
	if c.b.file == 0 {
		return 0, io.EOF
	}
	n, err := c.b.r.Read(p[:min(int64(len(p)), c.b.file)])
	c.b.file -= int64(n)
	return n, cut(err)
}

// cut is an end where more should come.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: its end is missing", ErrBackupDamaged)
	}
	return err
}
