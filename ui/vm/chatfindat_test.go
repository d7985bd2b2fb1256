package vm

import (
	"testing"

	"sotto/engine/model"
)

// What a search everywhere has found stays marked when it is opened, and the
// search goes on from there in the conversation.
func TestFindGoesOnWhereASearchEverywhereLedTo(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 600)
	var hit model.Message
	for _, m := range f.messages[withMaya] {
		if m.Text == "text 125" {
			hit = m
		}
	}
	c, _ := openChat(d, f, withMaya, hit.ID)
	c.FindAt("text 12", hit.ID)
	d.until("found", func() bool { return c.Find.Done })
	d.idle(c)
	marked := func(want string) {
		t.Helper()
		for _, it := range c.Items {
			if it.Marked != (it.Message != nil && it.Message.Body == want) {
				t.Errorf("%+v is marked: %v", it.Message, it.Marked)
			}
		}
	}
	marked("text 125")
	if c.Find.Count() != 11 || c.Find.At() != 5 || c.Find.Text != "text 12" {
		t.Errorf("at %d of %d for %q", c.Find.At(), c.Find.Count(), c.Find.Text)
	}
	c.FindStep(1)
	d.idle(c)
	marked("text 124")
	whole(t, f, c)

	// A message that is gone by now leaves no search behind.
	c.FindAt("text 12", 999_999)
	d.until("closed", func() bool { return !c.Find.Open })
}
