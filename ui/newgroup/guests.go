package newgroup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// OpenGuests shows the sheet that invites contacts to a community; chosen gets
// who shall be sent an invitation.
func OpenGuests(c fyne.Canvas, desk vm.Desk, e vm.PickEngine, community string, chosen func(ids []model.ID)) {
	desk, leave := desk.Sub()
	m := vm.NewGuestPick(desk, e)
	list := newPicks(m)
	column := container.New(widget.Column{}, list.object, widget.Gap(theme.Space8),
		widget.NewParagraph(text.T("community.invite_hint"), widget.Small, theme.Text2, inner))
	sheet := widget.NewSheet(text.F("community.invite_title", "name", community), column)
	sheet.Width = width
	invite := widget.Name(widget.NewButton(text.T("community.invite_do"), widget.Primary, func() {
		sheet.Dismiss()
		chosen(m.Chosen())
	}), "newgroup.invite")
	m.Changed = func() {
		invite.SetDisabled(len(m.Chosen()) == 0)
		list.update()
		if sheet.IsOpen() {
			sheet.Refresh()
		}
	}
	sheet.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, sheet.Dismiss), invite)
	sheet.SetInitialFocus(list.field.FocusTarget())
	sheet.OnClose = leave
	m.Changed()
	sheet.Open(c)
}
