package driver

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	fyneapp "fyne.io/fyne/v2/app"
)

// TestDriverIsKnown holds what the functions of the driver are called with: the
// toolkit's own driver, told by the name of its type.
func TestDriverIsKnown(t *testing.T) {
	if of(fyneapp.NewWithID("im.sotto.driver")) == nil {
		t.Fatal("the toolkit's driver has another type now: see driver.go")
	}
}

// desk is a window that takes time for a picture, on the test's clock.
type desk struct {
	inputs  chan struct{}
	mu      sync.Mutex // guards what follows
	last    time.Time
	pending []time.Time // input that was not read yet
	dirty   bool
	reads   int
	painted []time.Duration // since the beginning
	begin   time.Time
	answer  time.Duration // what an input changes is there so much later
}

const (
	picture = 5 * time.Millisecond
	beat    = time.Second / 60 // the toolkit's
)

func newDesk() *desk {
	return &desk{inputs: make(chan struct{}, 1), begin: time.Now()}
}

// press is a key: the toolkit sees it when it reads.
func (d *desk) press() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pending = append(d.pending, time.Now())
}

func (d *desk) touch() {
	d.last = time.Now()
	select {
	case d.inputs <- struct{}{}:
	default:
	}
}

func (d *desk) lastInput() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.last
}

func (d *desk) change() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dirty = true
}

func (d *desk) read() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reads++
	for range d.pending {
		d.touch()
		if d.answer == 0 {
			d.dirty = true
		} else {
			time.AfterFunc(d.answer, d.change)
		}
	}
	d.pending = nil
	return d.dirty
}

func (d *desk) paint() {
	d.mu.Lock()
	d.dirty = false
	d.painted = append(d.painted, time.Since(d.begin))
	d.mu.Unlock()
	time.Sleep(picture)
}

// run lets somebody use the desk, who is there already.
func (d *desk) run(t *testing.T, use func()) {
	post := make(chan func(), 1)
	done := make(chan struct{})
	go func() {
		for f := range post {
			f()
		}
		close(done)
	}()
	go func() {
		watch(d.inputs, d.lastInput, func(f func()) { post <- f }, d.read, d.paint)
		close(post)
	}()
	d.mu.Lock()
	d.touch()
	d.mu.Unlock()
	time.Sleep(2 * answering) // what follows is not the answer to this
	synctest.Wait()
	d.begin, d.painted = time.Now(), nil
	use()
	time.Sleep(2 * attentive)
	synctest.Wait()
	asleep := d.reads
	time.Sleep(time.Minute)
	if d.reads != asleep {
		t.Errorf("the display server is asked while nobody is there: %d times in a minute", d.reads-asleep)
	}
	close(d.inputs)
	<-done
}

func TestKeyIsAnsweredBetweenTheBeats(t *testing.T) {
	for _, answer := range []time.Duration{0, 40 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk()
			d.answer = answer
			const letters, pause = 10, 107 * time.Millisecond
			d.run(t, func() {
				for range letters {
					d.press()
					time.Sleep(pause)
				}
			})
			if len(d.painted) != letters {
				t.Fatalf("answer after %v: %d pictures for %d letters: %v", answer, len(d.painted), letters, d.painted)
			}
			for i, at := range d.painted {
				if late := at - time.Duration(i)*pause - answer; late < 0 || late > beat/2 {
					t.Errorf("answer after %v: letter %d is painted %v late", answer, i, late)
				}
			}
		})
	}
}

// TestStreamKeepsTheBeat turns a wheel: the toolkit paints it at its beats.
func TestStreamKeepsTheBeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		d.run(t, func() {
			for range 500 {
				d.press()
				time.Sleep(8 * time.Millisecond)
			}
		})
		if most := int(100*time.Millisecond/beat) + 1; len(d.painted) > most {
			t.Errorf("a stream of input had %d pictures out of the beat, want at most the first %d", len(d.painted), most)
		}
		for i := 1; i < len(d.painted); i++ {
			if d.painted[i]-d.painted[i-1] < beat {
				t.Errorf("pictures at %v and %v are closer than the beat", d.painted[i-1], d.painted[i])
			}
		}
	})
}

// TestBusyWindowIsNotPushed: while the interface works, beats do not pile up.
func TestBusyWindowIsNotPushed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inputs := make(chan struct{}, 1)
		last := time.Now()
		var posted []func()
		go watch(inputs, func() time.Time { return last }, func(f func()) { posted = append(posted, f) },
			func() bool { return false }, func() { t.Error("painted what did not change") })
		inputs <- struct{}{}
		time.Sleep(time.Second)
		synctest.Wait()
		if len(posted) != 1 {
			t.Fatalf("%d beats wait, want 1", len(posted))
		}
		posted[0]()
		time.Sleep(2 * reading)
		synctest.Wait()
		if len(posted) != 2 {
			t.Errorf("after the busy time %d beats came, want one more", len(posted)-1)
		}
		time.Sleep(attentive)
		close(inputs)
		synctest.Wait()
	})
}

// TestNothingIsReadAfterTheEnd: a toolkit that has ended carries out at once what
// it is given, and there is no window any more.
func TestNothingIsReadAfterTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inputs := make(chan struct{}, 1)
		last := time.Now()
		given := 0
		go watch(inputs, func() time.Time { return last }, func(f func()) { given++; f() },
			func() bool { t.Error("read"); return true }, func() { t.Error("painted") })
		inputs <- struct{}{}
		time.Sleep(attentive)
		close(inputs)
		synctest.Wait()
		if given == 0 {
			t.Error("nothing was given to the toolkit at all")
		}
	})
}
