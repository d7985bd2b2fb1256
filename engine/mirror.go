package engine

import (
	"errors"
	"strings"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/config"
	"sotto/engine/protocol/identity"
)

// mirrorAll writes what a transaction changed into the configs. Fields that the
// configs have no place for (folders, drafts, scroll positions) stay here.
//
// While a restored account has not seen what its other devices know, nothing is
// mirrored: it would count as an edit, and be merged over theirs.
func (w *work) mirrorAll() error {
	if w.configs.unmerged || len(w.mirrored)+len(w.erased) == 0 && !w.profileChanged {
		return nil
	}
	w.configsTouched = true
	for _, id := range w.erased {
		if err := w.mirrorErased(id); err != nil {
			return mirrorError(err)
		}
	}
	for id := range w.mirrored {
		c := w.find(id)
		if c == nil {
			continue
		}
		if err := w.mirrorConversation(c); err != nil {
			return mirrorError(err)
		}
	}
	if w.profileChanged {
		return mirrorError(w.mirrorProfile())
	}
	return nil
}

// mirror has a conversation mirrored at the end of the transaction.
func (w *work) mirror(id model.ConversationID) {
	if w.mirrored == nil {
		w.mirrored = make(map[model.ConversationID]bool)
	}
	w.mirrored[id] = true
}

// mirrorError is about fields that the format refuses. Conversations hold to the
// same limits, so it does not happen.
func mirrorError(err error) error {
	if err == nil {
		return nil
	}
	return model.Fail(model.ReasonInternal, "a change cannot be told to the other devices", err)
}

// mirrorConversation writes one conversation into the configs that know its
// kind.
func (w *work) mirrorConversation(c *conversation) error {
	id, _ := c.ID.ID()
	now := time.UnixMilli(int64(w.now))
	read := config.ReadState{LastRead: int64(max(c.LastRead, 0)), Unread: c.MarkedUnread}
	switch c.Kind {
	case model.KindSelf:
		w.profileChanged = true
		return setRead(w.configs.volatile.OneToOne, w.configs.volatile.SetOneToOne, id, read, now)
	case model.KindContact:
		if id.Prefix() != identity.Session {
			return nil
		}
		entry, known := w.configs.contacts.Get(id)
		if !known && c.Synced {
			return nil // removed by another device; the merge that said so deletes it
		}
		if err := w.configs.contacts.Set(contactEntry(&c.Conversation, id, entry)); err != nil {
			return err
		}
		if !c.Synced {
			c.Synced, c.changed = true, true
		}
		return setRead(w.configs.volatile.OneToOne, w.configs.volatile.SetOneToOne, id, read, now)
	case model.KindGroup:
		group, ok := w.configs.groups.Group(id)
		if !ok {
			return nil
		}
		group.Membership = membership(&c.Conversation, group.Membership)
		if err := w.configs.groups.SetGroup(group); err != nil {
			return err
		}
		return setRead(w.configs.volatile.Group, w.configs.volatile.SetGroup, id, read, now)
	case model.KindLegacyGroup:
		for group := range w.configs.groups.LegacyGroups() {
			if group.ID == id {
				group.Membership = membership(&c.Conversation, group.Membership)
				if err := w.configs.groups.SetLegacyGroup(group); err != nil {
					return err
				}
				return setRead(w.configs.volatile.LegacyGroup, w.configs.volatile.SetLegacyGroup, id, read, now)
			}
		}
	case model.KindCommunity:
		room, ok := w.configs.room(c.ID)
		if !ok {
			return nil
		}
		room.Membership = membership(&c.Conversation, room.Membership)
		if err := w.configs.groups.SetCommunity(room); err != nil {
			return err
		}
		return setRead(w.configs.volatile.Community, w.configs.volatile.SetCommunity, room.Room, read, now)
	}
	return nil
}

// setRead writes a read position that is further, or another mark. An earlier
// position of this device never takes back what another one has read.
func setRead[K any](get func(K) (config.ReadState, bool), set func(K, config.ReadState, time.Time) error, key K, s config.ReadState, now time.Time) error {
	old, known := get(key)
	s.LastRead = max(s.LastRead, old.LastRead)
	if known && s.LastRead == old.LastRead && s.Unread == old.Unread || !known && s.LastRead == 0 && !s.Unread {
		return nil
	}
	return set(key, s, now)
}

