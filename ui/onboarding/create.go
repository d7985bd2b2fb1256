package onboarding

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/protect"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// create asks for the name, and for the protection where that is not plain.
type create struct {
	view    *View
	avatar  *widget.Avatar
	title   *widget.Label
	body    *widget.Label
	asks    *fyne.Container // the name, of a new account
	name    *widget.TextField
	hint    *widget.Label
	kept    *fyne.Container // "Encrypted with this computer's key ring. Change"
	label   *widget.Label
	choice  *protect.View
	chosen  bool // the choices are open
	problem *widget.Banner
	button  *widget.Button
	page    *fyne.Container
	scroll  fyne.CanvasObject
}

func newCreate(v *View) *create {
	c := &create{view: v}
	c.avatar = widget.NewAvatar(80, widget.AvatarModel{ID: "new"})
	c.title = widget.NewParagraph("", widget.Display, theme.Text, narrowColumn)
	c.body = widget.NewParagraph("", widget.Body, theme.Text2, narrowColumn)
	c.title.Centre, c.body.Centre = true, true
	c.name = widget.Name(widget.NewTextField("").Large().WithLimit(100), "create.name")
	c.name.OnChanged = func(s string) {
		v.model.Name = s
		c.update()
	}
	c.name.OnSubmitted = func(string) { c.submit() }
	c.hint = widget.NewParagraph(text.T("create.name_hint"), widget.Small, theme.Text3, narrowColumn)
	c.label = widget.NewLabel(text.T("create.protection"), widget.SmallBold, theme.Text)
	c.choice = protect.New(&v.model.Choice, narrowColumn)
	c.choice.OnChanged = func() {
		c.update()
		if v.model.Choice.Kind == vm.ByPassphrase {
			widget.Reveal(c.scroll, c.choice.Fields())
		}
	}
	c.choice.OnSubmitted = c.submit
	change := widget.NewButton(text.T("create.change"), widget.Ghost, func() {
		c.chosen = true
		c.update()
	}).Sized(widget.Compact)
	c.kept = container.New(widget.Row{Gap: theme.Space8},
		widget.NewIcon(assets.IconShieldCheck, 16, theme.Text2),
		widget.NewSpacer(widget.NewShrinking(text.T("create.kept"), widget.Small, theme.Text2)),
		widget.Name(change, "create.protection"))
	c.problem = widget.NewBanner(widget.DangerTone, assets.IconWarning, nil)
	c.button = widget.Name(widget.NewButton("", widget.Primary, c.submit).Sized(widget.Large), "create.go")
	c.asks = container.New(widget.Column{},
		widget.NewLabel(text.T("create.name"), widget.SmallBold, theme.Text),
		widget.Gap(theme.Space8), c.name, widget.Gap(theme.Space8), c.hint, widget.Gap(theme.Space16))
	content := container.New(widget.Column{},
		container.New(widget.Centred{Width: 80}, c.avatar),
		widget.Gap(theme.Space24), c.title, widget.Gap(theme.Space8), c.body,
		widget.Gap(theme.Space32), c.asks, c.label, widget.Gap(theme.Space8), c.choice.Object(), c.kept,
	)
	foot := container.New(widget.Column{}, widget.Gap(theme.Space16), c.problem, widget.Gap(theme.Space8), c.button)
	c.page, c.scroll = widget.NewFooted(content, foot, widget.Centred{Width: narrowColumn, Side: theme.Space24, Top: theme.Space24, Middle: true})
	return c
}

func (c *create) object() fyne.CanvasObject { return c.page }

func (c *create) focus() {
	if !c.view.model.Restoring() {
		c.name.Focus()
	}
}

func (c *create) submit() {
	if c.view.model.Ready() {
		c.view.model.Create()
	}
}

func (c *create) update() {
	m := c.view.model
	c.avatar.Set(widget.AvatarModel{ID: "new", Name: m.Name})
	key := "create."
	if m.Restoring() {
		key = "create.restored_"
	}
	c.title.SetText(text.T(key + "title"))
	if m.FromBackup() {
		key = "create.backup_"
	}
	c.body.SetText(text.T(key + "body"))
	set(c.asks, !m.Restoring())
	set(c.avatar, !m.Restoring())
	c.name.SetError(m.NameProblem())
	c.choice.Update(m.HasKeyring)
	quiet := m.HasKeyring && !c.chosen && m.Choice.Kind == vm.ByKeyring
	set(c.kept, quiet)
	set(c.label, m.Asked && !quiet)
	set(c.choice.Object(), m.Asked && !quiet)
	c.problem.Set(widget.DangerTone, assets.IconWarning, widget.Text(m.Problem))
	set(c.problem, m.Problem != "")
	word := busy("create.go", m.Busy)
	if m.Busy && m.FromBackup() {
		word = "create.backup_busy"
	}
	c.button.SetText(text.T(word))
	c.button.SetDisabled(!m.Ready())
	c.name.SetDisabled(m.Busy)
	c.view.relayout(c.page)
}

// busy chooses the word on a button while its work is under way.
func busy(key string, is bool) string {
	if is {
		return key + "_busy"
	}
	return key
}

func set(o fyne.CanvasObject, shown bool) {
	if shown != o.Visible() {
		if shown {
			o.Show()
		} else {
			o.Hide()
		}
	}
}
