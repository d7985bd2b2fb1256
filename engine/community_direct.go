package engine

import (
	"context"
	"strconv"

	"sotto/engine/model"
	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/internal/redact"
	"sotto/store"
)

// Somebody who is known by a blinded id alone can be written to through the
// server's inbox (protocol/communities.md §5.9). The conversation has the blinded
// id until they answer: who they are is known then, and it is merged with the one
// that has the account's id.

// blindedPeer is what is remembered of a conversation under a blinded id, as JSON.
type blindedPeer struct {
	URL string   `json:"u"`
	Key [32]byte `json:"k"`
}

func blindedBlob(id model.ID) string { return "blinded/" + id.String() }

func inboxHash(id int64) string  { return "i" + strconv.FormatInt(id, 10) }
func outboxHash(id int64) string { return "o" + strconv.FormatInt(id, 10) }

func blinded(id model.ID) bool {
	return id.Prefix() == identity.Blinded15 || id.Prefix() == identity.Blinded25
}

// StartBlinded opens a conversation with somebody of a community, who is known by
// a blinded id. One of the user's contacts is recognised behind it. What is sent
// there goes through the community's server; the other side sees who writes.
//
// Errors: ReasonNotFound (no such community), ReasonInvalid (not an id of a
// community, or the own one).
func (e *Engine) StartBlinded(ctx context.Context, room model.ConversationID, id model.ID) (model.ConversationID, error) {
	var conv model.ConversationID
	return conv, e.update(ctx, func(w *work) error {
		rm, _, err := w.needRoom(room)
		if err != nil {
			return err
		}
		if id == rm.server.me || !blinded(id) {
			return fail(model.ReasonInvalid, "this is nobody whom a community can deliver to")
		}
		if known, ok := w.unblinded(rm.server.key, id); ok {
			conv = model.ConversationOf(known)
			c, err := w.open(known)
			if err != nil {
				return err
			}
			w.active(c, w.now)
			return nil
		}
		conv = model.ConversationOf(id)
		c, err := w.openBlinded(rm.server, id)
		if err != nil {
			return err
		}
		if c.Name == "" {
			c.Name = w.whois().person(w.tx, room, id, &model.Group{}).Name
			c.changed = true
		}
		w.active(c, w.now)
		return nil
	})
}

// openBlinded returns the conversation under a blinded id and makes it when it is
// new.
func (w *work) openBlinded(s *communityServer, id model.ID) (*conversation, error) {
	if err := w.putJSON(blindedBlob(id), blindedPeer{s.url, s.key}); err != nil {
		return nil, err
	}
	return w.open(id)
}

// unblinded looks for an account of the contact list behind a blinded id.
func (w *work) unblinded(key [32]byte, id model.ID) (model.ID, bool) {
	for _, c := range w.tx.Conversations() {
		account, ok := c.ID.ID()
		if ok && c.Kind == model.KindContact && account.Prefix() == identity.Session && community.MayBe(id, account, key) {
			return account, true
		}
	}
	return model.ID{}, false
}

// blindedTarget returns the server through which a blinded id is written to.
func (w *work) blindedTarget(id model.ID) (*communityServer, *conversation, error) {
	c := w.find(model.ConversationOf(id))
	var peer blindedPeer
	readJSON(w.tx, blindedBlob(id), &peer)
	s := w.communities.servers[peer.URL]
	if c == nil || s == nil {
		return nil, nil, fail(model.ReasonNotAllowed, "the community of this person was left")
	}
	if c.Blocked {
		return nil, nil, fail(model.ReasonNotAllowed, "the contact is blocked")
	}
	return s, c, nil
}

// enqueueDirect is enqueue for a blinded id.
func (w *work) enqueueDirect(o outgoing) error {
	s, c, err := w.blindedTarget(o.to)
	if err != nil {
		return err
	}
	if err := w.attachProfile(o.content); err != nil {
		return err
	}
	plain, err := o.content.Marshal()
	if err != nil {
		return sealError(err)
	}
	data, err := community.CloseDirect(s.blind, w.rand, o.to, plain)
	if err != nil {
		return communityError(err)
	}
	if !c.Approved {
		c.Approved = true
		w.touch(c)
	}
	return w.queueCall(s, c.ID, o.message, community.SendDirect{To: o.to, Message: data}, roomCall{Direct: true, place: o.place})
}

