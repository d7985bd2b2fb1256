package chats

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
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
	by     vm.SearchFilter
	all    bool            // all conversations are shown, not only the first
	opened model.MessageID // the hit that was opened last
}

// result is a row: a heading, a conversation, the rest of them, or a message.
type result struct {
	title string
	count string
	rest  int // conversations that are not shown
	chat  *vm.ChatRow
	hit   *vm.ChatHit
}

const (
	headRow = iota
	foundRow
	restRow
)

const (
	headHeight  = 36
	restHeight  = 48
	fewChats    = 4 // conversations shown before the messages
	resultsPage = 8 // rows of a page key
)

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
		r.query, r.by, r.all, r.opened = "", vm.SearchFilter{}, false, 0
		return
	}
	if r.query != data.Text {
		r.all = false
	}
	if n := len(data.Chats); n > 0 {
		r.items = append(r.items, result{title: text.T("chats.found_chats"), count: strconv.Itoa(n)})
		few := n
		if !r.all && n > fewChats+1 {
			few = fewChats
		}
		for i := range few {
			r.items = append(r.items, result{chat: &data.Chats[i]})
		}
		if few < n {
			r.items = append(r.items, result{rest: n - few})
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
	if r.query != data.Text || r.by != data.By {
		r.query, r.by = data.Text, data.By
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
	switch {
	case len(r.items) > 0 || r.data == nil || !r.data.Done:
		return r.list
	case r.data.By.On():
		every := widget.Name(widget.NewButton(text.T("chats.found_everywhere"), widget.Secondary, func() {
			r.v.vm.SearchBy(vm.SearchFilter{})
		}), "search.everywhere")
		return r.v.sentences(text.T("chats.found_none_title"), text.F("chats.found_none_by", "text", r.data.Text), centred(every))
	}
	return r.v.offer(text.T("chats.found_none_title"), text.F("chats.found_none_body", "text", r.data.Text))
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
	case it.rest > 0:
		r.all = true
		r.update(r.data)
	case it.chat != nil:
		r.v.actions.Open(it.chat.ID)
	case it.hit != nil:
		r.opened = it.hit.Message
		r.list.ChangedAll()
		r.v.actions.Found(it.hit.Conversation, it.hit.Message, r.query)
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
	case it.rest > 0:
		return "rest"
	default:
		return "h" + it.title
	}
}

// Kind implements widget.ListAdapter.
func (r *results) Kind(i int) int {
	switch {
	case r.items[i].title != "":
		return headRow
	case r.items[i].rest > 0:
		return restRow
	}
	return foundRow
}

// Height implements widget.ListAdapter.
func (r *results) Height(i int, _ float32) float32 {
	switch r.Kind(i) {
	case headRow:
		return headHeight
	case restRow:
		return restHeight
	}
	return theme.RowHeight
}

// CreateRow implements widget.ListAdapter.
func (r *results) CreateRow(kind int) fyne.CanvasObject {
	switch kind {
	case foundRow:
		return widget.NewConversationRow()
	case restRow:
		row := widget.NewPressRow(assets.IconChevronDown, "", nil)
		row.Small, row.Height = true, restHeight
		return widget.Name(row, "search.rest")
	}
	return container.New(widget.Inset{Left: 8, Right: 8, Top: 10, Bottom: 4}, container.New(widget.Row{},
		widget.NewLabel("", widget.CaptionBold, theme.Text3), widget.NewSpacer(nil), widget.NewLabel("", widget.TimeBold, theme.Text3)))
}

// Bind implements widget.ListAdapter.
func (r *results) Bind(o fyne.CanvasObject, i int) {
	it := r.items[i]
	if rest, ok := o.(*widget.PressRow); ok {
		rest.Title, rest.Selected = text.F("chats.found_rest", "n", strconv.Itoa(it.rest)), i == r.cursor
		rest.OnTapped = func() { r.open(it) }
		rest.Refresh()
		return
	}
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
		if it.hit.Own {
			you := widget.Span{Text: text.F("chats.prefix", "who", text.T("chat.you")) + " ", Kind: widget.Dark}
			m.PreviewSpans = append([]widget.Span{you}, m.PreviewSpans...)
		}
	}
	m.Selected, m.Cursor = it.hit != nil && it.hit.Message == r.opened, i == r.cursor
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
