package theme

import (
	"os"
	"strconv"

	"fyne.io/fyne/v2"
)

// Zoom limits in percent.
const (
	ZoomMin     = 75
	ZoomMax     = 200
	ZoomDefault = 100
)

// ZoomSteps are the sizes that Ctrl+plus and Ctrl+minus walk through.
var ZoomSteps = []int{75, 80, 90, 100, 110, 120, 130, 140, 150, 175, 200}

// Options is what settings know about looks.
type Options struct {
	Variant Variant
	Accent  AccentID
	Zoom    int  // percent, ZoomMin to ZoomMax; 0 is ZoomDefault
	Still   bool // no movement
}

// scaleVariable is read by the toolkit's desktop driver each time it works out
// the scale of a window; there is no setter for it.
const scaleVariable = "FYNE_SCALE"

// desktopScale is what the user had put there before the program started.
var desktopScale = os.Getenv(scaleVariable)

// Apply sets theme, zoom and motion of a program. Every window redraws itself.
// Call it on the user interface's goroutine.
func Apply(app fyne.App, o Options) {
	SetMotion(!o.Still)
	ApplyZoom(o.Zoom)
	app.Settings().SetTheme(New(o.Variant, o.Accent))
}

// ApplyZoom sets the zoom for the next SetTheme. The toolkit rounds the
// product with the screen's own scale to tenths.
func ApplyZoom(percent int) {
	scale := float64(ClampZoom(percent)) / 100
	if desktop, err := strconv.ParseFloat(desktopScale, 64); err == nil && desktop > 0 {
		scale *= desktop
	}
	// Setenv fails only for malformed names.
	_ = os.Setenv(scaleVariable, strconv.FormatFloat(scale, 'f', 3, 64))
}

// ClampZoom brings a stored number into the limits; 0 is ZoomDefault.
func ClampZoom(percent int) int {
	if percent == 0 {
		return ZoomDefault
	}
	return min(max(percent, ZoomMin), ZoomMax)
}

// ZoomStep returns the next larger (direction > 0) or smaller zoom.
func ZoomStep(percent, direction int) int {
	percent = ClampZoom(percent)
	if direction > 0 {
		for _, z := range ZoomSteps {
			if z > percent {
				return z
			}
		}
		return ZoomMax
	}
	for i := len(ZoomSteps) - 1; i >= 0; i-- {
		if ZoomSteps[i] < percent {
			return ZoomSteps[i]
		}
	}
	return ZoomMin
}
