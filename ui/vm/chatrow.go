package vm

import (
	"context"
	"strings"

	"sotto/engine/model"
	"sotto/ui/text"
)

// ChatRow is a row of the list of conversations.
type ChatRow struct {
	ID     model.ConversationID
	Title  string
	Avatar ChatAvatar
	Time   string

	Typing  bool
	Draft   string
	Prefix  string // who said it, in groups
	Preview string
	State   ChatState

	Unread    int
	MarkedNew bool // unread without a number
	Mention   bool
	Muted     bool
	Timer     bool
	Pinned    bool
	Blocked   bool
	Selected  bool
	Self      bool
	Group     bool
	Kind      model.Kind
	Archived  bool
	Folder    string
}

func (c *Chats) row(r *model.Conversation) ChatRow {
	now := c.clock.Now().Local()
	row := ChatRow{
		ID: r.ID, Title: chatTitle(r), Avatar: chatAvatar(r), Typing: c.typing[r.ID],
		Unread: r.Unread, MarkedNew: r.MarkedUnread, Mention: r.Mentions > 0,
		Muted: muted(r, model.Millis(now.UnixMilli())), Timer: r.Timer.On(), Pinned: r.Pinned != 0, Blocked: r.Blocked,
		Selected: r.ID == c.open, Self: r.Kind == model.KindSelf,
		Group: Several(r.Kind), Kind: r.Kind, Archived: r.Archived, Folder: r.Folder,
	}
	at := r.LastActivity
	if r.Last.Message != 0 {
		at = r.Last.Timestamp
		row.State = chatState(r.Last.Outgoing, r.Last.State)
		if r.Last.Kind != model.KindText {
			row.State = ChatNoState
		}
		if said, ok := c.said[r.ID]; ok && said.message == r.Last.Message {
			row.Preview = said.what
			if said.who != "" {
				row.Prefix = text.F("chats.prefix", "who", said.who)
			}
		} else {
			row.Preview = c.summary(r)
		}
	}
	if at != 0 {
		row.Time = listTime(localTime(at), now)
	}
	if !row.Selected {
		row.Draft = strings.Join(strings.Fields(c.named(r, r.Draft.Text)), " ")
	}
	return row
}

func muted(r *model.Conversation, now model.Millis) bool {
	return r.MutedUntil > now || r.Notify == model.NotifyNone
}

// summary is the newest message in one line.
func (c *Chats) summary(r *model.Conversation) string {
	return summaryText(r, func(s string) string { return c.named(r, s) })
}

// summaryText is the newest message in one line; named puts names in the place of
// mentioned ids.
func summaryText(r *model.Conversation, named func(string) string) string {
	l := &r.Last
	who := r.Title()
	whose := ""
	if l.Outgoing {
		whose = "_you"
	}
	switch l.Kind {
	case model.KindDeleted:
		return text.T("chat.deleted")
	case model.KindTimerChange:
		return text.F("chats.timer"+whose, "who", who)
	case model.KindRequestAccepted:
		return text.F("chat.line.accepted"+whose, "who", who)
	case model.KindMediaSaved:
		return text.F("chat.line.saved"+whose, "who", who)
	case model.KindScreenshot:
		return text.F("chat.line.screenshot"+whose, "who", who)
	case model.KindMissedCall:
		return text.T("chats.call")
	case model.KindInvitation:
		return text.T("chats.invitation")
	case model.KindGroupChange:
		return text.T("chat.group.changed")
	}
	if l.Text != "" {
		return named(l.Text)
	}
	if l.Files > 0 {
		return filesText(l.Files, l.Voice)
	}
	return ""
}

// Pin pins a conversation, or lets it go.
func (c *Chats) Pin(id model.ConversationID, on bool) {
	c.do(func(ctx context.Context) error { return c.engine.SetPinned(ctx, id, on) })
}

// SetNickname sets what the user calls somebody.
func (c *Chats) SetNickname(id model.ConversationID, name string) {
	c.do(func(ctx context.Context) error { return c.engine.SetNickname(ctx, id, name) })
}

// MarkRead reads a conversation, or marks it as unread.
func (c *Chats) MarkRead(id model.ConversationID, read bool) {
	c.do(func(ctx context.Context) error {
		if !read {
			return c.engine.MarkUnread(ctx, id)
		}
		// The engine never reads past what is there.
		return c.engine.MarkRead(ctx, id, model.MuteForever)
	})
}

// Hide takes a conversation off the list until something new arrives.
func (c *Chats) Hide(id model.ConversationID) {
	c.do(func(ctx context.Context) error { return c.engine.SetHidden(ctx, id, true) })
}

// Unhide undoes Hide.
func (c *Chats) Unhide(id model.ConversationID) {
	c.do(func(ctx context.Context) error { return c.engine.SetHidden(ctx, id, false) })
}

// Block drops what a contact sends, or ends that.
func (c *Chats) Block(id model.ConversationID, on bool) {
	c.do(func(ctx context.Context) error {
		if on {
			return c.engine.Block(ctx, id)
		}
		return c.engine.Unblock(ctx, id)
	})
}

// Clear deletes the messages of a conversation on this device.
func (c *Chats) Clear(id model.ConversationID) {
	c.do(func(ctx context.Context) error { return c.engine.ClearMessages(ctx, id) })
}

// DeleteHistory deletes the messages of a conversation on this device and takes
// it off the list.
func (c *Chats) DeleteHistory(id model.ConversationID) {
	c.do(func(ctx context.Context) error { return c.engine.DeleteHistory(ctx, id) })
}

// Delete deletes a conversation with all that is known about the contact.
func (c *Chats) Delete(id model.ConversationID) {
	c.do(func(ctx context.Context) error { return c.engine.DeleteConversation(ctx, id) })
}

// Leaving finds out what leaving a group or community means: the sentences that
// say so begin with key.
func (c *Chats) Leaving(r ChatRow, answer func(key string)) {
	e := c.engine
	Ask(c.desk, func(context.Context) (string, error) {
		var g model.Group
		if r.Kind == model.KindGroup {
			g, _ = e.Group(r.ID)
		}
		return leaving(r.Kind, &g, e.Me().ID), nil
	}, func(key string, _ error) { answer(key) })
}

// Leave leaves a group or community and deletes the conversation.
func (c *Chats) Leave(r ChatRow) {
	c.do(func(ctx context.Context) error { return leave(ctx, c.engine, r.Kind, r.ID) })
}

func (c *Chats) do(job func(context.Context) error) {
	c.desk.Do(job, func(err error) {
		if err != nil {
			c.view.Notice(Sentence(err))
		}
	})
}
