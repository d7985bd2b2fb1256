package engine

import (
	"errors"
	"reflect"
	"strings"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/config"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
	"sotto/internal/redact"
	"sotto/store"
)

// refusedFor is how long a config message that could not be read is left alone;
// a newer version of Sotto may read it.
const refusedFor model.Millis = 24 * 60 * 60 * 1000

// mergeConfigs merges what a member of the own swarm gave, and applies what that
// changed, in one transaction with the last hashes
// (protocol/config-messages.md §4, §8).
func (c *core) mergeConfigs(node [32]byte, members int, pages []configPage) error {
	err := c.update(func(w *work) error {
		w.configsTouched = true
		r := &receiver{work: w}
		var changed []snode.Namespace
		for _, page := range pages {
			is, err := r.mergePage(page)
			if err != nil {
				return err
			}
			if is {
				changed = append(changed, page.space)
			}
			if page.last != "" {
				if err := w.tx.PutLastHash(node, w.me, int16(page.space), page.last); err != nil {
					return err
				}
			}
		}
		if err := r.applyConfigs(changed); err != nil {
			return err
		}
		if err := r.sighted(pages, changed); err != nil {
			return err
		}
		return r.merged(node, members)
	})
	if err != nil {
		c.storeFailed("store what other devices changed", err)
	}
	return err
}

// mergePage merges the messages of one namespace and reports whether anything
// is different now.
func (r *receiver) mergePage(page configPage) (changed bool, err error) {
	if len(page.messages) == 0 {
		return false, nil
	}
	list := make([]config.Message, len(page.messages))
	for i, m := range page.messages {
		list[i] = config.Message{Hash: m.Hash, Data: m.Data}
	}
	result := r.configs.of(page.space).Merge(time.UnixMilli(int64(r.now)), list)
	for _, hash := range result.Accepted {
		if err := r.markConfig(page.space, hash, seenHandled); err != nil {
			return false, err
		}
	}
	for _, refused := range result.Refused {
		r.log.Warn("a config message cannot be read and stays as it is",
			"namespace", int(page.space), "hash", redact.ID(refused.Hash), "err", refused.Err)
		if err := r.markConfig(page.space, refused.Hash, seenClosed); err != nil {
			return false, err
		}
	}
	if n := len(result.Refused); n > 0 {
		r.then(func() { r.view.unreadConfigs.Add(int64(n)); r.hub.emit(StatusChanged{}) })
	}
	return result.Changed, nil
}

// markConfig notes that a config message need not be looked at again.
func (w *work) markConfig(ns snode.Namespace, hash string, reason uint8) error {
	until := w.now + configLife
	if reason == seenClosed {
		until = w.now + refusedFor
	}
	return w.tx.MarkSeen(w.me, int16(ns), hash, store.SeenRecord{Expiry: until, Reason: reason})
}

// merged ends the waiting of a restored account once it is certain what its
// other devices left: two members of the swarm were asked, since one may lack
// what the other has, and nothing that they gave is pushed before.
func (r *receiver) merged(node [32]byte, members int) error {
	s := &r.configs
	if !s.unmerged {
		return nil
	}
	if s.heard == nil {
		s.heard = make(map[[32]byte]bool)
	}
	s.heard[node] = true
	if len(s.heard) < min(2, members) {
		return nil
	}
	record, ok := r.tx.Account()
	if !ok {
		return model.Fail(model.ReasonDamaged, "the profile has no account", store.ErrDamaged)
	}
	defer record.Zero()
	record.Unmerged = false
	s.unmerged, s.heard = false, nil
	r.profileChanged = true
	for _, c := range r.tx.Conversations() {
		r.mirror(c.ID)
	}
	r.emit(ProfileChanged{})
	r.then(r.pushSoon)
	return r.tx.PutAccount(record)
}

// applyConfigs brings conversations to what the changed configs say.
func (r *receiver) applyConfigs(changed []snode.Namespace) error {
	for _, ns := range changed {
		var err error
		switch ns {
		case snode.UserProfile:
			err = r.applyOwnProfile()
		case snode.Contacts:
			err = r.applyContacts()
		case snode.UserGroups:
			err = r.applyGroups()
		}
		if err != nil {
			return err
		}
	}
	if len(changed) == 0 {
		return nil
	}
	r.emit(ConversationsChanged{}, RequestsChanged{})
	// Also after new contacts or groups: their read positions may have come
	// before them.
	return r.applyRead()
}

