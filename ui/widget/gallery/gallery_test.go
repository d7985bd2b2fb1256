package gallery

import (
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"sotto/ui/theme"
	"sotto/ui/widget/shot"
)

// TestGallery draws every widget in both themes; with SOTTO_SHOTS set to a
// folder it leaves the pictures there to be looked at.
func TestGallery(t *testing.T) {
	var focus func()
	folder := os.Getenv("SOTTO_SHOTS")
	for _, g := range []struct {
		name          string
		width, height float32
		zoom          float32
		build         func() fyne.CanvasObject
		before        func(fyne.Canvas)
	}{
		{"components", 1280, 1240, 1, Gallery, nil},
		{"bubbles", 1280, 1060, 1, Bubbles, nil},
		{"window", 1280, 800, 1, Window, nil},
		{"narrow", 480, 800, 1, Window, nil},
		{"large", 640, 400, 2, Window, nil},
		{"tiny", 1280, 800, 0.75, Window, nil},
		{"words", 1280, 800, 1, func() fyne.CanvasObject { page, f := Words(); focus = f; return page }, func(fyne.Canvas) { focus() }},
		{"sheet", 1280, 800, 1, Window, OpenSheet},
		{"menu", 1280, 800, 1, Window, OpenMenu},
	} {
		for variant, suffix := range map[theme.Variant]string{theme.Light: "light", theme.Dark: "dark"} {
			img := shot.Take(shot.Options{Variant: variant, Width: g.width, Height: g.height, Zoom: g.zoom, Before: g.before}, g.build)
			if b := img.Bounds(); b.Dx() != int(g.width*g.zoom) || b.Dy() != int(g.height*g.zoom) {
				t.Errorf("%s-%s is %v", g.name, suffix, b)
			}
			if folder == "" {
				continue
			}
			if err := shot.Save(filepath.Join(folder, g.name+"-"+suffix+".png"), img); err != nil {
				t.Error(err)
			}
		}
	}
}
