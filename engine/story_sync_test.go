package engine

import (
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/snode"
	"sotto/internal/clock"
)

// pushed waits until the swarm has everything that this device wants to tell,
// and moves the clock to where it tells it.
func (p *person) pushed() {
	p.t.Helper()
	p.until("the push", func() bool {
		var (
			settled bool
			wait    time.Duration
		)
		p.must(p.do(p.ctx(), func(c *core) error {
			settled = !c.configs.wantPush() && !c.configs.push.busy
			if at := c.configs.push.due(); !at.IsZero() {
				wait = at.Sub(c.clock.Now())
			}
			return nil
		}))
		if m, ok := p.clock.(*clock.Manual); ok && wait > 0 {
			m.Advance(wait)
		}
		return settled
	})
}

// contact returns what a device shows of somebody.
func (p *person) contact(with *person) model.Conversation {
	p.t.Helper()
	c, ok := p.Conversation(with.id())
	if !ok {
		p.t.Fatal("no such contact")
	}
	return c
}

func TestRestoredAccountFindsEverything(t *testing.T) {
	w := newWorld(clock.NewManual(time.UnixMilli(1767225600000)))
	alice, bob, carol := newPerson(t, w, "Alice"), newPerson(t, w, "Bob"), newPerson(t, w, "Carol")
	befriend(t, alice, bob)
	befriend(t, alice, carol)
	alice.must(alice.SetNickname(alice.ctx(), bob.id(), "Bobby"))
	alice.must(alice.SetPinned(alice.ctx(), bob.id(), true))
	alice.must(alice.SetTimer(alice.ctx(), bob.id(), model.Timer{Mode: model.ExpireAfterRead, Seconds: 3600}))
	alice.must(alice.Block(alice.ctx(), carol.id()))
	alice.sync()
	alice.pushed()

	second := restore(t, w, alice.account)
	second.sync()
	if me := second.Me(); me.Name != "Alice" || me.Restoring {
		t.Fatalf("restored %q, still restoring: %v", me.Name, me.Restoring)
	}
	c := second.contact(bob)
	if c.Name != "Bob" || c.Nickname != "Bobby" || c.Pinned == 0 || !c.Approved || !c.ApprovedMe ||
		c.Timer != (model.Timer{Mode: model.ExpireAfterRead, Seconds: 3600}) {
		t.Errorf("Bob is %+v", c)
	}
	if c := second.contact(carol); !c.Blocked {
		t.Errorf("Carol is not blocked")
	}
	second.pushed()
	alice.sync()
	if got := alice.contact(bob); got.Nickname != "Bobby" || got.Pinned == 0 {
		t.Errorf("the first device lost something: %+v", got)
	}
	if len(alice.Sightings()) != 0 {
		t.Errorf("a device that changed nothing was seen: %+v", alice.Sightings())
	}
}

func TestNothingIsPushedBeforeTheFirstMerge(t *testing.T) {
	w := newWorld(clock.NewManual(time.UnixMilli(1767225600000)))
	alice := newPerson(t, w, "Alice")
	alice.pushed()
	w.setFault(func(model.ID, snode.Request) (bool, error) { return false, fail(model.ReasonOffline, "no network yet") })
	second := restore(t, w, alice.account)
	second.must(second.SetName(second.ctx(), "Somebody else"))
	second.must(second.UpdateSettings(second.ctx(), func(s *model.Settings) { s.ShowNoteToSelf = true }))
	before := len(w.box(alice.account.ID(), snode.UserProfile))
	w.setFault(nil)
	second.sync()
	second.pushed()
	if me := second.Me(); me.Name != "Alice" {
		t.Errorf("the name that the account has is %q", me.Name)
	}
	if second.Settings().ShowNoteToSelf {
		t.Error("Note to Self, hidden by the first device, is shown")
	}
	if now := len(w.box(alice.account.ID(), snode.UserProfile)); now != before {
		t.Errorf("%d profile messages in the swarm, there were %d", now, before)
	}
}

func TestARestoredAccountWithoutAProfileTakesTheGivenName(t *testing.T) {
	w := newWorld(clock.NewManual(time.UnixMilli(1767225600000)))
	bob := newPerson(t, w, "Bob")
	lost := newPerson(t, w, "Lost")
	lost.quit()
	w.forget(lost.account.ID())
	again := restore(t, w, lost.account)
	again.sync()
	if me := again.Me(); me.Restoring || me.Name != "" {
		t.Fatalf("found %+v", me)
	}
	again.must(again.SetName(again.ctx(), "Found"))
	again.pushed()
	third := restore(t, w, lost.account)
	third.sync()
	if third.Me().Name != "Found" {
		t.Errorf("the third device is called %q", third.Me().Name)
	}
	_ = bob
}

