package engine

import (
	"context"
	"slices"

	"sotto/engine/model"
	"sotto/engine/protocol/config"
	"sotto/engine/protocol/group"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/wire"
)

// MaxDescription is the most bytes of a group's description.
const MaxDescription = config.MaxDescription

// CreateGroup makes a closed group with this account as its admin and invites
// the members. It returns when the group is stored here; it goes out, and the
// invitations after it, as soon as the network allows. How far each invitation
// came is a MemberState of Group.
//
// Errors: ReasonInvalid (no name, no member, an id of no account, oneself),
// ReasonTooLarge (a name above 100 bytes, a description above MaxDescription
// bytes, more than model.MaxMembers with oneself).
func (e *Engine) CreateGroup(ctx context.Context, name, description string, members []model.ID) (model.ConversationID, error) {
	name, err := cleanName(name)
	if err != nil {
		return "", err
	}
	description, err = cleanDescription(description)
	if err != nil {
		return "", err
	}
	var conv model.ConversationID
	return conv, e.update(ctx, func(w *work) error {
		members, err := w.newMembers(nil, members)
		if err != nil {
			return err
		}
		secret, err := group.Generate(w.rand)
		if err != nil {
			return model.Fail(model.ReasonInternal, "no randomness for a new group", err)
		}
		seed := secret.Seed()
		conv = model.ConversationOf(secret.ID())
		entry := config.UserGroup{ID: secret.ID(), Name: name, Seed: seed[:]}
		entry.Joined = int64(w.now) / 1000
		w.configsTouched = true
		if err := w.configs.groups.SetGroup(entry); err != nil {
			return mirrorError(err)
		}
		g, _, err := newClosedGroup(w.account, &entry, func(string) []byte { return nil })
		if err != nil {
			return groupError(err)
		}
		w.touchGroup(g)
		if err := g.info.SetInfo(config.Info{Name: name, Description: description, Created: int64(w.now) / 1000}); err != nil {
			return groupError(err)
		}
		own, err := w.ownMember()
		if err != nil {
			return err
		}
		if err := g.members.Set(own); err != nil {
			return groupError(err)
		}
		for _, id := range members {
			if err := w.setInvited(g, id, false); err != nil {
				return err
			}
		}
		if err := w.rekey(g); err != nil {
			return err
		}
		w.then(func() {
			w.groups.active[g.id] = g
			w.publishSigners()
		})
		c := &conversation{Conversation: model.Conversation{
			ID: conv, Kind: model.KindGroup, Name: name, Created: w.now, LastActivity: w.now, Synced: true, Approved: true, ApprovedMe: true,
		}}
		if err := w.tx.PutConversation(c.Conversation); err != nil {
			return err
		}
		w.convs[conv] = c
		w.emit(ConversationsChanged{})
		w.groups.active[g.id] = g // for sending within this transaction
		return w.memberChange(g, c, wire.GroupMembersAdded, members, false)
	})
}

func cleanDescription(text string) (string, error) {
	text = identity.TrimName(text)
	if len(text) > MaxDescription {
		return "", fail(model.ReasonTooLarge, "the description is longer than 600 bytes")
	}
	return text, nil
}

// newMembers checks ids that are to be invited, and sorts them.
func (w *work) newMembers(g *closedGroup, list []model.ID) ([]model.ID, error) {
	list = slices.Clone(list)
	slices.SortFunc(list, compareIDs)
	list = slices.Compact(list)
	count := 1
	if g != nil {
		count = len(g.ids())
	}
	for _, id := range list {
		if id.Prefix() != identity.Session || id == w.me {
			return nil, fail(model.ReasonInvalid, "only other accounts can be invited")
		}
		if g == nil {
			count++
		} else if _, member := g.isAdmin(id); !member {
			count++
		}
	}
	switch {
	case len(list) == 0:
		return nil, fail(model.ReasonInvalid, "a group needs at least one other member")
	case count > model.MaxMembers:
		return nil, fail(model.ReasonTooLarge, "a group can have at most 100 members")
	}
	return list, nil
}

// ownMember is this account as an admin of a group.
func (w *work) ownMember() (config.Member, error) {
	record, ok := w.tx.Account()
	if !ok {
		return config.Member{}, fail(model.ReasonDamaged, "the profile has no account")
	}
	record.Zero()
	return config.Member{
		ID: w.me, Name: record.Name, Admin: true,
		Picture: config.Picture{URL: record.Picture.URL, Key: record.Picture.Key},
	}, nil
}

