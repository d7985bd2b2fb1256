package datasheet

import (
	"cmp"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// atMost is how many conversations are offered one by one.
const atMost = 300

// restore chooses a backup, and what of it comes back.
type restore struct {
	*widget.Sheet
	w    Window
	m    *vm.Data                      // restores what is chosen
	gone func(file, passphrase string) // takes the backup over, instead of m
	path *widget.TextField
	pass *widget.TextField
	body *fyne.Container
	next *widget.Button

	looking bool
	info    *engine.BackupInfo // read; nil before
	some    bool
	chosen  map[model.ConversationID]bool
}

// Restore asks for a backup and its passphrase, and then what of it is wanted.
func Restore(w Window, m *vm.Data) { open(w, m, nil) }

// Choose asks for a backup and its passphrase and hands both over once it opens.
func Choose(w Window, chosen func(file, passphrase string)) { open(w, nil, chosen) }

func open(w Window, m *vm.Data, chosen func(file, passphrase string)) {
	r := &restore{w: w, m: m, gone: chosen, body: container.New(widget.Column{Gap: theme.Space12}), chosen: map[model.ConversationID]bool{}}
	r.path = widget.Name(widget.NewTextField(text.T("data.restore_file")).Large().WithIcon(assets.IconFile), "data.path")
	r.pass = widget.Name(widget.NewSecretField(text.T("data.passphrase")).Large().WithIcon(assets.IconKey), "data.passphrase")
	r.next = widget.Name(widget.NewButton("", widget.Primary, r.onward), "data.next")
	typed := func(string) {
		r.path.SetError("")
		r.pass.SetError("")
		r.update()
	}
	r.path.OnChanged, r.pass.OnChanged = typed, typed
	r.path.OnSubmitted = func(string) { w.Canvas().Focus(r.pass.FocusTarget()) }
	r.pass.OnSubmitted = func(string) { r.onward() }
	r.Sheet = widget.NewSheet(text.T("data.restore_title"), r.body)
	r.Width = width
	r.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, r.Dismiss), r.next)
	r.OnClose = func() { r.pass.SetText("") }
	r.SetInitialFocus(r.path.FocusTarget())
	r.update()
	r.Open(w.Canvas())
}

func (r *restore) update() {
	if r.info == nil {
		pick := widget.Name(widget.NewButton(text.T("data.restore_choose"), widget.Secondary, func() {
			r.w.PickFile(func(path string) {
				r.path.SetText(path)
				r.path.SetError("")
				r.update()
				r.w.Canvas().Focus(r.pass.FocusTarget())
			})
		}), "data.pick")
		r.body.Objects = []fyne.CanvasObject{
			widget.NewParagraph(text.T(r.hint()), widget.Body, theme.Text2, width-2*theme.Space24),
			container.New(beside{}, r.path, pick), r.pass,
		}
		r.next.SetText(text.T("data.look"))
		if r.looking {
			r.next.SetText(text.T("data.looking"))
		}
		r.next.SetDisabled(r.looking || strings.TrimSpace(r.path.Text()) == "" || r.pass.Text() == "")
	} else {
		r.body.Objects = r.choice()
		r.next.SetText(text.T("data.restore_do"))
		r.next.SetDisabled(r.some && len(r.chosen) == 0)
	}
	r.body.Refresh()
	if r.Sheet != nil && r.IsOpen() {
		r.Refresh()
	}
}

// choice says what is in the backup and lets the user choose.
func (r *restore) choice() []fyne.CanvasObject {
	pick := func(some bool) func() {
		return func() {
			r.some = some
			r.update()
		}
	}
	list := []fyne.CanvasObject{
		widget.NewParagraph(vm.BackupLine(*r.info), widget.Body, theme.Text, width-2*theme.Space24),
		widget.Name(widget.NewRadio(text.T("data.all"), !r.some, pick(false)), "data.all"),
		widget.Name(widget.NewRadio(text.T("data.some"), r.some, pick(true)), "data.some"),
	}
	if !r.some {
		return list
	}
	for _, c := range r.offered() {
		check := widget.NewCheck(widget.Facts(vm.BackupTitle(c), text.N("storage.messages", c.Messages)), r.chosen[c.ID], func(on bool) {
			if on {
				r.chosen[c.ID] = true
			} else {
				delete(r.chosen, c.ID)
			}
			r.next.SetDisabled(len(r.chosen) == 0)
		})
		list = append(list, container.New(widget.Inset{Left: theme.Space24}, widget.Name(check, "data.conversation:"+c.Title)))
	}
	return list
}

// offered are the conversations that hold something, the latest first.
func (r *restore) offered() []engine.BackupConversation {
	var list []engine.BackupConversation
	for _, c := range r.info.Conversations {
		if c.Messages > 0 {
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b engine.BackupConversation) int { return cmp.Compare(b.Last, a.Last) })
	return list[:min(len(list), atMost)]
}

// onward opens the backup, or restores what was chosen.
func (r *restore) onward() {
	if r.next.Disabled() {
		return
	}
	path, pass := strings.TrimSpace(r.path.Text()), r.pass.Text()
	if r.info != nil {
		var choice []model.ConversationID
		if r.some {
			for c := range r.chosen {
				choice = append(choice, c)
			}
		}
		r.m.Restore(path, pass, choice)
		r.Dismiss()
		return
	}
	r.looking = true
	r.update()
	vm.LookIntoBackup(r.w.Desk(), path, pass, func(info engine.BackupInfo, err error) {
		r.looking = false
		switch {
		case !r.IsOpen():
			return
		case err == nil && r.gone != nil:
			r.Dismiss()
			r.gone(path, pass)
			return
		case err != nil:
			field := r.path
			if model.ReasonOf(err) == model.ReasonLocked {
				field = r.pass
			}
			field.SetError(vm.BackupSentence(err))
		default:
			r.info = &info
		}
		r.update()
	})
}

func (r *restore) hint() string {
	if r.gone != nil {
		return "data.choose_hint"
	}
	return "data.restore_hint"
}

// beside gives the first object what the second leaves of the width.
type beside struct{}

func (beside) Layout(o []fyne.CanvasObject, s fyne.Size) {
	defer widget.Turn(o, s)
	m := o[1].MinSize()
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(s.Width-m.Width-theme.Space12, o[0].MinSize().Height))
	o[1].Move(fyne.NewPos(s.Width-m.Width, (theme.ButtonLarge-m.Height)/2))
	o[1].Resize(m)
}

func (beside) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(240, max(o[0].MinSize().Height, o[1].MinSize().Height))
}
