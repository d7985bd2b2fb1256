package store

import (
	"bufio"
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/text/unicode/norm"
)

// The envelope of a backup (docs/backup.md): a header, then chunks.
//
//	header = "sotto backup" 0d 0a 1a 0a (16) ‖ version (2, BE)
//	         ‖ Argon2id: passes (4, BE) ‖ memory in KiB (4, BE) ‖ threads (1)
//	         ‖ salt (32) ‖ check (16)
//	         ‖ first 16 bytes of BLAKE2b-256 of all before
//	secret = Argon2id(passphrase in NFC, salt, parameters), 32 bytes
//	key    = HKDF-SHA-256(secret, salt, "sotto backup 1 key"), 32 bytes
//	check  = HKDF-SHA-256(secret, salt, "sotto backup 1 check"), 16 bytes
//	chunk  = ChaCha20-Poly1305(key, nonce, content, associated data = header):
//	         content of 65536 bytes, in the last chunk 0 to 65536, ‖ tag (16)
//
// with the nonce of the chunks of files: 00 00 00 ‖ number of the chunk (8, BE)
// ‖ 01 for the last one, else 00. The key is new for each backup, since the salt
// is. No chunk can be changed, moved or left out and the end cannot be cut off.
const (
	backupMagic    = "sotto backup\r\n\x1a\n"
	backupVersion  = 1
	backupSaltSize = 32
	backupCheck    = 16
	backupSum      = 16
	backupHeader   = len(backupMagic) + 2 + 4 + 4 + 1 + backupSaltSize + backupCheck + backupSum
)

// backupSecrets are key and check of a passphrase.
func backupSecrets(pass, salt []byte, kdf KDF) (aead cipher.AEAD, check []byte, err error) {
	normal := norm.NFC.Append(nil, pass...)
	defer clear(normal)
	secret := argon2.IDKey(normal, salt, kdf.Time, kdf.Memory, kdf.Threads, 32)
	defer clear(secret)
	key, err := hkdf.Key(sha256.New, secret, salt, "sotto backup 1 key", chacha20poly1305.KeySize)
	if err != nil {
		return nil, nil, fmt.Errorf("store: derive the key of a backup: %w", err)
	}
	defer clear(key)
	if check, err = hkdf.Key(sha256.New, secret, salt, "sotto backup 1 check", backupCheck); err != nil {
		return nil, nil, fmt.Errorf("store: derive the key of a backup: %w", err)
	}
	aead, err = chacha20poly1305.New(key)
	return aead, check, err
}

// backupWriter seals what is written into chunks. Close ends the backup.
type backupWriter struct {
	w      io.Writer
	aead   cipher.AEAD
	header []byte
	chunk  int64
	plain  []byte
	sealed []byte
	err    error
}

func newBackupWriter(w io.Writer, pass []byte, kdf KDF, rand io.Reader) (*backupWriter, error) {
	h := append(make([]byte, 0, backupHeader), backupMagic...)
	h = binary.BigEndian.AppendUint16(h, backupVersion)
	h = binary.BigEndian.AppendUint32(h, kdf.Time)
	h = binary.BigEndian.AppendUint32(h, kdf.Memory)
	h = append(h, kdf.Threads)
	salt := h[len(h) : len(h)+backupSaltSize]
	if _, err := io.ReadFull(rand, salt); err != nil {
		return nil, fmt.Errorf("store: read entropy: %w", err)
	}
	h = h[:len(h)+backupSaltSize]
	aead, check, err := backupSecrets(pass, salt, kdf)
	if err != nil {
		return nil, err
	}
	h = append(h, check...)
	sum := blake2b.Sum256(h)
	h = append(h, sum[:backupSum]...)
	b := &backupWriter{w: w, aead: aead, header: h, plain: make([]byte, 0, chunkSize)}
	_, b.err = w.Write(h)
	return b, b.err
}

func (b *backupWriter) Write(p []byte) (int, error) {
	total := len(p)
	for len(p) > 0 && b.err == nil {
		if len(b.plain) == chunkSize {
			b.seal(false)
		}
		n := min(chunkSize-len(b.plain), len(p))
		b.plain, p = append(b.plain, p[:n]...), p[n:]
	}
	return total - len(p), b.err
}

