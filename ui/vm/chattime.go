package vm

import (
	"strconv"
	"time"

	"sotto/engine/model"
	"sotto/ui/text"
)

func localTime(m model.Millis) time.Time { return time.UnixMilli(int64(m)).Local() }

// clockText is the time of day: "14:32".
func clockText(t time.Time) string { return t.Format("15:04") }

// dayNumber numbers the days of the calendar.
func dayNumber(t time.Time) int {
	y, m, d := t.Date()
	return int(time.Date(y, m, d, 12, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// daysBetween counts midnights from t to now; negative when t is later.
func daysBetween(t, now time.Time) int { return dayNumber(now) - dayNumber(t) }

// listTime is the time at the right of a row: 14:32, Yesterday, Tue, 2 Nov,
// 2 Nov 2024. What is ahead of this computer's clock shows as today.
func listTime(t, now time.Time) string {
	switch days := daysBetween(t, now); {
	case days <= 0:
		return clockText(t)
	case days == 1:
		return text.T("chat.yesterday")
	case days < 7:
		return text.T("chat.weekday_short." + strconv.Itoa(int(t.Weekday())))
	}
	return dateText(t, now, "chat.month_short.")
}

// dayText names a day between messages: Today, Yesterday, Tuesday, 2 November,
// 2 November 2024.
func dayText(t, now time.Time) string {
	switch days := daysBetween(t, now); {
	case days <= 0:
		return text.T("chat.today")
	case days == 1:
		return text.T("chat.yesterday")
	case days < 7:
		return text.T("chat.weekday." + strconv.Itoa(int(t.Weekday())))
	}
	return dateText(t, now, "chat.month.")
}

func dateText(t, now time.Time, months string) string {
	key := "chat.date"
	if t.Year() != now.Year() {
		key = "chat.date_year"
	}
	return text.F(key, "day", strconv.Itoa(t.Day()), "month", text.T(months+strconv.Itoa(int(t.Month()))), "year", strconv.Itoa(t.Year()))
}

// wholeDate is a day that stays right wherever it is copied to: "2 November 2024".
func wholeDate(t time.Time) string {
	return text.F("chat.date_year", "day", strconv.Itoa(t.Day()), "month", text.T("chat.month."+strconv.Itoa(int(t.Month()))),
		"year", strconv.Itoa(t.Year()))
}

// fullTime is a time with its day: "2 November, 14:32:07".
func fullTime(m model.Millis, now time.Time) string {
	t := localTime(m)
	return text.F("chat.day_and_time", "day", dayText(t, now), "time", t.Format("15:04:05"))
}

// nextMidnight is when names of days change.
func nextMidnight(now time.Time) time.Time {
	y, m, d := now.Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, now.Location())
}
