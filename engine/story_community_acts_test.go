package engine

import (
	"fmt"
	"testing"
	"time"

	"sotto/engine/model"
)

// newest is the last message of a conversation.
func (p *person) newest(conv model.ConversationID) model.Message {
	p.t.Helper()
	list := p.Page(conv, model.Anchor{End: true}, 0, 0).Messages
	if len(list) == 0 {
		p.t.Fatalf("%s sees nothing", p.Me().Name)
	}
	return list[0]
}

// meIn is what a person is called in a room.
func (p *person) meIn(conv model.ConversationID) model.ID {
	v, _ := p.Community(conv)
	return v.Me
}

// A whisper is seen by whom it is for, and by nobody else; all of them see that it
// is one. Who is no moderator cannot whisper.
func TestWhispers(t *testing.T) {
	k := newCrew(t)
	server, urls := k.serve("lounge")
	alice, bob, carol, dave := k.person("Alice"), k.person("Bob"), k.person("Carol"), k.person("Dave")
	everybody := []*person{alice, bob, carol, dave}
	var conv model.ConversationID
	for _, p := range everybody {
		conv = p.join(urls[0])
	}
	for _, mod := range []*person{alice, carol} {
		if err := server.Promote(mod.account.ID(), "lounge"); err != nil {
			t.Fatal(err)
		}
	}
	k.settle(everybody...)
	whisper := func(p *person, text string, to model.Whisper) error {
		_, err := p.SendText(p.ctx(), conv, model.Draft{Text: text, Whisper: &to})
		p.sync()
		k.clock.Advance(time.Second) // servers tell posts apart by their millisecond
		return err
	}
	alice.must(whisper(alice, "to Bob", model.Whisper{To: bob.meIn(conv)}))
	alice.must(whisper(alice, "to Bob and moderators", model.Whisper{To: bob.meIn(conv), Moderators: true}))
	alice.must(whisper(alice, "to moderators", model.Whisper{Moderators: true}))
	k.settle(everybody...)
	alice.showsIn(conv, "to Bob", "to Bob and moderators", "to moderators")
	bob.showsIn(conv, "to Bob", "to Bob and moderators")
	carol.showsIn(conv, "to Bob and moderators", "to moderators")
	dave.showsIn(conv)
	for _, p := range []*person{alice, bob} {
		m := p.newest(conv)
		if w := m.Whisper; w == nil || !w.Moderators || w.To != (model.ID{}) && w.To != bob.meIn(conv) {
			t.Errorf("%s does not see that this is a whisper: %+v", p.Me().Name, w)
		}
	}
	if m := bob.newest(conv); !m.Mention {
		t.Error("a whisper to Bob does not ask for his attention")
	}
	if m := carol.newest(conv); m.Mention {
		t.Error("a whisper to all moderators is taken for one to Carol")
	}
	if err := bob.React(bob.ctx(), bob.newest(conv).ID, "👍", true); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("a whisper takes a reaction: %v", err)
	}
	if err := whisper(dave, "psst", model.Whisper{To: bob.meIn(conv)}); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("anybody whispers: %v", err)
	}
	if err := whisper(alice, "to nobody", model.Whisper{}); model.ReasonOf(err) != model.ReasonInvalid {
		t.Errorf("a whisper to nobody: %v", err)
	}
	if err := whisper(alice, "to myself", model.Whisper{To: alice.meIn(conv)}); model.ReasonOf(err) != model.ReasonInvalid {
		t.Errorf("a whisper to oneself: %v", err)
	}
	befriend(t, alice, bob)
	_, err := alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: "x", Whisper: &model.Whisper{Moderators: true}})
	if model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("a whisper to a contact: %v", err)
	}
}

