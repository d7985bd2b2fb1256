package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"

	"sotto/engine/model"
	"sotto/media/picture"
	"sotto/media/voice"
	"sotto/store"
	"sotto/ui/widget"
)

// exchanged is a profile whose conversations are full of files.
func exchanged(s *store.Store, me model.ID) error {
	err := s.Update(func(tx *store.Tx) error { return filled(tx, me) })
	if err != nil {
		return err
	}
	p := &parcels{s: s}
	hannah := id("Hannah")
	photo := func(seed uint64, w, h int, name string) model.Attachment {
		return p.picture(landscape(seed, w, h), name)
	}
	heard, fresh, own := p.voice(38, 1), p.voice(42, 2), p.voice(23, 3)
	heard.Played, heard.Position = true, 14*time.Second
	moving, err := os.ReadFile(filepath.Join("media", "picture", "testdata", "moving.gif"))
	if err != nil {
		moving = nil // drawn outside of the source: without the animation
	}
	away := model.Attachment{URL: "http://files.example/file/7", Type: "image/jpeg", Name: "far.jpg", Size: 2_400_000, Width: 4000, Height: 3000}
	failed := model.Attachment{URL: "http://files.example/file/8", Type: "application/pdf", Name: "minutes.pdf", Size: 1_800_000, Failure: model.ReasonOffline, Wanted: true}
	gone := model.Attachment{URL: "http://files.example/file/9", Type: "image/jpeg", Name: "old.jpg", Size: 900_000, Width: 900, Height: 600, Failure: model.ReasonExpired}
	with := func(a ...model.Attachment) func(*model.Message) {
		return func(m *model.Message) { m.Attachments = a }
	}
	if p.err != nil {
		return p.err
	}
	linked := func(url, title string, image *model.Attachment) func(*model.Message) {
		return func(m *model.Message) { m.Preview = &model.LinkPreview{URL: url, Title: title, Image: image} }
	}
	lakehouse, farther := photo(16, 1200, 630, ""), away
	film := p.file("saturday.mp4", "video/mp4", 9_400_000)
	lines := []line{
		{ago: 30 * time.Hour, text: "The old one, do you still have it?", how: with(gone)},
		{ago: 29 * time.Hour, text: "Track and notes https://lakehouse.example/two-nights", how: with(
			p.file("north-gate-loop.gpx", "application/gpx+xml", 48_000), p.file("Setup-of-the-weather-station.exe", "application/octet-stream", 640_000), failed)},
		{ago: 5 * time.Hour, how: with(photo(1, 1200, 900, "lake-morning.jpg"))},
		{ago: 290 * time.Minute, me: true, text: "That light! Please send me the full size.", state: model.StateRead},
		{ago: 4 * time.Hour, text: "Three from Saturday. The first one is going on my wall.", how: with(
			photo(2, 1200, 900, "saturday-1.jpg"), photo(3, 900, 1200, "saturday-2.jpg"), photo(4, 1200, 900, "saturday-3.jpg"))},
		{ago: 200 * time.Minute, me: true, state: model.StateRead, how: with(photo(5, 700, 1100, "boat.jpg"))},
		{ago: 190 * time.Minute, me: true, state: model.StateRead, how: with(
			photo(6, 900, 700, "a.jpg"), photo(7, 900, 700, "b.jpg"), photo(8, 900, 700, "c.jpg"), photo(9, 900, 700, "d.jpg"), photo(10, 900, 700, "e.jpg"),
			photo(11, 900, 700, "f.jpg"), photo(12, 900, 700, "g.jpg"), photo(13, 900, 700, "h.jpg"), photo(14, 900, 700, "i.jpg"), photo(15, 900, 700, "j.jpg"))},
	}
	if moving != nil {
		lines = append(lines, line{ago: 180 * time.Minute, how: with(p.picture(moving, "moving.gif"))})
	}
	lines = append(lines, []line{
		{ago: 100 * time.Minute, how: with(away)},
		{ago: 50 * time.Minute, how: with(heard)},
		{ago: 40 * time.Minute, how: with(fresh)},
		{ago: 30 * time.Minute, me: true, state: model.StateRead, how: with(own)},
		{ago: 26 * time.Minute, text: "Found it again, free from Friday: https://lakehouse.example/two-nights", how: linked(
			"https://lakehouse.example/two-nights", "Two nights at the lake: sauna, boat, and nobody else within three kilometres", &lakehouse)},
		{ago: 25 * time.Minute, text: "And the ferry https://ferry.example/timetable", how: linked("https://ferry.example/timetable", "Timetable", nil)},
		{ago: 24 * time.Minute, me: true, state: model.StateRead, text: "https://weather.example/lake says rain from noon on Saturday, so let us go on Friday evening", how: linked(
			"https://weather.example/lake", "Weather at the lake", &farther)},
		{ago: 22 * time.Minute, me: true, state: model.StateFailed, text: "The film of Saturday", how: func(m *model.Message) {
			m.Attachments, m.Failure = []model.Attachment{film}, model.ReasonTooLarge
		}},
		{ago: 20 * time.Minute, me: true, state: model.StateSent, text: "The list", how: with(p.file("packing list.pdf", "application/pdf", 1_800_000))},
	}...)
	if p.err != nil {
		return p.err
	}
	return s.Update(func(tx *store.Tx) error {
		for _, f := range p.files {
			if err := tx.AdoptFile(f); err != nil {
				return err
			}
		}
		c := &cast{tx: tx, me: me, now: time.Now()}
		c.add(talk{named("Hannah", func(v *model.Conversation) { v.Pinned = 3 }), hannah, lines})
		return c.err
	})
}

