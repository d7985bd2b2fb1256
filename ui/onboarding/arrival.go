package onboarding

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

// Arrival shows what a restored account brings along, and asks for a name when
// it brings none.
type Arrival struct {
	model *vm.Arrival
	later func()

	ground *widget.Surface
	page   *fyne.Container
	avatar *widget.Avatar
	title  *widget.Label
	body   *widget.Label
	card   fyne.CanvasObject
	rows   [4]*widget.PressRow
	ask    *fyne.Container
	name   *widget.TextField
	open   *widget.Button
	skip   *widget.Button
	hint   *widget.Label
	shown  vm.ArrivalPhase
}

const arrivalColumn float32 = 400

// NewArrival shows a model. done is called when the main window shall come, also
// when the user does not want to wait.
func NewArrival(m *vm.Arrival, done func()) *Arrival {
	a := &Arrival{model: m, later: done, shown: -1}
	a.avatar = widget.NewAvatar(80, widget.AvatarModel{ID: "new"})
	a.title = widget.NewParagraph("", widget.Display, theme.Text, arrivalColumn)
	a.body = widget.NewParagraph("", widget.Body, theme.Text2, arrivalColumn)
	a.hint = widget.NewParagraph("", widget.Small, theme.Text3, arrivalColumn)
	a.title.Centre, a.body.Centre, a.hint.Centre = true, true, true
	list := container.New(widget.Column{})
	for i, key := range []string{"profile", "contacts", "groups", "communities"} {
		if i > 0 {
			list.Add(container.New(widget.Inset{Left: theme.Space16, Right: theme.Space16}, widget.NewSeparator()))
		}
		a.rows[i] = widget.Name(widget.NewPressRow(assets.IconClock, text.T("arrival."+key), nil), "arrival."+key)
		list.Add(a.rows[i])
	}
	a.card = widget.NewCard(list, theme.Space4)
	a.name = widget.Name(widget.NewTextField("").Large().WithLimit(100), "arrival.name")
	a.name.OnChanged = func(s string) {
		m.Name = s
		a.update()
	}
	a.name.OnSubmitted = func(string) { m.TakeName() }
	a.ask = container.New(widget.Column{},
		widget.NewLabel(text.T("create.name"), widget.SmallBold, theme.Text), widget.Gap(theme.Space8), a.name)
	a.open = widget.Name(widget.NewButton("", widget.Primary, a.press).Sized(widget.Large), "arrival.go")
	a.skip = widget.Name(widget.NewButton(text.T("arrival.later"), widget.Ghost, done), "arrival.later")
	content := container.New(widget.Column{},
		container.New(widget.Centred{Width: 80}, a.avatar),
		widget.Gap(theme.Space24), a.title, widget.Gap(theme.Space8), a.body, widget.Gap(theme.Space32),
		a.card, a.ask,
	)
	foot := container.New(widget.Column{}, widget.Gap(theme.Space24), a.open, widget.Gap(theme.Space12), a.skip, a.hint)
	a.page, _ = widget.NewFooted(content, foot, widget.Centred{Width: arrivalColumn, Side: theme.Space24, Top: theme.Space24, Middle: true})
	a.ground = widget.NewSurface(theme.Paper, a.page)
	m.Changed, m.Done = a.update, done
	a.update()
	return a
}

// Object returns what is shown.
func (a *Arrival) Object() fyne.CanvasObject { return a.ground }

// press does what the large button says.
func (a *Arrival) press() {
	switch a.model.Phase {
	case vm.ArrivalFound:
		a.later()
	case vm.ArrivalNobody:
		a.model.TakeName()
	case vm.ArrivalUnreachable:
		a.model.Try()
	}
}

func (a *Arrival) update() {
	m := a.model
	name := m.Profile.Name
	if m.Phase == vm.ArrivalNobody {
		name = m.Name
	}
	a.avatar.Set(widget.AvatarModel{ID: m.Profile.ID.String(), Name: name})
	a.words()
	a.count(0, name, name != "")
	a.count(1, number(m.Contacts), m.Contacts > 0)
	a.count(2, number(m.Groups), m.Groups > 0)
	a.count(3, number(m.Communities), m.Communities > 0)
	set(a.card, m.Phase != vm.ArrivalNobody)
	set(a.ask, m.Phase == vm.ArrivalNobody)
	set(a.open, m.Phase != vm.ArrivalLooking)
	set(a.skip, m.Phase == vm.ArrivalUnreachable)
	a.open.SetDisabled(m.Phase == vm.ArrivalNobody && !m.Ready())
	a.name.SetDisabled(m.Busy)
	a.name.SetError(m.NameProblem())
	if a.shown != m.Phase {
		a.shown = m.Phase
		if m.Phase == vm.ArrivalNobody {
			a.name.Focus()
		}
	}
	a.page.Refresh()
	a.ground.Refresh()
}

// words sets the sentences of the phase.
func (a *Arrival) words() {
	m := a.model
	title, body, button, hint := text.T("arrival.looking"), text.T("arrival.looking_body"), "", ""
	switch m.Phase {
	case vm.ArrivalFound:
		title, body = text.F("arrival.found", "name", m.Profile.Name), text.T("arrival.found_body")
		button, hint = text.T("arrival.open"), text.T("arrival.rest")
	case vm.ArrivalNobody:
		title, body = text.T("arrival.nobody"), text.T("arrival.nobody_body")
		button = text.T(busy("arrival.take", m.Busy))
		hint = m.Problem
	case vm.ArrivalUnreachable:
		title, body = text.T("arrival.unreachable"), m.Problem
		button, hint = text.T("arrival.again"), text.T("arrival.later_hint")
	}
	a.title.SetText(title)
	a.body.SetText(body)
	a.open.SetText(button)
	a.hint.SetText(hint)
}

// count fills a row: what was found, that there is nothing, or that it is still
// looked for.
func (a *Arrival) count(row int, value string, found bool) {
	r := a.rows[row]
	switch {
	case found:
		r.Icon, r.Value = assets.IconCheck, value
	case a.model.Phase == vm.ArrivalFound:
		r.Icon, r.Value = assets.IconMinus, text.T("arrival.none")
	case a.model.Phase == vm.ArrivalUnreachable:
		r.Icon, r.Value = assets.IconClock, ""
	default:
		r.Icon, r.Value = assets.IconClock, text.T("arrival.waiting")
	}
	r.Refresh()
}

func number(n int) string {
	if n == 0 {
		return strconv.Itoa(n)
	}
	return text.N("arrival.count", n)
}
