package store

import (
	"encoding/binary"
	"fmt"

	"sotto/engine/model"
)

// encodeOutbox: 1 kind, 2 state, 3 message, 4 conversation, 5 recipient,
// 6 namespace, 7 data, 8 timestamp, 9 ttl, 10 attempts, 11 next try.
func encodeOutbox(scratch []byte, o *OutboxRow) encoder {
	r := newRecord(scratch)
	r.uint(1, uint64(o.Kind))
	r.uint(2, uint64(o.State))
	r.uint(3, uint64(o.Message))
	r.string(4, string(o.Conversation))
	r.present(5, o.Recipient[:])
	r.int(6, int64(o.Namespace))
	r.bytes(7, o.Data)
	r.int(8, int64(o.Timestamp))
	r.int(9, int64(o.TTL))
	r.uint(10, uint64(o.Attempts))
	r.int(11, int64(o.NextTry))
	return r
}

func decodeOutbox(b []byte) (o OutboxRow, err error) {
	d := decodeRecord(b)
	for d.next() {
		switch d.field {
		case 1:
			o.Kind = uint8(d.u)
		case 2:
			o.State = uint8(d.u)
		case 3:
			o.Message = model.MessageID(d.u)
		case 4:
			o.Conversation = model.ConversationID(d.data)
		case 5:
			d.id((*[33]byte)(&o.Recipient))
		case 6:
			o.Namespace = int16(d.int())
		case 7:
			o.Data = d.copy()
		case 8:
			o.Timestamp = model.Millis(d.int())
		case 9:
			o.TTL = model.Millis(d.int())
		case 10:
			o.Attempts = uint32(d.u)
		case 11:
			o.NextTry = model.Millis(d.int())
		}
	}
	return o, d.err
}

// AddOutbox stores a row at the end and sets its Seq.
func (tx *Tx) AddOutbox(r *OutboxRow) error {
	seq, err := tx.sequence(bucketOutbox)
	if err != nil {
		return err
	}
	r.Seq = seq
	return tx.writeOutbox(r)
}

func (tx *Tx) writeOutbox(r *OutboxRow) error {
	b := encodeOutbox(tx.scratch, r)
	tx.scratch = b
	if len(b) > maxRecord {
		return fmt.Errorf("%w: outbox row of %d bytes", ErrTooLarge, len(b))
	}
	key := be64(r.Seq)
	return tx.put(bucketOutbox, key[:], b)
}

// PutOutbox changes a row: ErrNoRow when it is gone.
func (tx *Tx) PutOutbox(r OutboxRow) error {
	if !tx.write {
		return ErrReadOnly
	}
	key := be64(r.Seq)
	if !tx.has(bucketOutbox, key[:]) {
		return ErrNoRow
	}
	return tx.writeOutbox(&r)
}

// DeleteOutbox removes a row; one that is gone is no error.
func (tx *Tx) DeleteOutbox(seq uint64) error {
	key := be64(seq)
	return tx.delete(bucketOutbox, key[:])
}

// OutboxRow returns one row.
func (tx *Tx) OutboxRow(seq uint64) (OutboxRow, bool) {
	key := be64(seq)
	plain, ok := tx.get(bucketOutbox, key[:])
	if !ok {
		return OutboxRow{}, false
	}
	r, err := decodeOutbox(plain)
	if err != nil {
		tx.fail(err)
		return OutboxRow{}, false
	}
	r.Seq = seq
	return r, true
}

// Outbox lists all rows in the order of Seq.
func (tx *Tx) Outbox() []OutboxRow {
	return tx.outbox(func(*OutboxRow) bool { return true })
}

// OutboxFor lists the rows for one swarm.
func (tx *Tx) OutboxFor(recipient model.ID) []OutboxRow {
	return tx.outbox(func(r *OutboxRow) bool { return r.Recipient == recipient })
}

// OutboxOf lists the rows that carry one message.
func (tx *Tx) OutboxOf(m model.MessageID) []OutboxRow {
	return tx.outbox(func(r *OutboxRow) bool { return r.Message == m })
}

func (tx *Tx) outbox(want func(*OutboxRow) bool) []OutboxRow {
	var rows []OutboxRow
	tx.each(bucketOutbox, func(key, plain []byte) bool {
		r, err := decodeOutbox(plain)
		if err == nil && len(key) != 8 {
			err = fmt.Errorf("%w: outbox key of %d bytes", ErrDamaged, len(key))
		}
		if err != nil {
			tx.fail(err)
			return false
		}
		r.Seq = binary.BigEndian.Uint64(key)
		if want(&r) {
			rows = append(rows, r)
		}
		return true
	})
	return rows
}

// CountOutbox is the number of rows.
func (tx *Tx) CountOutbox() int {
	b := tx.bucket(bucketOutbox)
	if b == nil {
		return 0
	}
	n := 0
	c := b.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		n++
	}
	return n
}
