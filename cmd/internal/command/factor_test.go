package command

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"sotto/cmd/internal/profile"
	"sotto/engine"
	"sotto/engine/model"
	"sotto/engine/transport"
	"sotto/internal/securitykey/softkey"
	"sotto/store"
)

// TestFactorCommands sets a security key and a key file without a window, opens
// with each, and removes it.
func TestFactorCommands(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "p")
	e, err := engine.Create(engine.Options{
		Dir: dir, Network: transport.Mainnet(), Store: store.Options{KDF: store.KDF{Time: 1, Memory: 64, Threads: 1}},
	}, engine.Protection{Passphrase: []byte("swordfish")}, engine.Origin{}, "Ada")
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	key := softkey.New("ada's")
	var said []string
	owner := func(change func(*profile.Key)) *Owner {
		k := profile.Key{Passphrase: []byte("swordfish"), Bus: softkey.Bus{key}, Say: func(s string) { said = append(said, s) }}
		if change != nil {
			change(&k)
		}
		o := &Owner{Dir: dir, Key: k}
		t.Cleanup(func() { _ = o.Close() })
		return o
	}
	do := func(o *Owner, method string, args Args) (kind string, err error) {
		c, _ := Find(method)
		err = c.Do(t.Context(), Run{Args: args, Host: o}, func(answer any) error {
			kind = answer.(Factor).Kind
			return nil
		})
		return kind, errors.Join(err, o.Close())
	}
	must := func(want string, o *Owner, method string, args Args) {
		t.Helper()
		if got, err := do(o, method, args); err != nil || got != want {
			t.Fatalf("%s: %q, %v", method, got, err)
		}
	}
	fails := func(text string, o *Owner, method string) {
		t.Helper()
		_, err := do(o, method, Args{})
		var failed *model.Error
		if !errors.As(err, &failed) || failed.Text != text || failed.Reason != model.ReasonLocked {
			t.Errorf("%s: %v, want %q", method, err, text)
		}
	}

	must("none", owner(nil), "factor.show", Args{})
	must("security_key", owner(nil), "factor.set", Args{"security_key": true})
	must("security_key", owner(nil), "factor.show", Args{})
	if len(said) != 3 { // two touches to set it, one to open with it
		t.Errorf("said %q", said)
	}
	fails("this is not the security key of the profile", owner(func(k *profile.Key) { k.Bus = softkey.Bus{softkey.New("bob's")} }), "factor.show")
	fails("no security key is plugged in", owner(func(k *profile.Key) { k.Bus = softkey.Bus{} }), "factor.show")

	file := filepath.Join(t.TempDir(), "my.key")
	must("key_file", owner(nil), "factor.set", Args{"key_file": file, "new": true})
	with := func(path string) *Owner { return owner(func(k *profile.Key) { k.KeyFile = path }) }
	must("key_file", with(file), "factor.show", Args{})
	fails("the profile needs its key file: name it with --key-file", owner(nil), "factor.show")
	other := filepath.Join(t.TempDir(), "other.key")
	if err := os.WriteFile(other, make([]byte, 64), 0o600); err != nil {
		t.Fatal(err)
	}
	fails("the passphrase or the second factor is wrong", with(other), "factor.show")
	must("none", with(file), "factor.remove", Args{})
	must("none", owner(nil), "factor.show", Args{})

	for _, args := range []Args{{}, {"key_file": "a", "security_key": true}, {"security_key": true, "new": true}} {
		c, _ := Find("factor.set")
		if err := c.Do(context.Background(), Run{Args: args, Host: owner(nil)}, nil); !IsUsage(err) {
			t.Errorf("%v: %v", args, err)
		}
	}
}
