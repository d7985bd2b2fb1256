package vm

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"sotto/engine/model"
	"sotto/ui/text"
)

// ChatFact is a line of a message's details.
type ChatFact struct {
	Label, Value string
	Code         bool // an id or hash: monospaced, and worth copying
	Detail       bool // for those who look for the cause of something
}

// Facts asks for the details of a message.
func (c *Chat) Facts(m *ChatMessage, answer func([]ChatFact)) {
	c.askMessage(m, func(stored *model.Message) { answer(c.facts(m, stored)) })
}

// askMessage reads a message; nothing happens if it is gone.
func (c *Chat) askMessage(m *ChatMessage, answer func(*model.Message)) {
	type asked struct {
		m  model.Message
		ok bool
	}
	e, id := c.engine, m.ID
	Ask(c.desk, func(context.Context) (asked, error) {
		var a asked
		a.m, a.ok = e.Message(id)
		return a, nil
	}, func(a asked, _ error) {
		if a.ok {
			answer(&a.m)
		}
	})
}

func (c *Chat) facts(shown *ChatMessage, m *model.Message) []ChatFact {
	now := c.clock.Now().Local()
	var out []ChatFact
	add := func(f ChatFact) {
		if f.Value != "" {
			f.Label = text.T("chat.fact." + f.Label)
			out = append(out, f)
		}
	}
	add(ChatFact{Label: "from", Value: shown.Sender})
	add(ChatFact{Label: "sent", Value: fullTime(m.Timestamp, now)})
	if !m.Outgoing {
		add(ChatFact{Label: "received", Value: fullTime(m.Received, now)})
	} else {
		add(ChatFact{Label: "state", Value: text.T("chat.state." + m.State.String())})
	}
	if m.Edited != 0 {
		add(ChatFact{Label: "edited", Value: fullTime(m.Edited, now)})
	}
	add(ChatFact{Label: "seen_by", Value: shown.Whisper})
	if m.Failure != model.ReasonNone {
		add(ChatFact{Label: "why", Value: SentenceOf(m.Failure)})
	}
	if m.NextTry != 0 && m.State != model.StateSent && m.State != model.StateRead {
		add(ChatFact{Label: "next_try", Value: fullTime(m.NextTry, now)})
	}
	switch {
	case m.Expires != 0:
		add(ChatFact{Label: "expires", Value: fullTime(m.Expires, now)})
	case m.Timer.On():
		add(ChatFact{Label: "expires", Value: TimerText(m.Timer)})
	}
	for i := range m.Attachments {
		add(ChatFact{Label: "file", Value: fileFact(&m.Attachments[i])})
	}
	id := "id"
	if Blinded(m.Sender) {
		id = "blinded"
	}
	add(ChatFact{Label: id, Value: m.Sender.String(), Code: true})
	add(ChatFact{Label: "hash", Value: m.Hash, Code: true, Detail: true})
	add(ChatFact{Label: "timestamp", Value: strconv.FormatInt(int64(m.Timestamp), 10), Code: true, Detail: true})
	add(ChatFact{Label: "number", Value: m.ID.String(), Code: true, Detail: true})
	if m.Failure != model.ReasonNone {
		add(ChatFact{Label: "reason", Value: m.Failure.String(), Code: true, Detail: true})
	}
	return out
}

// fileFact is what the sender says of a file, and a player found out: its name, and
// below it type, size, dimensions and length.
func fileFact(a *model.Attachment) string {
	const most = 200 // letters of what somebody else has written
	var known []string
	if a.Type != "" {
		known = append(known, shorten(a.Type, most))
	}
	if a.Size > 0 {
		known = append(known, fileSize(a.Size))
	}
	if a.Width > 0 && a.Height > 0 {
		known = append(known, fmt.Sprintf("%d × %d", a.Width, a.Height))
	}
	if a.Sound.Duration > 0 {
		known = append(known, SoundTime(a.Sound.Duration))
	}
	return strings.TrimSuffix(shorten(fileName(a), most)+"\n"+strings.Join(known, " · "), "\n")
}

// WhoReacted is one reaction to a message.
type WhoReacted struct {
	Emoji  string
	Name   string
	Avatar ChatAvatar
	Mine   bool
}

// unnamed counts those who reacted with an emoji and whom a community does not
// name.
func unnamed(list []model.Reaction, emoji string) int {
	n := 0
	for _, r := range list {
		if r.Emoji != emoji {
			continue
		}
		if n += r.More; r.Author.IsZero() {
			n++
		}
	}
	return n
}

// Reactions asks who reacted to a message, emoji by emoji.
func (c *Chat) Reactions(m *ChatMessage, answer func([]WhoReacted)) {
	e, conv, id := c.engine, c.conv, m.ID
	Ask(c.desk, func(context.Context) ([]WhoReacted, error) {
		stored, ok := e.Message(id)
		if !ok {
			return nil, nil
		}
		t := newTeller(e, conv)
		var out []WhoReacted
		for _, kind := range t.reactions(stored.Reactions) {
			for _, r := range stored.Reactions {
				if r.Emoji != kind.Emoji || r.Author.IsZero() {
					continue
				}
				w := WhoReacted{Emoji: r.Emoji, Name: t.name(r.Author), Mine: t.mine(r.Author)}
				w.Avatar = ChatAvatar{ID: r.Author.String(), Name: w.Name}
				if w.Mine {
					w.Avatar.Name = t.own
				}
				out = append(out, w)
			}
			if n := unnamed(stored.Reactions, kind.Emoji); n > 0 {
				out = append(out, WhoReacted{Emoji: kind.Emoji, Name: text.N("chat.reaction_others", n), Avatar: ChatAvatar{ID: kind.Emoji, Name: "+"}})
			}
		}
		return out, nil
	}, func(list []WhoReacted, _ error) {
		if len(list) > 0 {
			answer(list)
		}
	})
}
