package vm

import (
	"context"
	"strings"

	"sotto/engine/model"
	"sotto/ui/text"
)

// Whispering is who alone shall see what is being written.
type Whispering struct {
	To    model.Whisper
	Label string // "Whisper to Vera"
	Line  string // who else sees it
}

// whisper says who sees a message besides its author.
func (t *teller) whisper(m *model.Message) string {
	switch w := m.Whisper; {
	case w == nil:
		return ""
	case w.To.IsZero():
		return text.T("chat.whisper.moderators")
	case w.Moderators && t.mine(w.To):
		return text.T("chat.whisper.me_moderators")
	case t.mine(w.To):
		return text.T("chat.whisper.me")
	case w.Moderators:
		return text.F("chat.whisper.both", "who", t.name(w.To))
	}
	return text.F("chat.whisper.one", "who", t.name(m.Whisper.To))
}

// CanWhisper reports whether this account may whisper to who wrote a message:
// moderators of a community may, to anybody but themselves.
func (c *Chat) CanWhisper(m *ChatMessage) bool {
	v := &c.room.Community
	return v.Moderator && m.CanReply() && !m.Outgoing && m.SenderID != v.Me
}

// CanWhisperToModerators reports whether this account may write what only the
// moderators see.
func (c *Chat) CanWhisperToModerators() bool { return c.room.Community.Moderator }

// WhisperTo has what is written next shown to who wrote a message and to the
// moderators alone; with nil to the moderators.
func (c *Chat) WhisperTo(m *ChatMessage) {
	to, who := model.Whisper{Moderators: true}, ""
	if m != nil {
		to.To, who = m.SenderID, m.Sender
	}
	c.StopEditing()
	c.Whisper = newWhispering(to, who)
	c.composerTouched()
}

// StopWhispering lets everybody see what is written next; false when it was so.
func (c *Chat) StopWhispering() bool {
	if c.Whisper == nil {
		return false
	}
	c.Whisper = nil
	c.composerTouched()
	return true
}

func (c *Chat) composerTouched() {
	c.composer.touched = true
	c.view.ComposerChanged(nil)
	c.saveSoon()
}

// draftWhisper is Whisper as it is stored.
func (c *Chat) draftWhisper() *model.Whisper {
	if c.Whisper == nil {
		return nil
	}
	to := c.Whisper.To
	return &to
}

// whispering turns a stored draft's back into what is shown.
func (t *teller) whispering(w *model.Whisper) *Whispering {
	if w == nil {
		return nil
	}
	who := ""
	if !w.To.IsZero() {
		who = t.name(w.To)
	}
	return newWhispering(*w, who)
}

func newWhispering(to model.Whisper, who string) *Whispering {
	key := "chat.whispering.to"
	if who == "" {
		key = "chat.whispering.moderators"
	}
	return &Whispering{To: to, Label: text.F(key, "who", who), Line: text.F(key+"_line", "who", who)}
}

// Editing is an own message of a community that is being changed.
type Editing struct {
	Message model.MessageID
	Text    string // as it was, in one line

	key  model.MessageKey
	busy bool // on its way to the server

	// What was in the composer, and comes back.
	draft    model.Draft
	text     string
	mentions []mention
	reply    *ChatReply
	whisper  *Whispering
}

// CanEdit reports whether a message may be changed: own texts in a community.
func (c *Chat) CanEdit(m *ChatMessage) bool {
	return c.record.Kind == model.KindCommunity && m.CanReply() && m.Outgoing && len(m.Media) == 0 && m.Body != "" &&
		(m.State == ChatSent || m.State == ChatRead) && c.Head.Closed == ""
}

// Edit puts the text of a message into the composer, to be changed.
func (c *Chat) Edit(m *ChatMessage) {
	if !c.CanEdit(m) {
		return
	}
	if c.Editing != nil && !c.StopEditing() {
		return
	}
	k := &c.composer
	c.Editing = &Editing{
		Message: m.ID, Text: messageLine(m), key: m.Key,
		draft: c.draft(), text: k.text, mentions: k.mentions, reply: c.Reply, whisper: c.Whisper,
	}
	c.Reply, c.Whisper, k.mentions = nil, nil, nil
	k.text = k.decode(m.Body, m.Mentions)
	c.view.ComposerChanged(&k.text)
}

// StopEditing leaves the message as it is; false when none was being changed.
func (c *Chat) StopEditing() bool {
	if c.Editing == nil || c.Editing.busy {
		return false
	}
	c.endEditing()
	return true
}

func (c *Chat) endEditing() {
	k, e := &c.composer, c.Editing
	k.text, k.mentions, c.Reply, c.Whisper, c.Editing = e.text, e.mentions, e.reply, e.whisper, nil
	c.view.ComposerChanged(&k.text)
}

// saveEdit gives the server the new text. What is in the composer stays until
// the server has it.
func (c *Chat) saveEdit() bool {
	e := c.Editing
	if e.busy || !c.CanSend() {
		return false
	}
	e.busy = true
	id, now := e.Message, strings.TrimSpace(c.composer.encoded())
	c.desk.Do(func(ctx context.Context) error { return c.engine.EditInCommunity(ctx, id, now) }, func(err error) {
		if e.busy = false; c.Editing != e {
			return
		}
		if err != nil {
			c.view.Notice(sentenceIn("chat.edit", err))
			return
		}
		c.endEditing()
	})
	return true
}

// messageLine is what a message says in one line, with names for mentions.
func messageLine(m *ChatMessage) string {
	line := strings.Join(strings.Fields(m.Body), " ")
	for token, name := range m.Mentions {
		line = strings.ReplaceAll(line, "@"+token, name.Label)
	}
	switch {
	case line == "" && m.Invite != nil:
		line = text.F("chat.invitation", "name", m.Invite.Name)
	case line == "" && len(m.Files) > 0:
		line = m.Files[0]
	}
	return shorten(line, 200)
}
