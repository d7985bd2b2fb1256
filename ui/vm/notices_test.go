package vm

import (
	"slices"
	"strings"
	"testing"

	"sotto/engine"
	"sotto/engine/model"
	system "sotto/internal/desktop"
)

// Avatar implements NoticesEngine: nobody has a picture.
func (f *fakeEngine) Avatar(model.ConversationID) ([]byte, bool) { return nil, false }

// board is the desktop of a test.
type board struct {
	*desktop
	f       *fakeEngine
	n       *Notices
	choice  *Settings
	shown   []system.Notice
	gone    []string
	looking model.ConversationID
}

func newBoard(t *testing.T) *board {
	d := newDesktop(t)
	b := &board{desktop: d, f: newFake(t, d.clock), choice: &Settings{Loaded: true}}
	b.n = NewNotices(d.Desk, b.f, b.choice, d.clock)
	b.n.Show = func(n system.Notice) { b.shown = append(b.shown, n) }
	b.n.Withdraw = func(key string) { b.gone = append(b.gone, key) }
	b.n.InView = func(conv model.ConversationID) bool { return conv == b.looking }
	b.n.SettingsChanged()
	return b
}

// hears has messages arrive at once and waits for what is shown.
func (b *board) hears(conv model.ConversationID, texts ...string) system.Notice {
	b.t.Helper()
	var events []engine.Event
	for _, text := range texts {
		m := b.f.put(conv, 0, model.Message{Text: text, Unread: true})
		events = append(events, engine.Notify{Conversation: conv, Message: m.ID})
	}
	before := len(b.shown)
	b.n.changed(events)
	b.until("a notification", func() bool { return len(b.shown) > before })
	return b.shown[len(b.shown)-1]
}

func TestNoticesCountAndGo(t *testing.T) {
	b := newBoard(t)
	conv := model.ConversationOf(maya)
	first := b.hears(conv, "Good morning")
	if first.Title != "Maya" || first.Body != "Good morning" || first.Silent || first.Read == "" || first.Reply == "" || strings.Contains(first.Key, string(conv)) {
		t.Errorf("first: %+v", first)
	}
	second := b.hears(conv, "are you up", "it is nine")
	if second.Key != first.Key || second.Title != "Maya (3)" || second.Body != "it is nine" || !second.Silent {
		t.Errorf("a moment later: %+v", second)
	}
	other := b.hears(model.ConversationOf(jonas), "Hello")
	if other.Key == first.Key || other.Title != "Jonas" {
		t.Errorf("of another conversation: %+v", other)
	}
	b.clock.Advance(soundGap)
	if n := b.hears(conv, "still there?"); n.Silent {
		t.Errorf("later: %+v", n)
	}

	// The newest was deleted: what is left is told, without a sound.
	list := b.f.messages[conv]
	key := b.f.remove(list[len(list)-1].ID)
	before := len(b.shown)
	b.n.changed([]engine.Event{engine.MessageDeleted{Conversation: conv, Key: key}})
	b.until("the rest", func() bool { return len(b.shown) > before })
	if n := b.shown[before]; n.Title != "Maya (3)" || n.Body != "it is nine" || !n.Silent {
		t.Errorf("after a deletion: %+v", n)
	}
	// Read on another device.
	b.f.MarkRead(t.Context(), conv, at(noon))
	b.n.changed([]engine.Event{engine.ReadChanged{Conversation: conv}})
	b.until("it to go", func() bool { return slices.Contains(b.gone, first.Key) })
	if slices.Contains(b.gone, other.Key) {
		t.Error("that of another conversation went, too")
	}
	if n := b.hears(conv, "and now"); n.Title != "Maya" || n.Key == first.Key {
		t.Errorf("counts what was read: %+v", n)
	}
}

func TestNoticesTellNoMoreThanChosen(t *testing.T) {
	b := newBoard(t)
	conv, other := model.ConversationOf(maya), model.ConversationOf(jonas)
	telling := b.hears(conv, "a secret")
	SetNotifyContent(&b.choice.Now, NotifyName)
	b.n.SettingsChanged()
	if !slices.Contains(b.gone, telling.Key) {
		t.Error("what tells more than is wanted stays")
	}
	if n := b.hears(conv, "a secret"); n.Title != "Maya" || n.Body != "New message" {
		t.Errorf("the name: %+v", n)
	}
	if n := b.hears(conv, "another"); n.Body != "2 new messages" {
		t.Errorf("the name of two: %+v", n)
	}
	SetNotifyContent(&b.choice.Now, NotifyNothing)
	b.n.SettingsChanged()
	one := b.hears(conv, "a secret")
	two := b.hears(other, "a secret")
	if one.Title != "New message" || one.Body != "" || one.Read != "" || two.Key != one.Key || two.Title != "2 new messages" {
		t.Errorf("nothing: %+v, %+v", one, two)
	}
	if conv, ours := b.n.Pressed(system.Pressed{Key: two.Key}); !ours || conv != other {
		t.Errorf("a press leads to %q", conv)
	}
	b.choice.Now.NotificationsOff = true
	b.n.SettingsChanged()
	if !slices.Contains(b.gone, one.Key) {
		t.Error("notifications stay though they are off")
	}
	m := b.f.put(conv, 0, model.Message{Text: "x", Unread: true})
	if b.n.take(engine.Notify{Conversation: conv, Message: m.ID}) {
		t.Error("told though notifications are off")
	}
}

func TestNoNoticeOfWhatIsInView(t *testing.T) {
	b := newBoard(t)
	conv := model.ConversationOf(maya)
	b.looking = conv
	m := b.f.put(conv, 0, model.Message{Text: "x", Unread: true})
	if b.n.take(engine.Notify{Conversation: conv, Message: m.ID}) {
		t.Error("told of a conversation that somebody looks at")
	}
	b.hears(model.ConversationOf(jonas), "Hello")
}

func TestAnswerFromANotice(t *testing.T) {
	b := newBoard(t)
	conv := model.ConversationOf(maya)
	n := b.hears(conv, "Coming?")
	if conv, ours := b.n.Pressed(system.Pressed{Key: n.Key, Button: system.ButtonReply, Reply: "Yes"}); conv != "" || !ours {
		t.Errorf("opens %q", conv)
	}
	b.until("the answer and the reading", func() bool { return len(b.f.said("read Maya")) == 1 })
	list := b.f.messages[conv]
	if last := list[len(list)-1]; !last.Outgoing || last.Text != "Yes" {
		t.Errorf("the last message: %+v", last)
	}
	if _, ours := b.n.Pressed(system.Pressed{Key: n.Key}); ours {
		t.Error("a notification that went can be pressed")
	}
}
