package group

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"sotto/engine/protocol/identity"
)

type hexed []byte

func (h *hexed) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	*h = b
	return err
}

func vectors(t testing.TB, name string, into any) {
	t.Helper()
	doc, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(doc, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func account(t testing.TB, seed []byte) *identity.Account {
	t.Helper()
	a, err := identity.FromSeed(seed)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func person(t testing.TB, name string) *identity.Account {
	t.Helper()
	seed := make([]byte, identity.SeedSize)
	copy(seed, name)
	return account(t, seed)
}

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
