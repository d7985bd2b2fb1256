package engine

import (
	"context"

	"sotto/engine/model"
	"sotto/engine/protocol/wire"
)

// MediaSaved tells a contact that a file of one of their messages was saved, as
// official clients do (protocol/messages.md §7). Own messages, notes to self and
// requests that were not accepted tell nobody.
func (e *Engine) MediaSaved(ctx context.Context, id model.MessageID) error {
	return e.update(ctx, func(w *work) error {
		m, err := w.message(id)
		if err != nil {
			return err
		}
		c, err := w.need(m.Conversation)
		if err != nil {
			return err
		}
		if m.Outgoing || c.Kind != model.KindContact || c.Blocked || !c.Approved {
			return nil
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
			to: to, sent: sent, content: wire.NewMediaSaved(uint64(m.Timestamp)), timed: c.Timer.On(),
			timer: model.Timer{Mode: model.ExpireAfterRead, Seconds: c.Timer.Seconds},
		})
		return err
	})
}
