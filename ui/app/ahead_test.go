package app

import (
	"context"
	"testing"

	"sotto/engine/model"
)

// TestNeighboursArePrepared waits in a conversation until the next one is
// prepared: opening it shows it at once, also after something has changed in it.
func TestNeighboursArePrepared(t *testing.T) {
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
	prepared := func(conv model.ConversationID) {
		t.Helper()
		u.w.post.pump(patienceOfTests, func() bool {
			i := s.ahead.find(conv)
			return i >= 0 && s.ahead.kept[i].first != nil
		})
		if i := s.ahead.find(conv); i < 0 || s.ahead.kept[i].first == nil {
			t.Fatal("the neighbour is not prepared")
		}
	}
	s.openAt(self, 0)
	u.waits("composer.text")
	s.ahead.near(other) // the pointer is on its row
	prepared(other)
	if u.composed() != "" {
		t.Fatalf("the composer has %q", u.composed())
	}
	s.openAt(other, 0)
	if s.open != other || s.coming != nil {
		t.Fatalf("%q is open, %q was prepared", s.open, other)
	}
	u.types("a draft") // as in any other

	s.openAt(self, 0)
	u.w.post.pump(patienceOfTests, func() bool { return s.open == self })
	s.ahead.near(other)
	prepared(other)
	if err := s.engine.SaveDraft(t.Context(), other, model.Draft{Text: "from elsewhere"}); err != nil {
		t.Fatal(err)
	}
	s.openAt(other, 0)
	u.w.post.pump(patienceOfTests, func() bool { return s.open == other })
	if got := u.composed(); got != "from elsewhere" {
		t.Errorf("the composer has %q: it was prepared before that", got)
	}
}
