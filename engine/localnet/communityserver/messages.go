package communityserver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// At most postLimit posts of one user in a room within postWindow (ms).
const (
	postLimit  = 5
	postWindow = 16_000
)

// record is a stored message. Its author and whether it is deleted stand before
// it in the value, so that they can be looked at without reading the rest.
type record struct {
	ID        int64       `json:"-"`
	Author    identity.ID `json:"-"`
	Deleted   bool        `json:"-"`
	Posted    int64       `json:"posted"`
	Edited    int64       `json:"edited,omitempty"`
	Seqno     int64       `json:"seqno"`
	Created   int64       `json:"created"`             // seqno of the post
	DataSeq   int64       `json:"data_seq"`            // of the last change of the content
	ReactSeq  int64       `json:"react_seq,omitempty"` // of the last change of reactions
	Data      []byte      `json:"data,omitempty"`
	Signature []byte      `json:"signature,omitempty"`
	Whisper   bool        `json:"whisper,omitempty"`
	ToMods    bool        `json:"to_mods,omitempty"`
	To        identity.ID `json:"to,omitzero"`
	Reactions []reaction  `json:"reactions,omitempty"`
}

type reaction struct {
	Emoji string    `json:"emoji"`
	By    []reactor `json:"by"`
}

type reactor struct {
	ID identity.ID `json:"id"`
	At int64       `json:"at"`
}

const recordHead = 34

func parseRecord(key, value []byte) *record {
	m := new(record)
	must(json.Unmarshal(value[recordHead:], m))
	m.ID, m.Author, m.Deleted = number(key), identity.ID(value[:33]), value[33] != 0
	return m
}

// find returns a message that the caller may know of and that is not deleted.
func (r *place) find(id int64) *record {
	value := r.b.Bucket(bucketMessages).Get(num(id))
	if value == nil || value[33] != 0 {
		return nil
	}
	if m := parseRecord(num(id), value); r.mayKnow(m) {
		return m
	}
	return nil
}

func (r *place) mayKnow(m *record) bool {
	return !m.Whisper || m.Author == r.who.id || m.To == r.who.id && !r.who.anonymous() || m.ToMods && r.can.moderator
}

func (r *place) put(m *record) {
	doc, err := json.Marshal(m)
	must(err)
	value := append(make([]byte, 0, recordHead+len(doc)), m.Author[:]...)
	if m.Deleted {
		value = append(value, 1)
	} else {
		value = append(value, 0)
	}
	must(r.b.Bucket(bucketMessages).Put(num(m.ID), append(value, doc...)))
}

// advance gives a message the room's next seqno and stores it.
func (r *place) advance(m *record) {
	changes := r.b.Bucket(bucketChanges)
	if m.Seqno > 0 {
		must(changes.Delete(num(m.Seqno)))
	}
	r.Sequence++
	r.meta = true
	m.Seqno = r.Sequence
	must(changes.Put(num(m.Seqno), num(m.ID)))
}

// row is what the caller sees of a message, with at most listed people for each
// reaction.
func (r *place) row(m *record, listed int) *community.Message {
	row := &community.Message{
		ID:           m.ID,
		Seqno:        m.Seqno,
		Author:       m.Author,
		Posted:       community.SecondsOf(m.Posted),
		Edited:       community.SecondsOf(m.Edited),
		Data:         m.Data,
		Signature:    m.Signature,
		Deleted:      m.Deleted,
		HasReactions: !m.Deleted,
		Whisper:      m.Whisper,
		WhisperMods:  m.ToMods,
		WhisperTo:    m.To,
	}
	for _, x := range m.Reactions {
		one := community.Reaction{Emoji: x.Emoji, Count: len(x.By)}
		if listed > 0 {
			one.Reactors = []identity.ID{}
		}
		for i, by := range x.By {
			if i < listed {
				one.Reactors = append(one.Reactors, by.ID)
			}
			one.Mine = one.Mine || by.ID == r.who.id
		}
		row.Reactions = append(row.Reactions, one)
	}
	return row
}

