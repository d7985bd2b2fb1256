package msgdb

import (
	"encoding/binary"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

// Message is one stored message.
type Message struct {
	Owner     identity.ID
	Namespace snode.Namespace
	snode.Message
}

const (
	idSize     = 33
	hashSize   = snode.HashLength
	scopeSize  = idSize + 2
	keySize    = scopeSize + 8
	headerSize = hashSize + 16
)

// scopeKey is the prefix of all messages of an owner in a namespace. The sign
// bit is flipped so that namespaces sort as numbers.
func scopeKey(owner identity.ID, ns snode.Namespace) []byte {
	k := make([]byte, 0, keySize)
	k = append(k, owner[:]...)
	return binary.BigEndian.AppendUint16(k, uint16(ns)^0x8000)
}

func messageKey(owner identity.ID, ns snode.Namespace, row uint64) []byte {
	return binary.BigEndian.AppendUint64(scopeKey(owner, ns), row)
}

func expiryKey(expiry int64, hash []byte) []byte {
	k := make([]byte, 0, 8+hashSize)
	return append(binary.BigEndian.AppendUint64(k, uint64(expiry)), hash...)
}

func encode(m *snode.Message) []byte {
	v := make([]byte, 0, headerSize+len(m.Data))
	v = append(v, m.Hash...)
	v = binary.BigEndian.AppendUint64(v, uint64(m.Timestamp))
	v = binary.BigEndian.AppendUint64(v, uint64(m.Expiration))
	return append(v, m.Data...)
}

// record reads a value in place: its slices belong to the transaction.
type record []byte

func (r record) valid() bool      { return len(r) >= headerSize }
func (r record) hash() []byte     { return r[:hashSize] }
func (r record) timestamp() int64 { return int64(binary.BigEndian.Uint64(r[hashSize:])) }
func (r record) expiry() int64    { return int64(binary.BigEndian.Uint64(r[hashSize+8:])) }
func (r record) data() []byte     { return r[headerSize:] }

func (r record) message() snode.Message {
	return snode.Message{
		Hash:       string(r.hash()),
		Timestamp:  r.timestamp(),
		Expiration: r.expiry(),
		Data:       append([]byte(nil), r.data()...),
	}
}

// withExpiry is a copy of the value with another end.
func (r record) withExpiry(expiry int64) []byte {
	v := append([]byte(nil), r...)
	binary.BigEndian.PutUint64(v[hashSize+8:], uint64(expiry))
	return v
}

func namespaceOf(key []byte) snode.Namespace {
	return snode.Namespace(int16(binary.BigEndian.Uint16(key[idSize:]) ^ 0x8000))
}
