package widget

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/theme"
)

// Thumb is a file in a ThumbGrid.
type Thumb struct {
	Name    string
	Line    string // size, or what is wrong
	Bad     bool
	Picture image.Image // nil: Icon stands for it
	Icon    assets.IconName
}

// ThumbGrid shows files that are about to be sent, in their order. They are
// dragged to another place, or moved with Ctrl and the arrow keys; the cross, or
// Delete, takes one out.
type ThumbGrid struct {
	fynewidget.BaseWidget
	named
	OnMove   func(from, to int) (at int)
	OnRemove func(i int)
	OnEscape func()

	list    []Thumb
	tiles   []*thumbTile
	objs    []fyne.CanvasObject
	at      int // chosen with the keyboard
	focused bool
	drag    int // being dragged, -1
	width   float32
}

type thumbTile struct {
	box   *canvas.Rectangle
	image *canvas.Image
	icon  *glyph
	name  flowView
	line  flowView
	cross *glyph
	disc  *canvas.Circle
}

const (
	thumbGap   float32 = 8
	thumbLeast float32 = 112
	thumbText  float32 = 40 // name and size under the picture
	thumbCross float32 = 24
)

var (
	_ fyne.Tappable      = (*ThumbGrid)(nil)
	_ fyne.Draggable     = (*ThumbGrid)(nil)
	_ fyne.Focusable     = (*ThumbGrid)(nil)
	_ fyne.Shortcutable  = (*ThumbGrid)(nil)
	_ desktop.Cursorable = (*ThumbGrid)(nil)
)

// NewThumbGrid makes an empty grid.
func NewThumbGrid() *ThumbGrid {
	g := &ThumbGrid{drag: -1}
	g.ExtendBaseWidget(g)
	return g
}

// Set shows other files.
func (g *ThumbGrid) Set(list []Thumb) {
	g.list = list
	g.at = max(0, min(g.at, len(list)-1))
	g.Refresh()
}

func (g *ThumbGrid) columns(width float32) int {
	return max(1, int((width+thumbGap)/(thumbLeast+thumbGap)))
}

// frame is where tile i stands.
func (g *ThumbGrid) frame(i int) frame {
	n := g.columns(g.width)
	w := round((g.width - float32(n-1)*thumbGap) / float32(n))
	h := w*0.75 + thumbText
	return frame{float32(i%n) * (w + thumbGap), float32(i/n) * (h + thumbGap), w, h}
}

// CreateRenderer implements fyne.Widget.
func (g *ThumbGrid) CreateRenderer() fyne.WidgetRenderer { return newRenderer(g) }

func (g *ThumbGrid) minSize() fyne.Size {
	if len(g.list) == 0 || g.width <= 0 {
		return size(thumbLeast, 1)
	}
	last := g.frame(len(g.list) - 1)
	return size(thumbLeast, last.y+last.h)
}

func (g *ThumbGrid) paint()                       {}
func (g *ThumbGrid) objects() []fyne.CanvasObject { return g.objs }

func (g *ThumbGrid) layout(s fyne.Size) {
	g.width = s.Width
	g.objs = g.objs[:0]
	for i := range g.list {
		if i == len(g.tiles) {
			g.tiles = append(g.tiles, &thumbTile{
				box: newBox(theme.Radius12), image: &canvas.Image{FillMode: canvas.ImageFillCover, CornerRadius: theme.Radius12}, icon: newGlyph("", 24),
				cross: newGlyph("", 12), disc: canvas.NewCircle(nil),
			})
		}
		g.layoutTile(i, g.tiles[i], g.frame(i))
	}
}

func (g *ThumbGrid) layoutTile(i int, t *thumbTile, f frame) {
	th := &g.list[i]
	pic := frame{f.x, f.y, f.w, f.h - thumbText}
	t.box.FillColor, t.box.StrokeColor, t.box.StrokeWidth = theme.Color(theme.Field), nil, 0
	switch {
	case g.focused && i == g.at || i == g.drag:
		t.box.StrokeColor, t.box.StrokeWidth = theme.Color(theme.AccentInk), theme.FocusWidth
	case th.Bad:
		t.box.StrokeColor, t.box.StrokeWidth = theme.Color(theme.Danger), theme.FocusWidth
	}
	place(t.box, pic.x, pic.y, pic.w, pic.h)
	t.box.Refresh()
	g.objs = append(g.objs, t.box)
	if th.Picture != nil {
		if t.image.Image != th.Picture {
			t.image.Image = th.Picture
			t.image.Refresh()
		}
		in := t.box.StrokeWidth
		place(t.image, pic.x+in, pic.y+in, pic.w-2*in, pic.h-2*in)
		g.objs = append(g.objs, t.image)
	} else {
		t.icon.paint(th.Icon, theme.Color(theme.Text2))
		t.icon.move(pic.x+pic.w/2-12, pic.y+pic.h/2-12)
		g.objs = append(g.objs, t.icon.img)
	}
	c := g.crossOf(i)
	t.disc.FillColor = darkDisc()
	place(t.disc, c.x, c.y, c.w, c.h)
	t.cross.paint(assets.IconClose, theme.Color(theme.OnPicture))
	t.cross.move(c.x+6, c.y+6)
	g.objs = append(g.objs, t.disc, t.cross.img)
	ink := theme.Text3
	if th.Bad {
		ink = theme.Danger
	}
	name := layoutLine(shortName(th.Name, Small, f.w), Small, f.w)
	t.name.show(name, inks{text: theme.Color(theme.Text)}, f.x, f.y+pic.h+2, name.width, false)
	line := layoutLine(Text(th.Line), Caption, f.w)
	t.line.show(line, inks{text: theme.Color(ink)}, f.x, f.y+pic.h+22, line.width, false)
	g.objs = append(append(g.objs, t.name.list...), t.line.list...)
}

