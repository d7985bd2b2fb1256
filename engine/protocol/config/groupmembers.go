package config

import (
	"iter"
	"slices"
	"strings"

	"sotto/engine/protocol/bt"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

// GroupMembers are the members of a group (namespace 14, docs/protocol/groups.md
// §2). Only admins can edit.
type GroupMembers struct{ *Config }

// NewGroupMembers takes a dump, or starts afresh without one.
func NewGroupMembers(group Group, dump []byte) (*GroupMembers, error) {
	c, err := newGroup(group, snode.GroupMembers, "groups::Members", dump)
	if err != nil {
		return nil, err
	}
	return &GroupMembers{c}, nil
}

// Delivery is how far an invitation or a promotion came.
type Delivery int8

const (
	Accepted Delivery = 0 // or never made
	Sent     Delivery = 1
	Failed   Delivery = 2
	NotSent  Delivery = 3
)

// Removal is a removal that an admin decided and none has carried out yet.
type Removal int8

const (
	NoRemoval          Removal = 0
	RemoveMember       Removal = 1
	RemoveWithMessages Removal = 2
)

// Member is one member. What to show is the first of Removal, Promotion (of an
// admin) and Invite that is not zero.
type Member struct {
	ID          identity.ID // prefix 05
	Name        string
	Picture     Picture
	Admin       bool     // from the moment that a promotion is decided
	Invite      Delivery // always Accepted for an admin
	Promotion   Delivery
	WithHistory bool // invited with access to earlier messages
	Removal     Removal
}

// Get returns a member.
func (g *GroupMembers) Get(id identity.ID) (Member, bool) {
	d := g.msg.data.at("m", string(id[:]))
	if d == nil {
		return Member{}, false
	}
	return readMember(id, d), true
}

// All goes over the members in ascending order of their ids, which is the order
// of the key messages.
func (g *GroupMembers) All() iter.Seq[Member] {
	return func(yield func(Member) bool) {
		for id, d := range records(g.msg.data.at("m"), identity.Session) {
			if !yield(readMember(id, d)) {
				return
			}
		}
	}
}

// Set adds a member or changes one. One whose invitation or promotion is NotSent
// counts as sending on this device until it is set to anything else.
func (g *GroupMembers) Set(v Member) error {
	if g.ReadOnly() {
		return ErrReadOnly
	}
	if v.ID.Prefix() != identity.Session {
		return ErrID
	}
	if v.Invite < Accepted || v.Invite > NotSent || v.Promotion < Accepted || v.Promotion > NotSent ||
		v.Removal < NoRemoval || v.Removal > RemoveWithMessages {
		return ErrValue
	}
	if err := checkName(v.Name, MaxName); err != nil {
		return err
	}
	if err := v.Picture.check(); err != nil {
		return err
	}
	if v.Admin {
		v.Invite = Accepted
	}
	r := g.record("m", string(v.ID[:]))
	r.label("n", v.Name, MaxName, true)
	r.picture("p", "q", v.Picture)
	old, _ := g.Get(v.ID)
	r.flag("A", v.Admin)
	if v.Invite != old.Invite || v.Admin != old.Admin {
		r.nonZero("I", int64(v.Invite))
	}
	if v.Promotion != old.Promotion {
		r.nonZero("P", int64(v.Promotion))
	}
	r.flag("s", v.WithHistory)
	if v.Removal != old.Removal {
		r.nonZero("R", int64(v.Removal))
	}
	if r.err != nil {
		return r.err
	}
	g.setSending(v.ID, v.Invite == NotSent || v.Promotion == NotSent)
	return nil
}

// Erase removes a member and reports whether it was there.
func (g *GroupMembers) Erase(id identity.ID) (bool, error) {
	r := g.record("m")
	if r.read().get(string(id[:])) == nil {
		return false, nil
	}
	r.remove(string(id[:]))
	if r.err == nil {
		g.setSending(id, false)
	}
	return r.err == nil, r.err
}

func readMember(id identity.ID, d *dict) Member {
	v := Member{
		ID:          id,
		Name:        d.name("n"),
		Picture:     d.picture("p", "q"),
		Admin:       d.flag("A"),
		Promotion:   d.delivery("P"),
		WithHistory: d.flag("s"),
	}
	if !v.Admin {
		v.Invite = d.delivery("I")
	}
	if r := d.int("R"); r == int64(RemoveMember) || r == int64(RemoveWithMessages) {
		v.Removal = Removal(r)
	}
	return v
}

func (d *dict) delivery(key string) Delivery {
	if v := d.int(key); v >= int64(Sent) && v <= int64(NotSent) {
		return Delivery(v)
	}
	return Accepted
}

// sendingKey is the local list of members to whom this device is sending an
// invitation or a promotion: ids in hexadecimal.
const sendingKey = "pending_send_ids"

// Sending are the members to whom this device has an invitation or a promotion
// to send. It is kept in the dump and not shared.
func (g *GroupMembers) Sending() []identity.ID {
	var out []identity.ID
	for _, s := range g.sending() {
		if id, err := identity.ParseID(s); err == nil {
			out = append(out, id)
		}
	}
	return out
}

// StopSending takes somebody off that list to whom nothing is to be sent any more:
// another device has done it, or removed them.
func (g *GroupMembers) StopSending(id identity.ID) { g.setSending(id, false) }

func (g *GroupMembers) sending() []string {
	for _, l := range g.local {
		if l.key == sendingKey {
			v, err := bt.Decode([]byte(l.raw), bt.Limits{})
			if err == nil {
				return stringsOf(v)
			}
		}
	}
	return nil
}

func (g *GroupMembers) setSending(id identity.ID, sending bool) {
	list := g.sending()
	at, found := slices.BinarySearch(list, id.String())
	switch {
	case sending == found:
		return
	case sending:
		list = slices.Insert(list, at, id.String())
	default:
		list = slices.Delete(list, at, at+1)
	}
	w := bt.NewWriter(16 + 70*len(list))
	writeStrings(w, list)
	raw, err := w.Finish()
	if err != nil {
		panic("config: list of ids: " + err.Error())
	}
	g.local = slices.DeleteFunc(g.local, func(l rawKey) bool { return l.key == sendingKey })
	if len(list) > 0 {
		g.local = append(g.local, rawKey{sendingKey, string(raw)})
		slices.SortFunc(g.local, func(a, b rawKey) int { return strings.Compare(a.key, b.key) })
	}
	g.needsDump = true
}
