package communityserver

import (
	"net/http"

	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// future is a change that a sweep carries out when its time comes.
type future struct {
	Room   string      `json:"room,omitempty"` // "": the whole server
	User   identity.ID `json:"user"`
	At     int64       `json:"at"`
	Banned *bool       `json:"banned,omitempty"`
	Change *community.PermissionChange
}

// eachFuture runs f over what is scheduled. f may change the entry; false drops it.
func (t *tx) eachFuture(f func(*future) bool) {
	b := t.Bucket(bucketFutures)
	for _, k := range keys(b, func(_, _ []byte) bool { return true }) {
		var one future
		load(b, k, &one)
		if f(&one) {
			save(b, k, one)
		} else {
			must(b.Delete(k))
		}
	}
}

func (t *tx) schedule(f future) {
	b := t.Bucket(bucketFutures)
	save(b, num(next(b)), f)
}

// rescheduleBan forgets what was scheduled about a ban, and schedules its end.
func (t *tx) rescheduleBan(room string, id identity.ID, banned bool, timeout int64) {
	t.eachFuture(func(f *future) bool { return f.Banned == nil || f.Room != room || f.User != id })
	if banned && timeout > 0 {
		over := false
		t.schedule(future{Room: room, User: id, At: t.now + timeout, Banned: &over})
	}
}

func (t *tx) permissions(who *caller, request community.Request) onion.V4Response {
	if who.anonymous() {
		return needsUser()
	}
	moderator := func(token string, f func(*place) onion.V4Response) onion.V4Response {
		return t.inRoom(who, token, func(r *place) onion.V4Response {
			if !r.can.moderator {
				return needs("moderator room permissions")
			}
			return f(r)
		})
	}
	switch q := request.(type) {
	case community.Permissions:
		return moderator(q.Room, func(r *place) onion.V4Response {
			if !q.User.IsZero() {
				return done(r.override(q.User).shown())
			}
			all := map[string]community.Overrides{}
			must(r.b.Bucket(bucketUsers).ForEach(func(k, _ []byte) error {
				id := identity.ID(k)
				all[id.String()] = r.override(id).shown()
				return nil
			}))
			return done(all)
		})
	case community.SetPermissions:
		return moderator(q.Room, func(r *place) onion.V4Response {
			t.ensure(q.User)
			if !q.KeepSchedule {
				t.eachFuture(func(f *future) bool { return f.Change == nil || f.Room != r.Token || f.User != q.User })
			}
			o := r.override(q.User)
			o.apply(q.PermissionChange)
			r.setOverride(q.User, o)
			return done(o.shown())
		})
	case community.FuturePermissions:
		return moderator(q.Room, func(r *place) onion.V4Response { return done(r.futures(q.User)) })
	case community.SchedulePermissions:
		return moderator(q.Room, func(r *place) onion.V4Response {
			t.ensure(q.User)
			t.schedule(future{Room: r.Token, User: q.User, At: t.now + int64(q.In*1000), Change: &q.PermissionChange})
			return done(r.futures(q.User))
		})
	}
	return page(http.StatusNotFound)
}

func (o *override) apply(c community.PermissionChange) {
	for value, grant := range map[*verdict]community.Grant{
		&o.Read: c.Read, &o.Accessible: c.Accessible, &o.Write: c.Write, &o.Upload: c.Upload,
	} {
		switch grant {
		case community.Allow:
			*value = yes
		case community.Deny:
			*value = no
		case community.Inherit:
			*value = asDefault
		}
	}
}

func (o override) shown() community.Overrides {
	s := community.Overrides{
		Read: o.Read.pointer(), Accessible: o.Accessible.pointer(), Write: o.Write.pointer(), Upload: o.Upload.pointer(),
		Moderator: o.Moderator, Admin: o.Admin, Hidden: (o.Moderator || o.Admin) && !o.Visible,
	}
	if o.Banned {
		s.Banned = &o.Banned
	}
	return s
}

// futures are the scheduled permissions of a room; without a user those of all,
// with their ids.
func (r *place) futures(user identity.ID) []community.Future {
	list := []community.Future{}
	r.t.eachFuture(func(f *future) bool {
		if f.Change == nil || f.Room != r.Token || !user.IsZero() && f.User != user {
			return true
		}
		one := community.Future{At: community.SecondsOf(f.At), Read: granted(f.Change.Read), Write: granted(f.Change.Write), Upload: granted(f.Change.Upload)}
		if user.IsZero() {
			one.User = f.User
		}
		list = append(list, one)
		return true
	})
	return list
}

func granted(g community.Grant) *bool {
	if g != community.Allow && g != community.Deny {
		return nil
	}
	b := g == community.Allow
	return &b
}
