// Package theme is Sotto's look as a fyne.Theme: named colours in a light and
// a dark variant with seven accents, the type scale, radii and spaces, motion
// and zoom.
//
// Screens call Color(theme.Text2) and the size constants; the program calls
// Apply once and again when a setting changes. Drawing is left to ui/widget.
package theme

import (
	"image/color"
	"sync/atomic"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"

	"sotto/assets"
)

// Variant says which of the two themes is shown.
type Variant int

// The variants. System follows the desktop and is what a new profile has.
const (
	System Variant = iota
	Light
	Dark
)

// Theme implements fyne.Theme. Make one with New; it is immutable.
type Theme struct {
	variant Variant
	accent  AccentID
	colors  [2]map[Name]color.NRGBA // light, dark
}

var _ fyne.Theme = (*Theme)(nil)

// New returns the theme of a variant and accent; an unknown accent is Lagoon.
func New(variant Variant, accent AccentID) *Theme {
	if accent < 0 || accent >= accentCount {
		accent = Lagoon
	}
	t := &Theme{variant: variant, accent: accent}
	for i := range t.colors {
		m := make(map[Name]color.NRGBA, 64)
		for n, c := range base {
			m[n] = rgb(c[i])
		}
		for n, c := range accents[accent][i] {
			m[n] = rgb(c)
		}
		m[Veil] = veils[i]
		m[ViewerBackground] = rgb(0x0E0C0A)
		m[PicturePill] = rgb(0x1B1815)
		m[OnPicture], m[OnPicture2] = rgb(0xFFFFFF), rgb(0xC9C4BE)
		m[QRPaper], m[QRInk] = rgb(0xFFFFFF), rgb(0x1B1815)
		m[LogoTile], m[LogoOver], m[LogoUnder] = rgb(0x006B6D), rgb(0xFFFFFF), rgb(0x8FC9C9)
		t.colors[i] = m
	}
	for toolkit, own := range toolkitColors {
		for i := range t.colors {
			t.colors[i][toolkit] = t.colors[i][own]
		}
	}
	return t
}

// Variant returns the variant the theme was made with.
func (t *Theme) Variant() Variant { return t.variant }

// Accent returns the accent the theme was made with.
func (t *Theme) Accent() AccentID { return t.accent }

// Dark reports whether the dark colours are shown on a desktop with this variant.
func (t *Theme) Dark(desktop fyne.ThemeVariant) bool {
	return t.variant == Dark || t.variant == System && desktop == fynetheme.VariantDark
}

// Color implements fyne.Theme for own names and for the toolkit's.
func (t *Theme) Color(name fyne.ThemeColorName, desktop fyne.ThemeVariant) color.Color {
	i := 0
	if t.Dark(desktop) {
		i = 1
	}
	if name == fynetheme.ColorNameBackground {
		return cleared(t.colors[i][Paper])
	}
	if c, ok := t.colors[i][name]; ok {
		return c
	}
	return t.colors[i][Text]
}

// cleared is the colour to ask the toolkit for where it clears the window, so
// that it comes out as c: of a component between 0 and 65535 it takes the 65025th
// part for the graphics card, and 246 would come out as 248.
func cleared(c color.NRGBA) color.NRGBA {
	const whole, part = 65535, 65025
	component := func(v uint8) uint8 { return uint8((uint32(v)*part + whole/2) / whole) }
	return color.NRGBA{R: component(c.R), G: component(c.G), B: component(c.B), A: 255}
}

// Font implements fyne.Theme: Inter 400 and 600, JetBrains Mono.
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource {
	switch {
	case style.Symbol:
		return fynetheme.DefaultTheme().Font(style)
	case style.Monospace:
		return assets.Font(assets.Mono)
	case style.Bold:
		return assets.Font(assets.SansSemiBold)
	}
	return assets.Font(assets.Sans)
}

// Icon implements fyne.Theme. Own widgets take their icons from assets; the
// toolkit's few (clear, reveal) are mapped to the project's drawings.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource {
	if own, ok := toolkitIcons[name]; ok {
		return fynetheme.NewThemedResource(assets.Icon(own))
	}
	return fynetheme.DefaultTheme().Icon(name)
}

// Size implements fyne.Theme.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	if s, ok := toolkitSizes[name]; ok {
		return s
	}
	return fynetheme.DefaultTheme().Size(name)
}

var fallback = New(Light, Lagoon)

// Current returns the theme of the running program, or the light default when
// the program runs with another theme.
func Current() *Theme {
	if app := fyne.CurrentApp(); app != nil {
		if t, ok := app.Settings().Theme().(*Theme); ok {
			return t
		}
	}
	return fallback
}

// IsDark reports whether the dark colours are shown now.
func IsDark() bool { return Current().Dark(desktopVariant()) }

// Color returns a colour of the running program's theme.
func Color(name Name) color.NRGBA {
	t := Current()
	i := 0
	if t.Dark(desktopVariant()) {
		i = 1
	}
	return t.colors[i][name]
}

// Avatar returns background and ink of one of the AvatarColors colours.
func Avatar(index int) (background, ink color.NRGBA) {
	c := avatars[((index%AvatarColors)+AvatarColors)%AvatarColors]
	if IsDark() {
		return rgb(c[2]), rgb(c[3])
	}
	return rgb(c[0]), rgb(c[1])
}

func desktopVariant() fyne.ThemeVariant {
	if app := fyne.CurrentApp(); app != nil {
		return app.Settings().ThemeVariant()
	}
	return fynetheme.VariantLight
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xFF}
}

var still atomic.Bool

// SetMotion switches every movement of the program on or off.
func SetMotion(on bool) { still.Store(!on) }

// Motion reports whether things may move: the program's switch and the
// desktop's both have to allow it.
func Motion() bool {
	if still.Load() {
		return false
	}
	app := fyne.CurrentApp()
	return app == nil || app.Settings().ShowAnimations()
}
