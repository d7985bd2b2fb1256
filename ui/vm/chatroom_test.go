package vm

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"sotto/engine"
	"sotto/engine/model"
)

// ofGroup is a group of three people with Maya as its admin.
func ofGroup(f *fakeEngine) model.ConversationID {
	id, err := model.ParseID("03" + strings.Repeat("77", 32))
	if err != nil {
		f.t.Fatal(err)
	}
	conv := model.ConversationOf(id)
	f.chats[conv] = &model.Conversation{ID: conv, Kind: model.KindGroup, Name: "Trail", Approved: true, ApprovedMe: true}
	f.groups = map[model.ConversationID]*model.Group{conv: {ID: id, Name: "Trail", Ready: true, Members: []model.GroupMember{
		{ID: maya, Name: "M.", Admin: true}, {ID: jonas, Name: "J."}, {ID: myself, Name: "Robin"}, {ID: someone(9), Name: "Vera"},
	}}}
	return conv
}

func (f *fakeEngine) Group(conv model.ConversationID) (model.Group, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	g, ok := f.groups[conv]
	if !ok {
		return model.Group{}, false
	}
	return *g, true
}

func (f *fakeEngine) Community(conv model.ConversationID) (model.Community, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	v, ok := f.rooms[conv]
	if !ok {
		return model.Community{}, false
	}
	return *v, true
}

func (f *fakeEngine) Person(conv model.ConversationID, id model.ID) model.Person {
	if c, ok := f.Conversation(model.ConversationOf(id)); ok {
		return model.Person{ID: id, Name: c.Title()}
	}
	g, _ := f.Group(conv)
	m, _ := g.Member(id)
	return model.Person{ID: id, Name: m.Name}
}

func (f *fakeEngine) People(conv model.ConversationID) []model.Person {
	g, _ := f.Group(conv)
	var out []model.Person
	for _, m := range g.Members {
		out = append(out, f.Person(conv, m.ID))
	}
	return out
}

func (f *fakeEngine) BanFromCommunity(_ context.Context, _ model.ConversationID, id model.ID, timeout time.Duration, messages bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.note("ban %s %s %t", id.String()[:4], timeout, messages)
	return f.fail
}

// TestGroupChat: a group shows its members, who said what and who leads, and
// offers its members for mentions.
func TestGroupChat(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	conv := ofGroup(f)
	f.put(conv, time.Hour, model.Message{Sender: maya, Text: "north gate"})
	f.put(conv, time.Minute, model.Message{Sender: someone(9), Text: "cake"})
	c, _ := openChat(d, f, conv, 0)
	if h := c.Head; h.Subtitle != "4 members" || !h.Avatar.Square || h.Closed != "" || h.Timing {
		t.Errorf("head %+v", h)
	}
	var said []string
	for _, it := range c.Items {
		if m := it.Message; m != nil {
			mark := ""
			if m.Admin {
				mark = "*"
			}
			said = append(said, m.Sender+mark)
		}
	}
	if got := strings.Join(said, " "); got != "Maya* Vera" {
		t.Errorf("senders %q", got)
	}
	if s := c.Complete("@ve"); len(s.List) != 1 || s.List[0].Label != "Vera" {
		t.Errorf("mentions %+v", s.List)
	}
	if s := c.Complete("@rob"); len(s.List) != 0 {
		t.Errorf("the user is offered: %+v", s.List)
	}
	m := c.window[0]
	if c.CanDeleteForEveryone(m) {
		t.Error("a member deletes what others wrote")
	}
	f.set(func() { f.groups[conv].Admin = true })
	c.changed([]engine.Event{engine.GroupChanged{Conversation: conv}})
	d.idle(c)
	if !c.CanDeleteForEveryone(m) || !c.Head.Timing {
		t.Error("an admin has no rights")
	}
}

