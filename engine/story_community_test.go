package engine

import (
	"crypto/ecdh"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sotto/engine/localnet/communityserver"
	"sotto/engine/model"
	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/wire"
)

const lounge = "http://127.0.0.1:9"

// serve opens a community server with rooms, and returns the addresses of these.
func (k *crew) serve(rooms ...string) (*communityserver.Server, []string) {
	k.t.Helper()
	key, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		k.t.Fatal(err)
	}
	s, err := communityserver.Open(communityserver.Config{
		Dir: k.t.TempDir(), PublicKey: [32]byte(key.PublicKey().Bytes()), NoRateLimit: true,
		Now: func() int64 { return k.clock.Now().UnixMilli() },
	})
	if err != nil {
		k.t.Fatal(err)
	}
	k.t.Cleanup(func() {
		if err := s.Close(); err != nil {
			k.t.Error(err)
		}
	})
	k.world.mu.Lock()
	k.world.communities = map[string]*communityserver.Server{lounge: s}
	k.world.mu.Unlock()
	var list []string
	for _, r := range rooms {
		if err := s.AddRoom(communityserver.RoomSpec{Token: r, Name: "The " + r}); err != nil {
			k.t.Fatal(err)
		}
		list = append(list, community.Address{Base: lounge, PublicKey: s.PublicKey, Room: r}.String())
	}
	return s, list
}

// lead has Alice lead a room in which Bob is too.
func (k *crew) lead() (server *communityserver.Server, url string, conv model.ConversationID, alice, bob *person) {
	k.t.Helper()
	server, urls := k.serve("lounge")
	alice, bob = k.person("Alice"), k.person("Bob")
	conv = alice.join(urls[0])
	bob.join(urls[0])
	if err := server.Promote(alice.account.ID(), "lounge"); err != nil {
		k.t.Fatal(err)
	}
	return server, urls[0], conv, alice, bob
}

func (p *person) join(url string) model.ConversationID {
	p.t.Helper()
	conv, err := p.JoinCommunity(p.ctx(), url)
	p.must(err)
	p.sync()
	return conv
}

