package main

import (
	"strings"
	"testing"

	"sotto/cmd/internal/stage"
)

// rows are the conversations of the list, from above to below.
func (p *play) rows(who *stage.Person) string {
	things, err := who.Things(p.ctx)
	if err != nil {
		return "" // busy
	}
	var names []string
	for _, t := range things {
		if name, ok := strings.CutPrefix(t.Name, "chats.row:"); ok {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

func (p *play) list(who *stage.Person, want string) {
	p.Helper()
	p.await("the list "+want, func() bool { return p.rows(who) == want })
}

// menu opens the menu of something and chooses from it and what follows.
func (p *play) menu(who *stage.Person, on string, entries ...string) {
	p.Helper()
	p.must(who.RightClick(p.ctx, on))
	for _, e := range entries {
		p.must(who.Click(p.ctx, e))
	}
}

// TestLeftPane pins by drag and by keyboard, makes a folder, mutes for a while,
// searches everywhere, and finds all of it again after the window was closed
// and opened.
func TestLeftPane(t *testing.T) {
	p := open(t)
	robin := p.enter("Robin", 20)
	p.must(robin.Begin(p.ctx, p.Network.Echo().String()))
	p.must(robin.Say(p.ctx, "A word about lighthouses"))
	p.await("Echo", func() bool { return strings.Contains(p.rows(robin), "Echo") })
	p.must(robin.Key(p.ctx, "ctrl+shift+n"))
	p.must(robin.Gone(p.ctx, "message:A word"))
	p.must(robin.Say(p.ctx, "Lighthouses need a folder"))
	p.list(robin, "Note to Self, Echo")

	p.menu(robin, "chats.row:Echo", "menu.pin")
	p.list(robin, "Echo, Note to Self")
	p.menu(robin, "chats.row:Note to Self", "menu.pin")
	p.list(robin, "Note to Self, Echo")
	p.must(robin.Drag(p.ctx, "chats.row:Note to Self", "chats.row:Echo"))
	p.list(robin, "Echo, Note to Self")
	p.picture("dragged")

	p.menu(robin, "chats.row:Echo", "menu.folder", "menu.new_folder")
	_, err := robin.Find(p.ctx, "ask.text")
	p.must(err)
	p.must(robin.Type(p.ctx, "Work"))
	p.must(robin.Key(p.ctx, "Return"))
	p.must(robin.Click(p.ctx, "filter.folder:Work"))
	p.list(robin, "Echo")
	p.picture("folder")
	p.must(robin.Click(p.ctx, "filter.all"))
	p.list(robin, "Echo, Note to Self")
	p.menu(robin, "chats.row:Echo", "menu.notify", "notify:Mute for 8 hours")

	p.must(robin.Key(p.ctx, "ctrl+shift+f"))
	p.must(robin.Type(p.ctx, "lighth"))
	p.must(robin.Click(p.ctx, "search.who"))
	p.must(robin.Click(p.ctx, "who.me"))
	p.list(robin, "Note to Self, Echo") // what was written last comes first
	p.must(robin.Click(p.ctx, "chats.row:Echo"))
	_, err = robin.Find(p.ctx, "find.text")
	p.must(err)
	p.must(robin.Hear(p.ctx, "A word about lighthouses"))
	p.picture("search")
	p.must(robin.Key(p.ctx, "Escape", "Escape"))
	p.must(robin.Gone(p.ctx, "search.who"))

	p.must(robin.Click(p.ctx, "chats.row:Note to Self"))
	p.must(robin.Hear(p.ctx, "Lighthouses need a folder"))
	p.menu(robin, "chats.row:Note to Self", "menu.pin_up")
	p.list(robin, "Note to Self, Echo")
	p.must(robin.Shut(p.ctx))

	again, err := p.Return(p.ctx, "Robin", robin.Profile)
	p.must(err)
	p.must(again.Unlock(p.ctx, "a passphrase of Robin"))
	p.list(again, "Note to Self, Echo")
	p.must(again.Click(p.ctx, "filter.folder:Work"))
	p.list(again, "Echo")
	p.menu(again, "chats.row:Echo", "menu.notify")
	_, err = again.Find(p.ctx, "Muted until")
	p.must(err)
	p.picture("again")
}
