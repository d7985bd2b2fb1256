package group

import (
	"bytes"
	"cmp"
	"maps"
	"slices"

	"sotto/engine/protocol/identity"
)

// KeyLife is how long after the next generation a key is kept, in milliseconds.
const KeyLife = 60 * 24 * 60 * 60 * 1000

// Keys are the keys of a group that an account knows. Not for concurrent use.
type Keys struct {
	group   identity.ID
	x       [32]byte // the group's X25519 key
	me      *identity.Account
	admin   *Secret // nil for who is none
	keys    []Key   // ascending
	pending *pending
	active  map[int64]map[string]bool // storage hashes by generation
}

// pending is a key that was made here and not seen in the swarm yet.
type pending struct {
	message []byte
	key     Key
}

// NewKeys begins without any key. admin is nil for members. The error is
// ErrWrongGroup.
func NewKeys(group identity.ID, me *identity.Account, admin *Secret) (*Keys, error) {
	x, err := groupX25519(group)
	if err != nil {
		return nil, err
	}
	k := &Keys{group: group, x: x, me: me, active: map[int64]map[string]bool{}}
	if admin != nil {
		if err := k.Promote(admin); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// Promote makes the account an admin. The error is ErrWrongGroup.
func (k *Keys) Promote(admin *Secret) error {
	if admin.id != k.group {
		return ErrWrongGroup
	}
	k.admin = admin
	return nil
}

// IsAdmin reports whether the account can make keys.
func (k *Keys) IsAdmin() bool { return k.admin != nil }

// Generation is that of the newest key that was seen in the swarm; 0 without any.
func (k *Keys) Generation() int64 {
	if len(k.keys) == 0 {
		return 0
	}
	return k.keys[len(k.keys)-1].Generation
}

// All are the keys to try on what others encrypted, and to give to Info and
// Members: a pending one first, then newest first.
func (k *Keys) All() [][32]byte {
	var list [][32]byte
	if k.pending != nil {
		list = append(list, k.pending.key.Secret)
	}
	for _, key := range slices.Backward(k.keys) {
		list = append(list, key.Secret)
	}
	return list
}

// Newest is the key to encrypt with: a pending one, else the greatest.
func (k *Keys) Newest() (key [32]byte, ok bool) {
	all := k.All()
	if len(all) == 0 {
		return key, false
	}
	return all[0], true
}

// Pending is the message of a key that was made here and is not yet seen in the
// swarm, to be stored; nil without one.
func (k *Keys) Pending() []byte {
	if k.pending == nil {
		return nil
	}
	return bytes.Clone(k.pending.message)
}

// NeedsRekey reports that two admins made a key of one generation for different
// members. An admin then makes the next one.
func (k *Keys) NeedsRekey() bool {
	n := len(k.keys)
	return k.admin != nil && n > 1 && k.keys[n-1].Generation == k.keys[n-2].Generation
}

// ActiveHashes are the storage hashes of key messages that are still needed, in
// the order of generations; their time in the swarm is to be extended.
func (k *Keys) ActiveHashes() []string {
	var list []string
	for _, generation := range slices.Sorted(maps.Keys(k.active)) {
		list = append(list, slices.Sorted(maps.Keys(k.active[generation]))...)
	}
	return list
}

// Rekey makes the next generation's key for all members, admins included, and
// returns the message for namespace 12. The key is pending, and used, at once;
// Info and Members are to be encrypted again with it.
func (k *Keys) Rekey(members []identity.ID) ([]byte, error) {
	if k.admin == nil {
		return nil, ErrNotAdmin
	}
	generation := int64(0)
	if len(k.keys) > 0 {
		generation = k.Generation() + 1
	}
	if generation < 0 {
		return nil, ErrKeyMessage // an admin of ill will used the last number up
	}
	key, message, err := k.admin.makeKey(members, generation)
	if err != nil {
		return nil, err
	}
	k.pending = &pending{message: message, key: key}
	return bytes.Clone(message), nil
}

// Supplement writes a message that gives new members all keys so far, and with
// them the history. Members are taken in the order of their ids.
func (k *Keys) Supplement(members []identity.ID) ([]byte, error) {
	switch {
	case k.admin == nil:
		return nil, ErrNotAdmin
	case len(k.keys) == 0:
		return nil, ErrNoKey
	}
	return k.admin.history(members, k.keys)
}

// Load takes a message of namespace 12: its storage hash, its bytes, and the
// time at which the swarm got it (ms, never the own clock). found says that it
// held a key for this account. Messages of others than admins, and malformed
// ones, give ErrKeyMessage and change nothing.
func (k *Keys) Load(hash string, data []byte, timestamp int64) (found bool, err error) {
	m, err := parseKeyMessage(k.group, data)
	if err != nil {
		return false, err
	}
	keys, err := k.keysIn(m, timestamp)
	if err != nil {
		return false, err
	}
	generation := m.generation
	for _, key := range keys {
		if p := k.pending; p != nil && (key.Generation > p.key.Generation || key.Secret == p.key.Secret) {
			k.pending = nil
		}
		k.insert(key)
		generation = max(generation, key.Generation)
	}
	if k.active[generation] == nil {
		k.active[generation] = map[string]bool{}
	}
	k.active[generation][hash] = true
	k.expire()
	return len(keys) > 0, nil
}

// keysIn opens what is for this account.
func (k *Keys) keysIn(m *keyMessage, timestamp int64) ([]Key, error) {
	if m.history != nil {
		if k.admin != nil {
			return nil, nil // admins have all keys from full messages
		}
		plain, ok := k.openMine(m.history, m.nonce)
		if !ok {
			return nil, nil
		}
		defer clear(plain)
		keys, err := parseHistory(plain)
		if err != nil {
			return nil, ErrKeyMessage
		}
		return keys, nil
	}
	var secret []byte
	var ok bool
	if k.admin != nil {
		wrap := k.admin.seedHash("SessionGroupKeyAdminKey")
		if secret, ok = openWith(wrap[:], m.nonce, m.admin); !ok {
			return nil, ErrKeyMessage
		}
	} else if secret, ok = k.openMine(m.members, m.nonce); !ok {
		return nil, nil
	}
	defer clear(secret)
	return []Key{{Generation: m.generation, Timestamp: timestamp, Secret: [32]byte(secret)}}, nil
}

// openMine tries all slots.
func (k *Keys) openMine(slots [][]byte, nonce []byte) ([]byte, bool) {
	key, ok := sharedKey(domainMember, k.me.X25519(), k.x, k.x, k.me.ID().Key())
	if !ok {
		return nil, false
	}
	defer clear(key)
	for _, box := range slots {
		if plain, ok := openWith(key, nonce, box); ok {
			return plain, true
		}
	}
	return nil, false
}

func compareKeys(a, b Key) int {
	return cmp.Or(cmp.Compare(a.Generation, b.Generation), cmp.Compare(a.Timestamp, b.Timestamp),
		bytes.Compare(a.Secret[:], b.Secret[:]))
}

// insert keeps the order; one generation's same key is known already.
func (k *Keys) insert(key Key) {
	for _, have := range k.keys {
		if have.Generation == key.Generation && have.Secret == key.Secret {
			return
		}
	}
	i, _ := slices.BinarySearchFunc(k.keys, key, compareKeys)
	k.keys = slices.Insert(k.keys, i, key)
}

// expire drops a generation when the one after it is more than KeyLife older
// than the newest key, and hashes of what is dropped.
func (k *Keys) expire() {
	if len(k.keys) == 0 {
		clear(k.active)
		return
	}
	newest := k.keys[len(k.keys)-1].Timestamp
	first := k.keys[0].Generation
	for _, key := range k.keys {
		if newest-key.Timestamp > KeyLife {
			first = max(first, key.Generation)
		}
	}
	k.keys = slices.DeleteFunc(k.keys, func(key Key) bool { return key.Generation < first })
	maps.DeleteFunc(k.active, func(generation int64, _ map[string]bool) bool { return generation < first })
}

// Zero overwrites the keys. The account and the admin's secret are the caller's.
func (k *Keys) Zero() {
	for i := range k.keys {
		clear(k.keys[i].Secret[:])
	}
	k.keys = nil
	if k.pending != nil {
		clear(k.pending.key.Secret[:])
		k.pending = nil
	}
}
