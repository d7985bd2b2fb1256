package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
	"sotto/internal/clock"
	"sotto/store"
)

// write puts messages from somebody into the profile, one a second, the first
// one ago.
func (p *person) write(from *person, n int, ago time.Duration) {
	p.t.Helper()
	start := p.Now() - model.Millis(ago.Milliseconds())
	p.must(p.update(p.ctx(), func(w *work) error {
		if _, err := w.open(from.account.ID()); err != nil {
			return err
		}
		for i := range n {
			m := model.Message{
				Conversation: from.id(), Sender: from.account.ID(), Timestamp: start + model.Millis(i)*1000,
				Text: fmt.Sprintf("from long ago, number %d", i),
			}
			if _, err := w.tx.AddMessage(&m); err != nil {
				return err
			}
		}
		return nil
	}))
}

func TestStorageUseCountsWhatIsThere(t *testing.T) {
	_, alice, bob := manualPeople(t)
	carol := newPerson(t, alice.world, "Carol")
	alice.write(carol, 40, time.Hour)
	p := filepath.Join(alice.store.AttachmentsDir(), "1f")
	alice.must(os.MkdirAll(p, 0o700))
	alice.must(os.WriteFile(filepath.Join(p, "sealed"), make([]byte, 12345), 0o600))
	use, err := alice.StorageUse(alice.ctx())
	alice.must(err)
	if use.Attachments != 12345 || use.Database <= 0 || use.Free < 0 || use.Index < 0 || use.Index >= use.Database {
		t.Errorf("use %+v", use)
	}
	if len(use.Conversations) != 2 || use.Conversations[0].Conversation.ID != carol.id() || use.Conversations[0].Messages != 40 ||
		use.Conversations[1].Conversation.ID != bob.id() || use.Messages != 40+use.Conversations[1].Messages {
		t.Errorf("by conversation: %+v", use.Conversations)
	}

	alice.must(alice.ClearMessages(alice.ctx(), carol.id()))
	again, err := alice.StorageUse(alice.ctx())
	alice.must(err)
	if len(again.Conversations) != 1 || again.Messages != use.Messages-40 {
		t.Errorf("after clearing: %+v", again)
	}
	told := false
	alice.must(alice.Compact(alice.ctx(), func(done, total int64) { told = done <= total }))
	small, err := alice.StorageUse(alice.ctx())
	alice.must(err)
	if !told || small.Free >= again.Free && again.Free > 0 {
		t.Errorf("compacting told %v; free were %d bytes, are %d", told, again.Free, small.Free)
	}
	alice.say(bob, "the engine works on after compacting")
	stopped, cancel := context.WithCancel(alice.ctx())
	cancel()
	if err := alice.Compact(stopped, nil); model.ReasonOf(err) != model.ReasonOffline || !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}

func TestTrimLetsOldMessagesGoAndKeepsNotes(t *testing.T) {
	m, alice, bob := manualPeople(t)
	const old = 2*trimBatch + 7
	alice.write(bob, old, 400*24*time.Hour)
	alice.write(alice, 3, 400*24*time.Hour)
	notes := len(alice.all(alice))
	young := len(alice.all(bob)) - old
	before := TrimBefore(alice.Now(), 12)
	n, err := alice.CountOlder(alice.ctx(), before)
	alice.must(err)
	if n != old {
		t.Fatalf("%d messages would go, want %d", n, old)
	}

	// Interrupted after the first portion.
	ctx, cancel := context.WithCancel(alice.ctx())
	gone, err := alice.Trim(ctx, before, func(int) { cancel() })
	if gone != trimBatch || model.ReasonOf(err) != model.ReasonOffline {
		t.Fatalf("interrupted after %d: %v", gone, err)
	}
	var steps []int
	gone, err = alice.Trim(alice.ctx(), before, func(done int) { steps = append(steps, done) })
	alice.must(err)
	if gone != old-trimBatch || len(steps) != 2 || steps[1] != gone {
		t.Fatalf("%d went, in steps %v", gone, steps)
	}
	if len(alice.all(bob)) != young || len(alice.all(alice)) != notes {
		t.Errorf("left: %d with Bob, %d notes", len(alice.all(bob)), len(alice.all(alice)))
	}

	// The setting goes on by itself, once the network's time is known.
	alice.must(alice.UpdateSettings(alice.ctx(), func(s *model.Settings) { s.TrimAfter = 12 }))
	alice.write(bob, old, 400*24*time.Hour)
	alice.sync()
	alice.until("the old messages to go", func() bool {
		m.Advance(time.Hour)
		return len(alice.all(bob)) == young
	})
	if len(alice.all(alice)) != notes {
		t.Error("notes went as well")
	}
}

