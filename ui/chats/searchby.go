package chats

import (
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/people"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// searchChips are the filters of a search: whose messages, and from when.
func (v *View) searchChips() []widget.ChipItem {
	by := v.vm.Results.By
	who := widget.ChipItem{
		Name: "search.who", Icon: assets.IconUser, Label: by.Who.Label(), Arrow: true, On: by.Who != vm.SearchWho{}, OnTapped: v.whoMenu,
	}
	when := widget.ChipItem{
		Name: "search.when", Icon: assets.IconCalendar, Label: by.When.Label(v.vm.Now()), Arrow: true, On: by.When != vm.SearchWhen{}, OnTapped: v.whenMenu,
	}
	return []widget.ChipItem{who, when}
}

func (v *View) setWho(w vm.SearchWho) {
	if r := v.vm.Results; r != nil {
		v.vm.SearchBy(vm.SearchFilter{Who: w, When: r.By.When})
	}
}

func (v *View) setWhen(w vm.SearchWhen) {
	if r := v.vm.Results; r != nil {
		v.vm.SearchBy(vm.SearchFilter{Who: r.By.Who, When: w})
	}
}

// nearWriters is how many people the menu offers; a sheet has the others.
const nearWriters = 6

func (v *View) whoMenu(at fyne.Position) {
	if v.vm.Results == nil {
		return
	}
	now := v.vm.Results.By.Who
	item := func(name string, icon assets.IconName, w vm.SearchWho) widget.MenuItem {
		return widget.MenuItem{Name: name, Label: brief(w.Label()), Icon: icon, Checked: w == now, Action: func() { v.setWho(w) }}
	}
	items := []widget.MenuItem{
		item("who.anyone", assets.IconGroup, vm.SearchWho{}), item("who.me", assets.IconUser, vm.SearchWho{Me: true}), {},
	}
	all := v.vm.Writers()
	for i, w := range all {
		if i == nearWriters {
			break
		}
		items = append(items, item("who:"+w.Name, assets.IconUser, w))
	}
	if len(all) > nearWriters {
		items = append(items, widget.MenuItem{Name: "who.other", Label: text.T("chats.by.other"), Icon: assets.IconSearch, Action: v.whoSheet})
	}
	v.showMenu(v.chips, at, items)
}

func (v *View) whoSheet() {
	c := fyne.CurrentApp().Driver().CanvasForObject(v.ground)
	if c == nil {
		return
	}
	all := v.vm.Writers()
	choices := make([]people.Person, len(all))
	for i, w := range all {
		choices[i] = people.Person{ID: w.Conversation, Name: w.Name}
	}
	people.Open(c, text.T("chats.by.whose"), choices, func(id model.ConversationID, name string) {
		v.setWho(vm.SearchWho{Conversation: id, Name: name})
	})
}

func (v *View) whenMenu(at fyne.Position) {
	if v.vm.Results == nil {
		return
	}
	now := v.vm.Results.By.When
	var items []widget.MenuItem
	for _, w := range vm.SearchTimes() {
		label := w.Label(v.vm.Now())
		items = append(items, widget.MenuItem{
			Name: "when:" + label, Label: label, Icon: assets.IconCalendar, Checked: w == now, Action: func() { v.setWhen(w) },
		})
	}
	days := widget.MenuItem{Name: "when.days", Label: text.T("chats.by.choose"), Icon: assets.IconCalendar, Action: v.daysSheet}
	days.Checked = !now.From.IsZero() || !now.To.IsZero()
	v.showMenu(v.chips, at, append(items, widget.MenuItem{}, days))
}

// daysSheet asks for the first and the last day.
func (v *View) daysSheet() {
	c := fyne.CurrentApp().Driver().CanvasForObject(v.ground)
	if c == nil || v.vm.Results == nil {
		return
	}
	const day = "2006-01-02"
	now := v.vm.Results.By.When
	field := func(name string) *widget.TextField {
		return widget.Name(widget.NewTextField(v.vm.Now().Format(day)).Large().WithLimit(10), name)
	}
	from, to := field("days.from"), field("days.to")
	if !now.From.IsZero() {
		from.SetText(now.From.Format(day))
	}
	if !now.To.IsZero() {
		to.SetText(now.To.Format(day))
	}
	label := func(key string) fyne.CanvasObject { return widget.NewLabel(text.T(key), widget.SmallBold, theme.Text2) }
	body := container.New(widget.Column{Gap: theme.Space8},
		widget.NewParagraph(text.T("chats.by.days_hint"), widget.Small, theme.Text2, askWidth-2*theme.Space24),
		label("chats.by.first_day"), from, label("chats.by.last_day"), to)
	s := widget.NewSheet(text.T("chats.by.days_title"), body)
	s.Width = askWidth
	do := func() {
		w, err := vm.Between(from.Text(), to.Text())
		from.SetError("")
		to.SetError("")
		switch {
		case errors.Is(err, vm.ErrDaysOrder):
			to.SetError(text.T("chats.by.days_order"))
		case err != nil:
			wrong := to
			if _, err := vm.Between(from.Text(), ""); err != nil {
				wrong = from
			}
			wrong.SetError(text.T("chats.by.no_day"))
		default:
			s.Dismiss()
			v.setWhen(w)
			return
		}
		body.Refresh()
		s.Refresh()
	}
	from.OnSubmitted = func(string) { to.Focus() }
	to.OnSubmitted = func(string) { do() }
	s.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss),
		widget.Name(widget.NewButton(text.T("widget.search"), widget.Primary, do), "days.ok"))
	s.SetInitialFocus(from.FocusTarget())
	s.Open(c)
}
