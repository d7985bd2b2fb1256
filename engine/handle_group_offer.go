package engine

import (
	"slices"

	"sotto/engine/model"
	"sotto/engine/protocol/config"
	"sotto/engine/protocol/group"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/wire"
	"sotto/internal/redact"
)

// handleGroupOffer handles what an admin of a group sends to one person: an
// invitation, or the group's secret to a new admin (protocol/groups.md §7).
func (r *receiver) handleGroupOffer(in *incoming, m *wire.GroupUpdateMessage) error {
	switch {
	case m.InviteMessage != nil:
		id, err := group.OpenInvite(r.account, m.InviteMessage, in.Timestamp)
		if err != nil {
			r.log.Info("invitation to a group refused", "sender", redact.ID(in.Sender.String()), "err", err)
			return nil
		}
		return r.offered(in, offer{id: id, name: m.InviteMessage.Name.Value, auth: m.InviteMessage.MemberAuthData})
	case m.PromoteMessage != nil:
		secret, err := group.OpenPromotion(m.PromoteMessage)
		if err != nil {
			r.log.Info("promotion in a group refused", "sender", redact.ID(in.Sender.String()), "err", err)
			return nil
		}
		seed := secret.Seed()
		return r.offered(in, offer{id: secret.ID(), name: m.PromoteMessage.Name.Value, seed: seed[:]})
	}
	return nil
}

// offer is access to a group.
type offer struct {
	id         model.ID
	name       string
	auth, seed []byte
}

// offered writes the access into UserGroups. From a stranger it is a request
// that waits for an answer; a contact's is taken at once. The message goes from
// the own swarm: no other device has to act on it a second time.
func (r *receiver) offered(in *incoming, o offer) error {
	if err := r.queueDelete([]string{in.hash}); err != nil {
		return err
	}
	conv := model.ConversationOf(o.id)
	if r.staleOffer(o.id, in.sent) {
		r.log.Info("invitation from before the group was left ignored", "group", redact.ID(o.id.String()))
		return nil
	}
	from := r.find(model.ConversationOf(in.Sender))
	known := from != nil && from.Approved
	if from != nil {
		r.applyProfile(from, in.Content.DataMessage.Profile, in.Content.DataMessage.ProfileKey)
	}
	e, there := r.configs.groups.Group(o.id)
	member := there && e.Removed == config.NotRemoved && len(e.Seed)+len(e.AuthData) > 0
	if member && (len(o.seed) > 0 && len(e.Seed) > 0 || len(o.auth) > 0 && (len(e.Seed) > 0 || slices.Equal(e.AuthData, o.auth))) {
		return nil // nothing new
	}
	r.configsTouched = true
	e.ID = o.id
	if name := identity.TruncateName(identity.TrimName(o.name), config.MaxName); name != "" {
		e.Name = name
	}
	if len(o.seed) > 0 {
		e.Seed, e.AuthData = o.seed, nil
	} else {
		e.AuthData = o.auth
	}
	kicked := there && e.Removed != config.NotRemoved
	e.Removed = config.NotRemoved
	if !member {
		e.Invited = !known
		e.Joined = int64(in.sent) / 1000
	}
	if err := r.configs.groups.SetGroup(e); err != nil {
		r.log.Info("invitation to a group refused", "sender", redact.ID(in.Sender.String()), "err", err)
		return nil
	}
	if member {
		// A promotion: the group is read again with an admin's eyes.
		return r.rereadGroup(o.id)
	}
	if err := r.tx.PutBlob(groupBlob(o.id, groupViewBlob), nil); err != nil {
		return err
	}
	if kicked {
		if err := r.forget(conv); err != nil {
			return err
		}
		if err := r.tx.ClearMessages(conv); err != nil {
			return err
		}
		r.emit(Resync{})
	}
	return r.listGroup(in, &e)
}

// rereadGroup has everything of a group fetched again.
func (w *work) rereadGroup(id model.ID) error {
	g := w.groups.active[id]
	if g == nil {
		return nil
	}
	w.touchGroup(g)
	return w.forgetHashes(id, &g.state, groupSpaces...)
}

// listGroup puts a group on the list with a line that says who invited.
func (r *receiver) listGroup(in *incoming, e *config.UserGroup) error {
	conv := model.ConversationOf(e.ID)
	c := r.find(conv)
	if c == nil {
		c = &conversation{Conversation: model.Conversation{
			ID: conv, Kind: model.KindGroup, Created: r.now, Synced: true, ApprovedMe: true,
		}}
		if err := r.tx.PutConversation(c.Conversation); err != nil {
			return err
		}
		r.convs[conv] = c
	}
	c.Name, c.Approved, c.Inviter, c.Hidden = e.Name, !e.Invited, in.Sender, false
	// What was said before is there to be read, and is no news.
	c.LastRead = max(c.LastRead, in.sent-1)
	r.touch(c)
	r.emit(ConversationsChanged{}, RequestsChanged{}, GroupChanged{conv})
	if !e.Invited {
		if err := r.answerLater(e.ID); err != nil {
			return err
		}
	}
	m := &model.Message{Kind: model.KindGroupChange, Change: &model.GroupChange{Kind: model.GroupInvited}}
	if err := r.add(in, c, m, false); err != nil {
		return err
	}
	if e.Invited && in.sent >= r.born && !r.setting().RequestsQuiet {
		r.emit(Notify{conv, m.ID})
	}
	return nil
}

// answerLater has the group told that the invitation was taken, as soon as the
// first poll has brought a key.
func (w *work) answerLater(id model.ID) error {
	name := groupBlob(id, groupStateBlob)
	return w.tx.PutBlob(name, []byte(`{"a":true}`))
}

// leftBlob is when a group was left or declined: earlier invitations, which other
// devices or a swarm that forgot to delete them still have, do not count.
const groupLeftBlob = "left"

func (w *work) staleOffer(id model.ID, sent model.Millis) bool {
	b := w.tx.Blob(groupBlob(id, groupLeftBlob))
	return len(b) == 8 && sent <= decodeMillis(b)
}

func (w *work) noteLeft(id model.ID) error {
	return w.tx.PutBlob(groupBlob(id, groupLeftBlob), encodeMillis(w.now))
}
