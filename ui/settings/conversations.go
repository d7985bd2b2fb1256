package settings

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

func (v *View) conversations() []fyne.CanvasObject {
	s := v.Settings.Now
	enter := func(newline bool) func() {
		return func() { v.Settings.Change(func(s *model.Settings) { s.NewlineOnEnter = newline }) }
	}
	keys := card(
		radio("conversations.enter_sends", !s.NewlineOnEnter, enter(false)),
		radio("conversations.enter_breaks", s.NewlineOnEnter, enter(true)))
	return []fyne.CanvasObject{
		heading("conversations.enter"), v.mark("conversations.enter", keys, nil), widget.Gap(theme.Space24),
		section("conversations.writing",
			v.toggle("conversations.emoji_names", !s.EmojiNamesOff, v.set(func(s *model.Settings, on bool) { s.EmojiNamesOff = !on }))),
		section("conversations.list",
			v.toggle("conversations.note_to_self", s.ShowNoteToSelf, v.set(func(s *model.Settings, on bool) { s.ShowNoteToSelf = on }))),
		v.fetching(),
		section("conversations.old", v.trim()),
	}
}

// trim lets old messages go; while it does, it shows how far it is.
func (v *View) trim() fyne.CanvasObject {
	t := v.Trim
	if t.Busy {
		bar := newProgress("conversations.trimming", "trim.cancel", t.Cancel)
		v.live = func() {
			bar.set(float64(t.Done)/float64(max(t.Total, 1)),
				text.F("conversations.trim_progress", "done", vm.Count(t.Done), "total", vm.Count(t.Total)))
		}
		v.live()
		return v.mark("conversations.trim", bar.box, nil)
	}
	row := v.row("conversations.trim", nil)
	row.Value, row.Chevron = vm.TrimText(v.Settings.Now.TrimAfter), true
	row.OnTapped = func() {
		var items []widget.MenuItem
		for _, m := range vm.TrimMonths {
			items = append(items, widget.MenuItem{
				Name: "trim." + strconv.Itoa(m), Label: vm.TrimText(m), Checked: m == v.Settings.Now.TrimAfter,
				Action: func() { v.trimAfter(m) },
			})
		}
		v.menu(row, items)
	}
	return v.place("conversations.trim", row)
}

// trimAfter asks, with the number of messages that go, before it begins.
func (v *View) trimAfter(months int) {
	before := v.Settings.Now.TrimAfter
	if months == before {
		return
	}
	if months == 0 {
		v.Trim.Start(0, before, 0)
		return
	}
	v.Trim.Count(months, func(n int) {
		body, action, danger := text.T("conversations.trim_body_none"), text.T("conversations.trim_set"), false
		if n > 0 {
			body = text.F("conversations.trim_body", "messages", text.N("storage.messages", n))
			action, danger = text.T("conversations.trim_do"), true
		}
		widget.Confirm(v.window.Canvas(), text.T("conversations.trim_title"), body, action, danger, func() { v.Trim.Start(months, before, n) })
	})
}

// progress is a line with a bar and a button that stops.
type progress struct {
	box  *fyne.Container
	bar  *widget.Progress
	told *widget.Label
}

func newProgress(key, name string, cancel func()) *progress {
	p := &progress{bar: widget.NewProgress(0), told: widget.NewLabel("", widget.Small, theme.Text2)}
	stop := widget.Name(widget.NewButton(text.T("widget.cancel"), widget.Secondary, cancel).Sized(widget.Compact), name)
	lines := container.New(widget.Column{Gap: theme.Space8}, widget.NewParagraph(text.T(key), widget.Body, theme.Text, 0), p.bar, p.told)
	p.box = container.New(widget.Inset{Left: theme.Space12, Top: theme.Space12, Right: theme.Space12, Bottom: theme.Space12},
		container.New(grow{}, lines, stop))
	return p
}

func (p *progress) set(share float64, told string) {
	p.bar.Set(share)
	p.told.SetText(told)
}
