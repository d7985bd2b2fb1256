package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
)

// Sheet is a dialog inside the window: veil, title with a cross, body, and a
// footer of buttons. Esc and a click on the veil close it unless Firm.
type Sheet struct {
	fynewidget.BaseWidget
	Title   string
	Width   float32 // of the sheet; 480 unless set
	Firm    bool    // only its buttons close it
	OnClose func()  // however it was closed

	body    fyne.CanvasObject
	footer  []fyne.CanvasObject // right; see SetFooter
	aside   fyne.CanvasObject   // left in the footer
	veil    *veil
	box     *canvas.Rectangle
	title   *Label
	cross   *IconButton
	line    *canvas.Rectangle
	scroll  *scrollBox
	canvas  fyne.Canvas
	before  fyne.Focusable
	initial fyne.Focusable
}

// NewSheet makes a sheet; Open opens it.
func NewSheet(title string, body fyne.CanvasObject) *Sheet {
	s := &Sheet{Title: title, Width: 480, body: body, box: newBox(theme.Radius18), line: newBox(0)}
	s.title = NewShrinking(title, Title, theme.Text)
	s.cross = NewIconButton(assets.IconClose, text.T("widget.close"), s.Dismiss)
	s.veil = newVeil(func() {
		if !s.Firm {
			s.Dismiss()
		}
	})
	s.scroll = newScrollBox(body)
	s.ExtendBaseWidget(s)
	return s
}

// SetFooter puts buttons into the footer, right-aligned in the given order;
// aside may be nil and stands on the left.
func (s *Sheet) SetFooter(aside fyne.CanvasObject, buttons ...fyne.CanvasObject) *Sheet {
	s.aside, s.footer = aside, buttons
	return s
}

// SetInitialFocus chooses who has the keyboard when the sheet opens.
func (s *Sheet) SetInitialFocus(f fyne.Focusable) *Sheet {
	s.initial = f
	return s
}

// Open opens the sheet over a window.
func (s *Sheet) Open(c fyne.Canvas) {
	s.canvas, s.before = c, c.Focused()
	c.Overlays().Add(s)
	s.Resize(c.Size())
	switch {
	case s.initial != nil:
		c.Focus(s.initial)
	default:
		c.Focus(s.veil)
	}
}

// OpenFor opens the sheet over the window an object is in.
func (s *Sheet) OpenFor(o fyne.CanvasObject) {
	if c := canvasOf(o); c != nil {
		s.Open(c)
	}
}

// Dismiss closes the sheet.
func (s *Sheet) Dismiss() {
	c := s.canvas
	if c == nil {
		return
	}
	s.canvas = nil
	c.Overlays().Remove(s)
	if s.before != nil {
		c.Focus(s.before)
	}
	if s.OnClose != nil {
		s.OnClose()
	}
}

// IsOpen reports whether the sheet is shown.
func (s *Sheet) IsOpen() bool { return s.canvas != nil }

// CreateRenderer implements fyne.Widget.
func (s *Sheet) CreateRenderer() fyne.WidgetRenderer { return newRenderer(s) }

func (s *Sheet) minSize() fyne.Size { return size(0, 0) }

func (s *Sheet) objects() []fyne.CanvasObject {
	list := []fyne.CanvasObject{s.veil, s.box, s.title, s.scroll}
	if !s.Firm {
		list = append(list, s.cross)
	}
	if s.hasFooter() {
		list = append(list, s.line)
		if s.aside != nil {
			list = append(list, s.aside)
		}
		list = append(list, s.footer...)
	}
	return list
}

func (s *Sheet) hasFooter() bool { return s.aside != nil || len(s.footer) > 0 }

func (s *Sheet) paint() {
	s.box.FillColor, s.box.StrokeColor, s.box.StrokeWidth = theme.Color(theme.Sheet), theme.Color(theme.Line), 1
	s.line.FillColor = theme.Color(theme.Line)
	if spansText(s.title.Spans) != s.Title {
		s.title.SetText(s.Title)
	}
}

func (s *Sheet) layout(area fyne.Size) {
	s.veil.Resize(area)
	w := min(s.Width, area.Width-2*theme.Space16)
	inner := w - 2*theme.Space24
	head, foot := theme.HeaderHeight, theme.Space24
	if s.hasFooter() {
		foot = theme.Space24 + s.footerHeight(w)
	}
	// Twice: wrapped text knows its height only once it has its width.
	s.body.Resize(size(inner, s.body.MinSize().Height))
	bodyHeight := s.body.MinSize().Height
	h := min(head+bodyHeight+foot, area.Height-2*theme.Space24)
	x, y := round((area.Width-w)/2), round((area.Height-h)/2)
	place(s.box, x, y, w, h)
	place(s.title, x+theme.Space24, y+(head-theme.Line24)/2, inner-40, theme.Line24)
	place(s.cross, x+w-theme.Space12-40, y+12, 40, 40)
	// The scrolled part is wider than its content, or it would cut focus rings. It
	// goes down to the footer or the border: what does not fit is cut there.
	const air = theme.Space24 - 1
	place(s.scroll, x+theme.Space24-scrollSide, y+head, inner+scrollSide+theme.Space16, h-head-foot+air)
	s.scroll.setContentSize(size(inner, max(bodyHeight, h-head-foot)+air))
	if s.hasFooter() {
		s.layoutFooter(x, y+h-s.footerHeight(w), w)
	}
}

