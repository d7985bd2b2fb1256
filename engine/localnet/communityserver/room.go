package communityserver

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"go.etcd.io/bbolt"

	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// activeCutoff is how long somebody counts as active, in seconds.
const activeCutoff = 7 * 24 * 60 * 60

// room is what is stored of a room itself.
type room struct {
	Token       string  `json:"token"`
	Name        string  `json:"name"`
	Description string  `json:"description,omitempty"`
	Image       int64   `json:"image,omitempty"`
	Created     int64   `json:"created"`
	InfoUpdates int64   `json:"info_updates"`
	Sequence    int64   `json:"message_sequence"`
	Default     allowed `json:"default"`
	Pins        []pin   `json:"pins,omitempty"`
	ActiveUsers int     `json:"active_users"`
}

type allowed struct{ Read, Accessible, Write, Upload bool }

type pin struct {
	ID int64       `json:"id"`
	At int64       `json:"at"`
	By identity.ID `json:"by"`
}

// override is what was set for one user of a room.
type override struct {
	Banned                          bool
	Read, Accessible, Write, Upload verdict
	Moderator, Admin, Visible       bool
}

// verdict is a permission that may follow the room's default.
type verdict uint8

const (
	asDefault verdict = iota
	yes
	no
)

func (v verdict) or(def bool) bool { return v == yes || v == asDefault && def }

func (v verdict) pointer() *bool {
	if v == asDefault {
		return nil
	}
	b := v == yes
	return &b
}

// place is a room within a transaction, as one caller stands in it.
type place struct {
	room
	t    *tx
	b    *bbolt.Bucket
	who  *caller
	can  rights
	meta bool // room changed, to be saved
}

type rights struct {
	read, see, write, upload bool
	moderator, admin         bool
}

func (t *tx) place(who *caller, token string) *place {
	// Tokens differ in case for display only.
	b := t.Bucket(bucketRooms).Bucket([]byte(strings.ToLower(token)))
	if b == nil {
		return nil
	}
	r := &place{t: t, b: b, who: who}
	load(b, keyMeta, &r.room)
	r.can = r.rights(who)
	return r
}

// inRoom runs f in a room and saves what it changed.
func (t *tx) inRoom(who *caller, token string, f func(*place) onion.V4Response) onion.V4Response {
	r := t.place(who, token)
	if r == nil {
		return page(http.StatusNotFound)
	}
	a := f(r)
	r.save()
	return a
}

func (r *place) save() {
	if r.meta {
		save(r.b, keyMeta, &r.room)
		r.meta = false
	}
}

// eachRoom runs f in every room, in the order of tokens.
func (t *tx) eachRoom(f func(*place)) {
	var tokens []string
	must(t.Bucket(bucketRooms).ForEachBucket(func(k []byte) error {
		tokens = append(tokens, string(k))
		return nil
	}))
	for _, token := range tokens {
		r := t.place(new(caller), token)
		f(r)
		r.save()
	}
}

func (r *place) override(id identity.ID) (o override) {
	load(r.b.Bucket(bucketUsers), id[:], &o)
	return o
}

func (r *place) setOverride(id identity.ID, o override) {
	if o == (override{}) {
		must(r.b.Bucket(bucketUsers).Delete(id[:]))
		return
	}
	save(r.b.Bucket(bucketUsers), id[:], o)
}

// rights follow the order of protocol/communities.md §5.8.
func (r *place) rights(who *caller) rights {
	o := override{}
	if !who.anonymous() {
		o = r.override(who.id)
	}
	c := rights{admin: o.Admin || who.user.Admin}
	c.moderator = c.admin || o.Moderator || who.user.Moderator
	switch {
	case c.moderator:
		c.read, c.see, c.write, c.upload = true, true, true, true
	case o.Banned:
	default:
		c.read = o.Read.or(r.Default.Read)
		c.see = c.read || o.Accessible.or(r.Default.Accessible)
		c.write = !who.anonymous() && o.Write.or(r.Default.Write)
		c.upload = c.write && o.Upload.or(r.Default.Upload)
	}
	return c
}

// reading refuses who may not read, and counts who may as active.
func (r *place) reading() (onion.V4Response, bool) {
	if !r.can.read {
		return needs("room message 'read' permission"), false
	}
	if !r.who.anonymous() {
		must(r.b.Bucket(bucketActive).Put(r.who.id[:], num(r.t.now)))
	}
	return onion.V4Response{}, true
}

// informed counts a change of what everybody sees of the room.
func (r *place) informed() int64 {
	r.InfoUpdates++
	r.meta = true
	return r.InfoUpdates
}

func (r *place) informedAnswer() onion.V4Response {
	return done(map[string]int64{"info_updates": r.informed()})
}

func (r *place) access() community.Access {
	a := community.Access{Read: r.can.read, Write: r.can.write, Upload: r.can.upload}
	if r.who.anonymous() {
		// Nobody can write without a name, yet servers tell the default.
		a.Write, a.Upload = r.Default.Write, r.Default.Write && r.Default.Upload
	}
	if r.can.moderator {
		a.Moderator, a.Admin = true, r.can.admin
		a.GlobalModerator, a.GlobalAdmin = r.who.user.Moderator || r.who.user.Admin, r.who.user.Admin
		d := r.Default
		a.DefaultRead, a.DefaultAccessible, a.DefaultWrite, a.DefaultUpload = &d.Read, &d.Accessible, &d.Write, &d.Upload
	}
	return a
}

