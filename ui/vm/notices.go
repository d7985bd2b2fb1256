package vm

import (
	"context"
	"image"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/clock"
	system "sotto/internal/desktop"
	"sotto/ui/text"
)

// NoticesEngine is what notifications need of the engine.
type NoticesEngine interface {
	Subscriber
	TellerEngine
	Message(id model.MessageID) (model.Message, bool)
	Avatar(conv model.ConversationID) (file []byte, ok bool)
	MarkRead(ctx context.Context, conv model.ConversationID, upTo model.Millis) error
	SendText(ctx context.Context, conv model.ConversationID, draft model.Draft) (model.MessageID, error)
}

// Notices tells the desktop about messages that ask for attention: one
// notification for each conversation, which goes when its messages were read or
// deleted. Where notifications tell nothing, there is one for all, so that not
// even the number of conversations shows.
type Notices struct {
	// Show and Withdraw are the desktop.
	Show     func(system.Notice)
	Withdraw func(key string)
	// InView reports whether somebody is looking at a conversation.
	InView func(model.ConversationID) bool
	Failed func(sentence string)

	desk     Desk
	engine   NoticesEngine
	clock    clock.Clock
	settings *Settings
	begun    bool
	content  NotifyContent
	live     map[model.ConversationID]*notice // by conversation; "" is that of all
	sounded  time.Time
}

// notice is a notification that is shown, or about to be.
type notice struct {
	key      string
	messages []noticed // the newest last
	asked    int       // the answer that counts
	loud     bool      // a message came since it was shown last
	upTo     model.Millis
}

type noticed struct {
	conversation model.ConversationID
	message      model.MessageID
}

// noticeKeys tells the notifications of all accounts of the window from each
// other. Their keys say nothing: services keep them.
var noticeKeys atomic.Int64

const (
	// mostNoticed bounds the messages that a notification counts.
	mostNoticed = 99
	// soundGap is the time without another sound after one.
	soundGap = 3 * time.Second
)

// NewNotices makes notices that tell nothing until SettingsChanged.
func NewNotices(desk Desk, e NoticesEngine, s *Settings, clk clock.Clock) *Notices {
	n := &Notices{
		Show: func(system.Notice) {}, Withdraw: func(string) {}, InView: func(model.ConversationID) bool { return false }, Failed: func(string) {},
		desk: desk, engine: e, clock: clk, settings: s, live: map[model.ConversationID]*notice{},
	}
	return n
}

// SettingsChanged takes back what tells more, or less, than is wanted now. The
// first time, when the settings are known, notices begin.
func (n *Notices) SettingsChanged() {
	if !n.begun {
		n.begun = true
		n.desk.Watch(n.engine, n.changed)
	}
	s := n.settings.Now
	if content := NotifyContentOf(s); content != n.content || s.NotificationsOff {
		n.End()
		n.content = content
	}
}

func (n *Notices) changed(events []engine.Event) {
	look := map[model.ConversationID]bool{}
	for _, ev := range events {
		switch ev := ev.(type) {
		case engine.Notify:
			if n.take(ev) {
				look[n.place(ev.Conversation)] = true
			}
		case engine.MessageChanged:
			look[n.place(ev.Conversation)] = true
		case engine.MessageDeleted:
			look[n.place(ev.Conversation)] = true
		case engine.ReadChanged:
			look[n.place(ev.Conversation)] = true
		case engine.ConversationChanged:
			look[n.place(ev.Conversation)] = true
		case engine.ConversationsChanged, engine.RequestsChanged, engine.Resync:
			for place := range n.live {
				look[place] = true
			}
		}
	}
	for place := range look {
		if l := n.live[place]; l != nil {
			n.look(place, l)
		}
	}
}

// End takes everything back.
func (n *Notices) End() {
	for place, l := range n.live {
		n.drop(place, l)
	}
}

func (n *Notices) drop(place model.ConversationID, l *notice) {
	delete(n.live, place)
	n.Withdraw(l.key)
}

// place is which notification tells of a conversation.
func (n *Notices) place(conv model.ConversationID) model.ConversationID {
	if n.content == NotifyNothing {
		return ""
	}
	return conv
}

func (n *Notices) take(ev engine.Notify) bool {
	if n.settings.Now.NotificationsOff || n.InView(ev.Conversation) {
		return false
	}
	place := n.place(ev.Conversation)
	l := n.live[place]
	if l == nil {
		l = &notice{key: "sotto-" + strconv.FormatInt(noticeKeys.Add(1), 10)}
		n.live[place] = l
	}
	l.messages = append(l.messages, noticed{ev.Conversation, ev.Message})
	if over := len(l.messages) - mostNoticed; over > 0 {
		l.messages = l.messages[over:]
	}
	l.loud = true
	return true
}