// An author changes a text: all see the new one, on the own other device too, in
// the place of the old, with the time of the change.
func TestEditedPosts(t *testing.T) {
	k := newCrew(t)
	_, urls := k.serve("lounge")
	alice, bob := k.person("Alice"), k.person("Bob")
	conv := alice.join(urls[0])
	bob.join(urls[0])
	alice.tell(conv, "hello")
	k.settle(alice, bob)
	quoted := bob.newest(conv)
	_, err := bob.SendText(bob.ctx(), conv, model.Draft{Text: "good mornign", Quote: &model.QuoteRef{Author: quoted.Sender, Timestamp: quoted.Timestamp}})
	bob.must(err)
	id := bob.newest(conv).ID
	k.settle(bob, alice)
	bob.pushed()
	// A text that was written long ago may be changed too.
	k.clock.Advance(30 * time.Hour)
	bob.must(bob.EditInCommunity(bob.ctx(), id, "  good morning @"+alice.meIn(conv).String()))
	bob.tell(conv, "now it is right")
	k.settle(bob, alice)
	second := restore(t, k.world, bob.account)
	k.settle(second)
	want := "good morning @" + alice.meIn(conv).String()
	for name, p := range map[string]*person{"Alice": alice, "Bob": bob, "Bob's second device": second} {
		got := p.in(conv)
		if len(got) != 3 || got[1] != want {
			t.Errorf("%s sees %q", name, got)
			continue
		}
		m := p.Page(conv, model.Anchor{End: true}, 2, 0).Messages[1]
		if m.Edited < m.Timestamp+30*60*60*1000-1000 || m.Quote == nil {
			t.Errorf("%s does not see when it was changed: %+v", name, m)
		}
		if name == "Alice" && !m.Mention {
			t.Error("the mention that was added is none")
		}
	}
	for what, row := range map[string]struct {
		by     *person
		id     model.MessageID
		text   string
		reason model.Reason
	}{
		"somebody else's": {alice, alice.Page(conv, model.Anchor{End: true}, 2, 0).Messages[1].ID, "x", model.ReasonNotAllowed},
		"to nothing":      {bob, id, " ", model.ReasonInvalid},
		"no message":      {bob, 9999, "x", model.ReasonNotFound},
	} {
		if err := row.by.EditInCommunity(row.by.ctx(), row.id, row.text); model.ReasonOf(err) != row.reason {
			t.Errorf("%s: %v", what, err)
		}
	}
	bob.link.setOffline(true)
	if err := bob.EditInCommunity(bob.ctx(), id, "never"); model.ReasonOf(err) != model.ReasonOffline {
		t.Errorf("offline: %v", err)
	}
	if got := bob.in(conv); got[1] != want {
		t.Errorf("what did not reach the server is shown: %q", got)
	}
}

// A text that is changed keeps the preview of the link that is still in it, with its
// picture, for those who come later too; without the link it has none.
func TestEditedPostsKeepTheirPreviews(t *testing.T) {
	k := newCrew(t)
	_, urls := k.serve("lounge")
	alice, bob := k.person("Alice"), k.person("Bob")
	k.world.surf(t)
	alice.must(alice.UpdateSettings(alice.ctx(), func(s *model.Settings) { s.LinkPreviews = true }))
	conv := alice.join(urls[0])
	bob.join(urls[0])
	bob.must(bob.SetFetchFiles(bob.ctx(), conv, true))
	p, err := alice.LookUpLink(alice.ctx(), lakehouse)
	alice.must(err)
	id, err := alice.SendText(alice.ctx(), conv, model.Draft{Text: "Free form Friday: " + lakehouse, Preview: p})
	alice.must(err)
	alice.until("sent", func() bool { return alice.message(id).State == model.StateSent })
	k.settle(alice, bob)
	bob.until("the picture", func() bool {
		v := bob.newest(conv).Preview
		return v != nil && v.Image != nil && v.Image.State() == model.FileHere
	})
	k.clock.Advance(time.Hour)
	alice.must(alice.EditInCommunity(alice.ctx(), id, "Free from Friday: "+lakehouse))
	k.settle(alice, bob)
	carol := k.person("Carol")
	carol.join(urls[0])
	k.settle(carol)
	for _, who := range []*person{alice, bob, carol} {
		m := who.newest(conv)
		if m.Text != "Free from Friday: "+lakehouse || m.Preview == nil || m.Preview.Title != p.Title || m.Preview.Image == nil {
			t.Fatalf("%s sees %q, %+v", who.Me().Name, m.Text, m.Preview)
		}
		if who != carol && m.Preview.Image.State() != model.FileHere {
			t.Errorf("%s has lost the picture: %+v", who.Me().Name, m.Preview.Image)
		}
	}
	last := carol.newest(conv)
	carol.must(carol.Download(carol.ctx(), last.ID, model.PreviewImage))
	carol.until("the picture", func() bool { return carol.message(last.ID).Preview.Image.State() == model.FileHere })
	alice.must(alice.EditInCommunity(alice.ctx(), id, "Free from Friday, somewhere"))
	k.settle(alice, bob, carol)
	for _, who := range []*person{alice, bob, carol} {
		if m := who.newest(conv); m.Preview != nil || m.Text != "Free from Friday, somewhere" {
			t.Errorf("%s sees %q, %+v", who.Me().Name, m.Text, m.Preview)
		}
		if list := who.onDisk(); len(list) != 0 {
			t.Errorf("%s has left on the disk: %v", who.Me().Name, list)
		}
	}
}

