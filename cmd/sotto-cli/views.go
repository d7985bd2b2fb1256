package main

import (
	"fmt"
	"strconv"
	"strings"

	"sotto/cmd/internal/command"
	"sotto/ui/text"
)

// views are how answers look to a person; what is not here says "Done."
var views = map[string]func(p *printer, data raw) error{
	"account.create": view(func(p *printer, a command.Created) error {
		p.row("Session ID", a.SessionID)
		p.row("Recovery phrase", a.RecoveryPhrase)
		return p.row("Write the recovery phrase down: it is the account, and nothing else brings it back.")
	}),
	"account.restore": view(func(p *printer, a command.Restored) error {
		p.row("Session ID", a.SessionID)
		p.row("Name", a.Name)
		p.row("Contacts", strconv.Itoa(a.Contacts))
		if a.Synced {
			return nil
		}
		return p.row("The network did not answer yet; sync fetches what there is.")
	}),
	"account.show": view(func(p *printer, a command.Account) error {
		p.row("Session ID", a.SessionID)
		p.row("Name", a.Name)
		p.row("Network", a.Network)
		if a.RecoveryPhrase == "" {
			return nil
		}
		return p.row("Recovery phrase", a.RecoveryPhrase)
	}),
	"accounts": view(func(p *printer, a command.AccountHere) error {
		state := a.Protection
		switch {
		case a.Problem != "":
			state = a.Problem
		case a.InUse:
			state += ", in use"
		}
		return p.row(a.Profile, a.Label, a.Network, state)
	}),
	"factor.show": view(showFactor), "factor.set": view(showFactor), "factor.remove": view(showFactor),
	"send": view(func(p *printer, a command.Sent) error {
		return p.row(fmt.Sprintf("Sent %s, timestamp %d.", clock(a.Timestamp), a.Timestamp))
	}),
	"download": view(func(p *printer, a command.Downloaded) error {
		return p.row(fmt.Sprintf("Saved as %s, %d bytes.", a.Path, a.Size))
	}),
	"network.show": view(showReach), "network.set": view(showReach),
	"network.test": view(func(p *printer, a command.ProxyChecked) error {
		if a.Works {
			return p.row(fmt.Sprintf("It works: the network answered after %d ms.", a.TookMS))
		}
		return p.row(text.T("proxy." + a.Trouble))
	}),
	"export": view(func(p *printer, a command.Exported) error {
		if err := p.row(fmt.Sprintf("Saved as %s: %d messages, %d files.", a.Path, a.Messages, a.Files)); err != nil || a.Missing == 0 {
			return err
		}
		return p.row(fmt.Sprintf("%d files are not on this computer; download fetches those that are still there.", a.Missing))
	}),
	"backup": view(func(p *printer, a command.BackedUp) error {
		return p.row(fmt.Sprintf("Saved as %s, %d bytes: %d conversations, %d messages, %d files.", a.Path, a.Size, a.Conversations, a.Messages, a.Files))
	}),
	"backup-info": view(func(p *printer, a command.BackupContent) error {
		p.row("Session ID", a.SessionID)
		p.row("Name", a.Name)
		p.row("Network", a.Network)
		p.row("Made", clock(a.Created))
		for _, c := range a.Conversations {
			p.row(c.Conversation, c.Name, strconv.Itoa(c.Messages)+" messages")
		}
		return nil
	}),
	"restore-backup": view(func(p *printer, a command.BroughtBack) error {
		return p.row(fmt.Sprintf("Brought back %d messages of %d conversations, %d files.", a.Messages, a.Conversations, a.Files))
	}),
	"receive":       showEvent,
	"conversations": view(showConversation),
	"requests.list": view(showConversation),
	"messages": view(func(p *printer, m command.StoredMessage) error {
		state := m.State
		if m.State == "received" {
			state = ""
		}
		return p.row(strconv.FormatInt(int64(m.Timestamp), 10), clock(m.Timestamp), sender(m.Message), content(m.Message)+reactions(m.Reactions), state)
	}),
	"contacts": view(func(p *printer, c command.Contact) error {
		name := c.Name
		if c.Nickname != "" {
			name = c.Nickname
		}
		return p.row(c.SessionID, name, flags(map[string]bool{
			"blocked": c.Blocked, "pinned": c.Pinned, "hidden": c.Hidden, "not accepted yet": !c.ApprovedMe && !c.Blocked,
		}))
	}),
	"group.create": view(func(p *printer, g command.GroupCreated) error {
		return p.row("Group", g.Conversation)
	}),
	"group.info": view(showGroup),
	"community.join": view(func(p *printer, j command.CommunityJoined) error {
		return p.row(fmt.Sprintf("Joined %s.", j.Name), j.Conversation)
	}),
	"community.rooms": view(func(p *printer, r command.CommunityInfo) error {
		joined := ""
		if r.Joined {
			joined = "joined"
		}
		return p.row(r.URL, r.Name, strconv.Itoa(r.ActiveUsers)+" active", joined)
	}),
	"community.info": view(func(p *printer, r command.CommunityInfo) error {
		p.row("Name", r.Name)
		p.row("About", r.Description)
		p.row("Address", r.URL)
		p.row("Active", strconv.Itoa(r.ActiveUsers)+" people")
		return p.row("You may", rights(r))
	}),
	"sync": view(func(p *printer, s command.Synced) error {
		return p.row(fmt.Sprintf("%d received, %d sent, %d waiting.", s.Received, s.Sent, s.Pending))
	}),
	"path": view(func(p *printer, a command.Paths) error {
		for i, path := range a.Paths {
			var hops []string
			for _, n := range path.Nodes {
				hops = append(hops, n.IP)
			}
			p.row("Path "+strconv.Itoa(i+1), "you → "+strings.Join(hops, " → "))
		}
		return p.row("Clock", fmt.Sprintf("%+.1f s from the network's", -float64(a.ClockOffsetMS)/1000))
	}),
	"safety-number": view(func(p *printer, s command.SafetyNumber) error { return p.row(s.SafetyNumber) }),
}

