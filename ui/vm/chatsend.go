package vm

import (
	"context"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/text"
)

// ChatReply is the message that the composer answers.
type ChatReply struct {
	Ref     model.QuoteRef
	Message model.MessageID
	Title   string
	Text    string
}

// composer is what is being written, and what is on its way into the store.
type composer struct {
	text    string      // with names; encoded is with ids
	touched bool        // by the user, since the draft was read
	saved   model.Draft // as the engine has it, or will
	save    func()
	typing  bool
	pending []*unsent
	stamp   model.Millis

	link     string // that is, or is to be, previewed
	linkWait func()
	refused  map[string]bool // links whose preview the user took away

	mentions    []mention
	people      *people
	peopleTitle string
}

// unsent is a text on its way into the store. Its echo stands in the list
// until the message itself is there.
type unsent struct {
	draft model.Draft
	files []*OutFile // that go with it
	// whisper is who alone shall see it.
	whisper *Whispering
	whole   bool // pictures in their full size
	echo    *ChatMessage

	mu     sync.Mutex
	failed bool // its failure is on the way to the interface
	orphan bool // the screen was left; a failure goes into the draft
}

// Text returns what is in the composer.
func (c *Chat) Text() string { return c.composer.text }

// Left returns how many characters may still be written; negative is too many.
func (c *Chat) Left() int { return engine.MaxText - utf8.RuneCountInString(c.composer.encoded()) }

// CanSend reports whether there is something that can be sent.
func (c *Chat) CanSend() bool {
	return c.loaded && !c.record.Blocked && strings.TrimSpace(c.composer.text) != "" && c.Left() >= 0
}

// Typed tells what is in the composer after a change by the user.
func (c *Chat) Typed(s string) {
	k := &c.composer
	k.text, k.touched = s, true
	if typing := strings.TrimSpace(s) != ""; typing || k.typing {
		k.typing = typing
		c.engine.Typing(c.conv, typing)
	}
	c.lookForLink()
	c.saveSoon()
}

// saveSoon keeps the draft a moment after the last change.
func (c *Chat) saveSoon() {
	const calm = 700 * time.Millisecond
	if c.composer.save != nil {
		c.composer.save()
	}
	c.composer.save = chatAfter(c.desk, c.clock, calm, func() {
		c.composer.save = nil
		c.saveDraft(c.draft())
	})
}

func (c *Chat) draft() model.Draft {
	if c.Editing != nil {
		return c.Editing.draft // what is being changed is none
	}
	d := model.Draft{Text: c.composer.encoded()}
	if strings.TrimSpace(d.Text) == "" {
		d.Text = ""
	}
	if c.Reply != nil {
		ref := c.Reply.Ref
		d.Quote = &ref
	}
	d.Whisper = c.draftWhisper()
	return d
}

func sameDraft(a, b model.Draft) bool {
	if a.Text != b.Text || (a.Quote == nil) != (b.Quote == nil) || (a.Whisper == nil) != (b.Whisper == nil) {
		return false
	}
	if a.Whisper != nil && *a.Whisper != *b.Whisper {
		return false
	}
	return a.Quote == nil || *a.Quote == *b.Quote
}

func (c *Chat) saveDraft(d model.Draft) {
	if sameDraft(d, c.composer.saved) {
		return
	}
	c.composer.saved = d
	e, conv := c.engine, c.conv
	underway.set(e, conv, d)
	c.errands.add(c.desk.Context(), errand{draft: true, do: func(ctx context.Context) {
		// A conversation that is gone needs no draft; a full disk is told by
		// whatever else cannot be stored.
		_ = e.SaveDraft(ctx, conv, d)
		underway.stored(e, conv, d)
	}})
}

// restore puts the stored draft into the composer, unless something was typed
// before it was read.
func (k *composer) restore(c *Chat, d model.Draft, names map[string]ChatName, reply *ChatReply, whisper *Whispering) {
	k.saved = d
	if k.touched {
		return
	}
	k.text = k.decode(d.Text, names)
	c.Reply, c.Whisper = reply, whisper
	c.view.ComposerChanged(&k.text)
}

