package app

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

// left is the left column: own avatar, search, new; the bars that have
// something to say; the list.
type left struct {
	s       *session
	object  *widget.Surface
	page    *fyne.Container
	avatar  *avatarButton
	bar     *widget.Banner
	online  *widget.Button // of bar
	network *widget.Button
	phrase  *widget.Banner
	devices *widget.Banner
	asked   *widget.PressRow
	banner  *widget.MenuArea // asked, with its menu
	badge   *widget.Badge
	notices *fyne.Container
	greet   bool // the greeting stands in the place of an empty list
	applied bool // the look of the settings was applied once
}

func newLeft(s *session) *left {
	l := &left{s: s}
	l.avatar = newAvatarButton(l.menu)
	plus := widget.Name(widget.NewIconButton(assets.IconPlus, text.T("app.new_chat"), s.newChat), "header.new")
	l.online = widget.Name(widget.NewButton(text.T("bar.go_online"), widget.Secondary, func() { s.workOffline(false) }).Sized(widget.Compact), "bar.go_online")
	l.network = widget.Name(widget.NewButton(text.T("bar.settings"), widget.Secondary, func() { s.openSettings("network") }).Sized(widget.Compact), "bar.settings")
	l.bar = widget.NewBanner(widget.WarnTone, assets.IconOffline, nil, l.online, l.network)
	show := widget.Name(widget.NewButton(text.T("app.phrase_show"), widget.Primary, s.ShowRecovery).Sized(widget.Compact), "phrase.show")
	l.phrase = widget.NewBanner(widget.AccentTone, assets.IconKey, []widget.Span{
		{Text: text.T("app.phrase_title"), Kind: widget.Strong}, {Text: "\n" + text.T("app.phrase_body")},
	}, show)
	look := widget.Name(widget.NewButton(text.T("devices.news_look"), widget.Secondary, func() { s.openSettings("devices") }).Sized(widget.Compact), "devices.look")
	l.devices = widget.NewBanner(widget.WarnTone, assets.IconDevice, []widget.Span{{Text: text.T("devices.news_short"), Kind: widget.Strong}}, look)
	l.badge = widget.NewBadge(0, false)
	l.asked = widget.NewPressRow("", text.T("requests.title"), s.openRequests)
	l.asked.Lead = widget.NewAvatar(32, widget.AvatarModel{ID: "requests", Icon: assets.IconUserPlus, Solid: true})
	l.asked.Bold, l.asked.Ground, l.asked.Height, l.asked.Tail = true, theme.Field, 48, l.badge
	l.asked = widget.Name(l.asked, "requests.open")
	l.banner = widget.NewMenuArea(l.asked, l.bannerMenu)
	l.notices = container.New(widget.Column{Gap: theme.Space8}, l.bar, l.phrase, l.devices, l.banner)
	l.page = container.New(&leftLayout{}, l.avatar, s.list.Search(), plus,
		container.New(widget.Inset{Left: theme.Space8, Right: theme.Space8}, l.notices), s.list.Object())
	l.object = widget.NewSurface(theme.List, l.page)
	l.update()
	return l
}

// update shows what has changed.
func (l *left) update() {
	s := l.s
	l.avatar.set(avatarOf(s.me), statusOf(s.me.Status.Connection), s.unreadElsewhere())
	bar := vm.BarOf(s.me.Status)
	tone, icon := widget.WarnTone, assets.IconOffline
	if bar.Bad {
		tone, icon = widget.DangerTone, assets.IconWarning
	}
	shown(l.online, bar.Do == vm.GoOnline)
	shown(l.network, bar.Do == vm.OpenNetwork)
	l.bar.Set(tone, icon, []widget.Span{{Text: bar.Title, Kind: widget.Strong}, {Text: " " + bar.Detail}})
	shown(l.bar, bar.Title != "")
	shown(l.phrase, s.settings.Loaded && !s.settings.Now.PhraseSeen)
	shown(l.devices, s.devices.News)
	n := len(s.asked.List())
	l.badge.SetCount(n, false)
	quiet := 0
	if s.settings.Now.HideRequestsBanner {
		quiet = n // without the banner they have a filter
	}
	s.list.SetRequests(quiet)
	shown(l.banner, n > 0 && !s.settings.Now.HideRequestsBanner)
	if greet := s.count == 0 && s.split != nil && s.split.Narrow(); greet != l.greet {
		l.greet = greet
		var list fyne.CanvasObject = s.list.Object()
		if greet {
			list = s.hello()
		}
		l.page.Objects[4] = list
	}
	l.page.Refresh()
}

