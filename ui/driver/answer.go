package driver

import (
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.4/glfw"
)

const (
	// reading is how often the display server is asked while somebody is there.
	reading = 2 * time.Millisecond
	// attentive is how long after the last input it is asked that often.
	attentive = 2 * time.Second
	// answering is how long after an input what changes is its answer: a
	// conversation comes from the store, a letter is there at once.
	answering = 100 * time.Millisecond
	// apart is how long no input came before one that is answered at once. A
	// pointer that moves or a wheel that turns has a picture at each beat anyway,
	// and more would only cost.
	apart = 25 * time.Millisecond
	// frame is the shortest time between two pictures out of the beat.
	frame = time.Second / 60
)

// Answer answers keys and clicks between the toolkit's beats from now on.
//
// The toolkit reads what the display server has for it, and paints, once in
// 16.7 ms. A key waits 8 ms for that on the average and up to 17, which is all
// that is between a letter and the screen where a graphics card paints, and half
// of it where there is none. While somebody types or clicks, the display server
// is asked every few milliseconds, and what came of it is painted right then.
//
// After each input there is something in inputs, and last says when it was. post
// brings a function to the interface's goroutine. Call it once, after the toolkit
// is made; where the toolkit paints without a window it does nothing.
func Answer(a fyne.App, inputs <-chan struct{}, last func() time.Time, post func(func())) {
	d := of(a)
	if d == nil {
		return
	}
	go watch(inputs, last, post, func() bool {
		glfw.PollEvents()
		return changed(a.Driver())
	}, func() { drawSingleFrame(d) })
}

// changed reports whether there is something to paint.
func changed(d fyne.Driver) bool {
	dirty := false
	for _, w := range d.AllWindows() {
		// The toolkit only tells and forgets at once.
		c, ok := w.Canvas().(interface {
			CheckDirtyAndClear() bool
			SetDirty()
		})
		if ok && c.CheckDirtyAndClear() {
			c.SetDirty()
			dirty = true
		}
	}
	return dirty
}

// watch sleeps until there is input, and then posts a beat every few
// milliseconds until there was none for a while. read has the toolkit take what
// the display server has, and reports whether something changed.
func watch(inputs <-chan struct{}, last func() time.Time, post func(func()), read func() bool, paint func()) {
	var (
		waiting atomic.Bool // a beat is on its way: a busy window gets no second one
		giving  atomic.Bool // post has not returned
		a       answer
	)
	beat := func() {
		defer waiting.Store(false)
		// After its end the toolkit carries out what it is given at once and right
		// here, where no window is left to read for.
		if giving.Load() {
			return
		}
		changed := read()
		if now := time.Now(); a.due(now, last()) && changed {
			a.painted = now
			paint()
		}
	}
	for range inputs {
		tick := time.NewTicker(reading)
		for time.Since(last()) < attentive {
			<-tick.C
			if waiting.CompareAndSwap(false, true) {
				giving.Store(true)
				post(beat)
				giving.Store(false)
			}
		}
		tick.Stop()
	}
}

// answer decides when something is painted out of the toolkit's beat.
type answer struct {
	input   time.Time // the latest one known
	until   time.Time // what changes before then is an answer
	painted time.Time
}

// due reports whether what changed is to be painted now; last is when the latest
// input was.
func (a *answer) due(now, last time.Time) bool {
	if last.After(a.input) {
		if last.Sub(a.input) >= apart {
			a.until = last.Add(answering)
		}
		a.input = last
	}
	return !now.After(a.until) && now.Sub(a.painted) >= frame
}
