package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"sotto/cmd/internal/stage"
)

// keyboard is a person without a mouse. Each step names what must be on the
// screen before the next key.
type keyboard struct {
	*play
	*stage.Person
}

func (k keyboard) sees(what string) {
	k.Helper()
	_, err := k.Person.Find(k.ctx, what)
	k.must(err)
}

// soon reports whether something comes to the screen within a moment.
func (k keyboard) soon(what string) bool {
	ctx, cancel := context.WithTimeout(k.ctx, 2*time.Second)
	defer cancel()
	_, err := k.Person.Find(ctx, what)
	return err == nil
}

func (k keyboard) press(keys ...string) {
	k.Helper()
	k.must(k.Person.Key(k.ctx, keys...))
}

func (k keyboard) types(text string) {
	k.Helper()
	k.must(k.Person.Type(k.ctx, text))
}

// TestKeyboardOnly goes from the welcome screen to the lock without a mouse:
// account, Echo, chat, reply, reaction, delete, settings, lock, and back in.
func TestKeyboardOnly(t *testing.T) {
	p := open(t)
	robin, err := p.Enter(p.ctx, "Robin")
	p.must(err)
	p.must(robin.Place(p.ctx, 20, 20, 960, 720))
	k := keyboard{p, robin}
	const passphrase = "a passphrase of Robin"

	k.sees("welcome.create")
	k.press("Tab", "Return")
	k.sees("create.name")
	k.types("Robin")
	k.press("Tab", "Tab")
	k.types(passphrase)
	k.press("Return")
	k.types(passphrase)
	p.picture("passphrase")
	k.press("Return")
	k.sees("header.new")

	echo := p.Network.Echo().String()
	k.press("ctrl+n")
	k.sees("newchat.text")
	k.types(echo)
	k.press("Return")
	k.sees("composer.text")
	k.types("Good morning")
	k.press("Return")
	find := func(outgoing bool, text string) (found message, ok bool) {
		for _, m := range p.messages(robin, echo) {
			if m.Outgoing == outgoing && strings.Contains(m.Text, text) {
				return m, true
			}
		}
		return message{}, false
	}
	p.await("Echo's answer", func() bool { _, ok := find(false, "Good morning"); return ok })

	// Up in the empty field answers what came last.
	k.sees("message:Hello! I am Echo")
	k.press("Up")
	k.types("Good night")
	k.press("Return")
	p.await("the reply", func() bool {
		m, ok := find(true, "Good night")
		asked, _ := find(false, "Good morning")
		return ok && m.Quote != nil && m.Quote.Timestamp == asked.Timestamp
	})
	p.await("Echo's second answer", func() bool { _, ok := find(false, "Good night"); return ok })
	p.picture("replied")

	// Back over the header's buttons to the messages; the last one in view is
	// chosen first.
	for steps := 1; ; steps++ {
		k.press("shift+Tab", "Up", "e")
		if k.soon("emoji.search") {
			break
		}
		if steps == 8 {
			t.Fatal("Tab does not lead to the messages")
		}
	}
	k.types("heart")
	k.press("Return")
	k.sees("message.reaction")
	p.picture("reacted")

	before := len(p.messages(robin, echo))
	k.press("Up", "Delete")
	p.picture("delete")
	if _, ok := find(true, "Good night"); ok {
		k.sees("delete.ok")
		k.press("Return")
	}
	p.await("one message less", func() bool { return len(p.messages(robin, echo)) < before })

	k.press("ctrl+comma")
	k.sees("settings.search")
	k.press("Escape")
	k.sees("composer.text")
	k.press("ctrl+l")
	k.sees("lock.passphrase")
	k.types("something else")
	k.press("Return")
	k.sees("That is not the passphrase.")
	k.press("ctrl+a")
	k.types(passphrase)
	k.press("Return")
	k.sees("composer.text")
}

// TestZoomAndThemeStay makes the window dark and larger, closes it, and opens it
// again: the lock screen is as it was at first, the window behind it as it was
// left. It locks after wrong passphrases for a while, too.
func TestZoomAndThemeStay(t *testing.T) {
	p := open(t)
	robin := p.enter("Robin", 20)
	k := keyboard{p, robin}
	size := func(who *stage.Person) float32 {
		k.Helper()
		me, err := who.Find(p.ctx, "header.me")
		p.must(err)
		return me.W
	}
	dark := func() bool {
		k.Helper()
		screen, err := p.Display.Frame()
		p.must(err)
		// In the middle of the window, whatever is written there.
		sum, n := 0, 0
		for y := 200; y < 600; y += 7 {
			for x := 100; x < 900; x += 7 {
				c := screen.RGBAAt(x, y)
				sum += int(c.R) + int(c.G) + int(c.B)
				n += 3
			}
		}
		return sum/n < 80
	}
	normal := size(robin)
	if dark() {
		t.Fatal("a new profile is dark on a light desktop")
	}
	k.press("ctrl+comma")
	p.must(robin.Click(p.ctx, "settings.appearance"))
	p.must(robin.Click(p.ctx, "appearance.dark"))
	p.await("the dark theme", dark)
	k.press("Escape")
	k.press("ctrl+plus", "ctrl+plus")
	p.await("the larger window", func() bool { return size(robin) > normal*1.15 })
	large := size(robin)
	p.picture("large")
	p.must(robin.Shut(p.ctx))

	again, err := p.Return(p.ctx, "Robin", robin.Profile)
	p.must(err)
	p.must(again.Place(p.ctx, 20, 20, 960, 720))
	k.Person = again
	for range 3 {
		k.sees("lock.passphrase")
		p.must(again.Unlock(p.ctx, "not the passphrase"))
		k.sees("lock.open")
		k.sees("passphrase.")
	}
	k.sees("Try again in")
	p.picture("slowed")
	p.must(again.Gone(p.ctx, "Try again in"))
	p.must(again.Unlock(p.ctx, "a passphrase of Robin"))
	k.sees("header.me")
	p.await("the size it was left in", func() bool { return size(again) == large })
	p.await("the dark theme again", dark)
}
