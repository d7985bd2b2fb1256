package main

import (
	"slices"
	"testing"

	"sotto/engine/model"
)

// texts are the texts of a conversation, oldest first.
func (p *person) texts(with string) []string {
	p.t.Helper()
	var list []string
	for _, m := range p.lines("messages", "--with", with) {
		if text := m["text"].(string); text != "" {
			list = append(list, text)
		}
	}
	return list
}

// Two people in a group, each command a process of its own.
func TestGroupCommands(t *testing.T) {
	t.Parallel()
	both := people(t, "Alice", "Bob")
	alice, bob := both[0], both[1]
	group := alice.one("group", "create", "--name", "Crew", "--description", "of the small boat", "--member", bob.id)["conversation"].(string)
	bob.one("sync")
	list := bob.lines("requests", "list")
	if len(list) != 1 || list[0]["conversation"] != group || list[0]["name"] != "Crew" || list[0]["kind"] != "request" {
		t.Fatalf("Bob's requests: %v", list)
	}
	if info := bob.one("group", "info", group); info["invited"] != true || info["inviter"] != alice.id {
		t.Fatalf("the invitation: %v", info)
	}
	bob.one("requests", "accept", group)
	bob.one("sync")
	bob.one("send", "--to", group, "--text", "ahoy")
	alice.one("sync")
	if got := alice.texts(group); !slices.Equal(got, []string{"ahoy"}) {
		t.Fatalf("Alice reads %q", got)
	}
	info := alice.one("group", "info", group)
	members := info["members"].([]any)
	if info["admin"] != true || info["description"] != "of the small boat" || len(members) != 2 {
		t.Fatalf("the group: %v", info)
	}
	for _, m := range members {
		if m := m.(map[string]any); m["state"] != "accepted" || (m["role"] == "admin") != (m["session_id"] == alice.id) {
			t.Errorf("a member: %v", m)
		}
	}
	bob.fails("not_allowed", "group", "rename", group, "--name", "Mutiny")
	alice.one("group", "rename", group, "--name", "Mutineers")
	alice.one("group", "timer", group, "--seconds", "86400")
	alice.one("group", "promote", group, bob.id)
	bob.one("sync")
	bob.one("sync")
	if info := bob.one("group", "info", group); info["name"] != "Mutineers" || info["admin"] != true {
		t.Errorf("Bob sees %v", info)
	}
	bob.one("group", "leave", group)
	alice.one("sync")
	alice.one("sync")
	if info := alice.one("group", "info", group); len(info["members"].([]any)) != 1 {
		t.Errorf("after Bob left: %v", info)
	}
	alice.one("group", "delete", group)
	alice.fails("not_found", "group", "info", group)
}

// Two people in a room of the community server.
func TestCommunityCommands(t *testing.T) {
	t.Parallel()
	net := ownNetwork(t)
	both := peopleOn(t, net.Path(), "Alice", "Bob")
	alice, bob := both[0], both[1]
	c := net.Ready().Community
	url := c.URL + "/lounge?public_key=" + c.PublicKey
	if rooms := alice.lines("community", "rooms", url); len(rooms) != len(c.Rooms) {
		t.Fatalf("rooms: %v", rooms)
	}
	room := alice.one("community", "join", url)["conversation"].(string)
	bob.one("community", "join", url)
	alice.one("send", "--to", room, "--text", "good morning")
	bob.one("sync")
	if got := bob.texts(room); !slices.Equal(got, []string{"good morning"}) {
		t.Fatalf("Bob reads %q", got)
	}
	m := bob.lines("messages", "--with", url)[0]
	bob.one("react", "--with", room, "--timestamp", number(m["timestamp"]), "--author", m["sender"].(string), "--emoji", "👍")
	alice.one("sync")
	if mine := alice.lines("messages", "--with", room)[0]; len(mine["reactions"].([]any)) != 1 {
		t.Errorf("Alice's message: %v", mine)
	}
	info := alice.one("community", "info", room)
	if info["name"] != "Lounge" || info["me"] != m["sender"] || info["moderator"] != false {
		t.Errorf("the room: %v", info)
	}
	alice.fails("not_allowed", "community", "ban", room, m["sender"].(string))

	alice.one("community", "edit", room, "--timestamp", number(alice.lines("messages", "--with", room)[0]["timestamp"]), "--text", "good evening")
	bob.one("sync")
	if m := bob.lines("messages", "--with", room)[0]; m["text"] != "good evening" || m["edited"] == nil {
		t.Errorf("after the edit Bob has %v", m)
	}
	bob.fails("not_found", "community", "edit", room, "--timestamp", number(m["timestamp"]), "--text", "mine")
	bob.fails("not_allowed", "send", "--to", room, "--text", "psst", "--whisper-to", m["sender"].(string))
	id, err := model.ParseID(alice.id)
	if err != nil {
		t.Fatal(err)
	}
	if err := net.Community().Promote(id, "lounge"); err != nil {
		t.Fatal(err)
	}
	alice.one("sync")
	alice.one("send", "--to", room, "--text", "between us", "--whisper-to", bob.one("community", "info", room)["me"].(string), "--whisper-moderators")
	bob.one("sync")
	last := bob.lines("messages", "--with", room)
	whisper, _ := last[len(last)-1]["whisper"].(map[string]any)
	if last[len(last)-1]["text"] != "between us" || whisper["moderators"] != true {
		t.Errorf("the whisper reaches Bob as %v", last[len(last)-1])
	}
	alice.one("community", "invite", room, bob.id)
	bob.one("sync")
	card, _ := bob.lines("messages", "--with", alice.id)[0]["invitation"].(map[string]any)
	if card["url"] != url || card["name"] != "Lounge" {
		t.Errorf("Bob is invited to %v", card)
	}
	bob.one("community", "leave", room)
	bob.fails("not_found", "community", "info", room)
}
