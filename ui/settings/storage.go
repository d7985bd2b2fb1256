package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// share is a part of what the profile takes.
type share struct {
	key   string
	size  int64
	color theme.Name
}

func (v *View) shares() []share {
	u := v.Storage.Use
	return []share{
		{"storage.database", max(u.Database-u.Free-u.Index, 0), theme.Accent},
		{"storage.index", u.Index, theme.AccentLine},
		{"storage.attachments", u.Attachments, theme.Warn},
		{"storage.logs", v.Storage.LogSize, theme.Outline},
		{"storage.free", u.Free, theme.Line},
	}
}

func (v *View) storage() []fyne.CanvasObject {
	if !v.Storage.Loaded {
		return []fyne.CanvasObject{note(text.T("storage.measuring"))}
	}
	page := []fyne.CanvasObject{
		section("storage.use", v.usage()),
		section("storage.clean", v.compact(), v.trimLink()),
	}
	return append(page, v.byConversation()...)
}

// usage is one bar of all shares, and a line for each.
func (v *View) usage() fyne.CanvasObject {
	list := v.shares()
	total := int64(0)
	bar := &shareBar{}
	box := container.New(bar)
	for _, s := range list {
		total += s.size
		bar.sizes = append(bar.sizes, s.size)
		r := canvas.NewRectangle(theme.Color(s.color))
		box.Add(r)
	}
	rows := container.New(widget.Column{},
		container.New(widget.Inset{Left: theme.Space12, Top: theme.Space12, Right: theme.Space12},
			container.New(widget.Column{Gap: theme.Space12},
				widget.NewLabel(text.F("storage.total", "size", vm.Bytes(total)), widget.BodyBold, theme.Text), box)),
		widget.Gap(theme.Space8))
	for _, s := range list {
		dot := canvas.NewCircle(theme.Color(s.color))
		if s.color == theme.Line {
			dot.StrokeColor, dot.StrokeWidth = theme.Color(theme.Outline), 1
		}
		row := v.row(s.key, nil)
		row.Lead, row.Value, row.Height = container.New(dotLayout{}, dot), vm.Bytes(s.size), 40
		if s.key == "storage.logs" && s.size > 0 {
			row.Tail = widget.Name(widget.NewButton(text.T("storage.delete"), widget.Secondary, v.Storage.DeleteLogs).Sized(widget.Compact), "storage.delete_logs")
		}
		rows.Add(v.place(s.key, row))
	}
	return rows
}

// compact writes the database anew; while it does, it shows how far it is.
func (v *View) compact() fyne.CanvasObject {
	s := v.Storage
	if s.Busy {
		bar := newProgress("storage.compacting", "storage.cancel", s.Cancel)
		v.live = func() { bar.set(s.Done, "") }
		v.live()
		return v.mark("storage.compact", bar.box, nil)
	}
	row := v.row("storage.compact", nil)
	const worthIt = 100_000
	if s.Use.Free > worthIt {
		row.Detail = text.F("storage.compact_room", "size", vm.Bytes(s.Use.Free))
	}
	do := widget.Name(widget.NewButton(text.T("storage.compact_do"), widget.Secondary, s.Compact).Sized(widget.Compact), "storage.compact_do")
	do.OnFocus = v.follow(row)
	row.Tail = do
	return v.mark("storage.compact", row, do)
}

func (v *View) trimLink() fyne.CanvasObject {
	row := v.row("storage.trim", func() {
		v.Open("conversations")
		v.jump("conversations.trim")
	})
	row.Value, row.Chevron = vm.TrimText(v.Settings.Now.TrimAfter), true
	return v.place("storage.trim", row)
}

// byConversation lists the conversations with the most messages.
func (v *View) byConversation() []fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for _, u := range v.Storage.Top() {
		c := u.Conversation
		title := vm.ConversationTitle(c)
		row := widget.NewPressRow("", title, nil)
		row.Detail = text.N("storage.messages", u.Messages)
		row.Lead = widget.NewAvatar(40, widget.AvatarModel{ID: string(c.ID), Name: title, Icon: selfIcon(c)})
		clear := widget.NewButton(text.T("storage.clear"), widget.Secondary, func() { v.clearOne(c) }).Sized(widget.Compact)
		clear.OnFocus = v.follow(row)
		row.Tail = widget.Name(clear, "storage.clear:"+title)
		rows = append(rows, widget.Name(row, "storage.row:"+title))
	}
	if len(rows) == 0 {
		return []fyne.CanvasObject{heading("storage.conversations"), v.mark("storage.conversations", note(text.T("storage.empty")), nil)}
	}
	return []fyne.CanvasObject{
		heading("storage.conversations"), v.mark("storage.conversations", card(rows...), nil), widget.Gap(theme.Space8),
		note(text.T("storage.conversations_hint")),
	}
}

func selfIcon(c model.Conversation) assets.IconName {
	if c.Kind == model.KindSelf {
		return assets.IconNote
	}
	return ""
}

func (v *View) clearOne(c model.Conversation) {
	widget.Confirm(v.window.Canvas(), text.T("storage.clear_title"), text.F("storage.clear_body", "name", vm.ConversationTitle(c)),
		text.T("storage.clear"), true, func() { v.Storage.Clear(c.ID) })
}

// shareBar sets parts side by side by their sizes.
type shareBar struct{ sizes []int64 }

const shareHeight float32 = 12

func (b *shareBar) Layout(o []fyne.CanvasObject, s fyne.Size) {
	defer widget.Turn(o, s)
	total := int64(0)
	for _, n := range b.sizes {
		total += n
	}
	x := float32(0)
	for i, c := range o {
		w := float32(0)
		if total > 0 {
			w = s.Width * float32(float64(b.sizes[i])/float64(total))
		}
		c.Move(fyne.NewPos(x, 0))
		c.Resize(fyne.NewSize(max(w-1, 0), shareHeight))
		c.(*canvas.Rectangle).CornerRadius = min(4, max(w-1, 0)/2)
		x += w
	}
}

func (b *shareBar) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(120, shareHeight) }

// dotLayout centres a dot of 12 in 20.
type dotLayout struct{}

func (dotLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	defer widget.Turn(o, s)
	o[0].Resize(fyne.NewSize(12, 12))
	o[0].Move(fyne.NewPos(4, (s.Height-12)/2))
}

func (dotLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(20, 20) }
