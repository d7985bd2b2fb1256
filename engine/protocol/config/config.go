package config

import (
	"crypto/ed25519"
	"slices"

	"sotto/engine/protocol/bt"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

// State is where a config stands between this device and the swarm.
type State uint8

const (
	// Clean: what the swarm has, as far as this device knows.
	Clean State = 0
	// Dirty: changed here, or merged from several, and not serialized yet.
	Dirty State = 1
	// Waiting: handed out by Push, and not confirmed yet.
	Waiting State = 2
)

func (s State) String() string {
	switch s {
	case Clean:
		return "clean"
	case Dirty:
		return "dirty"
	case Waiting:
		return "waiting"
	}
	return "unknown"
}

// Config is what all kinds of config have in common: the state and its way to
// the swarm and back (docs/protocol/config-messages.md §5).
type Config struct {
	id      identity.ID // whose swarm
	ns      snode.Namespace
	domain  string
	account *identity.Account // of user configs, which are wrapped for it
	keys    [][32]byte        // newest first; the first one encrypts

	limits bt.Limits
	verify verifier // of group configs
	sign   signer   // of group configs, with the seed

	state   State
	msg     *message
	orig    *dict  // Dirty: what the diff is against
	anew    bool   // Dirty: a merge that nobody has edited, whose diff names every key
	edition uint64 // owner of the dicts that edits may write to
	current []string
	old     []string // ascending
	parts   map[[32]byte]*partSet
	pinned  int // bytes of text of others that the data may keep alive

	needsDump bool

	// beforePush lets a kind drop what is out of date; nil for most.
	beforePush func(nowMilliseconds int64) error
	// local is data of the dump that is never pushed; values are encoded.
	local []rawKey
}

// newConfig makes the state of a kind, fresh or from a dump.
func newConfig(c *Config, dump []byte) (*Config, error) {
	c.edition = 1
	c.msg = newMessage()
	c.parts = map[[32]byte]*partSet{}
	if len(dump) > 0 {
		if err := c.load(dump); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// newUser makes a config of an account; the key is its Ed25519 seed.
func newUser(account *identity.Account, ns snode.Namespace, domain string, dump []byte) (*Config, error) {
	return newConfig(&Config{
		id: account.ID(), ns: ns, domain: domain, account: account, keys: [][32]byte{account.Ed25519Seed()}, limits: plainLimits,
	}, dump)
}

// Group says whose GroupInfo or GroupMembers a config is.
type Group struct {
	ID identity.ID
	// Seed is the 32-byte seed of the group's key, for admins; nil for members,
	// who read only.
	Seed []byte
	// Keys are the group's encryption keys, newest first. They may come later,
	// by SetKeys.
	Keys [][32]byte
}

func newGroup(group Group, ns snode.Namespace, domain string, dump []byte) (*Config, error) {
	if group.ID.Prefix() != identity.Group {
		return nil, ErrID
	}
	public := group.ID.Key()
	c := &Config{id: group.ID, ns: ns, domain: domain, keys: slices.Clone(group.Keys), limits: groupLimits}
	c.verify = func(prefix, signature []byte) bool { return ed25519.Verify(public[:], prefix, signature) }
	if group.Seed != nil {
		if err := c.setSeed(group.Seed); err != nil {
			return nil, err
		}
	}
	return newConfig(c, dump)
}

func (c *Config) setSeed(seed []byte) error {
	if len(seed) != ed25519.SeedSize {
		return ErrID
	}
	key := ed25519.NewKeyFromSeed(seed)
	if public := c.id.Key(); string(key[32:]) != string(public[:]) {
		return ErrID
	}
	c.sign = func(prefix []byte) []byte { return ed25519.Sign(key, prefix) }
	return nil
}

// Promote gives a group config the group's seed: from now on it can be edited
// and merges conflicts. ErrID if the seed is not that of the group.
func (c *Config) Promote(seed []byte) error {
	if c.verify == nil {
		return ErrID
	}
	return c.setSeed(seed)
}

// SetKeys sets the encryption keys of a group config, newest first. With rekeyed
// the config becomes dirty, to be stored again under the new key: after an own
// rekey (docs/protocol/groups.md §3).
func (c *Config) SetKeys(keys [][32]byte, rekeyed bool) error {
	if c.verify == nil {
		return ErrReadOnly // the key of a user config is its seed
	}
	if rekeyed {
		if err := c.makeDirty(); err != nil {
			return err
		}
	}
	c.keys = slices.Clone(keys)
	return nil
}

// Namespace is the namespace that the config lives in.
func (c *Config) Namespace() snode.Namespace { return c.ns }

// State is where the config stands.
func (c *Config) State() State { return c.state }

// Seqno is the number of the revision; 0 for a config that was never changed.
func (c *Config) Seqno() int64 { return c.msg.seqno }

// ReadOnly reports whether edits fail: a group config without the group's seed.
func (c *Config) ReadOnly() bool { return c.verify != nil && c.sign == nil }

// NeedsPush reports whether the swarm has to be given this state.
func (c *Config) NeedsPush() bool { return c.state != Clean }

// NeedsDump reports whether anything changed since the last Dump.
func (c *Config) NeedsDump() bool { return c.needsDump }

// CurrentHashes are the storage hashes of the message that is this state; there
// are several if it has parts, and none while it is not stored.
func (c *Config) CurrentHashes() []string { return slices.Clone(c.current) }

// ObsoleteHashes are the storage hashes that the next Push will hand out.
func (c *Config) ObsoleteHashes() []string { return slices.Clone(c.old) }

// ActiveHashes are the storage hashes whose life has to be extended: the current
// ones, and those of multi-part messages that are not complete yet.
func (c *Config) ActiveHashes() []string {
	hashes := slices.Clone(c.current)
	for _, set := range c.sortedParts() {
		for _, part := range set.parts {
			hashes = append(hashes, part.hash)
		}
	}
	slices.Sort(hashes)
	return slices.Compact(hashes)
}

// setState also retires the current message when its state is left.
func (c *Config) setState(s State) {
	if c.state == Clean {
		for _, hash := range c.current {
			c.retire(hash)
		}
		c.current = nil
	}
	c.state = s
	c.needsDump = true
}

// retire adds a storage hash to the obsolete ones.
func (c *Config) retire(hash string) {
	if hash == "" {
		return
	}
	if i, found := slices.BinarySearch(c.old, hash); !found {
		c.old = slices.Insert(c.old, i, hash)
		c.needsDump = true
	}
}

// keep takes storage hashes off the obsolete ones.
func (c *Config) keep(hashes []string) {
	c.old = slices.DeleteFunc(c.old, func(h string) bool { return slices.Contains(hashes, h) })
}

// makeDirty prepares for an edit. A merge that was not pushed yet counts as a
// revision of its own, as if it had been: its diff is against nothing, so an edit
// inside it that removes a key would leave no trace.
func (c *Config) makeDirty() error {
	if c.ReadOnly() {
		return ErrReadOnly
	}
	c.needsDump = true
	if c.state == Dirty && !c.anew {
		c.msg.changed()
		return nil
	}
	c.settled()
	c.setState(Dirty)
	c.msg, c.anew = c.msg.increment(), false
	c.orig = c.msg.data
	c.edition++
	return nil
}

// settled returns the message as it would be stored now.
func (c *Config) settled() *message {
	if c.state == Dirty && c.msg.text == "" {
		c.msg.diff = diffOf(c.orig, c.msg.data)
	}
	c.msg.serialize(c.sign)
	return c.msg
}