// parcels puts files into a profile.
type parcels struct {
	s     *store.Store
	files []*store.NewFile
	err   error
}

func (p *parcels) put(data []byte) string {
	if p.err != nil {
		return ""
	}
	f, err := p.s.NewFile()
	if err == nil {
		if _, err = f.Write(data); err == nil {
			err = f.Finish()
		}
	}
	if err != nil {
		p.err = err
		return ""
	}
	p.files = append(p.files, f)
	return f.Name()
}

func (p *parcels) picture(data []byte, name string) model.Attachment {
	out, err := picture.Prepare(data, picture.Options{})
	if err != nil {
		p.err = err
		return model.Attachment{}
	}
	return model.Attachment{
		LocalID: p.put(out.Data), Type: out.Kind.ContentType(), Name: name, Size: uint32(len(out.Data)),
		Width: uint32(out.Width), Height: uint32(out.Height), Preview: out.Preview,
	}
}

func (p *parcels) voice(seconds float64, seed uint64) model.Attachment {
	rec := murmur(seconds, seed)
	mp3, err := rec.MP3(context.Background())
	if err != nil {
		p.err = err
	}
	return model.Attachment{
		LocalID: p.put(mp3), Type: voice.ContentType, Size: uint32(len(mp3)), Voice: true,
		Sound: model.Sound{Waveform: rec.Waveform(88), Duration: rec.Duration()},
	}
}

func (p *parcels) file(name, kind string, size int) model.Attachment {
	data := bytes.Repeat([]byte(name+"\n"), size/(len(name)+1))
	return model.Attachment{LocalID: p.put(data), Type: kind, Name: name, Size: uint32(len(data))}
}

// sendable writes files that can be chosen and returns their paths.
func (d *hand) sendable() []string {
	dir := filepath.Join(d.host.dir, "chosen")
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			d.failed(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			d.failed(err)
		}
		return path
	}
	return []string{
		write("meadow.jpg", landscape(21, 4200, 3100)), write("harbour at night.jpg", landscape(22, 900, 1300)),
		write("north-gate-loop.gpx", []byte("<gpx/>")), write("holiday film.mp4", make([]byte, 12_000_000)),
	}
}

// scroll turns the wheel over the messages.
func (d *hand) scroll(dy float32) {
	d.on(func() {
		if l, ok := widget.Find(d.window.Canvas(), "chat.messages").(fyne.Scrollable); ok {
			l.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, dy)})
		}
	})
	d.settle()
}

// scrollTo turns the wheel back until so much of a part of a row is in view.
func (d *hand) scrollTo(part string, tall float32) {
	for range 60 {
		there := false
		d.on(func() {
			scale := d.window.Canvas().Scale()
			for _, s := range d.window.Inspect() {
				there = there || s.Name == part && s.H > tall*scale
			}
		})
		if there {
			break
		}
		d.scroll(120)
	}
	time.Sleep(time.Second) // pictures are decoded
}

// tap presses a part of a row: a picture, a button of a voice message.
func (d *hand) tap(part string) {
	d.await(part)
	d.on(func() {
		scale := d.window.Canvas().Scale()
		for _, s := range d.window.Inspect() {
			if s.Name == part {
				d.window.TapAt(fyne.NewPos((s.X+s.W/2)/scale, (s.Y+s.H/2)/scale))
				return
			}
		}
	})
	d.settle()
}

