package widget

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/ui/theme"
)

// Stage is the content of a window: the screens, and above them what floats
// without taking the keyboard (toasts, tooltips). Sheets and menus are the
// canvas's overlays, so that Tab stays inside them.
//
// Give it to Window.SetContent itself: StageOf finds it there.
type Stage struct {
	fynewidget.BaseWidget
	// OnEscape is called for Esc when no sheet or menu is open.
	OnEscape func()
	// ToastLift is how far above the bottom toasts stand: over the composer.
	ToastLift float32
	// OnResize is called with each new size of the window.
	OnResize func(fyne.Size)
	// Last, if there is one, is painted after everything else on the stage and has
	// its size; nobody sees it.
	Last fyne.CanvasObject

	content fyne.CanvasObject
	toasts  []*toast
	tip     *tipBox
	tipFor  fyne.CanvasObject
	tipStop func()
	ahead   *typeAhead // while keys are held
	unseen  []fyne.CanvasObject
	painted func() // stops the end of unseen
}

// NewStage puts content on a stage.
func NewStage(content fyne.CanvasObject) *Stage {
	s := &Stage{content: content, tip: newTipBox(), ToastLift: 88}
	s.ExtendBaseWidget(s)
	return s
}

// StageOf returns the stage of the window an object is in, or nil.
func StageOf(o fyne.CanvasObject) *Stage {
	c := canvasOf(o)
	if c == nil {
		return nil
	}
	s, _ := c.Content().(*Stage)
	return s
}

// canvasOf returns the canvas an object is on, or nil. Tests replace it.
var canvasOf = func(o fyne.CanvasObject) fyne.Canvas {
	if app := fyne.CurrentApp(); app != nil && o != nil {
		return app.Driver().CanvasForObject(o)
	}
	return nil
}

// SetContent changes what is under the floating layer.
func (s *Stage) SetContent(content fyne.CanvasObject) {
	again := content != nil && content != s.content && !content.Size().IsZero()
	s.content = content
	s.Refresh()
	if again {
		recolour(content) // the settings may have changed the theme meanwhile
	}
}

// Content returns what SetContent set.
func (s *Stage) Content() fyne.CanvasObject { return s.content }

// Escape does what Esc does from within a control: it closes the uppermost
// sheet or menu, else calls the stage's OnEscape.
func Escape(from fyne.CanvasObject) {
	c := canvasOf(from)
	if c == nil {
		return
	}
	if top, ok := c.Overlays().Top().(dismisser); ok {
		top.Dismiss()
		return
	}
	if s, ok := c.Content().(*Stage); ok && s.OnEscape != nil {
		s.OnEscape()
	}
}

// dismisser is an overlay that Esc closes.
type dismisser interface{ Dismiss() }

// CreateRenderer implements fyne.Widget.
func (s *Stage) CreateRenderer() fyne.WidgetRenderer { return newRenderer(s) }

func (s *Stage) minSize() fyne.Size {
	if s.content == nil {
		return fyne.Size{}
	}
	return s.content.MinSize()
}

func (s *Stage) paint() {}

func (s *Stage) objects() []fyne.CanvasObject {
	var list []fyne.CanvasObject
	if s.content != nil {
		list = append(list, s.content)
	}
	for _, t := range s.toasts {
		list = append(list, t)
	}
	if s.tipFor != nil {
		list = append(list, s.tip)
	}
	if s.ahead != nil {
		list = append(list, s.ahead)
	}
	list = append(list, s.unseen...)
	if s.Last != nil {
		list = append(list, s.Last)
	}
	return list
}

func (s *Stage) layout(area fyne.Size) {
	if c := canvasOf(s); c != nil {
		SetScale(c.Scale())
	}
	if s.content != nil {
		s.content.Move(pos(0, 0))
		s.content.Resize(area)
	}
	if s.Last != nil {
		s.Last.Resize(area)
	}
	y := area.Height - s.ToastLift
	for i := len(s.toasts) - 1; i >= 0; i-- {
		t := s.toasts[i]
		m := t.MinSize()
		w := min(m.Width, area.Width-2*theme.Space16)
		y -= m.Height
		place(t, round((area.Width-w)/2), y, w, m.Height)
		y -= theme.Space8
	}
	if s.OnResize != nil {
		s.OnResize(area)
	}
}

// Toast shows a sentence at the bottom for a while, with a button if action is
// not empty ("Undo"). expired is called when it goes without the button
// having been pressed; both functions may be nil. It returns a function that takes
// it away at once.
func (s *Stage) Toast(message, action string, tapped, expired func()) (dismiss func()) {
	const stay, longer = 4 * time.Second, 7 * time.Second
	t := newToast(message, action)
	done := false
	end := func(f func()) {
		if done {
			return
		}
		done = true
		for i, o := range s.toasts {
			if o == t {
				s.toasts = append(s.toasts[:i:i], s.toasts[i+1:]...)
				break
			}
		}
		s.Refresh()
		if f != nil {
			f()
		}
	}
	if t.button != nil {
		t.button.OnTapped = func() { end(tapped) }
	}
	s.toasts = append(s.toasts, t)
	s.Refresh()
	wait := stay
	if action != "" {
		wait = longer
	}
	timer := afterFunc(wait, func() { end(expired) })
	t.dismiss = func() {
		timer()
		end(nil)
	}
	return t.dismiss
}

