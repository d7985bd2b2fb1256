package release

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/blake2b"
)

// PublicKey is a minisign key: base64 of "Ed" ‖ key id (8) ‖ Ed25519 key (32).
type PublicKey struct {
	id  [8]byte
	key [ed25519.PublicKeySize]byte
}

const (
	keyAlgorithm  = "Ed"
	signAlgorithm = "ED" // of BLAKE2b-512 of the file
	keySize       = 2 + 8 + ed25519.PublicKeySize
	signatureSize = 2 + 8 + ed25519.SignatureSize
	trustedPrefix = "trusted comment: "
)

// ParseKey reads a key, with or without its comment line.
func ParseKey(s string) (k PublicKey, err error) {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	b, err := base64.StdEncoding.Strict().DecodeString(strings.TrimSpace(lines[len(lines)-1]))
	if err != nil || len(b) != keySize || string(b[:2]) != keyAlgorithm {
		return k, fmt.Errorf("release: not a minisign public key")
	}
	copy(k.id[:], b[2:])
	copy(k.key[:], b[10:])
	return k, nil
}

// verify checks a signature file: an untrusted comment, base64 of "ED" ‖ key id
// (8) ‖ signature (64), a trusted comment, base64 of the signature (64) of
// signature ‖ trusted comment.
func (k PublicKey) verify(file []byte, signature string) error {
	lines := strings.Split(strings.ReplaceAll(strings.TrimRight(signature, "\r\n"), "\r\n", "\n"), "\n")
	if len(lines) != 4 {
		return fmt.Errorf("%w: %d lines", ErrSignature, len(lines))
	}
	sig, err := base64.StdEncoding.Strict().DecodeString(lines[1])
	if err != nil || len(sig) != signatureSize || string(sig[:2]) != signAlgorithm {
		return fmt.Errorf("%w: not a signature", ErrSignature)
	}
	comment, ok := strings.CutPrefix(lines[2], trustedPrefix)
	global, err := base64.StdEncoding.Strict().DecodeString(lines[3])
	if !ok || err != nil || len(global) != ed25519.SignatureSize {
		return fmt.Errorf("%w: not a signature", ErrSignature)
	}
	if [8]byte(sig[2:10]) != k.id {
		return fmt.Errorf("%w: made with another key", ErrSignature)
	}
	sum := blake2b.Sum512(file)
	if !ed25519.Verify(k.key[:], sum[:], sig[10:]) || !ed25519.Verify(k.key[:], append(sig[10:signatureSize:signatureSize], comment...), global) {
		return ErrSignature
	}
	return nil
}
