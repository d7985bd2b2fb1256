package text

import (
	"encoding/json"
	"strings"
	"testing"

	"sotto/assets"
)

func TestEveryKeyBeginsWithItsFile(t *testing.T) {
	for _, language := range assets.Languages() {
		seen := map[string]string{}
		for file, data := range assets.Translations(language) {
			var m map[string]string
			if err := json.Unmarshal(data, &m); err != nil {
				t.Fatalf("%s/%s.json: %v", language, file, err)
			}
			for k, v := range m {
				if !strings.HasPrefix(k, file+".") {
					t.Errorf("%s/%s.json: key %q does not begin with %q", language, file, k, file+".")
				}
				if strings.TrimSpace(v) == "" {
					t.Errorf("%s/%s.json: key %q is empty", language, file, k)
				}
				if other, ok := seen[k]; ok {
					t.Errorf("%s: key %q is in %s and %s", language, k, other, file)
				}
				seen[k] = file
			}
		}
	}
}

func TestLookup(t *testing.T) {
	t.Cleanup(func() { SetLanguage(English) })
	if got := SetLanguage("xx-YY"); got != English {
		t.Errorf("unknown language gave %q", got)
	}
	if got := T("widget.not_sent"); got != "Not sent" {
		t.Errorf("T = %q", got)
	}
	if got := T("no.such_key"); got != "no.such_key" {
		t.Errorf("missing key gave %q", got)
	}
	if Has("no.such_key") || !Has("widget.undo") {
		t.Error("Has is wrong")
	}
}

func TestFillDoesNotLookIntoValues(t *testing.T) {
	if got := fill("{a} met {b}", []string{"a", "{b}", "b", "Jo"}); got != "{b} met Jo" {
		t.Errorf("fill = %q", got)
	}
}

func TestPlural(t *testing.T) {
	for _, c := range []struct {
		language string
		n        int
		want     string
	}{
		{"en", 0, "other"}, {"en", 1, "one"}, {"en", 2, "other"},
		{"fr", 0, "one"}, {"fr", 2, "other"},
		{"ru", 1, "one"}, {"ru", 11, "many"}, {"ru", 22, "few"}, {"ru", 112, "many"}, {"ru", 21, "one"},
		{"ar", 0, "zero"}, {"ar", 2, "two"}, {"ar", 105, "few"}, {"ar", 111, "many"}, {"ar", 100, "other"},
		{"ja", 1, "other"}, {"pt-BR", 1, "one"},
	} {
		if got := plural(c.language, c.n); got != c.want {
			t.Errorf("plural(%s, %d) = %s, want %s", c.language, c.n, got, c.want)
		}
	}
}
