package viewer

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"io"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/engine/model"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// drawer has a picture for each message; what it lacks is broken.
type drawer map[model.MessageID][]byte

func (d drawer) OpenAttachment(id model.MessageID, _ int) (io.ReadSeekCloser, error) {
	data, ok := d[id]
	if !ok {
		return nil, model.Fail(model.ReasonDamaged, "damaged", nil)
	}
	return whole{bytes.NewReader(data)}, nil
}

type whole struct{ *bytes.Reader }

func (whole) Close() error { return nil }

// place is an open viewer in a window of 900 × 700.
type place struct {
	t      *testing.T
	canvas fyne.Canvas
	queue  chan func()
	viewer *Viewer
	under  *fynewidget.Entry // had the keyboard before
	did    []string
}

func drawn(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	img.SetRGBA(w/2, h/2, color.RGBA{255, 0, 0, 255})
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// openAt opens the viewer over four pictures, of which the last is broken.
func openAt(t *testing.T, at int) *place {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.Dark, theme.Lagoon))
	p := &place{t: t, queue: make(chan func(), 256), under: fynewidget.NewEntry()}
	w := test.NewTempWindow(t, container.NewStack(canvas.NewRectangle(color.Black), p.under))
	w.SetPadded(false)
	w.Resize(fyne.NewSize(900, 700))
	p.canvas = w.Canvas()
	p.canvas.Focus(p.under)
	ctx, leave := context.WithCancel(context.Background())
	t.Cleanup(leave)
	desk := vm.NewDesk(ctx, func(f func()) { p.queue <- f })
	d := drawer{1: drawn(t, 2000, 1000), 2: drawn(t, 300, 200), 3: drawn(t, 400, 2000)}
	var list []vm.ViewerPicture
	for i, name := range []string{"hills.png", "boat.png", "tower.png", "broken.png"} {
		m := &vm.ChatMessage{ID: model.MessageID(i + 1), Sender: "Maya", Body: "Words about " + name}
		f := vm.ChatFile{Name: name, State: model.FileHere, Local: name, Kind: vm.PictureFile, Size: 1_800_000}
		list = append(list, vm.ViewerPicture{Message: m, File: f})
	}
	note := func(what string) func(vm.ViewerPicture) {
		return func(v vm.ViewerPicture) { p.did = append(p.did, what+" "+v.File.Name) }
	}
	p.viewer = Open(p.canvas, desk, vm.NewPictures(desk, d), list, at, func(vm.ViewerPicture) string { return "Today, 14:21" }, false,
		Actions{Save: note("save"), Forward: note("forward"), Reply: note("reply")})
	return p
}

func (p *place) until(what string, ok func() bool) {
	p.t.Helper()
	end := time.After(time.Minute)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case f := <-p.queue:
			f()
		case <-look.C:
		case <-end:
			p.t.Fatalf("waited in vain: %s", what)
		}
	}
}

// state is what the picture looks like: "whole", "zoomed", "empty".
func (p *place) state() string {
	for _, s := range widget.Inspect(p.canvas) {
		if s.Name == "viewer.picture" {
			return s.Text
		}
	}
	return "closed"
}

func (p *place) says(words string) bool {
	for _, s := range widget.Inspect(p.canvas) {
		if strings.Contains(s.Text, words) {
			return true
		}
	}
	return false
}

func (p *place) press(name string) {
	p.t.Helper()
	for _, s := range widget.Inspect(p.canvas) {
		if s.Name == name {
			if s.Disabled {
				p.t.Errorf("%s cannot be pressed", name)
			}
			test.TapCanvas(p.canvas, fyne.NewPos(s.X+s.W/2, s.Y+s.H/2))
			return
		}
	}
	p.t.Fatalf("there is no %s", name)
}

func (p *place) shows(name string) bool {
	for _, s := range widget.Inspect(p.canvas) {
		if s.Name == name {
			return true
		}
	}
	return false
}

func (p *place) key(names ...fyne.KeyName) {
	for _, n := range names {
		p.canvas.Focused().TypedKey(&fyne.KeyEvent{Name: n})
	}
}

func (p *place) rune(r rune) { p.canvas.Focused().TypedRune(r) }

// picture is where the bitmap stands in the pane.
func (p *place) picture() (fyne.Position, fyne.Size) {
	o := test.WidgetRenderer(p.viewer.pane).Objects()[0]
	return o.Position(), o.Size()
}

func TestLeafThroughPictures(t *testing.T) {
	p := openAt(t, 0)
	p.until("the first picture", func() bool { return p.state() == "whole" })
	if !p.says("hills.png") || !p.says("Maya") || !p.says("Today, 14:21") || !p.says("Words about hills.png") || !p.says("1 of 4") {
		t.Error("it does not say what it shows")
	}
	if p.shows("viewer.previous") || !p.shows("viewer.next") {
		t.Error("the first picture has one before it, or none after it")
	}
	p.key(fyne.KeyRight)
	p.until("the second picture", func() bool { return p.says("boat.png") && p.state() == "whole" })
	// A small picture is not enlarged.
	if _, size := p.picture(); size != fyne.NewSize(300, 200) {
		t.Errorf("a picture of 300 × 200 is shown as %v", size)
	}
	p.press("viewer.next")
	p.until("the third picture", func() bool { return p.says("tower.png") && p.state() == "whole" })
	at, size := p.picture()
	if pane := p.viewer.pane.Size(); size.Height > pane.Height || at.Y < 0 || size.Width*5 != size.Height {
		t.Errorf("a tall picture is shown as %v at %v in %v", size, at, pane)
	}
	p.key(fyne.KeyPageDown)
	p.until("the sentence", func() bool { return p.says("This picture cannot be shown.") })
	if p.state() != "empty" || p.shows("viewer.next") || !p.says("4 of 4") {
		t.Error("a broken picture is shown, or one after it")
	}
	p.key(fyne.KeyRight, fyne.KeyPageDown) // there is nothing
	p.press("viewer.previous")
	p.key(fyne.KeyPageUp, fyne.KeyLeft)
	p.until("the first picture again", func() bool { return p.says("hills.png") && p.state() == "whole" })
}