func (b *backupWriter) seal(last bool) {
	if b.err != nil {
		return
	}
	b.sealed = b.aead.Seal(b.sealed[:0], chunkNonce(b.chunk, last), b.plain, b.header)
	_, b.err = b.w.Write(b.sealed)
	b.chunk++
	b.plain = b.plain[:0]
}

func (b *backupWriter) Close() error {
	b.seal(true)
	clear(b.plain[:cap(b.plain)])
	return b.err
}

// backupReader opens chunk by chunk. A chunk that does not authenticate, and a
// stream without a last chunk, are ErrBackupDamaged.
type backupReader struct {
	r      *bufio.Reader
	aead   cipher.AEAD
	header []byte
	chunk  int64
	last   bool
	sealed []byte
	plain  []byte // what is left of the chunk
	space  []byte
}

// newBackupReader reads the header: ErrNoBackup, ErrBackupVersion,
// ErrBackupDamaged, ErrPassphrase.
func newBackupReader(r io.Reader, pass []byte) (*backupReader, error) {
	b := &backupReader{r: bufio.NewReaderSize(r, 4096), header: make([]byte, backupHeader)}
	known := len(backupMagic) + 2
	if _, err := io.ReadFull(b.r, b.header[:known]); err != nil {
		return nil, readFailed(err, ErrNoBackup)
	}
	if !bytes.HasPrefix(b.header, []byte(backupMagic)) {
		return nil, ErrNoBackup
	}
	if v := binary.BigEndian.Uint16(b.header[len(backupMagic):]); v > backupVersion {
		return nil, fmt.Errorf("%w: format %d", ErrBackupVersion, v)
	} else if v == 0 {
		return nil, ErrBackupDamaged
	}
	if _, err := io.ReadFull(b.r, b.header[known:]); err != nil {
		return nil, readFailed(err, ErrBackupDamaged)
	}
	body := b.header[:backupHeader-backupSum]
	if sum := blake2b.Sum256(body); !bytes.Equal(sum[:backupSum], b.header[len(body):]) {
		return nil, fmt.Errorf("%w: its header", ErrBackupDamaged)
	}
	at := body[known:]
	kdf := KDF{Time: binary.BigEndian.Uint32(at), Memory: binary.BigEndian.Uint32(at[4:]), Threads: at[8]}
	if kdf.Time < 1 || kdf.Time > maxTime || kdf.Threads < 1 || kdf.Threads > maxThreads || kdf.Memory < 8*uint32(kdf.Threads) || kdf.Memory > maxMemory {
		return nil, fmt.Errorf("%w: Argon2id parameters out of bounds", ErrBackupDamaged)
	}
	at = at[9:]
	aead, check, err := backupSecrets(pass, at[:backupSaltSize], kdf)
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare(check, at[backupSaltSize:]) != 1 {
		return nil, ErrPassphrase
	}
	b.aead = aead
	return b, nil
}

// readFailed tells an end that comes too early from a device that fails.
func readFailed(err, short error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return short
	}
	return fmt.Errorf("read the backup: %w", err)
}

func (b *backupReader) Read(p []byte) (int, error) {
	for len(b.plain) == 0 {
		if b.last {
			return 0, io.EOF
		}
		if err := b.open(); err != nil {
			return 0, err
		}
	}
	n := copy(p, b.plain)
	b.plain = b.plain[n:]
	return n, nil
}

func (b *backupReader) open() error {
	if b.sealed == nil {
		b.sealed, b.space = make([]byte, chunkSize+chunkTag), make([]byte, 0, chunkSize)
	}
	n, err := io.ReadFull(b.r, b.sealed)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		b.last = true
	case err != nil:
		return readFailed(err, ErrBackupDamaged)
	default:
		if _, err := b.r.Peek(1); err != nil {
			if !errors.Is(err, io.EOF) {
				return readFailed(err, ErrBackupDamaged)
			}
			b.last = true
		}
	}
	plain, err := b.aead.Open(b.space[:0], chunkNonce(b.chunk, b.last), b.sealed[:n], b.header)
	if err != nil {
		return fmt.Errorf("%w: part %d does not authenticate", ErrBackupDamaged, b.chunk)
	}
	b.chunk++
	b.plain = plain
	return nil
}

// wipe overwrites what is left in memory.
func (b *backupReader) wipe() { clear(b.space[:cap(b.space)]) }