func (g *ThumbGrid) crossOf(i int) frame {
	f := g.frame(i)
	return frame{f.x + f.w - thumbCross - 4, f.y + 4, thumbCross, thumbCross}
}

func (g *ThumbGrid) tileAt(p fyne.Position) int {
	p = turned(p, g.Size().Width)
	for i := range g.list {
		if g.frame(i).contains(p) {
			return i
		}
	}
	return -1
}

// Tapped implements fyne.Tappable.
func (g *ThumbGrid) Tapped(e *fyne.PointEvent) {
	touch()
	i := g.tileAt(e.Position)
	if i < 0 {
		return
	}
	g.at = i
	if g.crossOf(i).contains(turned(e.Position, g.Size().Width)) {
		g.remove(i)
		return
	}
	if c := canvasOf(g); c != nil {
		c.Focus(g)
	}
	g.Refresh()
}

func (g *ThumbGrid) remove(i int) {
	if g.OnRemove != nil && i < len(g.list) {
		g.OnRemove(i)
	}
}

func (g *ThumbGrid) move(from, to int) int {
	if g.OnMove == nil || to < 0 || to >= len(g.list) {
		return from
	}
	return g.OnMove(from, to)
}

// Dragged implements fyne.Draggable.
func (g *ThumbGrid) Dragged(e *fyne.DragEvent) {
	touch()
	if g.drag < 0 {
		g.drag = g.tileAt(e.Position.SubtractXY(e.Dragged.DX, e.Dragged.DY))
	}
	if g.drag < 0 {
		return
	}
	if over := g.tileAt(e.Position); over >= 0 && over != g.drag {
		g.drag = g.move(g.drag, over)
		g.at = g.drag
	}
	g.Refresh()
}

// DragEnd implements fyne.Draggable.
func (g *ThumbGrid) DragEnd() {
	g.drag = -1
	g.Refresh()
}

// FocusGained implements fyne.Focusable.
func (g *ThumbGrid) FocusGained() {
	g.focused = true
	g.Refresh()
}

// FocusLost implements fyne.Focusable.
func (g *ThumbGrid) FocusLost() {
	g.focused = false
	g.Refresh()
}

// TypedRune implements fyne.Focusable.
func (g *ThumbGrid) TypedRune(rune) { touch() }

// TypedKey implements fyne.Focusable.
func (g *ThumbGrid) TypedKey(k *fyne.KeyEvent) {
	touch()
	step := map[fyne.KeyName]int{
		fyne.KeyLeft: -1, fyne.KeyRight: 1, fyne.KeyUp: -g.columns(g.width), fyne.KeyDown: g.columns(g.width),
		fyne.KeyHome: -len(g.list), fyne.KeyEnd: len(g.list),
	}[k.Name]
	switch {
	case step != 0:
		g.at = max(0, min(g.at+step, len(g.list)-1))
		g.Refresh()
	case k.Name == fyne.KeyDelete || k.Name == fyne.KeyBackspace:
		g.remove(g.at)
	case k.Name == fyne.KeyEscape:
		escapeFocused()
	}
}

// TypedShortcut implements fyne.Shortcutable: Ctrl with the arrow keys moves the
// chosen file.
func (g *ThumbGrid) TypedShortcut(s fyne.Shortcut) {
	k, ok := s.(*desktop.CustomShortcut)
	if !ok || k.Modifier != fyne.KeyModifierShortcutDefault {
		return
	}
	step := map[fyne.KeyName]int{fyne.KeyLeft: -1, fyne.KeyRight: 1, fyne.KeyUp: -g.columns(g.width), fyne.KeyDown: g.columns(g.width)}[k.KeyName]
	if step != 0 {
		g.at = g.move(g.at, max(0, min(g.at+step, len(g.list)-1)))
		g.Refresh()
	}
}

// Cursor implements desktop.Cursorable.
func (g *ThumbGrid) Cursor() desktop.Cursor { return desktop.PointerCursor }

// InspectText implements Texted: its tiles are told one by one.
func (g *ThumbGrid) InspectText() string { return "" }

func (g *ThumbGrid) inspectParts() []Seen {
	var out []Seen
	for i, t := range g.list {
		f, c := g.frame(i), g.crossOf(i)
		out = append(out, Seen{Name: "thumb:" + t.Name, Text: t.Line, X: f.x, Y: f.y, W: f.w, H: f.h},
			Seen{Name: "thumb.remove:" + t.Name, X: c.x, Y: c.y, W: c.w, H: c.h})
	}
	return out
}
