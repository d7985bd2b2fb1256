package engine

import (
	"bytes"
	"fmt"
	"testing"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
)

// Both sides die at each step of a message with two files: before and after each
// upload, before and after the message itself, before and after each download.
// In the end the message is there once, with equal bytes, and neither disk has
// more than its two files.
func TestCrashWhileFilesMove(t *testing.T) {
	type step struct {
		kind  attach.CallKind // 0: the message itself
		nth   int
		after bool
	}
	var steps []step
	for _, after := range []bool{false, true} {
		steps = append(steps, step{0, 1, after})
		for nth := 1; nth <= 2; nth++ {
			steps = append(steps, step{attach.CallUpload, nth, after}, step{attach.CallDownload, nth, after})
		}
	}
	for _, s := range steps {
		t.Run(fmt.Sprintf("%+v", s), func(t *testing.T) {
			alice, bob := twoPeople(t)
			befriend(t, alice, bob)
			w := alice.world
			befriended := len(bob.all(alice))
			stuck := make(chan struct{}, 16)
			calls := 0
			w.setFileFault(func(c attach.Call) (bool, *onion.V4Response, error) {
				w.mu.Lock()
				defer w.mu.Unlock()
				if c.Kind != s.kind {
					return false, nil, nil
				}
				if calls++; calls < s.nth {
					return false, nil, nil
				}
				stuck <- struct{}{}
				return s.after, nil, errLost
			})
			if s.kind == 0 {
				w.setFault(func(to model.ID, r snode.Request) (bool, error) {
					if !isStore(r) || to != bob.account.ID() {
						return false, nil
					}
					stuck <- struct{}{}
					return s.after, errLost
				})
			}
			_, err := alice.SendFiles(alice.ctx(), bob.id(), model.Draft{Text: "two"}, []File{file("a", content(100_000)), file("b", content(200_000))})
			alice.must(err)
			victim := alice
			if s.kind == attach.CallDownload {
				victim = bob
				alice.until("sent", func() bool { l := alice.all(bob); return l[len(l)-1].State == model.StateSent })
				bob.sync()
			}
			select {
			case <-stuck:
			case <-victim.ctx().Done():
				t.Fatal("the step was never reached")
			}
			victim.crash()
			w.setFault(nil)
			w.setFileFault(nil)
			alice.sync()
			bob.sync()
			var with []model.Message
			bob.until("the files", func() bool {
				with = nil
				for _, m := range bob.all(alice) {
					if len(m.Attachments) == 2 {
						with = append(with, m)
					}
				}
				return len(with) == 1 && with[0].Attachments[0].State() == model.FileHere && with[0].Attachments[1].State() == model.FileHere
			})
			if !bytes.Equal(bob.read(with[0].ID, 0), content(100_000)) || !bytes.Equal(bob.read(with[0].ID, 1), content(200_000)) {
				t.Error("other bytes")
			}
			if n := len(bob.all(alice)); n < befriended+1 {
				t.Errorf("%d messages", n)
			}
			for _, p := range []*person{alice, bob} {
				if list := p.onDisk(); len(list) != 2 {
					t.Errorf("on the disk: %v", list)
				}
			}
			if len(w.uploaded()) != 2 {
				t.Errorf("%d blobs on the server: the bytes changed", len(w.uploaded()))
			}
		})
	}
}
