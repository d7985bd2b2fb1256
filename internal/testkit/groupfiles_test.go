package testkit_test

import (
	"bytes"
	"image"
	"io"
	"slices"
	"testing"

	"sotto/engine"
	"sotto/engine/localnet"
	"sotto/engine/model"
	"sotto/internal/testkit"
)

// patience covers a request that is dropped twice: after that a room is asked
// again 20 and 40 seconds later.
const patience = 3 * testkit.Patience

// attach sends files to a conversation of any kind and waits until they are out.
func attach(p *testkit.Person, conv model.ConversationID, text string, files ...engine.File) model.Message {
	id, err := p.SendFiles(p.Ctx(), conv, model.Draft{Text: text}, files)
	p.Must(err)
	var m model.Message
	p.AwaitFor(patience, "the files to be sent", func() bool {
		m, _ = p.Message(id)
		return m.State == model.StateSent
	})
	return m
}

// fetch waits for a message with a text, asks for its files and reads them.
func fetch(p *testkit.Person, conv model.ConversationID, text string) (files [][]byte) {
	var m model.Message
	p.AwaitFor(patience, "the message "+text, func() bool {
		list := p.Page(conv, model.Anchor{End: true}, 100, 0).Messages
		i := slices.IndexFunc(list, func(m model.Message) bool { return m.Text == text })
		if i >= 0 {
			m = list[i]
		}
		return i >= 0
	})
	for i := range m.Attachments {
		p.Must(p.Download(p.Ctx(), m.ID, i))
		p.AwaitFor(patience, "a file of "+text, func() bool {
			now, _ := p.Message(m.ID)
			switch a := now.Attachments[i]; a.State() {
			case model.FileHere:
				return true
			case model.FileFailed:
				p.Must(p.Download(p.Ctx(), m.ID, i))
			}
			return false
		})
		r, err := p.OpenAttachment(m.ID, i)
		p.Must(err)
		data, err := io.ReadAll(r)
		p.Must(err)
		p.Must(r.Close())
		files = append(files, data)
	}
	return files
}

func same(t *testing.T, who string, got [][]byte, sizes ...int) {
	t.Helper()
	if len(got) != len(sizes) {
		t.Fatalf("%s has %d files, want %d", who, len(got), len(sizes))
	}
	for i, n := range sizes {
		if !bytes.Equal(got[i], fileBytes(n)) {
			t.Errorf("%s reads other bytes in file %d: %d, want %d", who, i, len(got[i]), n)
		}
	}
}

func bin(name string, n int) engine.File {
	return engine.File{Name: name, Data: bytes.NewReader(fileBytes(n))}
}

// Files go both ways in a closed group, through nodes that lose requests, and lie
// sealed on the file server; those of a community lie on its own server.
func TestFilesInGroupsAndRooms(t *testing.T) {
	kit := testkit.New(t)
	alice, bob, carol := kit.Alice(t), kit.Bob(t), kit.Carol(t)
	all := []*testkit.Person{alice, bob, carol}
	for _, p := range all {
		p.Log.ExpectErrors()
	}
	alice.Befriend(bob)
	alice.Befriend(carol)
	group, err := alice.CreateGroup(alice.Ctx(), "Crew", "", []model.ID{bob.Me().ID, carol.Me().ID})
	alice.Must(err)
	for range 2 {
		for _, p := range all {
			p.Exchange()
		}
	}
	var room model.ConversationID
	for _, p := range all {
		room, err = p.JoinCommunity(p.Ctx(), kit.CommunityURL("pictures"))
		p.Must(err)
		p.Exchange()
	}
	kit.Drop(t, 0.02)
	attach(alice, group, "to the group", bin("small.bin", 1), bin("large.bin", 3_000_000))
	attach(bob, room, "to the room", bin("small.bin", 2), bin("large.bin", 2_000_000))
	attach(carol, group, "back to the group", bin("middle.bin", 70_000))
	attach(alice, room, "back to the room", bin("middle.bin", 80_000))
	kit.Heal(t)
	for name, p := range map[string]*testkit.Person{"Bob": bob, "Carol": carol} {
		same(t, name, fetch(p, group, "to the group"), 1, 3_000_000)
	}
	for name, p := range map[string]*testkit.Person{"Alice": alice, "Carol": carol} {
		same(t, name, fetch(p, room, "to the room"), 2, 2_000_000)
	}
	same(t, "Alice", fetch(alice, group, "back to the group"), 70_000)
	same(t, "Bob", fetch(bob, room, "back to the room"), 80_000)
	for _, p := range all {
		p.Exchange()
		if n := p.Status().Pending; n != 0 {
			t.Errorf("%d rows of %s still wait", n, p.Me().Name)
		}
	}
	state, err := kit.Net.State()
	alice.Must(err)
	if state.FileServer.Requests["POST"] == 0 || state.Community.Requests["room"] == 0 {
		t.Errorf("requests: %v to the file server, %v to the community", state.FileServer.Requests, state.Community.Requests)
	}
}

// The picture of a group is on every member's screen, also when the file server is
// away at first; that of a room comes from its own server.
func TestPicturesOfGroupsAndRooms(t *testing.T) {
	kit := testkit.New(t)
	alice, bob := kit.Alice(t), kit.Bob(t)
	alice.Befriend(bob)
	group, err := alice.CreateGroup(alice.Ctx(), "Crew", "", []model.ID{bob.Me().ID})
	alice.Must(err)
	for range 2 {
		alice.Exchange()
		bob.Exchange()
	}
	if err := kit.Net.SetServerFaults(localnet.TargetFileServer, localnet.Faults{Dead: true}); err != nil {
		t.Fatal(err)
	}
	alice.Must(alice.SetGroupPicture(alice.Ctx(), group, photograph(t, 120), image.Rect(0, 0, 300, 300)))
	alice.Await("a try that failed", func() bool { return alice.GroupPictureUpload(group).Problem != model.ReasonNone })
	own, _ := alice.Avatar(group)
	if err := kit.Net.SetServerFaults(localnet.TargetFileServer, localnet.Faults{}); err != nil {
		t.Fatal(err)
	}
	alice.Must(alice.RetryGroupPicture(alice.Ctx(), group))
	alice.Await("the upload", func() bool { return !alice.GroupPictureUpload(group).Waiting })
	alice.Exchange()
	bob.Exchange()
	if got := avatar(bob, group, nil); !bytes.Equal(got, own) {
		t.Errorf("Bob shows another picture: %d bytes, Alice %d", len(got), len(own))
	}
	room, err := bob.JoinCommunity(bob.Ctx(), kit.CommunityURL("lounge"))
	bob.Must(err)
	bob.Exchange()
	if got := avatar(bob, room, nil); len(got) == 0 {
		t.Error("the room has no picture")
	}
	alice.Must(alice.RemoveGroupPicture(alice.Ctx(), group))
	alice.Exchange()
	bob.Exchange()
	if _, ok := bob.Avatar(group); ok {
		t.Error("Bob still shows a picture that was removed")
	}
}
