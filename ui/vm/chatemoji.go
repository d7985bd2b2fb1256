package vm

import (
	"slices"
	"sync"
)

// defaultEmoji are the quick reactions until others were used.
var defaultEmoji = []string{"😂", "🥰", "😢", "😡", "😮", "😈"}

// QuickReactions is how many emoji the strip over a message's menu offers.
const QuickReactions = 6

// maxRecentEmoji bounds what the picker remembers.
const maxRecentEmoji = 18

var recentEmoji struct {
	sync.Mutex
	list []string
}

// noteEmoji puts an emoji in front of the recent ones.
func noteEmoji(emoji string) {
	recentEmoji.Lock()
	defer recentEmoji.Unlock()
	list := slices.DeleteFunc(slices.Clone(recentEmoji.list), func(e string) bool { return e == emoji })
	list = append([]string{emoji}, list...)
	recentEmoji.list = list[:min(len(list), maxRecentEmoji)]
}

// NoteEmoji remembers an emoji that was picked for a text.
func NoteEmoji(emoji string) { noteEmoji(emoji) }

// RecentEmoji returns the emoji used last in this run, newest first, filled up
// with the usual ones to at least QuickReactions.
func RecentEmoji() []string {
	recentEmoji.Lock()
	defer recentEmoji.Unlock()
	list := slices.Clone(recentEmoji.list)
	for _, e := range defaultEmoji {
		if len(list) >= QuickReactions {
			break
		}
		if !slices.Contains(list, e) {
			list = append(list, e)
		}
	}
	return list
}