// applyOwnProfile takes over name, picture and what belongs to Note to Self.
func (r *receiver) applyOwnProfile() error {
	p := r.configs.profile
	record, ok := r.tx.Account()
	if !ok {
		return model.Fail(model.ReasonDamaged, "the profile has no account", store.ErrDamaged)
	}
	defer record.Zero()
	picture := p.Picture()
	if name := p.Name(); name != "" {
		record.Name = name
	}
	record.Picture = model.Picture{URL: picture.URL, Key: picture.Key}
	record.ProfileUpdated = max(record.ProfileUpdated, p.Updated())
	if err := r.tx.PutAccount(record); err != nil {
		return err
	}
	r.emit(ProfileChanged{})
	r.offerOwnPicture(record.Picture)

	s := *r.setting()
	if allowed, chosen := p.CommunityRequests(); chosen {
		s.CommunityRequests = model.ChoiceOf(allowed)
	}
	priority := p.NoteToSelfPriority()
	s.ShowNoteToSelf = priority >= 0
	if s != *r.setting() {
		*r.setting() = s
		r.emit(SettingsChanged{})
		if err := r.tx.PutSettings(s); err != nil {
			return err
		}
	}
	c, err := r.open(r.me)
	if err != nil {
		return err
	}
	c.Hidden, c.Pinned = priority < 0, max(priority, 0)
	c.Timer = model.Timer{}
	if seconds := p.NoteToSelfExpiry(); seconds > 0 {
		c.Timer = model.Timer{Mode: model.ExpireAfterSend, Seconds: clampSeconds(seconds)}
	}
	r.taken(c)
	return nil
}

// taken is touch for what a config says: it need not be mirrored.
func (r *receiver) taken(c *conversation) {
	c.changed = true
	r.emit(ConversationChanged{c.ID})
}

func clampSeconds(s int64) uint32 { return uint32(min(max(s, 0), 1<<31)) }

// applyContacts makes, changes and deletes conversations with people.
func (r *receiver) applyContacts() error {
	there := make(map[model.ConversationID]bool)
	for entry := range r.configs.contacts.All() {
		if entry.ID == r.me {
			continue // some clients put the account itself there
		}
		conv := model.ConversationOf(entry.ID)
		there[conv] = true
		c := r.find(conv)
		if c == nil {
			made := model.Millis(max(entry.Created, 1)) * 1000
			c = &conversation{Conversation: model.Conversation{
				ID: conv, Kind: model.KindContact, Created: made, LastActivity: min(made, r.now), Synced: true,
			}}
			if err := r.tx.PutConversation(c.Conversation); err != nil {
				return err
			}
			r.convs[conv] = c
			r.then(func() { r.met.contacts.Add(1) })
		}
		if !c.Synced {
			// Known here before the config was: what the user agreed to counts.
			entry.Approved = entry.Approved || c.Approved
			entry.ApprovedMe = entry.ApprovedMe || c.ApprovedMe
			r.mirror(conv)
		} else if reflect.DeepEqual(contactEntry(&c.Conversation, entry.ID, entry), entry) {
			continue
		}
		r.takeContact(c, entry)
	}
	return r.deleteMissing(func(c *model.Conversation) bool {
		return c.Kind == model.KindContact && c.Synced && !there[c.ID]
	})
}

// takeContact brings a conversation to what its entry says.
func (r *receiver) takeContact(c *conversation, e config.Contact) {
	c.Synced = true
	if strings.TrimSpace(e.Name) != "" {
		c.Name = identity.DisplayName(e.Name, e.ID)
	}
	c.Nickname = identity.TrimName(e.Nickname)
	c.Picture = model.Picture{URL: e.Picture.URL, Key: e.Picture.Key}
	c.ProfileUpdated = max(c.ProfileUpdated, e.Updated)
	c.Approved, c.ApprovedMe, c.Blocked = e.Approved, e.ApprovedMe, e.Blocked
	r.takePlace(c, e.Priority, e.Notify, e.MutedUntil)
	mode, seconds := expiryEntry(c.Timer)
	if mode != e.Expiry || seconds != e.ExpirySeconds {
		c.Timer = timerOfEntry(e.Expiry, e.ExpirySeconds)
	}
	r.taken(c)
}

func timerOfEntry(mode config.ExpiryMode, seconds int64) model.Timer {
	switch mode {
	case config.ExpiryAfterRead:
		return model.Timer{Mode: model.ExpireAfterRead, Seconds: clampSeconds(seconds)}
	case config.ExpiryAfterSend:
		return model.Timer{Mode: model.ExpireAfterSend, Seconds: clampSeconds(seconds)}
	}
	return model.Timer{}
}

