package widget

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sotto/ui/theme"
)

// A search field that got its colours before it came into a window, as at the start
// of a light account on a dark desktop, changes them as a whole.
func TestSearchFieldChangesColours(t *testing.T) {
	use := func(v theme.Variant) { fyne.CurrentApp().Settings().SetTheme(theme.New(v, theme.Lagoon)) }
	t.Cleanup(func() { use(theme.Light) })
	use(theme.Dark)
	f := NewSearchField("Search", "Ctrl K")
	test.WidgetRenderer(f)
	test.WidgetRenderer(f.cap)
	use(theme.Light)
	f.Refresh()
	if got, want := nrgba(f.cap.box.rect.FillColor), theme.Color(theme.Sheet); got != want {
		t.Errorf("the key is %v, not %v", got, want)
	}
}