func TestCommunityRoom(t *testing.T) {
	k := newCrew(t)
	server, urls := k.serve("lounge", "questions")
	alice, bob := k.person("Alice"), k.person("Bob")
	v, err := alice.PreviewCommunity(alice.ctx(), urls[0])
	alice.must(err)
	if v.Name != "The lounge" || !v.Write || v.Joined {
		t.Fatalf("preview: %+v", v)
	}
	list, err := alice.CommunityRooms(alice.ctx(), strings.Replace(urls[0], "/lounge", "", 1))
	alice.must(err)
	if len(list) != 2 {
		t.Fatalf("rooms: %+v", list)
	}
	conv := alice.join(urls[0])
	if c, ok := alice.Conversation(conv); !ok || c.Kind != model.KindCommunity || c.Title() != "The lounge" {
		t.Fatalf("joined %+v", c)
	}
	bob.join(urls[0])
	k.clock.Advance(time.Second)
	id := alice.tell(conv, "good morning")
	alice.sync()
	if m, _ := alice.Message(id); m.State != model.StateSent {
		t.Fatalf("the post is %v (%v)", m.State, m.Failure)
	}
	k.settle(bob, alice)
	bob.showsIn(conv, "good morning")
	alice.showsIn(conv, "good morning")
	m := bob.Page(conv, model.Anchor{End: true}, 0, 0).Messages[0]
	room, _ := alice.Community(conv)
	if m.Sender != room.Me || m.Sender.Prefix() != identity.Blinded15 {
		t.Errorf("the author is %v, Alice is called %v there", m.Sender, room.Me)
	}
	if name := bob.Person(conv, m.Sender).Name; name != "Alice" {
		t.Errorf("the author is called %q", name)
	}
	if c, _ := bob.Conversation(conv); c.Unread != 1 {
		t.Errorf("%d unread", c.Unread)
	}

	// A reply that mentions, a reaction, a deletion.
	_, err = bob.SendText(bob.ctx(), conv, model.Draft{Text: "hi @" + m.Sender.String(), Quote: &model.QuoteRef{Author: m.Sender, Timestamp: m.Timestamp}})
	bob.must(err)
	bob.must(bob.React(bob.ctx(), m.ID, "🎉", true))
	k.settle(bob, alice)
	reply := alice.Page(conv, model.Anchor{End: true}, 0, 0).Messages[0]
	if !reply.Mention || reply.Quote == nil {
		t.Errorf("the reply arrives as %+v", reply)
	} else if quoted, ok := alice.Find(conv, model.MessageKey{Sender: reply.Quote.Author, Timestamp: reply.Quote.Timestamp}); !ok || quoted.ID != id {
		t.Error("the quote leads nowhere")
	}
	mine, _ := alice.Message(id)
	bobs, _ := bob.Community(conv)
	if len(mine.Reactions) != 1 || mine.Reactions[0].Author != bobs.Me || mine.Reactions[0].Emoji != "🎉" {
		t.Errorf("reactions: %+v", mine.Reactions)
	}
	bob.must(bob.React(bob.ctx(), m.ID, "🎉", false))
	k.settle(bob, alice)
	if mine, _ = alice.Message(id); len(mine.Reactions) != 0 {
		t.Errorf("the reaction stays: %+v", mine.Reactions)
	}
	if err := bob.Delete(bob.ctx(), []model.MessageID{m.ID}, true); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("deleting what somebody else wrote: %v", err)
	}
	alice.must(alice.Delete(alice.ctx(), []model.MessageID{id}, true))
	k.settle(alice, bob)
	if got := bob.in(conv); len(got) != 1 {
		t.Errorf("Bob still sees %q", got)
	}

	// A moderator bans, pins, deletes.
	if err := server.Promote(alice.account.ID(), "lounge"); err != nil {
		t.Fatal(err)
	}
	bob.tell(conv, "spam")
	k.settle(bob, alice)
	room, _ = alice.Community(conv)
	if !room.Moderator || !room.Admin {
		t.Fatalf("Alice is no moderator: %+v", room)
	}
	alice.must(alice.PinInCommunity(alice.ctx(), reply.ID, true))
	k.settle(alice)
	if room, _ = alice.Community(conv); len(room.Pins) != 1 || room.Pins[0].Message != reply.ID {
		t.Errorf("pins: %+v", room.Pins)
	}
	alice.must(alice.BanFromCommunity(alice.ctx(), conv, bobs.Me, 0, true))
	k.settle(alice)
	if got := alice.in(conv); slices.Contains(got, "spam") {
		t.Errorf("Alice still sees %q", got)
	}
	sent := bob.tell(conv, "let me in")
	_, _ = bob.Sync(bob.ctx())
	if m, _ := bob.Message(sent); m.State != model.StateFailed || m.Failure != model.ReasonNotAllowed {
		t.Errorf("the post of somebody banned is %v (%v)", m.State, m.Failure)
	}
	if room, _ := bob.Community(conv); !room.Refused {
		t.Error("Bob does not see that he was banned")
	}
	alice.must(alice.UnbanFromCommunity(alice.ctx(), conv, bobs.Me))
	if err := bob.BanFromCommunity(bob.ctx(), conv, room.Me, 0, false); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("anybody bans: %v", err)
	}

	bob.must(bob.LeaveCommunity(bob.ctx(), conv))
	bob.sync()
	if _, ok := bob.Conversation(conv); ok {
		t.Error("Bob is still there")
	}
}

func TestCommunitiesAreForAllDevices(t *testing.T) {
	k := newCrew(t)
	_, urls := k.serve("lounge")
	alice := k.person("Alice")
	conv := alice.join(urls[0])
	alice.tell(conv, "first")
	alice.sync()
	alice.pushed()
	second := restore(t, k.world, alice.account)
	k.settle(second)
	second.showsIn(conv, "first")
	if m := second.Page(conv, model.Anchor{End: true}, 0, 0).Messages[0]; !m.Outgoing {
		t.Error("the own post is somebody else's on the second device")
	}
	second.must(second.LeaveCommunity(second.ctx(), conv))
	second.pushed()
	k.settle(alice)
	if _, ok := alice.Conversation(conv); ok {
		t.Error("the first device is still there")
	}
}

