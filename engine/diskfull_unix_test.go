//go:build !windows

package engine

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"sotto/engine/model"
	"sotto/internal/clock"
)

// TestDiskFullWhileFilesMove runs itself in a process that may not make large
// files, which the system answers like a full disk.
func TestDiskFullWhileFilesMove(t *testing.T) {
	const child = "SOTTO_TEST_DISK_FULL"
	if os.Getenv(child) != "" {
		moveOnFullDisk(t)
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDiskFullWhileFilesMove$", "-test.v")
	cmd.Env = append(os.Environ(), child+"=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// moveOnFullDisk runs out of room while a file is taken in to be sent, while one
// is fetched, and while one is saved. Each time one reason is said, nothing is
// half-written, the message stays; with room again the same thing works.
func moveOnFullDisk(t *testing.T) {
	signal.Ignore(syscall.SIGXFSZ)
	var whole unix.Rlimit
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(unix.Getrlimit(unix.RLIMIT_FSIZE, &whole))
	const size, room = 5_000_000, 2_000_000
	full := func(t *testing.T, is bool) {
		t.Helper()
		l := whole
		if is {
			l.Cur = room
		}
		must(unix.Setrlimit(unix.RLIMIT_FSIZE, &l))
	}
	w := newWorld(clock.System)
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	befriend(t, alice, bob)
	bob.must(bob.UpdateSettings(bob.ctx(), func(s *model.Settings) { s.AutoDownloadOff = true }))
	for _, p := range []*person{alice, bob} {
		if st, err := os.Stat(filepath.Join(p.dir, "sotto.db")); err != nil || st.Size() >= room {
			t.Fatalf("the database would be in the way: %v, %v", st, err)
		}
	}
	before := len(alice.all(bob))
	report := func() []File { return []File{file("notes.txt", content(100)), file("report.pdf", content(size))} }

	full(t, true)
	_, err := alice.SendFiles(alice.ctx(), bob.id(), model.Draft{Text: "two files"}, report())
	var which *FileError
	if model.ReasonOf(err) != model.ReasonDisk || !errors.As(err, &which) || which.Index != 1 || which.Name != "report.pdf" {
		t.Errorf("sending: %v", err)
	}
	if n := len(alice.all(bob)); n != before || len(alice.onDisk()) != 0 {
		t.Errorf("%d messages, %d before; on the disk: %v", n, before, alice.onDisk())
	}
	full(t, false)
	alice.send(bob, "two files", report()...)

	bob.sync()
	m := bob.last(alice, model.FileRemote)
	full(t, true)
	bob.must(bob.Download(bob.ctx(), m.ID, 0))
	bob.must(bob.Download(bob.ctx(), m.ID, 1))
	bob.until("one is here and one is not", func() bool {
		m = bob.message(m.ID)
		return m.Attachments[0].State() == model.FileHere && m.Attachments[1].State() == model.FileFailed
	})
	if m.Attachments[1].Failure != model.ReasonDisk || m.Text != "two files" {
		t.Errorf("fetching failed with %v", m.Attachments[1].Failure)
	}
	if list := bob.onDisk(); len(list) != 1 {
		t.Errorf("on the disk: %v", list)
	}
	full(t, false)
	bob.must(bob.Download(bob.ctx(), m.ID, 1))
	bob.last(alice, model.FileHere)
	if !bytes.Equal(bob.read(m.ID, 1), content(size)) {
		t.Error("other bytes")
	}

	dir := t.TempDir()
	full(t, true)
	if _, err := bob.SaveAttachment(bob.ctx(), m.ID, 1, dir); model.ReasonOf(err) != model.ReasonDisk {
		t.Errorf("saving: %v", err)
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 0 {
		t.Errorf("left where it was to be saved: %v, %v", list, err)
	}
	full(t, false)
	saved, err := bob.SaveAttachment(bob.ctx(), m.ID, 1, dir)
	must(err)
	if b, err := os.ReadFile(saved); err != nil || !bytes.Equal(b, content(size)) || filepath.Base(saved) != "report.pdf" {
		t.Errorf("saved %s: %v", saved, err)
	}
}
