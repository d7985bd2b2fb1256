package engine

import (
	"encoding/json"
	"strings"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/wire"
	"sotto/store"
)

// handleReaction adds a reaction to its message or takes it away. One that comes
// before its message waits for it.
func (r *receiver) handleReaction(in *incoming, conv model.ConversationID, own bool) error {
	data := in.Content.DataMessage
	reaction := data.Reaction
	if c := r.find(conv); c != nil && !own {
		r.applyProfile(c, data.Profile, data.ProfileKey)
	}
	author, err := identity.ParseID(reaction.Author.Value)
	if err != nil || !oneEmoji(reaction.Emoji.Value) {
		return nil
	}
	key := model.MessageKey{Sender: author, Timestamp: model.Millis(reaction.ID.Value)}
	d := deferred{
		Conversation: conv, By: in.Sender, At: in.sent,
		Emoji: strings.Clone(reaction.Emoji.Value), Remove: reaction.Action.Value == wire.Remove,
	}
	m, ok := r.tx.FindMessage(conv, key)
	if !ok {
		return r.deferFor(key, deferredReaction, d)
	}
	return r.react(m, d)
}

func (r *receiver) react(m model.Message, d deferred) error {
	if m.Kind == model.KindDeleted {
		return nil
	}
	if !applyReaction(&m, model.Reaction{Author: d.By, Emoji: d.Emoji, At: d.At}, !d.Remove) {
		return nil
	}
	r.emit(ReactionChanged{m.Conversation, m.ID})
	return r.tx.PutMessage(m)
}

// Kinds of store.Deferred. Stored: never renumber.
const (
	deferredReaction uint8 = 1
	deferredUnsend   uint8 = 2
	deferredRead     uint8 = 3
	deferredApproval uint8 = 4 // under (contact, 0): accepted a request of another own device
)

// deferredFor is how long something waits for the message it belongs to.
const deferredFor model.Millis = 3 * 24 * 60 * 60 * 1000

// deferred is Payload of store.Deferred, as JSON.
type deferred struct {
	Conversation model.ConversationID `json:"c"`
	By           model.ID             `json:"b"`
	At           model.Millis         `json:"t"`
	Emoji        string               `json:"e,omitempty"`
	Remove       bool                 `json:"r,omitempty"`
}

// deferFor keeps d until the message comes. Too many are dropped: they can only
// come from somebody who wants to fill the disk.
func (r *receiver) deferFor(key model.MessageKey, kind uint8, d deferred) error {
	payload, err := json.Marshal(d)
	if err != nil {
		return err
	}
	_, err = r.tx.PutDeferred(key, store.Deferred{Kind: kind, Payload: payload, Until: r.now + deferredFor})
	return err
}

// applyDeferred does what waited for a message that has just been stored. gone
// says that the message was taken back.
func (r *receiver) applyDeferred(m *model.Message) (gone bool, err error) {
	list, err := r.tx.TakeDeferred(m.Key())
	if err != nil {
		return false, err
	}
	for _, waiting := range list {
		var d deferred
		if json.Unmarshal(waiting.Payload, &d) != nil {
			continue
		}
		now, ok := r.tx.Message(m.ID)
		if !ok {
			return true, nil
		}
		switch {
		case waiting.Kind == deferredReaction && d.Conversation == m.Conversation:
			err = r.react(now, d)
		case waiting.Kind == deferredUnsend && d.By == m.Sender:
			gone = true
			err = r.unsend(now)
		case waiting.Kind == deferredRead && d.Conversation == m.Conversation:
			err = r.readBy(now)
		}
		if err != nil {
			return gone, err
		}
	}
	return gone, nil
}
