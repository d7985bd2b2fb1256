// Package lock is the lock screen: at the start of a profile with a passphrase,
// after a pause, and on Ctrl+L.
package lock

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/internal/clock"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// View is the lock screen.
type View struct {
	model  *vm.Lock
	ground *widget.Surface
	field  *widget.TextField
	button *widget.Button
	forgot *widget.Button
	page   *fyne.Container
	scroll fyne.CanvasObject
}

const column float32 = 320

// New shows the lock screen; running says that the profile is open behind it.
// unlocked is called once.
func New(desk vm.Desk, open vm.Unlocker, running bool, unlocked func()) *View {
	v := &View{model: vm.NewLock(desk, open, clock.System)}
	v.model.Changed = v.update
	v.model.Unlocked = func() {
		v.field.SetText("")
		unlocked()
	}
	v.field = widget.Name(widget.NewSecretField(text.T("lock.passphrase")).Large().WithIcon(assets.IconLock), "lock.passphrase")
	v.field.OnSubmitted = v.model.Try
	v.field.OnChanged = func(string) { v.update() }
	v.button = widget.NewButton(text.T("lock.open"), widget.Primary, func() { v.model.Try(v.field.Text()) }).Sized(widget.Large)
	v.button = widget.Name(v.button, "lock.open")
	v.forgot = widget.Name(widget.NewButton(text.T("lock.forgot"), widget.Ghost, v.explain), "lock.forgot")
	body := "lock.body_start"
	if running {
		body = "lock.body"
	}
	title := widget.NewParagraph(text.T("lock.title"), widget.Display, theme.Text, column)
	line := widget.NewParagraph(text.T(body), widget.Body, theme.Text2, column)
	title.Centre, line.Centre = true, true
	content := container.New(widget.Column{},
		container.New(widget.Centred{Width: 72}, widget.NewLogo(assets.LogoApp, 72)),
		widget.Gap(theme.Space24), title, widget.Gap(theme.Space4), line, widget.Gap(theme.Space32),
		widget.NewLabel(text.T("lock.passphrase"), widget.SmallBold, theme.Text),
		widget.Gap(theme.Space8), v.field, widget.Gap(theme.Space24), v.button, widget.Gap(theme.Space8),
		v.forgot,
	)
	v.page = container.New(widget.Centred{Width: column, Side: theme.Space24, Top: theme.Space24, Middle: true}, content)
	v.scroll = widget.NewScroll(v.page)
	v.ground = widget.NewSurface(theme.Paper, v.scroll)
	v.update()
	return v
}

// Object returns what is shown.
func (v *View) Object() fyne.CanvasObject { return v.ground }

// Focus puts the keyboard into the field.
func (v *View) Focus() { v.field.Focus() }

func (v *View) update() {
	m := v.model
	problem := m.Problem
	if m.Wait > 0 {
		problem = text.N("lock.wait", m.Wait)
	}
	v.field.SetError(problem)
	v.button.SetText(text.T("lock.open"))
	if m.Busy {
		v.button.SetText(text.T("lock.open_busy"))
	}
	v.button.SetDisabled(m.Busy || m.Wait > 0 || v.field.Text() == "")
	v.page.Refresh()
	v.scroll.Refresh()
}

func (v *View) explain() {
	body := widget.NewParagraph(text.T("lock.forgot_body"), widget.Body, theme.Text2, 372)
	s := widget.NewSheet(text.T("lock.forgot_title"), body)
	s.Width = 420
	s.SetFooter(nil, widget.NewButton(text.T("app.understood"), widget.Primary, s.Dismiss))
	s.OpenFor(v.ground)
}
