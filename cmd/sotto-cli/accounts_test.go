package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAccountsOfThisComputer lists two accounts of one folder: what protects them and
// which is in use, and nothing of whose they are.
func TestAccountsOfThisComputer(t *testing.T) {
	t.Parallel()
	base, network := filepath.Join(t.TempDir(), "sotto"), ownNetwork(t).Path()
	open := &person{t: t, name: "Ada", dir: filepath.Join(base, "default"), network: network}
	if r := open.run("accounts"); r.code != exitDone || !strings.Contains(r.out, "No accounts yet.") {
		t.Errorf("before there is any: %+v", r)
	}
	if _, err := os.Stat(base); !os.IsNotExist(err) {
		t.Errorf("asking made a folder: %v", err)
	}
	open.id = open.one("--network", network, "--insecure-no-passphrase", "account", "create", "--name", "Ada")["session_id"].(string)
	closed := &person{t: t, name: "Bea", dir: filepath.Join(base, "account-0123456789abcdef"), env: []string{"SOTTO_PASSPHRASE=the words of Bea"}}
	closed.id = closed.one("--network", network, "account", "create", "--name", "Bea")["session_id"].(string)
	list := open.lines("accounts")
	if len(list) != 2 {
		t.Fatalf("listed %v", list)
	}
	for i, want := range []struct {
		p          *person
		protection string
		last       bool
	}{{open, "none", true}, {closed, "passphrase", false}} {
		a := list[i]
		if a["profile"] != want.p.dir || a["folder"] != filepath.Base(want.p.dir) || a["protection"] != want.protection ||
			a["in_use"] != false || a["last"] != want.last || a["network"] == "" {
			t.Errorf("%s is listed as %v", want.p.name, a)
		}
	}
	closed.rpc().ask("account.show", nil, nil)
	if list = open.lines("accounts"); list[0]["in_use"] != false || list[1]["in_use"] != true {
		t.Errorf("in use is told of %v", list)
	}
	out := open.run("accounts").out
	for _, secret := range []string{"Ada", "Bea", open.id, closed.id} {
		if strings.Contains(out, secret) {
			t.Errorf("the list tells %q", secret)
		}
	}
}
