package chat

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"sotto/assets"
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

// opener is the app, with the system's programs in the test's hands.
type opener struct {
	fyne.App
	opened []*url.URL
	err    error
}

func (o *opener) OpenURL(u *url.URL) error {
	o.opened = append(o.opened, u)
	return o.err
}

// A film has a sign of its own and opens with the system's player: a whole copy
// that goes when Sotto ends. Without a player that is said.
func TestFilmsOpenInThePlayer(t *testing.T) {
	r := enter(t, []model.Message{says("show me", time.Hour)}, nil)
	r.share(t)
	system := &opener{App: fyne.CurrentApp()}
	fyne.SetCurrentApp(system)
	film := bytes.Repeat([]byte("frame "), 50_000)
	path := filepath.Join(t.TempDir(), "saturday.mp4")
	if err := os.WriteFile(path, film, 0o600); err != nil {
		t.Fatal(err)
	}
	r.view.Attach([]string{path})
	r.until("it can be sent", func() bool { return r.view.basket != nil && r.view.basket.basket.CanSend() })
	r.press("basket.send")
	last := func() *vm.ChatMessage { return r.view.vm.Items[len(r.view.vm.Items)-1].Message }
	r.until("the row", func() bool { return r.shows("file:saturday.mp4") && last().ID != 0 })
	if k := r.view.messages.carry(&r.view.vm.Items[len(r.view.vm.Items)-1], false); k.rowModel(0).Icon != assets.IconVideo {
		t.Errorf("a film has the sign %s", k.rowModel(0).Icon)
	}
	r.view.openFile(last(), 0)
	r.until("the player", func() bool { return len(system.opened) == 1 })
	u := system.opened[0]
	if got, err := os.ReadFile(u.Path); err != nil || u.Scheme != "file" || filepath.Base(u.Path) != "saturday.mp4" || !bytes.Equal(got, film) {
		t.Errorf("opened %v: %v", u, err)
	}
	r.view.actions.Media.Files.Close()
	if _, err := os.Stat(u.Path); err == nil {
		t.Error("the copy stays when Sotto ends")
	}
	system.err = errors.New("no player")
	r.view.openFile(last(), 0)
	r.until("a sentence", func() bool {
		return strings.Contains(fmt.Sprint(widget.Inspect(r.canvas)), "No program on this computer opens this file.")
	})
}

// What the sender of a link saw there stands over the text; pressing it asks
// before it goes there.
func TestLinkPreviewInTheBubble(t *testing.T) {
	const address = "https://lakehouse.example/two-nights"
	shown := says("Free from Friday: "+address, time.Hour)
	shown.Preview = &model.LinkPreview{URL: address, Title: "Two nights by the lake"}
	trick := says("see https://bank.example.evil.example/", time.Minute)
	trick.Preview = &model.LinkPreview{URL: "https://bank.example", Title: "Your bank"}
	r := enter(t, []model.Message{shown, trick}, nil)
	r.share(t)
	r.until("the preview", func() bool { return r.shows("link:lakehouse.example") })
	if r.says("link:lakehouse.example") != "Two nights by the lake" || r.shows("link:bank.example") {
		t.Errorf("on the screen: %v", r.names())
	}
	r.press("link:lakehouse.example")
	r.until("the question", func() bool { return r.shows("link.open") })
	if !strings.Contains(fmt.Sprint(widget.Inspect(r.canvas)), address) {
		t.Error("it does not say where it leads")
	}
}

// The preview that goes with a link stands over the text that is being written,
// under the message that it answers; the cross takes it away and leaves the link.
func TestLinkPreviewInTheComposer(t *testing.T) {
	r := enter(t, []model.Message{says("where to?", time.Hour)}, nil)
	r.share(t)
	r.view.Focus()
	r.typeText("https://lakehouse.example/two-nights")
	seen := func(words string) bool { return strings.Contains(fmt.Sprint(widget.Inspect(r.canvas)), words) }
	bare := r.view.bottom.composer.MinSize().Height
	r.view.vm.Link = &vm.ChatLink{Page: &model.PagePreview{URL: "https://lakehouse.example/two-nights", Title: "Two nights by the lake"}, Host: "lakehouse.example"}
	r.view.ComposerChanged(nil)
	one := r.view.bottom.composer.MinSize().Height
	if !seen("Two nights by the lake") || one < bare+48 {
		t.Errorf("the preview is not there: the composer is %v high, %v without", one, bare)
	}
	r.view.vm.ReplyTo(r.view.vm.Items[1].Message.ID)
	r.until("the reply", func() bool { return r.view.vm.Reply != nil })
	if two := r.view.bottom.composer.MinSize().Height; !seen("Two nights by the lake") || two < one+48 {
		t.Errorf("both: the composer is %v high, %v with one", two, one)
	}
	r.view.vm.CancelReply()
	r.view.vm.CancelLink()
	if now := r.view.bottom.composer.MinSize().Height; seen("Two nights by the lake") || now != bare || r.says("composer.text") != "https://lakehouse.example/two-nights" {
		t.Errorf("after the cross it is %v high and says %q", now, r.says("composer.text"))
	}
}

func TestRecordListenSend(t *testing.T) {
	r := enter(t, []model.Message{says("call me", time.Hour)}, nil)
	r.share(t)
	r.press("composer.mic")
	rec := r.view.actions.Media.Recorder
	r.until("something is recorded", func() bool { return rec.State == audio.Recording && rec.Duration > 400*time.Millisecond })
	if r.shows("recorder.play") {
		t.Error("one can listen while it records")
	}
	r.press("recorder.pause")
	r.until("the pause", func() bool { return r.shows("recorder.play") })
	r.press("recorder.play")
	r.until("one listens", func() bool { at, playing := rec.Where(); return playing && at > 0 })
	r.press("recorder.send")
	r.until("the message", func() bool { return r.shows("voice.play") && r.shows("composer.text") })
	m := r.engine.Page(withMaya, model.Anchor{End: true}, 0, 0).Messages[0]
	if len(m.Attachments) != 1 || !m.Attachments[0].Voice || m.Attachments[0].Sound.Duration < 400*time.Millisecond {
		t.Errorf("sent %+v", m)
	}
}
