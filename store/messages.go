package store

import (
	"fmt"

	"sotto/engine/model"
)

// maxRecord bounds one message or outbox row: far above what the network
// carries, far below what hurts.
const maxRecord = 4 << 20

// senderHash goes into list entries (sealed): it need not be secret, only
// cheap and always the same.
func senderHash(id *model.ID) uint16 {
	h := uint32(2166136261)
	for _, b := range id {
		h = (h ^ uint32(b)) * 16777619
	}
	return uint16(h ^ h>>16)
}

func entryOf(m *model.Message) entry {
	e := entry{at: int64(m.Timestamp), id: uint64(m.ID), sender: senderHash(&m.Sender)}
	for _, f := range [...]struct {
		on   bool
		flag entryFlags
	}{{m.Outgoing, entryOutgoing}, {m.Unread, entryUnread}, {m.Mention, entryMention}, {m.Expires != 0, entryExpires}, {hasFiles(m), entryFiles}, {hasLink(m), entryLink}} {
		if f.on {
			e.flags |= f.flag
		}
	}
	return e
}

// AddMessage stores m, gives it an ID, counts it and has it indexed. added is
// false when (conversation, sender, timestamp) is there already; m.ID is then
// that message's. The conversation must exist (ErrNoConversation); its
// LastActivity rises to the timestamp.
func (tx *Tx) AddMessage(m *model.Message) (added bool, err error) {
	if !tx.write {
		return false, ErrReadOnly
	}
	c := tx.conv(m.Conversation)
	if c == nil {
		if tx.err != nil {
			return false, tx.err
		}
		return false, ErrNoConversation
	}
	l := tx.list(c.number)
	if id, ok := tx.lookup(c, m.Key()); ok {
		m.ID = id
		return false, nil
	}
	if tx.err != nil {
		return false, tx.err
	}
	id, err := tx.sequence(bucketMessages)
	if err != nil {
		return false, err
	}
	m.ID = model.MessageID(id)
	if err := tx.writeMessage(c.number, m); err != nil {
		return false, err
	}
	if err := l.insert(entryOf(m)); err != nil {
		return false, err
	}
	if m.Expires != 0 {
		if err := tx.expire(m); err != nil {
			return false, err
		}
	}
	tx.countFiles(m, 1)
	c.count++
	c.tally(m, 1)
	if m.Timestamp > c.c.LastActivity {
		c.c.LastActivity = m.Timestamp
	}
	if last := &c.c.Last; last.Message == 0 || !(entry{at: int64(m.Timestamp), id: id}).before(int64(last.Timestamp), uint64(last.Message)) {
		*last = summary(m)
	}
	c.dirty = true
	tx.noteAdded(c.number, m)
	return true, nil
}

// tally counts a message in or out of the unread ones.
func (c *conversation) tally(m *model.Message, by int) {
	if !m.Unread {
		return
	}
	c.c.Unread = max(0, c.c.Unread+by)
	if m.Mention {
		c.c.Mentions = max(0, c.c.Mentions+by)
	}
	c.dirty = true
}

func (tx *Tx) writeMessage(number uint32, m *model.Message) error {
	r := encodeMessage(tx.scratch, number, m)
	tx.scratch = r
	if len(r) > maxRecord {
		return fmt.Errorf("%w: message of %d bytes", ErrTooLarge, len(r))
	}
	key := be64(uint64(m.ID))
	return tx.put(bucketMessages, key[:], r)
}

// Message returns one message.
func (tx *Tx) Message(id model.MessageID) (model.Message, bool) {
	m, _, ok := tx.message(id)
	return m, ok
}

func (tx *Tx) message(id model.MessageID) (m model.Message, number uint32, ok bool) {
	key := be64(uint64(id))
	plain, ok := tx.get(bucketMessages, key[:])
	if !ok {
		return m, 0, false
	}
	return tx.readMessage(id, plain)
}

func (tx *Tx) readMessage(id model.MessageID, plain []byte) (m model.Message, number uint32, ok bool) {
	m, number, senderSet, err := decodeMessage(plain)
	if err != nil {
		tx.fail(err)
		return model.Message{}, 0, false
	}
	m.ID = id
	if m.Conversation, ok = tx.conversationOf(number); !ok {
		tx.damaged("a message belongs to no conversation")
		return model.Message{}, 0, false
	}
	if !senderSet {
		m.Sender, _ = m.Conversation.ID()
	}
	return m, number, true
}

// listed reads a message that a list names, so its absence is damage.
func (tx *Tx) listed(id uint64) (model.Message, bool) {
	m, _, ok := tx.message(model.MessageID(id))
	if !ok && tx.err == nil {
		tx.damaged("message %d is missing", id)
	}
	return m, ok
}