func (r *place) details() *community.Room {
	d := &community.Room{
		Token:             r.Token,
		Name:              r.Name,
		Description:       r.Description,
		InfoUpdates:       r.InfoUpdates,
		MessageSequence:   r.Sequence,
		Created:           community.SecondsOf(r.Created),
		ActiveUsers:       r.ActiveUsers,
		ActiveUsersCutoff: activeCutoff,
		Image:             r.Image,
		Access:            r.access(),
	}
	for _, p := range r.Pins {
		d.Pins = append(d.Pins, community.PinnedMessage{ID: p.ID, At: community.SecondsOf(p.At), By: p.By})
	}
	r.eachModerator(func(id identity.ID, admin, visible bool) {
		list := &d.Moderators
		switch {
		case admin && visible:
			list = &d.Admins
		case admin:
			list = &d.HiddenAdmins
		case !visible:
			list = &d.HiddenModerators
		}
		*list = append(*list, id)
	})
	if !r.can.moderator {
		d.HiddenModerators, d.HiddenAdmins = nil, nil
	}
	return d
}

// eachModerator gives the moderators of the room and of the whole server, each
// once.
func (r *place) eachModerator(f func(id identity.ID, admin, visible bool)) {
	var seen []identity.ID
	must(r.b.Bucket(bucketUsers).ForEach(func(k, _ []byte) error {
		id := identity.ID(k)
		o := r.override(id)
		if !o.Moderator && !o.Admin {
			return nil
		}
		seen = append(seen, id)
		u, _ := r.t.user(id)
		f(id, o.Admin || u.Admin, o.Visible)
		return nil
	}))
	must(r.t.Bucket(bucketStaff).ForEach(func(k, _ []byte) error {
		id := identity.ID(k)
		if u, _ := r.t.user(id); !slices.Contains(seen, id) {
			f(id, u.Admin, u.Visible)
		}
		return nil
	}))
}

func (t *tx) rooms(who *caller) onion.V4Response {
	list := []*community.Room{}
	must(t.Bucket(bucketRooms).ForEachBucket(func(k []byte) error {
		if r := t.place(who, string(k)); r.can.see {
			list = append(list, r.details())
		}
		return nil
	}))
	return done(list)
}

func (r *place) info() onion.V4Response {
	if !r.can.see {
		return page(http.StatusNotFound)
	}
	return done(r.details())
}

func (r *place) poll(q community.PollInfo) onion.V4Response {
	if a, ok := r.reading(); !ok {
		return a
	}
	p := community.Poll{Token: r.Token, ActiveUsers: r.ActiveUsers, Access: r.access()}
	if q.InfoUpdates != r.InfoUpdates {
		p.Details = r.details()
	}
	return done(p)
}

func (r *place) change(q community.UpdateRoom) onion.V4Response {
	switch {
	case r.who.anonymous():
		return needsUser()
	case !r.can.admin:
		return needs("admin room permissions")
	}
	if q.Image != nil {
		if !r.adoptImage(*q.Image) {
			return page(http.StatusNotAcceptable)
		}
		r.informed()
	}
	if q.Name != nil {
		r.Name = withoutControls(*q.Name, "")
		r.informed()
	}
	if q.Description != nil {
		r.Description = withoutControls(*q.Description, "\n\t")
		r.informed()
	}
	for value, given := range map[*bool]*bool{
		&r.Default.Read: q.DefaultRead, &r.Default.Accessible: q.DefaultAccessible,
		&r.Default.Write: q.DefaultWrite, &r.Default.Upload: q.DefaultUpload,
	} {
		if given != nil {
			*value, r.meta = *given, true
		}
	}
	return done(map[string]int64{"info_updates": r.InfoUpdates})
}

func withoutControls(s, but string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) && !strings.ContainsRune(but, c) {
			return -1
		}
		return c
	}, s)
}

// RoomSpec describes a new room.
type RoomSpec struct {
	Token, Name, Description string
	Picture                  []byte // an image file; nil for none
}

// AddRoom makes a room in which everybody may read, write and upload.
func (s *Server) AddRoom(spec RoomSpec) error {
	if !community.ValidToken(spec.Token) {
		return fmt.Errorf("community server: room token %q", spec.Token)
	}
	taken := false
	err := s.update(func(t *tx) {
		key := []byte(strings.ToLower(spec.Token))
		if taken = t.Bucket(bucketRooms).Bucket(key) != nil; taken {
			return
		}
		b, err := t.Bucket(bucketRooms).CreateBucket(key)
		must(err)
		for _, name := range [][]byte{bucketMessages, bucketChanges, bucketUsers, bucketActive} {
			_, err := b.CreateBucket(name)
			must(err)
		}
		r := &place{t: t, b: b, who: new(caller), meta: true}
		r.room = room{Token: spec.Token, Name: spec.Name, Description: spec.Description, Created: t.now, Default: allowed{true, true, true, true}}
		if spec.Picture != nil {
			r.Image = r.store(file{Name: "room"}, spec.Picture)
			r.adoptImage(r.Image)
		}
		r.save()
	})
	if err == nil && taken {
		err = fmt.Errorf("community server: room %q exists", spec.Token)
	}
	return err
}

// Rooms are the tokens of all rooms.
func (s *Server) Rooms() ([]string, error) {
	var tokens []string
	err := s.update(func(t *tx) { t.eachRoom(func(r *place) { tokens = append(tokens, r.Token) }) })
	return tokens, err
}