func TestOneMemberThatForgotIsNotBelieved(t *testing.T) {
	w := newWorld(clock.NewManual(time.UnixMilli(1767225600000)))
	alice := newPerson(t, w, "Alice")
	alice.pushed()
	// One node slept through everything.
	w.forgetAt(w.nodes[0].Ed25519, alice.account.ID())
	second := restore(t, w, alice.account)
	second.sync()
	if name := second.Me().Name; name != "Alice" {
		t.Errorf("restored as %q", name)
	}
}

func TestDevicesFollowEachOther(t *testing.T) {
	fake := clock.NewManual(time.UnixMilli(1767225600000))
	w := newWorld(fake)
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	befriend(t, alice, bob)
	alice.pushed()
	second := restore(t, w, alice.account)
	second.sync()
	second.pushed()

	settle := func() {
		t.Helper()
		for range 2 {
			for _, p := range []*person{alice, second} {
				p.sync()
				p.pushed()
			}
		}
		alice.sync()
	}
	steps := []struct {
		what string
		do   func(on *person)
		seen func(on *person) bool
	}{
		{"name", func(p *person) { p.must(p.SetName(p.ctx(), "Alice B.")) }, func(p *person) bool { return p.Me().Name == "Alice B." }},
		{"nickname", func(p *person) { p.must(p.SetNickname(p.ctx(), bob.id(), "B")) }, func(p *person) bool { return p.contact(bob).Nickname == "B" }},
		{"pin", func(p *person) { p.must(p.SetPinned(p.ctx(), bob.id(), true)) }, func(p *person) bool { return p.contact(bob).Pinned > 0 }},
		{"mute for a while", func(p *person) { p.must(p.SetMuted(p.ctx(), bob.id(), p.Now()+3_600_000)) }, func(p *person) bool {
			return p.contact(bob).MutedUntil > p.Now() && p.contact(bob).MutedUntil != model.MuteForever
		}},
		{"no notifications", func(p *person) { p.must(p.SetNotify(p.ctx(), bob.id(), model.NotifyNone)) }, func(p *person) bool {
			return p.contact(bob).Notify == model.NotifyNone
		}},
		{"notifications", func(p *person) {
			p.must(p.SetNotify(p.ctx(), bob.id(), model.NotifyAll))
			p.must(p.SetMuted(p.ctx(), bob.id(), 0))
		}, func(p *person) bool {
			return p.contact(bob).Notify == model.NotifyAll && p.contact(bob).MutedUntil == 0
		}},
		{"hide", func(p *person) { p.must(p.SetHidden(p.ctx(), bob.id(), true)) }, func(p *person) bool { return p.contact(bob).Hidden }},
		{"block", func(p *person) { p.must(p.Block(p.ctx(), bob.id())) }, func(p *person) bool { return p.contact(bob).Blocked }},
		{"unblock", func(p *person) { p.must(p.Unblock(p.ctx(), bob.id())) }, func(p *person) bool { return !p.contact(bob).Blocked }},
		{"Note to Self shown", func(p *person) {
			p.must(p.UpdateSettings(p.ctx(), func(s *model.Settings) { s.ShowNoteToSelf = true }))
		}, func(p *person) bool { return p.Settings().ShowNoteToSelf }},
		{"Note to Self hidden", func(p *person) {
			p.must(p.UpdateSettings(p.ctx(), func(s *model.Settings) { s.ShowNoteToSelf = false }))
		}, func(p *person) bool { return !p.Settings().ShowNoteToSelf }},
		{"requests from communities", func(p *person) {
			p.must(p.UpdateSettings(p.ctx(), func(s *model.Settings) { s.CommunityRequests = model.Yes }))
		}, func(p *person) bool { return p.Settings().CommunityRequests == model.Yes }},
		{"read", func(p *person) {
			bob.say(alice, "one more")
			p.sync()
			p.must(p.MarkRead(p.ctx(), bob.id(), p.Now()+10_000))
		}, func(p *person) bool {
			c := p.contact(bob)
			return c.Unread == 0 && p.texts(bob)[len(p.texts(bob))-1] == "one more"
		}},
		{"mark as unread", func(p *person) { p.must(p.MarkUnread(p.ctx(), bob.id())) }, func(p *person) bool { return p.contact(bob).MarkedUnread }},
		{"written elsewhere", func(p *person) { p.say(bob, "from one device") }, func(p *person) bool {
			t := p.texts(bob)
			return t[len(t)-1] == "from one device"
		}},
		{"delete", func(p *person) { p.must(p.DeleteConversation(p.ctx(), bob.id())) }, func(p *person) bool {
			_, there := p.Conversation(bob.id())
			return !there
		}},
	}
	for i, step := range steps {
		from, to := alice, second
		if i%2 == 1 {
			from, to = second, alice
		}
		step.do(from)
		settle()
		if !step.seen(to) {
			t.Errorf("%s: not seen on the other device: %+v, %q", step.what, to.contact(bob), to.texts(bob))
		}
		if !step.seen(from) {
			t.Errorf("%s: taken back on the device where it was done", step.what)
		}
	}
	if len(second.Sightings()) == 0 {
		t.Error("the other device was never noticed")
	}
}

