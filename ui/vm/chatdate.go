package vm

import (
	"context"
	"strconv"
	"time"

	"sotto/engine/model"
	"sotto/ui/text"
)

// Days asks for the first day with a message, and tells today with it.
func (c *Chat) Days(answer func(first, today time.Time)) {
	e, conv := c.engine, c.conv
	Ask(c.desk, func(context.Context) (model.Page, error) {
		return e.Page(conv, model.Anchor{Sent: 1}, 0, 1), nil
	}, func(p model.Page, _ error) {
		now := c.clock.Now().Local()
		if len(p.Messages) == 0 {
			return
		}
		first := localTime(p.Messages[0].Timestamp)
		if first.After(now) { // by a clock that is ahead
			first = now
		}
		answer(first, now)
	})
}

// GoToDay shows the first message of a day, or the next one after it.
func (c *Chat) GoToDay(day time.Time) {
	y, m, d := day.Date()
	from := model.Millis(time.Date(y, m, d, 0, 0, 0, 0, day.Location()).UnixMilli())
	c.replace(model.Anchor{Sent: max(from, 1)}, func(p page) *ChatPlace {
		if p.anchor < 0 || p.anchor >= len(p.messages) || p.messages[p.anchor].sent < from {
			return &ChatPlace{End: true, Fresh: true}
		}
		first := p.messages[p.anchor]
		// The line with the day's name stands over its first message.
		place := &ChatPlace{Key: "d" + key(first), Fresh: true}
		if p.anchor > 0 && p.messages[p.anchor-1].day == first.day {
			place.Key = key(first)
		}
		return place
	})
}

// MonthName is a month as the calendar shows it: "March 2026".
func MonthName(t time.Time) string {
	return text.F("chat.month_year", "month", text.T("chat.month_alone."+strconv.Itoa(int(t.Month()))), "year", strconv.Itoa(t.Year()))
}

// WeekBegins is the first day of a week where the language is spoken.
func WeekBegins() time.Weekday {
	n, err := strconv.Atoi(text.T("chat.week_begins"))
	if err != nil || n < 0 || n > 6 {
		return time.Monday
	}
	return time.Weekday(n)
}

// WeekdayNames are short, from WeekBegins.
func WeekdayNames() (names [7]string) {
	begins := int(WeekBegins())
	for i := range names {
		names[i] = text.T("chat.weekday_short." + strconv.Itoa((i+begins)%7))
	}
	return names
}
