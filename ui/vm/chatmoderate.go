package vm

import (
	"context"
	"slices"
	"time"

	"sotto/engine/model"
	"sotto/ui/text"
)

// Moderation is what this account may do about a message and who wrote it, as a
// moderator of the community.
type Moderation struct {
	Ban       bool // ban, end a ban, delete all
	Appoint   bool // make a moderator
	Dismiss   bool // a moderator, who is no longer to be one
	Pin       bool
	Pinned    bool // it is at the top already
	sender    model.ID
	messageID model.MessageID
}

// Moderation tells it of a message; nothing outside of communities.
func (c *Chat) Moderation(m *ChatMessage) Moderation {
	v := &c.room.Community
	if !v.Moderator || m.ID == 0 || m.Line != LineNone || m.Deleted {
		return Moderation{}
	}
	mod := Moderation{sender: m.SenderID, messageID: m.ID, Pin: v.Admin}
	mod.Pinned = slices.ContainsFunc(v.Pins, func(p model.CommunityPin) bool { return p.Message == m.ID })
	if m.Outgoing || m.SenderID == v.Me {
		return mod
	}
	leads := c.room.admin(m.SenderID)
	mod.Ban = !leads || v.Admin
	mod.Appoint, mod.Dismiss = v.Admin && !leads, v.Admin && leads
	return mod
}

// BanLength is for how long somebody is shut out.
type BanLength struct {
	Label string
	For   time.Duration // 0: until a moderator ends it
}

// BanLengths lists the choices.
func BanLengths() []BanLength {
	return []BanLength{
		{text.T("chat.ban.hour"), time.Hour},
		{text.T("chat.ban.day"), 24 * time.Hour},
		{text.T("chat.ban.week"), 7 * 24 * time.Hour},
		{text.T("chat.ban.good"), 0},
	}
}

// Ban shuts who wrote a message out of the community, with messages together
// with all that they wrote.
func (c *Chat) Ban(m Moderation, length BanLength, messages bool) {
	c.moderate("chat.ban.done", func(ctx context.Context) error {
		return c.engine.BanFromCommunity(ctx, c.conv, m.sender, length.For, messages)
	})
}

// Unban ends a ban.
func (c *Chat) Unban(m Moderation) {
	c.moderate("chat.ban.ended", func(ctx context.Context) error { return c.engine.UnbanFromCommunity(ctx, c.conv, m.sender) })
}

// DeleteAllOf deletes everything that somebody wrote in the community.
func (c *Chat) DeleteAllOf(m Moderation) {
	c.moderate("", func(ctx context.Context) error { return c.engine.DeleteAllFromCommunity(ctx, c.conv, m.sender) })
}

// SetModerator gives somebody the rights of a moderator, or takes them away.
func (c *Chat) SetModerator(m Moderation, on bool) {
	done := "chat.moderator.made"
	if !on {
		done = "chat.moderator.ended"
	}
	c.moderate(done, func(ctx context.Context) error { return c.engine.SetCommunityModerator(ctx, c.conv, m.sender, on) })
}

// Pin keeps a message at the top of the community, or ends that.
func (c *Chat) Pin(m Moderation, on bool) {
	c.moderate("", func(ctx context.Context) error { return c.engine.PinInCommunity(ctx, m.messageID, on) })
}

func (c *Chat) moderate(done string, job func(context.Context) error) {
	c.desk.Do(job, func(err error) {
		switch {
		case err != nil:
			c.view.Notice(sentenceIn("community", err))
		case done != "":
			c.view.Notice(text.T(done))
		}
	})
}
