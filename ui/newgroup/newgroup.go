// Package newgroup is the sheet that makes a closed group, and the one that
// invites more members to it.
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

// Open shows the sheet that makes a group; created gets its conversation.
func Open(c fyne.Canvas, desk vm.Desk, e vm.NewGroupEngine, created func(model.ConversationID)) {
	desk, leave := desk.Sub()
	m := vm.BeginGroup(desk, e)
	list := newPicks(m.MemberPick)
	name := widget.Name(widget.NewTextField(text.T("newgroup.name")).Large().WithLimit(vm.MaxGroupName), "newgroup.name")
	name.OnChanged = m.SetName
	name.OnSubmitted = func(string) { list.field.Focus() }
	column := container.New(widget.Column{}, name, widget.Gap(theme.Space12), list.object)
	sheet := widget.NewSheet(text.T("newgroup.title"), column)
	sheet.Width = width
	create := widget.Name(widget.NewButton(text.T("newgroup.create"), widget.Primary, m.Create), "newgroup.create")
	m.Changed = func() {
		name.SetError(m.Problem)
		create.SetDisabled(!m.Ready())
		list.update()
		if sheet.IsOpen() {
			sheet.Refresh()
		}
	}
	m.Created = func(conv model.ConversationID) {
		sheet.Dismiss()
		created(conv)
	}
	sheet.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, sheet.Dismiss), create)
	sheet.SetInitialFocus(name.FocusTarget())
	sheet.OnClose = leave
	m.Changed()
	sheet.Open(c)
}

// OpenInvite shows the sheet that invites to a group of whom taken are members;
// chosen gets who shall be invited, and whether they may read what was said.
func OpenInvite(c fyne.Canvas, desk vm.Desk, e vm.PickEngine, taken []model.ID, chosen func(ids []model.ID, history bool)) {
	desk, leave := desk.Sub()
	m := vm.NewMemberPick(desk, e, taken)
	list := newPicks(m)
	history := false
	read := widget.Name(widget.NewSwitchRow(text.T("newgroup.history"), false, func(on bool) { history = on }), "newgroup.history")
	column := container.New(widget.Column{}, list.object, widget.Gap(theme.Space8), read,
		widget.NewParagraph(text.T("newgroup.history_hint"), widget.Small, theme.Text2, inner))
	sheet := widget.NewSheet(text.T("newgroup.invite_title"), column)
	sheet.Width = width
	invite := widget.Name(widget.NewButton(text.T("newgroup.invite"), widget.Primary, func() {
		sheet.Dismiss()
		chosen(m.Chosen(), history)
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
