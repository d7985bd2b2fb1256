package assets

import _ "embed"

// EmojiList lists the emoji of the picker by group, a line each: the emoji, its
// name, other names, and behind a | the words by which it is found. A group is a
// line that begins with a colon, a comment one that begins with "# ".
//
//go:embed emoji/emoji.txt
var EmojiList string
