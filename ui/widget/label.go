package widget

import (
	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/ui/theme"
)

// Label shows text: on one line with an ellipsis, or wrapped. It draws emoji
// in colour and right-to-left text from the right. Change the fields through
// the setters, or call Refresh.
type Label struct {
	fynewidget.BaseWidget
	Spans  []Span
	Style  Style
	Color  theme.Name
	Centre bool

	wrap     bool
	maxLines int
	fixed    float32 // width for MinSize; 0: unknown before the first layout
	OnLink   func(Span)

	flow  *flow
	width float32 // for which flow was made
	full  float32 // of one line unshortened; below 0: not measured
	view  flowView
}

// NewLabel shows one line, shortened with an ellipsis where it does not fit.
// Its minimum width is its full width; give it less through the layout, or see
// NewShrinking.
func NewLabel(text string, style Style, color theme.Name) *Label {
	l := &Label{Spans: Text(text), Style: style, Color: color}
	l.ExtendBaseWidget(l)
	return l
}

// NewShrinking is NewLabel with a minimum width of nothing, for names in bars.
func NewShrinking(text string, style Style, color theme.Name) *Label {
	l := NewLabel(text, style, color)
	l.fixed = -1
	return l
}

// NewParagraph shows wrapped text. width is the column it is made for, so that
// its height is right before the first layout; 0 when unknown.
func NewParagraph(text string, style Style, color theme.Name, width float32) *Label {
	l := NewLabel(text, style, color)
	l.wrap, l.fixed = true, width
	return l
}

// NewParagraphSpans is NewParagraph with words set off: Strong, Link ...
func NewParagraphSpans(spans []Span, style Style, color theme.Name, width float32) *Label {
	l := NewParagraph("", style, color, width)
	l.Spans = spans
	return l
}

// SetText replaces the text.
func (l *Label) SetText(text string) { l.SetSpans(Text(text)) }

// SetSpans replaces the text.
func (l *Label) SetSpans(spans []Span) {
	l.Spans = spans
	l.Refresh()
}

// SetColor changes the colour.
func (l *Label) SetColor(color theme.Name) {
	l.Color = color
	l.Refresh()
}

// SetMaxLines limits a paragraph; the last line ends in an ellipsis.
func (l *Label) SetMaxLines(n int) {
	l.maxLines = n
	l.Refresh()
}

// HeightFor returns the height of a paragraph in a column of width.
func (l *Label) HeightFor(width float32) float32 {
	return l.make(width).height
}

func (l *Label) make(width float32) (f *flow) {
	if l.wrap {
		f = layoutText(l.Spans, flowOptions{style: l.Style, width: width, maxLines: l.maxLines, ellipsis: true})
	} else {
		f = layoutLine(l.Spans, l.Style, width)
	}
	f.label = true
	return f
}

// CreateRenderer implements fyne.Widget.
func (l *Label) CreateRenderer() fyne.WidgetRenderer { return newRenderer(l) }

func (l *Label) paint() { l.flow, l.full = nil, -1 }

func (l *Label) minSize() fyne.Size {
	switch {
	case !l.wrap && l.fixed < 0:
		return size(0, l.Style.Line)
	case !l.wrap:
		// The window asks every object for its size before each frame.
		if l.full < 0 {
			l.full = ceil(layoutLine(l.Spans, l.Style, 0).width)
		}
		return size(l.full, l.Style.Line)
	case l.width > 0:
		return size(min(max(l.fixed, 0), l.width), l.flowFor(l.width).height)
	case l.fixed > 0:
		return size(l.fixed, l.flowFor(l.fixed).height)
	}
	return size(0, l.Style.Line)
}

func (l *Label) flowFor(width float32) *flow {
	if l.flow == nil || l.width != width {
		l.flow, l.width = l.make(width), width
	}
	return l.flow
}

func (l *Label) layout(s fyne.Size) {
	if s.Width <= 0 {
		return
	}
	f := l.flowFor(s.Width)
	y := float32(0)
	if !l.wrap {
		y = round((s.Height - f.height) / 2)
	}
	l.view.show(f, plainInks(l.Color), 0, y, s.Width, l.Centre)
}

func (l *Label) objects() []fyne.CanvasObject { return l.view.list }
