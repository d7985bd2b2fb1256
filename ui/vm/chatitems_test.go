package vm

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/text"
)

func TestRowsOfAConversation(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	day := 24 * time.Hour
	f.put(withMaya, 400*day, model.Message{Text: "last year"})
	f.put(withMaya, 30*day, model.Message{Text: "last month"})
	f.put(withMaya, 3*day, model.Message{Text: "on Sunday"})
	f.put(withMaya, day, model.Message{Kind: model.KindTimerChange, Timer: model.Timer{Mode: model.ExpireAfterRead, Seconds: 3600}})
	f.put(withMaya, day-time.Minute, model.Message{Kind: model.KindTimerChange, Outgoing: true})
	f.put(withMaya, time.Hour, model.Message{Kind: model.KindRequestAccepted})
	f.put(withMaya, 30*time.Minute, model.Message{Text: "read"})
	f.put(withMaya, 29*time.Minute, model.Message{Text: "not read", Unread: true})
	f.put(withMaya, 28*time.Minute, model.Message{Text: "mine", Outgoing: true})
	f.typing[withMaya] = true
	c, _ := openChat(d, f, withMaya, 0)
	want := []string{
		"— 14 October 2025 —", "< last year",
		"— 19 October —", "< last month",
		"— Sunday —", "< on Sunday",
		"— Yesterday —", "* Maya set messages to disappear 1 hour after they are read", "* You switched disappearing messages off",
		"— Today —", "* Maya accepted your message request", "< read", "new", "< not read", "> mine", "…",
	}
	got := rows(c)
	if !slices.Equal(got, want) {
		t.Fatalf("rows\n%q, want\n%q", got, want)
	}
}

func TestGroupsOfFiveMinutes(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	sent := func(minutes float64, out bool, kind model.MessageKind) {
		f.put(withMaya, time.Hour-time.Duration(minutes*float64(time.Minute)), model.Message{Text: fmt.Sprint(minutes), Outgoing: out, Kind: kind})
	}
	sent(0, false, 0)
	sent(4.9, false, 0)
	sent(9.8, false, 0)
	sent(14.9, false, 0)
	sent(15, true, 0)
	sent(15.1, true, 0)
	sent(15.2, true, model.KindMissedCall)
	sent(15.3, true, 0)
	c, _ := openChat(d, f, withMaya, 0)
	var got []string
	for _, it := range c.Items[1:] {
		s := "line"
		if it.Kind == ItemMessage {
			s = it.Message.Body
			if it.First {
				s = "(" + s
			}
			if it.Last {
				s += ")"
			}
		}
		got = append(got, s)
	}
	want := []string{"(0", "4.9", "9.8)", "(14.9)", "(15", "15.1)", "line", "(15.3)"}
	if !slices.Equal(got, want) {
		t.Fatalf("groups %q, want %q", got, want)
	}
}

func TestWhatAMessageShows(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	asked := f.put(withMaya, 9*time.Minute, model.Message{Text: "who comes?"})
	f.put(withMaya, 8*time.Minute, model.Message{
		Outgoing: true, State: model.StateRead, Text: "me, and @" + jonas.String() + " too", Quote: &model.QuoteRef{Author: maya, Timestamp: asked.Timestamp},
		Reactions: []model.Reaction{{Author: maya, Emoji: "🥰"}, {Author: myself, Emoji: "😮"}, {Author: jonas, Emoji: "🥰"}},
	})
	f.put(withMaya, 7*time.Minute, model.Message{Text: "@" + myself.String() + "!", Quote: &model.QuoteRef{Author: myself, Timestamp: 5}})
	f.put(withMaya, 6*time.Minute, model.Message{Outgoing: true, State: model.StateFailed, Failure: model.ReasonOffline, Text: "x"})
	f.put(withMaya, 5*time.Minute, model.Message{Kind: model.KindDeleted})
	f.put(withMaya, 4*time.Minute, model.Message{Text: "look", Attachments: []model.Attachment{{Name: "list.pdf", Size: 1_800_000}, {Type: "image/png"}}})
	c, _ := openChat(d, f, withMaya, 0)

	m := c.window[1]
	if m.State != ChatRead || m.Quote == nil || !m.Quote.Found || m.Quote.Message != asked.ID || m.Quote.Text != "who comes?" || m.Quote.Title != "Maya" {
		t.Errorf("reply %+v, quote %+v", m, m.Quote)
	}
	if n := m.Mentions[jonas.String()]; n.Label != "@Jonas" || n.Me || n.ID != jonas {
		t.Errorf("mention %+v", n)
	}
	if r := m.Reacts; len(r) != 2 || r[0].Emoji != "🥰" || r[0].Count != 2 || r[0].Mine || !r[1].Mine || !slices.Equal(r[0].Who, []string{"Maya", "Jonas"}) {
		t.Errorf("reactions %+v", r)
	}
	m = c.window[2]
	if q := m.Quote; q.Found || q.Text != text.T("chat.quote_gone") || q.Title != text.T("chat.you") || !m.Mentions[myself.String()].Me {
		t.Errorf("quote %+v, mentions %v", q, m.Mentions)
	}
	if m := c.window[3]; m.State != ChatFailed || m.Fail != "Not sent: no connection." {
		t.Errorf("failed message: %+v", m)
	}
	if m := c.window[4]; !m.Deleted || m.CanReply() || m.State != ChatNoState {
		t.Errorf("deleted message: %+v", m)
	}
	if m := c.window[5]; !slices.Equal(m.Files, []string{"list.pdf, 1.8 MB", "Picture"}) {
		t.Errorf("files %q", m.Files)
	}
	for i, want := range []bool{false, true, false, true, false, false} {
		if got := c.CanDeleteForEveryone(c.window[i]); got != want {
			t.Errorf("message %d can be deleted for everyone: %v", i, got)
		}
	}
}

