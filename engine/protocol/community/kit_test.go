package community

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"sotto/engine/protocol/identity"
)

// hexed is bytes that stand as hexadecimal text in a vector.
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

// person is the same account for the same name.
func person(t testing.TB, name string) *identity.Account {
	t.Helper()
	seed := make([]byte, identity.SeedSize)
	copy(seed, name)
	return account(t, seed)
}

func mustID(t testing.TB, s string) identity.ID {
	t.Helper()
	id, err := identity.ParseID(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return id
}

var testServer = [32]byte{
	0x5f, 0x06, 0x9f, 0xfe, 0x44, 0x51, 0x96, 0xa6, 0x89, 0x39, 0xb2, 0x4e, 0x0d, 0x33, 0x63, 0xcb,
	0x22, 0xaf, 0xa2, 0xc4, 0x24, 0xe8, 0xa0, 0x01, 0x19, 0x48, 0xb0, 0x6e, 0x55, 0xd4, 0xb3, 0x3b,
}
