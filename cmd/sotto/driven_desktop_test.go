package main

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"sotto/internal/drive"
)

// startDunst runs a bus and a notification service for the windows of a test. It
// returns what the service says it was given.
func (p *play) startDunst() (printed func() string, ctl func(args ...string) string) {
	p.Helper()
	started := func(err error) {
		p.Helper()
		if missing := (drive.ErrMissing{}); errors.As(err, &missing) {
			p.Skip(err)
		}
		p.must(err)
	}
	bus, err := drive.StartBus()
	started(err)
	p.Cleanup(bus.Close)
	p.Setenv("DBUS_SESSION_BUS_ADDRESS", bus.Address)
	dunst, err := p.Display.StartNotices(p.ctx)
	started(err)
	return dunst.Said, func(order ...string) string {
		p.Helper()
		answer, err := dunst.Control(p.ctx, order...)
		p.must(err)
		return answer
	}
}

// TestNotificationLeadsToTheConversation has a message arrive while somebody does
// something else, at each of the four levels. A press opens the conversation.
func TestNotificationLeadsToTheConversation(t *testing.T) {
	p := open(t)
	printed, ctl := p.startDunst()
	robin, maya := p.enter("Robin", 10), p.enter("Maya", 1000)
	mayaID, err := maya.SessionID(p.ctx)
	p.must(err)
	robinID, err := robin.SessionID(p.ctx)
	p.must(err)
	p.must(robin.Begin(p.ctx, mayaID))
	p.must(robin.Say(p.ctx, "Good morning"))
	p.await("the request", func() bool { return strings.Contains(printed(), "Message request") })
	p.must(maya.Accept(p.ctx))
	p.must(maya.Hear(p.ctx, "Good morning"))
	p.await("the end of the request's notification", func() bool { return ctl("count", "displayed") == "0" })

	// Maya has the settings open: nobody sees the conversation.
	p.must(maya.Key(p.ctx, "ctrl+comma"))
	p.must(maya.Click(p.ctx, "settings.notifications"))
	say := func(text string) {
		t.Helper()
		_, err := robin.Ask(p.ctx, "send", map[string]any{"to": mayaID, "text": text})
		p.must(err)
	}
	say("The boat leaves at nine")
	p.await("name and text", func() bool {
		return strings.Contains(printed(), "summary: 'Robin'") && strings.Contains(printed(), "The boat leaves at nine")
	})
	say("from platform two")
	p.await("the second in the place of the first", func() bool {
		return strings.Contains(printed(), "summary: 'Robin (2)'") && ctl("count", "displayed") == "1"
	})
	p.picture("text")
	p.must(maya.Click(p.ctx, "notifications.name"))
	p.await("what told more to go", func() bool { return ctl("count", "displayed") == "0" })
	said := len(printed())
	say("nobody else reads this")
	p.await("the name", func() bool { return strings.Contains(printed()[said:], "body: 'New message'") })
	if now := printed()[said:]; !strings.Contains(now, "summary: 'Robin'") || strings.Contains(now, "nobody else") {
		t.Errorf("the name alone is to be told: %s", now)
	}
	p.must(maya.Click(p.ctx, "notifications.nothing"))
	p.await("the name to go", func() bool { return ctl("count", "displayed") == "0" })
	said = len(printed())
	say("nor this")
	p.await("no more than that there is one", func() bool { return strings.Contains(printed()[said:], "summary: 'New message'") })
	if now := printed()[said:]; strings.Contains(now, "Robin") || strings.Contains(now, "nor this") {
		t.Errorf("too much is told: %s", now)
	}
	p.picture("nothing")

	p.must(robin.Focus(p.ctx)) // Maya's window is behind
	ctl("action", "0")
	p.must(maya.Hear(p.ctx, "nor this"))
	p.await("the notification to go", func() bool { return ctl("count", "displayed") == "0" })
	p.await("the message to be read", func() bool {
		raw, err := maya.Ask(p.ctx, "conversations", map[string]any{})
		p.must(err)
		var list []struct {
			ID     string `json:"conversation"`
			Unread int    `json:"unread"`
		}
		p.must(json.Unmarshal(raw, &list))
		for _, c := range list {
			if c.ID == robinID {
				return c.Unread == 0
			}
		}
		return false
	})
	p.picture("opened")
}

// TestLinkComesToTheWindowThatRuns starts the program a second time with links.
func TestLinkComesToTheWindowThatRuns(t *testing.T) {
	p := open(t)
	robin := p.enter("Robin", 20)
	second := func(link string) {
		t.Helper()
		cmd := p.Display.Command(p.ctx, program, "--profile", filepath.Clean(robin.Profile), link)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", link, err, out)
		}
	}
	echo := p.Network.Echo().String()
	second("sotto:" + echo)
	p.must(robin.Click(p.ctx, "newchat.go")) // nothing was begun by itself
	p.must(robin.Click(p.ctx, "composer.text"))
	second("sotto:delete?id=" + echo)
	_, err := robin.Find(p.ctx, "This link leads to nothing")
	p.must(err)
	p.picture("refused")
}