func TestQuoteFollowsItsMessage(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	asked := f.put(withMaya, 9*time.Minute, model.Message{Text: "who comes?"})
	f.put(withMaya, 8*time.Minute, model.Message{Text: "me", Outgoing: true, Quote: &model.QuoteRef{Author: maya, Timestamp: asked.Timestamp}})
	c, _ := openChat(d, f, withMaya, 0)
	f.change(asked.ID, func(m *model.Message) { m.Kind, m.Text = model.KindDeleted, "" })
	c.changed([]engine.Event{engine.MessageChanged{Conversation: withMaya, Message: asked.ID}})
	d.idle(c)
	if got := c.window[1].Quote.Text; got != text.T("chat.deleted") {
		t.Fatalf("the quote says %q", got)
	}
	c.changed([]engine.Event{engine.MessageDeleted{Conversation: withMaya, Key: f.remove(asked.ID)}})
	d.idle(c)
	if q := c.window[0].Quote; q.Found || q.Text != text.T("chat.quote_gone") {
		t.Fatalf("the quote says %q", q.Text)
	}
}

func TestTimerRingEmpties(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	start := at(noon)
	f.put(withMaya, time.Minute, model.Message{Text: "a", Timer: model.Timer{Mode: model.ExpireAfterRead, Seconds: 3600}})
	f.put(withMaya, time.Minute, model.Message{Text: "b", Timer: model.Timer{Mode: model.ExpireAfterSend, Seconds: 3600}, ExpireStart: start, Expires: start + 3_600_000})
	c, s := openChat(d, f, withMaya, 0)
	left := func() [2]int { return [2]int{c.Items[1].TimerLeft, c.Items[2].TimerLeft} }
	if left() != [2]int{timerSteps, timerSteps} || !c.Items[1].Message.Timed {
		t.Fatalf("left %v", left())
	}
	told := len(s.places)
	// A minute without a visible change repaints nothing.
	pass := func() {
		d.clock.Advance(time.Minute)
		d.until("the tick", func() bool { return c.tickAt.After(d.clock.Now()) })
	}
	pass()
	if len(s.places) != told {
		t.Fatal("the list was told that nothing has changed")
	}
	for range 30 {
		pass()
	}
	if got := left(); got[0] != timerSteps || got[1] < 7 || got[1] > 8 {
		t.Fatalf("after half of its life %v sixteenths are left", got)
	}
}

func TestReadsOnlyWhatIsSeenByAnActiveWindow(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	for i := range 30 {
		f.put(withMaya, time.Duration(60-i)*time.Minute, model.Message{Text: fmt.Sprint(i), Unread: true})
	}
	c, _ := openChat(d, f, withMaya, 0)
	seen := func(n int) int { // item of message n
		for i, it := range c.Items {
			if it.Message != nil && it.Message.Body == fmt.Sprint(n) {
				return i
			}
		}
		t.Fatalf("no message %d", n)
		return 0
	}
	c.Visible(0, seen(9))
	d.idle(c)
	if got := f.said("read"); len(got) != 0 {
		t.Fatalf("read %q without the focus", got)
	}
	c.Active(true)
	d.idle(c)
	if got, want := f.said("read"), fmt.Sprintf("read Maya %d", c.Items[seen(9)].Message.sent); len(got) != 1 || got[0] != want {
		t.Fatalf("read %q, want %q", got, want)
	}
	c.changed([]engine.Event{engine.ReadChanged{Conversation: withMaya}})
	d.idle(c)
	if c.Head.Unread != 20 {
		t.Fatalf("%d unread", c.Head.Unread)
	}
	c.Visible(0, len(c.Items)-1)
	d.idle(c)
	c.changed([]engine.Event{engine.ReadChanged{Conversation: withMaya}})
	d.idle(c)
	if got := f.said("read"); len(got) != 2 || c.Head.Unread != 0 {
		t.Fatalf("read %q, %d unread", got, c.Head.Unread)
	}
	// The line stays until one leaves or writes.
	if !slices.Contains(rows(c), "new") {
		t.Fatal("the line of new messages is gone")
	}
	write(c, "ok")
	c.Send()
	if slices.Contains(rows(c), "new") {
		t.Fatal("the line of new messages stays after an answer")
	}
}

