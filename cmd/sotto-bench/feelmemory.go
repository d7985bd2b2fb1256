package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sotto/internal/drive"
)

// memory turns the wheel over the long conversation for a long time, in one
// direction so that ever new messages come, and looks how the memory has grown.
// The bare list does the same at the same time.
func (b *bench) memory(ctx context.Context, c *crowd) error {
	plain, err := sitPlain(ctx)
	if err != nil {
		return err
	}
	defer plain.leave()
	grow := func(s *seat, button byte) (float64, error) { return s.grow(ctx, b.scroll, button) }
	ours, theirs, err := b.together(ctx, c, plain, grow)
	if err != nil {
		return err
	}
	b.table.below(fmt.Sprintf("memory grown after scrolling for %v (PSS)", b.scroll), ours, "bare Fyne list, the same wheel", theirs, "MB", 60)
	return nil
}

// together has the long conversation scrolled up and the reference down at the
// same time, and returns what was measured of both.
func (b *bench) together(ctx context.Context, c *crowd, plain *seat, measure func(s *seat, button byte) (float64, error)) (ours, theirs float64, err error) {
	s, err := b.sit(ctx, c)
	if err != nil {
		return 0, 0, err
	}
	defer s.leave()
	if err := s.open(ctx, crowdName(0)); err != nil {
		return 0, 0, err
	}
	pause(ctx, settle)
	done := make(chan error, 1)
	go func() {
		var err error
		theirs, err = measure(plain, drive.ButtonWheelDown)
		done <- err
	}()
	ours, err = measure(s, drive.ButtonWheelUp)
	return ours, theirs, errors.Join(err, <-done)
}

// grow turns the wheel for a time and returns by how much the program's memory
// has grown, in MB.
func (s *seat) grow(ctx context.Context, length time.Duration, button byte) (float64, error) {
	if err := s.in.MoveTo(s.x+windowWidth*3/5, s.y+windowHeight/2); err != nil {
		return 0, err
	}
	before, err := pss(s.pid())
	if err != nil {
		return 0, err
	}
	tick := time.NewTicker(time.Second / wheelRate)
	defer tick.Stop()
	for end := time.Now().Add(length); time.Now().Before(end); {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
		if err := s.in.Click(button); err != nil {
			return 0, err
		}
	}
	pause(ctx, settle) // also the garbage of the last moment may go
	after, err := pss(s.pid())
	return max(after-before, 0), errors.Join(err, s.alive())
}
