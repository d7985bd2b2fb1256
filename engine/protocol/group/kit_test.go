package group

import (
	"testing"

	"sotto/engine/protocol/identity"
	"sotto/internal/vectors"
)

type hexed = vectors.Hex

// account is that of a seed, person the same one for the same name.
var account, person = vectors.Account, vectors.Person

func secret(t testing.TB, seed []byte) *Secret {
	t.Helper()
	s, err := NewSecret(seed)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func testSecret(t testing.TB, name string) *Secret {
	t.Helper()
	seed := make([]byte, 32)
	copy(seed, name+" and more than sixteen bytes")
	return secret(t, seed)
}

func newKeys(t testing.TB, group identity.ID, me *identity.Account, admin *Secret) *Keys {
	t.Helper()
	k, err := NewKeys(group, me, admin)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func ids(people ...*identity.Account) []identity.ID {
	var list []identity.ID
	for _, p := range people {
		list = append(list, p.ID())
	}
	return list
}