func TestEditsAtTheSameMomentBothStay(t *testing.T) {
	w := newWorld(clock.NewManual(time.UnixMilli(1767225600000)))
	alice, bob, carol := newPerson(t, w, "Alice"), newPerson(t, w, "Bob"), newPerson(t, w, "Carol")
	befriend(t, alice, bob)
	befriend(t, alice, carol)
	alice.pushed()
	second := restore(t, w, alice.account)
	second.sync()
	second.pushed()
	alice.sync()

	alice.link.setOffline(true)
	second.link.setOffline(true)
	alice.must(alice.SetNickname(alice.ctx(), bob.id(), "B"))
	second.must(second.SetNickname(second.ctx(), carol.id(), "C"))
	alice.link.setOffline(false)
	second.link.setOffline(false)
	for range 3 {
		for _, p := range []*person{alice, second} {
			p.sync()
			p.pushed()
		}
	}
	alice.sync()
	for _, p := range []*person{alice, second} {
		if p.contact(bob).Nickname != "B" || p.contact(carol).Nickname != "C" {
			t.Errorf("nicknames are %q and %q", p.contact(bob).Nickname, p.contact(carol).Nickname)
		}
	}
	if n := len(w.box(alice.account.ID(), snode.Contacts)); n != 1 {
		t.Errorf("%d contact lists in the swarm, the obsolete ones stay", n)
	}
}

func TestAChangeSurvivesACrashBeforeItsPush(t *testing.T) {
	w := newWorld(clock.NewManual(time.UnixMilli(1767225600000)))
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	befriend(t, alice, bob)
	alice.pushed()
	alice.link.setOffline(true)
	alice.must(alice.SetNickname(alice.ctx(), bob.id(), "B"))
	alice.restart()
	alice.sync()
	alice.pushed()
	second := restore(t, w, alice.account)
	second.sync()
	if got := second.contact(bob).Nickname; got != "B" {
		t.Errorf("nickname %q", got)
	}
}

func TestAConfigThatDoesNotOpenIsLeftAlone(t *testing.T) {
	w := newWorld(clock.NewManual(time.UnixMilli(1767225600000)))
	alice := newPerson(t, w, "Alice")
	alice.log.expectErrors()
	alice.pushed()
	odd := w.putConfig(alice.account.ID(), snode.Contacts, []byte("of a client to come"))
	alice.sync()
	alice.must(alice.SetName(alice.ctx(), "Alice 2"))
	alice.pushed()
	if got := alice.Status().UnreadConfigs; got != 1 {
		t.Errorf("%d unread configs are told", got)
	}
	found := false
	for _, m := range w.box(alice.account.ID(), snode.Contacts) {
		found = found || m.Hash == odd
	}
	if !found {
		t.Error("the message was deleted")
	}
}

func TestLivesOfConfigsAreExtended(t *testing.T) {
	fake := clock.NewManual(time.UnixMilli(1767225600000))
	w := newWorld(fake)
	alice := newPerson(t, w, "Alice")
	alice.pushed()
	for range 10 {
		fake.Advance(5 * 24 * time.Hour)
		alice.sync()
	}
	second := restore(t, w, alice.account)
	second.sync()
	if name := second.Me().Name; name != "Alice" {
		t.Errorf("after fifty days the account is called %q", name)
	}
}
