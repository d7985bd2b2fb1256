package engine

import (
	"sotto/engine/model"
	"sotto/engine/protocol/identity"
)

// handleUnsend deletes a message that its author took back
// (protocol/messages.md §10). A request for a message not there yet waits for
// it.
func (r *receiver) handleUnsend(in *incoming, own bool) error {
	request := in.Content.UnsendRequest
	author, err := identity.ParseID(request.Author.Value)
	if err != nil || author != in.Sender {
		r.log.Info("request to delete somebody else's message refused")
		return nil
	}
	key := model.MessageKey{Sender: author, Timestamp: model.Millis(request.Timestamp.Value)}
	if !own {
		m, ok := r.tx.FindMessage(model.ConversationOf(in.Sender), key)
		if ok {
			return r.unsend(m)
		}
		return r.deferFor(key, deferredUnsend, deferred{By: in.Sender, At: in.sent})
	}
	// An own request does not say in which conversation.
	for _, c := range r.tx.Conversations() {
		if m, ok := r.tx.FindMessage(c.ID, key); ok {
			return r.unsend(m)
		}
	}
	return r.deferFor(key, deferredUnsend, deferred{By: in.Sender, At: in.sent})
}

// unsend deletes a message for its author: between two people a line stays, a
// note to self goes. The copy in the own swarm goes in both cases.
func (r *receiver) unsend(m model.Message) error {
	if m.Kind == model.KindDeleted {
		return nil
	}
	if m.Hash != "" {
		if err := r.queueDelete([]string{m.Hash}); err != nil {
			return err
		}
	}
	if m.Conversation == r.self {
		return r.remove(m)
	}
	return r.blank(m)
}
