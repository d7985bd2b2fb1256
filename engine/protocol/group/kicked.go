package group

import (
	"strconv"

	"sotto/engine/protocol/identity"
)

const domainKicked = "SessionGroupKickedMessage"

// CloseKicked makes the notice for namespace -11 that tells members that they
// were removed when this generation of keys was current. The nonce is 24 random
// bytes.
func (s *Secret) CloseKicked(members []identity.ID, generation int64, nonce [24]byte) ([]byte, error) {
	var to [][32]byte
	var messages [][]byte
	for _, m := range members {
		if m.Prefix() != identity.Session {
			return nil, ErrMember
		}
		key := m.Key()
		to = append(to, key)
		messages = append(messages, strconv.AppendInt(key[:], generation, 10))
	}
	if len(to) == 0 {
		return nil, ErrMember
	}
	return CloseMulti(s.keys.X25519(), domainKicked, nonce, to, messages)
}

// OpenKicked reads a notice and returns the generation it speaks of. One below
// the own current generation is stale: the member was invited again since. The
// error is ErrNotOpen when the notice is for others.
func OpenKicked(group identity.ID, me *identity.Account, data []byte) (generation int64, err error) {
	sender, err := groupX25519(group)
	if err != nil {
		return 0, err
	}
	plain, err := OpenMulti(me.X25519(), domainKicked, sender, data)
	if err != nil {
		return 0, err
	}
	if len(plain) <= 32 || [32]byte(plain[:32]) != me.ID().Key() {
		return 0, ErrNotOpen
	}
	generation, err = strconv.ParseInt(string(plain[32:]), 10, 64)
	if err != nil || generation < 0 {
		return 0, ErrNotOpen
	}
	return generation, nil
}

// groupX25519 is the group's X25519 public key.
func groupX25519(group identity.ID) ([32]byte, error) {
	if group.Prefix() != identity.Group {
		return [32]byte{}, ErrWrongGroup
	}
	key := group.Key()
	x, err := identity.X25519FromEd25519(key[:])
	if err != nil {
		return [32]byte{}, ErrWrongGroup
	}
	return x, nil
}
