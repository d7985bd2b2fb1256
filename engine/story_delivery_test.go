package engine

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/snode"
	"sotto/internal/clock"
)

var startOfTests = time.UnixMilli(1_800_000_000_000)

func isStore(r snode.Request) bool {
	switch r := r.(type) {
	case *snode.StoreRequest:
		return true
	case *snode.BatchRequest:
		return isStore(r.Requests[0])
	}
	return false
}

var errLost = model.Fail(model.ReasonOffline, "lost", errors.New("the answer was lost"))

// A lost answer makes the engine send again: the same bytes, so the swarm keeps
// one message.
func TestLostAnswersDoubleNothing(t *testing.T) {
	alice, bob := twoPeople(t)
	n := 0
	alice.world.setFault(func(_ model.ID, r snode.Request) (bool, error) {
		if isStore(r) {
			if n++; n%2 == 1 {
				return true, errLost
			}
		}
		return false, nil
	})
	for i := range 5 {
		_, err := alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: fmt.Sprint(i)})
		alice.must(err)
	}
	alice.until("everything sent", func() bool {
		alice.Wake()
		return alice.Status().Pending == 0
	})
	if got := len(alice.world.has(bob.account.ID())); got != 5 {
		t.Fatalf("%d messages in Bob's swarm, want 5", got)
	}
	bob.sync()
	bob.shows(alice, "0", "1", "2", "3", "4")
}

func TestDuplicatesAndAnyOrder(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	var want []string
	for i := range 30 {
		text := fmt.Sprint("message ", i)
		want = append(want, text)
		_, err := alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: text})
		alice.must(err)
	}
	alice.sync()
	lines := alice.all(bob)[2:] // after the greeting and its acceptance
	alice.must(alice.React(alice.ctx(), lines[0].ID, "👍", true))
	alice.must(alice.Delete(alice.ctx(), []model.MessageID{lines[1].ID}, true))
	alice.sync()

	// Backwards, so that the reaction and the unsend request come first, for a
	// device that has nothing yet.
	blobs := alice.world.messages(bob.account.ID())
	alice.world.shuffle(bob.account.ID(), func(a, b snode.Message) int {
		return -cmp.Compare(slices.IndexFunc(blobs, sameHash(a)), slices.IndexFunc(blobs, sameHash(b)))
	})
	phone := newDevice(t, alice.world, bob.account, "Bob")
	phone.sync()
	check := func() {
		t.Helper()
		lines := phone.all(alice)[1:] // after the greeting
		if len(lines) != 30 {
			t.Fatalf("%d messages, want 30", len(lines))
		}
		for i, m := range lines {
			switch {
			case i == 1:
				if m.Kind != model.KindDeleted || m.Text != "" {
					t.Fatalf("deleted message: %+v", m)
				}
			case m.Text != want[i]:
				t.Fatalf("message %d is %q", i, m.Text)
			}
		}
		if r := lines[0].Reactions; len(r) != 1 || r[0].Emoji != "👍" || r[0].Author != alice.account.ID() {
			t.Fatalf("reactions: %+v", r)
		}
	}
	check()

	// The same blobs again, as if every hash were unknown, and in other order.
	phone.must(phone.do(phone.ctx(), func(c *core) error {
		var batch []incoming
		for _, m := range blobs {
			in := incoming{hash: m.Hash, expiration: model.Millis(m.Expiration)}
			c.openOne(&in, m.Data)
			batch = append(batch, in)
		}
		_, err := c.apply([32]byte{9}, batch, "x")
		return err
	}))
	check()
}

func sameHash(m snode.Message) func(snode.Message) bool {
	return func(o snode.Message) bool { return o.Hash == m.Hash }
}

