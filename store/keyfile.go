package store

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// keyFileLabel keeps the secret of a key file apart from a plain hash of it,
// which may be known to others.
const keyFileLabel = "sotto key file 1"

// MinKeyFile is the size of the smallest file that is taken as a key file, in
// bytes: shorter ones can be guessed.
const MinKeyFile = 32

// MaxKeyFile is the size of the largest, in bytes: it is read at each opening.
const MaxKeyFile = 256 << 20

// Errors of key files.
var (
	ErrKeyFileSmall = errors.New("store: the file is too small for a key file")
	ErrKeyFileLarge = errors.New("store: the file is too large for a key file")
	ErrKeyFile      = errors.New("store: the key file cannot be read or written")
)

// KeyFileSecret returns HMAC-SHA-256 over the content of a key file under the
// key "sotto key file 1", 32 bytes. Any file of MinKeyFile to MaxKeyFile bytes
// will do; name and times do not count, every byte of the content does.
func KeyFileSecret(r io.Reader) ([]byte, error) {
	h := hmac.New(sha256.New, []byte(keyFileLabel))
	n, err := io.Copy(h, io.LimitReader(r, MaxKeyFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	case n < MinKeyFile:
		return nil, ErrKeyFileSmall
	case n > MaxKeyFile:
		return nil, ErrKeyFileLarge
	}
	return h.Sum(nil), nil
}

// ReadKeyFile is KeyFileSecret of a file. Only regular files are read.
func ReadKeyFile(path string) ([]byte, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	if !st.Mode().IsRegular() {
		return nil, ErrKeyFile
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	defer f.Close()
	return KeyFileSecret(f)
}

// WriteKeyFile makes a new key file with 32 bytes of entropy, as text that says
// what it is. A file of that name that is there already is an error.
func WriteKeyFile(path string, random io.Reader) (err error) {
	key := make([]byte, 32)
	if _, err := io.ReadFull(random, key); err != nil {
		return fmt.Errorf("store: read entropy: %w", err)
	}
	defer clear(key)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrKeyFile, explain(err))
	}
	_, err = io.Copy(f, strings.NewReader("Sotto key file. Keep a copy in a safe place; do not change it.\n"+hex.EncodeToString(key)+"\n"))
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		os.Remove(path)
		return explain(fmt.Errorf("write key file: %w", err))
	}
	return nil
}
