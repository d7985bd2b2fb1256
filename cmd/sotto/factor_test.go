package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestKeyFile sets a key file in the settings, quits, opens with it, is refused
// with another one and with none, and removes it again.
func TestKeyFile(t *testing.T) {
	p := open(t)
	const pass = "a passphrase of Robin"
	robin := p.enter("Robin", 20)
	echo := p.Network.Echo().String()
	p.must(robin.Begin(p.ctx, echo))
	p.must(robin.Say(p.ctx, "Under two locks"))
	dir := t.TempDir()
	right, wrong := filepath.Join(dir, "right.key"), filepath.Join(dir, "wrong.txt")
	p.must(os.WriteFile(wrong, []byte(strings.Repeat("not the file that was set ", 4)), 0o600))

	click := func(names ...string) {
		t.Helper()
		for _, name := range names {
			p.must(robin.Click(p.ctx, name))
		}
	}
	typed := func(field, text string) {
		t.Helper()
		click(field)
		p.must(robin.Key(p.ctx, "ctrl+a"))
		p.must(robin.Type(p.ctx, text))
	}
	see := func(what string) {
		t.Helper()
		_, err := robin.Find(p.ctx, what)
		p.must(err)
	}
	settings := func() {
		t.Helper()
		p.must(robin.Key(p.ctx, "ctrl+comma"))
		click("settings.privacy", "privacy.factor")
	}

	settings()
	click("factor.sure")
	typed("factor.path", right)
	click("factor.make")
	typed("factor.passphrase", pass)
	p.picture("set")
	click("factor.set")
	see("Key file, needed")
	if _, err := os.Stat(right); err != nil {
		t.Fatal(err)
	}
	p.must(robin.Shut(p.ctx))

	var err error
	robin, err = p.Return(p.ctx, "Robin", robin.Profile)
	p.must(err)
	typed("lock.passphrase", pass)
	typed("lock.key_file", wrong)
	click("lock.open")
	see("passphrase or the key file is not the right one")
	p.picture("wrong")
	typed("lock.key_file", filepath.Join(dir, "nothing"))
	click("lock.open")
	see("cannot be read")
	typed("lock.key_file", right)
	click("lock.open")
	p.must(robin.OpenChat(p.ctx, "Echo"))
	p.must(robin.Hear(p.ctx, "Under two locks"))

	// Locking closes the profile; the key file that fitted is still named.
	p.must(robin.Key(p.ctx, "ctrl+l"))
	see("Sotto is locked")
	if _, err := robin.Ask(p.ctx, "account.show", nil); err == nil {
		t.Error("a locked profile answers the command line")
	}
	typed("lock.passphrase", pass)
	click("lock.open")
	p.must(robin.Hear(p.ctx, "Under two locks"))
	p.picture("unlocked")

	settings()
	typed("factor.passphrase", pass)
	click("factor.remove")
	see("None: the passphrase alone opens Sotto")
	p.must(robin.Shut(p.ctx))
	robin, err = p.Return(p.ctx, "Robin", robin.Profile)
	p.must(err)
	p.must(robin.Unlock(p.ctx, pass))
	p.must(robin.OpenChat(p.ctx, "Echo"))
}