// setInvited puts somebody on the list of members, to be invited by this device.
func (w *work) setInvited(g *closedGroup, id model.ID, history bool) error {
	m, _ := g.members.Get(id)
	m.ID, m.Invite, m.WithHistory, m.Removal = id, config.NotSent, history, config.NoRemoval
	m.Admin, m.Promotion = false, config.Accepted
	if c := w.find(model.ConversationOf(id)); c != nil && m.Name == "" {
		m.Name = identity.TruncateName(c.Name, config.MaxName)
		m.Picture = config.Picture{URL: c.Picture.URL, Key: c.Picture.Key}
	}
	if err := g.members.Set(m); err != nil {
		return model.Fail(model.ReasonInvalid, "this account cannot be invited", err)
	}
	return nil
}

// InviteMembers invites accounts to a group, or invites again who has not
// accepted. With history they can read what was said before. Members who have
// accepted are passed over. Errors: those of CreateGroup about members, and
// ReasonNotAllowed for who is no admin.
func (e *Engine) InviteMembers(ctx context.Context, conv model.ConversationID, members []model.ID, history bool) error {
	return e.update(ctx, func(w *work) error {
		g, c, err := w.needAdmin(conv)
		if err != nil {
			return err
		}
		list, err := w.newMembers(g, members)
		if err != nil {
			return err
		}
		var invited, added []model.ID
		for _, id := range list {
			m, there := g.members.Get(id)
			if there && m.Removal == config.NoRemoval && (m.Admin || m.Invite == config.Accepted) {
				continue
			}
			if !there || m.Removal != config.NoRemoval {
				added = append(added, id)
			}
			if err := w.setInvited(g, id, history); err != nil {
				return err
			}
			invited = append(invited, id)
		}
		if len(invited) == 0 {
			return nil
		}
		g.state.Unrevoke = append(g.state.Unrevoke, invited...)
		if history {
			supplement, err := g.keys.Supplement(invited)
			if err != nil {
				return fail(model.ReasonNotAllowed, "the group is being stored, try again in a moment")
			}
			g.state.Supplements = append(g.state.Supplements, supplement)
		}
		// A new key in any case: a notice of an earlier removal is older than it.
		if err := w.rekey(g); err != nil {
			return err
		}
		w.then(g.push.hurry)
		if len(added) == 0 {
			return nil
		}
		return w.memberChange(g, c, wire.GroupMembersAdded, added, history)
	})
}

// changeMembers is a command of an admin about members who are there. Ids that
// are not are ReasonNotFound.
func (e *Engine) changeMembers(ctx context.Context, conv model.ConversationID, members []model.ID, f func(w *work, g *closedGroup, c *conversation, list []config.Member) error) error {
	return e.update(ctx, func(w *work) error {
		g, c, err := w.needAdmin(conv)
		if err != nil {
			return err
		}
		list := slices.Clone(members)
		slices.SortFunc(list, compareIDs)
		var found []config.Member
		for _, id := range slices.Compact(list) {
			m, ok := g.members.Get(id)
			if !ok {
				return fail(model.ReasonNotFound, "this account is not a member of the group")
			}
			found = append(found, m)
		}
		if len(found) == 0 {
			return fail(model.ReasonInvalid, "no member was named")
		}
		w.then(g.push.hurry)
		return f(w, g, c, found)
	})
}

// RemoveMembers removes members from a group, with messages together with all
// that they wrote. They lose access at once when the swarm has heard of it, and a
// new key keeps them from reading what follows. Admins cannot be removed, since
// they hold the group's secret: ReasonNotAllowed, as for who is no admin.
// ReasonNotFound for an account that is no member.
func (e *Engine) RemoveMembers(ctx context.Context, conv model.ConversationID, members []model.ID, messages bool) error {
	return e.changeMembers(ctx, conv, members, func(w *work, g *closedGroup, c *conversation, list []config.Member) error {
		how := config.RemoveMember
		if messages {
			how = config.RemoveWithMessages
		}
		var removed []model.ID
		for _, m := range list {
			if m.Admin && m.Promotion == config.Accepted {
				return fail(model.ReasonNotAllowed, "an admin cannot be removed")
			}
			if m.Removal != config.NoRemoval {
				continue
			}
			m.Removal = how
			if err := g.members.Set(m); err != nil {
				return groupError(err)
			}
			removed = append(removed, m.ID)
		}
		if len(removed) == 0 {
			return nil
		}
		if messages {
			for _, id := range removed {
				if _, err := w.wipeMember(conv, id, w.now+1); err != nil {
					return err
				}
			}
			if c = w.find(conv); c == nil {
				return nil
			}
		}
		return w.memberChange(g, c, wire.GroupMembersRemoved, removed, false)
	})
}

