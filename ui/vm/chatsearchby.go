package vm

import (
	"errors"
	"slices"
	"strings"
	"time"

	"sotto/engine/model"
	"sotto/ui/text"
)

// SearchFilter says whose messages a search looks for, and from when.
type SearchFilter struct {
	Who  SearchWho
	When SearchWhen
}

// On reports whether the filter leaves anything out.
func (f SearchFilter) On() bool { return f != SearchFilter{} }

// SearchWho is who has written a message; the zero value is anybody.
type SearchWho struct {
	Me           bool
	Conversation model.ConversationID // somebody else's
	Name         string
}

// Label is what the filter shows: "From Maya".
func (w SearchWho) Label() string {
	switch {
	case w.Me:
		return text.T("chats.by.me")
	case w.Conversation != "":
		return text.F("chats.by.person", "name", w.Name)
	}
	return text.T("chats.by.anyone")
}

// SearchWhen is when a message was sent: in the last days, today being one of
// them, or between two days, both included. The zero value is any time.
type SearchWhen struct {
	Days     int
	From, To time.Time // midnights; zero is open
}

// SearchTimes are the choices that need no question.
func SearchTimes() []SearchWhen {
	return []SearchWhen{{}, {Days: 1}, {Days: 7}, {Days: 30}, {Days: 365}}
}

// Label is what a choice shows.
func (w SearchWhen) Label(now time.Time) string {
	day := func(t time.Time) string { return dateText(t, now, "chat.month_short.") }
	switch {
	case w.Days == 1:
		return text.T("chats.by.today")
	case w.Days == 365:
		return text.T("chats.by.year")
	case w.Days > 0:
		return text.N("chats.by.days", w.Days)
	case w.From.IsZero() && w.To.IsZero():
		return text.T("chats.by.any_time")
	case w.From.IsZero():
		return text.F("chats.by.until", "day", day(w.To))
	case w.To.IsZero():
		return text.F("chats.by.since", "day", day(w.From))
	case w.From.Equal(w.To):
		return day(w.From)
	}
	return text.F("chats.by.between", "from", day(w.From), "to", day(w.To))
}

// query is the question to the store. In a conversation between two, who does
// not write is the other one.
func (f SearchFilter) query(s string, now time.Time) model.Query {
	q := model.Query{Text: s, Limit: resultPage}
	own := f.Who.Me
	if f.Who.Me || f.Who.Conversation != "" {
		q.Outgoing, q.Conversation = &own, f.Who.Conversation
	}
	from, to := f.When.From, f.When.To
	if f.When.Days > 0 {
		from, to = midnight(now).AddDate(0, 0, 1-f.When.Days), time.Time{}
	}
	if !from.IsZero() {
		q.From = model.Millis(from.UnixMilli())
	}
	if !to.IsZero() {
		q.To = model.Millis(nextMidnight(to).UnixMilli()) - 1
	}
	return q
}

func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, t.Location())
}

// What can be wrong with two days.
var (
	ErrNoDay     = errors.New("vm: not a day of the calendar")
	ErrDaysOrder = errors.New("vm: the first day is after the last one")
)

// Between reads two days, each written as 2026-11-18; empty is open.
func Between(from, to string) (w SearchWhen, err error) {
	for _, d := range []struct {
		s  string
		at *time.Time
	}{{from, &w.From}, {to, &w.To}} {
		if s := strings.TrimSpace(d.s); s != "" {
			if *d.at, err = time.ParseInLocation("2006-1-2", s, time.Local); err != nil {
				return SearchWhen{}, ErrNoDay
			}
		}
	}
	if !w.From.IsZero() && !w.To.IsZero() && w.To.Before(w.From) {
		return SearchWhen{}, ErrDaysOrder
	}
	return w, nil
}

// SearchBy searches for the same text with another filter.
func (c *Chats) SearchBy(f SearchFilter) {
	if c.search.by == f || c.Results == nil {
		return
	}
	c.search.by = f
	c.Results = &ChatResults{Text: c.Results.Text, By: f, Chats: c.Results.Chats, Messages: c.Results.Messages}
	c.Search(c.search.text)
	c.view.ResultsChanged()
}

// Now is the time that the labels of times go by.
func (c *Chats) Now() time.Time { return c.clock.Now().Local() }

// Writers are the people whose messages can be looked for, those first with
// whom something happened last.
func (c *Chats) Writers() []SearchWho {
	var people []model.Conversation
	for _, r := range c.records {
		if r.Kind == model.KindContact {
			people = append(people, r)
		}
	}
	slices.SortStableFunc(people, func(a, b model.Conversation) int { return int(min(max(b.LastActivity-a.LastActivity, -1), 1)) })
	out := make([]SearchWho, len(people))
	for i := range people {
		out[i] = SearchWho{Conversation: people[i].ID, Name: chatTitle(&people[i])}
	}
	return out
}
