package engine

import (
	"cmp"
	"slices"
	"testing"

	"sotto/engine/model"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
	"sotto/internal/clock"
)

func TestRequestIsAcceptedOnce(t *testing.T) {
	alice, bob := twoPeople(t)
	alice.say(bob, "hello, it is me")
	alice.say(bob, "do you remember")
	bob.sync()
	if got := bob.Requests(); len(got) != 1 || got[0].ID != alice.id() {
		t.Fatalf("requests: %+v", got)
	}
	if got := bob.Conversations(Filter{}); len(got) != 0 {
		t.Fatalf("a request stands in the list: %+v", got)
	}
	notified := 0
	for _, ev := range bob.sub.Take() {
		if _, ok := ev.(Notify); ok {
			notified++
		}
	}
	if notified != 1 {
		t.Fatalf("%d notifications for one request", notified)
	}
	if c, _ := alice.Conversation(bob.id()); c.Request() != model.RequestOutgoing {
		t.Fatalf("Alice sees %v", c.Request())
	}
	for range 2 {
		bob.must(bob.AcceptRequest(bob.ctx(), alice.id()))
	}
	bob.sync()
	alice.sync()
	alice.shows(bob, "hello, it is me", "do you remember", "<accepted>")
	if c, _ := alice.Conversation(bob.id()); c.Request() != model.RequestNone || c.Name != "Bob" {
		t.Fatalf("after acceptance: %+v", c)
	}
	if len(bob.Requests()) != 0 || len(bob.Conversations(Filter{})) != 1 || len(bob.Contacts()) != 1 {
		t.Fatal("Bob's lists are not what they should be")
	}
}

func TestDeclineAndBlock(t *testing.T) {
	alice, bob := twoPeople(t)
	alice.say(bob, "first")
	bob.sync()
	bob.must(bob.DeclineRequest(bob.ctx(), alice.id()))
	bob.sync()
	if len(bob.Requests()) != 0 || len(bob.all(alice)) != 0 {
		t.Fatal("something is left of a declined request")
	}
	alice.say(bob, "second")
	bob.sync()
	if len(bob.Requests()) != 1 {
		t.Fatal("a new message makes no new request")
	}
	bob.must(bob.Block(bob.ctx(), alice.id()))
	if len(bob.Requests()) != 0 || len(bob.Blocked()) != 1 {
		t.Fatal("a blocked request is still listed")
	}
	alice.say(bob, "third")
	bob.sync()
	bob.must(bob.Unblock(bob.ctx(), alice.id()))
	bob.sync()
	bob.shows(alice, "second")
	if err := bob.DeclineRequest(bob.ctx(), model.ConversationOf(bob.account.ID())); model.ReasonOf(err) != model.ReasonNotFound {
		t.Errorf("decline of nothing: %v", err)
	}
}

func TestReactions(t *testing.T) {
	alice, bob := twoPeople(t)
	phone := newDevice(t, alice.world, alice.account, "Alice")
	befriend(t, alice, bob)
	target := bob.all(alice)[0]
	bob.must(bob.React(bob.ctx(), target.ID, "😂", true))
	bob.must(bob.React(bob.ctx(), target.ID, "😂", true)) // no-op
	bob.must(bob.React(bob.ctx(), target.ID, "👩‍🚀", true))
	bob.sync()
	alice.sync()
	phone.sync()
	for _, p := range []*person{alice, phone} {
		r := p.all(bob)[0].Reactions
		if len(r) != 2 || r[0].Author != bob.account.ID() {
			t.Fatalf("reactions: %+v", r)
		}
	}
	bob.must(bob.React(bob.ctx(), target.ID, "😂", false))
	bob.sync()
	alice.sync()
	if r := alice.all(bob)[0].Reactions; len(r) != 1 || r[0].Emoji != "👩‍🚀" {
		t.Fatalf("after removal: %+v", r)
	}
	// The own reaction reaches the other own device.
	alice.must(alice.React(alice.ctx(), alice.all(bob)[0].ID, "🇪🇺", true))
	alice.sync()
	phone.sync()
	if r := phone.all(bob)[0].Reactions; len(r) != 2 {
		t.Fatalf("on the other device: %+v", r)
	}
	for _, bad := range []string{"", "a", "ab", "😂😂", "😂 ", "👩‍", "🇪", "1"} {
		if err := bob.React(bob.ctx(), target.ID, bad, true); model.ReasonOf(err) != model.ReasonInvalid {
			t.Errorf("reaction %q: %v", bad, err)
		}
	}
	for _, good := range []string{"1️⃣", "❤", "❤️", "👍🏽", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "👨‍👩‍👧‍👦"} {
		if !oneEmoji(good) {
			t.Errorf("%q refused", good)
		}
	}
}

func TestReactionsAreLimited(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	id := bob.all(alice)[0].ID
	add := false
	for range reactionsPerMinute {
		add = !add
		bob.must(bob.React(bob.ctx(), id, "👍", add))
	}
	if err := bob.React(bob.ctx(), id, "👍", true); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Fatalf("reaction %d: %v", reactionsPerMinute+1, err)
	}
}

