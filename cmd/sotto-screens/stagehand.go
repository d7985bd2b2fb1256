package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sotto/media/audio"
	"sotto/ui/app"
	"sotto/ui/text"
	"sotto/ui/widget"
)

// hand plays one set: presses controls by their names, types, takes pictures.
// The first thing that goes wrong ends it.
type hand struct {
	ctx    context.Context
	app    fyne.App
	window *app.Window
	host   *host
	photo  *photographer
	suffix string            // of file names: "-dark"
	held   *widget.PinnedRow // being dragged
	err    error
}

// draw runs one set on the display that is there.
func draw(ctx context.Context, name, lang string) error {
	photo := newPhotographer()
	s, ok := sets[name]
	if !ok {
		return fmt.Errorf("there is no set %q", name)
	}
	h, err := newHost(ctx, s)
	if err != nil {
		photo.end(err)
		return err
	}
	a := app.Toolkit("im.sotto.Screens")
	d := &hand{ctx: ctx, app: a, host: h, photo: photo, suffix: s.suffix}
	app.SpeakInstead(lang)
	if lang != text.English {
		d.suffix += "-" + lang
	}
	if s.quiet {
		app.SoundBackend = audio.BackendNull
	}
	quit := func() { a.Driver().Quit() }
	var others *street
	if s.several {
		if others, err = newStreet(h); err != nil {
			photo.end(err)
			return errors.Join(err, h.close())
		}
		d.window = app.NewSeveral(a, others, quit)
	} else {
		d.window = app.New(a, h, quit)
	}
	go func() {
		s.play(d)
		photo.end(d.err)
		fyne.Do(d.window.Close)
	}()
	d.window.Prepare(2 * time.Second)
	a.Run()
	if others != nil {
		d.err = errors.Join(d.err, others.close())
	}
	if cerr := h.close(); d.err == nil {
		d.err = cerr
	}
	return d.err
}

func (d *hand) failed(err error) bool {
	if d.err == nil {
		d.err = err
	}
	return d.err != nil
}

// on runs f on the interface's goroutine.
func (d *hand) on(f func()) {
	if d.err == nil {
		fyne.DoAndWait(f)
	}
}

const (
	beat     = 40 * time.Millisecond
	patience = 3 * time.Minute // a lost network is noticed by its silence, once a minute where nobody looks
)

// await waits until a control or a text is on the screen.
func (d *hand) await(what string) {
	for end := time.Now().Add(patience); d.err == nil; time.Sleep(beat) {
		there := false
		d.on(func() { there = listed(d.window.Inspect(), what) })
		if there {
			return
		}
		if time.Now().After(end) {
			d.failed(fmt.Errorf("%q did not come", what))
		}
	}
}

// says waits until a sentence of the program is on the screen: the longest piece
// of it that is not filled in.
func (d *hand) says(key string) {
	sentence := text.T(key)
	if sentence == key {
		sentence = text.N(key, 5)
	}
	longest := ""
	for _, piece := range strings.FieldsFunc(hole.ReplaceAllString(sentence, "\x00"), func(r rune) bool { return r == 0 }) {
		if len(piece) > len(longest) {
			longest = strings.TrimSpace(piece)
		}
	}
	d.await(longest)
}

var hole = regexp.MustCompile(`\{[a-z]+\}|[0-9]+`)

func listed(seen []widget.Seen, what string) bool {
	for _, s := range seen {
		if s.Name == what || s.Text != "" && strings.Contains(s.Text, what) {
			return true
		}
	}
	return false
}

// settle waits until nothing changes any more.
func (d *hand) settle() {
	const calm = 4
	last, same := "", 0
	for end := time.Now().Add(3 * time.Second); d.err == nil && same < calm && time.Now().Before(end); time.Sleep(beat) {
		now := ""
		d.on(func() { now = fmt.Sprint(d.window.Inspect(), d.window.Canvas().Size()) })
		if now == last {
			same++
		} else {
			last, same = now, 0
		}
	}
}

// press presses a control.
func (d *hand) press(name string) {
	d.await(name)
	d.on(func() {
		o := widget.Find(d.window.Canvas(), name)
		t, ok := o.(fyne.Tappable)
		if !ok {
			d.failed(fmt.Errorf("%q cannot be pressed", name))
			return
		}
		middle := fyne.NewPos(o.Size().Width/2, o.Size().Height/2)
		t.Tapped(&fyne.PointEvent{Position: middle, AbsolutePosition: d.app.Driver().AbsolutePositionForObject(o).Add(middle)})
	})
	d.settle()
}

