package engine

import (
	"context"
	"strings"
	"unicode/utf8"

	"sotto/engine/model"
	"sotto/engine/protocol/wire"
)

// SendText sends a text, maybe as a reply. It returns when message and sealed
// bytes are stored; the message is then queued and goes out as soon as the
// network allows, also after a restart. The conversation's draft is cleared.
//
// A preview whose link is in the text goes along, to people with its picture.
//
// Writing to an account approves it; when it is an incoming request, the request
// is accepted first. Errors: ReasonInvalid (nothing to send), ReasonTooLarge
// (above MaxText code points), ReasonNotAllowed (blocked; a group that the
// account is not in, or whose keys have not arrived yet; a whisper by somebody
// who is no moderator).
func (e *Engine) SendText(ctx context.Context, conv model.ConversationID, draft model.Draft) (model.MessageID, error) {
	text := strings.ToValidUTF8(draft.Text, "\ufffd")
	switch {
	case strings.TrimSpace(text) == "":
		return 0, fail(model.ReasonInvalid, "the message is empty")
	case utf8.RuneCountInString(text) > MaxText:
		return 0, fail(model.ReasonTooLarge, "the message is longer than 2000 characters")
	}
	preview := draftPreview(draft.Preview, text)
	if preview != nil && len(draft.Preview.Image) > 0 {
		if id, sent, err := e.sendPictured(ctx, conv, model.Message{Kind: model.KindText, Text: text, Quote: draft.Quote, Preview: preview}, draft.Preview.Image); sent {
			return id, err
		}
	}
	var id model.MessageID
	err := e.update(ctx, func(w *work) error {
		c, to, err := w.target(conv)
		if err != nil {
			return err
		}
		if err := w.mayWhisper(conv, draft.Whisper); err != nil {
			return err
		}
		content := wire.NewText(text)
		if preview != nil {
			p, err := w.wirePreview(nil, preview)
			if err != nil {
				return err
			}
			content.DataMessage.Preview = []*wire.Preview{p}
		}
		if q := draft.Quote; q != nil {
			content.DataMessage.Quote = &wire.Quote{
				ID: wire.Some(uint64(w.quoted(conv, q))), Author: wire.Some(q.Author.String()),
			}
		}
		m := &model.Message{Kind: model.KindText, Text: text, Quote: draft.Quote, Preview: preview, Whisper: draft.Whisper, Timer: c.Timer}
		c.Draft = model.Draft{}
		w.then(func() { delete(w.typing.own, conv) }) // the message itself says that typing is over
		id, err = w.sendMessage(c, to, m, content)
		return err
	})
	return id, err
}

// sendMessage stores an outgoing message and queues it, in this transaction.
func (w *work) sendMessage(c *conversation, to model.ID, m *model.Message, content *wire.Content) (model.MessageID, error) {
	sent, err := w.stamp()
	if err != nil {
		return 0, err
	}
	return w.sendAt(sent, c, to, m, content)
}

// sendAt is sendMessage with a sent time that was given out before.
func (w *work) sendAt(sent model.Millis, c *conversation, to model.ID, m *model.Message, content *wire.Content) (id model.MessageID, err error) {
	m.Conversation, m.Sender, m.Outgoing = c.ID, w.me, true
	var room model.ConversationID
	if rm := w.room(c.ID); rm != nil {
		m.Sender, m.Timer, room = rm.server.me, model.Timer{}, c.ID
	}
	m.Timestamp, m.Received, m.State = sent, w.now, model.StateQueued
	if _, err := w.tx.AddMessage(m); err != nil {
		return 0, err
	}
	m.Hash, err = w.enqueue(outgoing{
		to: to, content: content, sent: sent, timer: m.Timer, message: m.ID, timed: room == "", room: room,
		profile: m.Kind == model.KindText || m.Kind == model.KindInvitation, whisper: m.Whisper,
	})
	if err != nil {
		return 0, err
	}
	if err := w.tx.PutMessage(*m); err != nil {
		return 0, err
	}
	w.active(c, sent)
	c.changed = true
	w.emit(MessageAdded{c.ID, m.ID})
	return m.ID, nil
}

// quoted is the time by which others know a message that is quoted: in a
// community that of the server.
func (w *work) quoted(conv model.ConversationID, q *model.QuoteRef) model.Millis {
	if w.room(conv) != nil {
		if m, ok := w.tx.FindMessage(conv, model.MessageKey{Sender: q.Author, Timestamp: q.Timestamp}); ok {
			if _, posted, ok := parseRoomRef(m.Hash); ok {
				return posted
			}
		}
	}
	return q.Timestamp
}

// Retry sends a failed message again, with the bytes it had before. A message
// that still waits is tried at once.
func (e *Engine) Retry(ctx context.Context, id model.MessageID) error {
	return e.update(ctx, func(w *work) error {
		m, err := w.message(id)
		if err != nil {
			return err
		}
		found := false
		for _, r := range w.tx.OutboxOf(id) {
			if r.Kind != rowMessage && r.Kind != rowSelf && r.Kind != rowPost && r.Kind != rowCall && r.Kind != rowUpload {
				continue
			}
			found = true
			if r.State == rowReady {
				continue
			}
			r.State = rowReady
			r.Attempts++ // asked for by the user: no longer too old to be sent
			if err := w.tx.PutOutbox(r); err != nil {
				return err
			}
			w.then(func() { w.out.setState(r) })
		}
		if !found {
			return fail(model.ReasonNotAllowed, "this message does not wait to be sent")
		}
		w.then(w.out.hurry)
		w.then(w.files.hurry)
		m.State, m.Failure, m.NextTry = model.StateQueued, model.ReasonNone, 0
		return w.putMessage(m)
	})
}

// message returns a stored message; none is ReasonNotFound.
func (w *work) message(id model.MessageID) (model.Message, error) {
	m, ok := w.tx.Message(id)
	if !ok {
		return m, fail(model.ReasonNotFound, "there is no such message")
	}
	return m, nil
}
