package theme

import (
	"fmt"
	"image/color"
	"math"
	"testing"
)

// luminance and ratio follow WCAG 2.2.
func luminance(c color.NRGBA) float64 {
	part := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B)
}

func ratio(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	if x < y {
		x, y = y, x
	}
	return (x + 0.05) / (y + 0.05)
}

// used lists which colour stands on which ground, with the limit: 4.5 for
// text, 3 for icons and borders that carry meaning.
var used = []struct {
	ink     Name
	grounds []Name
	limit   float64
}{
	{Text, []Name{Paper, List, Sheet, Hover, Pressed, Field, BubbleIn, InsetIn, AccentSoft, WarnSoft, DangerSoft}, 4.5},
	{Text2, []Name{Paper, List, Sheet, Hover, Pressed, Field, BubbleIn, InsetIn, AccentSoft}, 4.5},
	{Text3, []Name{Paper, List, Sheet, Hover, Pressed, Field, BubbleIn, AccentSoft}, 4.5},
	{AccentInk, []Name{Paper, List, Sheet, BubbleIn, InsetIn, Field, AccentSoft, WarnSoft, Hover}, 4.5},
	{Danger, []Name{Paper, List, Sheet, Hover, DangerSoft, AccentSoft}, 4.5},
	{Warn, []Name{List, WarnSoft}, 4.5},
	{Ok, []Name{List, Paper, OkSoft}, 4.5},
	{OnDanger, []Name{Danger}, 4.5},
	{OnAccent, []Name{Accent, AccentHover}, 4.5},
	{OnOut, []Name{BubbleOut, InsetOut}, 4.5},
	{OnOut2, []Name{BubbleOut, InsetOut}, 4.5},
	{Sheet, []Name{Text}, 4.5}, // tooltip
	{OnPicture, []Name{PicturePill, ViewerBackground}, 4.5},
	{OnPicture2, []Name{PicturePill, ViewerBackground}, 4.5},
	{LogoOver, []Name{LogoTile}, 3},
	{QRInk, []Name{QRPaper}, 4.5},
	{Outline, []Name{List, Sheet, Field, Paper}, 3},
	{Accent, []Name{List, Sheet, Paper}, 3},
	{BarOut, []Name{InsetOut, BubbleOut}, 3},
	{WvOut, []Name{BubbleOut}, 1.9}, // decorative: the time says the same
}

func TestContrast(t *testing.T) {
	for _, accent := range Accents() {
		th := New(Light, accent)
		for i, variant := range []string{"light", "dark"} {
			colors := th.colors[i]
			for _, u := range used {
				for _, ground := range u.grounds {
					if r := ratio(colors[u.ink], colors[ground]); r < u.limit {
						t.Errorf("%s %s: %s on %s is %.2f, below %.1f", accent, variant, u.ink, ground, r, u.limit)
					}
				}
			}
		}
	}
}

func TestAvatarContrast(t *testing.T) {
	for n, c := range avatars {
		for i, variant := range []string{"light", "dark"} {
			ground, ink := rgb(c[2*i]), rgb(c[2*i+1])
			if r := ratio(ink, ground); r < 4.5 {
				t.Errorf("avatar %d %s: initials are %.2f", n, variant, r)
			}
			if r := ratio(ink, rgb(base[BubbleIn][i])); r < 4.5 {
				t.Errorf("avatar %d %s: name in a bubble is %.2f", n, variant, r)
			}
		}
	}
}

// TestKnownRatios holds the arithmetic against the figures of the design.
func TestKnownRatios(t *testing.T) {
	lagoon := New(Light, Lagoon)
	for _, c := range []struct {
		dark        int
		ink, ground Name
		want        string
	}{
		{0, Text, Paper, "15.03"}, {1, Text, Paper, "15.48"}, {0, Outline, Field, "3.01"},
		{1, Text3, Pressed, "4.64"}, {0, OnOut2, BubbleOut, "5.36"}, {1, AccentInk, AccentSoft, "7.06"},
	} {
		m := lagoon.colors[c.dark]
		if got := fmt.Sprintf("%.2f", ratio(m[c.ink], m[c.ground])); got != c.want {
			t.Errorf("%s on %s: %s, the design says %s", c.ink, c.ground, got, c.want)
		}
	}
}

// TestEveryNameHasColours catches a name without an entry in the tables.
func TestEveryNameHasColours(t *testing.T) {
	for _, accent := range Accents() {
		th := New(Dark, accent)
		for i := range th.colors {
			for _, u := range used {
				for _, n := range append(u.grounds, u.ink) {
					if th.colors[i][n].A == 0 {
						t.Errorf("%s %d: %s has no colour", accent, i, n)
					}
				}
			}
			for toolkit := range toolkitColors {
				if th.colors[i][toolkit].A == 0 {
					t.Errorf("%s %d: the toolkit's %s has no colour", accent, i, toolkit)
				}
			}
		}
	}
}
