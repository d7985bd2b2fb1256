package chats

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// results shows what a search found: conversations, then messages.
type results struct {
	v      *View
	data   *vm.ChatResults
	items  []result
	list   *widget.VirtualList
	cursor int // item the keyboard is on
	query  string
}

// result is a row: a heading, a conversation or a message.
type result struct {
	title string
	count string
	chat  *vm.ChatRow
	hit   *vm.ChatHit
}

const (
	headRow = iota
	foundRow
)

const headHeight = 36

func newResults(v *View) *results {
	r := &results{v: v, cursor: -1}
	r.list = widget.NewVirtualList(r)
	r.list.RowEstimate, r.list.Side, r.list.PadBottom = theme.RowHeight, theme.Space8, theme.Space8
	r.list.OnMove = func(by int) bool {
		r.move(by)
		return true
	}
	r.list.OnActivate = r.activate
	r.list.OnVisible = func(_, last int) {
		if last >= len(r.items)-8 {
			v.vm.MoreResults()
		}
	}
	return r
}

// update shows other results; another search begins at its first row.
func (r *results) update(data *vm.ChatResults) {
	r.data = data
	r.items = r.items[:0]
	if data == nil {
		r.query = ""
		return
	}
	if len(data.Chats) > 0 {
		r.items = append(r.items, result{title: text.T("chats.found_chats")})
		for i := range data.Chats {
			r.items = append(r.items, result{chat: &data.Chats[i]})
		}
	}
	if n := len(data.Messages); n > 0 {
		count := strconv.Itoa(n)
		if data.More {
			count += "+"
		}
		r.items = append(r.items, result{title: text.T("chats.found_messages"), count: count})
		for i := range data.Messages {
			r.items = append(r.items, result{hit: &data.Messages[i]})
		}
	}
	if r.query != data.Text {
		r.query = data.Text
		r.cursor = -1
		r.move(1)
		r.list.SetAdapter(r)
		return
	}
	r.cursor = min(r.cursor, len(r.items)-1)
	r.list.Reload()
}

// object returns the list, or a page when there is nothing in it.
func (r *results) object() fyne.CanvasObject {
	if len(r.items) == 0 && r.data != nil && r.data.Done {
		return r.v.page(text.T("chats.found_none_title"), text.F("chats.found_none_body", "text", r.data.Text))
	}
	return r.list
}

// move moves the cursor over rows that can be opened.
func (r *results) move(by int) {
	step := 1
	if by < 0 {
		step = -1
	}
	at := r.cursor
	for i := at + step; i >= 0 && i < len(r.items) && by != 0; i += step {
		if r.items[i].title == "" {
			at = i
			by -= step
		}
	}
	if at == r.cursor {
		return
	}
	was := r.cursor
	r.cursor = at
	r.list.Changed(was, at)
	r.list.ScrollTo(at, widget.Nearest)
}

func (r *results) activate() {
	if r.cursor >= 0 && r.cursor < len(r.items) {
		r.open(r.items[r.cursor])
	}
}

func (r *results) open(it result) {
	switch {
	case it.chat != nil:
		r.v.actions.Open(it.chat.ID, 0)
	case it.hit != nil:
		r.v.actions.Open(it.hit.Conversation, it.hit.Message)
	}
}

// Len implements widget.ListAdapter.
func (r *results) Len() int { return len(r.items) }

// Key implements widget.ListAdapter.
func (r *results) Key(i int) string {
	switch it := &r.items[i]; {
	case it.chat != nil:
		return "c" + string(it.chat.ID)
	case it.hit != nil:
		return "m" + it.hit.Message.String()
	default:
		return "h" + it.title
	}
}

// Kind implements widget.ListAdapter.
func (r *results) Kind(i int) int {
	if r.items[i].title != "" {
		return headRow
	}
	return foundRow
}

// Height implements widget.ListAdapter.
func (r *results) Height(i int, _ float32) float32 {
	if r.Kind(i) == headRow {
		return headHeight
	}
	return theme.RowHeight
}

// CreateRow implements widget.ListAdapter.
func (r *results) CreateRow(kind int) fyne.CanvasObject {
	if kind == foundRow {
		return widget.NewConversationRow()
	}
	return container.New(widget.Inset{Left: 8, Right: 8, Top: 10, Bottom: 4}, container.New(widget.Row{},
		widget.NewLabel("", widget.CaptionBold, theme.Text3), widget.NewSpacer(nil), widget.NewLabel("", widget.TimeBold, theme.Text3)))
}

// Bind implements widget.ListAdapter.
func (r *results) Bind(o fyne.CanvasObject, i int) {
	it := r.items[i]
	row, ok := o.(*widget.ConversationRow)
	if !ok {
		line := o.(*fyne.Container).Objects[0].(*fyne.Container)
		line.Objects[0].(*widget.Label).SetText(it.title)
		line.Objects[2].(*widget.Label).SetText(it.count)
		line.Refresh()
		return
	}
	row.OnTapped = func() { r.open(it) }
	row.OnMenu = nil
	var m widget.RowModel
	if it.chat != nil {
		m = rowModel(*it.chat)
		m.NameSpans = spans(vm.MarkFound(it.chat.Title, r.query))
		chat := *it.chat
		row.OnMenu = func(at fyne.Position) { r.v.menu(row, at, chat) }
	} else {
		m = widget.RowModel{
			Avatar: avatarModel(it.hit.Avatar), Name: it.hit.Title, Time: it.hit.Time,
			PreviewSpans: spans(it.hit.Parts),
		}
	}
	m.Selected, m.Cursor = false, i == r.cursor
	row.Set(m)
}

func spans(parts []vm.ChatPart) []widget.Span {
	out := make([]widget.Span, len(parts))
	for i, p := range parts {
		out[i].Text = p.Text
		if p.Found {
			out[i].Kind = widget.Found
		}
	}
	return out
}