// look reads what is left of a notification's messages, and shows it if that is
// something else.
func (n *Notices) look(place model.ConversationID, l *notice) {
	l.asked++
	asked, messages, loud := l.asked, slices.Clone(l.messages), l.loud
	content, requests := n.content, !n.settings.Now.RequestsQuiet
	type answer struct {
		left []noticed
		note system.Notice
		upTo model.Millis
	}
	Ask(n.desk, func(context.Context) (answer, error) {
		var a answer
		var newest model.Message
		var of model.Conversation
		asking := true // all are requests
		for _, m := range messages {
			c, ok := n.engine.Conversation(m.conversation)
			message, there := n.engine.Message(m.message)
			request := c.Request() == model.RequestIncoming
			if !ok || !there || request && !requests || !request && !message.Unread || message.Kind == model.KindDeleted {
				continue
			}
			a.left = append(a.left, m)
			newest, of, asking = message, c, asking && request
		}
		if len(a.left) > 0 {
			a.upTo = newest.Timestamp
			if loud || len(a.left) != len(messages) {
				a.note = n.note(content, of, newest, len(a.left), asking)
			}
		}
		return a, nil
	}, func(a answer, _ error) {
		if asked != l.asked || n.live[place] != l {
			return
		}
		if len(a.left) == 0 || place != "" && n.InView(place) {
			n.drop(place, l)
			return
		}
		same := len(a.left) == len(l.messages) && !l.loud
		l.messages, l.upTo = a.left, a.upTo
		if same {
			return
		}
		a.note.Key = l.key
		a.note.Silent = !l.loud || n.settings.Now.NotifySilently || n.clock.Now().Sub(n.sounded) < soundGap
		if !a.note.Silent {
			n.sounded = n.clock.Now()
		}
		l.loud = false
		n.Show(a.note)
	})
}

// note says what a notification tells. It reads the store.
func (n *Notices) note(content NotifyContent, c model.Conversation, newest model.Message, count int, request bool) system.Notice {
	said := ""
	if content == NotifyText && !request {
		said = Heard(n.engine, &c, &newest)
	}
	note := NoticeOf(content, ConversationTitle(c), said, count, request)
	if content == NotifyNothing {
		return note
	}
	if file, ok := n.engine.Avatar(c.ID); ok {
		note.Icon = noticeFace(file)
	}
	if !request {
		note.Read = text.T("notify.read")
		if c.Request() == model.RequestNone {
			note.Reply = text.T("notify.reply")
		}
	}
	return note
}

// NoticeOf says what a notification tells of the newest of several messages.
func NoticeOf(content NotifyContent, name, said string, count int, request bool) system.Notice {
	note := system.Notice{Title: name, Open: text.T("notify.open")}
	messages := text.T("notify.message")
	if count > 1 {
		messages = text.N("notify.messages", count)
	}
	switch {
	case request:
		note.Title = text.T("notify.request")
		if content != NotifyNothing {
			note.Body = name
		}
	case content == NotifyNothing:
		note.Title = messages
	case content == NotifyName:
		note.Body = messages
	default:
		note.Body = said
		if count > 1 {
			note.Title = text.F("notify.counted", "name", name, "n", strconv.Itoa(count))
		}
	}
	return note
}

// noticeFace decodes a picture as notifications show it; nil when it cannot be.
func noticeFace(file []byte) image.Image {
	if d := decodeFace(file, false); d != nil {
		return d.image
	}
	return nil
}

// Pressed does what somebody wants with a notification. It returns the
// conversation to be opened, empty for none; ours is false for a notification
// of somebody else, or one that was taken back.
func (n *Notices) Pressed(p system.Pressed) (conv model.ConversationID, ours bool) {
	for place, l := range n.live {
		if l.key != p.Key || len(l.messages) == 0 {
			continue
		}
		newest := l.messages[len(l.messages)-1].conversation
		upTo := l.upTo
		if p.Button == system.ButtonOpen {
			return newest, true
		}
		n.drop(place, l)
		n.desk.Do(func(ctx context.Context) error {
			if p.Button == system.ButtonReply {
				if _, err := n.engine.SendText(ctx, newest, model.Draft{Text: p.Reply}); err != nil {
					return err
				}
			}
			return n.engine.MarkRead(ctx, newest, upTo)
		}, func(err error) {
			if err != nil {
				n.Failed(Sentence(err))
			}
		})
		return "", true
	}
	return "", false
}
