package testkit

import (
	"os"
	"path/filepath"
	"testing"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/engine/protocol/release"
)

// TestNewerVersions are asked for over the onion paths, and believed only with
// the right signature.
func TestNewerVersions(t *testing.T) {
	k := New(t)
	file := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join("..", "..", "engine", "protocol", "release", "testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	alice := k.Alice(t)
	if _, err := alice.CheckUpdate(alice.Ctx(), "0.1.0"); alice.CanCheckUpdates() || model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("without a key: %v", err)
	}
	alice.Quit()
	o := alice.options()
	o.ReleaseKey = string(file("trusted.pub"))
	e, err := engine.Open(o, nil)
	alice.Must(err)
	alice.run(e)
	if _, err := alice.CheckUpdate(alice.Ctx(), "0.1.0"); !alice.CanCheckUpdates() || model.ReasonOf(err) != model.ReasonNotFound {
		t.Errorf("nothing is known: %v", err)
	}
	alice.Must(k.Net.SetRelease(release.Encode(file("statement.json"), file("statement.minisig"))))
	for running, newer := range map[string]bool{"0.1.0": true, "0.2.0": false, "1.0.0": false} {
		u, err := alice.CheckUpdate(alice.Ctx(), running)
		if err != nil || u.Newer != newer || u.Version != "0.2.0" || u.Published != "2026-12-01" {
			t.Errorf("%s: %+v, %v", running, u, err)
		}
	}
	alice.Must(k.Net.SetRelease(release.Encode(file("statement.json"), file("other.minisig"))))
	if u, err := alice.CheckUpdate(alice.Ctx(), "0.1.0"); model.ReasonOf(err) != model.ReasonRejected || u.Newer {
		t.Errorf("signed by somebody else: %+v, %v", u, err)
	}
}
