// Package timersheet asks how the messages of a conversation shall disappear.
package timersheet

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// sheet asks when the time begins, and how long it is.
type sheet struct {
	choices []vm.TimerChoice
	modes   []model.ExpireMode
	mode    model.ExpireMode
	chosen  model.Timer
	lengths *fyne.Container
	frame   *widget.Sheet
	ok      *widget.Button
}

const width = 440

var modeNames = map[model.ExpireMode]string{
	model.ExpireOff: "chat.timer_off", model.ExpireAfterRead: "chat.timer_read", model.ExpireAfterSend: "chat.timer_sent",
}

// Open opens the sheet for a conversation of this kind; set is called with
// another setting than now.
func Open(c fyne.Canvas, kind model.Kind, choices []vm.TimerChoice, now model.Timer, set func(model.Timer)) {
	t := &sheet{choices: choices, mode: now.Mode, chosen: now, lengths: container.New(widget.Column{Gap: 4})}
	if !now.On() {
		t.mode = model.ExpireOff
	}
	about := text.T("chat.timer_body")
	switch kind {
	case model.KindSelf:
		about = text.T("chat.timer_body_self")
	case model.KindGroup:
		about = text.T("chat.timer_body_group")
	}
	var labels []string
	selected := 0
	for _, m := range []model.ExpireMode{model.ExpireOff, model.ExpireAfterRead, model.ExpireAfterSend} {
		if m != model.ExpireOff && len(t.of(m)) == 0 {
			continue
		}
		if m == t.mode {
			selected = len(t.modes)
		}
		t.modes = append(t.modes, m)
		labels = append(labels, text.T(modeNames[m]))
	}
	modes := widget.NewSegmented(labels, selected, func(i int) { t.setMode(t.modes[i]) })
	body := container.New(widget.Column{Gap: 16}, modes, t.lengths,
		widget.NewParagraph(about, widget.Small, theme.Text2, width-48))
	t.frame = widget.NewSheet(text.T("chat.timer_title"), body)
	t.frame.Width = width
	t.ok = widget.Name(widget.NewButton(text.T("chat.timer_set"), widget.Primary, func() {
		t.frame.Dismiss()
		if t.chosen != now {
			set(t.chosen)
		}
	}), "timer.set")
	t.frame.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, t.frame.Dismiss), t.ok)
	t.frame.SetInitialFocus(t.ok)
	t.fill()
	t.frame.Open(c)
}

func (t *sheet) of(mode model.ExpireMode) []vm.TimerChoice {
	var out []vm.TimerChoice
	for _, c := range t.choices {
		if c.Timer.Mode == mode {
			out = append(out, c)
		}
	}
	return out
}

// setMode changes when the time begins; a length that exists there too is kept,
// else it is the one official clients begin with: 12 hours after reading, a day
// after sending.
func (t *sheet) setMode(mode model.ExpireMode) {
	usual := uint32(12 * 60 * 60)
	if mode == model.ExpireAfterSend {
		usual = 24 * 60 * 60
	}
	before := t.chosen.Seconds
	t.mode, t.chosen = mode, model.Timer{}
	for _, c := range t.of(mode) {
		if mode == model.ExpireOff {
			break
		}
		if c.Timer.Seconds == before {
			t.chosen = c.Timer
			break
		}
		if c.Timer.Seconds == usual {
			t.chosen = c.Timer
		}
	}
	t.fill()
	t.frame.Refresh()
}

func (t *sheet) fill() {
	t.lengths.Objects = nil
	if t.mode != model.ExpireOff {
		for _, c := range t.of(t.mode) {
			timer := c.Timer
			t.lengths.Add(widget.Name(widget.NewRadio(vm.TimerLength(timer.Seconds), timer == t.chosen, func() {
				t.chosen = timer
				t.fill()
			}), "timer.choice"))
		}
	}
	if t.lengths.Hidden = t.mode == model.ExpireOff; !t.lengths.Hidden {
		t.lengths.Refresh()
	}
}