// takePlace takes over pin, hiding and notifications. What this device tells
// apart and the config does not is left as it is while both mean the same.
func (r *receiver) takePlace(c *conversation, priority int64, notify config.Notify, muted int64) {
	c.Hidden, c.Pinned = priority < 0, max(priority, 0)
	if have, _ := notifyEntry(&c.Conversation, notify); have != notify {
		switch notify {
		case config.NotifyNone:
			c.Notify = model.NotifyNone
		case config.NotifyMentions:
			c.Notify = model.NotifyMentions
		default:
			c.Notify = model.NotifyAll
		}
		if c.MutedUntil == model.MuteForever {
			c.MutedUntil = 0
		}
	}
	if _, have := notifyEntry(&c.Conversation, notify); have != muted {
		c.MutedUntil = model.Millis(min(max(muted, 0), 1<<40)) * 1000
	}
}

// applyGroups lists the groups and communities of the account.
func (r *receiver) applyGroups() error {
	there := make(map[model.ConversationID]bool)
	take := func(id model.ConversationID, kind model.Kind, name string, m config.Membership) error {
		there[id] = true
		c := r.find(id)
		if c == nil {
			joined := model.Millis(max(m.Joined, 1)) * 1000
			c = &conversation{Conversation: model.Conversation{
				ID: id, Kind: kind, Created: joined, LastActivity: min(joined, r.now), Synced: true, ApprovedMe: true,
			}}
			if err := r.tx.PutConversation(c.Conversation); err != nil {
				return err
			}
			r.convs[id] = c
		}
		if name != "" {
			c.Name = name
		}
		c.Approved = !m.Invited
		r.takePlace(c, m.Priority, m.Notify, m.MutedUntil)
		r.taken(c)
		return nil
	}
	for g := range r.configs.groups.Groups() {
		conv := model.ConversationOf(g.ID)
		if err := take(conv, model.KindGroup, g.Name, g.Membership); err != nil {
			return err
		}
		if c := r.find(conv); c != nil && g.Removed != config.NotRemoved {
			if err := r.showLoss(c, g.ID, g.Removed); err != nil {
				return err
			}
		}
	}
	for g := range r.configs.groups.LegacyGroups() {
		if err := take(model.ConversationOf(g.ID), model.KindLegacyGroup, g.Name, g.Membership); err != nil {
			return err
		}
	}
	for room := range r.configs.groups.Communities() {
		conv := communityID(room.Room)
		if err := take(conv, model.KindCommunity, room.Name, room.Membership); err != nil {
			return err
		}
		if r.room(conv) == nil {
			if err := r.noteBroughtBack(laneOf(room.Room.Server.Key), conv); err != nil {
				return err
			}
		}
	}
	return r.deleteMissing(func(c *model.Conversation) bool {
		return (c.Kind == model.KindGroup || c.Kind == model.KindLegacyGroup || c.Kind == model.KindCommunity) && c.Synced && !there[c.ID]
	})
}

// deleteMissing deletes conversations that another device has deleted.
func (r *receiver) deleteMissing(gone func(*model.Conversation) bool) error {
	for _, c := range r.tx.Conversations() {
		if !gone(&c) {
			continue
		}
		if err := r.deleteConversation(c.ID); err != nil {
			return err
		}
		if id, ok := c.ID.ID(); ok && c.Kind == model.KindGroup {
			r.drop(id)
			if err := errors.Join(r.noteLeft(id), r.forgetGroup(id)); err != nil {
				return err
			}
		}
	}
	return nil
}

// applyRead takes over how far conversations were read on other devices, only
// forward, and marks as unread.
func (r *receiver) applyRead() error {
	v := r.configs.volatile
	for id, s := range v.OneToOnes() {
		if err := r.takeRead(model.ConversationOf(id), s); err != nil {
			return err
		}
	}
	for id, s := range v.Groups() {
		if err := r.takeRead(model.ConversationOf(id), s); err != nil {
			return err
		}
	}
	for id, s := range v.LegacyGroups() {
		if err := r.takeRead(model.ConversationOf(id), s); err != nil {
			return err
		}
	}
	for room, s := range v.Communities() {
		if err := r.takeRead(communityID(room), s); err != nil {
			return err
		}
	}
	return nil
}

func (r *receiver) takeRead(conv model.ConversationID, s config.ReadState) error {
	c := r.find(conv)
	if c == nil {
		return nil
	}
	if c.MarkedUnread != s.Unread {
		c.MarkedUnread = s.Unread
		r.taken(c)
		r.emit(ReadChanged{conv})
	}
	upTo := model.Millis(s.LastRead)
	if upTo <= c.LastRead || upTo > r.now+maxAhead {
		return nil
	}
	marked := c.MarkedUnread
	if err := r.forget(conv); err != nil {
		return err
	}
	read, err := r.tx.MarkReadUpTo(conv, upTo)
	if err != nil {
		return err
	}
	c = r.find(conv)
	c.LastRead = max(c.LastRead, upTo)
	c.MarkedUnread = marked
	r.taken(c)
	r.emit(ReadChanged{conv})
	return r.startReadTimers(read)
}
