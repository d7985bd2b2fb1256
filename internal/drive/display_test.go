package drive

import (
	"context"
	"image"
	"path/filepath"
	"testing"
	"time"
)

// patience is for what hangs: machines that are busy are slow.
const patience = time.Minute

// TestFrameShowsWhatIsDrawn paints the root window with a known colour and
// finds it in the screen's memory.
func TestFrameShowsWhatIsDrawn(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	d, err := Start(ctx, 320, 200)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	cmd := d.Command(ctx, "xsetroot", "-solid", "#006b6d")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var last *image.RGBA
	err = poll(ctx, 20*time.Millisecond, func() (bool, error) {
		img, err := d.Frame()
		if err != nil {
			return false, err
		}
		last = img
		r, g, b, _ := img.At(40, 30).RGBA()
		return img.Bounds().Dx() == 320 && r>>8 == 0 && g>>8 == 107 && b>>8 == 109, nil
	})
	if err != nil {
		t.Fatalf("the colour never came: %v, %v %v", err, last.Bounds(), last.At(40, 30))
	}
	if err := d.Picture(filepath.Join(t.TempDir(), "screen.png")); err != nil {
		t.Fatal(err)
	}
}
