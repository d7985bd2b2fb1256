package vm

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/text"
)

// Conversations of the fake: pinned first, then by last activity.
func (f *fakeEngine) Conversations(filter engine.Filter) []model.Conversation {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.note("list")
	var out []model.Conversation
	for _, c := range f.chats {
		if strings.Contains(strings.ToLower(c.Name), strings.ToLower(filter.Text)) && (filter.Hidden || !c.Hidden) {
			out = append(out, *c)
		}
	}
	slices.SortFunc(out, func(a, b model.Conversation) int {
		return cmp.Or(cmp.Compare(b.Pinned, a.Pinned), cmp.Compare(b.LastActivity, a.LastActivity), cmp.Compare(a.ID, b.ID))
	})
	return out
}

func (f *fakeEngine) SetPinned(_ context.Context, conv model.ConversationID, on bool) error {
	return f.command("pin %s %v", f.name(conv), on)
}
func (f *fakeEngine) SetMuted(_ context.Context, conv model.ConversationID, until model.Millis) error {
	return f.command("mute %s %v", f.name(conv), until != 0)
}
func (f *fakeEngine) SetHidden(_ context.Context, conv model.ConversationID, on bool) error {
	return f.command("hide %s %v", f.name(conv), on)
}
func (f *fakeEngine) MarkUnread(_ context.Context, conv model.ConversationID) error {
	return f.command("unread %s", f.name(conv))
}
func (f *fakeEngine) ClearMessages(_ context.Context, conv model.ConversationID) error {
	return f.command("clear %s", f.name(conv))
}
func (f *fakeEngine) DeleteConversation(_ context.Context, conv model.ConversationID) error {
	return f.command("forget %s", f.name(conv))
}

func (f *fakeEngine) DeleteHistory(_ context.Context, conv model.ConversationID) error {
	return f.command("erase %s", f.name(conv))
}
func (f *fakeEngine) SetNickname(_ context.Context, conv model.ConversationID, name string) error {
	return f.command("nickname %s %s", f.name(conv), name)
}

// SetNotify of the fake, as the engine does it: the record changes.
func (f *fakeEngine) SetNotify(_ context.Context, conv model.ConversationID, mode model.NotifyMode) error {
	f.set(func() { f.chats[conv].Notify = mode })
	return f.command("notify %s %d", f.name(conv), mode)
}
func (f *fakeEngine) SetPinOrder(_ context.Context, order []model.ConversationID) error {
	var names []string
	f.set(func() {
		if f.fail != nil {
			return
		}
		for i, id := range order {
			f.chats[id].Pinned = int64(len(order) - i)
		}
	})
	for _, id := range order {
		names = append(names, f.name(id))
	}
	return f.command("order %s", strings.Join(names, " "))
}
func (f *fakeEngine) SetArchived(_ context.Context, conv model.ConversationID, on bool) error {
	f.set(func() { f.chats[conv].Archived = on })
	return f.command("archive %s %v", f.name(conv), on)
}
func (f *fakeEngine) SetFolder(_ context.Context, conv model.ConversationID, folder string) error {
	f.set(func() {
		f.chats[conv].Folder = folder
		f.settings.Folders, _ = f.settings.Folders.With(folder)
	})
	return f.command("folder %s %s", f.name(conv), folder)
}
func (f *fakeEngine) RenameFolder(_ context.Context, folder, name string) error {
	f.set(func() {
		for _, c := range f.chats {
			if c.Folder == folder {
				c.Folder = name
			}
		}
		f.settings.Folders = f.settings.Folders.Renamed(folder, name)
	})
	return f.command("rename %s %s", folder, name)
}
func (f *fakeEngine) MarkAllRead(_ context.Context, all []model.ConversationID) error {
	var names []string
	f.set(func() {
		for _, id := range all {
			f.chats[id].Unread, f.chats[id].MarkedUnread = 0, false
		}
	})
	for _, id := range all {
		names = append(names, f.name(id))
	}
	return f.command("read all %s", strings.Join(names, " "))
}

// pane is a view that counts.
type pane struct {
	lists   int
	rows    []int
	results int
	filters int
	notices []string
}

func (p *pane) ListChanged()           { p.lists++ }
func (p *pane) FiltersChanged()        { p.filters++ }
func (p *pane) RowsChanged(rows []int) { p.rows = append(p.rows, rows...) }
func (p *pane) ResultsChanged()        { p.results++ }
func (p *pane) Notice(s string)        { p.notices = append(p.notices, s) }

func openList(d *desktop, f *fakeEngine) (*Chats, *pane) {
	p := &pane{}
	c := NewChats(d.Desk, f, d.clock, p)
	d.until("the list is there", func() bool { return c.Loaded })
	return c, p
}

