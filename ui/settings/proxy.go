package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// proxySheet chooses the proxy, and tests it before it is set.
type proxySheet struct {
	*widget.Sheet
	v       *View
	m       *vm.ProxyForm
	choices [3]*widget.Check
	own     *fyne.Container
	address *widget.TextField
	outcome *widget.Banner
	test    *widget.Button
	save    *widget.Button
	body    *fyne.Container
}

const proxyWidth float32 = 520

func (v *View) proxy() {
	desk, leave := v.window.Desk().Sub()
	s := &proxySheet{v: v, m: v.Settings.NewProxyForm(desk)}
	const inner = proxyWidth - 2*theme.Space24
	choices := container.New(widget.Column{Gap: theme.Space12})
	for kind, key := range []string{"proxy.choice_none", "proxy.choice_tor", "proxy.choice_own"} {
		s.choices[kind] = widget.Name(widget.NewRadio(text.T(key), false, func() { s.choose(vm.ProxyKind(kind)) }), key)
		choices.Add(s.choices[kind])
	}
	s.address = s.field("proxy.address", assets.IconPath, s.m.Address, false, func(t string) { s.m.Address = t })
	user := s.field("proxy.user", assets.IconUser, s.m.User, false, func(t string) { s.m.User = t })
	password := s.field("proxy.password", assets.IconKey, s.m.Password, true, func(t string) { s.m.Password = t })
	s.own = container.New(widget.Column{Gap: theme.Space12}, s.address, user, password)
	s.outcome = widget.NewBanner(widget.WarnTone, assets.IconWarning, nil)
	s.body = container.New(widget.Column{Gap: theme.Space16},
		widget.NewParagraph(text.T("proxy.body"), widget.Body, theme.Text2, inner), choices, s.own, s.outcome)
	s.Sheet = widget.NewSheet(text.T("proxy.title"), s.body)
	s.Width = proxyWidth
	s.test = widget.Name(widget.NewButton(text.T("proxy.test"), widget.Secondary, s.m.Test), "proxy.test")
	s.save = widget.Name(widget.NewButton(text.T("app.save"), widget.Primary, s.set), "proxy.save")
	s.SetFooter(container.New(widget.Row{}, s.test), widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss), s.save)
	s.OnClose = func() {
		s.m.Stop()
		leave()
		password.SetText("")
		s.m.Password = ""
	}
	s.m.Changed = s.update
	s.SetInitialFocus(s.choices[s.m.Kind])
	s.update()
	s.Open(v.window.Canvas())
}

func (s *proxySheet) field(key string, icon assets.IconName, now string, secret bool, typed func(string)) *widget.TextField {
	f := widget.NewTextField(text.T(key))
	if secret {
		f = widget.NewSecretField(text.T(key))
	}
	f = widget.Name(f.Large().WithIcon(icon), key)
	f.SetText(now)
	f.OnChanged = func(t string) {
		typed(t)
		s.m.Edited()
	}
	f.OnSubmitted = func(string) { s.set() }
	return f
}

func (s *proxySheet) choose(kind vm.ProxyKind) {
	s.m.Kind = kind
	s.m.Edited()
	if kind == vm.OwnProxy {
		s.v.window.Canvas().Focus(s.address.FocusTarget())
	}
}

func (s *proxySheet) update() {
	m := s.m
	for kind, c := range s.choices {
		c.SetOn(vm.ProxyKind(kind) == m.Kind)
	}
	if m.Kind == vm.OwnProxy {
		s.own.Show()
	} else {
		s.own.Hide()
	}
	s.address.SetError(m.Problem())
	p, ok := m.Proxy()
	s.test.SetDisabled(!ok || !p.On || m.Testing)
	s.save.SetDisabled(!ok)
	s.outcome.Show()
	switch {
	case m.Testing:
		widget.Name(s.outcome, "proxy.testing").Set(widget.AccentTone, assets.IconClock, widget.Text(text.T("proxy.testing")))
	case m.Outcome == "":
		s.outcome.Hide()
	case m.Good:
		widget.Name(s.outcome, "proxy.outcome").Set(widget.OkTone, assets.IconSelect, widget.Text(m.Outcome))
	default:
		widget.Name(s.outcome, "proxy.outcome").Set(widget.WarnTone, assets.IconWarning, widget.Text(m.Outcome))
	}
	s.body.Refresh()
	if s.Sheet != nil && s.IsOpen() {
		s.Refresh()
	}
}

func (s *proxySheet) set() {
	p, ok := s.m.Proxy()
	if !ok {
		return
	}
	s.v.Settings.Change(func(m *model.Settings) { m.Proxy = p })
	s.Dismiss()
	said := "proxy.saved_none"
	if p.On {
		said = "proxy.saved"
	}
	s.v.window.Toast(text.T(said), "", nil, nil)
}
