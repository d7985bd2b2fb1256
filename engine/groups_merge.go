package engine

import (
	"errors"
	"slices"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/config"
	"sotto/engine/protocol/group"
	"sotto/engine/protocol/snode"
	"sotto/internal/redact"
	"sotto/store"
)

// keySlack is how far the times of two nodes may be apart when a key and a
// message that it closes are compared.
const keySlack model.Millis = 60_000

// mergeGroup merges what a member of a group's swarm gave, in one transaction
// with the last hashes: keys first, since they open the rest, then Info and
// Members, then the notice of having been removed (protocol/groups.md §1). It
// returns the keys for messages; lost says that the account is in the group no
// longer.
func (c *core) mergeGroup(id model.ID, node [32]byte, pages []configPage) (keys [][32]byte, lost bool, err error) {
	err = c.update(func(w *work) error {
		g := w.groups.active[id]
		if g == nil {
			return fail(model.ReasonNotAllowed, "this account is not in the group")
		}
		w.touchGroup(g)
		r := &receiver{work: w}
		of := func(ns snode.Namespace) *configPage {
			for i := range pages {
				if pages[i].space == ns {
					return &pages[i]
				}
			}
			return &configPage{}
		}
		g.asked(node)
		for _, page := range pages {
			if page.last == "" {
				continue
			}
			if err := w.tx.PutLastHash(node, id, int16(page.space), page.last); err != nil {
				return err
			}
		}
		if err := r.mergeKeys(g, of(snode.GroupKeys)); err != nil {
			return err
		}
		if _, ok := g.keys.Newest(); ok {
			g.state.Silent = 0
		} else {
			g.state.Silent = min(g.state.Silent+1, silentAfter)
		}
		infoChanged := r.mergeGroupConfig(g, g.info.Config, of(snode.GroupInfo))
		membersChanged := r.mergeGroupConfig(g, g.members.Config, of(snode.GroupMembers))
		if infoChanged {
			if err := r.applyGroupInfo(g); err != nil {
				return err
			}
		}
		if membersChanged {
			r.emit(GroupChanged{g.conv})
		}
		if g.admin() {
			if err := w.tidyMembers(g); err != nil {
				return err
			}
		}
		if err := r.respond(g); err != nil {
			return err
		}
		keys = g.keys.All()
		for _, m := range of(snode.RevokedRetrievable).messages {
			generation, err := group.OpenKicked(id, w.account, m.Data)
			switch {
			case err != nil:
				continue // for others
			case generation < g.keys.Generation():
				r.log.Info("notice of a removal from before the account was invited again ignored")
				continue
			}
			lost = true
			return r.loseGroup(g.conv, config.Kicked)
		}
		if g.info.Info().Destroyed {
			lost = true
			return r.loseGroup(g.conv, config.Destroyed)
		}
		return nil
	})
	if err != nil && model.ReasonOf(err) != model.ReasonNotAllowed {
		c.storeFailed("store what changed in a group", err)
	}
	return keys, lost && err == nil, err
}

// asked notes a member of the swarm that has last hashes.
func (g *closedGroup) asked(node [32]byte) {
	if !slices.Contains(g.state.Nodes, node) && len(g.state.Nodes) < 32 {
		g.state.Nodes = append(g.state.Nodes, node)
	}
}

// mergeKeys takes key messages. New keys open what was closed before, and
// everything that still waits to be sent is sealed with the newest.
func (r *receiver) mergeKeys(g *closedGroup, page *configPage) error {
	before, known := g.keys.All(), g.ready()
	reread := false
	for _, m := range page.messages {
		had := len(g.keys.All())
		found, err := g.keys.Load(m.Hash, m.Data, m.Timestamp)
		if err != nil {
			r.log.Info("key message of a group refused", "hash", redact.ID(m.Hash), "err", err)
			continue
		}
		// A key from before a message that did not open may open it: the first
		// ones, and the many of a supplemental message, come late.
		if found && (had == 0 || len(g.keys.All()) > had+1 || model.Millis(m.Timestamp) <= g.state.Closed+keySlack) {
			reread = true
		}
	}
	if slices.Equal(before, g.keys.All()) {
		return nil
	}
	if err := g.useKeys(false); err != nil {
		return err
	}
	if known {
		if err := r.resealGroup(g); err != nil {
			return err
		}
	}
	var spaces []snode.Namespace
	if reread && g.state.Closed != 0 {
		spaces, g.state.Closed = append(spaces, snode.GroupMessages), 0
	}
	if g.state.Unread {
		spaces, g.state.Unread = append(spaces, snode.GroupInfo, snode.GroupMembers), false
	}
	if len(spaces) == 0 {
		return nil
	}
	r.then(func() { g.poll.next = time.Time{} })
	return r.forgetHashes(g.id, &g.state, spaces...)
}

