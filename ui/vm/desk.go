package vm

import (
	"context"

	"sotto/engine"
)

// Desk is where a screen works. Its context ends when the screen is left, and
// its post brings a function to the interface's goroutine: fyne.Do in the
// program, a queue in tests. What ends after the screen was left is dropped.
type Desk struct {
	ctx  context.Context
	post func(func())
}

// NewDesk makes a desk; post must run functions in order.
func NewDesk(ctx context.Context, post func(func())) Desk { return Desk{ctx, post} }

// Context ends when the screen is left.
func (d Desk) Context() context.Context { return d.ctx }

// Sub makes a desk for a part of the screen, which ends with leave or with the
// screen.
func (d Desk) Sub() (sub Desk, leave context.CancelFunc) {
	ctx, cancel := context.WithCancel(d.ctx)
	return Desk{ctx, d.post}, cancel
}

// Post runs f on the interface's goroutine, unless the screen was left.
func (d Desk) Post(f func()) {
	d.post(func() {
		if d.ctx.Err() == nil {
			f()
		}
	})
}

// Ask runs job elsewhere and hands its result to answer on the interface's
// goroutine, unless the screen was left. An answer that another question may
// have overtaken has to check that itself.
func Ask[T any](d Desk, job func(context.Context) (T, error), answer func(T, error)) {
	go func() {
		v, err := job(d.ctx)
		d.Post(func() { answer(v, err) })
	}()
}

// Do is Ask for a job without a result; answer may be nil.
func (d Desk) Do(job func(context.Context) error, answer func(error)) {
	Ask(d, func(ctx context.Context) (struct{}, error) { return struct{}{}, job(ctx) },
		func(_ struct{}, err error) {
			if answer != nil {
				answer(err)
			}
		})
}

// Subscriber is the engine as far as it tells what has changed.
type Subscriber interface {
	Subscribe() *engine.Subscription
}

// Watch hands events to changed on the interface's goroutine until the screen
// is left. Subscribe first, then read: what Watch returns from has no gap.
func (d Desk) Watch(s Subscriber, changed func([]engine.Event)) {
	d.watch(s.Subscribe(), changed)
}
