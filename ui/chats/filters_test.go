package chats

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sotto/engine/model"
	"sotto/ui/widget"
)

// menu opens the menu of a row and chooses what the names say, one after the
// other.
func (r *room) menu(row string, names ...string) {
	r.t.Helper()
	r.see("chats.row:" + row)
	o := widget.Find(r.canvas, "chats.row:"+row)
	o.(fyne.SecondaryTappable).TappedSecondary(&fyne.PointEvent{AbsolutePosition: fyne.NewPos(60, 60)})
	for _, n := range names {
		r.press(n)
	}
}

func (r *room) see(name string) {
	r.t.Helper()
	r.until(name, func() bool { return slices.Contains(r.names(), name) })
}

func (r *room) shows(rows ...string) {
	r.t.Helper()
	r.until(fmt.Sprint("rows ", rows), func() bool { return slices.Equal(r.rows(), rows) })
}

// says answers the question of a sheet.
func (r *room) says(words string) {
	r.t.Helper()
	r.see("ask.text")
	r.typeText(words)
	r.key(fyne.KeyReturn)
}

func (r *room) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func TestFoldersAndArchive(t *testing.T) {
	r := enter(t, 4)
	if slices.Contains(r.names(), "filter.all") {
		t.Fatal("filters for a list that can be looked at in one way only")
	}
	r.menu("Contact 1", "menu.folder", "menu.new_folder")
	r.says("Work")
	r.see("filter.folder:Work")
	r.menu("Contact 2", "menu.folder", "folder:Work")
	r.until("the second one", func() bool { c, _ := r.engine.Conversation(conv(2)); return c.Folder == "Work" })
	r.press("filter.folder:Work")
	r.shows("Contact 1", "Contact 2")
	r.press("filter.more")
	r.press("menu.rename")
	r.says("Boats")
	r.see("filter.folder:Boats")
	r.shows("Contact 1", "Contact 2")
	r.menu("Contact 2", "menu.folder", "menu.no_folder")
	r.shows("Contact 1")
	r.press("filter.more")
	r.press("menu.drop")
	r.key(fyne.KeyReturn) // the question's button
	r.shows("Contact 0", "Contact 1", "Contact 2", "Contact 3")

	r.menu("Contact 0", "menu.pin")
	r.until("it is pinned", func() bool { return r.view.vm.Pinned() == 1 })
	r.menu("Contact 0", "menu.archive")
	r.shows("Contact 1", "Contact 2", "Contact 3")
	r.press("filter.archive")
	r.shows("Contact 0")
	r.view.StepFilter(1)
	r.shows("Contact 1", "Contact 2", "Contact 3")
	for _, s := range widget.Inspect(r.canvas) {
		if s.Text == "Undo" {
			test.TapCanvas(r.canvas, fyne.NewPos(s.X+s.W/2, s.Y+s.H/2))
		}
	}
	r.shows("Contact 0", "Contact 1", "Contact 2", "Contact 3")
	r.until("the pin is back too", func() bool { c, _ := r.engine.Conversation(conv(0)); return c.Pinned != 0 })
}

func TestUnreadAndReadAll(t *testing.T) {
	r := enter(t, 4)
	for i := range 3 {
		r.must(r.engine.MarkUnread(t.Context(), conv(i)))
	}
	r.must(r.engine.SetArchived(t.Context(), conv(2), true))
	r.must(r.engine.SetFolder(t.Context(), conv(1), "Work"))
	r.see("filter.folder:Work")
	r.press("filter.unread")
	r.shows("Contact 0", "Contact 1")
	// The one that is open stays until another one is opened, though it is read.
	r.view.Select(conv(0))
	r.must(r.engine.MarkRead(t.Context(), conv(0), model.MuteForever))
	r.until("read", func() bool { return !r.view.vm.Row(0).MarkedNew })
	r.shows("Contact 0", "Contact 1")
	r.view.Select(conv(1))
	r.shows("Contact 1")
	r.press("filter.folder:Work")
	r.press("filter.more")
	r.press("menu.read_all")
	r.until("the folder is read", func() bool { c, _ := r.engine.Conversation(conv(1)); return !c.MarkedUnread })
	if c, _ := r.engine.Conversation(conv(2)); !c.MarkedUnread {
		t.Fatal("more than the folder was read")
	}
	r.press("filter.more")
	r.press("menu.read_everything")
	r.until("all is read", func() bool { c, _ := r.engine.Conversation(conv(2)); return !c.MarkedUnread })
}

