// Package lock is the lock screen: at the start of a profile with a passphrase,
// after a pause, when the computer sleeps, and on Ctrl+L. It asks for the
// passphrase and for the second factor, if there is one.
package lock

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine"
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
	file   *widget.TextField
	pin    *widget.TextField
	second *fyne.Container // what the second factor needs
	touch  *widget.Banner  // what is to do with the security key, or went wrong
	above  *fyne.Container // around it
	button *widget.Button
	cancel *widget.Button
	forgot *widget.Button
	page   *fyne.Container
	scroll fyne.CanvasObject
}

const column float32 = 320

// Surroundings are what the lock screen needs of the window.
type Surroundings struct {
	Second  engine.SecondInfo
	Running bool   // the profile was open before, in this window
	KeyFile string // path to begin with
	// PickFile lets the user choose a file.
	PickFile func(chosen func(path string))
	// Another begins another account, also this one anew; nil where the window is
	// for one profile.
	Another func()
	// Unlocked is called once, with the key file that fitted.
	Unlocked func(keyFile string)
}

// New shows the lock screen.
func New(desk vm.Desk, open vm.Unlocker, s Surroundings) *View {
	v := &View{model: vm.NewLock(desk, open, s.Second, clock.System)}
	v.model.Changed = v.update
	v.model.Unlocked = func() {
		file := v.file.Text()
		v.forget()
		s.Unlocked(file)
	}
	v.field = widget.Name(widget.NewSecretField(text.T("lock.passphrase")).Large().WithIcon(assets.IconLock), "lock.passphrase")
	v.field.OnSubmitted = func(string) { v.next() }
	v.field.OnChanged = func(string) { v.update() }
	v.button = widget.NewButton(text.T("lock.open"), widget.Primary, v.try).Sized(widget.Large)
	v.button = widget.Name(v.button, "lock.open")
	v.cancel = widget.Name(widget.NewButton(text.T("lock.cancel"), widget.Secondary, v.model.Cancel).Sized(widget.Large), "lock.cancel")
	v.cancel.OnPaper = true
	forgot := "lock.forgot"
	if s.Second.Kind != engine.NoSecond {
		forgot = "lock.lost"
	}
	v.forgot = widget.Name(widget.NewButton(text.T(forgot), widget.Ghost, func() { v.explain(forgot, s.Another) }), "lock.forgot")
	body := "lock.body_start"
	switch {
	case s.Running:
		body = "lock.body"
	case s.Second.Kind != engine.NoSecond:
		body = "lock.body_second"
	}
	title := widget.NewParagraph(text.T("lock.title"), widget.Display, theme.Text, column)
	line := widget.NewParagraph(text.T(body), widget.Body, theme.Text2, column)
	title.Centre, line.Centre = true, true
	v.makeSecond(s)
	content := container.New(widget.Column{},
		container.New(widget.Centred{Width: 72}, widget.NewLogo(assets.LogoApp, 72)),
		widget.Gap(theme.Space24), title, widget.Gap(theme.Space4), line, widget.Gap(theme.Space32),
		widget.NewLabel(text.T("lock.passphrase"), widget.SmallBold, theme.Text),
		widget.Gap(theme.Space8), v.field, v.second, widget.Gap(theme.Space24), v.above, v.button, v.cancel, widget.Gap(theme.Space8),
		v.forgot,
	)
	v.page = container.New(widget.Centred{Width: column, Side: theme.Space24, Top: theme.Space24, Middle: true}, content)
	v.scroll = widget.NewScroll(v.page)
	v.ground = widget.NewSurface(theme.Paper, v.scroll)
	v.update()
	return v
}

