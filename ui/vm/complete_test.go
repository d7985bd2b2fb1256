package vm

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sotto/engine/model"
)

func labels(s Suggestions) []string {
	var out []string
	for _, c := range s.List {
		out = append(out, c.Label)
	}
	return out
}

func TestNamesOfEmojiComplete(t *testing.T) {
	d := newDesktop(t)
	c, _ := openChat(d, newFake(t, d.clock), withMaya, 0)
	for _, row := range []struct {
		before, first string
		replace       int
	}{
		{"look :thumbs_u", "👍", 9},
		{":HEART", "❤️", 6},
		{"(:fire", "🔥", 5},
		{"at 10:30", "", 0},
		{"https://x", "", 0},
		{":x", "", 0}, // too short to know
		{": tada", "", 0},
	} {
		got := c.Complete(row.before)
		switch {
		case row.first == "":
			if len(got.List) != 0 {
				t.Errorf("%q offers %q", row.before, labels(got))
			}
		case len(got.List) == 0 || got.List[0].Insert != row.first || got.Replace != row.replace:
			t.Errorf("%q offers %+v", row.before, got)
		}
	}
	if e, n := c.CompleteName("yes :+1:"); e != "👍" || n != 4 {
		t.Errorf("a closed name is %q for %d", e, n)
	}
	if e, _ := c.CompleteName("at 10:30:"); e != "" {
		t.Errorf("a time becomes %q", e)
	}
	c.SetSkinTone(3)
	if got := c.Complete(":wave"); len(got.List) == 0 || got.List[0].Insert != "👋🏽" {
		t.Errorf("in the chosen tone: %+v", got)
	}
	c.setting.EmojiNamesOff = true
	if got := c.Complete(":wave"); len(got.List) != 0 {
		t.Errorf("switched off, it offers %+v", got)
	}
}

func TestSkinTones(t *testing.T) {
	for _, row := range []struct {
		plain string
		tone  int
		want  string
	}{
		{"👍", 1, "👍🏻"}, {"👍", 5, "👍🏿"}, {"👍", 0, "👍"}, {"👍", 9, "👍"},
		{"☝️", 3, "☝🏽"}, {"🧑‍💻", 2, "🧑🏼‍💻"}, {"🍕", 4, "🍕"}, {"👨‍👩‍👧", 4, "👨‍👩‍👧"}, {"👍🏻", 4, "👍🏻"},
	} {
		got := Toned(row.plain, row.tone)
		if got != row.want {
			t.Errorf("%s in tone %d is %q", row.plain, row.tone, got)
		}
	}
	for _, g := range EmojiGroups() {
		for _, e := range g.Emoji {
			if Untoned(Toned(e, 2)) != e || EmojiName(Toned(e, 4)) != EmojiName(e) {
				t.Errorf("%s does not come back from its tone", e)
			}
		}
	}
}

// Emoji and the tone are in the store: another view of the profile has them.
func TestRecentEmojiAreKept(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	c, _ := openChat(d, f, withMaya, 0)
	if got := c.RecentEmoji(); !slices.Equal(got, defaultEmoji) {
		t.Fatalf("at first %q", got)
	}
	for i := range 40 {
		c.NoteEmoji(string(rune(0x1F400 + i)))
	}
	c.NoteEmoji("\U0001F410")
	c.SetSkinTone(2)
	c.Leave()
	if err := FinishErrands(t.Context()); err != nil {
		t.Fatal(err)
	}
	again, _ := openChat(d, f, withJo, 0)
	got := again.RecentEmoji()
	if len(got) != maxRecentEmoji || got[0] != "\U0001F410" || got[1] != string(rune(0x1F400+39)) || again.SkinTone() != 2 {
		t.Fatalf("kept %q, tone %d", got, again.SkinTone())
	}
	slices.Sort(got)
	if len(slices.Compact(got)) != maxRecentEmoji {
		t.Error("some are there twice")
	}
}

func TestMentionsGoOutAsIDs(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	c, s := openChat(d, f, withMaya, 0)
	got := c.Complete("Hello @ma")
	if !slices.Equal(labels(got), []string{"Maya"}) || got.Replace != 3 {
		t.Fatalf("offers %+v", got)
	}
	if got := c.Complete("maya@ma"); len(got.List) != 0 {
		t.Errorf("an address offers %q", labels(got))
	}
	c.Typed("Hello " + c.Chose(got.List[0]) + "and @Mayari")
	want := "Hello @" + maya.String() + " and @Mayari"
	if d := c.draft().Text; d != want {
		t.Fatalf("goes out as %q", d)
	}
	if left := c.Left(); left != 2000-len(want) {
		t.Errorf("%d left: what is sent counts", left)
	}
	// The draft comes back with the name.
	c.Leave()
	if err := FinishErrands(t.Context()); err != nil {
		t.Fatal(err)
	}
	again, s := openChat(d, f, withMaya, 0)
	d.until("the draft", func() bool { return len(s.texts) > 0 })
	if again.Text() != "Hello @Maya and @Mayari" {
		t.Fatalf("the draft is %q", again.Text())
	}
	again.Send()
	d.idle(again)
	last := again.window[len(again.window)-1]
	if last.Body != want || last.ShownText() != "Hello @Maya and @Mayari" {
		t.Errorf("sent %q, shown %q", last.Body, last.ShownText())
	}
}

// Looking for a member takes no longer in a large group.
func TestManyMembers(t *testing.T) {
	list := make([]Person, 10_000)
	for i := range list {
		list[i] = Person{ID: someone(i % 250), Name: fmt.Sprintf("Émile Number%05d", i)}
	}
	p := newPeople(list)
	if got := p.find("number00", 6); len(got) != 6 || !strings.HasSuffix(got[0].Name, "00000") {
		t.Fatalf("found %+v", got)
	}
	if got := p.find("emile n", 3); len(got) != 3 {
		t.Fatalf("by two words and without the accent: %+v", got)
	}
	if got := p.find("umber", 3); len(got) != 0 {
		t.Errorf("the middle of a word finds %+v", got)
	}
	if n := testing.AllocsPerRun(10, func() { p.find("num", 6) }); n > 60 {
		t.Errorf("%f allocations for one look", n)
	}
}

func TestFollowASetting(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	day := model.Timer{Mode: model.ExpireAfterRead, Seconds: 86400}
	f.put(withMaya, 3*time.Hour, model.Message{Kind: model.KindTimerChange, Timer: model.Timer{Mode: model.ExpireAfterRead, Seconds: 3600}})
	f.put(withMaya, time.Hour, model.Message{Kind: model.KindTimerChange, Timer: day})
	c, _ := openChat(d, f, withMaya, 0)
	follow := func() (all []*ChatMessage) {
		for _, it := range c.Items {
			if it.Follow {
				all = append(all, it.Message)
			}
		}
		return all
	}
	if got := follow(); len(got) != 1 || got[0].Setting != day {
		t.Fatalf("to follow: %+v", got)
	}
	c.record.Timer = day
	c.rebuild(nil)
	if got := follow(); len(got) != 0 {
		t.Errorf("it is followed already: %+v", got)
	}
}
