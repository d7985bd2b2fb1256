// Package newchat is the sheet that begins a conversation: a contact, a
// Session ID, a name of the network, or the picture of a QR code.
package newchat

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/media/picture"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Window is what the sheet needs of the window around it.
type Window interface {
	PickPicture(done func(data []byte, err error))
	Clipboard() string
}

// Sheet is an open sheet.
type Sheet struct {
	*widget.Sheet
	desk    vm.Desk
	model   *vm.Beginning
	field   *widget.TextField
	hint    *widget.Label
	heading *widget.Label
	people  *fyne.Container
	column  *fyne.Container
	begin   *widget.Button
	reading int
}

const (
	width  float32 = 480
	inner          = width - 2*theme.Space24
	atMost int     = 30 // contacts shown; typing finds the others
)

// Open shows the sheet over a window. opened is called with the conversation.
func Open(c fyne.Canvas, desk vm.Desk, e vm.BeginEngine, w Window, opened func(model.ConversationID)) *Sheet {
	desk, leave := desk.Sub()
	s := &Sheet{desk: desk, model: vm.NewBeginning(desk, e)}
	s.field = widget.Name(widget.NewTextField(text.T("newchat.placeholder")).Large().WithIcon(assets.IconSearch), "newchat.text")
	s.field.OnChanged = s.model.SetText
	s.field.OnSubmitted = func(string) { s.enter() }
	s.hint = widget.NewParagraph("", widget.Small, theme.Text2, inner)
	s.heading = widget.NewLabel(text.T("newchat.contacts"), widget.SmallBold, theme.Text2)
	s.people = container.New(widget.Column{})
	s.column = container.New(widget.Column{},
		s.field, widget.Gap(theme.Space8), s.hint, widget.Gap(theme.Space12), s.heading, widget.Gap(theme.Space4), s.people)

	s.Sheet = widget.NewSheet(text.T("newchat.title"), s.column)
	s.Width = width
	s.begin = widget.Name(widget.NewButton(text.T("newchat.go"), widget.Primary, s.model.Go), "newchat.go")
	code := widget.NewIconTextButton(assets.IconQR, text.T("newchat.qr"), widget.Ghost, func() { w.PickPicture(s.picture) })
	paste := widget.NewIconTextButton(assets.IconPaste, text.T("restore.paste"), widget.Ghost, func() {
		s.field.SetText(w.Clipboard())
		s.model.SetText(s.field.Text())
		s.field.Focus()
	})
	aside := container.New(widget.Row{}, widget.Name(paste, "newchat.paste"), widget.Name(code, "newchat.qr"))
	s.SetFooter(aside, s.begin)
	s.SetInitialFocus(s.field.FocusTarget())
	s.OnClose = leave
	s.model.Changed = s.update
	s.model.Opened = func(id model.ConversationID) {
		s.Dismiss()
		opened(id)
	}
	s.update()
	s.Open(c)
	return s
}

// Drop takes a picture that was dropped on the window.
func (s *Sheet) Drop(data []byte) { s.picture(data, nil) }

// enter takes the only contact that matches, or what was typed.
func (s *Sheet) enter() {
	if people := s.model.People(); len(people) == 1 && s.model.Text != "" {
		s.model.Open(people[0].ID)
		return
	}
	s.model.Go()
}

func (s *Sheet) picture(data []byte, err error) {
	s.reading++
	reading := s.reading
	vm.Ask(s.desk, func(context.Context) (string, error) {
		if err != nil {
			return "", err
		}
		return picture.ReadQR(data)
	}, func(found string, err error) {
		if reading != s.reading {
			return
		}
		if err != nil {
			s.model.Fail(vm.PictureSentence(err))
			return
		}
		s.model.Use(found)
		s.field.SetText(s.model.Text)
	})
}

func (s *Sheet) update() {
	m := s.model
	s.field.SetError(m.Problem)
	hint := m.Hint
	if hint == "" && m.Problem == "" {
		hint = text.T("newchat.hint")
	}
	set(s.hint, hint != "")
	s.hint.SetText(hint)
	s.begin.SetDisabled(m.Busy || m.Text == "")
	people := m.People()
	set(s.heading, len(people) > 0)
	s.people.Objects = s.people.Objects[:0]
	for i, c := range people {
		if i == atMost {
			break
		}
		row := widget.NewPressRow("", c.Title(), func() { m.Open(c.ID) })
		row.Lead = widget.NewAvatar(32, widget.AvatarModel{ID: string(c.ID), Name: c.Title()})
		s.people.Objects = append(s.people.Objects, widget.Name(row, "newchat.row:"+c.Title()))
	}
	s.people.Refresh()
	s.column.Refresh()
	if s.Sheet != nil && s.IsOpen() {
		s.Refresh()
	}
}

func set(o fyne.CanvasObject, shown bool) {
	if shown {
		o.Show()
	} else {
		o.Hide()
	}
}
