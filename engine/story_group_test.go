package engine

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/internal/clock"
)

// crew are people whose groups the stories are about.
type crew struct {
	t     *testing.T
	clock *clock.Manual
	world *world
}

func newCrew(t *testing.T) *crew {
	fake := clock.NewManual(time.UnixMilli(1767225600000))
	return &crew{t, fake, newWorld(fake)}
}

func (k *crew) person(name string) *person { return newPerson(k.t, k.world, name) }

// settle lets everybody exchange everything there is.
func (k *crew) settle(people ...*person) {
	k.t.Helper()
	for range 3 {
		for _, p := range people {
			p.sync()
		}
		k.clock.Advance(time.Second)
	}
}

func ids(people ...*person) []model.ID {
	var list []model.ID
	for _, p := range people {
		list = append(list, p.account.ID())
	}
	return list
}

// together makes a group of contacts, all of whom are in it.
func (k *crew) together(admin *person, name string, members ...*person) model.ConversationID {
	k.t.Helper()
	for _, m := range members {
		befriend(k.t, admin, m)
	}
	conv, err := admin.CreateGroup(admin.ctx(), name, "", ids(members...))
	admin.must(err)
	k.settle(append([]*person{admin}, members...)...)
	for _, p := range append(members, admin) {
		if g, ok := p.Group(conv); !ok || !g.Ready || len(g.Members) != len(members)+1 {
			k.t.Fatalf("%s sees the group %+v", p.Me().Name, g)
		}
	}
	return conv
}

// in returns what a person's conversation shows: texts, and lines as <what>.
func (p *person) in(conv model.ConversationID) []string {
	page := p.Page(conv, model.Anchor{End: true}, 1000, 0)
	messages := page.Messages
	for page.MoreBefore {
		page = p.Page(conv, model.Anchor{Message: messages[0].ID}, 1000, 0)
		messages = append(page.Messages[:len(page.Messages)-1:len(page.Messages)-1], messages...)
	}
	var list []string
	for _, m := range messages {
		switch {
		case m.Change != nil:
			list = append(list, "<"+changeNames[m.Change.Kind]+">")
		case m.Text != "":
			list = append(list, m.Text)
		default:
			list = append(list, kindNames[m.Kind])
		}
	}
	return list
}

var changeNames = map[model.GroupChangeKind]string{
	model.MembersAdded: "added", model.MembersRemoved: "removed", model.MembersPromoted: "promoted", model.MemberLeft: "left",
	model.GroupRenamed: "renamed", model.GroupPicture: "picture", model.GroupInvited: "invited", model.GroupKicked: "kicked", model.GroupDeleted: "deleted",
}

func (p *person) showsIn(conv model.ConversationID, want ...string) {
	p.t.Helper()
	if got := p.in(conv); !slices.Equal(got, want) {
		p.t.Fatalf("%s sees %q, want %q", p.Me().Name, got, want)
	}
}

func (p *person) tell(conv model.ConversationID, text string) model.MessageID {
	p.t.Helper()
	id, err := p.SendText(p.ctx(), conv, model.Draft{Text: text})
	p.must(err)
	return id
}

// state returns how a member stands in a group, as somebody sees it.
func (p *person) state(conv model.ConversationID, of *person) model.MemberState {
	p.t.Helper()
	g, _ := p.Group(conv)
	m, ok := g.Member(of.account.ID())
	if !ok {
		p.t.Fatalf("%s is no member", of.Me().Name)
	}
	return m.State
}

