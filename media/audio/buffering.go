package audio

import (
	"time"

	"github.com/gen2brain/malgo"
)

// What a device holds is what a busy machine may be late by: a voice message is
// no conversation, and holds as much as its device gives back at once when it is
// thrown away.
const (
	// takePeriod and takePeriods are those of a microphone: how often the level
	// moves, and what the sound system keeps while nobody fetches it. Each block
	// keeps the runtime's monitor awake for some milliseconds, which costs more
	// than what is done with the block.
	takePeriod, takePeriods = 100 * time.Millisecond, 20

	pulseHold = time.Second
	// pulseBlock bounds what PulseAudio is to hold, in bytes. A stream begins
	// when all of that was written, and the library's first write is one block
	// of PulseAudio's memory: 64 KiB with its header.
	pulseBlock = 60 << 10
)

// buffering is how sound lies between Sotto and a device: frames of a period,
// and periods. hold is what a loudspeaker holds then, in frames.
func buffering(b malgo.Backend, k Kind, rate, channels int) (period, periods, hold int) {
	frames := func(d time.Duration) int { return int(int64(rate) * int64(d) / int64(time.Second)) }
	switch {
	case k == Microphone:
		return frames(takePeriod), takePeriods, 0
	case b == malgo.BackendPulseaudio:
		// The library has the sound server hold one period, whatever their number.
		hold = min(frames(pulseHold), pulseBlock/(2*channels))
		return hold, 2, hold
	case b == malgo.BackendAlsa:
		period = frames(125 * time.Millisecond)
	default: // some play what they hold before they stop
		period = frames(50 * time.Millisecond)
	}
	return period, 4, 4 * period
}
