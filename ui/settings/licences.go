package settings

import (
	"runtime/debug"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/widget"
)

// licenceSheet lists what the program is made of; one is opened to read its
// terms.
type licenceSheet struct {
	*widget.Sheet
	search *widget.TextField
	list   *fyne.Container
	body   *fyne.Container
}

// licenceWidth holds the 80 columns that licences are written in.
const licenceWidth float32 = 700

func (v *View) licences() {
	s := &licenceSheet{list: container.New(widget.Column{})}
	s.search = widget.Name(widget.NewSearchField(text.T("help.licences_search"), ""), "licences.search")
	s.search.OnChanged = func(string) { s.fill() }
	s.body = container.New(widget.Column{Gap: theme.Space12}, s.search, s.list)
	s.Sheet = widget.NewSheet(text.T("help.licences"), s.body)
	s.Width = licenceWidth
	s.SetInitialFocus(s.search.FocusTarget())
	s.fill()
	s.Open(v.window.Canvas())
}

// versions are those that this program was built with.
func versions() map[string]string {
	v := map[string]string{}
	if info, ok := debug.ReadBuildInfo(); ok {
		v["Go"] = info.GoVersion
		for _, m := range info.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			v[m.Path] = m.Version
		}
	}
	return v
}

func (s *licenceSheet) fill() {
	s.list.Objects = nil
	query := strings.ToLower(strings.TrimSpace(s.search.Text()))
	built := versions()
	for _, l := range assets.Licences() {
		if query != "" && !strings.Contains(strings.ToLower(l.Name+" "+l.Kind), query) {
			continue
		}
		row := widget.NewPressRow("", l.Name, func() { s.read(l) })
		row.Value, row.Detail, row.Chevron, row.Height = l.Kind, built[l.Name], true, 44
		if row.Detail != "" {
			row.Height = 56
		}
		row.OnFocus = func(on bool) {
			if on {
				s.Reveal(row)
			}
		}
		s.list.Add(widget.Name(row, "licences.row:"+l.Name))
	}
	if len(s.list.Objects) == 0 {
		s.list.Add(widget.NewParagraph(text.T("help.licences_none"), widget.Body, theme.Text2, licenceWidth-2*theme.Space24))
	}
	s.body.Refresh()
	if s.IsOpen() {
		s.Refresh()
	}
}

// read opens the terms of one over the list.
func (s *licenceSheet) read(l assets.Licence) {
	lines := container.New(widget.Column{})
	// One label for each paragraph: a label lays out its whole text at once.
	for _, part := range strings.Split(l.Text, "\n\n") {
		lines.Add(widget.NewParagraph(strings.Trim(part, "\n"), widget.Code, theme.Text2, licenceWidth-2*theme.Space24))
		lines.Add(widget.Gap(theme.Space12))
	}
	one := widget.NewSheet(l.Name, lines)
	one.Width = licenceWidth
	one.SetFooter(nil, widget.Name(widget.NewButton(text.T("help.licence_back"), widget.Secondary, one.Dismiss), "licences.back"))
	one.OpenFor(s.Sheet)
}
