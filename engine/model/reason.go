package model

import "errors"

// Reason is why something did not work, from a closed set. Only the window and
// the command line turn reasons into sentences.
type Reason uint8

const (
	ReasonNone       Reason = iota
	ReasonOffline           // no network, or no path through it
	ReasonNotFound          // no such conversation, message, name
	ReasonInvalid           // the input is wrong
	ReasonTooLarge          // over a limit of the network
	ReasonNotAllowed        // the state forbids it (blocked, not approved, not yet)
	ReasonRejected          // the network refused it for good
	ReasonLocked            // another process has the profile, or it needs its passphrase
	ReasonExpired           // too old to be delivered
	ReasonClock             // this computer's clock is too far off
	ReasonDisk              // the disk is full or fails
	ReasonDamaged           // stored data does not check out
	ReasonInternal          // a fault of Sotto
	ReasonCancelled         // the user stopped it
)

var reasonNames = [...]string{
	"none", "offline", "not_found", "invalid", "too_large", "not_allowed", "rejected",
	"locked", "expired", "clock", "disk", "damaged", "internal", "cancelled",
}

func (r Reason) String() string {
	if int(r) < len(reasonNames) {
		return reasonNames[r]
	}
	return "internal"
}

// Error carries a reason through the error chain. Text is one plain sentence
// for logs and the command line; Err is the cause.
type Error struct {
	Reason Reason
	Text   string
	Err    error
}

func (e *Error) Error() string {
	if e.Err == nil {
		return e.Text
	}
	return e.Text + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// Fail makes an Error.
func Fail(r Reason, text string, cause error) error { return &Error{r, text, cause} }

// ReasonOf finds the reason in an error chain; an error without one is
// ReasonInternal, nil is ReasonNone.
func ReasonOf(err error) Reason {
	if err == nil {
		return ReasonNone
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return ReasonInternal
}
