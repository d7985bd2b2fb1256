package onion

import (
	"encoding/binary"
	"fmt"
)

// AppendFrame appends uint32 little-endian len(ciphertext) ‖ ciphertext ‖
// control to dst: the form of the HTTP body and of every layer's plaintext
// (onion-requests.md §3). The control JSON has no length; it ends the frame.
func AppendFrame(dst, ciphertext, control []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(ciphertext)))
	dst = append(dst, ciphertext...)
	return append(dst, control...)
}

// SplitFrame takes a frame apart. Both parts point into frame. The error wraps
// ErrFrame and its text is the one official nodes give.
func SplitFrame(frame []byte) (ciphertext, control []byte, err error) {
	if len(frame) < 4 {
		return nil, nil, frameError("Unexpected payload size; expected ciphertext size")
	}
	n := binary.LittleEndian.Uint32(frame)
	rest := frame[4:]
	if uint64(n) > uint64(len(rest)) {
		return nil, nil, frameError(fmt.Sprintf("Unexpected payload size %d, expected >= %d", len(rest), n))
	}
	return rest[:n:n], rest[n:], nil
}

// frameError is a broken frame in the words of the official node.
type frameError string

func (e frameError) Error() string   { return string(e) }
func (frameError) Is(err error) bool { return err == ErrFrame }
