// Package chats is the list of conversations with its search: the left pane of
// the window.
//
// New makes it; the window places Search in its top bar and Object below, and
// asks Next for the neighbour of the open conversation. Message requests, the
// own avatar and banners are the window's; SetRequests tells how many requests
// their filter counts, where no banner leads to them.
package chats

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"

	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Actions are what the pane asks of the window.
type Actions struct {
	Open     func(conv model.ConversationID)                                   // a row: where the reader left off
	Found    func(conv model.ConversationID, at model.MessageID, query string) // a message that a search has found
	Details  func(conv model.ConversationID)                                   // "Details" of a row's menu
	NewChat  func()                                                            // from an empty list or search
	Requests func()                                                            // from their filter
	Near     func(conv model.ConversationID)                                   // the pointer came to a row; may be nil
}

// View is the pane.
type View struct {
	OnCount func(n int) // how many conversations there are, when that changes
	// OnAttention tells how many messages ask for attention, when that changes.
	OnAttention func(n int)
	attention   int

	actions Actions
	near    model.ConversationID // under the pointer last
	vm      *vm.Chats
	search  *widget.TextField
	ground  *widget.Surface
	page    *fyne.Container
	chips   *widget.ChipRow
	body    *widget.Surface
	list    *widget.VirtualList
	results *results

	count    int
	requests int
	cursor   model.ConversationID // of the keyboard, while the list has it
	moved    time.Time            // the pointer, on a row
	drag     model.ConversationID // the pinned row being dragged
	dropped  bool                 // it stands at another place
}

// New makes the pane and begins to read.
func New(desk vm.Desk, e vm.ChatsEngine, a Actions) *View {
	v := &View{actions: a, OnCount: func(int) {}, OnAttention: func(int) {}, count: -1}
	v.search = widget.Name(widget.NewSearchField(text.T("chats.search"), "Ctrl K"), "chats.search")
	v.search.OnChanged = func(s string) { v.vm.Search(s) }
	v.search.OnKey = v.searchKey
	v.list = widget.NewVirtualList(rows{v})
	v.list.RowEstimate, v.list.Side, v.list.PadBottom = theme.RowHeight, theme.Space8, theme.Space8
	v.list.OnMove = v.moveCursor
	v.list.OnActivate = func() {
		if v.cursor != "" {
			v.actions.Open(v.cursor)
		}
	}
	v.list.OnKey = v.listKey
	v.list.OnFocus = func(on bool) {
		if !on {
			v.setCursor("")
		}
	}
	v.results = newResults(v)
	v.chips, v.body = widget.NewChipRow(), widget.NewSurface(widget.NoGround, nil)
	v.chips.Hide()
	v.page = container.New(pane{}, v.chips, v.body)
	v.ground = widget.NewSurface(widget.NoGround, v.page)
	v.vm = vm.NewChats(desk, e, clock.System, v)
	v.vm.Held = v.held
	return v
}

// aim is how long it takes from the last movement of the pointer to the press:
// no row slips away under it meanwhile.
const aim = 700 * time.Millisecond

func (v *View) pointed(conv model.ConversationID) {
	v.moved = clock.System.Now()
	if v.near != conv && v.actions.Near != nil {
		v.actions.Near(conv)
	}
	v.near = conv
}

func (v *View) held() time.Duration {
	switch {
	case v.drag != "":
		return aim
	case v.moved.IsZero():
		return 0
	}
	return aim - clock.System.Now().Sub(v.moved)
}

// Search returns the search field, 40 high.
func (v *View) Search() fyne.CanvasObject { return v.search }

// Object returns the filters and the list, or what a search found.
func (v *View) Object() fyne.CanvasObject { return v.ground }

// FocusSearch puts the keyboard into the search field.
func (v *View) FocusSearch() {
	v.search.Focus()
	v.search.SelectAll()
}

// Select marks the row of the open conversation; "" is none.
func (v *View) Select(conv model.ConversationID) {
	v.vm.Select(conv)
	if i, ok := v.vm.Find(conv); ok && v.vm.Results == nil {
		v.list.ScrollTo(i, widget.Nearest)
	}
}

// Next returns the conversation by rows below the marked one (above when
// negative).
func (v *View) Next(by int) (model.ConversationID, bool) { return v.vm.Next(by) }

