package vm

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sotto/engine"
	"sotto/engine/model"
)

// people fills the list with Anna, Ben, Cleo and Dan, from above to below, in
// the place of those of the fake.
func (f *fakeEngine) four() []model.ConversationID {
	clear(f.chats)
	var ids []model.ConversationID
	for i, name := range []string{"Anna", "Ben", "Cleo", "Dan"} {
		id := model.ConversationOf(someone(i + 1))
		f.chats[id] = &model.Conversation{ID: id, Name: name, Approved: true, ApprovedMe: true, LastActivity: model.Millis(100 - i)}
		ids = append(ids, id)
	}
	return ids
}

func (c *Chats) titles() string {
	var out []string
	for i := range c.Len() {
		out = append(out, c.Row(i).Title)
	}
	return strings.Join(out, " ")
}

func (c *Chats) chips() string {
	var out []string
	for _, f := range c.Filters() {
		s := f.Label
		if f.Count > 0 {
			s += fmt.Sprint(" ", f.Count)
		}
		if f.On {
			s = "[" + s + "]"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

// again lets the list read everything anew.
func (d *desktop) again(c *Chats) {
	d.t.Helper()
	c.changed([]engine.Event{engine.ConversationsChanged{}})
	d.rest(c)
}

func TestFilters(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	ids := f.four()
	c, p := openList(d, f)
	d.rest(c)
	if got := c.chips(); got != "" {
		t.Fatalf("filters %q where there is one way to look", got)
	}
	f.set(func() {
		f.chats[ids[1]].Unread, f.chats[ids[1]].Folder = 3, "Work"
		f.chats[ids[2]].Folder = "Work"
		f.chats[ids[3]].Archived, f.chats[ids[3]].MarkedUnread = true, true
		f.settings.Folders = "Work\nHome"
	})
	d.again(c)
	steps := []struct {
		filter        ChatsFilter
		rows, filters string
	}{
		{ChatsFilter{}, "Anna Ben Cleo", "[All], Unread 1, Work 1, Home, Archive 1"},
		{ChatsFilter{Kind: ShowUnread}, "Ben", "All, [Unread 1], Work 1, Home, Archive 1"},
		{ChatsFilter{ShowFolder, "Work"}, "Ben Cleo", "All, Unread 1, [Work 1], Home, Archive 1"},
		{ChatsFilter{ShowFolder, "Home"}, "", "All, Unread 1, Work 1, [Home], Archive 1"},
		{ChatsFilter{Kind: ShowArchive}, "Dan", "All, Unread 1, Work 1, Home, [Archive 1]"},
	}
	for _, s := range steps {
		c.SetFilter(s.filter)
		if c.titles() != s.rows || c.chips() != s.filters {
			t.Errorf("%+v: rows %q, filters %q", s.filter, c.titles(), c.chips())
		}
	}
	if c.Total() != 4 {
		t.Errorf("%d in all", c.Total())
	}
	// The folder that is shown is renamed, and then deleted.
	c.SetFilter(ChatsFilter{ShowFolder, "Work"})
	c.RenameFolder("Work", "Boats")
	waitFor(t, "renamed", func() bool { return len(f.said("rename Work Boats")) == 1 })
	d.again(c)
	if c.titles() != "Ben Cleo" || c.Filter().Folder != "Boats" {
		t.Errorf("renamed: rows %q of %+v", c.titles(), c.Filter())
	}
	c.RenameFolder("Boats", "")
	waitFor(t, "deleted", func() bool { return len(f.said("rename Boats")) == 1 })
	d.again(c)
	if c.titles() != "Anna Ben Cleo" || c.Filter() != (ChatsFilter{}) {
		t.Errorf("deleted: rows %q of %+v", c.titles(), c.Filter())
	}
	if p.filters == 0 {
		t.Error("the view was not told of its filters")
	}
}

func TestReadAll(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	ids := f.four()
	f.chats[ids[0]].MarkedUnread = true
	f.chats[ids[1]].Unread, f.chats[ids[1]].Folder = 3, "Work"
	f.chats[ids[3]].Archived, f.chats[ids[3]].Unread = true, 1
	f.settings.Folders = "Work"
	c, _ := openList(d, f)
	c.ReadAll(ChatsFilter{ShowFolder, "Work"})
	waitFor(t, "the folder", func() bool { return slices.Equal(f.said("read all"), []string{"read all Ben"}) })
	d.again(c)
	c.ReadEverything()
	waitFor(t, "everything", func() bool { return slices.Equal(f.said("read all"), []string{"read all Ben", "read all Anna Dan"}) })
	d.again(c)
	c.ReadEverything()
	c.ReadAll(ChatsFilter{})
	if got := f.said("read all"); len(got) != 2 {
		t.Errorf("read what is read: %q", got)
	}
}

// The open conversation stays in the list of the unread until another one is
// opened.
func TestWhatIsOpenStaysAmongTheUnread(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	ids := f.four()
	f.chats[ids[0]].Unread, f.chats[ids[1]].Unread = 1, 1
	c, _ := openList(d, f)
	c.SetFilter(ChatsFilter{Kind: ShowUnread})
	c.Select(ids[0])
	f.set(func() { f.chats[ids[0]].Unread = 0 })
	c.changed([]engine.Event{engine.ReadChanged{Conversation: ids[0]}})
	d.rest(c)
	if c.titles() != "Anna Ben" || c.chips() != "All, [Unread 1]" {
		t.Errorf("rows %q, filters %q", c.titles(), c.chips())
	}
	c.Select(ids[1])
	if c.titles() != "Ben" {
		t.Errorf("rows %q", c.titles())
	}
}

func TestOrderOfPins(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	ids := f.four()
	for i := range 3 {
		f.chats[ids[i]].Pinned = int64(9 - i)
	}
	f.chats[ids[0]].Folder, f.chats[ids[2]].Folder, f.settings.Folders = "Work", "Work", "Work"
	c, _ := openList(d, f)
	if c.MovePin(ids[3], 0) || c.MovePin(ids[0], -3) {
		t.Error("what is not pinned, or stands there, moves")
	}
	if !c.MovePin(ids[0], 9) || c.titles() != "Ben Cleo Anna Dan" {
		t.Errorf("moved: %q", c.titles())
	}
	c.KeepPins()
	waitFor(t, "kept", func() bool { return len(f.said("order Ben Cleo Anna")) == 1 })
	d.again(c)
	// In a folder, only its own change places.
	c.SetFilter(ChatsFilter{ShowFolder, "Work"})
	if c.titles() != "Cleo Anna" || !c.MovePin(ids[0], 0) {
		t.Fatalf("in the folder: %q", c.titles())
	}
	c.KeepPins()
	waitFor(t, "kept", func() bool { return len(f.said("order Ben Anna Cleo")) == 1 })
	d.again(c)
	// What unpins is undone: it is back at its place.
	back := c.Place(ids[1])
	f.set(func() { f.chats[ids[1]].Pinned = 0 })
	d.again(c)
	back()
	waitFor(t, "back", func() bool { return len(f.said("order Ben Anna Cleo")) == 2 })
	c.Place(ids[3])() // was not pinned: nothing to do
}

// A list that was read before a moved row was stored does not move it back; one
// that could not be stored goes back.
func TestMovedPinStays(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	ids := f.four()
	for i := range 3 {
		f.chats[ids[i]].Pinned = int64(9 - i)
	}
	c, _ := openList(d, f)
	c.MovePin(ids[0], 2)
	f.set(func() { f.chats[ids[3]].Unread = 1 })
	d.again(c)
	if c.titles() != "Ben Cleo Anna Dan" || c.Row(3).Unread != 1 {
		t.Errorf("before it was stored: %q", c.titles())
	}
	c.KeepPins()
	d.until("stored", func() bool { return c.stored == c.moves })
	d.rest(c)
	if c.titles() != "Ben Cleo Anna Dan" || c.moved != nil {
		t.Errorf("stored: %q, %d still held", c.titles(), len(c.moved))
	}

	f.set(func() { f.fail = errors.New("disk full") })
	c.MovePin(ids[2], 0)
	c.KeepPins()
	d.until("refused", func() bool { return c.stored == c.moves })
	d.rest(c)
	if c.titles() != "Ben Cleo Anna Dan" {
		t.Errorf("could not be stored: %q", c.titles())
	}
}

// While rows keep their places, an order from elsewhere waits.
func TestDraggingHoldsTheOrder(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	ids := f.four()
	for i := range 2 {
		f.chats[ids[i]].Pinned = int64(9 - i)
	}
	c, _ := openList(d, f)
	c.Held = func() time.Duration { return time.Second }
	c.MovePin(ids[0], 1)
	f.set(func() { f.chats[ids[3]].LastActivity = 5000 })
	d.again(c)
	if c.titles() != "Ben Anna Cleo Dan" {
		t.Errorf("while dragging: %q", c.titles())
	}
}

func TestNotifications(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	ids := f.four()
	room := model.ConversationID("https://server/room")
	f.chats[room] = &model.Conversation{ID: room, Kind: model.KindCommunity, Name: "Room", Notify: model.NotifyMentions}
	c, p := openList(d, f)
	labels := func(id model.ConversationID) string {
		var out []string
		for _, n := range c.Notifies(id) {
			if n.On {
				out = append(out, "["+n.Label+"]")
				continue
			}
			out = append(out, n.Label)
		}
		return strings.Join(out, ", ")
	}
	const lengths = "Mute for 1 hour, Mute for 8 hours, Mute for 1 day, Mute for 1 week, "
	if got := labels(ids[0]); got != "[All messages], "+lengths+"Mute until I change it" {
		t.Errorf("a contact: %s", got)
	}
	if got := labels(room); got != "All messages, [Mentions only], "+lengths+"Mute until I change it" {
		t.Errorf("a room: %s", got)
	}
	c.SetNotify(ids[0], c.Notifies(ids[0])[1])
	waitFor(t, "muted", func() bool { return len(f.said("mute Anna true")) == 1 })
	if len(f.said("notify")) != 0 {
		t.Error("silence for an hour changes what notifies after it")
	}
	c.SetNotify(room, c.Notifies(room)[0])
	waitFor(t, "all", func() bool { return len(f.said("notify Room 0")) == 1 && len(f.said("mute Room false")) == 1 })

	// The mark of a silence goes when it ends, without any event.
	f.set(func() { f.chats[ids[1]].MutedUntil = at(noon.Add(90 * time.Minute)) })
	d.again(c)
	i, _ := c.Find(ids[1])
	if got := labels(ids[1]); !c.Row(i).Muted || !strings.HasPrefix(got, "[Muted until 13:30], All messages, ") {
		t.Errorf("muted for a while: %v, %s", c.Row(i).Muted, got)
	}
	p.rows = nil
	d.until("the end of the silence", func() bool {
		d.clock.Advance(time.Minute)
		return len(p.rows) > 0 && !c.Row(i).Muted
	})
}

func TestSearchByWriterAndDay(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	day := 24 * time.Hour
	f.put(withMaya, time.Hour, model.Message{Text: "cabin today"})
	f.put(withMaya, 3*day, model.Message{Text: "cabin by me", Outgoing: true})
	f.put(withJo, 20*day, model.Message{Text: "cabin of Jonas"})
	f.put(withJo, 300*day, model.Message{Text: "cabin long ago"})
	var asked []model.Query
	f.search = func(q model.Query) ([]model.Hit, error) {
		asked = append(asked, q)
		return nil, nil
	}
	c, _ := openList(d, f)
	c.Search("cabin")
	d.until("found", func() bool { return c.Results.Done })
	by := func(who SearchWho, when SearchWhen) model.Query {
		t.Helper()
		c.SearchBy(SearchFilter{who, when})
		d.until("found", func() bool { return c.Results.Done })
		return asked[len(asked)-1]
	}
	if q := by(SearchWho{Me: true}, SearchWhen{}); q.Outgoing == nil || !*q.Outgoing || q.Conversation != "" || q.From != 0 {
		t.Errorf("from me: %+v", q)
	}
	if q := by(SearchWho{Conversation: withJo, Name: "Jonas"}, SearchWhen{}); q.Outgoing == nil || *q.Outgoing || q.Conversation != withJo {
		t.Errorf("from Jonas: %+v", q)
	}
	midnight := noon.Add(-12 * time.Hour)
	if q := by(SearchWho{}, SearchWhen{Days: 1}); q.Outgoing != nil || q.From != at(midnight) || q.To != 0 {
		t.Errorf("today: %+v", q)
	}
	if q := by(SearchWho{}, SearchWhen{Days: 7}); q.From != at(midnight.AddDate(0, 0, -6)) {
		t.Errorf("seven days: %+v", q)
	}
	w, err := Between("2026-11-01", "2026-11-2")
	if err != nil {
		t.Fatal(err)
	}
	q := by(SearchWho{}, w)
	if from, to := time.Date(2026, 11, 1, 0, 0, 0, 0, time.Local), time.Date(2026, 11, 3, 0, 0, 0, 0, time.Local); q.From != at(from) || q.To != at(to)-1 {
		t.Errorf("two days: %+v", q)
	}
	if len(c.Results.Chats) != 0 {
		t.Error("names answer a question about days")
	}
	// A new search begins without filters.
	c.Search("")
	c.Search("cabin")
	d.until("found", func() bool { return c.Results.Done })
	if q := asked[len(asked)-1]; q.From != 0 || q.Outgoing != nil {
		t.Errorf("a new search: %+v", q)
	}
	for _, row := range []struct {
		from, to string
		err      error
		label    string
	}{
		{"", "", nil, "Any time"},
		{"2026-11-01", "", nil, "Since 1 Nov"},
		{"", "2025-02-28", nil, "Until 28 Feb 2025"},
		{"2026-11-01", "2026-11-01", nil, "1 Nov"},
		{" 2026-11-01 ", "2026-11-08", nil, "1 Nov – 8 Nov"},
		{"2026-11-31", "", ErrNoDay, ""},
		{"yesterday", "", ErrNoDay, ""},
		{"2026-11-02", "2026-11-01", ErrDaysOrder, ""},
	} {
		w, err := Between(row.from, row.to)
		if !errors.Is(err, row.err) {
			t.Errorf("%q to %q: %v", row.from, row.to, err)
		} else if err == nil && w.Label(noon) != row.label {
			t.Errorf("%q to %q is %q", row.from, row.to, w.Label(noon))
		}
	}
}