// rest lets the list read what it was told.
func (d *desktop) rest(c *Chats) {
	d.t.Helper()
	d.until("rest", func() bool {
		if c.reading {
			d.clock.Advance(40 * time.Millisecond)
		}
		return !c.reading && !c.all && len(c.some) == 0 && len(d.queue) == 0
	})
}

func TestRowsOfTheList(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	clear(f.chats)
	n := 0
	show := func(change func(c *model.Conversation)) string {
		n++
		id := model.ConversationOf(someone(n))
		c := &model.Conversation{ID: id, Name: "Maya", Approved: true, ApprovedMe: true}
		c.Last = model.Summary{Message: 1, Sender: someone(n), Text: "hello", Timestamp: at(noon.Add(-time.Hour))}
		change(c)
		l := &Chats{clock: d.clock, typing: map[model.ConversationID]bool{}, index: map[model.ConversationID]int{}}
		if c.Blocked {
			l.typing[id] = true
		}
		r := l.row(c)
		s := r.Title + " | " + r.Preview + " | " + r.Time
		for what, on := range map[string]bool{
			"typing": r.Typing, "muted": r.Muted, "timer": r.Timer, "pinned": r.Pinned, "mention": r.Mention, "marked": r.MarkedNew,
			"sending": r.State == ChatSending, "sent": r.State == ChatSent, "read": r.State == ChatRead, "failed": r.State == ChatFailed,
		} {
			if on {
				s += " | " + what
			}
		}
		if r.Draft != "" {
			s += " | draft " + r.Draft
		}
		if r.Unread > 0 {
			s += fmt.Sprint(" | ", r.Unread)
		}
		return s
	}
	day := 24 * time.Hour
	own := func(s model.State) func(*model.Conversation) {
		return func(c *model.Conversation) { c.Last.Outgoing, c.Last.State = true, s }
	}
	when := func(ago time.Duration) func(*model.Conversation) {
		return func(c *model.Conversation) { c.Last.Timestamp = at(noon.Add(-ago)) }
	}
	kind := func(k model.MessageKind, out bool) func(*model.Conversation) {
		return func(c *model.Conversation) {
			c.Last.Kind, c.Last.Outgoing, c.Last.Text, c.Last.State = k, out, "", model.StateSent
		}
	}
	for _, row := range []struct {
		want   string
		change func(*model.Conversation)
	}{
		{"Maya | hello | 11:00", func(*model.Conversation) {}},
		{"M | hello | 11:00", func(c *model.Conversation) { c.Nickname = "M" }},
		{"Maya | hello | 11:00 | sending", own(model.StateQueued)},
		{"Maya | hello | 11:00 | sent", own(model.StateSent)},
		{"Maya | hello | 11:00 | read", own(model.StateRead)},
		{"Maya | hello | 11:00 | failed", own(model.StateFailed)},
		{"Maya | hello | Yesterday", when(day)},
		{"Maya | hello | Sun", when(3 * day)},
		{"Maya | hello | 11 Nov", when(7 * day)},
		{"Maya | hello | 14 Oct 2025", when(400 * day)},
		{"Maya | hello | 12:05", when(-5 * time.Minute)},
		{"Maya | hello | 11:00 | draft I was saying", func(c *model.Conversation) { c.Draft.Text = " I was\nsaying" }},
		{"Maya | hello | 11:00 | 3", func(c *model.Conversation) { c.Unread = 3 }},
		{"Maya | hello | 11:00 | muted", func(c *model.Conversation) { c.MutedUntil = model.MuteForever }},
		{"Maya | hello | 11:00", func(c *model.Conversation) { c.MutedUntil = at(noon.Add(-time.Second)) }},
		{"Maya | hello | 11:00 | pinned", func(c *model.Conversation) { c.Pinned = 4 }},
		{"Maya | hello | 11:00 | marked", func(c *model.Conversation) { c.MarkedUnread = true }},
		{"Maya | hello | 11:00 | timer", func(c *model.Conversation) { c.Timer = model.Timer{Mode: 1, Seconds: 60} }},
		{"Maya | hello | 11:00 | typing", func(c *model.Conversation) { c.Blocked = true }},
		{"Maya | hi @Maya | 11:00", func(c *model.Conversation) { c.Last.Text = "hi @" + string(c.ID) }},
		{"Maya | Voice message | 11:00", func(c *model.Conversation) { c.Last.Text, c.Last.Files, c.Last.Voice = "", 1, true }},
		{"Maya | 2 files | 11:00", func(c *model.Conversation) { c.Last.Text, c.Last.Files = "", 2 }},
		{"Maya | " + text.T("chat.deleted") + " | 11:00", kind(model.KindDeleted, true)},
		{"Maya | Maya changed disappearing messages | 11:00", kind(model.KindTimerChange, false)},
		{"Maya | You changed disappearing messages | 11:00", kind(model.KindTimerChange, true)},
		{"Maya | Maya accepted your message request | 11:00", kind(model.KindRequestAccepted, false)},
		{"Maya | Missed call | 11:00", kind(model.KindMissedCall, false)},
		{"Note to Self | hello | 11:00", func(c *model.Conversation) { c.Kind = model.KindSelf }},
		{"Maya |  | ", func(c *model.Conversation) { c.Last = model.Summary{} }},
	} {
		if got := show(row.change); got != row.want {
			t.Errorf("row %q, want %q", got, row.want)
		}
	}
}

