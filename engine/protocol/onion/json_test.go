package onion

import (
	"encoding/json"
	"testing"
)

func TestUnquote(t *testing.T) {
	for _, text := range []string{
		"", "plain", `{"a":"b"}`, "a\\b/c", "line\nline\r\t\b\f", "\x00\x1f", "ü 😀 \u2028", `\"`, `\\\\"`, "a\u0001\"b😀\"",
	} {
		quoted := appendString(nil, text)
		if !json.Valid(quoted) {
			t.Errorf("%q became %s", text, quoted)
		}
		for _, form := range [][]byte{quoted, mustMarshal(t, text)} {
			got, err := unquoteInto(form[:0], form)
			if err != nil || string(got) != text {
				t.Errorf("%q became %q, %v", text, got, err)
			}
		}
	}
	// Surrogates in escapes, as some libraries write them, after other escapes.
	if got, err := unquote([]byte(`"\"\ud83d\ude00\u00fc\""`)); err != nil || string(got) != "\"😀ü\"" {
		t.Errorf("%q, %v", got, err)
	}
	for _, bad := range []string{``, `"`, `a`, `"\`, `"\"`, `"\x"`, `"\u12"`} {
		if got, err := unquote([]byte(bad)); err == nil {
			t.Errorf("%s became %q", bad, got)
		}
	}
	// What is no UTF-8 has no place in JSON.
	if got := string(appendString(nil, "a\xffb")); got != "\"a\uFFFDb\"" {
		t.Errorf("%q", got)
	}
}

func mustMarshal(t *testing.T, s string) []byte {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestNodeSyntaxError: the description of broken JSON for texts whose form at
// official nodes is known.
func TestNodeSyntaxError(t *testing.T) {
	const p = "[json.exception.parse_error.101] parse error at line 1, column "
	for doc, want := range map[string]string{
		"not json": p + "2: syntax error while parsing value - invalid literal; last read: 'no'",
		"":         p + "1: syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal",
		"xyz":      p + "1: syntax error while parsing value - invalid literal; last read: 'x'",
	} {
		if got := nodeSyntaxError([]byte(doc)); got != want {
			t.Errorf("%q: %s", doc, got)
		}
	}
}
