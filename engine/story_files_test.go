package engine

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/onion"
	"sotto/internal/clock"
)

// content are reproducible bytes that are no picture.
func content(n int) []byte {
	b := make([]byte, n)
	_, _ = mathrand.NewChaCha8([32]byte{byte(n), byte(n >> 8), byte(n >> 16), 7}).Read(b)
	return b
}

func file(name string, data []byte) File { return File{Name: name, Data: bytes.NewReader(data)} }

// read returns the bytes of a file that is here.
func (p *person) read(id model.MessageID, index int) []byte {
	p.t.Helper()
	r, err := p.OpenAttachment(id, index)
	if err != nil {
		p.t.Fatalf("open: %v", err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		p.t.Fatalf("read: %v", err)
	}
	return b
}

func (p *person) message(id model.MessageID) model.Message {
	p.t.Helper()
	m, ok := p.Message(id)
	if !ok {
		p.t.Fatal("the message is gone")
	}
	return m
}

// send sends files and waits until the message is in the swarm.
func (p *person) send(to *person, text string, files ...File) model.Message {
	p.t.Helper()
	id, err := p.SendFiles(p.ctx(), to.id(), model.Draft{Text: text}, files)
	p.must(err)
	p.until("the message is sent", func() bool { return p.message(id).State == model.StateSent })
	return p.message(id)
}

// last waits until the newest message is there and its files are in the state.
func (p *person) last(with *person, state model.FileState) model.Message {
	p.t.Helper()
	var m model.Message
	p.until(fmt.Sprintf("files in state %d", state), func() bool {
		list := p.all(with)
		if len(list) == 0 {
			return false
		}
		m = list[len(list)-1]
		for _, a := range m.Attachments {
			if a.State() != state {
				return false
			}
		}
		return len(m.Attachments) > 0
	})
	return m
}

func (p *person) onDisk() []string {
	p.t.Helper()
	list, err := os.ReadDir(filepath.Join(p.dir, "attachments"))
	p.must(err)
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func TestFilesArrive(t *testing.T) {
	w := newWorld(clock.System)
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	tablet := newDevice(t, w, alice.account, "Alice")
	befriend(t, alice, bob)
	sizes := []int{0, 1, 541, 65_536, 300_000}
	var files []File
	for i, n := range sizes {
		files = append(files, file(fmt.Sprintf("file %d.bin", i), content(n)))
	}
	sent := alice.send(bob, "five files", files...)
	alice.sync() // her own copy
	bob.sync()
	got := bob.last(alice, model.FileHere)
	if got.Text != "five files" || len(got.Attachments) != len(sizes) || got.Timestamp != sent.Timestamp {
		t.Fatalf("came as %+v", got)
	}
	tablet.sync()
	copied := tablet.last(bob, model.FileHere)
	for i, n := range sizes {
		a := got.Attachments[i]
		if a.Name != fmt.Sprintf("file %d.bin", i) || int(a.Size) != n || a.Kind() != model.FileOther {
			t.Errorf("file %d came as %+v", i, a)
		}
		for _, b := range [][]byte{bob.read(got.ID, i), tablet.read(copied.ID, i), alice.read(sent.ID, i)} {
			if !bytes.Equal(b, content(n)) {
				t.Errorf("file %d came with other bytes", i)
			}
		}
	}
	// With its last message a file goes from the disk, and only then.
	alice.send(bob, "again", file("x", content(541)))
	bob.sync()
	again := bob.last(alice, model.FileHere)
	if n := len(bob.onDisk()); n != len(sizes) {
		t.Fatalf("%d files on the disk, want %d", n, len(sizes))
	}
	bob.must(bob.Delete(bob.ctx(), []model.MessageID{got.ID}, false))
	if !bytes.Equal(bob.read(again.ID, 0), content(541)) || len(bob.onDisk()) != 1 {
		t.Fatalf("after deleting: %v", bob.onDisk())
	}
	bob.must(bob.ClearMessages(bob.ctx(), alice.id()))
	if list := bob.onDisk(); len(list) != 0 {
		t.Fatalf("left on the disk: %v", list)
	}
}

// A file comes by itself only from people who write to each other, and on demand
// from everybody.
func TestFilesOfStrangersWait(t *testing.T) {
	w := newWorld(clock.System)
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	alice.send(bob, "", file("../../etc/pass\u202ewd.exe", content(1000)))
	bob.sync()
	m := bob.last(alice, model.FileRemote)
	if name := m.Attachments[0].Name; strings.ContainsAny(name, "/\\\u202e") {
		t.Errorf("name %q", name)
	}
	if _, err := bob.OpenAttachment(m.ID, 0); model.ReasonOf(err) != model.ReasonNotFound {
		t.Errorf("opened: %v", err)
	}
	bob.must(bob.Download(bob.ctx(), m.ID, 0))
	bob.last(alice, model.FileHere)
	if !bytes.Equal(bob.read(m.ID, 0), content(1000)) {
		t.Error("other bytes")
	}
	if err := bob.Download(bob.ctx(), m.ID, 1); model.ReasonOf(err) != model.ReasonNotFound {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestAutoDownloadSettings(t *testing.T) {
	w := newWorld(clock.System)
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	befriend(t, alice, bob)
	bob.must(bob.UpdateSettings(bob.ctx(), func(s *model.Settings) { s.AutoDownloadMax = 1000 }))
	alice.send(bob, "", file("small", content(1000)))
	bob.sync()
	bob.last(alice, model.FileHere)
	alice.send(bob, "", file("large", content(1001)))
	bob.sync()
	bob.last(alice, model.FileRemote)
	bob.must(bob.UpdateSettings(bob.ctx(), func(s *model.Settings) { s.AutoDownloadOff = true }))
	alice.send(bob, "", file("tiny", content(1)))
	bob.sync()
	bob.last(alice, model.FileRemote)
}

// Whatever the server gives instead of the file: the message stays, one reason is
// said, nothing is left on the disk, and asking again works.
func TestFilesThatAreNotTheOnesSent(t *testing.T) {
	w := newWorld(clock.System)
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	bob.log.expectErrors()
	befriend(t, alice, bob)
	alice.send(bob, "", file("other", content(5000)))
	var other []byte
	for _, b := range w.uploaded() {
		other = b
	}
	bob.sync()
	bob.last(alice, model.FileHere)
	before := len(bob.onDisk())
	for name, c := range map[string]struct {
		spoil  func(blob []byte) onion.V4Response
		reason model.Reason
	}{
		"somebody else's": {func([]byte) onion.V4Response { return onion.V4Response{Code: 200, Body: other} }, model.ReasonDamaged},
		"cut":             {func(b []byte) onion.V4Response { return onion.V4Response{Code: 200, Body: b[:len(b)-16]} }, model.ReasonDamaged},
		"a bit":           {func(b []byte) onion.V4Response { b[100] ^= 1; return onion.V4Response{Code: 200, Body: b} }, model.ReasonDamaged},
		"a page":          {func([]byte) onion.V4Response { return onion.V4Response{Code: 200, Body: []byte("<html>")} }, model.ReasonDamaged},
		"gone":            {func([]byte) onion.V4Response { return attach.EncodeStatus(404) }, model.ReasonExpired},
		"refused":         {func([]byte) onion.V4Response { return attach.EncodeStatus(403) }, model.ReasonRejected},
	} {
		t.Run(name, func(t *testing.T) {
			w.setFileFault(func(call attach.Call) (bool, *onion.V4Response, error) {
				if call.Kind != attach.CallDownload {
					return false, nil, nil
				}
				w.mu.Lock()
				blob := bytes.Clone(w.files[call.ID])
				w.mu.Unlock()
				answer := c.spoil(blob)
				return false, &answer, nil
			})
			alice.send(bob, name, file("x", content(2000+len(name))))
			bob.sync()
			state := model.FileFailed
			if c.reason == model.ReasonExpired {
				state = model.FileExpired
			}
			m := bob.last(alice, state)
			if m.Attachments[0].Failure != c.reason || m.Text != name {
				t.Fatalf("failed with %v, want %v", m.Attachments[0].Failure, c.reason)
			}
			if n := len(bob.onDisk()); n != before {
				t.Fatalf("%d files on the disk, %d before", n, before)
			}
			w.setFileFault(nil)
			err := bob.Download(bob.ctx(), m.ID, 0)
			if state == model.FileExpired {
				if model.ReasonOf(err) != model.ReasonExpired {
					t.Errorf("expired file asked for: %v", err)
				}
				return
			}
			bob.must(err)
			bob.last(alice, model.FileHere)
			before++
		})
	}
}

// Uploads go on where they were after a restart, with the same bytes, and the
// message is sent once.
func TestUploadsGoOnAfterARestart(t *testing.T) {
	m := clock.NewManual(startOfTests)
	w := newWorld(m)
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	befriend(t, alice, bob)
	failing := func(after bool) {
		w.setFileFault(func(c attach.Call) (bool, *onion.V4Response, error) {
			if c.Kind == attach.CallUpload {
				return after, nil, fail(model.ReasonOffline, "the answer is lost")
			}
			return false, nil, nil
		})
	}
	failing(true)
	id, err := alice.SendFiles(alice.ctx(), bob.id(), model.Draft{Text: "first"}, []File{file("a", content(10_000)), file("b", content(20_000))})
	alice.must(err)
	alice.until("the upload failed", func() bool { return alice.message(id).NextTry != 0 })
	if x, ok := alice.Transfer(id, 0); !ok || x.Running || x.NextTry == 0 {
		t.Errorf("transfer %+v, %v", x, ok)
	}
	alice.restart()
	w.setFileFault(nil)
	m.Advance(time.Minute)
	alice.sync()
	alice.until("sent", func() bool { return alice.message(id).State == model.StateSent })
	if n := len(w.uploaded()); n != 2 {
		t.Errorf("%d blobs on the server, want 2: other bytes were uploaded", n)
	}
	bob.sync()
	got := bob.last(alice, model.FileHere)
	if !bytes.Equal(bob.read(got.ID, 0), content(10_000)) || !bytes.Equal(bob.read(got.ID, 1), content(20_000)) {
		t.Error("other bytes")
	}
	if list := alice.onDisk(); len(list) != 2 {
		t.Errorf("on the disk: %v", list)
	}
}

// Texts wait for files sent before them, until an upload fails.
func TestTextsWaitForFiles(t *testing.T) {
	w := newWorld(clock.System)
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	befriend(t, alice, bob)
	hold := make(chan error)
	release := sync.OnceFunc(func() { close(hold) })
	t.Cleanup(release)
	w.setFileFault(func(attach.Call) (bool, *onion.V4Response, error) { return false, nil, <-hold })
	id, err := alice.SendFiles(alice.ctx(), bob.id(), model.Draft{}, []File{file("a", content(10))})
	alice.must(err)
	text, err := alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: "behind"})
	alice.must(err)
	alice.until("the upload runs", func() bool { x, _ := alice.Transfer(id, 0); return x.Running })
	if m := alice.message(text); m.State == model.StateSent {
		t.Fatal("the text did not wait")
	}
	hold <- fail(model.ReasonOffline, "the server is gone")
	alice.until("the text goes out", func() bool { return alice.message(text).State == model.StateSent })
	if m := alice.message(id); m.State != model.StateQueued {
		t.Fatalf("the file is %v", m.State)
	}
	w.setFileFault(nil)
	release()
	alice.sync()
	alice.until("the file goes out", func() bool { return alice.message(id).State == model.StateSent })
	bob.sync()
	bob.until("the file is there", func() bool {
		for _, m := range bob.all(alice) {
			if len(m.Attachments) == 1 {
				return m.Attachments[0].State() == model.FileHere
			}
		}
		return false
	})
}

// A message that cannot say where a file of it lies is not tried for ever: it fails,
// and uploads everything anew when the user tries it again.
func TestAddressOfAFileIsDamaged(t *testing.T) {
	w := newWorld(clock.System)
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	alice.log.expectErrors() // a refusal for good is a warning
	befriend(t, alice, bob)
	hold, uploads := make(chan error), 0
	w.setFileFault(func(c attach.Call) (bool, *onion.V4Response, error) {
		if c.Kind != attach.CallUpload {
			return false, nil, nil
		}
		if uploads++; uploads == 2 {
			return false, nil, <-hold
		}
		return false, nil, nil
	})
	id, err := alice.SendFiles(alice.ctx(), bob.id(), model.Draft{Text: "both"}, []File{file("a", content(1000)), file("b", content(2000))})
	alice.must(err)
	alice.until("the first is up", func() bool { return alice.message(id).Attachments[0].URL != "" })
	alice.must(alice.update(alice.ctx(), func(w *work) error {
		m, err := w.message(id)
		m.Attachments[0].URL = "nowhere"
		return errors.Join(err, w.putMessage(m))
	}))
	hold <- nil
	alice.until("it is given up", func() bool { return alice.message(id).State == model.StateFailed })
	if m := alice.message(id); m.Failure != model.ReasonDamaged {
		t.Errorf("failed with %v", m.Failure)
	}
	alice.must(alice.Retry(alice.ctx(), id))
	alice.until("sent", func() bool { return alice.message(id).State == model.StateSent })
	bob.sync()
	m := bob.last(alice, model.FileHere)
	if !bytes.Equal(bob.read(m.ID, 0), content(1000)) || !bytes.Equal(bob.read(m.ID, 1), content(2000)) {
		t.Error("other bytes")
	}
}

func TestCancelAndRetryUpload(t *testing.T) {
	w := newWorld(clock.System)
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	alice.log.expectErrors() // a refusal for good is a warning
	befriend(t, alice, bob)
	w.setFileFault(func(attach.Call) (bool, *onion.V4Response, error) {
		return false, nil, fail(model.ReasonOffline, "no server")
	})
	id, err := alice.SendFiles(alice.ctx(), bob.id(), model.Draft{}, []File{file("a", content(10))})
	alice.must(err)
	alice.must(alice.CancelUpload(alice.ctx(), id))
	if m := alice.message(id); m.State != model.StateFailed || m.Failure != model.ReasonCancelled {
		t.Fatalf("cancelled: %v, %v", m.State, m.Failure)
	}
	if err := alice.CancelUpload(alice.ctx(), id); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("cancelled twice: %v", err)
	}
	w.setFileFault(nil)
	alice.must(alice.Retry(alice.ctx(), id))
	alice.until("sent", func() bool { return alice.message(id).State == model.StateSent })
	w.setFileFault(func(attach.Call) (bool, *onion.V4Response, error) {
		a := attach.EncodeStatus(413)
		return false, &a, nil
	})
	id, err = alice.SendFiles(alice.ctx(), bob.id(), model.Draft{}, []File{file("a", content(11))})
	alice.must(err)
	alice.until("refused", func() bool { return alice.message(id).State == model.StateFailed })
	if m := alice.message(id); m.Failure != model.ReasonTooLarge {
		t.Errorf("refused with %v", m.Failure)
	}
	// Deleting it leaves nothing.
	alice.must(alice.Delete(alice.ctx(), []model.MessageID{id}, true))
	if list := alice.onDisk(); len(list) != 1 {
		t.Errorf("on the disk: %v", list)
	}
	bob.sync()
	with := 0
	for _, m := range bob.all(alice) {
		with += len(m.Attachments)
	}
	if with != 1 {
		t.Errorf("%d files came, want the one that was sent", with)
	}
}

func TestWhatCannotBeSent(t *testing.T) {
	w := newWorld(clock.System)
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	dir := t.TempDir()
	before := len(alice.all(bob))
	for name, c := range map[string]struct {
		file   File
		reason model.Reason
	}{
		"above the limit":  {file("x", make([]byte, MaxFile+1)), model.ReasonTooLarge},
		"a folder":         {File{Path: dir}, model.ReasonInvalid},
		"not there":        {File{Path: filepath.Join(dir, "none")}, model.ReasonNotFound},
		"a broken picture": {file("x.jpg", []byte("\xff\xd8\xff\xe1 and nothing of a picture behind it")), model.ReasonInvalid},
		"does not read":    {File{Name: "x", Data: io.MultiReader(bytes.NewReader(content(100)), brokenReader{})}, model.ReasonNotFound},
	} {
		_, err := alice.SendFiles(alice.ctx(), bob.id(), model.Draft{}, []File{file("good", content(10)), c.file})
		var which *FileError
		if model.ReasonOf(err) != c.reason || !errors.As(err, &which) || which.Index != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := alice.SendFiles(alice.ctx(), bob.id(), model.Draft{}, make([]File, MaxFiles+1)); model.ReasonOf(err) != model.ReasonTooLarge {
		t.Errorf("too many: %v", err)
	}
	if len(alice.all(bob)) != before || len(alice.onDisk()) != 0 {
		t.Errorf("left: %d messages, files %v", len(alice.all(bob)), alice.onDisk())
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("the drive is gone") }

func TestSaveNeverOverwrites(t *testing.T) {
	w := newWorld(clock.System)
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	befriend(t, alice, bob)
	alice.send(bob, "", file("report.pdf", content(70_000)))
	bob.sync()
	m := bob.last(alice, model.FileHere)
	dir := t.TempDir()
	for _, want := range []string{"report.pdf", "report (2).pdf", "report (3).pdf"} {
		saved, err := bob.SaveAttachment(bob.ctx(), m.ID, 0, dir)
		bob.must(err)
		b, err := os.ReadFile(saved)
		bob.must(err)
		if saved != filepath.Join(dir, want) || !bytes.Equal(b, content(70_000)) {
			t.Errorf("saved as %s, want %s", saved, want)
		}
	}
	_, err := bob.SaveAttachment(bob.ctx(), m.ID, 0, filepath.Join(dir, "missing", "x"))
	if model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("into a folder that is not there: %v", err)
	}
	bob.sync()
	alice.sync()
	if list := alice.texts(bob); list[len(list)-1] != "<saved>" {
		t.Errorf("the sender sees %v", list)
	}
}

// A file spoilt on the disk is said to be, and one that is missing can be fetched
// again.
func TestFilesLostOnTheDisk(t *testing.T) {
	w := newWorld(clock.System)
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	befriend(t, alice, bob)
	alice.send(bob, "", file("a", content(1000)))
	bob.sync()
	m := bob.last(alice, model.FileHere)
	path := filepath.Join(bob.dir, "attachments", bob.onDisk()[0])
	b, err := os.ReadFile(path)
	bob.must(err)
	b[len(b)-1] ^= 1
	bob.must(os.WriteFile(path, b, 0o600))
	r, err := bob.OpenAttachment(m.ID, 0)
	bob.must(err)
	if _, err := io.ReadAll(r); model.ReasonOf(err) != model.ReasonDamaged {
		t.Errorf("spoilt: %v", err)
	}
	bob.must(r.Close())
	bob.must(os.Remove(path))
	if _, err := bob.OpenAttachment(m.ID, 0); model.ReasonOf(err) != model.ReasonNotFound {
		t.Errorf("missing: %v", err)
	}
	bob.last(alice, model.FileRemote)
	bob.must(bob.Download(bob.ctx(), m.ID, 0))
	bob.last(alice, model.FileHere)
	if !bytes.Equal(bob.read(m.ID, 0), content(1000)) {
		t.Error("other bytes")
	}
}

func TestSoundsAreRemembered(t *testing.T) {
	w := newWorld(clock.System)
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	befriend(t, alice, bob)
	sound := model.Sound{Waveform: []byte{0, 128, 255}, Duration: 3 * time.Second}
	f := file("recording", content(5000))
	f.Voice, f.Sound = true, sound
	sent := alice.send(bob, "", f)
	if a := sent.Attachments[0]; !a.Voice || a.Sound.Duration != sound.Duration || !bytes.Equal(a.Sound.Waveform, sound.Waveform) {
		t.Errorf("sent as %+v", a)
	}
	bob.sync()
	m := bob.last(alice, model.FileHere)
	if a := m.Attachments[0]; !a.Voice || a.Type != "audio/mp3" || a.Name != attach.VoiceName || a.Played {
		t.Errorf("came as %+v", a)
	}
	bob.must(bob.SetSound(bob.ctx(), m.ID, 0, sound))
	bob.must(bob.SetPosition(bob.ctx(), m.ID, 0, time.Second))
	bob.must(bob.SetPlayed(bob.ctx(), m.ID, 0))
	bob.restart()
	a := bob.message(m.ID).Attachments[0]
	if !a.Played || a.Position != time.Second || a.Sound.Duration != sound.Duration {
		t.Errorf("after a restart %+v", a)
	}
}

func TestMediaLists(t *testing.T) {
	w := newWorld(clock.System)
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	for i := range 5 {
		voice := file("v", content(10+i))
		voice.Voice = true
		alice.send(bob, "", file(fmt.Sprint("clip", i, ".mp4"), content(100+i)), file("notes.pdf", content(200+i)))
		alice.send(bob, "", voice)
		alice.say(bob, fmt.Sprintf("see https://example.org/%d, or http://other.example.", i))
	}
	for kind, want := range map[model.MediaKind]int{model.MediaVisual: 5, model.MediaFiles: 5, model.MediaLinks: 10, model.MediaVoice: 5} {
		var items []model.MediaItem
		var page model.MediaPage
		for more := true; more; more = page.More {
			page = alice.Media(bob.id(), kind, page.Next, 2)
			items = append(items, page.Items...)
		}
		if len(items) != want {
			t.Errorf("kind %d: %d items, want %d", kind, len(items), want)
		}
		for i := 1; i < len(items); i++ {
			if items[i].Timestamp > items[i-1].Timestamp {
				t.Errorf("kind %d is not newest first", kind)
			}
		}
	}
	if x := alice.Media(bob.id(), model.MediaLinks, model.MediaCursor{}, 1).Items; len(x) != 2 || x[0].URL != "https://example.org/4" || x[1].URL != "http://other.example" {
		t.Errorf("links %+v", x)
	}
}
