package widget

import (
	"hash/fnv"
	"image"
	"image/color"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/theme"
)

// Status is the dot on one's own avatar.
type Status int

// The states of the dot: none, two paths, one path, offline.
const (
	NoStatus Status = iota
	StatusGood
	StatusWeak
	StatusOffline
)

// AvatarModel is what an avatar shows.
type AvatarModel struct {
	ID      string          // chooses the colour
	Name    string          // gives the initials
	Picture image.Image     // shown instead of them; nil: that of ID, see SetFaces
	Square  bool            // groups and communities
	Icon    assets.IconName // instead of initials: community, note to self
	Solid   bool            // icon on accent, never a picture: note to self, requests
	Status  Status
	Ring    theme.Name // ground round the status dot; List when empty
}

// Avatar shows a person or group in 24, 32, 40, 48, 64, 80 or 112.
type Avatar struct {
	fynewidget.BaseWidget
	Model AvatarModel
	px    float32
	shown bool // painted once: it is or was on the screen

	box     *panel
	img     *canvas.Image
	label   *canvas.Text
	emoji   bool
	glyph   *glyph
	around  *canvas.Circle
	dot     *canvas.Circle
	initial string
}

// NewAvatar makes an avatar of px.
func NewAvatar(px float32, m AvatarModel) *Avatar {
	a := &Avatar{Model: m, px: px, box: newPanel(0), img: &canvas.Image{FillMode: canvas.ImageFillCover}}
	a.label = &canvas.Text{}
	icon := float32(20)
	switch {
	case px < 32:
		icon = 12
	case px < 40:
		icon = 16
	case px >= 64:
		icon = px * 0.45
	}
	a.glyph = newGlyph("", icon)
	a.around, a.dot = canvas.NewCircle(color.Transparent), canvas.NewCircle(color.Transparent)
	a.ExtendBaseWidget(a)
	live(a)
	return a
}

// Set shows another person.
func (a *Avatar) Set(m AvatarModel) {
	if a.Model == m {
		return
	}
	a.Model = m
	a.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (a *Avatar) CreateRenderer() fyne.WidgetRenderer { return newRenderer(a) }

func (a *Avatar) minSize() fyne.Size { return size(a.px, a.px) }

func (a *Avatar) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{a.box.object(), a.img, a.label, a.glyph.img, a.around, a.dot}
}

func (a *Avatar) radius() float32 {
	if a.Model.Square {
		return round(a.px * 0.3)
	}
	return a.px / 2
}

func (a *Avatar) style() Style {
	s := Style{Bold: true}
	switch {
	case a.px <= 24:
		s.Size = 11
	case a.px <= 32:
		s.Size = 13
	case a.px <= 40:
		s.Size = 15
	case a.px <= 48:
		s.Size = 18
	default:
		s.Size = round(a.px * 0.36)
	}
	s.Line = a.px
	return s
}

func (a *Avatar) paint() {
	m, face := a.Model, a.face()
	a.shown = true
	ground, ink := theme.Avatar(AvatarColor(m.ID))
	if m.Solid {
		ground, ink = theme.Color(theme.Accent), theme.Color(theme.OnAccent)
	}
	a.box.set(ground, a.radius())
	a.img.Hidden = face == nil
	if face != a.img.Image || a.img.CornerRadius != a.radius() {
		a.img.Image, a.img.CornerRadius = face, a.radius()
		if face != nil {
			a.img.Refresh()
		}
	}
	icon := m.Icon
	if face != nil {
		icon = ""
	}
	a.glyph.paint(icon, ink)
	a.initial, a.emoji = initials(m.Name)
	if a.initial == "" {
		a.initial, a.emoji = "?", false
	}
	a.label.Hidden = face != nil || icon != ""
	setText(a.label, a.initial, a.style(), a.emoji, ink)
	a.paintDot()
}

func (a *Avatar) paintDot() {
	m := a.Model
	a.dot.Hidden = m.Status == NoStatus
	a.around.Hidden = a.dot.Hidden
	fill := theme.Ok
	switch m.Status {
	case StatusWeak:
		fill = theme.Warn
	case StatusOffline:
		fill = theme.Danger
	}
	around := m.Ring
	if around == "" {
		around = theme.List
	}
	a.dot.FillColor, a.around.FillColor = theme.Color(fill), theme.Color(around)
}

func (a *Avatar) layout(s fyne.Size) {
	x, y := round((s.Width-a.px)/2), round((s.Height-a.px)/2)
	a.box.place(x, y, a.px, a.px)
	place(a.img, x, y, a.px, a.px)
	a.glyph.move(x+(a.px-a.glyph.px)/2, y+(a.px-a.glyph.px)/2)
	style := a.style()
	w := textWidth(a.initial, style, a.emoji)
	placeText(a.label, style, x+(a.px-w)/2, y, w)
	place(a.around, x+a.px-12, y+a.px-12, 13, 13)
	place(a.dot, x+a.px-10, y+a.px-10, 9, 9)
}

// AvatarColor returns the index of the colour of an id. For a Session ID that
// is its first byte after the prefix modulo 12; for anything else a hash.
func AvatarColor(id string) int {
	if len(id) == 66 {
		if hi, lo := hexDigit(id[2]), hexDigit(id[3]); hi >= 0 && lo >= 0 {
			return (hi<<4 | lo) % theme.AvatarColors
		}
	}
	h := fnv.New32a()
	// Write on a hash never fails.
	_, _ = h.Write([]byte(id))
	return int(h.Sum32() % theme.AvatarColors)
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// initials returns one or two letters for a name: of its first and last word,
// one for scripts without capitals, the emoji of a name that begins with one.
func initials(name string) (text string, emoji bool) {
	words := strings.Fields(clean(name, true))
	if len(words) == 0 {
		return "", false
	}
	first := []rune(words[0])
	if n := emojiLen(first); n > 0 {
		return string(first[:n]), true
	}
	letter := firstLetter(words[0])
	if letter == 0 {
		return "", false
	}
	out := string(unicode.ToUpper(letter))
	// "Flat 4" is F4; two names are one letter, as in the design.
	if len(words) > 1 && unicode.IsUpper(unicode.ToUpper(letter)) {
		if last := firstLetter(words[len(words)-1]); unicode.IsDigit(last) {
			out += string(last)
		}
	}
	return out, false
}

func firstLetter(word string) rune {
	for _, r := range word {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
	}
	return 0
}