// makeSecond makes what the second factor needs: the path of the key file, or
// the PIN of the security key.
func (v *View) makeSecond(s Surroundings) {
	v.file = widget.Name(widget.NewTextField(text.T("lock.key_file_path")).Large().WithIcon(assets.IconKey), "lock.key_file")
	v.file.SetText(s.KeyFile)
	v.file.OnChanged = func(string) { v.update() }
	v.file.OnSubmitted = func(string) { v.try() }
	v.pin = widget.Name(widget.NewSecretField(text.T("factor.pin")).Large().WithIcon(assets.IconKey), "lock.pin")
	v.pin.OnChanged = func(string) { v.update() }
	v.pin.OnSubmitted = func(string) { v.try() }
	v.touch = widget.NewBanner(widget.AccentTone, assets.IconKey, widget.Text(text.T("factor.touch")))
	v.above = container.New(widget.Inset{Bottom: theme.Space16}, v.touch)
	v.second = container.New(widget.Column{})
	switch s.Second.Kind {
	case engine.KeyFile:
		choose := widget.Name(widget.NewButton(text.T("lock.choose"), widget.Secondary, func() {
			s.PickFile(func(path string) {
				v.file.SetText(path)
				v.update()
				v.next()
			})
		}), "lock.choose")
		choose.OnPaper = true
		v.second.Objects = []fyne.CanvasObject{
			widget.Gap(theme.Space16), container.New(widget.Row{Gap: theme.Space8},
				widget.NewLabel(text.T("lock.key_file"), widget.SmallBold, theme.Text), widget.NewSpacer(nil), choose),
			widget.Gap(theme.Space8), v.file,
		}
	case engine.SecurityKey:
		v.second.Objects = []fyne.CanvasObject{
			v.pin, widget.Gap(theme.Space12),
			widget.NewParagraph(text.T("lock.plug"), widget.Small, theme.Text2, column),
		}
		v.pin.Hide()
	}
}

// Object returns what is shown.
func (v *View) Object() fyne.CanvasObject { return v.ground }

// Focus puts the keyboard into the field.
func (v *View) Focus() { v.field.Focus() }

// forget empties what is secret on the screen.
func (v *View) forget() {
	v.field.SetText("")
	v.pin.SetText("")
}

func (v *View) input() vm.LockInput {
	return vm.LockInput{Passphrase: v.field.Text(), KeyFile: v.file.Text(), PIN: v.pin.Text()}
}

func (v *View) try() { v.model.Try(v.input()) }

// next goes to what is still missing, or tries.
func (v *View) next() {
	switch m := v.model; {
	case v.field.Text() == "":
		v.field.Focus()
	case m.Second == engine.KeyFile && v.file.Text() == "":
		v.file.Focus()
	case m.WantPIN && v.pin.Text() == "":
		v.pin.Focus()
	default:
		v.try()
	}
}

func (v *View) update() {
	m := v.model
	problem := m.Problem
	if m.Wait > 0 {
		problem = text.N("lock.wait", m.Wait)
		if m.Second == engine.KeyFile {
			problem = text.N("lock.wait_both", m.Wait)
		}
	}
	v.field.SetError(problem)
	show(v.pin, m.WantPIN)
	v.showSecond()
	v.button.SetText(text.T("lock.open"))
	if m.Busy {
		v.button.SetText(text.T("lock.open_busy"))
	}
	waiting := m.Busy && m.Second == engine.SecurityKey
	show(v.button, !waiting)
	show(v.cancel, waiting)
	v.button.SetDisabled(!m.Ready(v.input()))
	v.page.Refresh()
	v.scroll.Refresh()
}

// showSecond says what is to do with the second factor, or what is wrong about it.
func (v *View) showSecond() {
	m := v.model
	v.file.SetError(m.FactorProblem)
	switch {
	case m.Touch:
		v.touch.Set(widget.AccentTone, assets.IconKey, widget.Text(text.T("factor.touch")))
	case m.Second == engine.SecurityKey && m.FactorProblem != "":
		v.touch.Set(widget.WarnTone, assets.IconWarning, widget.Text(m.FactorProblem))
	default:
		v.above.Hide()
		return
	}
	v.above.Show()
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

// explain says what is left to somebody who has lost what opens the profile, and
// leads there.
func (v *View) explain(key string, another func()) {
	way := "lock.anew"
	if another == nil {
		way = "lock.anew_profile"
	}
	body := container.New(widget.Column{Gap: theme.Space12})
	for _, said := range []string{text.T(key + "_body"), text.T(way)} {
		body.Add(widget.NewParagraph(said, widget.Body, theme.Text2, 372))
	}
	s := widget.NewSheet(text.T(key+"_title"), body)
	s.Width = 420
	buttons := []fyne.CanvasObject{widget.NewButton(text.T("app.understood"), widget.Primary, s.Dismiss)}
	if another != nil {
		add := widget.NewButton(text.T("accounts.add"), widget.Secondary, func() {
			s.Dismiss()
			another()
		})
		buttons = []fyne.CanvasObject{widget.Name(add, "lock.another"), buttons[0]}
	}
	s.SetFooter(nil, buttons...)
	s.OpenFor(v.ground)
}