// newest collects messages from a place in the table backwards.
func (r *place) newest(below int64, g community.Paging) onion.V4Response {
	if a, ok := r.reading(); !ok {
		return a
	}
	rows := []*community.Message{}
	c := r.b.Bucket(bucketMessages).Cursor()
	k, v := c.Last()
	if below > 0 {
		if k, _ = c.Seek(num(below)); k == nil {
			k, v = c.Last()
		} else {
			k, v = c.Prev()
		}
	}
	for ; k != nil && len(rows) < g.Rows(); k, v = c.Prev() {
		if v[33] != 0 {
			continue
		}
		if m := parseRecord(k, v); r.mayKnow(m) {
			rows = append(rows, r.row(m, g.Listed()))
		}
	}
	return done(rows)
}

func (r *place) recent(q community.Recent) onion.V4Response { return r.newest(0, q.Paging) }

func (r *place) before(q community.Before) onion.V4Response {
	if q.ID == 0 {
		q.ID = 1 // nothing comes before the first message
	}
	return r.newest(q.ID, q.Paging)
}

// since follows the selection rule of protocol/communities.md §8.
func (r *place) since(q community.Since) onion.V4Response {
	if a, ok := r.reading(); !ok {
		return a
	}
	rows := []*community.Message{}
	messages, c := r.b.Bucket(bucketMessages), r.b.Bucket(bucketChanges).Cursor()
	for k, id := c.Seek(num(q.Seqno + 1)); k != nil && len(rows) < q.Rows(); k, id = c.Next() {
		m := parseRecord(id, messages.Get(id))
		onlyReactions := q.Seqno > 0 && m.ReactSeq > q.Seqno && q.Seqno >= m.DataSeq
		switch {
		case !r.mayKnow(m), m.Deleted && m.Created > q.Seqno, !q.Reactions && m.DataSeq <= q.Seqno:
			continue
		}
		row := r.row(m, q.Listed())
		row.ReactionsOnly = onlyReactions && !m.Deleted
		rows = append(rows, row)
	}
	return done(rows)
}

func (r *place) one(q community.OneMessage) onion.V4Response {
	if a, ok := r.reading(); !ok {
		return a
	}
	m := r.find(q.ID)
	if m == nil {
		return page(http.StatusNotFound)
	}
	return done(r.row(m, community.Paging{Reactors: q.Reactors}.Listed()))
}

func (r *place) post(q community.PostMessage) onion.V4Response {
	whisper := q.WhisperMods || !q.WhisperTo.IsZero()
	switch {
	case r.who.anonymous():
		return needsUser()
	case !r.can.write, whisper && !r.can.moderator:
		return denied()
	case !r.can.admin && !r.t.s.mayPost(post{r.Token, r.who.id}, r.t.now):
		return bare(http.StatusTooManyRequests, "Rate limited")
	}
	m := &record{
		ID: next(r.t.Bucket(bucketRooms)), Author: r.who.id, Posted: r.t.now, Data: q.Data, Signature: q.Signature,
		Whisper: whisper, ToMods: q.WhisperMods, To: q.WhisperTo,
	}
	r.advance(m)
	m.Created, m.DataSeq = m.Seqno, m.Seqno
	r.put(m)
	r.attach(q.Files, m.ID)
	return document(http.StatusCreated, r.row(m, 0))
}

