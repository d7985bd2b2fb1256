package vm

import (
	"context"
	"strings"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/text"
)

// ContactEngine is what the details of a conversation need of the engine.
type ContactEngine interface {
	Subscriber
	Conversation(id model.ConversationID) (model.Conversation, bool)
	SafetyNumber(conv model.ConversationID) (string, error)
	SafetyNumberQR(conv model.ConversationID) (string, error)
	CompareSafetyNumber(conv model.ConversationID, scanned string) error
	Now() model.Millis
	SetNickname(ctx context.Context, conv model.ConversationID, name string) error
	SetTimer(ctx context.Context, conv model.ConversationID, t model.Timer) error
	SetMuted(ctx context.Context, conv model.ConversationID, until model.Millis) error
	SetPinned(ctx context.Context, conv model.ConversationID, pinned bool) error
	Block(ctx context.Context, conv model.ConversationID) error
	Unblock(ctx context.Context, conv model.ConversationID) error
	ClearMessages(ctx context.Context, conv model.ConversationID) error
	DeleteConversation(ctx context.Context, conv model.ConversationID) error
	DeleteHistory(ctx context.Context, conv model.ConversationID) error
}

// Contact is the panel with the details of a conversation.
type Contact struct {
	Changed func() // on the interface's goroutine
	Failed  func(sentence string)
	Gone    func() // the conversation was deleted

	Conversation model.Conversation
	Loaded       bool
	Safety       []string // twelve groups of five digits; empty for Note to Self
	SafetyCode   string   // what the QR code for comparing holds
	Muted        bool
	now          model.Millis // when it was read

	id     model.ConversationID
	desk   Desk
	engine ContactEngine
}

// NewContact reads the details and follows their changes.
func NewContact(desk Desk, e ContactEngine, id model.ConversationID) *Contact {
	c := &Contact{desk: desk, engine: e, id: id, Changed: func() {}, Failed: func(string) {}, Gone: func() {}}
	desk.Watch(e, func(events []engine.Event) {
		for _, ev := range events {
			switch ev := ev.(type) {
			case engine.ConversationChanged:
				if ev.Conversation != id {
					continue
				}
			case engine.ConversationsChanged, engine.Resync:
			default:
				continue
			}
			c.load()
			return
		}
	})
	c.load()
	return c
}

func (c *Contact) load() {
	type details struct {
		conversation model.Conversation
		ok           bool
		safety, code string
		now          model.Millis
	}
	Ask(c.desk, func(context.Context) (details, error) {
		var d details
		if d.conversation, d.ok = c.engine.Conversation(c.id); !d.ok {
			return d, nil
		}
		d.now = c.engine.Now()
		if d.conversation.Kind == model.KindContact {
			var err error
			if d.safety, err = c.engine.SafetyNumber(c.id); err != nil {
				return d, err
			}
			d.code, err = c.engine.SafetyNumberQR(c.id)
			return d, err
		}
		return d, nil
	}, func(d details, err error) {
		if err != nil {
			c.Failed(Sentence(err))
		}
		if !d.ok {
			c.Gone()
			return
		}
		c.Conversation, c.Loaded = d.conversation, true
		c.Safety, c.SafetyCode = strings.Fields(d.safety), d.code
		c.now = d.now
		c.Muted = d.conversation.MutedUntil > d.now
		c.Changed()
	})
}

// ID returns the account behind the conversation.
func (c *Contact) ID() model.ID {
	id, _ := c.Conversation.ID.ID()
	return id
}

// CallsThemselves says the contact's own name where a nickname hides it.
func (c *Contact) CallsThemselves() string {
	if c.Conversation.Nickname == "" || c.Conversation.Name == "" {
		return ""
	}
	return text.F("contact.calls_themselves", "name", c.Conversation.Name)
}

// MutedText says whether and how long the conversation is silent.
func (c *Contact) MutedText() string {
	switch {
	case !c.Muted:
		return text.T("contact.not_muted")
	case c.Conversation.MutedUntil == model.MuteForever:
		return text.T("contact.muted")
	}
	at := localTime(c.Conversation.MutedUntil)
	when := clockText(at)
	if now := localTime(c.now); daysBetween(now, at) != 0 {
		when = text.F("chat.day_and_time", "day", dateText(at, now, "chat.month_short."), "time", when)
	}
	return text.F("contact.muted_until", "time", when)
}

// TimerChoice is one setting of the disappearing timer.
type TimerChoice struct {
	Timer model.Timer
	Label string
}

