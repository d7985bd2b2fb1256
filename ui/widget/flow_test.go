package widget

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func lineTexts(f *flow) []string {
	var out []string
	for _, l := range f.lines {
		s := ""
		for _, p := range l.fragments {
			s += p.text
		}
		out = append(out, s)
	}
	return out
}

func TestLinesBreakWhereTheyMay(t *testing.T) {
	for _, c := range []struct {
		name, in string
		width    float32
		want     string // lines joined by |
	}{
		{"words", "one two three", 60, "one two|three"},
		{"newlines and an empty line", "a\n\nb", 200, "a||b"},
		{"trailing spaces do not count", "one two   ", 60, "one two"},
		{"carriage returns vanish", "a\r\nb", 200, "a|b"},
		{"long word", strings.Repeat("m", 12), 60, "mmmm|mmmm|mmmm"},
		{"direction overrides vanish", "abc\u202Edef", 200, "abcdef"},
		{"ideographs break anywhere", "写真写真写真", 50, "写真写|真写真"},
	} {
		f := layoutText(Text(c.in), flowOptions{style: Body, width: c.width})
		if got := strings.Join(lineTexts(f), "|"); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestLinksStayWhole(t *testing.T) {
	spans := ParseText("See https://example.org/a-long-path now", nil)
	got := lineTexts(layoutText(spans, flowOptions{style: Body, width: 230}))
	if strings.Join(got, "|") != "See|https://example.org/a-long-path|now" {
		t.Errorf("lines %q", got)
	}
}

// A word between words that run the other way is drawn by itself, and can be wider
// so.
func TestNoLineIsTooWideThatTurns(t *testing.T) {
	f := layoutText(Text("aaaaaaب\u200d"), flowOptions{style: Body, width: 60})
	for _, l := range f.lines {
		if l.width > 61 {
			t.Errorf("line of %f in 60", l.width)
		}
	}
}

// TestNoLineIsTooWide: whatever is written, lines fit, and no character is
// lost.
func TestNoLineIsTooWide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.StringOfN(rapid.RuneFrom([]rune("abcdefg mnw-./ 写真 مرحبا 👍🏽👨‍👩‍👧 1️⃣\n🇵🇹é")), 0, 80, -1).Draw(t, "text")
		width := rapid.Float32Range(60, 400).Draw(t, "width")
		f := layoutText(Text(in), flowOptions{style: Body, width: width})
		letters := func(s string) int {
			n := 0
			for _, r := range s {
				if r != ' ' && r != '\n' {
					n++
				}
			}
			return n
		}
		var shown int
		for _, l := range f.lines {
			if l.width > width+1 {
				t.Fatalf("line of %f in %f", l.width, width)
			}
			for _, p := range l.fragments {
				shown += letters(p.text)
			}
		}
		if want := letters(in); shown != want {
			t.Fatalf("%d characters shown of %d", shown, want)
		}
	})
}

func TestOneLineEndsInAnEllipsis(t *testing.T) {
	f := layoutLine(Text("A rather long line that has\nno room here"), Small, 120)
	got := lineTexts(f)
	if len(got) != 1 || !strings.HasSuffix(got[0], "…") || f.lines[0].width > 120 {
		t.Errorf("%q, %f wide", got, f.lines[0].width)
	}
	f = layoutLine(Text("A rather long line"), Small, 3)
	if got := lineTexts(f); got[0] != "…" {
		t.Errorf("no room at all gives %q", got)
	}
	if got := lineTexts(layoutLine([]Span{{Text: "Jonas:", Kind: Dark}, {Text: " x"}}, Small, 400)); got[0] != "Jonas: x" {
		t.Errorf("short line became %q", got)
	}
}

func TestLongTextStopsEarly(t *testing.T) {
	long := strings.Repeat("word ", 1_000_000)
	f := layoutText(Text(long[:200_000]), flowOptions{style: Body, width: 300, maxLines: 25})
	if len(f.lines) != 25 || !f.cut {
		t.Errorf("%d lines, cut %t", len(f.lines), f.cut)
	}
}

