package identity_test

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"filippo.io/edwards25519"

	"sotto/engine/protocol/identity"
)

func TestBadEd25519Keys(t *testing.T) {
	ff := strings.Repeat("f", 60)
	zeros := strings.Repeat("0", 62)
	tests := map[string]string{
		"empty":                      "",
		"short":                      strings.Repeat("1", 62),
		"long":                       strings.Repeat("1", 66),
		"not on the curve":           "02" + zeros,
		"identity, order 1":          "01" + zeros,
		"order 2":                    "ec" + ff + "7f",
		"order 4":                    "00" + zeros,
		"order 4, other sign":        zeros + "0080",
		"order 8":                    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"order 8, other":             "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"y = p, not canonical":       "ed" + ff + "7f",
		"y = p+1, not canonical":     "ee" + ff + "7f",
		"y = p+3, not canonical":     "f0" + ff + "7f",
		"y = p+3, sign 1":            "f0" + ff + "ff",
		"identity with a sign bit":   "01" + zeros[:60] + "80",
		"y = 2^255-1, not canonical": "ff" + ff + "7f",
	}
	for name, text := range tests {
		key, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		if id, err := identity.IDFromEd25519(key); !errors.Is(err, identity.ErrPoint) || !id.IsZero() {
			t.Errorf("%s: %s, %v", name, id, err)
		}
	}
}

// The way back gives the key of the account, but for the sign bit.
func TestEd25519FromX25519(t *testing.T) {
	for _, v := range vectors(t).Identities {
		got, err := identity.Ed25519FromX25519([32]byte(v.X25519Pub))
		want := bytes.Clone(v.Ed25519Pub)
		want[31] &= 0x7f
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%x: %x, %v, want %x", []byte(v.X25519Pub), got, err, want)
		}
	}
	ff := strings.Repeat("f", 60)
	zeros := strings.Repeat("0", 62)
	for name, text := range map[string]string{
		"u = 0":         "00" + zeros,
		"u = 1":         "01" + zeros,
		"u = -1":        "ec" + ff + "7f",
		"u = p":         "ed" + ff + "7f",
		"u = p+9":       "f6" + ff + "7f",
		"top bit":       "09" + zeros[:60] + "80",
		"on the twist":  "02" + zeros,
		"order 8":       "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
		"order 8, also": "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
	} {
		key, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		if pub, err := identity.Ed25519FromX25519([32]byte(key)); !errors.Is(err, identity.ErrPoint) {
			t.Errorf("%s: %x, %v", name, pub, err)
		}
	}
	// u = 9 is the base point.
	base, err := identity.Ed25519FromX25519([32]byte{9})
	if err != nil || !bytes.Equal(base, edwards25519.NewGeneratorPoint().Bytes()) {
		t.Errorf("base point %x, %v", base, err)
	}
}

// ParseSessionID refuses exactly the keys with which X25519 fails.
func TestLowOrderAgreesWithX25519(t *testing.T) {
	alice, err := identity.Restore(vectors(t).Identities[2].Phrase)
	if err != nil {
		t.Fatal(err)
	}
	var keys [][32]byte
	for _, text := range []string{
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
		"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"efffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0200000000000000000000000000000000000000000000000000000000000000",
		aliceID[2:],
	} {
		b, _ := hex.DecodeString(text)
		keys = append(keys, [32]byte(b))
		b[31] |= 0x80 // X25519 does not look at this bit
		keys = append(keys, [32]byte(b))
	}
	for _, key := range keys {
		pub, err := ecdh.X25519().NewPublicKey(key[:])
		if err != nil {
			t.Fatal(err)
		}
		_, ecdhErr := alice.X25519().ECDH(pub)
		_, err = identity.ParseSessionID(identity.NewID(identity.Session, key).String())
		if (err == nil) != (ecdhErr == nil) {
			t.Errorf("%x: ParseSessionID says %v, X25519 says %v", key, err, ecdhErr)
		}
	}
}

func FuzzIDFromEd25519(f *testing.F) {
	f.Add(make([]byte, 32))
	for _, v := range vectors(f).Identities {
		f.Add([]byte(v.Ed25519Pub))
	}
	f.Fuzz(func(t *testing.T, key []byte) {
		id, err := identity.IDFromEd25519(key)
		if err != nil {
			return
		}
		back, err := identity.Ed25519FromX25519(id.Key())
		if err != nil {
			t.Fatalf("%x has the ID %s, which has no key: %v", key, id, err)
		}
		if back[31] |= key[31] & 0x80; !bytes.Equal(back, key) {
			t.Fatalf("%x came back as %x", key, back)
		}
	})
}

func BenchmarkIDFromEd25519(b *testing.B) {
	pub := ed25519.PublicKey(vectors(b).Identities[2].Ed25519Pub)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := identity.IDFromEd25519(pub); err != nil {
			b.Fatal(err)
		}
	}
}