func TestDeleteForEveryone(t *testing.T) {
	alice, bob := twoPeople(t)
	phone := newDevice(t, alice.world, alice.account, "Alice")
	befriend(t, alice, bob)
	m := alice.say(bob, "oops")
	bob.sync()
	phone.sync()
	alice.must(alice.Delete(alice.ctx(), []model.MessageID{m.ID}, true))
	alice.sync()
	bob.sync()
	phone.sync()
	bob.sync() // the delete that follows from the request
	bob.shows(alice, "hello", "<deleted>")
	alice.shows(bob, "hello", "<accepted>", "<deleted>")
	phone.shows(bob, "hello", "<accepted>", "<deleted>")
	for _, hash := range []string{m.Hash} {
		for _, have := range alice.world.has(alice.account.ID()) {
			if have == hash {
				t.Error("the copy is still in the own swarm")
			}
		}
	}
	theirs := alice.all(bob)[1].ID
	if err := alice.Delete(alice.ctx(), []model.MessageID{theirs}, true); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Fatalf("deleting somebody else's message for everyone: %v", err)
	}
	alice.must(alice.Delete(alice.ctx(), []model.MessageID{theirs}, false))
	alice.shows(bob, "hello", "<deleted>")
}

func TestDeleteBeforeItWasSent(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	alice.link.setOffline(true)
	// Whatever was begun may have arrived; this one waits behind it.
	_, err := alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: "one"})
	alice.must(err)
	alice.until("a try", func() bool { return alice.all(bob)[2].NextTry != 0 })
	id, err := alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: "two"})
	alice.must(err)
	alice.must(alice.Delete(alice.ctx(), []model.MessageID{id}, true))
	alice.link.setOffline(false)
	alice.sync()
	bob.sync()
	bob.shows(alice, "hello", "one")
	alice.shows(bob, "hello", "<accepted>", "one")
}

func TestDeleteNoteOnAllDevices(t *testing.T) {
	w := newWorld(clock.System)
	alice := newPerson(t, w, "Alice")
	phone := newDevice(t, w, alice.account, "Alice")
	m := alice.say(alice, "buy milk")
	phone.sync()
	alice.must(alice.Delete(alice.ctx(), []model.MessageID{m.ID}, true))
	alice.sync()
	phone.sync()
	phone.sync()
	alice.shows(alice)
	phone.shows(alice)
}

// Only the author may take a message back.
func TestUnsendOfOthersIsRefused(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	m := bob.all(alice)[0] // Alice's
	bob.must(bob.update(bob.ctx(), func(w *work) error {
		sent, err := w.stamp()
		if err != nil {
			return err
		}
		_, err = w.enqueue(outgoing{to: alice.account.ID(), sent: sent, content: wire.NewUnsend(m.Sender.String(), uint64(m.Timestamp))})
		return err
	}))
	bob.sync()
	alice.sync()
	alice.shows(bob, "hello", "<accepted>")
}

func TestReceipts(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	m := alice.say(bob, "read me")
	bob.sync()
	bob.must(bob.MarkRead(bob.ctx(), alice.id(), m.Timestamp))
	bob.sync()
	alice.sync()
	if got, _ := alice.Message(m.ID); got.State != model.StateSent {
		t.Fatalf("a receipt although receipts are off: %v", got.State)
	}
	on := func(s *model.Settings) { s.ReadReceipts = true }
	alice.must(alice.UpdateSettings(alice.ctx(), on))
	bob.must(bob.UpdateSettings(bob.ctx(), on))
	m = alice.say(bob, "read me too")
	bob.sync()
	if c, _ := bob.Conversation(alice.id()); c.Unread != 1 {
		t.Fatalf("%d unread", c.Unread)
	}
	bob.must(bob.MarkRead(bob.ctx(), alice.id(), m.Timestamp))
	if c, _ := bob.Conversation(alice.id()); c.Unread != 0 {
		t.Fatalf("%d unread after reading", c.Unread)
	}
	bob.sync()
	alice.sync()
	if got, _ := alice.Message(m.ID); got.State != model.StateRead {
		t.Fatalf("after the receipt: %v", got.State)
	}
	bob.must(bob.MarkUnread(bob.ctx(), alice.id()))
	if c, _ := bob.Conversation(alice.id()); !c.MarkedUnread {
		t.Fatal("not marked unread")
	}
}

func TestNoReceiptsForRequests(t *testing.T) {
	alice, bob := twoPeople(t)
	on := func(s *model.Settings) { s.ReadReceipts, s.TypingIndicators = true, true }
	alice.must(alice.UpdateSettings(alice.ctx(), on))
	bob.must(bob.UpdateSettings(bob.ctx(), on))
	m := alice.say(bob, "hello")
	bob.sync()
	bob.must(bob.MarkRead(bob.ctx(), alice.id(), m.Timestamp))
	bob.Typing(alice.id(), true)
	bob.sync()
	if got := bob.world.has(alice.account.ID()); len(got) != 1 { // her own copy
		t.Fatalf("%d messages in Alice's swarm: something was told about a request", len(got))
	}
}

