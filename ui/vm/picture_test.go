package vm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net"
	"path/filepath"
	"testing"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/engine/transport"
	"sotto/ui/text"
)

// halves is a picture with a red left and a blue right half.
func halves(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{200, 0, 0, 255}
			if x >= w/2 {
				c = color.RGBA{0, 0, 200, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func alone(t *testing.T) *engine.Engine {
	t.Helper()
	o := engine.Options{Dir: filepath.Join(t.TempDir(), "profile"), Network: transport.Testnet(), Configure: func(c *transport.Config) {
		c.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no network here") }
	}}
	e, err := engine.Create(o, engine.Protection{None: true}, engine.Origin{}, "Robin")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-done, e.Close()); err != nil {
			t.Error(err)
		}
	})
	return e
}

// A picture is chosen, cut, shown at once though there is no network, and taken
// away again.
func TestOwnPicture(t *testing.T) {
	d, e := newDesktop(t), alone(t)
	me := e.Me().ID.String()
	m, faces := NewMyPicture(d.Desk, e), NewFaces(d.Desk, e)
	problem := ""
	m.Failed = func(s string) { problem = s }
	if faces.Picture(me, false) != nil {
		t.Fatal("a picture before there is one")
	}

	m.Open([]byte("<svg/>"), func(*Crop) { t.Error("opened a text") })
	d.until("refused", func() bool { return problem == text.T("picture.no_picture") && !m.Busy })

	var crop *Crop
	m.Open(halves(t, 1600, 800), func(c *Crop) { crop = c })
	d.until("opened", func() bool { return crop != nil })
	crop.Move(1, 0) // as far to the left as it goes
	m.Use(crop)
	d.until("shown", func() bool { return m.Has && faces.Picture(me, false) != nil })
	small := faces.Picture(me, false)
	if b := small.Bounds(); b.Dx() != faceSide || b.Dy() != faceSide {
		t.Errorf("in lists it has %v", b)
	}
	d.until("large", func() bool { img := faces.Picture(me, true); return img != nil && img.Bounds().Dx() == 320 })
	large := faces.Picture(me, true)
	if r, _, b, _ := large.At(300, 160).RGBA(); r>>8 < 150 || b>>8 > 60 {
		t.Errorf("not the left half: red %d, blue %d", r>>8, b>>8)
	}
	if line, _ := m.Line(); line == "" {
		t.Error("nothing is said of a picture that nobody else has")
	}

	m.Remove()
	d.until("removed, and nothing is said of it any more", func() bool {
		line, retry := m.Line()
		return !m.Has && faces.Picture(me, false) == nil && line == "" && !retry
	})
}

// crowd has a picture for everybody, the same for those of one colour.
type crowd struct {
	*engine.Engine
	files map[model.ConversationID][]byte
}

func (c crowd) Avatar(conv model.ConversationID) ([]byte, bool) {
	f, ok := c.files[conv]
	return f, ok
}

// However many people are looked at, the memory for their pictures has an end,
// and equal files are decoded once.
func TestFacesForget(t *testing.T) {
	e, err := quiet()
	if err != nil {
		t.Fatal(err)
	}
	d := newDesktop(t)
	people := crowd{e, map[model.ConversationID][]byte{}}
	const many = 60
	for i := range many {
		people.files[model.ConversationID(fmt.Sprint(i))] = halves(t, 320, 320+i%2)
	}
	faces := NewFaces(d.Desk, people)
	got := func(i int) image.Image { return faces.Picture(fmt.Sprint(i), false) }
	for i := range many {
		d.until("the picture", func() bool { return got(i) != nil })
	}
	if n := faces.recent.Len(); n != 2 {
		t.Errorf("%d pictures for two files", n)
	}
	for i := range many {
		people.files[model.ConversationID("big"+fmt.Sprint(i))] = halves(t, 320, 330+i)
	}
	for i := range many {
		id := "big" + fmt.Sprint(i)
		d.until("the picture", func() bool { return faces.Picture(id, true) != nil })
		if faces.memory > faceMemory {
			t.Fatalf("%d bytes of pictures", faces.memory)
		}
	}
	if faces.recent.Len() >= many+2 {
		t.Error("nothing was forgotten")
	}
	d.until("one that was forgotten", func() bool { return got(0) != nil })
}

func TestCrop(t *testing.T) {
	wide := func() *Crop { return NewCrop(nil, image.NewRGBA(image.Rect(0, 0, 640, 320)), 1280, 640) }
	for _, c := range []struct {
		what string
		do   func(*Crop)
		rect image.Rectangle
	}{
		{"nothing: the middle", func(*Crop) {}, image.Rect(320, 0, 960, 640)},
		{"to the right", func(c *Crop) { c.Move(0.25, 0) }, image.Rect(160, 0, 800, 640)},
		{"beyond the left edge", func(c *Crop) { c.Move(9, 3) }, image.Rect(0, 0, 640, 640)},
		{"beyond the right edge", func(c *Crop) { c.Move(-9, -3) }, image.Rect(640, 0, 1280, 640)},
		{"all near", func(c *Crop) { c.SetZoom(1) }, image.Rect(600, 280, 680, 360)},
		{"nearer than all", func(c *Crop) { c.SetZoom(7) }, image.Rect(600, 280, 680, 360)},
		{"near and up", func(c *Crop) { c.SetZoom(1); c.Move(0, 100) }, image.Rect(600, 0, 680, 80)},
		{"near, up, far", func(c *Crop) { c.SetZoom(1); c.Move(0, 100); c.SetZoom(0) }, image.Rect(320, 0, 960, 640)},
	} {
		crop := wide()
		c.do(crop)
		if got := crop.Rect(); got != c.rect {
			t.Errorf("%s: %v, want %v", c.what, got, c.rect)
		}
		half := image.Rectangle{c.rect.Min.Div(2), c.rect.Max.Div(2)}
		if got := crop.Shown(); got != half {
			t.Errorf("%s: shows %v, want %v", c.what, got, half)
		}
	}
	tiny := NewCrop(nil, image.NewRGBA(image.Rect(0, 0, 3, 2)), 3, 2)
	if tiny.CanZoom() {
		t.Error("three pixels can be zoomed")
	}
	tiny.SetZoom(1)
	if got := tiny.Rect(); got.Dx() != 2 || got.Dy() != 2 || !got.In(image.Rect(0, 0, 3, 2)) {
		t.Errorf("of three pixels %v", got)
	}
}
