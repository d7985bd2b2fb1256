// Package groupinfo is the panel at the right for groups and communities: who is
// there, what it is about, and what may be done, each said before it is done.
package groupinfo

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

// Window is what the panel needs of the window around it.
type Window interface {
	Canvas() fyne.Canvas
	Copy(text string)
	PickPicture(done func(data []byte, err error))
	Toast(sentence, action string, tapped, expired func()) (dismiss func())
}

// Actions are what the panel does outside of itself.
type Actions struct {
	Close   func()
	Find    func() // search in the conversation
	Gone    func() // the conversation is no more
	Profile func(id model.ID)
	GoTo    func(id model.MessageID)
	// Shared shows what was shared in the conversation.
	Shared func()
	Export func() // writes the conversation into a file
}

// View is the panel.
type View struct {
	desk    vm.Desk
	engine  vm.RoomEngine
	model   *vm.RoomInfo
	window  Window
	actions Actions
	title   *widget.Label
	edit    *widget.IconButton
	column  *fyne.Container
	page    *fyne.Container
	scroll  fyne.CanvasObject
	object  fyne.CanvasObject
	shown   int // members that are listed
}

const inner float32 = 280

// firstSeen is how many members are listed at first.
const firstSeen = 120

// New makes the panel for a conversation.
func New(desk vm.Desk, e vm.RoomEngine, conv model.ConversationID, w Window, a Actions) *View {
	v := &View{desk: desk, engine: e, model: vm.NewRoomInfo(desk, e, conv), window: w, actions: a, shown: firstSeen}
	v.model.Gone = a.Gone
	v.model.Failed = func(s string) { w.Toast(s, "", nil, nil) }
	v.model.Changed = v.update
	v.column = container.New(widget.Column{})
	v.title = widget.NewLabel(text.T("group.title"), widget.BodyBold, theme.Text)
	v.edit = widget.Name(widget.NewIconButton(assets.IconEdit, text.T("group.edit"), v.describe), "group.edit")
	v.edit.Hide()
	cross := widget.Name(widget.NewIconButton(assets.IconClose, text.T("widget.close"), a.Close), "contact.close")
	bar := container.New(widget.Inset{Left: 20, Top: theme.Space12, Right: theme.Space8, Bottom: theme.Space12 - 1},
		container.New(widget.Row{}, v.title, widget.NewSpacer(nil), v.edit, cross))
	v.page = container.New(widget.Inset{Left: 20, Top: 20, Right: 20, Bottom: theme.Space24}, v.column)
	v.scroll = widget.NewScroll(v.page)
	v.object = widget.NewSurface(theme.List, container.New(below{}, bar, widget.NewSeparator(), v.scroll))
	return v
}

// Object returns what is shown.
func (v *View) Object() fyne.CanvasObject { return v.object }

func (v *View) update() {
	m := v.model
	community := m.Conversation.Kind == model.KindCommunity
	if community {
		v.title.SetText(text.T("community.title"))
	}
	if m.Group.Admin && m.In() {
		v.edit.Show()
	} else {
		v.edit.Hide()
	}
	v.column.Objects = []fyne.CanvasObject{v.head(), widget.Gap(theme.Space16), v.rows()}
	switch {
	case community:
		v.column.Objects = append(v.column.Objects, v.pins()...)
	case len(m.Members) > 0:
		v.column.Objects = append(v.column.Objects, v.members()...)
	}
	v.column.Objects = append(v.column.Objects, v.endings())
	v.page.Refresh()
	v.scroll.Refresh()
}

// head is picture, name and description in the middle.
func (v *View) head() fyne.CanvasObject {
	c := v.model.Conversation
	avatar := widget.AvatarModel{ID: string(c.ID), Name: c.Title(), Square: true}
	about := v.model.Group.Description
	if c.Kind == model.KindCommunity {
		avatar.Icon = assets.IconCommunity
		about = v.model.Community.Description
	}
	name := widget.NewParagraph(c.Title(), widget.Title, theme.Text, inner)
	name.Centre = true
	column := container.New(widget.Column{}, container.New(widget.Centred{Width: 80}, v.face(avatar)), widget.Gap(theme.Space12), name)
	say := func(s string, ink theme.Name) {
		line := widget.NewParagraph(s, widget.Small, ink, inner)
		line.Centre = true
		column.Add(widget.Gap(theme.Space4))
		column.Add(line)
	}
	if about != "" {
		say(shorten(about), theme.Text2)
	}
	if c.Kind == model.KindCommunity {
		for _, fact := range v.facts() {
			say(fact, theme.Text3)
		}
	}
	v.addPictureLine(column)
	return column
}

