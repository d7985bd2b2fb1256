package localnet

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sotto/engine/localnet/echo"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/seal"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
)

// talker is a person who talks to Echo with the halves of the protocol, through
// the HTTP face of nodes.
type talker struct {
	testing.TB
	n    *Network
	c    *http.Client
	me   *identity.Account
	last uint64
	got  []seal.Opened // all but typing, in the order of their timestamps
	typ  []wire.TypingAction
	seen map[string]bool
}

func newTalker(t testing.TB, n *Network, name string) *talker {
	return &talker{TB: t, n: n, c: browser(t), me: person(t, name), seen: map[string]bool{}}
}

// send stores a message for Echo and returns its timestamp.
func (p *talker) send(c *wire.Content) uint64 {
	p.Helper()
	p.last = max(p.last+1, uint64(p.n.Now()))
	data, err := seal.CloseContent(p.me, p.n.Echo(), c.Stamp(p.last), seal.Options{Rand: rand.Reader})
	if err != nil {
		p.Fatal(err)
	}
	members, others := p.n.members(p.n.Echo())
	req := &snode.StoreRequest{Timestamp: int64(p.last), TTL: snode.PublicMaxTTL, Data: data}
	req.Pubkey = p.n.Echo()
	if status, body := through(p, p.n, p.c, others[:3], members[0], req); status != 200 {
		p.Fatalf("store: %d %s", status, body)
	}
	return p.last
}

func (p *talker) poll() {
	p.Helper()
	members, _ := p.n.members(p.me.ID())
	g := rpc(p, p.n, p.c, members[0], retrieveOf(p, p.me, p.n.Now(), 0))
	a, err := snode.DecodeRetrieve(g.body)
	if err != nil {
		p.Fatalf("retrieve: %d %v", g.status, err)
	}
	for _, m := range a.Messages {
		if p.seen[m.Hash] {
			continue
		}
		p.seen[m.Hash] = true
		o, err := seal.Open(p.me, m.Data)
		if err != nil || o.Sender != p.n.Echo() {
			p.Fatalf("message from %v: %v", o.Sender, err)
		}
		if o.Content.Kind() == wire.KindTyping {
			p.typ = append(p.typ, o.Content.TypingMessage.Action.Value)
		} else {
			p.got = append(p.got, o)
		}
	}
	slices.SortFunc(p.got, func(a, b seal.Opened) int { return int(int64(a.Timestamp) - int64(b.Timestamp)) })
}

// await polls until something has come that pick wants.
func (p *talker) await(what string, pick func(seal.Opened) bool) (found seal.Opened) {
	p.Helper()
	eventually(p, what, func() bool {
		p.poll()
		i := slices.IndexFunc(p.got, pick)
		if i >= 0 {
			found = p.got[i]
		}
		return i >= 0
	})
	return found
}

func bodyIs(text string) func(seal.Opened) bool {
	return func(o seal.Opened) bool {
		return o.Content.DataMessage != nil && o.Content.DataMessage.Body.Value == text
	}
}

