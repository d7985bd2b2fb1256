package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/theme"
)

// FileModel is a file in a message.
type FileModel struct {
	Own      bool
	Name     string
	Line     string // "620 KB of 1.8 MB", "48 KB · GPX track"
	Icon     assets.IconName
	Transfer Transfer
	Bad      bool // Line says what went wrong
}

// FileRow is a file in a message: a tile with its kind, name, size. Pressing
// opens, fetches, or stops fetching it.
type FileRow struct {
	fynewidget.BaseWidget
	OnOpen  func()
	OnFetch func()
	OnStop  func()
	OnMenu  func(at fyne.Position)
	OnTaken func(e *fyne.PointEvent) bool
	model   FileModel
	tile    *canvas.Rectangle
	icon    *glyph
	mark    *transferMark
	name    flowView
	line    flowView
	list    []fyne.CanvasObject
}

const (
	fileWide float32 = 296 // content of a bubble of 320
	fileHigh float32 = 44
	fileTile float32 = 40
)

var (
	_ fyne.Tappable          = (*FileRow)(nil)
	_ fyne.SecondaryTappable = (*FileRow)(nil)
	_ desktop.Cursorable     = (*FileRow)(nil)
)

// NewFileRow makes a row.
func NewFileRow(m FileModel) *FileRow {
	f := &FileRow{model: m, tile: newBox(theme.Radius12), icon: newGlyph("", 20), mark: newTransferMark()}
	f.ExtendBaseWidget(f)
	return f
}

// Set shows another state.
func (f *FileRow) Set(m FileModel) {
	f.model = m
	f.Refresh()
}

// SizeIn measures the row in a width.
func (f *FileRow) SizeIn(width float32) fyne.Size { return size(min(fileWide, width), fileHigh) }

// CreateRenderer implements fyne.Widget.
func (f *FileRow) CreateRenderer() fyne.WidgetRenderer { return newRenderer(f) }

func (f *FileRow) minSize() fyne.Size           { return size(160, fileHigh) }
func (f *FileRow) paint()                       {}
func (f *FileRow) objects() []fyne.CanvasObject { return f.list }

func (f *FileRow) layout(s fyne.Size) {
	m := &f.model
	ground, ink, name, line := theme.AccentSoft, theme.AccentInk, theme.Text, theme.Text3
	if m.Own {
		ground, ink, name, line = theme.InsetOut, theme.OnOut, theme.OnOut, theme.OnOut2
	}
	if m.Bad && !m.Own {
		line = theme.Danger
	}
	f.list = f.list[:0]
	setRect(f.tile, theme.Color(ground), theme.Radius12)
	place(f.tile, 0, 2, fileTile, fileTile)
	f.list = append(f.list, f.tile)
	if m.Transfer.State == Here {
		f.icon.paint(m.Icon, theme.Color(ink))
		f.icon.move(10, 12)
		f.list = append(f.list, f.icon.img)
	} else {
		f.list = f.mark.show(f.list, m.Transfer, fileTile/2, 2+fileTile/2, fileTile, theme.Color(ground), theme.Color(ink))
	}
	const x = fileTile + 12
	top := layoutLine(shortName(m.Name, SmallBold, s.Width-x), SmallBold, s.Width-x)
	f.name.show(top, inks{text: theme.Color(name)}, x, 2, top.width, false)
	const timeRoom = 64 // the bubble's time stands at the right of this line
	under := layoutLine(Text(m.Line), Small, max(s.Width-x-timeRoom, 60))
	f.line.show(under, inks{text: theme.Color(line)}, x, 22, under.width, false)
	f.list = append(append(f.list, f.name.list...), f.line.list...)
}

// shortName keeps the end of a long name in view: what a file is stands there.
func shortName(name string, style Style, room float32) []Span {
	if textWidth(name, style, false) <= room {
		return Text(name)
	}
	r := []rune(name)
	const tail = 10
	for n := min(len(r)-tail, 60); n > 4; n-- {
		if s := string(r[:n]) + "…" + string(r[len(r)-tail:]); textWidth(s, style, false) <= room {
			return Text(s)
		}
	}
	return Text(name)
}

// Tapped implements fyne.Tappable.
func (f *FileRow) Tapped(e *fyne.PointEvent) {
	touch()
	if f.OnTaken != nil && f.OnTaken(e) {
		return
	}
	switch f.model.Transfer.State {
	case Away, Broken:
		call(f.OnFetch)
	case Moving:
		call(f.OnStop)
	case Here, Lost:
		call(f.OnOpen) // or it is said why it cannot be opened
	}
}

// TappedSecondary implements fyne.SecondaryTappable.
func (f *FileRow) TappedSecondary(e *fyne.PointEvent) {
	touch()
	if f.OnMenu != nil {
		f.OnMenu(e.AbsolutePosition)
	}
}

// Cursor implements desktop.Cursorable.
func (f *FileRow) Cursor() desktop.Cursor { return desktop.PointerCursor }

// InspectName implements Named.
func (f *FileRow) InspectName() string { return "file:" + f.model.Name }

// InspectText implements Texted.
func (f *FileRow) InspectText() string {
	return [...]string{"here", "away", "moving", "broken", "lost"}[f.model.Transfer.State] + " " + f.model.Line
}