// mergeGroupConfig merges the messages of Info or Members.
func (r *receiver) mergeGroupConfig(g *closedGroup, c *config.Config, page *configPage) (changed bool) {
	if len(page.messages) == 0 {
		return false
	}
	list := make([]config.Message, len(page.messages))
	for i, m := range page.messages {
		list[i] = config.Message{Hash: m.Hash, Data: m.Data}
	}
	result := c.Merge(time.UnixMilli(int64(r.now)), list)
	for _, refused := range result.Refused {
		if errors.Is(refused.Err, config.ErrNotOpen) {
			g.state.Unread = true // its key may be on its way
			continue
		}
		r.log.Info("config message of a group refused", "namespace", int(page.space), "hash", redact.ID(refused.Hash), "err", refused.Err)
	}
	return result.Changed
}

// applyGroupInfo brings the conversation to what Info says.
func (r *receiver) applyGroupInfo(g *closedGroup) error {
	info := g.info.Info()
	c := r.find(g.conv)
	if c == nil {
		return nil
	}
	if info.Name != "" && c.Name != info.Name {
		c.Name = info.Name
		r.emit(ConversationsChanged{})
		if e, ok := r.configs.groups.Group(g.id); ok && e.Name != info.Name {
			r.configsTouched = true
			e.Name = info.Name
			if err := r.configs.groups.SetGroup(e); err != nil {
				return mirrorError(err)
			}
		}
	}
	c.Picture = model.Picture{URL: info.Picture.URL, Key: info.Picture.Key}
	c.Timer = afterSend(info.Expiry)
	r.taken(c)
	return r.applyDeleteBefore(g, info)
}

// applyDeleteBefore deletes what admins cleared for all, once for each new time.
func (w *work) applyDeleteBefore(g *closedGroup, info config.Info) error {
	if at := info.DeleteBefore; at > g.state.DeletedBefore {
		g.state.DeletedBefore = at
		if err := w.removeBefore(g.conv, model.Millis(at)*1000, func(*model.Message) bool { return true }); err != nil {
			return err
		}
	}
	if at := info.DeleteAttachmentsBefore; at > g.state.AttachmentsBefore {
		g.state.AttachmentsBefore = at
		return w.removeBefore(g.conv, model.Millis(at)*1000, func(m *model.Message) bool { return len(m.Attachments) > 0 })
	}
	return nil
}

// removeBefore removes messages that were sent before a time.
func (w *work) removeBefore(conv model.ConversationID, before model.Millis, which func(m *model.Message) bool) error {
	if err := w.forget(conv); err != nil {
		return err
	}
	return w.eachBefore(conv, before, func(m model.Message) error {
		if !which(&m) {
			return nil
		}
		if err := w.cancel(m); err != nil {
			return err
		}
		return w.remove(m)
	})
}

// eachBefore goes over the messages of a conversation that were sent before a
// time, oldest first. f may change or remove the message it is given.
func (w *work) eachBefore(conv model.ConversationID, before model.Millis, f func(m model.Message) error) error {
	for _, id := range w.tx.MessagesBefore(conv, before, -1) {
		if m, ok := w.tx.Message(id); ok {
			if err := f(m); err != nil {
				return err
			}
		}
	}
	return nil
}

// tidyMembers is what an admin's device sees to after every merge: that this
// account's own promotion counts as accepted, and that two keys of one
// generation are followed by a new one.
func (w *work) tidyMembers(g *closedGroup) error {
	if me, ok := g.members.Get(w.me); ok && (me.Admin && me.Promotion != config.Accepted || !me.Admin) && me.Removal == config.NoRemoval {
		me.Admin, me.Promotion, me.Invite = true, config.Accepted, config.Accepted
		if err := g.members.Set(me); err != nil {
			return groupError(err)
		}
	}
	if g.keys.NeedsRekey() && g.members.Seqno() > 0 && g.keys.Pending() == nil {
		return w.rekey(g)
	}
	return nil
}

// rekey makes the next key for all who are members.
func (w *work) rekey(g *closedGroup) error {
	if _, err := g.keys.Rekey(g.ids()); err != nil {
		return groupError(err)
	}
	g.push.keyStored = false
	if err := g.useKeys(true); err != nil {
		return err
	}
	return w.resealGroup(g)
}

// resealGroup seals what waits to be sent to a group, and was never tried, with
// the newest key: what is sent after a member was removed is not for them.
func (w *work) resealGroup(g *closedGroup) error {
	key, ok := g.keys.Newest()
	if !ok {
		return nil
	}
	for _, row := range w.tx.OutboxFor(g.id) {
		if row.Namespace != int16(snode.GroupMessages) || w.out.tried[row.Seq] || row.Kind != rowMessage && row.Kind != rowControl {
			continue
		}
		opened, err := group.Open(g.id, g.keys.All(), row.Data)
		if err != nil {
			continue
		}
		data, err := group.Close(g.id, w.account, key, w.rand, opened.Content, opened.Timestamp)
		if err != nil {
			return sealError(err)
		}
		row.Data = data
		if err := w.tx.PutOutbox(row); err != nil {
			return err
		}
		if m, ok := w.tx.Message(row.Message); ok {
			m.Hash = snode.MessageHash(g.id, snode.GroupMessages, data)
			if err := w.tx.PutMessage(m); err != nil {
				return err
			}
		}
	}
	return nil
}

