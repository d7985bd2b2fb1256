package page

import (
	"html"
	"mime"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a preview (protocol/messages.md §7.6).
const (
	MaxPage  = 500 << 10 // bytes of a page that are read
	MaxImage = 1 << 20   // bytes of its picture
	MaxTitle = 300       // code points
)

// Page is what a page says of itself.
type Page struct {
	Title string   // og:title, else title; one line, at most MaxTitle code points
	Image *url.URL // og:image, else its icon; https, nil when there is none
}

// Read looks through the head of an HTML document that came from an address with
// a content type. At most MaxPage bytes are looked at.
func Read(document []byte, contentType string, at *url.URL) Page {
	r := reader{at: at}
	r.read(decode(document[:min(len(document), MaxPage)], contentType))
	p := Page{Title: tidy(r.ogTitle), Image: r.ogImage}
	if p.Title == "" {
		p.Title = tidy(r.title)
	}
	if p.Image == nil {
		p.Image = r.icon
	}
	return p
}

// IsHTML reports whether a content type is that of a page.
func IsHTML(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && (kind == "text/html" || kind == "application/xhtml+xml")
}

// decode makes text of a page. What is not UTF-8 is taken for Latin-1, which is
// what old pages are that do not say.
func decode(b []byte, contentType string) string {
	_, params, err := mime.ParseMediaType(contentType)
	said := err == nil && strings.EqualFold(params["charset"], "utf-8")
	if said || utf8.Valid(b) {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	// A page that was cut may end within a character.
	for cut := 1; cut < utf8.UTFMax && cut < len(b); cut++ {
		if utf8.Valid(b[:len(b)-cut]) {
			return string(b[:len(b)-cut])
		}
	}
	out := make([]rune, len(b))
	for i, c := range b {
		out[i] = rune(c)
	}
	return string(out)
}

// tidy makes one line of a title. Nothing in it can turn the direction of what stands
// around it.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, html.UnescapeString(s))
	s = strings.Join(strings.Fields(s), " ")
	n := 0
	for i := range s {
		if n == MaxTitle {
			return s[:i]
		}
		n++
	}
	return s
}

// reader walks over the tags of a document.
type reader struct {
	at             *url.URL
	title, ogTitle string
	ogImage, icon  *url.URL
}

func (r *reader) read(s string) {
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			return
		}
		s = s[i+1:]
		if rest, ok := strings.CutPrefix(s, "!--"); ok {
			s = after(rest, "-->")
			continue
		}
		name := tagName(s)
		s = s[len(name):]
		switch name = strings.ToLower(name); name {
		case "body", "/head":
			return
		case "title":
			s = after(s, ">")
			end := indexFold(s, "</title")
			if r.title == "" {
				r.title = s[:end]
			}
			s = s[end:]
		case "script", "style", "noscript", "template":
			s = s[indexFold(s, "</"+name):]
		case "meta":
			var a map[string]string
			a, s = attributes(s)
			r.meta(a)
		case "link":
			var a map[string]string
			a, s = attributes(s)
			r.link(a)
		}
	}
}

func (r *reader) meta(a map[string]string) {
	name := strings.ToLower(a["property"])
	if name == "" {
		name = strings.ToLower(a["name"])
	}
	switch name {
	case "og:title":
		if r.ogTitle == "" {
			r.ogTitle = a["content"]
		}
	case "og:image", "og:image:secure_url":
		if r.ogImage == nil {
			r.ogImage = r.address(a["content"])
		}
	}
}

func (r *reader) link(a map[string]string) {
	for _, rel := range strings.Fields(strings.ToLower(a["rel"])) {
		if rel == "apple-touch-icon" || rel == "icon" && r.icon == nil {
			if u := r.address(a["href"]); u != nil {
				r.icon = u
			}
		}
	}
}

// address resolves an address in the page; only https is followed.
func (r *reader) address(s string) *url.URL {
	const most = 2048
	s = strings.TrimSpace(html.UnescapeString(s))
	if s == "" || len(s) > most {
		return nil
	}
	u, err := r.at.Parse(s)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return nil
	}
	return u
}

func tagName(s string) string {
	for i, c := range []byte(s) {
		if !(c == '/' && i == 0 || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && c >= '0' && c <= '9') {
			return s[:i]
		}
	}
	return s
}

// after is what follows a mark, nothing when there is none.
func after(s, mark string) string {
	if i := strings.Index(s, mark); i >= 0 {
		return s[i+len(mark):]
	}
	return ""
}

// indexFold finds a mark of lower-case ASCII in any case, the end when there is
// none.
func indexFold(s, mark string) int {
	for i := 0; ; i++ {
		j := strings.IndexByte(s[i:], mark[0])
		if j < 0 || len(s)-i-j < len(mark) {
			return len(s)
		}
		if i += j; strings.EqualFold(s[i:i+len(mark)], mark) {
			return i
		}
	}
}

// attributes reads those of a tag and returns what follows it.
func attributes(s string) (a map[string]string, rest string) {
	const most = 32
	a = make(map[string]string, 4)
	for {
		s = strings.TrimLeft(s, " \t\r\n\f/=")
		if s == "" || s[0] == '>' {
			return a, s
		}
		n := strings.IndexAny(s, "= \t\r\n\f/>")
		if n < 0 {
			return a, ""
		}
		name := strings.ToLower(s[:n])
		s = strings.TrimLeft(s[n:], " \t\r\n\f")
		value := ""
		if strings.HasPrefix(s, "=") {
			value, s = attributeValue(strings.TrimLeft(s[1:], " \t\r\n\f"))
		}
		if _, twice := a[name]; !twice && len(a) < most {
			a[name] = value
		}
	}
}

func attributeValue(s string) (value, rest string) {
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		end := strings.IndexByte(s[1:], s[0])
		if end < 0 {
			return "", ""
		}
		return s[1 : 1+end], s[2+end:]
	}
	end := strings.IndexAny(s, " \t\r\n\f>")
	if end < 0 {
		return "", ""
	}
	return s[:end], s[end:]
}
