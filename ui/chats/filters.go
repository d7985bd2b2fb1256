package chats

import (
	"slices"

	"fyne.io/fyne/v2"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// SetRequests tells how many message requests wait behind their filter.
func (v *View) SetRequests(n int) {
	if v.requests != n {
		v.requests = n
		v.showChips()
	}
}

// StepFilter chooses the next filter, or the one before.
func (v *View) StepFilter(by int) {
	chips := v.vm.Filters()
	for i, c := range chips {
		if c.On {
			v.choose(chips[(i+by+len(chips))%len(chips)].Filter)
			return
		}
	}
}

func (v *View) choose(f vm.ChatsFilter) {
	v.vm.SetFilter(f)
	v.list.ScrollToTop()
}

// showChips shows the line over the list: the filters, or those of a search;
// nothing while there is only one way to look at it.
func (v *View) showChips() {
	var items []widget.ChipItem
	if v.vm.Results != nil {
		v.chips.More = widget.ChipItem{}
		items = v.searchChips()
	} else {
		v.chips.More = widget.ChipItem{Name: "filter.more", Icon: assets.IconDots, OnTapped: v.moreFilters}
		items = v.filterChips()
	}
	was := v.chips.Visible()
	if len(items) == 0 {
		v.chips.Hide()
	} else {
		v.chips.Show()
	}
	v.chips.Set(items)
	if was != v.chips.Visible() {
		v.page.Refresh()
	}
}

var filterNames = map[vm.ShowKind]string{vm.ShowAll: "all", vm.ShowUnread: "unread", vm.ShowArchive: "archive"}

func (v *View) filterChips() []widget.ChipItem {
	chips := v.vm.Filters()
	if len(chips) == 0 && v.requests > 0 {
		chips = []vm.FilterChip{{Label: text.T("chats.filter_all"), On: true}}
	}
	var items []widget.ChipItem
	asked := widget.ChipItem{
		Name: "filter.requests", Label: text.T("chats.filter_requests"), Count: widget.CountText(v.requests),
		OnTapped: func(fyne.Position) { v.actions.Requests() },
	}
	for _, c := range chips {
		// Requests come after what is unread, before the user's own folders.
		if v.requests > 0 && asked.Name != "" && (c.Filter.Kind == vm.ShowFolder || c.Filter.Kind == vm.ShowArchive) {
			items = append(items, asked)
			asked.Name = ""
		}
		name := filterNames[c.Filter.Kind]
		if c.Filter.Kind == vm.ShowFolder {
			name = "folder:" + c.Filter.Folder
		}
		items = append(items, widget.ChipItem{
			Name: "filter." + name, Label: c.Label, Count: widget.CountText(c.Count), On: c.On,
			OnTapped: func(fyne.Position) { v.choose(c.Filter) },
			OnMenu:   func(at fyne.Position) { v.showMenu(v.chips, at, v.filterMenu(c.Filter)) },
		})
	}
	if v.requests > 0 && asked.Name != "" {
		items = append(items, asked)
	}
	return items
}

// moreFilters is the menu at the end of the line: the filters that did not fit,
// and what one can do with the one that is on.
func (v *View) moreFilters(at fyne.Position) {
	var items []widget.MenuItem
	for _, it := range v.chips.Hidden() {
		label := brief(it.Label)
		if it.Count != "" {
			label = text.F("chats.filter_count", "filter", label, "n", it.Count)
		}
		icon := assets.IconFolder
		switch it.Name {
		case "filter.archive":
			icon = assets.IconArchive
		case "filter.requests":
			icon = assets.IconUserPlus
		}
		items = append(items, widget.MenuItem{Name: it.Name, Label: label, Icon: icon, Action: func() { it.OnTapped(at) }})
	}
	if len(items) > 0 {
		items = append(items, widget.MenuItem{})
	}
	menu := v.filterMenu(v.vm.Filter())
	if v.vm.Filter() != (vm.ChatsFilter{}) {
		menu = slices.Insert(menu, 1, widget.MenuItem{
			Name: "menu.read_everything", Label: text.T("chats.menu.read_everything"), Icon: assets.IconDoubleCheck,
			Disabled: len(v.vm.AllUnread()) == 0, Action: v.vm.ReadEverything,
		})
	}
	v.showMenu(v.chips, at, append(items, menu...))
}

// filterMenu is what one can do with a filter.
func (v *View) filterMenu(f vm.ChatsFilter) []widget.MenuItem {
	read := text.T("chats.menu.read_here")
	unread, readAll := v.vm.Unread(f), func() { v.vm.ReadAll(f) }
	if f == (vm.ChatsFilter{}) {
		read, unread, readAll = text.T("chats.menu.read_everything"), v.vm.AllUnread(), v.vm.ReadEverything
	}
	items := []widget.MenuItem{{
		Name: "menu.read_all", Label: read, Icon: assets.IconDoubleCheck, Disabled: len(unread) == 0, Action: readAll,
	}}
	name := f.Folder
	if name == "" {
		return items
	}
	return append(items,
		widget.MenuItem{Name: "menu.rename", Label: text.T("chats.menu.rename"), Icon: assets.IconEdit, Action: func() {
			v.ask(question{title: text.T("chats.folder_rename"), value: name, done: func(s string) { v.vm.RenameFolder(name, s) }})
		}},
		widget.MenuItem{Name: "menu.drop", Label: text.T("chats.menu.drop"), Icon: assets.IconDelete, Danger: true, Action: func() {
			if c := fyne.CurrentApp().Driver().CanvasForObject(v.ground); c != nil {
				widget.Confirm(c, text.F("chats.drop_title", "name", name), text.T("chats.drop_body"), text.T("chats.drop"), true,
					func() { v.vm.RenameFolder(name, "") })
			}
		}})
}

// emptyFilter is the page of a filter that lets nothing through.
func (v *View) emptyFilter() fyne.CanvasObject {
	key := "all"
	switch v.vm.Filter().Kind {
	case vm.ShowUnread:
		key = "unread"
	case vm.ShowFolder:
		key = "folder"
	case vm.ShowArchive:
		key = "archive"
	}
	return v.sentences(text.T("chats.none_"+key+"_title"), text.T("chats.none_"+key+"_body"))
}

// pane lays the chips over the list.
type pane struct{}

// MinSize implements fyne.Layout.
func (pane) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(120, 80) }

// Layout implements fyne.Layout.
func (pane) Layout(o []fyne.CanvasObject, size fyne.Size) {
	defer widget.Turn(o, size)
	top := float32(0)
	if o[0].Visible() {
		h := o[0].MinSize().Height
		o[0].Move(fyne.NewPos(theme.Space16, 0))
		o[0].Resize(fyne.NewSize(max(size.Width-theme.Space16-theme.Space12, 40), h))
		top = h + theme.Space8
	}
	o[1].Move(fyne.NewPos(0, top))
	o[1].Resize(fyne.NewSize(size.Width, max(size.Height-top, 0)))
}
