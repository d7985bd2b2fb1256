// Package chat is an open conversation: header, messages, composer.
//
// New makes the view of one conversation, and it stays that conversation's for
// good: for another one the window makes another view. Leave saves what is
// unsaved. What is shown and done is decided in vm.Chat; here are the widgets,
// the menus and the sheets.
package chat

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Actions are what the conversation asks of the window.
type Actions struct {
	Back    func()            // the header's back button, in one column
	Info    func()            // the header's info button
	Profile func(id model.ID) // a name, avatar or mention was pressed
	Join    func(url string)  // an address of a community was pressed
	Gone    func()            // the conversation was deleted
	// Forward asks where messages shall go; done is called once they went.
	Forward func(list []*vm.ChatMessage, done func())
	// Opened tells that the first messages are there, and the draft; may be nil.
	Opened func()
	// View opens the viewer for pictures of the conversation, at one of them.
	View func(c *vm.Chat, list []vm.ViewerPicture, at int)
	// PickFiles lets the user choose files.
	PickFiles func(chosen func(paths []string))
	// PastePicture asks for a picture on the clipboard; data is nil when there
	// is none.
	PastePicture func(done func(data []byte))
	// Media is shared by all conversations; nil: files are neither sent nor
	// played.
	Media *Media
}

// View is one open conversation.
type View struct {
	actions  Actions
	vm       *vm.Chat
	desk     vm.Desk
	engine   vm.ChatEngine
	head     *header
	messages *messages
	bottom   *bottom
	jump     *jumpButton
	empty    *emptyPage
	page     *fyne.Container
	object   *widget.Surface
	narrow   bool
	undo     func() // takes the toast with "Undo" away
	unlisten []func()
	basket   *basketSheet
}

// New opens a conversation, at a message or (0) where the reader left off.
func New(desk vm.Desk, e vm.ChatEngine, conv model.ConversationID, at model.MessageID, a Actions) *View {
	return newView(desk, e, a, func(v *View) *vm.Chat { return vm.OpenChat(desk, e, clock.System, conv, at, v) })
}

// NewRead prepares a conversation whose first page was read. Lay it out, then
// Begin shows it at once, or Drop forgets it.
func NewRead(desk vm.Desk, e vm.ChatEngine, first *vm.FirstPage, a Actions) *View {
	return newView(desk, e, a, func(v *View) *vm.Chat { return vm.OpenRead(desk, e, clock.System, first, v) })
}

func newView(desk vm.Desk, e vm.ChatEngine, a Actions, open func(*View) *vm.Chat) *View {
	v := &View{actions: a}
	v.head = newHeader(v)
	v.messages = newMessages(v)
	v.bottom = newBottom(v)
	v.jump = newJumpButton(func() { v.vm.ToEnd() })
	v.empty = newEmptyPage()
	v.page = container.New(&screen{v}, v.messages.list, v.empty.object, v.head.object, v.bottom.object, v.jump.object, v.bottom.suggest.object)
	v.object = widget.NewSurface(widget.BarePaper, v.page)
	v.desk, v.engine = desk, e
	v.vm = open(v)
	v.listen()
	return v
}

// Lay measures and places what NewRead shows first, in a window of a size.
func (v *View) Lay(size fyne.Size, narrow bool) {
	v.vm.Lay()
	v.SetNarrow(narrow)
	v.object.Resize(size)
	v.messages.leave() // nothing moves before it is seen
}

// Begin makes a prepared conversation an open one.
func (v *View) Begin() {
	v.vm.Begin()
	v.messages.wake()
}

// Drop forgets a prepared conversation that nobody has opened.
func (v *View) Drop() {
	for _, stop := range v.unlisten {
		stop()
	}
	v.messages.leave()
}

// Object returns what the window shows.
func (v *View) Object() fyne.CanvasObject { return v.object }

// SetNarrow tells whether the window shows one column.
func (v *View) SetNarrow(narrow bool) {
	if v.narrow == narrow {
		return
	}
	v.narrow = narrow
	v.messages.setNarrow(narrow)
	v.head.update()
	v.bottom.update()
	v.layout()
}

// SetInfoOn presses the info button in.
func (v *View) SetInfoOn(on bool) { v.head.info.SetOn(on) }

// Focus puts the keyboard into the composer.
func (v *View) Focus() { v.bottom.focus() }

