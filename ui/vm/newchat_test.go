package vm

import (
	"context"
	"strings"
	"testing"

	"sotto/engine/model"
)

// fakeBook knows people and names. A look-up answers when the test lets it.
type fakeBook struct {
	people []model.Conversation
	names  map[string]model.ID
	gate   chan struct{}
	asked  chan string
}

func (f *fakeBook) Contacts() []model.Conversation { return f.people }

func (f *fakeBook) StartConversation(_ context.Context, id model.ID) (model.ConversationID, error) {
	return model.ConversationOf(id), nil
}

func (f *fakeBook) ResolveName(ctx context.Context, name string) (model.ID, error) {
	f.asked <- name
	select {
	case <-f.gate:
	case <-ctx.Done():
		return model.ID{}, ctx.Err()
	}
	if id, ok := f.names[name]; ok {
		return id, nil
	}
	return model.ID{}, model.Fail(model.ReasonNotFound, "no such name", nil)
}

func newBook(t *testing.T) (*desktop, *fakeBook, *Beginning, *[]model.ConversationID) {
	f := &fakeBook{names: map[string]model.ID{"lina": realID}, gate: make(chan struct{}), asked: make(chan string, 9)}
	f.people = []model.Conversation{
		{ID: model.ConversationOf(someone(1)), Name: "Ana", Nickname: "Anouk"},
		{ID: model.ConversationOf(someone(2)), Name: "Jonas"},
	}
	d := newDesktop(t)
	b := NewBeginning(d.Desk, f)
	d.until("contacts", b.Known)
	var opened []model.ConversationID
	b.Opened = func(id model.ConversationID) { opened = append(opened, id) }
	return d, f, b, &opened
}

// realID is an id that is a point of the curve.
var realID, _ = model.ParseID("0588122eb3c4be6e964cb3f8a0f836434fa0a172f751eb61ef09715695cfd7b140")

func TestBeginBySessionID(t *testing.T) {
	d, _, b, opened := newBook(t)
	b.SetText("  " + strings.ToUpper(realID.String()) + "\n")
	b.Go()
	d.until("opened", func() bool { return len(*opened) == 1 })
	if (*opened)[0] != model.ConversationOf(realID) {
		t.Errorf("opened %v", *opened)
	}
}

func TestBeginByName(t *testing.T) {
	d, f, b, opened := newBook(t)
	b.SetText("lina")
	b.Go()
	if !b.Busy || b.Hint == "" {
		t.Error("does not show that it looks")
	}
	close(f.gate)
	d.until("opened", func() bool { return len(*opened) == 1 })
	if b.Busy || (*opened)[0] != model.ConversationOf(realID) {
		t.Errorf("opened %v", *opened)
	}
}

func TestUnknownNameSaysSo(t *testing.T) {
	d, f, b, _ := newBook(t)
	close(f.gate)
	b.SetText("nobody")
	b.Go()
	d.until("answered", func() bool { return !b.Busy })
	if b.Problem != "Nobody has this name. Check the spelling, or ask for the Session ID." {
		t.Errorf("says %q", b.Problem)
	}
}

// Typing on while a name is looked up drops the answer, also when it is good.
func TestLateAnswerIsDropped(t *testing.T) {
	d, f, b, opened := newBook(t)
	b.SetText("lina")
	b.Go()
	<-f.asked
	b.SetText("linak")
	if b.Busy {
		t.Error("still looks for a name that is no more")
	}
	b.Go()
	<-f.asked
	close(f.gate)
	d.until("answered", func() bool { return !b.Busy })
	if len(*opened) != 0 || b.Problem == "" {
		t.Errorf("opened %v, says %q", *opened, b.Problem)
	}
}

func TestWhatCannotBeWrittenTo(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{"05zz zz", "neither"},
		{"03" + realID.String()[2:], "group"},
		{realID.String()[:65], "neither"},
	} {
		_, _, b, opened := newBook(t)
		b.SetText(c.text)
		b.Go()
		if b.Busy || len(*opened) > 0 || !strings.Contains(b.Problem, c.says) {
			t.Errorf("%q: says %q", c.text, b.Problem)
		}
	}
}

// TestCommunityLeadsToJoining: the address of a community is no mistake.
func TestCommunityLeadsToJoining(t *testing.T) {
	address := "https://open.example/room?public_key=" + strings.Repeat("ab", 32)
	_, _, b, _ := newBook(t)
	var joined string
	b.Community = func(url string) { joined = url }
	b.SetText(address)
	b.Go()
	if joined != address || b.Problem != "" {
		t.Errorf("leads to %q, says %q", joined, b.Problem)
	}
}

func TestPeopleAreFoundByEitherName(t *testing.T) {
	_, _, b, _ := newBook(t)
	for text, n := range map[string]int{"": 2, "ANO": 1, "an": 1, "jon": 1, "x": 0} {
		b.SetText(text)
		if got := len(b.People()); got != n {
			t.Errorf("%q finds %d, want %d", text, got, n)
		}
	}
}

func TestCodeWithoutAnID(t *testing.T) {
	d, _, b, opened := newBook(t)
	b.Use("https://example.com/menu")
	if b.Problem == "" || len(*opened) > 0 {
		t.Error("a menu card is taken for a person")
	}
	b.Use(realID.String())
	d.until("opened", func() bool { return len(*opened) == 1 })
}
