package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sotto/cmd/internal/accounts"
	"sotto/cmd/internal/stage"
)

// added is the folder of the account that was added to a base folder.
func (p *play) added(base string) string {
	p.Helper()
	found, err := filepath.Glob(filepath.Join(base, "account-*"))
	p.must(err)
	if len(found) != 1 {
		p.Fatalf("%d accounts were added", len(found))
	}
	return filepath.Base(found[0])
}

func (p *play) idOf(who *stage.Person, account string) string {
	p.Helper()
	raw, err := who.AskAt(p.ctx, account, "account.show", nil)
	p.must(err)
	var a struct {
		SessionID string `json:"session_id"`
	}
	p.must(json.Unmarshal(raw, &a))
	return a.SessionID
}

func (p *play) messagesOf(who *stage.Person, account, with string) []message {
	p.Helper()
	raw, err := who.AskAt(p.ctx, account, "messages", map[string]any{"with": with})
	if err != nil {
		return nil // there is no such conversation yet
	}
	var list []message
	p.must(json.Unmarshal(raw, &list))
	return list
}

// has says whether a conversation of an account has a message with this text in it.
func (p *play) has(who *stage.Person, account, with, text string) bool {
	p.Helper()
	for _, m := range p.messagesOf(who, account, with) {
		if strings.Contains(m.Text, text) && !m.Outgoing {
			return true
		}
	}
	return false
}

// another makes a second account in the window of a person.
func (p *play) another(who *stage.Person, name string) {
	p.Helper()
	p.must(who.Click(p.ctx, "header.me"))
	p.must(who.Click(p.ctx, "menu.add_account"))
	_, err := who.Find(p.ctx, "accounts.back")
	p.must(err)
	who.Name = name
	p.must(who.CreateAccount(p.ctx, "a passphrase of "+name))
}

// enterSeveral opens a window that may have several accounts, with that of Robin.
func (p *play) enterSeveral() *stage.Person {
	p.Helper()
	who, err := p.EnterSeveral(p.ctx, "Robin")
	p.must(err)
	p.must(who.Place(p.ctx, 20, 20, 960, 720))
	p.must(who.CreateAccount(p.ctx, "a passphrase of Robin"))
	return who
}

// TestSeveralAccounts lives through two accounts of one window: both receive, also
// the one that is not shown; each locks by itself; one is removed.
func TestSeveralAccounts(t *testing.T) {
	p := open(t)
	who := p.enterSeveral()
	base, echo := who.Profile, p.Network.Echo().String()
	p.must(who.Begin(p.ctx, echo))
	p.must(who.Say(p.ctx, "Good morning from Robin"))
	p.must(who.Click(p.ctx, "composer.text"))
	p.must(who.Type(p.ctx, "half a thou"))
	p.another(who, "Maya")
	maya := p.added(base)
	robinID, mayaID := p.idOf(who, accounts.First), p.idOf(who, maya)
	if robinID == mayaID {
		t.Fatal("both accounts are the same")
	}

	// Maya is shown and writes to Robin, who is not.
	p.must(who.Begin(p.ctx, robinID))
	p.must(who.Say(p.ctx, "Hello, other me"))
	p.await("what Maya wrote", func() bool { return p.has(who, accounts.First, mayaID, "Hello, other me") })
	p.must(who.Click(p.ctx, "header.me"))
	_, err := who.Find(p.ctx, "menu.account:Robin")
	p.must(err)
	p.picture("switcher")
	p.must(who.Click(p.ctx, "menu.account:Robin"))
	p.must(who.Hear(p.ctx, "Good morning from Robin"))
	_, err = who.Find(p.ctx, "half a thou")
	p.must(err)
	_, err = who.Find(p.ctx, "requests.open")
	p.must(err)

	// A lock for Robin; Maya goes on receiving behind it.
	p.must(who.Key(p.ctx, "ctrl+l"))
	_, err = who.Find(p.ctx, "lock.passphrase")
	p.must(err)
	p.picture("locked")
	p.await("Robin's profile is closed", func() bool {
		_, err := who.AskAt(p.ctx, accounts.First, "account.show", nil)
		return err != nil
	})
	_, err = who.AskAt(p.ctx, maya, "send", map[string]any{"to": echo, "text": "Anybody there?"})
	p.must(err)
	p.await("Echo's answer to Maya", func() bool { return p.has(who, maya, echo, "Anybody there?") })

	// A second start finds this window, by all accounts and by one.
	for _, options := range [][]string{{"--data", base}, {"--profile", filepath.Join(base, maya)}} {
		if out, err := p.Start(options...).Output(); err != nil {
			t.Errorf("a second start: %v %s", err, out)
		}
	}
	p.must(who.OpenChat(p.ctx, "Echo"))
	p.must(who.Hear(p.ctx, "Anybody there?"))
	p.must(who.Key(p.ctx, "ctrl+shift+1"))
	p.must(who.Unlock(p.ctx, "a passphrase of Robin"))
	p.must(who.OpenChat(p.ctx, "Echo"))

	// Maya goes from this computer.
	p.must(who.Click(p.ctx, "header.me"))
	p.must(who.Click(p.ctx, "menu.accounts"))
	p.picture("accounts")
	p.must(who.Click(p.ctx, "accounts.more:Maya"))
	p.must(who.Click(p.ctx, "menu.remove_account"))
	p.must(who.Click(p.ctx, "clear.continue"))
	p.must(who.Click(p.ctx, "clear.passphrase"))
	p.must(who.Type(p.ctx, "a passphrase of Maya"))
	p.must(who.Click(p.ctx, "clear.yes"))
	p.must(who.Hear(p.ctx, "Good morning from Robin"))
	p.await("the end of the removed account's folder", func() bool {
		_, err := os.Stat(filepath.Join(base, maya))
		return os.IsNotExist(err)
	})
	p.picture("removed")
	p.must(who.Shut(p.ctx))
	index, err := os.ReadFile(filepath.Join(base, "accounts.json"))
	p.must(err)
	for _, secret := range []string{"Robin", "Maya", robinID, mayaID} {
		if strings.Contains(string(index), secret) {
			t.Errorf("the list of accounts tells %q", secret)
		}
	}
}

