package vm

import (
	"strings"
	"testing"
	"time"

	"sotto/engine/model"
)

// told is a message of Maya as a bubble gets it.
func told(t *testing.T, m model.Message) *ChatMessage {
	t.Helper()
	d := newDesktop(t)
	f := newFake(t, d.clock)
	m = f.put(withMaya, time.Minute, m)
	return newTeller(f, withMaya).tell(&m)
}

// A preview is shown when it leads where a link of the text leads: otherwise it
// shows one place and the text another.
func TestPreviewLeadsWhereTheTextDoes(t *testing.T) {
	for _, c := range []struct {
		text, url, host string // no host: not shown
	}{
		{"see https://lake.example/a", "https://lake.example/a", "lake.example"},
		{"(https://lake.example/a).", "https://lake.example/a", "lake.example"},
		{"https://lake.example/a/b?c=d and more", "https://lake.example/a", "lake.example"},
		{"HTTP is fine, too: http://lake.example:8080/", "http://lake.example:8080/", "lake.example"},
		{"https://bank.example.evil.example/", "https://bank.example", ""},
		{"https://bank.example@evil.example/", "https://bank.example", ""},
		{"https://bank.example:pass@evil.example/", "https://bank.example", ""},
		{"https://bank.example.evil.example https://bank.example/", "https://bank.example", "bank.example"},
		{"https://lake.example/a", "https://other.example/", ""},
		{"see javascript:alert(1)", "javascript:alert(1)", ""},
		{"see file:///etc/passwd", "file:///etc/passwd", ""},
		{"nothing", "", ""},
	} {
		m := told(t, model.Message{Text: c.text, Preview: &model.LinkPreview{URL: c.url, Title: "A"}})
		switch {
		case c.host == "" && m.Preview != nil:
			t.Errorf("%q shows %+v", c.text, m.Preview)
		case c.host != "" && (m.Preview == nil || m.Preview.Host != c.host || m.Preview.URL != c.url):
			t.Errorf("%q shows %+v, want %s", c.text, m.Preview, c.host)
		}
	}
}

func TestPreviewTitleIsOneHarmlessLine(t *testing.T) {
	title := func(s string) string {
		const url = "https://lake.example/a"
		return told(t, model.Message{Text: url, Preview: &model.LinkPreview{URL: url, Title: s}}).Preview.Title
	}
	if got := title("  Two\nnights\t\u202eat the\x00 lake  "); got != "Two nights at the lake" {
		t.Errorf("title %q", got)
	}
	if got := title(strings.Repeat("ä", 5000)); len([]rune(got)) != titleMost+1 {
		t.Errorf("%d characters", len([]rune(got)))
	}
	if got := title("مرحبا بالعالم"); got != "مرحبا بالعالم" {
		t.Errorf("title %q", got)
	}
}

func TestPreviewPicture(t *testing.T) {
	const url = "https://lake.example/a"
	for name, c := range map[string]struct {
		image *model.Attachment
		want  bool
	}{
		"none":         {nil, false},
		"away":         {&model.Attachment{Type: "image/jpeg"}, true},
		"on its way":   {&model.Attachment{Type: "image/jpeg", Wanted: true}, true},
		"failed":       {&model.Attachment{Type: "image/jpeg", Failure: model.ReasonDamaged}, true},
		"gone":         {&model.Attachment{Type: "image/jpeg", Failure: model.ReasonExpired}, false},
		"here":         {&model.Attachment{Type: "image/jpeg", LocalID: "x"}, true},
		"here, a page": {&model.Attachment{Type: "application/octet-stream", LocalID: "x"}, false},
	} {
		m := told(t, model.Message{Text: url, Preview: &model.LinkPreview{URL: url, Image: c.image}})
		if got := m.Preview.Pictured(); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
		if f := m.File(model.PreviewImage); (f != nil) != (c.image != nil) {
			t.Errorf("%s: the message has the file %v", name, f)
		}
	}
}
