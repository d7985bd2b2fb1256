package engine

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/wire"
	"sotto/internal/clock"
)

// lie puts a file on the server and returns a pointer to it, to be bent.
func (w *world) lie(t *testing.T, data []byte, contentType, name string) *wire.AttachmentPointer {
	t.Helper()
	var blob bytes.Buffer
	key := [attach.LegacyKeySize]byte{byte(len(data)), 1, 2}
	secret, err := attach.SealLegacy(&blob, bytes.NewReader(data), int64(len(data)), key, [attach.IVSize]byte{9}, true)
	if err != nil {
		t.Fatal(err)
	}
	id := attach.FileID(blob.Bytes())
	w.mu.Lock()
	w.files[id] = blob.Bytes()
	w.mu.Unlock()
	return &wire.AttachmentPointer{
		DeprecatedID: wire.Some(uint64(0)), ContentType: wire.Some(contentType), FileName: wire.Some(name), Key: secret.Key,
		Digest: secret.Digest, Size: wire.Some(uint32(len(data))), URL: wire.Some("http://files.test/file/" + id),
	}
}

func encoded(t *testing.T, kind string) []byte {
	t.Helper()
	img := image.NewPaletted(image.Rect(0, 0, 30, 20), color.Palette{color.White, color.Black})
	img.SetColorIndex(3, 4, 1)
	var b bytes.Buffer
	var err error
	if kind == "gif" {
		err = gif.Encode(&b, img, nil)
	} else {
		err = png.Encode(&b, img)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// vast is a PNG of some bytes that says it is 60000 pixels wide and high.
func vast() []byte {
	head := []byte("IHDR\x00\x00\xea\x60\x00\x00\xea\x60\x08\x02\x00\x00\x00")
	b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(head))
}

// What a file is, is what is in it. One that poses as a picture is a file like
// any other; one that is a picture is shown and saved as that, whatever else it
// may be.
func TestFilesAreWhatIsInThem(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	w := alice.world
	page := []byte("<!DOCTYPE html><script>fetch('https://evil.example')</script>")
	drawing := []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`)
	for i, c := range []struct {
		what, claim, name string
		data              []byte
		kind              model.FileKind
		contentType       string
		saved             string
	}{
		{"a page as PNG", "image/png", "cat.png", page, model.FileOther, octets, "cat.png"},
		{"a drawing as PNG", "image/png", "cat.png", drawing, model.FileOther, octets, "cat.png"},
		{"a drawing", "image/svg+xml", "cat.svg", drawing, model.FileOther, octets, "cat.svg"},
		{"a program as JPEG", "image/jpeg", "beach.jpg", []byte("\x7fELF\x02\x01\x01"), model.FileOther, octets, "beach.jpg"},
		{"a picture as film", "video/mp4", "film.mp4", encoded(t, "png"), model.FilePicture, "image/png", "film.mp4.png"},
		{"a picture that is a page", "text/html", "menu.html", append(encoded(t, "gif"), page...), model.FilePicture, "image/gif", "menu.html.gif"},
		{"a picture that is an archive", "application/zip", "all.zip", append(encoded(t, "png"), "PK\x03\x04"...), model.FilePicture, "image/png", "all.zip.png"},
		{"a picture of another kind", "image/jpeg", "cat.JPG", encoded(t, "png"), model.FilePicture, "image/png", "cat.JPG.png"},
		{"a picture under its name", "image/png", "cat.PNG", encoded(t, "png"), model.FilePicture, "image/png", "cat.PNG"},
		{"a bomb", "image/png", "cat.png", vast(), model.FileOther, octets, "cat.png"},
		{"no type", "", "", []byte("hello there"), model.FileOther, octets, "file"},
	} {
		t.Run(c.what, func(t *testing.T) {
			p := w.lie(t, c.data, c.claim, c.name)
			p.Width, p.Height = wire.Some(uint32(4000)), wire.Some(uint32(3000))
			content := wire.NewText(c.what)
			content.DataMessage.Attachments = []*wire.AttachmentPointer{p}
			alice.deliver(bob, content, bob.Now()+model.Millis(i))
			bob.sync()
			m := bob.last(alice, model.FileHere)
			a := m.Attachments[0]
			if a.Kind() != c.kind || a.Type != c.contentType || m.Text != c.what {
				t.Errorf("is %q, kind %d", a.Type, a.Kind())
			}
			if c.kind == model.FilePicture && (a.Width != 30 || a.Height != 20 || len(a.Preview) == 0) {
				t.Errorf("is %dx%d", a.Width, a.Height)
			}
			if c.kind == model.FileOther && strings.HasPrefix(c.claim, "image/") && a.Width != 0 {
				t.Errorf("a file that is no picture is %dx%d", a.Width, a.Height)
			}
			if !bytes.Equal(bob.read(m.ID, 0), c.data) {
				t.Error("other bytes")
			}
			dir := t.TempDir()
			saved, err := bob.SaveAttachment(bob.ctx(), m.ID, 0, dir)
			bob.must(err)
			if saved != filepath.Join(dir, c.saved) {
				t.Errorf("saved as %q, want %q", filepath.Base(saved), c.saved)
			}
		})
	}
}

// A name cannot lead out of the folder, hide its end or be a device.
func TestFileNamesDoNoHarm(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	names := map[string]string{
		"../../.bashrc": "bashrc", `..\..\autoexec.bat`: "autoexec.bat", "/etc/passwd": "passwd", "photo\u202egpj.exe": "photogpj.exe",
		"a\x00b\x1b[31m.txt": "ab[31m.txt", "COM1.txt": "_COM1.txt", "...": "file", "two\nlines.pdf": "two lines.pdf",
		strings.Repeat("long ", 200) + ".pdf": "", "zero\u200bwidth\u2066.png": "zerowidth.png",
	}
	i := model.Millis(0)
	for name, want := range names {
		data := []byte("content of " + name)
		content := wire.NewText("a file")
		content.DataMessage.Attachments = []*wire.AttachmentPointer{alice.world.lie(t, data, "text/plain", name)}
		i++
		alice.deliver(bob, content, bob.Now()+i)
		bob.sync()
		m := bob.last(alice, model.FileHere)
		got := m.Attachments[0].Name
		if want != "" && got != want || len(got) > attach.MaxName {
			t.Errorf("%q is shown as %q, want %q", name, got, want)
		}
		outside := t.TempDir()
		dir := filepath.Join(outside, "in")
		bob.must(os.Mkdir(dir, 0o700))
		saved, err := bob.SaveAttachment(bob.ctx(), m.ID, 0, dir)
		bob.must(err)
		list, err := os.ReadDir(outside)
		bob.must(err)
		if filepath.Dir(saved) != dir || len(list) != 1 {
			t.Errorf("%q was saved as %q", name, saved)
		}
		if b, err := os.ReadFile(saved); err != nil || !bytes.Equal(b, data) {
			t.Errorf("%q: %q, %v", name, b, err)
		}
	}
}

// What a message says of a file and what is there do not agree: one reason, the
// message stays, nothing is left on the disk.
func TestPointersThatLie(t *testing.T) {
	w := newWorld(clock.System)
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	befriend(t, alice, bob)
	data := content(3000)
	i := model.Millis(0)
	for name, c := range map[string]struct {
		bend   func(p *wire.AttachmentPointer)
		reason model.Reason
	}{
		"another key":        {func(p *wire.AttachmentPointer) { p.Key = bytes.Repeat([]byte{7}, 64) }, model.ReasonDamaged},
		"half a key":         {func(p *wire.AttachmentPointer) { p.Key = p.Key[:33] }, model.ReasonInvalid},
		"no key":             {func(p *wire.AttachmentPointer) { p.Key = nil }, model.ReasonInvalid},
		"another digest":     {func(p *wire.AttachmentPointer) { p.Digest = bytes.Repeat([]byte{7}, 32) }, model.ReasonDamaged},
		"no digest":          {func(p *wire.AttachmentPointer) { p.Digest = nil }, model.ReasonInvalid},
		"more than there is": {func(p *wire.AttachmentPointer) { p.Size = wire.Some(uint32(9000)) }, model.ReasonDamaged},
		"more than can be":   {func(p *wire.AttachmentPointer) { p.Size = wire.Some(uint32(1 << 31)) }, model.ReasonTooLarge},
		"an unknown server":  {func(p *wire.AttachmentPointer) { p.URL = wire.Some("http://other.example/file/12") }, model.ReasonNotAllowed},
		"a server at home": {func(p *wire.AttachmentPointer) {
			p.URL = wire.Some("http://127.0.0.1/file/12#p=" + strings.Repeat("ab", 32))
		}, model.ReasonNotAllowed},
		"no address":          {func(p *wire.AttachmentPointer) { p.URL = wire.Some("javascript:alert(1)") }, model.ReasonInvalid},
		"a file that is gone": {func(p *wire.AttachmentPointer) { p.URL = wire.Some("http://files.test/file/12345") }, model.ReasonExpired},
	} {
		t.Run(name, func(t *testing.T) {
			p := w.lie(t, data, "application/pdf", "report.pdf")
			c.bend(p)
			said := wire.NewText(name)
			said.DataMessage.Attachments = []*wire.AttachmentPointer{p}
			i++
			alice.deliver(bob, said, bob.Now()+i)
			bob.sync()
			state := model.FileFailed
			if c.reason == model.ReasonExpired {
				state = model.FileExpired
			}
			m := bob.last(alice, state)
			if got := m.Attachments[0].Failure; got != c.reason || m.Text != name {
				t.Errorf("failed with %v, want %v", got, c.reason)
			}
			if list := bob.onDisk(); len(list) != 0 {
				t.Errorf("left on the disk: %v", list)
			}
		})
	}
}

// The preview of a link is shown with the picture that its sender put on the
// server; one that is no picture is not shown as one.
func TestLinkPreviewsArrive(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	const address = "https://lakehouse.example/two-nights"
	for i, c := range []struct {
		data []byte
		kind model.FileKind
	}{{encoded(t, "png"), model.FilePicture}, {[]byte("<html>"), model.FileOther}} {
		said := wire.NewText("Free from Friday: " + address)
		said.DataMessage.Preview = []*wire.Preview{{
			URL: wire.Some(address), Title: wire.Some(strings.Repeat("ä", 5000)), Image: alice.world.lie(t, c.data, "image/jpeg", ""),
		}}
		alice.deliver(bob, said, bob.Now()+model.Millis(i))
		bob.sync()
		var m model.Message
		bob.until("the picture", func() bool {
			list := bob.all(alice)
			m = list[len(list)-1]
			return m.Preview != nil && m.Preview.Image.State() == model.FileHere
		})
		if p := m.Preview; p.URL != address || p.Image.Kind() != c.kind || len(p.Title) != 2*maxTitle {
			t.Errorf("came as %q, %q, %d bytes of title", p.URL, p.Image.Type, len(p.Title))
		}
		if !bytes.Equal(bob.read(m.ID, model.PreviewImage), c.data) {
			t.Error("other bytes")
		}
	}
	if n := len(bob.onDisk()); n != 2 {
		t.Errorf("%d files on the disk", n)
	}
	bob.must(bob.ClearMessages(bob.ctx(), alice.id()))
	if list := bob.onDisk(); len(list) != 0 {
		t.Errorf("left on the disk: %v", list)
	}
}
