package vm

import (
	"context"
	"strings"
	"time"

	"sotto/engine/model"
	"sotto/ui/text"
)

// ChatRoom is what is known of the people and the rights in a group or a
// community.
type ChatRoom struct {
	Group     model.Group     // of KindGroup
	Community model.Community // of KindCommunity

	inviter string // name of who invited to the group
	people  *people
	read    time.Time // when people was
}

// Several reports whether more than two can write in a conversation.
func Several(k model.Kind) bool {
	return k == model.KindGroup || k == model.KindCommunity || k == model.KindLegacyGroup
}

// readRoom reads who is there and what this account may do; it is called away
// from the interface's goroutine.
func readRoom(e TellerEngine, r *model.Conversation) ChatRoom {
	var room ChatRoom
	switch r.Kind {
	case model.KindGroup:
		room.Group, _ = e.Group(r.ID)
		if who := room.Group.Inviter; room.Group.Invited && !who.IsZero() {
			room.inviter = model.ShortID(who)
			if c, ok := e.Conversation(model.ConversationOf(who)); ok {
				room.inviter = c.Title()
			}
		}
	case model.KindCommunity:
		room.Community, _ = e.Community(r.ID)
	}
	return room
}

// readPeople reads who can be mentioned and sorts them, however many they are.
func readPeople(e ChatEngine, r *model.Conversation, room *ChatRoom) *people {
	if r.Kind != model.KindGroup && r.Kind != model.KindCommunity {
		return nil
	}
	me := e.Me().ID
	var list []Person
	for _, p := range e.People(r.ID) {
		if p.ID == me || p.ID == room.Community.Me || p.Name == "" {
			continue
		}
		list = append(list, Person{p.ID, p.Name})
	}
	return newPeople(list)
}

// peopleAge is how old the list of people may be when somebody writes.
const peopleAge = 10 * time.Second

// members counts who is in a group and stays there.
func (r *ChatRoom) members() int {
	n := 0
	for _, m := range r.Group.Members {
		if m.State != model.RemovalPending && m.State != model.RemovalPendingMessages {
			n++
		}
	}
	return n
}

// line says how many are there; empty when that is not known.
func (r *ChatRoom) line(k model.Kind) string {
	switch {
	case k == model.KindGroup && r.Group.Lost != model.NotLost:
		return text.T("chat.lost_line")
	case k == model.KindGroup && r.members() > 0:
		return text.N("chat.members", r.members())
	case k == model.KindCommunity && r.Community.ActiveUsers > 0:
		return text.N("chat.active", r.Community.ActiveUsers)
	case k == model.KindLegacyGroup:
		return text.T("chat.legacy_line")
	}
	return ""
}

// closed says why nobody can write here, and what can be done about it; empty
// when one can.
func (r *ChatRoom) closed(c *model.Conversation) string {
	switch c.Kind {
	case model.KindLegacyGroup:
		return text.T("chat.closed.legacy")
	case model.KindGroup:
		g := &r.Group
		switch {
		case g.Lost == model.LostDeleted:
			return text.T("chat.closed.deleted")
		case g.Lost == model.LostRemoved:
			return text.T("chat.closed.removed")
		case g.Invited || c.Request() == model.RequestIncoming:
			return text.T("chat.closed.invited")
		case g.Stale:
			return text.T("chat.closed.stale")
		case !g.Ready:
			return text.T("chat.closed.keys")
		}
	case model.KindCommunity:
		switch v := &r.Community; {
		case v.Refused:
			return text.T("chat.closed.refused")
		case v.Joined && !v.Write:
			return text.T("chat.closed.read_only")
		}
	}
	return ""
}

// Moderates reports whether this account may delete what others wrote.
func (r *ChatRoom) Moderates() bool { return r.Group.Admin || r.Community.Moderator }

// admin reports whether somebody has rights that others do not have.
func (r *ChatRoom) admin(id model.ID) bool {
	for _, list := range [][]model.ID{r.Community.Admins, r.Community.Moderators} {
		for _, a := range list {
			if a == id {
				return true
			}
		}
	}
	m, ok := r.Group.Member(id)
	return ok && m.Admin
}

// Kind returns what the conversation is. Before it is read that is told by its
// id, of which a group of the old kind cannot be known.
func (c *Chat) Kind() model.Kind {
	id, ok := c.conv.ID()
	switch {
	case c.loaded:
		return c.record.Kind
	case !ok:
		return model.KindCommunity
	case strings.HasPrefix(id.String(), "03"):
		return model.KindGroup
	}
	return model.KindContact
}

// Room returns what is known of the people and rights here.
func (c *Chat) Room() *ChatRoom { return &c.room }

// takeRoom takes over what was read of the room; people only when they were.
func (c *Chat) takeRoom(r ChatRoom) {
	if r.people == nil {
		r.people, r.read = c.room.people, c.room.read
	} else {
		r.read = c.clock.Now()
	}
	c.room = r
}

// loadEarlier asks the community's server for what was said before the oldest
// message here; it comes as news.
func (c *Chat) loadEarlier() {
	if c.earlier {
		return
	}
	c.earlier = true
	e, conv := c.engine, c.conv
	c.desk.Do(func(ctx context.Context) error {
		_, err := e.LoadEarlier(ctx, conv)
		return err
	}, func(err error) {
		// Without the network the next movement tries again.
		c.earlier = false
		if err == nil {
			c.news.all = true
			c.fetch()
		}
	})
}
