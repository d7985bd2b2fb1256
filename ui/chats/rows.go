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

func (r rows) Len() int                    { return r.v.vm.Len() }
func (r rows) Key(i int) string            { return string(r.v.vm.ID(i)) }
func (r rows) Height(int, float32) float32 { return theme.RowHeight }

// The kinds of row: those that can be dragged, and the others.
const (
	loose = iota
	pinned
)

// Kind implements widget.ListAdapter.
func (r rows) Kind(i int) int {
	if i < r.v.vm.Pinned() {
		return pinned
	}
	return loose
}

// CreateRow implements widget.ListAdapter.
func (r rows) CreateRow(kind int) fyne.CanvasObject {
	if kind == pinned {
		return widget.NewPinnedRow()
	}
	return widget.NewConversationRow()
}

// Bind implements widget.ListAdapter.
func (r rows) Bind(o fyne.CanvasObject, i int) {
	row := o.(interface {
		Row() *widget.ConversationRow
	}).Row()
	v := r.v
	data := v.vm.Row(i)
	m := rowModel(data)
	m.Cursor, m.Lifted = data.ID == v.cursor, data.ID == v.drag
	row.OnTapped = func() { v.actions.Open(data.ID) }
	row.OnMenu = func(at fyne.Position) { v.menu(o, at, data) }
	row.OnPointer = func() { v.pointed(data.ID) }
	if p, ok := o.(*widget.PinnedRow); ok {
		p.OnDrag = func(at fyne.Position) { v.dragged(data.ID, at) }
		p.OnDrop = v.drop
	}
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
	if a.Globe {
		m.Icon = assets.IconCommunity
	}
	if a.Self {
		m.Icon, m.Solid = assets.IconNote, true
	}
	return m
}

// empty is the page without any conversation.
func (v *View) empty() fyne.CanvasObject {
	if v.vm.Total() > 0 {
		return v.emptyFilter()
	}
	return v.offer(text.T("chats.empty_title"), text.T("chats.empty_body"))
}

// offer is such a page with a button for a new message.
func (v *View) offer(title, body string) fyne.CanvasObject {
	button := widget.Name(widget.NewButton(text.T("newchat.title"), widget.Secondary, func() { v.actions.NewChat() }), "chats.new")
	return v.sentences(title, body, centred(button))
}

func centred(button fyne.CanvasObject) fyne.CanvasObject {
	return container.New(widget.Row{}, widget.NewSpacer(nil), container.New(widget.Inset{Top: 8}, button), widget.NewSpacer(nil))
}

func (v *View) sentences(title, body string, more ...fyne.CanvasObject) fyne.CanvasObject {
	const width = 240
	head := widget.NewParagraph(title, widget.BodyBold, theme.Text, width)
	head.Centre = true
	line := widget.NewParagraph(body, widget.Small, theme.Text2, width)
	line.Centre = true
	return container.New(widget.Centred{Width: width, Side: 16, Top: 48},
		container.New(widget.Column{Gap: 8}, append([]fyne.CanvasObject{head, line}, more...)...))
}
