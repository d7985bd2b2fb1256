package chat

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

const basketWidth float32 = 560

// basketSheet shows what is about to be sent, before it is.
type basketSheet struct {
	v       *View
	basket  *vm.Basket
	sheet   *widget.Sheet
	grid    *widget.ThumbGrid
	sum     *widget.Label
	problem *widget.Banner
	whole   *widget.Check
	caption *widget.TextArea
	send    *widget.Button
	page    *fyne.Container
	leave   func()
}

// attach lets the user choose files.
func (v *View) attach() {
	if v.actions.PickFiles == nil || !v.vm.CanAttach() {
		return
	}
	v.actions.PickFiles(func(paths []string) { v.Attach(paths) })
}

// Attach shows files that were chosen, dropped or pasted, to be sent with a
// caption. Into a sheet that is open they are added.
func (v *View) Attach(paths []string) {
	if len(paths) == 0 || !v.canAttach() {
		return
	}
	if v.basket != nil && v.basket.sheet.IsOpen() {
		v.basket.basket.AddPaths(paths...)
		return
	}
	v.openBasket(func(b *vm.Basket) { b.AddPaths(paths...) }, v.vm.Text())
}

// attachData does the same with a picture from the clipboard.
func (v *View) attachData(data []byte) {
	if !v.canAttach() {
		return
	}
	v.openBasket(func(b *vm.Basket) { b.AddData(text.T("files.pasted_name")+".png", data) }, v.vm.Text())
}

func (v *View) canAttach() bool {
	return v.actions.Media != nil && v.vm.CanAttach() && v.bottom.composer.Visible()
}

// openBasket opens the sheet; fill puts the files in.
func (v *View) openBasket(fill func(*vm.Basket), caption string) {
	c := v.canvas()
	if c == nil {
		return
	}
	desk, leave := v.desk.Sub()
	b := vm.NewBasket(desk, v.engine, int(160*c.Scale()))
	s := &basketSheet{v: v, basket: b, leave: leave}
	s.grid = widget.Name(widget.NewThumbGrid(), "basket.grid")
	s.grid.OnMove, s.grid.OnRemove = b.Move, b.Remove
	s.sum = widget.NewLabel("", widget.Small, theme.Text2)
	s.problem = widget.NewBanner(widget.DangerTone, assets.IconWarning, nil)
	s.whole = widget.Name(widget.NewCheck(text.T("files.original"), false, b.SetOriginal), "basket.original")
	s.caption = widget.NewBoxedTextArea(text.T("files.caption"), 1, 5)
	s.caption.Name = "basket.caption"
	s.caption.SetText(caption)
	s.caption.OnSubmit = s.submit
	s.caption.OnChanged = func(string) { s.refresh() }
	s.page = container.New(widget.Column{Gap: theme.Space12}, s.grid, s.sum)
	if v.vm.Kind() == model.KindCommunity {
		s.page.Add(widget.NewBanner(widget.Neutral, assets.IconUnlock, widget.Text(text.T("files.public"))))
	}
	s.page.Objects = append(s.page.Objects, s.whole, s.problem, s.caption)
	s.sheet = widget.NewSheet("", s.page)
	s.sheet.Width = basketWidth
	s.sheet.OnClose = func() {
		leave()
		v.basket = nil
		v.Focus()
	}
	add := widget.Name(widget.NewIconTextButton(assets.IconPlus, text.T("files.add"), widget.Ghost, v.attach), "basket.add")
	s.send = widget.Name(widget.NewButton(text.T("files.send"), widget.Primary, s.submit), "basket.send")
	s.sheet.SetFooter(container.New(widget.Row{}, add, widget.NewSpacer(nil)), widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.sheet.Dismiss), s.send)
	s.sheet.SetInitialFocus(s.caption.FocusTarget())
	b.Changed = s.update
	v.basket = s
	fill(b)
	s.update()
	s.sheet.Open(c)
}

// update shows what is in the basket; an empty one closes.
func (s *basketSheet) update() {
	b := s.basket
	if len(b.Files) == 0 {
		s.sheet.Dismiss()
		return
	}
	thumbs := make([]widget.Thumb, len(b.Files))
	for i, f := range b.Files {
		t := widget.Thumb{Name: f.Name, Line: f.SizeText(), Picture: f.Thumb, Icon: vm.FileIcon(&vm.ChatFile{Name: f.Name})}
		if f.Problem != "" {
			t.Line, t.Bad = f.Problem, true
		}
		thumbs[i] = t
	}
	s.grid.Set(thumbs)
	s.sheet.Title = b.Title()
	pictures := b.Pictures() > 0
	show(s.whole, pictures)
	sum := b.Sum()
	if pictures {
		sum += " · " + text.T("files.details_removed")
	}
	s.sum.SetText(sum)
	problem := b.Problem()
	s.problem.Set(widget.DangerTone, assets.IconWarning, widget.Text(problem))
	show(s.problem, problem != "")
	s.send.SetDisabled(!b.CanSend())
	s.refresh()
}

func (s *basketSheet) refresh() {
	s.page.Refresh()
	if s.sheet.IsOpen() {
		s.sheet.Refresh()
	}
}

func (s *basketSheet) submit() {
	caption := s.caption.Text()
	if s.v.vm.SendFiles(s.basket, caption) {
		s.sheet.Dismiss()
	}
}

// pasteFiles takes files from the clipboard: what a file manager has copied, or
// a picture. It reports whether there can be any; what is found comes later.
func (v *View) pasteFiles(content string) bool {
	if !v.canAttach() {
		return false
	}
	if content == "" {
		if v.actions.PastePicture == nil {
			return false
		}
		v.actions.PastePicture(func(data []byte) {
			if data != nil {
				v.attachData(data)
			}
		})
		return true
	}
	paths := vm.PastedPaths(content)
	if len(paths) == 0 {
		return false
	}
	v.Attach(paths)
	return true
}
