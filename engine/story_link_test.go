package engine

import (
	"bytes"
	"testing"

	"sotto/engine/model"
	"sotto/engine/transport"
)

const lakehouse = "https://lakehouse.example/two-nights"

// surf puts a page with a picture on the web of the world.
func (w *world) surf(t *testing.T) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages = map[string]transport.Web{
		lakehouse:                              {Type: "text/html; charset=utf-8", Body: []byte(`<head><title>Two nights by the lake</title><meta property="og:image" content="/lake.png"></head>`)},
		"https://lakehouse.example/lake.png":   {Type: "image/png", Body: encoded(t, "png")},
		"https://lakehouse.example/report.pdf": {Type: "application/pdf", Body: []byte("%PDF")},
		"https://lakehouse.example/mute":       {Type: "text/html", Body: []byte("<html><body>nothing")},
		"https://lakehouse.example/large":      {Type: "text/html", Body: []byte(`<title>Large</title><meta property="og:image" content="/large.png">`)},
		"https://lakehouse.example/large.png":  {Type: "image/png", Body: append(encoded(t, "png"), make([]byte, 2<<20)...)},
		"https://lakehouse.example/lies":       {Type: "text/html", Body: []byte(`<title>Lies</title><meta property="og:image" content="/two-nights">`)},
	}
}

// Nobody is asked unless the user has said so.
func TestLinksAreLookedUpOnWishOnly(t *testing.T) {
	alice, _ := twoPeople(t)
	alice.world.surf(t)
	if _, err := alice.LookUpLink(alice.ctx(), lakehouse); model.ReasonOf(err) != model.ReasonNotAllowed || alice.world.lookedUp() != 0 {
		t.Fatalf("asked %d times (%v)", alice.world.lookedUp(), err)
	}
	alice.must(alice.UpdateSettings(alice.ctx(), func(s *model.Settings) { s.LinkPreviews = true }))
	p, err := alice.LookUpLink(alice.ctx(), lakehouse)
	alice.must(err)
	if p.URL != lakehouse || p.Title != "Two nights by the lake" || !bytes.Equal(p.Image, encoded(t, "png")) {
		t.Errorf("looked up as %q, %q, %d bytes", p.URL, p.Title, len(p.Image))
	}
	for _, address := range []string{"large", "lies"} {
		if p, err := alice.LookUpLink(alice.ctx(), "https://lakehouse.example/"+address); err != nil || p.Title == "" || p.Image != nil {
			t.Errorf("%s: %+v, %v", address, p, err)
		}
	}
	for address, want := range map[string]model.Reason{
		"https://lakehouse.example/report.pdf": model.ReasonInvalid, "https://lakehouse.example/mute": model.ReasonNotFound,
		"https://elsewhere.example/": model.ReasonRejected,
	} {
		if _, err := alice.LookUpLink(alice.ctx(), address); model.ReasonOf(err) != want {
			t.Errorf("%s: %v, want %v", address, err, want)
		}
	}
}

// A preview goes with its link: to the other side and to the own devices, its
// picture by way of the file server, unpadded. Who receives it asks nobody.
func TestLinkPreviewsAreSent(t *testing.T) {
	alice, bob := twoPeople(t)
	tablet := newDevice(t, alice.world, alice.account, "Alice")
	befriend(t, alice, bob)
	w := alice.world
	w.surf(t)
	alice.must(alice.UpdateSettings(alice.ctx(), func(s *model.Settings) { s.LinkPreviews = true }))
	p, err := alice.LookUpLink(alice.ctx(), lakehouse)
	alice.must(err)
	looks := w.lookedUp()
	id, err := alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: "Free from Friday: " + lakehouse, Preview: p})
	alice.must(err)
	alice.until("sent", func() bool { return alice.message(id).State == model.StateSent })
	alice.sync() // her own copy
	own := alice.message(id)
	if own.Preview == nil || own.Preview.Image == nil || own.Preview.Image.State() != model.FileHere || len(own.Attachments) != 0 {
		t.Fatalf("kept as %+v", own.Preview)
	}
	if len(w.uploaded()) != 1 {
		t.Fatalf("%d files on the server", len(w.uploaded()))
	}
	for _, blob := range w.uploaded() {
		if want := 16 + (int(own.Preview.Image.Size)/16+1)*16 + 32; len(blob) != want {
			t.Errorf("the picture is a blob of %d bytes, want %d: unpadded", len(blob), want)
		}
	}
	for _, d := range []struct{ who, with *person }{{bob, alice}, {tablet, bob}} {
		d.who.sync()
		var m model.Message
		d.who.until("the picture", func() bool {
			list := d.who.all(d.with)
			m = list[len(list)-1]
			return m.Preview != nil && m.Preview.Image != nil && m.Preview.Image.State() == model.FileHere
		})
		if m.Preview.URL != lakehouse || m.Preview.Title != p.Title || m.Text != own.Text || m.Preview.Image.Kind() != model.FilePicture {
			t.Errorf("came as %+v", m.Preview)
		}
		if !bytes.Equal(d.who.read(m.ID, model.PreviewImage), alice.read(id, model.PreviewImage)) {
			t.Error("another picture came")
		}
	}
	if w.lookedUp() != looks {
		t.Errorf("somebody asked the web %d times more", w.lookedUp()-looks)
	}

	// Without a picture, and with a link that was taken out again.
	p.Image = nil
	alice.say(bob, "between")
	id, err = alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: lakehouse, Preview: p})
	alice.must(err)
	_, err = alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: "no link any more", Preview: p})
	alice.must(err)
	alice.sync()
	bob.sync()
	list := bob.all(alice)
	if a, b := list[len(list)-2], list[len(list)-1]; a.Preview == nil || a.Preview.Title != p.Title || a.Preview.Image != nil || b.Preview != nil {
		t.Errorf("came as %+v and %+v", a.Preview, b.Preview)
	}
	if m := alice.message(id); m.Preview == nil || m.State != model.StateSent {
		t.Errorf("kept as %+v, %v", m.Preview, m.State)
	}
	// With the message its picture goes.
	alice.must(alice.ClearMessages(alice.ctx(), bob.id()))
	if list := alice.onDisk(); len(list) != 0 {
		t.Errorf("left on the disk: %v", list)
	}
}

// What was looked up survives a restart between upload and message.
func TestLinkPreviewGoesOnAfterARestart(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	w := alice.world
	w.surf(t)
	alice.must(alice.UpdateSettings(alice.ctx(), func(s *model.Settings) { s.LinkPreviews = true }))
	p, err := alice.LookUpLink(alice.ctx(), lakehouse)
	alice.must(err)
	alice.link.setOffline(true)
	id, err := alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: lakehouse, Preview: p})
	alice.must(err)
	alice.restart()
	alice.sync()
	alice.until("sent", func() bool { return alice.message(id).State == model.StateSent })
	bob.sync()
	bob.until("the picture", func() bool {
		list := bob.all(alice)
		m := list[len(list)-1]
		return m.Preview != nil && m.Preview.Image != nil && m.Preview.Image.State() == model.FileHere
	})
}
