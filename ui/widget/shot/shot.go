// Package shot renders screens to pictures without a window: for looking at
// them and for golden images in tests. It uses the toolkit's software painter,
// which draws what the GL painter draws.
package shot

import (
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"sotto/ui/theme"
	"sotto/ui/widget"
)

// Options says how a picture is taken.
type Options struct {
	Variant theme.Variant
	Accent  theme.AccentID
	Width   float32
	Height  float32
	Zoom    float32 // 1 unless set
	// Before is called when everything stands, before the picture is taken: to
	// open a sheet, to focus a field.
	Before func(c fyne.Canvas)
}

// Take builds content under its theme and returns its picture. It makes a new
// toolkit application and so has to be alone in its process at that time.
func Take(o Options, build func() fyne.CanvasObject) image.Image {
	app := test.NewApp()
	defer app.Quit()
	app.Settings().SetTheme(theme.New(o.Variant, o.Accent))
	w := app.NewWindow("")
	defer w.Close()
	w.SetPadded(false)
	c := w.Canvas().(software.WindowlessCanvas)
	if o.Zoom != 0 {
		c.SetScale(o.Zoom)
	}
	widget.SetScale(c.Scale())
	w.SetContent(build())
	settle(c, o)
	if o.Before != nil {
		o.Before(c)
		settle(c, o)
	}
	return c.Capture()
}

// settle lays out until wrapped text has found its height, as the window's
// loop does: a change of size reaches every layout.
func settle(c software.WindowlessCanvas, o Options) {
	for range 2 {
		c.Resize(fyne.NewSize(o.Width-1, o.Height-1))
		c.Resize(fyne.NewSize(o.Width, o.Height))
	}
}

// Save writes a picture as PNG, making its folder.
func Save(path string, img image.Image) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("save picture: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("save picture: %w", err)
	}
	if err := png.Encode(f, img); err != nil {
		f.Close()
		return fmt.Errorf("save picture: %w", err)
	}
	return f.Close()
}
