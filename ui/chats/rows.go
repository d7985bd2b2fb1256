package chats

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// rows gives the list its rows.
type rows struct{ v *View }

func (r rows) Len() int                        { return r.v.vm.Len() }
func (r rows) Key(i int) string                { return string(r.v.vm.ID(i)) }
func (r rows) Kind(int) int                    { return 0 }
func (r rows) Height(int, float32) float32     { return theme.RowHeight }
func (r rows) CreateRow(int) fyne.CanvasObject { return widget.NewConversationRow() }
func (r rows) Bind(o fyne.CanvasObject, i int) {
	row := o.(*widget.ConversationRow)
	data := r.v.vm.Row(i)
	m := rowModel(data)
	m.Cursor = data.ID == r.v.cursor
	row.OnTapped = func() { r.v.actions.Open(data.ID, 0) }
	row.OnMenu = func(at fyne.Position) { r.v.menu(row, at, data) }
	row.OnPointer = r.v.pointed
	row.Set(m)
}

// rowModel turns a row into what its widget shows.
func rowModel(r vm.ChatRow) widget.RowModel {
	m := widget.RowModel{
		Avatar: avatarModel(r.Avatar), Name: r.Title, Time: r.Time, Draft: r.Draft, Prefix: r.Prefix, Preview: r.Preview,
		State: states[r.State], Unread: r.Unread, MarkedNew: r.MarkedNew, Muted: r.Muted, Mention: r.Mention, Pinned: r.Pinned,
		Selected: r.Selected,
	}
	if r.Typing {
		m.Typing = text.T("chats.typing")
	}
	if r.Muted {
		m.Marks = append(m.Marks, assets.IconMute)
	}
	if r.Timer {
		m.Marks = append(m.Marks, assets.IconTimer)
	}
	if r.Blocked {
		m.Marks = append(m.Marks, assets.IconBlock)
	}
	return m
}

var states = map[vm.ChatState]widget.State{
	vm.ChatSending: widget.Sending, vm.ChatSent: widget.Sent, vm.ChatRead: widget.Read, vm.ChatFailed: widget.Failed,
}

func avatarModel(a vm.ChatAvatar) widget.AvatarModel {
	m := widget.AvatarModel{ID: a.ID, Name: a.Name, Square: a.Square}
	if a.Self {
		m.Icon, m.Solid = assets.IconNote, true
	}
	return m
}

// empty is the page without any conversation.
func (v *View) empty() fyne.CanvasObject {
	return v.page(text.T("chats.empty_title"), text.T("chats.empty_body"))
}

func (v *View) page(title, body string) fyne.CanvasObject {
	const width = 240
	head := widget.NewParagraph(title, widget.BodyBold, theme.Text, width)
	head.Centre = true
	line := widget.NewParagraph(body, widget.Small, theme.Text2, width)
	line.Centre = true
	button := widget.Name(widget.NewButton(text.T("chats.new"), widget.Secondary, func() { v.actions.NewChat() }), "chats.new")
	return container.New(widget.Centred{Width: width, Side: 16, Top: 48},
		container.New(widget.Column{Gap: 8}, head, line,
			container.New(widget.Row{}, widget.NewSpacer(nil), container.New(widget.Inset{Top: 8}, button), widget.NewSpacer(nil))))
}
