package app

import (
	"sync"
	"time"

	"fyne.io/fyne/v2"
)

// poster brings functions to the interface's goroutine, in order. Before the
// toolkit runs they wait for pump; afterwards they go through fyne.Do.
type poster struct {
	mu      sync.Mutex
	running bool
	over    bool
	queue   []func()
	wake    chan struct{}
	around  func(func()) // see Window.Measure
}

func newPoster() *poster { return &poster{wake: make(chan struct{}, 1)} }

func (p *poster) post(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return
	}
	if around := p.around; around != nil {
		work := f
		f = func() { around(work) }
	}
	if p.running {
		fyne.Do(f)
		return
	}
	p.queue = append(p.queue, f)
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// pump runs on the goroutine that will run the toolkit, until done says so or
// the time is over.
func (p *poster) pump(atMost time.Duration, done func() bool) {
	end := time.NewTimer(atMost)
	defer end.Stop()
	for !done() {
		select {
		case <-p.wake:
			p.drain(false)
		case <-end.C:
			return
		}
	}
}

// end drops what comes from now on. The toolkit would carry out what it is given
// after its end at once, on whatever goroutine gives it, beside a screen that is
// gone.
func (p *poster) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over, p.queue = true, nil
}

// run is called on the interface's goroutine once the toolkit runs.
func (p *poster) run() { p.drain(true) }

func (p *poster) drain(last bool) {
	for {
		p.mu.Lock()
		waiting := p.queue
		p.queue = nil
		if last && len(waiting) == 0 {
			p.running = true
		}
		p.mu.Unlock()
		if len(waiting) == 0 {
			return
		}
		for _, f := range waiting {
			f()
		}
	}
}

// Measure lets a benchmark wrap each piece of work that comes to the interface's
// goroutine from elsewhere: answers of the engine, news, timers. Call it before
// Prepare. around runs on that goroutine and has to call work.
func (w *Window) Measure(around func(work func())) {
	w.post.mu.Lock()
	defer w.post.mu.Unlock()
	w.post.around = around
}