// TestQuickSwitchOfAccounts types into one account and switches to the other
// while the message goes out: nothing lands in the wrong one.
func TestQuickSwitchOfAccounts(t *testing.T) {
	p := open(t)
	who := p.enterSeveral()
	echo := p.Network.Echo().String()
	p.must(who.Begin(p.ctx, echo))
	p.must(who.Say(p.ctx, "opening of Robin"))
	p.another(who, "Maya")
	maya := p.added(who.Profile)
	p.must(who.Begin(p.ctx, echo))
	p.must(who.Say(p.ctx, "opening of Maya"))
	const rounds = 6
	for i := range rounds {
		p.must(who.Key(p.ctx, "ctrl+shift+1"))
		p.must(who.Type(p.ctx, fmt.Sprintf("for Robin %d", i)))
		p.must(who.Key(p.ctx, "Return", "ctrl+shift+2"))
		p.must(who.Type(p.ctx, fmt.Sprintf("for Maya %d", i)))
		p.must(who.Key(p.ctx, "Return"))
	}
	count := func(account, name string) (right, wrong int) {
		for _, m := range p.messagesOf(who, account, echo) {
			switch {
			case !m.Outgoing || !strings.HasPrefix(m.Text, "for "):
			case strings.HasPrefix(m.Text, "for "+name):
				right++
			default:
				wrong++
			}
		}
		return right, wrong
	}
	p.await("all messages", func() bool {
		a, b := count(accounts.First, "Robin")
		c, d := count(maya, "Maya")
		return a+b+c+d == 2*rounds
	})
	for account, name := range map[string]string{accounts.First: "Robin", maya: "Maya"} {
		if right, wrong := count(account, name); right != rounds || wrong > 0 {
			t.Errorf("%s has %d of %d messages and %d of the other account", name, right, rounds, wrong)
		}
	}
	p.await("Echo's answers to both", func() bool {
		last := fmt.Sprintf(" %d", rounds-1)
		return p.has(who, accounts.First, echo, "for Robin"+last) && p.has(who, maya, echo, "for Maya"+last)
	})
	p.must(who.Shut(p.ctx))
}

// TestTheSameAccountTwice enters the words of an account that is open already.
func TestTheSameAccountTwice(t *testing.T) {
	p := open(t)
	who := p.enterSeveral()
	raw, err := who.AskAt(p.ctx, accounts.First, "account.show", map[string]any{"recovery_phrase": true, "passphrase": "a passphrase of Robin"})
	p.must(err)
	var account struct {
		Phrase string `json:"recovery_phrase"`
	}
	p.must(json.Unmarshal(raw, &account))
	p.must(who.Click(p.ctx, "header.me"))
	p.must(who.Click(p.ctx, "menu.add_account"))
	_ = who.Restore(p.ctx, account.Phrase, "another passphrase") // does not come to "Welcome back"
	_, err = who.Find(p.ctx, "This account is in Sotto already.")
	p.must(err)
	p.picture("twice")
	p.must(who.Click(p.ctx, "accounts.back"))
	_, err = who.Find(p.ctx, "header.new")
	p.must(err)
	if found, _ := filepath.Glob(filepath.Join(who.Profile, "account-*")); len(found) != 0 {
		t.Errorf("something was made: %v", found)
	}
	p.must(who.Shut(p.ctx))
}
