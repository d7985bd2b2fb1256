package chat

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"sotto/engine/model"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Names of emoji and people complete while one writes, with the keyboard alone.
func TestCompleteWithTheKeyboard(t *testing.T) {
	r := enter(t, []model.Message{says("hi", time.Hour)}, nil)
	r.view.Focus()
	area := r.view.bottom.composer.Area
	r.typeText("fine :thumbs_u")
	if !r.shows("suggest.row:thumbs up") {
		t.Fatalf("nothing is offered: %v", r.names())
	}
	if tab, ok := r.canvas.Focused().(fyne.Tabbable); !ok || !tab.AcceptsTab() {
		t.Error("Tab leaves the text while something is offered")
	}
	r.key(fyne.KeyTab)
	if area.Text() != "fine 👍" || r.shows("suggest.row:*") {
		t.Fatalf("Tab leaves %q", area.Text())
	}
	r.typeText(" :joy:")
	if area.Text() != "fine 👍 😂" {
		t.Errorf("a closed name is %q", area.Text())
	}
	r.typeText(" @m")
	r.key(fyne.KeyReturn)
	if area.Text() != "fine 👍 😂 @Maya " || r.shows("suggest.row:*") {
		t.Fatalf("Enter takes %q", area.Text())
	}
	r.typeText(":fir")
	r.key(fyne.KeyEscape)
	if r.shows("suggest.row:*") {
		t.Error("Esc leaves the list open")
	}
	r.key(fyne.KeyReturn)
	r.until("sent", func() bool { return len(r.engine.Page(withMaya, model.Anchor{End: true}, 9, 0).Messages) == 2 })
	list := r.engine.Page(withMaya, model.Anchor{End: true}, 9, 0).Messages
	if got, want := list[1].Text, "fine 👍 😂 @"+maya.String()+" :fir"; got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
	// What was used is there at once, and in the profile.
	if recent := r.view.vm.RecentEmoji(); recent[0] != "😂" || recent[1] != "👍" {
		t.Errorf("recent %q", recent)
	}
	r.until("in the profile", func() bool { return strings.HasPrefix(r.engine.Settings().RecentEmoji, "😂 👍") })
}

func TestTooLongIsToldAndKept(t *testing.T) {
	r := enter(t, nil, nil)
	r.view.Focus()
	long := strings.Repeat("é", 2003)
	r.view.bottom.composer.Area.Insert(long)
	r.key(fyne.KeyReturn)
	told := false
	for _, s := range widget.Inspect(r.canvas) {
		told = told || strings.Contains(s.Text, "Take out 3")
	}
	if !told || r.view.bottom.composer.Area.Text() != long {
		t.Errorf("told %t, %d characters are left", told, r.view.bottom.composer.Area.Len())
	}
}

func TestCompactLayout(t *testing.T) {
	own := says("mine", time.Minute)
	own.Outgoing, own.State = true, model.StateSent
	r := enter(t, []model.Message{says("theirs", 2*time.Minute), own}, nil)
	right, _ := r.bubble("mine").BubbleFrame()
	if right.X < 300 {
		t.Fatalf("a bubble of the user at %v", right)
	}
	if err := r.engine.UpdateSettings(t.Context(), func(s *model.Settings) { s.Appearance.Compact = true }); err != nil {
		t.Fatal(err)
	}
	r.until("lines", func() bool { return r.bubble("mine").Model().Compact })
	mine, _ := r.bubble("mine").BubbleFrame()
	theirs, _ := r.bubble("theirs").BubbleFrame()
	if mine.X != theirs.X {
		t.Errorf("own at %v, theirs at %v", mine.X, theirs.X)
	}
	if m := r.bubble("mine").Model(); m.Sender != "You" || m.Avatar.Name != "Robin" {
		t.Errorf("own message by %q, picture of %q", m.Sender, m.Avatar.Name)
	}
}

// A line, and what was deleted, can be picked and deleted, nothing else.
func TestMenuOfWhatIsNoMessage(t *testing.T) {
	call := says("", 2*time.Minute)
	call.Kind = model.KindMissedCall
	gone := says("", time.Minute)
	gone.Kind = model.KindDeleted
	r := enter(t, []model.Message{call, gone}, nil)
	for _, it := range r.view.messages.items {
		if it.Message == nil {
			continue
		}
		var names []string
		for _, item := range r.view.menuItems(it.Message) {
			if item.Name != "" {
				names = append(names, item.Name)
			}
		}
		if got := strings.Join(names, " "); got != "menu.select menu.delete" {
			t.Errorf("%v offers %q", it.Kind, got)
		}
	}
	for i, it := range r.view.messages.items {
		if it.Kind != vm.ItemLine {
			continue
		}
		line := r.view.messages.list.Row(i).(*widget.SystemLine)
		line.TappedSecondary(&fyne.PointEvent{AbsolutePosition: fyne.NewPos(300, 300)})
		r.press("menu.delete")
	}
	r.until("the line is gone", func() bool { return !r.shows("line:*") })
}

// The day between messages leads to a calendar, and that to a day.
func TestGoToADateWithTheKeyboard(t *testing.T) {
	var list []model.Message
	for i := range 90 {
		list = append(list, says("day "+time.Duration(i).String(), time.Duration(90-i)*24*time.Hour))
	}
	r := enter(t, list, nil)
	r.press("day:Yesterday")
	r.until("the calendar", func() bool { return r.shows("date.calendar") })
	r.key(fyne.KeyPageUp)
	r.key(fyne.KeyPageUp)
	day := r.canvas.Focused().(*widget.Calendar).Month()
	r.key(fyne.KeyReturn)
	if r.shows("date.calendar") {
		t.Error("the sheet stays open")
	}
	r.until("the day", func() bool {
		first, last := r.view.messages.list.VisibleRange()
		for i := first; i <= last && i < len(r.view.messages.items); i++ {
			m := r.view.messages.items[i].Message
			if m != nil && time.UnixMilli(int64(m.Key.Timestamp)).Format("0102") == day.Format("0102") {
				return i <= first+2
			}
		}
		return false
	})
}

// A book in the clipboard does not freeze the composer, and is not taken for all
// of it silently.
func TestPasteOfABook(t *testing.T) {
	r := enter(t, nil, nil)
	r.view.Focus()
	fyne.CurrentApp().Clipboard().SetContent(strings.Repeat("word ", 100_000))
	r.canvas.Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
	if n := r.view.bottom.composer.Area.Len(); n != maxComposed {
		t.Errorf("%d characters were pasted", n)
	}
	told := false
	for _, s := range widget.Inspect(r.canvas) {
		told = told || strings.Contains(s.Text, "only the beginning was pasted")
	}
	if !told {
		t.Error("nothing says that the rest is missing")
	}
}
