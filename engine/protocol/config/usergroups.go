package config

import (
	"crypto/ed25519"
	"iter"
	"slices"
	"strings"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

// UserGroups are the groups and communities of the account (namespace 5,
// docs/protocol/config-messages.md §7.4).
type UserGroups struct{ *Config }

// NewUserGroups takes a dump, or starts afresh without one.
func NewUserGroups(account *identity.Account, dump []byte) (*UserGroups, error) {
	c, err := newUser(account, snode.UserGroups, "UserGroups", dump)
	if err != nil {
		return nil, err
	}
	return &UserGroups{c}, nil
}

// Membership is what the entries of all kinds have in common.
type Membership struct {
	Priority   int64 // Hidden, 0, or above 0: pinned
	Joined     int64 // seconds
	Notify     Notify
	MutedUntil int64 // seconds; 0 not muted
	Invited    bool  // an invitation that is not answered yet
}

// Removed is how a group was lost.
type Removed int8

const (
	NotRemoved Removed = 0
	Kicked     Removed = 1
	Destroyed  Removed = 2
)

// AuthDataSize is the length of UserGroup.AuthData.
const AuthDataSize = 100

// UserGroup is a group (v2) that the account is in.
type UserGroup struct {
	ID   identity.ID // prefix 03
	Name string      // from the invitation, or newer
	// Seed is the group's 32-byte seed, for admins.
	Seed []byte
	// AuthData is a member's proof towards the swarm (docs/protocol/groups.md
	// §4), 100 bytes; not for admins.
	AuthData []byte
	Removed  Removed
	Membership
}

// Group returns a group.
func (g *UserGroups) Group(id identity.ID) (UserGroup, bool) {
	d := g.msg.data.at("g", string(id[:]))
	if d == nil {
		return UserGroup{}, false
	}
	return readUserGroup(id, d), true
}

// Groups goes over the groups.
func (g *UserGroups) Groups() iter.Seq[UserGroup] {
	return func(yield func(UserGroup) bool) {
		for id, d := range records(g.msg.data.at("g"), identity.Group) {
			if !yield(readUserGroup(id, d)) {
				return
			}
		}
	}
}

// SetGroup adds a group or changes one. One that is removed loses its seed and
// its proof.
func (g *UserGroups) SetGroup(v UserGroup) error {
	switch {
	case v.ID.Prefix() != identity.Group:
		return ErrID
	case len(v.Seed) != 0 && !isSeedOf(v.Seed, v.ID):
		return ErrID
	case len(v.AuthData) != 0 && len(v.AuthData) != AuthDataSize,
		v.Removed < NotRemoved || v.Removed > Destroyed, v.Notify < NotifyDefault || v.Notify > NotifyMentions:
		return ErrValue
	}
	if err := checkName(v.Name, MaxName); err != nil {
		return err
	}
	if v.Removed != NotRemoved {
		v.Seed, v.AuthData = nil, nil
	}
	if len(v.Seed) != 0 {
		v.AuthData = nil
	}
	r := g.record("g", string(v.ID[:]))
	old, found := g.Group(v.ID)
	r.name("n", v.Name)
	if !found || !slices.Equal(old.Seed, v.Seed) || v.Removed != old.Removed {
		r.text("K", string(v.Seed)) // there even if empty: else the entry vanishes
	}
	if !slices.Equal(old.AuthData, v.AuthData) || v.Removed != old.Removed {
		r.nonEmpty("s", string(v.AuthData))
	}
	if v.Removed != old.Removed {
		r.nonZero("r", int64(v.Removed))
	}
	r.membership(v.Membership)
	return r.err
}

// EraseGroup removes a group and reports whether it was there.
func (g *UserGroups) EraseGroup(id identity.ID) (bool, error) { return g.erase("g", id) }

func readUserGroup(id identity.ID, d *dict) UserGroup {
	v := UserGroup{ID: id, Name: d.name("n"), Membership: d.membership()}
	if r := Removed(d.int("r")); r == Kicked || r == Destroyed {
		v.Removed = r
	}
	switch seed := d.bytes("K", ed25519.SeedSize); {
	case v.Removed != NotRemoved: // what is left of either is of no use
	case isSeedOf(seed, id):
		v.Seed = seed
	default:
		v.AuthData = d.bytes("s", AuthDataSize)
	}
	return v
}

// isSeedOf reports whether a seed makes the key of a group's id.
func isSeedOf(seed []byte, id identity.ID) bool {
	if len(seed) != ed25519.SeedSize {
		return false
	}
	key := id.Key()
	return slices.Equal(ed25519.NewKeyFromSeed(seed)[32:], key[:])
}

// LegacyGroup is a closed group of old, which can no longer be used.
type LegacyGroup struct {
	ID        identity.ID // prefix 05
	Name      string
	PublicKey []byte // 32 bytes, X25519, for encryption; with SecretKey
	SecretKey []byte // 32 bytes
	Members   []identity.ID
	Admins    []identity.ID
	Expiry    int64 // disappearing messages, seconds; 0 off
	Membership
}

// LegacyGroups goes over the legacy groups.
func (g *UserGroups) LegacyGroups() iter.Seq[LegacyGroup] {
	return func(yield func(LegacyGroup) bool) {
		for id, d := range records(g.msg.data.at("C"), identity.Session) {
			if !yield(readLegacyGroup(id, d)) {
				return
			}
		}
	}
}

// SetLegacyGroup adds a legacy group or changes one.
func (g *UserGroups) SetLegacyGroup(v LegacyGroup) error {
	if v.ID.Prefix() != identity.Session {
		return ErrID
	}
	if len(v.PublicKey) != len(v.SecretKey) || len(v.PublicKey) != 0 && len(v.PublicKey) != 32 ||
		v.Notify < NotifyDefault || v.Notify > NotifyMentions {
		return ErrValue
	}
	if err := checkName(v.Name, MaxName); err != nil {
		return err
	}
	r := g.record("C", string(v.ID[:]))
	r.label("n", v.Name, MaxName, true)
	if old := readLegacyGroup(v.ID, r.read()); !slices.Equal(old.PublicKey, v.PublicKey) || !slices.Equal(old.SecretKey, v.SecretKey) {
		r.nonEmpty("k", string(v.PublicKey))
		r.nonEmpty("K", string(v.SecretKey))
	}
	r.ids("m", v.Members)
	r.ids("a", v.Admins)
	r.positive("E", v.Expiry)
	r.membership(v.Membership)
	return r.err
}

// EraseLegacyGroup removes a legacy group and reports whether it was there.
func (g *UserGroups) EraseLegacyGroup(id identity.ID) (bool, error) { return g.erase("C", id) }

func readLegacyGroup(id identity.ID, d *dict) LegacyGroup {
	v := LegacyGroup{
		ID: id, Name: d.name("n"), Members: d.ids("m"), Admins: d.ids("a"), Expiry: d.positive("E"),
		Membership: d.membership(),
	}
	if public, secret := d.bytes("k", 32), d.bytes("K", 32); public != nil && secret != nil {
		v.PublicKey, v.SecretKey = public, secret
	}
	return v
}

// UserCommunity is a room that the account has joined. Name is as the server
// writes it, upper case included.
type UserCommunity struct {
	Room
	Membership
}

// Community returns a community; the server's key does not matter.
func (g *UserGroups) Community(room Room) (UserCommunity, bool) {
	base, name, err := room.canonical()
	if err != nil {
		return UserCommunity{}, false
	}
	server := g.msg.data.at("o", base)
	d, key := server.at("R", name), server.bytes("#", 32)
	if d == nil || key == nil {
		return UserCommunity{}, false
	}
	return readCommunity(Server{base, [32]byte(key)}, name, d), true
}

// Communities goes over the communities.
func (g *UserGroups) Communities() iter.Seq[UserCommunity] {
	return func(yield func(UserCommunity) bool) {
		for server, rooms := range servers(g.msg.data.at("o")) {
			for i := range rooms.entries {
				e := &rooms.entries[i]
				if e.kind == kindDict && !yield(readCommunity(server, e.key, e.sub)) {
					return
				}
			}
		}
	}
}

// SetCommunity adds a community or changes one.
func (g *UserGroups) SetCommunity(v UserCommunity) error {
	if v.Notify < NotifyDefault || v.Notify > NotifyMentions {
		return ErrValue
	}
	r, _, err := g.setServer("o", v.Room)
	if err != nil {
		return err
	}
	if d := r.read(); d == nil || readCommunity(v.Server, strings.ToLower(v.Name), d).Name != v.Name {
		r.text("n", strings.Clone(v.Name)) // there for the upper case
	}
	r.membership(v.Membership)
	return r.err
}

// EraseCommunity removes a community, and its server with the last one. It
// reports whether it was there.
func (g *UserGroups) EraseCommunity(room Room) (bool, error) {
	base, name, err := room.canonical()
	if err != nil {
		return false, err
	}
	return g.eraseRoom("o", base, name)
}

func readCommunity(server Server, key string, d *dict) UserCommunity {
	v := UserCommunity{Room: Room{server, strings.Clone(key)}, Membership: d.membership()}
	if name := d.str("n"); strings.EqualFold(name, key) {
		v.Name = strings.Clone(name)
	}
	return v
}

func (g *UserGroups) erase(kind string, id identity.ID) (bool, error) {
	r := g.record(kind)
	if r.read().get(string(id[:])) == nil {
		return false, nil
	}
	r.remove(string(id[:]))
	return r.err == nil, r.err
}

func (d *dict) membership() Membership {
	return Membership{
		Priority: d.int("+"), Joined: d.seconds("j"), Notify: d.notify("@"), MutedUntil: d.seconds("!"), Invited: d.flag("i"),
	}
}

func (r *record) membership(m Membership) {
	r.nonZero("+", m.Priority)
	r.seconds("j", m.Joined)
	r.notify("@", m.Notify)
	r.seconds("!", m.MutedUntil)
	r.flag("i", m.Invited)
}

// ids reads a set of 33-byte ids.
func (d *dict) ids(key string) []identity.ID {
	var out []identity.ID
	for _, e := range d.set(key) {
		if id, err := identity.IDFromBytes([]byte(e.text)); err == nil && e.kind == kindString {
			out = append(out, id)
		}
	}
	return out
}

func (r *record) ids(key string, ids []identity.ID) {
	if slices.Equal(r.read().ids(key), ids) {
		return
	}
	elements := make([]entry, len(ids))
	for i, id := range ids {
		elements[i] = stringEntry(string(id[:]))
	}
	r.set(key, elements)
}
