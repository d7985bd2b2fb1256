package engine

import "unicode/utf8"

// maxEmoji bounds the bytes of one emoji: a family with skin tones has 41.
const maxEmoji = 64

// oneEmoji reports whether s is one emoji of one grapheme
// (protocol/messages.md §7.2): a pictograph with variation selector, skin tone
// or tags, several of them joined, a flag, or a keycap. It knows no list of
// emoji, so that those of next year pass too.
func oneEmoji(s string) bool {
	if s == "" || len(s) > maxEmoji || !utf8.ValidString(s) {
		return false
	}
	rs := []rune(s)
	switch {
	case regional(rs[0]):
		return len(rs) == 2 && regional(rs[1])
	case keycapBase(rs[0]):
		rest := rs[1:]
		if len(rest) > 0 && rest[0] == variation {
			rest = rest[1:]
		}
		return len(rest) == 1 && rest[0] == keycap
	}
	for i := 0; ; {
		if i == len(rs) || !pictograph(rs[i]) {
			return false
		}
		i++
		for i < len(rs) && (rs[i] == variation || skinTone(rs[i]) || tag(rs[i])) {
			i++
		}
		if i == len(rs) {
			return true
		}
		if rs[i] != joiner {
			return false
		}
		i++
	}
}

const (
	joiner    = '\u200d'
	variation = '\ufe0f'
	keycap    = '\u20e3'
)

func regional(r rune) bool   { return 0x1f1e6 <= r && r <= 0x1f1ff }
func skinTone(r rune) bool   { return 0x1f3fb <= r && r <= 0x1f3ff }
func tag(r rune) bool        { return 0xe0020 <= r && r <= 0xe007f }
func keycapBase(r rune) bool { return r == '#' || r == '*' || '0' <= r && r <= '9' }

// pictograph covers the blocks that emoji come from.
func pictograph(r rune) bool {
	switch {
	case 0x1f000 <= r && r <= 0x1faff:
		return !regional(r) && !skinTone(r)
	case 0x2190 <= r && r <= 0x21ff, // arrows
		0x2300 <= r && r <= 0x23ff, // watch, hourglass, media keys
		0x25a0 <= r && r <= 0x27bf, // shapes, symbols, dingbats
		0x2900 <= r && r <= 0x297f,
		0x2b00 <= r && r <= 0x2bff:
		return true
	}
	switch r {
	case 0xa9, 0xae, 0x203c, 0x2049, 0x2122, 0x2139, 0x24c2, 0x3030, 0x303d, 0x3297, 0x3299:
		return true
	}
	return false
}
