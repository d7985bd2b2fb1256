package community

import (
	"encoding/json"
	"fmt"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// Scope is where a moderator's act counts: in some rooms, in all rooms where
// the caller may (AllRooms), or on the whole server.
type Scope struct {
	Rooms  []string `json:"rooms,omitempty"`
	Global bool     `json:"global,omitempty"`
}

// AllRooms in Scope.Rooms stands for all rooms where the caller may act.
const AllRooms = "*"

func (s Scope) check(p *path) {
	if s.Global == (len(s.Rooms) > 0) {
		p.fail("either rooms or global")
	}
	for _, token := range s.Rooms {
		if token != AllRooms && !ValidToken(token) {
			p.fail("room token %q", token)
		}
	}
}

// SetModerator makes or unmakes moderators and admins; admins only
// (protocol/communities.md §5.8). Admin true adds an admin; Moderator true with
// Admin false a moderator; Admin false alone demotes to moderator; Moderator
// false takes both.
type SetModerator struct {
	User identity.ID `json:"-"`
	Scope
	Moderator *bool `json:"moderator,omitempty"`
	Admin     *bool `json:"admin,omitempty"`
	Visible   *bool `json:"visible,omitempty"`
}

// Ban keeps a user out; moderators only. Messages stay: see DeleteAll.
type Ban struct {
	User identity.ID `json:"-"`
	Scope
	Timeout float64 `json:"timeout,omitempty"` // seconds; 0: for good
}

// Unban lets a user in again.
type Unban struct {
	User identity.ID `json:"-"`
	Scope
}

// Permissions asks what was set for users of a room, or for one; moderators only.
type Permissions struct {
	Room string
	User identity.ID // zero: all
}

// SetPermissions sets what one user may do; moderators only.
type SetPermissions struct {
	Room string
	User identity.ID
	PermissionChange
	// KeepSchedule keeps scheduled changes, which are dropped otherwise.
	KeepSchedule bool
}

// FuturePermissions asks for scheduled changes of all users, or of one.
type FuturePermissions struct {
	Room string
	User identity.ID // zero: all
}

// SchedulePermissions changes what one user may do after In seconds.
type SchedulePermissions struct {
	Room string
	User identity.ID
	In   float64
	PermissionChange
}

// Grant is what happens to one permission.
type Grant uint8

const (
	Keep    Grant = iota
	Allow         // true
	Deny          // false
	Inherit       // as the room's default says
)

// PermissionChange is what happens to a user's permissions.
type PermissionChange struct{ Read, Accessible, Write, Upload Grant }

func (c *PermissionChange) each(f func(name string, g *Grant)) {
	f("read", &c.Read)
	f("accessible", &c.Accessible)
	f("write", &c.Write)
	f("upload", &c.Upload)
}

func (c PermissionChange) fields() map[string]any {
	m := map[string]any{}
	c.each(func(name string, g *Grant) {
		switch *g {
		case Allow, Deny:
			m[name] = *g == Allow
		case Inherit:
			m["default_"+name] = true
		}
	})
	return m
}

func (r SetModerator) call() (Call, error) {
	p := newPath("/user").user(r.User).add("moderator")
	r.check(p)
	if r.Moderator == nil && r.Admin == nil || isTrue(r.Admin) && r.Moderator != nil && !*r.Moderator {
		p.fail("neither moderator nor admin")
	}
	return p.json(methodPost, r)
}

func isTrue(b *bool) bool { return b != nil && *b }

func (r Ban) call() (Call, error) {
	p := newPath("/user").user(r.User).add("ban")
	r.check(p)
	if !(r.Timeout >= 0 && r.Timeout < 1e9) {
		p.fail("timeout %v", r.Timeout)
	}
	return p.json(methodPost, r)
}

func (r Unban) call() (Call, error) {
	p := newPath("/user").user(r.User).add("unban")
	r.check(p)
	return p.json(methodPost, r)
}

func permissionPath(room, name string, user identity.ID) *path {
	p := inRoom(room).add(name)
	if !user.IsZero() {
		p.user(user)
	}
	return p
}

func (r Permissions) call() (Call, error) { return get(permissionPath(r.Room, "permissions", r.User)) }

func (r SetPermissions) call() (Call, error) {
	body := r.fields()
	if r.KeepSchedule {
		body["unschedule"] = false
	}
	return inRoom(r.Room).add("permissions").user(r.User).json(methodPost, body)
}

func (r FuturePermissions) call() (Call, error) {
	return get(permissionPath(r.Room, "futurePermissions", r.User))
}

func (r SchedulePermissions) call() (Call, error) {
	p := inRoom(r.Room).add("futurePermissions").user(r.User)
	if !(r.In > 0 && r.In < 1e9) {
		p.fail("in %v seconds", r.In)
	}
	body := r.fields()
	body["in"] = r.In
	return p.json(methodPost, body)
}

// Overrides are what was set for one user; nil fields are as the room's default
// says.
type Overrides struct {
	Banned     *bool `json:"banned,omitempty"`
	Read       *bool `json:"read,omitempty"`
	Accessible *bool `json:"accessible,omitempty"`
	Write      *bool `json:"write,omitempty"`
	Upload     *bool `json:"upload,omitempty"`
	Moderator  bool  `json:"moderator,omitempty"`
	Admin      bool  `json:"admin,omitempty"`
	Hidden     bool  `json:"hidden,omitempty"` // a moderator that is not shown
}

// Future is a scheduled change.
type Future struct {
	User   identity.ID `json:"session_id,omitzero"` // zero when one user was asked for
	At     Seconds     `json:"at"`
	Banned *bool       `json:"banned,omitempty"`
	Read   *bool       `json:"read,omitempty"`
	Write  *bool       `json:"write,omitempty"`
	Upload *bool       `json:"upload,omitempty"`
}

// Decode reads the new InfoUpdates of each room that changed.
func (r SetModerator) Decode(a onion.V4Response) (map[string]int64, error) {
	var j struct {
		InfoUpdates json.RawMessage `json:"info_updates"`
	}
	if err := decode(a, &j); err != nil {
		return nil, err
	}
	m := map[string]int64{}
	err := fields(j.InfoUpdates, func(name string, raw json.RawMessage) error {
		var n int64
		if len(m) < MaxRooms && json.Unmarshal(raw, &n) == nil {
			m[cut(name, MaxToken)] = n
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	return m, nil
}

// Decode reads the empty answer.
func (r Ban) Decode(a onion.V4Response) error { return success(a, MaxAnswer) }

// Decode reads the empty answer.
func (r Unban) Decode(a onion.V4Response) error { return success(a, MaxAnswer) }

// Decode reads what was set, by user; at most MaxModerators users.
func (r Permissions) Decode(a onion.V4Response) (map[identity.ID]Overrides, error) {
	m := map[identity.ID]Overrides{}
	if !r.User.IsZero() {
		var o Overrides
		err := decode(a, &o)
		m[r.User] = o
		return ok(m, err)
	}
	if err := success(a, MaxAnswer); err != nil {
		return nil, err
	}
	err := fields(a.Body, func(name string, raw json.RawMessage) error {
		var o Overrides
		id, err := identity.ParseID(name)
		if err == nil && len(m) < MaxModerators && json.Unmarshal(raw, &o) == nil {
			m[id] = o
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	return m, nil
}

// Decode reads what is set for the user now.
func (r SetPermissions) Decode(a onion.V4Response) (Overrides, error) {
	var o Overrides
	err := decode(a, &o)
	return ok(o, err)
}

func decodeFutures(a onion.V4Response) ([]Future, error) {
	var list []Future
	err := decodeList(a, func(raw json.RawMessage) error {
		var f Future
		if len(list) < MaxModerators && json.Unmarshal(raw, &f) == nil {
			list = append(list, f)
		}
		return nil
	})
	return ok(list, err)
}

// Decode reads what is scheduled.
func (r FuturePermissions) Decode(a onion.V4Response) ([]Future, error) { return decodeFutures(a) }

// Decode reads what is scheduled for the user now.
func (r SchedulePermissions) Decode(a onion.V4Response) ([]Future, error) { return decodeFutures(a) }
