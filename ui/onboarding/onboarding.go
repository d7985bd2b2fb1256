// Package onboarding is the first run: welcome, recovery phrase, name and
// protection. What happens afterwards is the window's.
package onboarding

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Window is what the first run needs of the window around it.
type Window interface {
	// PickPicture lets the user choose a picture file. done is not called when
	// they change their mind.
	PickPicture(done func(data []byte, err error))
	Clipboard() string
	// OpenBackup lets them choose a backup and type its passphrase, which was
	// tried then.
	OpenBackup(chosen func(file, passphrase string))
}

// View is the first run.
type View struct {
	desk   vm.Desk
	model  *vm.Onboarding
	window Window

	ground  *widget.Surface
	outer   *fyne.Container
	back    *widget.IconButton
	restore *restore
	create  *create
	step    step
}

type step int

const (
	atWelcome step = iota
	atRestore
	atCreate
)

// New begins with the welcome.
func New(desk vm.Desk, start vm.Starter, w Window) *View {
	v := &View{desk: desk, model: vm.NewOnboarding(desk, start), window: w}
	v.ground = widget.NewSurface(theme.Paper, nil)
	v.back = widget.Name(widget.NewIconButton(assets.IconBack, text.T("app.back"), func() { v.Escape() }), "header.back")
	v.restore = newRestore(v)
	v.create = newCreate(v)
	v.model.Changed = v.create.update
	v.show(atWelcome)
	return v
}

// Object returns what is shown.
func (v *View) Object() fyne.CanvasObject { return v.ground }

// Escape goes a step back.
func (v *View) Escape() {
	switch {
	case v.model.Busy:
	case v.step == atCreate && v.model.Restoring():
		v.show(atRestore)
	case v.step != atWelcome:
		v.show(atWelcome)
	}
}

// AtWelcome says that there is no step to go back.
func (v *View) AtWelcome() bool { return v.step == atWelcome }

// Busy says that the account is being made.
func (v *View) Busy() bool { return v.model.Busy }

// Drop takes a picture that was dropped on the window.
func (v *View) Drop(data []byte) {
	if v.step == atRestore {
		v.restore.picture(data, nil)
	}
}

func (v *View) show(s step) {
	v.step = s
	var content fyne.CanvasObject
	switch s {
	case atWelcome:
		v.model.UsePhrase("")
		content = v.welcome()
	case atRestore:
		content = v.restore.object()
	case atCreate:
		v.create.update()
		content = v.create.object()
	}
	page := []fyne.CanvasObject{content}
	if s != atWelcome {
		page = append(page, v.back)
	}
	v.outer = container.New(corner{}, page...)
	v.ground.SetContent(v.outer)
	switch s {
	case atRestore:
		v.restore.focus()
	case atCreate:
		v.create.focus()
	}
}

// relayout makes room for what has changed its height.
func (v *View) relayout(page *fyne.Container) {
	page.Refresh()
	if v.outer != nil {
		v.outer.Refresh()
	}
}

// corner gives the first object everything and puts the second into the upper
// left corner.
type corner struct{}

func (corner) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	defer widget.Turn(objects, s)
	for i, o := range objects {
		if i == 0 {
			o.Move(fyne.NewPos(0, 0))
			o.Resize(s)
			continue
		}
		o.Move(fyne.NewPos(theme.Space24, theme.Space24))
		o.Resize(o.MinSize())
	}
}

func (corner) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

const (
	narrowColumn float32 = 360
	wideColumn   float32 = 640
)

func (v *View) welcome() fyne.CanvasObject {
	create := widget.NewButton(text.T("welcome.create"), widget.Primary, func() { v.show(atCreate) }).Sized(widget.Large)
	have := widget.NewButton(text.T("welcome.restore"), widget.Secondary, func() { v.show(atRestore) }).Sized(widget.Large)
	have.OnPaper = true
	content := container.New(widget.Column{},
		container.New(widget.Row{}, widget.NewLogo(assets.LogoApp, 96)),
		widget.Gap(theme.Space40),
		widget.NewParagraph(text.T("welcome.title"), widget.Display, theme.Text, narrowColumn),
		widget.Gap(theme.Space12),
		widget.NewParagraph(text.T("welcome.body"), widget.Body, theme.Text2, narrowColumn),
		widget.Gap(theme.Space16),
	)
	foot := container.New(widget.Column{}, widget.Gap(theme.Space24),
		widget.Name(create, "welcome.create"),
		widget.Gap(theme.Space12),
		widget.Name(have, "welcome.restore"),
		widget.Gap(theme.Space32),
		container.New(widget.Row{Gap: theme.Space8},
			widget.NewIcon(assets.IconShieldCheck, 16, theme.Text2),
			widget.NewLabel(text.T("welcome.note"), widget.Small, theme.Text3)),
	)
	page, _ := widget.NewFooted(content, foot, widget.Centred{Width: narrowColumn, Side: theme.Space24, Top: theme.Space24, Middle: true})
	return page
}