// TestGroupClosed: why one cannot write is said, and goes when it is over.
func TestGroupClosed(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	conv := ofGroup(f)
	c, _ := openChat(d, f, conv, 0)
	seen := map[string]bool{}
	for _, change := range []func(g *model.Group){
		func(g *model.Group) { g.Lost = model.LostRemoved },
		func(g *model.Group) { g.Lost = model.LostDeleted },
		func(g *model.Group) { g.Lost, g.Ready = model.NotLost, false },
		func(g *model.Group) { g.Stale = true },
	} {
		f.set(func() { change(f.groups[conv]) })
		c.changed([]engine.Event{engine.GroupChanged{Conversation: conv}})
		d.idle(c)
		if why := c.Head.Closed; why == "" || seen[why] {
			t.Errorf("closed says %q", why)
		} else {
			seen[why] = true
		}
	}
	f.set(func() { f.groups[conv].Ready, f.groups[conv].Stale = true, false })
	c.changed([]engine.Event{engine.GroupChanged{Conversation: conv}})
	d.idle(c)
	if c.Head.Closed != "" {
		t.Errorf("still closed: %q", c.Head.Closed)
	}
}

// TestGroupLines: what changed in a group is a sentence.
func TestGroupLines(t *testing.T) {
	f := newFake(t, newDesktop(t).clock)
	conv := ofGroup(f)
	many := []model.ID{jonas, myself, someone(9), someone(10), someone(11)}
	for _, l := range []struct {
		change model.GroupChange
		want   string
	}{
		{model.GroupChange{Kind: model.MembersAdded, Members: []model.ID{someone(9), jonas}}, "Maya added Vera and Jonas"},
		{model.GroupChange{Kind: model.MembersAdded, Members: []model.ID{jonas}, History: true}, "Maya added Jonas, who can read what was said before"},
		{model.GroupChange{Kind: model.MembersAdded, Members: []model.ID{myself}}, "Maya added you"},
		{model.GroupChange{Kind: model.MembersAdded, Members: many}, "Maya added you, Jonas, Vera and 2 others"},
		{model.GroupChange{Kind: model.MembersPromoted, Members: []model.ID{jonas}}, "Maya made Jonas an admin"},
		{model.GroupChange{Kind: model.MemberLeft}, "Maya left the group"},
		{model.GroupChange{Kind: model.GroupRenamed, Name: "Trail 2"}, "Maya named the group Trail 2"},
		{model.GroupChange{Kind: model.GroupKicked}, "You were removed from the group"},
		{model.GroupChange{Kind: 200}, "The group was changed"},
	} {
		m := model.Message{Conversation: conv, Sender: maya, Kind: model.KindGroupChange, Change: &l.change}
		_, words := newTeller(f, conv).line(&m)
		if got := joinWords(words); got != l.want {
			t.Errorf("%q, want %q", got, l.want)
		}
	}
}

// roomFake is a room of 100,000 messages of which the newest page is here.
type roomFake struct {
	*fakeEngine
	conv   model.ConversationID
	oldest int // number of the oldest message here
	asked  int
}

func (f *roomFake) add(number int) {
	f.put(f.conv, time.Duration(100_000-number)*time.Minute, model.Message{Sender: jonas, Text: fmt.Sprint("number ", number)})
}

func (f *roomFake) LoadEarlier(context.Context, model.ConversationID) (bool, error) {
	f.mu.Lock()
	f.asked++
	from := f.oldest
	f.oldest -= 100
	f.mu.Unlock()
	for n := from - 1; n >= from-100; n-- {
		f.add(n)
	}
	return true, nil
}

// TestScrollingBackInARoom: near the beginning of what is here the server is asked
// for an earlier page, once, and what is in view stays; that goes on as far as
// somebody scrolls.
func TestScrollingBackInARoom(t *testing.T) {
	d := newDesktop(t)
	f := &roomFake{fakeEngine: newFake(t, d.clock), conv: "https://open.example/garden", oldest: 99_900}
	f.chats[f.conv] = &model.Conversation{ID: f.conv, Kind: model.KindCommunity, Name: "Garden", Approved: true, ApprovedMe: true}
	f.rooms = map[model.ConversationID]*model.Community{f.conv: {Conversation: f.conv, Joined: true, Read: true, Write: true, HasEarlier: true}}
	for n := 99_900; n < 100_000; n++ {
		f.add(n)
	}
	c := OpenChat(d.Desk, f, d.clock, f.conv, 0, &screen{})
	d.until("open", func() bool { return c.loaded })
	if got := c.window[len(c.window)-1].Body; got != "number 99999" || f.asked > 0 {
		t.Fatalf("it opens with %q, after %d requests for more", got, f.asked)
	}
	for page := 1; page <= 5; page++ {
		target := fmt.Sprint("number ", 99_900-100*page)
		d.until("page "+target, func() bool {
			top := min(3, len(c.Items)-1)
			c.Visible(top, min(top+8, len(c.Items)-1))
			return c.find(target) >= 0
		})
		for i := 1; i < len(c.window); i++ {
			if c.window[i].sent < c.window[i-1].sent {
				t.Fatalf("%q stands before %q", c.window[i-1].Body, c.window[i].Body)
			}
		}
	}
	if f.asked > 7 {
		t.Errorf("5 pages took %d requests", f.asked)
	}
	if len(c.window) > maxWindow {
		t.Errorf("%d messages are in memory", len(c.window))
	}
}

