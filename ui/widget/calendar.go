package widget

import (
	"image/color"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"

	"sotto/ui/theme"
)

// Calendar is a month of days of which one can be chosen. Weeks begin on
// Begins. Arrow keys move by a day or a week, the page keys by a month; Enter
// chooses. Days before First and after Last can not be chosen.
type Calendar struct {
	control
	First, Last time.Time
	Begins      time.Weekday // of a week; set before it is shown
	// OnMonth is told when another month is shown.
	OnMonth func(month time.Time)

	chosen func(day time.Time)
	on     time.Time // under the keyboard's cursor
	point  int       // cell under the pointer; -1 none
	names  [7]string // of the days, from the first of a week
	heads  [7]*canvas.Text
	days   [42]*canvas.Text
	spot   *canvas.Rectangle // the cursor
	hot    *canvas.Rectangle
	today  time.Time
	list   []fyne.CanvasObject
}

const (
	calendarCell float32 = 40
	calendarHead float32 = 28
)

// NewCalendar shows the month of a day; names are those of the days from
// the first of a week, which is Monday unless Begins is set.
func NewCalendar(today, first time.Time, names [7]string, chosen func(day time.Time)) *Calendar {
	c := &Calendar{
		Begins: time.Monday,
		First:  dayOf(first), Last: dayOf(today), today: dayOf(today), on: dayOf(today), chosen: chosen, point: -1, names: names,
		spot: newBox(calendarCell / 2), hot: newBox(calendarCell / 2),
	}
	for i := range c.heads {
		c.heads[i] = &canvas.Text{}
	}
	for i := range c.days {
		c.days[i] = &canvas.Text{}
	}
	c.ExtendBaseWidget(c)
	return c
}

// dayOf is a day at noon, so that adding days never meets a change of the clock.
func dayOf(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 12, 0, 0, 0, t.Location())
}

// Month returns a day of the month that is shown.
func (c *Calendar) Month() time.Time { return c.on }

// Turn shows another month, as far as there are days to choose.
func (c *Calendar) Turn(by int) {
	y, m, d := c.on.Date()
	last := time.Date(y, m+time.Month(by)+1, 0, 12, 0, 0, 0, c.on.Location()).Day()
	c.moveTo(time.Date(y, m+time.Month(by), min(d, last), 12, 0, 0, 0, c.on.Location()))
}

func (c *Calendar) moveTo(day time.Time) {
	if day.Before(c.First) {
		day = c.First
	}
	if day.After(c.Last) {
		day = c.Last
	}
	c.on = day
	if c.OnMonth != nil {
		c.OnMonth(day)
	}
	c.Refresh()
}

// begin is the first day of the first week that is shown.
func (c *Calendar) begin() time.Time {
	first := c.on.AddDate(0, 0, 1-c.on.Day())
	return first.AddDate(0, 0, -(int(first.Weekday()-c.Begins)+7)%7)
}

func (c *Calendar) day(cell int) (day time.Time, ok bool) {
	day = c.begin().AddDate(0, 0, cell)
	return day, day.Month() == c.on.Month() && !day.Before(c.First) && !day.After(c.Last)
}

// TypedKey implements fyne.Focusable.
func (c *Calendar) TypedKey(k *fyne.KeyEvent) {
	step := func(days int) { c.moveTo(c.on.AddDate(0, 0, days)) }
	switch turnedKey(k.Name) {
	case fyne.KeyLeft:
		step(-1)
	case fyne.KeyRight:
		step(1)
	case fyne.KeyUp:
		step(-7)
	case fyne.KeyDown:
		step(7)
	case fyne.KeyPageUp:
		c.Turn(-1)
	case fyne.KeyPageDown:
		c.Turn(1)
	case fyne.KeyHome:
		c.moveTo(c.First)
	case fyne.KeyEnd:
		c.moveTo(c.Last)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		c.chosen(c.on)
	case fyne.KeyEscape:
		Escape(c)
	}
}

// Tapped implements fyne.Tappable.
func (c *Calendar) Tapped(e *fyne.PointEvent) {
	if day, ok := c.day(c.cell(e.Position)); ok && c.cell(e.Position) >= 0 {
		c.on = day
		c.chosen(day)
	}
}

func (c *Calendar) cell(p fyne.Position) int {
	p = turned(p, c.Size().Width)
	x, y := int(p.X/calendarCell), int((p.Y-calendarHead)/calendarCell)
	if p.X < 0 || p.Y < calendarHead || x > 6 || y > 5 {
		return -1
	}
	return 7*y + x
}

// MouseMoved implements desktop.Hoverable.
func (c *Calendar) MouseMoved(e *desktop.MouseEvent) {
	if at := c.cell(e.Position); at != c.point {
		c.point = at
		c.Refresh()
	}
}

// MouseOut implements desktop.Hoverable.
func (c *Calendar) MouseOut() {
	c.point = -1
	c.control.MouseOut()
}

// CreateRenderer implements fyne.Widget.
func (c *Calendar) CreateRenderer() fyne.WidgetRenderer { return newRenderer(c) }

func (c *Calendar) minSize() fyne.Size { return size(7*calendarCell, calendarHead+6*calendarCell) }

func (c *Calendar) objects() []fyne.CanvasObject { return c.list }
func (c *Calendar) paint()                       {}

func (c *Calendar) layout(fyne.Size) {
	c.list = c.list[:0]
	centre := func(t *canvas.Text, s string, style Style, ink color.NRGBA, x, y, h float32) {
		setText(t, s, style, false, ink)
		w := textWidth(s, style, false)
		placeText(t, style, x+(calendarCell-w)/2, y+round((h-style.Line)/2), w)
		c.list = append(c.list, t)
	}
	for i, name := range c.names {
		centre(c.heads[i], name, Caption, theme.Color(theme.Text3), float32(i)*calendarCell, 0, calendarHead)
	}
	for i, label := range c.days {
		day, ok := c.day(i)
		if day.Month() != c.on.Month() {
			continue
		}
		x, y := float32(i%7)*calendarCell, calendarHead+float32(i/7)*calendarCell
		style, ink := Small, theme.Text
		if day.Equal(c.today) {
			style, ink = SmallBold, theme.AccentInk
		}
		if !ok {
			ink = theme.Text3
		}
		mark := (*canvas.Rectangle)(nil)
		switch {
		case day.Equal(c.on):
			mark = c.spot
			setRect(mark, theme.Color(theme.AccentSoft), calendarCell/2)
			mark.StrokeWidth, mark.StrokeColor = 0, nil
			if c.focused {
				mark.StrokeWidth, mark.StrokeColor = theme.FocusWidth, theme.Color(theme.AccentInk)
			}
		case ok && i == c.point:
			mark = c.hot
			setRect(mark, theme.Color(theme.Hover), calendarCell/2)
		}
		if mark != nil {
			place(mark, x+2, y+2, calendarCell-4, calendarCell-4)
			c.list = append(c.list, mark)
		}
		centre(label, strconv.Itoa(day.Day()), style, theme.Color(ink), x, y, calendarCell)
	}
}
