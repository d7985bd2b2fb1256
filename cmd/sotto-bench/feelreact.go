package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"slices"
	"time"

	"sotto/internal/drive"
)

// errNoAnswer says that the screen stayed as it was.
var errNoAnswer = errors.New("nothing was painted in answer")

// react gives input and returns how long it takes until there says that the
// pixels of a patch are the answer. It looks about every half millisecond.
func react(ctx context.Context, p *drive.Patch, input func() error, there func(now []byte) bool) (time.Duration, error) {
	const patience = 10 * time.Second
	begin := time.Now()
	if err := input(); err != nil {
		return 0, err
	}
	for {
		now := p.Look()
		took := time.Since(begin)
		switch {
		case there(now):
			return took, nil
		case took > patience:
			return 0, errNoAnswer
		case ctx.Err() != nil:
			return 0, ctx.Err()
		}
		time.Sleep(300 * time.Microsecond)
	}
}

// calm waits until a patch has not changed for a while, and returns a copy.
func calm(ctx context.Context, p *drive.Patch) ([]byte, error) {
	const still, patience = 200 * time.Millisecond, 20 * time.Second
	var last []byte
	since, end := time.Now(), time.Now().Add(patience)
	for {
		now := p.Look()
		if !slices.Equal(now, last) {
			last, since = slices.Clone(now), time.Now()
		}
		if time.Since(since) >= still {
			return last, nil
		}
		if time.Now().After(end) {
			return nil, errors.New("the window does not come to rest")
		}
		pause(ctx, 10*time.Millisecond)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
}

// written reports that a patch shows text or bubbles and not what it showed
// before: a bare background has a colour or two.
func written(before []byte) func([]byte) bool {
	return func(now []byte) bool {
		if slices.Equal(now, before) {
			return false
		}
		const enough = 12
		seen := map[[3]byte]struct{}{}
		for i := 0; i+4 <= len(now); i += 4 {
			seen[[3]byte(now[i:])] = struct{}{}
			if len(seen) >= enough {
				return true
			}
		}
		return false
	}
}

// rightmost is the last column of a patch that differs from its first pixel.
func rightmost(pixels []byte, width int) int {
	last := -1
	for i := 0; i+4 <= len(pixels); i += 4 {
		if x := i / 4 % width; x > last && [3]byte(pixels[i:]) != [3]byte(pixels[:3]) {
			last = x
		}
	}
	return last
}

// strip is a column of the list of messages, and of the bare list, where their
// text begins. It is no wider than telling needs: each look copies it, on the same
// cores as the window that is measured.
func (s *seat) strip(ctx context.Context, plain bool) (*drive.Patch, error) {
	const wide = 160
	at := image.Rect(60, 80, 60+wide, windowHeight-60)
	if !plain {
		list, err := s.window.Find(ctx, "chat.messages")
		if err != nil {
			return nil, err
		}
		x := int(list.X) + 60
		at = image.Rect(x, int(list.Y)+4, x+wide, int(list.Y+list.H)-4)
	}
	return s.display.Patch(at.Add(image.Pt(s.x, s.y)))
}

func inMs(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// reaction is what answering an input took, in milliseconds.
type reaction struct {
	shown []float64 // until the answer stands on the screen
	// work is the processor time of the program until then: what others do on the
	// machine meanwhile is not in it.
	work []float64
}

// answered measures one reaction.
func (r *reaction) answered(ctx context.Context, s *seat, p *drive.Patch, input func() error, there func(now []byte) bool) error {
	before, err := workTime(s.pid())
	if err != nil {
		return err
	}
	took, err := react(ctx, p, input, there)
	if err != nil {
		return err
	}
	after, err := workTime(s.pid())
	if err != nil {
		return err
	}
	r.shown, r.work = append(r.shown, inMs(took)), append(r.work, inMs(after-before))
	return nil
}

// reactions repeats a reaction that writes something else into the strip.
func (s *seat) reactions(ctx context.Context, plain bool, times int, input func(i int) error) (reaction, error) {
	var out reaction
	p, err := s.strip(ctx, plain)
	if err != nil {
		return out, err
	}
	defer p.Close()
	for i := range times {
		before, err := calm(ctx, p)
		if err != nil {
			return out, err
		}
		// Not always at the same moment of a frame.
		pause(ctx, time.Duration(i*7%17)*time.Millisecond)
		if err := out.answered(ctx, s, p, func() error { return input(i) }, written(before)); err != nil {
			return out, s.failed(fmt.Errorf("reaction %d: %w", i, err))
		}
	}
	return out, nil
}

// reacted adds the rows of a reaction.
func (t *table) reacted(what string, value func([]float64) float64, ours reaction, reference string, theirs reaction, limit float64) {
	t.below(what, value(ours.shown), reference, value(theirs.shown), "ms", limit)
	t.beside("the same, median", median(ours.shown), reference, median(theirs.shown), "ms")
	t.beside("the same, processor time of the program, median", median(ours.work), reference, median(theirs.work), "ms")
}

func p95(values []float64) float64 { return percentile(values, 95) }

const plainJump = "bare Fyne list, jump to other rows"

// plainReactions measures the bare list showing other rows.
func plainReactions(ctx context.Context, times int) (reaction, error) {
	s, err := sitPlain(ctx)
	if err != nil {
		return reaction{}, err
	}
	defer s.leave()
	return s.reactions(ctx, true, times, func(int) error { return s.in.Press(drive.KeyAlt, drive.KeyDown) })
}

// switching goes from conversation to conversation with Alt+Down.
func (b *bench) switching(ctx context.Context, c *crowd) error {
	const times = 60
	theirs, err := plainReactions(ctx, times)
	if err != nil {
		return err
	}
	s, err := b.sit(ctx, c)
	if err != nil {
		return err
	}
	defer s.leave()
	if err := s.open(ctx, crowdName(0)); err != nil {
		return err
	}
	ours, err := s.reactions(ctx, false, times, func(int) error { return s.in.Press(drive.KeyAlt, drive.KeyDown) })
	if err != nil {
		return fmt.Errorf("switch: %w", err)
	}
	b.table.reacted("switch of conversation to its messages painted, p95", p95, ours, plainJump, theirs, 50)
	return nil
}

// jumping opens conversations at their first of 10,000 unread messages, and goes
// to the end.
func (b *bench) jumping(ctx context.Context, c *crowd) error {
	theirs, err := plainReactions(ctx, crowdUnreads+1)
	if err != nil {
		return err
	}
	s, err := b.sit(ctx, c)
	if err != nil {
		return err
	}
	defer s.leave()
	var ours reaction
	for i := range crowdUnreads + 1 {
		if err := s.open(ctx, crowdName(i)); err != nil {
			return err
		}
		wait, cancel := context.WithTimeout(ctx, 10*time.Second)
		err := s.window.Hover(wait, "chat.to_end")
		cancel()
		if err != nil {
			return err
		}
		pause(ctx, time.Second) // the button's tooltip comes before, not with the answer
		took, err := s.reactions(ctx, false, 1, func(int) error { return s.in.Click(drive.ButtonLeft) })
		if err != nil {
			return fmt.Errorf("jump: %w", err)
		}
		ours.shown, ours.work = append(ours.shown, took.shown...), append(ours.work, took.work...)
	}
	b.table.reacted(fmt.Sprintf("jump to the end past %d unread, worst of %d", crowdUnread, len(ours.shown)), slices.Max[[]float64], ours, plainJump, theirs, 100)
	return nil
}

// typing types letters and waits for each to stand on the screen.
func (b *bench) typing(ctx context.Context, c *crowd) error {
	plain, err := sitPlain(ctx)
	if err != nil {
		return err
	}
	theirs, err := plain.typed(ctx, image.Rect(10, 14, 700, 30))
	plain.leave()
	if err != nil {
		return fmt.Errorf("bare entry: %w", err)
	}
	s, err := b.sit(ctx, c)
	if err != nil {
		return err
	}
	defer s.leave()
	if err := s.open(ctx, crowdName(0)); err != nil {
		return err
	}
	field, err := s.window.Find(ctx, "composer.text")
	if err != nil {
		return err
	}
	// The line of text, without the field's border and its buttons.
	middle := int(field.Y + field.H/2)
	ours, err := s.typed(ctx, image.Rect(int(field.X)+2, middle-8, int(field.X)+400, middle+8))
	if err != nil {
		return fmt.Errorf("composer: %w", err)
	}
	b.table.reacted("typing: key to painted letter, p95", p95, ours, "bare Fyne entry", theirs, 20)
	return nil
}

// typed types into a field at a place of the window. A letter is there once
// something stands farther right than before: the caret's own blinking in the
// toolkit's entry moves by less.
func (s *seat) typed(ctx context.Context, at image.Rectangle) (out reaction, err error) {
	const rounds, letters, wide = 10, 12, 5 // an m is wider than that
	if err := s.in.MoveTo(s.x+at.Min.X+at.Dx()/2, s.y+at.Min.Y+at.Dy()/2); err != nil {
		return out, err
	}
	if err := s.in.Click(drive.ButtonLeft); err != nil {
		return out, err
	}
	pause(ctx, 500*time.Millisecond)
	// The pointer is drawn too, and would stand right of every letter.
	if err := s.in.MoveTo(0, 0); err != nil {
		return out, err
	}
	p, err := s.display.Patch(at.Add(image.Pt(s.x, s.y)))
	if err != nil {
		return out, err
	}
	defer p.Close()
	pause(ctx, 500*time.Millisecond)
	// A letter that stays keeps the placeholder away, which is much longer.
	const oneLetter = 32
	alone := func(now []byte) bool { edge := rightmost(now, at.Dx()); return edge > wide && edge < oneLetter }
	if _, err := react(ctx, p, func() error { return s.in.Press('m') }, alone); err != nil {
		return out, s.failed(fmt.Errorf("first letter in %v: %w", at, err))
	}
	if _, err := calm(ctx, p); err != nil {
		return out, err
	}
	for range rounds {
		for i := range letters {
			pause(ctx, time.Duration(90+i*7%17)*time.Millisecond)
			now := p.Look()
			edge := rightmost(now, at.Dx())
			farther := func(now []byte) bool { return rightmost(now, at.Dx()) >= edge+wide }
			if err := out.answered(ctx, s, p, func() error { return s.in.Press('m') }, farther); err != nil {
				return out, s.failed(fmt.Errorf("letter %d, right of %d in %v: %w", i, edge, at, err))
			}
		}
		for range letters {
			if err := s.in.Press(drive.KeyBackSpace); err != nil {
				return out, err
			}
			pause(ctx, 30*time.Millisecond)
		}
		pause(ctx, 300*time.Millisecond)
	}
	return out, nil
}
