package engine

import (
	"context"

	"sotto/engine/model"
	"sotto/engine/protocol/wire"
)

// Delete deletes messages. Without everyone they go from this profile only.
// With everyone, own messages in a conversation with a contact or a group become
// "this message was deleted" on all sides, and notes to self go from all own
// devices. Admins of a group can do it to all messages there; somebody else's
// message is otherwise ReasonNotAllowed, and then nothing is deleted at all. A message that was never sent just goes. Unknown ids are passed over.
func (e *Engine) Delete(ctx context.Context, ids []model.MessageID, everyone bool) error {
	return e.update(ctx, func(w *work) error {
		for _, id := range ids {
			m, ok := w.tx.Message(id)
			if !ok {
				continue
			}
			if err := w.deleteOne(m, everyone); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *work) deleteOne(m model.Message, everyone bool) error {
	if !everyone {
		if err := w.cancel(m); err != nil {
			return err
		}
		return w.remove(m)
	}
	if rm := w.room(m.Conversation); rm != nil {
		return w.deleteInRoom(rm, m)
	}
	if c := w.find(m.Conversation); c != nil && c.Kind == model.KindGroup {
		return w.deleteInGroup(m)
	}
	note := m.Conversation == w.self
	if !m.Outgoing && !note {
		return fail(model.ReasonNotAllowed, "only own messages can be deleted for everyone")
	}
	if m.Kind == model.KindDeleted {
		return w.remove(m)
	}
	if w.untouched(m) {
		if err := w.cancel(m); err != nil {
			return err
		}
		return w.remove(m)
	}
	if err := w.cancel(m); err != nil {
		return err
	}
	to, err := recipient(m.Conversation)
	if err != nil {
		return err
	}
	sent, err := w.stamp()
	if err != nil {
		return err
	}
	_, err = w.enqueue(outgoing{
		to: to, sent: sent, aside: true, content: wire.NewUnsend(w.me.String(), uint64(m.Timestamp)),
	})
	if err != nil {
		return err
	}
	if m.Hash != "" {
		if err := w.queueDelete([]string{m.Hash}); err != nil {
			return err
		}
	}
	if note {
		return w.remove(m)
	}
	return w.blank(m)
}

// untouched says that a message certainly is in nobody's swarm: its row is
// there, and no request with it was ever begun.
func (w *work) untouched(m model.Message) bool {
	for _, r := range w.tx.OutboxOf(m.ID) {
		if r.Kind == rowUpload {
			return true
		}
		if r.Kind == rowMessage || r.Kind == rowSelf || r.Kind == rowPost || r.Kind == rowCall {
			return !w.out.tried[r.Seq]
		}
	}
	return false
}

// cancel takes a message out of the outbox.
func (w *work) cancel(m model.Message) error {
	for _, r := range w.tx.OutboxOf(m.ID) {
		if err := w.dequeue(r); err != nil {
			return err
		}
	}
	return nil
}

// remove deletes the row of a message.
func (w *work) remove(m model.Message) error {
	if _, err := w.tx.DeleteMessage(m.ID); err != nil {
		return err
	}
	if m.Expires != 0 {
		w.expiryChanged()
	}
	w.emit(MessageDeleted{m.Conversation, m.Key()}, ConversationChanged{m.Conversation})
	if m.Unread {
		w.emit(ReadChanged{m.Conversation})
	}
	return nil
}

// blank turns a message into "this message was deleted".
func (w *work) blank(m model.Message) error {
	unread := m.Unread
	m.Kind = model.KindDeleted
	m.Text, m.Quote, m.Attachments, m.Preview, m.Invitation, m.Reactions = "", nil, nil, nil, nil, nil
	m.Mention, m.Unread = false, false
	m.Failure, m.NextTry = model.ReasonNone, 0
	if m.Outgoing && m.State != model.StateRead {
		m.State = model.StateSent
	}
	if err := w.putMessage(m); err != nil {
		return err
	}
	if unread {
		w.emit(ReadChanged{m.Conversation})
	}
	return nil
}

// cancelAll takes everything of a conversation out of the outbox, but for
// requests to the own swarm and what only asks to forget.
func (w *work) cancelAll(id model.ConversationID) error {
	for _, r := range w.tx.Outbox() {
		if r.Conversation != id || r.Message == 0 {
			continue
		}
		if err := w.dequeue(r); err != nil {
			return err
		}
	}
	return nil
}
