package config

import (
	"encoding/binary"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/chacha20poly1305"
)

// An encrypted config is ciphertext ‖ tag(16) ‖ nonce(24)
// (docs/protocol/config-messages.md §6). Key and nonce come from the plaintext:
// the same config is the same bytes on every device.
const overhead = chacha20poly1305.Overhead + chacha20poly1305.NonceSizeX

const nonceDomain = "libsessionutil-config-encrypted-"

func messageKey(base *[32]byte, size int, domain string) [32]byte {
	b := make([]byte, 0, 96)
	b = append(b, base[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(size))
	b = append(b, domain...)
	defer clear(b)
	return blake2b.Sum256(b)
}

// encrypt encrypts in place where plain has room for the overhead.
func encrypt(plain []byte, base *[32]byte, domain string) []byte {
	h, err := blake2b.New(chacha20poly1305.NonceSizeX, []byte(nonceDomain+domain))
	if err != nil {
		panic("config: domain too long: " + err.Error())
	}
	h.Write(plain)
	nonce := h.Sum(nil)
	key := messageKey(base, len(plain), domain)
	defer clear(key[:])
	aead, err := chacha20poly1305.NewX(key[:])
	if err != nil {
		panic("config: " + err.Error())
	}
	return append(aead.Seal(plain[:0], nonce, plain, nil), nonce...)
}

func decrypt(data []byte, base *[32]byte, domain string) ([]byte, bool) {
	if len(data) < overhead {
		return nil, false
	}
	split := len(data) - chacha20poly1305.NonceSizeX
	key := messageKey(base, len(data)-overhead, domain)
	defer clear(key[:])
	aead, err := chacha20poly1305.NewX(key[:])
	if err != nil {
		panic("config: " + err.Error())
	}
	plain, err := aead.Open(make([]byte, 0, split), data[split:], data[:split], nil)
	return plain, err == nil
}

// paddedSize is the length of a plaintext of n bytes with nulls before it.
func paddedSize(n int) int {
	size := n + overhead
	step := 5120
	switch {
	case size < 5120:
		step = 256
	case size < 20480:
		step = 1024
	case size < 40960:
		step = 2048
	}
	return (size+step-1)/step*step - overhead
}

// padded returns the parts of a plaintext in one buffer, behind the padding and
// with room for the overhead.
func padded(plain ...[]byte) []byte {
	n := 0
	for _, p := range plain {
		n += len(p)
	}
	size := paddedSize(n)
	out := make([]byte, size-n, size+overhead)
	for _, p := range plain {
		out = append(out, p...)
	}
	return out
}
