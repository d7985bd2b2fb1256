// Package vectors is what tests of protocol rooms share: reading official test
// vectors, and accounts that are the same in every run. Only tests import it.
package vectors

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"sotto/engine/protocol/identity"
)

// Hex is bytes that stand as hexadecimal text in a vector.
type Hex []byte

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hex) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	*h = b
	return err
}

// Load reads testdata/NAME.json of the package that is tested.
func Load(t testing.TB, name string, into any) {
	t.Helper()
	doc, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(doc, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// Account is the account of a seed.
func Account(t testing.TB, seed []byte) *identity.Account {
	t.Helper()
	a, err := identity.FromSeed(seed)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Person is the same account for the same name.
func Person(t testing.TB, name string) *identity.Account {
	t.Helper()
	seed := make([]byte, identity.SeedSize)
	copy(seed, name)
	return Account(t, seed)
}
