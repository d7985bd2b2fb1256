package instance

import "errors"

var (
	// ErrNone: no process serves this profile.
	ErrNone = errors.New("instance: nobody serves this profile")
	// ErrServed: another process serves this profile already.
	ErrServed = errors.New("instance: another process serves this profile")
	// ErrForeign: the folder of the socket belongs to somebody else, or others
	// may enter it.
	ErrForeign = errors.New("instance: the folder of the socket is open to others")
)
