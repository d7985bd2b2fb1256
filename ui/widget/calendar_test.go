package widget

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestCalendarKeepsToItsDays(t *testing.T) {
	test.NewTempApp(t)
	today := time.Date(2026, 3, 31, 9, 0, 0, 0, time.Local)
	var got time.Time
	c := NewCalendar(today, time.Date(2025, 12, 15, 0, 0, 0, 0, time.Local), [7]string{}, func(day time.Time) { got = day })
	press := func(keys ...fyne.KeyName) string {
		for _, k := range keys {
			c.TypedKey(&fyne.KeyEvent{Name: k})
		}
		return c.Month().Format("2006-01-02")
	}
	for _, step := range []struct {
		keys []fyne.KeyName
		want string
	}{
		{[]fyne.KeyName{fyne.KeyDown}, "2026-03-31"}, // tomorrow has no messages
		{[]fyne.KeyName{fyne.KeyPageUp}, "2026-02-28"},
		{[]fyne.KeyName{fyne.KeyLeft, fyne.KeyUp}, "2026-02-20"},
		{[]fyne.KeyName{fyne.KeyPageUp, fyne.KeyPageUp}, "2025-12-20"},
		{[]fyne.KeyName{fyne.KeyPageUp}, "2025-12-15"}, // nothing before the first
		{[]fyne.KeyName{fyne.KeyEnd}, "2026-03-31"},
	} {
		if is := press(step.keys...); is != step.want {
			t.Fatalf("%v leads to %s, want %s", step.keys, is, step.want)
		}
	}
	press(fyne.KeyPageUp, fyne.KeyReturn)
	if got.Format("2006-01-02") != "2026-02-28" {
		t.Errorf("chose %s", got)
	}
	// The pointer: 2 February 2026 is a Monday, in the second row.
	got = time.Time{}
	c.Tapped(&fyne.PointEvent{Position: fyne.NewPos(10, calendarHead+calendarCell+5)})
	if got.Format("2006-01-02") != "2026-02-02" {
		t.Errorf("pressed %s", got)
	}
	got = time.Time{}
	c.Tapped(&fyne.PointEvent{Position: fyne.NewPos(10, calendarHead+5)}) // of January
	if !got.IsZero() {
		t.Errorf("a day of another month was chosen: %s", got)
	}
}
