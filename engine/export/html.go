package export

import (
	"fmt"
	"html"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sotto/engine/model"
)

// page writes HTML. What people wrote passes through esc and nothing else.
type page struct {
	w   io.Writer
	err error
}

func (p *page) put(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func esc(s string) string { return html.EscapeString(s) }

// link is a path beside the export as an attribute.
func link(path string) string {
	parts := strings.Split(path, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return esc(strings.Join(parts, "/"))
}

// rightToLeft are languages whose sentences run that way.
var rightToLeft = map[string]bool{"ar": true, "fa": true, "he": true, "ur": true}

// begin writes the head. The policy lets the page load nothing but what lies
// beside it, and run nothing at all, whatever a sender has put into a name.
func (x *exporter) begin(p *page, title string) {
	dir := "ltr"
	if rightToLeft[strings.SplitN(x.w.Language, "-", 2)[0]] {
		dir = "rtl"
	}
	p.put("<!DOCTYPE html>\n<html lang=\"%s\" dir=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n", esc(x.w.Language), dir)
	p.put("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self' file:; media-src 'self' file:; style-src 'unsafe-inline'\">\n")
	p.put("<meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"referrer\" content=\"no-referrer\">\n")
	p.put("<title>%s</title>\n<style>%s</style>\n</head>\n<body>\n", esc(title), style)
}

func (x *exporter) html(w io.Writer, t *teller, files *media) error {
	p := &page{w: w}
	title := x.title(t.c)
	x.begin(p, title)
	p.put("<header><h1>%s</h1><p>%s</p></header>\n<main>\n", esc(title),
		esc(x.w.F("export.made", "name", x.s.Me().Name, "date", x.date(local(x.s.Now())))))
	var day, from string
	var last time.Time
	before := x.got.Messages
	err := x.each(t.c.ID, func(m *model.Message) error {
		at := local(m.Timestamp)
		if d := x.date(at); d != day {
			p.put("<h2>%s</h2>\n", esc(d))
			day, from = d, ""
		}
		if line := t.line(m); line != "" && m.Kind != model.KindDeleted {
			p.put("<p class=\"line\">%s <time>%s</time></p>\n", esc(line), at.Format("15:04"))
			from = ""
			return p.err
		}
		// As in the window: of one sender within five minutes.
		again := from == m.Sender.String() && at.Sub(last) < 5*time.Minute
		from, last = m.Sender.String(), at
		if err := t.bubble(p, m, files, at, again); err != nil {
			return err
		}
		return p.err
	})
	if err != nil {
		return err
	}
	if x.got.Messages == before {
		p.put("<p class=\"line\">%s</p>\n", esc(x.w.T("export.empty")))
	}
	p.put("</main>\n</body>\n</html>\n")
	return p.err
}

// bubble writes one message.
func (t *teller) bubble(p *page, m *model.Message, files *media, at time.Time, again bool) error {
	class := "theirs"
	if m.Outgoing {
		class = "own"
	}
	if again {
		class += " again"
	}
	p.put("<article class=\"%s\" id=\"m%d\">", class, m.ID)
	if !again {
		p.put("<b dir=\"auto\">%s</b>", esc(t.name(m.Sender)))
	}
	if m.Quote != nil {
		who, said := t.quoted(m.Quote)
		p.put("<blockquote dir=\"auto\"><b>%s</b> %s</blockquote>", esc(who), esc(said))
	}
	for i := range m.Attachments {
		if err := t.file(p, m, i, files); err != nil {
			return err
		}
	}
	if v := m.Preview; v != nil {
		p.put("<p class=\"preview\" dir=\"auto\"><b>%s</b><br>%s</p>", esc(v.Title), esc(v.URL))
	}
	switch said := t.text(m); {
	case m.Kind == model.KindDeleted:
		p.put("<p class=\"gone\">%s</p>", esc(t.line(m)))
	case said != "":
		p.put("<p dir=\"auto\">%s</p>", esc(said))
	}
	if list := t.reactions(m.Reactions); len(list) > 0 {
		p.put("<p class=\"reactions\">")
		for _, r := range list {
			n := ""
			if r.count > 1 {
				n = " " + strconv.Itoa(r.count)
			}
			p.put("<span title=\"%s\">%s%s</span>", esc(strings.Join(r.who, ", ")), esc(r.emoji), n)
		}
		p.put("</p>")
	}
	state := ""
	if m.Outgoing && (m.State == model.StateFailed || m.State == model.StateQueued) {
		state = " · " + esc(t.x.w.T("export."+m.State.String()))
	}
	p.put("<time datetime=\"%s\">%s%s</time></article>\n", at.Format(time.RFC3339), at.Format("15:04"), state)
	return p.err
}

// file shows a picture, plays a sound, or leads to a file. What a sender claims
// to be a picture is only ever shown as one, never as a page.
func (t *teller) file(p *page, m *model.Message, index int, files *media) error {
	path, err := files.file(m, index)
	if err != nil {
		return err
	}
	a := m.Attachments[index]
	name := a.Name
	if a.Voice {
		name = t.x.w.T("chat.voice")
	} else if name == "" {
		name = t.x.w.T("chat.file")
	}
	switch kind := a.Kind(); {
	case path == "" && files.folder == "":
		p.put("<p class=\"file\" dir=\"auto\">%s</p>", esc(name))
	case path == "":
		p.put("<p class=\"file gone\" dir=\"auto\">%s · %s</p>", esc(name), esc(t.x.w.T("export.not_here")))
	case kind == model.FilePicture:
		p.put("<a href=\"%s\"><img src=\"%s\" alt=\"%s\" loading=\"lazy\"></a>", link(path), link(path), esc(name))
	case kind == model.FileSound:
		p.put("<p class=\"file\" dir=\"auto\">%s</p><audio controls preload=\"none\" src=\"%s\"></audio>", esc(name), link(path))
	case kind == model.FileVideo:
		p.put("<video controls preload=\"none\" src=\"%s\"></video>", link(path))
	default:
		p.put("<p class=\"file\" dir=\"auto\"><a download href=\"%s\">%s</a></p>", link(path), esc(name))
	}
	return p.err
}

func (x *exporter) htmlIndex(w io.Writer, list []entry) error {
	p := &page{w: w}
	title := x.w.T("export.index")
	x.begin(p, title)
	p.put("<header><h1>%s</h1><p>%s</p></header>\n<main><ul>\n", esc(title),
		esc(x.w.F("export.made", "name", x.s.Me().Name, "date", x.date(local(x.s.Now())))))
	for _, e := range list {
		p.put("<li><a href=\"%s\" dir=\"auto\">%s</a> <span>%s</span></li>\n", link(e.file), esc(x.title(e.conversation)),
			esc(x.w.N("storage.messages", e.messages)))
	}
	p.put("</ul></main>\n</body>\n</html>\n")
	return p.err
}

// date is a whole date: "2 November 2026".
func (x *exporter) date(t time.Time) string {
	return x.w.F("export.date", "day", strconv.Itoa(t.Day()), "month", x.w.T("export.month."+strconv.Itoa(int(t.Month()))), "year", strconv.Itoa(t.Year()))
}

// style is the page's own: Sotto's colours, light and dark.
const style = `
:root{color-scheme:light dark;--paper:#f6f7f9;--own:#cfeee6;--theirs:#fff;--ink:#15181d;--quiet:#5c6573;--line:#dfe3e8;--accent:#0b7a66}
@media(prefers-color-scheme:dark){:root{--paper:#14171b;--own:#15473d;--theirs:#20252b;--ink:#eceff3;--quiet:#a3acb8;--line:#2f363e;--accent:#4fd1b5}}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.45 Inter,system-ui,sans-serif}
header,main{max-width:760px;margin:0 auto;padding:16px 20px}
h1{font-size:24px;margin:8px 0 0}header p,.line,time,.gone,li span{color:var(--quiet);font-size:13px}
h2{font-size:13px;font-weight:600;color:var(--quiet);text-align:center;margin:24px 0 8px}
.line{text-align:center;margin:8px 0}
article{width:fit-content;max-width:72%;margin:12px 0 0;padding:8px 12px;border-radius:18px;background:var(--theirs);box-sizing:border-box;overflow-wrap:anywhere}
article.own{margin-inline-start:auto;background:var(--own)}article.again{margin-top:3px}
article>b{display:block;font-size:13px;color:var(--accent)}article p{margin:2px 0;white-space:pre-wrap}
article time{display:block;text-align:end;font-size:11px}
blockquote{margin:4px 0;padding-inline-start:8px;border-inline-start:3px solid var(--accent);color:var(--quiet);font-size:13px}
img,video{display:block;max-width:100%;max-height:420px;border-radius:12px;margin:4px 0}
audio{width:100%;min-width:240px}.preview{border:1px solid var(--line);border-radius:12px;padding:8px;font-size:13px}
.reactions span{border:1px solid var(--line);border-radius:12px;padding:1px 8px;margin-inline-end:4px;font-size:13px}
ul{list-style:none;padding:0}li{padding:10px 0;border-bottom:1px solid var(--line)}a{color:var(--accent)}
@media print{body{background:#fff}article{break-inside:avoid}}
`