func TestZoomAndPan(t *testing.T) {
	p := openAt(t, 0)
	p.until("the picture", func() bool { return p.state() == "whole" })
	pane := p.viewer.pane
	home, size := p.picture()
	if size.Width != 2*size.Height || home.X < 0 || pane.CanShrink() {
		t.Fatalf("whole it is %v at %v", size, home)
	}
	// Panning a picture that is whole in view moves nothing.
	pane.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(80, 40)})
	if at, _ := p.picture(); at != home {
		t.Errorf("a whole picture was moved to %v", at)
	}
	p.rune('+')
	_, larger := p.picture()
	if p.state() != "zoomed" || larger.Width != size.Width*zoomStep {
		t.Errorf("+ makes %v of %v", larger, size)
	}
	p.press("viewer.zoom_in")
	p.press("viewer.zoom_out")
	if _, same := p.picture(); same != larger {
		t.Errorf("in and out makes %v of %v", same, larger)
	}
	// The wheel keeps what is under the pointer where it is.
	at, before := p.picture()
	pointer := fyne.NewPos(500, 250)
	share := (pointer.X - at.X) / before.Width
	pane.Scrolled(&fyne.ScrollEvent{PointEvent: fyne.PointEvent{Position: pointer}, Scrolled: fyne.NewDelta(0, 10)})
	at, after := p.picture()
	if got := (pointer.X - at.X) / after.Width; got < share-0.01 || got > share+0.01 || after.Width <= before.Width {
		t.Errorf("under the pointer was %v of the picture, now %v", share, got)
	}
	// Dragging moves it, to its edge and not beyond.
	pane.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(30, 0)})
	if moved, _ := p.picture(); moved.X != at.X+30 {
		t.Errorf("dragged by 30 from %v to %v", at.X, moved.X)
	}
	pane.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(9000, 9000)})
	if edge, size := p.picture(); edge.X > 0.5 || edge.Y > max(0, (pane.Size().Height-size.Height)/2)+0.5 {
		t.Errorf("its edge came into view at %v", edge)
	}
	// The arrows pan while it is zoomed, and leaf when it is whole again.
	edge, _ := p.picture()
	p.key(fyne.KeyRight)
	if now, _ := p.picture(); now.X != edge.X-60 || !p.says("1 of 4") {
		t.Errorf("the arrow moved it from %v to %v", edge.X, now.X)
	}
	p.rune('0')
	if p.state() != "whole" {
		t.Error("0 does not show it whole")
	}
	pane.DoubleTapped(&fyne.PointEvent{Position: fyne.NewPos(450, 250)})
	if _, own := p.picture(); own.Width < 1999 || own.Width > 2001 {
		t.Errorf("a double press shows %v of 2000 pixels", own.Width)
	}
	for range 20 {
		p.rune('+')
	}
	if pane.Zoom() != 12 || pane.CanGrow() {
		t.Errorf("the zoom ends at %v", pane.Zoom())
	}
	// Another picture is whole at first.
	p.key(fyne.KeyPageDown)
	p.until("the next picture", func() bool { return p.says("boat.png") && p.state() == "whole" })
	if pane.Zoom() != 1 {
		t.Errorf("the next picture begins at %v", pane.Zoom())
	}
}

func TestSaveForwardReplyFromTheViewer(t *testing.T) {
	for _, c := range []struct {
		button, did string
		closes      bool
	}{{"viewer.save", "save boat.png", false}, {"viewer.forward", "forward boat.png", true}, {"viewer.reply", "reply boat.png", true}} {
		p := openAt(t, 0)
		p.key(fyne.KeyPageDown)
		p.until("the picture", func() bool { return p.says("boat.png") && p.state() == "whole" })
		p.press(c.button)
		if len(p.did) != 1 || p.did[0] != c.did {
			t.Errorf("%s did %v", c.button, p.did)
		}
		if closed := p.state() == "closed"; closed != c.closes {
			t.Errorf("%s: closed %v", c.button, closed)
		}
	}
}

func TestEscClosesAndGivesTheKeyboardBack(t *testing.T) {
	p := openAt(t, 1)
	p.until("the picture", func() bool { return p.state() == "whole" })
	p.key(fyne.KeyEscape)
	if p.state() != "closed" || p.canvas.Focused() != p.under {
		t.Errorf("%s, the keyboard is at %T", p.state(), p.canvas.Focused())
	}
	p.viewer.Dismiss() // once more does nothing
	p = openAt(t, 2)
	p.press("viewer.close") // before the picture has come
	p.until("idle", func() bool { return len(p.queue) == 0 })
	if p.state() != "closed" {
		t.Error("a late picture opened it again")
	}
}