func TestGroupOfFriends(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol := k.person("Alice"), k.person("Bob"), k.person("Carol")
	conv := k.together(alice, "Crew", bob, carol)
	for _, of := range []*person{bob, carol} {
		if s := alice.state(conv, of); s != model.MemberAccepted {
			t.Errorf("%s is %v", of.Me().Name, s)
		}
	}
	bob.tell(conv, "ahoy")
	k.settle(bob, alice, carol)
	alice.showsIn(conv, "<added>", "ahoy")
	carol.showsIn(conv, "<added>", "<invited>", "ahoy")
	if c, _ := carol.Conversation(conv); c.Title() != "Crew" || c.Unread != 1 {
		t.Errorf("Carol's list shows %q with %d unread", c.Title(), c.Unread)
	}
	ahoy := carol.Page(conv, model.Anchor{End: true}, 1, 0).Messages[1]
	if ahoy.Sender != bob.account.ID() {
		t.Errorf("the message is by %v", ahoy.Sender)
	}
	if name := carol.Person(conv, bob.account.ID()).Name; name != "Bob" {
		t.Errorf("Carol, who does not know Bob, sees %q", name)
	}

	// A reply that mentions, a reaction, a deletion.
	_, err := carol.SendText(carol.ctx(), conv, model.Draft{
		Text: "hi @" + string(bob.id()), Quote: &model.QuoteRef{Author: ahoy.Sender, Timestamp: ahoy.Timestamp},
	})
	carol.must(err)
	carol.must(carol.React(carol.ctx(), ahoy.ID, "👍", true))
	k.settle(carol, bob, alice)
	reply := bob.Page(conv, model.Anchor{End: true}, 1, 0).Messages[1]
	if !reply.Mention || reply.Quote == nil || reply.Quote.Timestamp != ahoy.Timestamp {
		t.Errorf("the reply arrives as %+v", reply)
	}
	if m, _ := alice.Find(conv, ahoy.Key()); len(m.Reactions) != 1 || m.Reactions[0].Emoji != "👍" || m.Reactions[0].Author != carol.account.ID() {
		t.Errorf("reactions: %+v", m.Reactions)
	}
	mine, _ := carol.Find(conv, reply.Key())
	carol.must(carol.Delete(carol.ctx(), []model.MessageID{mine.ID}, true))
	k.settle(carol, bob, alice)
	for _, p := range []*person{alice, bob, carol} {
		if lines := p.in(conv); lines[len(lines)-1] != "<deleted>" {
			t.Errorf("%s still sees %q", p.Me().Name, lines)
		}
	}
	// Others' messages are for admins to delete.
	other, _ := carol.Find(conv, ahoy.Key())
	if err := carol.Delete(carol.ctx(), []model.MessageID{other.ID}, true); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("a member deletes what another wrote: %v", err)
	}
	other, _ = alice.Find(conv, ahoy.Key())
	alice.must(alice.Delete(alice.ctx(), []model.MessageID{other.ID}, true))
	k.settle(alice, bob, carol)
	for _, p := range []*person{alice, bob, carol} {
		if slices.Contains(p.in(conv), "ahoy") {
			t.Errorf("%s still sees what an admin deleted", p.Me().Name)
		}
	}
}

func TestInvitationByAStranger(t *testing.T) {
	k := newCrew(t)
	alice, bob, dave := k.person("Alice"), k.person("Bob"), k.person("Dave")
	befriend(t, alice, bob)
	conv, err := alice.CreateGroup(alice.ctx(), "Crew", "of the small boat", ids(bob, dave))
	alice.must(err)
	k.settle(alice, bob, dave)
	if s := alice.state(conv, dave); s != model.InviteSent {
		t.Errorf("Dave's invitation is %v", s)
	}
	list := dave.Requests()
	if len(list) != 1 || list[0].ID != conv || list[0].Inviter != alice.account.ID() || list[0].Title() != "Crew" {
		t.Fatalf("Dave's requests: %+v", list)
	}
	if g, _ := dave.Group(conv); !g.Invited || len(g.Members) != 0 {
		t.Errorf("before accepting Dave knows %+v", g)
	}
	if _, err := dave.SendText(dave.ctx(), conv, model.Draft{Text: "hello"}); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("writing before accepting: %v", err)
	}
	dave.must(dave.AcceptRequest(dave.ctx(), conv))
	k.settle(dave, alice)
	if s := alice.state(conv, dave); s != model.MemberAccepted {
		t.Errorf("Dave, who accepted, is %v", s)
	}
	if len(dave.Requests()) != 0 {
		t.Error("the invitation is still a request")
	}
	if g, _ := dave.Group(conv); g.Description != "of the small boat" || len(g.Members) != 3 || g.Admin {
		t.Errorf("Dave sees %+v", g)
	}

	// Somebody declines, and is invited once more.
	erin := k.person("Erin")
	alice.must(alice.InviteMembers(alice.ctx(), conv, ids(erin), false))
	k.settle(alice, erin)
	erin.must(erin.DeclineRequest(erin.ctx(), conv))
	k.settle(erin, alice)
	if _, ok := erin.Conversation(conv); ok {
		t.Error("a declined group is still there")
	}
	k.clock.Advance(time.Minute)
	alice.must(alice.InviteMembers(alice.ctx(), conv, ids(erin), false))
	k.settle(alice, erin)
	if len(erin.Requests()) != 1 {
		t.Error("the second invitation did not arrive")
	}
}

