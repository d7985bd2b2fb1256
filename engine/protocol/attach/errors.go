package attach

import (
	"errors"
	"fmt"
)

// Errors of Open, OpenPicture and FromPointer: final for the file in hand.
var (
	// ErrNotOpen: the bytes are not what the sender encrypted: another key,
	// another file, cut short or changed on the way.
	ErrNotOpen = errors.New("attach: the file does not open")
	// ErrSize: the file opened, and is shorter than its sender said.
	ErrSize = errors.New("attach: the file is shorter than announced")
	// ErrTooLarge: more than the network carries (MaxFile, MaxBlob).
	ErrTooLarge = errors.New("attach: the file is too large")
	// ErrPointer: the message says too little about the file to fetch or open it.
	ErrPointer = errors.New("attach: incomplete attachment")
)

// Errors of sealing.
var (
	// ErrLength: the source gave more or fewer bytes than announced, or other
	// bytes the second time.
	ErrLength = errors.New("attach: the file changed while it was read")
	// ErrKey: a key that no client could use.
	ErrKey = errors.New("attach: bad key")
)

// Errors of ParseURL.
var (
	// ErrURL: not the URL of a file.
	ErrURL = errors.New("attach: not the address of a file")
	// ErrServer: the file lies on a server that is not known and whose key the
	// URL does not name.
	ErrServer = errors.New("attach: unknown file server")
)

// ErrAnswer: the file server's answer has not the form of one.
var ErrAnswer = errors.New("attach: malformed answer of the file server")

// The status codes that the file server uses.
const (
	statusOK         = 200
	statusBadRequest = 400
	statusNotFound   = 404
	statusMethod     = 405
	statusGone       = 410
	statusTooLarge   = 413
	statusTooEarly   = 425
	statusTooMany    = 429
)

// StatusError is a refusal by the file server (protocol/attachments.md §5).
type StatusError struct{ Code int }

func (e *StatusError) Error() string {
	return fmt.Sprintf("attach: the file server answers %d", e.Code)
}

// Gone reports whether the file is not there any more: asking again is useless.
func (e *StatusError) Gone() bool { return e.Code == statusNotFound || e.Code == statusGone }

// TooLarge reports whether an upload was empty or above the server's limit.
func (e *StatusError) TooLarge() bool { return e.Code == statusTooLarge }

// Temporary reports whether the same request may succeed later.
func (e *StatusError) Temporary() bool {
	return e.Code >= 500 || e.Code == statusTooMany || e.Code == statusTooEarly
}
