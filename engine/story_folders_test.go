package engine

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"sotto/engine/model"
)

func TestFoldersArchiveAndPins(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	carol := newPerson(t, alice.world, "Carol")
	befriend(t, alice, carol)
	order := func() []model.ConversationID {
		var ids []model.ConversationID
		for _, c := range alice.Conversations(Filter{}) {
			ids = append(ids, c.ID)
		}
		return ids
	}
	alice.must(alice.SetPinned(alice.ctx(), bob.id(), true))
	alice.must(alice.SetPinned(alice.ctx(), carol.id(), true))
	alice.must(alice.SetPinOrder(alice.ctx(), []model.ConversationID{bob.id(), carol.id()}))
	if got := order(); !slices.Equal(got, []model.ConversationID{bob.id(), carol.id()}) {
		t.Errorf("order of the pinned: %v", got)
	}
	alice.must(alice.SetPinOrder(alice.ctx(), []model.ConversationID{carol.id(), bob.id()}))
	if got := order(); got[0] != carol.id() {
		t.Errorf("order of the pinned: %v", got)
	}

	alice.must(alice.SetFolder(alice.ctx(), bob.id(), " Work "))
	alice.must(alice.SetFolder(alice.ctx(), carol.id(), "Home"))
	if got := alice.Settings().Folders.List(); !slices.Equal(got, []string{"Work", "Home"}) {
		t.Errorf("folders %q", got)
	}
	alice.must(alice.SetFolder(alice.ctx(), carol.id(), "  Home\nand away "))
	if c, _ := alice.Conversation(carol.id()); c.Folder != "Home and away" {
		t.Errorf("folder %q", c.Folder)
	}
	alice.must(alice.SetFolder(alice.ctx(), carol.id(), "Home"))
	alice.must(alice.RenameFolder(alice.ctx(), "Home and away", ""))
	alice.must(alice.RenameFolder(alice.ctx(), "Work", "Boats"))
	if c, _ := alice.Conversation(bob.id()); c.Folder != "Boats" || alice.Settings().Folders != "Boats\nHome" {
		t.Errorf("after renaming: folder %q of %q", c.Folder, alice.Settings().Folders)
	}
	alice.must(alice.RenameFolder(alice.ctx(), "Boats", ""))
	if c, _ := alice.Conversation(bob.id()); c.Folder != "" || alice.Settings().Folders != "Home" {
		t.Errorf("after deleting: folder %q of %q", c.Folder, alice.Settings().Folders)
	}
	if err := alice.SetFolder(alice.ctx(), bob.id(), "\n"); model.ReasonOf(err) != model.ReasonInvalid {
		t.Errorf("a folder without a name: %v", err)
	}

	// What is archived comes back with a new message, unless it is muted.
	alice.must(alice.SetArchived(alice.ctx(), bob.id(), true))
	alice.must(alice.SetArchived(alice.ctx(), carol.id(), true))
	alice.must(alice.SetMuted(alice.ctx(), carol.id(), model.MuteForever))
	for _, p := range []*person{bob, carol} {
		p.say(alice, "are you there?")
	}
	alice.sync()
	b, _ := alice.Conversation(bob.id())
	c, _ := alice.Conversation(carol.id())
	if b.Archived || b.Pinned != 0 || !c.Archived || b.Unread != 1 || c.Unread != 1 {
		t.Errorf("after news: %+v, muted %+v", b, c)
	}
	alice.must(alice.MarkUnread(alice.ctx(), bob.id()))
	alice.must(alice.MarkAllRead(alice.ctx(), []model.ConversationID{bob.id(), "nobody", carol.id()}))
	b, _ = alice.Conversation(bob.id())
	c, _ = alice.Conversation(carol.id())
	if b.Unread != 0 || b.MarkedUnread || c.Unread != 0 {
		t.Errorf("not all are read: %+v %+v", b, c)
	}
}

