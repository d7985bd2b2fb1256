// Package settings is the settings of the window: a list of pages at the left
// with a search over all of them, the page at the right.
//
// What a row says stands in assets/translations under its name; vm lists all
// rows for the search, and a test holds the list against the pages.
package settings

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Models are what the pages show. They live as long as the window: what runs in
// the background goes on when the settings are left.
type Models struct {
	Settings  *vm.Settings
	Me        *vm.Me
	Storage   *vm.Storage
	Trim      *vm.Trim
	Devices   *vm.Devices
	Picture   *vm.MyPicture
	Data      *vm.Data
	Updates   *vm.Updates
	Autostart *vm.Autostart
}

// View is the settings.
type View struct {
	Models
	window Window
	about  About
	closed func()

	split   *widget.Split
	search  *widget.TextField
	head    *widget.PressRow
	rows    []*widget.PressRow
	nav     *fyne.Container
	results *results
	left    *fyne.Container // the list of pages, or what was found
	list    fyne.CanvasObject
	title   *widget.Label
	back    *widget.IconButton
	body    *fyne.Container
	page    *fyne.Container
	scroll  fyne.CanvasObject
	anchors map[string]*anchor // of the page that is shown
	live    func()             // shows progress on the page without building it anew
	at      int
	shown   pageState
}

// pageState is what decides whether a page has to be built anew.
type pageState struct {
	at                     int
	settings               model.Settings
	status                 model.NetworkStatus
	blocked                int
	loaded                 bool
	protect                vm.ProtectionKind
	second                 engine.SecondKind
	dark                   bool
	name                   string
	use                    model.StorageUse
	logs                   int64
	busy                   [2]bool
	sighted                model.Sighting
	news                   bool
	job                    vm.DataJob
	update                 string
	looking                bool
	tray, start, elsewhere bool
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
		{assets.IconBell, "notifications", (*View).notifications},
		{assets.IconCompose, "conversations", (*View).conversations},
		{assets.IconSpeaker, "sound", (*View).sound},
		{assets.IconPalette, "appearance", (*View).appearance},
		{assets.IconDevice, "devices", (*View).devices},
		{assets.IconPath, "network", (*View).network},
		{assets.IconStorage, "storage", (*View).storage},
		{assets.IconFolder, "data", (*View).data},
		{assets.IconKeyboard, "shortcuts", (*View).shortcuts},
		{assets.IconHelp, "help", (*View).help},
		{assets.IconDelete, "clear", (*View).clear},
	}
}

