package ownid

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/widget"
)

// OpenInvite shows a sheet with a text to send to somebody who is not on the
// network yet, and the own Session ID.
func OpenInvite(c fyne.Canvas, id model.ID, w Window) *widget.Sheet {
	const width float32 = 520
	invitation := text.F("ownid.invitation", "id", id.String())
	hint := widget.NewParagraph(text.T("ownid.invite_hint"), widget.Small, theme.Text2, width-2*theme.Space24)
	words := widget.NewParagraph(invitation, widget.Body, theme.Text, width-2*theme.Space24-2*theme.Space16)
	s := widget.NewSheet(text.T("ownid.invite_title"),
		container.New(widget.Column{Gap: theme.Space16}, hint, widget.NewCard(words, theme.Space16), newCard(id, w, widget.Secondary)))
	s.Width = width
	send := widget.Name(widget.NewIconTextButton(assets.IconCopy, text.T("ownid.invite_copy"), widget.Primary, func() { w.Copy(invitation) }), "invite.copy")
	s.SetFooter(nil, send)
	s.SetInitialFocus(send)
	s.Open(c)
	return s
}
