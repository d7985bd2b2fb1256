// Package requests is the left column with the people who wrote and were not
// yet accepted.
package requests

import (
	"context"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Window is what the list needs of the window around it.
type Window interface {
	Toast(sentence, action string, tapped, expired func()) (dismiss func())
	// Read opens a conversation to read in.
	Read(conv model.ConversationID)
	// Close leaves the list.
	Close()
	// Left tells that a conversation that may be open is gone from the list.
	Left(conv model.ConversationID)
	// BannerHidden and HideBanner are about the banner that leads here.
	BannerHidden() bool
	HideBanner(hide bool)
	Copy(text string)
	Canvas() fyne.Canvas
}

// View is the column.
type View struct {
	model  *vm.Requests
	window Window
	rows   *fyne.Container
	rest   *widget.PressRow
	more   *widget.IconButton
	shown  int // rows at most
	empty  fyne.CanvasObject
	page   *fyne.Container
	scroll fyne.CanvasObject
	object fyne.CanvasObject
}

// page is how many requests are shown at first; strangers can send many.
const page = 40

// New makes the column for a model that lives as long as the window.
func New(m *vm.Requests, w Window) *View {
	v := &View{model: m, window: w, rows: container.New(widget.Column{Gap: theme.Space4}), shown: page}
	back := widget.Name(widget.NewIconButton(assets.IconBack, text.T("app.back"), w.Close), "requests.back")
	v.more = widget.Name(widget.NewIconButton(assets.IconDots, text.T("requests.more"), v.menu), "requests.more")
	v.rest = widget.Name(widget.NewPressRow(assets.IconChevronDown, "", func() {
		v.shown += page
		v.Update()
	}), "requests.rest")
	title := widget.NewSpacer(widget.NewShrinking(text.T("requests.title"), widget.Title, theme.Text))
	bar := container.New(widget.Inset{Left: theme.Space8, Top: theme.Space12, Right: theme.Space12, Bottom: theme.Space12},
		container.New(widget.Row{Gap: theme.Space8}, back, title, v.more))
	note := container.New(widget.Inset{Left: theme.Space16, Right: theme.Space16, Bottom: theme.Space12},
		widget.NewParagraph(text.T("requests.note"), widget.Small, theme.Text2, 280))
	nobody := widget.NewParagraph(text.T("requests.empty"), widget.Body, theme.Text2, 240)
	nobody.Centre = true
	v.empty = container.New(widget.Inset{Left: theme.Space24, Top: theme.Space40, Right: theme.Space24}, nobody)
	v.page = container.New(widget.Column{}, note,
		container.New(widget.Inset{Left: theme.Space8, Right: theme.Space8, Bottom: theme.Space16}, v.rows), v.empty)
	v.scroll = widget.NewScroll(v.page)
	v.object = widget.NewSurface(theme.List, container.New(below{}, bar, v.scroll))
	v.Update()
	return v
}

// Object returns what is shown.
func (v *View) Object() fyne.CanvasObject { return v.object }

// Update shows the list anew.
func (v *View) Update() {
	v.rows.Objects = v.rows.Objects[:0]
	list := v.model.List()
	for _, c := range list[:min(len(list), v.shown)] {
		v.rows.Objects = append(v.rows.Objects, v.card(c))
	}
	if rest := len(list) - v.shown; rest > 0 {
		v.rest.Title = text.F("requests.rest", "n", strconv.Itoa(rest))
		v.rows.Objects = append(v.rows.Objects, v.rest)
	}
	if len(v.rows.Objects) == 0 {
		v.empty.Show()
	} else {
		v.empty.Hide()
	}
	v.page.Refresh()
	v.scroll.Refresh()
}

func (v *View) card(c model.Conversation) fyne.CanvasObject {
	id, name := c.ID, c.Title()
	row := widget.NewPressRow("", name, func() { v.window.Read(id) })
	group, inviter := c.Kind == model.KindGroup, v.model.Inviter(c)
	row.Lead = widget.NewAvatar(40, widget.AvatarModel{ID: string(id), Name: name, Square: group})
	row.Detail = c.Last.Text
	switch {
	case group && inviter != "":
		row.Detail = text.F("requests.invited_by", "who", inviter)
	case group:
		row.Detail = text.T("requests.invited")
	case row.Detail == "":
		row.Detail = text.T("requests.no_text")
	}
	row.Bold = c.Unread > 0
	accept := widget.NewButton(text.T("requests.accept"), widget.Primary, func() { v.accept(id) }).Sized(widget.Compact)
	remove := widget.NewButton(text.T("requests.delete"), widget.Secondary, func() { v.remove(id, name) }).Sized(widget.Compact)
	block := widget.NewButton(text.T("requests.block"), widget.Ghost, func() { v.block(c) }).Sized(widget.Compact)
	choices := []fyne.CanvasObject{widget.Name(accept, "requests.accept"), widget.Name(remove, "requests.delete")}
	if !group || inviter != "" {
		choices = append(choices, widget.Name(block, "requests.block"))
	}
	buttons := container.New(widget.Inset{Left: 60, Right: theme.Space8, Bottom: theme.Space12},
		container.New(widget.Flow{Gap: theme.Space8}, choices...))
	card := container.New(widget.Column{}, widget.Name(row, "requests.row:"+name), buttons)
	return widget.NewMenuArea(card, func(at fyne.Position) { v.cardMenu(row, at, c) })
}

func (v *View) accept(id model.ConversationID) {
	last := len(v.model.List()) == 1
	v.model.Accept(id, func() {
		if last {
			v.window.Close()
		}
		v.window.Read(id)
	})
}

// cardMenu is what one can do with a request.
func (v *View) cardMenu(owner fyne.CanvasObject, at fyne.Position, c model.Conversation) {
	id, name := c.ID, c.Title()
	item := func(key string, icon assets.IconName, action func()) widget.MenuItem {
		return widget.MenuItem{Name: "menu." + key, Label: text.T("requests." + key), Icon: icon, Action: action}
	}
	block := item("block", assets.IconBlock, func() { v.block(c) })
	remove := item("delete", assets.IconDelete, func() { v.remove(id, name) })
	block.Danger, remove.Danger = true, true
	items := []widget.MenuItem{
		item("accept", assets.IconCheck, func() { v.accept(id) }),
		item("read", assets.IconEye, func() { v.window.Read(id) }),
	}
	if c.Kind != model.KindGroup {
		items = append(items, item("copy_id", assets.IconCopy, func() { v.window.Copy(string(id)) }))
	}
	items = append(items, widget.MenuItem{})
	if c.Kind != model.KindGroup || v.model.Inviter(c) != "" {
		items = append(items, block)
	}
	widget.ShowMenu(owner, at, append(items, remove), nil)
}

// menu is what one can do with all of them.
func (v *View) menu() {
	hidden := v.window.BannerHidden()
	banner := widget.MenuItem{Name: "menu.hide_banner", Label: text.T("requests.hide_banner"), Icon: assets.IconEyeOff}
	if hidden {
		banner.Label, banner.Icon = text.T("requests.show_banner"), assets.IconEye
	}
	banner.Action = func() { v.window.HideBanner(!hidden) }
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(v.more)
	widget.ShowMenu(v.more, at.AddXY(0, 44), []widget.MenuItem{banner, {}, {
		Name: "menu.clear", Label: text.T("requests.clear"), Icon: assets.IconDelete, Danger: true,
		Disabled: len(v.model.List()) == 0, Action: v.clear,
	}}, nil)
}

// clear deletes the requests that were there when it was asked.
func (v *View) clear() {
	var all []model.ConversationID
	for _, c := range v.model.List() {
		all = append(all, c.ID)
	}
	widget.Confirm(v.window.Canvas(), text.N("requests.clear_title", len(all)), text.T("requests.clear_body"), text.T("requests.clear_do"), true, func() {
		v.model.DeclineAll(all, func() {
			for _, id := range all {
				v.window.Left(id)
			}
			v.window.Toast(text.T("requests.cleared"), "", nil, nil)
		})
	})
}

// remove deletes when the time to undo is over.
func (v *View) remove(id model.ConversationID, name string) {
	v.model.Hold(id)
	v.window.Left(id)
	v.window.Toast(text.F("requests.deleted", "name", name), text.T("widget.undo"),
		func() { v.model.Restore(id) }, func() { v.model.Decline(id) })
}

// block blocks who asks. Of an invitation that is who invited; it goes for good,
// so that is asked first.
func (v *View) block(c model.Conversation) {
	id, name := c.ID, c.Title()
	if c.Kind == model.KindGroup {
		who := v.model.Inviter(c)
		widget.Confirm(v.window.Canvas(), text.F("chat.block_title", "who", who), text.F("chat.invited_block_body", "who", who), text.T("chat.block"), true, func() {
			v.model.Block(id, func() {
				v.window.Left(id)
				v.window.Toast(text.F("requests.blocked", "name", who), "", nil, nil)
			})
		})
		return
	}
	v.model.Block(id, func() {
		v.window.Left(id)
		v.window.Toast(text.F("requests.blocked", "name", name), text.T("widget.undo"), func() { v.model.Unblock(id) }, nil)
	})
}

// Finish deletes what waits for its undo to expire: the window closes.
func (v *View) Finish(ctx context.Context) { v.model.DeclineHeld(ctx) }

// below sets the second object under the first.
type below struct{}

func (below) Layout(o []fyne.CanvasObject, s fyne.Size) {
	h := o[0].MinSize().Height
	o[0].Resize(fyne.NewSize(s.Width, h))
	o[1].Move(fyne.NewPos(0, h))
	o[1].Resize(fyne.NewSize(s.Width, max(0, s.Height-h)))
}

func (below) MinSize(o []fyne.CanvasObject) fyne.Size {
	return o[0].MinSize().Add(fyne.NewSize(0, o[1].MinSize().Height))
}
