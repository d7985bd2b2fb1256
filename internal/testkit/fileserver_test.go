package testkit_test

import (
	"bytes"
	"io"
	"testing"
	"time"

	"sotto/engine"
	"sotto/engine/localnet"
	"sotto/engine/model"
	"sotto/internal/testkit"
)

// With a file server in trouble a file is not lost: what is sent goes out and
// what is fetched comes once the trouble is over, the message stands there all
// the time, and what came wrong is not kept.
func TestFileServerInTrouble(t *testing.T) {
	kit := testkit.New(t)
	alice, bob := kit.Alice(t), kit.Bob(t)
	alice.Log.ExpectErrors()
	bob.Log.ExpectErrors()
	alice.Befriend(bob)
	bob.Must(bob.UpdateSettings(bob.Ctx(), func(s *model.Settings) { s.AutoDownloadOff = true }))
	trouble := func(f localnet.Faults) {
		t.Helper()
		if err := kit.Net.SetServerFaults(localnet.TargetFileServer, f); err != nil {
			t.Fatal(err)
		}
	}
	newest := func(who, with *testkit.Person) model.Message {
		list := who.Messages(with)
		return list[len(list)-1]
	}
	kept := func(p *testkit.Person) int64 {
		t.Helper()
		use, err := p.StorageUse(p.Ctx())
		p.Must(err)
		return use.Attachments
	}
	// Something else lies there, to be given in the place of what was asked for.
	_, err := alice.SendFiles(alice.Ctx(), bob.ID(), model.Draft{}, []engine.File{{Name: "other.bin", Data: bytes.NewReader(fileBytes(70_001))}})
	alice.Must(err)
	alice.Exchange()
	for i, c := range []struct {
		name   string
		fault  localnet.Faults
		reason model.Reason // of a download; none: it comes all the same
		waits  bool         // it is tried again by itself
		sends  bool         // an upload gets through
	}{
		{"gone", localnet.Faults{Dead: true}, model.ReasonOffline, true, false},
		{"broken", localnet.Faults{Status: 503}, model.ReasonOffline, true, false},
		{"mixes files up", localnet.Faults{Swap: 1}, model.ReasonDamaged, false, true},
		{"loses their ends", localnet.Faults{Truncate: 1}, model.ReasonDamaged, false, true},
		{"slow", localnet.Faults{Slow: true}, model.ReasonNone, false, true},
	} {
		size := 70_002 + i
		trouble(c.fault)
		id, err := alice.SendFiles(alice.Ctx(), bob.ID(), model.Draft{Text: c.name}, []engine.File{{Name: "a.bin", Data: bytes.NewReader(fileBytes(size))}})
		alice.Must(err)
		alice.Await(c.name+": an end of the upload", func() bool {
			m, ok := alice.Message(id)
			return ok && (m.State == model.StateSent || m.NextTry != 0)
		})
		if m, _ := alice.Message(id); (m.State == model.StateSent) != c.sends || m.State == model.StateFailed {
			t.Errorf("%s: what is sent is %v", c.name, m.State)
		}
		if !c.sends {
			trouble(localnet.Faults{})
			alice.Exchange()
			trouble(c.fault)
		}
		var m model.Message
		bob.Await(c.name+": the message", func() bool {
			m = newest(bob, alice)
			return m.Text == c.name
		})
		before := kept(bob)
		bob.Must(bob.Download(bob.Ctx(), m.ID, 0))
		bob.Await(c.name+": an end of the download", func() bool {
			m, _ = bob.Message(m.ID)
			move, moves := bob.Transfer(m.ID, 0)
			return m.Attachments[0].State() != model.FileWaiting || moves && move.NextTry != 0
		})
		switch a := m.Attachments[0]; {
		case c.waits && a.State() != model.FileWaiting:
			t.Errorf("%s: state %v (%v), want to be waited for", c.name, a.State(), a.Failure)
		case !c.waits && a.Failure != c.reason:
			t.Errorf("%s: failed with %v, want %v", c.name, a.Failure, c.reason)
		}
		if now := kept(bob); c.reason != model.ReasonNone && now != before {
			t.Errorf("%s: %d bytes of files lie there, %d before", c.name, now, before)
		}
		trouble(localnet.Faults{})
		bob.Must(bob.Download(bob.Ctx(), m.ID, 0)) // "try again"
		bob.Await(c.name+": the file", func() bool {
			m, _ = bob.Message(m.ID)
			return m.Attachments[0].State() == model.FileHere
		})
		r, err := bob.OpenAttachment(m.ID, 0)
		bob.Must(err)
		got, err := io.ReadAll(r)
		bob.Must(err)
		bob.Must(r.Close())
		if !bytes.Equal(got, fileBytes(size)) {
			t.Errorf("%s: other bytes", c.name)
		}
	}
	// What nobody fetched in time is gone, and said to be.
	var first model.Message
	for _, m := range bob.Messages(alice) {
		if len(m.Attachments) == 1 && m.Attachments[0].Name == "other.bin" {
			first = m
		}
	}
	kit.Advance(t, 22*24*time.Hour)
	bob.Must(bob.Download(bob.Ctx(), first.ID, 0))
	bob.Await("the end of the file's time", func() bool {
		m, ok := bob.Message(first.ID)
		return ok && m.Attachments[0].State() == model.FileExpired
	})
}
