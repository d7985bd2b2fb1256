package vm

import (
	"net/url"
	"strings"
	"unicode"

	"sotto/engine/model"
)

// ChatPreview is what the sender of a link saw there. Nothing of it was asked
// of the web by the one who reads it.
type ChatPreview struct {
	URL   string
	Host  string // where it leads
	Title string // in one line; may be empty
	Image *ChatFile
}

// Pictured reports whether there is a picture, or may be one.
func (p *ChatPreview) Pictured() bool {
	if p.Image == nil || p.Image.State == model.FileExpired {
		return false
	}
	// One that came and is none is not shown, whatever its sender said it was.
	return p.Image.State != model.FileHere || p.Image.Visual()
}

// titleMost bounds a title in characters: two lines show less.
const titleMost = 200

// preview tells of the link preview of a message: nil when it does not lead to
// the host of a link in the text, which is all that a reader can judge it by.
func (t *teller) preview(m *model.Message) *ChatPreview {
	if m.Preview == nil {
		return nil
	}
	l, ok := LookAtLink(m.Preview.URL)
	if !ok || !leadsThere(m.Text, m.Preview.URL, l.Address) {
		return nil
	}
	p := &ChatPreview{URL: m.Preview.URL, Host: l.Host, Title: shorten(oneLine(m.Preview.Title), titleMost)}
	if m.Preview.Image != nil {
		f := tellFile(m.Preview.Image, model.PreviewImage)
		if f.State == model.FileWaiting || m.Outgoing && m.State == model.StateQueued {
			if move, ok := t.engine.Transfer(m.ID, model.PreviewImage); ok {
				f.Transfer, f.Uploading = move, move.Upload
			}
		}
		p.Image = &f
	}
	return p
}

// leadsThere reports whether an address stands in a text as a link, not only as
// the beginning of one to another host: "https://bank.example" in
// "https://bank.example.evil.example/".
func leadsThere(text, address string, to *url.URL) bool {
	for rest := text; ; {
		i := strings.Index(rest, address)
		if i < 0 {
			return false
		}
		end := strings.IndexFunc(rest[i:], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`<>"`, r) })
		if end < 0 {
			end = len(rest) - i
		}
		word := strings.TrimRight(rest[i:i+end], `.,;:!?)]}'`)
		if u, err := url.Parse(word); len(word) < len(address) || err == nil && u.Host == to.Host && (u.User == nil) == (to.User == nil) {
			return true
		}
		rest = rest[i+len(address):]
	}
}

// oneLine is a text from outside as one line, without characters that do not
// show or that turn the direction of what follows.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.In(r, unicode.Co, unicode.Cs), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200E, r == 0x200F:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

// File is a file of the message by its index, model.PreviewImage that of its
// link preview; nil when there is none.
func (m *ChatMessage) File(index int) *ChatFile {
	switch {
	case index == model.PreviewImage && m.Preview != nil:
		return m.Preview.Image
	case index >= 0 && index < len(m.Media):
		return &m.Media[index]
	}
	return nil
}
