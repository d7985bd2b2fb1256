package main

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// Files and a voice message go through a closed group and through a room of a
// community, each command a process of its own; a group gets a picture.
func TestFilesInGroupsFromTheCommandLine(t *testing.T) {
	t.Parallel()
	net := ownNetwork(t)
	both := peopleOn(t, net.Path(), "Alice", "Bob")
	alice, bob := both[0], both[1]
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	report, sound := write("report.pdf", bytes.Repeat([]byte("%PDF "), 30_000)), write("tone.wav", tone())
	group := alice.one("group", "create", "--name", "Crew", "--member", bob.id)["conversation"].(string)
	bob.one("sync")
	bob.one("requests", "accept", group)
	bob.one("sync")
	alice.one("sync")
	room := net.Ready().Community.URL + "/lounge?public_key=" + net.Ready().Community.PublicKey
	for _, p := range both {
		p.one("community", "join", room)
		p.one("sync")
	}
	for _, c := range []struct{ place, from string }{{group, report}, {group, sound}, {room, report}, {room, sound}} {
		how := "--attach"
		if c.from == sound {
			how = "--voice"
		}
		sent := alice.one("send", "--to", c.place, how, c.from)
		if sent["state"] != "sent" {
			t.Fatalf("sent as %v", sent)
		}
		bob.one("sync")
		list := bob.lines("messages", "--with", c.place)
		m := list[len(list)-1]
		files := m["attachments"].([]any)
		if len(files) != 1 || files[0].(map[string]any)["voice"] != (c.from == sound) {
			t.Fatalf("came as %v", m)
		}
		got := bob.one("download", "--with", c.place, "--timestamp", number(m["timestamp"]), "--to", t.TempDir())
		a, err := os.ReadFile(got["path"].(string))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(c.from)
		if err != nil || !bytes.Equal(a, b) {
			t.Errorf("%s came as %v (%v)", c.from, got, err)
		}
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 80, 60))); err != nil {
		t.Fatal(err)
	}
	file := write("crew.png", picture.Bytes())
	bob.fails("not_allowed", "group", "picture", group, "--file", file)
	alice.one("group", "picture", group, "--file", file)
	alice.fails("invalid", "group", "picture", group, "--file", report)
	bob.one("sync")
	list := bob.lines("messages", "--with", group)
	if change, _ := list[len(list)-1]["change"].(map[string]any); change["what"] != "picture" {
		t.Errorf("Bob is told %v", list[len(list)-1])
	}
	alice.one("group", "picture", group, "--file", "")
}
