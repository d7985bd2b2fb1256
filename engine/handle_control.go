package engine

import (
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/wire"
)

// handleReceipt marks own messages as read by the contact
// (protocol/messages.md §7.4).
func (r *receiver) handleReceipt(in *incoming) error {
	conv := model.ConversationOf(in.Sender)
	c := r.find(conv)
	if c == nil || !c.Approved || !r.setting().ReadReceipts {
		return nil
	}
	times := in.Content.ReceiptMessage.Timestamp
	for _, sent := range times[:min(len(times), maxReceipts)] {
		key := model.MessageKey{Sender: r.me, Timestamp: model.Millis(sent)}
		m, ok := r.tx.FindMessage(conv, key)
		if !ok {
			// Written on another own device, whose copy is still on its way.
			if err := r.deferFor(key, deferredRead, deferred{Conversation: conv, By: in.Sender, At: in.sent}); err != nil {
				return err
			}
			continue
		}
		if err := r.readBy(m); err != nil {
			return err
		}
	}
	return nil
}

func (r *receiver) readBy(m model.Message) error {
	if !m.Outgoing || m.State == model.StateRead || m.Kind == model.KindDeleted {
		return nil
	}
	m.State, m.Failure, m.NextTry = model.StateRead, model.ReasonNone, 0
	return r.putMessage(m)
}

// handleTyping shows the contact as typing, or no longer so
// (protocol/messages.md §7.3).
func (r *receiver) handleTyping(in *incoming) error {
	notice := in.Content.TypingMessage
	c := r.find(model.ConversationOf(in.Sender))
	if c == nil || !c.Approved || !r.setting().TypingIndicators || model.Millis(notice.Timestamp.Value) != in.sent {
		return nil
	}
	conv := c.ID
	if notice.Action.Value == wire.TypingStopped {
		r.then(func() { r.setTyping(conv, time.Time{}) })
		return nil
	}
	left := in.sent + typingTooOld - r.now
	if left <= 0 {
		return nil
	}
	until := r.clock.Now().Add(time.Duration(min(left, typingTooOld)) * time.Millisecond)
	r.then(func() { r.setTyping(conv, until) })
	return nil
}

// handleResponse notes that a contact has accepted our request
// (protocol/messages.md §7.5), and says so once.
func (r *receiver) handleResponse(in *incoming) error {
	response := in.Content.MessageRequestResponse
	if !response.IsApproved.Value {
		return nil
	}
	if err := r.merge(in.Sender); err != nil { // asked under a blinded id, maybe
		return err
	}
	c := r.find(model.ConversationOf(in.Sender))
	if c == nil {
		// The request may have been written on another own device, whose copy
		// is still on its way.
		return r.deferFor(model.MessageKey{Sender: in.Sender}, deferredApproval, deferred{By: in.Sender, At: in.sent})
	}
	r.applyProfile(c, response.Profile, response.ProfileKey)
	if c.Answered {
		return nil
	}
	c.ApprovedMe, c.Answered = true, true
	r.touch(c)
	r.emit(ConversationsChanged{}, RequestsChanged{})
	if !c.Approved {
		return nil
	}
	return r.add(in, c, &model.Message{Kind: model.KindRequestAccepted}, false)
}

// handleExtraction shows that the contact saved media or took a screenshot. The
// line disappears after reading, whatever the mode of the conversation
// (protocol/messages.md §9).
func (r *receiver) handleExtraction(in *incoming) error {
	c := r.find(model.ConversationOf(in.Sender))
	if c == nil {
		return nil
	}
	m := &model.Message{Kind: model.KindMediaSaved, Timer: r.forcedAfterRead(in)}
	if in.Content.DataExtractionNotification.Type.Value == wire.Screenshot {
		m.Kind = model.KindScreenshot
	}
	return r.add(in, c, m, false)
}

// handleCall shows a missed call for the offer of a call; the rest of the
// signalling says nothing to a client without calls (protocol/calls.md).
func (r *receiver) handleCall(in *incoming) error {
	if in.Content.CallMessage.Type.Value != wire.CallOffer {
		return nil
	}
	c := r.find(model.ConversationOf(in.Sender))
	if c == nil || !c.Approved {
		return nil
	}
	return r.add(in, c, &model.Message{Kind: model.KindMissedCall, Timer: r.forcedAfterRead(in)}, false)
}

func (r *receiver) forcedAfterRead(in *incoming) model.Timer {
	seconds := in.Content.ExpirationTimer.Value
	if seconds == 0 {
		return model.Timer{}
	}
	return model.Timer{Mode: model.ExpireAfterRead, Seconds: seconds}
}