// Escape clears a search; false when there was none.
func (v *View) Escape() bool {
	if v.search.Text() == "" {
		return false
	}
	v.search.SetText("")
	v.vm.Search("")
	return true
}

// searchKey lets the arrow keys walk through what was found while the keyboard
// stays in the field.
func (v *View) searchKey(k *fyne.KeyEvent) bool {
	if v.vm.Results == nil {
		if k.Name == fyne.KeyDown {
			if c := fyne.CurrentApp().Driver().CanvasForObject(v.list); c != nil && v.vm.Len() > 0 {
				c.Focus(v.list)
				v.moveCursor(1)
			}
			return true
		}
		return false
	}
	switch k.Name {
	case fyne.KeyDown:
		v.results.move(1)
	case fyne.KeyUp:
		v.results.move(-1)
	case fyne.KeyPageDown:
		v.results.move(resultsPage)
	case fyne.KeyPageUp:
		v.results.move(-resultsPage)
	case fyne.KeyReturn, fyne.KeyEnter:
		v.results.activate()
	default:
		return false
	}
	return true
}

// ListChanged implements vm.ChatsView.
func (v *View) ListChanged() {
	v.countAttention()
	v.list.Reload()
	v.show()
}

// RowsChanged implements vm.ChatsView.
func (v *View) RowsChanged(changed []int) {
	v.countAttention()
	if len(changed) > 64 {
		v.list.ChangedAll()
	} else {
		v.list.Changed(changed...)
	}
	v.show()
}

// FiltersChanged implements vm.ChatsView.
func (v *View) FiltersChanged() {
	v.countAttention()
	v.showChips()
}

func (v *View) countAttention() {
	if n := v.vm.Attention(); n != v.attention {
		v.attention = n
		v.OnAttention(n)
	}
}

// ResultsChanged implements vm.ChatsView.
func (v *View) ResultsChanged() {
	v.results.update(v.vm.Results)
	v.showChips()
	v.show()
}

// Notice implements vm.ChatsView.
func (v *View) Notice(sentence string) { v.toast(sentence, "", nil) }

func (v *View) toast(sentence, action string, tapped func()) {
	if s := widget.StageOf(v.ground); s != nil {
		s.Toast(sentence, action, tapped, nil)
	}
}

// show puts the list, the results or the empty page in place.
func (v *View) show() {
	if n := v.vm.Total(); v.vm.Loaded && n != v.count {
		v.count = n
		v.OnCount(n)
	}
	switch {
	case v.vm.Results != nil:
		v.set(v.results.object())
	case v.vm.Loaded && v.vm.Len() == 0:
		v.set(v.empty())
	case v.vm.Loaded:
		v.set(v.list)
	}
}

func (v *View) set(o fyne.CanvasObject) {
	if v.body.Content() != o {
		v.body.SetContent(o)
	}
}

func (v *View) moveCursor(by int) bool {
	n := v.vm.Len()
	if n == 0 {
		return true
	}
	at, ok := v.vm.Find(v.cursor)
	if !ok {
		at, ok = v.vm.Find(v.vm.Selected())
		if !ok {
			at = -1
		}
	}
	at = min(max(at+by, 0), n-1)
	v.setCursor(v.vm.ID(at))
	v.list.ScrollTo(at, widget.Nearest)
	return true
}

// listKey opens the menu of the row that the keyboard is on.
func (v *View) listKey(k *fyne.KeyEvent) bool {
	if k.Name != desktop.KeyMenu && k.Name != fyne.KeyF10 {
		return false
	}
	if i, ok := v.vm.Find(v.cursor); ok {
		if row := v.list.Row(i); row != nil {
			at := fyne.CurrentApp().Driver().AbsolutePositionForObject(row)
			v.menu(v.list, at.AddXY(60, theme.RowHeight), v.vm.Row(i))
		}
	}
	return true
}

func (v *View) setCursor(id model.ConversationID) {
	var changed []int
	for _, c := range []model.ConversationID{v.cursor, id} {
		if i, ok := v.vm.Find(c); ok {
			changed = append(changed, i)
		}
	}
	v.cursor = id
	v.list.Changed(changed...)
}
