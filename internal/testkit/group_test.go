package testkit_test

import (
	"slices"
	"testing"

	"sotto/engine/model"
	"sotto/internal/testkit"
)

// lines are the texts of a group, oldest first; lines about it are left out.
func lines(p *testkit.Person, conv model.ConversationID) []string {
	var list []string
	for _, m := range p.Page(conv, model.Anchor{End: true}, 1000, 0).Messages {
		if m.Text != "" {
			list = append(list, m.Text)
		}
	}
	return list
}

// TestGroupThroughTheNetwork has three people and a second device in a group on a
// whole network: invited, written to, renamed, one removed, ended.
func TestGroupThroughTheNetwork(t *testing.T) {
	kit := testkit.New(t)
	alice, bob, carol := kit.Alice(t), kit.Bob(t), kit.Carol(t)
	alice.Befriend(bob)
	alice.Exchange()
	conv, err := alice.CreateGroup(alice.Ctx(), "Crew", "of the small boat", []model.ID{bob.Me().ID, carol.Me().ID})
	alice.Must(err)
	alice.Exchange()
	bob.Exchange()
	carol.Exchange()
	if r := carol.Requests(); len(r) != 1 || r[0].ID != conv || r[0].Inviter != alice.Me().ID {
		t.Fatalf("Carol's requests: %+v", r)
	}
	carol.Must(carol.AcceptRequest(carol.Ctx(), conv))
	carol.Exchange()
	bob.Exchange()
	alice.Exchange()
	for _, p := range []*testkit.Person{alice, bob, carol} {
		g, ok := p.Group(conv)
		if !ok || !g.Ready || g.Name != "Crew" || g.Description != "of the small boat" || len(g.Members) != 3 {
			t.Fatalf("%s sees %+v", p.Me().Name, g)
		}
	}
	say := func(p *testkit.Person, text string) {
		t.Helper()
		_, err := p.SendText(p.Ctx(), conv, model.Draft{Text: text})
		p.Must(err)
		p.Exchange()
	}
	say(bob, "one")
	say(carol, "two")
	phone := alice.Device()
	phone.Exchange()
	phone.Exchange()
	for _, p := range []*testkit.Person{alice, bob, carol, phone} {
		p.Exchange()
		if got := lines(p, conv); !slices.Equal(got, []string{"one", "two"}) {
			t.Fatalf("%s reads %q", p.Me().Name, got)
		}
	}
	if g, _ := phone.Group(conv); !g.Admin {
		t.Fatal("the second device of the admin is none")
	}
	phone.Must(phone.RenameGroup(phone.Ctx(), conv, "Mutineers"))
	phone.Must(phone.RemoveMembers(phone.Ctx(), conv, []model.ID{carol.Me().ID}, false))
	phone.Exchange()
	say(phone, "without her")
	bob.Exchange()
	alice.Exchange()
	for _, p := range []*testkit.Person{alice, bob} {
		if g, _ := p.Group(conv); g.Name != "Mutineers" || len(g.Members) != 2 {
			t.Errorf("%s sees %q with %d members", p.Me().Name, g.Name, len(g.Members))
		}
		if got := lines(p, conv); !slices.Equal(got, []string{"one", "two", "without her"}) {
			t.Errorf("%s reads %q", p.Me().Name, got)
		}
	}
	carol.Exchange()
	if g, _ := carol.Group(conv); g.Lost != model.LostRemoved || len(lines(carol, conv)) != 0 {
		t.Errorf("Carol, who was removed, sees %+v and reads %q", g, lines(carol, conv))
	}
	alice.Must(alice.DeleteGroup(alice.Ctx(), conv))
	alice.Exchange()
	bob.Exchange()
	phone.Exchange()
	if g, _ := bob.Group(conv); g.Lost != model.LostDeleted {
		t.Errorf("Bob sees %+v", g)
	}
	if _, ok := phone.Conversation(conv); ok {
		t.Error("the admin's other device still has the group")
	}
}
