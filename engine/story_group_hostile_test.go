package engine

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/config"
	"sotto/engine/protocol/group"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
	"sotto/internal/cputime"
	"sotto/store"
)

// insider is what somebody knows of a group, to make mischief with.
type insider struct {
	id     model.ID
	keys   [][32]byte
	secret *group.Secret // of an admin
	seed   []byte
}

func (p *person) insider(conv model.ConversationID) (in insider) {
	p.t.Helper()
	p.must(p.do(p.ctx(), func(c *core) error {
		g := c.group(conv)
		in = insider{id: g.id, keys: g.keys.All(), secret: g.secret}
		if g.admin() {
			seed := g.secret.Seed()
			in.seed = seed[:]
		}
		return nil
	}))
	return in
}

// speak seals a content as a member of a group, with whatever key, at a time.
func (k *crew) speak(as *person, in insider, key [32]byte, content *wire.Content, at time.Time) {
	k.t.Helper()
	now := uint64(at.UnixMilli())
	data, err := group.Close(in.id, as.account, key, rand.Reader, content.Stamp(now), now)
	if err != nil {
		k.t.Fatal(err)
	}
	k.world.putConfig(in.id, snode.GroupMessages, data)
}

// members have keys of the wrong generation: an old one that is late still opens,
// one of another group or of nobody never does, and none shuts out what follows.
func TestKeysOfTheWrongGeneration(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol, dave := k.person("Alice"), k.person("Bob"), k.person("Carol"), k.person("Dave")
	conv := k.together(alice, "Crew", bob, carol)
	old := bob.insider(conv)
	befriend(t, alice, dave)
	alice.must(alice.InviteMembers(alice.ctx(), conv, ids(dave), false))
	k.settle(alice, bob, carol, dave)
	if now := bob.insider(conv); now.keys[0] == old.keys[0] {
		t.Fatal("the invitation made no new key")
	}
	// Written before the rotation, delivered after it.
	k.speak(bob, old, old.keys[0], wire.NewText("late but good"), k.clock.Now())
	var nobody [32]byte
	k.speak(bob, old, nobody, wire.NewText("with a key of nobody"), k.clock.Now())
	// Key messages by others than admins: of another group, with a number beyond all
	// others, cut short, and the group's own first one repeated.
	other, err := group.Generate(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := group.NewKeys(other.ID(), bob.account, other)
	if err != nil {
		t.Fatal(err)
	}
	message, err := foreign.Rekey(ids(alice, bob, carol, dave))
	if err != nil {
		t.Fatal(err)
	}
	own := k.world.box(old.id, snode.GroupKeys)
	for _, data := range [][]byte{
		message, message[:len(message)/2], []byte("d1:Gi9223372036854775807ee"), own[0].Data[:len(own[0].Data)-1],
		slices.Concat([]byte("d1:#24:"), make([]byte, 24), []byte("1:Gi9223372036854775807ee")),
	} {
		k.world.putConfig(old.id, snode.GroupKeys, data)
	}
	k.settle(alice, bob, carol, dave)
	alice.tell(conv, "and on")
	k.settle(alice, bob, carol, dave)
	for _, p := range []*person{alice, carol} {
		got := p.in(conv)
		if !slices.Contains(got, "late but good") || slices.Contains(got, "with a key of nobody") || got[len(got)-1] != "and on" {
			t.Errorf("%s reads %q", p.Me().Name, got)
		}
	}
	if got := dave.in(conv); slices.Contains(got, "late but good") || got[len(got)-1] != "and on" {
		t.Errorf("Dave, who came later, reads %q", got)
	}
	// A device that reads all of it from the beginning comes to the same.
	carol.pushed()
	tablet := restore(t, k.world, carol.account)
	for range 2 {
		k.settle(tablet)
	}
	if got := tablet.in(conv); !slices.Contains(got, "late but good") || got[len(got)-1] != "and on" {
		t.Errorf("the tablet reads %q", got)
	}
}

// An admin of ill will stores lists of members and notices that are far too long.
// Nobody stops working; what is shown is bounded.
func TestMemberListsWithBombs(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol := k.person("Alice"), k.person("Bob"), k.person("Carol")
	conv := k.together(alice, "Crew", bob, carol)
	in := alice.insider(conv)
	var dump []byte
	alice.must(alice.do(alice.ctx(), func(c *core) error { dump = slices.Clone(c.group(conv).members.Dump()); return nil }))
	spec := config.Group{ID: in.id, Seed: in.seed, Keys: in.keys}
	many := func(n int, name string) {
		t.Helper()
		list, err := config.NewGroupMembers(spec, dump)
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			id := bob.account.ID()
			id[1], id[2], id[3] = byte(i), byte(i>>8), 0xee
			if err := list.Set(config.Member{ID: id, Name: name, Invite: config.Sent}); err != nil {
				t.Fatal(err)
			}
		}
		push, err := list.Push(k.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		for _, payload := range push.Payloads {
			k.world.putConfig(in.id, snode.GroupMembers, payload)
		}
		dump = list.Dump()
	}
	many(1500, strings.Repeat("ä", 50))
	var notices []string
	for range 5_000 {
		notices = append(notices, bob.account.ID().String())
	}
	now := k.clock.Now()
	change := &wire.GroupMemberChange{Type: wire.Some(wire.GroupMembersAdded), MemberSessionIDs: notices}
	in.secret.SignMemberChange(change, uint64(now.UnixMilli()))
	k.speak(alice, in, in.keys[0], groupContent(&wire.GroupUpdateMessage{MemberChangeMessage: change}), now)
	long := &wire.GroupInfoChange{Type: wire.Some(wire.GroupNameChanged), UpdatedName: wire.Some(strings.Repeat("long ", 10_000))}
	later := now.Add(time.Millisecond)
	in.secret.SignInfoChange(long, uint64(later.UnixMilli()))
	k.speak(alice, in, in.keys[0], groupContent(&wire.GroupUpdateMessage{InfoChangeMessage: long}), later)
	began := cputime.Used()
	k.settle(bob, carol)
	if took := cputime.Used() - began; took > 20*time.Second {
		t.Errorf("reading it took %v", took)
	}
	for _, p := range []*person{bob, carol} {
		g, _ := p.Group(conv)
		if len(g.Members) > maxShownMembers || len(g.Members) < 100 {
			t.Errorf("%s sees %d members", p.Me().Name, len(g.Members))
		}
		for _, m := range p.Page(conv, model.Anchor{End: true}, 100, 0).Messages {
			if m.Change != nil && (len(m.Change.Members) > model.MaxMembers || len(m.Change.Name) > identity.MaxNameBytes) {
				t.Errorf("a line names %d people and has %d bytes of name", len(m.Change.Members), len(m.Change.Name))
			}
		}
	}
	bob.tell(conv, "still here")
	k.settle(bob, carol)
	if got := carol.in(conv); got[len(got)-1] != "still here" {
		t.Errorf("Carol reads %q", got[max(0, len(got)-3):])
	}
}

// Nobody but an admin can shut somebody out, and a notice of an earlier removal
// does not count any more.
func TestForgedRemovals(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol := k.person("Alice"), k.person("Bob"), k.person("Carol")
	conv := k.together(alice, "Crew", bob, carol)
	in := bob.insider(conv)
	other, err := group.Generate(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var nonce [24]byte
	forged, err := other.CloseKicked(ids(carol), 1<<40, nonce)
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range [][]byte{forged, []byte("d1:ele1:#24:" + strings.Repeat("n", 24) + "e"), forged[:20], nil} {
		k.world.putConfig(in.id, snode.RevokedRetrievable, data)
	}
	// Promotions and invitations of somebody who holds no secret of the group.
	for _, update := range []*wire.GroupUpdateMessage{
		{PromoteMessage: &wire.GroupPromote{GroupIdentitySeed: make([]byte, 5), Name: wire.Some("Crew")}},
		{InviteMessage: &wire.GroupInvite{GroupSessionID: wire.Some(in.id.String()), Name: wire.Some("Crew"), MemberAuthData: make([]byte, 100), AdminSignature: make([]byte, 64)}},
	} {
		bob.deliver(carol, groupContent(update), model.Millis(k.clock.Now().UnixMilli()))
	}
	k.settle(carol, bob, alice)
	if g, _ := carol.Group(conv); g.Lost != model.NotLost || g.Admin || !g.Ready {
		t.Errorf("Carol's group is %+v", g)
	}
	carol.tell(conv, "not so fast")
	k.settle(carol, alice)
	if got := alice.in(conv); got[len(got)-1] != "not so fast" {
		t.Errorf("Alice reads %q", got)
	}
}

// Two admins act at once and without knowing of each other: everybody who is left
// comes to the same group, can write, and who was removed by either cannot read.
func TestTwoAdminsActAtOnce(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol, dave, erin := k.person("Alice"), k.person("Bob"), k.person("Carol"), k.person("Dave"), k.person("Erin")
	conv := k.together(alice, "Crew", bob, carol, dave, erin)
	alice.must(alice.PromoteMembers(alice.ctx(), conv, ids(bob)))
	everybody := []*person{alice, bob, carol, dave, erin}
	k.settle(everybody...)
	frank := k.person("Frank")
	befriend(t, bob, frank)
	gone := []insider{carol.insider(conv), dave.insider(conv)}
	for _, p := range everybody {
		p.link.setOffline(true)
	}
	alice.must(alice.RenameGroup(alice.ctx(), conv, "North"))
	alice.must(alice.RemoveMembers(alice.ctx(), conv, ids(carol, dave), false))
	alice.must(alice.SetTimer(alice.ctx(), conv, model.Timer{Mode: model.ExpireAfterSend, Seconds: 24 * 3600}))
	k.clock.Advance(time.Second)
	bob.must(bob.RenameGroup(bob.ctx(), conv, "South"))
	bob.must(bob.DescribeGroup(bob.ctx(), conv, "by Bob"))
	bob.must(bob.RemoveMembers(bob.ctx(), conv, ids(carol), true)) // both remove Carol
	bob.must(bob.PromoteMembers(bob.ctx(), conv, ids(dave)))       // whom Alice removes
	bob.must(bob.InviteMembers(bob.ctx(), conv, ids(frank), false))
	for _, p := range everybody {
		p.link.setOffline(false)
	}
	left := []*person{alice, bob, erin, frank}
	for range 3 {
		k.settle(append(slices.Clone(left), carol, dave)...)
	}
	want, _ := alice.Group(conv)
	view := func(g model.Group) string {
		var b strings.Builder
		fmt.Fprintf(&b, "%s, %s, %d s:", g.Name, g.Description, g.Timer.Seconds)
		for _, m := range g.Members {
			fmt.Fprintf(&b, " %s %t %v", m.ID.String()[:8], m.Admin, m.State)
		}
		return b.String()
	}
	if want.Description != "by Bob" || want.Timer.Seconds != 24*3600 || want.Name != "North" && want.Name != "South" {
		t.Errorf("an edit is lost: %s", view(want))
	}
	if _, there := want.Member(carol.account.ID()); there {
		t.Error("Carol, whom both removed, is still a member")
	}
	if _, there := want.Member(frank.account.ID()); !there {
		t.Error("Frank, whom Bob invited, is no member")
	}
	for _, p := range left {
		if g, _ := p.Group(conv); view(g) != view(want) {
			t.Errorf("%s sees %s\nAlice sees %s", p.Me().Name, view(g), view(want))
		}
	}
	for i, p := range left {
		p.tell(conv, fmt.Sprint("word ", i))
		k.clock.Advance(time.Second)
	}
	k.settle(left...)
	for _, p := range left {
		for i := range left {
			if got := p.in(conv); !slices.Contains(got, fmt.Sprint("word ", i)) {
				t.Errorf("%s lacks word %d: %q", p.Me().Name, i, got)
			}
		}
	}
	_, daveStays := want.Member(dave.account.ID())
	for i, in := range gone {
		if i == 1 && daveStays {
			continue // the promotion came before the removal
		}
		for _, m := range k.world.box(in.id, snode.GroupMessages) {
			var opened incoming
			openGroupMessage(in.id, in.keys, &opened, m.Data)
			if opened.seen == seenHandled && strings.HasPrefix(opened.Content.DataMessage.Body.Value, "word") {
				t.Errorf("removed member %d can read what was said after", i)
			}
		}
	}
}

// Who was invited and removed without ever having said a word is still called by
// name in the lines about that.
func TestNamesOfThoseWhoNeverCame(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol := k.person("Alice"), k.person("Bob"), k.person("Carol")
	conv := k.together(alice, "Crew", bob)
	befriend(t, alice, carol)
	carol.link.setOffline(true)
	alice.must(alice.InviteMembers(alice.ctx(), conv, ids(carol), false))
	k.settle(alice, bob)
	alice.must(alice.RemoveMembers(alice.ctx(), conv, ids(carol), false))
	k.settle(alice, bob)
	if g, _ := bob.Group(conv); len(g.Members) != 2 {
		t.Fatalf("Bob sees %d members", len(g.Members))
	}
	if name := bob.Person(conv, carol.account.ID()).Name; name != "Carol" {
		t.Errorf("Bob's lines call her %q", name)
	}
}

// Two devices of an admin invite the same person at once: who accepts the one
// invitation is not sent another one for ever.
func TestTwoDevicesInviteTheSame(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol := k.person("Alice"), k.person("Bob"), k.person("Carol")
	conv := k.together(alice, "Crew", bob)
	befriend(t, alice, carol)
	alice.pushed()
	second := restore(t, k.world, alice.account)
	k.settle(second, alice)
	for _, p := range []*person{alice, second} {
		p.link.setOffline(true)
		p.must(p.InviteMembers(p.ctx(), conv, ids(carol), false))
	}
	alice.link.setOffline(false)
	k.settle(alice, carol, alice)
	if s := alice.state(conv, carol); s != model.MemberAccepted {
		t.Fatalf("Carol is %v", s)
	}
	second.link.setOffline(false)
	all := []*person{alice, second, bob, carol}
	for range 2 {
		k.settle(all...)
	}
	k.world.mu.Lock()
	before := len(k.world.stores)
	k.world.mu.Unlock()
	for range 3 {
		k.clock.Advance(time.Minute)
		k.settle(all...)
	}
	k.world.mu.Lock()
	after := len(k.world.stores)
	k.world.mu.Unlock()
	if after != before {
		t.Errorf("%d messages were stored while nobody did anything", after-before)
	}
	for _, p := range []*person{alice, second} {
		if s := p.state(conv, carol); s != model.MemberAccepted || p.Status().Unsynced {
			t.Errorf("Carol is %v", s)
		}
	}
}

// A page of messages that was opened before another key came is read once more:
// what is closed in it may open now.
func TestPageOpenedWithFormerKeys(t *testing.T) {
	k := newCrew(t)
	alice, bob := k.person("Alice"), k.person("Bob")
	in := bob.insider(k.together(alice, "Crew", bob))
	node := [32]byte{7}
	page := []incoming{{hash: "closed", seen: seenClosed, stored: model.Millis(k.clock.Now().UnixMilli())}}
	apply := func(keys [][32]byte) (last string) {
		t.Helper()
		done := make(chan error, 1)
		bob.core.post(func() {
			_, err := bob.core.applyGroup(in.id, keys, node, page, "newest")
			done <- err
		})
		bob.must(<-done)
		bob.must(bob.core.store.View(func(tx *store.Tx) error {
			last = tx.LastHash(node, in.id, int16(snode.GroupMessages))
			return nil
		}))
		return last
	}
	if last := apply(nil); last != "" {
		t.Errorf("without its key the page counts as read up to %q", last)
	}
	if last := apply(in.keys); last != "newest" {
		t.Errorf("with the keys of now it is read up to %q", last)
	}
	if last := apply(nil); last != "" {
		t.Errorf("with former keys it stays read up to %q", last)
	}
}
