package chat

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/media/audio"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// share gives the room what conversations share, on a sound system without
// hardware, and opens the conversation anew.
func (r *room) share(t *testing.T) {
	t.Helper()
	v := r.view
	system := vm.NewSoundSystem(audio.BackendNull)
	told := func(string) {}
	player := vm.NewPlayer(v.desk, r.engine, clock.System, system, told)
	media := &Media{
		Player: player, Recorder: vm.NewRecorder(v.desk, r.engine, clock.System, system, player, told),
		Pictures: vm.NewPictures(v.desk, r.engine), Files: vm.NewFiles(v.desk, r.engine, t.TempDir),
	}
	actions := v.actions
	actions.Media = media
	actions.View = func(_ *vm.Chat, list []vm.ViewerPicture, at int) { r.viewed = append(r.viewed, list[at].File.Name) }
	v.Leave()
	r.view = New(v.desk, r.engine, withMaya, 0, actions)
	r.canvas.Content().(*widget.Stage).SetContent(r.view.Object())
	t.Cleanup(func() {
		media.Recorder.Cancel()
		player.Close()
		media.Files.Close()
		system.Close()
	})
	r.until("the conversation is open", func() bool { return r.view.vm.Loaded() })
}

func drawing(t *testing.T, name string, w, h int) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{uint8(x), uint8(y), 90, 255})
		}
	}
	path := filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		t.Fatal(err)
	}
	return path
}

func (r *room) says(name string) string {
	s, _ := r.seen(name)
	return s.Text
}

func TestChooseOrderCaptionSend(t *testing.T) {
	r := enter(t, []model.Message{says("show me", time.Hour)}, nil)
	r.share(t)
	r.view.Focus()
	r.typeText("From the hill")
	r.view.Attach([]string{drawing(t, "one.png", 200, 150), drawing(t, "two.png", 150, 200)})
	r.view.Attach([]string{drawing(t, "three.png", 90, 90)}) // into the same sheet
	r.until("three are looked at", func() bool {
		_, ok := r.seen("thumb:three.png")
		return ok && r.says("thumb:three.png") != "" && r.view.basket.basket.CanSend()
	})
	if got := r.says("basket.caption"); got != "From the hill" {
		t.Errorf("the caption begins as %q", got)
	}
	r.press("thumb.remove:two.png")
	if r.shows("thumb:two.png") {
		t.Error("it is still there")
	}
	grid := widget.Find(r.canvas, "basket.grid").(*widget.ThumbGrid)
	r.canvas.Focus(grid)
	r.key(fyne.KeyEnd)
	r.view.basket.basket.Move(1, 0)
	r.press("basket.send")
	r.until("the album", func() bool { return r.shows("picture:three.png") && r.says("picture:one.png") == "shown" })
	if !r.shows("message:From the hill") || r.says("composer.text") != "" {
		t.Errorf("on the screen: %v", r.names())
	}
	page := r.engine.Page(withMaya, model.Anchor{End: true}, 0, 0)
	m := page.Messages[0]
	if len(m.Attachments) != 2 || m.Attachments[0].Name != "three.png" || m.Text != "From the hill" {
		t.Errorf("sent %+v", m)
	}
	r.press("picture:one.png")
	r.until("the viewer", func() bool { return len(r.viewed) == 1 })
	if r.viewed[0] != "one.png" {
		t.Errorf("the viewer shows %v", r.viewed)
	}
}

func TestRecordCancelByEsc(t *testing.T) {
	r := enter(t, []model.Message{says("call me", time.Hour)}, nil)
	r.share(t)
	r.press("composer.mic")
	r.until("the recorder", func() bool { return r.shows("recorder.cancel") && !r.shows("composer.text") })
	if !r.view.Escape() || r.shows("recorder.cancel") || !r.shows("composer.text") {
		t.Errorf("on the screen: %v", r.names())
	}
}

func TestProgramsWarn(t *testing.T) {
	r := enter(t, []model.Message{says("here", time.Hour)}, nil)
	r.share(t)
	path := filepath.Join(t.TempDir(), "tool.sh")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r.view.Attach([]string{path})
	r.until("it can be sent", func() bool { return r.view.basket != nil && r.view.basket.basket.CanSend() })
	r.press("basket.send")
	r.until("the row", func() bool { return r.shows("file:tool.sh") && r.view.vm.Items[len(r.view.vm.Items)-1].Message.ID != 0 })
	r.view.openFile(r.view.vm.Items[len(r.view.vm.Items)-1].Message, 0)
	if !r.shows("program.save") {
		t.Errorf("no warning: %v", r.names())
	}
}
