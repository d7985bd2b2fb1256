package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"sotto/cmd/internal/stage"
)

// meadow is a picture that is like no other of the same size.
func meadow(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{uint8(x / 3), uint8(y / 2), uint8(w), 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// saved saves every file of somebody's newest message and returns what is in
// them, in their order, with their names.
func (p *play) saved(who *stage.Person, with string, files int) (data [][]byte, names []string) {
	p.Helper()
	list := p.messages(who, with)
	for i := range files {
		dir := p.TempDir()
		_, err := who.Ask(p.ctx, "download", map[string]any{
			"with": with, "timestamp": list[len(list)-1].Timestamp, "attachment": strconv.Itoa(i + 1), "to": dir,
		})
		p.must(err)
		found, err := filepath.Glob(filepath.Join(dir, "*"))
		p.must(err)
		if len(found) != 1 {
			p.Fatalf("saved %v", found)
		}
		b, err := os.ReadFile(found[0])
		p.must(err)
		data, names = append(data, b), append(names, filepath.Base(found[0]))
	}
	return data, names
}

// TestDropFiles drags four files from a file manager onto the conversation,
// takes one out, puts another first, writes a caption and sends: the other
// window gets the same bytes in the same order.
func TestDropFiles(t *testing.T) {
	p := open(t)
	robin, maya, robinID := p.friends()
	mayaID, err := maya.SessionID(p.ctx)
	p.must(err)
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		p.must(os.WriteFile(path, data, 0o600))
		return path
	}
	notes := bytes.Repeat([]byte("Tuesday, ten o'clock\n"), 4000)
	track := []byte("<gpx/>")
	p.must(robin.Drop(p.ctx, "chat.messages",
		write("hill top.png", meadow(t, 640, 420)), write("Notizen für Maja.txt", notes), write("wrong one.pdf", []byte("%PDF-1.4")), write("loop.gpx", track)))
	p.shows(robin, "thumb:loop.gpx", "6")
	p.must(robin.Click(p.ctx, "thumb.remove:wrong one.pdf"))
	p.must(robin.Gone(p.ctx, "thumb:wrong one.pdf"))
	p.picture("dropped")
	p.must(robin.Click(p.ctx, "thumb:loop.gpx"))
	p.must(robin.Key(p.ctx, "ctrl+Left", "ctrl+Left"))
	p.await("the new order", func() bool {
		var order []string
		things, err := robin.Things(p.ctx)
		p.must(err)
		for _, t := range things {
			if len(t.Name) > 6 && t.Name[:6] == "thumb:" {
				order = append(order, t.Name[6:])
			}
		}
		return slices.Equal(order, []string{"loop.gpx", "hill top.png", "Notizen für Maja.txt"})
	})
	p.must(robin.Click(p.ctx, "basket.caption"))
	p.must(robin.Type(p.ctx, "For Saturday"))
	p.picture("ordered")
	p.must(robin.Click(p.ctx, "basket.send"))
	p.must(maya.Hear(p.ctx, "For Saturday"))
	p.shows(maya, "picture:hill top.png", "shown")
	p.shows(maya, "file:loop.gpx", "here")
	p.picture("arrived")
	came, names := p.saved(maya, robinID, 3)
	if want := []string{"loop.gpx", "hill top.png", "Notizen für Maja.txt"}; !slices.Equal(names, want) {
		t.Errorf("came as %q, want %q", names, want)
	}
	sent, _ := p.saved(robin, mayaID, 3)
	for i := range came {
		if !bytes.Equal(came[i], sent[i]) {
			t.Errorf("%s has other bytes than on the other side", names[i])
		}
	}
	if !bytes.Equal(came[0], track) || !bytes.Equal(came[2], notes) {
		t.Error("a file came with other bytes than it was dropped with")
	}
	// A picture is made anew for sending: its pixels are the same.
	img, err := png.Decode(bytes.NewReader(came[1]))
	p.must(err)
	was, err := png.Decode(bytes.NewReader(meadow(t, 640, 420)))
	p.must(err)
	if img.Bounds() != was.Bounds() || img.At(300, 200) != was.At(300, 200) {
		t.Errorf("the picture came as %v with %v", img.Bounds(), img.At(300, 200))
	}
}

// TestPastePicture copies a picture somewhere else and presses Ctrl+V over the
// conversation.
func TestPastePicture(t *testing.T) {
	if _, err := exec.LookPath("xclip"); err != nil {
		t.Skip("xclip is not installed: packaging/setup.sh test installs it")
	}
	p := open(t)
	robin, maya, robinID := p.friends()
	path := filepath.Join(t.TempDir(), "copied.png")
	p.must(os.WriteFile(path, meadow(t, 300, 200), 0o600))
	// It stays behind to hand the picture out, so its outputs must not be waited for.
	p.must(p.Display.Command(p.ctx, "xclip", "-selection", "clipboard", "-t", "image/png", "-i", path).Run())
	p.must(robin.Click(p.ctx, "composer.text"))
	p.must(robin.Key(p.ctx, "ctrl+v"))
	_, err := robin.Find(p.ctx, "thumb:Picture.png")
	p.must(err)
	p.must(robin.Key(p.ctx, "Return"))
	p.shows(maya, "picture:Picture.png", "shown")
	came, names := p.saved(maya, robinID, 1)
	img, err := png.Decode(bytes.NewReader(came[0]))
	p.must(err)
	if names[0] != "Picture.png" || img.Bounds() != image.Rect(0, 0, 300, 200) {
		t.Errorf("came as %s, %v", names[0], img.Bounds())
	}
}