// lookup finds a message by its identity on the network.
func (tx *Tx) lookup(c *conversation, k model.MessageKey) (model.MessageID, bool) {
	l := tx.list(c.number)
	hash := senderHash(&k.Sender)
	// Most messages are newer than all others.
	if end := l.end(); !end.ok() || end.entry().at < int64(k.Timestamp) {
		return 0, false
	}
	for p := l.lowerBound(int64(k.Timestamp), 0); p.ok() && p.entry().at == int64(k.Timestamp); p = l.next(p) {
		e := p.entry()
		if e.sender != hash {
			continue
		}
		if m, ok := tx.listed(e.id); ok && m.Sender == k.Sender {
			return m.ID, true
		}
	}
	return 0, false
}

// FindMessage finds a message by its identity on the network.
func (tx *Tx) FindMessage(id model.ConversationID, k model.MessageKey) (model.Message, bool) {
	c := tx.conv(id)
	if c == nil {
		return model.Message{}, false
	}
	found, ok := tx.lookup(c, k)
	if !ok {
		return model.Message{}, false
	}
	return tx.Message(found)
}

// PutMessage changes a stored message; counters, preview, expiry and index
// follow. Conversation, Sender and Timestamp, which identify it, must be as
// they were.
func (tx *Tx) PutMessage(m model.Message) error {
	if !tx.write {
		return ErrReadOnly
	}
	old, number, ok := tx.message(m.ID)
	if !ok {
		if tx.err != nil {
			return tx.err
		}
		return ErrNoMessage
	}
	if old.Conversation != m.Conversation || old.Key() != m.Key() {
		return fmt.Errorf("store: message %d changes its identity", m.ID)
	}
	c := tx.conv(m.Conversation)
	if c == nil {
		tx.damaged("a message belongs to no conversation")
		return tx.err
	}
	if err := tx.writeMessage(number, &m); err != nil {
		return err
	}
	was, is := entryOf(&old), entryOf(&m)
	if was.flags != is.flags {
		l := tx.list(number)
		p, ok := l.find(is.at, is.id)
		if !ok {
			tx.damaged("message %d is not in its list", m.ID)
			return tx.err
		}
		if err := l.set(p, is.flags); err != nil {
			return err
		}
	}
	if old.Expires != m.Expires {
		if err := tx.unexpire(&old); err != nil {
			return err
		}
		if err := tx.expire(&m); err != nil {
			return err
		}
	}
	tx.countFiles(&old, -1)
	tx.countFiles(&m, 1)
	c.tally(&old, -1)
	c.tally(&m, 1)
	if c.c.Last.Message == m.ID {
		c.c.Last = summary(&m)
		c.dirty = true
	}
	return tx.reindex(&old, &m)
}

// DeleteMessage removes a message; false when there is none.
func (tx *Tx) DeleteMessage(id model.MessageID) (bool, error) {
	if !tx.write {
		return false, ErrReadOnly
	}
	m, number, ok := tx.message(id)
	if !ok {
		return false, tx.err
	}
	c := tx.conv(m.Conversation)
	if c == nil {
		tx.damaged("a message belongs to no conversation")
		return false, tx.err
	}
	l := tx.list(number)
	p, ok := l.find(int64(m.Timestamp), uint64(id))
	if !ok {
		tx.damaged("message %d is not in its list", id)
		return false, tx.err
	}
	if err := l.remove(p); err != nil {
		return false, err
	}
	key := be64(uint64(id))
	if err := tx.delete(bucketMessages, key[:]); err != nil {
		return false, err
	}
	if err := tx.unexpire(&m); err != nil {
		return false, err
	}
	tx.countFiles(&m, -1)
	c.tally(&m, -1)
	if c.count > 0 {
		c.count--
	}
	c.dirty = true
	if c.c.Last.Message == id {
		c.c.Last = model.Summary{}
		if end := l.end(); end.ok() {
			last, ok := tx.listed(end.entry().id)
			if !ok {
				return false, tx.err
			}
			c.c.Last = summary(&last)
		}
	}
	return true, tx.markDead(&m)
}

// CountMessages is the number of messages of a conversation.
func (tx *Tx) CountMessages(id model.ConversationID) int {
	if c := tx.conv(id); c != nil {
		return int(c.count)
	}
	return 0
}

// neighbour finds the stored message of a conversation whose number is nearest
// below a deleted one's, looking at most at a few hundred.
func (tx *Tx) neighbour(number uint32, gone model.MessageID) (model.Message, bool) {
	for id := gone - 1; id > 0 && id+256 >= gone && tx.err == nil; id-- {
		if m, n, ok := tx.message(id); ok && n == number {
			return m, true
		}
	}
	return model.Message{}, false
}