// TimerChoices lists what a conversation may be set to, the off setting first.
func (c *Contact) TimerChoices() []TimerChoice {
	const minute, hour, day = 60, 3600, 86400
	out := []TimerChoice{{Label: text.T("timer.off")}}
	add := func(mode model.ExpireMode, lengths ...uint32) {
		for _, s := range lengths {
			t := model.Timer{Mode: mode, Seconds: s}
			out = append(out, TimerChoice{t, TimerText(t)})
		}
	}
	if c.Conversation.Kind == model.KindContact {
		add(model.ExpireAfterRead, 5*minute, hour, 12*hour, day, 7*day, 14*day)
	}
	add(model.ExpireAfterSend, 12*hour, day, 7*day, 14*day)
	return out
}

// MuteChoice is one length of silence.
type MuteChoice struct {
	Label string
	For   time.Duration // 0: not muted; negative: until changed
}

// MuteChoices lists what can be chosen.
func (c *Contact) MuteChoices() []MuteChoice {
	return []MuteChoice{
		{text.T("contact.not_muted"), 0},
		{text.T("contact.mute_hour"), time.Hour},
		{text.T("contact.mute_8_hours"), 8 * time.Hour},
		{text.T("chats.mute.day"), 24 * time.Hour},
		{text.T("contact.mute_week"), 7 * 24 * time.Hour},
		{text.T("contact.mute_always"), -1},
	}
}

// Mute silences the conversation.
func (c *Contact) Mute(m MuteChoice) {
	c.do(func(ctx context.Context) error {
		until := model.MuteForever
		if m.For >= 0 {
			until = 0
		}
		if m.For > 0 {
			until = c.engine.Now() + model.Millis(m.For.Milliseconds())
		}
		return c.engine.SetMuted(ctx, c.id, until)
	}, nil)
}

// SetTimer sets how messages disappear.
func (c *Contact) SetTimer(t model.Timer) {
	c.do(func(ctx context.Context) error { return c.engine.SetTimer(ctx, c.id, t) }, nil)
}

// SetNickname sets what the user calls the contact.
func (c *Contact) SetNickname(name string, done func()) {
	c.do(func(ctx context.Context) error { return c.engine.SetNickname(ctx, c.id, strings.TrimSpace(name)) }, done)
}

// SetPinned pins or unpins.
func (c *Contact) SetPinned(on bool) {
	c.do(func(ctx context.Context) error { return c.engine.SetPinned(ctx, c.id, on) }, nil)
}

// SetBlocked blocks or unblocks.
func (c *Contact) SetBlocked(on bool) {
	c.do(func(ctx context.Context) error {
		if on {
			return c.engine.Block(ctx, c.id)
		}
		return c.engine.Unblock(ctx, c.id)
	}, nil)
}

// Clear deletes all messages here.
func (c *Contact) Clear(done func()) {
	c.do(func(ctx context.Context) error { return c.engine.ClearMessages(ctx, c.id) }, done)
}

// DeleteMessages deletes all messages and takes the conversation off the list;
// the contact stays.
func (c *Contact) DeleteMessages() {
	c.do(func(ctx context.Context) error { return c.engine.DeleteHistory(ctx, c.id) }, func() { c.Gone() })
}

// Delete deletes the conversation and all that is known about the contact.
func (c *Contact) Delete() {
	c.do(func(ctx context.Context) error { return c.engine.DeleteConversation(ctx, c.id) }, func() { c.Gone() })
}

// Compare holds a scanned code, or the digits of a number, against the safety
// number.
func (c *Contact) Compare(scanned string, done func(equal bool, problem string)) {
	if digits, ok := safetyDigits(scanned); ok {
		if digits == strings.Join(c.Safety, "") {
			done(true, "")
		} else {
			done(false, text.T("contact.safety_differs"))
		}
		return
	}
	c.desk.Do(func(context.Context) error { return c.engine.CompareSafetyNumber(c.id, scanned) }, func(err error) {
		switch {
		case err == nil:
			done(true, "")
		case model.ReasonOf(err) == model.ReasonRejected:
			done(false, text.T("contact.safety_differs"))
		default:
			done(false, text.T("contact.safety_no_code"))
		}
	})
}

// safetyDigits reads a safety number that was copied as text.
func safetyDigits(s string) (digits string, ok bool) {
	const most = 200 // bytes: spaces and lines between
	digits = strings.Join(strings.Fields(s), "")
	return digits, len(s) <= most && len(digits) == 60 && strings.Trim(digits, "0123456789") == ""
}

func (c *Contact) do(job func(context.Context) error, done func()) {
	c.desk.Do(job, func(err error) {
		if err != nil {
			c.Failed(Sentence(err))
			return
		}
		if done != nil {
			done()
		}
		c.load()
	})
}
