package localnet

import (
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/binary"
	"fmt"

	"golang.org/x/crypto/blake2b"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// derive gives 32 bytes for a purpose, so that one secret makes a network.
func derive(master [32]byte, purpose string) [32]byte {
	h, err := blake2b.New256(master[:])
	if err != nil {
		panic("localnet: " + err.Error())
	}
	h.Write([]byte("sotto-localnet " + purpose))
	return [32]byte(h.Sum(nil))
}

// nodeKeys are a node's keys, ready for use.
type nodeKeys struct {
	ed25519 ed25519.PrivateKey
	onion   *onion.NodeKey
	legacy  [32]byte // public
}

func (n *nodeState) keys(master [32]byte) (nodeKeys, error) {
	var k nodeKeys
	var x [32]byte
	if c := n.Custom; c != nil {
		k.ed25519 = ed25519.NewKeyFromSeed(c.Ed25519Seed[:])
		x, k.legacy = c.X25519, c.Legacy
	} else {
		seed := derive(master, fmt.Sprintf("node %d", n.Index))
		k.ed25519 = ed25519.NewKeyFromSeed(seed[:])
		// As official nodes do: the X25519 key is the Ed25519 key, converted.
		h := sha512.Sum512(seed[:])
		copy(x[:], h[:32])
		x[0] &= 248
		x[31] = x[31]&127 | 64
		legacy := derive(master, fmt.Sprintf("legacy %d", n.Index))
		copy(k.legacy[:], ed25519.NewKeyFromSeed(legacy[:]).Public().(ed25519.PublicKey))
	}
	var err error
	k.onion, err = onion.NewNodeKey(x)
	return k, err
}

func (k *nodeKeys) public() [32]byte { return [32]byte(k.ed25519[32:]) }

// fileServerKey is the X25519 key of the file server.
func (st *state) fileServerKey() (*onion.NodeKey, error) {
	return onion.NewNodeKey(derive(st.Master, "file server"))
}

// communityKey is the X25519 key of the community server.
func (st *state) communityKey() (*onion.NodeKey, error) {
	return onion.NewNodeKey(derive(st.Master, "community"))
}

// peerSecret is what nodes know each other by.
func (st *state) peerSecret() [32]byte { return derive(st.Master, "peers") }

// echoAccount is the account of Echo.
func (st *state) echoAccount() (*identity.Account, error) {
	seed := derive(st.Master, "echo")
	return identity.FromSeed(seed[:identity.SeedSize])
}

// dice gives the start of a node's sequence of chances (faults).
func (st *state) dice(index int) (uint64, uint64) {
	k := derive(st.Master, fmt.Sprintf("dice %d", index))
	return binary.LittleEndian.Uint64(k[:]), binary.LittleEndian.Uint64(k[8:])
}
