package config

import (
	"encoding/hex"
	"iter"

	"sotto/engine/protocol/identity"
)

// BlindedContact is somebody of a community who was sent a message request under
// their blinded id (docs/protocol/config-messages.md §7.2, read in newer cores
// only).
type BlindedContact struct {
	Server      Server
	ID          identity.ID // prefix 15, or 25
	Name        string
	Picture     Picture
	Priority    int64
	Created     int64 // seconds
	Updated     int64 // seconds
	ProFeatures uint64
}

// Blinded goes over the blinded contacts of all servers.
func (c *Contacts) Blinded() iter.Seq[BlindedContact] {
	return func(yield func(BlindedContact) bool) {
		for server, rooms := range servers(c.msg.data.at("b")) {
			for i := range rooms.entries {
				e := &rooms.entries[i]
				key, err := hex.DecodeString(e.key)
				if err != nil || len(key) != 32 || e.kind != kindDict {
					continue
				}
				if !yield(readBlinded(server, [32]byte(key), e.sub)) {
					return
				}
			}
		}
	}
}

// SetBlinded adds a blinded contact or changes one, as Set does.
func (c *Contacts) SetBlinded(v BlindedContact) error {
	if p := v.ID.Prefix(); p != identity.Blinded15 && p != identity.Blinded25 {
		return ErrID
	}
	if err := checkName(v.Name, MaxName); err != nil {
		return err
	}
	if err := v.Picture.check(); err != nil {
		return err
	}
	base, err := v.Server.canonical()
	if err != nil {
		return err
	}
	server := c.record("b", base)
	server.text("#", string(v.Server.Key[:]))
	if server.err != nil {
		return server.err
	}
	key := v.ID.Key()
	r := c.record("b", base, "R", hex.EncodeToString(key[:]))
	r.label("n", v.Name, MaxName, true)
	r.picture("p", "q", v.Picture)
	r.nonZero("+", v.Priority)
	r.seconds("j", v.Created)
	r.seconds("t", v.Updated)
	r.bits("f", v.ProFeatures)
	r.flag("y", v.ID.Prefix() == identity.Blinded15)
	return r.err
}

// EraseBlinded removes a blinded contact and reports whether it was there.
func (c *Contacts) EraseBlinded(server Server, id identity.ID) (bool, error) {
	base, err := server.canonical()
	if err != nil {
		return false, err
	}
	key := id.Key()
	return c.eraseRoom("b", base, hex.EncodeToString(key[:]))
}

func readBlinded(server Server, key [32]byte, d *dict) BlindedContact {
	prefix := identity.Blinded25
	if d.flag("y") {
		prefix = identity.Blinded15
	}
	return BlindedContact{
		Server:      server,
		ID:          identity.NewID(prefix, key),
		Name:        d.name("n"),
		Picture:     d.picture("p", "q"),
		Priority:    d.int("+"),
		Created:     d.seconds("j"),
		Updated:     d.seconds("t"),
		ProFeatures: d.bits("f"),
	}
}
