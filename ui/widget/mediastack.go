package widget

import (
	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"
)

// MediaPart is something that a message carries over its text: an Album, a
// VoiceRow, a FileRow, a LinkCard.
type MediaPart interface {
	fyne.CanvasObject
	SizeIn(width float32) fyne.Size
}

// MediaStack is what a message carries, one part under the other. It is the
// Extra of a BubbleModel.
type MediaStack struct {
	fynewidget.BaseWidget
	parts []MediaPart
	under float32 // air before the text
}

const mediaGap float32 = 4

// NewMediaStack stacks parts; captioned leaves air for a text under them.
func NewMediaStack(captioned bool, parts ...MediaPart) *MediaStack {
	m := &MediaStack{parts: parts}
	if captioned {
		m.under = mediaGap
	}
	m.ExtendBaseWidget(m)
	return m
}

// Parts returns what is stacked.
func (m *MediaStack) Parts() []MediaPart { return m.parts }

// SizeIn measures the stack in a width.
func (m *MediaStack) SizeIn(width float32) fyne.Size {
	var s fyne.Size
	for i, p := range m.parts {
		one := p.SizeIn(width)
		s.Width = max(s.Width, one.Width)
		s.Height += one.Height
		if i > 0 {
			s.Height += mediaGap
		}
	}
	s.Height += m.under
	return s
}

// CreateRenderer implements fyne.Widget.
func (m *MediaStack) CreateRenderer() fyne.WidgetRenderer { return newRenderer(m) }

func (m *MediaStack) minSize() fyne.Size { return size(96, 40) }
func (m *MediaStack) paint()             {}
func (m *MediaStack) objects() []fyne.CanvasObject {
	list := make([]fyne.CanvasObject, len(m.parts))
	for i, p := range m.parts {
		list[i] = p
	}
	return list
}

func (m *MediaStack) layout(s fyne.Size) {
	y := float32(0)
	for _, p := range m.parts {
		one := p.SizeIn(s.Width)
		if _, wide := p.(*LinkCard); wide {
			one.Width = s.Width // an inset is as wide as the text under it
		}
		place(p, 0, y, one.Width, one.Height)
		y += one.Height + mediaGap
	}
}

// Park implements Parker.
func (m *MediaStack) Park() {
	for _, p := range m.parts {
		if k, ok := p.(Parker); ok {
			k.Park()
		}
	}
}

// Unpark tells the parts that they are in view again.
func (m *MediaStack) Unpark() {
	for _, p := range m.parts {
		if k, ok := p.(interface{ Unpark() }); ok {
			k.Unpark()
		}
	}
}
