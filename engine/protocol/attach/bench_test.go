package attach

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"io"
	"testing"

	"github.com/minio/blake2b-simd"
	"golang.org/x/crypto/chacha20poly1305"

	"sotto/internal/beside"
)

// The Ratio benchmarks run the whole and its bare primitives over the same ten
// megabytes in turns and report the ratio of the medians; the promise is that
// the primitives take at least 70 % of the whole, a ratio of at most 1.43.
//
//	go test -bench . -run '^$' ./engine/protocol/attach

const benchSize = 9_900_000

// legacyPrimitives are AES-CBC, HMAC-SHA256 and SHA-256 over the blob.
func legacyPrimitives(mode func(cipher.Block, []byte) cipher.BlockMode, data []byte) {
	block, err := aes.NewCipher(testKey[:32])
	if err != nil {
		panic(err)
	}
	mac, digest := hmac.New(sha256.New, testKey[32:]), sha256.New()
	mode(block, testIV[:]).CryptBlocks(data, data)
	mac.Write(data)
	digest.Write(data)
	mac.Sum(nil)
	digest.Sum(nil)
}

func BenchmarkSealLegacyRatio(b *testing.B) {
	file := content(benchSize)
	data := make([]byte, LegacyBlobSize(benchSize, true)-legacyOverhead)
	out := bytes.NewBuffer(make([]byte, 0, MaxUpload))
	beside.Bench(b, nil, func() {
		out.Reset()
		if _, err := SealLegacy(out, bytes.NewReader(file), benchSize, testKey, testIV, true); err != nil {
			b.Fatal(err)
		}
	}, func() { legacyPrimitives(cipher.NewCBCEncrypter, data) })
}

func BenchmarkOpenLegacyRatio(b *testing.B) {
	x := sealed(b, content(benchSize))["legacy"]
	data := make([]byte, len(x.blob)-legacyOverhead)
	beside.Bench(b, nil, func() {
		if err := Open(io.Discard, bytes.NewReader(x.blob), x.s); err != nil {
			b.Fatal(err)
		}
	}, func() { legacyPrimitives(cipher.NewCBCDecrypter, data) })
}

// The reference of the deterministic scheme is the AEAD of the same cipher and
// authenticator over chunks of the same length, which is assembled by hand in
// x/crypto; secretstream is not.
func BenchmarkOpenDeterministicRatio(b *testing.B) {
	x := sealed(b, content(benchSize))["deterministic"]
	aead, err := chacha20poly1305.New(testKey[:32])
	if err != nil {
		b.Fatal(err)
	}
	chunk := make([]byte, streamChunk)
	box := aead.Seal(nil, testKey[:12], chunk, nil)
	beside.Bench(b, nil, func() {
		if err := Open(io.Discard, bytes.NewReader(x.blob), x.s); err != nil {
			b.Fatal(err)
		}
	}, func() {
		for range len(x.blob) / streamSealed {
			if _, err := aead.Open(chunk[:0], testKey[:12], box, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkSealDeterministicRatio(b *testing.B) {
	file := content(benchSize)
	out := bytes.NewBuffer(make([]byte, 0, MaxBlob))
	aead, err := chacha20poly1305.New(testKey[:32])
	if err != nil {
		b.Fatal(err)
	}
	box := make([]byte, 0, streamSealed)
	beside.Bench(b, nil, func() {
		out.Reset()
		if _, err := SealDeterministic(out, bytes.NewReader(file), [32]byte{1}, DomainAttachment); err != nil {
			b.Fatal(err)
		}
	}, func() {
		h := blake2b.New512()
		h.Write(file)
		h.Sum(nil)
		for i := range benchSize / streamChunk {
			aead.Seal(box, testKey[:12], file[i*streamChunk:(i+1)*streamChunk], nil)
		}
	})
}
