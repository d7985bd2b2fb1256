package identity

import (
	"crypto/cipher"
	"encoding/base64"
	"strings"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/chacha20poly1305"
)

// MaxONSName is the longest name that can be registered. Unverified against
// the registry of the network; it bounds the input.
const MaxONSName = 64

// ONSNonceSize is the size of the nonce in an ONS answer, in bytes.
const ONSNonceSize = chacha20poly1305.NonceSizeX

// ONSName is a checked, lower-case name of the Oxen Name System. The network
// sees its hash only; who knows the name can open the value
// (docs/protocol/identity.md §5).
type ONSName struct{ name string }

// ParseONSName lower-cases and trims what a person typed. A name consists of
// letters a-z, digits, '_' and, not at its ends, '-'. Anything else is
// ErrONSName.
func ParseONSName(text string) (ONSName, error) {
	if len(text) > 1024 {
		return ONSName{}, ErrONSName
	}
	name := strings.ToLower(strings.TrimFunc(text, isBlank))
	if name == "" || len(name) > MaxONSName || name[0] == '-' || name[len(name)-1] == '-' {
		return ONSName{}, ErrONSName
	}
	for _, c := range []byte(name) {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '_', c == '-':
		default:
			return ONSName{}, ErrONSName
		}
	}
	return ONSName{name}, nil
}

// String returns the name.
func (n ONSName) String() string { return n.name }

// Hash returns H = BLAKE2b-256(name), unkeyed.
func (n ONSName) Hash() [32]byte { return blake2b.Sum256([]byte(n.name)) }

// HashBase64 returns H in padded base64: name_hash of the request.
func (n ONSName) HashBase64() string {
	h := n.Hash()
	return base64.StdEncoding.EncodeToString(h[:])
}

// key returns K = BLAKE2b-256(message = name, key = H).
func (n ONSName) key() [32]byte {
	h := n.Hash()
	mac, err := blake2b.New256(h[:])
	if err != nil {
		panic("identity: BLAKE2b refuses a 32-byte key")
	}
	mac.Write([]byte(n.name))
	return [32]byte(mac.Sum(nil))
}

// Open decrypts an answer: XChaCha20-Poly1305 under K, no additional data, of
// the 33-byte id. Only accounts (prefix 05) are returned. Any failure is
// ErrONSValue, but an empty nonce is ErrONSRetired.
func (n ONSName) Open(value, nonce []byte) (ID, error) {
	if len(nonce) == 0 {
		return ID{}, ErrONSRetired
	}
	if len(nonce) != ONSNonceSize || len(value) != len(ID{})+chacha20poly1305.Overhead {
		return ID{}, ErrONSValue
	}
	plain, err := n.aead().Open(nil, nonce, value, nil)
	if err != nil {
		return ID{}, ErrONSValue
	}
	id, err := IDFromBytes(plain)
	if err != nil || id.Prefix() != Session || lowOrderX25519(id.Key()) {
		return ID{}, ErrONSValue
	}
	return id, nil
}

// Seal is the other half of Open, for the registry: the 49-byte encrypted
// value of id.
func (n ONSName) Seal(id ID, nonce [ONSNonceSize]byte) []byte {
	return n.aead().Seal(nil, nonce[:], id[:], nil)
}

func (n ONSName) aead() cipher.AEAD {
	key := n.key()
	aead, err := chacha20poly1305.NewX(key[:])
	if err != nil {
		panic("identity: XChaCha20-Poly1305 refuses a 32-byte key")
	}
	return aead
}
