package app

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// face is how the account is drawn where accounts are listed: its picture or
// initials, a lock while its profile is closed.
func (a *account) face() widget.AvatarModel {
	switch {
	case a.broken:
		return widget.AvatarModel{ID: "account", Icon: assets.IconWarning}
	case a.engine == nil:
		return widget.AvatarModel{ID: "account", Icon: assets.IconLock}
	}
	m := avatarOf(a.me)
	m.Picture = a.own.Picture(m.ID, false)
	return m
}

// accountItems are the rows of a menu that lead to the accounts and to another
// one; none where the window is for one profile.
func (w *Window) accountItems() []widget.MenuItem {
	if w.keeper == nil {
		return nil
	}
	var items []widget.MenuItem
	if w.several() || w.adding() {
		for _, a := range w.accounts {
			face := a.face()
			it := widget.MenuItem{Name: "menu.account:" + a.name(), Label: shortened(a.name()), Avatar: &face, Action: func() { w.showAccount(a) }}
			if a == w.shown {
				it.Mark = assets.IconCheck
			} else {
				it.Count = a.unread.n
			}
			items = append(items, it)
		}
	}
	if !w.adding() {
		items = append(items, widget.MenuItem{Name: "menu.add_account", Label: text.T("accounts.add"), Icon: assets.IconPlus, Action: w.AddAccount})
	}
	if w.several() && w.session != nil {
		items = append(items, widget.MenuItem{Name: "menu.accounts", Label: text.T("accounts.manage"), Icon: assets.IconUser, Action: w.openSwitcher})
	}
	return append(items, widget.MenuItem{})
}

// shortened is a name as menus and buttons have room for it.
func shortened(name string) string {
	const most = 28
	if r := []rune(name); len(r) > most {
		return strings.TrimSpace(string(r[:most-1])) + "…"
	}
	return name
}

// corner is the way to the other accounts from a page without a session, nil
// where there are none: back from the first run, or the menu of accounts.
func (w *Window) corner() fyne.CanvasObject {
	if w.adding() && w.before != nil {
		b := widget.NewButton(text.F("accounts.back_to", "name", shortened(w.before.name())), widget.Ghost, w.giveUp)
		return widget.Name(b, "accounts.back")
	}
	if !w.several() {
		return nil
	}
	var b *widget.Button
	b = widget.NewIconTextButton(assets.IconUser, shortened(w.shown.name()), widget.Ghost, func() {
		at := w.app.Driver().AbsolutePositionForObject(b)
		items := w.accountItems()
		widget.ShowMenu(b, at.AddXY(b.Size().Width, b.Size().Height+theme.Space4), items[:len(items)-1], nil)
	})
	return widget.Name(b, "accounts.open")
}

// newCornered puts a control over a page, into its upper corner at the end of
// the line.
func newCornered(page, corner fyne.CanvasObject) fyne.CanvasObject {
	return container.New(cornered{}, page, corner)
}

type cornered struct{}

func (cornered) Layout(o []fyne.CanvasObject, s fyne.Size) {
	defer widget.Turn(o, s)
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(s)
	m := o[1].MinSize()
	m.Width = min(m.Width, s.Width-2*theme.Space16)
	// On one line with the arrow that leads back.
	o[1].Move(fyne.NewPos(s.Width-theme.Space16-m.Width, theme.Space24+(40-m.Height)/2))
	o[1].Resize(m)
}

func (cornered) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }

// switcher is the sheet of all accounts.
type switcher struct {
	*widget.Sheet
	w    *Window
	rows *fyne.Container
}

const switcherWidth float32 = 440

// openSwitcher lists the accounts, with what can be done with each.
func (w *Window) openSwitcher() {
	s := &switcher{w: w, rows: container.New(widget.Column{Gap: theme.Space4})}
	hint := widget.NewParagraph(text.T("accounts.hint"), widget.Small, theme.Text2, switcherWidth-2*theme.Space24)
	s.Sheet = widget.NewSheet(text.T("accounts.title"), container.New(widget.Column{Gap: theme.Space12}, hint, s.rows))
	s.Width = switcherWidth
	s.OnClose = func() { w.switcher = nil }
	add := widget.NewIconTextButton(assets.IconPlus, text.T("accounts.add"), widget.Secondary, func() {
		s.Dismiss()
		w.AddAccount()
	})
	s.SetFooter(nil, widget.Name(add, "accounts.add"))
	w.switcher = s
	s.update()
	s.Open(w.Canvas())
}

func (s *switcher) update() {
	s.rows.Objects = nil
	for _, a := range s.w.accounts {
		s.rows.Add(s.row(a))
	}
	s.rows.Refresh()
	if s.IsOpen() {
		s.Refresh()
	}
}

func (s *switcher) row(a *account) fyne.CanvasObject {
	r := widget.NewPressRow("", a.name(), func() {
		s.Dismiss()
		s.w.showAccount(a)
	})
	r.Lead, r.Bold, r.Height, r.Detail = widget.NewAvatar(40, a.face()), true, 64, a.detail()
	r.Selected = a == s.w.shown
	badge := widget.NewBadge(0, false)
	if a != s.w.shown {
		badge.SetCount(a.unread.n, false)
	}
	more := widget.NewIconButton(assets.IconDots, text.T("accounts.more"), nil)
	more.OnTapped = func() {
		at := s.w.app.Driver().AbsolutePositionForObject(more)
		widget.ShowMenu(more, at.AddXY(0, more.Size().Height), s.menu(a), nil)
	}
	r.Tail = container.New(widget.Row{Gap: theme.Space8}, badge, widget.Name(more, "accounts.more:"+a.name()))
	return widget.Name(r, "accounts.row:"+a.name())
}

// detail is the second line of an account in the sheet.
func (a *account) detail() string {
	switch {
	case a.broken:
		return text.T("accounts.broken")
	case a.engine == nil:
		return text.T("accounts.locked")
	case a.settings.Now.AccountLabel != "" && a.me.Profile.Name != "":
		return widget.Facts(a.me.Profile.Name, vm.IDShort(a.me.Profile.ID))
	}
	return vm.IDShort(a.me.Profile.ID)
}

// menu is what can be done with an account. What changes a profile needs it open;
// removing it does not.
func (s *switcher) menu(a *account) []widget.MenuItem {
	w := s.w
	remove := widget.MenuItem{
		Name: "menu.remove_account", Label: text.T("accounts.remove"), Icon: assets.IconDelete, Danger: true, Action: func() {
			s.Dismiss()
			a.askToRemove()
		},
	}
	first := widget.MenuItem{Name: "menu.open_account", Label: text.T("accounts.open"), Icon: assets.IconArrowRight, Action: func() {
		s.Dismiss()
		w.showAccount(a)
	}}
	if a.engine == nil {
		first.Label, first.Icon = text.T("accounts.unlock"), assets.IconUnlock
		return []widget.MenuItem{first, {}, remove}
	}
	items := []widget.MenuItem{first, {
		Name: "menu.rename_account", Label: text.T("accounts.rename"), Icon: assets.IconEdit, Action: func() { w.renameAccount(a) },
	}}
	if a.protection == vm.ByPassphrase {
		items = append(items, widget.MenuItem{Name: "menu.lock_account", Label: text.T("app.menu_lock"), Icon: assets.IconLock, Action: func() {
			if a == w.shown {
				s.Dismiss()
			}
			a.lock(func() {})
		}})
	}
	return append(items, widget.MenuItem{}, remove)
}