// applyDirect handles direct messages of a server: what other own devices sent,
// and what others wrote, who are known from then on.
func (c *core) applyDirect(url string, sent, received community.DirectPage) error {
	s := c.communities.servers[url]
	if s == nil {
		return nil
	}
	kept := s.state
	refused := sent.Dropped + received.Dropped
	err := c.update(func(w *work) error {
		r := &receiver{work: w, alias: s.me}
		for _, d := range sent.Messages {
			ok, err := r.directSent(s, &d)
			if err != nil {
				return err
			}
			if !ok {
				refused++
			}
		}
		for _, d := range received.Messages {
			ok, err := r.directReceived(s, &d)
			if err != nil {
				return err
			}
			if !ok {
				refused++
			}
		}
		s.state.Outbox = max(s.state.Outbox, sent.Last)
		s.state.Inbox = max(s.state.Inbox, received.Last)
		w.then(func() { c.poll.received += r.added })
		return w.putJSON(serverBlob(url), s.state)
	})
	if err != nil {
		s.state = kept
		c.storeFailed("store direct messages of a community", err)
		return err
	}
	if refused > 0 {
		c.log.Info("direct messages of a community refused", "count", refused)
	}
	return nil
}

// openedDirect opens a direct message and makes it one like any other.
func (r *receiver) openedDirect(s *communityServer, d *community.Direct) (*incoming, bool) {
	opened, err := community.OpenDirect(s.blind, d.Sender, d.Recipient, d.Message)
	if err != nil || opened.Content.DataMessage == nil || opened.Content.DataMessage.Empty() {
		r.log.Info("direct message of a community does not open", "sender", redact.ID(d.Sender.String()), "err", err)
		return nil, false
	}
	in := &incoming{sent: model.Millis(d.Posted.Millis())}
	in.Sender, in.SenderEd25519, in.Content = opened.Sender, opened.SenderEd25519, opened.Content
	return in, true
}

func (r *receiver) directReceived(s *communityServer, d *community.Direct) (ok bool, err error) {
	if _, seen := r.tx.Seen(s.lane, 0, inboxHash(d.ID)); seen {
		return true, nil
	}
	in, ok := r.openedDirect(s, d)
	if !ok {
		return false, nil
	}
	until := store.SeenRecord{Expiry: r.now + 2*lifetime, Reason: seenHandled}
	if err := r.tx.MarkSeen(s.lane, 0, inboxHash(d.ID), until); err != nil {
		return true, err
	}
	if in.Sender == r.me {
		return true, nil
	}
	if err := r.merge(in.Sender); err != nil {
		return true, err
	}
	if c := r.find(model.ConversationOf(in.Sender)); c != nil && c.Blocked {
		return true, nil
	}
	return true, r.handleData(in, false)
}

func (r *receiver) directSent(s *communityServer, d *community.Direct) (ok bool, err error) {
	if _, seen := r.tx.Seen(s.lane, 0, outboxHash(d.ID)); seen {
		return true, nil
	}
	in, ok := r.openedDirect(s, d)
	if !ok || in.Sender != r.me {
		return false, nil
	}
	until := store.SeenRecord{Expiry: r.now + 2*lifetime, Reason: seenOwn}
	if err := r.tx.MarkSeen(s.lane, 0, outboxHash(d.ID), until); err != nil {
		return true, err
	}
	to := d.Recipient
	if account, known := r.unblinded(s.key, to); known {
		to = account
	}
	var c *conversation
	if blinded(to) {
		c, err = r.openBlinded(s, to)
	} else {
		c, err = r.open(to)
	}
	if err != nil || in.Content.DataMessage.Reaction != nil {
		return true, err
	}
	return true, r.handleVisible(in, c, true)
}

// merge moves what was written to a blinded id into the conversation of the
// account behind it, which has shown itself.
func (w *work) merge(account model.ID) error {
	for _, old := range w.tx.Conversations() {
		id, ok := old.ID.ID()
		if !ok || !blinded(id) {
			continue
		}
		var peer blindedPeer
		readJSON(w.tx, blindedBlob(id), &peer)
		if !community.MayBe(id, account, peer.Key) {
			continue
		}
		c, err := w.open(account)
		if err != nil {
			return err
		}
		if old.Approved && !c.Approved {
			c.Approved = true
			w.touch(c)
		}
		if err := w.forget(old.ID); err != nil {
			return err
		}
		err = w.eachBefore(old.ID, forGood, func(m model.Message) error {
			moved := m
			moved.ID, moved.Conversation = 0, c.ID
			if moved.Sender == id {
				moved.Sender = account
			}
			if _, err := w.tx.AddMessage(&moved); err != nil {
				return err
			}
			// What waits to be sent goes on showing its state.
			for _, row := range w.tx.OutboxOf(m.ID) {
				row.Message, row.Conversation = moved.ID, c.ID
				if err := w.tx.PutOutbox(row); err != nil {
					return err
				}
				w.carryRow(row)
			}
			w.emit(MessageAdded{c.ID, moved.ID})
			return w.carryWishes(m.ID, &moved)
		})
		if err != nil {
			return err
		}
		if err := w.tx.DeleteConversation(old.ID); err != nil {
			return err
		}
		delete(w.convs, old.ID)
		w.emit(ConversationChanged{old.ID}, ConversationsChanged{}, Resync{})
		if err := w.tx.PutBlob(blindedBlob(id), nil); err != nil {
			return err
		}
	}
	return nil
}