// DropToasts takes all toasts away, as their dismiss does: what they are about is
// not shown any more.
func (s *Stage) DropToasts() {
	for _, t := range slices.Clone(s.toasts) {
		t.dismiss()
	}
}

// afterFunc runs f on the interface's goroutine after a while; the result
// stops it. Tests replace it.
var afterFunc = func(d time.Duration, f func()) (stop func()) {
	t := time.AfterFunc(d, func() { fyne.Do(f) })
	return func() { t.Stop() }
}

const tipDelay = 500 * time.Millisecond

func (s *Stage) showTip(owner fyne.CanvasObject, text string) {
	s.hideTip(s.tipFor)
	s.tipStop = afterFunc(tipDelay, func() {
		driver := fyne.CurrentApp().Driver()
		if driver.CanvasForObject(owner) == nil || !owner.Visible() {
			return
		}
		at := driver.AbsolutePositionForObject(owner).Subtract(driver.AbsolutePositionForObject(s))
		s.tipFor = owner
		s.tip.set(text)
		m := s.tip.MinSize()
		x := at.X + (owner.Size().Width-m.Width)/2
		x = min(max(x, theme.Space8), s.Size().Width-m.Width-theme.Space8)
		y := at.Y + owner.Size().Height + theme.Space4
		if y+m.Height > s.Size().Height {
			y = at.Y - m.Height - theme.Space4
		}
		place(s.tip, round(x), round(y), m.Width, m.Height)
		s.Refresh()
	})
}

func (s *Stage) hideTip(owner fyne.CanvasObject) {
	if s.tipStop != nil {
		s.tipStop()
		s.tipStop = nil
	}
	if s.tipFor != nil && s.tipFor == owner {
		s.tipFor = nil
		s.Refresh()
	}
}

// tipBox is a tooltip: text on its opposite ground.
type tipBox struct {
	fynewidget.BaseWidget
	text  string
	box   *canvas.Rectangle
	label *canvas.Text
}

func newTipBox() *tipBox {
	t := &tipBox{box: newBox(theme.Radius6), label: &canvas.Text{}}
	t.ExtendBaseWidget(t)
	return t
}

func (t *tipBox) set(text string) {
	t.text = text
	t.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (t *tipBox) CreateRenderer() fyne.WidgetRenderer { return newRenderer(t) }

func (t *tipBox) minSize() fyne.Size {
	return size(ceil(textWidth(t.text, Caption, false))+16, 24)
}
func (t *tipBox) objects() []fyne.CanvasObject { return []fyne.CanvasObject{t.box, t.label} }
func (t *tipBox) paint() {
	setRect(t.box, theme.Color(theme.Text), theme.Radius6)
	setText(t.label, t.text, Caption, false, theme.Color(theme.Sheet))
}
func (t *tipBox) layout(s fyne.Size) {
	place(t.box, 0, 0, s.Width, s.Height)
	placeText(t.label, Caption, 8, 4, s.Width)
}

// toast is one message at the bottom.
type toast struct {
	fynewidget.BaseWidget
	box     *canvas.Rectangle
	label   *Label
	button  *Button
	dismiss func()
}

func newToast(message, action string) *toast {
	t := &toast{box: newBox(theme.Radius12), label: NewLabel(message, Small, theme.Text)}
	if action != "" {
		t.button = Name(NewButton(action, Ghost, nil).Sized(Compact), "toast.action")
	}
	t.ExtendBaseWidget(t)
	return t
}

// CreateRenderer implements fyne.Widget.
func (t *toast) CreateRenderer() fyne.WidgetRenderer { return newRenderer(t) }

func (t *toast) minSize() fyne.Size {
	w := t.label.MinSize().Width + 2*theme.Space16
	if t.button != nil {
		w += t.button.MinSize().Width + theme.Space4
	}
	return size(w, 44)
}

func (t *toast) objects() []fyne.CanvasObject {
	list := []fyne.CanvasObject{t.box, t.label}
	if t.button != nil {
		list = append(list, t.button)
	}
	return list
}

func (t *toast) paint() {
	t.box.FillColor, t.box.StrokeColor, t.box.StrokeWidth = theme.Color(theme.Sheet), theme.Color(theme.Line), 1
}

func (t *toast) layout(s fyne.Size) {
	place(t.box, 0, 0, s.Width, s.Height)
	right := s.Width - theme.Space16
	if t.button != nil {
		w := t.button.MinSize().Width
		place(t.button, s.Width-w-6, (s.Height-theme.ButtonSmall)/2, w, theme.ButtonSmall)
		right = s.Width - w - 10
	}
	place(t.label, theme.Space16, 0, right-theme.Space16, s.Height)
}
