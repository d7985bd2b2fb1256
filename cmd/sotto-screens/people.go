package main

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"golang.org/x/crypto/curve25519"

	"sotto/engine/model"
	"sotto/store"
)

// id returns a valid Session ID for a name.
func id(name string) model.ID {
	scalar := sha256.Sum256([]byte(name))
	key, err := curve25519.X25519(scalar[:], curve25519.Basepoint)
	if err != nil {
		panic("screens: " + err.Error()) // only for points of low order
	}
	out, err := model.ParseID("05" + hex.EncodeToString(key))
	if err != nil {
		panic("screens: " + err.Error())
	}
	return out
}

// cast puts conversations into a profile, the newest first.
type cast struct {
	tx  *store.Tx
	me  model.ID
	now time.Time
	err error
}

// talk is a conversation to be made.
type talk struct {
	conversation model.Conversation
	id           model.ID
	lines        []line
}

// line is a message: text of theirs, or of the owner with me.
type line struct {
	ago    time.Duration
	me     bool
	text   string
	state  model.State
	unread bool
	how    func(*model.Message)
}

func (c *cast) at(ago time.Duration) model.Millis { return model.Millis(c.now.Add(-ago).UnixMilli()) }

func (c *cast) add(t talk) {
	if c.err != nil {
		return
	}
	conv := t.conversation
	conv.ID = model.ConversationOf(t.id)
	if t.id == c.me {
		conv.Kind = model.KindSelf
	}
	conv.Created = c.at(30 * 24 * time.Hour)
	if len(t.lines) > 0 {
		conv.LastActivity = c.at(t.lines[len(t.lines)-1].ago)
	}
	if c.err = c.tx.PutConversation(conv); c.err != nil {
		return
	}
	for _, l := range t.lines {
		m := model.Message{
			Conversation: conv.ID, Sender: t.id, Timestamp: c.at(l.ago), Received: c.at(l.ago),
			Text: l.text, State: l.state, Unread: l.unread,
		}
		if l.me {
			m.Sender, m.Outgoing = c.me, true
			if l.state == model.StateReceived {
				m.State = model.StateSent
			}
		}
		if l.how != nil {
			l.how(&m)
		}
		if _, c.err = c.tx.AddMessage(&m); c.err != nil {
			return
		}
	}
}

var known = model.Conversation{Approved: true, ApprovedMe: true}

func named(name string, change ...func(*model.Conversation)) model.Conversation {
	c := known
	c.Name = name
	for _, f := range change {
		f(&c)
	}
	return c
}

// filled is a profile that somebody has used for a while.
func filled(tx *store.Tx, me model.ID) error {
	c := &cast{tx: tx, me: me, now: time.Now()}
	maya := id("Maya")
	c.add(talk{named("Maya", func(v *model.Conversation) { v.Pinned = 2 }), maya, []line{
		{ago: 26 * time.Hour, text: "Morning! Did you get back all right?"},
		{ago: 25 * time.Hour, me: true, text: "Barely caught it 😅", state: model.StateRead},
		{ago: 50 * time.Minute, text: "That light! Please send me the full size when you can."},
		{ago: 46 * time.Minute, me: true, text: "Tonight, promised.", state: model.StateRead},
		{ago: 40 * time.Minute, text: "Found the cabin we talked about, free from Friday: https://lakehouse.example/two-nights", how: func(m *model.Message) {
			m.Reactions = []model.Reaction{{Author: me, Emoji: "❤️", At: m.Timestamp}}
		}},
		{ago: 39 * time.Minute, text: "Their sauna prints this, does it look right to you?\n```\nif temp < 80 {\n    log(\"patience\")\n}\n```"},
		{ago: 12 * time.Minute, me: true, text: "Booked in my head already. Two nights?", state: model.StateRead, how: func(m *model.Message) {
			m.Quote = &model.QuoteRef{Author: maya, Timestamp: c.at(40 * time.Minute)}
		}},
		{ago: 11 * time.Minute, me: true, text: "I can bring the coffee and the good pan."},
		{ago: 10 * time.Minute, me: true, text: "And a spare key for the boat house", state: model.StateFailed, how: func(m *model.Message) { m.Failure = model.ReasonRejected }},
	}})
	c.add(talk{named(""), me, []line{{ago: 3 * 24 * time.Hour, me: true, text: "Boiler: press twice, wait a minute"}}})
	c.add(talk{named("Jonas", func(v *model.Conversation) { v.Draft = model.Draft{Text: "I think the early train is"} }), id("Jonas"), []line{
		{ago: 3 * time.Hour, text: "Early or late train?"},
	}})
	c.add(talk{named("Lina Weber"), id("Lina"), []line{
		{ago: 95 * time.Minute, text: "Sauce is on the stove.", unread: true},
		{ago: 94 * time.Minute, text: "That sounds perfect, thank you!", unread: true},
	}})
	c.add(talk{named("Omar", func(v *model.Conversation) { v.MutedUntil = model.MuteForever }), id("Omar"), []line{
		{ago: 4 * time.Hour, me: true, text: "The keys are with the neighbour", state: model.StateFailed, how: func(m *model.Message) { m.Failure = model.ReasonExpired }},
	}})
	c.add(talk{named("晴子"), id("Haruko"), []line{{ago: 6 * time.Hour, text: "写真ありがとう！また来週ね"}}})
	c.add(talk{named("Anouk", func(v *model.Conversation) {
		v.Nickname = "Ana"
		v.Timer = model.Timer{Mode: model.ExpireAfterRead, Seconds: 86400}
	}), id("Ana"), []line{{ago: 8 * time.Hour, me: true, text: "All twelve match on my side ✨", state: model.StateRead}}})
	c.add(talk{named("سامي"), id("Sami"), []line{
		{ago: 27 * time.Hour, text: "مرحبا روبن، هل وصلت بخير؟"},
		{ago: 26*time.Hour + 30*time.Minute, me: true, text: "نعم، شكراً! أراك يوم الجمعة (Friday) 👋", state: model.StateRead},
	}})
	c.add(talk{named("Bartholomew Maximilian Featherstonehaugh-Cholmondeley of the Northern Shore"), id("long"), []line{
		{ago: 50 * time.Hour, text: strings.Repeat("A very long message that has to be shortened somewhere in the list. ", 6)},
	}})
	request := model.Conversation{ApprovedMe: true, Name: "Pia"}
	c.add(talk{request, id("Pia"), []line{{ago: 2 * time.Hour, text: "Hi! Maya gave me your ID. Are you the one with the boat?", unread: true}}})
	request.Name = ""
	c.add(talk{request, id("nobody"), []line{{ago: 30 * time.Hour, text: "hello", unread: true}}})
	c.add(talk{named("Old acquaintance", func(v *model.Conversation) { v.Blocked = true }), id("blocked"), nil})
	if c.err != nil {
		return c.err
	}
	return tx.PutSettings(model.Settings{PhraseSeen: true, ShowNoteToSelf: true})
}

// fresh is a profile right after it was made.
func fresh(*store.Tx, model.ID) error { return nil }
