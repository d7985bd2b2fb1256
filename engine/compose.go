package engine

import (
	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/seal"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
	"sotto/store"
)

// MaxText is how many code points a message may have when it is composed
// (protocol/messages.md §7.1).
const MaxText = 2000

// outgoing is something to be sent to a contact, or to oneself.
type outgoing struct {
	to      model.ID
	content *wire.Content // without time, timer and profile
	sent    model.Millis
	timer   model.Timer
	// message is the row that shows it; 0 is a control message without one.
	message model.MessageID
	// profile says that own name and picture go along (protocol/messages.md §4).
	profile bool
	// timed says that the content names the timer of the conversation.
	timed bool
	// aside says that the own devices get a copy of something that is no
	// DataMessage: an unsend request.
	aside bool
	// place is the outbox row (rowUpload) whose place the message takes, 0 for none.
	place uint64
	// room is where a post to a community goes, empty for anything else; files
	// are the uploads that it names, the first of which was made at uploaded.
	room     model.ConversationID
	files    []int64
	uploaded model.Millis
	// whisper is who alone shall see a post, nil for everybody.
	whisper *model.Whisper
}

// enqueue seals o and queues it: for the contact, and a copy for the own devices
// when there is one. The bytes are made here once, so that all attempts of all
// times send the same. It returns the hash of the copy in the own swarm, empty
// when there is none.
func (w *work) enqueue(o outgoing) (hash string, err error) {
	o.content.Stamp(uint64(o.sent))
	if o.timed {
		o.content.Expire(expiration(o.timer), o.timer.Seconds)
	}
	if rm := w.room(o.room); rm != nil {
		return "", w.enqueueRoom(rm, o)
	}
	switch {
	case o.to.Prefix() == identity.Group:
		return w.enqueueGroup(o)
	case blinded(o.to):
		return "", w.enqueueDirect(o)
	}
	kind, copyKind := rowMessage, rowCopy
	if o.message == 0 {
		kind, copyKind = rowControl, rowAside
	}
	copied := o.content.SyncCopy(o.to.String())
	if copied == nil && o.aside {
		copied = o.content
	}
	if o.to == w.me {
		if o.message != 0 {
			copyKind = rowSelf
		}
		return w.enqueueCopy(o, copyKind, copied)
	}

	if o.profile {
		if err := w.attachProfile(o.content); err != nil {
			return "", err
		}
	}
	data, err := w.sealFor(o.to, o.content)
	if err != nil {
		return "", err
	}
	err = w.queueAt(o.place, store.OutboxRow{
		Kind: kind, Message: o.message, Conversation: model.ConversationOf(o.to), Recipient: o.to,
		Namespace: int16(snode.Default), Data: data, Timestamp: o.sent, TTL: ttl(o.timer),
	})
	if err != nil || copied == nil {
		return "", err
	}
	return w.enqueueCopy(o, copyKind, copied)
}

// enqueueCopy queues what goes to the own swarm.
func (w *work) enqueueCopy(o outgoing, kind uint8, content *wire.Content) (hash string, err error) {
	data, err := w.sealFor(w.me, content)
	if err != nil {
		return "", err
	}
	place := o.place
	if o.to != w.me {
		place = 0
	}
	err = w.queueAt(place, store.OutboxRow{
		Kind: kind, Message: o.message, Conversation: model.ConversationOf(o.to), Recipient: w.me,
		Namespace: int16(snode.Default), Data: data, Timestamp: o.sent, TTL: copyTTL(o.timer),
	})
	return snode.MessageHash(w.me, snode.Default, data), err
}

// sealFor seals a content for its recipient.
func (w *work) sealFor(to model.ID, content *wire.Content) ([]byte, error) {
	data, err := seal.CloseContent(w.account, to, content, seal.Options{Rand: w.rand, Blend: true})
	return data, sealError(err)
}

// attachProfile puts the own name where the kind of content carries it.
func (w *work) attachProfile(content *wire.Content) error {
	record, ok := w.tx.Account()
	if !ok {
		return model.Fail(model.ReasonDamaged, "the profile has no account", store.ErrDamaged)
	}
	record.Zero()
	profile := &wire.LokiProfile{LastProfileUpdateSeconds: wire.Some(uint64(max(record.ProfileUpdated, 0)))}
	if record.Name != "" {
		profile.DisplayName = wire.Some(record.Name)
	}
	var key []byte
	if record.Picture.URL != "" {
		profile.ProfilePicture = wire.Some(record.Picture.URL)
		key = record.Picture.Key
	}
	switch {
	case content.DataMessage != nil:
		content.DataMessage.Profile, content.DataMessage.ProfileKey = profile, key
	case content.MessageRequestResponse != nil:
		content.MessageRequestResponse.Profile, content.MessageRequestResponse.ProfileKey = profile, key
	}
	return nil
}

func expiration(t model.Timer) wire.ExpirationType {
	if !t.On() {
		return wire.ExpirationUnknown
	}
	return wire.ExpirationType(t.Mode)
}

// recipient returns the account behind a conversation that can be written to.
func recipient(id model.ConversationID) (model.ID, error) {
	to, ok := id.ID()
	if !ok || to.Prefix() != identity.Session {
		return model.ID{}, fail(model.ReasonNotAllowed, "this conversation cannot be written to yet")
	}
	return to, nil
}

// target opens the conversation that something is to be sent to: with an account,
// which is made when it is new and approved when it is not, a group, a room of a
// community, or somebody known from there.
func (w *work) target(conv model.ConversationID) (*conversation, model.ID, error) {
	if rm := w.room(conv); rm != nil {
		c, err := w.need(conv)
		if err != nil {
			return nil, model.ID{}, err
		}
		return c, rm.server.lane, rm.canPost()
	}
	id, ok := conv.ID()
	if ok && blinded(id) {
		_, c, err := w.blindedTarget(id)
		return c, id, err
	}
	if ok && id.Prefix() == identity.Group {
		if w.find(conv) == nil {
			return nil, id, fail(model.ReasonNotAllowed, "this account is not in the group")
		}
		_, c, err := w.groupTarget(conv)
		return c, id, err
	}
	to, err := recipient(conv)
	if err != nil {
		return nil, to, err
	}
	c, err := w.open(to)
	if err != nil {
		return nil, to, err
	}
	switch {
	case c.Kind == model.KindLegacyGroup:
		return nil, to, errLegacyGroup()
	case c.Blocked:
		return nil, to, fail(model.ReasonNotAllowed, "the contact is blocked")
	}
	return c, to, w.approve(c)
}

// errLegacyGroup is about a closed group of old, whose id looks like an account's.
func errLegacyGroup() error {
	return fail(model.ReasonNotAllowed, "this old group can only be read")
}

// approve records that the user wants to talk to this contact. If it was the
// contact who asked, the answer to the request is queued, before whatever the
// user sends next (protocol/messages.md §7.5).
func (w *work) approve(c *conversation) error {
	if c.Approved {
		return nil
	}
	c.Approved, c.Hidden = true, false
	w.touch(c)
	w.emit(ConversationsChanged{})
	if !c.ApprovedMe {
		return nil
	}
	to, err := recipient(c.ID)
	if err != nil {
		return err
	}
	sent, err := w.stamp()
	if err != nil {
		return err
	}
	c.AcceptedAt = sent
	w.emit(RequestsChanged{})
	_, err = w.enqueue(outgoing{to: to, content: wire.NewApproval(nil, nil), sent: sent, profile: true})
	return err
}
