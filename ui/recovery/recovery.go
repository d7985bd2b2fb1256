// Package recovery shows the recovery phrase, as words to write down and as a
// QR code to scan, after the passphrase if there is one.
package recovery

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/internal/clock"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Sheet is an open sheet.
type Sheet struct {
	*widget.Sheet
	model  *vm.Recovery
	canvas fyne.Canvas
	copy   func(string)
	body   *fyne.Container
	field  *widget.TextField
	done   *widget.Button
	code   bool // the QR code is shown in place of the words
}

const (
	width    float32 = 560
	inner            = width - 2*theme.Space24
	codeSide float32 = 240
)

// Open shows the sheet over a window. copied gets the words when the user
// wants to copy them.
func Open(c fyne.Canvas, desk vm.Desk, e vm.RecoveryEngine, passphrase bool, copied func(string)) *Sheet {
	desk, leave := desk.Sub()
	s := &Sheet{canvas: c, model: vm.NewRecovery(desk, e, passphrase, clock.System), copy: copied, body: container.New(widget.Column{})}
	s.field = widget.Name(widget.NewSecretField(text.T("lock.passphrase")).Large().WithIcon(assets.IconLock), "recovery.passphrase")
	s.field.OnSubmitted = s.model.Try
	s.Sheet = widget.NewSheet(text.T("recovery.title"), s.body)
	s.Width = width
	s.done = widget.Name(widget.NewButton(text.T("recovery.saved"), widget.Primary, s.saved), "recovery.saved")
	s.SetFooter(nil, s.done)
	if passphrase {
		s.SetInitialFocus(s.field.FocusTarget())
	}
	s.model.Changed = s.update
	s.OnClose = func() {
		s.model.Forget()
		s.field.SetText("")
		s.body.Objects = nil
		leave()
	}
	s.update()
	s.Open(c)
	return s
}

// saved is the button of the footer: it shows what is hidden, then notes that
// the words were written down.
func (s *Sheet) saved() {
	switch {
	case s.model.NeedsPassphrase:
		s.model.Try(s.field.Text())
	case len(s.model.Words) == 0:
		s.model.Show()
	default:
		s.model.Saved(s.Dismiss)
	}
}

func (s *Sheet) update() {
	m := s.model
	problem := m.Problem
	if m.Wait > 0 {
		problem = text.N("lock.wait", m.Wait)
	}
	s.field.SetError(problem)
	s.done.SetDisabled(m.Busy || m.Wait > 0)
	s.done.SetText(text.T("recovery.show"))
	switch {
	case m.NeedsPassphrase:
		s.body.Objects = []fyne.CanvasObject{
			widget.NewParagraph(text.T("recovery.ask"), widget.Body, theme.Text2, inner), widget.Gap(theme.Space16), s.field,
		}
	case len(m.Words) == 0:
		s.body.Objects = s.hidden()
	default:
		s.done.SetText(text.T("recovery.saved"))
		s.body.Objects = s.words()
	}
	s.body.Refresh()
	if s.Sheet != nil && s.IsOpen() {
		s.Refresh()
	}
}

// hidden is the page before the words are asked for.
func (s *Sheet) hidden() []fyne.CanvasObject {
	const count = 13
	say := []fyne.CanvasObject{
		widget.NewParagraph(text.T("recovery.body"), widget.Body, theme.Text2, inner),
		widget.Gap(theme.Space16),
		widget.NewBanner(widget.WarnTone, assets.IconEyeOff, widget.Text(text.T("recovery.hidden"))),
		widget.Gap(theme.Space16),
	}
	if s.model.Problem != "" {
		say = append(say, widget.NewParagraph(s.model.Problem, widget.Body, theme.Danger, inner), widget.Gap(theme.Space16))
	}
	return append(say, newWords(slices.Repeat([]string{"•••••"}, count)))
}

func (s *Sheet) words() []fyne.CanvasObject {
	var shown fyne.CanvasObject = newWords(s.model.Words)
	if s.code {
		if code, err := widget.NewQR(s.model.Code, codeSide); err == nil && s.model.Code != "" {
			shown = container.New(widget.Centred{Width: codeSide}, code)
		}
	}
	which := 0
	if s.code {
		which = 1
	}
	choose := widget.NewSegmented([]string{text.T("recovery.words"), text.T("recovery.code")}, which, func(i int) {
		s.code = i == 1
		s.update()
	})
	copyWords := widget.NewIconTextButton(assets.IconCopy, text.T("recovery.copy"), widget.Ghost, s.askToCopy)
	return []fyne.CanvasObject{
		widget.NewParagraph(text.T("recovery.body"), widget.Body, theme.Text2, inner),
		widget.Gap(theme.Space16),
		widget.NewBanner(widget.WarnTone, assets.IconWarning, widget.Text(text.T("recovery.warning"))),
		widget.Gap(theme.Space16),
		container.New(widget.Flow{}, widget.Name(choose, "recovery.kind"), widget.NewSpacer(nil), widget.Name(copyWords, "recovery.copy")),
		widget.Gap(theme.Space12), shown,
	}
}

// askToCopy warns of the clipboard first.
func (s *Sheet) askToCopy() {
	widget.Confirm(s.canvas, text.T("recovery.copy_title"), text.T("recovery.copy_body"), text.T("recovery.copy_do"), false, func() {
		s.copy(strings.Join(s.model.Words, " "))
	})
}

// newWords shows numbered words in boxes, to be read and written down.
func newWords(words []string) fyne.CanvasObject {
	grid := container.New(columns{})
	for i, w := range words {
		number := widget.NewLabel(strconv.Itoa(i+1), widget.Time, theme.Text3)
		word := widget.NewShrinking(w, widget.BodyBold, theme.Text)
		box := widget.NewSurface(theme.Field, container.New(widget.Inset{Left: theme.Space12, Right: theme.Space12},
			container.New(numbered{}, number, word)))
		box.Radius = theme.Radius12
		grid.Add(box)
	}
	return grid
}

// numbered sets a number in a narrow column before a word.
type numbered struct{}

func (numbered) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Move(fyne.NewPos(0, (s.Height-o[0].MinSize().Height)/2))
	o[0].Resize(o[0].MinSize())
	const left = 24
	o[1].Move(fyne.NewPos(left, (s.Height-o[1].MinSize().Height)/2))
	o[1].Resize(fyne.NewSize(s.Width-left, o[1].MinSize().Height))
}

func (numbered) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(80, 40) }

// columns sets words in as many columns as there is room for, at most three.
type columns struct{}

func (columns) count(width float32) int {
	const least = 150
	return min(3, max(1, int((width+theme.Space8)/(least+theme.Space8))))
}

func (c columns) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	n := c.count(s.Width)
	w := (s.Width - float32(n-1)*theme.Space8) / float32(n)
	for i, o := range objects {
		o.Move(fyne.NewPos(float32(i%n)*(w+theme.Space8), float32(i/n)*(40+theme.Space8)))
		o.Resize(fyne.NewSize(w, 40))
	}
}

func (c columns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	n := 3
	if len(objects) > 0 && objects[0].Size().Width > 0 && len(objects) > 1 && objects[1].Position().Y > 0 {
		n = 1
	}
	rows := (len(objects) + n - 1) / n
	return fyne.NewSize(150, max(0, float32(rows)*(40+theme.Space8)-theme.Space8))
}
