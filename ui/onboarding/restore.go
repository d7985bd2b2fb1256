package onboarding

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

const phraseWords = 13

// restore takes the recovery phrase: typed, pasted, or from the picture of its
// QR code.
type restore struct {
	view    *View
	grid    *widget.WordGrid
	notice  *widget.Banner
	state   vm.PhraseState
	next    *widget.Button
	reading int // the picture whose answer counts
	page    *fyne.Container
	scroll  fyne.CanvasObject
}

func newRestore(v *View) *restore {
	r := &restore{view: v, state: vm.PhraseState{Box: -1}}
	r.grid = widget.NewWordGrid(phraseWords, vm.WordList())
	r.grid.OnChanged = r.check
	r.grid.OnSubmitted = r.submit
	r.grid.OnPaste = func(s string) bool {
		_, whole, _ := vm.ReadPhrase(s)
		if whole != "" {
			r.use(whole)
		}
		return whole != ""
	}
	r.notice = widget.NewBanner(widget.DangerTone, assets.IconWarning, nil)
	r.notice.OnLink = func(s widget.Span) { r.replace(s.Data) }
	r.next = widget.Name(widget.NewButton(text.T("app.continue"), widget.Primary, r.submit).Sized(widget.Large), "restore.go")
	paste := widget.NewIconTextButton(assets.IconPaste, text.T("restore.paste"), widget.Ghost, func() { r.paste(v.window.Clipboard()) })
	code := widget.NewIconTextButton(assets.IconQR, text.T("restore.qr"), widget.Ghost, func() { v.window.PickPicture(r.picture) })
	backup := widget.NewIconTextButton(assets.IconFile, text.T("restore.backup"), widget.Ghost, func() {
		v.window.OpenBackup(func(file, passphrase string) {
			v.model.UseBackup(file, passphrase)
			v.show(atCreate)
		})
	})
	content := container.New(widget.Column{},
		widget.NewParagraph(text.T("restore.title"), widget.Display, theme.Text, wideColumn),
		widget.Gap(theme.Space8),
		widget.NewParagraph(text.T("restore.body"), widget.Body, theme.Text2, wideColumn),
		widget.Gap(theme.Space24), r.grid,
		widget.Gap(theme.Space16), r.notice,
	)
	foot := container.New(widget.Column{}, widget.Gap(theme.Space16),
		container.New(widget.Flow{Gap: theme.Space8}, r.next, widget.NewSpacer(nil),
			widget.Name(paste, "restore.paste"), widget.Name(code, "restore.qr")),
		widget.Gap(theme.Space8), container.New(widget.Row{}, widget.NewSpacer(nil), widget.Name(backup, "restore.backup")),
	)
	r.page, r.scroll = widget.NewFooted(content, foot, widget.Centred{Width: wideColumn, Side: theme.Space24, Top: 112})
	r.check()
	return r
}

func (r *restore) object() fyne.CanvasObject { return r.page }

func (r *restore) focus() {
	for i, w := range r.grid.Words() {
		if w == "" {
			r.grid.Focus(i)
			return
		}
	}
}

func (r *restore) check() {
	unknown, near := r.grid.FirstUnknown()
	r.show(vm.CheckWords(r.grid.Words(), unknown, near))
	for _, o := range r.grid.Writing() {
		widget.Reveal(r.scroll, o)
	}
}

func (r *restore) show(s vm.PhraseState) {
	r.state = s
	set(r.notice, s.Title != "")
	spans := []widget.Span{{Text: s.Title, Kind: widget.Strong}}
	if len(s.Near) > 0 {
		spans = append(spans, widget.Span{Text: " " + text.T("restore.meant") + " "})
		for i, w := range s.Near {
			if i > 0 {
				spans = append(spans, widget.Span{Text: ", "})
			}
			spans = append(spans, widget.Span{Text: w, Kind: widget.Link, Data: w})
		}
		spans = append(spans, widget.Span{Text: "?"})
	}
	spans = append(spans, widget.Span{Text: " " + s.Detail})
	r.notice.Set(widget.DangerTone, assets.IconWarning, spans)
	r.next.SetDisabled(!s.Complete)
	r.view.relayout(r.page)
}

// replace puts a suggested word into the box that is wrong.
func (r *restore) replace(word string) {
	if r.state.Box >= 0 {
		r.grid.SetWord(r.state.Box, word)
		r.focus()
	}
}

func (r *restore) paste(s string) {
	words, whole, state := vm.ReadPhrase(s)
	switch {
	case whole != "":
		r.use(whole)
	case len(words) > 0:
		r.fill(words)
		if !state.Complete && state.Title != "" && len(words) != phraseWords {
			r.show(state)
		}
	default:
		r.show(state)
	}
}

func (r *restore) fill(words []string) {
	phrase := ""
	for _, w := range words {
		phrase += w + " "
	}
	r.grid.Clear()
	r.grid.SetPhrase(phrase)
}

// picture reads the QR code of a recovery phrase.
func (r *restore) picture(data []byte, err error) {
	r.reading++
	reading := r.reading
	vm.Ask(r.view.desk, func(context.Context) (string, error) {
		if err != nil {
			return "", err
		}
		return picture.ReadQR(data)
	}, func(found string, err error) {
		switch {
		case reading != r.reading || r.view.step != atRestore:
		case err != nil:
			r.show(vm.PhraseState{Box: -1, Title: vm.PictureSentence(err)})
		default:
			r.paste(found)
		}
	})
}

func (r *restore) use(phrase string) {
	r.view.model.UsePhrase(phrase)
	r.view.show(atCreate)
}

func (r *restore) submit() {
	if !r.state.Complete {
		return
	}
	phrase := ""
	for i, w := range r.grid.Words() {
		if i > 0 {
			phrase += " "
		}
		phrase += w
	}
	r.use(phrase)
}
