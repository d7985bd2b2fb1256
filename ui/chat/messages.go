package chat

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sotto/assets"
	"sotto/ui/text"
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
	compact  bool          // lines instead of bubbles
	found    string        // words that are marked
	pending  *vm.ChatPlace // where to go once there is room
	mark     mark
	pressed  fyne.KeyModifier // when the button last went down
	settling bool             // the list is being changed: what is in view will be told after
}

// builtBubble keeps the parsed text of an item.
type builtBubble struct {
	item     vm.ChatItem
	found    string
	expanded bool
	model    widget.BubbleModel
	carried  *carried // its files
}

func newMessages(v *View) *messages {
	m := &messages{v: v, built: map[string]builtBubble{}, expanded: map[string]bool{}}
	m.list = widget.Name(widget.NewVirtualList(m), "chat.messages")
	m.list.FromBottom, m.list.RowEstimate, m.list.MaxColumn = true, 56, theme.MessageColumn
	m.list.Side, m.list.PadTop, m.list.PadBottom = theme.Space24, theme.Space16, theme.Space12
	m.list.OnVisible = func(int, int) { m.seen() }
	m.list.OnScrolled = v.scrolled
	m.list.OnMove = m.move
	m.list.OnActivate = m.activate
	m.list.OnKey = m.key
	m.list.OnShortcut = m.shortcut
	return m
}

func (m *messages) setNarrow(narrow bool) {
	m.list.Side = m.v.side()
	m.list.ChangedAll()
}

// look takes over the layout the user chose.
func (m *messages) look(compact bool) {
	if m.compact != compact {
		m.compact = compact
		clear(m.built)
		m.list.ChangedAll()
	}
}

// update shows other items, and tells the view-model once what is in view in
// the end.
func (m *messages) update(items []vm.ChatItem, place *vm.ChatPlace) {
	m.settling = true
	if place != nil && place.Fresh {
		m.items = items
		m.list.SetAdapter(m)
	} else {
		m.rearrange(items)
	}
	m.forget()
	if place != nil {
		m.goTo(place)
	}
	m.settling = false
	m.seen()
}

// rearrange gives the list other items without moving what is in view. Messages
// are landmarks; a line between days may move when older messages come.
func (m *messages) rearrange(items []vm.ChatItem) {
	before := make(map[string]int, len(m.items))
	for i := range m.items {
		before[m.items[i].Key] = i
	}
	was := make([]int, len(items))
	var changed []int
	same := len(items) == len(m.items)
	for i := range items {
		j, ok := before[items[i].Key]
		if !ok {
			was[i], same = -1, false
			continue
		}
		was[i], same = j, same && i == j
		if m.items[j] != items[i] {
			changed = append(changed, i)
		}
	}
	m.items = items
	switch {
	case !same:
		m.list.Rearranged(was, changed, func(i int) bool {
			return items[i].Kind == vm.ItemMessage || items[i].Kind == vm.ItemLine
		})
	case len(changed) > 0:
		m.list.Changed(changed...)
	}
}

// seen tells the view-model what is in view.
func (m *messages) seen() {
	if m.settling || m.v.vm == nil || m.list.Size().Height <= 0 {
		return
	}
	m.v.vm.Visible(m.list.VisibleRange())
	m.v.scrolled()
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
		m.settling = true
		m.goTo(m.pending)
		m.settling = false
		m.seen()
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
	for _, b := range m.built {
		if b.carried != nil {
			b.carried.stack.Park()
		}
	}
	for i := range m.items {
		if p, ok := m.list.Row(i).(widget.Parker); ok && m.items[i].Kind == vm.ItemTyping {
			p.Park()
		}
	}
}

// wake lets what moves move again after leave.
func (m *messages) wake() {
	var moving []int
	first, last := m.list.VisibleRange()
	for i := max(first, 0); i <= last && i < len(m.items); i++ {
		if m.items[i].Kind == vm.ItemTyping || m.built[m.items[i].Key].carried != nil {
			moving = append(moving, i)
		}
	}
	if len(moving) > 0 {
		m.list.Changed(moving...)
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
		return widget.HeightOfSystemLine(lineIcons[it.Message.Line], lineSpans(it), width)
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
		o.OnTap = m.v.askDate
		o.Set(it.Text)
	case *widget.UnreadLine:
		o.Set(it.Text)
	case *widget.SystemLine:
		c := it.Message
		o.Marked, o.Picking = it.Marked || it.Picked || it.Flash, it.Picking
		o.OnLink = func() { m.v.vm.Follow(c) }
		o.OnMenu = func(at fyne.Position) { m.v.menu(o, at, c) }
		o.OnTap = func() {
			if m.v.vm.Picking() {
				m.v.vm.Pick(c.ID)
			}
		}
		o.Set(lineIcons[c.Line], lineSpans(&it))
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

// lineSpans is what a line tells, with what can be done about it.
func lineSpans(it *vm.ChatItem) []widget.Span {
	spans := wordSpans(it.Message.Words)
	if it.Follow {
		spans = append(spans, widget.Span{Text: "  "}, widget.Span{Text: text.T("chat.follow"), Kind: widget.Link})
	}
	return spans
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
	m.unmark()
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
	if m.v.vm.Picking() {
		m.v.vm.Pick(chosen.ID)
		m.v.vm.Choose(chosen.ID)
		return
	}
	for i := range m.items {
		if m.items[i].Message != chosen {
			continue
		}
		if o, ok := m.list.Row(i).(*widget.SystemLine); ok {
			origin := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
			m.v.menu(o, origin.AddXY(o.Size().Width/3, o.Size().Height), chosen)
			return
		}
		b, ok := m.list.Row(i).(*widget.Bubble)
		if !ok {
			continue
		}
		at, size := b.BubbleFrame()
		origin := fyne.CurrentApp().Driver().AbsolutePositionForObject(b)
		m.v.menu(b, origin.Add(at).AddXY(min(24, size.Width), size.Height), chosen)
	}
}

// key does with the chosen message what its menu says.
func (m *messages) key(k *fyne.KeyEvent) bool {
	if m.v.vm.Picking() && (k.Name == fyne.KeyDelete || k.Name == fyne.KeyBackspace) {
		m.v.deletePicked()
		return true
	}
	chosen := m.v.vm.Chosen()
	if chosen == nil {
		return false
	}
	switch k.Name {
	case fyne.KeyDelete, fyne.KeyBackspace:
		m.v.deleteMessage(chosen)
	case fyne.KeyR:
		afterLetter(func() { m.v.reply(chosen) })
	case fyne.KeyC:
		m.v.copyText(chosen)
	case fyne.KeyI:
		if chosen.Line == vm.LineNone && !chosen.Deleted {
			m.v.showInfo(chosen)
		}
	case fyne.KeyE:
		afterLetter(func() { m.reactTo(chosen) })
	case fyne.KeyF:
		afterLetter(func() { m.v.forward(chosen) })
	case fyne.KeyS, fyne.KeyX:
		m.v.vm.Pick(chosen.ID)
		m.v.vm.Choose(chosen.ID)
	case desktop.KeyMenu:
		m.activate()
	default:
		return false
	}
	return true
}

// afterLetter does what a letter key means once its letter is through: what
// takes the keyboard at once would have the letter typed into it.
func afterLetter(do func()) { fyne.Do(do) }