// footerFits reports whether the buttons stand side by side in a sheet of a
// width; else they stand on each other.
func (s *Sheet) footerFits(w float32) bool {
	need := 2 * theme.Space12
	for _, b := range s.footer {
		need += b.MinSize().Width + theme.Space8
	}
	return need-theme.Space8 <= w
}

func (s *Sheet) footerHeight(w float32) float32 {
	if s.footerFits(w) {
		return theme.HeaderHeight
	}
	h := theme.Space12 + theme.Space4
	if s.aside != nil {
		h += s.aside.MinSize().Height + theme.Space8
	}
	for _, b := range s.footer {
		h += b.MinSize().Height + theme.Space8
	}
	return h
}

// stackFooter sets what acts on top, as it stands at the end of a row.
func (s *Sheet) stackFooter(x, y, w float32) {
	y += theme.Space12
	under := func(o fyne.CanvasObject) {
		h := o.MinSize().Height
		place(o, x+theme.Space24, y, w-2*theme.Space24, h)
		y += h + theme.Space8
	}
	if s.aside != nil {
		under(s.aside)
	}
	for i := len(s.footer) - 1; i >= 0; i-- {
		under(s.footer[i])
	}
}

func (s *Sheet) layoutFooter(x, y, w float32) {
	place(s.line, x+1, y, w-2, 1)
	if !s.footerFits(w) {
		s.stackFooter(x, y, w)
		return
	}
	right := x + w - theme.Space12
	for i := len(s.footer) - 1; i >= 0; i-- {
		m := s.footer[i].MinSize()
		right -= m.Width
		place(s.footer[i], right, y+(theme.HeaderHeight-m.Height)/2, m.Width, m.Height)
		right -= theme.Space8
	}
	if s.aside != nil {
		m := s.aside.MinSize()
		place(s.aside, x+theme.Space24, y+(theme.HeaderHeight-m.Height)/2, right-x-theme.Space24, m.Height)
	}
}

// Confirm asks a question in a sheet: body, a quiet button and one that acts.
// danger paints the acting button red.
func Confirm(c fyne.Canvas, title, body, action string, danger bool, confirmed func()) *Sheet {
	const width = 420
	s := NewSheet(title, NewParagraph(body, Body, theme.Text2, width-2*theme.Space24))
	s.Width = width
	kind := Primary
	if danger {
		kind = Danger
	}
	do := Name(NewButton(action, kind, func() {
		s.Dismiss()
		if confirmed != nil {
			confirmed()
		}
	}), "confirm.ok")
	s.SetFooter(nil, NewButton(text.T("widget.cancel"), Secondary, s.Dismiss), do)
	s.SetInitialFocus(do)
	s.Open(c)
	return s
}

// veil darkens the window and catches what is not meant for the sheet.
type veil struct {
	fynewidget.BaseWidget
	ground *panel
	tapped func()
}

var _ fyne.Focusable = (*veil)(nil)
var _ desktop.Hoverable = (*veil)(nil)

func newVeil(tapped func()) *veil {
	v := &veil{ground: newPanel(0), tapped: tapped}
	v.ExtendBaseWidget(v)
	return v
}

// CreateRenderer implements fyne.Widget.
func (v *veil) CreateRenderer() fyne.WidgetRenderer { return newRenderer(v) }

func (v *veil) minSize() fyne.Size           { return fyne.Size{} }
func (v *veil) objects() []fyne.CanvasObject { return []fyne.CanvasObject{v.ground.object()} }
func (v *veil) layout(s fyne.Size)           { v.ground.place(0, 0, s.Width, s.Height) }
func (v *veil) paint() {
	v.ground.rect.FillColor = theme.Color(theme.Veil)
	v.ground.refresh()
}

func (v *veil) Tapped(*fyne.PointEvent)          { v.tapped() }
func (v *veil) TappedSecondary(*fyne.PointEvent) { v.tapped() }
func (v *veil) MouseIn(*desktop.MouseEvent)      {}
func (v *veil) MouseMoved(*desktop.MouseEvent)   {}
func (v *veil) MouseOut()                        {}
func (v *veil) FocusGained()                     {}
func (v *veil) FocusLost()                       {}
func (v *veil) TypedRune(rune)                   {}
func (v *veil) TypedKey(k *fyne.KeyEvent) {
	if k.Name == fyne.KeyEscape {
		v.tapped()
	}
}
