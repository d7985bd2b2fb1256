package vm

import (
	"errors"
	"strings"
	"time"

	"sotto/engine/model"
	"sotto/media/picture"
	"sotto/ui/text"
)

// Sentence says in one sentence why something did not work and what to do. nil
// is the empty sentence.
func Sentence(err error) string { return SentenceOf(model.ReasonOf(err)) }

// SentenceOf is Sentence for a reason.
func SentenceOf(r model.Reason) string {
	if r == model.ReasonNone {
		return ""
	}
	return text.T("reason." + r.String())
}

// sentenceIn is Sentence with words of its own for a place: the key of the
// place, a dot and the reason, where there is such a key.
func sentenceIn(place string, err error) string {
	if err == nil {
		return ""
	}
	if key := place + "." + model.ReasonOf(err).String(); text.Has(key) {
		return text.T(key)
	}
	return Sentence(err)
}

// LinkSentence says why a link of another program leads nowhere.
func LinkSentence(err error) string { return sentenceIn("link", err) }

// IDLines breaks the 66 digits of a Session ID into three lines of 22.
func IDLines(id model.ID) string {
	s := id.String()
	const line = 22
	var out []string
	for len(s) > line {
		out = append(out, s[:line])
		s = s[line:]
	}
	return strings.Join(append(out, s), "\n")
}

// IDShort shows the two ends of an id: "05a9 1c4e … 3b6e".
func IDShort(id model.ID) string {
	s := id.String()
	if len(s) < 12 {
		return s
	}
	return s[:4] + " " + s[4:8] + " … " + s[len(s)-4:]
}

// TimerLength names the length of a timer: "1 day", "12 hours".
func TimerLength(seconds uint32) string {
	switch d := time.Duration(seconds) * time.Second; {
	case d == 0:
		return text.T("timer.off")
	case d%(7*24*time.Hour) == 0:
		return text.N("timer.weeks", int(d/(7*24*time.Hour)))
	case d%(24*time.Hour) == 0:
		return text.N("timer.days", int(d/(24*time.Hour)))
	case d%time.Hour == 0:
		return text.N("timer.hours", int(d/time.Hour))
	case d%time.Minute == 0:
		return text.N("timer.minutes", int(d/time.Minute))
	default:
		return text.N("timer.seconds", int(seconds))
	}
}

// TimerText says how messages disappear: "1 day after reading".
func TimerText(t model.Timer) string {
	if !t.On() {
		return text.T("timer.off")
	}
	key := "timer.after_send"
	if t.Mode == model.ExpireAfterRead {
		key = "timer.after_read"
	}
	return text.F(key, "length", TimerLength(t.Seconds))
}

// PictureSentence says why no QR code could be taken from a picture.
func PictureSentence(err error) string {
	switch {
	case errors.Is(err, picture.ErrNoQR):
		return text.T("picture.no_code")
	case errors.Is(err, picture.ErrNoPicture):
		return text.T("picture.no_picture")
	case errors.Is(err, picture.ErrTooLarge):
		return text.T("picture.too_large")
	}
	return text.T("picture.unreadable")
}

// ConversationTitle is what the window calls a conversation.
func ConversationTitle(c model.Conversation) string { return chatTitle(&c) }
