package app

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"

	"sotto/engine/model"
	"sotto/ui/widget"
)

func (u *user) composed() string {
	return widget.Find(u.w.Canvas(), "composer.text").(interface{ Text() string }).Text()
}

// What is typed after a switch belongs to the conversation switched to, also
// while the one before is still on the screen.
func TestTypingAheadOfTheNextConversation(t *testing.T) {
	u := open(t, newHouse(t))
	u.signsUp()
	s := u.w.session
	var maya model.ID
	maya[0], maya[1] = 0x05, 0x17
	other, err := s.engine.StartConversation(context.Background(), maya)
	if err != nil {
		t.Fatal(err)
	}
	self, err := s.engine.StartConversation(context.Background(), s.engine.Me().ID)
	if err != nil {
		t.Fatal(err)
	}
	opened := func(conv model.ConversationID) {
		t.Helper()
		u.w.post.pump(patienceOfTests, func() bool { return s.open == conv && s.coming == nil })
		if s.open != conv {
			t.Fatalf("%s is open, not %s", s.open, conv)
		}
	}
	s.openAt(self, 0)
	opened(self)
	u.types("for me")
	s.openAt(other, 0)
	if s.open != self {
		t.Fatal("the conversation before left the screen before its successor was read")
	}
	u.types("hello ")
	u.key(fyne.KeyBackspace)
	if got := u.composed(); got != "for me" {
		t.Errorf("the conversation before got %q", got)
	}
	opened(other)
	u.types("!")
	if got := u.composed(); got != "hello!" {
		t.Errorf("the composer has %q", got)
	}
	s.openAt(self, 0)
	opened(self)
	if got := u.composed(); got != "for me" {
		t.Errorf("the draft is %q", got)
	}
}
