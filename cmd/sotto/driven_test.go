package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"sotto/cmd/internal/stage"
)

// program is the built desktop program that the driven tests open.
var program string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "sotto-driven-")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(dir, "sotto")
	build := exec.Command("go", "build", "-trimpath", "-o", program, ".")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		panic(fmt.Sprintf("build the desktop program: %v", err))
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// play is a stage for a test; a failure leaves a picture of the screen where
// SOTTO_PICTURES says.
type play struct {
	*testing.T
	*stage.Stage
	ctx context.Context
}

func open(t *testing.T) *play {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 6*time.Minute) // for what hangs
	t.Cleanup(cancel)
	s, err := stage.Open(ctx, program, 2000, 840)
	if err != nil {
		t.Fatal(err)
	}
	p := &play{t, s, ctx}
	t.Cleanup(func() {
		if t.Failed() {
			p.picture("failed")
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func (p *play) picture(name string) {
	p.Helper()
	if dir := os.Getenv("SOTTO_PICTURES"); dir != "" {
		if err := p.Display.Picture(filepath.Join(dir, strings.ReplaceAll(p.Name(), "/", "-")+"-"+name+".png")); err != nil {
			p.Error(err)
		}
	}
}

func (p *play) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func (p *play) enter(name string, x int) *stage.Person {
	p.Helper()
	person, err := p.Enter(p.ctx, name)
	p.must(err)
	p.must(person.Place(p.ctx, x, 20, 960, 720))
	p.must(person.CreateAccount(p.ctx, "a passphrase of "+name))
	return person
}

// message is what the program behind a window says of a stored message.
type message struct {
	Text  string `json:"text"`
	State string `json:"state"`
	Kind  string `json:"kind"`
	Quote *struct {
		Author    string `json:"author"`
		Timestamp int64  `json:"timestamp"`
	} `json:"quote"`
	Sender    string `json:"sender"`
	Timestamp int64  `json:"timestamp"`
	Outgoing  bool   `json:"outgoing"`
	Reactions []struct {
		Emoji string `json:"emoji"`
	} `json:"reactions"`
}

func (p *play) messages(who *stage.Person, with string) []message {
	p.Helper()
	raw, err := who.Ask(p.ctx, "messages", map[string]any{"with": with})
	p.must(err)
	var list []message
	p.must(json.Unmarshal(raw, &list))
	return list
}

// await polls what the program says until it holds.
func (p *play) await(what string, ok func() bool) {
	p.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-p.ctx.Done():
			p.Fatalf("waited in vain for %s", what)
		}
	}
}

// lose waits until no message has a text in it any more.
func (p *play) lose(text string, messages func() []message) {
	p.Helper()
	p.await("the end of "+text, func() bool {
		return !slices.ContainsFunc(messages(), func(m message) bool { return strings.Contains(m.Text, text) })
	})
}

// TestFirstRunAndEcho goes from the welcome screen to a chat with Echo, and
// finds everything again after the window was closed and opened: draft, list,
// messages, behind the passphrase.
func TestFirstRunAndEcho(t *testing.T) {
	p := open(t)
	robin := p.enter("Robin", 20)
	p.picture("created")
	p.must(robin.Begin(p.ctx, p.Network.Echo().String()))
	p.must(robin.Say(p.ctx, "Good morning"))
	echo := p.Network.Echo().String()
	p.await("Echo's answer", func() bool {
		for _, m := range p.messages(robin, echo) {
			if !m.Outgoing && strings.Contains(m.Text, "Good morning") {
				return true
			}
		}
		return false
	})
	p.picture("echo")
	p.must(robin.Click(p.ctx, "composer.text"))
	p.must(robin.Type(p.ctx, "half a thou"))
	p.must(robin.Shut(p.ctx))

	again, err := p.Return(p.ctx, "Robin", robin.Profile)
	p.must(err)
	p.must(again.Unlock(p.ctx, "not the passphrase"))
	if _, err := again.Find(p.ctx, "lock.passphrase"); err != nil {
		t.Fatalf("a wrong passphrase opened the profile: %v", err)
	}
	p.must(again.Unlock(p.ctx, "a passphrase of Robin"))
	p.must(again.OpenChat(p.ctx, "Echo"))
	p.must(again.Hear(p.ctx, "Good morning"))
	_, err = again.Find(p.ctx, "half a thou")
	p.must(err)
	p.picture("again")
}

// TestASignalLosesNothing types and ends the program from outside at once, as a
// system that shuts down does: what was typed is there the next time.
func TestASignalLosesNothing(t *testing.T) {
	p := open(t)
	robin := p.enter("Robin", 20)
	p.must(robin.Begin(p.ctx, p.Network.Echo().String()))
	p.must(robin.Say(p.ctx, "Good morning"))
	for _, draft := range []string{"half", "half a thou", "half a thought"} {
		p.must(robin.Click(p.ctx, "composer.text"))
		p.must(robin.Key(p.ctx, "ctrl+a"))
		p.must(robin.Type(p.ctx, draft))
		_, err := robin.Find(p.ctx, draft)
		p.must(err)
		p.must(robin.Process.Process.Signal(syscall.SIGTERM))
		select {
		case <-robin.Ended:
		case <-p.ctx.Done():
			t.Fatal("the program does not end")
		}
		if code := robin.Process.ProcessState.ExitCode(); code != exitOK {
			t.Fatalf("it ended with %d", code)
		}
		robin, err = p.Return(p.ctx, "Robin", robin.Profile)
		p.must(err)
		p.must(robin.Unlock(p.ctx, "a passphrase of Robin"))
		p.must(robin.OpenChat(p.ctx, "Echo"))
		_, err = robin.Find(p.ctx, draft)
		p.must(err)
	}
}

// TestTwoPeople writes to a stranger, who accepts the request, answers with a
// reply and a reaction, and deletes a message for everyone.
func TestTwoPeople(t *testing.T) {
	p := open(t)
	robin, maya := p.enter("Robin", 10), p.enter("Maya", 1000)
	mayaID, err := maya.SessionID(p.ctx)
	p.must(err)
	robinID, err := robin.SessionID(p.ctx)
	p.must(err)

	p.must(robin.Begin(p.ctx, mayaID))
	p.must(robin.Say(p.ctx, "Does the small boat still leave at nine?"))
	p.must(maya.Accept(p.ctx))
	p.must(maya.Hear(p.ctx, "Does the small boat"))
	p.picture("request")

	p.must(maya.Choose(p.ctx, "Does the small boat", "menu.reply"))
	p.must(maya.Type(p.ctx, "It does, platform two"))
	p.must(maya.Key(p.ctx, "Return"))
	p.must(robin.Hear(p.ctx, "It does, platform two"))
	var answer message
	p.await("the reply", func() bool {
		for _, m := range p.messages(robin, mayaID) {
			if m.Text == "It does, platform two" {
				answer = m
				return true
			}
		}
		return false
	})
	asked := p.messages(robin, mayaID)[0]
	if answer.Quote == nil || answer.Quote.Author != robinID || answer.Quote.Timestamp != asked.Timestamp {
		t.Fatalf("the reply quotes %+v, asked was %+v", answer.Quote, asked)
	}

	p.must(robin.Say(p.ctx, "Wrong window, sorry"))
	p.must(maya.Hear(p.ctx, "Wrong window, sorry"))
	p.must(robin.DeleteForEveryone(p.ctx, "Wrong window, sorry"))
	p.must(maya.Gone(p.ctx, "message:Wrong window"))
	p.lose("Wrong window", func() []message { return p.messages(robin, mayaID) })
	p.lose("Wrong window", func() []message { return p.messages(maya, robinID) })
	p.picture("deleted")
}

// TestQuickSwitch types into one conversation and switches to another while the
// message goes out: nothing lands in the wrong one.
func TestQuickSwitch(t *testing.T) {
	p := open(t)
	robin, maya := p.enter("Robin", 10), p.enter("Maya", 1000)
	mayaID, err := maya.SessionID(p.ctx)
	p.must(err)
	echo := p.Network.Echo().String()
	p.must(robin.Begin(p.ctx, echo))
	p.must(robin.Say(p.ctx, "opening with Echo"))
	p.must(robin.Begin(p.ctx, mayaID))
	p.must(robin.Say(p.ctx, "opening with Maya"))
	const rounds = 6
	row := func(id string) string { return "chats.row:(" + id[:4] }
	p.must(robin.Click(p.ctx, row(mayaID)))
	for i := range rounds {
		p.must(robin.Type(p.ctx, fmt.Sprintf("for Maya %d", i)))
		p.must(robin.Key(p.ctx, "Return"))
		p.must(robin.Click(p.ctx, "chats.row:Echo"))
		p.must(robin.Type(p.ctx, fmt.Sprintf("for Echo %d", i)))
		p.must(robin.Key(p.ctx, "Return"))
		p.must(robin.Click(p.ctx, row(mayaID)))
	}
	count := func(with, prefix string) (right, wrong int) {
		for _, m := range p.messages(robin, with) {
			if !m.Outgoing || !strings.HasPrefix(m.Text, "for ") {
				continue
			}
			if strings.HasPrefix(m.Text, prefix) {
				right++
			} else {
				wrong++
			}
		}
		return right, wrong
	}
	p.await("all messages", func() bool {
		a, b := count(mayaID, "for Maya")
		c, d := count(echo, "for Echo")
		return a+b+c+d == 2*rounds
	})
	if _, wrong := count(mayaID, "for Maya"); wrong > 0 {
		t.Errorf("%d messages for Echo went to Maya", wrong)
	}
	if _, wrong := count(echo, "for Echo"); wrong > 0 {
		t.Errorf("%d messages for Maya went to Echo", wrong)
	}
}
