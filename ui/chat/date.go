package chat

import (
	"time"

	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// askDate asks for a day and goes there.
func (v *View) askDate() {
	v.vm.Days(func(first, today time.Time) {
		c := v.canvas()
		if c == nil {
			return
		}
		var sheet *widget.Sheet
		month := widget.NewLabel(vm.MonthName(today), widget.BodyBold, theme.Text)
		calendar := widget.NewCalendar(today, first, vm.WeekdayNames(), func(day time.Time) {
			sheet.Dismiss()
			v.vm.GoToDay(day)
		})
		calendar.Begins = vm.WeekBegins()
		widget.Name(calendar, "date.calendar")
		calendar.OnMonth = func(t time.Time) { month.SetText(vm.MonthName(t)) }
		before := widget.Name(widget.NewIconButton(assets.IconArrowLeft, text.T("chat.month_before"), func() { calendar.Turn(-1) }), "date.before")
		after := widget.Name(widget.NewIconButton(assets.IconArrowRight, text.T("chat.month_after"), func() { calendar.Turn(1) }), "date.after")
		head := container.New(widget.Row{}, before, widget.NewSpacer(nil),
			container.New(widget.Inset{Top: 9, Bottom: 9}, month), widget.NewSpacer(nil), after)
		sheet = widget.NewSheet(text.T("chat.date_title"), container.New(widget.Column{Gap: theme.Space8},
			head, container.New(widget.Centred{Width: calendar.MinSize().Width}, calendar)))
		sheet.Width = 360
		sheet.SetInitialFocus(calendar)
		sheet.Open(c)
	})
}
