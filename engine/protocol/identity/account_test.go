package identity_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"sotto/engine/protocol/identity"
)

// From each official phrase to every key, and back to the phrase.
func TestOfficialIdentities(t *testing.T) {
	for _, v := range vectors(t).Identities {
		a, err := identity.Restore(v.Phrase)
		if err != nil {
			t.Errorf("%q: %v", v.Phrase, err)
			continue
		}
		seed := a.Ed25519Seed()
		x := a.X25519Private()
		key := a.ID().Key()
		for _, c := range []struct {
			what      string
			got, want []byte
		}{
			{"seed", a.SeedBytes(), v.Seed16},
			{"Ed25519 seed", seed[:], v.Ed25519Seed},
			{"Ed25519 public key", a.Ed25519Public(), v.Ed25519Pub},
			{"Ed25519 key", a.Ed25519(), v.Ed25519Key},
			{"X25519 private key", x[:], v.X25519Key},
			{"X25519 key pair", a.X25519().PublicKey().Bytes(), v.X25519Pub},
			{"key of the ID", key[:], v.X25519Pub},
		} {
			if !bytes.Equal(c.got, c.want) {
				t.Errorf("%q: %s %x, want %x", v.Phrase, c.what, c.got, c.want)
			}
		}
		if a.ID().String() != v.SessionID {
			t.Errorf("%q: ID %s, want %s", v.Phrase, a.ID(), v.SessionID)
		}
		if a.Phrase() != v.Phrase {
			t.Errorf("phrase %q came back as %q", v.Phrase, a.Phrase())
		}
		fromQR, err := identity.Restore(a.SeedHex())
		if err != nil || fromQR.ID() != a.ID() {
			t.Errorf("%q: QR content %q does not restore the account: %v", v.Phrase, a.SeedHex(), err)
		}
		// The receiving path: from the signing key to the sender.
		sender, err := identity.IDFromEd25519(ed25519.PublicKey(v.Ed25519Pub))
		if err != nil || sender != a.ID() {
			t.Errorf("%q: IDFromEd25519 %s, %v", v.Phrase, sender, err)
		}
	}
}

func TestNewReadsSixteenBytes(t *testing.T) {
	random := bytes.NewReader(append([]byte("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"), 0xff))
	a, err := identity.New(random)
	if err != nil {
		t.Fatal(err)
	}
	if want := vectors(t).Identities[4]; a.Phrase() != want.Phrase || a.ID().String() != want.SessionID {
		t.Errorf("%q, %s", a.Phrase(), a.ID())
	}
	if random.Len() != 1 {
		t.Errorf("%d bytes of random left, want 1", random.Len())
	}
	if _, err := identity.New(strings.NewReader("too short")); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("short random: %v", err)
	}
}

func TestFromSeedLengths(t *testing.T) {
	for _, n := range []int{0, 15, 17, 31, 33, 64} {
		if _, err := identity.FromSeed(make([]byte, n)); !errors.Is(err, identity.ErrSeedLength) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	long, err := identity.FromSeed([]byte(vectors(t).Phrase25.Seed32))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Fields(long.Phrase()); len(got) != 25 || len(long.SeedHex()) != 64 {
		t.Errorf("a long seed has %d words and %d characters", len(got), len(long.SeedHex()))
	}
	// 16 bytes and the same filled up with zeros are one account.
	short, _ := identity.FromSeed(bytes.Repeat([]byte{7}, 16))
	filled, _ := identity.FromSeed(append(bytes.Repeat([]byte{7}, 16), make([]byte, 16)...))
	if short.ID() != filled.ID() || short.Phrase() != filled.Phrase() {
		t.Error("filled-up seed is another account")
	}
}

func TestAccountKeepsItsSecrets(t *testing.T) {
	v := vectors(t).Identities[2]
	a, err := identity.Restore(v.Phrase)
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(a) //lint:ignore SA9005 that nothing comes out is what is tested
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		out := fmt.Sprintf(verb, a) + fmt.Sprintf(verb, struct{ A *identity.Account }{a}) + string(asJSON)
		for _, secret := range []string{"39038c89", "57 3 140", "puffin", "38826f05"} {
			if strings.Contains(out, secret) {
				t.Errorf("%s prints the seed: %s", verb, out)
			}
		}
	}

	// What was handed out as a copy is one.
	a.SeedBytes()[0] ^= 0xff
	if a.Phrase() != v.Phrase {
		t.Error("SeedBytes is not a copy")
	}
	key := a.Ed25519()
	a.Zero()
	if !bytes.Equal(key, make([]byte, 64)) || a.X25519Private() != [32]byte{} || !bytes.Equal(a.SeedBytes(), make([]byte, 16)) {
		t.Error("Zero leaves secrets")
	}
}
