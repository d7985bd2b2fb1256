package engine

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/chacha20poly1305"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/identity"
	"sotto/internal/beside"
	"sotto/internal/clock"
	"sotto/store"
)

// The file benchmarks run a file of ten megabytes through the engine's own way
// out and in, and the bare primitives of that way over as many bytes, in turns:
// the sent scheme (AES-256-CBC, HMAC-SHA256, SHA-256) and the profile's
// (ChaCha20-Poly1305, and BLAKE2b for the name when a file comes in). They report
// the ratio of the medians; the promise is that the primitives take at least 70 %
// of the whole, a ratio of at most 1.43.
//
//	go test -bench 'File.*Ratio' -run '^$' ./engine

const benchFile = 9_900_000

// benchCore is an engine with a profile, which does not run.
func benchCore(b *testing.B) *core {
	b.Helper()
	o := Options{Dir: b.TempDir(), Clock: clock.System}
	o.defaults()
	st, err := store.Create(o.Dir, "memory", store.Protection{None: true}, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = st.Close() })
	account, err := identity.New(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	if err := st.Update(func(tx *store.Tx) error {
		return tx.PutAccount(store.AccountRecord{Seed: account.SeedBytes(), Name: "Bench"})
	}); err != nil {
		b.Fatal(err)
	}
	e, err := newEngine(o, st, account)
	if err != nil {
		b.Fatal(err)
	}
	return e.core
}

// sentScheme is AES-CBC, HMAC-SHA256 and SHA-256 over data, which it changes.
func sentScheme(mode func(cipher.Block, []byte) cipher.BlockMode, data []byte) {
	var key [64]byte
	block, err := aes.NewCipher(key[:32])
	if err != nil {
		panic(err)
	}
	mac, digest := hmac.New(sha256.New, key[32:]), sha256.New()
	mode(block, key[:aes.BlockSize]).CryptBlocks(data, data)
	mac.Write(data)
	digest.Write(data)
	mac.Sum(nil)
	digest.Sum(nil)
}

const benchChunk = 64 << 10 // of a file in the profile

func benchAEAD(b *testing.B) cipher.AEAD {
	b.Helper()
	aead, err := chacha20poly1305.New(make([]byte, chacha20poly1305.KeySize))
	if err != nil {
		b.Fatal(err)
	}
	return aead
}

// benchSent puts a file into the profile as SendFiles does.
func benchSent(b *testing.B, c *core) model.Attachment {
	b.Helper()
	data := make([]byte, benchFile)
	_, _ = rand.Read(data)
	a, f, err := c.stage(b.Context(), File{Name: "film.bin", Data: bytes.NewReader(data)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(f.Discard)
	m := &model.Message{Conversation: model.ConversationOf(c.me), Outgoing: true, Attachments: []model.Attachment{a}}
	if err := c.store.Update(func(tx *store.Tx) error {
		if err := tx.PutConversation(model.Conversation{ID: m.Conversation}); err != nil {
			return err
		}
		if err := tx.AdoptFile(f); err != nil {
			return err
		}
		_, err := tx.AddMessage(m)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	return a
}

// BenchmarkFileOutRatio: from the profile to the blob that is uploaded.
func BenchmarkFileOutRatio(b *testing.B) {
	c := benchCore(b)
	a := benchSent(b, c)
	aead := benchAEAD(b)
	nonce := make([]byte, chacha20poly1305.NonceSize)
	sealed, chunk := aead.Seal(nil, nonce, make([]byte, benchChunk), nil), make([]byte, 0, benchChunk)
	data := make([]byte, attach.LegacyBlobSize(benchFile, true)/aes.BlockSize*aes.BlockSize)
	beside.Bench(b, nil, func() {
		if _, _, err := c.sealFile(a, true); err != nil {
			b.Fatal(err)
		}
	}, func() {
		for range benchFile / benchChunk {
			if _, err := aead.Open(chunk, nonce, sealed, nil); err != nil {
				b.Fatal(err)
			}
		}
		sentScheme(cipher.NewCBCEncrypter, data)
	})
}

// BenchmarkFileInRatio: from the blob that was downloaded into the profile,
// durable. The parts write as many bytes to a file and sync it.
func BenchmarkFileInRatio(b *testing.B) {
	c := benchCore(b)
	a := benchSent(b, c)
	blob, digest, err := c.sealFile(a, true)
	if err != nil {
		b.Fatal(err)
	}
	secret := attach.Secret{Key: a.Key, Digest: digest, Size: benchFile}
	aead := benchAEAD(b)
	nonce := make([]byte, chacha20poly1305.NonceSize)
	data := make([]byte, len(blob)/aes.BlockSize*aes.BlockSize)
	path := filepath.Join(b.TempDir(), "bare")
	beside.Bench(b, nil, func() {
		f, err := c.store.NewFile()
		if err == nil {
			err = c.unpack(f, blob, secret)
		}
		if err != nil {
			b.Fatal(err)
		}
		f.Discard()
	}, func() {
		sentScheme(cipher.NewCBCDecrypter, data)
		f, err := os.Create(path)
		if err != nil {
			b.Fatal(err)
		}
		name, _ := blake2b.New256(nil)
		sealed := make([]byte, 0, benchChunk+chacha20poly1305.Overhead)
		for rest := data[:benchFile]; len(rest) > 0; rest = rest[min(benchChunk, len(rest)):] {
			part := rest[:min(benchChunk, len(rest))]
			name.Write(part)
			if _, err := f.Write(aead.Seal(sealed, nonce, part, nil)); err != nil {
				b.Fatal(err)
			}
		}
		name.Sum(nil)
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
		if err := os.Remove(path); err != nil {
			b.Fatal(err)
		}
	})
}
