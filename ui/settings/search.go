package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// results is what the search has found, in the place of the list of pages.
type results struct {
	v       *View
	box     *fyne.Container
	entries []vm.SettingsEntry
	rows    []*widget.PressRow
	at      int
}

func newResults(v *View) *results { return &results{v: v, box: container.New(widget.Column{})} }

// look searches; an empty query shows the pages again.
func (r *results) look(query string) {
	v := r.v
	r.entries, r.rows, r.at, r.box.Objects = nil, nil, 0, nil
	groups := vm.SearchSettings(query, v.absent)
	for _, g := range groups {
		r.box.Add(container.New(widget.Inset{Left: theme.Space12, Top: theme.Space12, Bottom: theme.Space4},
			widget.NewLabel(text.T("settings."+g.Page), widget.CaptionBold, theme.Text3)))
		for _, e := range g.Entries {
			row := widget.NewPressRow("", e.Label(), func() { r.open(e) })
			row.Detail, row.Height = e.Hint(), 44
			if row.Detail != "" {
				row.Height = 56
			}
			r.entries, r.rows = append(r.entries, e), append(r.rows, row)
			r.box.Add(widget.Name(row, "settings.found:"+e.Key))
		}
	}
	v.left.Objects = []fyne.CanvasObject{v.nav}
	switch {
	case len(groups) > 0:
		v.left.Objects = []fyne.CanvasObject{r.box}
		r.highlight(0)
	case query != "":
		v.left.Objects = []fyne.CanvasObject{container.New(widget.Inset{Left: theme.Space12, Top: theme.Space12, Right: theme.Space12},
			container.New(widget.Column{Gap: theme.Space8},
				widget.NewParagraph(text.F("settings.search_none", "text", query), widget.Body, theme.Text, 260),
				widget.NewParagraph(text.T("settings.search_hint"), widget.Small, theme.Text2, 260)))}
	}
	v.left.Refresh()
	v.split.Refresh()
}

// absent says that a row is not shown as things are.
func (v *View) absent(e vm.SettingsEntry) bool {
	switch e.Key {
	case "privacy.lock_after", "privacy.lock_now":
		return v.window.Protection() != vm.ByPassphrase
	case "help.update_now":
		return !v.Updates.Can
	}
	return false
}

func (r *results) highlight(i int) {
	if len(r.rows) == 0 {
		return
	}
	r.rows[r.at].Selected = false
	r.rows[r.at].Refresh()
	r.at = min(max(i, 0), len(r.rows)-1)
	r.rows[r.at].Selected = true
	r.rows[r.at].Refresh()
}

// key moves through what was found while one types.
func (r *results) key(k *fyne.KeyEvent) bool {
	if len(r.rows) == 0 {
		return false
	}
	switch k.Name {
	case fyne.KeyDown:
		r.highlight(r.at + 1)
	case fyne.KeyUp:
		r.highlight(r.at - 1)
	default:
		return false
	}
	return true
}

// choose jumps to the row that is highlighted.
func (r *results) choose() {
	if len(r.entries) > 0 {
		r.open(r.entries[r.at])
	}
}

func (r *results) open(e vm.SettingsEntry) {
	r.v.Open(e.Page)
	r.v.jump(e.Key)
}
