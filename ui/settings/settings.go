// Package settings is the settings of the window: a list of pages at the left,
// the page at the right.
package settings

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Window is what settings need of the window around them.
type Window interface {
	Canvas() fyne.Canvas
	Copy(text string)
	SavePicture(name string, img image.Image)
	Toast(sentence, action string, tapped, expired func()) (dismiss func())
	ShowRecovery()
	ShowShortcuts()
	Lock()
	// Protection is how the profile is protected now; Keyring whether the
	// system has one that answers.
	Protection() vm.ProtectionKind
	Keyring() bool
	ProtectionChanged(kind vm.ProtectionKind)
}

// About is what the help page says of the program.
type About struct {
	Version string
	Network string
	Folder  string
}

// View is the settings.
type View struct {
	model  *vm.Settings
	me     *vm.Me
	window Window
	about  About

	split  *widget.Split
	head   *widget.PressRow
	rows   []*widget.PressRow
	nav    *fyne.Container
	title  *widget.Label
	back   *widget.IconButton
	body   *fyne.Container
	page   *fyne.Container
	scroll fyne.CanvasObject
	at     int
	shown  pageState
}

// pageState is what decides whether a page has to be built anew.
type pageState struct {
	at      int
	blocked int
	loaded  bool
	protect vm.ProtectionKind
	dark    bool
	name    string
}

type page struct {
	icon  assets.IconName
	key   string
	build func(*View) []fyne.CanvasObject
}

func pages() []page {
	return []page{
		{assets.IconUser, "profile", (*View).profile},
		{assets.IconShield, "privacy", (*View).privacy},
		{assets.IconPalette, "appearance", (*View).appearance},
		{assets.IconCompose, "writing", (*View).writing},
		{assets.IconBell, "notifications", (*View).notifications},
		{assets.IconKeyboard, "shortcuts", (*View).shortcuts},
		{assets.IconHelp, "help", (*View).help},
	}
}

// New makes the settings over models that live as long as the window. closed
// is called by the arrow back.
func New(m *vm.Settings, me *vm.Me, w Window, about About, closed func()) *View {
	v := &View{model: m, me: me, window: w, about: about, at: 1}
	v.nav = container.New(widget.Column{})
	back := widget.Name(widget.NewIconButton(assets.IconBack, text.T("app.back"), closed), "settings.back")
	bar := container.New(widget.Inset{Left: theme.Space8, Top: theme.Space12, Right: theme.Space12, Bottom: theme.Space12},
		container.New(widget.Row{Gap: theme.Space8}, back, widget.NewLabel(text.T("settings.title"), widget.Title, theme.Text)))
	v.head = widget.NewPressRow("", "", func() { v.Open("profile") })
	v.head.Height, v.head.Bold = 72, true
	v.nav.Add(widget.Name(v.head, "settings.me"))
	for i, p := range pages() {
		r := widget.NewPressRow(p.icon, text.T("settings."+p.key), func() { v.open(i) })
		r.Height = 44
		v.rows = append(v.rows, r)
		v.nav.Add(widget.Name(r, "settings."+p.key))
	}
	left := widget.NewSurface(theme.List, container.New(under{},
		bar, widget.NewScroll(container.New(widget.Inset{Left: theme.Space8, Right: theme.Space8}, v.nav))))

	v.title = widget.NewLabel("", widget.Title, theme.Text)
	v.back = widget.Name(widget.NewIconButton(assets.IconBack, text.T("app.back"), func() { v.split.ShowMiddle(false) }), "header.back")
	v.back.Hide()
	head := widget.NewSurface(theme.List, container.New(widget.Inset{Left: theme.Space24, Right: theme.Space16},
		container.New(widget.Row{Gap: theme.Space8}, v.back, v.title, widget.NewSpacer(nil), widget.NewKeyCap("Esc"))))
	v.body = container.New(widget.Column{})
	v.page = container.New(widget.Centred{Width: 640, Side: theme.Space16, Top: theme.Space24}, v.body)
	v.scroll = widget.NewScroll(v.page)
	middle := widget.NewSurface(theme.Paper, container.New(headed{}, head, widget.NewSeparator(), v.scroll))
	v.split = widget.NewSplit(left, middle)
	v.split.OnNarrow = func(narrow bool) {
		if narrow {
			v.back.Show()
		} else {
			v.back.Hide()
		}
	}
	v.show()
	return v
}

