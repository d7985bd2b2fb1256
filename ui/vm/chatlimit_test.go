package vm

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/ui/text"
)

func TestFindBySideAndTime(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	var asked []model.Query
	f.search = func(q model.Query) ([]model.Hit, error) {
		asked = append(asked, q)
		return nil, nil
	}
	c, _ := openChat(d, f, withMaya, 0)
	c.OpenFind()
	c.FindText("boat")
	d.until("an answer", func() bool { return c.Find.Done })
	c.Limit(FromThem, LastWeek)
	d.until("another", func() bool { return c.Find.Done && len(asked) == 2 })
	q := asked[1]
	// noon is the 18th: seven days with today begin on the 12th.
	if q.Outgoing == nil || *q.Outgoing || q.From != at(time.Date(2026, 11, 12, 0, 0, 0, 0, time.Local)) || q.Text != "boat" {
		t.Errorf("asked %+v", q)
	}
	if asked[0].Outgoing != nil || asked[0].From != 0 {
		t.Errorf("without limits asked %+v", asked[0])
	}
}

func TestGoToADay(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	for i := range 400 {
		f.put(withMaya, time.Duration(400-i)*6*time.Hour, model.Message{Text: "x"})
	}
	c, s := openChat(d, f, withMaya, 0)
	var first time.Time
	c.Days(func(from, today time.Time) { first = from })
	d.until("the first day", func() bool { return !first.IsZero() })
	if want := noon.Add(-400 * 6 * time.Hour); !first.Equal(want) {
		t.Errorf("the first day is %s", first)
	}
	day := noon.AddDate(0, 0, -50)
	c.GoToDay(day)
	d.idle(c)
	d.until("there", func() bool { p := s.last(); return p != nil && strings.HasPrefix(p.Key, "d") })
	id := s.last().Key[1:]
	for _, m := range c.window {
		if key(m) == id && m.day != dayNumber(day) {
			t.Errorf("led to %s", localTime(m.sent))
		}
	}
	c.GoToDay(noon.AddDate(0, 0, 3)) // nothing so late
	d.idle(c)
	if p := s.last(); !p.End {
		t.Errorf("a day after the last leads to %+v", p)
	}
}

func TestFactsForTheCurious(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.put(withMaya, time.Minute, model.Message{Text: "hi", Outgoing: true, State: model.StateFailed, Failure: model.ReasonRejected, Hash: "abcHASH"})
	c, _ := openChat(d, f, withMaya, 0)
	var facts []ChatFact
	c.Facts(c.window[0], func(got []ChatFact) { facts = got })
	d.until("facts", func() bool { return facts != nil })
	said := map[string]ChatFact{}
	for _, fact := range facts {
		said[fact.Value] = fact
	}
	if hash := said["abcHASH"]; !hash.Detail || !hash.Code {
		t.Errorf("the hash is %+v in %+v", hash, facts)
	}
	if _, ok := said[text.T("reason.rejected")]; !ok {
		t.Errorf("no reason in %+v", facts)
	}
	if code := said["rejected"]; !code.Detail {
		t.Errorf("the code is not a detail: %+v", facts)
	}
}

func TestFactsOfFiles(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.put(withMaya, time.Minute, model.Message{Sender: maya, Attachments: []model.Attachment{
		{Name: "lake.jpg", Type: "image/jpeg", Size: 2_400_000, Width: 4032, Height: 3024},
		{Type: "audio/aac", Size: 41_000, Voice: true, Sound: model.Sound{Duration: 65 * time.Second}},
		{Name: "notes"},
	}})
	c, _ := openChat(d, f, withMaya, 0)
	var facts []ChatFact
	c.Facts(c.window[0], func(got []ChatFact) { facts = got })
	d.until("facts", func() bool { return facts != nil })
	var files []string
	for _, fact := range facts {
		if fact.Label == text.T("chat.fact.file") {
			files = append(files, fact.Value)
		}
	}
	want := []string{
		"lake.jpg\nimage/jpeg · 2.4 MB · 4032 × 3024",
		text.T("chat.voice") + "\naudio/aac · 41 KB · 1:05",
		"notes",
	}
	if !slices.Equal(files, want) {
		t.Errorf("%q, want %q", files, want)
	}
}
