package engine

import (
	"sotto/engine/model"
	"sotto/engine/protocol/config"
	"sotto/engine/protocol/group"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
	"sotto/internal/redact"
	"sotto/store"
)

// handleGroup dispatches one message of a group by what it is. Whatever is not
// wanted is dropped without an error; errors are of the store only.
func (r *receiver) handleGroup(g *closedGroup, in *incoming) error {
	own := in.Sender == r.me
	c := r.find(g.conv)
	if c == nil || in.Content.Kind() != wire.KindData || in.Content.DataMessage.Empty() {
		return nil
	}
	if r.outsider(g, in) {
		r.log.Info("message of somebody who is no longer in the group refused", "group", redact.ID(g.id.String()))
		return nil
	}
	data := in.Content.DataMessage
	if !own {
		if err := r.learnPerson(g.conv, in.Sender, data.Profile, data.ProfileKey); err != nil {
			return err
		}
	}
	if update := data.GroupUpdateMessage; update != nil {
		return r.handleGroupUpdate(g, c, in, update, own)
	}
	if with := r.find(model.ConversationOf(in.Sender)); !own && with != nil && with.Blocked {
		return nil
	}
	if data.Reaction != nil {
		return r.handleReaction(in, g.conv, own)
	}
	if data.TimerUpdate() {
		return nil // of one-to-one conversations
	}
	return r.handleVisible(in, c, own)
}

// outsider says that a message comes from somebody who was not in the group when
// it was stored: no member, with a key that was no longer in use. Who left keeps
// old keys, and a node of ill will could take it.
func (r *receiver) outsider(g *closedGroup, in *incoming) bool {
	if _, member := g.isAdmin(in.Sender); member || g.members.Seqno() == 0 {
		return false
	}
	at, superseded := g.keys.Superseded(in.key)
	return superseded && in.stored > model.Millis(at)+keySlack
}

// handleGroupUpdate handles control messages (protocol/groups.md §6). What
// changes the group stands in its configs: most of these are lines to read.
func (r *receiver) handleGroupUpdate(g *closedGroup, c *conversation, in *incoming, m *wire.GroupUpdateMessage, own bool) error {
	switch {
	case m.InfoChangeMessage != nil:
		change := m.InfoChangeMessage
		if !r.byAdmin(g, in, group.VerifyInfoChange(g.id, change, in.Timestamp)) {
			return nil
		}
		switch change.Type.Value {
		case wire.GroupNameChanged:
			name := identity.TruncateName(identity.TrimName(change.UpdatedName.Value), identity.MaxNameBytes)
			return r.addChange(in, c, own, &model.GroupChange{Kind: model.GroupRenamed, Name: name})
		case wire.GroupAvatarChanged:
			return r.addChange(in, c, own, &model.GroupChange{Kind: model.GroupPicture})
		case wire.GroupDisappearingChanged:
			line := &model.Message{Kind: model.KindTimerChange, Timer: afterSend(int64(change.UpdatedExpiration.Value))}
			return r.add(in, c, line, own)
		}
	case m.MemberChangeMessage != nil:
		change := m.MemberChangeMessage
		if !r.byAdmin(g, in, group.VerifyMemberChange(g.id, change, in.Timestamp)) {
			return nil
		}
		kinds := map[wire.GroupMemberChangeType]model.GroupChangeKind{
			wire.GroupMembersAdded: model.MembersAdded, wire.GroupMembersRemoved: model.MembersRemoved, wire.GroupMembersPromoted: model.MembersPromoted,
		}
		line := &model.GroupChange{Kind: kinds[change.Type.Value], Members: sessionIDs(change.MemberSessionIDs), History: change.HistoryShared.Value}
		if line.Kind == 0 || len(line.Members) == 0 {
			return nil
		}
		return r.addChange(in, c, own, line)
	case m.MemberLeftNotificationMessage != nil:
		return r.addChange(in, c, own, &model.GroupChange{Kind: model.MemberLeft})
	case m.MemberLeftMessage != nil:
		return r.memberLeft(g, in)
	case m.InviteResponse != nil:
		return r.memberAccepted(g, in, m.InviteResponse)
	case m.DeleteMemberContent != nil:
		return r.deleteContent(g, in, m.DeleteMemberContent)
	}
	return nil
}

