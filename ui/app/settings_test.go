package app

import (
	"testing"

	"fyne.io/fyne/v2"

	"sotto/ui/widget"
)

// In a low window, as in large letters, the list of pages does not fit: the page
// that is shown is in view there all the same.
func TestSettingsShowWhereTheirPageIs(t *testing.T) {
	u := open(t, newHouse(t))
	u.signsUp()
	look := func(page string) {
		t.Helper()
		row := widget.Find(u.w.Canvas(), "settings."+page)
		if row == nil {
			t.Fatalf("no row of %s", page)
		}
		top := fyne.CurrentApp().Driver().AbsolutePositionForObject(row).Y
		if top < 100 || top+row.Size().Height > minHeight {
			t.Errorf("%s stands from %.0f to %.0f, out of view", page, top, top+row.Size().Height)
		}
	}
	u.w.Resize(1100, minHeight)
	for _, page := range []string{"clear", "profile", "help"} {
		u.w.session.openSettings(page)
		look(page)
	}
	u.w.Resize(1100, 1000)
	u.w.session.openSettings("clear")
	u.w.Resize(1100, minHeight)
	look("clear")
}
