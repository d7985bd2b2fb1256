package engine

import (
	"crypto/rand"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/group"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
)

// Two devices of an admin and two of a member are changed while they are
// offline, and end equal.
func TestDevicesConvergeAfterOfflineEdits(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol, dave := k.person("Alice"), k.person("Bob"), k.person("Carol"), k.person("Dave")
	conv := k.together(alice, "Crew", bob)
	befriend(t, alice, carol)
	befriend(t, alice, dave)
	alice.pushed()
	bob.pushed()
	alice2, bob2 := restore(t, k.world, alice.account), restore(t, k.world, bob.account)
	all := []*person{alice, alice2, bob, bob2}
	k.settle(all...)
	if g, ok := alice2.Group(conv); !ok || !g.Admin || len(g.Members) != 2 {
		t.Fatalf("the second device sees %+v", g)
	}
	for _, p := range all {
		p.link.setOffline(true)
	}
	alice.must(alice.RenameGroup(alice.ctx(), conv, "North"))
	alice.must(alice.InviteMembers(alice.ctx(), conv, ids(carol), false))
	alice2.must(alice2.DescribeGroup(alice2.ctx(), conv, "south"))
	alice2.must(alice2.InviteMembers(alice2.ctx(), conv, ids(dave), false))
	bob.tell(conv, "from one device")
	k.clock.Advance(time.Second)
	bob2.tell(conv, "from the other")
	for _, p := range all {
		p.link.setOffline(false)
	}
	everybody := append(slices.Clone(all), carol, dave)
	for range 2 {
		k.settle(everybody...)
	}
	want, _ := alice.Group(conv)
	if want.Name != "North" || want.Description != "south" || len(want.Members) != 4 {
		t.Fatalf("Alice sees %+v", want)
	}
	for _, p := range everybody {
		g, _ := p.Group(conv)
		if g.Name != want.Name || g.Description != want.Description || len(g.Members) != len(want.Members) {
			t.Errorf("%s sees %q, %q, %d members", p.Me().Name, g.Name, g.Description, len(g.Members))
		}
	}
	for _, p := range all {
		for _, text := range []string{"from one device", "from the other"} {
			if !slices.Contains(p.in(conv), text) {
				t.Errorf("%s lacks %q: %q", p.Me().Name, text, p.in(conv))
			}
		}
	}
	dave.tell(conv, "hello all")
	k.settle(everybody...)
	for _, p := range everybody {
		if !slices.Contains(p.in(conv), "hello all") {
			t.Errorf("%s cannot read what a member says after two admins added members at once", p.Me().Name)
		}
	}
	// What one device has read the other has too, and leaving is for both.
	bob.must(bob.MarkRead(bob.ctx(), conv, bob.Now()))
	bob.pushed()
	k.settle(bob, bob2)
	if c, _ := bob2.Conversation(conv); c.Unread != 0 {
		t.Errorf("%d unread on the other device", c.Unread)
	}
	bob.must(bob.LeaveGroup(bob.ctx(), conv))
	bob.pushed()
	k.settle(bob, bob2, alice)
	if _, ok := bob2.Conversation(conv); ok {
		t.Error("the other device is still in the group")
	}
}

// Somebody is invited while the key of the invitation before is on its way to the
// swarm: the second key is stored as well.
func TestInviteWhileAKeyIsStored(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol, dave := k.person("Alice"), k.person("Bob"), k.person("Carol"), k.person("Dave")
	conv := k.together(alice, "Crew", bob)
	befriend(t, alice, carol)
	befriend(t, alice, dave)
	during := 0
	k.world.setFault(func(_ model.ID, r snode.Request) (bool, error) {
		if batch, ok := r.(*snode.BatchRequest); ok && during == 0 && slices.ContainsFunc(batch.Requests, func(sub snode.Request) bool {
			s, ok := sub.(*snode.StoreRequest)
			return ok && s.Namespace == snode.GroupKeys
		}) {
			during++
			if err := alice.InviteMembers(alice.ctx(), conv, ids(dave), false); err != nil {
				t.Errorf("invite while a key is stored: %v", err)
			}
		}
		return false, nil
	})
	alice.must(alice.InviteMembers(alice.ctx(), conv, ids(carol), false))
	everybody := []*person{alice, bob, carol, dave}
	k.settle(everybody...)
	if during == 0 {
		t.Fatal("no key was stored")
	}
	dave.tell(conv, "hello all")
	k.settle(everybody...)
	for _, p := range everybody {
		if g, _ := p.Group(conv); len(g.Members) != 4 {
			t.Errorf("%s sees %d members", p.Me().Name, len(g.Members))
		}
		if !slices.Contains(p.in(conv), "hello all") {
			t.Errorf("%s cannot read what the second one invited says", p.Me().Name)
		}
	}
}

