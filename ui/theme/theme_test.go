package theme

import (
	"image/color"
	"math"
	"os"
	"runtime"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	fynetheme "fyne.io/fyne/v2/theme"
)

func TestVariantFollowsTheDesktopOnlyWhenAsked(t *testing.T) {
	for _, c := range []struct {
		variant Variant
		desktop fyne.ThemeVariant
		dark    bool
	}{
		{System, fynetheme.VariantDark, true}, {System, fynetheme.VariantLight, false},
		{Light, fynetheme.VariantDark, false}, {Dark, fynetheme.VariantLight, true},
	} {
		th := New(c.variant, Lagoon)
		want := rgb(base[Paper][0])
		if c.dark {
			want = rgb(base[Paper][1])
		}
		if got := th.Color(Paper, c.desktop); got != want {
			t.Errorf("variant %d on desktop %d: paper %v, want %v", c.variant, c.desktop, got, want)
		}
	}
}

func TestAccentNames(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range Accents() {
		if ParseAccent(a.String()) != a || seen[a.String()] {
			t.Errorf("accent %d is stored as %q", a, a)
		}
		seen[a.String()] = true
	}
	if len(seen) != 7 || ParseAccent("nonsense") != Lagoon || AccentID(99).String() != "lagoon" {
		t.Error("seven accents, and lagoon for what is unknown")
	}
}

func TestApply(t *testing.T) {
	app := test.NewTempApp(t)
	t.Setenv(scaleVariable, "")
	t.Cleanup(func() { SetMotion(true) })
	Apply(app, Options{Variant: Dark, Accent: Iris, Zoom: 150, Still: true})
	if Current().Accent() != Iris || !IsDark() || Motion() {
		t.Errorf("after Apply: accent %s, dark %t, motion %t", Current().Accent(), IsDark(), Motion())
	}
	if got := os.Getenv(scaleVariable); got != "1.500" {
		t.Errorf("scale is %q", got)
	}
	Apply(app, Options{Variant: Light, Accent: Honey})
	if Color(Accent) != rgb(0x7D5507) || !Motion() || os.Getenv(scaleVariable) != "1.000" {
		t.Errorf("after the second Apply: accent colour %v, motion %t, scale %q", Color(Accent), Motion(), os.Getenv(scaleVariable))
	}
}

func TestZoomSteps(t *testing.T) {
	z := ZoomMin
	for range ZoomSteps {
		z = ZoomStep(z, 1)
	}
	if z != ZoomMax {
		t.Errorf("zooming in ends at %d", z)
	}
	for range ZoomSteps {
		z = ZoomStep(z, -1)
	}
	if z != ZoomMin || ZoomStep(0, 1) != 110 || ClampZoom(9000) != ZoomMax || ClampZoom(-1) != ZoomMin {
		t.Errorf("zooming out ends at %d", z)
	}
}

func TestToolkitSeesOurFontsAndSizes(t *testing.T) {
	th := New(Light, Lagoon)
	if th.Font(fyne.TextStyle{Bold: true}).Name() == th.Font(fyne.TextStyle{}).Name() {
		t.Error("600 is 400")
	}
	if th.Size(fynetheme.SizeNameText) != 15 || th.Size("unheard of") != fynetheme.DefaultTheme().Size("unheard of") {
		t.Error("sizes")
	}
	for name := range toolkitIcons {
		if th.Icon(name) == nil {
			t.Errorf("no icon for %s", name)
		}
	}
}

// TestWindowIsClearedWithPaper does what the toolkit's painter and the graphics
// card do with the background colour.
func TestWindowIsClearedWithPaper(t *testing.T) {
	for _, v := range []Variant{Light, Dark} {
		th := New(v, Lagoon)
		want := th.Color(fyne.ThemeColorName(Paper), 0)
		r, g, b, _ := th.Color(fynetheme.ColorNameBackground, 0).RGBA()
		shown := func(v uint32) uint8 { return uint8(math.Round(float64(float32(v)/(255*255)) * 255)) }
		if got := (color.NRGBA{R: shown(r), G: shown(g), B: shown(b), A: 255}); got != want {
			t.Errorf("variant %v is cleared with %v, paper is %v", v, got, want)
		}
	}
}

func TestNothingSaidIsLight(t *testing.T) {
	t.Setenv(variantVariable, "") // brought back afterwards
	os.Unsetenv(variantVariable)
	done := AssumeLight()
	if got := os.Getenv(variantVariable); runtime.GOOS == "linux" && got != "light" {
		t.Errorf("the toolkit begins in the theme %q", got)
	}
	done()
	if _, set := os.LookupEnv(variantVariable); set {
		t.Error("other programs would inherit the assumption")
	}
	t.Setenv(variantVariable, "dark")
	AssumeLight()()
	if os.Getenv(variantVariable) != "dark" {
		t.Error("what the user has set was changed")
	}
}
