package vm

import (
	"context"

	"sotto/engine/model"
	"sotto/ui/text"
)

// RoomNotice is which messages of a group or community notify.
type RoomNotice struct {
	Label string
	On    bool // it is in force
	mode  model.NotifyMode
	mute  bool
}

// Notices lists the choices.
func (r *RoomInfo) Notices() []RoomNotice {
	c := r.Conversation
	silent := c.MutedUntil > r.now || c.Notify == model.NotifyNone
	return []RoomNotice{
		{text.T("group.notify_all"), !silent && c.Notify == model.NotifyAll, model.NotifyAll, false},
		{text.T("group.notify_mentions"), !silent && c.Notify == model.NotifyMentions, model.NotifyMentions, false},
		{text.T("group.notify_none"), silent, c.Notify, true},
	}
}

// SetNotice takes one of Notices.
func (r *RoomInfo) SetNotice(n RoomNotice) {
	r.do("", func(ctx context.Context) error {
		if n.mute {
			return r.engine.SetMuted(ctx, r.id, model.MuteForever)
		}
		if err := r.engine.SetMuted(ctx, r.id, 0); err != nil {
			return err
		}
		return r.engine.SetNotify(ctx, r.id, n.mode)
	}, nil)
}

// SetTimer sets how messages disappear; only admins may.
func (r *RoomInfo) SetTimer(t model.Timer) {
	r.do("group", func(ctx context.Context) error { return r.engine.SetTimer(ctx, r.id, t) }, nil)
}

// SetPinned pins the conversation to the top of the list, or unpins it.
func (r *RoomInfo) SetPinned(on bool) {
	r.do("", func(ctx context.Context) error { return r.engine.SetPinned(ctx, r.id, on) }, nil)
}

// Invite invites people, or invites them again.
func (r *RoomInfo) Invite(ids []model.ID, history bool) {
	r.do("group", func(ctx context.Context) error { return r.engine.InviteMembers(ctx, r.id, ids, history) }, nil)
}

// Promote makes a member an admin, for good.
func (r *RoomInfo) Promote(id model.ID) {
	r.do("group", func(ctx context.Context) error { return r.engine.PromoteMembers(ctx, r.id, []model.ID{id}) }, nil)
}

// Resend sends an invitation or a promotion again.
func (r *RoomInfo) Resend(m Member) {
	if m.Admin {
		r.Promote(m.ID)
		return
	}
	r.Invite([]model.ID{m.ID}, false)
}

// Remove removes a member, with messages together with all that they wrote.
func (r *RoomInfo) Remove(id model.ID, messages bool) {
	r.do("group", func(ctx context.Context) error {
		return r.engine.RemoveMembers(ctx, r.id, []model.ID{id}, messages)
	}, nil)
}

// Describe sets name and description; done is called when both are stored.
func (r *RoomInfo) Describe(name, description string, done func()) {
	before := r.Group
	r.do("newgroup", func(ctx context.Context) error {
		if name != before.Name {
			if err := r.engine.RenameGroup(ctx, r.id, name); err != nil {
				return err
			}
		}
		if description != before.Description {
			return r.engine.DescribeGroup(ctx, r.id, description)
		}
		return nil
	}, done)
}

// Clear deletes the messages here.
func (r *RoomInfo) Clear(done func()) {
	r.do("", func(ctx context.Context) error { return r.engine.ClearMessages(ctx, r.id) }, done)
}

// ClearForAll deletes the messages of all members until now.
func (r *RoomInfo) ClearForAll(done func()) {
	r.do("group", func(ctx context.Context) error { return r.engine.ClearGroupMessages(ctx, r.id) }, done)
}

// Leave leaves the group or community and deletes the conversation; one that is
// lost, or of the old kind, is only deleted.
func (r *RoomInfo) Leave() {
	kind := r.Conversation.Kind
	r.do("group", func(ctx context.Context) error { return leave(ctx, r.engine, kind, r.id) }, r.gone)
}

// Leaving is what leaving means: the sentences that say so begin with it.
func (r *RoomInfo) Leaving() string { return leaving(r.Conversation.Kind, &r.Group, r.me) }

// DeleteForAll ends the group for all members.
func (r *RoomInfo) DeleteForAll() {
	r.do("group", func(ctx context.Context) error { return r.engine.DeleteGroup(ctx, r.id) }, r.gone)
}

// Reach fetches a pinned message from before what is here, with all that was
// written since, and gives it to found.
func (r *RoomInfo) Reach(p PinnedLine, found func(model.MessageID)) {
	Ask(r.desk, func(ctx context.Context) (model.MessageID, error) { return r.engine.LoadPinned(ctx, r.id, p.number) },
		func(id model.MessageID, err error) {
			if err != nil {
				r.Failed(sentenceIn("community.pin", err))
				return
			}
			found(id)
		})
}

// InviteGuests sends people a card that leads to the community.
func (r *RoomInfo) InviteGuests(ids []model.ID, done func()) {
	var to []model.ConversationID
	for _, id := range ids {
		to = append(to, model.ConversationOf(id))
	}
	r.do("community", func(ctx context.Context) error { return r.engine.InviteToCommunity(ctx, r.id, to) }, done)
}

// Ban shuts somebody out of the community, with messages together with all that
// they wrote there.
func (r *RoomInfo) Ban(who model.ID, length BanLength, messages bool, done func()) {
	r.do("community", func(ctx context.Context) error {
		return r.engine.BanFromCommunity(ctx, r.id, who, length.For, messages)
	}, done)
}

// Unban ends a ban.
func (r *RoomInfo) Unban(who model.ID, done func()) {
	r.do("community", func(ctx context.Context) error { return r.engine.UnbanFromCommunity(ctx, r.id, who) }, done)
}

// Unpin takes a message off the top of a community.
func (r *RoomInfo) Unpin(p PinnedLine) {
	r.do("community", func(ctx context.Context) error { return r.engine.PinInCommunity(ctx, p.Message, false) }, nil)
}

func (r *RoomInfo) do(place string, job func(context.Context) error, done func()) {
	r.desk.Do(job, func(err error) {
		if err != nil {
			r.Failed(sentenceIn(place, err))
			return
		}
		if done != nil {
			done()
		}
		if !r.left {
			r.load()
		}
	})
}
