package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
)

// PlayerModel is what a PlayerBar shows.
type PlayerModel struct {
	Title   string
	Time    string // "0:14 / 0:42"
	Share   float32
	Playing bool
	Speed   string
}

// PlayerBar is the player outside of the list: what plays, pause, place, speed,
// and a cross that ends it. 48 high.
type PlayerBar struct {
	fynewidget.BaseWidget
	OnSeek  func(share float32)
	OnTitle func() // go to the message

	model PlayerModel
	play  *IconButton
	speed *Chip
	cross *IconButton
	title *PressLabel
	time  *Label
	track *SeekLine
	box   *canvas.Rectangle
	line  *canvas.Rectangle
}

// NewPlayerBar makes the bar.
func NewPlayerBar(paused, faster, closed func()) *PlayerBar {
	b := &PlayerBar{box: newBox(0), line: newBox(0), time: NewLabel("", Time, theme.Text3)}
	b.play = Name(NewIconButton(assets.IconPlay, text.T("sound.play"), paused), "player.play")
	b.speed = Name(NewChipButton("1×", "", Neutral, faster), "player.speed")
	b.cross = Name(NewIconButton(assets.IconClose, text.T("sound.close"), closed), "player.close")
	b.title = newPressLabel(func() { call(b.OnTitle) })
	b.track = newSeekLine(func(share float32) {
		if b.OnSeek != nil {
			b.OnSeek(share)
		}
	})
	b.ExtendBaseWidget(b)
	return b
}

// Set shows another state.
func (b *PlayerBar) Set(m PlayerModel) {
	if b.model == m {
		return
	}
	if b.model.Playing != m.Playing {
		icon := assets.IconPlay
		if m.Playing {
			icon = assets.IconPause
		}
		b.play.SetIcon(icon)
	}
	if b.model.Speed != m.Speed {
		b.speed.Set(m.Speed, "", Neutral)
	}
	b.model = m
	b.title.set(m.Title)
	b.time.SetText(m.Time)
	b.track.set(m.Share)
	b.Refresh()
}

// InspectName implements Named.
func (b *PlayerBar) InspectName() string { return "player" }

// InspectText implements Texted.
func (b *PlayerBar) InspectText() string { return b.model.Title + " " + b.model.Time }

// CreateRenderer implements fyne.Widget.
func (b *PlayerBar) CreateRenderer() fyne.WidgetRenderer { return newRenderer(b) }

func (b *PlayerBar) minSize() fyne.Size { return size(280, 48) }
func (b *PlayerBar) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{b.box, b.line, b.play, b.title, b.track, b.time, b.speed, b.cross}
}

func (b *PlayerBar) paint() {
	b.box.FillColor, b.line.FillColor = theme.Color(theme.List), theme.Color(theme.Line)
}

func (b *PlayerBar) layout(s fyne.Size) {
	place(b.box, 0, 0, s.Width, s.Height)
	place(b.line, 0, s.Height-1, s.Width, 1)
	place(b.play, theme.Space12, 4, 40, 40)
	place(b.cross, s.Width-theme.Space12-40, 4, 40, 40)
	chip := b.speed.MinSize()
	x := s.Width - theme.Space12 - 40 - theme.Space8 - chip.Width
	place(b.speed, x, (s.Height-chip.Height)/2, chip.Width, chip.Height)
	w := b.time.MinSize().Width
	x -= w + theme.Space12
	place(b.time, x, 16, w, 16)
	left := theme.Space12 + 40 + theme.Space8
	room := max(x-theme.Space12-left, 40)
	title := min(b.title.MinSize().Width, room*0.5)
	if room > 200 {
		place(b.title, left, 14, title, 20)
		place(b.track, left+title+theme.Space16, 12, room-title-theme.Space16, 24)
		return
	}
	// Little room: the line under the title.
	place(b.title, left, 5, room, 20)
	place(b.track, left, 24, room, 20)
}