func TestFencesStandInTheirOwnBlock(t *testing.T) {
	f := layoutText(ParseText("before\n```go\nx := 1\ny\n```\nafter", nil), flowOptions{style: Body, width: 400})
	if got := strings.Join(lineTexts(f), "|"); got != "before|x := 1|y|after" {
		t.Errorf("lines %q", got)
	}
	if len(f.insets) != 1 || f.insets[0].height != 2*20+2*fenceTop {
		t.Errorf("insets %v", f.insets)
	}
	if !f.lines[1].fragments[0].style.Mono || f.lines[3].fragments[0].style.Mono {
		t.Error("the monospaced face is in the wrong place")
	}
}

// TestVisualOrder: numbers and Latin words inside right-to-left text stand
// where a reader of it expects them.
func TestVisualOrder(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "שלום", "שלום"},
		{"full stop goes left", "שלום.", ".|שלום"},
		{"number inside", "שלום 42 עולם", "עולם| |42| |שלום"},
		{"Latin inside", "שלום Go עולם", "עולם| |Go| |שלום"},
		{"brackets turn round", "(שלום)", "(|שלום|)"},
		{"in a left-to-right line", "say שלום 42 עולם now", "say |עולם| |42| |שלום| now"},
	} {
		f := layoutText(Text(c.in), flowOptions{style: Body, width: 600})
		var parts []string
		x := float32(0)
		for _, p := range f.lines[0].fragments {
			parts = append(parts, p.text)
			if !near(p.x, x) {
				t.Errorf("%s: %q stands at %f, want %f", c.name, p.text, p.x, x)
			}
			x += p.width
		}
		if got := strings.Join(parts, "|"); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestMentionsSayNothingOfTheDirection: a name of another direction than the rest
// leaves the rest, and a number behind it, where they are.
func TestMentionsSayNothingOfTheDirection(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []Span
		want string
		rtl  bool
	}{
		{"first", []Span{{Text: "@سامي", Kind: MentionMe}, {Text: " has 3 tickets"}}, "سامي|@| has 3 tickets", false},
		{"before a number", []Span{{Text: "for "}, {Text: "@سامي", Kind: Mention}, {Text: " 3 tickets"}}, "for |سامي|@| 3 tickets", false},
		{"Latin in Arabic", []Span{{Text: "@Maya", Kind: Mention}, {Text: " شكرا"}}, "شكرا| |@Maya", true},
		{"alone", []Span{{Text: "@سامي", Kind: Mention}, {Text: " 3"}}, "3| |سامي|@", true},
		{"two", []Span{{Text: "@سامي", Kind: Mention}, {Text: " "}, {Text: "@ليلى", Kind: Mention}, {Text: " come"}}, "سامي|@| |ليلى|@| come", false},
	} {
		f := layoutText(c.in, flowOptions{style: Body, width: 600})
		var parts []string
		x := float32(0)
		for _, p := range f.lines[0].fragments {
			parts = append(parts, p.text)
			if !near(p.x, x) {
				t.Errorf("%s: %q stands at %f, want %f", c.name, p.text, p.x, x)
			}
			x += p.width
		}
		if got := strings.Join(parts, "|"); got != c.want || f.lines[0].rightToLeft != c.rtl {
			t.Errorf("%s: %q right to left %v, want %q", c.name, got, f.lines[0].rightToLeft, c.want)
		}
	}
	bare := layoutText([]Span{{Text: "@سامي", Kind: Mention}}, flowOptions{style: Body, width: 600})
	mine := layoutText([]Span{{Text: "@سامي", Kind: MentionMe}}, flowOptions{style: Body, width: 600})
	if !near(mine.lines[0].width, bare.lines[0].width+2*mentionPad) {
		t.Errorf("with a ground %f wide, without %f", mine.lines[0].width, bare.lines[0].width)
	}
}