// Object returns what is shown.
func (v *View) Object() fyne.CanvasObject { return v.split }

// Open shows a page by its name: "profile", "privacy" ...
func (v *View) Open(name string) {
	for i, p := range pages() {
		if p.key == name {
			v.open(i)
		}
	}
}

// Escape goes back from a page in a narrow window; false when there is nothing
// to go back from.
func (v *View) Escape() bool {
	if v.split.Narrow() && v.back.Visible() && v.inPage() {
		v.split.ShowMiddle(false)
		return true
	}
	return false
}

func (v *View) inPage() bool {
	// The arrow back of the page is on the screen only with its page.
	return fyne.CurrentApp().Driver().CanvasForObject(v.back) != nil
}

func (v *View) open(i int) {
	v.at = i
	v.split.ShowMiddle(true)
	v.show()
}

// Update shows changes of the models.
func (v *View) Update() {
	if v.state() != v.shown {
		v.show()
	}
}

func (v *View) state() pageState {
	return pageState{v.at, len(v.model.Blocked), v.model.Loaded, v.window.Protection(), theme.IsDark(), v.me.Profile.Name}
}

func (v *View) show() {
	v.shown = v.state()
	p := pages()[v.at]
	for i, r := range v.rows {
		r.Selected = i == v.at
		r.Refresh()
	}
	v.title.SetText(text.T("settings." + p.key))
	me := v.me.Profile
	v.head.Title, v.head.Detail = me.Name, vm.IDShort(me.ID)
	v.head.Lead = widget.NewAvatar(48, widget.AvatarModel{ID: me.ID.String(), Name: me.Name})
	v.head.Refresh()
	v.body.Objects = append(p.build(v), widget.Gap(theme.Space24))
	v.page.Refresh()
	v.scroll.Refresh()
	v.split.Refresh()
}

// section is a heading with a card of rows under it.
func section(key string, rows ...fyne.CanvasObject) fyne.CanvasObject {
	list := container.New(widget.Column{})
	for i, r := range rows {
		if i > 0 {
			list.Add(container.New(widget.Inset{Left: theme.Space12, Right: theme.Space12}, widget.NewSeparator()))
		}
		list.Add(r)
	}
	objects := []fyne.CanvasObject{widget.NewCard(list, theme.Space4)}
	if key != "" {
		objects = append([]fyne.CanvasObject{container.New(widget.Inset{Left: theme.Space4, Bottom: theme.Space8},
			widget.NewLabel(text.T(key), widget.SmallBold, theme.Text2))}, objects...)
	}
	return container.New(widget.Column{}, append(objects, widget.Gap(theme.Space24))...)
}

// toggleRow is a row with a switch at its end.
func toggleRow(key string, on bool, changed func(bool)) fyne.CanvasObject {
	t := widget.Name(widget.NewToggle(on, changed), key+"_toggle")
	r := widget.NewPressRow("", text.T(key), func() {
		t.SetOn(!t.On)
		changed(t.On)
	})
	if hint := key + "_hint"; text.Has(hint) {
		r.Detail = text.T(hint)
	}
	r.Tail = t
	return widget.Name(r, key)
}

// under sets the second object under the first.
type under struct{}

func (under) Layout(o []fyne.CanvasObject, s fyne.Size) {
	h := o[0].MinSize().Height
	o[0].Resize(fyne.NewSize(s.Width, h))
	o[1].Move(fyne.NewPos(0, h))
	o[1].Resize(fyne.NewSize(s.Width, max(0, s.Height-h)))
}

func (under) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }

// headed stacks a bar, a line and the rest.
type headed struct{}

func (headed) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Resize(fyne.NewSize(s.Width, theme.HeaderHeight-1))
	o[1].Move(fyne.NewPos(0, theme.HeaderHeight-1))
	o[1].Resize(fyne.NewSize(s.Width, 1))
	o[2].Move(fyne.NewPos(0, theme.HeaderHeight))
	o[2].Resize(fyne.NewSize(s.Width, max(0, s.Height-theme.HeaderHeight)))
}

func (headed) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(theme.LeftMin, 200) }
