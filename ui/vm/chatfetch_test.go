package vm

import (
	"context"
	"slices"
	"testing"
	"time"

	"sotto/engine"
	"sotto/engine/model"
)

// Download implements ChatEngine: the wish is noted.
func (f *fakeEngine) Download(_ context.Context, id model.MessageID, index int) error {
	f.change(id, func(m *model.Message) {
		a, _ := m.File(index)
		a.Wanted, a.Failure = true, model.ReasonNone
	})
	return f.command("download %d", index)
}

// What the user asked for and cannot be had is said in one sentence, once; what
// fails by itself only shows.
func TestFetchTellsWhatCameOfIt(t *testing.T) {
	for reason, want := range map[model.Reason]struct{ line, sentence string }{
		model.ReasonOffline:    {"Not fetched: no connection", "The file could not be fetched: no connection. Try again once you are online."},
		model.ReasonDamaged:    {"Not fetched: damaged", "The file is damaged and was not kept. Ask for it to be sent again."},
		model.ReasonDisk:       {"Not fetched: no room", "There is no room on the disk. Make some, then try again."},
		model.ReasonExpired:    {"No longer on the server", "The server keeps files for some weeks only. Ask for it to be sent again."},
		model.ReasonNotAllowed: {"Not fetched: unknown server", "This file lies on a server that Sotto does not know. Ask for it to be sent again."},
		model.ReasonRejected:   {"Not fetched: refused", "The file server refused to give this file. Try again later."},
		model.ReasonTooLarge:   {"Not fetched: too large", "The file is larger than the network carries. Ask for a smaller one."},
		model.ReasonInvalid:    {"Not fetched", "The message does not say enough to fetch this file. Ask for it to be sent again."},
	} {
		d := newDesktop(t)
		f := newFake(t, d.clock)
		m := f.put(withMaya, time.Minute, model.Message{Text: "here", Attachments: []model.Attachment{{Name: "report.pdf", Type: "application/pdf", Size: 5000}}})
		c, v := openChat(d, f, withMaya, 0)
		d.idle(c)
		fails := func() {
			t.Helper()
			f.change(m.ID, func(m *model.Message) { m.Attachments[0].Wanted, m.Attachments[0].Failure = false, reason })
			c.changed([]engine.Event{engine.MessageChanged{Conversation: withMaya, Message: m.ID}})
			d.idle(c)
		}
		fails()
		if len(v.notices) != 0 {
			t.Errorf("%v: said without being asked: %q", reason, v.notices)
		}
		file := c.message(m.ID).Media[0]
		if line, bad := file.Line(); line != want.line || !bad {
			t.Errorf("%v: the row says %q, want %q", reason, line, want.line)
		}
		f.change(m.ID, func(m *model.Message) { m.Attachments[0].Failure = model.ReasonNone })
		c.Fetch(c.message(m.ID), 0)
		d.until("the wish", func() bool { return len(f.said("download")) == 1 })
		c.changed([]engine.Event{engine.MessageChanged{Conversation: withMaya, Message: m.ID}})
		d.idle(c)
		if len(v.notices) != 0 || c.message(m.ID).Media[0].State != model.FileWaiting {
			t.Errorf("%v: said before it ended: %q", reason, v.notices)
		}
		fails()
		fails()
		if !slices.Equal(v.notices, []string{want.sentence}) {
			t.Errorf("%v: said %q, want %q", reason, v.notices, want.sentence)
		}
		c.Leave()
	}
}

// What could not be sent says whether it was the text or a file.
func TestFailedFilesAreNotTooLong(t *testing.T) {
	text := told(t, model.Message{Outgoing: true, State: model.StateFailed, Failure: model.ReasonTooLarge, Text: "long"})
	file := told(t, model.Message{Outgoing: true, State: model.StateFailed, Failure: model.ReasonTooLarge, Attachments: []model.Attachment{{Name: "film.mp4", LocalID: "x"}}})
	if text.Fail != "Not sent: it is too long." || file.Fail != "Not sent: a file is too large." {
		t.Errorf("%q and %q", text.Fail, file.Fail)
	}
}
