package widget

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Seen is something that Inspect found on the screen: a named control or a
// text. X, Y, W and H are the part in view, in pixels of the window.
type Seen struct {
	Name string  `json:"name"`
	Text string  `json:"text"`
	X    float32 `json:"x"`
	Y    float32 `json:"y"`
	W    float32 `json:"w"`
	H    float32 `json:"h"`
	// Disabled says that pressing it does nothing now.
	Disabled bool `json:"disabled,omitempty"`
}

// Inspect returns what a window shows at this moment, in drawing order: its
// content, then its overlays. What is hidden, or scrolled out of view, is not
// in it. Call it on the interface's goroutine.
func Inspect(c fyne.Canvas) []Seen {
	in := &inspector{scale: c.Scale()}
	all := area{0, 0, c.Size().Width, c.Size().Height}
	in.walk(c.Content(), 0, 0, all, false)
	for _, o := range c.Overlays().List() {
		in.walk(o, 0, 0, all, false)
	}
	return in.seen
}

// Find returns the object that Inspect lists under a name, the last of several,
// or nil: for programs that press controls without a pointer.
func Find(c fyne.Canvas, name string) fyne.CanvasObject {
	in := &inspector{scale: c.Scale(), looking: name}
	all := area{0, 0, c.Size().Width, c.Size().Height}
	in.walk(c.Content(), 0, 0, all, false)
	for _, o := range c.Overlays().List() {
		in.walk(o, 0, 0, all, false)
	}
	return in.found
}

type area struct{ x1, y1, x2, y2 float32 }

func (a area) cut(b area) area {
	return area{max(a.x1, b.x1), max(a.y1, b.y1), min(a.x2, b.x2), min(a.y2, b.y2)}
}

func (a area) empty() bool { return a.x2-a.x1 < 1 || a.y2-a.y1 < 1 }

type inspector struct {
	scale   float32
	seen    []Seen
	looking string
	found   fyne.CanvasObject
}

// walk visits an object whose parent stands at x, y. told says that the texts
// below belong to something already listed with its text.
func (in *inspector) walk(o fyne.CanvasObject, x, y float32, clip area, told bool) {
	if o == nil || !o.Visible() {
		return
	}
	x, y = x+o.Position().X, y+o.Position().Y
	visible := area{x, y, x + o.Size().Width, y + o.Size().Height}.cut(clip)
	if t, ok := o.(*canvas.Text); ok {
		if !told {
			in.add("", t.Text, visible)
		}
		return
	}
	list, clips := children(o)
	if clips {
		clip = visible
	}
	if clip.empty() {
		return
	}
	if _, isWidget := o.(fyne.Widget); isWidget {
		name, text, whole := describe(o)
		if !whole && !told {
			text = joinTexts(list)
			whole = text != ""
		}
		if told && name == "" {
			text = ""
		}
		if in.add(name, text, visible) {
			d, can := o.(interface{ Disabled() bool })
			in.seen[len(in.seen)-1].Disabled = can && d.Disabled()
		}
		if f, ok := o.(*TextField); ok {
			in.add("", f.problem, visible)
		}
		if name != "" && name == in.looking && !visible.empty() {
			in.found = o
		}
		told = told || whole
		if p, ok := o.(parted); ok {
			for _, part := range p.inspectParts() {
				if _, stays := o.(leftward); !stays && rightToLeft() {
					part.X = o.Size().Width - part.X - part.W
				}
				at := area{x + part.X, y + part.Y, x + part.X + part.W, y + part.Y + part.H}
				in.add(part.Name, part.Text, at.cut(clip))
			}
		}
	}
	for _, child := range list {
		in.walk(child, x, y, clip, told)
	}
}

func (in *inspector) add(name, text string, a area) bool {
	if name == "" && text == "" || a.empty() {
		return false
	}
	in.seen = append(in.seen, Seen{
		Name: name, Text: text,
		X: a.x1 * in.scale, Y: a.y1 * in.scale, W: (a.x2 - a.x1) * in.scale, H: (a.y2 - a.y1) * in.scale,
	})
	return true
}

