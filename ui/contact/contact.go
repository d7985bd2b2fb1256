// Package contact is the panel at the right: the details of a conversation and
// what can be done with it.
package contact

import (
	"strings"

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
	Toast(sentence, action string, tapped, expired func()) (dismiss func())
	PickPicture(done func(data []byte, err error))
}

// Actions are what the panel does outside of itself.
type Actions struct {
	Close func()
	Find  func() // search in the conversation
	Gone  func() // the conversation is no more
	// Shared shows what was shared in the conversation.
	Shared func()
	// Export writes the conversation into a file.
	Export func()
}

// View is the panel.
type View struct {
	desk    vm.Desk
	model   *vm.Contact
	window  Window
	actions Actions
	edit    *widget.IconButton
	column  *fyne.Container
	page    *fyne.Container
	scroll  fyne.CanvasObject
	object  fyne.CanvasObject
}

// New makes the panel for a conversation.
func New(desk vm.Desk, e vm.ContactEngine, conv model.ConversationID, w Window, a Actions) *View {
	v := &View{desk: desk, model: vm.NewContact(desk, e, conv), window: w, actions: a}
	v.model.Gone = a.Gone
	v.model.Failed = func(s string) { w.Toast(s, "", nil, nil) }
	v.model.Changed = v.update
	v.column = container.New(widget.Column{})
	v.edit = widget.Name(widget.NewIconButton(assets.IconEdit, text.T("contact.nickname_edit"), v.nickname), "contact.nickname")
	v.edit.Hide()
	cross := widget.Name(widget.NewIconButton(assets.IconClose, text.T("widget.close"), a.Close), "contact.close")
	bar := container.New(widget.Inset{Left: 20, Top: theme.Space12, Right: theme.Space8, Bottom: theme.Space12 - 1},
		container.New(widget.Row{}, widget.NewLabel(text.T("contact.title"), widget.BodyBold, theme.Text), widget.NewSpacer(nil), v.edit, cross))
	v.page = container.New(widget.Inset{Left: 20, Top: 20, Right: 20, Bottom: theme.Space24}, v.column)
	v.scroll = widget.NewScroll(v.page)
	v.object = widget.NewSurface(theme.List, container.New(below{}, bar, widget.NewSeparator(), v.scroll))
	return v
}

// Object returns what is shown.
func (v *View) Object() fyne.CanvasObject { return v.object }

const inner float32 = 280

func (v *View) update() {
	m := v.model
	c := m.Conversation
	contact := c.Kind == model.KindContact
	if contact {
		v.edit.Show()
	}
	v.column.Objects = []fyne.CanvasObject{v.head()}
	if contact {
		v.column.Objects = append(v.column.Objects, widget.Gap(theme.Space16), v.idCard(), widget.Gap(theme.Space12), v.safetyCard())
	}
	v.column.Objects = append(v.column.Objects, widget.Gap(theme.Space16), v.rows())
	v.page.Refresh()
	v.scroll.Refresh()
}

func (v *View) head() fyne.CanvasObject {
	c := v.model.Conversation
	avatar := widget.AvatarModel{ID: string(c.ID), Name: c.Title(), Square: c.Kind == model.KindGroup || c.Kind == model.KindCommunity}
	name, below := v.name(), v.model.CallsThemselves()
	if c.Kind == model.KindSelf {
		avatar.Icon, avatar.Solid = assets.IconNote, true
		below = text.T("contact.note_to_self")
	}
	lines := []fyne.CanvasObject{widget.NewParagraph(name, widget.Title, theme.Text, 190)}
	if below != "" {
		lines = append(lines, widget.NewParagraph(below, widget.Small, theme.Text2, 190))
	}
	face := widget.Name(widget.NewAvatarButton(64, avatar, text.T("contact.picture"), func() { v.enlarge(avatar) }).OnlyWithPicture(), "contact.picture")
	return container.New(headLayout{}, face, container.New(widget.Column{}, lines...))
}

// name is what the panel calls the conversation.
func (v *View) name() string {
	if v.model.Conversation.Kind == model.KindSelf {
		return text.T("contact.self_title")
	}
	return v.model.Conversation.Title()
}

// enlarge shows the picture as large as it is kept.
func (v *View) enlarge(avatar widget.AvatarModel) {
	const side float32 = 320
	s := widget.NewSheet(v.name(), container.New(widget.Centred{Width: side}, widget.NewAvatar(side, avatar)))
	s.Width = side + 2*theme.Space24
	s.Open(v.window.Canvas())
}

// headLayout sets name and line beside the picture.
type headLayout struct{}

func (headLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	defer widget.Turn(o, s)
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(64, 64))
	h := o[1].MinSize().Height
	o[1].Move(fyne.NewPos(80, max(0, (64-h)/2)))
	o[1].Resize(fyne.NewSize(s.Width-80, h))
}

func (headLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(200, max(64, o[1].MinSize().Height))
}

