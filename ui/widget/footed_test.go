package widget

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"sotto/ui/theme"
)

// The foot follows what is above it, and stays in view when the window is too
// low for both; what is above scrolls then, down to its end.
func TestTheFootStaysInView(t *testing.T) {
	a := test.NewTempApp(t)
	theme.Apply(a, theme.Options{Variant: theme.Light, Still: true})
	content := container.New(Column{}, Gap(300), Name(NewButton("Last", Secondary, nil), "last"))
	foot := Name(NewButton("Continue", Primary, nil), "foot")
	whole, page := NewFooted(content, foot, Centred{Width: 360, Side: 24, Top: 24, Middle: true})
	w := test.NewTempWindow(t, NewStage(whole))
	w.SetPadded(false)
	seen := func(name string) (Seen, bool) {
		for _, s := range Inspect(w.Canvas()) {
			if s.Name == name {
				return s, true
			}
		}
		return Seen{}, false
	}
	w.Resize(fyne.NewSize(500, 800))
	last, _ := seen("last")
	if f, _ := seen("foot"); f.Y != last.Y+last.H || f.W != 360 {
		t.Errorf("the content ends at %v, the foot is %+v", last.Y+last.H, f)
	}
	w.Resize(fyne.NewSize(500, 240))
	if f, ok := seen("foot"); !ok || f.Y+f.H != 240-24 {
		t.Errorf("in a low window the foot is %+v", f)
	}
	if _, ok := seen("last"); ok {
		t.Error("the end of the content is in view before it is scrolled to")
	}
	ScrollTo(page, 1000)
	if l, ok := seen("last"); !ok || l.H != last.H {
		t.Errorf("scrolled down, the end of the content is %+v", l)
	}
}

// Something that appears in the content can be reached, also where the page keeps
// its size because the window is full.
func TestContentOfAFootedPageGrows(t *testing.T) {
	a := test.NewTempApp(t)
	theme.Apply(a, theme.Options{Variant: theme.Light, Still: true})
	late := Name(NewButton("Late", Secondary, nil), "late")
	late.Hide()
	content := container.New(Column{}, Gap(300), late)
	whole, page := NewFooted(content, Name(NewButton("Continue", Primary, nil), "foot"), Centred{Width: 360, Side: 24, Top: 24})
	w := test.NewTempWindow(t, NewStage(whole))
	w.SetPadded(false)
	w.Resize(fyne.NewSize(500, 240))
	late.Show()
	whole.Refresh()
	if want := fyne.NewSize(360, late.MinSize().Height); late.Size() != want {
		t.Errorf("what came later is %v large, want %v", late.Size(), want)
	}
	ScrollTo(page, 1000)
	if Find(w.Canvas(), "late") == nil {
		t.Error("it cannot be scrolled to")
	}
}
