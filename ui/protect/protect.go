// Package protect lets somebody choose how a profile is protected on this
// computer: by the key ring of the system, by a passphrase, or by nothing. It
// is a part of the first run and of settings.
package protect

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// View shows the choices and keeps a vm.ProtectionChoice up to date.
type View struct {
	// OnChanged is called after each change.
	OnChanged func()
	// OnSubmitted is called for Enter in the last field.
	OnSubmitted func()

	choice *vm.ProtectionChoice
	radios map[vm.ProtectionKind]*widget.Check
	hints  map[vm.ProtectionKind]fyne.CanvasObject
	fields *fyne.Container // with the space around them
	first  *widget.TextField
	again  *widget.TextField
	judge  *strength
	box    *fyne.Container
}

// New makes the view for a choice; width is the column it stands in.
func New(choice *vm.ProtectionChoice, width float32) *View {
	v := &View{
		choice: choice, OnChanged: func() {}, OnSubmitted: func() {},
		radios: map[vm.ProtectionKind]*widget.Check{}, hints: map[vm.ProtectionKind]fyne.CanvasObject{},
	}
	v.first = widget.Name(widget.NewSecretField(text.T("protect.passphrase")), "protect.passphrase")
	v.again = widget.Name(widget.NewSecretField(text.T("protect.again")), "protect.again")
	v.first.OnChanged = func(string) { v.typed() }
	v.again.OnChanged = func(string) { v.typed() }
	v.first.OnSubmitted = func(string) { v.again.Focus() }
	v.again.OnSubmitted = func(string) { v.OnSubmitted() }
	v.judge = newStrength(width - 32)
	v.fields = container.New(widget.Inset{Left: 32, Bottom: theme.Space8},
		container.New(widget.Column{Gap: theme.Space8}, v.first, v.judge.box, v.again))

	v.box = container.New(widget.Column{Gap: theme.Space4})
	add := func(kind vm.ProtectionKind, key string) {
		r := widget.Name(widget.NewRadio(text.T("protect."+key), false, func() { v.choose(kind) }), "protect."+key)
		hint := container.New(widget.Inset{Left: 32, Bottom: theme.Space8},
			widget.NewParagraph(text.T("protect."+key+"_hint"), widget.Small, theme.Text2, width-32))
		v.radios[kind], v.hints[kind] = r, hint
		v.box.Add(r)
		v.box.Add(hint)
	}
	add(vm.ByKeyring, "keyring")
	add(vm.ByPassphrase, "passphrase_choice")
	v.box.Add(v.fields)
	add(vm.ByNothing, "nothing")
	v.Update(true)
	return v
}

// Object returns what is shown.
func (v *View) Object() fyne.CanvasObject { return v.box }

// Fields returns what the passphrase is typed into, for a page that scrolls to it.
func (v *View) Fields() fyne.CanvasObject { return v.fields }

// Update shows the choice; keyring says whether the system has one.
func (v *View) Update(keyring bool) {
	for kind, r := range v.radios {
		r.SetOn(v.choice.Kind == kind)
	}
	show(v.radios[vm.ByKeyring], keyring)
	show(v.hints[vm.ByKeyring], keyring)
	show(v.fields, v.choice.Kind == vm.ByPassphrase)
	v.problem()
	v.box.Refresh()
}

// Clear forgets what was typed.
func (v *View) Clear() {
	v.first.SetText("")
	v.again.SetText("")
}

func (v *View) choose(kind vm.ProtectionKind) {
	v.choice.Kind = kind
	v.Update(v.radios[vm.ByKeyring].Visible())
	v.OnChanged()
	if kind == vm.ByPassphrase {
		v.first.Focus()
	}
}

func (v *View) typed() {
	v.choice.Passphrase, v.choice.Again = v.first.Text(), v.again.Text()
	v.problem()
	v.OnChanged()
}

// problem marks the repetition only when it cannot become equal by typing on.
func (v *View) problem() {
	differs := len(v.choice.Again) >= len(v.choice.Passphrase) && v.choice.Problem() != ""
	v.again.SetError("")
	v.first.SetError("")
	switch {
	case v.choice.Again != "" && differs:
		v.again.SetError(v.choice.Problem())
	case v.choice.Again != "" && v.choice.Problem() != "" && len(v.choice.Passphrase) < vm.MinPassphrase:
		v.first.SetError(v.choice.Problem())
	}
	v.judge.show(v.choice.Passphrase)
	v.again.SetDone(v.choice.Passphrase != "" && v.choice.Complete())
	v.fields.Refresh()
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}
