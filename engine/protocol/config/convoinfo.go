package config

import (
	"iter"
	"time"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

// ConvoInfoVolatile holds how far each conversation was read (namespace 4,
// docs/protocol/config-messages.md §7.3). Old positions are not kept: messages
// of that age are gone from the swarm.
//
// Conversations under blinded ids, which only newer cores write and whose key is
// not settled, are kept as they are.
type ConvoInfoVolatile struct{ *Config }

// Positions are written up to readKept old, and dropped readDropped after.
const (
	readKept    = 30 * 24 * time.Hour
	readDropped = 45 * 24 * time.Hour
)

// NewConvoInfoVolatile takes a dump, or starts afresh without one.
func NewConvoInfoVolatile(account *identity.Account, dump []byte) (*ConvoInfoVolatile, error) {
	c, err := newUser(account, snode.ConvoInfoVolatile, "ConvoInfoVolatile", dump)
	if err != nil {
		return nil, err
	}
	v := &ConvoInfoVolatile{c}
	c.beforePush = v.prune
	return v, nil
}

// ReadState is how far a conversation was read.
type ReadState struct {
	LastRead int64 // ms: all messages up to this time are read; it may lie in the future
	Unread   bool  // marked as unread by hand
	// ProExpiry (ms) and ProTag (32 bytes) are of the other person's Session
	// Pro; only together, only in one-to-one conversations. Not set by Set….
	ProExpiry int64
	ProTag    []byte
}

// The keys of the kinds of conversation that are known by an id.
const (
	oneToOneKey    = "1"
	legacyGroupKey = "C"
	groupKey       = "g"
	communityKey   = "o"
)

func readState(d *dict) ReadState {
	s := ReadState{LastRead: d.positive("r"), Unread: d.flag("u")}
	if tag := d.bytes("g", 32); tag != nil && d.positive("e") > 0 {
		s.ProExpiry, s.ProTag = d.positive("e"), tag
	}
	return s
}

func (c *ConvoInfoVolatile) get(kind string, id identity.ID) (ReadState, bool) {
	d := c.msg.data.at(kind, string(id[:]))
	if d == nil {
		return ReadState{}, false
	}
	return readState(d), true
}

// OneToOne returns the state of a conversation with a person.
func (c *ConvoInfoVolatile) OneToOne(id identity.ID) (ReadState, bool) {
	return c.get(oneToOneKey, id)
}

// Group returns the state of a group.
func (c *ConvoInfoVolatile) Group(id identity.ID) (ReadState, bool) { return c.get(groupKey, id) }

// LegacyGroup returns the state of a legacy group.
func (c *ConvoInfoVolatile) LegacyGroup(id identity.ID) (ReadState, bool) {
	return c.get(legacyGroupKey, id)
}

// Community returns the state of a community; the server's key does not matter.
func (c *ConvoInfoVolatile) Community(room Room) (ReadState, bool) {
	base, name, err := room.canonical()
	if err != nil {
		return ReadState{}, false
	}
	d := c.msg.data.at(communityKey, base, "R", name)
	if d == nil {
		return ReadState{}, false
	}
	return readState(d), true
}

// SetOneToOne sets how far a conversation with a person was read. A position
// older than 30 days is stored only where it takes an earlier one back.
func (c *ConvoInfoVolatile) SetOneToOne(id identity.ID, s ReadState, now time.Time) error {
	return c.setID(oneToOneKey, identity.Session, id, s, now)
}

// SetGroup is SetOneToOne for a group.
func (c *ConvoInfoVolatile) SetGroup(id identity.ID, s ReadState, now time.Time) error {
	return c.setID(groupKey, identity.Group, id, s, now)
}

// SetLegacyGroup is SetOneToOne for a legacy group.
func (c *ConvoInfoVolatile) SetLegacyGroup(id identity.ID, s ReadState, now time.Time) error {
	return c.setID(legacyGroupKey, identity.Session, id, s, now)
}

// SetCommunity is SetOneToOne for a community.
func (c *ConvoInfoVolatile) SetCommunity(room Room, s ReadState, now time.Time) error {
	if s.LastRead < 0 {
		return ErrValue
	}
	r, _, err := c.setServer(communityKey, room)
	if err != nil {
		return err
	}
	return r.readState(s, now)
}

func (c *ConvoInfoVolatile) setID(kind string, prefix identity.Prefix, id identity.ID, s ReadState, now time.Time) error {
	if id.Prefix() != prefix {
		return ErrID
	}
	if s.LastRead < 0 {
		return ErrValue
	}
	return c.record(kind, string(id[:])).readState(s, now)
}

func (r *record) readState(s ReadState, now time.Time) error {
	old := r.read().get("r")
	back := old != nil && old.kind == kindInt && s.LastRead < old.num
	if back || s.LastRead > now.Add(-readKept).UnixMilli() {
		r.number("r", s.LastRead)
	}
	r.flag("u", s.Unread)
	return r.err
}

// EraseOneToOne removes a conversation and reports whether it was there.
func (c *ConvoInfoVolatile) EraseOneToOne(id identity.ID) (bool, error) {
	return c.eraseID(oneToOneKey, id)
}

// EraseGroup removes a group.
func (c *ConvoInfoVolatile) EraseGroup(id identity.ID) (bool, error) { return c.eraseID(groupKey, id) }

// EraseLegacyGroup removes a legacy group.
func (c *ConvoInfoVolatile) EraseLegacyGroup(id identity.ID) (bool, error) {
	return c.eraseID(legacyGroupKey, id)
}

// EraseCommunity removes a community.
func (c *ConvoInfoVolatile) EraseCommunity(room Room) (bool, error) {
	base, name, err := room.canonical()
	if err != nil {
		return false, err
	}
	return c.eraseRoom(communityKey, base, name)
}

func (c *ConvoInfoVolatile) eraseID(kind string, id identity.ID) (bool, error) {
	r := c.record(kind)
	if r.read().get(string(id[:])) == nil {
		return false, nil
	}
	r.remove(string(id[:]))
	return r.err == nil, r.err
}

func (c *ConvoInfoVolatile) all(kind string, prefix identity.Prefix) iter.Seq2[identity.ID, ReadState] {
	return func(yield func(identity.ID, ReadState) bool) {
		for id, d := range records(c.msg.data.at(kind), prefix) {
			if !yield(id, readState(d)) {
				return
			}
		}
	}
}

// OneToOnes goes over the conversations with people.
func (c *ConvoInfoVolatile) OneToOnes() iter.Seq2[identity.ID, ReadState] {
	return c.all(oneToOneKey, identity.Session)
}

// Groups goes over the groups.
func (c *ConvoInfoVolatile) Groups() iter.Seq2[identity.ID, ReadState] {
	return c.all(groupKey, identity.Group)
}

// LegacyGroups goes over the legacy groups.
func (c *ConvoInfoVolatile) LegacyGroups() iter.Seq2[identity.ID, ReadState] {
	return c.all(legacyGroupKey, identity.Session)
}

// Communities goes over the communities.
func (c *ConvoInfoVolatile) Communities() iter.Seq2[Room, ReadState] {
	return func(yield func(Room, ReadState) bool) {
		for server, rooms := range servers(c.msg.data.at(communityKey)) {
			for i := range rooms.entries {
				e := &rooms.entries[i]
				if e.kind == kindDict && !yield(Room{server, e.key}, readState(e.sub)) {
					return
				}
			}
		}
	}
}

// prune drops what was read long ago and is not marked as unread. Groups stay,
// as the official core keeps them.
func (c *ConvoInfoVolatile) prune(now int64) error {
	limit := now - readDropped.Milliseconds()
	stale := func(s ReadState) bool { return !s.Unread && s.LastRead < limit }
	for _, kind := range []string{oneToOneKey, legacyGroupKey} {
		for id, s := range c.all(kind, identity.Session) {
			if stale(s) {
				if _, err := c.eraseID(kind, id); err != nil {
					return err
				}
			}
		}
	}
	for room, s := range c.Communities() {
		if stale(s) {
			if _, err := c.eraseRoom(communityKey, room.Server.URL, room.Name); err != nil {
				return err
			}
		}
	}
	return nil
}
