package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/theme"
)

// PathNode is a station of a path.
type PathNode struct {
	Icon   assets.IconName
	Title  string // "First relay"
	Detail string // "Netherlands · 194.163.160.32"
	End    bool   // you, the swarm: not a relay
	Solid  bool   // you: accent
	Dim    bool   // not reached
}

// PathView is a path from top to bottom: stations with lines between them, and
// a frame round the relays. With motion on a dot runs down it once when Pulse
// is called; it never moves by itself.
type PathView struct {
	fynewidget.BaseWidget
	nodes []PathNode
	built []*pathParts
	dot   *canvas.Circle
	list  []fyne.CanvasObject
}

type pathParts struct {
	circle *canvas.Circle
	glyph  *glyph
	title  flowView
	detail flowView
	line   *canvas.Rectangle
}

const (
	pathCircle float32 = 40
	pathStep   float32 = 64
)

// NewPathView shows a path.
func NewPathView(nodes []PathNode) *PathView {
	p := &PathView{dot: canvas.NewCircle(nil)}
	p.dot.Hidden = true
	p.nodes = nodes
	p.ExtendBaseWidget(p)
	return p
}

// Set shows another path.
func (p *PathView) Set(nodes []PathNode) {
	p.nodes = nodes
	p.Refresh()
}

// Pulse lets a dot run down the path once, if motion is on.
func (p *PathView) Pulse() {
	if !theme.Motion() || len(p.nodes) < 2 {
		return
	}
	p.dot.Hidden = false
	length := float32(len(p.nodes)-1) * pathStep
	fyne.NewAnimation(2*pathPulse, func(f float32) {
		p.dot.Hidden = f >= 1
		place(p.dot, pathCircle/2-5, pathCircle/2+length*f-5, 10, 10)
		canvas.Refresh(p)
	}).Start()
}

const pathPulse = 800_000_000 // nanoseconds; one run lasts two of them

// CreateRenderer implements fyne.Widget.
func (p *PathView) CreateRenderer() fyne.WidgetRenderer { return newRenderer(p) }

func (p *PathView) minSize() fyne.Size {
	if len(p.nodes) == 0 {
		return fyne.Size{}
	}
	return size(240, float32(len(p.nodes)-1)*pathStep+pathCircle)
}

func (p *PathView) objects() []fyne.CanvasObject { return p.list }

func (p *PathView) paint() {
	for len(p.built) < len(p.nodes) {
		p.built = append(p.built, &pathParts{circle: canvas.NewCircle(nil), glyph: newGlyph("", 20), line: newBox(1)})
	}
	for i, n := range p.nodes {
		b := p.built[i]
		ground, border, ink := theme.AccentSoft, theme.AccentLine, theme.AccentInk
		switch {
		case n.Solid:
			ground, border, ink = theme.Accent, theme.Accent, theme.OnAccent
		case n.End, n.Dim:
			ground, border, ink = theme.Field, theme.Line, theme.Text2
		}
		b.circle.FillColor, b.circle.StrokeColor, b.circle.StrokeWidth = theme.Color(ground), theme.Color(border), 2
		b.glyph.paint(n.Icon, theme.Color(ink))
		line := theme.AccentInk
		if n.Dim || i+1 < len(p.nodes) && p.nodes[i+1].Dim {
			line = theme.Line
		}
		setRect(b.line, theme.Color(line), 1)
	}
	p.dot.FillColor = theme.Color(theme.AccentInk)
}

func (p *PathView) layout(s fyne.Size) {
	p.list = p.list[:0]
	for i, n := range p.nodes {
		b := p.built[i]
		y := float32(i) * pathStep
		if i+1 < len(p.nodes) {
			place(b.line, pathCircle/2-1, y+pathCircle+4, 2, pathStep-pathCircle-8)
			p.list = append(p.list, b.line)
		}
		place(b.circle, 0, y, pathCircle, pathCircle)
		b.glyph.move((pathCircle-20)/2, y+(pathCircle-20)/2)
		p.list = append(p.list, b.circle, b.glyph.img)
		x := pathCircle + theme.Space16
		room := max(s.Width-x, 40)
		titleY := y + (pathCircle-Body.Line)/2
		if n.Detail != "" {
			titleY = y - 1
			b.detail.show(layoutLine(Text(n.Detail), Small, room), plainInks(theme.Text2), x, y+Body.Line-1, room, false)
			p.list = append(p.list, b.detail.list...)
		}
		b.title.show(layoutLine(Text(n.Title), BodyBold, room), plainInks(theme.Text), x, titleY, room, false)
		p.list = append(p.list, b.title.list...)
	}
	p.list = append(p.list, p.dot)
}
