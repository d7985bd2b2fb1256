package settings

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/widget"
)

// blockedSheet lists blocked people, with a search, to unblock one or several.
type blockedSheet struct {
	*widget.Sheet
	v      *View
	search *widget.TextField
	list   *fyne.Container
	body   *fyne.Container
	act    *widget.Button
	chosen map[model.ConversationID]bool
}

const blockedWidth float32 = 440

func (v *View) blocked() {
	s := &blockedSheet{v: v, list: container.New(widget.Column{}), chosen: map[model.ConversationID]bool{}}
	s.search = widget.Name(widget.NewSearchField(text.T("privacy.blocked_search"), ""), "blocked.search")
	s.search.OnChanged = func(string) { s.fill() }
	s.body = container.New(widget.Column{Gap: theme.Space12}, s.search, s.list)
	s.act = widget.Name(widget.NewButton("", widget.Primary, s.unblock), "blocked.unblock")
	s.Sheet = widget.NewSheet(text.T("privacy.blocked"), s.body)
	s.Width = blockedWidth
	s.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss), s.act)
	if len(v.Settings.Blocked) == 0 {
		s.search.Hide()
		s.SetFooter(nil)
	} else {
		s.SetInitialFocus(s.search.FocusTarget())
	}
	s.fill()
	s.Open(v.window.Canvas())
}

func (s *blockedSheet) fill() {
	s.list.Objects = nil
	query := strings.ToLower(strings.TrimSpace(s.search.Text()))
	for _, c := range s.v.Settings.Blocked {
		if query != "" && !strings.Contains(strings.ToLower(c.Title()), query) && !strings.Contains(string(c.ID), query) {
			continue
		}
		row := widget.NewPressRow("", c.Title(), nil)
		row.Lead = widget.NewAvatar(32, widget.AvatarModel{ID: string(c.ID), Name: c.Title()})
		mark := widget.NewIcon("", 20, theme.AccentInk)
		row.Tail = mark
		show := func() {
			row.Selected = s.chosen[c.ID]
			icon := assets.IconName("")
			if row.Selected {
				icon = assets.IconCheck
			}
			mark.Set(icon, theme.AccentInk)
			row.Refresh()
		}
		row.OnTapped = func() {
			s.chosen[c.ID] = !s.chosen[c.ID]
			show()
			s.count()
		}
		row.OnFocus = func(on bool) {
			if on {
				s.Reveal(row)
			}
		}
		show()
		s.list.Add(widget.Name(row, "blocked.row:"+c.Title()))
	}
	if len(s.list.Objects) == 0 {
		say := "privacy.blocked_none"
		if query != "" {
			say = "privacy.blocked_not_found"
		}
		s.list.Add(widget.NewParagraph(text.T(say), widget.Body, theme.Text2, blockedWidth-2*theme.Space24))
	}
	s.count()
	s.body.Refresh()
	if s.IsOpen() {
		s.Refresh()
	}
}

func (s *blockedSheet) ids() (ids []model.ConversationID) {
	for _, c := range s.v.Settings.Blocked {
		if s.chosen[c.ID] {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func (s *blockedSheet) count() {
	n := len(s.ids())
	label := text.T("privacy.unblock_none")
	if n > 0 {
		label = text.N("privacy.unblock", n)
	}
	s.act.SetText(label)
	s.act.SetDisabled(n == 0)
	if s.IsOpen() {
		s.Refresh()
	}
}

func (s *blockedSheet) unblock() {
	ids := s.ids()
	if len(ids) == 0 {
		return
	}
	s.v.Settings.Unblock(ids...)
	s.Dismiss()
	s.v.window.Toast(text.N("privacy.unblocked", len(ids)), "", nil, nil)
}
