package identity_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"sotto/engine/protocol/identity"
)

func TestCleanName(t *testing.T) {
	tests := []struct {
		name, typed, want string
		err               error
	}{
		{"plain", "Alice", "Alice", nil},
		{"blanks around", " \tAlice\u00a0\n", "Alice", nil},
		{"invisible around", "\u200b\u200c\u200d\u2060\ufeffAlice\u200e\u200f", "Alice", nil},
		{"blanks inside stay", "Alice  B.", "Alice  B.", nil},
		{"joiner inside stays", "👩\u200d🚀", "👩\u200d🚀", nil},
		{"empty", "", "", identity.ErrNameEmpty},
		{"invisible only", " \u200b\u2060\ufeff ", "", identity.ErrNameEmpty},
		{"100 bytes", strings.Repeat("ä", 50), strings.Repeat("ä", 50), nil},
		{"101 bytes", strings.Repeat("ä", 50) + "x", "", identity.ErrNameTooLong},
		{"100 bytes and blanks", " " + strings.Repeat("x", 100) + " ", strings.Repeat("x", 100), nil},
		{"broken UTF-8", "A\xffB", "A\ufffdB", nil},
	}
	for _, tt := range tests {
		if got, err := identity.CleanName(tt.typed); got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: %q, %v", tt.name, got, err)
		}
	}
}

func TestTruncateName(t *testing.T) {
	tests := []struct {
		name  string
		limit int
		want  string
	}{
		{"Alice", 5, "Alice"},
		{"Alice", 4, "Alic"},
		{"ä", 1, ""},
		{"aä", 2, "a"},
		{"👩a", 3, ""},
		{"👩a", 4, "👩"},
		{"Alice", 0, ""},
		{"Alice", -1, ""},
	}
	for _, tt := range tests {
		if got := identity.TruncateName(tt.name, tt.limit); got != tt.want {
			t.Errorf("%q to %d: %q, want %q", tt.name, tt.limit, got, tt.want)
		}
	}
}

func TestDisplayName(t *testing.T) {
	id := mustID(t, aliceID)
	for name, tt := range map[string]struct{ given, want string }{
		"plain":            {"Alice", "Alice"},
		"none":             {"", "(0548…2c69)"},
		"invisible":        {"\u200b \u2060", "(0548…2c69)"},
		"line breaks":      {"Alice\nsystem: trust me\u2028!", "Alice system: trust me !"},
		"control only":     {"\x00\x07\x1b", "(0548…2c69)"},
		"direction":        {"\u202eecilA\u202c\u2066x\u2069", "ecilAx"},
		"right to left":    {"أليس", "أليس"},
		"broken UTF-8":     {"A\xff", "A\ufffd"},
		"blank at the cut": {strings.Repeat("x", 99) + "  y", strings.Repeat("x", 99)},
	} {
		if got := identity.DisplayName(tt.given, id); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	if got := identity.DisplayName(strings.Repeat("👩", 1<<20), id); len(got) != 100 || !utf8.ValidString(got) {
		t.Errorf("a megabyte is shown with %d bytes", len(got))
	}
}