// New makes the settings. closed is called by the arrow back.
func New(m Models, w Window, about About, closed func()) *View {
	v := &View{Models: m, window: w, about: about, closed: closed, at: 1}
	v.split = widget.NewSplit(v.newLeft(), v.newMiddle())
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

func (v *View) newLeft() fyne.CanvasObject {
	back := widget.Name(widget.NewIconButton(assets.IconBack, text.T("app.back"), v.closed), "settings.back")
	bar := container.New(widget.Inset{Left: theme.Space8, Top: theme.Space12, Right: theme.Space12, Bottom: theme.Space12},
		container.New(widget.Row{Gap: theme.Space8}, back, widget.NewLabel(text.T("settings.title"), widget.Title, theme.Text)))
	v.search = widget.Name(widget.NewSearchField(text.T("settings.search"), widget.Keys("Ctrl F")), "settings.search")
	v.results = newResults(v)
	v.search.OnChanged = v.results.look
	v.search.OnSubmitted = func(string) { v.results.choose() }
	v.search.OnKey = v.results.key
	v.search.OnEscape = func() {
		if !v.clearSearch() {
			widget.Escape(v.search)
		}
	}

	v.nav = container.New(widget.Column{})
	v.head = widget.NewPressRow("", "", func() { v.Open("profile") })
	v.head.Height, v.head.Bold = 72, true
	v.head.Tail = widget.Name(widget.NewIconButton(assets.IconQR, text.T("settings.qr"), v.window.ShowID), "settings.qr")
	v.nav.Add(widget.Name(v.head, "settings.me"))
	for i, p := range pages() {
		r := widget.NewPressRow(p.icon, text.T("settings."+p.key), func() { v.open(i) })
		r.Height = 44
		if p.key == "clear" {
			r.Danger = true
			v.nav.Add(container.New(widget.Inset{Left: theme.Space8, Top: theme.Space12, Right: theme.Space8, Bottom: theme.Space12}, widget.NewSeparator()))
		}
		v.rows = append(v.rows, r)
		v.nav.Add(widget.Name(r, "settings."+p.key))
	}
	v.left = container.New(widget.Column{}, v.nav)
	v.list = widget.NewScroll(container.New(widget.Inset{Left: theme.Space8, Right: theme.Space8, Bottom: theme.Space12}, v.left))
	for _, r := range append(v.rows, v.head) {
		r.OnFocus = func(on bool) {
			if on {
				widget.Reveal(v.list, r)
			}
		}
	}
	field := container.New(widget.Inset{Left: theme.Space16, Right: theme.Space16, Bottom: theme.Space12}, v.search)
	return widget.NewSurface(theme.List, container.New(under{}, container.New(widget.Column{}, bar, field), v.list))
}

func (v *View) newMiddle() fyne.CanvasObject {
	v.title = widget.NewLabel("", widget.Title, theme.Text)
	v.back = widget.Name(widget.NewIconButton(assets.IconBack, text.T("app.back"), func() { v.split.ShowMiddle(false) }), "header.back")
	v.back.Hide()
	head := widget.NewSurface(theme.List, container.New(widget.Inset{Left: theme.Space24, Right: theme.Space16},
		container.New(widget.Row{Gap: theme.Space8}, v.back, v.title, widget.NewSpacer(nil), widget.NewKeyCap("Esc"))))
	v.body = container.New(widget.Column{})
	v.page = container.New(widget.Centred{Width: 640, Side: theme.Space16, Top: theme.Space24}, v.body)
	v.scroll = widget.NewScroll(v.page)
	return widget.NewSurface(theme.Paper, container.New(headed{}, head, widget.NewSeparator(), v.scroll))
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

// Find puts the keyboard into the search.
func (v *View) Find() {
	v.split.ShowMiddle(false)
	v.search.Focus()
	v.search.SelectAll()
}

// Escape goes back from a page in a narrow window, or out of the search; false
// when there is nothing to go back from.
func (v *View) Escape() bool {
	if v.split.Narrow() && v.back.Visible() && v.inPage() {
		v.split.ShowMiddle(false)
		return true
	}
	return v.clearSearch()
}

// Place is where somebody is in the settings.
type Place struct {
	Page   string
	Offset float32
}

// Place tells where somebody is; Return goes back there in other settings.
func (v *View) Place() Place {
	return Place{Page: pages()[v.at].key, Offset: widget.Scrolled(v.scroll)}
}

// Return goes back to a place.
func (v *View) Return(p Place) {
	v.Open(p.Page)
	widget.ScrollTo(v.scroll, p.Offset)
	if row, ok := v.anchors["appearance.language"]; ok && row.target != nil {
		v.window.Canvas().Focus(row.target)
	}
}

func (v *View) clearSearch() bool {
	if v.search.Text() == "" {
		return false
	}
	v.search.SetText("")
	v.results.look("")
	v.revealRow()
	return true
}

func (v *View) inPage() bool {
	// The arrow back of the page is on the screen only with its page.
	return fyne.CurrentApp().Driver().CanvasForObject(v.back) != nil
}

func (v *View) open(i int) {
	if v.at != i {
		widget.ScrollUp(v.scroll)
	}
	v.at = i
	v.split.ShowMiddle(true)
	v.show()
	v.revealRow()
	switch pages()[i].key {
	case "storage":
		v.Storage.Load()
	case "appearance":
		v.Autostart.Load()
	}
}

// revealRow keeps the page that is shown in view in the list of pages, which does
// not fit in large letters.
func (v *View) revealRow() { widget.KeepInView(v.list, v.rows[v.at]) }

// Update shows changes of the models.
func (v *View) Update() {
	if now := v.state(); !reflect.DeepEqual(now, v.shown) {
		v.show()
		return
	}
	if v.live != nil {
		v.live()
	}
}

func (v *View) state() pageState {
	s := pageState{
		at: v.at, settings: v.Settings.Now, blocked: len(v.Settings.Blocked), loaded: v.Settings.Loaded,
		protect: v.window.Protection(), second: v.window.Second(), dark: theme.IsDark(), name: v.Me.Profile.Name,
		busy: [2]bool{v.Storage.Busy, v.Trim.Busy},
	}
	switch pages()[v.at].key {
	case "network":
		s.status = v.Me.Status
		s.status.LastSync, s.status.ClockOffset = 0, 0
	case "appearance":
		s.tray, s.start, s.elsewhere = v.window.HasTray(), v.Autostart.On, v.Autostart.Elsewhere
	case "devices":
		s.news = v.Devices.News
		if len(v.Devices.Sightings) > 0 {
			s.sighted = v.Devices.Sightings[0]
		}
	case "help":
		s.update, s.looking = v.Updates.Outcome, v.Updates.Busy
	case "data":
		s.job = v.Data.Job
	case "storage":
		s.use, s.logs = v.Storage.Use, v.Storage.LogSize
	}
	return s
}

// show builds the page. The keyboard stays on the row of the same name.
func (v *View) show() {
	v.shown = v.state()
	p := pages()[v.at]
	for i, r := range v.rows {
		r.Selected = i == v.at
		r.Refresh()
	}
	v.title.SetText(text.T("settings." + p.key))
	me := v.Me.Profile
	v.head.Title, v.head.Detail = me.Name, vm.IDShort(me.ID)
	v.head.Lead = widget.NewAvatar(48, widget.AvatarModel{ID: me.ID.String(), Name: me.Name})
	v.head.Refresh()
	keep := v.keyboard()
	v.anchors, v.live = map[string]*anchor{}, nil
	v.body.Objects = append(p.build(v), widget.Gap(theme.Space24))
	v.page.Refresh()
	v.scroll.Refresh()
	v.split.Refresh()
	keep()
}

// keyboard notes which named control of the page has the keyboard; the result
// gives it to its successor.
func (v *View) keyboard() (restore func()) {
	c := v.window.Canvas()
	if c == nil || c.Overlays().Top() != nil {
		return func() {}
	}
	n, ok := c.Focused().(widget.Named)
	if !ok || n.InspectName() == "" {
		return func() {}
	}
	name := n.InspectName()
	return func() {
		if o, ok := widget.Find(c, name).(fyne.Focusable); ok {
			c.Focus(o)
		}
	}
}
