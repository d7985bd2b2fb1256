package engine

import (
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/internal/clock"
)

func manualPeople(t *testing.T) (m *clock.Manual, alice, bob *person) {
	m = clock.NewManual(startOfTests)
	w := newWorld(m)
	alice, bob = newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	befriend(t, alice, bob)
	return m, alice, bob
}

const hour = 60 * 60

func TestDisappearAfterSend(t *testing.T) {
	m, alice, bob := manualPeople(t)
	timer := model.Timer{Mode: model.ExpireAfterSend, Seconds: 12 * hour}
	alice.must(alice.SetTimer(alice.ctx(), bob.id(), timer))
	alice.sync()
	bob.sync()
	if c, _ := bob.Conversation(alice.id()); c.Timer != timer {
		t.Fatalf("Bob's timer is %+v", c.Timer)
	}
	sent := alice.say(bob, "soon gone")
	if sent.Expires != sent.ExpireStart+12*hour*1000 {
		t.Fatalf("expires %d, started %d", sent.Expires, sent.ExpireStart)
	}
	m.Advance(3 * time.Hour) // in the swarm all the while
	bob.sync()
	bob.shows(alice, "hello", "<timer>", "soon gone")
	if got := bob.all(alice)[2]; got.Expires != sent.Expires {
		t.Fatalf("Bob's copy expires %d, Alice's %d", got.Expires, sent.Expires)
	}
	bob.restart()
	m.Advance(9*time.Hour + time.Second)
	for _, p := range []struct{ who, with *person }{{alice, bob}, {bob, alice}} {
		p.who.until("the message to disappear", func() bool {
			lines := p.who.texts(p.with)
			return lines[len(lines)-1] != "soon gone"
		})
	}
	bob.shows(alice, "hello")
	alice.shows(bob, "hello", "<accepted>")
}

func TestDisappearAfterRead(t *testing.T) {
	m, alice, bob := manualPeople(t)
	phone := newDevice(t, alice.world, bob.account, "Bob")
	phone.sync()
	alice.must(alice.SetTimer(alice.ctx(), bob.id(), model.Timer{Mode: model.ExpireAfterRead, Seconds: hour}))
	sent := alice.say(bob, "read and gone")
	bob.sync()
	phone.sync()
	m.Advance(2 * time.Hour)
	alice.until("Alice's copy to disappear", func() bool { return len(alice.all(bob)) == 2 })
	bob.sync()
	got := bob.all(alice)
	last := got[len(got)-1]
	if last.Text != "read and gone" || last.ExpireStart != 0 {
		t.Fatalf("unread message: %+v", last)
	}
	bob.must(bob.MarkRead(bob.ctx(), alice.id(), sent.Timestamp))
	bob.sync()
	read, _ := bob.Message(last.ID)
	if read.Expires != bob.Now()+hour*1000 {
		t.Fatalf("expires %d after reading, now %d", read.Expires, bob.Now())
	}
	for _, kept := range bob.world.messages(bob.account.ID()) {
		if kept.Hash == last.Hash && model.Millis(kept.Expiration) != read.Expires {
			t.Fatalf("the swarm lets it live until %d, the reader until %d", kept.Expiration, read.Expires)
		}
	}

	// The other device reads later, and learns from the swarm that it was read
	// before.
	m.Advance(20 * time.Minute)
	phone.must(phone.MarkRead(phone.ctx(), alice.id(), sent.Timestamp))
	phone.sync()
	lines := phone.all(alice)
	if other := lines[len(lines)-1]; other.Expires != read.Expires {
		t.Fatalf("the other device lets it live until %d, want %d", other.Expires, read.Expires)
	}
	m.Advance(40*time.Minute + time.Second)
	for _, p := range []*person{bob, phone} {
		p.until("the message to disappear", func() bool {
			lines := p.all(alice)
			return lines[len(lines)-1].Text != "read and gone"
		})
	}
}

func TestTimerOffAndRefusedTimers(t *testing.T) {
	m, alice, bob := manualPeople(t)
	on := model.Timer{Mode: model.ExpireAfterSend, Seconds: 24 * hour}
	alice.must(alice.SetTimer(alice.ctx(), bob.id(), on))
	alice.sync()
	bob.sync()
	m.Advance(time.Second)
	bob.must(bob.SetTimer(bob.ctx(), alice.id(), model.Timer{}))
	bob.sync()
	alice.sync()
	if c, _ := alice.Conversation(bob.id()); c.Timer.On() {
		t.Fatalf("timer is still %+v", c.Timer)
	}
	if m := alice.say(bob, "stays"); m.Expires != 0 {
		t.Fatal("a message disappears although the timer is off")
	}
	for _, c := range []struct {
		conv  model.ConversationID
		timer model.Timer
	}{
		{bob.id(), model.Timer{Mode: model.ExpireAfterSend, Seconds: hour}},
		{bob.id(), model.Timer{Mode: model.ExpireAfterRead, Seconds: 7}},
		{bob.id(), model.Timer{Mode: 3, Seconds: 12 * hour}},
		{alice.id(), model.Timer{Mode: model.ExpireAfterRead, Seconds: 12 * hour}},
	} {
		if err := alice.SetTimer(alice.ctx(), c.conv, c.timer); model.ReasonOf(err) != model.ReasonInvalid {
			t.Errorf("timer %+v: %v", c.timer, err)
		}
	}
}
