package snode

import (
	"encoding/base64"

	"golang.org/x/crypto/blake2b"

	"sotto/engine/protocol/identity"
)

// MessageHash is the name of a stored message: unpadded base64 of
// BLAKE2b-256(prefix byte ‖ key ‖ decimal namespace unless 0 ‖ data). Time and
// life are not part of it, so the same data is one message.
func MessageHash(id identity.ID, ns Namespace, data []byte) string {
	h, err := blake2b.New256(nil)
	if err != nil {
		panic("snode: blake2b without key: " + err.Error())
	}
	h.Write(id[:])
	h.Write([]byte(ns.signed()))
	h.Write(data)
	var sum [32]byte
	return base64.RawStdEncoding.EncodeToString(h.Sum(sum[:0]))
}

// ValidHash says whether s has the form of a message hash.
func ValidHash(s string) bool { return len(s) == HashLength && isBase64(s) }

// isBase64 accepts what nodes accept: standard alphabet, padding optional, and
// no length that leaves 6 bits over.
func isBase64[T string | []byte](s T) bool {
	n := len(s)
	if n%4 == 0 && n > 0 && s[n-1] == '=' {
		n--
		if s[n-1] == '=' {
			n--
		}
	}
	if n%4 == 1 {
		return false
	}
	for i := range n {
		if !base64Char[s[i]] {
			return false
		}
	}
	return true
}

var base64Char = func() (t [256]bool) {
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" {
		t[c] = true
	}
	return t
}()

// decodeBase64 decodes with or without padding; the bits after the last byte
// may be anything, as nodes have it.
func decodeBase64(s []byte) ([]byte, bool) {
	if !isBase64(s) {
		return nil, false
	}
	for len(s) > 0 && s[len(s)-1] == '=' {
		s = s[:len(s)-1]
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(s)))
	n, err := base64.RawStdEncoding.Decode(out, s)
	return out[:n], err == nil
}
