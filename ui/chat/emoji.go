package chat

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed emoji.txt
var emojiList string

// emojiGroup is a page of the picker.
type emojiGroup struct {
	name  string
	emoji []string
}

// emojiBook is the list of emoji with the words by which they are found.
type emojiBook struct {
	groups []emojiGroup
	words  []emojiWords
}

type emojiWords struct {
	emoji string
	words []string
}

// emojis reads the list once; it is part of the program.
var emojis = sync.OnceValue(func() *emojiBook {
	b := &emojiBook{}
	for line := range strings.Lines(emojiList) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "# "):
		case strings.HasPrefix(line, ":"):
			b.groups = append(b.groups, emojiGroup{name: line[1:]})
		default:
			fields := strings.Fields(line)
			g := &b.groups[len(b.groups)-1]
			g.emoji = append(g.emoji, fields[0])
			b.words = append(b.words, emojiWords{fields[0], fields[1:]})
		}
	}
	return b
})

// search finds emoji one of whose words begins with each word of a text; those
// whose first word fits come first.
func (b *emojiBook) search(s string) []string {
	asked := strings.Fields(strings.ToLower(s))
	var first, rest []string
	for _, e := range b.words {
		best := len(e.words)
		all := true
		for _, a := range asked {
			found := false
			for i, w := range e.words {
				if strings.HasPrefix(w, a) {
					found, best = true, min(best, i)
					break
				}
			}
			all = all && found
		}
		switch {
		case !all:
		case best == 0:
			first = append(first, e.emoji)
		default:
			rest = append(rest, e.emoji)
		}
	}
	return append(first, rest...)
}
