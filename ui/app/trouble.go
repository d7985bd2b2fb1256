package app

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// ShowTrouble shows the page of a trouble in the place of whatever is shown.
func (w *Window) ShowTrouble(t *Trouble) { w.shown.trouble(t, engine.Credentials{}) }

// trouble says why the profile cannot be opened and what can be done. A
// passphrase and a factor that were given already are used for salvaging.
func (a *account) trouble(t *Trouble, given engine.Credentials) {
	w := a.w
	const column float32 = 420
	p := &troublePage{a: a, given: given}
	p.body = widget.NewParagraph(text.T("trouble."+string(t.Kind)+"_body"), widget.Body, theme.Text2, column)
	p.again = widget.NewButton(text.T("trouble.again"), widget.Primary, a.look).Sized(widget.Large)
	p.salvage = widget.NewButton(text.T("trouble.salvage"), widget.Primary, p.save).Sized(widget.Large)
	p.quit = widget.NewButton(text.T("trouble.quit"), widget.Secondary, w.Close).Sized(widget.Large)
	p.quit.OnPaper = true
	if t.Kind == TroubleDamaged {
		p.again.Hide()
	} else {
		p.salvage.Hide()
	}
	more := container.New(widget.Row{Gap: theme.Space8}, widget.Name(
		widget.NewButton(text.T("trouble.details"), widget.Ghost, func() { w.details(t) }).Sized(widget.Compact), "trouble.details"))
	if t.Kind == TroubleDamaged || t.Kind == TroubleKeyring { // what may never open again
		more.Add(widget.Name(widget.NewButton(text.T("lock.remove"), widget.Ghost, a.askToRemove).Sized(widget.Compact), "trouble.remove"))
	}
	page := container.New(widget.Column{},
		container.New(widget.Row{}, widget.NewIcon(assets.IconWarning, 24, theme.Danger)), widget.Gap(theme.Space16),
		widget.NewParagraph(text.T("trouble."+string(t.Kind)), widget.Display, theme.Text, column), widget.Gap(theme.Space12),
		p.body, widget.Gap(theme.Space32),
		widget.Name(p.again, "trouble.again"), widget.Name(p.salvage, "trouble.salvage"), widget.Gap(theme.Space12),
		widget.Name(p.quit, "trouble.quit"), widget.Gap(theme.Space16),
		container.New(widget.Inset{Left: -theme.Space12}, more),
	)
	p.page = container.New(widget.Centred{Width: column, Side: theme.Space24, Top: theme.Space24, Middle: true}, page)
	p.scroll = widget.NewScroll(p.page)
	a.page(widget.NewSurface(theme.Paper, p.scroll), func() {})
}

type troublePage struct {
	a                    *account
	given                engine.Credentials
	body                 *widget.Label
	again, salvage, quit *widget.Button
	page                 *fyne.Container
	scroll               fyne.CanvasObject
}

func (p *troublePage) save() {
	p.salvage.Disable()
	p.say(text.T("trouble.salvaging"))
	vm.Ask(p.a.w.desk, func(ctx context.Context) (Salvaged, error) { return p.a.host.Salvage(ctx, p.given) },
		func(s Salvaged, err error) {
			switch {
			case err != nil:
				p.say(vm.Sentence(err))
			case !s.Account:
				p.say(text.T("trouble.no_account"))
			default:
				p.given.Clear()
				p.a.w.stage.Toast(text.F("trouble.salvaged", "conversations", text.N("trouble.conversations", s.Conversations),
					"messages", text.N("trouble.messages", s.Messages)), "", nil, nil)
				p.a.look()
			}
		})
}

func (p *troublePage) say(sentence string) {
	p.body.SetText(sentence)
	p.page.Refresh()
	p.scroll.Refresh()
}

// details shows the error itself, for a report.
func (w *Window) details(t *Trouble) {
	const width float32 = 480
	said := t.Err.Error()
	s := widget.NewSheet(text.T("trouble.details"), widget.NewParagraph(said, widget.Code, theme.Text2, width-2*theme.Space24))
	s.SetFooter(nil, widget.NewIconTextButton(assets.IconCopy, text.T("app.copy"), widget.Secondary, func() { w.Copy(said) }))
	s.Open(w.Canvas())
}
