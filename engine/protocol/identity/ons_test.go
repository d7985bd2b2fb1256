package identity_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"sotto/engine/protocol/identity"
)

func TestONSName(t *testing.T) {
	for typed, want := range map[string]string{
		"test": "test", "TeSt": "test", " test\n": "test", "a": "a", "_": "_", "7": "7",
		"a-b": "a-b", "_a-b_": "_a-b_", "a--b": "a--b",
		strings.Repeat("x", 64): strings.Repeat("x", 64),
	} {
		if n, err := identity.ParseONSName(typed); err != nil || n.String() != want {
			t.Errorf("%q: %q, %v", typed, n, err)
		}
	}
	for _, typed := range []string{
		"", " ", "-", "-a", "a-", "a b", "a.b", "ä", "test\x00", "te\u200bst", "name@host",
		strings.Repeat("x", 65), strings.Repeat("x", 1<<20),
	} {
		if n, err := identity.ParseONSName(typed); !errors.Is(err, identity.ErrONSName) {
			t.Errorf("%.20q: %q, %v", typed, n, err)
		}
	}
}

func TestONSOfficialVector(t *testing.T) {
	v := vectors(t).ONS
	n, err := identity.ParseONSName(strings.ToUpper(v.Name))
	if err != nil {
		t.Fatal(err)
	}
	if h := n.Hash(); !bytes.Equal(h[:], v.NameHash) || n.HashBase64() != v.NameHashBase64 {
		t.Errorf("hash %x, %s", h, n.HashBase64())
	}
	id, err := n.Open(v.EncryptedValue, v.Nonce)
	if err != nil || id.String() != v.Plaintext {
		t.Errorf("opened %s, %v", id, err)
	}
	sealed := n.Seal(mustID(t, v.Plaintext), [identity.ONSNonceSize]byte(v.Nonce))
	if !bytes.Equal(sealed, v.EncryptedValue) {
		t.Errorf("sealed %x", sealed)
	}
}

func TestONSDoesNotOpen(t *testing.T) {
	v := vectors(t).ONS
	n, _ := identity.ParseONSName("test")
	other, _ := identity.ParseONSName("toast")
	nonce := [identity.ONSNonceSize]byte(v.Nonce)
	id := mustID(t, v.Plaintext)
	broken := bytes.Clone(v.EncryptedValue)
	broken[7] ^= 1
	key := id.Key()
	for name, tt := range map[string]struct {
		name         identity.ONSName
		value, nonce []byte
		want         error
	}{
		"other name":       {other, v.EncryptedValue, v.Nonce, identity.ErrONSValue},
		"broken":           {n, broken, v.Nonce, identity.ErrONSValue},
		"other nonce":      {n, v.EncryptedValue, make([]byte, 24), identity.ErrONSValue},
		"short nonce":      {n, v.EncryptedValue, v.Nonce[:23], identity.ErrONSValue},
		"no nonce":         {n, v.EncryptedValue, nil, identity.ErrONSRetired},
		"no value":         {n, nil, v.Nonce, identity.ErrONSValue},
		"short value":      {n, v.EncryptedValue[:48], v.Nonce, identity.ErrONSValue},
		"long value":       {n, make([]byte, 1<<20), v.Nonce, identity.ErrONSValue},
		"a group's name":   {n, n.Seal(identity.NewID(identity.Group, key), nonce), v.Nonce, identity.ErrONSValue},
		"a key of order 1": {n, n.Seal(identity.NewID(identity.Session, [32]byte{}), nonce), v.Nonce, identity.ErrONSValue},
	} {
		if got, err := tt.name.Open(tt.value, tt.nonce); !errors.Is(err, tt.want) || !got.IsZero() {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
}

func FuzzONS(f *testing.F) {
	v := vectors(f).ONS
	f.Add(v.Name, []byte(v.EncryptedValue), []byte(v.Nonce))
	f.Fuzz(func(t *testing.T, name string, value, nonce []byte) {
		n, err := identity.ParseONSName(name)
		if err != nil {
			return
		}
		if again, err := identity.ParseONSName(n.String()); err != nil || again != n {
			t.Errorf("%q reads as %q and then as %q, %v", name, n, again, err)
		}
		if id, err := n.Open(value, nonce); err == nil && id.Prefix() != identity.Session {
			t.Errorf("opened %s", id)
		}
	})
}