func TestNewMessagesBehindTheWindow(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 3)
	c, _ := openChat(d, f, withMaya, 0)
	c.Active(true)
	c.Visible(0, len(c.Items)-1)
	arrive := func(text string) {
		m := f.put(withMaya, 0, model.Message{Text: text, Unread: true, Timestamp: at(d.clock.Now())})
		d.clock.Advance(time.Second)
		c.changed([]engine.Event{engine.MessageAdded{Conversation: withMaya, Message: m.ID}, engine.ConversationChanged{Conversation: withMaya}})
		d.idle(c)
		c.Visible(0, len(c.Items)-1)
		d.idle(c)
	}
	arrive("seen")
	if slices.Contains(rows(c), "new") {
		t.Fatal("a line though the message was seen at once")
	}
	c.Active(false)
	arrive("one")
	arrive("two")
	want := []string{"< seen", "new", "< one", "< two"}
	if got := rows(c); !slices.Equal(got[len(got)-4:], want) {
		t.Fatalf("rows %q", got)
	}
}

func TestDeleteWithUndo(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 4)
	c, _ := openChat(d, f, withMaya, 0)
	id := c.window[1].ID
	c.Hold(id)
	if got := rows(c); slices.Contains(got, "< text 1") {
		t.Fatalf("still there: %q", got)
	}
	c.Restore(id)
	if got := rows(c); !slices.Contains(got, "< text 1") {
		t.Fatalf("not back: %q", got)
	}
	c.DeleteHeld(id)
	c.Hold(id)
	c.DeleteHeld(id)
	waitFor(t, "deleted", func() bool { return len(f.said("delete")) == 1 })
	if got := f.said("delete")[0]; got != fmt.Sprintf("delete [%v] false", id) {
		t.Fatalf("asked %q", got)
	}
	other := c.window[2].ID
	c.Hold(other)
	c.Leave()
	waitFor(t, "deleted when left", func() bool { return len(f.said("delete")) == 2 })
}

func TestGone(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 1)
	c, s := openChat(d, f, withMaya, 0)
	f.mu.Lock()
	delete(f.chats, withMaya)
	delete(f.messages, withMaya)
	f.mu.Unlock()
	c.changed([]engine.Event{engine.ConversationChanged{Conversation: withMaya}})
	d.until("told", func() bool { return s.gone > 0 })
}

func TestBurstCostsFewReadings(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 5)
	c, s := openChat(d, f, withMaya, 0)
	told := len(s.places)
	for i := range 50 {
		m := f.put(withMaya, 0, model.Message{Text: fmt.Sprint("burst ", i), Timestamp: at(noon) + model.Millis(i)})
		c.changed([]engine.Event{engine.MessageAdded{Conversation: withMaya, Message: m.ID}})
	}
	d.idle(c)
	if got := len(s.places) - told; got > 4 {
		t.Fatalf("the list changed %d times", got)
	}
	whole(t, f, c)
	if len(c.window) != 55 {
		t.Fatalf("%d messages", len(c.window))
	}
}

func TestResyncReadsAll(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 10)
	c, _ := openChat(d, f, withMaya, 0)
	f.remove(c.window[3].ID)
	f.put(withMaya, 0, model.Message{Text: "late"})
	c.changed([]engine.Event{engine.Resync{}})
	d.idle(c)
	whole(t, f, c)
	if got := rows(c); got[len(got)-1] != "< late" || slices.Contains(got, "> text 3") {
		t.Fatalf("rows %q", got)
	}
}

