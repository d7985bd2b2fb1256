package settings

import (
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

const (
	factorWidth float32 = 520
	factorInner         = factorWidth - 2*theme.Space24
)

// newKeyFile is the name of a key file that nobody has named.
const newKeyFile = "sotto.key"

// factorSheet sets the second factor, replaces it or removes it.
type factorSheet struct {
	*widget.Sheet
	v     *View
	m     *vm.Factor
	set   engine.SecondKind // now
	anew  bool              // what is set is being replaced
	kind  engine.SecondKind // chosen
	fresh bool              // a key file is to be made
	sure  bool              // the recovery phrase is written down

	path, pin, passphrase *widget.TextField
	body                  *fyne.Container
}

// factor opens the sheet.
func (v *View) factor() {
	desk, leave := v.window.Desk().Sub()
	s := &factorSheet{v: v, m: v.window.NewFactor(desk), set: v.window.Second(), kind: engine.KeyFile, body: container.New(widget.Column{})}
	s.path = widget.Name(widget.NewTextField(text.T("factor.path")).WithIcon(assets.IconFile), "factor.path")
	s.pin = widget.Name(widget.NewSecretField(text.T("factor.pin_if_any")).WithIcon(assets.IconKey), "factor.pin")
	s.passphrase = widget.Name(widget.NewSecretField(text.T("lock.passphrase")).WithIcon(assets.IconLock), "factor.passphrase")
	for _, f := range []*widget.TextField{s.path, s.pin, s.passphrase} {
		f.OnChanged = func(string) { s.buttons() }
		f.OnSubmitted = func(string) { s.next() }
	}
	s.Sheet = widget.NewSheet(text.T("factor.title"), s.body)
	s.Width = factorWidth
	s.OnClose = func() {
		s.m.Cancel()
		s.pin.SetText("")
		s.passphrase.SetText("")
		leave()
	}
	s.m.Changed = s.update
	s.m.Done = s.done
	s.update()
	s.Open(v.window.Canvas())
}

func (s *factorSheet) done(kind engine.SecondKind) {
	said := map[engine.SecondKind]string{
		engine.NoSecond: "factor.removed", engine.KeyFile: "factor.done_key_file", engine.SecurityKey: "factor.done_security_key",
	}[kind]
	s.Dismiss()
	s.v.show()
	s.v.window.Toast(text.T(said), "", nil, nil)
}

func (s *factorSheet) update() {
	switch {
	case s.m.Busy && s.kind == engine.SecurityKey && (s.set == engine.NoSecond || s.anew):
		s.body.Objects = s.touching()
	case s.set != engine.NoSecond && !s.anew:
		s.body.Objects = s.present()
	default:
		s.body.Objects = s.choice()
	}
	s.buttons()
	s.body.Refresh()
	if s.IsOpen() {
		s.Refresh()
	}
}

func say(sentence string) fyne.CanvasObject {
	return widget.NewParagraph(sentence, widget.Body, theme.Text2, factorInner)
}

// present tells of the factor that is set.
func (s *factorSheet) present() []fyne.CanvasObject {
	return append([]fyne.CanvasObject{
		say(text.T("factor.now_" + string(s.set))), widget.Gap(theme.Space16),
		widget.NewBanner(widget.WarnTone, assets.IconWarning, widget.Text(text.T("factor.lost"))), widget.Gap(theme.Space16),
	}, s.asking()...)
}

// asking is the field for the passphrase, with what went wrong.
func (s *factorSheet) asking() []fyne.CanvasObject {
	problem := s.m.Problem
	if s.m.Wait > 0 {
		problem = text.N("lock.wait", s.m.Wait)
	}
	s.passphrase.SetError(problem)
	return []fyne.CanvasObject{widget.NewLabel(text.T("factor.passphrase"), widget.SmallBold, theme.Text), widget.Gap(theme.Space8), s.passphrase}
}

// choice is what somebody chooses of, with the warning before it.
func (s *factorSheet) choice() []fyne.CanvasObject {
	show := widget.Name(widget.NewButton(text.T("factor.phrase"), widget.Secondary, s.v.window.ShowRecovery).Sized(widget.Compact), "factor.phrase")
	warning := widget.NewBanner(widget.WarnTone, assets.IconWarning, widget.Text(text.T("factor.warning")))
	sure := widget.Name(widget.NewCheck(text.T("factor.sure"), s.sure, func(on bool) {
		s.sure = on
		s.buttons()
	}), "factor.sure")
	parts := []fyne.CanvasObject{
		say(text.T("factor.intro")), widget.Gap(theme.Space16), warning, widget.Gap(theme.Space12),
		container.New(widget.Flow{Gap: theme.Space8}, sure, widget.NewSpacer(nil), show), widget.Gap(theme.Space16),
	}
	s.path.SetError(s.m.FactorProblem)
	s.pin.SetError(s.m.FactorProblem)
	parts = append(parts, s.radio(engine.KeyFile)...)
	if s.kind == engine.KeyFile {
		parts = append(parts, s.fileFields())
	}
	if s.m.SecurityKeys() {
		parts = append(parts, s.radio(engine.SecurityKey)...)
		if s.kind == engine.SecurityKey {
			parts = append(parts, container.New(widget.Inset{Left: 32, Bottom: theme.Space8}, s.pin))
		}
	}
	parts = append(parts, widget.Gap(theme.Space12))
	return append(parts, s.asking()...)
}

func (s *factorSheet) radio(kind engine.SecondKind) []fyne.CanvasObject {
	key := "factor." + string(kind)
	r := widget.Name(widget.NewRadio(text.T(key), s.kind == kind, func() {
		s.kind = kind
		s.update()
	}), key)
	hint := container.New(widget.Inset{Left: 32, Bottom: theme.Space8},
		widget.NewParagraph(text.T(key+"_hint"), widget.Small, theme.Text2, factorInner-32))
	return []fyne.CanvasObject{r, hint}
}

func (s *factorSheet) fileFields() fyne.CanvasObject {
	pick := func() {
		s.v.window.PickFile(func(path string) {
			s.path.SetText(path)
			s.fresh = false
			s.update()
		})
	}
	choose := widget.Name(widget.NewButton(text.T("factor.choose"), widget.Secondary, pick).Sized(widget.Compact), "factor.choose")
	fresh := widget.Name(widget.NewCheck(text.T("factor.make"), s.fresh, func(on bool) {
		s.fresh = on
		if on && s.path.Text() == "" {
			s.path.SetText(filepath.Join(s.v.window.Downloads(), newKeyFile))
		}
		s.update()
	}), "factor.make")
	rows := container.New(widget.Column{Gap: theme.Space8}, s.path,
		container.New(widget.Flow{Gap: theme.Space8}, fresh, widget.NewSpacer(nil), choose))
	if s.fresh {
		rows.Add(widget.NewParagraph(text.T("factor.make_hint"), widget.Small, theme.Text2, factorInner-32))
	}
	return container.New(widget.Inset{Left: 32, Bottom: theme.Space8}, rows)
}

// touching waits for the security key.
func (s *factorSheet) touching() []fyne.CanvasObject {
	key := [...]string{"factor.plug", "factor.touch", "factor.touch_again"}[min(s.m.Touch, 2)]
	return []fyne.CanvasObject{widget.NewBanner(widget.AccentTone, assets.IconKey, widget.Text(text.T(key)))}
}

// ready reports whether everything is there that the button needs.
func (s *factorSheet) ready() bool {
	return !s.m.Busy && s.m.Wait == 0 && s.passphrase.Text() != "" && s.sure &&
		(s.kind == engine.SecurityKey || s.path.Text() != "") && (s.kind == engine.KeyFile || !s.m.WantPIN || s.pin.Text() != "")
}

func (s *factorSheet) next() {
	switch {
	case s.set != engine.NoSecond && !s.anew:
	case s.ready():
		s.begin()
	case s.kind == engine.KeyFile && s.path.Text() == "":
		s.path.Focus()
	default:
		s.passphrase.Focus()
	}
}

func (s *factorSheet) begin() {
	if s.kind == engine.SecurityKey {
		s.m.UseSecurityKey(s.passphrase.Text(), s.pin.Text())
		return
	}
	s.m.UseKeyFile(s.passphrase.Text(), s.path.Text(), s.fresh)
}

// buttons shows what can be done now.
func (s *factorSheet) buttons() {
	button := func(key, name string, kind widget.ButtonKind, do func()) *widget.Button {
		return widget.Name(widget.NewButton(text.T(key), kind, do), name)
	}
	cancel := button("widget.cancel", "factor.cancel", widget.Secondary, s.Dismiss)
	if s.set != engine.NoSecond && !s.anew {
		remove := button("factor.remove", "factor.remove", widget.Danger, func() { s.m.Remove(s.passphrase.Text()) })
		remove.SetDisabled(s.m.Busy || s.m.Wait > 0 || s.passphrase.Text() == "")
		replace := button("factor.replace", "factor.replace", widget.Ghost, func() {
			s.anew = true
			s.update()
		})
		s.SetFooter(replace, cancel, remove)
		return
	}
	if s.m.Busy && s.kind == engine.SecurityKey {
		s.SetFooter(nil, button("widget.cancel", "factor.stop", widget.Secondary, s.m.Cancel))
		return
	}
	word := "factor.set"
	if s.m.Busy {
		word = "factor.set_busy"
	}
	set := button(word, "factor.set", widget.Primary, s.begin)
	set.SetDisabled(!s.ready())
	s.SetFooter(nil, cancel, set)
}
