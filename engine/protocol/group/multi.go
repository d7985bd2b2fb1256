package group

import (
	"crypto/ecdh"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"

	"sotto/engine/protocol/bt"
)

// One message for several recipients (protocol/groups.md §7, kicked notice):
//
//	d 1:# nonce(24) 1:e l <ciphertext of each> e e
//
// each under BLAKE2b-256(domain; x25519(a, B) ‖ A ‖ B). A recipient tries all.

// maxRecipients bounds what a reader tries.
const maxRecipients = 1000

// CloseMulti closes messages for the X25519 keys of recipients: one for each, or
// a single one for all. Recipients with unusable keys are left out. The nonce is
// 24 random bytes.
func CloseMulti(sender *ecdh.PrivateKey, domain string, nonce [24]byte, recipients [][32]byte, messages [][]byte) ([]byte, error) {
	if len(messages) != 1 && len(messages) != len(recipients) || len(recipients) > maxRecipients {
		return nil, fmt.Errorf("%w: %d messages for %d", ErrMember, len(messages), len(recipients))
	}
	own := publicOf(sender)
	w := bt.NewWriter(64)
	w.Dict()
	w.Key("#")
	w.Bytes(nonce[:])
	w.Key("e")
	w.List()
	for i, to := range recipients {
		key, ok := sharedKey(domain, sender, to, own, to)
		if !ok {
			continue
		}
		message := messages[0]
		if len(messages) > 1 {
			message = messages[i]
		}
		w.Bytes(sealWith(key, nonce[:], message))
		clear(key)
	}
	w.End()
	w.End()
	return w.Finish()
}

// OpenMulti opens the one that is for the recipient. The error is ErrNotOpen.
func OpenMulti(recipient *ecdh.PrivateKey, domain string, sender [32]byte, data []byte) ([]byte, error) {
	key, ok := sharedKey(domain, recipient, sender, sender, publicOf(recipient))
	if !ok {
		return nil, ErrNotOpen
	}
	defer clear(key)
	var nonce, plain []byte
	found := false
	r := bt.NewReader(data, bt.Limits{Elements: maxRecipients + 8})
	r.EnterDict()
	for r.More() {
		switch name, _ := r.Key(); string(name) {
		case "#":
			nonce, _ = r.Bytes()
		case "e":
			r.EnterList()
			for r.More() {
				box, _ := r.Bytes()
				if !found && len(nonce) == chacha20poly1305.NonceSizeX {
					plain, found = openWith(key, nonce, box)
				}
			}
			r.Leave()
		default:
			r.Skip()
		}
	}
	r.Leave()
	if r.Close() != nil || !found {
		return nil, ErrNotOpen
	}
	return plain, nil
}
