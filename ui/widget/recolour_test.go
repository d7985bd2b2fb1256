package widget

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/ui/theme"
)

// What was away while the theme changed, as conversations are behind the settings,
// has the new colours when it comes back.
func TestContentComesBackInNewColours(t *testing.T) {
	use := func(v theme.Variant) { fyne.CurrentApp().Settings().SetTheme(theme.New(v, theme.Lagoon)) }
	t.Cleanup(func() { use(theme.Light) })
	use(theme.Light)
	key := NewKeyCap("Esc")
	inner := NewSurface(theme.Field, key)
	content := container.NewStack(inner)
	stage := NewStage(content)
	window(t, stage, 300, 200)
	stage.SetContent(NewSurface(theme.Paper, nil))
	use(theme.Dark)
	stage.SetContent(content)
	if got, want := nrgba(inner.box.rect.FillColor), theme.Color(theme.Field); got != want {
		t.Errorf("the ground is %v, not %v", got, want)
	}
	if got, want := nrgba(key.box.rect.FillColor), theme.Color(theme.Sheet); got != want {
		t.Errorf("what is in it is %v, not %v", got, want)
	}
}
