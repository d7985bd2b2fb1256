package engine

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"sotto/engine/model"
	"sotto/engine/protocol/snode"
	"sotto/store"
)

// crash ends a device as kill -9 does: what the file holds at this moment is all
// there is. A copy of the folder is opened in place of the one still in use.
func (p *person) crash() {
	p.t.Helper()
	copied := filepath.Join(p.t.TempDir(), "after crash")
	// The loop makes the copy: nothing is written into the store meanwhile.
	p.must(p.do(p.ctx(), func(*core) error { return copyFolder(p.dir, copied) }))
	p.stop()
	p.must(p.Close())
	p.dir = copied
	st, err := store.Open(p.dir, store.Unlock{}, store.Options{Clock: p.clock})
	if err != nil {
		p.t.Fatal(err)
	}
	p.start(st)
}

// copyFolder copies what stays: the files of transfers come and go meanwhile.
func copyFolder(from, to string) error {
	return filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if d.IsDir() {
			return os.MkdirAll(target, 0o700)
		}
		if d.Name() == "lock" {
			return nil
		}
		in, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		defer in.Close()
		out, err := os.Create(target)
		if err != nil {
			return err
		}
		if _, err := io.Copy(out, in); err != nil {
			return errors.Join(err, out.Close())
		}
		return out.Close()
	})
}

// The sender dies at each point at which its state differs: before the request,
// after the swarm has the message and before the answer counts, after the
// message and before the own copy, after the copy and before its answer counts.
func TestCrashWhileSending(t *testing.T) {
	for _, c := range []struct {
		name   string
		own    bool // the request with the own copy, else that to the contact
		stored bool // the swarm has carried it out
	}{
		{"before the request", false, false},
		{"after the request", false, true},
		{"before the copy", true, false},
		{"after the copy", true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			alice, bob := twoPeople(t)
			const n = 3
			stuck := make(chan struct{}, 1)
			alice.world.setFault(func(to model.ID, r snode.Request) (bool, error) {
				if !isStore(r) || (to == alice.account.ID()) != c.own {
					return false, nil
				}
				select {
				case stuck <- struct{}{}:
				default:
				}
				return c.stored, errLost
			})
			for i := range n {
				_, err := alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: fmt.Sprint(i)})
				alice.must(err)
			}
			select {
			case <-stuck:
			case <-alice.ctx().Done():
				t.Fatal("the request was never sent")
			}
			alice.crash()
			alice.world.setFault(nil)
			alice.sync()
			bob.sync()
			bob.shows(alice, "0", "1", "2")
			alice.sync()
			alice.shows(bob, "0", "1", "2")
			if got := len(alice.world.has(bob.account.ID())); got != n {
				t.Errorf("%d messages in Bob's swarm, want %d", got, n)
			}
			if got := len(alice.world.has(alice.account.ID())); got != n {
				t.Errorf("%d copies in the own swarm, want %d", got, n)
			}
			for _, m := range alice.all(bob) {
				if m.State != model.StateSent {
					t.Errorf("message is %v", m.State)
				}
			}
		})
	}
}

// The receiver dies between opening a page and storing it, and right after.
func TestCrashWhileReceiving(t *testing.T) {
	alice, bob := twoPeople(t)
	for i := range 5 {
		_, err := alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: fmt.Sprint(i)})
		alice.must(err)
	}
	alice.sync()
	bob.crash()
	bob.sync()
	bob.crash()
	bob.sync()
	bob.shows(alice, "0", "1", "2", "3", "4")
	if c, _ := bob.Conversation(alice.id()); c.Unread != 5 {
		t.Fatalf("%d unread, want 5", c.Unread)
	}
}

// A page that cannot be stored counts as not received: nothing of it is there,
// and the next poll brings it again.
func TestPageIsAllOrNothing(t *testing.T) {
	alice, bob := twoPeople(t)
	bob.log.expectErrors()
	bob.link.setOffline(true)
	for i := range 3 {
		_, err := alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: fmt.Sprint(i)})
		alice.must(err)
	}
	alice.sync()
	blobs := alice.world.messages(bob.account.ID())
	err := bob.do(bob.ctx(), func(c *core) error {
		var page []incoming
		for _, m := range blobs {
			in := incoming{hash: m.Hash, expiration: model.Millis(m.Expiration)}
			c.openOne(&in, m.Data)
			page = append(page, in)
		}
		return c.update(func(w *work) error {
			r := &receiver{work: w}
			for i := range page {
				if err := r.handle(&page[i]); err != nil {
					return err
				}
			}
			return store.ErrDiskFull
		})
	})
	if model.ReasonOf(err) != model.ReasonDisk {
		t.Fatalf("error: %v", err)
	}
	bob.shows(alice)
	bob.link.setOffline(false)
	bob.sync()
	bob.shows(alice, "0", "1", "2")
}