// empty is said when a list has nothing in it.
var empty = map[string]string{
	"accounts":        "No accounts yet.",
	"receive":         "Nothing new.",
	"conversations":   "No conversations yet.",
	"requests.list":   "No message requests.",
	"messages":        "No messages.",
	"contacts":        "No contacts yet.",
	"community.rooms": "No rooms.",
}

func showOK(p *printer, _ raw) error { return p.row("Done.") }

func showConversation(p *printer, c command.Conversation) error {
	kind := c.Kind
	name := c.Name
	if kind == "self" {
		name = "Note to Self"
	}
	unread := ""
	if c.Unread > 0 {
		unread = strconv.Itoa(c.Unread) + " unread"
	}
	return p.row(c.Conversation, name, kind, clock(c.LastTimestamp), unread, flags(map[string]bool{
		"pinned": c.Pinned, "muted": c.Muted, "blocked": c.Blocked,
	}))
}

func showEvent(p *printer, data raw) error {
	ev, err := decode[struct{ Event string }](data)
	if err != nil {
		return err
	}
	switch ev.Event {
	case "message":
		return view(func(p *printer, m command.Message) error {
			note := ""
			if m.Request {
				note = "(message request)"
			}
			return p.row(clock(m.Timestamp), fmt.Sprintf("%-11s", sender(m)), content(m), note)
		})(p, data)
	case "reaction":
		return view(func(p *printer, r command.ReactionEvent) error {
			return p.row(clock(r.Timestamp), short(r.Conversation), "reactions to this message:"+reactions(r.Reactions))
		})(p, data)
	case "deleted":
		return view(func(p *printer, d command.DeletedEvent) error {
			return p.row(clock(d.Timestamp), short(d.Conversation), "this message was deleted")
		})(p, data)
	case "read":
		return view(func(p *printer, r command.ReadEvent) error {
			return p.row(clock(r.Timestamp), short(r.Conversation), "read by "+short(r.By))
		})(p, data)
	}
	return nil // of interest to scripts only
}

func sender(m command.Message) string {
	if m.Outgoing {
		return "you"
	}
	return short(m.Sender)
}

// content is what a row says, in words where it has no text.
func content(m command.Message) string {
	var parts []string
	switch m.Kind {
	case "deleted":
		parts = append(parts, "(this message was deleted)")
	case "timer":
		if m.Timer != nil && m.Timer.Mode != "off" {
			parts = append(parts, fmt.Sprintf("(messages disappear %d s %s)", m.Timer.Seconds, strings.ReplaceAll(m.Timer.Mode, "-", " ")))
		} else {
			parts = append(parts, "(messages no longer disappear)")
		}
	case "request_accepted":
		parts = append(parts, "(accepted your request)")
	case "media_saved":
		parts = append(parts, "(saved media)")
	case "screenshot":
		parts = append(parts, "(took a screenshot)")
	case "missed_call":
		parts = append(parts, "(called)")
	case "group_change":
		if m.Change != nil {
			parts = append(parts, "("+groupLine(*m.Change)+")")
		}
	case "invitation":
		if m.Invitation != nil {
			parts = append(parts, "(invites to "+m.Invitation.Name+", "+m.Invitation.URL+")")
		}
	}
	if m.Quote != nil {
		parts = append(parts, "(answers "+strconv.FormatInt(int64(m.Quote.Timestamp), 10)+")")
	}
	if m.Whisper != nil {
		parts = append(parts, "(whispered)")
	}
	if m.Edited != 0 {
		parts = append(parts, "(edited)")
	}
	if m.Text != "" {
		parts = append(parts, m.Text)
	}
	for _, a := range m.Attachments {
		switch {
		case a.Voice:
			parts = append(parts, "(voice message)")
		default:
			parts = append(parts, fmt.Sprintf("(file %s, %d bytes)", a.Name, a.Size))
		}
	}
	return strings.Join(parts, " ")
}

func reactions(list []command.Reaction) string {
	var b strings.Builder
	for _, r := range list {
		b.WriteString(" " + r.Emoji)
	}
	return b.String()
}

// flags names what holds, in an order that does not change.
func flags(set map[string]bool) string {
	var on []string
	for _, name := range []string{"pinned", "muted", "hidden", "blocked", "not accepted yet"} {
		if set[name] {
			on = append(on, name)
		}
	}
	return strings.Join(on, ", ")
}

func showFactor(p *printer, f command.Factor) error {
	switch f.Kind {
	case "key_file":
		return p.row("The passphrase and the key file open the profile. Keep a copy of the file: without it only the recovery phrase brings the account back.")
	case "security_key":
		return p.row("The passphrase and the security key open the profile. Without the key only the recovery phrase brings the account back.")
	}
	return p.row("No second factor is set.")
}

func showReach(p *printer, a command.Reach) error {
	p.row("Network", a.Network)
	switch {
	case a.Offline:
		p.row("Connection", "none: you work offline")
	default:
		p.row("Connection", a.Connection)
	}
	proxy := a.Proxy
	if proxy == "" {
		proxy = "none"
	}
	return p.row("Proxy", proxy)
}
