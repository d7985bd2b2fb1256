package attach

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
)

// The legacy scheme (protocol/attachments.md §2):
//
//	blob = IV(16) ‖ AES-256-CBC(file ‖ zeros ‖ PKCS#7) ‖ HMAC-SHA256(IV ‖ ct)(32)
//	key  = AES key(32) ‖ MAC key(32)
//	digest = SHA-256(blob)
const (
	// LegacyKeySize is the length of the key in a pointer.
	LegacyKeySize = 64
	// IVSize is the length of the IV of the legacy scheme.
	IVSize = aes.BlockSize

	legacyOverhead = IVSize + sha256.Size

	buffer = 64 << 10 // bytes handled at a time; a multiple of the block size
)

// Secret is what a message says about an encrypted file besides where it lies.
type Secret struct {
	Key    []byte // 64 bytes: legacy; 32: deterministic
	Digest []byte // SHA-256 of the blob, legacy only
	Size   int64  // bytes of the file, without padding
	// Deterministic is the flag d of the URL.
	Deterministic bool
}

// LegacyBlobSize is the length of the blob that SealLegacy makes of n bytes.
func LegacyBlobSize(n int64, padded bool) int64 {
	if padded {
		n = sentPadded(n)
	}
	return legacyOverhead + (n/aes.BlockSize+1)*aes.BlockSize
}

// SealLegacy reads a file of size bytes from src and writes its blob to dst.
// key and iv come from a source of randomness and are used once. Pictures of
// link previews are not padded, everything else is.
//
// Errors: ErrTooLarge above MaxFile, ErrLength when src has another length,
// ErrKey, and those of src and dst.
func SealLegacy(dst io.Writer, src io.Reader, size int64, key [LegacyKeySize]byte, iv [IVSize]byte, padded bool) (Secret, error) {
	switch {
	case size < 0:
		return Secret{}, ErrLength
	case size > MaxFile:
		return Secret{}, ErrTooLarge
	case key == [LegacyKeySize]byte{}:
		return Secret{}, ErrKey
	}
	total := size
	if padded {
		total = sentPadded(size)
	}
	block, err := aes.NewCipher(key[:32])
	if err != nil {
		return Secret{}, err
	}
	mac, digest := hmac.New(sha256.New, key[32:]), sha256.New()
	put := func(p []byte) error {
		mac.Write(p)
		digest.Write(p)
		_, err := dst.Write(p)
		return err
	}
	if err := put(iv[:]); err != nil {
		return Secret{}, err
	}
	cbc := cipher.NewCBCEncrypter(block, iv[:])
	buf := make([]byte, buffer)
	for at := int64(0); ; {
		n := min(total-at, buffer)
		chunk := buf[:n]
		if err := readPadded(src, chunk, size-at); err != nil {
			return Secret{}, err
		}
		at += n
		last := n < buffer
		if last {
			fill := aes.BlockSize - len(chunk)%aes.BlockSize
			chunk = buf[:len(chunk)+fill]
			for i := len(chunk) - fill; i < len(chunk); i++ {
				chunk[i] = byte(fill)
			}
		}
		cbc.CryptBlocks(chunk, chunk)
		if err := put(chunk); err != nil {
			return Secret{}, err
		}
		if last {
			break
		}
	}
	clear(buf)
	if err := expectEnd(src); err != nil {
		return Secret{}, err
	}
	tag := mac.Sum(nil)
	digest.Write(tag)
	if _, err := dst.Write(tag); err != nil {
		return Secret{}, err
	}
	return Secret{Key: key[:], Digest: digest.Sum(nil), Size: size}, nil
}

// readPadded fills p with what is left of the file, then zeros.
func readPadded(src io.Reader, p []byte, left int64) error {
	n := max(0, min(left, int64(len(p))))
	if _, err := io.ReadFull(src, p[:n]); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return ErrLength
		}
		return err
	}
	clear(p[n:])
	return nil
}

func expectEnd(src io.Reader) error {
	var one [1]byte
	switch n, err := io.ReadFull(src, one[:]); {
	case n > 0:
		return ErrLength
	case errors.Is(err, io.EOF):
		return nil
	default:
		return err
	}
}

