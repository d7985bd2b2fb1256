package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sotto/internal/socksproxy"
)

// TestBackupFromTheCommandLine: back up, lose everything, restore, read; then
// bring one deleted message back.
func TestBackupFromTheCommandLine(t *testing.T) {
	t.Parallel()
	both := people(t, "Alice", "Bob")
	alice, bob := both[0], both[1]
	alice.one("send", "--to", bob.id, "--text", "the ferry leaves at nine")
	bob.run("receive", "--count", "1", "--timeout", "30")
	dir := t.TempDir()
	file := filepath.Join(dir, "bob.sotto-backup")

	bob.fails("locked", "backup", file) // without a passphrase
	bob.env = append(bob.env, "SOTTO_BACKUP_PASSPHRASE=correct horse")
	made := bob.one("backup", file)
	if st, err := os.Stat(file); err != nil || number(made["size"]) != number(float64(st.Size())) || made["messages"] != 1.0 {
		t.Errorf("backed up %v, %v", made, err)
	}
	bob.fails("not_allowed", "backup", file) // over a file
	seen := bob.one("backup-info", file)
	if seen["session_id"] != bob.id || seen["name"] != "Bob" || len(seen["conversations"].([]any)) != 1 {
		t.Errorf("in it: %v", seen)
	}

	other := *bob
	other.dir = filepath.Join(dir, "elsewhere", "bob")
	got := other.one("--network", bob.network, "--insecure-no-passphrase", "restore-backup", file)
	if got["session_id"] != bob.id || got["messages"] != 1.0 || got["new_profile"] != true {
		t.Errorf("restored %v", got)
	}
	if list := other.lines("messages", "--with", alice.id); len(list) != 1 || list[0]["text"] != "the ferry leaves at nine" {
		t.Errorf("messages %v", list)
	}
	for _, news := range other.lines("receive") {
		if news["event"] == "message" {
			t.Errorf("receive tells old news: %v", news)
		}
	}
	at := number(other.lines("messages", "--with", alice.id)[0]["timestamp"])
	other.one("delete", "--with", alice.id, "--timestamp", at)
	got = other.one("restore-backup", file, "--conversation", alice.id)
	if got["messages"] != 1.0 || got["new_profile"] != false {
		t.Errorf("brought back %v", got)
	}

	for name, c := range map[string]struct {
		env    string
		path   string
		reason string
	}{
		"wrong passphrase": {"SOTTO_BACKUP_PASSPHRASE=wrong", file, "locked"},
		"not there":        {"SOTTO_BACKUP_PASSPHRASE=wrong", file + "x", "not_found"},
		"a folder":         {"SOTTO_BACKUP_PASSPHRASE=wrong", dir, "invalid"},
		"of another":       {"SOTTO_BACKUP_PASSPHRASE=correct horse", file, "not_allowed"},
	} {
		who := *alice
		who.env = append(who.env, c.env)
		t.Log(name)
		who.fails(c.reason, "restore-backup", c.path)
	}
}

func TestExportFromTheCommandLine(t *testing.T) {
	t.Parallel()
	both := people(t, "Alice", "Bob")
	alice, bob := both[0], both[1]
	dir := t.TempDir()
	notes := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(notes, []byte("bring oars"), 0o600); err != nil {
		t.Fatal(err)
	}
	alice.one("send", "--to", bob.id, "--text", "see <notes>", "--attach", notes)

	page := filepath.Join(dir, "bob.html")
	if got := alice.one("export", "--with", bob.id, "--to", page); got["messages"] != 1.0 || got["files"] != 1.0 || got["missing"] != 0.0 {
		t.Errorf("exported %v", got)
	}
	html, err := os.ReadFile(page)
	if err != nil || !strings.Contains(string(html), "see &lt;notes&gt;") || !strings.Contains(string(html), "Exported by Alice") {
		t.Errorf("page: %v\n%s", err, html)
	}
	all := filepath.Join(dir, "all")
	if got := alice.one("export", "--everything", "--format", "json", "--to", all, "--no-media"); got["conversations"] != 1.0 || got["files"] != 0.0 {
		t.Errorf("exported %v", got)
	}
	data, err := os.ReadFile(filepath.Join(all, "index.json"))
	if err != nil || !json.Valid(data) {
		t.Errorf("index: %v\n%s", err, data)
	}
	for _, args := range [][]string{{"export", "--to", page}, {"export", "--with", bob.id, "--everything", "--to", page}} {
		if r := alice.run(args...); r.code != exitUsage {
			t.Errorf("%q: exit code %d", args, r.code)
		}
	}
}

func TestProxyFromTheCommandLine(t *testing.T) {
	t.Parallel()
	proxy := &socksproxy.Proxy{User: "ada", Password: "secret"}
	addr := socksproxy.Start(t, proxy)
	alice := people(t, "Alice")[0]
	alice.env = append(alice.env, "SOTTO_PROXY_PASSWORD=wrong")
	if got := alice.one("network", "test", "--proxy", addr, "--proxy-user", "ada"); got["works"] != false || got["trouble"] != "denied" {
		t.Errorf("with a wrong password: %v", got)
	}
	alice.env = append(alice.env, "SOTTO_PROXY_PASSWORD=secret")
	if got := alice.one("network", "test", "--proxy", addr, "--proxy-user", "ada"); got["works"] != true || got["trouble"] != "works" {
		t.Errorf("tested: %v", got)
	}
	if got := alice.one("network", "set", "--proxy", addr, "--proxy-user", "ada"); got["proxy"] != addr || got["proxy_user"] != "ada" {
		t.Errorf("set: %v", got)
	}
	before := len(proxy.Asked())
	alice.one("sync")
	if len(proxy.Asked()) <= before {
		t.Error("nothing went through the proxy")
	}
	if got := alice.one("network", "set", "--offline"); got["work_offline"] != true || got["connection"] != "offline" {
		t.Errorf("offline: %v", got)
	}
	alice.fails("offline", "sync")

	// A profile is made through the proxy from its first connection on.
	open := &socksproxy.Proxy{}
	via := socksproxy.Start(t, open)
	bob := &person{t: t, name: "Bob", dir: filepath.Join(t.TempDir(), "bob"), network: alice.network}
	bob.one("--network", bob.network, "--insecure-no-passphrase", "--via", via, "account", "create", "--name", "Bob")
	bob.one("sync")
	if got := bob.one("network", "show"); got["proxy"] != via || len(open.Asked()) == 0 {
		t.Errorf("show: %v, asked %v", got, open.Asked())
	}
	if r := bob.run("--via", "nonsense:", "account", "show"); r.code != exitUsage {
		t.Errorf("exit code %d", r.code)
	}
}
