package attach

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
)

// Profile pictures (protocol/attachments.md §8):
//
//	blob = IV(12) ‖ AES-256-GCM(key, IV, picture) ‖ tag(16)
const (
	// PictureKeySize is the length of a profile picture's key.
	PictureKeySize = 32
	// PictureIVSize is the length of its IV.
	PictureIVSize = 12

	minPicture = PictureIVSize + 1 + 16
)

// SealPicture encrypts a profile picture. key and iv are random and used once:
// a new picture has a new key. Errors: ErrLength for an empty picture,
// ErrTooLarge.
func SealPicture(picture []byte, key [PictureKeySize]byte, iv [PictureIVSize]byte) ([]byte, error) {
	switch {
	case len(picture) == 0:
		return nil, ErrLength
	case len(picture) > MaxUpload-minPicture+1:
		return nil, ErrTooLarge
	}
	aead, err := pictureCipher(key[:])
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(picture)+minPicture-1)
	out = append(out, iv[:]...)
	return aead.Seal(out, iv[:], picture, nil), nil
}

func pictureCipher(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// OpenPicture decrypts a profile picture. deterministic is the flag d of its
// URL; a blob that does not open without it and looks like the deterministic
// scheme is tried as such, since some clients lose the flag.
//
// Errors: ErrNotOpen, ErrTooLarge, ErrPointer (key of another length).
func OpenPicture(blob, key []byte, deterministic bool) ([]byte, error) {
	switch {
	case len(key) != PictureKeySize:
		return nil, ErrPointer
	case len(blob) > MaxBlob:
		return nil, ErrTooLarge
	case len(blob) < minPicture:
		return nil, ErrNotOpen
	}
	if !deterministic {
		aead, err := pictureCipher(key)
		if err != nil {
			return nil, ErrPointer
		}
		plain, err := aead.Open(nil, blob[:PictureIVSize], blob[PictureIVSize:], nil)
		if err == nil {
			return plain, nil
		}
		if blob[0] != streamMagic {
			return nil, ErrNotOpen
		}
	}
	var out bytes.Buffer
	out.Grow(len(blob))
	// The length of a picture is written nowhere: all that is behind the padding.
	err := openDeterministic(&out, bytes.NewReader(blob), int64(len(blob)), wholeFile, key)
	if err != nil || out.Len() == 0 {
		return nil, ErrNotOpen
	}
	return out.Bytes(), nil
}
