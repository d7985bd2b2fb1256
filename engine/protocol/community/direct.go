package community

import (
	"crypto/ed25519"
	"fmt"
	"io"

	"filippo.io/edwards25519"
	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/chacha20poly1305"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/wire"
)

// A direct message is
//
//	0x00 ‖ XChaCha20-Poly1305(padded Content ‖ A) ‖ nonce(24)
//
// under BLAKE2b-256(P ‖ kA ‖ kB), where A is the sender's Ed25519 key, kA and kB
// the blinded keys of sender and recipient, and P the point that both can reach
// (protocol/communities.md §5.9). Nothing is signed: the shared point proves
// that one of the two wrote it, A tells the recipient who the other is.

const directOverhead = 1 + ed25519.PublicKeySize + chacha20poly1305.Overhead + chacha20poly1305.NonceSizeX

// directKey is the key between me and the other for a message from sender to
// recipient, one of which is me.
func (k *Key) directKey(other, sender, recipient identity.ID) ([]byte, error) {
	point, err := blindedPoint(other)
	if err != nil {
		return nil, err
	}
	secret := k.secret
	if k.id.Prefix() == identity.Blinded25 {
		secret = k.blinded
	}
	shared := new(edwards25519.Point).ScalarMult(secret, point)
	h, err := blake2b.New256(nil)
	if err != nil {
		panic("community: " + err.Error())
	}
	from, to := sender.Key(), recipient.Key()
	h.Write(shared.Bytes())
	h.Write(from[:])
	h.Write(to[:])
	return h.Sum(nil), nil
}

// CloseDirect pads a Content and closes it for the owner of a blinded id of the
// key's kind. It reads 24 bytes of random. The errors are ErrBlindedID and
// ErrTooLarge.
func CloseDirect(k *Key, random io.Reader, to identity.ID, content []byte) ([]byte, error) {
	return closeDirect(k, random, to, wire.AppendPadded(nil, content))
}

func closeDirect(k *Key, random io.Reader, to identity.ID, padded []byte) ([]byte, error) {
	if !k.Blinded() || to.Prefix() != k.id.Prefix() {
		return nil, ErrBlindedID
	}
	if len(padded)+directOverhead > MaxDirect {
		return nil, ErrTooLarge
	}
	key, err := k.directKey(to, k.id, to)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic("community: " + err.Error())
	}
	var nonce [chacha20poly1305.NonceSizeX]byte
	if _, err := io.ReadFull(random, nonce[:]); err != nil {
		return nil, fmt.Errorf("read nonce: %w", err)
	}
	inner := append(padded[:len(padded):len(padded)], k.account.Ed25519Public()...)
	out := append(make([]byte, 0, len(padded)+directOverhead), 0)
	out = aead.Seal(out, nonce[:], inner, nil)
	return append(out, nonce[:]...), nil
}

// OpenedDirect is a direct message with a proven sender.
type OpenedDirect struct {
	// Sender is the account behind the blinded sender: who wrote is known from
	// now on (protocol/communities.md §5.9).
	Sender        identity.ID
	SenderEd25519 ed25519.PublicKey
	Content       *wire.Content
	Plain         []byte // without padding
}

// OpenDirect opens a message of the own inbox or outbox; sender and recipient
// are as the server tells, and one of them must be the key's own id. The error
// is ErrNotOpen, ErrBlindedID, ErrTooLarge or ErrContent.
func OpenDirect(k *Key, sender, recipient identity.ID, data []byte) (OpenedDirect, error) {
	padded, key, err := openDirect(k, sender, recipient, data)
	if err != nil {
		return OpenedDirect{}, err
	}
	session, err := identity.IDFromEd25519(key)
	if err != nil {
		return OpenedDirect{}, ErrNotOpen
	}
	plain := wire.Unpad(padded)
	content, err := wire.ParseContent(plain)
	if err != nil {
		return OpenedDirect{}, fmt.Errorf("%w: %w", ErrContent, err)
	}
	return OpenedDirect{Sender: session, SenderEd25519: key, Content: content, Plain: plain}, nil
}

func openDirect(k *Key, sender, recipient identity.ID, data []byte) (padded []byte, key ed25519.PublicKey, err error) {
	var other identity.ID
	switch {
	case !k.Blinded():
		return nil, nil, ErrBlindedID
	case recipient == k.id:
		other = sender
	case sender == k.id:
		other = recipient
	default:
		return nil, nil, ErrNotOpen
	}
	switch {
	case other.Prefix() != k.id.Prefix():
		return nil, nil, ErrBlindedID
	case len(data) > MaxDirect:
		return nil, nil, ErrTooLarge
	case len(data) <= directOverhead || data[0] != 0:
		return nil, nil, ErrNotOpen
	}
	secret, err := k.directKey(other, sender, recipient)
	if err != nil {
		return nil, nil, err
	}
	defer clear(secret)
	aead, err := chacha20poly1305.NewX(secret)
	if err != nil {
		panic("community: " + err.Error())
	}
	split := len(data) - chacha20poly1305.NonceSizeX
	inner, err := aead.Open(nil, data[split:], data[1:split], nil)
	if err != nil {
		return nil, nil, ErrNotOpen
	}
	split = len(inner) - ed25519.PublicKeySize
	key = ed25519.PublicKey(inner[split:])
	if !Blinds(sender, [32]byte(key), k.server) {
		return nil, nil, ErrNotOpen
	}
	return inner[:split:split], key, nil
}