// TestModeration: only moderators are offered anything, and never about
// themselves; what they choose reaches the engine.
func TestModeration(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	conv := model.ConversationID("https://open.example/garden")
	f.chats[conv] = &model.Conversation{ID: conv, Kind: model.KindCommunity, Name: "Garden", Approved: true, ApprovedMe: true}
	f.rooms = map[model.ConversationID]*model.Community{conv: {
		Conversation: conv, Joined: true, Read: true, Write: true, Me: someone(0xbb), Admins: []model.ID{maya}, ActiveUsers: 138,
	}}
	f.put(conv, time.Hour, model.Message{Sender: jonas, Text: "buy seeds"})
	f.put(conv, time.Minute, model.Message{Outgoing: true, Text: "no", State: model.StateSent})
	c, s := openChat(d, f, conv, 0)
	if h := c.Head; h.Subtitle != "138 active" || !h.Avatar.Globe || h.Closed != "" {
		t.Errorf("head %+v", h)
	}
	if m := c.Moderation(c.window[0]); m != (Moderation{}) {
		t.Errorf("anybody moderates: %+v", m)
	}
	f.set(func() { f.rooms[conv].Moderator = true })
	c.changed([]engine.Event{engine.GroupChanged{Conversation: conv}})
	d.idle(c)
	m := c.Moderation(c.window[0])
	if !m.Ban || m.Pin || m.Appoint {
		t.Errorf("a moderator may %+v", m)
	}
	if own := c.Moderation(c.window[1]); own.Ban {
		t.Error("somebody may ban themselves")
	}
	c.Ban(m, BanLengths()[0], true)
	d.until("banned", func() bool { return len(s.notices) > 0 })
	if got := strings.Join(f.said("ban"), ""); got != "ban 0502 1h0m0s true" {
		t.Errorf("the engine hears %q", got)
	}
	f.set(func() { f.rooms[conv].Write = false })
	c.changed([]engine.Event{engine.GroupChanged{Conversation: conv}})
	d.idle(c)
	if c.Head.Closed == "" {
		t.Error("one can write where one may not")
	}
}

// TestReactionsOfManyPeople: a community names a few of those who reacted and
// counts the others.
func TestReactionsOfManyPeople(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	conv := ofRoom(f)
	f.put(conv, time.Minute, model.Message{Sender: maya, Text: "sun!", Reactions: []model.Reaction{
		{Author: jonas, Emoji: "👍", More: 40}, {Author: someone(0xbb), Emoji: "👍"}, {Emoji: "🛶", More: 6},
	}})
	c, _ := openChat(d, f, conv, 0)
	m := c.window[c.find("sun!")]
	if r := m.Reacts; len(r) != 2 || r[0].Count != 42 || !r[0].Mine || r[1].Count != 7 || r[1].Mine || len(r[1].Who) != 0 {
		t.Errorf("reactions %+v", r)
	}
	var told []string
	c.Reactions(m, func(list []WhoReacted) {
		for _, w := range list {
			told = append(told, w.Emoji+" "+w.Name)
		}
	})
	d.until("who reacted is told", func() bool { return told != nil })
	if got := strings.Join(told, ", "); got != "👍 Jonas, 👍 You, 👍 40 others, 🛶 7 others" {
		t.Errorf("told is %q", got)
	}
}