func TestListFollowsEvents(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	for i := range 1000 {
		id := model.ConversationID(fmt.Sprintf("https://server/%04d", i))
		f.chats[id] = &model.Conversation{ID: id, Kind: model.KindCommunity, Name: fmt.Sprint("Room ", i), LastActivity: model.Millis(i)}
	}
	f.chats[withMaya].LastActivity = 5000
	c, p := openList(d, f)
	d.rest(c)
	if c.Len() != 1002 || c.ID(0) != withMaya || p.lists != 1 {
		t.Fatalf("%d rows, first %q, %d changes", c.Len(), c.Row(0).Title, p.lists)
	}
	lists := len(f.said("list"))
	f.set(func() { f.chats[withMaya].Unread = 7 })
	c.changed([]engine.Event{engine.ConversationChanged{Conversation: withMaya}, engine.ReadChanged{Conversation: withMaya}})
	d.rest(c)
	if !slices.Equal(p.rows, []int{0}) || c.Row(0).Unread != 7 || len(f.said("list")) != lists {
		t.Fatalf("rows %v changed, %d unread, the list was read %d times", p.rows, c.Row(0).Unread, len(f.said("list"))-lists)
	}
	f.set(func() { f.typing[withMaya] = true })
	c.changed([]engine.Event{engine.TypingChanged{Conversation: withMaya}})
	d.rest(c)
	if !c.Row(0).Typing {
		t.Fatal("typing is not shown")
	}
	for range 200 {
		c.changed([]engine.Event{engine.ConversationsChanged{}})
	}
	f.set(func() { f.chats[withJo].LastActivity = 6000 })
	d.rest(c)
	if c.ID(0) != withJo || p.lists != 2 {
		t.Fatalf("first %q after %d changes", c.Row(0).Title, p.lists)
	}
	if got := len(f.said("list")) - lists; got > 3 {
		t.Fatalf("a burst read the list %d times", got)
	}
	c.Select(withMaya)
	if !c.Row(1).Selected || c.Row(0).Selected {
		t.Fatal("the wrong row is marked")
	}
	for _, step := range []struct {
		by   int
		want string
		ok   bool
	}{{1, "Room 999", true}, {-1, "Jonas", true}, {-5, "Jonas", true}, {5000, "Room 0", true}, {0, "Maya", false}} {
		id, ok := c.Next(step.by)
		if i, _ := c.Find(id); c.Row(i).Title != step.want || ok != step.ok {
			t.Errorf("%+d is %q (%v), want %q", step.by, c.Row(i).Title, ok, step.want)
		}
	}
}

func TestSearchEverywhere(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.chats[withJo].Hidden = true
	f.put(withMaya, time.Hour, model.Message{Text: "Found the old cabin that Jonas told us about, it is free from Friday"})
	for i := range 100 {
		f.put(withJo, time.Duration(i+2)*time.Hour, model.Message{Text: fmt.Sprint("Jonas says ", i)})
	}
	c, p := openList(d, f)
	c.Search("j")
	c.Search("jon")
	c.Search("jonas")
	d.until("found", func() bool { return c.Results != nil && c.Results.Done })
	r := c.Results
	if r.Text != "jonas" || len(r.Chats) != 1 || r.Chats[0].Title != "Jonas" {
		t.Fatalf("found for %q: %+v", r.Text, r.Chats)
	}
	if len(r.Messages) != resultPage || !r.More || r.Messages[0].Title != "Maya" || r.Messages[0].Time != "11:00" {
		t.Fatalf("%d messages, more %v, first %+v", len(r.Messages), r.More, r.Messages[0])
	}
	var line strings.Builder
	for _, part := range r.Messages[0].Parts {
		if part.Found {
			line.WriteString("[" + part.Text + "]")
		} else {
			line.WriteString(part.Text)
		}
	}
	if got := line.String(); got != "…the old cabin that [Jonas] told us about, it is free from Friday" {
		t.Fatalf("the line is %q", got)
	}
	for pages := 0; c.Results.More; pages++ {
		c.MoreResults()
		c.MoreResults()
		n := len(r.Messages)
		d.until("more", func() bool { return len(c.Results.Messages) > n || !c.Results.More })
		if r = c.Results; pages > 5 {
			t.Fatal("it never ends")
		}
	}
	seen := map[model.MessageID]bool{}
	for _, m := range c.Results.Messages {
		if seen[m.Message] {
			t.Fatalf("message %v is there twice", m.Message)
		}
		seen[m.Message] = true
	}
	if len(seen) != 101 {
		t.Fatalf("found %d messages, want 101", len(seen))
	}
	results := p.results
	c.Search("")
	if c.Results != nil || p.results != results+1 {
		t.Fatal("the search is not over")
	}
	c.Search("nothing of that kind")
	d.until("found nothing", func() bool { return c.Results != nil && c.Results.Done })
	if len(c.Results.Chats)+len(c.Results.Messages) != 0 {
		t.Fatalf("found %+v", c.Results)
	}
}