// Members that slept lack messages; another one has them.
func TestSleepyMembersLoseNothing(t *testing.T) {
	w := newWorld(clock.System)
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	order := pollOrder(bob.account.ID(), w.nodes, 0)
	sleep := func(asleep bool) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.deaf[order[0].Ed25519], w.deaf[order[1].Ed25519] = asleep, asleep
	}
	sleep(true) // both that are asked most of the time
	alice.say(bob, "while two slept")
	sleep(false)
	alice.say(bob, "for all")
	bob.sync()
	bob.shows(alice, "while two slept", "for all")
	bob.sync()
	bob.shows(alice, "while two slept", "for all")
}

// What only one member took is brought to the others, so that it does not go
// when that member goes; nobody shows it twice.
func TestSpread(t *testing.T) {
	m, alice, bob := manualPeople(t)
	w := alice.world
	sleep := func(asleep bool) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.deaf[w.nodes[0].Ed25519], w.deaf[w.nodes[1].Ed25519] = asleep, asleep
	}
	before := len(w.has(bob.account.ID()))
	sleep(true)
	alice.say(bob, "while two slept")
	if got := len(w.has(bob.account.ID())); got != before {
		t.Fatalf("a node that slept took %d messages", got-before)
	}
	sleep(false)
	for ctx := alice.ctx(); len(w.has(bob.account.ID())) == before; alice.sync() {
		if ctx.Err() != nil {
			t.Fatal("the first node never got it")
		}
		m.Advance(time.Second)
	}
	bob.sync()
	bob.sync()
	bob.shows(alice, "hello", "while two slept")
}

func TestOfflineThenOnline(t *testing.T) {
	alice, bob := twoPeople(t)
	alice.link.setOffline(true)
	var ids []model.MessageID
	for i := range 3 {
		id, err := alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: fmt.Sprint(i)})
		alice.must(err)
		ids = append(ids, id)
	}
	alice.until("a time for the next try", func() bool {
		m, _ := alice.Message(ids[0])
		return m.NextTry != 0
	})
	m, _ := alice.Message(ids[0])
	if m.State != model.StateQueued || alice.Status().Pending != 6 {
		t.Fatalf("message %+v, %d pending", m, alice.Status().Pending)
	}
	if _, err := alice.Sync(alice.ctx()); model.ReasonOf(err) != model.ReasonOffline {
		t.Fatalf("sync without network: %v", err)
	}
	alice.restart()
	alice.link.setOffline(true)
	alice.link.setOffline(false)
	alice.until("everything sent", func() bool { return alice.Status().Pending == 0 })
	bob.sync()
	bob.shows(alice, "0", "1", "2")
	if m, _ := alice.Message(ids[0]); m.State != model.StateSent || m.NextTry != 0 {
		t.Fatalf("message %+v", m)
	}
}

func TestRefusedForGoodThenRetry(t *testing.T) {
	alice, bob := twoPeople(t)
	alice.log.expectErrors() // a final refusal is worth a warning
	refused := map[string]bool{}
	alice.world.setFault(func(to model.ID, r snode.Request) (bool, error) {
		if s, ok := r.(*snode.StoreRequest); ok && to == bob.account.ID() {
			refused[string(s.Data)] = true
			return false, fail(model.ReasonRejected, "no")
		}
		return false, nil
	})
	id, err := alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: "once more"})
	alice.must(err)
	alice.until("failure", func() bool {
		m, _ := alice.Message(id)
		return m.State == model.StateFailed
	})
	if m, _ := alice.Message(id); m.Failure != model.ReasonRejected {
		t.Fatalf("failure is %v", m.Failure)
	}
	if got := alice.world.has(alice.account.ID()); len(got) != 0 {
		t.Fatal("a copy went to the own swarm although the contact has nothing")
	}
	alice.restart() // a failed message stays failed, and can still be sent
	alice.world.setFault(func(to model.ID, r snode.Request) (bool, error) {
		if s, ok := r.(*snode.StoreRequest); ok && to == bob.account.ID() && !refused[string(s.Data)] {
			t.Error("Retry sends other bytes")
		}
		return false, nil
	})
	alice.sync()
	if m, _ := alice.Message(id); m.State != model.StateFailed {
		t.Fatalf("a failed message became %v by itself", m.State)
	}
	alice.must(alice.Retry(alice.ctx(), id))
	alice.sync()
	bob.sync()
	bob.shows(alice, "once more")
}