func TestRemovedMembersReadNothingMore(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol := k.person("Alice"), k.person("Bob"), k.person("Carol")
	conv := k.together(alice, "Crew", bob, carol)
	carol.tell(conv, "I was here")
	k.settle(carol, alice, bob)
	id, _ := conv.ID()
	var keys [][32]byte
	carol.must(carol.do(carol.ctx(), func(c *core) error {
		keys = c.groups.active[id].keys.All()
		return nil
	}))
	carol.link.setOffline(true)
	alice.must(alice.RemoveMembers(alice.ctx(), conv, ids(carol), false))
	k.settle(alice, bob)
	alice.tell(conv, "she is gone")
	k.settle(alice, bob)
	bob.showsIn(conv, "<added>", "<invited>", "I was here", "<removed>", "she is gone")
	if g, _ := bob.Group(conv); len(g.Members) != 2 {
		t.Errorf("Bob still sees %d members", len(g.Members))
	}
	opened := 0
	for _, m := range k.world.box(id, 11) {
		var in incoming
		openGroupMessage(id, keys, &in, m.Data)
		if in.seen == seenHandled {
			opened++
			if body := in.Content.DataMessage.Body.Value; strings.Contains(body, "gone") {
				t.Error("Carol's keys open what was said after she was removed")
			}
		}
	}
	if opened == 0 {
		t.Error("Carol's keys open nothing at all")
	}
	carol.link.setOffline(false)
	carol.sync()
	carol.showsIn(conv, "<kicked>")
	if g, _ := carol.Group(conv); g.Lost != model.LostRemoved {
		t.Errorf("Carol's group is %+v", g)
	}
	if _, err := carol.SendText(carol.ctx(), conv, model.Draft{Text: "hello?"}); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("writing after the removal: %v", err)
	}
	// Invited again, she is a member like any other.
	k.clock.Advance(time.Minute)
	alice.must(alice.InviteMembers(alice.ctx(), conv, ids(carol), false))
	k.settle(alice, carol, bob)
	carol.tell(conv, "back again")
	k.settle(carol, alice, bob)
	if lines := alice.in(conv); lines[len(lines)-1] != "back again" {
		t.Errorf("Alice sees %q", lines)
	}
	if slices.Contains(carol.in(conv), "she is gone") {
		t.Error("Carol reads what was said while she was not there")
	}
}

func TestRemovalWithMessages(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol := k.person("Alice"), k.person("Bob"), k.person("Carol")
	conv := k.together(alice, "Crew", bob, carol)
	carol.tell(conv, "buy cheap watches")
	k.settle(carol, alice, bob)
	alice.must(alice.RemoveMembers(alice.ctx(), conv, ids(carol), true))
	k.settle(alice, bob)
	for _, p := range []*person{alice, bob} {
		if slices.Contains(p.in(conv), "buy cheap watches") {
			t.Errorf("%s still sees it: %q", p.Me().Name, p.in(conv))
		}
	}
	if g, _ := bob.Group(conv); len(g.Members) != 2 {
		t.Errorf("%d members are left", len(g.Members))
	}
}

