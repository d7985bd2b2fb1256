package widget

import "unicode"

// emojiLen returns how many runes at the beginning of text form one emoji as
// Unicode TR 51 builds them (flags, keycaps, skin tones, joined people), or 0.
// Characters that are text by default (©, ✓, digits) count only with the emoji
// selector behind them.
func emojiLen(text []rune) int {
	if len(text) == 0 {
		return 0
	}
	r := text[0]
	switch {
	case isRegional(r):
		if len(text) > 1 && isRegional(text[1]) {
			return 2
		}
		return 0
	case r == '#' || r == '*' || r >= '0' && r <= '9':
		switch {
		case len(text) > 2 && text[1] == selector && text[2] == keycap:
			return 3
		case len(text) > 1 && text[1] == keycap:
			return 2
		}
		return 0
	}
	n := pictographLen(text)
	if n == 0 {
		return 0
	}
	for n+1 < len(text) && text[n] == joiner {
		more := pictographLen(text[n+1:])
		if more == 0 {
			// Gender and medical signs behind a joiner are text by default.
			if !unicode.Is(textPictographs, text[n+1]) {
				break
			}
			more = 1
		}
		n += 1 + more
	}
	return n
}

const (
	selector     = '\uFE0F'
	textSelector = '\uFE0E'
	keycap       = '\u20E3'
	joiner       = '\u200D'
	tagEnd       = '\U000E007F'
)

func isRegional(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }
func isTone(r rune) bool     { return r >= 0x1F3FB && r <= 0x1F3FF }

// pictographLen measures one pictograph with its selector, tone or tags.
func pictographLen(text []rune) int {
	r := text[0]
	next := rune(0)
	if len(text) > 1 {
		next = text[1]
	}
	switch {
	case unicode.Is(emojiPictographs, r):
		if next == textSelector {
			return 0
		}
	case unicode.Is(textPictographs, r):
		if next != selector && !isTone(next) {
			return 0
		}
	default:
		return 0
	}
	n := 1
	if n < len(text) && text[n] == selector {
		n++
	}
	if n < len(text) && isTone(text[n]) {
		n++
	}
	if n < len(text) && text[n] >= 0xE0020 && text[n] < tagEnd { // flags of England, Scotland, Wales
		for n < len(text) && text[n] >= 0xE0020 && text[n] <= tagEnd {
			n++
		}
	}
	return n
}

// emojiPictographs are emoji by default (Emoji_Presentation), rounded to whole
// ranges where what lies between is unassigned.
var emojiPictographs = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x231A, 0x231B, 1}, {0x23E9, 0x23EC, 1}, {0x23F0, 0x23F3, 3}, {0x25FD, 0x25FE, 1},
		{0x2614, 0x2615, 1}, {0x2648, 0x2653, 1}, {0x267F, 0x2693, 20}, {0x26A1, 0x26AA, 9},
		{0x26AB, 0x26BD, 18}, {0x26BE, 0x26C4, 6}, {0x26C5, 0x26CE, 9}, {0x26D4, 0x26EA, 22},
		{0x26F2, 0x26F3, 1}, {0x26F5, 0x26FA, 5}, {0x26FD, 0x2705, 8}, {0x270A, 0x270B, 1},
		{0x2728, 0x274C, 36}, {0x274E, 0x2753, 5}, {0x2754, 0x2755, 1}, {0x2757, 0x2795, 62},
		{0x2796, 0x2797, 1}, {0x27B0, 0x27BF, 15}, {0x2B1B, 0x2B1C, 1}, {0x2B50, 0x2B55, 5},
	},
	R32: []unicode.Range32{
		{0x1F004, 0x1F004, 1}, {0x1F0CF, 0x1F0CF, 1}, {0x1F18E, 0x1F18E, 1}, {0x1F191, 0x1F19A, 1},
		{0x1F201, 0x1F201, 1}, {0x1F21A, 0x1F21A, 1}, {0x1F22F, 0x1F22F, 1}, {0x1F232, 0x1F236, 1},
		{0x1F238, 0x1F23A, 1}, {0x1F250, 0x1F251, 1}, {0x1F300, 0x1F320, 1}, {0x1F32D, 0x1F335, 1},
		{0x1F337, 0x1F37C, 1}, {0x1F37E, 0x1F393, 1}, {0x1F3A0, 0x1F3CA, 1}, {0x1F3CF, 0x1F3D3, 1},
		{0x1F3E0, 0x1F3F0, 1}, {0x1F3F4, 0x1F3F4, 1}, {0x1F3F8, 0x1F43E, 1}, {0x1F440, 0x1F440, 1},
		{0x1F442, 0x1F4FC, 1}, {0x1F4FF, 0x1F53D, 1}, {0x1F54B, 0x1F54E, 1}, {0x1F550, 0x1F567, 1},
		{0x1F57A, 0x1F57A, 1}, {0x1F595, 0x1F596, 1}, {0x1F5A4, 0x1F5A4, 1}, {0x1F5FB, 0x1F64F, 1},
		{0x1F680, 0x1F6C5, 1}, {0x1F6CC, 0x1F6CC, 1}, {0x1F6D0, 0x1F6D2, 1}, {0x1F6D5, 0x1F6D7, 1},
		{0x1F6DC, 0x1F6DF, 1}, {0x1F6EB, 0x1F6EC, 1}, {0x1F6F4, 0x1F6FC, 1}, {0x1F7E0, 0x1F7EB, 1},
		{0x1F7F0, 0x1F7F0, 1}, {0x1F90C, 0x1F93A, 1}, {0x1F93C, 0x1F945, 1}, {0x1F947, 0x1F9FF, 1},
		{0x1FA70, 0x1FAFF, 1},
	},
}

