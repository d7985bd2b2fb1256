package command

import (
	"context"
	"image"

	"sotto/engine"
	"sotto/engine/model"
)

// GroupCreated answers group create.
type GroupCreated struct {
	Conversation string `json:"conversation"`
}

// GroupInfo answers group info.
type GroupInfo struct {
	Conversation string        `json:"conversation"`
	Name         string        `json:"name"`
	Description  string        `json:"description"`
	Members      []GroupMember `json:"members"`
	Admin        bool          `json:"admin"` // this account is one
	Timer        Timer         `json:"timer"`
	Invited      bool          `json:"invited"` // an invitation that is not answered
	Inviter      string        `json:"inviter,omitempty"`
	Lost         string        `json:"lost,omitempty"` // removed, deleted
}

// GroupMember is one of its members. Role is admin or member, State accepted, or
// how far an invitation, promotion or removal came.
type GroupMember struct {
	SessionID string `json:"session_id"`
	Name      string `json:"name"`
	Role      string `json:"role"`
	State     string `json:"state"`
}

// GroupChange is what a line about a group says: added, removed, promoted, left,
// renamed, picture, invited, kicked (this account), deleted (for all).
type GroupChange struct {
	What    string   `json:"what"`
	Members []string `json:"members"`
	Name    string   `json:"name,omitempty"`
	History bool     `json:"history,omitempty"`
}

var groupChanges = map[model.GroupChangeKind]string{
	model.MembersAdded:    "added",
	model.MembersRemoved:  "removed",
	model.MembersPromoted: "promoted",
	model.MemberLeft:      "left",
	model.GroupRenamed:    "renamed",
	model.GroupPicture:    "picture",
	model.GroupInvited:    "invited",
	model.GroupKicked:     "kicked",
	model.GroupDeleted:    "deleted",
}

// memberIDs reads ids or ONS names of accounts.
func memberIDs(ctx context.Context, e *engine.Engine, texts []string) ([]model.ID, error) {
	var list []model.ID
	for _, text := range texts {
		conv, err := recipient(ctx, e, text)
		if err != nil {
			return nil, err
		}
		id, _ := conv.ID()
		list = append(list, id)
	}
	return list, nil
}

func groupCreate(ctx context.Context, c *Run) error {
	e, err := c.engine(ctx)
	if err != nil {
		return err
	}
	list, err := memberIDs(ctx, e, c.Args.Texts("member"))
	if err != nil {
		return err
	}
	conv, err := e.CreateGroup(ctx, c.Args.Text("name"), c.Args.Text("description"), list)
	if err != nil {
		return err
	}
	return c.emit(GroupCreated{string(conv)})
}

// inGroup is a command about one group.
func inGroup(ctx context.Context, c *Run, do func(e *engine.Engine, conv model.ConversationID) error) error {
	e, err := c.engine(ctx)
	if err != nil {
		return err
	}
	conv, err := conversationID(c.Args.Text("id"))
	if err != nil {
		return err
	}
	if err := do(e, conv); err != nil {
		return err
	}
	return c.emit(OK{true})
}

// withMembers is inGroup about some members.
func withMembers(ctx context.Context, c *Run, do func(e *engine.Engine, conv model.ConversationID, list []model.ID) error) error {
	return inGroup(ctx, c, func(e *engine.Engine, conv model.ConversationID) error {
		list, err := memberIDs(ctx, e, c.Args.Texts("member"))
		if err != nil {
			return err
		}
		return do(e, conv, list)
	})
}

func groupInvite(ctx context.Context, c *Run) error {
	return withMembers(ctx, c, func(e *engine.Engine, conv model.ConversationID, list []model.ID) error {
		return e.InviteMembers(ctx, conv, list, c.Args.Has("history"))
	})
}

func groupRemove(ctx context.Context, c *Run) error {
	return withMembers(ctx, c, func(e *engine.Engine, conv model.ConversationID, list []model.ID) error {
		return e.RemoveMembers(ctx, conv, list, c.Args.Has("messages"))
	})
}

func groupPromote(ctx context.Context, c *Run) error {
	return withMembers(ctx, c, func(e *engine.Engine, conv model.ConversationID, list []model.ID) error {
		return e.PromoteMembers(ctx, conv, list)
	})
}

func groupRename(ctx context.Context, c *Run) error {
	return inGroup(ctx, c, func(e *engine.Engine, conv model.ConversationID) error {
		return e.RenameGroup(ctx, conv, c.Args.Text("name"))
	})
}

// groupPicture gives a group a picture; no file takes it away.
func groupPicture(ctx context.Context, c *Run) error {
	return inGroup(ctx, c, func(e *engine.Engine, conv model.ConversationID) error {
		path := c.Args.Text("file")
		if path == "" {
			return e.RemoveGroupPicture(ctx, conv)
		}
		file, err := readPicture(path)
		if err != nil {
			return err
		}
		return e.SetGroupPicture(ctx, conv, file, image.Rectangle{})
	})
}

func groupTimer(ctx context.Context, c *Run) error {
	return inGroup(ctx, c, func(e *engine.Engine, conv model.ConversationID) error {
		t := model.Timer{}
		if n := c.Args.Number("seconds", 0); n > 0 {
			t = model.Timer{Mode: model.ExpireAfterSend, Seconds: uint32(min(n, 1<<31))}
		}
		return e.SetTimer(ctx, conv, t)
	})
}

func groupLeave(ctx context.Context, c *Run) error {
	return inGroup(ctx, c, func(e *engine.Engine, conv model.ConversationID) error { return e.LeaveGroup(ctx, conv) })
}

func groupDelete(ctx context.Context, c *Run) error {
	return inGroup(ctx, c, func(e *engine.Engine, conv model.ConversationID) error { return e.DeleteGroup(ctx, conv) })
}

func groupInfo(ctx context.Context, c *Run) error {
	e, err := c.Host.Engine(ctx, true)
	if err != nil {
		return err
	}
	conv, err := conversationID(c.Args.Text("id"))
	if err != nil {
		return err
	}
	g, ok := e.Group(conv)
	if !ok {
		return model.Fail(model.ReasonNotFound, "there is no group with this id", nil)
	}
	out := GroupInfo{
		Conversation: string(conv), Name: g.Name, Description: g.Description, Members: []GroupMember{},
		Admin: g.Admin, Timer: newTimer(g.Timer), Invited: g.Invited,
	}
	if g.Inviter != (model.ID{}) {
		out.Inviter = g.Inviter.String()
	}
	switch g.Lost {
	case model.LostRemoved:
		out.Lost = "removed"
	case model.LostDeleted:
		out.Lost = "deleted"
	}
	for _, m := range g.Members {
		role := "member"
		if m.Admin {
			role = "admin"
		}
		out.Members = append(out.Members, GroupMember{m.ID.String(), e.Person(conv, m.ID).Name, role, m.State.String()})
	}
	return c.emit(out)
}
