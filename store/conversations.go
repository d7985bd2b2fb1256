package store

import (
	"fmt"
	"strings"

	"sotto/engine/model"
)

const maxConversationID = 1024

func (tx *Tx) conversationKey(id model.ConversationID) []byte {
	return tx.sealer.blindKey(bucketConversations, []byte(id))
}

// conv returns the record, nil when there is none. In a write transaction it is
// the one that flush writes when dirty.
func (tx *Tx) conv(id model.ConversationID) *conversation {
	if c, ok := tx.convs[id]; ok {
		return c
	}
	var c *conversation
	if plain, ok := tx.get(bucketConversations, tx.conversationKey(id)); ok {
		var err error
		if c, err = decodeConversation(plain); err != nil {
			tx.fail(err)
			c = nil
		}
	}
	tx.keepConv(id, c)
	if c != nil {
		tx.remember(c.number, id)
	}
	return c
}

func (tx *Tx) keepConv(id model.ConversationID, c *conversation) {
	if tx.convs == nil {
		tx.convs = make(map[model.ConversationID]*conversation, 8)
	}
	tx.convs[id] = c
}

func (tx *Tx) writeConversation(c *conversation) error {
	r := c.encode(tx.scratch)
	tx.scratch = r
	c.dirty = false
	return tx.put(bucketConversations, tx.conversationKey(c.c.ID), r)
}

// Conversation returns one conversation.
func (tx *Tx) Conversation(id model.ConversationID) (model.Conversation, bool) {
	c := tx.conv(id)
	if c == nil {
		return model.Conversation{}, false
	}
	return copyConversation(&c.c), true
}

// copyConversation copies what is shared, so that the caller owns its value.
func copyConversation(c *model.Conversation) model.Conversation {
	out := *c
	if c.Draft.Quote != nil {
		q := *c.Draft.Quote
		out.Draft.Quote = &q
	}
	return out
}

// Conversations lists all, in no order, without touching a message.
func (tx *Tx) Conversations() []model.Conversation {
	if tx.write {
		for _, c := range tx.convs {
			if c != nil && c.dirty {
				if err := tx.writeConversation(c); err != nil {
					tx.fail(err)
					return nil
				}
			}
		}
	}
	var all []model.Conversation
	tx.each(bucketConversations, func(_, plain []byte) bool {
		c, err := decodeConversation(plain)
		if err != nil {
			tx.fail(err)
			return false
		}
		all = append(all, c.c)
		return true
	})
	return all
}

// PutConversation creates or changes a conversation. Unread, Mentions and Last
// follow from the messages: what c says of them is ignored.
func (tx *Tx) PutConversation(c model.Conversation) error {
	if !tx.write {
		return ErrReadOnly
	}
	if c.ID == "" || len(c.ID) > maxConversationID {
		return fmt.Errorf("%w: conversation id of %d bytes", ErrTooLarge, len(c.ID))
	}
	stored := tx.conv(c.ID)
	if tx.err != nil {
		return tx.err
	}
	if stored == nil {
		stored = &conversation{}
		if err := tx.renumber(stored, c.ID); err != nil {
			return err
		}
		tx.keepConv(c.ID, stored)
	}
	unread, mentions, last := stored.c.Unread, stored.c.Mentions, stored.c.Last
	stored.c = copyConversation(&c)
	stored.c.Unread, stored.c.Mentions, stored.c.Last = unread, mentions, last
	stored.dirty = true
	return nil
}

// renumber gives a conversation a number that was never used, and with it an
// empty list of messages.
func (tx *Tx) renumber(c *conversation, id model.ConversationID) error {
	n, err := tx.sequence(bucketConversations)
	if err != nil {
		return err
	}
	if n >= listSentinel {
		return fmt.Errorf("%w: no conversation numbers left", ErrTooLarge)
	}
	c.number = uint32(n)
	key := be32(c.number)
	if err := tx.put(bucketNumbers, key[:], []byte(id)); err != nil {
		return err
	}
	tx.remember(c.number, id)
	return nil
}

// DeleteConversation removes a conversation with its messages. One that does
// not exist is no error.
func (tx *Tx) DeleteConversation(id model.ConversationID) error {
	if !tx.write {
		return ErrReadOnly
	}
	c := tx.conv(id)
	if c == nil {
		return tx.err
	}
	if err := tx.dropMessages(c); err != nil {
		return err
	}
	tx.keepConv(id, nil)
	return tx.delete(bucketConversations, tx.conversationKey(id))
}

// ClearMessages removes all messages of a conversation, which stays.
func (tx *Tx) ClearMessages(id model.ConversationID) error {
	if !tx.write {
		return ErrReadOnly
	}
	c := tx.conv(id)
	if c == nil {
		return tx.err
	}
	if c.count == 0 {
		return nil
	}
	if err := tx.dropMessages(c); err != nil {
		return err
	}
	c.count, c.c.Unread, c.c.Mentions = 0, 0, 0
	c.c.Last, c.c.FirstRead, c.c.MarkedUnread = model.Summary{}, 0, false
	c.dirty = true
	// The index knows messages by the number of their conversation: with a new
	// number, everything indexed under the old one is gone at once.
	return tx.renumber(c, id)
}

// dropMessages removes the messages and the number of a conversation.
func (tx *Tx) dropMessages(c *conversation) error {
	l := tx.list(c.number)
	for p := l.start(); p.ok(); p = l.next(p) {
		e := p.entry()
		if e.flags&(entryExpires|entryFiles) != 0 {
			if m, ok := tx.Message(model.MessageID(e.id)); ok {
				tx.countFiles(&m, -1)
				if err := tx.unexpire(&m); err != nil {
					return err
				}
			}
		}
		key := be64(e.id)
		if err := tx.delete(bucketMessages, key[:]); err != nil {
			return err
		}
		if err := tx.delete(bucketIndexAgain, key[:]); err != nil {
			return err
		}
	}
	if tx.err != nil {
		return tx.err
	}
	tx.forgetAdded(c.number)
	if err := tx.markConversationDead(c.number); err != nil {
		return err
	}
	if err := l.drop(); err != nil {
		return err
	}
	delete(tx.lists, c.number)
	delete(tx.numbers, c.number)
	tx.dropped = append(tx.dropped, c.number)
	key := be32(c.number)
	return tx.delete(bucketNumbers, key[:])
}

// summary is what the list shows of a message.
func summary(m *model.Message) model.Summary {
	s := model.Summary{
		Message: m.ID, Sender: m.Sender, Outgoing: m.Outgoing, Kind: m.Kind,
		Text: summaryText(m.Text), State: m.State, Timestamp: m.Timestamp,
		Files: len(m.Attachments),
	}
	if len(m.Attachments) > 0 {
		s.Voice = m.Attachments[0].Voice
	}
	return s
}

// summaryText is one line of at most model.SummaryLength code points.
func summaryText(text string) string {
	plain, n := true, 0
	for _, r := range text {
		n++
		if r < ' ' || n > model.SummaryLength {
			plain = false
			break
		}
	}
	if plain {
		return text
	}
	var b strings.Builder
	n = 0
	space := false
	for _, r := range text {
		if n >= model.SummaryLength {
			break
		}
		if r == '\n' || r == '\r' || r == '\t' || r == '\v' || r == '\f' {
			r = ' '
		}
		if r == ' ' && space {
			continue
		}
		space = r == ' '
		b.WriteRune(r)
		n++
	}
	return strings.TrimSpace(b.String())
}
