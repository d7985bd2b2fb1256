package chat

import (
	"fyne.io/fyne/v2"

	"sotto/assets"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// messages is the list of a conversation. It keeps what is in view where it is
// while rows come and go around it.
type messages struct {
	v        *View
	list     *widget.VirtualList
	items    []vm.ChatItem
	built    map[string]builtBubble
	expanded map[string]bool
	found    string        // words that are marked
	pending  *vm.ChatPlace // where to go once there is room
}

// builtBubble keeps the parsed text of an item.
type builtBubble struct {
	item     vm.ChatItem
	found    string
	expanded bool
	model    widget.BubbleModel
}

func newMessages(v *View) *messages {
	m := &messages{v: v, built: map[string]builtBubble{}, expanded: map[string]bool{}}
	m.list = widget.NewVirtualList(m)
	m.list.FromBottom, m.list.RowEstimate, m.list.MaxColumn = true, 56, theme.MessageColumn
	m.list.Side, m.list.PadTop, m.list.PadBottom = theme.Space24, theme.Space16, theme.Space12
	m.list.OnVisible = func(first, last int) {
		if v.vm != nil {
			v.vm.Visible(first, last)
		}
		v.scrolled()
	}
	m.list.OnScrolled = v.scrolled
	m.list.OnMove = m.move
	m.list.OnActivate = m.activate
	m.list.OnKey = m.key
	return m
}

func (m *messages) setNarrow(narrow bool) {
	m.list.Side = m.v.side()
	m.list.ChangedAll()
}

// update shows other items. The list is told the least that has changed: rows
// in the middle go and come, rows around them show something else.
func (m *messages) update(items []vm.ChatItem, place *vm.ChatPlace) {
	if place != nil && place.Fresh {
		m.items = items
		m.forget()
		m.list.SetAdapter(m)
		m.goTo(place)
		return
	}
	old := m.items
	keep, y := m.landmark(items)
	head, tail := common(old, items)
	if gone := len(old) - head - tail; gone > 0 {
		m.items = append(append(make([]vm.ChatItem, 0, head+tail), old[:head]...), old[len(old)-tail:]...)
		m.list.Removed(head, gone)
	}
	m.items = items
	if come := len(items) - head - tail; come > 0 {
		m.list.Inserted(head, come)
	}
	var changed []int
	for i := range head {
		if old[i] != items[i] {
			changed = append(changed, i)
		}
	}
	for i := len(items) - tail; i < len(items); i++ {
		if old[i-len(items)+len(old)] != items[i] {
			changed = append(changed, i)
		}
	}
	if len(changed) > 0 {
		m.list.Changed(changed...)
	}
	m.forget()
	switch {
	case place != nil:
		m.goTo(place)
	case keep != "":
		m.list.Restore(keep, y)
	}
}

// common counts the items that are the same rows at both ends.
func common(a, b []vm.ChatItem) (head, tail int) {
	n := min(len(a), len(b))
	for head < n && a[head].Key == b[head].Key {
		head++
	}
	for tail < n-head && a[len(a)-1-tail].Key == b[len(b)-1-tail].Key {
		tail++
	}
	return head, tail
}

// landmark returns a message in view that stays, and where it stands: a line
// between days may move when older messages come, a message does not. There is
// none at the end, where the list keeps to the end.
func (m *messages) landmark(items []vm.ChatItem) (key string, y float32) {
	first, last := m.list.VisibleRange()
	if m.list.AtBottom() || last < first {
		return "", 0
	}
	stays := make(map[string]bool, len(items))
	for i := range items {
		if items[i].Kind == vm.ItemMessage || items[i].Kind == vm.ItemLine {
			stays[items[i].Key] = true
		}
	}
	for i := max(first, 0); i <= last && i < len(m.items); i++ {
		if row := m.list.Row(i); row != nil && stays[m.items[i].Key] {
			return m.items[i].Key, row.Position().Y
		}
	}
	return "", 0
}

// goTo scrolls; a list without a size yet does so when it has one.
func (m *messages) goTo(place *vm.ChatPlace) {
	if m.list.Size().Height <= 0 {
		m.pending = place
		return
	}
	m.pending = nil
	if place.End {
		m.list.ScrollToBottom()
		return
	}
	align := widget.AtTop
	if place.Centre {
		align = widget.AtCentre
	}
	for i := range m.items {
		if m.items[i].Key == place.Key {
			m.list.ScrollTo(i, align)
			return
		}
	}
}

// placed is called after each layout of the screen.
func (m *messages) placed() {
	if m.pending != nil {
		m.goTo(m.pending)
	}
}

// forget drops bubbles that are no longer in memory.
func (m *messages) forget() {
	if len(m.built) < 2*len(m.items)+64 {
		return
	}
	kept := make(map[string]builtBubble, len(m.items))
	for i := range m.items {
		if b, ok := m.built[m.items[i].Key]; ok {
			kept[m.items[i].Key] = b
		}
	}
	m.built = kept
}

// find marks words in the messages.
func (m *messages) find(f vm.ChatFind) {
	words := ""
	if f.Open {
		words = f.Text
	}
	if words != m.found {
		m.found = words
		m.list.ChangedAll()
	}
}

// leave stops what moves.
func (m *messages) leave() {
	for i := range m.items {
		if p, ok := m.list.Row(i).(widget.Parker); ok && m.items[i].Kind == vm.ItemTyping {
			p.Park()
		}
	}
}

// Len implements widget.ListAdapter.
func (m *messages) Len() int { return len(m.items) }

// Key implements widget.ListAdapter.
func (m *messages) Key(i int) string { return m.items[i].Key }

// Kind implements widget.ListAdapter.
func (m *messages) Kind(i int) int { return int(m.items[i].Kind) }

// Height implements widget.ListAdapter.
func (m *messages) Height(i int, width float32) float32 {
	switch it := &m.items[i]; it.Kind {
	case vm.ItemDay:
		return widget.HeightOfDayLine
	case vm.ItemUnread:
		return widget.HeightOfUnreadLine
	case vm.ItemLine:
		return widget.HeightOfSystemLine(lineIcons[it.Message.Line], wordSpans(it.Message.Words), width)
	case vm.ItemTyping:
		return widget.HeightOfTyping(it.First)
	}
	model := m.bubble(i)
	return widget.HeightOfBubble(&model, width)
}

// CreateRow implements widget.ListAdapter.
func (m *messages) CreateRow(kind int) fyne.CanvasObject {
	switch vm.ChatItemKind(kind) {
	case vm.ItemDay:
		return widget.NewDayLine("")
	case vm.ItemUnread:
		return widget.NewUnreadLine("")
	case vm.ItemLine:
		return widget.NewSystemLine("", nil)
	case vm.ItemTyping:
		return widget.NewTyping()
	}
	return widget.NewBubble()
}

// Bind implements widget.ListAdapter.
func (m *messages) Bind(o fyne.CanvasObject, i int) {
	it := m.items[i]
	switch o := o.(type) {
	case *widget.DayLine:
		o.Set(it.Text)
	case *widget.UnreadLine:
		o.Set(it.Text)
	case *widget.SystemLine:
		o.Set(lineIcons[it.Message.Line], wordSpans(it.Message.Words))
	case *widget.Typing:
		o.First = it.First
		o.Unpark()
	case *widget.Bubble:
		m.bind(o, i)
	}
}

var lineIcons = map[vm.ChatLine]assets.IconName{
	vm.LineTimer: assets.IconTimer, vm.LineAccepted: assets.IconCheck, vm.LineSaved: assets.IconDownload,
	vm.LineScreenshot: assets.IconScreen, vm.LineMissedCall: assets.IconPhone, vm.LineGroup: assets.IconGroup,
}

func wordSpans(words []vm.ChatWords) []widget.Span {
	out := make([]widget.Span, len(words))
	for i, w := range words {
		out[i].Text = w.Text
		if w.Strong {
			out[i].Kind = widget.Strong
		}
	}
	return out
}

// move walks through the messages with the keyboard.
func (m *messages) move(by int) bool {
	if i := m.v.vm.MoveCursor(by); i >= 0 {
		m.list.ScrollTo(i, widget.Nearest)
	}
	return true
}

// activate opens the menu of the chosen message.
func (m *messages) activate() {
	chosen := m.v.vm.Chosen()
	if chosen == nil {
		return
	}
	for i := range m.items {
		b, ok := m.list.Row(i).(*widget.Bubble)
		if !ok || m.items[i].Message != chosen {
			continue
		}
		at, size := b.BubbleFrame()
		origin := fyne.CurrentApp().Driver().AbsolutePositionForObject(b)
		m.v.menu(b, origin.Add(at).AddXY(min(24, size.Width), size.Height), chosen)
	}
}

// key does with the chosen message what its menu says.
func (m *messages) key(k *fyne.KeyEvent) bool {
	chosen := m.v.vm.Chosen()
	if chosen == nil {
		return false
	}
	switch k.Name {
	case fyne.KeyDelete, fyne.KeyBackspace:
		m.v.deleteMessage(chosen)
	case fyne.KeyR:
		m.v.reply(chosen)
	case fyne.KeyC:
		m.v.copyText(chosen)
	default:
		return false
	}
	return true
}