// FocusTarget returns what Focus gives the keyboard to, nil where nothing can be
// written.
func (v *View) FocusTarget() fyne.Focusable {
	if !v.bottom.composer.Visible() {
		return nil
	}
	return v.bottom.composer.Area.FocusTarget()
}

// Still lets the composer look as it does when the keyboard goes: the view is
// about to leave the screen, and need not be painted once more for that.
func (v *View) Still() { v.bottom.composer.Area.Still() }

// Emoji opens the emoji picker for the composer.
func (v *View) Emoji() {
	if v.bottom.composer.Visible() {
		v.bottom.pickEmoji()
	}
}

// PickFiles lets the user choose files to send, where files can be sent.
func (v *View) PickFiles() {
	if v.canAttach() {
		v.attach()
	}
}

// Find opens the search in this conversation.
func (v *View) Find() {
	if !v.vm.Find.Open {
		v.vm.OpenFind()
	}
	v.head.find.focus()
}

// Escape closes the innermost thing that is open; false when there was none.
func (v *View) Escape() bool {
	if v.ownRecording() {
		v.actions.Media.Recorder.Cancel()
		return true
	}
	if v.bottom.suggest.close() {
		return true
	}
	if v.vm.CloseFind() {
		v.Focus()
		return true
	}
	if v.vm.StopPicking() {
		v.Focus()
		return true
	}
	if v.messages.unmark() {
		v.Focus()
		return true
	}
	if v.vm.CancelReply() || v.vm.StopWhispering() {
		return true
	}
	if v.vm.StopEditing() {
		v.Focus()
		return true
	}
	if v.vm.Chosen() != nil {
		v.vm.Choose(0)
		v.Focus()
		return true
	}
	return false
}

// Several reports whether this is a group or a community.
func (v *View) Several() bool { return vm.Several(v.vm.Kind()) }

// Active tells whether the window has the focus: only then are messages read.
func (v *View) Active(active bool) { v.vm.Active(active) }

// GoTo shows a message of this conversation.
func (v *View) GoTo(at model.MessageID) { v.vm.GoTo(at) }

// Leave saves draft and place; call it before the desk's context ends.
func (v *View) Leave() {
	if v.undo != nil {
		v.undo()
	}
	for _, stop := range v.unlisten {
		stop()
	}
	v.messages.leave()
	v.vm.Leave()
}

// HeadChanged implements vm.ChatView.
func (v *View) HeadChanged() {
	if v.vm == nil {
		return
	}
	v.head.update()
	v.bottom.update()
	v.jump.set(v.vm.Head.Unread)
	v.layout()
}

// ItemsChanged implements vm.ChatView.
func (v *View) ItemsChanged(place *vm.ChatPlace) {
	v.messages.look(v.vm.Settings().Appearance.Compact)
	v.messages.update(v.vm.Items, place)
	v.empty.update(v.vm)
	v.scrolled()
}

// ComposerChanged implements vm.ChatView.
func (v *View) ComposerChanged(text *string) {
	v.bottom.composerChanged(text)
	v.layout()
}

// FindChanged implements vm.ChatView.
func (v *View) FindChanged() {
	v.head.update()
	v.messages.find(v.vm.Find)
}

// Opened implements vm.ChatView.
func (v *View) Opened() {
	if v.actions.Opened != nil {
		v.actions.Opened()
	}
}

// Notice implements vm.ChatView.
func (v *View) Notice(sentence string) { v.toast(sentence, "", nil, nil) }

// Gone implements vm.ChatView.
func (v *View) Gone() { v.actions.Gone() }

func (v *View) toast(sentence, action string, tapped, expired func()) func() {
	s := widget.StageOf(v.object)
	if s == nil {
		if expired != nil {
			expired()
		}
		return func() {}
	}
	return s.Toast(sentence, action, tapped, expired)
}

// scrolled shows the button to the end when the end is out of view.
func (v *View) scrolled() {
	away := v.vm != nil && v.vm.Loaded() && (v.vm.MoreAfter() || !v.messages.list.AtBottom())
	if v.jump.object.Visible() == away {
		return
	}
	if away {
		v.jump.object.Show()
	} else {
		v.jump.object.Hide()
	}
	v.object.Refresh()
}

func (v *View) layout() { v.page.Refresh() }

func (v *View) canvas() fyne.Canvas { return fyne.CurrentApp().Driver().CanvasForObject(v.object) }