func TestHistoryForNewMembers(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol, dave := k.person("Alice"), k.person("Bob"), k.person("Carol"), k.person("Dave")
	conv := k.together(alice, "Crew", bob)
	bob.tell(conv, "long ago")
	k.settle(bob, alice)
	befriend(t, alice, carol)
	befriend(t, alice, dave)
	alice.must(alice.InviteMembers(alice.ctx(), conv, ids(carol), true))
	k.settle(alice, carol, bob)
	alice.must(alice.InviteMembers(alice.ctx(), conv, ids(dave), false))
	k.settle(alice, dave, carol, bob)
	alice.tell(conv, "welcome")
	k.settle(alice, bob, carol, dave)
	if got := carol.in(conv); !slices.Contains(got, "long ago") || !slices.Contains(got, "welcome") {
		t.Errorf("Carol, with history, sees %q", got)
	}
	if c, _ := carol.Conversation(conv); c.Unread != 1 {
		t.Errorf("Carol has %d unread, the history is no news", c.Unread)
	}
	if got := dave.in(conv); slices.Contains(got, "long ago") || !slices.Contains(got, "welcome") {
		t.Errorf("Dave, without history, sees %q", got)
	}
}

func TestAdminsChangeTheGroup(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol := k.person("Alice"), k.person("Bob"), k.person("Carol")
	conv := k.together(alice, "Crew", bob, carol)
	if err := bob.RenameGroup(bob.ctx(), conv, "Mutiny"); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("a member renames: %v", err)
	}
	alice.must(alice.PromoteMembers(alice.ctx(), conv, ids(bob)))
	k.settle(alice, bob, carol)
	if g, _ := bob.Group(conv); !g.Admin {
		t.Fatal("Bob is no admin")
	}
	if s := alice.state(conv, bob); s != model.MemberAccepted {
		t.Errorf("Bob's promotion is %v", s)
	}
	bob.must(bob.RenameGroup(bob.ctx(), conv, "Mutiny"))
	bob.must(bob.DescribeGroup(bob.ctx(), conv, "at sea"))
	bob.must(bob.SetTimer(bob.ctx(), conv, model.Timer{Mode: model.ExpireAfterSend, Seconds: 24 * 3600}))
	k.settle(bob, alice, carol)
	for _, p := range []*person{alice, bob, carol} {
		g, _ := p.Group(conv)
		c, _ := p.Conversation(conv)
		if g.Name != "Mutiny" || g.Description != "at sea" || c.Name != "Mutiny" || c.Timer.Seconds != 24*3600 {
			t.Errorf("%s sees %q, %q, timer %+v", p.Me().Name, g.Name, g.Description, c.Timer)
		}
	}
	carol.showsIn(conv, "<added>", "<invited>", "<promoted>", "<renamed>", "<timer>")
	carol.tell(conv, "fades")
	k.settle(carol, alice, bob)
	k.clock.Advance(25 * time.Hour)
	alice.until("the message is gone", func() bool { return !slices.Contains(alice.in(conv), "fades") })
	if err := alice.RemoveMembers(alice.ctx(), conv, ids(bob), false); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("an admin removes an admin: %v", err)
	}
}

func TestLeaving(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol := k.person("Alice"), k.person("Bob"), k.person("Carol")
	conv := k.together(alice, "Crew", bob, carol)
	bob.must(bob.LeaveGroup(bob.ctx(), conv))
	k.settle(bob, alice, carol)
	if _, ok := bob.Conversation(conv); ok {
		t.Error("Bob still has the group")
	}
	if g, _ := carol.Group(conv); len(g.Members) != 2 {
		t.Errorf("Carol sees %d members", len(g.Members))
	}
	carol.showsIn(conv, "<added>", "<invited>", "<left>")
	// The last admin takes the group along.
	alice.must(alice.LeaveGroup(alice.ctx(), conv))
	k.settle(alice, carol)
	if g, _ := carol.Group(conv); g.Lost != model.LostDeleted {
		t.Errorf("Carol's group is %+v", g)
	}
	carol.showsIn(conv, "<deleted>")
	carol.must(carol.DeleteConversation(carol.ctx(), conv))
	carol.sync()
	if _, ok := carol.Conversation(conv); ok {
		t.Error("the lost group cannot be deleted")
	}
}
