package vm

import "strings"

// SkinTones is the number of skin tones; 0 is none, the yellow of the list.
const SkinTones = 6

const (
	firstTone  = '\U0001F3FB'
	lastTone   = '\U0001F3FF'
	emojiStyle = '\uFE0F'
)

// Toned gives an emoji a skin tone, if it is one that may have it.
func Toned(emoji string, tone int) string {
	if tone <= 0 || tone >= SkinTones {
		return emoji
	}
	people := 0
	for _, r := range emoji {
		if r >= firstTone && r <= lastTone {
			return emoji
		}
		if takesTone(r) {
			people++
		}
	}
	if people != 1 { // of several people each would have one of their own
		return emoji
	}
	var b strings.Builder
	after := false
	for _, r := range emoji {
		if after && r == emojiStyle {
			after = false
			continue // the tone makes it an emoji already
		}
		b.WriteRune(r)
		if after = takesTone(r); after {
			b.WriteRune(firstTone + rune(tone-1))
		}
	}
	return b.String()
}

// Untoned takes the tone off.
func Untoned(emoji string) string {
	plain := strings.Map(func(r rune) rune {
		if r >= firstTone && r <= lastTone {
			return -1
		}
		return r
	}, emoji)
	if plain == emoji {
		return emoji
	}
	if _, ok := emojis().at[plain]; !ok {
		for i, r := range plain {
			if styled := plain[:i] + string(r) + string(emojiStyle) + plain[i+len(string(r)):]; takesTone(r) {
				if _, ok := emojis().at[styled]; ok {
					return styled
				}
			}
		}
	}
	return plain
}

// takesTone knows the characters that a skin tone may follow
// (Emoji_Modifier_Base of Unicode), without couples and families.
func takesTone(r rune) bool {
	for _, span := range toneBases {
		if r >= span[0] && r <= span[1] {
			return true
		}
	}
	return false
}

var toneBases = [][2]rune{
	{0x261D, 0x261D}, {0x26F9, 0x26F9}, {0x270A, 0x270D}, {0x1F385, 0x1F385}, {0x1F3C2, 0x1F3C4}, {0x1F3C7, 0x1F3C7},
	{0x1F3CA, 0x1F3CC}, {0x1F442, 0x1F443}, {0x1F446, 0x1F450}, {0x1F466, 0x1F469}, {0x1F46E, 0x1F46E}, {0x1F470, 0x1F478},
	{0x1F47C, 0x1F47C}, {0x1F481, 0x1F483}, {0x1F485, 0x1F487}, {0x1F4AA, 0x1F4AA}, {0x1F574, 0x1F575}, {0x1F57A, 0x1F57A},
	{0x1F590, 0x1F590}, {0x1F595, 0x1F596}, {0x1F645, 0x1F647}, {0x1F64B, 0x1F64F}, {0x1F6A3, 0x1F6A3}, {0x1F6B4, 0x1F6B6},
	{0x1F6C0, 0x1F6C0}, {0x1F6CC, 0x1F6CC}, {0x1F90C, 0x1F90C}, {0x1F90F, 0x1F90F}, {0x1F918, 0x1F91C}, {0x1F91E, 0x1F91F},
	{0x1F926, 0x1F926}, {0x1F930, 0x1F939}, {0x1F93D, 0x1F93E}, {0x1F977, 0x1F977}, {0x1F9B5, 0x1F9B6}, {0x1F9B8, 0x1F9B9},
	{0x1F9BB, 0x1F9BB}, {0x1F9CD, 0x1F9CF}, {0x1F9D1, 0x1F9DD}, {0x1FAC3, 0x1FAC5}, {0x1FAF0, 0x1FAF8},
}
