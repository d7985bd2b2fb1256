package widget

import (
	"image"

	"fyne.io/fyne/v2"
)

// State is how far an own message got.
type State int

// The states: none (other people's), clock, tick, double tick, failed.
const (
	NoState State = iota
	Sending
	Sent
	Read
	Failed
)

// Quote is the message that a bubble answers.
type Quote struct {
	Title string // who said it
	Text  string // one line of it
	Thumb image.Image
}

// Reaction is a chip under a bubble.
type Reaction struct {
	Emoji string
	Count int
	Mine  bool
}

// BubbleModel is what a bubble shows. It is plain values; change it by setting
// another one.
type BubbleModel struct {
	Outgoing bool
	Compact  bool // a line without a bubble, own ones like those of others
	First    bool // of a group of bubbles: 12 above instead of 4, sender's name
	Last     bool // of a group: tail corner, avatar

	// Groups: the name on the first bubble, the avatar beside the last.
	// Gutter reserves the avatar's place on all of them.
	Sender      string
	SenderID    string // colour of the name
	SenderAdmin bool
	Gutter      bool
	Avatar      *AvatarModel

	Note     string // a few words over the text: who else sees the message
	Spans    []Span // see ParseText
	Deleted  string // a sentence in the place of the text
	Quote    *Quote
	Expanded bool // long text is shown whole

	Time  string
	State State
	// Timer is the share of a disappearing message's life that is left;
	// HasTimer shows the ring.
	Timer    float32
	HasTimer bool

	// FailText and FailAction stand under a Failed bubble; the defaults are
	// "Not sent" and "Try again".
	FailText, FailAction string

	Reactions []Reaction

	// Extra is an object above the text: pictures, voice, a file. ExtraSize is
	// its size in a bubble whose content is at most width wide; EdgeToEdge lets
	// it reach the bubble's edges, Stretch makes it as wide as the text.
	Extra      fyne.CanvasObject
	ExtraSize  func(width float32) fyne.Size
	EdgeToEdge bool
	Stretch    bool

	// MarkFrom to MarkTo is the part of the text that is selected, as OnMark
	// told it.
	MarkFrom, MarkTo int

	Picking bool // messages are being picked: a ring stands before the row
	Picked  bool // this one is

	Selected    bool // chosen with the keyboard, or found by a search
	Highlighted bool // just jumped to
}

// big reports whether the message is one to three emoji and nothing else.
func (m *BubbleModel) big() bool {
	if m.Quote != nil || m.Note != "" || m.Extra != nil || m.Deleted != "" || len(m.Spans) != 1 || m.Spans[0].Kind != Plain {
		return false
	}
	n := OnlyEmoji(m.Spans[0].Text)
	return n > 0 && n <= bigEmojiLimit
}