// PromoteMembers makes members admins, or sends the promotion again to who has
// not received it. There is no way back: an admin holds the group's secret.
// ReasonNotAllowed for who is no admin, or for a member whose invitation is not
// accepted; ReasonNotFound for an account that is no member.
func (e *Engine) PromoteMembers(ctx context.Context, conv model.ConversationID, members []model.ID) error {
	return e.changeMembers(ctx, conv, members, func(w *work, g *closedGroup, c *conversation, list []config.Member) error {
		var promoted []model.ID
		for _, m := range list {
			switch {
			case m.Removal != config.NoRemoval, !m.Admin && m.Invite != config.Accepted:
				return fail(model.ReasonNotAllowed, "only members who have accepted can become admins")
			case m.Admin && m.Promotion == config.Accepted:
				continue
			case !m.Admin:
				promoted = append(promoted, m.ID)
			}
			m.Admin, m.Promotion = true, config.NotSent
			if err := g.members.Set(m); err != nil {
				return groupError(err)
			}
		}
		if len(promoted) == 0 {
			return nil
		}
		return w.memberChange(g, c, wire.GroupMembersPromoted, promoted, false)
	})
}

// changeInfo is a command of an admin that changes Info. A nil line tells nobody
// in the conversation.
func (e *Engine) changeInfo(ctx context.Context, conv model.ConversationID, change func(i *config.Info), line *model.Message, notice func(m *wire.GroupInfoChange)) error {
	return e.update(ctx, func(w *work) error {
		g, c, err := w.needAdmin(conv)
		if err != nil {
			return err
		}
		return w.changeInfo(g, c, change, line, notice)
	})
}

// changeInfo is Engine.changeInfo within a transaction that touches the group.
func (w *work) changeInfo(g *closedGroup, c *conversation, change func(i *config.Info), line *model.Message, notice func(m *wire.GroupInfoChange)) error {
	info := g.info.Info()
	before := info
	change(&info)
	if info.Name == before.Name && info.Description == before.Description && info.Expiry == before.Expiry &&
		info.DeleteBefore == before.DeleteBefore && info.DeleteAttachmentsBefore == before.DeleteAttachmentsBefore &&
		info.Picture.URL == before.Picture.URL && slices.Equal(info.Picture.Key, before.Picture.Key) {
		return nil
	}
	if err := g.info.SetInfo(info); err != nil {
		return model.Fail(model.ReasonInvalid, "the group cannot be changed to that", err)
	}
	w.then(g.push.hurry)
	r := &receiver{work: w}
	if err := r.applyGroupInfo(g); err != nil || line == nil {
		return err
	}
	return w.sendChange(g, c, line, func(sent uint64) *wire.GroupUpdateMessage {
		m := &wire.GroupInfoChange{}
		notice(m)
		g.secret.SignInfoChange(m, sent)
		return &wire.GroupUpdateMessage{InfoChangeMessage: m}
	})
}

// RenameGroup changes the name of a group for all, at most 100 bytes. Errors:
// ReasonInvalid and ReasonTooLarge as of CreateGroup, ReasonNotAllowed for who is
// no admin.
func (e *Engine) RenameGroup(ctx context.Context, conv model.ConversationID, name string) error {
	name, err := cleanName(name)
	if err != nil {
		return err
	}
	line := &model.Message{Kind: model.KindGroupChange, Change: &model.GroupChange{Kind: model.GroupRenamed, Name: name}}
	return e.changeInfo(ctx, conv, func(i *config.Info) { i.Name = name }, line, func(m *wire.GroupInfoChange) {
		m.Type, m.UpdatedName = wire.Some(wire.GroupNameChanged), wire.Some(name)
	})
}

// DescribeGroup changes the description, at most MaxDescription bytes; empty takes
// it away. Nobody is told but by the group itself. Errors as of RenameGroup.
func (e *Engine) DescribeGroup(ctx context.Context, conv model.ConversationID, description string) error {
	description, err := cleanDescription(description)
	if err != nil {
		return err
	}
	return e.changeInfo(ctx, conv, func(i *config.Info) { i.Description = description }, nil, nil)
}

// ClearGroupMessages deletes, for all members, everything that was said in a group
// until now. ReasonNotAllowed for who is no admin.
func (e *Engine) ClearGroupMessages(ctx context.Context, conv model.ConversationID) error {
	now := int64(e.Now())/1000 + 1
	return e.changeInfo(ctx, conv, func(i *config.Info) { i.DeleteBefore = now }, nil, nil)
}

// setGroupTimer is SetTimer for a group.
func (e *Engine) setGroupTimer(ctx context.Context, conv model.ConversationID, t model.Timer) error {
	if !allowedTimer(t, model.KindGroup) {
		return fail(model.ReasonInvalid, "messages cannot disappear that way")
	}
	if !t.On() {
		t = model.Timer{}
	}
	line := &model.Message{Kind: model.KindTimerChange, Timer: t}
	return e.changeInfo(ctx, conv, func(i *config.Info) { i.Expiry = int64(t.Seconds) }, line, func(m *wire.GroupInfoChange) {
		m.Type, m.UpdatedExpiration = wire.Some(wire.GroupDisappearingChanged), wire.Some(t.Seconds)
	})
}
