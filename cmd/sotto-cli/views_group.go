package main

import (
	"strings"

	"sotto/cmd/internal/command"
)

func showGroup(p *printer, g command.GroupInfo) error {
	p.row("Name", g.Name)
	p.row("About", g.Description)
	switch {
	case g.Lost == "removed":
		return p.row("You were removed from this group.")
	case g.Lost == "deleted":
		return p.row("This group was deleted by an admin.")
	case g.Invited:
		return p.row("An invitation by " + short(g.Inviter) + "; requests accept takes it.")
	case g.Admin:
		p.row("You are an admin.")
	}
	for _, m := range g.Members {
		state := strings.ReplaceAll(m.State, "_", " ")
		if m.State == "accepted" {
			state = ""
		}
		if err := p.row(m.SessionID, m.Name, m.Role, state); err != nil {
			return err
		}
	}
	return nil
}

// groupLine says what happened to a group.
func groupLine(c command.GroupChange) string {
	var names []string
	for _, id := range c.Members {
		names = append(names, short(id))
	}
	who := strings.Join(names, ", ")
	switch c.What {
	case "added":
		return "added " + who
	case "removed":
		return "removed " + who
	case "promoted":
		return "made " + who + " admin"
	case "left":
		return "left the group"
	case "renamed":
		return "named the group " + c.Name
	case "picture":
		return "changed the picture"
	case "invited":
		return "invites to the group"
	case "kicked":
		return "you were removed from the group"
	case "deleted":
		return "the group was deleted"
	}
	return "changed the group"
}

// rights are what this account may do in a room.
func rights(r command.CommunityInfo) string {
	var list []string
	for _, right := range []struct {
		name string
		has  bool
	}{{"read", r.Read}, {"write", r.Write}, {"upload", r.Upload}, {"moderate", r.Moderator}, {"administer", r.Admin}} {
		if right.has {
			list = append(list, right.name)
		}
	}
	if len(list) == 0 {
		return "nothing"
	}
	return strings.Join(list, ", ")
}