func (v *View) idCard() fyne.CanvasObject {
	id := v.model.ID()
	copyID := widget.NewDenseIconButton(assets.IconCopy, text.T("app.copy"), func() { v.window.Copy(id.String()) })
	code := widget.NewDenseIconButton(assets.IconQR, text.T("contact.qr"), func() { v.showCode(text.T("ownid.label"), id.String(), "") })
	head := container.New(widget.Row{}, widget.NewLabel(text.T("ownid.label"), widget.SmallBold, theme.Text2), widget.NewSpacer(nil),
		widget.Name(code, "contact.qr"), widget.Name(copyID, "contact.copy"))
	return widget.NewCard(container.New(widget.Column{}, head,
		widget.NewParagraph(vm.IDLines(id), widget.Code, theme.Text, inner-32)), theme.Space16)
}

func (v *View) safetyCard() fyne.CanvasObject {
	m := v.model
	var lines []string
	scan := widget.NewDenseIconButton(assets.IconQR, text.T("contact.safety_code"), v.compare)
	copyNumber := widget.NewDenseIconButton(assets.IconCopy, text.T("app.copy"), func() { v.window.Copy(strings.Join(lines, "\n")) })
	compare := widget.NewButton(text.T("contact.safety_compare"), widget.Secondary, v.compare).Sized(widget.Compact)
	for i := 0; i+3 < len(m.Safety); i += 4 {
		lines = append(lines, strings.Join(m.Safety[i:i+4], "  "))
	}
	head := container.New(widget.Row{}, widget.NewLabel(text.T("contact.safety"), widget.SmallBold, theme.Text2), widget.NewSpacer(nil),
		widget.Name(scan, "contact.safety_code"), widget.Name(copyNumber, "contact.safety_copy"))
	return widget.NewCard(container.New(widget.Column{}, head,
		widget.NewParagraph(strings.Join(lines, "\n"), widget.Code, theme.Text, inner-32), widget.Gap(theme.Space8),
		widget.NewParagraph(text.F("contact.safety_hint", "name", m.Conversation.Title()), widget.Small, theme.Text2, inner-32), widget.Gap(theme.Space12),
		container.New(widget.Row{}, widget.Name(compare, "contact.safety_compare"))), theme.Space16)
}

func (v *View) showCode(title, content, hint string) {
	const side float32 = 260
	code, err := widget.NewQR(content, side)
	if err != nil { // too long for a code; ids and numbers are not
		return
	}
	body := container.New(widget.Column{Gap: theme.Space16}, container.New(widget.Centred{Width: side}, code))
	if hint != "" {
		body.Add(widget.NewParagraph(hint, widget.Small, theme.Text2, 312))
	}
	s := widget.NewSheet(title, body)
	s.Width = 360
	s.Open(v.window.Canvas())
}

func (v *View) rows() fyne.CanvasObject {
	m := v.model
	c := m.Conversation
	list := container.New(widget.Column{})
	add := func(icon assets.IconName, name, key, value string, danger bool, tapped func()) {
		r := widget.NewPressRow(icon, key, tapped)
		r.Value, r.Danger = value, danger
		list.Add(widget.Name(r, name))
	}
	if v.actions.Shared != nil {
		add(assets.IconImage, "contact.shared", text.T("shared.title"), "", false, v.actions.Shared)
	}
	add(assets.IconSearch, "contact.find", text.T("contact.find"), "", false, v.actions.Find)
	add(assets.IconTimer, "contact.timer", text.T("contact.timer"), vm.TimerText(c.Timer), false, v.timer)
	if c.Kind == model.KindContact {
		add(assets.IconBell, "contact.mute", text.T("contact.notifications"), m.MutedText(), false, v.mute)
	}
	pin, pinned := "contact.pin", c.Pinned > 0
	if pinned {
		pin = "contact.unpin"
	}
	add(assets.IconPin, "contact.pin", text.T(pin), "", false, func() { m.SetPinned(!pinned) })
	if v.actions.Export != nil {
		add(assets.IconUpload, "contact.export", text.T("contact.export"), "", false, v.actions.Export)
	}
	list.Add(container.New(widget.Inset{Top: theme.Space8, Bottom: theme.Space8}, widget.NewSeparator()))
	if c.Kind == model.KindContact {
		if c.Blocked {
			add(assets.IconBlock, "contact.unblock", text.F("contact.unblock", "name", c.Title()), "", false, func() { m.SetBlocked(false) })
		} else {
			add(assets.IconBlock, "contact.block", text.F("contact.block", "name", c.Title()), "", true, v.block)
		}
	}
	add(assets.IconReset, "contact.clear", text.T("contact.clear"), "", true, v.clear)
	if c.Kind == model.KindContact {
		add(assets.IconDelete, "contact.delete_messages", text.T("contact.delete_messages"), "", true, v.deleteMessages)
		add(assets.IconUser, "contact.delete", text.T("contact.delete"), "", true, v.delete)
	} else {
		add(assets.IconDelete, "contact.delete_messages", text.T("contact.delete_messages"), "", true, v.deleteMessages)
	}
	return list
}

// below stacks a bar, a line and the rest.
type below struct{}

func (below) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Resize(fyne.NewSize(s.Width, theme.HeaderHeight-1))
	o[1].Move(fyne.NewPos(0, theme.HeaderHeight-1))
	o[1].Resize(fyne.NewSize(s.Width, 1))
	o[2].Move(fyne.NewPos(0, theme.HeaderHeight))
	o[2].Resize(fyne.NewSize(s.Width, max(0, s.Height-theme.HeaderHeight)))
}

func (below) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(theme.LeftMin, 200) }
