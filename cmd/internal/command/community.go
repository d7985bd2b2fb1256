package command

import (
	"context"
	"strings"
	"time"

	"sotto/engine"
	"sotto/engine/model"
)

// CommunityJoined answers community join.
type CommunityJoined struct {
	Conversation string `json:"conversation"`
	Name         string `json:"name"`
}

// CommunityInfo is a line of community rooms, and answers community info.
type CommunityInfo struct {
	Conversation string         `json:"conversation"`
	URL          string         `json:"url"`
	Room         string         `json:"room"`
	Name         string         `json:"name"`
	Description  string         `json:"description"`
	ActiveUsers  int            `json:"active_users"`
	Joined       bool           `json:"joined"`
	Read         bool           `json:"read"`
	Write        bool           `json:"write"`
	Upload       bool           `json:"upload"`
	Moderator    bool           `json:"moderator"`
	Admin        bool           `json:"admin"`
	Me           string         `json:"me,omitempty"` // what this account is called there
	Moderators   []string       `json:"moderators"`
	Admins       []string       `json:"admins"`
	Pinned       []model.Millis `json:"pinned"` // sent times of pinned messages that are here
}

func newCommunity(e *engine.Engine, v *model.Community) CommunityInfo {
	out := CommunityInfo{
		Conversation: string(v.Conversation), URL: v.URL, Room: v.Room, Name: v.Name, Description: v.Description,
		ActiveUsers: v.ActiveUsers, Joined: v.Joined, Read: v.Read, Write: v.Write, Upload: v.Upload,
		Moderator: v.Moderator, Admin: v.Admin, Moderators: idTexts(v.Moderators), Admins: idTexts(v.Admins), Pinned: []model.Millis{},
	}
	if v.Me != (model.ID{}) {
		out.Me = v.Me.String()
	}
	for _, p := range v.Pins {
		if m, ok := e.Message(p.Message); ok {
			out.Pinned = append(out.Pinned, m.Timestamp)
		}
	}
	return out
}

func idTexts(list []model.ID) []string {
	out := make([]string, 0, len(list))
	for _, id := range list {
		out = append(out, id.String())
	}
	return out
}

// communityID reads the address of a room.
func communityID(text string) (model.ConversationID, bool) {
	lower := strings.ToLower(strings.TrimSpace(text))
	if !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") {
		return "", false
	}
	conv, err := engine.CommunityConversation(text)
	return conv, err == nil
}

func communityRooms(ctx context.Context, c *Run) error {
	e, err := c.engine(ctx)
	if err != nil {
		return err
	}
	list, err := e.CommunityRooms(ctx, c.Args.Text("url"))
	if err != nil {
		return err
	}
	for i := range list {
		if err := c.emit(newCommunity(e, &list[i])); err != nil {
			return err
		}
	}
	return nil
}

func communityJoin(ctx context.Context, c *Run) error {
	e, err := c.engine(ctx)
	if err != nil {
		return err
	}
	conv, err := e.JoinCommunity(ctx, c.Args.Text("url"))
	if err != nil {
		return err
	}
	joined, _ := e.Conversation(conv)
	return c.emit(CommunityJoined{string(conv), joined.Name})
}

func communityLeave(ctx context.Context, c *Run) error {
	return inGroup(ctx, c, func(e *engine.Engine, conv model.ConversationID) error { return e.LeaveCommunity(ctx, conv) })
}

func communityInfo(ctx context.Context, c *Run) error {
	e, err := c.Host.Engine(ctx, true)
	if err != nil {
		return err
	}
	conv, err := conversationID(c.Args.Text("id"))
	if err != nil {
		return err
	}
	v, ok := e.Community(conv)
	if !ok {
		return model.Fail(model.ReasonNotFound, "this community was not joined", nil)
	}
	return c.emit(newCommunity(e, &v))
}

// eachUser does something about people of a community, by the ids that it shows.
func eachUser(ctx context.Context, c *Run, do func(e *engine.Engine, conv model.ConversationID, id model.ID) error) error {
	return inGroup(ctx, c, func(e *engine.Engine, conv model.ConversationID) error {
		for _, text := range c.Args.Texts("member") {
			id, err := model.ParseID(strings.ToLower(text))
			if err != nil {
				return model.Fail(model.ReasonInvalid, "this is not an id of somebody in a community", err)
			}
			if err := do(e, conv, id); err != nil {
				return err
			}
		}
		return nil
	})
}

func communityBan(ctx context.Context, c *Run) error {
	return eachUser(ctx, c, func(e *engine.Engine, conv model.ConversationID, id model.ID) error {
		return e.BanFromCommunity(ctx, conv, id, c.Args.Seconds("for", 0).Round(time.Second), c.Args.Has("messages"))
	})
}

func communityUnban(ctx context.Context, c *Run) error {
	return eachUser(ctx, c, func(e *engine.Engine, conv model.ConversationID, id model.ID) error {
		return e.UnbanFromCommunity(ctx, conv, id)
	})
}

func communityPin(ctx context.Context, c *Run) error {
	return inGroup(ctx, c, func(e *engine.Engine, conv model.ConversationID) error {
		m, err := findMessage(e, conv, model.Millis(c.Args.Number("timestamp", 0)), c.Args.Text("author"), false)
		if err != nil {
			return err
		}
		return e.PinInCommunity(ctx, m.ID, !c.Args.Has("remove"))
	})
}

func communityInvite(ctx context.Context, c *Run) error {
	return inGroup(ctx, c, func(e *engine.Engine, conv model.ConversationID) error {
		var to []model.ConversationID
		for _, text := range c.Args.Texts("member") {
			one, err := recipient(ctx, e, text)
			if err != nil {
				return err
			}
			to = append(to, one)
		}
		return e.InviteToCommunity(ctx, conv, to)
	})
}

func communityEdit(ctx context.Context, c *Run) error {
	return inGroup(ctx, c, func(e *engine.Engine, conv model.ConversationID) error {
		room, _ := e.Community(conv)
		m, err := findMessage(e, conv, model.Millis(c.Args.Number("timestamp", 0)), room.Me.String(), true)
		if err != nil {
			return err
		}
		return e.EditInCommunity(ctx, m.ID, c.Args.Text("text"))
	})
}
