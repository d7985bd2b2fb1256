package vm

import (
	"slices"
	"strings"
	"sync"

	"sotto/assets"
)

// EmojiGroup is a page of the picker; its title is chat.emoji. and its name.
type EmojiGroup struct {
	Name  string
	Emoji []string
}

// emojiBook is the list of emoji with the words by which they are found.
type emojiBook struct {
	groups []EmojiGroup
	list   []emojiEntry
	at     map[string]int // in list
}

type emojiEntry struct {
	emoji string
	names []string // "thumbs_up", "+1"
	parts []string // of the first name
	tags  []string
}

// emojis reads the list once; it is part of the program.
var emojis = sync.OnceValue(func() *emojiBook {
	b := &emojiBook{at: make(map[string]int)}
	for line := range strings.Lines(assets.EmojiList) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "# "):
		case strings.HasPrefix(line, ":"):
			b.groups = append(b.groups, EmojiGroup{Name: line[1:]})
		default:
			names, tags, _ := strings.Cut(line, "|")
			fields := strings.Fields(names)
			g := &b.groups[len(b.groups)-1]
			g.Emoji = append(g.Emoji, fields[0])
			b.at[fields[0]] = len(b.list)
			b.list = append(b.list, emojiEntry{fields[0], fields[1:], strings.Split(fields[1], "_"), strings.Fields(tags)})
		}
	}
	return b
})

// EmojiGroups lists all emoji in the order of the picker.
func EmojiGroups() []EmojiGroup { return emojis().groups }

// EmojiName is what an emoji is called, in any skin tone; empty if it is not in
// the list.
func EmojiName(emoji string) string {
	b := emojis()
	if i, ok := b.at[Untoned(emoji)]; ok {
		return strings.ReplaceAll(b.list[i].names[0], "_", " ")
	}
	return ""
}

// SearchEmoji finds emoji one of whose words begins with each word of a text:
// first those of that name, then those in whose name it is, then the others.
// Underscores part words, as in :names:.
func SearchEmoji(s string) []string {
	s = strings.ToLower(s)
	if found := searchEmoji(strings.Fields(s)); len(found) > 0 || !strings.Contains(s, "_") {
		return found
	}
	return searchEmoji(strings.Fields(strings.ReplaceAll(s, "_", " ")))
}

// How well a word fits an emoji, the best first.
const (
	fitsName = iota
	fitsPart
	beginsName
	beginsPart
	fitsTag
	begins
	noFit
)

func searchEmoji(asked []string) []string {
	if len(asked) == 0 {
		return nil
	}
	var found [noFit][]string
	for _, e := range emojis().list {
		worst := fitsName
		for _, a := range asked {
			worst = max(worst, e.fit(a))
		}
		if worst < noFit {
			found[worst] = append(found[worst], e.emoji)
		}
	}
	return slices.Concat(found[:]...)
}

func (e *emojiEntry) fit(word string) int {
	is := func(w string) bool { return w == word }
	has := func(w string) bool { return strings.HasPrefix(w, word) }
	switch {
	case slices.ContainsFunc(e.names, is):
		return fitsName
	case slices.ContainsFunc(e.parts, is):
		return fitsPart
	case slices.ContainsFunc(e.names, has):
		return beginsName
	case slices.ContainsFunc(e.parts, has):
		return beginsPart
	case slices.ContainsFunc(e.tags, is):
		return fitsTag
	case slices.ContainsFunc(e.tags, has):
		return begins
	}
	return noFit
}
