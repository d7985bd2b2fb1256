package settings

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

func (v *View) clear() []fyne.CanvasObject {
	row := func(key string, icon assets.IconName, network bool) fyne.CanvasObject {
		r := v.row(key, func() { v.askToClear(network) })
		r.Icon, r.Danger, r.Chevron = icon, true, true
		return v.place(key, r)
	}
	return []fyne.CanvasObject{section("clear.what",
		row("clear.device", assets.IconDevice, false), row("clear.network", assets.IconSwarm, true))}
}

// AskToClear asks whether everything is to go from this computer.
func (v *View) AskToClear() { v.askToClear(false) }

// askToClear asks for the first time; clearSheet for the second.
func (v *View) askToClear(network bool) {
	title, body := "clear.title_device", "clear.body_device"
	if network {
		title, body = "clear.title_network", "clear.body_network"
	}
	const width float32 = 480
	parts := []fyne.CanvasObject{widget.NewParagraph(text.T(body), widget.Body, theme.Text2, width-2*theme.Space24)}
	var phrase fyne.CanvasObject
	if !v.Settings.Now.PhraseSeen {
		parts = append(parts, widget.Gap(theme.Space16),
			widget.NewBanner(widget.WarnTone, assets.IconWarning, widget.Text(text.T("clear.phrase_warning"))))
		phrase = widget.Name(widget.NewButton(text.T("clear.phrase"), widget.Ghost, v.window.ShowRecovery), "clear.phrase")
	}
	s := widget.NewSheet(text.T(title), container.New(widget.Column{}, parts...))
	s.Width = width
	next := widget.NewButton(text.T("app.continue"), widget.Danger, func() {
		s.Dismiss()
		newClearSheet(v, v.window.ClearData(network), text.T(title))
	})
	s.SetFooter(phrase, widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss), widget.Name(next, "clear.continue"))
	s.Open(v.window.Canvas())
}

// clearSheet asks for the second time and follows what happens.
type clearSheet struct {
	*widget.Sheet
	v     *View
	m     *vm.ClearData
	title string
	field *widget.TextField
	body  *fyne.Container
}

const clearWidth float32 = 480

func newClearSheet(v *View, m *vm.ClearData, title string) {
	s := &clearSheet{v: v, m: m, title: title, body: container.New(widget.Column{})}
	s.field = widget.Name(widget.NewSecretField(text.T("lock.passphrase")).Large().WithIcon(assets.IconLock), "clear.passphrase")
	s.field.OnSubmitted = m.Confirm
	s.Sheet = widget.NewSheet(title, s.body)
	s.Width = clearWidth
	s.OnClose = func() {
		s.field.SetText("")
		m.Cancel()
	}
	m.Changed = s.update
	s.update()
	if m.NeedsPassphrase {
		s.SetInitialFocus(s.field.FocusTarget())
	}
	s.Open(v.window.Canvas())
}

func (s *clearSheet) update() {
	const inner = clearWidth - 2*theme.Space24
	m := s.m
	say := func(sentence string) fyne.CanvasObject {
		return widget.NewParagraph(sentence, widget.Body, theme.Text2, inner)
	}
	button := func(key, name string, kind widget.ButtonKind, do func()) *widget.Button {
		return widget.Name(widget.NewButton(text.T(key), kind, do), name)
	}
	cancel := button("widget.cancel", "clear.cancel", widget.Secondary, s.Dismiss)
	s.Firm, s.Title = false, s.title
	switch m.Step {
	case vm.ClearAsking:
		s.body.Objects = []fyne.CanvasObject{say(text.T("clear.body"))}
		if m.NeedsPassphrase {
			problem := m.Problem
			if m.Wait > 0 {
				problem = text.N("lock.wait", m.Wait)
			}
			s.field.SetError(problem)
			s.body.Objects = append(s.body.Objects, widget.Gap(theme.Space16), s.field)
		}
		yes := button("clear.yes", "clear.yes", widget.Danger, func() { m.Confirm(s.field.Text()) })
		yes.SetDisabled(m.Busy || m.Wait > 0)
		s.SetFooter(nil, cancel, yes)
	case vm.ClearWorking:
		s.body.Objects = []fyne.CanvasObject{say(text.T("clear.asking"))}
		s.SetFooter(nil, cancel)
	case vm.ClearUnreachable:
		s.Title = text.T("clear.unreachable_title")
		s.body.Objects = []fyne.CanvasObject{say(m.Problem + " " + text.T("clear.unreachable"))}
		s.SetFooter(nil, cancel, button("clear.again", "clear.again", widget.Secondary, m.Again),
			button("clear.device_only", "clear.device_only", widget.Danger, m.DeviceOnly))
	case vm.ClearPartly:
		s.Title = text.T("clear.partly_title")
		s.body.Objects = []fyne.CanvasObject{say(text.F("clear.partly",
			"confirmed", strconv.Itoa(m.Cleared.Confirmed), "members", strconv.Itoa(m.Cleared.Members)))}
		s.SetFooter(nil, cancel, button("clear.again", "clear.again", widget.Secondary, m.Again),
			button("clear.device_anyway", "clear.device_anyway", widget.Danger, m.DeviceOnly))
	case vm.ClearDone:
		s.Firm = true
		s.body.Objects = []fyne.CanvasObject{say(text.T("clear.working"))}
		s.SetFooter(nil)
	}
	s.body.Refresh()
	if s.Sheet != nil && s.IsOpen() {
		s.Refresh()
	}
}
