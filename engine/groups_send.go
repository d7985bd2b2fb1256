package engine

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"sotto/engine/model"
	"sotto/engine/protocol/group"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
	"sotto/store"
)

// groupContent wraps a control message of a group.
func groupContent(m *wire.GroupUpdateMessage) *wire.Content {
	return &wire.Content{DataMessage: &wire.DataMessage{GroupUpdateMessage: m}}
}

// sealForGroup seals a content with the newest key of a group.
func (w *work) sealForGroup(g *closedGroup, content *wire.Content, sent model.Millis) ([]byte, error) {
	key, ok := g.keys.Newest()
	if !ok {
		return nil, fail(model.ReasonNotAllowed, "the group has not arrived on this device yet")
	}
	data, err := group.Close(g.id, w.account, key, w.rand, content.Stamp(uint64(sent)), uint64(sent))
	return data, sealError(err)
}

// enqueueGroup is enqueue for a group: one store in its swarm, which all members
// and all own devices read.
func (w *work) enqueueGroup(o outgoing) (hash string, err error) {
	g := w.groups.active[o.to]
	if g == nil {
		return "", fail(model.ReasonNotAllowed, "this account is no longer in the group")
	}
	if o.profile {
		if err := w.attachProfile(o.content); err != nil {
			return "", err
		}
	}
	data, err := w.sealForGroup(g, o.content, o.sent)
	if err != nil {
		return "", err
	}
	kind := rowMessage
	if o.message == 0 {
		kind = rowControl
	}
	err = w.queueAt(o.place, store.OutboxRow{
		Kind: kind, Message: o.message, Conversation: g.conv, Recipient: g.id,
		Namespace: int16(snode.GroupMessages), Data: data, Timestamp: o.sent, TTL: ttl(o.timer),
	})
	w.then(func() { g.poll.active = max(g.poll.active, o.sent) })
	return snode.MessageHash(g.id, snode.GroupMessages, data), err
}

// sendChange tells a group what an admin changed, and shows the line here. build
// makes the notice, with the time that its signature covers.
func (w *work) sendChange(g *closedGroup, c *conversation, m *model.Message, build func(sent uint64) *wire.GroupUpdateMessage) error {
	sent, err := w.stamp()
	if err != nil {
		return err
	}
	if m.Kind != model.KindTimerChange {
		m.Timer = c.Timer
	}
	_, err = w.sendAt(sent, c, g.id, m, groupContent(build(uint64(sent))))
	return err
}

// memberChange tells who came, went or was promoted.
func (w *work) memberChange(g *closedGroup, c *conversation, kind wire.GroupMemberChangeType, members []model.ID, history bool) error {
	lines := map[wire.GroupMemberChangeType]model.GroupChangeKind{
		wire.GroupMembersAdded: model.MembersAdded, wire.GroupMembersRemoved: model.MembersRemoved, wire.GroupMembersPromoted: model.MembersPromoted,
	}
	line := &model.Message{Kind: model.KindGroupChange, Change: &model.GroupChange{Kind: lines[kind], Members: members, History: history}}
	return w.sendChange(g, c, line, func(sent uint64) *wire.GroupUpdateMessage {
		m := &wire.GroupMemberChange{Type: wire.Some(kind)}
		for _, id := range members {
			m.MemberSessionIDs = append(m.MemberSessionIDs, id.String())
		}
		if history {
			m.HistoryShared = wire.Some(true)
		}
		g.secret.SignMemberChange(m, sent)
		return &wire.GroupUpdateMessage{MemberChangeMessage: m}
	})
}

// sendInviteResponse tells a group that this account is in it now.
func (w *work) sendInviteResponse(g *closedGroup) error {
	sent, err := w.stamp()
	if err != nil {
		return err
	}
	_, err = w.enqueue(outgoing{
		to: g.id, sent: sent, profile: true,
		content: groupContent(&wire.GroupUpdateMessage{InviteResponse: &wire.GroupInviteResponse{IsApproved: wire.Some(true)}}),
	})
	return err
}

// leavingGroup is what is kept of a group that was given up here, until its swarm
// knows.
type leavingGroup struct {
	ID   model.ID `json:"i"`
	Seed []byte   `json:"s,omitempty"`
	Auth []byte   `json:"a,omitempty"`
}

