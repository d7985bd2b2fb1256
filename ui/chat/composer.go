package chat

import (
	"strconv"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// bottom is what stands under the messages: a note on requests and blocking,
// and the composer.
type bottom struct {
	v        *View
	object   *fyne.Container
	bar      *fyne.Container // no connection, in one column: else it stands over the list
	note     *fyne.Container // request, waiting or blocked
	composer *widget.Composer
	send     *widget.IconButton
	emoji    *widget.IconButton
	files    *widget.IconButton
	mic      *widget.IconButton
	recorder *recorderBar
	shown    noteKey
	told     vm.ConnectionBar
	quote    *vm.ChatReply
	link     *vm.ChatLink
	whisper  *vm.Whispering
	editing  *vm.Editing
	suggest  *suggestions
	before   string // the text before the last change
}

// noteKey is what the note depends on.
type noteKey struct {
	request model.RequestState
	blocked bool
	name    string
	closed  string
	inviter string
}

// counterFrom is how many characters are left when they begin to be counted.
const counterFrom = 200

func newBottom(v *View) *bottom {
	b := &bottom{v: v, bar: container.NewStack(), note: container.NewStack()}
	b.send = widget.Name(widget.NewIconButton(assets.IconSend, text.T("chat.send_tip"), b.submit), "composer.send")
	b.send.Solid = true
	b.send.Hide()
	b.emoji = widget.Name(widget.NewIconButton(assets.IconEmoji, text.T("chat.emoji_tip"), b.pickEmoji), "composer.emoji")
	b.files = widget.Name(widget.NewIconButton(assets.IconAttach, text.T("files.attach_tip"), v.attach), "composer.attach")
	b.mic = widget.Name(widget.NewIconButton(assets.IconMic, text.T("sound.record_tip"), v.record), "composer.mic")
	b.recorder = newRecorderBar(v)
	var left []fyne.CanvasObject
	right := []fyne.CanvasObject{b.emoji, b.send}
	if v.actions.Media != nil {
		left, right = []fyne.CanvasObject{b.files}, append(right, b.mic)
	}
	b.composer = widget.NewComposer(text.T("chat.placeholder"), left, right)
	area := b.composer.Area
	area.Name = "composer.text"
	area.OnChanged = b.typed
	area.OnSubmit = b.submit
	area.SetLimit(maxComposed)
	area.OnPaste = b.pasting
	area.OnUp = func() bool {
		v.vm.ReplyStep(-1)
		return true
	}
	area.OnKey = b.key
	b.composer.OnResized = v.layout
	b.suggest = newSuggestions(b)
	b.note.Hide()
	b.bar.Hide()
	b.object = container.New(bottomLayout{b}, b.bar, b.note, b.composer, b.recorder.object)
	return b
}

func (b *bottom) focus() {
	if b.composer.Visible() {
		b.composer.Area.Focus()
	}
}

// key sees keys before the text does.
func (b *bottom) key(k *fyne.KeyEvent) bool {
	area := b.composer.Area
	area.SwapEnter = b.v.vm.Settings().NewlineOnEnter
	if b.suggest.key(k) {
		return true
	}
	switch {
	case k.Name == fyne.KeyDown && b.v.vm.Reply != nil && area.Len() == 0:
		b.v.vm.ReplyStep(1)
	case (k.Name == fyne.KeyPageUp || k.Name == fyne.KeyPageDown) && area.Len() == 0:
		b.v.messages.list.TypedKey(k)
	default:
		return false
	}
	return true
}

func (b *bottom) typed(s string) {
	if emoji, n := b.v.vm.CompleteName(b.composer.Area.BeforeCaret()); n > 0 && len(s) > len(b.before) {
		b.before = s
		b.v.vm.NoteEmoji(emoji)
		b.composer.Area.ReplaceBefore(n, emoji) // and comes back here
		return
	}
	b.before = s
	b.v.vm.Typed(s)
	b.count()
	b.suggest.update()
}

// maxComposed bounds what is written at once, in characters: five messages. More
// could not be sent, and would make writing slow.
const maxComposed = 10_000

// pasting says so when not all of the clipboard has room.
func (b *bottom) pasting() bool {
	content := fyne.CurrentApp().Clipboard().Content()
	if b.v.pasteFiles(content) {
		return true
	}
	n := utf8.RuneCountInString(content)
	if b.composer.Area.Len()+n > maxComposed {
		b.v.Notice(text.T("chat.pasted_part"))
	}
	return false
}

// submit sends, or says why not: too long a text is told about, not cut.
func (b *bottom) submit() {
	if n := b.v.vm.Left(); n < 0 {
		b.v.Notice(text.N("chat.over_limit", -n))
		return
	}
	b.v.vm.Send()
}

// count shows the send button when there is something to send, and how many
// characters are left when they are few.
func (b *bottom) count() {
	area, left := b.composer.Area, b.v.vm.Left()
	note := ""
	switch {
	case left < 0:
		note = text.F("chat.too_many", "n", strconv.Itoa(-left))
	case left <= counterFrom:
		note = text.F("chat.left", "n", strconv.Itoa(left))
	}
	b.composer.SetNote(note, left < 0)
	if some := area.Len() > 0; some != b.send.Visible() {
		show(b.send, some)
		show(b.mic, !some && b.v.vm.CanAttach())
		b.composer.Refresh()
	}
}

// composerChanged shows the text, if it is another one, the reply, and the
// preview of a link.
func (b *bottom) composerChanged(s *string) {
	if s != nil {
		b.before = *s
		b.composer.Area.SetText(*s)
		b.count()
		b.suggest.close()
	}
	c := b.v.vm
	asked := b.quote != c.Reply || b.whisper != c.Whisper || b.editing != c.Editing
	if !asked && b.link == c.Link {
		return
	}
	b.quote, b.whisper, b.editing, b.link = c.Reply, c.Whisper, c.Editing, c.Link
	if c.Loaded() {
		show(b.files, c.CanAttach())
		show(b.mic, c.CanAttach() && !b.send.Visible())
	}
	if b.above() && asked {
		b.focus()
	}
}

// above shows over the text what becomes of it: an answer, a whisper, another
// text for a message. It reports whether there is anything.
func (b *bottom) above() bool {
	bars := container.New(widget.Column{Gap: theme.Space4})
	add := func(icon assets.IconName, title, line, tip string, stop func()) {
		bars.Add(widget.NewQuoteBar(widget.NewIcon(icon, 20, theme.Text2), title, line, tip, stop))
	}
	if e := b.editing; e != nil {
		add(assets.IconEdit, text.T("chat.editing"), e.Text, text.T("chat.cancel_edit"), func() { b.v.vm.StopEditing() })
	}
	if w := b.whisper; w != nil {
		add(assets.IconEye, w.Label, w.Line, text.T("chat.cancel_whisper"), func() { b.v.vm.StopWhispering() })
	}
	if q := b.quote; q != nil {
		add(assets.IconReply, q.Title, q.Text, text.T("chat.cancel_reply"), func() { b.v.vm.CancelReply() })
	}
	if l := b.link; l != nil {
		add(assets.IconLink, l.Page.Title, l.Host, text.T("chat.cancel_preview"), b.v.vm.CancelLink)
	}
	if len(bars.Objects) == 0 {
		b.composer.SetAbove(nil)
		return false
	}
	b.composer.SetAbove(bars)
	return true
}

// update shows the note that the state of the conversation asks for.
func (b *bottom) update() {
	h := b.v.vm.Head
	b.connection(h.Bar)
	k := noteKey{h.Request, h.Blocked, h.Title, h.Closed, h.Inviter}
	if b.files != nil && b.v.vm.Loaded() {
		show(b.files, b.v.vm.CanAttach())
		show(b.mic, b.v.vm.CanAttach() && !b.send.Visible())
	}
	show(b.composer, !h.Blocked && !b.recorder.object.Visible() && h.Closed == "" && b.v.vm.Loaded())
	if k == b.shown {
		return
	}
	b.shown = k
	var note fyne.CanvasObject
	switch {
	case h.Blocked:
		note = b.blocked(h.Title)
	case h.Request == model.RequestIncoming && h.Kind == model.KindGroup:
		note = b.invitation(h.Title, h.Inviter)
	case h.Closed != "":
		note = widget.NewBanner(widget.Neutral, assets.IconLock, widget.Text(h.Closed))
	case h.Request == model.RequestIncoming:
		note = b.request(h.Title)
	case h.Request == model.RequestOutgoing:
		note = widget.NewBanner(widget.Neutral, assets.IconClock, widget.Text(text.F("chat.waiting", "who", h.Title)))
	}
	b.note.Objects = nil
	if note != nil {
		b.note.Objects = []fyne.CanvasObject{note}
	}
	show(b.note, note != nil)
	b.note.Refresh()
}

// connection says what works while there is no network.
func (b *bottom) connection(bar vm.ConnectionBar) {
	if !b.v.narrow {
		bar = vm.ConnectionBar{}
	}
	if bar == b.told {
		return
	}
	b.told = bar
	b.bar.Objects = nil
	if bar.Title != "" {
		icon := assets.IconOffline
		if bar.Bad {
			icon = assets.IconWarning
		}
		var do []fyne.CanvasObject
		if bar.Do == vm.DoNothing {
			do = append(do, widget.Name(widget.NewButton(text.T("path.retry"), widget.Ghost, b.v.vm.TryNow).Sized(widget.Compact), "chat.try_now"))
		}
		b.bar.Objects = []fyne.CanvasObject{widget.NewBanner(widget.WarnTone, icon,
			[]widget.Span{{Text: bar.Title, Kind: widget.Strong}, {Text: " " + bar.Detail}}, do...)}
	}
	show(b.bar, bar.Title != "")
	b.bar.Refresh()
}

func (b *bottom) blocked(name string) fyne.CanvasObject {
	undo := widget.Name(widget.NewButton(text.T("chat.unblock"), widget.Outlined, func() { b.v.vm.Unblock() }).Sized(widget.Compact), "chat.unblock")
	return widget.NewBanner(widget.Neutral, assets.IconBlock, widget.Text(text.F("chat.blocked", "who", name)), undo)
}

// request asks what to do with somebody who is not known.
func (b *bottom) request(name string) fyne.CanvasObject {
	v := b.v
	accept := widget.Name(widget.NewButton(text.T("chat.accept"), widget.Primary, func() { v.vm.Accept() }), "request.accept")
	decline := widget.Name(widget.NewButton(text.T("chat.decline"), widget.Secondary, func() {
		widget.Confirm(v.canvas(), text.T("chat.decline_title"), text.F("chat.decline_body", "who", name), text.T("chat.decline"), true, v.vm.Decline)
	}), "request.decline")
	block := widget.Name(widget.NewButton(text.T("chat.block"), widget.DangerSoft, func() {
		widget.Confirm(v.canvas(), text.F("chat.block_title", "who", name), text.F("chat.block_body", "who", name), text.T("chat.block"), true, v.vm.Block)
	}), "request.block")
	return widget.NewCard(container.New(widget.Column{Gap: 8},
		widget.NewParagraph(text.F("chat.request_title", "who", name), widget.BodyBold, theme.Text, 0),
		widget.NewParagraph(text.F("chat.request_body", "who", name), widget.Small, theme.Text2, 0),
		container.New(widget.Inset{Top: 4}, container.New(widget.Flow{Gap: 8}, accept, decline, widget.NewSpacer(nil), block)),
	), 16)
}

// invitation asks whether to join a group.
func (b *bottom) invitation(group, inviter string) fyne.CanvasObject {
	v := b.v
	title := text.F("chat.invited_title", "group", group)
	if inviter != "" {
		title = text.F("chat.invited_title_by", "group", group, "who", inviter)
	}
	accept := widget.Name(widget.NewButton(text.T("chat.invited_accept"), widget.Primary, func() { v.vm.Accept() }), "request.accept")
	decline := widget.Name(widget.NewButton(text.T("chat.invited_decline"), widget.Secondary, func() {
		widget.Confirm(v.canvas(), text.F("chat.invited_decline_title", "group", group), text.T("chat.invited_decline_body"), text.T("chat.invited_decline"), true, v.vm.Decline)
	}), "request.decline")
	buttons := []fyne.CanvasObject{accept, decline}
	if inviter != "" {
		block := widget.Name(widget.NewButton(text.F("chat.invited_block", "who", inviter), widget.DangerSoft, func() {
			widget.Confirm(v.canvas(), text.F("chat.block_title", "who", inviter), text.F("chat.invited_block_body", "who", inviter), text.T("chat.block"), true, v.vm.Block)
		}), "request.block")
		buttons = append(buttons, widget.NewSpacer(nil), block)
	}
	return widget.NewCard(container.New(widget.Column{Gap: 8},
		widget.NewParagraph(title, widget.BodyBold, theme.Text, 0),
		widget.NewParagraph(text.T("chat.invited_body"), widget.Small, theme.Text2, 0),
		container.New(widget.Inset{Top: 4}, container.New(widget.Flow{Gap: 8}, buttons...)),
	), 16)
}

// heightFor measures the bottom in a width. Wrapped text knows its height only
// once it has its width.
func (b *bottom) heightFor(width float32) float32 {
	h := float32(0)
	for _, o := range []fyne.CanvasObject{b.bar, b.note, b.composer, b.recorder.object} {
		if !o.Visible() {
			continue
		}
		if h > 0 {
			h += theme.Space8
		}
		h += heightIn(o, width)
	}
	return h
}

// heightIn gives an object a width and asks for its height. A column in a card
// takes one more round.
func heightIn(o fyne.CanvasObject, width float32) float32 {
	if o.Size().Width != width {
		o.Resize(fyne.NewSize(width, o.MinSize().Height))
	}
	return o.MinSize().Height
}

// bottomLayout stacks the note over the composer.
type bottomLayout struct{ b *bottom }

// MinSize implements fyne.Layout.
func (l bottomLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(200, 0) }

// Layout implements fyne.Layout.
func (l bottomLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, part := range o {
		if !part.Visible() {
			continue
		}
		h := heightIn(part, size.Width)
		put(part, 0, y, size.Width, h)
		y += h + theme.Space8
	}
}

// pickEmoji opens the picker over the composer.
func (b *bottom) pickEmoji() {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(b.composer)
	corner := at.AddXY(b.composer.Size().Width, -theme.Space12)
	b.emoji.SetOn(true)
	openPicker(b.v.vm, b.composer, corner, func(emoji string) {
		b.v.vm.NoteEmoji(emoji)
		b.composer.Area.Insert(emoji)
	}, func() {
		b.emoji.SetOn(false)
		b.focus()
	})
}