// A member forges what only admins may do, with everything that a member has.
func TestForgedAdminActionsAreRefused(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol := k.person("Alice"), k.person("Bob"), k.person("Carol")
	conv := k.together(alice, "Crew", bob, carol)
	alice.tell(conv, "the plan")
	alice.must(alice.RenameGroup(alice.ctx(), conv, "Crew 2"))
	k.settle(alice, bob, carol)
	id, _ := conv.ID()
	plan := slices.IndexFunc(bob.Page(conv, model.Anchor{End: true}, 100, 0).Messages, func(m model.Message) bool { return m.Text == "the plan" })
	hash := bob.Page(conv, model.Anchor{End: true}, 100, 0).Messages[plan].Hash
	before := carol.in(conv)

	// A signature of an admin that Bob has seen.
	var signed *wire.GroupInfoChange
	var when uint64
	bob.must(bob.do(bob.ctx(), func(c *core) error {
		for _, m := range k.world.box(id, snode.GroupMessages) {
			opened, err := group.Open(id, c.groups.active[id].keys.All(), m.Data)
			if err == nil && opened.Content.DataMessage.GroupUpdateMessage != nil && opened.Content.DataMessage.GroupUpdateMessage.InfoChangeMessage != nil {
				signed, when = opened.Content.DataMessage.GroupUpdateMessage.InfoChangeMessage, opened.Timestamp
			}
		}
		return nil
	}))
	if signed == nil {
		t.Fatal("no notice to repeat")
	}
	signed.UpdatedName = wire.Some("Mutiny")
	forged := make([]byte, 64)
	for i, update := range []*wire.GroupUpdateMessage{
		{InfoChangeMessage: signed},
		{InfoChangeMessage: &wire.GroupInfoChange{Type: wire.Some(wire.GroupNameChanged), UpdatedName: wire.Some("Mutiny"), AdminSignature: forged}},
		{MemberChangeMessage: &wire.GroupMemberChange{Type: wire.Some(wire.GroupMembersRemoved), MemberSessionIDs: []string{alice.account.ID().String()}, AdminSignature: forged}},
		{DeleteMemberContent: &wire.GroupDeleteMemberContent{MessageHashes: []string{hash}}},
		{DeleteMemberContent: &wire.GroupDeleteMemberContent{MemberSessionIDs: []string{alice.account.ID().String()}, AdminSignature: forged}},
	} {
		ts := uint64(bob.Now()) + uint64(i)
		if i == 0 {
			ts = when
		}
		bob.must(bob.do(bob.ctx(), func(c *core) error {
			return c.update(func(w *work) error {
				_, err := w.enqueue(outgoing{to: id, sent: model.Millis(ts), content: groupContent(update)})
				return err
			})
		}))
	}
	k.settle(bob, carol, alice)
	carol.showsIn(conv, before...)
	if g, _ := carol.Group(conv); g.Name != "Crew 2" || len(g.Members) != 3 {
		t.Errorf("Carol sees %+v", g)
	}

	// Bob's access does not let him store what admins store.
	err := bob.do(bob.ctx(), func(c *core) error {
		signer, err := c.signerOf(id)
		if err != nil {
			return err
		}
		for _, ns := range []snode.Namespace{snode.GroupInfo, snode.GroupKeys} {
			_, err := c.net.ask(c.ctx, id, nil, func(now int64) (snode.Request, error) {
				r := &snode.StoreRequest{Namespace: ns, Timestamp: now, TTL: int64(lifetime), Data: []byte(fmt.Sprint("garbage", ns))}
				return r, snode.Sign(r, signer)
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	bob.must(err) // nodes tell namespaces apart only by the right to write
	k.settle(carol, alice)
	if g, _ := carol.Group(conv); g.Name != "Crew 2" || !g.Ready {
		t.Errorf("after garbage in the swarm Carol sees %+v", g)
	}
}

func TestInviteCannotBeReplayed(t *testing.T) {
	k := newCrew(t)
	alice, bob := k.person("Alice"), k.person("Bob")
	carol := k.person("Carol")
	conv := k.together(alice, "Crew", carol)
	befriend(t, alice, bob)
	var kept []byte
	k.world.setFault(func(account model.ID, r snode.Request) (bool, error) {
		if s, ok := r.(*snode.StoreRequest); ok && account == bob.account.ID() {
			kept = slices.Clone(s.Data)
		}
		return false, nil
	})
	alice.must(alice.InviteMembers(alice.ctx(), conv, ids(bob), false))
	k.settle(alice)
	k.world.setFault(nil)
	if len(kept) == 0 {
		t.Fatal("no invitation came to Bob's swarm")
	}
	k.settle(bob, alice)
	bob.must(bob.LeaveGroup(bob.ctx(), conv))
	k.settle(bob, alice)
	k.clock.Advance(15 * 24 * time.Hour) // the swarm has forgotten its hash
	k.world.put(bob.account.ID(), kept, int64(lifetime))
	k.settle(bob)
	if _, ok := bob.Conversation(conv); ok {
		t.Error("an old invitation brings the group back")
	}
	// Somebody else's invitation is no use either.
	k.world.put(carol.account.ID(), kept, int64(lifetime))
	k.settle(carol)
}

// storm lets a share of all requests fail, in percent, every other one after it was
// carried out; 0 ends it.
func (k *crew) storm(percent uint32) {
	if percent == 0 {
		k.world.setFault(nil)
		return
	}
	n := uint32(0)
	k.world.setFault(func(model.ID, snode.Request) (bool, error) {
		n++
		dice := n * 2654435761 >> 16 // the same at each run
		if dice%100 >= percent {
			return false, nil
		}
		return dice&(1<<12) != 0, fail(model.ReasonOffline, "the storm took it")
	})
}

// endure lets everybody exchange what gets through.
func (k *crew) endure(people ...*person) {
	for _, p := range people {
		_, _ = p.Sync(p.ctx())
	}
	k.clock.Advance(time.Second)
}

// TestFullGroup has a large group with three admins, in which nodes sleep and
// requests are dropped, and with SOTTO_EXTENDED as many members as there may be and
// 2,000 messages.
func TestFullGroup(t *testing.T) {
	k := newCrew(t)
	size, rounds := 30, 6
	switch {
	case testing.Short():
		size, rounds = 12, 3
	case os.Getenv("SOTTO_EXTENDED") != "":
		size, rounds = model.MaxMembers, 20
	}
	admin := k.person("Admin")
	var members []*person
	for i := range size - 1 {
		members = append(members, k.person(fmt.Sprint("Member ", i)))
	}
	conv, err := admin.CreateGroup(admin.ctx(), "Everybody", "", ids(members...))
	admin.must(err)
	admin.sync()
	for _, m := range members {
		m.sync()
		m.must(m.AcceptRequest(m.ctx(), conv))
		m.sync()
	}
	admin.sync()
	admin.must(admin.PromoteMembers(admin.ctx(), conv, ids(members[:2]...)))
	admin.sync()
	everybody := append(slices.Clone(members), admin)
	var gone insider
	for round := range rounds {
		// One node sleeps through each round, and never catches up; a tenth of all
		// requests is lost.
		k.storm(10)
		k.world.mu.Lock()
		clear(k.world.deaf)
		k.world.deaf[k.world.nodes[round%3].Ed25519] = true
		k.world.mu.Unlock()
		for i, p := range everybody {
			k.clock.Advance(time.Millisecond)
			p.tell(conv, fmt.Sprint("round ", round, " of ", i))
		}
		if round == 1 {
			gone = members[size-2].insider(conv)
			members[0].must(members[0].RemoveMembers(members[0].ctx(), conv, ids(members[size-2]), false))
			members[size-3].must(members[size-3].LeaveGroup(members[size-3].ctx(), conv))
			k.endure(everybody...)
			k.endure(members[size-3])
			everybody = slices.DeleteFunc(everybody, func(p *person) bool { return p == members[size-2] || p == members[size-3] })
		}
		k.endure(everybody...)
	}
	k.storm(0)
	k.settle(append(slices.Clone(everybody), members[size-3], members[size-2])...)
	k.settle(everybody...)
	want, _ := admin.Group(conv)
	if len(want.Members) != size-2 {
		t.Fatalf("%d members are left of %d", len(want.Members), size)
	}
	texts := func(p *person) []string {
		return slices.DeleteFunc(p.in(conv), func(s string) bool { return s[0] == '<' })
	}
	history := texts(admin)
	if n := size*2 + (size-2)*(rounds-2); len(history) != n {
		t.Errorf("the admin reads %d messages, want %d", len(history), n)
	}
	for _, p := range everybody {
		g, _ := p.Group(conv)
		if len(g.Members) != len(want.Members) {
			t.Errorf("%s sees %d members", p.Me().Name, len(g.Members))
		}
		if got := texts(p); !slices.Equal(got, history) {
			t.Errorf("%s reads %d messages, the admin %d", p.Me().Name, len(got), len(history))
		}
	}
	if g, _ := members[0].Group(conv); !g.Admin {
		t.Error("a promoted member is no admin")
	}
	if g, _ := members[size-2].Group(conv); g.Lost != model.LostRemoved {
		t.Errorf("the removed member sees %+v", g.Lost)
	}
	opened := 0
	for _, m := range k.world.box(gone.id, snode.GroupMessages) {
		var in incoming
		openGroupMessage(gone.id, gone.keys, &in, m.Data)
		if in.seen != seenHandled {
			continue
		}
		opened++
		var round, who int
		if n, _ := fmt.Sscanf(in.Content.DataMessage.Body.Value, "round %d of %d", &round, &who); n == 2 && round > 1 {
			t.Fatalf("the removed member's keys open what was said in round %d", round)
		}
	}
	if opened == 0 {
		t.Error("the removed member's keys open nothing at all")
	}
	many := make([]model.ID, model.MaxMembers)
	for i := range many {
		many[i] = members[0].account.ID()
		many[i][1] ^= byte(i + 1)
	}
	if err := admin.InviteMembers(admin.ctx(), conv, many, false); model.ReasonOf(err) != model.ReasonTooLarge {
		t.Errorf("more than 100 members: %v", err)
	}
}

// Somebody who was removed writes with an old key, and a node takes it.
func TestRemovedMembersAreNotHeard(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol := k.person("Alice"), k.person("Bob"), k.person("Carol")
	conv := k.together(alice, "Crew", bob, carol)
	id, _ := conv.ID()
	var key [32]byte
	carol.must(carol.do(carol.ctx(), func(c *core) error {
		key, _ = c.groups.active[id].keys.Newest()
		return nil
	}))
	late := func(text string) {
		t.Helper()
		now := uint64(k.clock.Now().UnixMilli())
		data, err := group.Close(id, carol.account, key, rand.Reader, wire.NewText(text).Stamp(now), now)
		if err != nil {
			t.Fatal(err)
		}
		k.world.putConfig(id, snode.GroupMessages, data)
	}
	late("while I am here")
	alice.must(alice.RemoveMembers(alice.ctx(), conv, ids(carol), false))
	k.settle(alice, bob)
	k.clock.Advance(10 * time.Minute)
	late("you will hear from me")
	k.settle(alice, bob)
	for _, p := range []*person{alice, bob} {
		got := p.in(conv)
		if !slices.Contains(got, "while I am here") || slices.Contains(got, "you will hear from me") {
			t.Errorf("%s reads %q", p.Me().Name, got)
		}
	}
}
