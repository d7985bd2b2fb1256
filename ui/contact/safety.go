package contact

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/media/picture"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// compare shows the own code of the safety number, and takes the contact's: a
// picture of their screen, or what they copied there.
func (v *View) compare() {
	const side float32 = 240
	code, err := widget.NewQR(v.model.SafetyCode, side)
	if err != nil { // too long for a code; numbers are not
		return
	}
	name := v.name()
	body := container.New(widget.Column{Gap: theme.Space16},
		container.New(widget.Centred{Width: side}, code),
		widget.NewParagraph(text.F("contact.safety_code_hint", "name", name), widget.Small, theme.Text2, sheetWidth-2*theme.Space24))
	s := widget.NewSheet(text.T("contact.safety"), body)
	s.Width = sheetWidth
	paste := widget.Name(widget.NewIconTextButton(assets.IconPaste, text.T("contact.safety_paste"), widget.Secondary, func() {
		s.Dismiss()
		v.model.Compare(fyne.CurrentApp().Clipboard().Content(), v.answer)
	}), "safety.paste")
	read := widget.Name(widget.NewIconTextButton(assets.IconImage, text.T("contact.safety_picture"), widget.Primary, func() {
		s.Dismiss()
		v.window.PickPicture(v.compareWith)
	}), "safety.picture")
	s.SetFooter(nil, paste, read)
	s.SetInitialFocus(read)
	s.Open(v.window.Canvas())
}

// compareWith reads the code of the contact's screen from a picture.
func (v *View) compareWith(data []byte, err error) {
	vm.Ask(v.desk, func(context.Context) (string, error) {
		if err != nil {
			return "", err
		}
		return picture.ReadQR(data)
	}, func(found string, err error) {
		if err != nil {
			v.answer(false, vm.PictureSentence(err))
			return
		}
		v.model.Compare(found, v.answer)
	})
}

// answer says whether the numbers are equal. Whatever was not compared is not
// called different.
func (v *View) answer(equal bool, problem string) {
	tone, icon, title, body := widget.OkTone, assets.IconShieldCheck, text.T("contact.safety_equal"), text.F("contact.safety_equal_body", "name", v.name())
	if !equal {
		tone, icon, title, body = widget.WarnTone, assets.IconWarning, text.T("contact.safety_unequal"), problem
	}
	s := widget.NewSheet(title, widget.NewBanner(tone, icon, widget.Text(body)))
	s.Width = sheetWidth
	ok := widget.NewButton(text.T("app.understood"), widget.Primary, s.Dismiss)
	s.SetFooter(nil, ok)
	s.SetInitialFocus(ok)
	s.Open(v.window.Canvas())
}