func TestFoldersStayOverARestart(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	alice.must(alice.SetFolder(alice.ctx(), bob.id(), "Work"))
	alice.must(alice.SetArchived(alice.ctx(), bob.id(), true))
	for i := range model.MaxFolders - 1 {
		alice.must(alice.SetFolder(alice.ctx(), bob.id(), fmt.Sprint("Folder ", i)))
	}
	if err := alice.SetFolder(alice.ctx(), bob.id(), "One too many"); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("a folder too many: %v", err)
	}
	alice.restart()
	c, _ := alice.Conversation(bob.id())
	if list := alice.Settings().Folders.List(); len(list) != model.MaxFolders || list[0] != "Work" || c.Folder != list[len(list)-1] || !c.Archived {
		t.Errorf("after a restart: %q archived %v, folders %q", c.Folder, c.Archived, list)
	}
}

// A conversation that was deleted is off the list, and its contact still one.
func TestDeletingTheHistoryKeepsTheContact(t *testing.T) {
	alice, bob := twoPeople(t)
	befriend(t, alice, bob)
	bob.say(alice, "this will go")
	alice.sync()
	alice.must(alice.SetPinned(alice.ctx(), bob.id(), true))
	alice.must(alice.SaveDraft(alice.ctx(), bob.id(), model.Draft{Text: "and this"}))
	alice.must(alice.DeleteHistory(alice.ctx(), bob.id()))
	c, ok := alice.Conversation(bob.id())
	if list := alice.Conversations(Filter{}); len(list) != 0 || !ok || !c.Approved || c.Pinned != 0 || c.Draft.Text != "" || c.Unread != 0 {
		t.Errorf("after deleting: %d in the list, %+v", len(list), c)
	}
	if hits, err := alice.Search(model.Query{Text: "this"}); err != nil || len(hits) != 0 {
		t.Errorf("still found: %v %v", hits, err)
	}
	bob.say(alice, "hello again")
	alice.sync()
	if list := alice.Conversations(Filter{}); len(list) != 1 || len(alice.Requests()) != 0 {
		t.Errorf("after news: %d in the list, %d requests", len(list), len(alice.Requests()))
	}
}

func TestDecliningSeveralRequests(t *testing.T) {
	alice, bob := twoPeople(t)
	var all []model.ConversationID
	for _, p := range []*person{bob, newPerson(t, alice.world, "Carol"), newPerson(t, alice.world, "Dave")} {
		p.say(alice, "hello stranger")
		all = append(all, p.id())
	}
	alice.sync()
	if n := len(alice.Requests()); n != 3 {
		t.Fatalf("%d requests", n)
	}
	alice.must(alice.AcceptRequest(alice.ctx(), bob.id()))
	alice.must(alice.DeclineRequests(alice.ctx(), append(all, "nobody")))
	if list := alice.Conversations(Filter{}); len(alice.Requests()) != 0 || len(list) != 1 || list[0].ID != bob.id() {
		t.Errorf("left: %d requests, list %v", len(alice.Requests()), list)
	}
}

// An invitation that was sent before all requests were declined, and arrives after
// it, is declined too; one that is sent later asks again.
func TestDecliningSeveralInvitations(t *testing.T) {
	k := newCrew(t)
	alice, bob := k.person("Alice"), k.person("Bob")
	conv := k.together(alice, "Crew", k.person("Carol"))
	invite := func() {
		t.Helper()
		k.clock.Advance(time.Minute)
		alice.must(alice.InviteMembers(alice.ctx(), conv, ids(bob), false))
		k.settle(alice)
	}
	invite()
	bob.sync()
	if n := len(bob.Requests()); n != 1 {
		t.Fatalf("%d requests", n)
	}
	bob.link.setOffline(true)
	invite()
	bob.must(bob.DeclineRequests(bob.ctx(), []model.ConversationID{conv}))
	bob.link.setOffline(false)
	k.settle(bob)
	if n := len(bob.Requests()); n != 0 {
		t.Errorf("%d requests after all were declined", n)
	}
	invite()
	bob.sync()
	if n := len(bob.Requests()); n != 1 {
		t.Errorf("%d requests after another invitation", n)
	}
}
