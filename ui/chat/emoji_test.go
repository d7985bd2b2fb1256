package chat

import (
	"slices"
	"testing"

	"sotto/ui/text"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

func TestListOfEmoji(t *testing.T) {
	seen := map[string]bool{}
	for _, g := range vm.EmojiGroups() {
		if !text.Has("chat.emoji." + g.Name) {
			t.Errorf("the group %s has no title", g.Name)
		}
		for _, e := range g.Emoji {
			if widget.OnlyEmoji(e) != 1 {
				t.Errorf("%q is not one emoji", e)
			}
			if seen[e] {
				t.Errorf("%q is there twice", e)
			}
			seen[e] = true
		}
	}
	if len(seen) < 500 {
		t.Errorf("only %d emoji", len(seen))
	}
	for _, e := range (&vm.Chat{}).RecentEmoji() {
		if !seen[e] {
			t.Errorf("the usual reaction %q is not in the list", e)
		}
	}
}

func TestSearchOfEmoji(t *testing.T) {
	for _, row := range []struct {
		asked, first string
		has          []string
	}{
		{"piz", "🍕", nil},
		{"red heart", "❤️", nil},
		{"dog", "🐶", nil},
		{"flag portugal", "🇵🇹", nil},
		{"LOL", "", []string{"😂", "🤣"}},
		{"no such thing", "", nil},
	} {
		got := vm.SearchEmoji(row.asked)
		if row.first != "" && (len(got) == 0 || got[0] != row.first) {
			t.Errorf("%q finds %q", row.asked, got)
		}
		for _, e := range row.has {
			if !slices.Contains(got, e) {
				t.Errorf("%q finds %q without %s", row.asked, got, e)
			}
		}
		if row.first == "" && row.has == nil && len(got) != 0 {
			t.Errorf("%q finds %q", row.asked, got)
		}
	}
}
