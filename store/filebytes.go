package store

import (
	"crypto/cipher"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/chacha20poly1305"
)

// A file of a message on the disk:
//
//	salt (24) ‖ chunks, each ChaCha20-Poly1305 of 65536 bytes (the last one of
//	0 to 65536) ‖ tag (16)
//
// under the key BLAKE2b-256(key = files key, salt), with the nonce 00 00 00 ‖
// number of the chunk (8, BE) ‖ 01 for the last chunk, else 00. No chunk can be
// changed, moved, left out or taken from another file, and the end cannot be cut
// off. An empty file has one empty chunk.
const (
	fileSaltSize = 24
	chunkSize    = 64 << 10
	chunkTag     = chacha20poly1305.Overhead
)

// sealedSize is the length of a file of n bytes on the disk.
func sealedSize(n int64) int64 {
	chunks := max(1, (n+chunkSize-1)/chunkSize)
	return fileSaltSize + n + chunks*chunkTag
}

// plainSize is the length of the file behind sealed bytes; false when no file
// has that many.
func plainSize(sealed int64) (n int64, ok bool) {
	body := sealed - fileSaltSize
	chunks := (body + chunkSize + chunkTag - 1) / (chunkSize + chunkTag)
	n = body - chunks*chunkTag
	return n, n >= 0 && sealedSize(n) == sealed
}

// fileAEAD makes the cipher of one file.
func (k *keyset) fileAEAD(salt []byte) cipher.AEAD {
	h, err := blake2b.New256(k.files[:])
	if err != nil {
		panic("store: " + err.Error()) // 32 bytes are always a valid key
	}
	h.Write(salt)
	var key [32]byte
	h.Sum(key[:0])
	wipeHash(h)
	aead, err := chacha20poly1305.New(key[:])
	if err != nil {
		panic("store: " + err.Error())
	}
	clear(key[:])
	return aead
}

func chunkNonce(n int64, last bool) []byte {
	var nonce [chacha20poly1305.NonceSize]byte
	binary.BigEndian.PutUint64(nonce[3:], uint64(n))
	if last {
		nonce[11] = 1
	}
	return nonce[:]
}

// NewFile is a file in the making: written, finished, then put into place with
// Tx.AdoptFile. Discard it in the end, in any case. It is for one goroutine.
type NewFile struct {
	s      *Store
	f      *os.File
	path   string
	aead   cipher.AEAD
	salt   [fileSaltSize]byte
	digest hash.Hash
	chunk  int64
	plain  []byte // of the chunk that is being filled
	sealed []byte
	size   int64
	err    error
	name   string
}

// NewFile begins a file.
func (s *Store) NewFile() (*NewFile, error) {
	s.gate.RLock()
	defer s.gate.RUnlock()
	if err := s.usable(); err != nil {
		return nil, err
	}
	w := &NewFile{s: s, plain: make([]byte, 0, chunkSize)}
	if _, err := io.ReadFull(s.options.Rand, w.salt[:]); err != nil {
		return nil, fmt.Errorf("store: read entropy: %w", err)
	}
	w.aead = s.keys.fileAEAD(w.salt[:])
	w.digest, _ = blake2b.New256(nil)
	// The salt is random, so the name is unique.
	w.path = filepath.Join(s.AttachmentsDir(), hex.EncodeToString(w.salt[:16])+partSuffix)
	f, err := os.OpenFile(w.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, explain(fmt.Errorf("begin a file: %w", err))
	}
	w.f = f
	w.put(w.salt[:])
	return w, nil
}

func (w *NewFile) put(b []byte) {
	if w.err == nil {
		_, err := w.f.Write(b)
		w.err = explain(err)
	}
}

func (w *NewFile) sealChunk(last bool) {
	w.sealed = w.aead.Seal(w.sealed[:0], chunkNonce(w.chunk, last), w.plain, nil)
	w.put(w.sealed)
	w.chunk++
	w.plain = w.plain[:0]
}

// Write adds to the file. Errors: ErrDiskFull and those of the system.
func (w *NewFile) Write(b []byte) (int, error) {
	w.digest.Write(b)
	total := len(b)
	for len(b) > 0 && w.err == nil {
		if len(w.plain) == chunkSize {
			w.sealChunk(false)
		}
		n := min(chunkSize-len(w.plain), len(b))
		w.plain, b = append(w.plain, b[:n]...), b[n:]
	}
	w.size += int64(total)
	if w.err != nil {
		return total - len(b), w.err
	}
	return total, nil
}

// Finish ends the file and makes it durable.
func (w *NewFile) Finish() error {
	w.sealChunk(true)
	clear(w.plain[:cap(w.plain)])
	if w.err == nil {
		w.err = explain(w.f.Sync())
	}
	if err := w.f.Close(); w.err == nil {
		w.err = explain(err)
	}
	w.f = nil
	if w.err != nil {
		return w.err
	}
	w.s.gate.RLock()
	defer w.s.gate.RUnlock()
	if err := w.s.usable(); err != nil {
		return err
	}
	s := sealer{keyset: w.s.keys}
	w.name = hex.EncodeToString(s.blindKey(bucketFiles, w.digest.Sum(nil)))
	return nil
}

