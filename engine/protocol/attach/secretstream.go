package attach

import (
	"crypto/subtle"
	"encoding/binary"

	"golang.org/x/crypto/chacha20"
	"golang.org/x/crypto/chacha20poly1305"
	//lint:ignore SA1019 secretstream is not one of the AEADs of x/crypto: it is built from the bare authenticator
	"golang.org/x/crypto/poly1305"
)

// secretstream is libsodium's crypto_secretstream_xchacha20poly1305 without
// additional data, which nothing here has (protocol/attachments.md §3).
const (
	streamHeader   = 24
	streamKey      = 32
	streamOverhead = 1 + poly1305.TagSize

	tagMessage = 0
	tagRekey   = 2
	tagFinal   = 3 // has the bit of tagRekey
)

type secretstream struct {
	key   [32]byte
	nonce [12]byte // counter(4, little-endian) ‖ chained part(8)
}

func newSecretstream(key, header []byte) (*secretstream, error) {
	k, err := chacha20.HChaCha20(key, header[:16])
	if err != nil {
		return nil, err
	}
	s := &secretstream{}
	copy(s.key[:], k)
	s.nonce[0] = 1
	copy(s.nonce[4:], header[16:])
	return s, nil
}

// begin starts a message: the authenticator, and the cipher at block 1.
func (s *secretstream) begin() (*chacha20.Cipher, *poly1305.MAC, error) {
	c, err := chacha20.NewUnauthenticatedCipher(s.key[:], s.nonce[:])
	if err != nil {
		return nil, nil, err
	}
	var block [64]byte
	c.XORKeyStream(block[:], block[:])
	var macKey [32]byte
	copy(macKey[:], block[:32])
	return c, poly1305.New(&macKey), nil
}

var zeros [16]byte

// finish feeds the authenticator with the ciphertext and the lengths, and writes
// the MAC to sum. block is the encrypted block that holds the message's tag.
func finish(mac *poly1305.MAC, block *[64]byte, ciphertext, sum []byte) {
	mac.Write(block[:])
	mac.Write(ciphertext)
	// libsodium's own arithmetic: not the padding of RFC 8439.
	mac.Write(zeros[:(16-64+len(ciphertext))&0xf])
	var lengths [16]byte
	binary.LittleEndian.PutUint64(lengths[8:], uint64(64+len(ciphertext)))
	mac.Write(lengths[:])
	mac.Sum(sum[:0])
}

// advance moves to the next message.
func (s *secretstream) advance(mac []byte, tag byte) error {
	for i := range 8 {
		s.nonce[4+i] ^= mac[i]
	}
	counter := binary.LittleEndian.Uint32(s.nonce[:4]) + 1
	binary.LittleEndian.PutUint32(s.nonce[:4], counter)
	if tag&tagRekey == 0 && counter != 0 {
		return nil
	}
	c, err := chacha20.NewUnauthenticatedCipher(s.key[:], s.nonce[:])
	if err != nil {
		return err
	}
	var next [40]byte
	copy(next[:], s.key[:])
	copy(next[32:], s.nonce[4:])
	c.XORKeyStream(next[:], next[:])
	copy(s.key[:], next[:32])
	copy(s.nonce[4:], next[32:])
	binary.LittleEndian.PutUint32(s.nonce[:4], 1)
	return nil
}

// A message whose length is a multiple of 16 bytes is, quirk or not, exactly
// the AEAD of RFC 8439 over its encrypted block and its ciphertext, for which
// x/crypto has fast code. All but the last chunk of a file are of that kind. So
// a message lies in memory as
//
//	frame = block(64) ‖ message ‖ MAC(16)
//
// and travels as frame[63:], after the block's first byte has been moved next to
// the message.
const (
	frameBlock = 64
	frameSize  = frameBlock + streamChunk + poly1305.TagSize
	frameWire  = frameBlock - 1 // where the bytes that travel begin
)

func isAEAD(n int) bool { return n%16 == 0 }

// push seals the n bytes at frame[64:] in place and returns what travels.
func (s *secretstream) push(frame []byte, n int, tag byte) ([]byte, error) {
	clear(frame[:frameBlock])
	frame[0] = tag
	body := frame[frameBlock : frameBlock+n]
	sum := frame[frameBlock+n : frameBlock+n+poly1305.TagSize]
	if isAEAD(n) {
		aead, err := chacha20poly1305.New(s.key[:])
		if err != nil {
			return nil, err
		}
		aead.Seal(frame[:0], s.nonce[:], frame[:frameBlock+n], nil)
	} else {
		c, mac, err := s.begin()
		if err != nil {
			return nil, err
		}
		c.XORKeyStream(frame[:frameBlock+n], frame[:frameBlock+n])
		finish(mac, (*[64]byte)(frame[:frameBlock]), body, sum)
	}
	frame[frameWire] = frame[0]
	return frame[frameWire : frameBlock+n+poly1305.TagSize], s.advance(sum, tag)
}

// pull opens the n bytes that travelled, at frame[63:], in place and returns
// the plaintext, which lies in the frame.
func (s *secretstream) pull(frame []byte, n int) (plain []byte, tag byte, err error) {
	if n < streamOverhead {
		return nil, 0, ErrNotOpen
	}
	n -= streamOverhead
	c, mac, err := s.begin()
	if err != nil {
		return nil, 0, err
	}
	// Only the first byte of the block travels, the rest is keystream over zeros.
	frame[0] = frame[frameWire]
	clear(frame[1:frameBlock])
	var block [frameBlock]byte
	c.XORKeyStream(block[:], block[:])
	tag = block[0] ^ frame[0]
	copy(frame[1:], block[1:])
	body := frame[frameBlock : frameBlock+n]
	var sum [poly1305.TagSize]byte
	copy(sum[:], frame[frameBlock+n:])
	if isAEAD(n) {
		aead, err := chacha20poly1305.New(s.key[:])
		if err != nil {
			return nil, 0, err
		}
		if _, err := aead.Open(frame[:0], s.nonce[:], frame[:frameBlock+n+poly1305.TagSize], nil); err != nil {
			return nil, 0, ErrNotOpen
		}
	} else {
		var want [poly1305.TagSize]byte
		finish(mac, (*[64]byte)(frame[:frameBlock]), body, want[:])
		if subtle.ConstantTimeCompare(sum[:], want[:]) != 1 {
			return nil, 0, ErrNotOpen
		}
		c.XORKeyStream(body, body)
	}
	return body, tag, s.advance(sum[:], tag)
}
