package groupinfo

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/newgroup"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// members lists who is in the group, with their roles and states.
func (v *View) members() []fyne.CanvasObject {
	m := v.model
	heading := container.New(widget.Row{}, widget.NewLabel(text.N("chat.members", m.Count()), widget.SmallBold, theme.Text2), widget.NewSpacer(nil))
	if m.Group.Admin && m.In() {
		heading.Add(widget.Name(widget.NewButton(text.T("group.invite"), widget.Ghost, v.invite).Sized(widget.Compact), "group.invite"))
	}
	out := []fyne.CanvasObject{
		container.New(widget.Inset{Top: theme.Space8, Bottom: theme.Space8}, widget.NewSeparator()), heading, widget.Gap(theme.Space4),
	}
	for i, who := range m.Members {
		if i == v.shown {
			rest := widget.NewPressRow("", text.N("group.rest", len(m.Members)-i), func() {
				v.shown = len(m.Members)
				v.update()
			})
			out = append(out, widget.Name(rest, "group.rest"))
			break
		}
		out = append(out, v.member(who))
	}
	return out
}

func (v *View) member(m vm.Member) fyne.CanvasObject {
	name := m.Name
	if m.Me {
		name = text.F("group.you", "name", m.Name)
	}
	var row *widget.PressRow
	menu := func() {
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(row)
		v.memberMenu(row, at.AddXY(row.Size().Width/3, row.Size().Height), m)
	}
	if m.Me {
		menu = nil
	}
	row = widget.NewPressRow("", name, menu)
	row.Lead = widget.NewAvatar(32, widget.AvatarModel{ID: m.ID.String(), Name: m.Name})
	switch {
	case m.Note != "":
		tone := widget.Neutral
		if m.Bad {
			tone = widget.DangerTone
		}
		row.Tail = widget.NewChip(m.Note, "", tone)
	case m.Admin:
		row.Tail = widget.NewChip(text.T("group.admin"), "", widget.AccentTone)
	}
	named := widget.Name(row, "group.member:"+m.Name)
	if m.Me {
		return named
	}
	return widget.NewMenuArea(named, func(at fyne.Position) { v.memberMenu(row, at, m) })
}

// memberMenu is what one can do with a member.
func (v *View) memberMenu(owner fyne.CanvasObject, at fyne.Position, m vm.Member) {
	item := func(key string, icon assets.IconName, action func()) widget.MenuItem {
		return widget.MenuItem{Name: "menu." + key, Label: text.T("group.menu." + key), Icon: icon, Action: action}
	}
	items := []widget.MenuItem{
		item("message", assets.IconCompose, func() { v.actions.Profile(m.ID) }),
		item("copy_id", assets.IconCopy, func() { v.window.Copy(m.ID.String()) }),
	}
	var admin []widget.MenuItem
	if m.CanResend {
		admin = append(admin, item("resend", assets.IconRetry, func() { v.model.Resend(m) }))
	}
	if m.CanPromote {
		admin = append(admin, item("promote", assets.IconAdmin, func() { v.promote(m) }))
	}
	if m.CanRemove {
		remove := item("remove", assets.IconLeave, func() { v.removeMember(m) })
		remove.Danger = true
		admin = append(admin, remove)
	}
	if len(admin) > 0 {
		items = append(append(items, widget.MenuItem{}), admin...)
	}
	widget.ShowMenu(owner, at, items, nil)
}

func (v *View) invite() {
	newgroup.OpenInvite(v.window.Canvas(), v.desk, v.engine, v.model.Taken(), v.model.Invite)
}

func (v *View) promote(m vm.Member) {
	widget.Confirm(v.window.Canvas(), text.F("group.promote_title", "name", m.Name), text.F("group.promote_body", "name", m.Name),
		text.T("group.promote_do"), false, func() { v.model.Promote(m.ID) })
}

// removeMember asks what becomes of what the member wrote.
func (v *View) removeMember(m vm.Member) {
	messages := false
	var keep, wipe *widget.Check
	choose := func(on bool) func() {
		return func() {
			messages = on
			keep.SetOn(!on)
			wipe.SetOn(on)
		}
	}
	keep = widget.Name(widget.NewRadio(text.T("group.remove_keep"), true, choose(false)), "group.remove_keep")
	wipe = widget.Name(widget.NewRadio(text.T("group.remove_wipe"), false, choose(true)), "group.remove_wipe")
	body := container.New(widget.Column{Gap: theme.Space8},
		widget.NewParagraph(text.F("group.remove_body", "name", m.Name), widget.Small, theme.Text2, sheetWidth-2*theme.Space24),
		keep, wipe,
		widget.NewParagraph(text.T("group.remove_wipe_line"), widget.Small, theme.Text2, sheetWidth-2*theme.Space24))
	s := widget.NewSheet(text.F("group.remove_title", "name", m.Name), body)
	s.Width = sheetWidth
	do := widget.Name(widget.NewButton(text.T("group.remove_do"), widget.Danger, func() {
		s.Dismiss()
		v.model.Remove(m.ID, messages)
	}), "group.remove_ok")
	s.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss), do)
	s.SetInitialFocus(do)
	s.Open(v.window.Canvas())
}

// rights says what this account may do in the community, where that is not the
// usual.
func (v *View) rights() string {
	switch c := &v.model.Community; {
	case v.model.Conversation.Kind != model.KindCommunity:
		return ""
	case c.Refused:
		return text.T("community.refused")
	case c.Admin:
		return text.T("community.you_admin")
	case c.Moderator:
		return text.T("community.you_moderate")
	case !c.Write:
		return text.T("community.you_read")
	}
	return ""
}