// Send sends what is in the composer and empties it. It reports whether there
// was anything to send.
func (c *Chat) Send() bool {
	if c.Editing != nil {
		return c.saveEdit()
	}
	if !c.CanSend() {
		return false
	}
	k := &c.composer
	u := &unsent{draft: c.draft()}
	u.draft.Text = strings.TrimSpace(u.draft.Text)
	u.echo = c.echo(u.draft.Text)
	for _, m := range k.mentions {
		if u.echo.Mentions == nil {
			u.echo.Mentions = make(map[string]ChatName)
		}
		u.echo.Mentions[m.id.String()] = ChatName{Label: m.label, ID: m.id}
	}
	if u.whisper = c.Whisper; u.whisper != nil {
		u.echo.Whisper = u.whisper.Label
	}
	if r := c.Reply; r != nil {
		u.echo.Quote = &ChatQuote{Title: r.Title, Text: r.Text, Found: r.Message != 0, Message: r.Message}
	}
	if l := c.Link; l != nil {
		u.draft.Preview = l.Page
		u.echo.Preview = &ChatPreview{URL: l.Page.URL, Host: l.Host, Title: oneLine(l.Page.Title)}
	}
	c.dispatch(u)
	return true
}

// echo is the row of a message that is on its way into the store.
func (c *Chat) echo(body string) *ChatMessage {
	now := c.engine.Now()
	c.composer.stamp = max(now, c.composer.stamp+1)
	return &ChatMessage{
		Outgoing: true, Sender: text.T("chat.you"), SenderID: c.me, AvatarName: c.myName, Body: body,
		Clock: clockText(localTime(now)), State: ChatSending, sent: c.composer.stamp, day: dayNumber(localTime(now)), Timed: c.record.Timer.On(),
	}
}

// dispatch empties the composer and hands what was in it to the engine.
func (c *Chat) dispatch(u *unsent) {
	k := &c.composer
	k.pending = append(k.pending, u)
	if k.save != nil {
		k.save()
		k.save = nil
	}
	k.text, k.mentions, k.typing, k.saved = "", nil, false, model.Draft{} // sending empties the stored draft
	c.Reply, c.Whisper = nil, nil
	c.forgetLink()
	c.newFrom = 0
	empty := ""
	c.view.ComposerChanged(&empty)
	c.errands.add(c.desk.Context(), errand{do: func(ctx context.Context) { c.deliver(ctx, u) }})
	c.ToEnd()
}