func TestEchoConversation(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{Timings: Timings{Echo: 50 * time.Millisecond}})
	alice := newTalker(t, n, "alice")

	// A first message: the request is accepted, then a greeting, then the answer.
	at := alice.send(wire.NewText("Hello, Echo ☺"))
	answer := alice.await("the same text", bodyIs("Hello, Echo ☺"))
	approval := alice.await("approval", func(o seal.Opened) bool { return o.Content.MessageRequestResponse != nil })
	if r := approval.Content.MessageRequestResponse; !r.IsApproved.Value || r.Profile.DisplayName.Value != "Echo" {
		t.Errorf("approval %+v", r)
	}
	greeting := alice.await("greeting", bodyIs(echo.Greeting))
	if p := answer.Content.DataMessage.Profile; p == nil || p.DisplayName.Value != "Echo" || p.LastProfileUpdateSeconds.Value == 0 {
		t.Errorf("profile %+v", p)
	}
	if !(approval.Timestamp < greeting.Timestamp && greeting.Timestamp < answer.Timestamp) {
		t.Errorf("approval %d, greeting %d, answer %d", approval.Timestamp, greeting.Timestamp, answer.Timestamp)
	}
	receipt := alice.await("receipt", func(o seal.Opened) bool { return o.Content.ReceiptMessage != nil })
	if got := receipt.Content.ReceiptMessage.Timestamp; !slices.Equal(got, []uint64{at}) {
		t.Errorf("receipt for %v, want %d", got, at)
	}
	eventually(t, "typing", func() bool { alice.poll(); return len(alice.typ) == 2 })
	if !slices.Contains(alice.typ, wire.TypingStarted) || !slices.Contains(alice.typ, wire.TypingStopped) {
		t.Errorf("typing %v", alice.typ)
	}

	// Known now: no second approval or greeting.
	alice.send(wire.NewText("once more"))
	alice.await("second answer", bodyIs("once more"))
	count := 0
	for _, o := range alice.got {
		if o.Content.MessageRequestResponse != nil || bodyIs(echo.Greeting)(o) {
			count++
		}
	}
	if count != 2 {
		t.Errorf("%d approvals and greetings, want 2", count)
	}

	at = alice.send(wire.NewText("quote"))
	quoted := alice.await("quote", func(o seal.Opened) bool {
		return o.Content.DataMessage != nil && o.Content.DataMessage.Quote != nil
	})
	if q := quoted.Content.DataMessage.Quote; q.ID.Value != at || q.Author.Value != alice.me.ID().String() {
		t.Errorf("quote %+v", q)
	}
	at = alice.send(wire.NewText(" React "))
	reaction := alice.await("reaction", func(o seal.Opened) bool {
		return o.Content.DataMessage != nil && o.Content.DataMessage.Reaction != nil
	}).Content.DataMessage.Reaction
	if reaction.ID.Value != at || reaction.Author.Value != alice.me.ID().String() || reaction.Emoji.Value != echo.Emoji || reaction.Action.Value != wire.React {
		t.Errorf("reaction %+v", reaction)
	}
	alice.send(wire.NewText("unsend"))
	unsend := alice.await("unsend", func(o seal.Opened) bool { return o.Content.UnsendRequest != nil }).Content.UnsendRequest
	if unsend.Author.Value != n.Echo().String() || !slices.ContainsFunc(alice.got, func(o seal.Opened) bool { return o.Timestamp == unsend.Timestamp.Value }) {
		t.Errorf("unsend %+v", unsend)
	}
	alice.send(wire.NewText("help"))
	alice.await("help", bodyIs(echo.Help))

	// Disappearing messages are answered by disappearing messages.
	alice.send(wire.NewText("gone soon").Expire(wire.DeleteAfterSend, 43200))
	brief := alice.await("disappearing answer", bodyIs("gone soon")).Content
	if brief.ExpirationType.Value != wire.DeleteAfterSend || brief.ExpirationTimer.Value != 43200 {
		t.Errorf("expiry %v %v", brief.ExpirationType, brief.ExpirationTimer)
	}

	stamps := map[uint64]bool{}
	for _, o := range alice.got {
		if stamps[o.Timestamp] {
			t.Errorf("two messages at %d", o.Timestamp)
		}
		stamps[o.Timestamp] = true
	}
}