// respond tells the group that this account has taken the invitation, once there
// is a key to say it with.
func (r *receiver) respond(g *closedGroup) error {
	if !g.state.Respond || !g.ready() {
		return nil
	}
	g.state.Respond = false
	return r.sendInviteResponse(g)
}

// loseGroup ends the membership of this account: what was said is deleted, the
// group stays on the list with the reason, and gives no access any more
// (protocol/groups.md §7). An invitation not accepted goes without a trace.
func (w *work) loseGroup(conv model.ConversationID, how config.Removed) error {
	id, _ := conv.ID()
	w.configsTouched = true
	e, ok := w.configs.groups.Group(id)
	c := w.find(conv)
	if !ok || c == nil {
		return nil
	}
	if e.Invited {
		return w.deleteConversation(conv)
	}
	if e.Removed == config.NotRemoved {
		e.Removed = how
		if err := w.configs.groups.SetGroup(e); err != nil {
			return mirrorError(err)
		}
	}
	return w.showLoss(c, id, how)
}

// showLoss empties the conversation of a lost group and says why.
func (w *work) showLoss(c *conversation, id model.ID, how config.Removed) error {
	conv := c.ID
	v, _ := storedGroup(w.tx, conv)
	loss, line := model.LostRemoved, model.GroupKicked
	if how == config.Destroyed {
		loss, line = model.LostDeleted, model.GroupDeleted
	}
	if v.Lost == loss {
		return nil
	}
	if err := w.cancelAll(conv); err != nil {
		return err
	}
	for _, row := range w.tx.OutboxFor(id) {
		if err := w.dequeue(row); err != nil {
			return err
		}
	}
	c.FirstRead, c.changed = 0, true
	c.Draft = model.Draft{}
	if err := w.forget(conv); err != nil {
		return err
	}
	if err := w.tx.ClearMessages(conv); err != nil {
		return err
	}
	w.expiryChanged()
	m := &model.Message{
		Conversation: conv, Sender: id, Kind: model.KindGroupChange, Timestamp: w.now, Received: w.now,
		Change: &model.GroupChange{Kind: line},
	}
	if _, err := w.tx.AddMessage(m); err != nil {
		return err
	}
	if err := w.putView(conv, model.Group{ID: id, Name: v.Name, Picture: v.Picture, Lost: loss}); err != nil {
		return err
	}
	w.drop(id)
	w.emit(Resync{}, GroupChanged{conv}, ConversationsChanged{})
	return nil
}

// applyGroup handles a page of messages of a group in one transaction, together
// with the last hash. keys are those that it was opened with.
func (c *core) applyGroup(id model.ID, keys [][32]byte, node [32]byte, page []incoming, last string) (added int, err error) {
	var refused, closed int
	err = c.update(func(w *work) error {
		added, refused, closed = 0, 0, 0
		g := w.groups.active[id]
		if g == nil {
			return fail(model.ReasonNotAllowed, "this account is not in the group")
		}
		w.touchGroup(g)
		g.asked(node)
		r := &receiver{work: w}
		for i := range page {
			in := &page[i]
			r.stored = 0
			switch in.seen {
			case seenHandled:
				if err := r.handleGroup(g, in); err != nil {
					return err
				}
				g.poll.active = max(g.poll.active, min(in.sent, w.now))
			case seenRefused:
				refused++
			default:
				// Its key may come later: it is not noted as seen.
				closed++
				g.state.Closed = max(g.state.Closed, in.stored)
				continue
			}
			until := in.expiration
			if until == 0 {
				until = w.now + lifetime
			}
			record := store.SeenRecord{Expiry: until, Reason: in.seen, Message: r.stored}
			if err := w.tx.MarkSeen(id, int16(snode.GroupMessages), in.hash, record); err != nil {
				return err
			}
		}
		added = r.added
		if slices.Equal(keys, g.keys.All()) {
			return w.tx.PutLastHash(node, id, int16(snode.GroupMessages), last)
		}
		// Another key came while this page was on its way. What did not open is
		// read once more, so the last hash stays behind it.
		if closed == 0 {
			return nil
		}
		g.state.Closed = 0
		r.then(func() { g.poll.next = time.Time{} })
		return w.forgetHashes(id, &g.state, snode.GroupMessages)
	})
	if err != nil {
		if model.ReasonOf(err) != model.ReasonNotAllowed {
			c.storeFailed("store what was received", err)
		}
		return 0, err
	}
	c.poll.received += added
	if refused+closed > 0 {
		c.log.Info("group messages that were not read", "refused", refused, "closed", closed)
	}
	return added, nil
}