// files is what people send each other besides words.
func (d *hand) files(look string) {
	d.look(look)
	d.size(wide, high)
	d.press("chats.row:Hannah")
	time.Sleep(time.Second) // pictures are decoded
	d.shot("files-1-end")
	d.scroll(560)
	time.Sleep(time.Second)
	d.shot("files-2-albums")
	d.scroll(700)
	time.Sleep(time.Second)
	d.shot("files-3-earlier")
	d.scroll(3000)
	time.Sleep(time.Second)
	d.shot("files-4-rows")
	d.tap("file:Setup-of-the-weather-station.exe")
	d.shot("files-5-program")
	d.key(fyne.KeyEscape)
	d.tap("picture:lake-morning.jpg")
	time.Sleep(time.Second)
	d.shot("files-6-viewer")
	d.key(fyne.KeyRight)
	time.Sleep(time.Second)
	d.shot("files-6-viewer-next")
	d.press("viewer.zoom_in")
	d.shot("files-6-viewer-zoomed")
	d.press("viewer.close")
	paths := d.sendable()
	d.on(func() { d.window.Drop(paths) })
	d.await("basket.send")
	time.Sleep(4 * time.Second)
	d.shot("files-7-basket")
	d.tap("thumb.remove:holiday film.mp4")
	d.typed("Two more")
	time.Sleep(time.Second)
	d.shot("files-7-basket-ready")
	d.press("basket.send")
	time.Sleep(time.Second)
	d.shot("files-8-sending")
	d.press("composer.attach")
	d.shot("files-9-picker")
	d.key(fyne.KeyEscape)
	d.size(wide, tall)
	d.control(fyne.KeyPeriod)
	d.shot("files-10-details")
	d.press("contact.shared")
	time.Sleep(time.Second)
	d.shot("files-11-shared-media")
	d.tabs(1)
	d.shot("files-11-shared-files")
	d.tabs(2)
	d.shot("files-11-shared-links")
	d.tabs(3)
	d.shot("files-11-shared-voice")
	d.size(narrow, high)
	d.press("shared.back")
	d.press("contact.close")
	d.shot("files-12-narrow")
}

// filesCompact is the layout without bubbles.
func (d *hand) filesCompact() {
	for _, look := range []string{"light", "dark"} {
		d.suffix = "-" + look
		d.look(look)
		d.compact()
		d.press("chats.row:Hannah")
		time.Sleep(time.Second)
		d.shot("files-compact-1-end")
		d.scroll(560)
		time.Sleep(time.Second)
		d.shot("files-compact-2-albums")
		d.scroll(5000)
		time.Sleep(time.Second)
		d.shot("files-compact-3-rows")
		d.press("chats.row:Maya")
	}
}

// filesZoom is the smallest and the largest zoom.
func (d *hand) filesZoom() {
	d.look("light")
	at := func(suffix string, width, height float32) {
		d.suffix = suffix
		d.size(width, height)
		d.press("chats.row:Hannah")
		d.scroll(-30000)
		time.Sleep(time.Second)
		d.shot("files-zoom-1-end")
		d.scroll(320)
		time.Sleep(time.Second)
		d.shot("files-zoom-2-links")
		d.scrollTo("picture:boat.jpg", 100)
		d.shot("files-zoom-2-albums")
		d.tap("picture:boat.jpg")
		time.Sleep(time.Second)
		d.shot("files-zoom-3-viewer")
		d.press("viewer.close")
		paths := d.sendable()
		d.on(func() { d.window.Drop(paths) })
		d.await("basket.send")
		time.Sleep(4 * time.Second)
		d.shot("files-zoom-4-basket")
		d.key(fyne.KeyEscape)
		d.press("chats.row:Maya")
	}
	for range 3 {
		d.control(fyne.KeyMinus)
	}
	at("-75", wide/0.8, high/0.8)
	d.control(fyne.Key0)
	for range 8 {
		d.control(fyne.KeyPlus)
	}
	at("-200", wide/2+40, high/2)
}

func (d *hand) tabs(i int) {
	d.on(func() {
		if t, ok := widget.Find(d.window.Canvas(), "shared.tabs").(*widget.Segmented); ok {
			t.Tapped(&fyne.PointEvent{Position: fyne.NewPos(t.Size().Width*(float32(i)+0.5)/4, 10)})
		}
	})
	d.settle()
}

// voice is the player and the recorder; they run on a sound system without
// hardware.
func (d *hand) voice(look string) {
	d.look(look)
	d.press("chats.row:Hannah")
	time.Sleep(time.Second)
	d.tap("voice.play")
	time.Sleep(2 * time.Second)
	d.shot("voice-1-playing")
	d.press("chats.row:Maya")
	d.shot("voice-2-elsewhere")
	d.press("player.close")
	d.press("composer.mic")
	time.Sleep(2 * time.Second)
	d.shot("voice-3-recording")
	d.press("chats.row:Hannah")
	d.shot("voice-4-elsewhere")
	d.press("recording.back")
	d.press("recorder.pause")
	d.press("recorder.play")
	time.Sleep(time.Second)
	d.shot("voice-5-listening")
	d.press("recorder.cancel")
	d.control(fyne.KeyComma)
	d.press("settings.sound")
	d.shot("voice-6-settings")
}
