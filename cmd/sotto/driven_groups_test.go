package main

import "testing"

// TestGroupInTheWindow makes a group with a contact, talks in it, renames it,
// adds somebody and removes them again: the others see all of that.
func TestGroupInTheWindow(t *testing.T) {
	p := open(t)
	robin, maya, _ := p.friends()
	p.must(robin.Click(p.ctx, "header.new"))
	p.must(robin.Click(p.ctx, "newchat.group"))
	_, err := robin.Find(p.ctx, "newgroup.name")
	p.must(err)
	p.must(robin.Type(p.ctx, "Rowers"))
	p.must(robin.Click(p.ctx, "newgroup.row:Maya"))
	p.must(robin.Click(p.ctx, "newgroup.create"))
	// Who is invited by a contact is in at once.
	p.must(maya.OpenChat(p.ctx, "Rowers"))
	p.must(robin.OpenChat(p.ctx, "Rowers"))
	p.must(robin.Say(p.ctx, "Boat house at nine"))
	p.must(maya.Hear(p.ctx, "Boat house at nine"))
	p.must(maya.Say(p.ctx, "I bring the oars"))
	p.must(robin.Hear(p.ctx, "I bring the oars"))

	p.must(robin.Click(p.ctx, "header.info"))
	p.must(robin.Click(p.ctx, "group.edit"))
	_, err = robin.Find(p.ctx, "group.name")
	p.must(err)
	p.must(robin.Type(p.ctx, " and swimmers"))
	p.must(robin.Click(p.ctx, "group.save"))
	_, err = maya.Find(p.ctx, "chats.row:Rowers and swimmers")
	p.must(err)
	p.picture("renamed")

	echo := p.Network.Echo().String()
	p.must(robin.Click(p.ctx, "group.invite"))
	_, err = robin.Find(p.ctx, "newgroup.search")
	p.must(err)
	p.must(robin.Type(p.ctx, echo))
	row := "newgroup.row:(" + echo[:4]
	p.must(robin.Click(p.ctx, row))
	p.must(robin.Click(p.ctx, "newgroup.invite"))
	member := "group.member:(" + echo[:4]
	_, err = robin.Find(p.ctx, member)
	p.must(err)
	_, err = maya.Find(p.ctx, "3 members")
	p.must(err)
	p.picture("added")

	p.must(robin.Click(p.ctx, member))
	p.must(robin.Click(p.ctx, "menu.remove"))
	p.must(robin.Click(p.ctx, "group.remove_ok"))
	p.must(robin.Gone(p.ctx, member))
	_, err = maya.Find(p.ctx, "2 members")
	p.must(err)
	p.picture("removed")
}