// sessionIDs reads a list of members, as many as a group may have.
func sessionIDs(list []string) []model.ID {
	var ids []model.ID
	for _, s := range list[:min(len(list), model.MaxMembers)] {
		if id, err := identity.ParseSessionID(s); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// byAdmin says whether a signed notice counts: signed by the group, and sent by
// somebody who can sign so. A member could repeat an admin's signature under
// other names, since it does not cover them.
func (r *receiver) byAdmin(g *closedGroup, in *incoming, signature error) bool {
	admin, member := g.isAdmin(in.Sender)
	if signature == nil && (admin || !member) {
		return true
	}
	r.log.Info("forged admin action refused", "group", redact.ID(g.id.String()), "signed", signature == nil)
	return false
}

// addChange shows a line about the group.
func (r *receiver) addChange(in *incoming, c *conversation, own bool, change *model.GroupChange) error {
	return r.add(in, c, &model.Message{Kind: model.KindGroupChange, Change: change, Timer: r.timerOf(in, c)}, own)
}

// memberLeft has an admin's device remove who left, after everything that is new
// was read: on a device that reads two weeks at once they may have come back since.
func (r *receiver) memberLeft(g *closedGroup, in *incoming) error {
	if !g.admin() || in.Sender == r.me {
		return nil
	}
	if _, member := g.isAdmin(in.Sender); member && len(g.state.Left) < model.MaxMembers {
		if g.state.Left == nil {
			g.state.Left = make(map[model.ID]model.Millis)
		}
		g.state.Left[in.Sender] = in.stored
	}
	return nil
}

// removeLeft begins the removal of who left.
func (w *work) removeLeft(g *closedGroup) error {
	w.touchGroup(g)
	for id := range g.state.Left {
		m, ok := g.members.Get(id)
		if !ok || m.Removal != config.NoRemoval {
			continue
		}
		m.Removal = config.RemoveMember
		if err := g.members.Set(m); err != nil {
			return groupError(err)
		}
	}
	g.state.Left = nil
	return nil
}

// memberAccepted notes on an admin's device that somebody has taken the
// invitation, and under which name.
func (r *receiver) memberAccepted(g *closedGroup, in *incoming, m *wire.GroupInviteResponse) error {
	if g.state.Left[in.Sender] < in.stored {
		delete(g.state.Left, in.Sender)
	}
	member, ok := g.members.Get(in.Sender)
	if !g.admin() || !ok || !m.IsApproved.Value || member.Admin || member.Removal != config.NoRemoval {
		return nil
	}
	member.Invite, member.WithHistory = config.Accepted, false
	data := in.Content.DataMessage
	if p := data.Profile; p != nil {
		if name := identity.TrimName(p.DisplayName.Value); name != "" {
			member.Name = identity.TruncateName(name, identity.MaxNameBytes)
		}
		if url := p.ProfilePicture.Value; url != "" && len(url) <= config.MaxPictureURL && len(data.ProfileKey) == config.PictureKeySize {
			member.Picture = config.Picture{URL: url, Key: data.ProfileKey}
		}
	}
	return groupError(g.members.Set(member))
}

// deleteContent deletes what an admin says, or what its own author says
// (protocol/groups.md §7). Newer messages than the request stay.
func (r *receiver) deleteContent(g *closedGroup, in *incoming, m *wire.GroupDeleteMemberContent) error {
	byAdmin := false
	if len(m.AdminSignature) > 0 {
		if !r.byAdmin(g, in, group.VerifyDeleteContent(g.id, m, in.Timestamp)) {
			return nil
		}
		byAdmin = true
	}
	for _, hash := range m.MessageHashes {
		seen, ok := r.tx.Seen(g.id, int16(snode.GroupMessages), hash)
		target, there := r.tx.Message(seen.Message)
		switch {
		case !ok && byAdmin && snode.ValidHash(hash):
			// It comes later, from a member that had it alone: not to be shown.
			record := store.SeenRecord{Expiry: r.now + lifetime, Reason: seenRefused}
			if err := r.tx.MarkSeen(g.id, int16(snode.GroupMessages), hash, record); err != nil {
				return err
			}
			continue
		case !there || target.Conversation != g.conv || target.Kind == model.KindDeleted || target.Timestamp > in.sent:
			continue
		case !byAdmin && target.Sender != in.Sender:
			r.log.Info("request to delete somebody else's message refused", "group", redact.ID(g.id.String()))
			continue
		}
		if err := r.cancel(target); err != nil {
			return err
		}
		if err := r.blank(target); err != nil {
			return err
		}
	}
	if !byAdmin {
		return nil
	}
	for _, member := range sessionIDs(m.MemberSessionIDs) {
		if _, err := r.wipeMember(g.conv, member, in.sent+1); err != nil {
			return err
		}
	}
	return nil
}
