package vm

import (
	"context"
	"time"

	"sotto/engine/model"
	"sotto/ui/text"
)

// ChatHead is what the header of a conversation shows, and what decides about
// the composer. It is comparable.
type ChatHead struct {
	Title    string
	Subtitle string
	Typing   bool // the subtitle says that they type
	Avatar   ChatAvatar
	Kind     model.Kind
	Timer    string // length of the disappearing timer, empty when off
	Request  model.RequestState
	Blocked  bool
	Unread   int
	Closed   string        // why nobody can write here, and what to do; empty when one can
	Inviter  string        // who invited to the group, while that waits for an answer
	Timing   bool          // the user may set the timer
	Files    bool          // files can be sent
	Bar      ConnectionBar // what works and what does not
}

func chatAvatar(c *model.Conversation) ChatAvatar {
	a := ChatAvatar{ID: string(c.ID), Name: c.Title(), Self: c.Kind == model.KindSelf}
	a.Square, a.Globe = Several(c.Kind), c.Kind == model.KindCommunity
	return a
}

func chatTitle(c *model.Conversation) string {
	if c.Kind == model.KindSelf {
		return text.T("chat.self")
	}
	return c.Title()
}

func (c *Chat) head() ChatHead {
	r := c.record
	if !c.known {
		r.ID = c.conv
	}
	h := ChatHead{
		Title: chatTitle(&r), Avatar: chatAvatar(&r), Kind: r.Kind,
		Request: r.Request(), Blocked: r.Blocked, Unread: r.Unread,
	}
	if Several(r.Kind) && c.loaded {
		h.Closed = c.room.closed(&r)
		if h.Request == model.RequestIncoming {
			h.Inviter = c.room.inviter
		}
	}
	h.Timing = !h.Blocked && h.Request != model.RequestIncoming && h.Closed == "" &&
		(r.Kind == model.KindContact || r.Kind == model.KindSelf || r.Kind == model.KindGroup && c.room.Group.Admin)
	h.Files = c.CanAttach()
	if c.loaded {
		h.Bar = BarOf(c.status)
	}
	if r.Timer.On() {
		h.Timer = TimerLength(r.Timer.Seconds)
	}
	switch {
	case h.Kind == model.KindSelf:
		h.Subtitle = text.T("chat.self_line")
	case h.Blocked:
		h.Subtitle = text.T("chat.blocked_line")
	case h.Request == model.RequestIncoming && r.Kind == model.KindGroup:
		h.Subtitle = text.T("chat.invited_line")
	case c.typing:
		h.Subtitle, h.Typing = text.T("chat.typing"), true
	case h.Request == model.RequestIncoming:
		h.Subtitle = text.T("chat.request_line")
	default:
		if h.Subtitle = c.room.line(r.Kind); h.Subtitle == "" {
			h.Subtitle = c.syncLine()
		}
	}
	return h
}

// syncLine says how fresh the conversation is.
func (c *Chat) syncLine() string {
	switch {
	case c.status.Connection == model.Offline:
		return text.T("chat.offline")
	case c.status.LastSync == 0:
		return text.T("chat.connecting")
	}
	now := c.clock.Now().Local()
	at := localTime(c.status.LastSync)
	switch age := now.Sub(at); {
	case age < 2*time.Minute:
		return text.T("chat.synced_now")
	case age < time.Hour:
		return text.N("chat.synced_minutes", int(age/time.Minute))
	case daysBetween(at, now) == 0:
		return text.F("chat.synced_at", "time", clockText(at))
	}
	return text.F("chat.synced_at", "time", listTime(at, now))
}

// TryNow makes the engine look for the network at once.
func (c *Chat) TryNow() {
	e := c.engine
	c.desk.Do(func(context.Context) error { e.Wake(); return nil }, nil)
}

func (c *Chat) headChanged() {
	if h := c.head(); h != c.Head {
		c.Head = h
		c.view.HeadChanged()
	}
}