// Open writes the file in blob to dst. A legacy blob is read twice: nothing is
// written before MAC and digest of the whole are right. The chunks of a
// deterministic blob are authentic one by one; what was written is to be thrown
// away when Open fails.
//
// Errors: ErrNotOpen, ErrSize, ErrTooLarge, ErrPointer (no usable key or
// digest), and those of blob and dst.
func Open(dst io.Writer, blob io.ReadSeeker, s Secret) error {
	length, err := blob.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if _, err := blob.Seek(0, io.SeekStart); err != nil {
		return err
	}
	switch {
	case length > MaxBlob:
		return ErrTooLarge
	case s.Size < 0:
		return ErrPointer
	case s.Size > MaxBlob:
		return ErrTooLarge
	case s.Deterministic:
		return openDeterministic(dst, blob, length, s.Size, s.Key)
	}
	return openLegacy(dst, blob, length, s)
}

func openLegacy(dst io.Writer, blob io.ReadSeeker, length int64, s Secret) error {
	if len(s.Key) != LegacyKeySize || len(s.Digest) != sha256.Size {
		return ErrPointer
	}
	ciphertext := length - legacyOverhead
	if ciphertext < aes.BlockSize || ciphertext%aes.BlockSize != 0 {
		return ErrNotOpen
	}
	if err := checkLegacy(blob, length, s); err != nil {
		return err
	}
	if ciphertext < s.Size {
		return ErrSize
	}
	if _, err := blob.Seek(0, io.SeekStart); err != nil {
		return err
	}
	block, err := aes.NewCipher(s.Key[:32])
	if err != nil {
		return ErrPointer
	}
	var iv [IVSize]byte
	if _, err := io.ReadFull(blob, iv[:]); err != nil {
		return err
	}
	cbc := cipher.NewCBCDecrypter(block, iv[:])
	buf := make([]byte, min(buffer, ciphertext))
	defer clear(buf)
	want := s.Size // bytes of the file still to be written
	for at := int64(0); at < ciphertext; {
		chunk := buf[:min(ciphertext-at, buffer)]
		if _, err := io.ReadFull(blob, chunk); err != nil {
			return err
		}
		cbc.CryptBlocks(chunk, chunk)
		at += int64(len(chunk))
		if at == ciphertext {
			fill, ok := pkcs7(chunk)
			if !ok {
				return ErrNotOpen
			}
			chunk = chunk[:len(chunk)-fill]
			if int64(len(chunk)) < want {
				return ErrSize
			}
		}
		n := min(want, int64(len(chunk)))
		if n > 0 {
			if _, err := dst.Write(chunk[:n]); err != nil {
				return err
			}
		}
		want -= n
	}
	return nil
}

// checkLegacy reads the whole blob once for its MAC and digest.
func checkLegacy(blob io.Reader, length int64, s Secret) error {
	mac, digest := hmac.New(sha256.New, s.Key[32:]), sha256.New()
	buf := make([]byte, buffer)
	for left := length - sha256.Size; left > 0; {
		chunk := buf[:min(left, buffer)]
		if _, err := io.ReadFull(blob, chunk); err != nil {
			return err
		}
		mac.Write(chunk)
		digest.Write(chunk)
		left -= int64(len(chunk))
	}
	var tag [sha256.Size]byte
	if _, err := io.ReadFull(blob, tag[:]); err != nil {
		return err
	}
	digest.Write(tag[:])
	if !equalSum(mac, tag[:]) {
		return fmt.Errorf("%w: wrong MAC", ErrNotOpen)
	}
	if !equalSum(digest, s.Digest) {
		return fmt.Errorf("%w: wrong digest", ErrNotOpen)
	}
	return nil
}

func equalSum(h hash.Hash, want []byte) bool { return hmac.Equal(h.Sum(nil), want) }

// pkcs7 returns the length of the padding at the end of p, which is authentic:
// a wrong one is a sender's mistake and no oracle.
func pkcs7(p []byte) (int, bool) {
	fill := int(p[len(p)-1])
	if fill == 0 || fill > aes.BlockSize || fill > len(p) {
		return 0, false
	}
	for _, c := range p[len(p)-fill:] {
		if int(c) != fill {
			return 0, false
		}
	}
	return fill, true
}
