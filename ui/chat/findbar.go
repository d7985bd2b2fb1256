package chat

import (
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

// findBar is the search in a conversation.
type findBar struct {
	object *fyne.Container
	field  *widget.TextField
	count  *widget.Label
	older  *widget.IconButton
	newer  *widget.IconButton
	limit  *widget.IconButton
}

func newFindBar(v *View) *findBar {
	f := &findBar{count: widget.NewLabel("", widget.Time, theme.Text3)}
	f.field = widget.Name(widget.NewSearchField(text.T("chat.find_placeholder"), ""), "find.text")
	f.field.OnChanged = func(s string) { v.vm.FindText(s) }
	f.field.OnKey = func(k *fyne.KeyEvent) bool {
		switch k.Name {
		case fyne.KeyReturn, fyne.KeyEnter, fyne.KeyUp:
			v.vm.FindStep(1)
		case fyne.KeyDown:
			v.vm.FindStep(-1)
		default:
			return false
		}
		return true
	}
	f.field.OnEscape = func() { v.Escape() }
	f.older = widget.Name(widget.NewIconButton(assets.IconChevronUp, text.T("chat.found_older"), func() { v.vm.FindStep(1) }), "find.older")
	f.newer = widget.Name(widget.NewIconButton(assets.IconChevronDown, text.T("chat.found_newer"), func() { v.vm.FindStep(-1) }), "find.newer")
	f.limit = widget.Name(widget.NewIconButton(assets.IconFilter, text.T("chat.find_limit"), func() { f.menu(v) }), "find.limit")
	cross := widget.Name(widget.NewIconButton(assets.IconClose, text.T("chat.found_close"), func() { v.Escape() }), "find.close")
	f.object = container.New(widget.Row{Gap: 4}, widget.NewSpacer(f.field),
		container.New(widget.Inset{Left: 8, Right: 4, Top: 12, Bottom: 12}, f.count), f.limit, f.older, f.newer, cross)
	return f
}

func (f *findBar) focus() {
	f.field.Focus()
	f.field.SelectAll()
}

func (f *findBar) update(s vm.ChatFind) {
	if f.field.Text() != s.Text && !f.field.Focused() {
		f.field.SetText(s.Text)
	}
	if !s.Open {
		f.field.SetText("")
	}
	n := s.Count()
	line := ""
	switch {
	case n >= vm.MaxFound:
		line = text.F("chat.found_many", "at", strconv.Itoa(s.At()), "n", strconv.Itoa(n))
	case n > 0:
		line = text.F("chat.found", "at", strconv.Itoa(s.At()), "n", strconv.Itoa(n))
	case s.Done:
		line = text.T("chat.found_none")
	}
	f.count.SetText(line)
	f.older.SetDisabled(n < 2)
	f.newer.SetDisabled(n < 2)
	f.limit.SetOn(s.From != vm.FromAnyone || s.Within != vm.AnyTime)
	f.object.Refresh()
}

// menu limits the search to a side and a time, or leads to a day.
func (f *findBar) menu(v *View) {
	now := v.vm.Find
	var items []widget.MenuItem
	add := func(name, label string, on bool, do func()) {
		items = append(items, widget.MenuItem{Name: "find." + name, Label: label, Checked: on, Action: func() {
			do()
			f.field.Focus()
		}})
	}
	for i, label := range []string{text.T("chat.find_anyone"), text.T("chat.find_me"), text.F("chat.find_them", "who", v.vm.Head.Title)} {
		from := vm.FindFrom(i)
		if v.vm.Head.Kind == model.KindSelf && from != vm.FromAnyone {
			continue
		}
		add("from:"+strconv.Itoa(i), label, now.From == from, func() { v.vm.Limit(from, v.vm.Find.Within) })
	}
	items = append(items, widget.MenuItem{})
	for i, within := range vm.FindTimes {
		add("within:"+strconv.Itoa(i), text.T("chat.find_within."+strconv.Itoa(i)), now.Within == within, func() { v.vm.Limit(v.vm.Find.From, within) })
	}
	items = append(items, widget.MenuItem{}, widget.MenuItem{
		Name: "find.date", Label: text.T("chat.find_date"), Icon: assets.IconCalendar, Action: v.askDate,
	})
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(f.limit)
	widget.ShowMenu(f.limit, at.AddXY(0, 44), items, nil)
}
