package communityserver

import (
	"net/http"
	"slices"

	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// target is a message that may be reacted to; whispers may not.
func (r *place) target(id int64) *record {
	if m := r.find(id); m != nil && !m.Whisper {
		return m
	}
	return nil
}

// reacted stores changed reactions.
func (r *place) reacted(m *record) {
	m.Reactions = slices.DeleteFunc(m.Reactions, func(x reaction) bool { return len(x.By) == 0 })
	r.advance(m)
	m.ReactSeq = m.Seqno
	r.put(m)
}

// mayReact refuses who is nobody or may not read.
func (r *place) mayReact() (onion.V4Response, bool) {
	switch {
	case r.who.anonymous():
		return needsUser(), false
	case !r.can.read:
		return needs("room message 'read' permission"), false
	}
	return onion.V4Response{}, true
}

func byEmoji(m *record, emoji string) *reaction {
	for i := range m.Reactions {
		if m.Reactions[i].Emoji == emoji {
			return &m.Reactions[i]
		}
	}
	return nil
}

func (x *reaction) of(id identity.ID) int {
	return slices.IndexFunc(x.By, func(by reactor) bool { return by.ID == id })
}

func (r *place) react(q community.React) onion.V4Response {
	if a, ok := r.mayReact(); !ok {
		return a
	}
	m := r.target(q.ID)
	if m == nil {
		return page(http.StatusNotFound)
	}
	x := byEmoji(m, q.Emoji)
	if x == nil {
		m.Reactions = append(m.Reactions, reaction{Emoji: q.Emoji})
		x = &m.Reactions[len(m.Reactions)-1]
	}
	added := x.of(r.who.id) < 0
	if added {
		x.By = append(x.By, reactor{r.who.id, r.t.now})
		r.reacted(m)
	}
	return done(map[string]any{"added": added, "seqno": m.Seqno})
}

func (r *place) unreact(q community.Unreact) onion.V4Response {
	if a, ok := r.mayReact(); !ok {
		return a
	}
	m := r.target(q.ID)
	if m == nil {
		return page(http.StatusNotFound)
	}
	removed := false
	if x := byEmoji(m, q.Emoji); x != nil {
		if i := x.of(r.who.id); i >= 0 {
			x.By = slices.Delete(x.By, i, i+1)
			r.reacted(m)
			removed = true
		}
	}
	return done(map[string]any{"removed": removed, "seqno": m.Seqno})
}

func (r *place) clearReactions(q community.ClearReactions) onion.V4Response {
	if r.who.anonymous() {
		return needsUser()
	}
	if !r.can.moderator {
		return needs("moderator room permissions")
	}
	m := r.target(q.ID)
	if m == nil {
		return page(http.StatusNotFound)
	}
	n := 0
	for i := range m.Reactions {
		if x := &m.Reactions[i]; q.Emoji == "" || x.Emoji == q.Emoji {
			n += len(x.By)
			x.By = nil
		}
	}
	if n > 0 {
		r.reacted(m)
	}
	return done(map[string]any{"removed": n, "seqno": m.Seqno})
}

func (r *place) reactors(q community.Reactors) onion.V4Response {
	if a, ok := r.reading(); !ok {
		return a
	}
	m := r.target(q.ID)
	if m == nil {
		return page(http.StatusNotFound)
	}
	list := []community.Reactor{}
	if x := byEmoji(m, q.Emoji); x != nil {
		for _, by := range x.By[:min(len(x.By), community.Paging{Limit: q.Limit}.Rows())] {
			list = append(list, community.Reactor{ID: by.ID, At: community.SecondsOf(by.At)})
		}
	}
	return done(list)
}

func (r *place) pin(q community.Pin) onion.V4Response {
	if r.who.anonymous() {
		return needsUser()
	}
	if !r.can.admin {
		return denied()
	}
	if r.target(q.ID) == nil {
		return page(http.StatusNotFound)
	}
	r.Pins = slices.DeleteFunc(r.Pins, func(p pin) bool { return p.ID == q.ID })
	r.Pins = append(r.Pins, pin{ID: q.ID, At: r.t.now, By: r.who.id})
	return r.informedAnswer()
}

func (r *place) unpin(q community.Unpin) onion.V4Response {
	if r.who.anonymous() {
		return needsUser()
	}
	if !r.can.admin {
		return denied()
	}
	before := len(r.Pins)
	r.Pins = slices.DeleteFunc(r.Pins, func(p pin) bool { return q.ID == 0 || p.ID == q.ID })
	n := before - len(r.Pins)
	if n > 0 {
		r.informed()
	}
	var unpinned any = n
	if q.ID != 0 {
		unpinned = n > 0
	}
	return done(map[string]any{"unpinned": unpinned, "info_updates": r.InfoUpdates})
}
