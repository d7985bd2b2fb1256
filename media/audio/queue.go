package audio

import (
	"math"
	"time"
)

// queue is the sound between the decoder and the ear: what waits for the device,
// and what the device was given and has not played yet. Its owner guards it.
type queue struct {
	rate     int // frames a second
	channels int
	hold     int // frames that a device holds ahead of what is heard

	waiting []block
	ready   int  // frames in waiting
	ended   bool // nothing more will wait
	silence int  // frames that the device was given behind the end

	held  []span
	given int64     // frames that the device was given
	heard float64   // of them, what was heard at the time at
	at    time.Time // zero: the device was given nothing
	frame int64     // of the sound, heard last
}

// block is a piece of decoded sound, ready for the device.
type block struct {
	samples []int16
	frame   int64   // of the sound, where it begins
	speed   float64 // frames of the sound for each of ours
}

// span is what the device was given of a block: frames begin to end of what it
// was given in all.
type span struct {
	begin, end int64
	frame      int64
	speed      float64
}

// drift is how far what is heard may be ahead of what a full device holds. A
// clock that ran while the computer slept goes no further.
const drift = 250 * time.Millisecond

func newQueue(rate, channels int) queue {
	return queue{rate: rate, channels: channels, held: make([]span, 0, 512)}
}

// frames of a time.
func (q *queue) frames(d time.Duration) int {
	return int(int64(q.rate) * int64(d) / int64(time.Second))
}

// put adds a block.
func (q *queue) put(b block) {
	q.waiting = append(q.waiting, b)
	q.ready += len(b.samples) / q.channels
}

// reset forgets everything: the sound goes on at a frame, on a device that was
// given nothing.
func (q *queue) reset(frame int64) {
	q.waiting, q.ready, q.ended, q.silence = nil, 0, false, 0
	q.held, q.given, q.heard, q.at, q.frame = q.held[:0], 0, 0, time.Time{}, frame
}

// give fills what a device asks for at a time. What is not there is silence.
func (q *queue) give(out []int16, now time.Time) {
	q.hear(now)
	for len(out) > 0 && len(q.waiting) > 0 {
		b := &q.waiting[0]
		n := copy(out, b.samples)
		out, b.samples = out[n:], b.samples[n:]
		frames := n / q.channels
		q.held = append(q.held, span{q.given, q.given + int64(frames), b.frame, b.speed})
		q.given += int64(frames)
		q.ready -= frames
		b.frame += int64(math.Round(float64(frames) * b.speed))
		if len(b.samples) == 0 {
			q.waiting = q.waiting[1:]
		}
	}
	clear(out)
	rest := len(out) / q.channels
	q.given += int64(rest)
	if q.ended {
		q.silence += rest
	}
	// The device is full now, which tells better than a clock what was heard.
	low := float64(q.given - int64(q.hold))
	q.heard = max(min(q.heard, low+float64(q.frames(drift))), low, 0)
	q.at = now
}

// hear moves on to what is heard at a time: a device plays as fast as a clock
// goes, and at most what it was given.
func (q *queue) hear(now time.Time) {
	if q.at.IsZero() {
		return
	}
	if d := now.Sub(q.at); d > 0 {
		q.heard = min(q.heard+d.Seconds()*float64(q.rate), float64(q.given))
		q.at = now
	}
	done := 0
	for done < len(q.held) && float64(q.held[done].begin) <= q.heard {
		s := &q.held[done]
		in := min(q.heard, float64(s.end)) - float64(s.begin)
		q.frame = s.frame + int64(in*s.speed)
		if q.heard < float64(s.end) {
			break
		}
		done++
	}
	q.held = q.held[:copy(q.held, q.held[done:])]
}

// over reports whether the last of the sound was heard: the device was given as
// much silence behind it as it holds.
func (q *queue) over() bool { return q.ended && q.ready == 0 && q.silence >= q.hold }
