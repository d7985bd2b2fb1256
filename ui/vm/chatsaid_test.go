package vm

import (
	"testing"
	"time"

	"sotto/engine"
	"sotto/engine/model"
)

// TestSaidInGroups: the list says what changed in a group and who said what, by
// the names that the user knows people under.
func TestSaidInGroups(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	conv := ofGroup(f)
	f.chats[withJo].Nickname = "Jo"
	say := func(m model.Message) {
		m = f.put(conv, time.Minute, m)
		f.set(func() {
			l := &f.chats[conv].Last
			*l = model.Summary{Message: m.ID, Sender: m.Sender, Outgoing: m.Outgoing, Kind: m.Kind, Text: m.Text, State: m.State, Timestamp: m.Timestamp, Files: len(m.Attachments)}
			l.Voice = l.Files > 0 && m.Attachments[0].Voice
		})
	}
	say(model.Message{Sender: maya, Text: "north gate"})
	c, p := openList(d, f)
	shows := func(want string) {
		t.Helper()
		c.changed([]engine.Event{engine.ConversationChanged{Conversation: conv}})
		d.rest(c)
		i, _ := c.Find(conv)
		r := c.Row(i)
		if got := r.Prefix + "|" + r.Preview; got != want {
			t.Errorf("the list says %q, want %q", got, want)
		}
	}
	shows("Maya:|north gate")
	line := func(by model.ID, change model.GroupChange) model.Message {
		return model.Message{Sender: by, Outgoing: by == myself, Kind: model.KindGroupChange, Change: &change}
	}
	for _, s := range []struct {
		m    model.Message
		want string
	}{
		{model.Message{Sender: someone(9), Text: "for @" + jonas.String() + " and\nme"}, "Vera:|for @Jo and me"},
		{model.Message{Outgoing: true, Text: "mine"}, "|mine"},
		{model.Message{Sender: jonas, Attachments: []model.Attachment{{Voice: true}}}, "Jo:|Voice message"},
		{model.Message{Sender: jonas, Kind: model.KindDeleted}, "Jo:|This message was deleted"},
		{line(maya, model.GroupChange{Kind: model.MembersAdded, Members: []model.ID{jonas, someone(9)}}), "|Maya added Jo and Vera"},
		{line(jonas, model.GroupChange{Kind: model.MemberLeft}), "|Jo left the group"},
		{line(maya, model.GroupChange{Kind: model.GroupRenamed, Name: "Trail 2"}), "|Maya named the group Trail 2"},
		{line(myself, model.GroupChange{Kind: model.MembersPromoted, Members: []model.ID{jonas}}), "|You made Jo an admin"},
		{line(maya, model.GroupChange{Kind: model.MembersRemoved, Members: []model.ID{myself}}), "|Maya removed you"},
		{model.Message{Sender: maya, Kind: model.KindTimerChange, Timer: model.Timer{Mode: model.ExpireAfterSend, Seconds: 86400}},
			"|Maya set messages to disappear 1 day after they are sent"},
	} {
		say(s.m)
		shows(s.want)
	}
	// Another nickname shows with the list that tells of it.
	say(line(jonas, model.GroupChange{Kind: model.MemberLeft}))
	f.set(func() { f.chats[withJo].Nickname = "Joey" })
	c.changed([]engine.Event{engine.ConversationsChanged{}})
	d.rest(c)
	shows("|Joey left the group")
	if len(p.rows) == 0 {
		t.Error("no row was told to change")
	}
}

// TestFilesInGroups: files can be sent where one can write and files are taken.
func TestFilesInGroups(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	conv := ofGroup(f)
	c, _ := openChat(d, f, conv, 0)
	if !c.CanAttach() {
		t.Error("a group takes no files")
	}
	f.set(func() { f.groups[conv].Lost = model.LostRemoved })
	c.changed([]engine.Event{engine.GroupChanged{Conversation: conv}})
	d.idle(c)
	if c.CanAttach() {
		t.Error("a lost group takes files")
	}
	room := model.ConversationID("https://open.example/garden")
	f.chats[room] = &model.Conversation{ID: room, Kind: model.KindCommunity, Name: "Garden", Approved: true, ApprovedMe: true}
	f.rooms = map[model.ConversationID]*model.Community{room: {Conversation: room, Joined: true, Read: true, Write: true}}
	c, _ = openChat(d, f, room, 0)
	if c.CanAttach() {
		t.Error("a community without the right to upload takes files")
	}
	f.set(func() { f.rooms[room].Upload = true })
	c.changed([]engine.Event{engine.GroupChanged{Conversation: room}})
	d.idle(c)
	if !c.CanAttach() {
		t.Error("a community takes no files")
	}
	fw := NewForward(d.Desk, struct {
		*fakeEngine
		MediaOpener
	}{f, nil}, nil)
	d.until("the list to forward to", func() bool { return len(fw.List()) > 0 })
	seen := map[model.ConversationID]bool{}
	for _, r := range fw.List() {
		seen[r.ID] = true
	}
	if !seen[room] || seen[conv] || !seen[withMaya] {
		t.Errorf("forwarding offers %v", seen)
	}
}
