package testkit_test

import (
	"slices"
	"testing"

	"sotto/engine/model"
	"sotto/internal/testkit"
)

// TestCommunityThroughTheNetwork has two people in a room of the community server
// of a whole network: preview, posts, a reaction, a direct message to somebody of
// whom only the blinded id is known.
func TestCommunityThroughTheNetwork(t *testing.T) {
	kit := testkit.New(t)
	alice, bob := kit.Alice(t), kit.Bob(t)
	if len(kit.Network.Communities) == 0 {
		t.Fatal("the network names no community")
	}
	url := kit.CommunityURL("lounge")
	rooms, err := alice.CommunityRooms(alice.Ctx(), alice.DefaultCommunities()[0])
	alice.Must(err)
	if len(rooms) != 3 {
		t.Fatalf("rooms: %+v", rooms)
	}
	conv, err := alice.JoinCommunity(alice.Ctx(), url)
	alice.Must(err)
	_, err = bob.JoinCommunity(bob.Ctx(), url)
	bob.Must(err)
	bob.Must(bob.UpdateSettings(bob.Ctx(), func(s *model.Settings) { s.CommunityRequests = model.Yes }))
	alice.Exchange()
	bob.Exchange()
	_, err = bob.SendText(bob.Ctx(), conv, model.Draft{Text: "anybody here?"})
	bob.Must(err)
	bob.Exchange()
	alice.Exchange()
	if got := lines(alice, conv); !slices.Equal(got, []string{"anybody here?"}) {
		t.Fatalf("Alice reads %q", got)
	}
	m := alice.Page(conv, model.Anchor{End: true}, 0, 0).Messages[0]
	alice.Must(alice.React(alice.Ctx(), m.ID, "👋", true))
	alice.Exchange()
	bob.Exchange()
	if mine := bob.Page(conv, model.Anchor{End: true}, 0, 0).Messages[0]; len(mine.Reactions) != 1 || mine.State != model.StateSent {
		t.Errorf("Bob's message: %+v", mine)
	}
	direct, err := alice.StartBlinded(alice.Ctx(), conv, m.Sender)
	alice.Must(err)
	_, err = alice.SendText(alice.Ctx(), direct, model.Draft{Text: "yes, me"})
	alice.Must(err)
	alice.Exchange()
	bob.Exchange()
	if r := bob.Requests(); len(r) != 1 || r[0].ID != alice.ID() {
		t.Fatalf("Bob's requests: %+v", r)
	}
	bob.Must(bob.AcceptRequest(bob.Ctx(), alice.ID()))
	bob.Exchange()
	alice.Exchange()
	if got := alice.Texts(bob); !slices.Equal(got, []string{"yes, me"}) {
		t.Errorf("Alice's conversation with Bob shows %q", got)
	}
	if _, ok := alice.Conversation(direct); ok {
		t.Error("the conversation under the blinded id is still there")
	}
}
