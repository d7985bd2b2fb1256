package newgroup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

const (
	width float32 = 480
	inner         = width - 2*theme.Space24
	tall  float32 = 300 // the list of contacts
	most          = 60  // rows; typing finds the others
)

// picks is the search field and the list of people under it.
type picks struct {
	model  *vm.MemberPick
	field  *widget.TextField
	count  *widget.Label
	none   *widget.Label
	rows   *fyne.Container
	scroll fyne.CanvasObject
	object *fyne.Container
}

func newPicks(model *vm.MemberPick) *picks {
	p := &picks{model: model, rows: container.New(widget.Column{})}
	p.field = widget.Name(widget.NewSearchField(text.T("newgroup.search"), ""), "newgroup.search")
	p.field.OnChanged = model.Search
	p.field.OnSubmitted = func(string) { p.first() }
	p.count = widget.NewParagraph("", widget.Small, theme.Text2, inner)
	p.none = widget.NewParagraph("", widget.Small, theme.Text2, inner)
	p.scroll = widget.NewScroll(container.New(widget.Column{}, p.none, p.rows))
	p.object = container.New(widget.Column{}, p.field, widget.Gap(theme.Space8), p.count, widget.Gap(theme.Space4),
		container.New(high{}, p.scroll))
	return p
}

// first takes the first one found, and looks for somebody else.
func (p *picks) first() {
	if list := p.model.List(); p.model.Text != "" && len(list) > 0 {
		p.model.Toggle(list[0].ID)
		p.field.SetText("")
		p.model.Search("")
	}
}

func (p *picks) update() {
	p.count.SetText(p.model.Count())
	list := p.model.List()
	p.rows.Objects = nil
	for i, c := range list {
		if i == most {
			break
		}
		row := widget.NewPressRow("", c.Name, func() { p.model.Toggle(c.ID) })
		row.Lead = widget.NewAvatar(32, widget.AvatarModel{ID: c.ID.String(), Name: c.Name})
		if c.Chosen {
			row.Tail = widget.NewIcon(assets.IconCheck, 20, theme.AccentInk)
			row.Bold, row.Ground = true, theme.AccentSoft
		}
		p.rows.Add(widget.Name(row, "newgroup.row:"+c.Name))
	}
	none := ""
	switch {
	case len(list) > 0:
	case p.model.Known():
		none = text.T("newgroup.nobody")
	default:
		none = text.T("newgroup.no_contacts")
	}
	p.none.SetText(none)
	if none == "" {
		p.none.Hide()
	} else {
		p.none.Show()
	}
	p.rows.Refresh()
	p.scroll.Refresh()
	p.object.Refresh()
}

// high gives the list its height, however many rows there are.
type high struct{}

// MinSize implements fyne.Layout.
func (high) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(200, tall) }

// Layout implements fyne.Layout.
func (high) Layout(o []fyne.CanvasObject, s fyne.Size) { o[0].Resize(s) }
