package vm

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"sotto/engine/model"
)

// Suggestion is what may take the place of what is being written.
type Suggestion struct {
	Insert string
	Label  string
	Emoji  string     // of a :name:
	Avatar ChatAvatar // of a mention
	person Person
}

// Suggestions are what completes the text before the caret.
type Suggestions struct {
	List    []Suggestion
	Replace int // how many characters before the caret they stand for
}

// maxSuggestions is how many are offered at once.
const maxSuggestions = 6

// What is being written at the end of a text: the beginning of an emoji's name,
// of a mention (a name has at most three words here), a whole :name:.
var (
	emojiBeginning   = regexp.MustCompile(`(?:^|[^\pL\pN:]):([\pL\pN_+-]{2,30})$`)
	mentionBeginning = regexp.MustCompile(`(?:^|[^\pL\pN@.])@((?:[\pL\pN\pM'’._-]+ ?){0,3})$`)
	emojiWhole       = regexp.MustCompile(`(?:^|[^\pL\pN:]):([\pL\pN_+-]{1,30}):$`)
)

// Complete looks for what may be meant by the text before the caret.
func (c *Chat) Complete(before string) Suggestions {
	before = lastRunes(before, 80)
	if m := emojiBeginning.FindStringSubmatch(before); m != nil && !c.setting.EmojiNamesOff {
		s := Suggestions{Replace: utf8.RuneCountInString(m[1]) + 1}
		for _, e := range SearchEmoji(m[1]) {
			if len(s.List) == maxSuggestions {
				break
			}
			toned := Toned(e, c.SkinTone())
			s.List = append(s.List, Suggestion{Insert: toned, Emoji: toned, Label: EmojiName(e)})
		}
		return s
	}
	if m := mentionBeginning.FindStringSubmatch(before); m != nil {
		s := Suggestions{Replace: utf8.RuneCountInString(m[1]) + 1}
		for _, p := range c.members().find(m[1], maxSuggestions) {
			if strings.HasSuffix(m[1], " ") && strings.EqualFold(strings.TrimSpace(m[1]), p.Name) {
				continue // it is written out
			}
			id := string(model.ConversationOf(p.ID))
			s.List = append(s.List, Suggestion{Insert: "@" + p.Name + " ", Label: p.Name, Avatar: ChatAvatar{ID: id, Name: p.Name}, person: p})
		}
		return s
	}
	return Suggestions{}
}

// CompleteName returns the emoji of a :name: that was just closed, and how many
// characters it takes the place of.
func (c *Chat) CompleteName(before string) (emoji string, replace int) {
	m := emojiWhole.FindStringSubmatch(lastRunes(before, 40))
	if m == nil || c.setting.EmojiNamesOff {
		return "", 0
	}
	found := SearchEmoji(m[1])
	if len(found) == 0 {
		return "", 0
	}
	b := emojis()
	if b.list[b.at[found[0]]].fit(strings.ToLower(m[1])) != fitsName {
		return "", 0
	}
	return Toned(found[0], c.SkinTone()), utf8.RuneCountInString(m[1]) + 2
}

func lastRunes(s string, n int) string {
	for i := len(s); i > 0; {
		if n == 0 {
			return s[i:]
		}
		_, size := utf8.DecodeLastRuneInString(s[:i])
		i, n = i-size, n-1
	}
	return s
}

// members are the people of the conversation other than the user.
func (c *Chat) members() *people {
	if c.room.people != nil {
		return c.room.people
	}
	id, ok := c.conv.ID()
	if !ok || c.record.Kind != model.KindContact {
		return newPeople(nil)
	}
	if k := &c.composer; k.people == nil || k.peopleTitle != c.record.Title() {
		k.people, k.peopleTitle = newPeople([]Person{{id, c.record.Title()}}), c.record.Title()
	}
	return c.composer.people
}

// Chose notes that a suggestion was taken, and returns what to insert. A second
// person of the same name is told apart.
func (c *Chat) Chose(s Suggestion) string {
	if s.Emoji != "" {
		c.NoteEmoji(s.Emoji)
		return s.Insert
	}
	p := s.person
	label := "@" + p.Name
	for _, m := range c.composer.mentions {
		if m.label == label && m.id != p.ID {
			label += " " + model.ShortID(p.ID)
		}
	}
	c.composer.mention(label, p.ID)
	return label + " "
}

// mention is a name in the composer that goes out as an id.
type mention struct {
	label string // with the @
	id    model.ID
}

func (k *composer) mention(label string, id model.ID) {
	for _, m := range k.mentions {
		if m.label == label {
			return
		}
	}
	k.mentions = append(k.mentions, mention{label, id})
	// A longer name first: one may begin with another.
	slices.SortStableFunc(k.mentions, func(a, b mention) int { return len(b.label) - len(a.label) })
}

// encoded is the text as it is sent: with ids in the place of mentioned names.
func (k *composer) encoded() string {
	if len(k.mentions) == 0 || !strings.Contains(k.text, "@") {
		return k.text
	}
	var b strings.Builder
	for s := k.text; s != ""; {
		i := strings.IndexByte(s, '@')
		if i < 0 {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:i])
		s = s[i:]
		rest, id := k.cutMention(s)
		if id == "" {
			b.WriteByte('@')
			s = s[1:]
			continue
		}
		b.WriteString(id)
		s = rest
	}
	return b.String()
}

func (k *composer) cutMention(s string) (rest, id string) {
	for _, m := range k.mentions {
		after, ok := strings.CutPrefix(s, m.label)
		if !ok {
			continue
		}
		if r, _ := utf8.DecodeRuneInString(after); after == "" || !wordRune(r) {
			return after, "@" + m.id.String()
		}
	}
	return s, ""
}

// decode is the other direction, for drafts: names in the place of ids.
func (k *composer) decode(s string, names map[string]ChatName) string {
	if len(names) == 0 {
		return s
	}
	return mentionPattern.ReplaceAllStringFunc(s, func(token string) string {
		n, ok := names[token[1:]]
		if !ok {
			return token
		}
		k.mention(n.Label, n.ID)
		return n.Label
	})
}
