package groupinfo

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/moderate"
	"sotto/ui/newgroup"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// inviteGuests sends contacts a card that leads here.
func (v *View) inviteGuests() {
	newgroup.OpenGuests(v.window.Canvas(), v.desk, v.engine, v.model.Conversation.Title(), func(ids []model.ID) {
		v.model.InviteGuests(ids, func() { v.window.Toast(text.N("community.invited", len(ids)), "", nil, nil) })
	})
}

// askBan shuts somebody out, or ends that, by ID.
func (v *View) askBan() {
	told := func(done string) func() { return func() { v.window.Toast(text.T(done), "", nil, nil) } }
	moderate.AskBanByID(v.window.Canvas(), func(who model.ID, length vm.BanLength, messages bool) {
		v.model.Ban(who, length, messages, told("chat.ban.done"))
	}, func(who model.ID) { v.model.Unban(who, told("chat.ban.ended")) })
}

// showCode shows the address as a code, for another screen to read.
func (v *View) showCode() {
	const side float32 = 240
	url := v.model.Community.URL
	column := container.New(widget.Column{Gap: theme.Space16})
	if code, err := widget.NewQR(url, side); err == nil {
		column.Add(container.New(widget.Centred{Width: side}, code))
	}
	const line float32 = sheetWidth - 2*theme.Space24
	column.Add(widget.NewParagraph(url, widget.Code, theme.Text, line))
	column.Add(widget.NewParagraph(text.T("community.code_hint"), widget.Small, theme.Text2, line))
	s := widget.NewSheet(v.model.Conversation.Title(), column)
	s.Width = sheetWidth
	copied := widget.Name(widget.NewIconTextButton(assets.IconCopy, text.T("community.copy"), widget.Primary, func() {
		s.Dismiss()
		v.window.Copy(url)
	}), "community.code_copy")
	s.SetFooter(nil, copied)
	s.SetInitialFocus(copied)
	s.Open(v.window.Canvas())
}

// goTo shows a pinned message; one from before what is here is fetched first.
func (v *View) goTo(p vm.PinnedLine) {
	if p.Message != 0 {
		v.actions.GoTo(p.Message)
		return
	}
	done := v.window.Toast(text.T("community.fetching"), "", nil, nil)
	v.model.Reach(p, func(id model.MessageID) {
		done()
		v.actions.GoTo(id)
	})
}

// facts are how many people a community has, and what one may do there oneself.
func (v *View) facts() []string {
	room := &v.model.Community
	var counts, out []string
	if n := room.ActiveUsers; n > 0 {
		counts = append(counts, text.N("community.active", n))
	}
	if n := len(room.Moderators) + len(room.Admins); n > 0 {
		counts = append(counts, text.N("community.moderators", n))
	}
	if len(counts) > 0 {
		out = append(out, widget.Facts(counts...))
	}
	if what := v.rights(); what != "" {
		out = append(out, what)
	}
	return out
}

// pins are the messages that moderators keep at the top of a community.
func (v *View) pins() []fyne.CanvasObject {
	m := v.model
	room := &m.Community
	if len(m.Pinned) == 0 {
		return nil
	}
	out := []fyne.CanvasObject{
		container.New(widget.Inset{Top: theme.Space8, Bottom: theme.Space8}, widget.NewSeparator()),
		widget.NewLabel(text.T("community.pinned"), widget.SmallBold, theme.Text2), widget.Gap(theme.Space4),
	}
	for _, p := range m.Pinned {
		row := widget.NewPressRow(assets.IconPin, p.Who, func() { v.goTo(p) })
		row.Detail, row.Wrap = p.Text, true
		named := widget.Name(row, "community.pinned:"+p.Who)
		if !room.Admin || p.Message == 0 {
			out = append(out, named)
			continue
		}
		out = append(out, widget.NewMenuArea(named, func(at fyne.Position) {
			widget.ShowMenu(row, at, []widget.MenuItem{{
				Name: "menu.unpin", Label: text.T("community.unpin"), Icon: assets.IconPin, Action: func() { v.model.Unpin(p) },
			}}, nil)
		}))
	}
	return out
}
