package engine

import (
	"slices"
	"testing"

	"sotto/engine/model"
	"sotto/engine/protocol/config"
)

// What was decided without a network is carried out after a restart.
func TestGroupsSurviveARestart(t *testing.T) {
	k := newCrew(t)
	_, urls := k.serve("lounge")
	alice, bob, carol := k.person("Alice"), k.person("Bob"), k.person("Carol")
	befriend(t, alice, bob)
	befriend(t, alice, carol)
	room := alice.join(urls[0])
	bob.join(urls[0])

	alice.link.setOffline(true)
	conv, err := alice.CreateGroup(alice.ctx(), "Crew", "", ids(bob, carol))
	alice.must(err)
	alice.tell(conv, "written offline")
	post := alice.tell(room, "posted offline")
	if s := alice.state(conv, bob); s != model.InviteSending {
		t.Errorf("before the network Bob is %v", s)
	}
	if !alice.Status().Unsynced {
		t.Error("nothing is said to wait")
	}
	alice.restart()
	k.settle(alice, bob, carol)
	for _, p := range []*person{bob, carol} {
		if !slices.Contains(p.in(conv), "written offline") {
			t.Errorf("%s sees %q", p.Me().Name, p.in(conv))
		}
	}
	if m, _ := alice.Message(post); m.State != model.StateSent || !slices.Contains(bob.in(room), "posted offline") {
		t.Errorf("the post is %v", m.State)
	}
	if alice.Status().Unsynced {
		k.settle(alice)
	}

	// A removal and a goodbye.
	alice.link.setOffline(true)
	alice.must(alice.RemoveMembers(alice.ctx(), conv, ids(carol), false))
	alice.restart()
	bob.link.setOffline(true)
	bob.must(bob.LeaveGroup(bob.ctx(), conv))
	bob.restart()
	k.settle(bob, alice, carol)
	if g, _ := alice.Group(conv); len(g.Members) != 1 {
		t.Errorf("Alice sees %d members", len(g.Members))
	}
	if g, _ := carol.Group(conv); g.Lost != model.LostRemoved {
		t.Errorf("Carol sees %+v", g)
	}
	alice.must(alice.DeleteGroup(alice.ctx(), conv))
	alice.restart()
	k.settle(alice)
	if _, ok := alice.Conversation(conv); ok {
		t.Error("the ended group is still there")
	}
	id, _ := conv.ID()
	if n := len(k.world.box(id, 11)); n != 0 {
		t.Errorf("%d messages of the ended group are in the swarm", n)
	}
}

// A closed group of old has the id of an account, and is none.
func TestOldGroupsCanOnlyBeRead(t *testing.T) {
	k := newCrew(t)
	alice, other := k.person("Alice"), k.person("Other")
	alice.must(alice.do(alice.ctx(), func(c *core) error {
		return c.update(func(w *work) error {
			w.configsTouched = true
			if err := w.configs.groups.SetLegacyGroup(config.LegacyGroup{ID: other.account.ID(), Name: "Old crew"}); err != nil {
				return err
			}
			return (&receiver{work: w}).applyGroups()
		})
	}))
	conv := other.id()
	if c, ok := alice.Conversation(conv); !ok || c.Kind != model.KindLegacyGroup {
		t.Fatalf("the old group is %+v", c)
	}
	if _, err := alice.SendText(alice.ctx(), conv, model.Draft{Text: "hello"}); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("writing to it: %v", err)
	}
	if err := alice.SetTimer(alice.ctx(), conv, model.Timer{Mode: model.ExpireAfterSend, Seconds: 24 * 3600}); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("setting its timer: %v", err)
	}
	alice.must(alice.DeleteConversation(alice.ctx(), conv))
	alice.pushed()
	second := restore(t, k.world, alice.account)
	k.settle(second, alice)
	for _, p := range []*person{alice, second} {
		if _, ok := p.Conversation(conv); ok {
			t.Error("a deleted old group comes back")
		}
	}
}
