// Package moderate is the sheets in which a moderator of a community shuts
// somebody out: who wrote a message, or anybody by ID.
package moderate

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

const (
	width float32 = 420
	inner         = width - 2*theme.Space24
)

// AskBan asks for how long somebody is shut out, and whether all of their messages
// go too.
func AskBan(c fyne.Canvas, who string, ban func(length vm.BanLength, messages bool)) {
	t := newTerms()
	body := container.New(widget.Column{Gap: theme.Space8},
		widget.NewParagraph(text.F("chat.ban.body", "who", who), widget.Small, theme.Text2, inner), t.box)
	s := widget.NewSheet(text.F("chat.ban.title", "who", who), body)
	s.Width = width
	do := widget.Name(widget.NewButton(text.T("chat.ban.do"), widget.Danger, func() {
		s.Dismiss()
		ban(t.length(), t.messages)
	}), "ban.ok")
	s.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss), do)
	s.SetInitialFocus(do)
	s.Open(c)
}

// AskBanByID asks whom, too: somebody whose messages are gone, or who is known by
// ID alone. A ban can be ended here as well.
func AskBanByID(c fyne.Canvas, ban func(who model.ID, length vm.BanLength, messages bool), unban func(who model.ID)) {
	t := newTerms()
	field := widget.Name(widget.NewTextField(text.T("community.ban_hint")).Large().WithIcon(assets.IconUser), "ban.id")
	body := container.New(widget.Column{Gap: theme.Space12}, field, t.box)
	s := widget.NewSheet(text.T("community.ban_title"), body)
	s.Width = width
	named := func(do func(model.ID)) func() {
		return func() {
			id, err := model.ParseID(field.Text())
			if err != nil {
				field.SetError(text.T("community.ban_invalid"))
				body.Refresh()
				s.Refresh()
				return
			}
			s.Dismiss()
			do(id)
		}
	}
	field.OnChanged = func(string) { field.SetError("") }
	field.OnEscape = s.Dismiss
	end := widget.Name(widget.NewButton(text.T("chat.menu.unban"), widget.Ghost, named(unban)), "ban.end")
	do := widget.Name(widget.NewButton(text.T("chat.ban.do"), widget.Danger, named(func(id model.ID) { ban(id, t.length(), t.messages) })), "ban.ok")
	s.SetFooter(container.New(widget.Row{}, end), widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss), do)
	s.SetInitialFocus(field.FocusTarget())
	s.Open(c)
}

// terms are what a ban means: how long, and what else goes.
type terms struct {
	box      *fyne.Container
	lengths  []vm.BanLength
	chosen   int
	messages bool
}

func newTerms() *terms {
	t := &terms{lengths: vm.BanLengths(), box: container.New(widget.Column{Gap: theme.Space8})}
	t.chosen = len(t.lengths) - 1
	var radios []*widget.Check
	for i, l := range t.lengths {
		r := widget.Name(widget.NewRadio(l.Label, i == t.chosen, func() {
			t.chosen = i
			for j, other := range radios {
				other.SetOn(j == i)
			}
		}), "ban.choice")
		radios = append(radios, r)
		t.box.Add(r)
	}
	t.box.Add(widget.NewSeparator())
	t.box.Add(widget.Name(widget.NewCheck(text.T("chat.ban.messages"), false, func(on bool) { t.messages = on }), "ban.messages"))
	return t
}

func (t *terms) length() vm.BanLength { return t.lengths[t.chosen] }
