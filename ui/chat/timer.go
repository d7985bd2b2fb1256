package chat

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// timerSheet asks how messages shall disappear: when the time begins, and how
// long it is.
type timerSheet struct {
	choices []vm.TimerChoice
	modes   []model.ExpireMode
	mode    model.ExpireMode
	chosen  model.Timer
	lengths *fyne.Container
	sheet   *widget.Sheet
	ok      *widget.Button
}

const timerWidth = 440

var timerModes = map[model.ExpireMode]string{
	model.ExpireOff: "chat.timer_off", model.ExpireAfterRead: "chat.timer_read", model.ExpireAfterSend: "chat.timer_sent",
}

// openTimer opens the sheet; set is called with another setting than now. about
// says what disappears, and where.
func openTimer(c fyne.Canvas, about string, choices []vm.TimerChoice, now model.Timer, set func(model.Timer)) {
	t := &timerSheet{choices: choices, mode: now.Mode, chosen: now, lengths: container.New(widget.Column{Gap: 4})}
	if !now.On() {
		t.mode = model.ExpireOff
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
		labels = append(labels, text.T(timerModes[m]))
	}
	modes := widget.NewSegmented(labels, selected, func(i int) { t.setMode(t.modes[i]) })
	body := container.New(widget.Column{Gap: 16}, modes, t.lengths,
		widget.NewParagraph(about, widget.Small, theme.Text2, timerWidth-48))
	t.sheet = widget.NewSheet(text.T("chat.timer_title"), body)
	t.sheet.Width = timerWidth
	t.ok = widget.Name(widget.NewButton(text.T("chat.timer_set"), widget.Primary, func() {
		t.sheet.Dismiss()
		if t.chosen != now {
			set(t.chosen)
		}
	}), "timer.set")
	t.sheet.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, t.sheet.Dismiss), t.ok)
	t.sheet.SetInitialFocus(t.ok)
	t.fill()
	t.sheet.Open(c)
}

func (t *timerSheet) of(mode model.ExpireMode) []vm.TimerChoice {
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
func (t *timerSheet) setMode(mode model.ExpireMode) {
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
	t.sheet.Refresh()
}

func (t *timerSheet) fill() {
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
	t.lengths.Refresh()
}