func TestFiltersByKeyboard(t *testing.T) {
	r := enter(t, 3)
	r.must(r.engine.SetFolder(t.Context(), conv(1), "Work"))
	r.view.SetRequests(2)
	r.see("filter.folder:Work")
	r.canvas.Focus(widget.Find(r.canvas, "filter.all").(fyne.Focusable))
	for range 3 {
		r.key(fyne.KeyRight)
	}
	r.key(fyne.KeyReturn)
	r.shows("Contact 1")
	r.key(fyne.KeyLeft)
	r.key(fyne.KeyReturn)
	if !slices.Equal(r.opened, []string{"requests"}) {
		t.Fatalf("opened %q", r.opened)
	}
	r.key(fyne.KeyRight)
	r.key(fyne.KeyF10)
	r.press("menu.rename")
	r.says("Boats")
	r.see("filter.folder:Boats")
}

// With more folders than fit, the one that is on is in view, and the others are
// in the menu at the end.
func TestFoldersThatDoNotFit(t *testing.T) {
	r := enter(t, 10)
	for i := range 10 {
		r.must(r.engine.SetFolder(t.Context(), conv(i), fmt.Sprint("A folder number ", i)))
	}
	r.see("filter.folder:A folder number 0")
	if slices.Contains(r.names(), "filter.folder:A folder number 9") {
		t.Fatal("ten folders in one line")
	}
	r.press("filter.more")
	r.press("filter.folder:A folder number 9")
	r.shows("Contact 9")
	r.see("filter.folder:A folder number 9")
	right := float32(0)
	for _, s := range widget.Inspect(r.canvas) {
		if strings.HasPrefix(s.Name, "filter.") {
			right = max(right, s.X+s.W)
		}
	}
	if right > 320 {
		t.Errorf("the filters reach to %v", right)
	}
}

func TestPinsByDragAndKeyboard(t *testing.T) {
	r := enter(t, 5)
	for i := range 3 {
		r.must(r.engine.SetPinned(t.Context(), conv(2-i), true))
	}
	r.until("three are pinned", func() bool { return r.view.vm.Pinned() == 3 })
	last := "Contact 4"
	kept := func(names ...string) {
		t.Helper()
		r.shows(append(slices.Clone(names), "Contact 3", last)...)
		r.until("it is stored", func() bool {
			var stored []string
			for _, i := range []int{0, 1, 2} {
				c, _ := r.engine.Conversation(conv(i))
				stored = append(stored, fmt.Sprintf("%03d %s", 100-c.Pinned, c.Name))
			}
			slices.Sort(stored)
			for i, s := range stored {
				if s[4:] != names[i] {
					return false
				}
			}
			return true
		})
		// A list that was read before may still be on its way: one with a name from
		// after that is the last.
		last += "'"
		r.must(r.engine.SetNickname(t.Context(), conv(4), last))
		r.shows(append(slices.Clone(names), "Contact 3", last)...)
	}
	row := widget.Find(r.canvas, "chats.row:Contact 0").(*widget.PinnedRow)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(row)
	drag := func(dy float32) {
		row.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{AbsolutePosition: at.AddXY(90, 30+dy)}, Dragged: fyne.NewDelta(0, 3)})
	}
	for dy := range 40 {
		drag(float32(dy) * 20) // far below the pinned ones
	}
	row.DragEnd()
	kept("Contact 1", "Contact 2", "Contact 0")

	// A press that shakes is a press.
	row = widget.Find(r.canvas, "chats.row:Contact 1").(*widget.PinnedRow)
	at = fyne.CurrentApp().Driver().AbsolutePositionForObject(row)
	drag(3)
	drag(1)
	row.DragEnd()
	if !slices.Equal(r.opened, []string{"Contact 1"}) {
		t.Fatalf("opened %q", r.opened)
	}

	r.view.Select(conv(0))
	r.view.MovePin(-1)
	kept("Contact 1", "Contact 0", "Contact 2")
	r.view.MovePin(5)
	kept("Contact 1", "Contact 2", "Contact 0")
	r.view.Select(conv(4))
	r.view.MovePin(-1) // not pinned: nothing
	kept("Contact 1", "Contact 2", "Contact 0")
	r.menu("Contact 2", "menu.pin_up")
	kept("Contact 2", "Contact 1", "Contact 0")
}