// A card in a chat names a room, with what is needed to join it.
func TestInvitationToCommunity(t *testing.T) {
	k := newCrew(t)
	_, urls := k.serve("lounge")
	alice, bob := k.person("Alice"), k.person("Bob")
	befriend(t, alice, bob)
	room := alice.join(urls[0])
	alice.must(alice.InviteToCommunity(alice.ctx(), room, []model.ConversationID{bob.id()}))
	k.settle(alice, bob)
	m := bob.newest(alice.id())
	if m.Kind != model.KindInvitation || m.Invitation == nil || m.Invitation.URL != urls[0] || m.Invitation.Name != "The lounge" {
		t.Fatalf("Bob gets %+v", m)
	}
	if mine := alice.newest(bob.id()); mine.State != model.StateSent || mine.Invitation == nil {
		t.Errorf("Alice's side shows %+v", mine)
	}
	if conv := bob.join(m.Invitation.URL); conv != room {
		t.Errorf("the card leads to %q", conv)
	}
	if err := alice.InviteToCommunity(alice.ctx(), bob.id(), nil); model.ReasonOf(err) != model.ReasonNotFound {
		t.Errorf("an invitation to no room: %v", err)
	}
}

// A post that a moderator deletes before its author has polled it goes there too.
func TestPostDeletedAtOnce(t *testing.T) {
	k := newCrew(t)
	_, _, conv, alice, bob := k.lead()
	alice.tell(conv, "only about rowing, please")
	k.settle(alice, bob)
	id := bob.tell(conv, "what about swimming?")
	bob.rest()
	if m, _ := bob.Message(id); m.State != model.StateSent {
		t.Fatalf("the post is %v", m.State)
	}
	alice.sync()
	alice.must(alice.Delete(alice.ctx(), []model.MessageID{alice.newest(conv).ID}, true))
	alice.sync()
	bob.sync()
	bob.showsIn(conv, "only about rowing, please")
	k.clock.Advance(time.Second)
	bob.tell(conv, "aye")
	k.settle(bob, alice)
	bob.showsIn(conv, "only about rowing, please", "aye")
	alice.showsIn(conv, "only about rowing, please", "aye")
}

// In a room a contact is called what the user calls them, whatever name they give
// themselves there, from when they are a contact.
func TestContactsAreRecognisedInRooms(t *testing.T) {
	k := newCrew(t)
	_, urls := k.serve("lounge")
	alice, bob := k.person("Alice"), k.person("Bob")
	conv := alice.join(urls[0])
	bob.join(urls[0])
	bob.tell(conv, "here")
	k.settle(bob, alice)
	author := alice.newest(conv).Sender
	if name := alice.Person(conv, author).Name; name != "Bob" {
		t.Errorf("a stranger is called %q", name)
	}
	befriend(t, alice, bob)
	alice.must(alice.SetNickname(alice.ctx(), bob.id(), "Bobby the rower"))
	if p := alice.Person(conv, author); p.Name != "Bobby the rower" || p.ID != author {
		t.Errorf("the contact is called %q", p.Name)
	}
	if list := alice.People(conv); len(list) != 1 || list[0].Name != "Bobby the rower" {
		t.Errorf("for a mention there are %+v", list)
	}
	// Writing to them leads to the conversation that is there.
	direct, err := alice.StartBlinded(alice.ctx(), conv, author)
	alice.must(err)
	if direct != bob.id() {
		t.Errorf("writing to the contact leads to %q", direct)
	}
}