// children returns what an object draws, and whether it cuts off the rest.
func children(o fyne.CanvasObject) (list []fyne.CanvasObject, clips bool) {
	switch w := o.(type) {
	case *fyne.Container:
		return w.Objects, false
	case fyne.Widget:
		// The renderers of this package hold nothing, so that another one shows
		// the same objects; the toolkit keeps its own out of reach.
		r := w.CreateRenderer()
		_, clips = r.(interface{ IsClip() })
		return r.Objects(), clips
	}
	return nil, false
}

// describe returns name and text of a widget; whole says that the text is all
// there is.
func describe(o fyne.CanvasObject) (name, text string, whole bool) {
	if n, ok := o.(Named); ok {
		name = n.InspectName()
	}
	if t, ok := o.(Texted); ok {
		return name, t.InspectText(), true
	}
	return name, "", false
}

// joinTexts puts the pieces that a widget draws itself back together.
func joinTexts(list []fyne.CanvasObject) string {
	var parts []string
	for _, o := range list {
		if t, ok := o.(*canvas.Text); ok && t.Visible() && t.Text != "" {
			parts = append(parts, t.Text)
		}
	}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

func spansText(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

// InspectText implements Texted.
func (l *Label) InspectText() string { return spansText(l.Spans) }

// InspectText implements Texted.
func (f *TextField) InspectText() string {
	if f.secret {
		return ""
	}
	return f.Text()
}

// InspectText implements Texted.
func (b *Banner) InspectText() string { return spansText(b.Spans) }

// parted is a widget with places in it that it draws itself and that can be
// pressed. They are told relative to the widget.
type parted interface{ inspectParts() []Seen }

// InspectText implements Texted.
func (a *TextArea) InspectText() string { return a.Text() }

// InspectName implements Named.
func (a *TextArea) InspectName() string { return a.Name }

// InspectName implements Named: the beginning of what the message says.
func (b *Bubble) InspectName() string {
	const most = 40
	s := strings.Join(strings.Fields(b.InspectText()), " ")
	if r := []rune(s); len(r) > most {
		s = string(r[:most])
	}
	return "message:" + s
}

// InspectText implements Texted.
func (b *Bubble) InspectText() string {
	if b.model.Deleted != "" {
		return b.model.Deleted
	}
	return spansText(b.model.Spans)
}

func (b *Bubble) inspectParts() []Seen {
	l := b.lay
	if l == nil {
		return nil
	}
	var out []Seen
	add := func(name, text string, f frame) {
		out = append(out, Seen{Name: name, Text: text, X: f.x, Y: f.y, W: f.w, H: f.h})
	}
	// The row is as wide as the window; who presses a message means the bubble.
	add(b.InspectName(), b.InspectText(), l.bubble)
	add("message.time", b.model.Time, l.meta)
	if state := [...]string{"", "sending", "sent", "read", "failed"}[b.model.State]; state != "" {
		add("message.state", state, l.meta)
	}
	if b.model.Note != "" {
		add("message.note", b.model.Note, l.note)
	}
	if b.model.Quote != nil {
		add("message.quote", b.model.Quote.Title+": "+b.model.Quote.Text, l.quote)
	}
	if b.model.State == Failed {
		what, action := failTexts(&b.model)
		add("message.retry", what+" "+action, l.fail)
	}
	if l.folded {
		add("message.more", "", l.fold)
	}
	for i, f := range l.chips {
		add("message.reaction", b.model.Reactions[i].Emoji+" "+strconv.Itoa(b.model.Reactions[i].Count), f)
	}
	return out
}

// InspectText implements Texted: its rows are told one by one.
func (m *Menu) InspectText() string { return "" }

func (m *Menu) inspectParts() []Seen {
	x, y, w, h := m.frame()
	first, tops := m.shown(h)
	var out []Seen
	for i, top := range tops {
		if it := m.items[first+i]; it.Label != "" {
			out = append(out, Seen{Name: it.Name, Text: it.Label, X: x, Y: y + top, W: w, H: rowHeight(it)})
		}
	}
	return out
}

// InspectName implements Named.
func (r *ConversationRow) InspectName() string { return "chats.row:" + r.model.Name }