// textPictographs are emoji only when the selector asks for it.
var textPictographs = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x00A9, 0x00AE, 5}, {0x203C, 0x2049, 13}, {0x2122, 0x2139, 23}, {0x2194, 0x2199, 1},
		{0x21A9, 0x21AA, 1}, {0x2328, 0x23CF, 167}, {0x23ED, 0x23EF, 1}, {0x23F1, 0x23F2, 1},
		{0x23F8, 0x23FA, 1}, {0x24C2, 0x24C2, 1}, {0x25AA, 0x25AB, 1}, {0x25B6, 0x25C0, 10},
		{0x25FB, 0x25FC, 1}, {0x2600, 0x2613, 1}, {0x2616, 0x2647, 1}, {0x2654, 0x267E, 1},
		{0x2680, 0x2692, 1}, {0x2694, 0x26A0, 1}, {0x26A2, 0x26A9, 1}, {0x26AC, 0x26BC, 1},
		{0x26BF, 0x26C3, 1}, {0x26C6, 0x26CD, 1}, {0x26CF, 0x26D3, 1}, {0x26D5, 0x26E9, 1},
		{0x26EB, 0x26F1, 1}, {0x26F4, 0x26F4, 1}, {0x26F6, 0x26F9, 1}, {0x26FB, 0x26FC, 1},
		{0x26FE, 0x2704, 1}, {0x2706, 0x2709, 1}, {0x270C, 0x2727, 1}, {0x2729, 0x274B, 1},
		{0x274D, 0x274F, 2}, {0x2756, 0x2758, 2}, {0x2763, 0x2767, 1}, {0x27A1, 0x27A1, 1},
		{0x2934, 0x2935, 1}, {0x2B05, 0x2B07, 1}, {0x3030, 0x303D, 13}, {0x3297, 0x3299, 2},
	},
	R32: []unicode.Range32{
		{0x1F170, 0x1F171, 1}, {0x1F17E, 0x1F17F, 1}, {0x1F202, 0x1F202, 1}, {0x1F237, 0x1F237, 1},
		{0x1F321, 0x1F32C, 1}, {0x1F336, 0x1F336, 1}, {0x1F37D, 0x1F37D, 1}, {0x1F394, 0x1F39F, 1},
		{0x1F3CB, 0x1F3CE, 1}, {0x1F3D4, 0x1F3DF, 1}, {0x1F3F1, 0x1F3F3, 1}, {0x1F3F5, 0x1F3F7, 1},
		{0x1F43F, 0x1F43F, 1}, {0x1F441, 0x1F441, 1}, {0x1F4FD, 0x1F4FE, 1}, {0x1F53E, 0x1F54A, 1},
		{0x1F54F, 0x1F54F, 1}, {0x1F568, 0x1F579, 1}, {0x1F57B, 0x1F594, 1}, {0x1F597, 0x1F5A3, 1},
		{0x1F5A5, 0x1F5FA, 1}, {0x1F6C6, 0x1F6CB, 1}, {0x1F6CD, 0x1F6CF, 1}, {0x1F6E0, 0x1F6EA, 1},
		{0x1F6F0, 0x1F6F3, 1},
	},
}

// OnlyEmoji returns the number of emoji when a text consists of nothing else
// (spaces apart), else 0.
func OnlyEmoji(s string) int {
	if len(s) > 200 {
		return 0
	}
	count := 0
	for text := []rune(s); len(text) > 0; {
		if unicode.IsSpace(text[0]) {
			text = text[1:]
			continue
		}
		n := emojiLen(text)
		if n == 0 {
			return 0
		}
		count++
		text = text[n:]
	}
	return count
}

// bigEmojiLimit is how many emoji still show large.
const bigEmojiLimit = 3

// piece is a stretch of text of one face.
type piece struct {
	text  string
	emoji bool
}

// splitEmoji cuts a text where the face changes. It returns one piece for the
// common case of no emoji at all.
func splitEmoji(s string) []piece {
	if !maybeEmoji(s) {
		return []piece{{text: s}}
	}
	var out []piece
	text := []rune(s)
	start := 0
	for i := 0; i < len(text); {
		n := emojiLen(text[i:])
		if n == 0 {
			i++
			continue
		}
		if start < i {
			out = append(out, piece{text: string(text[start:i])})
		}
		if last := len(out) - 1; last >= 0 && out[last].emoji {
			out[last].text += string(text[i : i+n])
		} else {
			out = append(out, piece{text: string(text[i : i+n]), emoji: true})
		}
		i += n
		start = i
	}
	if start < len(text) {
		out = append(out, piece{text: string(text[start:])})
	}
	return out
}

// maybeEmoji is a cheap test that is true for every text with an emoji.
func maybeEmoji(s string) bool {
	for i := 0; i < len(s); i++ {
		// Pictographs begin with these bytes in UTF-8; ©, ® and keycaps need a
		// selector, which begins with EF.
		if c := s[i]; c == 0xE2 || c == 0xE3 || c == 0xEF || c == 0xF0 {
			return true
		}
	}
	return false
}
