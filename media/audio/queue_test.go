package audio

import (
	"testing"
	"time"
)

const queueRate = 1000 // frames a second: one is a millisecond

func filledQueue(frames int, speed float64) queue {
	q := newQueue(queueRate, 1)
	q.hold = 600
	q.reset(0)
	for at := 0; at < frames; at += 20 {
		b := block{make([]int16, 20), int64(float64(at) * speed), speed}
		for i := range b.samples {
			b.samples[i] = 1
		}
		q.put(b)
	}
	return q
}

func ms(n int) time.Time { return time.Unix(100, 0).Add(time.Duration(n) * time.Millisecond) }

// What is shown is what is heard, not what the device was given.
func TestQueueKnowsWhatIsHeard(t *testing.T) {
	for _, speed := range []float64{1, 2, 0.5} {
		q := filledQueue(3000, speed)
		heard := func(now int) int64 {
			q.hear(ms(now))
			return q.frame
		}
		if heard(0) != 0 {
			t.Error("something is heard before the device runs")
		}
		q.give(make([]int16, 600), ms(0))
		for now := 0; now <= 1500; now += 50 {
			if got, want := heard(now), int64(float64(now)*speed); got < want-2 || got > want+2 {
				t.Errorf("speed %v: at %d ms frame %d is heard, want %d", speed, now, got, want)
			}
			heard(now + 20)
			q.give(make([]int16, 50), ms(now+50))
		}
	}
}

// A device that asks late has fallen silent: what it was given was heard, and
// nothing behind it.
func TestQueueWaitsForALateDevice(t *testing.T) {
	q := filledQueue(3000, 1)
	q.give(make([]int16, 600), ms(0))
	if q.hear(ms(5000)); q.frame != 600 {
		t.Errorf("frame %d is heard of 600 that were given", q.frame)
	}
	q.give(make([]int16, 600), ms(5000)) // the computer slept for a while
	q.hear(ms(5100))
	if at := q.frame; at < 600 || at > 600+int64(q.frames(drift)) {
		t.Errorf("frame %d is heard", at)
	}
	for now := 5100; now < 6000; now += 100 {
		q.give(make([]int16, 100), ms(now))
	}
	if ahead := q.frame - (q.given - 600); ahead > int64(q.frames(drift)) {
		t.Errorf("shown %d ms before it is heard", ahead)
	}
}

// A decoder that is late leaves silence in the sound, and the place waits for it.
func TestQueueRunsDry(t *testing.T) {
	q := filledQueue(600, 1)
	q.give(make([]int16, 600), ms(0))
	out := []int16{1, 1, 1}
	q.give(out, ms(3))
	if out[0] != 0 || out[2] != 0 || q.silence != 0 || q.over() {
		t.Errorf("a dry queue gives %v: %+v", out, q)
	}
	q.give(make([]int16, 197), ms(200))
	q.put(block{make([]int16, 20), 600, 1})
	q.give(make([]int16, 20), ms(220))
	q.hear(ms(700))
	if q.frame != 600 {
		t.Errorf("in the silence frame %d is heard", q.frame)
	}
	q.hear(ms(810))
	if q.frame != 610 {
		t.Errorf("behind it frame %d is heard", q.frame)
	}
}

// The end is the end of what is heard: the device was given as much silence
// behind it as it holds.
func TestQueueEnds(t *testing.T) {
	q := filledQueue(700, 1)
	q.ended = true
	q.give(make([]int16, 600), ms(0))
	for now := 100; !q.over(); now += 100 {
		if now > 1000 {
			t.Fatal("it does not end")
		}
		q.give(make([]int16, 100), ms(now))
		if q.over() != (now >= 700) {
			t.Errorf("over at %d ms", now)
		}
	}
	if q.frame != 700 {
		t.Errorf("the last frame heard is %d", q.frame)
	}
}
