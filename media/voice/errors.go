package voice

import "errors"

// Errors of Open and of a Stream. All are final for the file in hand.
var (
	// ErrNoSound: not a sound file of a known format.
	ErrNoSound = errors.New("the file is not a sound that can be played (MP3, AAC, Opus, WAV, FLAC)")
	// ErrUnsupported: a sound file, in a way of coding that cannot be read.
	ErrUnsupported = errors.New("the sound is coded in a way that cannot be played")
	// ErrDamaged: the file breaks off or contradicts itself.
	ErrDamaged = errors.New("the sound file is damaged")
	// ErrTooLarge: beyond the limits of this package.
	ErrTooLarge = errors.New("the sound file is too large")
)

// ErrEmpty: there is nothing in the recording to be sent.
var ErrEmpty = errors.New("the recording is empty")