// shorten bounds a description, which is of anybody's making.
func shorten(s string) string {
	const runes = 600
	if r := []rune(s); len(r) > runes {
		return string(r[:runes]) + "…"
	}
	return s
}

// rows is what one can look up or set here.
func (v *View) rows() fyne.CanvasObject {
	m := v.model
	c := m.Conversation
	list := container.New(widget.Column{})
	add := func(icon assets.IconName, name, value string, tapped func()) {
		r := widget.NewPressRow(icon, text.T(name), tapped)
		r.Value = value
		list.Add(widget.Name(r, name))
	}
	add(assets.IconImage, "shared.title", "", v.actions.Shared)
	add(assets.IconSearch, "group.find", "", v.actions.Find)
	if m.In() {
		add(assets.IconBell, "group.notify", v.notice(), v.askNotice)
	}
	if c.Kind == model.KindCommunity && m.In() {
		add(assets.IconDownload, "community.fetch", v.fetches(), v.askFetch)
	}
	timer := text.T("timer.off")
	if c.Timer.On() {
		timer = vm.TimerLength(c.Timer.Seconds)
	}
	switch {
	case c.Kind == model.KindGroup && m.Group.Admin && m.In():
		add(assets.IconTimer, "group.timer", timer, v.askTimer)
	case c.Kind == model.KindGroup && m.In():
		add(assets.IconTimer, "group.timer", timer, nil)
	}
	pin, pinned := "group.pin", c.Pinned > 0
	if pinned {
		pin = "group.unpin"
	}
	add(assets.IconPin, pin, "", func() { m.SetPinned(!pinned) })
	if c.Kind == model.KindCommunity && m.Community.URL != "" {
		add(assets.IconUserPlus, "community.invite", "", v.inviteGuests)
		add(assets.IconLink, "community.copy", "", func() { v.window.Copy(m.Community.URL) })
		add(assets.IconQR, "community.code", "", v.showCode)
	}
	if c.Kind == model.KindCommunity && m.Community.Moderator {
		add(assets.IconBlock, "community.ban", "", v.askBan)
	}
	return list
}

func (v *View) notice() string {
	for _, n := range v.model.Notices() {
		if n.On {
			return n.Label
		}
	}
	return ""
}

// endings are the ways out, and what cannot be taken back.
func (v *View) endings() fyne.CanvasObject {
	m := v.model
	list := container.New(widget.Column{}, container.New(widget.Inset{Top: theme.Space8, Bottom: theme.Space8}, widget.NewSeparator()))
	add := func(icon assets.IconName, name string, tapped func()) {
		r := widget.NewPressRow(icon, text.T(name), tapped)
		r.Danger = true
		list.Add(widget.Name(r, name))
	}
	if v.actions.Export != nil {
		export := widget.NewPressRow(assets.IconUpload, text.T("group.export"), v.actions.Export)
		list.Objects = append([]fyne.CanvasObject{widget.Name(export, "group.export")}, list.Objects...)
	}
	add(assets.IconReset, "group.clear", v.clear)
	switch {
	case m.Conversation.Kind == model.KindCommunity:
		add(assets.IconLeave, "community.leave", v.leave)
	case !m.In():
		add(assets.IconDelete, "group.remove", v.leave)
	default:
		if m.Group.Admin {
			add(assets.IconReset, "group.clear_all", v.clearAll)
		}
		add(assets.IconLeave, "group.leave", v.leave)
		if m.Group.Admin {
			add(assets.IconDelete, "group.delete", v.deleteAll)
		}
	}
	return list
}

// below stacks a bar, a line and the rest.
type below struct{}

// Layout implements fyne.Layout.
func (below) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Resize(fyne.NewSize(s.Width, theme.HeaderHeight-1))
	o[1].Move(fyne.NewPos(0, theme.HeaderHeight-1))
	o[1].Resize(fyne.NewSize(s.Width, 1))
	o[2].Move(fyne.NewPos(0, theme.HeaderHeight))
	o[2].Resize(fyne.NewSize(s.Width, max(0, s.Height-theme.HeaderHeight)))
}

// MinSize implements fyne.Layout.
func (below) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(theme.LeftMin, 200) }