func TestEchoReturnsVoiceMessage(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{Timings: Timings{Echo: 50 * time.Millisecond}})
	bob := newTalker(t, n, "bob")
	blob := []byte(strings.Repeat("encrypted audio", 1000))
	a := toServer(t, n, bob.c, []int{0, 1, 2}, onion.V4Request{Method: "POST", Endpoint: "/file",
		Headers: []onion.Header{{Name: "Content-Type", Value: "application/octet-stream"}}, Body: blob})
	var up struct{ ID string }
	if err := json.Unmarshal(a.Body, &up); err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(blob)
	voice := func(digest []byte) *wire.Content {
		return &wire.Content{DataMessage: &wire.DataMessage{Attachments: []*wire.AttachmentPointer{{
			DeprecatedID: wire.Some(uint64(0)), ContentType: wire.Some("audio/mp3"), Key: make([]byte, 64),
			Digest: digest, Size: wire.Some(uint32(15000)), Flags: wire.Some(wire.AttachmentVoiceMessage),
			URL: wire.Some(n.Ready().FileServer.URL + "/file/" + up.ID),
		}}}}
	}
	bob.send(voice(digest[:]))
	back := bob.await("the voice message", func(o seal.Opened) bool {
		return o.Content.DataMessage != nil && len(o.Content.DataMessage.Attachments) == 1
	}).Content.DataMessage.Attachments[0]
	if back.Flags.Value != wire.AttachmentVoiceMessage || back.ContentType.Value != "audio/mp3" || back.Size.Value != 15000 || len(back.Key) != 64 {
		t.Errorf("%+v", back)
	}
	id := back.URL.Value[strings.LastIndexByte(back.URL.Value, '/')+1:]
	down := toServer(t, n, bob.c, []int{3, 4, 5}, onion.V4Request{Method: "GET", Endpoint: "/file/" + id})
	if down.Status != 200 || string(down.Body) != string(blob) {
		t.Errorf("the file has status %d, %d bytes", down.Status, len(down.Body))
	}
	bob.send(voice(make([]byte, 32)))
	bob.await("refusal of a damaged file", bodyIs("I could not open that file."))
}

// Echo after a restart neither answers again nor forgets whom it knows, and
// answers what came while it was away; a node in trouble does not stop it.
func TestEchoSurvivesRestartAndFaults(t *testing.T) {
	t.Parallel()
	o := Options{Dir: t.TempDir(), Timings: Timings{Echo: 50 * time.Millisecond}}
	n := startNet(t, o)
	carol := newTalker(t, n, "carol")
	carol.send(wire.NewText("one"))
	carol.await("one", bodyIs("one"))
	eventually(t, "typing stopped", func() bool { carol.poll(); return slices.Contains(carol.typ, wire.TypingStopped) })
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	o.NoEcho = true
	carol.n = startNet(t, o)
	carol.send(wire.NewText("two"))
	if err := carol.n.Close(); err != nil {
		t.Fatal(err)
	}
	o.NoEcho = false
	o.Timings.Peer, o.Timings.Hop = quick.Peer, quick.Hop
	carol.n = startNet(t, o)
	if err := carol.n.SetFaults(Faults{Dead: true}, 5); err != nil {
		t.Fatal(err)
	}
	if err := carol.n.SetFaults(Faults{Drop: 0.3}, 6, 7); err != nil {
		t.Fatal(err)
	}
	if members, _ := carol.n.members(carol.me.ID()); slices.Contains(members[:1], 5) {
		t.Fatal("the test needs another node to read from")
	}
	carol.await("two", bodyIs("two"))
	for _, text := range []string{"one", echo.Greeting} {
		n := 0
		for _, o := range carol.got {
			if bodyIs(text)(o) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%q came %d times", text, n)
		}
	}
}

func TestEchoAnswersManyPeople(t *testing.T) {
	t.Parallel()
	n := startNet(t, Options{NoRateLimit: true, Timings: Timings{Echo: 50 * time.Millisecond}})
	var wg sync.WaitGroup
	for _, name := range []string{"ann", "ben", "cat", "dan", "eve", "fay"} {
		p := newTalker(t, n, name)
		p.send(wire.NewText("I am " + name))
		wg.Go(func() {
			if !comes(func() bool {
				p.poll()
				return slices.ContainsFunc(p.got, bodyIs("I am "+name))
			}) {
				t.Errorf("%s had no answer", name)
			}
		})
	}
	wg.Wait()
}
