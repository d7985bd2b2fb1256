package engine

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"sotto/engine/model"
)

// count is how often a text stands in a conversation.
func (p *person) count(conv model.ConversationID, text string) (n int) {
	p.t.Helper()
	for page := (model.Page{MoreBefore: true}); page.MoreBefore; {
		anchor := model.Anchor{End: true}
		if len(page.Messages) > 0 {
			anchor = model.Anchor{Message: page.Messages[0].ID}
		}
		page = p.Page(conv, anchor, 1000, 0)
		for _, m := range page.Messages {
			if m.Text == text {
				n++
			}
		}
	}
	return n
}

// earlier fetches a room to its beginning.
func (p *person) earlier(conv model.ConversationID) {
	p.t.Helper()
	for more := true; more; {
		var err error
		more, err = p.LoadEarlier(p.ctx(), conv)
		p.must(err)
	}
}

// tellLate posts what was written two seconds before: the server gives it a time of
// its own.
func (k *crew) tellLate(p *person, conv model.ConversationID, text string) model.MessageID {
	k.t.Helper()
	p.link.setOffline(true)
	id := p.tell(conv, text)
	k.clock.Advance(2 * time.Second)
	p.link.setOffline(false)
	k.settle(p)
	return id
}

// keepCopy makes a backup; bring has a device of the account take it over.
func (p *person) keepCopy() (bring func(d *person)) {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), "copy"+BackupSuffix)
	pass := []byte("a passphrase of its own")
	_, err := p.Backup(p.ctx(), path, pass, nil)
	p.must(err)
	return func(d *person) {
		d.t.Helper()
		_, err := d.AddBackup(d.ctx(), path, pass, nil, nil)
		d.must(err)
	}
}

// A post that a backup brings back is the one that the server has: it does not come
// once more with an older page, whichever is first, and follows what happens to it.
func TestABackupOfACommunity(t *testing.T) {
	k := newCrew(t)
	server, urls := k.serve("lounge")
	alice := k.person("Alice")
	conv := alice.join(urls[0])
	id := k.tellLate(alice, conv, "mine")
	if m := alice.message(id); m.State != model.StateSent || m.Hash == roomRef(1, m.Timestamp) {
		t.Fatalf("the server gave it the same time: %+v", m)
	}
	k.clock.Advance(10 * time.Minute)
	fill(t, server, "lounge", roomPage+20, k.clock.Now())
	bring := alice.keepCopy()
	alice.pushed()
	first, later := restore(t, k.world, alice.account), restore(t, k.world, alice.account)
	k.settle(first, later)
	for _, d := range []*person{first, later} {
		if n := d.count(conv, "mine"); n != 0 {
			t.Fatalf("the newest page has it %d times", n)
		}
	}
	bring(first)
	k.settle(first)
	first.earlier(conv)
	later.earlier(conv)
	bring(later)
	k.settle(later)
	for name, d := range map[string]*person{"the backup came first": first, "the server came first": later} {
		if n := d.count(conv, "mine"); n != 1 {
			t.Errorf("%s: it is there %d times", name, n)
		}
	}
	alice.must(alice.EditInCommunity(alice.ctx(), id, "mine, better"))
	k.settle(alice, first, later)
	for _, d := range []*person{first, later} {
		if d.count(conv, "mine") != 0 || d.count(conv, "mine, better") != 1 {
			t.Error("an edit does not reach what was brought back")
		}
	}
	alice.must(alice.Delete(alice.ctx(), []model.MessageID{id}, true))
	k.settle(alice, first, later)
	for _, d := range []*person{first, later} {
		if d.count(conv, "mine, better") != 0 {
			t.Error("what was deleted for all is there")
		}
	}
}

// A backup brings back what was said in a room that was left; who joins it again has
// that once.
func TestABackupOfARoomThatWasLeft(t *testing.T) {
	k := newCrew(t)
	_, urls := k.serve("lounge")
	alice := k.person("Alice")
	conv := alice.join(urls[0])
	k.tellLate(alice, conv, "mine")
	bring := alice.keepCopy()
	alice.must(alice.LeaveCommunity(alice.ctx(), conv))
	bring(alice)
	if n := alice.count(conv, "mine"); n != 1 {
		t.Fatalf("brought back %d times", n)
	}
	alice.join(urls[0])
	k.settle(alice)
	if n := alice.count(conv, "mine"); n != 1 {
		t.Errorf("it is there %d times", n)
	}
}

// Who joins a room again reads what was said in it, pinned messages too; what was
// deleted on this device since then stays away.
func TestJoiningAgain(t *testing.T) {
	k := newCrew(t)
	_, url, conv, alice, bob := k.lead()
	alice.tell(conv, "first")
	k.settle(alice, bob)
	k.clock.Advance(time.Second)
	bob.tell(conv, "second")
	k.settle(bob, alice)
	alice.must(alice.PinInCommunity(alice.ctx(), alice.newest(conv).ID, true))
	k.settle(alice, bob)
	bob.must(bob.LeaveCommunity(bob.ctx(), conv))
	if got := bob.in(conv); len(got) != 0 {
		t.Fatalf("left behind: %q", got)
	}
	bob.join(url)
	k.settle(bob)
	bob.showsIn(conv, "first", "second")
	room, _ := bob.Community(conv)
	if pin := bob.newest(conv).ID; len(room.Pins) != 1 || room.Pins[0].Message != pin {
		t.Errorf("pinned is %+v, not %d", room.Pins, pin)
	}
	bob.must(bob.Delete(bob.ctx(), []model.MessageID{bob.newest(conv).ID}, false))
	alice.must(alice.React(alice.ctx(), alice.newest(conv).ID, "🎉", true)) // the server tells of it anew
	k.settle(alice, bob)
	if got := bob.in(conv); !slices.Equal(got, []string{"first"}) {
		t.Errorf("Bob sees %q", got)
	}
}