func TestBacklogGoesInBatches(t *testing.T) {
	alice, bob := twoPeople(t)
	alice.link.setOffline(true)
	const n = 100
	for i := range n {
		_, err := alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: fmt.Sprint(i)})
		alice.must(err)
	}
	alice.link.setOffline(false)
	alice.sync()
	alice.world.mu.Lock()
	requests := alice.world.requests
	alice.world.mu.Unlock()
	if requests > 40 {
		t.Errorf("%d requests for %d messages and their copies", requests, n)
	}
	bob.sync()
	lines := bob.texts(alice)
	if len(lines) != n {
		t.Fatalf("%d messages, want %d", len(lines), n)
	}
	for i, text := range lines {
		if text != fmt.Sprint(i) {
			t.Fatalf("message %d is %q", i, text)
		}
	}
}

func TestSlowSubscriberSlowsNobody(t *testing.T) {
	alice, bob := twoPeople(t)
	slow := bob.Subscribe() // nobody reads it
	defer slow.Close()
	alice.link.setOffline(true)
	const n = 200
	for i := range n {
		_, err := alice.SendText(alice.ctx(), bob.id(), model.Draft{Text: fmt.Sprint(i)})
		alice.must(err)
	}
	alice.link.setOffline(false)
	alice.sync()
	bob.sync()
	if got := len(bob.all(alice)); got != n {
		t.Fatalf("received %d, want %d", got, n)
	}
	evs := slow.Take()
	if len(evs) < n || len(evs) > n+20 {
		t.Fatalf("%d events wait; %d messages and a few changes of lists are there to tell", len(evs), n)
	}
}

func TestMailbox(t *testing.T) {
	h := new(hub)
	s := h.subscribe()
	for range 3 {
		h.emit(RequestsChanged{}, ReadChanged{"a"}, RequestsChanged{})
	}
	if got := s.Take(); !slices.Equal(got, []Event{RequestsChanged{}, ReadChanged{"a"}}) {
		t.Fatalf("events: %v", got)
	}
	h.emit(RequestsChanged{})
	if got := s.Take(); len(got) != 1 {
		t.Fatal("an event is lost after it was taken once")
	}
	for i := range mailboxSize + 10 {
		h.emit(MessageAdded{"a", model.MessageID(i + 1)})
	}
	if got := s.Take(); !slices.Equal(got, []Event{Resync{}}) {
		t.Fatalf("after an overflow: %d events", len(got))
	}
	h.emit(StatusChanged{})
	s.Close()
	h.emit(ProfileChanged{})
	if got, err := s.Wait(t.Context()); err != nil || !slices.Equal(got, []Event{StatusChanged{}}) {
		t.Fatalf("after Close: %v %v", got, err)
	}
	if _, err := s.Wait(t.Context()); !errors.Is(err, ErrClosed) {
		t.Fatalf("closed and empty: %v", err)
	}
}

func TestPollOrderHearsEveryMember(t *testing.T) {
	w := newWorld(clock.System)
	var me model.ID
	members := append(slices.Clone(w.nodes), snode.Node{Ed25519: [32]byte{7}}, snode.Node{Ed25519: [32]byte{8}})
	asked := make(map[[32]byte]int)
	for turn := range 24 {
		order := pollOrder(me, members, turn)
		if len(order) != len(members) {
			t.Fatalf("turn %d asks %d members", turn, len(order))
		}
		asked[order[0].Ed25519]++
	}
	var counts []int
	for _, n := range members {
		counts = append(counts, asked[n.Ed25519])
	}
	slices.Sort(counts)
	if !slices.Equal(counts, []int{2, 2, 2, 6, 12}) {
		t.Fatalf("members are asked %v times", counts)
	}
}
