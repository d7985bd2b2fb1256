package communityserver

import (
	"fmt"
	"net/http"

	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// moderate answers what is done to a user, in rooms or on the whole server
// (protocol/communities.md §5.8).
func (t *tx) moderate(who *caller, request community.Request) onion.V4Response {
	if who.anonymous() {
		return needsUser()
	}
	switch q := request.(type) {
	case community.SetModerator:
		return t.setModerator(who, q)
	case community.Ban:
		return t.ban(who, q.User, q.Scope, true, int64(q.Timeout*1000))
	case community.Unban:
		return t.ban(who, q.User, q.Scope, false, 0)
	}
	return page(http.StatusNotFound)
}

// scope finds the rooms of a request in which the caller may act. Without "*"
// they all have to be such; an unknown room is refused like a closed one.
func (t *tx) scope(who *caller, tokens []string, may func(*place) bool) ([]*place, bool) {
	var list []*place
	for _, token := range tokens {
		if token == community.AllRooms {
			t.eachRoom(func(r *place) {
				r.who = who
				if r.can = r.rights(who); may(r) {
					list = append(list, r)
				}
			})
			return list, len(list) > 0
		}
		r := t.place(who, token)
		if r == nil || !may(r) {
			return nil, false
		}
		list = append(list, r)
	}
	return list, true
}

func (t *tx) setModerator(who *caller, q community.SetModerator) onion.V4Response {
	updates := map[string]int64{}
	if q.Global {
		if !who.user.Admin {
			return page(http.StatusForbidden)
		}
		t.setGlobal(t.resolve(q.User), q)
		t.eachRoom(func(r *place) { updates[r.Token] = r.informed() })
		return done(map[string]any{"info_updates": updates})
	}
	rooms, ok := t.scope(who, q.Rooms, func(r *place) bool { return r.can.admin })
	if !ok {
		return page(http.StatusForbidden)
	}
	id := t.resolve(q.User)
	for _, r := range rooms {
		o := r.override(id)
		o.Moderator, o.Admin = change(o.Moderator, o.Admin, q)
		o.Visible = (o.Moderator || o.Admin) && (q.Visible == nil || *q.Visible)
		r.setOverride(id, o)
		updates[r.Token] = r.informed()
		r.save()
	}
	return done(map[string]any{"info_updates": updates})
}

// change applies the meaning of the two flags together.
func change(moderator, admin bool, q community.SetModerator) (bool, bool) {
	switch {
	case q.Admin != nil && *q.Admin:
		return true, true
	case q.Moderator != nil && !*q.Moderator:
		return false, false
	case q.Moderator != nil && q.Admin != nil:
		return true, false
	case q.Moderator != nil:
		return true, admin
	}
	return moderator || admin, false
}

func (t *tx) setGlobal(id identity.ID, q community.SetModerator) {
	u := t.ensure(id)
	u.Moderator, u.Admin = change(u.Moderator, u.Admin, q)
	u.Visible = (u.Moderator || u.Admin) && q.Visible != nil && *q.Visible
	t.saveUser(id, u)
}

// ban bans or lets in again. Moderators cannot ban each other: that takes an
// admin; and nobody bans those of the whole server.
func (t *tx) ban(who *caller, user identity.ID, in community.Scope, banned bool, timeout int64) onion.V4Response {
	if in.Global {
		if !who.user.Moderator && !who.user.Admin {
			return page(http.StatusForbidden)
		}
		id := t.resolve(user)
		u := t.ensure(id)
		if banned && (u.Moderator || u.Admin) {
			return denied()
		}
		u.Banned = banned
		t.saveUser(id, u)
		t.rescheduleBan("", id, banned, timeout)
		return done(nothing)
	}
	rooms, ok := t.scope(who, in.Rooms, func(r *place) bool { return r.can.moderator })
	if !ok {
		return page(http.StatusForbidden)
	}
	id := t.resolve(user)
	u := t.ensure(id)
	for _, r := range rooms {
		if target := r.rights(&caller{id: id, user: u}); banned && target.moderator && (!r.can.admin || u.Moderator || u.Admin) {
			return denied()
		}
	}
	for _, r := range rooms {
		o := r.override(id)
		o.Banned = banned
		r.setOverride(id, o)
		t.rescheduleBan(r.Token, id, banned, timeout)
	}
	return done(nothing)
}

// Promote makes a user an admin of a room or, with token "", of the whole
// server, shown as such; it is the operator's act. A Session ID counts for the
// blinded id that shows up.
func (s *Server) Promote(id identity.ID, token string) error {
	missing := false
	yes := true
	q := community.SetModerator{User: id, Admin: &yes, Moderator: &yes, Visible: &yes}
	err := s.update(func(t *tx) {
		if token == "" {
			t.setGlobal(t.resolve(id), q)
			t.eachRoom(func(r *place) { r.informed() })
			return
		}
		r := t.place(new(caller), token)
		if missing = r == nil; missing {
			return
		}
		id := t.resolve(id)
		o := r.override(id)
		o.Moderator, o.Admin, o.Visible = true, true, true
		r.setOverride(id, o)
		r.informed()
		r.save()
	})
	if err == nil && missing {
		err = fmt.Errorf("community server: no room %q", token)
	}
	return err
}
