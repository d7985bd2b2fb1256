// Package newchat is the sheet that begins a conversation: with a contact, a
// Session ID, a name of the network, the picture of a QR code, or oneself. It
// also leads to inviting somebody who is not there yet.
package newchat

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/media/picture"
	"sotto/ui/people"
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

// Actions are what the sheet leads to; it is closed by then.
type Actions struct {
	Opened func(model.ConversationID)
	Self   func() // Note to Self
	Invite func()
	Group  func()           // makes a group
	Join   func(url string) // joins a community
}

// Sheet is an open sheet.
type Sheet struct {
	*widget.Sheet
	desk    vm.Desk
	model   *vm.Beginning
	field   *widget.TextField
	hint    *widget.Label
	ways    *fyne.Container
	people  *people.List
	column  *fyne.Container
	begin   *widget.Button
	known   int
	reading int
}

const (
	width float32 = 480
	inner         = width - 2*theme.Space24
	tall  float32 = 300 // most of the list of contacts
)

// Open shows the sheet over a window.
func Open(c fyne.Canvas, desk vm.Desk, e vm.BeginEngine, w Window, a Actions) *Sheet {
	desk, leave := desk.Sub()
	s := &Sheet{desk: desk, model: vm.NewBeginning(desk, e), people: people.NewList(), known: -1}
	s.field = widget.Name(widget.NewTextField(text.T("newchat.placeholder")).Large().WithIcon(assets.IconSearch), "newchat.text")
	s.field.OnChanged = s.model.SetText
	s.field.OnSubmitted = func(string) { s.enter() }
	s.field.OnKey = people.Walk(s.people, c)
	s.hint = widget.NewParagraph("", widget.Small, theme.Text2, inner)
	s.people.Chosen = func(id model.ConversationID, _ string) { s.model.Open(id) }
	s.people.Above = s.field.Focus
	s.ways = container.New(widget.Column{},
		s.way(assets.IconGroup, "newchat.group", "Ctrl Shift G", a.Group),
		s.way(assets.IconCommunity, "newchat.join", "Ctrl Shift C", func() { a.Join("") }),
		s.way(assets.IconNote, "newchat.self", "Ctrl Shift N", a.Self), s.way(assets.IconShare, "newchat.invite", "", a.Invite))
	s.column = container.New(widget.Column{},
		s.field, widget.Gap(theme.Space8), s.hint, widget.Gap(theme.Space8), s.ways, s.people.Box(tall))

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
	s.model.Community = func(url string) {
		s.Dismiss()
		a.Join(url)
	}
	s.model.Opened = func(id model.ConversationID) {
		s.Dismiss()
		a.Opened(id)
	}
	s.update()
	s.Open(c)
	return s
}

// way is a row that leads somewhere without anything being typed.
func (s *Sheet) way(icon assets.IconName, key, caps string, do func()) fyne.CanvasObject {
	r := widget.NewPressRow(icon, text.T(key), func() {
		s.Dismiss()
		do()
	})
	r.IconColor = theme.AccentInk
	if caps != "" {
		r.Tail = widget.NewKeyCap(caps)
	}
	return widget.Name(r, key)
}

// Fill types for the user, who decides what becomes of it.
func (s *Sheet) Fill(typed string) {
	s.field.SetText(typed)
	s.model.SetText(typed)
}

// Drop takes a picture that was dropped on the window.
func (s *Sheet) Drop(data []byte) { s.picture(data, nil) }

// enter takes the only contact that matches, or what was typed.
func (s *Sheet) enter() {
	if only, ok := s.people.Only(); ok && s.model.Text != "" {
		s.model.Open(only.ID)
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
	if all := m.All(); len(all) != s.known {
		s.known = len(all)
		list := make([]people.Person, len(all))
		for i := range all {
			list[i] = people.Person{ID: all[i].ID, Name: all[i].Title(), More: all[i].Name}
		}
		s.people.Set(list)
	}
	s.people.Find(m.Text)
	set(s.ways, m.Text == "")
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
