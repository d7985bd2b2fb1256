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
	folder := os.Getenv("SOTTO_SHOTS")
	for _, g := range []struct {
		name          string
		width, height float32
		build         func() fyne.CanvasObject
	}{
		{"components", 1280, 1240, Gallery},
		{"bubbles", 1280, 1060, Bubbles},
		{"window", 1280, 800, Window},
		{"narrow", 480, 800, Window},
	} {
		for variant, suffix := range map[theme.Variant]string{theme.Light: "light", theme.Dark: "dark"} {
			img := shot.Take(shot.Options{Variant: variant, Width: g.width, Height: g.height}, g.build)
			if b := img.Bounds(); b.Dx() != int(g.width) || b.Dy() != int(g.height) {
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