// fill puts messages of one author into a room.
func fill(t *testing.T, s *communityserver.Server, room string, n int, last time.Time) {
	t.Helper()
	account, err := identity.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key := community.Blind15(account, s.PublicKey)
	posts := make([]communityserver.Post, n)
	for i := range posts {
		at := last.Add(time.Duration(i-n) * time.Second)
		if i > 0 && i < n-1000 && n > 5000 { // proving is what costs: the middle is never read
			posts[i] = posts[0]
			posts[i].Posted = at.UnixMilli()
			continue
		}
		plain, err := wire.NewText(fmt.Sprint("number ", i)).Stamp(uint64(at.UnixMilli())).Marshal()
		if err != nil {
			t.Fatal(err)
		}
		data, signature, err := community.Compose(key, rand.Reader, plain)
		if err != nil {
			t.Fatal(err)
		}
		posts[i] = communityserver.Post{Author: key.Author(), Data: data, Signature: signature[:], Posted: at.UnixMilli()}
	}
	if _, err := s.Fill(room, posts); err != nil {
		t.Fatal(err)
	}
}

func TestLargeRoomShowsTheNewestPageAtOnce(t *testing.T) {
	k := newCrew(t)
	server, urls := k.serve("lounge")
	n := 100_000
	if testing.Short() {
		n = 3000
	}
	fill(t, server, "lounge", n, k.clock.Now())
	alice := k.person("Alice")
	alice.sync()
	before := k.world.servedBy(lounge)
	conv := alice.join(urls[0])
	if asked := k.world.servedBy(lounge) - before; asked > 3 {
		t.Errorf("joining took %d requests", asked)
	}
	got := alice.in(conv)
	if len(got) != roomPage || got[len(got)-1] != fmt.Sprint("number ", n-1) {
		t.Fatalf("%d messages, the last %q", len(got), got[len(got)-1])
	}
	if c, _ := alice.Conversation(conv); c.Unread != 0 {
		t.Errorf("%d old messages are unread", c.Unread)
	}
	for range 3 {
		more, err := alice.LoadEarlier(alice.ctx(), conv)
		alice.must(err)
		if !more {
			t.Error("no more is said to be there")
		}
	}
	got = alice.in(conv)
	if len(got) != 4*roomPage || got[0] != fmt.Sprint("number ", n-4*roomPage) {
		t.Errorf("%d messages, the first %q", len(got), got[0])
	}
	if room, _ := alice.Community(conv); !room.HasEarlier {
		t.Error("the beginning is said to be reached")
	}
}

func TestBeginningOfARoom(t *testing.T) {
	k := newCrew(t)
	server, urls := k.serve("lounge")
	fill(t, server, "lounge", 150, k.clock.Now())
	alice := k.person("Alice")
	conv := alice.join(urls[0])
	more, err := alice.LoadEarlier(alice.ctx(), conv)
	alice.must(err)
	room, _ := alice.Community(conv)
	if got := alice.in(conv); more || room.HasEarlier || len(got) != 150 || got[0] != "number 0" {
		t.Errorf("%d messages from %q, more: %v", len(got), got[0], more)
	}
}

func TestManyRoomsAreOneRequest(t *testing.T) {
	k := newCrew(t)
	var names []string
	for i := range 20 {
		names = append(names, fmt.Sprint("room", i))
	}
	_, urls := k.serve(names...)
	alice, bob := k.person("Alice"), k.person("Bob")
	var convs []model.ConversationID
	for _, url := range urls {
		conv, err := alice.JoinCommunity(alice.ctx(), url)
		alice.must(err)
		convs = append(convs, conv)
	}
	alice.sync()
	alice.sync()
	bob.join(urls[7])
	bob.tell(convs[7], "anybody here?")
	bob.sync()
	before := k.world.servedBy(lounge)
	alice.sync()
	if asked := k.world.servedBy(lounge) - before; asked != 1 {
		t.Errorf("20 rooms took %d requests", asked)
	}
	alice.showsIn(convs[7], "anybody here?")
}