func TestHead(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	c, _ := openChat(d, f, withMaya, 0)
	show := func(change func(r *model.Conversation)) string {
		f.mu.Lock()
		change(f.chats[withMaya])
		f.mu.Unlock()
		c.changed([]engine.Event{engine.ConversationChanged{Conversation: withMaya}, engine.StatusChanged{}, engine.TypingChanged{Conversation: withMaya}})
		d.idle(c)
		return c.Head.Title + ": " + c.Head.Subtitle
	}
	for _, row := range []struct {
		want   string
		change func(r *model.Conversation)
	}{
		{"Maya: Last synced just now", func(*model.Conversation) {}},
		{"Maya: Last synced 7 minutes ago", func(*model.Conversation) { f.status.LastSync = at(noon.Add(-7 * time.Minute)) }},
		{"Maya: Last synced at 08:15", func(*model.Conversation) { f.status.LastSync = at(noon.Add(-225 * time.Minute)) }},
		{"Maya: Last synced at Sun", func(*model.Conversation) { f.status.LastSync = at(noon.Add(-72 * time.Hour)) }},
		{"Maya: Connecting…", func(*model.Conversation) { f.status.LastSync = 0 }},
		{"Maya: No connection", func(*model.Conversation) { f.status.Connection = model.Offline }},
		{"Maya: typing…", func(*model.Conversation) { f.typing[withMaya] = true }},
		{"M: typing…", func(r *model.Conversation) { r.Nickname = "M" }},
		{"M: Blocked", func(r *model.Conversation) { r.Blocked = true }},
	} {
		if got := show(row.change); got != row.want {
			t.Errorf("the head says %q, want %q", got, row.want)
		}
	}
	f.set(func() { f.typing[withMaya] = false })
	if got := show(func(r *model.Conversation) { r.Blocked, r.Approved = false, false }); got != "M: Message request" || c.Head.Request != model.RequestIncoming {
		t.Errorf("the head of a request says %q", got)
	}
}

func TestFindInConversation(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 600)
	c, s := openChat(d, f, withMaya, 0)
	c.OpenFind()
	c.FindText("text 12") // 12, 120 … 129
	d.until("found", func() bool { return c.Find.Done })
	d.idle(c)
	if c.Find.Count() != 11 || c.Find.At() != 1 {
		t.Fatalf("found %d, at %d", c.Find.Count(), c.Find.At())
	}
	shows := func(want string) {
		t.Helper()
		d.idle(c)
		for _, it := range c.Items {
			if it.Marked {
				if it.Message.Body != want || s.last().Key != it.Key || !s.last().Centre {
					t.Fatalf("shows %q at %+v, want %q", it.Message.Body, s.last(), want)
				}
				return
			}
		}
		t.Fatalf("nothing is marked, want %q", want)
	}
	shows("text 129")
	c.FindStep(1)
	shows("text 128")
	c.FindStep(-1)
	c.FindStep(-1)
	shows("text 12")
	whole(t, f, c)
	c.CloseFind()
	for _, it := range c.Items {
		if it.Marked {
			t.Fatal("something is marked though nothing is searched for")
		}
	}
}

// Of two searches the later counts, though its answer may come first.
func TestFindTakesTheLastQuestion(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 20)
	c, _ := openChat(d, f, withMaya, 0)
	gate := make(chan struct{})
	asked := make(chan string, 10)
	f.search = func(q model.Query) ([]model.Hit, error) {
		asked <- q.Text
		<-gate
		if q.Text == "text 1" {
			return []model.Hit{{Message: f.messages[withMaya][1].ID}}, nil
		}
		return []model.Hit{{Message: f.messages[withMaya][2].ID}}, nil
	}
	c.OpenFind()
	c.FindText("te")
	<-asked
	c.FindText("text")
	c.FindText("text 1")
	close(gate)
	d.until("found", func() bool { return c.Find.Done })
	d.idle(c)
	if c.marked() != f.messages[withMaya][1].ID {
		t.Fatalf("shows %v", c.marked())
	}
	if got := <-asked; got != "text 1" || len(asked) != 0 {
		t.Fatalf("asked for %q in between", got)
	}
}

func TestMarkedAsUnread(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 3)
	f.chats[withMaya].MarkedUnread = true
	c, _ := openChat(d, f, withMaya, 0)
	c.Active(true)
	c.Visible(0, 3)
	d.idle(c)
	if got := f.said("read"); len(got) != 1 {
		t.Fatalf("opening it did not read it: %q", got)
	}
	// Marked again while it is open: it stays marked until it is opened again.
	c.changed([]engine.Event{engine.ReadChanged{Conversation: withMaya}})
	d.idle(c)
	if got := f.said("read"); len(got) != 1 {
		t.Fatalf("being open read it: %q", got)
	}
}

func TestLateMessageIsRead(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.put(withMaya, 10*time.Minute, model.Message{Text: "a"})
	f.put(withMaya, 5*time.Minute, model.Message{Text: "c", Unread: true})
	c, _ := openChat(d, f, withMaya, 0)
	c.Active(true)
	c.Visible(0, len(c.Items)-1)
	d.idle(c)
	late := f.put(withMaya, 7*time.Minute, model.Message{Text: "b", Unread: true})
	c.changed([]engine.Event{engine.MessageAdded{Conversation: withMaya, Message: late.ID}, engine.ConversationChanged{Conversation: withMaya}})
	d.idle(c)
	c.Visible(0, len(c.Items)-1)
	d.idle(c)
	if r, _ := f.Conversation(withMaya); r.Unread != 0 {
		t.Fatalf("%d unread, read: %q", r.Unread, f.said("read"))
	}
}