// side is the space left and right of the messages.
func (v *View) side() float32 {
	if v.narrow {
		return theme.Space16
	}
	return theme.Space24
}

// screen lays the parts of a conversation out: messages, empty page, header,
// bottom, button.
type screen struct{ v *View }

// MinSize implements fyne.Layout.
func (s *screen) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(280, 280) }

// Layout implements fyne.Layout.
func (s *screen) Layout(o []fyne.CanvasObject, size fyne.Size) {
	defer widget.Turn(o, size)
	if size.Width <= 0 || size.Height <= 0 {
		return
	}
	side, under := s.v.side(), theme.Space16
	if s.v.narrow {
		side, under = theme.Space12, theme.Space12
	}
	w := min(theme.MessageColumn, size.Width-2*side)
	x := (size.Width - w) / 2
	foot := s.v.bottom.heightFor(w)
	y := size.Height - foot
	if stage := widget.StageOf(s.v.object); stage != nil {
		stage.ToastLift = max(foot+under+theme.Space24, 88) // over the composer, however tall
	}
	if foot > 0 {
		y -= under
	}
	put(o[3], x, y, w, foot)
	put(o[2], 0, 0, size.Width, theme.HeaderHeight)
	top := theme.HeaderHeight
	put(o[0], 0, top, size.Width, max(y-top, 0))
	put(o[1], 0, top, size.Width, max(y-top, 0))
	put(o[4], size.Width-jumpSize-theme.Space24, y-jumpSize-theme.Space16, jumpSize, jumpSize)
	if list := s.v.bottom.suggest.object; list.Visible() {
		h := min(list.MinSize().Height, max(y-top-theme.Space8, 0))
		put(list, x, y-h-theme.Space8, min(w, suggestWidth), h)
	}
	s.v.messages.placed()
}

func put(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, h))
}

const jumpSize float32 = 40

// jumpButton leads to the newest message and counts those not read.
type jumpButton struct {
	object *fyne.Container
	badge  *widget.Badge
}

func newJumpButton(tapped func()) *jumpButton {
	ground := widget.NewSurface(theme.Sheet, nil)
	ground.Border, ground.Radius = theme.Line, jumpSize/2
	button := widget.Name(widget.NewIconButton("arrow-down", text.T("chat.to_end_tip"), tapped), "chat.to_end")
	j := &jumpButton{badge: widget.NewBadge(0, false)}
	j.object = container.New(jumpLayout{}, ground, button, j.badge)
	j.object.Hide()
	return j
}

func (j *jumpButton) set(unread int) {
	j.badge.SetCount(unread, false)
	j.object.Refresh()
}

type jumpLayout struct{}

func (jumpLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(jumpSize, jumpSize) }

func (jumpLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	put(o[0], 0, 0, size.Width, size.Height)
	put(o[1], 0, 0, size.Width, size.Height)
	m := o[2].MinSize()
	put(o[2], (size.Width-m.Width)/2, -m.Height/2, m.Width, m.Height)
}

// emptyPage stands in the place of messages while there are none.
type emptyPage struct {
	object      *fyne.Container
	title, body *widget.Label
}

func newEmptyPage() *emptyPage {
	const width = 320
	e := &emptyPage{
		title: widget.NewParagraph("", widget.BodyBold, theme.Text, width),
		body:  widget.NewParagraph("", widget.Small, theme.Text2, width),
	}
	e.title.Centre, e.body.Centre = true, true
	e.object = container.New(widget.Centred{Width: width, Side: 24, Middle: true},
		container.New(widget.Column{Gap: 4}, e.title, e.body))
	e.object.Hide()
	return e
}

func (e *emptyPage) update(c *vm.Chat) {
	if !c.Loaded() || len(c.Items) > 0 {
		e.object.Hide()
		return
	}
	e.title.SetText(text.T("chat.empty_title"))
	body := text.F("chat.empty_body", "who", c.Head.Title)
	switch c.Head.Kind {
	case model.KindGroup, model.KindCommunity, model.KindLegacyGroup:
		body = text.T("chat.empty_group")
	case model.KindSelf:
		body = text.T("chat.empty_self")
	}
	if c.Head.Blocked || c.Head.Closed != "" {
		body = "" // nothing can be written here
	}
	e.body.SetText(body)
	e.object.Show()
	e.object.Refresh()
}
