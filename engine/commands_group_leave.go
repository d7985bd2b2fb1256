package engine

import (
	"context"
	"encoding/binary"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/config"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
	"sotto/store"
)

// LeaveGroup leaves a group and deletes the conversation, on all own devices. The
// others are told; the swarm hears of it as soon as the network allows. When the
// last admin leaves, the group ends for all, since nobody could keep it. A group
// that is lost already is only deleted. ReasonNotFound when there is no such
// group; ReasonNotAllowed for an invitation, see DeclineRequest.
func (e *Engine) LeaveGroup(ctx context.Context, conv model.ConversationID) error {
	return e.update(ctx, func(w *work) error {
		c, err := w.need(conv)
		switch {
		case err != nil:
			return err
		case c.Kind != model.KindGroup:
			return fail(model.ReasonNotFound, "this is not a group")
		case !c.Approved:
			return fail(model.ReasonNotAllowed, "the invitation is not accepted yet")
		}
		g := w.group(conv)
		switch {
		case g == nil || !g.ready():
			return w.dropGroupConversation(conv)
		case g.admin() && w.lastAdmin(g):
			return w.endGroup(g)
		}
		return w.sayGoodbye(g)
	})
}

// DeleteGroup ends a group for all members and deletes the conversation on all
// own devices. ReasonNotAllowed for who is no admin.
func (e *Engine) DeleteGroup(ctx context.Context, conv model.ConversationID) error {
	return e.update(ctx, func(w *work) error {
		g, _, err := w.needAdmin(conv)
		if err != nil {
			return err
		}
		return w.endGroup(g)
	})
}

// lastAdmin says that nobody else holds the group's secret for certain.
func (w *work) lastAdmin(g *closedGroup) bool {
	for m := range g.members.All() {
		if m.ID != w.me && m.Admin && m.Promotion == config.Accepted && m.Removal == config.NoRemoval {
			return false
		}
	}
	return true
}

// sayGoodbye tells the group that this account leaves: a line for all to read, and
// a message by which admins remove who sent it, one millisecond apart
// (protocol/groups.md §6).
func (w *work) sayGoodbye(g *closedGroup) error {
	if err := w.leave(g); err != nil {
		return err
	}
	conv := g.conv
	c := w.find(conv)
	if err := w.dropGroupRows(g.id); err != nil {
		return err
	}
	for _, update := range []*wire.GroupUpdateMessage{
		{MemberLeftNotificationMessage: &wire.GroupMemberLeftNotification{}},
		{MemberLeftMessage: &wire.GroupMemberLeft{}},
	} {
		sent, err := w.stamp()
		if err != nil {
			return err
		}
		o := outgoing{to: g.id, sent: sent, content: groupContent(update)}
		if update.MemberLeftMessage == nil && c != nil {
			o.timer, o.timed = c.Timer, true
		}
		if _, err := w.enqueue(o); err != nil {
			return err
		}
	}
	return w.dropGroupConversation(conv)
}

// endGroup marks the group as destroyed, deletes what its swarm has of its
// messages, and forgets it here. All of it goes through the outbox, which
// survives a restart.
func (w *work) endGroup(g *closedGroup) error {
	info := g.info.Info()
	info.Destroyed = true
	if err := g.info.SetInfo(info); err != nil {
		return groupError(err)
	}
	push, err := g.info.Push(time.UnixMilli(int64(w.now)))
	if err != nil {
		return groupError(err)
	}
	if err := w.leave(g); err != nil {
		return err
	}
	if err := w.dropGroupRows(g.id); err != nil {
		return err
	}
	// A key that the swarm lacks would hide the end from everybody.
	if pending := g.keys.Pending(); pending != nil && !g.push.keyStored {
		if err := w.queueConfig(g, snode.GroupKeys, pending); err != nil {
			return err
		}
	}
	for _, payload := range push.Payloads {
		if err := w.queueConfig(g, snode.GroupInfo, payload); err != nil {
			return err
		}
	}
	row := hashRow(rowWipe, g.id, w.now, nil)
	row.Namespace = int16(snode.GroupMessages)
	if err := w.queue(row); err != nil {
		return err
	}
	w.then(func() { delete(w.out.held, g.id) })
	return w.dropGroupConversation(g.conv)
}

// queueConfig queues a config message of a group that is left.
func (w *work) queueConfig(g *closedGroup, ns snode.Namespace, data []byte) error {
	return w.queue(store.OutboxRow{
		Kind: rowControl, Conversation: g.conv, Recipient: g.id, Namespace: int16(ns), Data: data, Timestamp: w.now, TTL: configLife,
	})
}

// dropGroupRows takes out of the outbox what waits for a group.
func (w *work) dropGroupRows(id model.ID) error {
	for _, row := range w.tx.OutboxFor(id) {
		if err := w.dequeue(row); err != nil {
			return err
		}
	}
	return nil
}

// dropGroupConversation deletes a group here and for the other devices.
func (w *work) dropGroupConversation(conv model.ConversationID) error {
	id, _ := conv.ID()
	if err := w.noteLeft(id); err != nil {
		return err
	}
	w.configsTouched = true
	if _, err := w.configs.groups.EraseGroup(id); err != nil {
		return mirrorError(err)
	}
	if _, err := w.configs.volatile.EraseGroup(id); err != nil {
		return mirrorError(err)
	}
	w.drop(id)
	if err := w.deleteConversation(conv); err != nil {
		return err
	}
	w.emit(GroupChanged{conv})
	return w.forgetGroup(id)
}

// acceptGroup takes an invitation: the group is fetched, and told once that has
// happened.
func (w *work) acceptGroup(c *conversation) error {
	id, _ := c.ID.ID()
	e, ok := w.configs.groups.Group(id)
	if !ok {
		return fail(model.ReasonNotFound, "there is no such invitation")
	}
	w.configsTouched = true
	e.Invited = false
	e.Joined = int64(w.now) / 1000
	if err := w.configs.groups.SetGroup(e); err != nil {
		return mirrorError(err)
	}
	c.Approved, c.Hidden, c.AcceptedAt = true, false, w.now
	w.touch(c)
	w.emit(ConversationsChanged{}, RequestsChanged{}, GroupChanged{c.ID})
	return w.answerLater(id)
}

func encodeMillis(t model.Millis) []byte { return binary.BigEndian.AppendUint64(nil, uint64(t)) }

func decodeMillis(b []byte) model.Millis { return model.Millis(binary.BigEndian.Uint64(b)) }