func shown(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

func avatarOf(me *vm.Me) widget.AvatarModel {
	return widget.AvatarModel{ID: me.Profile.ID.String(), Name: me.Profile.Name}
}

func statusOf(c model.Connection) widget.Status {
	switch c {
	case model.Online:
		return widget.StatusGood
	case model.Offline:
		return widget.StatusOffline
	}
	return widget.StatusWeak
}

// menu is what stands behind the own avatar.
func (l *left) menu() {
	s := l.s
	title, _ := vm.PathLine(s.me.Status)
	items := append(s.accountItems(), []widget.MenuItem{
		{Label: text.T("app.menu_id"), Icon: assets.IconQR, Action: s.showID},
		{Label: title, Icon: assets.IconPath, Action: s.showPath},
		{
			Name: "menu.offline", Label: text.T("app.menu_offline"), Icon: assets.IconOffline, Checked: s.settings.Now.WorkOffline,
			Action: func() { s.workOffline(!s.settings.Now.WorkOffline) },
		},
		{},
		{Label: text.T("settings.title"), Icon: assets.IconSettings, Shortcut: "Ctrl ,", Action: func() { s.openSettings("") }},
		{Label: text.T("settings.shortcuts"), Icon: assets.IconKeyboard, Shortcut: "Ctrl /", Action: s.showShortcuts},
		{Label: text.T("app.menu_lock"), Icon: assets.IconLock, Shortcut: "Ctrl L", Action: s.Lock},
	}...)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(l.avatar)
	widget.ShowMenu(l.avatar, at.AddXY(0, 48), items, nil)
}

// bannerMenu is what one can do with the banner of the requests.
func (l *left) bannerMenu(at fyne.Position) {
	widget.ShowMenu(l.asked, at, []widget.MenuItem{{
		Name: "menu.hide_banner", Label: text.T("requests.hide_banner"), Icon: assets.IconEyeOff, Action: func() { l.s.hideBanner(true) },
	}}, nil)
}

// workOffline lets the engine connect to nothing, or to the network again.
func (s *session) workOffline(on bool) {
	s.settings.Change(func(m *model.Settings) { m.WorkOffline = on })
}

// hideBanner hides the banner of the requests, or shows it again.
func (s *session) hideBanner(hide bool) {
	set := func(hide bool) { s.settings.Change(func(m *model.Settings) { m.HideRequestsBanner = hide }) }
	set(hide)
	if hide {
		s.Toast(text.T("requests.banner_hidden"), text.T("widget.undo"), func() { set(false) }, nil)
	}
}

// leftLayout places avatar, search field, plus button, notices and list.
type leftLayout struct{}

func (leftLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	defer widget.Turn(o, s)
	const side, top = theme.Space16, theme.Space12
	put := func(i int, x, y, w, h float32) {
		o[i].Move(fyne.NewPos(x, y))
		o[i].Resize(fyne.NewSize(w, h))
	}
	put(0, side, top, 40, 40)
	put(2, s.Width-theme.Space12-40, top, 40, 40)
	put(1, side+52, top, max(s.Width-side-52-theme.Space12-40-theme.Space8, 40), 40)
	y := theme.HeaderHeight
	o[3].Resize(fyne.NewSize(s.Width, o[3].MinSize().Height))
	if h := o[3].MinSize().Height; h > 0 {
		put(3, 0, y, s.Width, h)
		y += h + theme.Space8
	}
	put(4, 0, y, s.Width, max(s.Height-y, 0))
}

func (leftLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(200, 200) }