// contactEntry is a conversation as the config has it. have is the entry of now;
// what a conversation does not know of it stays.
func contactEntry(c *model.Conversation, id identity.ID, have config.Contact) config.Contact {
	have.ID = id
	have.Name, have.Nickname = c.Name, c.Nickname
	have.Picture = config.Picture{URL: c.Picture.URL, Key: c.Picture.Key}
	have.Approved, have.ApprovedMe, have.Blocked = c.Approved, c.ApprovedMe, c.Blocked
	have.Notify, have.MutedUntil = notifyEntry(c, have.Notify)
	have.Priority = priorityEntry(c)
	have.Expiry, have.ExpirySeconds = expiryEntry(c.Timer)
	have.Updated = max(c.ProfileUpdated, 0)
	if have.Created == 0 {
		have.Created = int64(c.Created) / 1000
	}
	return have
}

func membership(c *model.Conversation, have config.Membership) config.Membership {
	have.Notify, have.MutedUntil = notifyEntry(c, have.Notify)
	have.Priority = priorityEntry(c)
	return have
}

// priorityEntry says hidden, pinned, or neither.
func priorityEntry(c *model.Conversation) int64 {
	if c.Hidden {
		return config.Hidden
	}
	return c.Pinned
}

// notifyEntry has "muted until changed" as "no notifications", which is what
// other clients show for it. A choice that was never made stays so.
func notifyEntry(c *model.Conversation, have config.Notify) (config.Notify, int64) {
	switch {
	case c.Notify == model.NotifyNone, c.MutedUntil == model.MuteForever:
		return config.NotifyNone, 0
	case c.Notify == model.NotifyMentions && c.Kind != model.KindContact:
		have = config.NotifyMentions
	case have != config.NotifyDefault:
		have = config.NotifyAll
	}
	return have, (int64(c.MutedUntil) + 999) / 1000
}

func expiryEntry(t model.Timer) (config.ExpiryMode, int64) {
	switch {
	case !t.On():
		return config.ExpiryOff, 0
	case t.Mode == model.ExpireAfterRead:
		return config.ExpiryAfterRead, int64(t.Seconds)
	}
	return config.ExpiryAfterSend, int64(t.Seconds)
}

// mirrorProfile writes the own profile and what belongs to Note to Self.
func (w *work) mirrorProfile() error {
	w.profileChanged = false
	record, ok := w.tx.Account()
	if !ok {
		return errors.New("no account")
	}
	record.Zero()
	p := w.configs.profile
	var priority, expiry int64 = config.Hidden, 0
	if c := w.find(w.self); c != nil {
		priority = priorityEntry(&c.Conversation)
		if c.LastActivity == 0 && !w.setting().ShowNoteToSelf {
			priority = config.Hidden
		}
		_, expiry = expiryEntry(c.Timer)
	} else if w.setting().ShowNoteToSelf {
		priority = 0
	}
	stamp := time.Unix(max(record.ProfileUpdated, 0), 0)
	err := errors.Join(
		p.SetName(record.Name, stamp),
		p.SetPicture(config.Picture{URL: record.Picture.URL, Key: record.Picture.Key}, stamp),
		p.SetNoteToSelfPriority(priority),
		p.SetNoteToSelfExpiry(expiry),
	)
	if want := w.setting().CommunityRequests; want != model.Unset {
		err = errors.Join(err, p.SetCommunityRequests(want == model.Yes, stamp))
	}
	return err
}

// mirrorErased removes a deleted conversation from the configs.
func (w *work) mirrorErased(conv model.ConversationID) error {
	id, ok := conv.ID()
	if ok && id.Prefix() == identity.Group {
		_, err := w.configs.groups.EraseGroup(id)
		return err
	}
	if !ok || id.Prefix() != identity.Session {
		return nil
	}
	_, err := w.configs.contacts.Erase(id)
	if err != nil {
		return err
	}
	_, err = w.configs.volatile.EraseOneToOne(id)
	return err
}

// room finds the entry of a community by its conversation.
func (s *configs) room(conv model.ConversationID) (config.UserCommunity, bool) {
	for room := range s.groups.Communities() {
		if communityID(room.Room) == conv {
			return room, true
		}
	}
	return config.UserCommunity{}, false
}

// communityID is the conversation of a room: its address without the server's
// key, "https://host/room", the room in lower case.
func communityID(r config.Room) model.ConversationID {
	return model.ConversationID(r.Server.URL + "/" + strings.ToLower(r.Name))
}
