package audio

import "errors"

// Errors of this package.
var (
	// ErrNoSystem: the computer has no sound system that could be reached.
	ErrNoSystem = errors.New("this computer has no sound system that Sotto can use")
	// ErrNoMicrophone: nothing to record with.
	ErrNoMicrophone = errors.New("there is no microphone")
	// ErrNoLoudspeaker: nothing to play on.
	ErrNoLoudspeaker = errors.New("there is no loudspeaker or headphone")
	// ErrDevice: a device is there and does not start: in use by another
	// program, refused by the system's privacy settings, unplugged.
	ErrDevice = errors.New("the sound device could not be started")
	// ErrClosed: the recorder, player or system was closed.
	ErrClosed = errors.New("closed")
)
