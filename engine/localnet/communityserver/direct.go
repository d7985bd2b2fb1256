package communityserver

import (
	"bytes"
	"net/http"

	"go.etcd.io/bbolt"

	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// directLife is how long direct messages are kept, in milliseconds.
const directLife = 15 * 24 * 60 * 60 * 1000

func (t *tx) direct(who *caller, request community.Request) onion.V4Response {
	switch {
	case who.anonymous():
		return needsUser()
	case who.id.Prefix() != identity.Blinded15:
		return plain(http.StatusUnauthorized, "This endpoint requires blinded pubkeys be used")
	}
	switch q := request.(type) {
	case community.SendDirect:
		return t.sendDirect(who, q)
	case community.Inbox:
		return t.box(bucketInbox, who, q.Since, q.Limit)
	case community.Outbox:
		return t.box(bucketOutbox, who, q.Since, q.Limit)
	}
	return done(map[string]int{"deleted": t.clearInbox(who.id)})
}

func (t *tx) sendDirect(who *caller, q community.SendDirect) onion.V4Response {
	to, known := t.user(q.To)
	if !known || to.Banned {
		return page(http.StatusNotFound)
	}
	b := t.Bucket(bucketDirect)
	d := community.Direct{
		ID: next(b), Sender: who.id, Recipient: q.To, Posted: community.SecondsOf(t.now),
		Expires: community.SecondsOf(t.now + directLife), Message: q.Message,
	}
	save(b, num(d.ID), d)
	must(t.Bucket(bucketInbox).Put(idNum(d.Recipient, d.ID), []byte{}))
	must(t.Bucket(bucketOutbox).Put(idNum(d.Sender, d.ID), []byte{}))
	d.Message = nil
	return document(http.StatusCreated, d)
}

// box gives what an index holds of a user after an id.
func (t *tx) box(index []byte, who *caller, since int64, limit int) onion.V4Response {
	list := []community.Direct{}
	c := t.Bucket(index).Cursor()
	for k, _ := c.Seek(idNum(who.id, since+1)); k != nil && bytes.HasPrefix(k, who.id[:]); k, _ = c.Next() {
		var d community.Direct
		if load(t.Bucket(bucketDirect), k[33:], &d); d.Expires.Millis() <= t.now {
			continue
		}
		if list = append(list, d); len(list) == (community.Paging{Limit: limit}).Rows() {
			break
		}
	}
	if since > 0 && len(list) == 0 {
		return onion.V4Response{Code: http.StatusNotModified}
	}
	return done(list)
}

func (t *tx) clearInbox(id identity.ID) int {
	var mine []community.Direct
	c := t.Bucket(bucketInbox).Cursor()
	for k, _ := c.Seek(id[:]); k != nil && bytes.HasPrefix(k, id[:]); k, _ = c.Next() {
		var d community.Direct
		load(t.Bucket(bucketDirect), k[33:], &d)
		mine = append(mine, d)
	}
	for _, d := range mine {
		t.dropDirect(d)
	}
	return len(mine)
}

func (t *tx) dropDirect(d community.Direct) {
	must(t.Bucket(bucketDirect).Delete(num(d.ID)))
	must(t.Bucket(bucketInbox).Delete(idNum(d.Recipient, d.ID)))
	must(t.Bucket(bucketOutbox).Delete(idNum(d.Sender, d.ID)))
}

// keys copies the keys of a bucket for which f says so.
func keys(b *bbolt.Bucket, f func(k, v []byte) bool) (list [][]byte) {
	must(b.ForEach(func(k, v []byte) error {
		if f(k, v) {
			list = append(list, bytes.Clone(k))
		}
		return nil
	}))
	return list
}
