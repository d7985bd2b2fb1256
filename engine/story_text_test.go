package engine

import (
	"slices"
	"strings"
	"testing"

	"sotto/engine/model"
	"sotto/internal/clock"
)

func twoPeople(t *testing.T) (alice, bob *person) {
	w := newWorld(clock.System)
	return newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
}

func TestTextBothWays(t *testing.T) {
	alice, bob := twoPeople(t)
	m := alice.say(bob, "hello Bob")
	if m.Timestamp == 0 || m.Sender != alice.account.ID() || !m.Outgoing || m.Hash == "" {
		t.Fatalf("sent message: %+v", m)
	}
	if !slices.Contains(alice.world.has(alice.account.ID()), m.Hash) {
		t.Fatal("the kept hash is not that of the copy in the own swarm")
	}
	bob.sync()
	bob.shows(alice, "hello Bob")
	got := bob.all(alice)[0]
	if got.Timestamp != m.Timestamp || got.Sender != m.Sender || got.Outgoing || got.State != model.StateReceived || !got.Unread {
		t.Fatalf("received message: %+v", got)
	}
	c, _ := bob.Conversation(alice.id())
	if c.Name != "Alice" || c.Unread != 1 || c.Last.Text != "hello Bob" {
		t.Fatalf("conversation: %+v", c)
	}

	// The answer accepts the request: its response goes first.
	answer := bob.say(alice, "hello Alice")
	alice.sync()
	alice.shows(bob, "hello Bob", "<accepted>", "hello Alice")
	lines := alice.all(bob)
	if lines[1].Timestamp >= answer.Timestamp {
		t.Fatal("the answer to the request is not older than the reply")
	}
	if c, _ := alice.Conversation(bob.id()); c.Name != "Bob" || c.Request() != model.RequestNone {
		t.Fatalf("Alice's conversation: %+v", c)
	}
}

func TestReplyCarriesQuote(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	first := bob.all(alice)[0]
	_, err := bob.SendText(bob.ctx(), alice.id(), model.Draft{Text: "yes", Quote: &model.QuoteRef{Author: first.Sender, Timestamp: first.Timestamp}})
	bob.must(err)
	bob.sync()
	alice.sync()
	lines := alice.all(bob)
	got := lines[len(lines)-1]
	if got.Quote == nil || got.Quote.Author != alice.account.ID() || got.Quote.Timestamp != first.Timestamp || !got.Mention {
		t.Fatalf("reply: %+v", got)
	}
	if target, ok := alice.Find(bob.id(), model.MessageKey{Sender: got.Quote.Author, Timestamp: got.Quote.Timestamp}); !ok || target.Text != "hello" {
		t.Fatalf("quoted message: %+v %v", target, ok)
	}
}

func TestSendRefuses(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	group := model.ConversationID("03" + strings.Repeat("ab", 32))
	for _, c := range []struct {
		name string
		conv model.ConversationID
		text string
		want model.Reason
	}{
		{"nothing", bob.id(), "", model.ReasonInvalid},
		{"only space", bob.id(), " \n\t", model.ReasonInvalid},
		{"2001 code points", bob.id(), strings.Repeat("ä", 2001), model.ReasonTooLarge},
		{"2000 code points", bob.id(), strings.Repeat("ä", 2000), model.ReasonNone},
		{"a group", group, "x", model.ReasonNotAllowed},
		{"no id", "nobody", "x", model.ReasonNotAllowed},
	} {
		_, err := alice.SendText(alice.ctx(), c.conv, model.Draft{Text: c.text})
		if got := model.ReasonOf(err); got != c.want {
			t.Errorf("%s: reason %v, want %v", c.name, got, c.want)
		}
	}
	alice.must(alice.Block(alice.ctx(), bob.id()))
	if _, err := alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: "x"}); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("to a blocked contact: %v", err)
	}
}

func TestSentTimesAreUniqueAndRise(t *testing.T) {
	w := newWorld(clock.NewManual(startOfTests)) // a clock that stands still
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	for range 5 {
		_, err := alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: "hello"})
		alice.must(err)
	}
	alice.restart()
	for range 5 {
		_, err := alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: "hello"})
		alice.must(err)
	}
	last := model.Millis(0)
	for _, m := range alice.all(bob) {
		if m.Timestamp <= last {
			t.Fatalf("sent time %d after %d", m.Timestamp, last)
		}
		last = m.Timestamp
	}
	alice.sync()
	bob.sync()
	if got := len(bob.all(alice)); got != 10 {
		t.Fatalf("Bob received %d", got)
	}
}

func TestNoteToSelf(t *testing.T) {
	w := newWorld(clock.System)
	alice := newPerson(t, w, "Alice")
	phone := newDevice(t, w, alice.account, "Alice")
	alice.say(alice, "buy milk")
	if n := len(w.has(alice.account.ID())); n != 1 {
		t.Fatalf("%d copies in the own swarm", n)
	}
	phone.sync()
	phone.shows(alice, "buy milk")
	if c, _ := phone.Conversation(alice.id()); c.Kind != model.KindSelf || c.Unread != 0 {
		t.Fatalf("note to self: %+v", c)
	}
	alice.sync()
	alice.shows(alice, "buy milk")
}

func TestProfileTravelsWithMessages(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	alice.must(alice.SetName(alice.ctx(), "  Alice B. "))
	alice.say(bob, "new name")
	bob.sync()
	if c, _ := bob.Conversation(alice.id()); c.Name != "Alice B." {
		t.Fatalf("name is %q", c.Name)
	}
	for _, name := range []string{"", "   ", "\u200b", strings.Repeat("x", 101)} {
		if err := alice.SetName(alice.ctx(), name); err == nil {
			t.Errorf("name %q accepted", name)
		}
	}
	bob.must(bob.SetNickname(bob.ctx(), alice.id(), "Al"))
	if c, _ := bob.Conversation(alice.id()); c.Title() != "Al" {
		t.Fatalf("title is %q", c.Title())
	}
}