func TestRowActions(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.chats[withMaya].Unread = 1
	f.put(withMaya, time.Hour, model.Message{Text: "x", Unread: true})
	c, p := openList(d, f)
	for _, row := range []struct {
		want string
		do   func()
	}{
		{"pin Maya true", func() { c.Pin(withMaya, true) }},
		{"nickname Maya M.", func() { c.SetNickname(withMaya, "M.") }},
		{"unread Maya", func() { c.MarkRead(withMaya, false) }},
		{"read Maya", func() { c.MarkRead(withMaya, true) }},
		{"hide Maya true", func() { c.Hide(withMaya) }},
		{"hide Maya false", func() { c.Unhide(withMaya) }},
		{"clear Maya", func() { c.Clear(withMaya) }},
		{"erase Maya", func() { c.DeleteHistory(withMaya) }},
		{"forget Maya", func() { c.Delete(withMaya) }},
	} {
		row.do()
		waitFor(t, row.want, func() bool { return len(f.said(row.want)) == 1 })
	}
	f.set(func() { f.fail = model.Fail(model.ReasonDisk, "full", nil) })
	c.Pin(withMaya, false)
	d.until("told", func() bool { return len(p.notices) == 1 })
	if p.notices[0] != SentenceOf(model.ReasonDisk) {
		t.Fatalf("said %q", p.notices[0])
	}
}

func TestMarkFound(t *testing.T) {
	for _, row := range []struct{ text, query, want string }{
		{"Found the cabin", "cabin", "Found the [cabin]"},
		{"Cabins, cabin-map and scabin", "CABIN", "[Cabin]s, [cabin]-map and scabin"},
		{"Ein Café im Süden", "cafe sud", "Ein [Café] im [Süd]en"},
		{"naïve", "naive", "[naïve]"},
		{"写真ありがとう", "ありがとう", "写真[ありがとう]"},
		{"one two one", "one", "[one] two [one]"},
		{"one two", "\"one two\"", "[one] [two]"},
		{"abc", "", "abc"},
		{"abc", "!?", "abc"},
		{"bad \xff utf", "utf", "bad \xff [utf]"},
	} {
		var got strings.Builder
		for _, p := range MarkFound(row.text, row.query) {
			if p.Found {
				got.WriteString("[" + p.Text + "]")
			} else {
				got.WriteString(p.Text)
			}
		}
		if got.String() != row.want {
			t.Errorf("%q in %q: %q, want %q", row.query, row.text, got.String(), row.want)
		}
	}
}

func FuzzMarkFound(f *testing.F) {
	f.Add("Found the cabin", "cabin")
	f.Add("ﬁ Å İ \xff", "fi a i")
	f.Fuzz(func(t *testing.T, s, query string) {
		got := ""
		for _, p := range MarkFound(s, query) {
			got += p.Text
		}
		if got != s {
			t.Fatalf("%q became %q", s, got)
		}
	})
}

func TestNamesOfDays(t *testing.T) {
	for _, row := range []struct {
		at        time.Time
		list, day string
	}{
		{noon, "12:00", "Today"},
		{noon.Add(-12 * time.Hour), "00:00", "Today"},
		{noon.Add(-12*time.Hour - time.Second), "Yesterday", "Yesterday"},
		{noon.AddDate(0, 0, -2), "Mon", "Monday"},
		{noon.AddDate(0, 0, -6), "Thu", "Thursday"},
		{noon.AddDate(0, 0, -7), "11 Nov", "11 November"},
		{noon.AddDate(-1, 0, 0), "18 Nov 2025", "18 November 2025"},
		{noon.Add(24 * time.Hour), "12:00", "Today"},
	} {
		if got := listTime(row.at, noon); got != row.list {
			t.Errorf("in the list %v is %q, want %q", row.at, got, row.list)
		}
		if got := dayText(row.at, noon); got != row.day {
			t.Errorf("between messages %v is %q, want %q", row.at, got, row.day)
		}
	}
}