func TestLostAnswerPostsOnce(t *testing.T) {
	k := newCrew(t)
	_, urls := k.serve("lounge")
	alice, bob := k.person("Alice"), k.person("Bob")
	conv := alice.join(urls[0])
	bob.join(urls[0])
	lost := false
	k.world.mu.Lock()
	k.world.lose = func(r onion.V4Request) bool {
		if r.Method == "POST" && strings.HasSuffix(r.Endpoint, "/message") && !lost {
			lost = true
			return true
		}
		return false
	}
	k.world.mu.Unlock()
	id := alice.tell(conv, "only once")
	_, _ = alice.Sync(alice.ctx())
	k.clock.Advance(time.Minute)
	k.settle(alice, bob)
	if !seen(k.world, &lost) {
		t.Fatal("no answer was lost")
	}
	if m, _ := alice.Message(id); m.State != model.StateSent {
		t.Errorf("the post is %v", m.State)
	}
	alice.showsIn(conv, "only once")
	bob.showsIn(conv, "only once")
}

func TestForgedPostsAreNotShown(t *testing.T) {
	k := newCrew(t)
	server, urls := k.serve("lounge")
	alice := k.person("Alice")
	conv := alice.join(urls[0])
	account, err := identity.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key := community.Blind15(account, server.PublicKey)
	plain, err := wire.NewText("I am somebody else").Stamp(uint64(k.clock.Now().UnixMilli())).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	data, signature, err := community.Compose(key, rand.Reader, plain)
	if err != nil {
		t.Fatal(err)
	}
	room, _ := alice.Community(conv)
	_, err = server.Fill("lounge", []communityserver.Post{
		{Author: room.Me, Data: data, Signature: signature[:], Posted: k.clock.Now().UnixMilli()},
		{Author: key.Author(), Data: data, Signature: make([]byte, 64), Posted: k.clock.Now().UnixMilli() + 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	k.settle(alice)
	alice.showsIn(conv)
}

func TestBlindedDirectMessages(t *testing.T) {
	k := newCrew(t)
	_, urls := k.serve("lounge")
	alice, bob := k.person("Alice"), k.person("Bob")
	conv := alice.join(urls[0])
	bob.join(urls[0])
	bob.must(bob.UpdateSettings(bob.ctx(), func(s *model.Settings) { s.CommunityRequests = model.Yes }))
	bob.tell(conv, "I am here")
	k.settle(bob, alice)
	author := alice.Page(conv, model.Anchor{End: true}, 0, 0).Messages[0].Sender
	direct, err := alice.StartBlinded(alice.ctx(), conv, author)
	alice.must(err)
	if c, _ := alice.Conversation(direct); c.Title() != "Bob" {
		t.Errorf("the conversation is called %q", c.Title())
	}
	alice.tell(direct, "psst")
	k.settle(alice, bob)
	list := bob.Requests()
	if len(list) != 1 || list[0].ID != alice.id() || list[0].Title() != "Alice" {
		t.Fatalf("Bob's requests: %+v", list)
	}
	bob.shows(alice, "psst")
	bob.must(bob.AcceptRequest(bob.ctx(), alice.id()))
	k.settle(bob, alice)
	if _, ok := alice.Conversation(direct); ok {
		t.Error("the conversation under the blinded id is still there")
	}
	if got := alice.texts(bob); !slices.Contains(got, "psst") {
		t.Errorf("Alice's conversation with Bob shows %q", got)
	}
	alice.say(bob, "now in private")
	bob.sync()
	bob.shows(alice, "psst", "now in private")
}
