package engine

import (
	"crypto/rand"
	"encoding/hex"
	"strings"
	"testing"

	"sotto/engine/model"
	"sotto/engine/protocol/seal"
	"sotto/engine/protocol/wire"
)

// deliver seals a content as if p's client had written it, and puts it into the
// swarm of to.
func (p *person) deliver(to *person, content *wire.Content, sent model.Millis) {
	p.t.Helper()
	data, err := seal.CloseContent(p.account, to.account.ID(), content.Stamp(uint64(sent)), seal.Options{Rand: rand.Reader})
	if err != nil {
		p.t.Fatal(err)
	}
	p.world.put(to.account.ID(), data, int64(lifetime))
}

func TestKindsOfOtherClients(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	now := bob.Now()
	text := func(body string) *wire.Content { return wire.NewText(body) }
	call := func(kind wire.CallType) *wire.Content {
		return &wire.Content{CallMessage: &wire.CallMessage{Type: wire.Some(kind), UUID: wire.Some("b7a0a1f2-0000-4000-8000-000000000000")}}
	}
	invite := &wire.Content{DataMessage: &wire.DataMessage{CommunityInvitation: &wire.CommunityInvitation{
		URL: wire.Some("https://example.org/room?public_key=" + strings.Repeat("ab", 32)), Name: wire.Some("Room"),
	}}}
	preview := text("look at https://example.org/a")
	preview.DataMessage.Preview = []*wire.Preview{{URL: wire.Some("https://example.org/a"), Title: wire.Some("\u202eA\n\u2067title")}}
	trick := text("look at https://example.org/a")
	trick.DataMessage.Preview = []*wire.Preview{{URL: wire.Some("https://example.net/b"), Title: wire.Some("A")}}
	voice := &wire.Content{DataMessage: &wire.DataMessage{Attachments: []*wire.AttachmentPointer{{
		DeprecatedID: wire.Some(uint64(7)), ContentType: wire.Some("audio/mpeg"), Key: make([]byte, 64), Digest: make([]byte, 32),
		Size: wire.Some(uint32(5)), Flags: wire.Some(wire.AttachmentVoiceMessage), URL: wire.Some("http://files.example/file/7"),
	}}}}
	screenshot := &wire.Content{DataExtractionNotification: &wire.DataExtractionNotification{Type: wire.Some(wire.Screenshot)}}
	group := &wire.Content{DataMessage: &wire.DataMessage{GroupUpdateMessage: &wire.GroupUpdateMessage{}}}
	refused := &wire.Content{MessageRequestResponse: &wire.MessageRequestResponse{IsApproved: wire.Some(false)}}

	for i, c := range []*wire.Content{
		text("mention of @" + strings.ToUpper(string(bob.id()))),
		call(wire.CallPreOffer), call(wire.CallOffer), call(wire.CallICECandidates), call(wire.CallEnd),
		invite, preview, trick, voice,
		wire.NewMediaSaved(uint64(now)), screenshot,
		group, refused, {}, wire.NewText(""),
		text(strings.Repeat("ä", 10_001)),
	} {
		alice.deliver(bob, c, now+model.Millis(i))
	}
	bob.sync()
	lines := bob.all(alice)[1:]
	want := []model.MessageKind{
		model.KindText, model.KindMissedCall, model.KindInvitation, model.KindText, model.KindText, model.KindText,
		model.KindMediaSaved, model.KindScreenshot, model.KindText,
	}
	if len(lines) != len(want) {
		t.Fatalf("lines: %q", bob.texts(alice))
	}
	for i, m := range lines {
		if m.Kind != want[i] {
			t.Errorf("line %d is %s, want %s", i, kindNames[m.Kind], kindNames[want[i]])
		}
	}
	if !lines[0].Mention || lines[2].Mention {
		t.Error("mentions are not told apart")
	}
	if lines[2].Invitation == nil || lines[2].Invitation.Name != "Room" {
		t.Errorf("invitation: %+v", lines[2].Invitation)
	}
	if lines[3].Preview == nil || lines[3].Preview.Title != "A title" || lines[4].Preview != nil {
		t.Error("a preview counts exactly if its URL is in the text")
	}
	if a := lines[5].Attachments; len(a) != 1 || !a[0].Voice || a[0].Size != 5 {
		t.Errorf("attachments: %+v", a)
	}
	if n := len([]rune(lines[8].Text)); n != 10_000 {
		t.Errorf("long text has %d code points", n)
	}
	if c, _ := bob.Conversation(alice.id()); c.Mentions != 1 {
		t.Errorf("%d mentions", c.Mentions)
	}
}