func (l *leavingGroup) signer(account *identity.Account) (snode.Signer, error) {
	if len(l.Seed) == 0 {
		return group.NewSigner(l.ID, account, l.Auth, snode.Write)
	}
	secret, err := group.NewSecret(l.Seed)
	if err != nil {
		return nil, err
	}
	return snode.NewGroupSigner(secret.Ed25519()), nil
}

// leave keeps access to a group's swarm for what is queued for it.
func (w *work) leave(g *closedGroup) error {
	l := leavingGroup{ID: g.id, Auth: g.auth}
	if g.admin() {
		seed := g.secret.Seed()
		l.Seed = seed[:]
	}
	leaving := maps.Clone(w.groups.leaving)
	leaving[g.id] = l
	return w.putLeaving(leaving)
}

func (w *work) putLeaving(leaving map[model.ID]leavingGroup) error {
	list := slices.SortedFunc(maps.Values(leaving), func(a, b leavingGroup) int { return compareIDs(a.ID, b.ID) })
	b, err := json.Marshal(list)
	if err != nil {
		return model.Fail(model.ReasonInternal, "groups do not encode", err)
	}
	if len(list) == 0 {
		b = nil
	}
	w.then(func() {
		w.groups.leaving = leaving
		w.publishSigners()
	})
	return w.tx.PutBlob(leavingBlob, b)
}

// leftTold forgets a group that was given up once nothing waits for it.
func (w *work) leftTold(id model.ID) error {
	if _, ok := w.groups.leaving[id]; !ok || len(w.tx.OutboxFor(id)) > 0 {
		return nil
	}
	leaving := maps.Clone(w.groups.leaving)
	delete(leaving, id)
	return w.putLeaving(leaving)
}

// groupTarget returns the group behind a conversation that is to be written to.
func (w *work) groupTarget(conv model.ConversationID) (*closedGroup, *conversation, error) {
	g, c, err := w.needGroup(conv)
	if err != nil {
		return nil, nil, err
	}
	if !g.ready() {
		return nil, nil, fail(model.ReasonNotAllowed, "the group has not arrived on this device yet")
	}
	return g, c, nil
}

// errNoHash: the copy of a message in the swarm is not known.
var errNoHash = errors.New("engine: message without hash")

// deleteInGroup deletes a message for all members: an own one, or any as an
// admin (protocol/groups.md §7).
func (w *work) deleteInGroup(m model.Message) error {
	g, _, err := w.groupTarget(m.Conversation)
	if err != nil {
		return err
	}
	switch {
	case !m.Outgoing && !g.admin():
		return fail(model.ReasonNotAllowed, "only an admin can delete what others wrote")
	case m.Kind == model.KindDeleted:
		return w.remove(m)
	case m.Kind != model.KindText && m.Kind != model.KindInvitation:
		return fail(model.ReasonNotAllowed, "this line can only be deleted here")
	case w.untouched(m):
		if err := w.cancel(m); err != nil {
			return err
		}
		return w.remove(m)
	case !snode.ValidHash(m.Hash):
		return model.Fail(model.ReasonNotAllowed, "this message cannot be deleted for everyone", errNoHash)
	}
	if err := w.cancel(m); err != nil {
		return err
	}
	sent, err := w.stamp()
	if err != nil {
		return err
	}
	request := &wire.GroupDeleteMemberContent{MessageHashes: []string{m.Hash}}
	if g.admin() {
		g.secret.SignDeleteContent(request, uint64(sent))
	}
	_, err = w.enqueue(outgoing{
		to: g.id, sent: sent, timer: m.Timer, timed: true,
		content: groupContent(&wire.GroupUpdateMessage{DeleteMemberContent: request}),
	})
	if err != nil {
		return err
	}
	if g.admin() {
		// Members' access does not let them delete in the swarm.
		row := hashRow(rowDelete, g.id, w.now, encodeHashes(0, []string{m.Hash}))
		row.Conversation = g.conv
		if err := w.queue(row); err != nil {
			return err
		}
	}
	return w.blank(m)
}
