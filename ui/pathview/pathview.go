// Package pathview is the sheet that shows the onion path and the state of the
// network, as far as they are known.
package pathview

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

// Sheet is an open sheet.
type Sheet struct {
	*widget.Sheet
	path  *widget.PathView
	icon  *widget.Icon
	line  *widget.Label
	aside *fyne.Container
}

// Open shows the sheet over a window; retry makes the engine try again now.
func Open(c fyne.Canvas, s model.NetworkStatus, retry func()) *Sheet {
	const width float32 = 520
	v := &Sheet{path: widget.NewPathView(nil)}
	body := container.New(widget.Column{Gap: theme.Space24},
		widget.NewParagraph(text.T("path.body"), widget.Body, theme.Text2, width-2*theme.Space24), v.path)
	v.Sheet = widget.NewSheet(text.T("path.title"), body)
	v.Width = width
	v.icon = widget.NewIcon("", 20, theme.Text2)
	v.line = widget.NewShrinking("", widget.Small, theme.Text2)
	v.aside = container.New(widget.Row{Gap: theme.Space12}, v.icon, widget.NewSpacer(v.line))
	v.SetFooter(v.aside, widget.Name(widget.NewIconTextButton(assets.IconRetry, text.T("path.retry"), widget.Secondary, retry), "path.retry"))
	v.Set(s)
	v.Open(c)
	v.path.Pulse()
	return v
}

// Set shows another state.
func (v *Sheet) Set(s model.NetworkStatus) {
	var nodes []widget.PathNode
	for _, h := range vm.PathHops(s) {
		n := widget.PathNode{Icon: assets.IconOnion, Title: h.Title, Detail: h.Detail, Dim: h.Dim}
		switch {
		case h.You:
			n.Icon, n.End, n.Solid = assets.IconUser, true, true
		case h.Swarm:
			n.Icon, n.End = assets.IconSwarm, true
		}
		nodes = append(nodes, n)
	}
	v.path.Set(nodes)
	switch s.Connection {
	// Green with two paths or more, yellow with one or while the first is being
	// built, red without.
	case model.Online:
		v.icon.Set(assets.IconSelect, theme.Ok)
	case model.Offline:
		v.icon.Set(assets.IconOffline, theme.Danger)
	default:
		v.icon.Set(assets.IconClock, theme.Warn)
	}
	title, detail := vm.PathLine(s)
	v.line.SetSpans([]widget.Span{{Text: title, Kind: widget.Strong}, {Text: " " + detail}})
	v.aside.Refresh()
}
