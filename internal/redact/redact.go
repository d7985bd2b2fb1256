// Package redact makes ids fit for logs: enough to follow one conversation
// through a log file, not enough to learn whose it is.
package redact

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
)

// salt is new in each process, so that names in one log cannot be compared with
// another log or with a list of known ids.
var salt = func() (s [16]byte) {
	_, _ = rand.Read(s[:]) // crypto/rand.Read never fails
	return s
}()

// ID returns a short name for an id (Session ID, group, message hash, URL),
// stable within this process: "id:" and six hex digits of a salted hash.
func ID[T ~string](id T) string {
	h := sha256.New()
	h.Write(salt[:])
	h.Write([]byte(id))
	return "id:" + hex.EncodeToString(h.Sum(nil)[:3])
}
