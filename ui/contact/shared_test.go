package contact

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// sharing is the panel of shared things in the window of a room.
type sharing struct {
	*room
	panel  *Shared
	did    []string
	viewed []string
	folder string
}

func dot(t *testing.T, n int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	img.SetRGBA(n, n, color.RGBA{255, uint8(n), 0, 255})
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// share fills the conversation with so many pictures, and with some of
// everything else, and opens the panel.
func share(t *testing.T, pictures int) *sharing {
	t.Helper()
	r := enter(t)
	ctx := context.Background()
	send := func(f engine.File) {
		t.Helper()
		_, err := r.engine.SendFiles(ctx, r.conv, model.Draft{}, []engine.File{f})
		r.must(err)
	}
	for i := range pictures {
		send(engine.File{Name: fmt.Sprintf("p%02d.png", i), Data: bytes.NewReader(dot(t, i))})
	}
	for i := range 3 {
		send(engine.File{Name: fmt.Sprintf("notes %d.pdf", i), Data: strings.NewReader(fmt.Sprint("notes ", i))})
	}
	send(engine.File{Data: strings.NewReader("a voice"), Voice: true})
	for i := range 35 {
		_, err := r.engine.SendText(ctx, r.conv, model.Draft{Text: fmt.Sprintf("see https://lake.example/%d", i)})
		r.must(err)
	}
	s := &sharing{room: r, folder: t.TempDir()}
	life, leave := context.WithCancel(ctx)
	t.Cleanup(leave)
	desk := vm.NewDesk(life, func(f func()) { r.queue <- f })
	files := vm.NewFiles(desk, r.engine, func() string { return s.folder })
	note := func(format string, args ...any) { s.did = append(s.did, fmt.Sprintf(format, args...)) }
	s.panel = NewShared(desk, r.engine, r.conv, SharedActions{
		Back: func() { note("back") },
		View: func(list []vm.ViewerPicture, at int) {
			note("view %s", list[at].File.Name)
			s.viewed = nil
			for _, p := range list {
				s.viewed = append(s.viewed, p.File.Name)
			}
		},
		Open:     func(_ *vm.ChatMessage, f vm.ChatFile) { note("open %s", f.Name) },
		Save:     func(list []vm.FileRef) { files.Save(list, func(said string) { note("%s", said) }) },
		GoTo:     func(*vm.ChatMessage) { note("go to") },
		Link:     func(address string) { note("link %s", address) },
		Play:     func(_ *vm.ChatMessage, index int) { note("play %d", index) },
		Toast:    func(said string) { note("%s", said) },
		Pictures: vm.NewPictures(desk, r.engine),
	})
	r.canvas.Content().(*widget.Stage).SetContent(s.panel.Object())
	t.Cleanup(s.panel.Leave)
	s.until("the first page", func() bool { return s.panel.model.Loaded && len(s.panel.model.Items) > 0 })
	return s
}

func (s *sharing) tab(i int) {
	s.t.Helper()
	t := widget.Find(s.canvas, "shared.tabs").(*widget.Segmented)
	t.Tapped(&fyne.PointEvent{Position: fyne.NewPos(t.Size().Width*(float32(i)+0.5)/4, 10)})
	kind := sharedKinds[i]
	s.until("the list", func() bool { return s.panel.model.Kind == kind && s.panel.model.Loaded })
}

// tap presses what is on the screen under a name.
func (s *sharing) tap(name string) {
	s.t.Helper()
	for _, seen := range widget.Inspect(s.canvas) {
		if seen.Name == name {
			test.TapCanvas(s.canvas, fyne.NewPos(seen.X+seen.W/2, seen.Y+seen.H/2))
			return
		}
	}
	s.t.Fatalf("%q is not on the screen", name)
}

func (s *sharing) more() bool { return widget.Find(s.canvas, "shared.more") != nil }

func (s *sharing) last() string {
	if len(s.did) == 0 {
		return ""
	}
	return s.did[len(s.did)-1]
}

// The lists come page by page, newest first, and what is pressed in them does
// what it does in the conversation.
func TestSharedListsPage(t *testing.T) {
	s := share(t, 34)
	m := s.panel.model
	if len(m.Items) != 30 || !m.More || m.Items[0].File.Name != "p33.png" {
		t.Fatalf("the first page has %d, more: %v", len(m.Items), m.More)
	}
	s.tap("tile:p33.png")
	if s.last() != "view p33.png" || len(s.viewed) != 30 || s.viewed[0] != "p04.png" {
		t.Errorf("%s, and leafs through %v", s.last(), s.viewed)
	}
	m.ReadMore()
	s.until("the second page", func() bool { return len(m.Items) == 34 })
	if m.More || m.Items[33].File.Name != "p00.png" {
		t.Errorf("more: %v, the oldest is %s", m.More, m.Items[33].File.Name)
	}
	m.ReadMore() // there is nothing
	s.until("idle", func() bool { return len(s.queue) == 0 })
	if len(m.Items) != 34 {
		t.Errorf("%d pictures", len(m.Items))
	}
	s.tap("tile:p32.png")
	if s.last() != "view p32.png" || len(s.viewed) != 34 {
		t.Errorf("%s, of %d", s.last(), len(s.viewed))
	}

	s.tab(1)
	if len(m.Items) != 3 || s.more() {
		t.Errorf("%d files, more: %v", len(m.Items), s.more())
	}
	s.press("shared.row:notes 1.pdf")
	if s.last() != "open notes 1.pdf" {
		t.Errorf("a file: %q", s.last())
	}

	s.tab(2)
	if len(m.Items) != 30 || m.Items[0].URL != "https://lake.example/34" {
		t.Errorf("%d links, the newest is %s", len(m.Items), m.Items[0].URL)
	}
	s.press("shared.row:https://lake.example/34")
	if s.last() != "link https://lake.example/34" {
		t.Errorf("a link: %q", s.last())
	}
	m.ReadMore()
	s.until("all links", func() bool { return len(m.Items) == 35 && !m.More })

	s.tab(3)
	if len(m.Items) != 1 || s.more() {
		t.Errorf("%d voice messages", len(m.Items))
	}
	s.press("shared.row:" + m.Items[0].File.Name)
	if s.last() != "play 0" {
		t.Errorf("a voice message: %q", s.last())
	}
	s.press("shared.back")
	if s.last() != "back" {
		t.Errorf("back: %q", s.last())
	}
}

// Save all writes every file of the list that is here, whole and once.
func TestSaveAllOfAList(t *testing.T) {
	s := share(t, 5)
	s.press("shared.save_all")
	s.until("a sentence", func() bool { return len(s.did) > 0 })
	if want := "5 files saved in " + s.folder; s.last() != want {
		t.Errorf("%q, want %q", s.last(), want)
	}
	var names []string
	list, err := os.ReadDir(s.folder)
	s.must(err)
	for _, e := range list {
		names = append(names, e.Name())
		f, err := os.Open(filepath.Join(s.folder, e.Name()))
		s.must(err)
		if img, err := png.Decode(f); err != nil || img.Bounds().Dx() != 64 {
			t.Errorf("%s: %v", e.Name(), err)
		}
		s.must(f.Close())
	}
	if !slices.Equal(names, []string{"p00.png", "p01.png", "p02.png", "p03.png", "p04.png"}) {
		t.Errorf("saved %v", names)
	}
	// Saving again writes over nothing.
	s.press("shared.save_all")
	s.until("a sentence", func() bool { return len(s.did) > 1 })
	if list, err := os.ReadDir(s.folder); err != nil || len(list) != 10 {
		t.Errorf("%d files (%v)", len(list), err)
	}
	// An empty list has nothing to save.
	s.must(s.engine.ClearMessages(context.Background(), s.conv))
	s.until("an empty list", func() bool { return len(s.panel.model.Items) == 0 })
	if b, ok := widget.Find(s.canvas, "shared.save_all").(*widget.IconButton); !ok || !b.Disabled() || !s.says("Nothing here yet.") {
		t.Error("there is something to save in an empty list")
	}
}
