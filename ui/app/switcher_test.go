package app

import (
	"math/rand/v2"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/desktop"
	"sotto/ui/text"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// known lets somebody have lived in a house before, with an account that is
// always the same.
func (h *house) known(p engine.Protection, name string) {
	h.t.Helper()
	o := h.options()
	o.Rand = rand.NewChaCha8([32]byte([]byte(name + "................................")[:32]))
	e, err := engine.Create(o, p, engine.Origin{}, name)
	if err == nil {
		err = e.Close()
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// threeKnown are Robin, who is shown, Maya, and Kim, who is locked.
func threeKnown(t *testing.T) *street {
	s := newStreet(t)
	for range 2 {
		if _, err := s.Add(); err != nil {
			t.Fatal(err)
		}
	}
	s.last = 0
	s.houses[0].known(engine.Protection{None: true}, "Robin")
	s.houses[1].known(engine.Protection{None: true}, "Maya")
	s.houses[2].known(engine.Protection{Passphrase: []byte(words("Kim"))}, "Kim")
	return s
}

// opensThree opens their window and waits until Maya is open behind Robin.
func opensThree(t *testing.T, s *street) *user {
	u := openSeveral(t, s)
	u.waits("Hello, Robin")
	u.until("Maya is open", func() bool { a := u.w.accounts[1]; return a.engine != nil && a.me.Loaded() && a.settings.Loaded })
	return u
}

// TestSwitcherLooksAsItDid holds the layout of the menu, of the sheet, and of the
// way out of the lock screen against testdata, like TestMainScreensLookAsTheyDid.
func TestSwitcherLooksAsItDid(t *testing.T) {
	u := opensThree(t, threeKnown(t))
	u.w.accounts[1].unread.n = 12
	u.w.accountsChanged()
	golden := func(name string, o fyne.CanvasObject) {
		t.Helper()
		test.AssertObjectRendersToMarkup(t, name+".xml", o)
	}
	golden("switcher-avatar", u.w.session.left.avatar)
	u.presses("header.me")
	golden("switcher-menu", u.w.Canvas().Overlays().Top())
	u.chooses("menu.accounts")
	golden("switcher-sheet", u.w.Canvas().Overlays().Top())
	u.key(fyne.KeyEscape)
	u.shortcut(fyne.Key3, control|shift)
	u.waits("lock.passphrase")
	golden("switcher-locked", widget.Find(u.w.Canvas(), "accounts.open"))
}

// TestSwitcherFitsInEveryLanguage draws what belongs to several accounts.
func TestSwitcherFitsInEveryLanguage(t *testing.T) {
	s := threeKnown(t)
	u := opensThree(t, s)
	u.w.accounts[1].unread.n = 1234
	f := &fitting{user: u, seen: map[string]bool{}}
	for _, l := range text.Choices() {
		f.language = l.Code
		text.SetLanguage(l.Code)
		f.w.Resize(1100, 760)
		u.w.session.left.menu()
		f.look("accounts in the menu")
		f.w.clearOverlays()
		f.w.openSwitcher()
		f.look("sheet of accounts")
		f.w.renameAccount(u.w.accounts[1])
		f.look("rename")
		f.w.clearOverlays()
		u.shortcut(fyne.Key3, control|shift)
		u.until("Kim is shown", func() bool { return f.sees("lock.passphrase") })
		text.SetLanguage(l.Code) // the account speaks the system's
		u.w.accounts[2].look()
		f.look("locked")
		u.w.accounts[2].askToRemove()
		f.look("remove a locked account")
		f.w.clearOverlays()
		u.shortcut(fyne.Key1, control|shift)
		u.until("Robin is shown", func() bool { return u.w.session != nil })
	}
}

// TestUnreadIsAddedUp counts what asks for somebody.
func TestUnreadIsAddedUp(t *testing.T) {
	const now = 1000
	for _, c := range []struct {
		name string
		of   model.Conversation
		want int
	}{
		{"read", model.Conversation{}, 0},
		{"three", model.Conversation{Unread: 3}, 3},
		{"marked", model.Conversation{MarkedUnread: true}, 1},
		{"muted", model.Conversation{Unread: 3, MutedUntil: now + 1}, 0},
		{"muted until now", model.Conversation{Unread: 3, MutedUntil: now}, 3},
		{"without notifications", model.Conversation{Unread: 3, Notify: model.NotifyNone}, 0},
		{"archived", model.Conversation{Unread: 3, Archived: true}, 0},
	} {
		if got := vm.AttentionIn([]model.Conversation{c.of, {Unread: 1}}, now); got != c.want+1 {
			t.Errorf("%s: %d and 1 is %d", c.name, c.want, got)
		}
	}
}

// TestNotificationsSayWhoseTheyAre: only where there is a choice.
func TestNotificationsSayWhoseTheyAre(t *testing.T) {
	s := threeKnown(t)
	u := opensThree(t, s)
	if got := u.w.accounts[1].sign(desktop.Notice{Title: "Jonas", Body: "Hello"}); got.Title != "Jonas · Maya" || got.Body != "Hello" {
		t.Errorf("it says %q, %q", got.Title, got.Body)
	}
	u.w.accounts = u.w.accounts[:1]
	if got := u.w.accounts[0].sign(desktop.Notice{Title: "Jonas", Body: "Hello"}); got.Title != "Jonas" {
		t.Errorf("alone it says %q", got.Title)
	}
}