// mayPost counts a post unless there were too many.
func (s *Server) mayPost(p post, now int64) bool {
	if s.NoRateLimit {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	times := slices.DeleteFunc(s.posts[p], func(at int64) bool { return at <= now-postWindow })
	if len(times) < postLimit {
		s.posts[p] = append(times, now)
		return true
	}
	s.posts[p] = times
	return false
}

func (r *place) edit(q community.EditMessage) onion.V4Response {
	if r.who.anonymous() {
		return needsUser()
	}
	m := r.find(q.ID)
	switch {
	case m == nil:
		return page(http.StatusNotFound)
	case m.Author != r.who.id || !r.can.write:
		return denied()
	}
	r.advance(m)
	m.Data, m.Signature, m.Edited, m.DataSeq = q.Data, q.Signature, r.t.now, m.Seqno
	r.put(m)
	r.attach(q.Files, m.ID)
	return done(nothing)
}

func (r *place) remove(q community.DeleteMessage) onion.V4Response {
	if r.who.anonymous() {
		return needsUser()
	}
	m := r.find(q.ID)
	switch {
	case m == nil && !r.can.read:
		return denied()
	case m == nil:
		return page(http.StatusNotFound)
	case m.Author != r.who.id && !r.can.moderator, m.Author == r.who.id && !r.can.read:
		return denied()
	}
	r.erase(m)
	return done(nothing)
}

// erase leaves a gravestone, takes the pin away and lets the files end.
func (r *place) erase(m *record) {
	r.advance(m)
	m.Deleted, m.Edited, m.DataSeq = true, r.t.now, m.Seqno
	m.Data, m.Signature, m.Reactions = nil, nil, nil
	r.put(m)
	r.endFiles(m.ID)
	if i := slices.IndexFunc(r.Pins, func(p pin) bool { return p.ID == m.ID }); i >= 0 {
		r.Pins = slices.Delete(r.Pins, i, i+1)
		r.informed()
	}
}

// eraseAll deletes what a user wrote in a room, and says how much it was.
func (r *place) eraseAll(id identity.ID) int {
	var mine []*record
	must(r.b.Bucket(bucketMessages).ForEach(func(k, v []byte) error {
		if identity.ID(v[:33]) == id && v[33] == 0 {
			mine = append(mine, parseRecord(k, v))
		}
		return nil
	}))
	for _, m := range mine {
		r.erase(m)
	}
	return len(mine)
}

// mayEraseAll: oneself; others as a moderator, admins only as an admin.
func (r *place) mayEraseAll(id identity.ID) bool {
	if id == r.who.id {
		return r.can.read
	}
	u, _ := r.t.user(id)
	target := r.rights(&caller{id: id, user: u})
	return r.can.moderator && (!target.admin || r.can.admin)
}

func (t *tx) deleteAll(who *caller, q community.DeleteAll) onion.V4Response {
	if who.anonymous() {
		return needsUser()
	}
	if q.Room != "" {
		return t.inRoom(who, q.Room, func(r *place) onion.V4Response {
			switch {
			case !r.mayEraseAll(q.User):
				return denied()
			case r.eraseAll(q.User) == 0:
				return page(http.StatusNotFound)
			}
			return done(nothing)
		})
	}
	total, rooms := 0, map[string]int{}
	t.eachRoom(func(r *place) {
		r.who = who
		if r.can = r.rights(who); r.mayEraseAll(q.User) {
			if n := r.eraseAll(q.User); n > 0 {
				rooms[r.Token], total = n, total+n
			}
		}
	})
	return done(map[string]any{"total": total, "rooms": rooms})
}

// Post is a message that Fill puts into a room.
type Post struct {
	Author          identity.ID
	Data, Signature []byte
	Posted          int64 // ms
}

// Fill puts messages into a room at once, without any check, and makes their
// authors known. It returns the id of the first; the others follow it.
func (s *Server) Fill(token string, posts []Post) (first int64, err error) {
	missing := false
	err = s.update(func(t *tx) {
		r := t.place(new(caller), token)
		if missing = r == nil; missing {
			return
		}
		known := map[identity.ID]bool{}
		for _, p := range posts {
			if !known[p.Author] {
				t.ensure(p.Author)
				known[p.Author] = true
			}
			m := &record{ID: next(t.Bucket(bucketRooms)), Author: p.Author, Posted: p.Posted, Data: p.Data, Signature: p.Signature}
			if first == 0 {
				first = m.ID
			}
			r.advance(m)
			m.Created, m.DataSeq = m.Seqno, m.Seqno
			r.put(m)
		}
		r.save()
	})
	if err == nil && missing {
		err = fmt.Errorf("community server: no room %q", strings.ToLower(token))
	}
	return first, err
}