// A pinned message from before what is here is shown all the same, and can be gone
// to, with all that was written since.
func TestPinnedFromLongAgo(t *testing.T) {
	k := newCrew(t)
	server, urls := k.serve("lounge")
	bob := k.person("Bob")
	conv := bob.join(urls[0])
	if err := server.Promote(bob.account.ID(), "lounge"); err != nil {
		t.Fatal(err)
	}
	id := bob.tell(conv, "the rules of this room")
	k.settle(bob)
	bob.must(bob.PinInCommunity(bob.ctx(), id, true))
	k.clock.Advance(time.Hour)
	fill(t, server, "lounge", 3*roomPage, k.clock.Now())
	bob.rest() // only Alice asks from here on
	alice := k.person("Alice")
	alice.join(urls[0])
	before := k.world.servedBy(lounge)
	alice.sync()
	if asked := k.world.servedBy(lounge) - before; asked != 1 {
		t.Errorf("a poll with a pin that is known took %d requests", asked)
	}
	v, _ := alice.Community(conv)
	if len(v.Pins) != 1 || v.Pins[0].Message != 0 || v.Pins[0].Text != "the rules of this room" || v.Pins[0].Author != bob.meIn(conv) {
		t.Fatalf("pins: %+v", v.Pins)
	}
	if name := alice.Person(conv, v.Pins[0].Author).Name; name != "Bob" {
		t.Errorf("its author is called %q", name)
	}
	found, err := alice.LoadPinned(alice.ctx(), conv, v.Pins[0].Server)
	alice.must(err)
	if m, ok := alice.Message(found); !ok || m.Text != "the rules of this room" {
		t.Errorf("found %+v", m)
	}
	if got := alice.in(conv); len(got) != 3*roomPage+1 || got[1] != "number 0" {
		t.Errorf("%d messages, after the pinned one %q", len(got), got[1])
	}
	if v, _ = alice.Community(conv); v.Pins[0].Message != found {
		t.Errorf("the pin is still said not to be here: %+v", v.Pins)
	}
	bob.must(bob.Delete(bob.ctx(), []model.MessageID{id}, true))
	k.settle(bob, alice)
	if v, _ = alice.Community(conv); len(v.Pins) != 0 {
		t.Errorf("a deleted message is pinned: %+v", v.Pins)
	}
	if _, err := alice.LoadPinned(alice.ctx(), conv, 1); model.ReasonOf(err) != model.ReasonNotFound {
		t.Errorf("going to what is not pinned: %v", err)
	}
}

// Two who know of each other by blinded ids alone write at the same time: each
// finds the other's message, and both end in one conversation.
func TestBlindedDirectMessagesCross(t *testing.T) {
	k := newCrew(t)
	_, urls := k.serve("lounge")
	alice, bob := k.person("Alice"), k.person("Bob")
	conv := alice.join(urls[0])
	bob.join(urls[0])
	for _, p := range []*person{alice, bob} {
		p.must(p.UpdateSettings(p.ctx(), func(s *model.Settings) { s.CommunityRequests = model.Yes }))
		p.tell(conv, "I am "+p.Me().Name)
	}
	k.settle(alice, bob)
	toBob, err := alice.StartBlinded(alice.ctx(), conv, bob.meIn(conv))
	alice.must(err)
	toAlice, err := bob.StartBlinded(bob.ctx(), conv, alice.meIn(conv))
	bob.must(err)
	alice.tell(toBob, "from Alice")
	bob.tell(toAlice, "from Bob")
	alice.pushed()
	k.settle(alice, bob)
	for _, side := range []struct {
		who, other *person
		under      model.ConversationID
	}{{alice, bob, toBob}, {bob, alice, toAlice}} {
		if _, ok := side.who.Conversation(side.under); ok {
			t.Errorf("%s still has the conversation under the blinded id", side.who.Me().Name)
		}
		got := side.who.texts(side.other)
		if fmt.Sprint(got) != "[from Alice from Bob]" && fmt.Sprint(got) != "[from Bob from Alice]" {
			t.Errorf("%s sees %q", side.who.Me().Name, got)
		}
		if c, _ := side.who.Conversation(side.other.id()); c.Request() != model.RequestNone {
			t.Errorf("for %s, who wrote first as well, it is still a request", side.who.Me().Name)
		}
	}
	alice.say(bob, "now in private")
	k.settle(alice, bob)
	if got := bob.texts(alice); got[len(got)-1] != "now in private" {
		t.Errorf("Bob sees %q", got)
	}
}

// The rooms of a server are asked for together, once each interval: no more
// requests for twenty rooms than for one.
func TestRoomsOfAServerAreOneRequestEachInterval(t *testing.T) {
	perMinute := func(rooms int) float64 {
		k := newCrew(t)
		var names []string
		for i := range rooms {
			names = append(names, fmt.Sprint("room", i))
		}
		_, urls := k.serve(names...)
		alice := k.person("Alice")
		for _, url := range urls {
			_, err := alice.JoinCommunity(alice.ctx(), url)
			alice.must(err)
		}
		k.settle(alice)
		before := k.world.servedBy(lounge)
		const minutes = 5
		for range minutes * 60 {
			k.clock.Advance(time.Second)
			alice.rest()
		}
		return float64(k.world.servedBy(lounge)-before) / minutes
	}
	one, twenty := perMinute(1), perMinute(20)
	if one < 1 || twenty > one*1.2+0.5 {
		t.Errorf("one room is asked for %.1f times a minute, twenty rooms are %.1f times", one, twenty)
	}
}
