package config

import (
	"iter"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

// Contacts are the people of the account (namespace 3,
// docs/protocol/config-messages.md §7.2).
type Contacts struct{ *Config }

// NewContacts takes a dump, or starts afresh without one.
func NewContacts(account *identity.Account, dump []byte) (*Contacts, error) {
	c, err := newUser(account, snode.Contacts, "Contacts", dump)
	if err != nil {
		return nil, err
	}
	return &Contacts{c}, nil
}

// Contact is one person. A blocked one stays in the list with Blocked set.
type Contact struct {
	ID            identity.ID // prefix 05
	Name          string      // as they call themselves
	Nickname      string      // as the owner calls them
	Picture       Picture
	Approved      bool   // we accept their messages
	ApprovedMe    bool   // they accept ours
	Blocked       bool   //
	Notify        Notify // NotifyMentions is stored as NotifyAll
	MutedUntil    int64  // seconds; 0 not muted
	Priority      int64  // Hidden, 0, or above 0: pinned
	Expiry        ExpiryMode
	ExpirySeconds int64  // with Expiry, else 0
	Created       int64  // seconds
	Updated       int64  // when their profile changed last, seconds
	ProFeatures   uint64 // bits
}

// Get returns a contact.
func (c *Contacts) Get(id identity.ID) (Contact, bool) {
	d := c.msg.data.at("c").dict(string(id[:]))
	if d == nil {
		return Contact{}, false
	}
	return readContact(id, d), true
}

// Len returns the number of contacts.
func (c *Contacts) Len() int {
	n := 0
	for range c.All() {
		n++
	}
	return n
}

// All goes over the contacts in ascending order of their ids, as they are when
// it starts.
func (c *Contacts) All() iter.Seq[Contact] {
	return func(yield func(Contact) bool) {
		for id, d := range records(c.msg.data.at("c"), identity.Session) {
			if !yield(readContact(id, d)) {
				return
			}
		}
	}
}

// Set adds a contact or changes one: it writes the fields that are not as they
// were and leaves keys of newer clients alone. An error leaves all as it was.
func (c *Contacts) Set(v Contact) error {
	if v.ID.Prefix() != identity.Session {
		return ErrID
	}
	if err := v.check(); err != nil {
		return err
	}
	r := c.record("c", string(v.ID[:]))
	r.label("n", v.Name, MaxName, true)
	r.name("N", v.Nickname)
	r.picture("p", "q", v.Picture)
	r.flag("a", v.Approved)
	r.flag("A", v.ApprovedMe)
	r.flag("b", v.Blocked)
	if v.Notify == NotifyMentions {
		v.Notify = NotifyAll
	}
	r.notify("@", v.Notify)
	r.seconds("!", v.MutedUntil)
	r.nonZero("+", v.Priority)
	r.expiry(v.Expiry, v.ExpirySeconds)
	r.seconds("j", v.Created)
	r.seconds("t", v.Updated)
	r.bits("f", v.ProFeatures)
	return r.err
}

// Erase removes a contact and reports whether it was there.
func (c *Contacts) Erase(id identity.ID) (bool, error) {
	r := c.record("c")
	if r.read().get(string(id[:])) == nil {
		return false, nil
	}
	r.remove(string(id[:]))
	return r.err == nil, r.err
}

func readContact(id identity.ID, d *dict) Contact {
	v := Contact{
		ID:          id,
		Name:        d.name("n"),
		Nickname:    d.name("N"),
		Picture:     d.picture("p", "q"),
		Approved:    d.flag("a"),
		ApprovedMe:  d.flag("A"),
		Blocked:     d.flag("b"),
		Notify:      d.notify("@"),
		MutedUntil:  d.seconds("!"),
		Priority:    d.int("+"),
		Created:     d.seconds("j"),
		Updated:     d.seconds("t"),
		ProFeatures: d.bits("f"),
	}
	if v.Notify == NotifyMentions {
		v.Notify = NotifyAll
	}
	v.Expiry, v.ExpirySeconds = d.expiry()
	return v
}

func (v *Contact) check() error {
	for _, name := range []string{v.Name, v.Nickname} {
		if err := checkName(name, MaxName); err != nil {
			return err
		}
	}
	if v.Expiry < ExpiryOff || v.Expiry > ExpiryAfterRead || v.Notify < NotifyDefault || v.Notify > NotifyMentions {
		return ErrValue
	}
	return v.Picture.check()
}

// expiry reads the mode and the seconds, which are both there or neither.
func (d *dict) expiry() (ExpiryMode, int64) {
	mode, seconds := d.int("e"), d.positive("E")
	if seconds == 0 || mode != int64(ExpiryAfterSend) && mode != int64(ExpiryAfterRead) {
		return ExpiryOff, 0
	}
	return ExpiryMode(mode), seconds
}

func (r *record) expiry(mode ExpiryMode, seconds int64) {
	if r.err != nil {
		return
	}
	if mode == ExpiryOff || seconds <= 0 {
		mode, seconds = ExpiryOff, 0
	}
	if oldMode, oldSeconds := r.read().expiry(); oldMode == mode && oldSeconds == seconds {
		return
	}
	r.nonZero("e", int64(mode))
	r.nonZero("E", seconds)
}

// records goes over the dicts of a dict whose keys are ids of a kind.
func records(d *dict, prefix identity.Prefix) iter.Seq2[identity.ID, *dict] {
	return func(yield func(identity.ID, *dict) bool) {
		if d == nil {
			return
		}
		for i := range d.entries {
			e := &d.entries[i]
			if e.kind != kindDict || len(e.key) != len(identity.ID{}) || e.key[0] != byte(prefix) {
				continue
			}
			if !yield(identity.ID([]byte(e.key)), e.sub) {
				return
			}
		}
	}
}
