// Package ownid shows the own Session ID: a card for the empty window and for
// settings, and a sheet.
package ownid

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Window is what the card needs of the window around it.
type Window interface {
	Copy(text string)
	// SavePicture writes a picture where the user finds it and says where.
	SavePicture(name string, img image.Image)
}

const (
	codeSide  float32 = 160
	savedSide int     = 1024
)

// NewCard shows QR code, Session ID and what can be done with them. It stands
// in columns from 300 on; from 480 on the code is beside the text.
func NewCard(id model.ID, w Window) fyne.CanvasObject { return newCard(id, w, widget.Primary) }

// newCard is NewCard with its first button of a kind: only one thing in a view
// is solid.
func newCard(id model.ID, w Window, kind widget.ButtonKind) fyne.CanvasObject {
	label := widget.NewLabel(text.T("ownid.label"), widget.SmallBold, theme.Text2)
	digits := widget.NewParagraph(vm.IDLines(id), widget.CodeBody, theme.Text, 220)
	copyID := widget.NewIconTextButton(assets.IconCopy, text.T("app.copy"), kind, func() { w.Copy(id.String()) }).Sized(widget.Compact)
	save := widget.NewIconTextButton(assets.IconQR, text.T("ownid.save"), widget.Secondary, func() { savePicture(id, w) }).Sized(widget.Compact)
	facts := container.New(widget.Column{}, label, widget.Gap(theme.Space8), digits, widget.Gap(theme.Space16),
		container.New(widget.Flow{Gap: theme.Space8}, widget.Name(copyID, "ownid.copy"), widget.Name(save, "ownid.save")))
	parts := []fyne.CanvasObject{facts}
	// A Session ID always fits a code.
	if code, err := widget.NewQR(id.String(), codeSide); err == nil {
		parts = []fyne.CanvasObject{code, facts}
	}
	return widget.NewCard(container.New(beside{}, parts...), 20)
}

func savePicture(id model.ID, w Window) {
	if img, err := widget.QRImage(id.String(), savedSide); err == nil {
		w.SavePicture(text.T("ownid.file"), img)
	}
}

// beside sets the code left of the text, or above it where there is no room.
type beside struct{}

func (beside) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	defer widget.Turn(objects, s)
	if len(objects) == 1 {
		objects[0].Resize(s)
		return
	}
	code, facts := objects[0], objects[1]
	m := facts.MinSize()
	code.Resize(fyne.NewSize(codeSide, codeSide))
	facts.Resize(m)
	if s.Width < codeSide+theme.Space24+m.Width {
		code.Move(fyne.NewPos(0, 0))
		facts.Move(fyne.NewPos(0, codeSide+theme.Space16))
		facts.Resize(fyne.NewSize(s.Width, m.Height))
		return
	}
	facts.Resize(fyne.NewSize(s.Width-codeSide-theme.Space24, m.Height))
	m.Height = facts.MinSize().Height
	code.Move(fyne.NewPos(0, 0))
	facts.Move(fyne.NewPos(codeSide+theme.Space24, (max(codeSide, m.Height)-m.Height)/2))
}

func (beside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	m := objects[len(objects)-1].MinSize()
	if len(objects) == 1 {
		return m
	}
	if w := objects[0].Size().Width; w > 0 && objects[1].Position().Y > codeSide {
		return fyne.NewSize(max(m.Width, codeSide), codeSide+theme.Space16+m.Height)
	}
	return fyne.NewSize(max(m.Width, codeSide), max(codeSide, m.Height))
}

// Open shows the card in a sheet.
func Open(c fyne.Canvas, name string, id model.ID, w Window) *widget.Sheet {
	const width float32 = 520
	hint := widget.NewParagraph(text.T("ownid.hint"), widget.Small, theme.Text2, width-2*theme.Space24)
	s := widget.NewSheet(text.T("ownid.title"), container.New(widget.Column{Gap: theme.Space16}, NewCard(id, w), hint))
	s.Width = width
	s.Open(c)
	return s
}