// What does not open is passed over, once, and blocks nothing.
func TestUnreadableBlobsBlockNothing(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	newer, _ := hex.DecodeString("0002aabbccdd")
	alice.world.put(bob.account.ID(), newer, int64(lifetime))
	alice.world.put(bob.account.ID(), append(newer, 1), int64(lifetime))
	alice.world.put(bob.account.ID(), []byte("garbage"), int64(lifetime))
	stranger, err := seal.CloseContent(alice.account, alice.account.ID(), wire.NewText("for somebody else").Stamp(5), seal.Options{Rand: rand.Reader})
	bob.must(err)
	alice.world.put(bob.account.ID(), stranger, int64(lifetime))
	bob.sub.Take()
	alice.say(bob, "after the rubbish")
	bob.sync()
	bob.shows(alice, "hello", "after the rubbish")
	said := 0
	for _, ev := range bob.sub.Take() {
		if ev == (NewerProtocol{}) {
			said++
		}
	}
	if said != 1 {
		t.Errorf("the newer protocol was told %d times", said)
	}
}

func TestOlderProfileDoesNotWin(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	now := bob.Now()
	named := func(name string, seconds int64) *wire.Content {
		c := wire.NewText("from " + name)
		c.DataMessage.Profile = &wire.LokiProfile{DisplayName: wire.Some(name), LastProfileUpdateSeconds: wire.Some(uint64(seconds))}
		return c
	}
	name := func() string {
		c, _ := bob.Conversation(alice.id())
		return c.Name
	}
	newest := int64(now)/1000 + 100
	for i, c := range []struct {
		content *wire.Content
		want    string
	}{
		{named("New", newest), "New"},
		{named("Old", newest-50), "New"},
		{named("Same time", newest), "New"},
		{named("   ", newest+1), "New"},
		{named("Two\nlines\u202e", newest+2), "Two lines"},
	} {
		alice.deliver(bob, c.content, now+model.Millis(i))
		bob.sync()
		if got := name(); got != c.want {
			t.Errorf("step %d: name is %q, want %q", i, got, c.want)
		}
	}
}

// Copies of everything that Android puts into the own swarm say nothing.
func TestOwnControlCopiesAreIgnored(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	now := alice.Now()
	for i, c := range []*wire.Content{
		wire.NewReadReceipt([]uint64{1}), wire.NewTyping(wire.TypingStarted, uint64(now)), wire.NewApproval(nil, nil),
		wire.NewMediaSaved(1), {CallMessage: &wire.CallMessage{Type: wire.Some(wire.CallOffer), UUID: wire.Some("x")}},
	} {
		alice.deliver(alice, c, now+model.Millis(i))
	}
	alice.sync()
	if _, ok := alice.Conversation(alice.id()); ok {
		t.Fatal("a control message opened Note to Self")
	}
	alice.shows(bob, "hello", "<accepted>")
}

func TestMediaSavedIsTold(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	bob.must(bob.MediaSaved(bob.ctx(), bob.all(alice)[0].ID))
	bob.sync()
	alice.sync()
	alice.shows(bob, "hello", "<accepted>", "<saved>")
}

// A contact whose clock is years ahead neither stays on top of the list for ever
// nor makes what others send later count as read.
func TestMessageFromTheFuture(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	future := bob.Now() + 1000*24*60*60*1000
	alice.deliver(bob, wire.NewText("from the future"), future)
	bob.sync()
	bob.must(bob.MarkRead(bob.ctx(), alice.id(), future))
	alice.say(bob, "from now")
	bob.sync()
	c, _ := bob.Conversation(alice.id())
	if c.Unread != 1 || c.LastActivity > bob.Now() {
		t.Fatalf("%d unread, last activity %d at %d", c.Unread, c.LastActivity, bob.Now())
	}
}
