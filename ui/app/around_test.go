package app

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sotto/internal/desktop"
	"sotto/ui/vm"
)

// TestTrayIconCarriesAMark looks at the corner in which the mark stands.
func TestTrayIconCarriesAMark(t *testing.T) {
	icons := trayIcons()
	if len(icons[0]) != len(traySizes) || len(icons[1]) != len(traySizes) {
		t.Fatalf("%d and %d icons", len(icons[0]), len(icons[1]))
	}
	for i, side := range traySizes {
		plain, mark := icons[0][i], icons[1][i]
		at := side - side/4 - 1
		if plain.Bounds().Dx() != side || mark.At(at, at) != markColor || plain.At(at, at) == mark.At(at, at) {
			t.Errorf("%d pixels: %v and %v", side, plain.At(at, at), mark.At(at, at))
		}
		if mark.At(side/4, side/4) != plain.At(side/4, side/4) {
			t.Errorf("%d pixels: the mark covers the icon", side)
		}
		if dir := os.Getenv("SOTTO_PICTURES"); dir != "" && side == 64 {
			f, err := os.Create(filepath.Join(dir, "tray-icon.png"))
			if err != nil {
				t.Fatal(err)
			}
			if err := png.Encode(f, mark); err != nil {
				t.Fatal(err)
			}
			f.Close()
		}
	}
}

// shelf is a desktop with a tray that can be taken away.
type shelf struct {
	nowhere
	there bool
	tray  desktop.Tray
}

func (s *shelf) HasTray() bool          { return s.there }
func (s *shelf) SetTray(t desktop.Tray) { s.tray = t }

// TestClosingHidesWhereThereIsATray closes with and without the choice, and with
// and without a tray.
func TestClosingHidesWhereThereIsATray(t *testing.T) {
	closed := false
	a := test.NewApp()
	t.Cleanup(a.Quit)
	u := &user{t, New(a, newHouse(t), func() { closed = true })}
	s := &shelf{there: true}
	u.w.around.desktop, u.w.around.icons = s, trayIcons()
	u.w.Prepare(patienceOfTests)
	t.Cleanup(u.w.Close)
	u.signsUp()
	entry := func(id string) (e desktop.MenuEntry) {
		for _, m := range s.tray.Menu {
			if m.ID == id {
				e = m
			}
		}
		return e
	}
	if entry(trayLock).Disabled || entry(trayHide).Label == "" || entry(trayQuit).Label == "" {
		t.Errorf("menu: %+v", s.tray.Menu)
	}
	u.w.session.ProtectionChanged(vm.ByNothing)
	if !entry(trayLock).Disabled {
		t.Error("what has no passphrase can be locked")
	}
	u.w.session.ProtectionChanged(vm.ByPassphrase)
	u.w.Resize(1100, 1800) // the whole page
	u.control(fyne.KeyComma)
	u.presses("settings.appearance")
	u.presses("window.tray")
	u.w.shut()
	if closed || !u.w.around.hidden || entry(trayHide).Label != "" {
		t.Error("closing does not hide")
	}
	u.w.chosen(trayOpen)
	if u.w.around.hidden {
		t.Error("the tray does not bring the window back")
	}
	u.w.session.Lock()
	u.waits("lock.passphrase")
	if !entry(trayLock).Disabled {
		t.Error("a locked window can be locked")
	}
	s.there = false
	u.w.shut()
	if !closed {
		t.Error("without a tray closing only hides")
	}
}

// TestLinksWaitForTheUser opens links before the profile is open and after.
func TestLinksWaitForTheUser(t *testing.T) {
	u := open(t, newHouse(t))
	id := "05bb1db66b8a3aa2b3be0ab2cc4c84d4e3ad8d9a8a4a24ad5f2d1e0a7d5a4f9d01"
	u.w.OpenLink("sotto:" + id)
	if u.sees("newchat.text") {
		t.Error("a link gets before the first run")
	}
	u.signsUp()
	u.waits("newchat.text")
	if u.w.session.open != "" {
		t.Error("a link opened a conversation by itself")
	}
	u.key(fyne.KeyEscape)
	u.w.OpenLink("sotto:delete?id=" + id)
	u.waits("This link leads to nothing")
}

// TestALinkWaitsForTheLock has settings open before the lock, which are there
// again after it: the link comes last.
func TestALinkWaitsForTheLock(t *testing.T) {
	u := open(t, newHouse(t))
	u.signsUp()
	u.control(fyne.KeyComma)
	u.waits("settings.privacy")
	u.control(fyne.KeyL)
	u.waits("lock.passphrase")
	u.w.OpenLink("sotto:05bb1db66b8a3aa2b3be0ab2cc4c84d4e3ad8d9a8a4a24ad5f2d1e0a7d5a4f9d01")
	if u.sees("newchat.text") {
		t.Error("a link gets round the lock")
	}
	u.types("correct horse")
	u.key(fyne.KeyReturn)
	u.until("it is open", func() bool { return u.w.session != nil && u.w.session.begun })
	if !u.sees("newchat.text") {
		t.Errorf("the link is lost: %+v", u.w.Inspect())
	}
}
