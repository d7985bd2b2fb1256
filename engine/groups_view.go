package engine

import (
	"encoding/json"
	"slices"

	"sotto/engine/model"
	"sotto/engine/protocol/config"
	"sotto/engine/protocol/wire"
	"sotto/store"
)

// Group returns a closed group with its members and their states. A group that
// is lost, or whose invitation is not accepted, has neither.
func (e *Engine) Group(conv model.ConversationID) (g model.Group, ok bool) {
	e.view(func(tx *store.Tx) { g, ok = storedGroup(tx, conv) })
	return g, ok
}

// storedGroup reads the view of a group, with what the conversation knows.
func storedGroup(tx *store.Tx, conv model.ConversationID) (g model.Group, ok bool) {
	id, is := conv.ID()
	c, known := tx.Conversation(conv)
	if !is || !known || c.Kind != model.KindGroup {
		return g, false
	}
	if b := tx.Blob(groupBlob(id, groupViewBlob)); b != nil && json.Unmarshal(b, &g) != nil {
		g = model.Group{}
	}
	g.ID, g.Invited, g.Inviter = id, !c.Approved, c.Inviter
	if g.Name == "" {
		g.Name = c.Name
	}
	return g, true
}

// keepView stores what queries show of a group, and tells when it changed.
func (w *work) keepView(g *closedGroup) error {
	info := g.info.Info()
	v := model.Group{
		ID: g.id, Name: info.Name, Description: info.Description,
		Picture: model.Picture{URL: info.Picture.URL, Key: info.Picture.Key},
		Created: model.Millis(info.Created) * 1000, Timer: afterSend(info.Expiry),
		Admin: g.admin(), Ready: g.ready(), Stale: g.state.Silent >= silentAfter && !g.ready(),
	}
	sending := g.members.Sending()
	for m := range g.members.All() {
		if len(v.Members) >= maxShownMembers {
			break
		}
		v.Members = append(v.Members, model.GroupMember{
			ID: m.ID, Name: m.Name, Picture: model.Picture{URL: m.Picture.URL, Key: m.Picture.Key}, Admin: m.Admin,
			State: memberState(&m, slices.Contains(sending, m.ID)),
		})
	}
	return w.putView(g.conv, v)
}

func (w *work) putView(conv model.ConversationID, v model.Group) error {
	b, err := json.Marshal(v)
	if err != nil {
		return model.Fail(model.ReasonInternal, "a group does not encode", err)
	}
	name := groupBlob(v.ID, groupViewBlob)
	before := w.tx.Blob(name)
	if slices.Equal(before, b) {
		return nil
	}
	if before != nil && v.Lost == model.NotLost {
		if err := w.rememberGone(conv, before, &v); err != nil {
			return err
		}
	}
	w.emit(GroupChanged{conv})
	return w.tx.PutBlob(name, b)
}

// rememberGone keeps the names of members who are no longer on the list: lines
// about them go on naming them.
func (w *work) rememberGone(conv model.ConversationID, before []byte, now *model.Group) error {
	var old model.Group
	if json.Unmarshal(before, &old) != nil {
		return nil
	}
	for _, m := range old.Members {
		if _, there := now.Member(m.ID); there || m.Name == "" || m.ID == w.me {
			continue
		}
		if w.whois().person(w.tx, conv, m.ID, &model.Group{}).Name != "" {
			continue
		}
		if err := w.learnPerson(conv, m.ID, &wire.LokiProfile{DisplayName: wire.Some(m.Name)}, nil); err != nil {
			return err
		}
	}
	return nil
}

// maxShownMembers bounds the list that an admin of ill will can make.
const maxShownMembers = 5 * model.MaxMembers

// memberState combines the fields of a member (protocol/groups.md §2): removal
// before promotion before invitation.
func memberState(m *config.Member, sending bool) model.MemberState {
	pick := func(d config.Delivery, notSent, sendingState, sent, failed model.MemberState) model.MemberState {
		switch {
		case d == config.NotSent && sending:
			return sendingState
		case d == config.NotSent:
			return notSent
		case d == config.Sent:
			return sent
		case d == config.Failed:
			return failed
		}
		return model.MemberAccepted
	}
	switch {
	case m.Removal == config.RemoveWithMessages:
		return model.RemovalPendingMessages
	case m.Removal == config.RemoveMember:
		return model.RemovalPending
	case m.Admin:
		return pick(m.Promotion, model.PromotionNotSent, model.PromotionSending, model.PromotionSent, model.PromotionFailed)
	}
	return pick(m.Invite, model.InviteNotSent, model.InviteSending, model.InviteSent, model.InviteFailed)
}

func afterSend(seconds int64) model.Timer {
	if seconds <= 0 {
		return model.Timer{}
	}
	return model.Timer{Mode: model.ExpireAfterSend, Seconds: clampSeconds(seconds)}
}