// Name is the file's name once it is finished: what model.Attachment.LocalID
// holds.
func (w *NewFile) Name() string { return w.name }

// Size is the number of bytes written.
func (w *NewFile) Size() int64 { return w.size }

// Discard removes what is not in its place. It may be called twice.
func (w *NewFile) Discard() {
	if w.f != nil {
		_ = w.f.Close()
		w.f = nil
	}
	_ = os.Remove(w.path)
}

// OpenNew opens a finished file before it is adopted.
func (w *NewFile) OpenNew() (*FileReader, error) { return w.s.openFile(w.path, w.salt, w.size) }

// FileReader reads a file; for one goroutine at a time.
type FileReader struct {
	s      *Store
	f      *os.File
	aead   cipher.AEAD
	size   int64
	at     int64
	chunk  int64  // in plain, -1 none
	plain  []byte // of the chunk read last
	sealed []byte
}

// OpenFile opens a file for reading: ErrNoFile, ErrDamaged. Bytes that do not
// authenticate are ErrDamaged when they are read.
func (s *Store) OpenFile(name string) (*FileReader, error) {
	var (
		r  fileRecord
		ok bool
	)
	err := s.View(func(tx *Tx) error {
		if key, valid := fileKey(name); valid {
			r, ok = tx.fileRecord(key)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, ErrNoFile
	}
	return s.openFile(s.filePath(name), r.salt, r.size)
}

func (s *Store) openFile(path string, salt [fileSaltSize]byte, size int64) (*FileReader, error) {
	s.gate.RLock()
	defer s.gate.RUnlock()
	if err := s.usable(); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoFile
	}
	if err != nil {
		return nil, explain(fmt.Errorf("open a file: %w", err))
	}
	var found [fileSaltSize]byte
	_, err = io.ReadFull(f, found[:])
	st, serr := f.Stat()
	if err != nil || serr != nil || found != salt || st.Size() != sealedSize(size) {
		_ = f.Close()
		return nil, fmt.Errorf("%w: a file of a message is not the one that was stored", ErrDamaged)
	}
	return &FileReader{s: s, f: f, aead: s.keys.fileAEAD(salt[:]), size: size, chunk: -1}, nil
}

// Size is the length in bytes.
func (r *FileReader) Size() int64 { return r.size }

func (r *FileReader) Read(b []byte) (int, error) {
	if r.f == nil {
		return 0, fs.ErrClosed
	}
	if len(b) == 0 {
		return 0, nil
	}
	if r.at >= r.size {
		// Also an empty file has a chunk that must be right.
		if r.size == 0 && r.chunk < 0 {
			if err := r.load(0); err != nil {
				return 0, err
			}
		}
		return 0, io.EOF
	}
	if n := r.at / chunkSize; n != r.chunk {
		if err := r.load(n); err != nil {
			return 0, err
		}
	}
	n := copy(b, r.plain[r.at%chunkSize:])
	r.at += int64(n)
	return n, nil
}

// load decrypts a chunk.
func (r *FileReader) load(n int64) error {
	length := min(chunkSize, r.size-n*chunkSize)
	if r.sealed == nil {
		r.sealed = make([]byte, 0, min(chunkSize, r.size)+chunkTag)
		r.plain = make([]byte, 0, min(chunkSize, r.size))
	}
	r.chunk = -1
	sealed := r.sealed[:length+chunkTag]
	if _, err := r.f.ReadAt(sealed, fileSaltSize+n*(chunkSize+chunkTag)); err != nil {
		return fmt.Errorf("%w: read a file: %w", ErrDamaged, err)
	}
	last := (n+1)*chunkSize >= r.size
	plain, err := r.aead.Open(r.plain[:0], chunkNonce(n, last), sealed, nil)
	if err != nil {
		return fmt.Errorf("%w: a file of a message does not authenticate", ErrDamaged)
	}
	r.plain, r.chunk = plain, n
	return nil
}

// Seek sets where the next Read begins; it may lie behind the end.
func (r *FileReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 || whence < 0 || whence > 2 {
		return 0, errors.New("store: seek before the beginning")
	}
	r.at = offset
	return offset, nil
}

// Close lets the file go and overwrites what was read of it.
func (r *FileReader) Close() error {
	if r.f == nil {
		return nil
	}
	err := r.f.Close()
	r.f, r.aead, r.chunk = nil, nil, -1
	clear(r.plain[:cap(r.plain)])
	return err
}

// copyFile copies a file that is durable, durably.
func copyFile(from, to string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	if err == nil {
		err = dst.Sync()
	}
	if e := dst.Close(); err == nil {
		err = e
	}
	if err != nil {
		_ = os.Remove(to)
	}
	return err
}