// deliver hands a text to the engine. It runs away from the interface's
// goroutine, and also when the screen was left.
func (c *Chat) deliver(ctx context.Context, u *unsent) {
	id, err := c.send(ctx, u)
	if err == nil {
		var told *ChatMessage
		if m, ok := c.engine.Message(id); ok {
			told = newTeller(c.engine, c.conv).tell(&m)
		}
		c.desk.Post(func() { c.delivered(u, told) })
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.orphan {
		c.keepUnsent(ctx, u)
		return
	}
	u.failed = true
	c.desk.Post(func() { c.undelivered(u, err) })
}

// keepUnsent saves the text of a left conversation that could not be sent.
func (c *Chat) keepUnsent(ctx context.Context, u *unsent) {
	d := u.draft
	if record, ok := c.engine.Conversation(c.conv); ok && record.Draft.Text != "" {
		d.Text += "\n" + record.Draft.Text
	}
	// What hindered sending may hinder this too; there is nobody left to tell.
	_ = c.engine.SaveDraft(ctx, c.conv, d)
}

func (c *Chat) delivered(u *unsent, m *ChatMessage) {
	c.composer.drop(u)
	if m != nil && c.loaded {
		c.put(m, false)
		c.trim()
	}
	c.known = true
	c.rebuild(nil)
	c.ticking()
}

func (c *Chat) undelivered(u *unsent, err error) {
	c.composer.drop(u)
	if len(u.files) > 0 {
		c.rebuild(nil)
		c.view.FilesUnsent(u.files, u.draft.Text, filesSentence(err))
		return
	}
	if c.Editing != nil {
		c.endEditing()
	}
	k := &c.composer
	k.touched = true
	if k.text = strings.TrimSpace(k.text); k.text != "" {
		k.text = "\n" + k.text
	}
	k.text = k.decode(u.draft.Text, u.echo.Mentions) + k.text
	if c.Reply == nil && u.draft.Quote != nil && u.echo.Quote != nil {
		q := u.echo.Quote
		c.Reply = &ChatReply{Ref: *u.draft.Quote, Message: q.Message, Title: q.Title, Text: q.Text}
	}
	if u.whisper != nil {
		c.Whisper = u.whisper // it must not go to everybody now
	}
	c.rebuild(nil)
	c.view.ComposerChanged(&k.text)
	c.saveSoon()
	c.view.Notice(sentenceIn("chat.send", err))
}

func (k *composer) drop(u *unsent) {
	for i, p := range k.pending {
		if p == u {
			k.pending = append(k.pending[:i:i], k.pending[i+1:]...)
			return
		}
	}
}

// stored takes the echo of a message away that is in the store now: its event
// may come before the answer to the command.
func (k *composer) stored(m *ChatMessage) {
	for _, u := range k.pending {
		if u.draft.Text == m.Body && len(u.files) == len(m.Media) {
			k.drop(u)
			return
		}
	}
}

func (k *composer) echoes() []*ChatMessage {
	var out []*ChatMessage
	for _, u := range k.pending {
		out = append(out, u.echo)
	}
	return out
}

// gone takes a reply back whose target was deleted.
func (k *composer) gone(c *Chat, key model.MessageKey) {
	if c.Editing != nil && c.Editing.key == key {
		c.endEditing()
	}
	if c.Reply != nil && c.Reply.Ref == (model.QuoteRef{Author: key.Sender, Timestamp: key.Timestamp}) {
		c.CancelReply()
	}
}

// leave saves the draft, and what turns out not to have been sent with it.
func (k *composer) leave(c *Chat) {
	if c.Editing != nil {
		c.endEditing()
	}
	if k.save != nil {
		k.save()
		k.save = nil
	}
	if k.typing {
		c.engine.Typing(c.conv, false)
	}
	c.forgetLink()
	lost := ""
	for _, u := range k.pending {
		u.mu.Lock()
		u.orphan = true
		if u.failed {
			lost += k.decode(u.draft.Text, u.echo.Mentions) + "\n"
			if u.whisper != nil {
				c.Whisper = u.whisper
			}
		}
		u.mu.Unlock()
	}
	if k.touched || lost != "" {
		k.text = lost + k.text
		c.saveDraft(c.draft())
	}
}

// ReplyTo answers a message.
func (c *Chat) ReplyTo(id model.MessageID) {
	for _, m := range c.window {
		if m.ID == id && m.CanReply() {
			c.reply(m)
			return
		}
	}
}

func (c *Chat) reply(m *ChatMessage) {
	c.StopEditing()
	c.Reply = &ChatReply{
		Ref:     model.QuoteRef{Author: m.Key.Sender, Timestamp: m.Key.Timestamp},
		Message: m.ID, Title: m.Sender, Text: messageLine(m),
	}
	c.composer.touched = true
	c.view.ComposerChanged(nil)
	c.saveSoon()
}

// CancelReply answers nothing in particular again; false when it was so.
func (c *Chat) CancelReply() bool {
	if c.Reply == nil {
		return false
	}
	c.Reply = nil
	c.composer.touched = true
	c.view.ComposerChanged(nil)
	c.saveSoon()
	return true
}

// ReplyStep moves the reply to the message before (by -1) or after the one
// answered; past the newest there is none. Without a reply it begins with the
// newest message of somebody else.
func (c *Chat) ReplyStep(by int) {
	at := len(c.window)
	if c.Reply != nil {
		for i, m := range c.window {
			if m.ID == c.Reply.Message {
				at = i
			}
		}
	}
	fresh := c.Reply == nil
	if fresh && by > 0 {
		return
	}
	for i := at + by; i >= 0; i += by {
		if i >= len(c.window) {
			c.CancelReply()
			return
		}
		m := c.window[i]
		if !m.CanReply() || c.held[m.ID] || fresh && m.Outgoing && c.record.Kind != model.KindSelf {
			continue
		}
		c.reply(m)
		c.show1(m.ID)
		return
	}
}