func TestEmoji(t *testing.T) {
	for _, c := range []struct {
		in string
		n  int
	}{
		{"👍", 1}, {"👍🏽", 1}, {"👨‍👩‍👧‍👦", 1}, {"🇵🇹", 1}, {"1️⃣", 1}, {"❤️", 1}, {"🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", 1},
		{"👩‍⚕️", 1}, {"❤️‍🔥", 1}, {"🙌🏽✨", 2}, {"👍 👍", 2}, {"🇵🇹🇩🇪", 2},
		{"❤", 0}, {"©", 0}, {"1", 0}, {"a👍", 0}, {"", 0}, {"👍!", 0}, {"⭐︎", 0}, {"🇵", 0},
	} {
		if got := OnlyEmoji(c.in); got != c.n {
			t.Errorf("OnlyEmoji(%q) = %d, want %d", c.in, got, c.n)
		}
	}
	if p := splitEmoji("a👍🏽👍b"); len(p) != 3 || p[1].text != "👍🏽👍" || !p[1].emoji || p[2].text != "b" {
		t.Errorf("pieces %v", p)
	}
}

func TestParseText(t *testing.T) {
	mention := func(token string) (string, string, bool, bool) {
		switch token {
		case "05aa":
			return "@Lina", token, false, true
		case "05bb":
			return "@You", token, true, true
		}
		return "", "", false, false
	}
	show := func(spans []Span) string {
		var s []string
		for _, p := range spans {
			mark := map[SpanKind]string{Plain: "", Link: "L:", Mention: "M:", MentionMe: "ME:", Fence: "F:"}[p.Kind]
			s = append(s, mark+p.Text)
		}
		return strings.Join(s, "|")
	}
	for _, c := range []struct{ in, want string }{
		{"plain", "plain"},
		{"see https://a.example/x.", "see |L:https://a.example/x|."},
		{"(https://a.example/b(c))", "(|L:https://a.example/b(c)|)"},
		{"WWW.a.example?", "L:WWW.a.example|?"},
		{"hi @05aa and @05bb!", "hi |M:@Lina| and |ME:@You|!"},
		{"me@05aa.example", "me@05aa.example"},
		{"@nobody", "@nobody"},
		{"a\n```\ncode @05aa\n```\nb", "a|F:code @05aa|b"},
		{"```unfinished", "```unfinished"},
		{"http://", "http://"},
	} {
		if got := show(ParseText(c.in, mention)); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
	if s := ParseText("www.a.example", nil); s[0].Data != "https://www.a.example" {
		t.Errorf("address %q", s[0].Data)
	}
}

func FuzzLayout(f *testing.F) {
	f.Add("hello ```x``` https://a.b/c @05ab 👍🏽 مرحبا (8:30)\n\n", float32(120))
	f.Add("\u202e\ufffd\U000E0067👨‍", float32(1))
	f.Fuzz(func(t *testing.T, s string, width float32) {
		if width < 1 || width > 4000 || len(s) > 4000 {
			return
		}
		spans := ParseText(s, func(token string) (string, string, bool, bool) { return "@" + token, token, len(token) > 3, true })
		flow := layoutText(spans, flowOptions{style: Body, width: width, maxLines: 30})
		if len(flow.lines) > 30 {
			t.Fatalf("%d lines", len(flow.lines))
		}
		layoutLine(spans, Small, width)
		breakEdit([]rune(s), Body, width)
	})
}

// TestShortenedLineIsTheLongestThatFits shortens to many widths.
func TestShortenedLineIsTheLongestThatFits(t *testing.T) {
	spans := []Span{{Text: "Maya: ", Kind: Dark}, {Text: "We could meet at seven 👩‍👩‍👧 or a little later, whatever you like"}}
	whole := layoutLine(spans, Small, 0).lines[0]
	for width := float32(20); width < whole.width; width += 7 {
		l := layoutLine(spans, Small, width).lines[0]
		if l.width > width {
			t.Errorf("in %v: %v wide", width, l.width)
		}
		last := l.fragments[len(l.fragments)-1]
		if last.text != ellipsis {
			t.Fatalf("in %v: ends with %q", width, last.text)
		}
		shown := 0
		for _, f := range l.fragments[:len(l.fragments)-1] {
			shown += len([]rune(f.text))
		}
		const widest = 30 // an emoji of a family and a space before it
		if room := width - l.width; shown > 0 && room > widest {
			t.Errorf("in %v: %v left empty after %d characters", width, room, shown)
		}
	}
}
