package chat

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// header is the bar over the messages: who it is, how fresh it is, and what one
// can do; or the search in the conversation.
type header struct {
	v      *View
	object *fyne.Container

	back   *widget.IconButton
	avatar *widget.Avatar
	title  *widget.Label
	chip   *widget.Chip
	line   *widget.Label
	press  *pressArea
	timer  *widget.IconButton
	search *widget.IconButton
	info   *widget.IconButton
	more   *widget.IconButton
	find   *findBar
	pick   *pickBar
}

func newHeader(v *View) *header {
	h := &header{v: v}
	h.back = widget.Name(widget.NewIconButton(assets.IconBack, text.T("chat.back"), func() { v.actions.Back() }), "header.back")
	h.avatar = widget.NewAvatar(40, widget.AvatarModel{})
	h.title = widget.NewShrinking("", widget.BodyBold, theme.Text)
	h.line = widget.NewShrinking("", widget.Small, theme.Text2)
	h.chip = widget.Name(widget.NewChipButton("", assets.IconTimer, widget.Neutral, v.askTimer), "header.timer_on")
	h.press = newPressArea(func() { v.actions.Info() })
	h.timer = widget.Name(widget.NewIconButton(assets.IconTimer, text.T("chat.timer_tip"), v.askTimer), "header.timer")
	h.search = widget.Name(widget.NewIconButton(assets.IconSearch, text.T("chat.find_tip"), v.Find), "header.search")
	h.info = widget.Name(widget.NewIconButton(assets.IconInfo, text.T("chat.info_tip"), func() { v.actions.Info() }), "header.info")
	h.more = widget.Name(widget.NewIconButton(assets.IconMore, text.T("chat.more_tip"), h.menu), "header.more")
	h.find = newFindBar(v)
	h.pick = newPickBar(v)
	ground := widget.NewSurface(theme.List, nil)
	h.object = container.New(&headLayout{h}, ground, widget.NewSeparator(), h.press, h.back, h.avatar, h.title, h.chip, h.line,
		h.timer, h.search, h.info, h.more, h.find.object, h.pick.object)
	h.chip.Hide()
	h.back.Hide()
	h.find.object.Hide()
	h.more.Hide()
	h.timer.Hide()
	h.avatar.Hide()
	return h
}

// update shows what the view-model says.
func (h *header) update() {
	c := h.v.vm
	if c == nil {
		return
	}
	d := c.Head
	h.avatar.Set(avatarModel(d.Avatar))
	show(h.avatar, c.Loaded() && !c.Picking())
	h.title.SetText(d.Title)
	h.line.SetText(d.Subtitle)
	color := theme.Text2
	if d.Typing {
		color = theme.AccentInk
	}
	h.line.SetColor(color)
	picking := c.Picking()
	finding := c.Find.Open || picking
	h.chip.Set(d.Timer, assets.IconTimer, widget.Neutral)
	show(h.chip, d.Timer != "" && !finding)
	show(h.back, h.v.narrow && !finding)
	wide := !h.v.narrow && !finding
	show(h.timer, wide && c.Loaded() && d.Timer == "" && h.canTime())
	show(h.search, wide)
	show(h.info, wide)
	show(h.more, h.v.narrow && !finding)
	for _, o := range []fyne.CanvasObject{h.title, h.line, h.press} {
		show(o, !finding)
	}
	h.find.update(c.Find)
	show(h.find.object, c.Find.Open && !picking)
	if picking {
		h.pick.update(c.Picked())
	}
	show(h.pick.object, picking)
	h.object.Refresh()
}

// canTime reports whether the timer may be set.
func (h *header) canTime() bool {
	return h.v.vm.Head.Timing
}

// menu stands for the buttons in one column.
func (h *header) menu() {
	items := []widget.MenuItem{
		{Name: "menu.find", Label: text.T("chat.menu.find"), Icon: assets.IconSearch, Action: h.v.Find},
		{Name: "menu.date", Label: text.T("chat.find_date"), Icon: assets.IconCalendar, Action: h.v.askDate},
	}
	if h.canTime() {
		items = append(items, widget.MenuItem{Name: "menu.timer", Label: text.T("chat.menu.timer"), Icon: assets.IconTimer, Action: h.v.askTimer})
	}
	items = append(items, widget.MenuItem{Name: "menu.info", Label: text.T("chat.menu.details"), Icon: assets.IconInfo, Action: func() { h.v.actions.Info() }})
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(h.more)
	widget.ShowMenu(h.more, at.AddXY(0, 44), items, nil)
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
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

// headLayout places the parts of the header.
type headLayout struct{ h *header }

// MinSize implements fyne.Layout.
func (l *headLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(280, theme.HeaderHeight)
}

// Layout implements fyne.Layout.
func (l *headLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	defer widget.Turn(o, size)
	h := l.h
	put(o[0], 0, 0, size.Width, size.Height)
	put(o[1], 0, size.Height-1, size.Width, 1)
	const top = (theme.HeaderHeight - 40) / 2
	left, right := theme.Space24, size.Width-theme.Space12
	if h.pick.object.Visible() {
		put(h.pick.object, theme.Space16, top, max(right-theme.Space16, 100), 40)
		return
	}
	if h.back.Visible() {
		put(h.back, theme.Space16, top, 40, 40)
		left = theme.Space16 + 40 + theme.Space12
	}
	put(h.avatar, left, top, 40, 40)
	text := left + 52
	if h.find.object.Visible() {
		if size.Width < 520 { // the search needs the place of the picture
			const away = -10000 // beside the header is the list
			put(h.avatar, left, away, 40, 40)
			text = theme.Space8
		}
		put(h.find.object, text+4, top, max(right-text-4, 100), 40)
		return
	}
	for _, b := range []*widget.IconButton{h.more, h.info, h.search, h.timer} {
		if b.Visible() {
			right -= 40
			put(b, right, top, 40, 40)
			right -= theme.Space4
		}
	}
	room := max(right-text-theme.Space8, 40)
	// No wider than it is: right-to-left names would go to the other end.
	title := min(widget.NewLabel(h.v.vm.Head.Title, widget.BodyBold, theme.Text).MinSize().Width, room)
	if h.chip.Visible() {
		w := h.chip.MinSize().Width
		title = min(title, max(room-w-theme.Space8, 40))
		put(h.chip, text+title+theme.Space8, 10, w, 24)
	}
	put(h.title, text, 11, title, theme.Line22)
	put(h.line, text, 33, room, theme.Line20)
	put(h.press, left-4, 4, room+60, size.Height-8)
}

// pressArea is an invisible button behind avatar and name.
type pressArea struct {
	fynewidget.BaseWidget
	pressed func()
}

var _ desktop.Cursorable = (*pressArea)(nil)

func newPressArea(pressed func()) *pressArea {
	p := &pressArea{pressed: pressed}
	p.ExtendBaseWidget(p)
	return p
}

// CreateRenderer implements fyne.Widget.
func (p *pressArea) CreateRenderer() fyne.WidgetRenderer {
	return fynewidget.NewSimpleRenderer(container.NewWithoutLayout())
}

// InspectName names the area for driven tests.
func (p *pressArea) InspectName() string { return "header.title" }

// Tapped implements fyne.Tappable.
func (p *pressArea) Tapped(*fyne.PointEvent) { p.pressed() }

// Cursor implements desktop.Cursorable.
func (p *pressArea) Cursor() desktop.Cursor { return desktop.PointerCursor }