func TestTyping(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	on := func(s *model.Settings) { s.TypingIndicators = true }
	alice.must(alice.UpdateSettings(alice.ctx(), on))
	bob.must(bob.UpdateSettings(bob.ctx(), on))
	before := len(alice.world.has(bob.account.ID()))
	alice.Typing(bob.id(), true)
	alice.until("the notice in the swarm", func() bool {
		alice.Wake()
		return len(alice.world.has(bob.account.ID())) > before
	})
	bob.sync()
	if !bob.IsTyping(alice.id()) {
		t.Fatal("Alice types and Bob does not see it")
	}
	alice.say(bob, "there it is")
	bob.sync()
	if bob.IsTyping(alice.id()) {
		t.Fatal("Alice still types after her message")
	}
}

func TestTypingEndsByItself(t *testing.T) {
	m := clock.NewManual(startOfTests)
	w := newWorld(m)
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	befriend(t, alice, bob)
	on := func(s *model.Settings) { s.TypingIndicators = true }
	bob.must(bob.UpdateSettings(bob.ctx(), on))
	alice.must(alice.UpdateSettings(alice.ctx(), on))
	before := len(w.has(bob.account.ID()))
	alice.Typing(bob.id(), true)
	alice.until("the notice in the swarm", func() bool {
		alice.Wake()
		return len(w.has(bob.account.ID())) > before
	})
	bob.sync()
	if !bob.IsTyping(alice.id()) {
		t.Fatal("Alice types and Bob does not see it")
	}
	alice.stop()
	m.Advance(typingShown)
	bob.until("the end of typing", func() bool { return !bob.IsTyping(alice.id()) })
}

func TestForeignSyncTargetIsDropped(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	bob.must(bob.update(bob.ctx(), func(w *work) error {
		sent, err := w.stamp()
		if err != nil {
			return err
		}
		content := wire.NewText("put into another chat")
		content.DataMessage.SyncTarget = wire.Some(string(alice.id()))
		_, err = w.enqueue(outgoing{to: alice.account.ID(), sent: sent, content: content})
		return err
	}))
	bob.sync()
	alice.sync()
	alice.shows(bob, "hello", "<accepted>")
	alice.shows(alice)
}

func TestSyncBetweenDevices(t *testing.T) {
	alice, bob := twoPeople(t)
	phone := newDevice(t, alice.world, alice.account, "Alice")
	alice.say(bob, "from the desk")
	phone.sync()
	phone.shows(bob, "from the desk")
	c, _ := phone.Conversation(bob.id())
	if !c.Approved || c.Unread != 0 {
		t.Fatalf("on the other device: %+v", c)
	}
	if m := phone.all(bob)[0]; !m.Outgoing || m.State != model.StateSent || m.Hash == "" {
		t.Fatalf("copy: %+v", m)
	}
	bob.sync()
	bob.say(alice, "an answer")
	phone.say(bob, "from the phone")
	alice.sync()
	phone.sync()
	bob.sync()
	want := []string{"from the desk", "<accepted>", "an answer", "from the phone"}
	alice.shows(bob, want...)
	phone.shows(bob, want...)
	bob.shows(alice, "from the desk", "an answer", "from the phone")
}

// A stranger who sends no message leaves no trace.
func TestStrangersControlMessagesLeaveNothing(t *testing.T) {
	alice, bob := twoPeople(t)
	now := bob.Now()
	me := alice.account.ID().String()
	for i, c := range []*wire.Content{
		wire.NewReaction(bob.account.ID().String(), 5, "👍", wire.React), wire.NewApproval(nil, nil),
		wire.NewTyping(wire.TypingStarted, uint64(now)), wire.NewReadReceipt([]uint64{5}), wire.NewMediaSaved(5),
		wire.NewUnsend(me, 5),
	} {
		alice.deliver(bob, c, now+model.Millis(i))
	}
	bob.sync()
	if got := bob.Conversations(Filter{Hidden: true}); len(got) != 0 {
		t.Fatalf("a stranger made a conversation: %+v", got)
	}
	if len(bob.Requests()) != 0 {
		t.Fatal("a stranger made a request without a message")
	}
}

// A device that gets the answer to a request before the request itself, and
// whose account has no contact list in the swarm.
func TestApprovalBeforeTheRequest(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	blobs := alice.world.messages(alice.account.ID())
	alice.world.shuffle(alice.account.ID(), func(a, b snode.Message) int {
		return -cmp.Compare(slices.IndexFunc(blobs, sameHash(a)), slices.IndexFunc(blobs, sameHash(b)))
	})
	alice.world.forgetConfigs(alice.account.ID())
	phone := newDevice(t, alice.world, alice.account, "Alice")
	phone.sync()
	phone.shows(bob, "hello")
	if c, _ := phone.Conversation(bob.id()); !c.Approved || !c.ApprovedMe {
		t.Fatalf("conversation: %+v", c)
	}
}