func TestMuteForAWhile(t *testing.T) {
	r := enter(t, 2)
	r.menu("Contact 1", "menu.notify", "notify:Mute for 8 hours")
	r.until("muted", func() bool { return r.view.vm.Row(1).Muted })
	c, _ := r.engine.Conversation(conv(1))
	if d := c.MutedUntil - r.engine.Now(); d < 7*3600_000 || d > 8*3600_000 {
		t.Errorf("muted for %d ms", d)
	}
	r.menu("Contact 1", "menu.notify", "notify:All messages")
	r.until("not muted", func() bool { return !r.view.vm.Row(1).Muted })
	r.menu("Contact 1", "menu.nickname")
	r.says("The one")
	r.see("chats.row:The one")
}

func TestDeletingAConversationKeepsThePerson(t *testing.T) {
	r := enter(t, 2)
	r.menu("Contact 1", "menu.delete")
	r.key(fyne.KeyReturn)
	r.shows("Contact 0")
	if list := r.engine.Contacts(); len(list) != 2 {
		t.Errorf("%d contacts", len(list))
	}
}

func TestSearchFilters(t *testing.T) {
	r := enter(t, 12)
	if _, err := r.engine.SendText(t.Context(), conv(3), model.Draft{Text: "greetings to you too"}); err != nil {
		t.Fatal(err)
	}
	r.view.FocusSearch()
	r.typeText("greetings")
	r.until("all", func() bool { return r.view.vm.Results != nil && len(r.view.vm.Results.Messages) == 13 })
	r.press("search.who")
	r.press("who.me")
	r.shows("Contact 3")
	r.press("search.when")
	r.press("when:Today")
	r.shows("Contact 3")
	r.press("search.who")
	r.press("who.other")
	r.see("people.text")
	r.typeText("contact 7")
	r.key(fyne.KeyReturn)
	r.until("one of Contact 7", func() bool { return slices.Equal(r.rows(), []string{"Contact 7"}) })
	r.press("search.when")
	r.press("when.days")
	r.typeText("2026-13-01")
	r.key(fyne.KeyReturn)
	r.key(fyne.KeyReturn)
	if r.view.vm.Results.By.When.Days != 1 {
		t.Error("a day that is none was taken")
	}
	for range "2026-13-01" {
		r.canvas.Focus(widget.Find(r.canvas, "days.from").(*widget.TextField).FocusTarget())
		r.key(fyne.KeyEnd)
		r.key(fyne.KeyBackspace)
	}
	r.canvas.Focus(widget.Find(r.canvas, "days.to").(*widget.TextField).FocusTarget())
	r.typeText("2020-01-31")
	r.key(fyne.KeyReturn)
	r.see("search.everywhere")
	r.press("search.everywhere")
	r.until("all again", func() bool { return len(r.view.vm.Results.Messages) == 13 })
	r.view.Escape()
	r.view.FocusSearch()
	r.typeText("greetings")
	r.until("without filters", func() bool {
		return r.view.vm.Results != nil && r.view.vm.Results.Done && len(r.view.vm.Results.Messages) == 13
	})
}

// TestTheNotesAreAskedAboutInTheirOwnWords clears Note to Self: there is nobody
// on another side who keeps anything.
func TestTheNotesAreAskedAboutInTheirOwnWords(t *testing.T) {
	r := enter(t, 1)
	notes, err := r.engine.StartConversation(t.Context(), r.engine.Me().ID)
	r.must(err)
	_, err = r.engine.SendText(t.Context(), notes, model.Draft{Text: "boiler: press twice"})
	r.must(err)
	r.menu("Note to Self", "menu.clear")
	r.until("the question about notes", func() bool {
		return slices.ContainsFunc(widget.Inspect(r.canvas), func(s widget.Seen) bool {
			return strings.Contains(s.Text, "All notes are deleted from this computer")
		})
	})
}
