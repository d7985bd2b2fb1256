package store

import (
	"encoding/binary"

	"sotto/engine/model"
)

// MessagesAfter returns up to limit messages that were stored after the one
// named, in the order in which they were stored, of all conversations. 0 begins
// with the first.
func (tx *Tx) MessagesAfter(id model.MessageID, limit int) []model.Message {
	b := tx.bucket(bucketMessages)
	if b == nil {
		return nil
	}
	var list []model.Message
	start := be64(uint64(id) + 1)
	c := b.Cursor()
	for k, v := c.Seek(start[:]); k != nil && len(list) < limit; k, v = c.Next() {
		plain, ok := tx.openValue(bucketMessages, k, v)
		if !ok || len(k) != len(start) {
			break
		}
		m, _, ok := tx.readMessage(model.MessageID(binary.BigEndian.Uint64(k)), plain)
		if !ok {
			break
		}
		list = append(list, m)
	}
	return list
}

// LastMessage returns the id that was given last, also when that message is
// gone; 0 when there never was one.
func (tx *Tx) LastMessage() model.MessageID {
	b := tx.bucket(bucketMessages)
	if b == nil {
		return 0
	}
	return model.MessageID(b.Sequence())
}
