package vm

import (
	"context"
	"slices"
	"strings"

	"sotto/engine/model"
)

// defaultEmoji are the quick reactions until others were used.
var defaultEmoji = []string{"😂", "🥰", "😢", "😡", "😮", "😈"}

// QuickReactions is how many emoji the strip over a message's menu offers.
const QuickReactions = 6

// maxRecentEmoji bounds what the picker remembers.
const maxRecentEmoji = 27

// NoteEmoji remembers an emoji that was used, in front of the others. They are
// kept in the profile.
func (c *Chat) NoteEmoji(emoji string) {
	c.change(func(s *model.Settings) {
		list := slices.DeleteFunc(strings.Fields(s.RecentEmoji), func(e string) bool { return e == emoji })
		list = append([]string{emoji}, list...)
		s.RecentEmoji = strings.Join(list[:min(len(list), maxRecentEmoji)], " ")
	})
}

// RecentEmoji returns the emoji used last, newest first, filled up with the
// usual ones to at least QuickReactions.
func (c *Chat) RecentEmoji() []string {
	list := strings.Fields(c.setting.RecentEmoji)
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

// SkinTone is the tone last chosen, 0 to SkinTones-1.
func (c *Chat) SkinTone() int { return int(c.setting.SkinTone) }

// SetSkinTone remembers a tone.
func (c *Chat) SetSkinTone(tone int) {
	if tone != c.SkinTone() && tone >= 0 && tone < SkinTones {
		c.change(func(s *model.Settings) { s.SkinTone = uint8(tone) })
	}
}

// change changes settings here at once, and in the store behind it.
func (c *Chat) change(f func(*model.Settings)) {
	f(&c.setting)
	c.storing++
	e := c.engine
	c.errands.add(c.desk.Context(), errand{do: func(ctx context.Context) {
		// A memory of what was used is a comfort; a full disk says so elsewhere.
		_ = e.UpdateSettings(ctx, f)
		c.desk.Post(func() {
			c.storing--
			c.news.setting = true
			c.fetch()
		})
	}})
}

// takeSettings takes over what was read, unless what is here is newer. It
// reports whether messages look different now.
func (c *Chat) takeSettings(s model.Settings) (look bool) {
	if c.storing > 0 {
		return false
	}
	look = c.setting.Appearance.Compact != s.Appearance.Compact
	c.setting = s
	return look
}