// messageMenu opens the menu of a message that begins so.
func (d *hand) messageMenu(begin string) {
	d.await(begin)
	d.on(func() {
		name, at := d.message(begin)
		o := widget.Find(d.window.Canvas(), name)
		t, ok := o.(fyne.SecondaryTappable)
		if !ok {
			d.failed(fmt.Errorf("%q has no menu", begin))
			return
		}
		t.TappedSecondary(&fyne.PointEvent{AbsolutePosition: at, Position: at.Subtract(d.app.Driver().AbsolutePositionForObject(o))})
	})
	d.settle()
}

// message finds the bubble that begins with a text: the last listed of that
// name, the row comes before it.
func (d *hand) message(begin string) (name string, at fyne.Position) {
	scale := d.window.Canvas().Scale()
	for _, s := range d.window.Inspect() {
		if strings.HasPrefix(s.Name, "message:"+begin) {
			name, at = s.Name, fyne.NewPos((s.X+min(s.W/2, 60))/scale, (s.Y+s.H/2)/scale)
		}
	}
	return name, at
}

// choose presses a row of the menu that is open.
func (d *hand) choose(name string) {
	d.await(name)
	d.on(func() {
		m, ok := d.window.Canvas().Overlays().Top().(*widget.Menu)
		if !ok {
			d.failed(fmt.Errorf("no menu is open for %q", name))
			return
		}
		for _, s := range d.window.Inspect() {
			if s.Name == name {
				scale := d.window.Canvas().Scale()
				m.Tapped(&fyne.PointEvent{Position: fyne.NewPos((s.X+s.W/2)/scale, (s.Y+s.H/2)/scale)})
				return
			}
		}
	})
	d.settle()
}

// pick presses a message while messages are picked.
func (d *hand) pick(begin string) {
	d.on(func() {
		name, _ := d.message(begin)
		if b, ok := widget.Find(d.window.Canvas(), name).(*widget.Bubble); ok && b.OnTap != nil {
			b.OnTap()
			return
		}
		d.failed(fmt.Errorf("there is no message %q", begin))
	})
	d.settle()
}

// typed types into what has the keyboard.
func (d *hand) typed(s string) {
	for _, r := range s {
		d.on(func() {
			if f := d.window.Canvas().Focused(); f != nil {
				f.TypedRune(r)
				return
			}
			d.failed(fmt.Errorf("nothing takes %q", s))
		})
	}
	d.settle()
}

// key presses a key that types nothing.
func (d *hand) key(names ...fyne.KeyName) {
	for _, n := range names {
		d.on(func() {
			e := &fyne.KeyEvent{Name: n}
			if f := d.window.Canvas().Focused(); f != nil {
				f.TypedKey(e)
			} else if f := d.window.Canvas().OnTypedKey(); f != nil {
				f(e)
			}
		})
		d.settle()
	}
}

// control presses a key with Ctrl.
func (d *hand) control(n fyne.KeyName) {
	d.on(func() {
		if s, ok := d.window.Canvas().(fyne.Shortcutable); ok {
			s.TypedShortcut(&desktop.CustomShortcut{KeyName: n, Modifier: fyne.KeyModifierShortcutDefault})
		}
	})
	d.settle()
}

// size gives the window a size.
func (d *hand) size(width, height float32) {
	d.on(func() { d.window.Resize(width, height) })
	for end := time.Now().Add(patience); d.err == nil; time.Sleep(beat) {
		done := false
		d.on(func() {
			is := d.window.Canvas().Size()
			done = math.Abs(float64(is.Width-width)) < 2 && math.Abs(float64(is.Height-height)) < 2
		})
		if done || time.Now().After(end) {
			break
		}
	}
	time.Sleep(4 * beat) // the display server's answer comes after the canvas knows
	d.on(func() { d.window.Canvas().Content().Refresh() })
	d.settle()
}

// shot takes a picture.
func (d *hand) shot(name string) {
	d.settle()
	if d.err != nil {
		return
	}
	d.on(func() {
		for _, o := range widget.Overflows(d.window.Canvas()) {
			d.photo.tell(name + ": " + o.String())
		}
	})
	// What Inspect tells is on the screen one frame later.
	time.Sleep(3 * beat)
	d.failed(d.photo.shoot(name + d.suffix))
}
