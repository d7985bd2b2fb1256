// Package join is the sheet that joins a community: by the address of a room,
// with a look at it first, or from the list of a server's rooms.
package join

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

const (
	width float32 = 520
	inner         = width - 2*theme.Space24
	tall  float32 = 260 // the list of rooms
	most          = 200 // rooms that are shown; a server of ill will may list any number
)

// Window is what the sheet needs of the window around it.
type Window interface {
	PickPicture(done func(data []byte, err error))
	Clipboard() string
}

// sheet is the open sheet.
type sheet struct {
	*widget.Sheet
	desk    vm.Desk
	reading int // the picture whose code counts
	model   *vm.Joining
	field   *widget.TextField
	hint    *widget.Label
	preview *fyne.Container
	title   *widget.Label
	rows    *fyne.Container
	scroll  fyne.CanvasObject
	column  *fyne.Container
	join    *widget.Button
}

// Open shows the sheet, with an address if one is known; opened gets the
// conversation.
func Open(c fyne.Canvas, desk vm.Desk, e vm.JoinEngine, url string, w Window, opened func(model.ConversationID)) {
	desk, leave := desk.Sub()
	m := vm.BeginJoining(desk, e)
	s := &sheet{desk: desk, model: m, preview: container.New(widget.Column{}), rows: container.New(widget.Column{})}
	s.field = widget.Name(widget.NewTextField(text.T("join.address")).Large().WithIcon(assets.IconLink), "join.address")
	s.field.OnChanged = m.SetText
	s.field.OnSubmitted = func(string) { m.Go() }
	s.hint = widget.NewParagraph("", widget.Small, theme.Text2, inner)
	s.title = widget.NewParagraph("", widget.SmallBold, theme.Text2, inner)
	s.scroll = widget.NewScroll(s.rows)
	s.column = container.New(widget.Column{}, s.field, widget.Gap(theme.Space8), s.hint, s.preview,
		widget.Gap(theme.Space16), s.title, widget.Gap(theme.Space4), container.New(high{}, s.scroll))
	s.Sheet = widget.NewSheet(text.T("join.title"), s.column)
	s.Width = width
	s.join = widget.Name(widget.NewButton(text.T("join.go"), widget.Primary, m.Go), "join.go")
	paste := widget.Name(widget.NewIconTextButton(assets.IconPaste, text.T("restore.paste"), widget.Ghost, func() {
		s.field.SetText(w.Clipboard())
		m.SetText(s.field.Text())
	}), "join.paste")
	code := widget.Name(widget.NewIconTextButton(assets.IconQR, text.T("newchat.qr"), widget.Ghost, func() { w.PickPicture(s.picture) }), "join.qr")
	s.SetFooter(container.New(widget.Row{}, paste, code), widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss), s.join)
	s.SetInitialFocus(s.field.FocusTarget())
	s.OnClose = leave
	m.Changed = s.update
	m.Opened = func(conv model.ConversationID) {
		s.Dismiss()
		opened(conv)
	}
	if url != "" {
		s.field.SetText(url)
		m.SetText(url)
	}
	s.update()
	s.Open(c)
}

// picture takes the address out of the picture of a QR code.
func (s *sheet) picture(data []byte, err error) {
	s.reading++
	reading := s.reading
	vm.Ask(s.desk, func(context.Context) (string, error) {
		if err != nil {
			return "", err
		}
		return picture.ReadQR(data)
	}, func(found string, err error) {
		switch {
		case reading != s.reading:
		case err != nil:
			s.model.Fail(vm.PictureSentence(err))
		default:
			s.model.Use(found)
		}
	})
}

func (s *sheet) update() {
	m := s.model
	if s.field.Text() != m.Text {
		s.field.SetText(m.Text)
	}
	s.field.SetError(m.Problem)
	hint := text.T("join.hint")
	if m.Busy {
		hint = text.T("join.looking")
	}
	s.hint.SetText(hint)
	shown(s.hint, m.Problem == "" && (m.Preview == nil || m.Busy))
	s.preview.Objects = nil
	label := "join.go"
	if v := m.Preview; v != nil {
		s.preview.Objects = []fyne.CanvasObject{widget.Gap(theme.Space8), s.room(v)}
		if v.Joined {
			label = "join.open"
		}
	}
	s.join.SetText(text.T(label))
	s.join.SetDisabled(m.Busy || m.Text == "")
	s.list()
	s.preview.Refresh()
	s.column.Refresh()
	if s.IsOpen() {
		s.Refresh()
	}
}

// room is the look at a room.
func (s *sheet) room(v *model.Community) fyne.CanvasObject {
	lines := []fyne.CanvasObject{
		widget.NewParagraph(nameOf(v), widget.BodyBold, theme.Text, inner-32-60),
	}
	if facts := vm.RoomFacts(v); facts != "" {
		lines = append(lines, widget.NewParagraph(facts, widget.Small, theme.Text2, inner-32-60))
	}
	card := container.New(widget.Column{Gap: theme.Space8},
		container.New(beside{}, widget.NewAvatar(48, s.avatar(v)), container.New(widget.Column{}, lines...)))
	if v.Description != "" {
		card.Add(widget.NewParagraph(shorten(v.Description), widget.Small, theme.Text, inner-32))
	}
	card.Add(widget.NewParagraph(text.T("join.public"), widget.Small, theme.Text2, inner-32))
	if v.Plain {
		card.Add(widget.NewBanner(widget.WarnTone, assets.IconWarning, widget.Text(text.T("join.plain"))))
	}
	return widget.NewCard(card, theme.Space16)
}

// list shows the rooms of the server.
func (s *sheet) list() {
	m := s.model
	s.rows.Objects = nil
	title := ""
	if m.Server != "" {
		title = text.F("join.rooms", "server", m.Server)
	}
	s.title.SetText(title)
	shown(s.title, title != "")
	switch {
	case m.Listing:
		s.rows.Add(widget.NewParagraph(text.T("join.listing"), widget.Small, theme.Text2, inner))
	case m.ListProblem != "":
		again := widget.Name(widget.NewButton(text.T("path.retry"), widget.Ghost, m.Again).Sized(widget.Compact), "join.again")
		s.rows.Add(widget.NewBanner(widget.Neutral, assets.IconOffline, widget.Text(m.ListProblem), again))
	}
	for i := range m.Rooms {
		if i == most {
			break
		}
		v := m.Rooms[i]
		row := widget.NewPressRow("", nameOf(&v), func() { m.Choose(v) })
		row.Lead = widget.NewAvatar(40, s.avatar(&v))
		if row.Detail = oneLine(v.Description); row.Detail == "" {
			row.Detail = vm.RoomFacts(&v)
		}
		if v.Joined {
			row.Value = text.T("join.joined")
		}
		if m.Preview != nil && m.Preview.Conversation == v.Conversation {
			row.Ground = theme.AccentSoft
		}
		s.rows.Add(widget.Name(row, "join.room:"+v.Room))
	}
	s.rows.Refresh()
	s.scroll.Refresh()
}

func nameOf(v *model.Community) string {
	if v.Name == "" {
		return v.Room
	}
	return v.Name
}

func (s *sheet) avatar(v *model.Community) widget.AvatarModel {
	return widget.AvatarModel{ID: string(v.Conversation), Name: nameOf(v), Square: true, Icon: assets.IconCommunity, Picture: s.model.Picture(v)}
}

func shown(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}