// TestWrongClockTrimsNothing starts a profile on a computer whose clock is years
// ahead, without a network that could say so.
func TestWrongClockTrimsNothing(t *testing.T) {
	m := clock.NewManual(startOfTests)
	alice, bob := newPerson(t, newWorld(m), "Alice"), newPerson(t, newWorld(m), "Bob")
	alice.log.expectErrors()
	alice.write(bob, 5, time.Hour)
	alice.must(alice.UpdateSettings(alice.ctx(), func(s *model.Settings) { s.TrimAfter = 6 }))
	alice.link.setOffline(true)
	alice.quit()
	m.Advance(3 * 365 * 24 * time.Hour)
	st, err := store.Open(alice.dir, store.Unlock{}, store.Options{Clock: alice.clock})
	alice.must(err)
	alice.assemble(st)
	alice.link.setOffline(true)
	alice.run()
	for range 3 {
		m.Advance(2 * time.Hour)
		alice.must(alice.UpdateSettings(alice.ctx(), func(s *model.Settings) { s.WindowWidth++ })) // a turn of the loop
	}
	if n := len(alice.all(bob)); n != 5 {
		t.Errorf("%d of 5 messages are left", n)
	}
}

func TestClearNetworkFallsSilentAndNeedsAnAnswer(t *testing.T) {
	_, alice, bob := manualPeople(t)
	bob.say(alice, "something in the swarm")
	if len(alice.world.has(alice.account.ID())) == 0 {
		t.Fatal("the swarm is empty before the test")
	}
	alice.link.setOffline(true)
	if _, err := alice.ClearNetwork(alice.ctx()); model.ReasonOf(err) != model.ReasonOffline {
		t.Fatalf("offline: %v", err)
	}
	alice.link.setOffline(false)
	alice.say(bob, "sending works again after a failure")

	cleared, err := alice.ClearNetwork(alice.ctx())
	alice.must(err)
	if cleared.Members != 3 || cleared.Confirmed != 3 {
		t.Errorf("cleared %+v", cleared)
	}
	if left := alice.world.has(alice.account.ID()); len(left) != 0 {
		t.Errorf("the swarm still has %v", left)
	}
	if len(bob.world.has(bob.account.ID())) == 0 {
		t.Error("somebody else's swarm was cleared as well")
	}
	// A message queued now goes nowhere.
	requests := func() int { alice.world.mu.Lock(); defer alice.world.mu.Unlock(); return alice.world.requests }
	before := requests()
	_, err = alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: "too late"})
	alice.must(err)
	alice.rest()
	if n := requests() - before; n != 0 {
		t.Errorf("%d requests after everything was deleted", n)
	}
}

// TestForgedConfirmationsDoNotCount lets nodes claim what their signatures do
// not say.
func TestForgedConfirmationsDoNotCount(t *testing.T) {
	_, alice, bob := manualPeople(t)
	bob.say(alice, "something in the swarm")
	alice.world.mu.Lock()
	alice.world.forgeDeletes = true
	alice.world.mu.Unlock()
	if cleared, err := alice.ClearNetwork(alice.ctx()); model.ReasonOf(err) != model.ReasonOffline || cleared.Confirmed != 0 {
		t.Errorf("cleared %+v: %v", cleared, err)
	}
}

// deleteAll answers delete_all for all namespaces.
func (w *world) deleteAll(r *snode.DeleteAllRequest) ([]byte, error) {
	if err := snode.Verify(r); err != nil || !r.Scope.All && r.Pubkey.Prefix() != identity.Group {
		return nil, fail(model.ReasonRejected, "not a good request to delete everything")
	}
	var a snode.DeleteAnswer
	for _, n := range w.nodes {
		result := snode.DeleteResult{Deleted: snode.Hashes{All: true}}
		for in, list := range w.kept[n.Ed25519] {
			if in.account != r.Pubkey || len(list) == 0 || !r.Scope.All && in.space != r.Scope.Namespace {
				continue
			}
			hashes := snode.NamespaceHashes{Namespace: in.space}
			for _, m := range list {
				hashes.Hashes = append(hashes.Hashes, m.Hash)
			}
			result.Deleted.ByNamespace = append(result.Deleted.ByNamespace, hashes)
			delete(w.kept[n.Ed25519], in)
		}
		result.Deleted.Normalize()
		if err := snode.SignResult(r, &result, w.keys[n.Ed25519]); err != nil {
			return nil, err
		}
		if w.forgeDeletes {
			result.Signature[0] ^= 1
		}
		a.Members = append(a.Members, snode.Member[snode.DeleteResult]{Node: n.Ed25519, Result: result})
	}
	return a.Encode(), nil
}
