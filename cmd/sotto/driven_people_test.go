package main

import (
	"strings"
	"testing"

	"sotto/cmd/internal/stage"
)

// texts lists what is stored of a conversation.
func (p *play) texts(who *stage.Person, with string) []string {
	p.Helper()
	var out []string
	for _, m := range p.messages(who, with) {
		if m.Kind == "text" {
			out = append(out, m.Text)
		}
	}
	return out
}

// TestSelectAndForward picks two messages with the menu and the pointer, and
// sends them on to somebody else.
func TestSelectAndForward(t *testing.T) {
	p := open(t)
	robin, maya := p.enter("Robin", 10), p.enter("Maya", 1000)
	mayaID, err := maya.SessionID(p.ctx)
	p.must(err)
	robinID, err := robin.SessionID(p.ctx)
	p.must(err)
	echo := p.Network.Echo().String()

	p.must(robin.Begin(p.ctx, mayaID))
	p.must(robin.Say(p.ctx, "The boat leaves at nine"))
	p.must(maya.Accept(p.ctx))
	p.must(robin.Begin(p.ctx, echo))
	for _, s := range []string{"first of all", "not this one", "and this"} {
		p.must(robin.Say(p.ctx, s))
	}
	p.must(robin.Choose(p.ctx, "first of all", "menu.select"))
	p.must(robin.Click(p.ctx, "message:and this"))
	p.picture("selected")
	p.must(robin.Click(p.ctx, "pick.forward"))
	_, err = robin.Find(p.ctx, "forward.search")
	p.must(err)
	p.must(robin.Click(p.ctx, "forward.row:Maya"))
	p.must(robin.Click(p.ctx, "forward.send"))
	p.must(maya.Hear(p.ctx, "and this"))
	p.picture("forwarded")
	p.await("both, in their order", func() bool {
		return strings.HasSuffix(strings.Join(p.texts(maya, robinID), "|"), "first of all|and this")
	})
	for _, s := range p.texts(maya, robinID) {
		if s == "not this one" {
			t.Error("a message that was not selected was forwarded")
		}
	}
	if _, err := robin.Find(p.ctx, "composer.text"); err != nil {
		t.Errorf("selecting has not ended: %v", err)
	}
}

// TestRequestAndBlock blocks a stranger from their request: what they send then
// never arrives. Unblocked and accepted, new messages do.
func TestRequestAndBlock(t *testing.T) {
	p := open(t)
	robin, maya := p.enter("Robin", 10), p.enter("Maya", 1000)
	mayaID, err := maya.SessionID(p.ctx)
	p.must(err)
	robinID, err := robin.SessionID(p.ctx)
	p.must(err)

	p.must(robin.Begin(p.ctx, mayaID))
	p.must(robin.Say(p.ctx, "Hello, do I know you?"))
	p.must(maya.Click(p.ctx, "requests.open"))
	p.must(maya.Click(p.ctx, "requests.row:Robin"))
	p.must(maya.Hear(p.ctx, "Hello, do I know you?"))
	p.must(maya.Click(p.ctx, "request.block"))
	p.picture("asked")
	p.must(maya.Click(p.ctx, "confirm.ok"))
	_, err = maya.Find(p.ctx, "chat.unblock")
	p.must(err)
	p.must(maya.Gone(p.ctx, "composer.text"))
	p.picture("blocked")
	p.must(robin.Say(p.ctx, "while blocked"))
	p.await("it to be sent", func() bool {
		list := p.messages(robin, mayaID)
		return len(list) > 0 && list[len(list)-1].State == "sent"
	})
	// Fetched while she blocks; what is still in the swarm afterwards comes in.
	_, err = maya.Ask(p.ctx, "sync", nil)
	p.must(err)

	p.must(maya.Click(p.ctx, "chat.unblock"))
	p.must(maya.Click(p.ctx, "request.accept"))
	p.must(robin.Say(p.ctx, "after that"))
	p.must(maya.Hear(p.ctx, "after that"))
	for _, s := range p.texts(maya, robinID) {
		if s == "while blocked" {
			t.Error("a message of a blocked contact arrived")
		}
	}
	p.picture("unblocked")
}
