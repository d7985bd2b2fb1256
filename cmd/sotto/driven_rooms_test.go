package main

import (
	"encoding/json"
	"testing"

	"sotto/cmd/internal/stage"
	"sotto/engine/protocol/identity"
)

// roomInfo is what the program behind a window knows of a room.
type roomInfo struct {
	Conversation string  `json:"conversation"`
	Name         string  `json:"name"`
	Me           string  `json:"me"`
	Moderator    bool    `json:"moderator"`
	Pinned       []int64 `json:"pinned"`
}

// roomURL is the address of a room of the network's community server.
func (p *play) roomURL(token string) string {
	c := p.Network.Ready().Community
	return c.URL + "/" + token + "?public_key=" + c.PublicKey
}

// appoint makes somebody an admin of a room, as its operator does.
func (p *play) appoint(who *stage.Person, url, token string) {
	p.Helper()
	text, err := who.SessionID(p.ctx)
	p.must(err)
	id, err := identity.ParseID(text)
	p.must(err)
	p.must(p.Network.Community().Promote(id, token))
	p.await(who.Name+"'s rights", func() bool { return p.room(who, url).Moderator })
}

func (p *play) room(who *stage.Person, url string) roomInfo {
	p.Helper()
	raw, err := who.Ask(p.ctx, "community.info", map[string]any{"id": url})
	p.must(err)
	var v roomInfo
	p.must(json.Unmarshal(raw, &v))
	return v
}

// TestRoomInTheWindow joins a room by its address after a look at it, and from
// the list of the server's rooms; posts, reacts, edits, moderates, and leaves.
func TestRoomInTheWindow(t *testing.T) {
	p := open(t)
	robin, maya := p.enter("Robin", 10), p.enter("Maya", 1000)
	p.must(robin.Place(p.ctx, 10, 20, 960, 800)) // the panel needs it
	url := p.roomURL("lounge")

	p.must(robin.Key(p.ctx, "ctrl+shift+c"))
	p.must(robin.Click(p.ctx, "join.address"))
	p.must(robin.Type(p.ctx, url))
	_, err := robin.Find(p.ctx, "A community is public")
	p.must(err)
	p.picture("preview")
	p.must(robin.Click(p.ctx, "join.go"))
	_, err = robin.Find(p.ctx, "composer.text")
	p.must(err)

	p.must(maya.Key(p.ctx, "ctrl+n"))
	p.must(maya.Click(p.ctx, "newchat.join"))
	p.must(maya.Click(p.ctx, "join.room:lounge"))
	_, err = maya.Find(p.ctx, "A community is public")
	p.must(err)
	p.picture("directory")
	p.must(maya.Click(p.ctx, "join.go"))
	_, err = maya.Find(p.ctx, "composer.text")
	p.must(err)

	p.must(robin.Say(p.ctx, "Anybody rowing on Sunday?"))
	p.must(maya.Hear(p.ctx, "Anybody rowing on Sunday?"))
	p.must(maya.RightClick(p.ctx, "message:Anybody rowing"))
	p.must(maya.Click(p.ctx, "reaction.🥰"))
	p.await("the reaction", func() bool {
		for _, m := range p.messages(robin, url) {
			if m.Text == "Anybody rowing on Sunday?" && len(m.Reactions) == 1 && m.Reactions[0].Emoji == "🥰" {
				return true
			}
		}
		return false
	})
	_, err = robin.Find(p.ctx, "message.reaction")
	p.must(err)

	p.must(robin.Choose(p.ctx, "Anybody rowing on Sunday?", "menu.edit"))
	p.must(robin.Type(p.ctx, " At nine."))
	p.must(robin.Key(p.ctx, "Return"))
	p.must(maya.Hear(p.ctx, "Anybody rowing on Sunday? At nine."))
	p.picture("edited")

	// Maya becomes a moderator: she pins, whispers and deletes.
	p.appoint(maya, url, "lounge")
	p.must(maya.Choose(p.ctx, "Anybody rowing on Sunday?", "menu.pin"))
	p.await("the pin", func() bool { return len(p.room(robin, url).Pinned) == 1 })
	p.must(maya.Choose(p.ctx, "Anybody rowing on Sunday?", "menu.whisper"))
	p.must(maya.Type(p.ctx, "Between us: bring your own oars"))
	p.picture("whispering")
	p.must(maya.Key(p.ctx, "Return"))
	p.must(robin.Hear(p.ctx, "Between us: bring your own"))
	p.picture("whispered")
	p.must(robin.Say(p.ctx, "This is not about rowing"))
	p.must(maya.Hear(p.ctx, "This is not about rowing"))
	p.must(maya.RightClick(p.ctx, "message:This is not about rowing"))
	p.must(maya.Click(p.ctx, "menu.delete"))
	p.must(maya.Click(p.ctx, "delete.everyone"))
	p.must(maya.Click(p.ctx, "delete.ok"))
	p.must(robin.Gone(p.ctx, "message:This is not about rowing"))
	p.lose("not about rowing", func() []message { return p.messages(robin, url) })
	p.lose("not about rowing", func() []message { return p.messages(maya, url) })

	p.must(robin.Click(p.ctx, "header.info"))
	_, err = robin.Find(p.ctx, "community.pinned:")
	p.must(err)
	p.picture("panel")
	p.must(robin.Wheel(p.ctx, "group.pin", 20)) // what cannot be undone stands below
	p.must(robin.Click(p.ctx, "community.leave"))
	p.must(robin.Click(p.ctx, "confirm.ok"))
	p.must(robin.Gone(p.ctx, "chats.row:Lounge"))
	p.picture("left")
}

// TestInvitationToARoom sends a contact a card and joins the room with a click on
// it, and leaves it from the list.
func TestInvitationToARoom(t *testing.T) {
	p := open(t)
	robin, maya, _ := p.friends()
	p.must(robin.Key(p.ctx, "ctrl+shift+c"))
	p.must(robin.Click(p.ctx, "join.room:questions"))
	p.must(robin.Click(p.ctx, "join.go"))
	p.must(robin.Click(p.ctx, "header.info"))
	p.must(robin.Click(p.ctx, "community.invite"))
	p.must(robin.Click(p.ctx, "newgroup.row:Maya"))
	p.picture("inviting")
	p.must(robin.Click(p.ctx, "newgroup.invite"))
	p.must(maya.Click(p.ctx, "invite:Questions"))
	_, err := maya.Find(p.ctx, "A community is public")
	p.must(err)
	p.picture("invited")
	p.must(maya.Click(p.ctx, "join.go"))
	_, err = maya.Find(p.ctx, "What you write here can be read")
	p.must(err)
	p.must(robin.Click(p.ctx, "contact.close"))
	p.must(robin.Say(p.ctx, "Who has a spare oar?"))
	p.must(maya.Hear(p.ctx, "Who has a spare oar?"))
	p.picture("joined")
	p.menu(maya, "chats.row:Questions", "menu.leave", "confirm.ok")
	p.must(maya.Gone(p.ctx, "chats.row:Questions"))
	p.must(maya.Gone(p.ctx, "message:Who has a spare"))
}
