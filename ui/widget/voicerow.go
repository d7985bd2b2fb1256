package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/theme"
)

// VoiceModel is a sound in a message.
type VoiceModel struct {
	Own      bool
	Title    string // of a sound file; a voice message has none
	Bars     []byte // 0 to 255
	Playing  bool
	Share    float32 // played, 0 to 1
	Time     string  // "0:14 / 0:42"
	Unplayed bool    // a dot says that nobody has listened yet
	Speed    string  // "1.5×"
	Transfer Transfer
}

// VoiceRow plays a voice message: a button, bars to seek in, the time, the
// speed.
type VoiceRow struct {
	fynewidget.BaseWidget
	OnPlay  func()              // the button; also fetches, and stops fetching
	OnSeek  func(share float32) // a place among the bars
	OnSpeed func()              // the chip
	OnMenu  func(at fyne.Position)
	OnTaken func(e *fyne.PointEvent) bool
	model   VoiceModel
	disc    *canvas.Circle
	sign    *glyph
	mark    *transferMark
	wave    *waveform
	title   flowView
	time    *canvas.Text
	dot     *canvas.Circle
	chip    *canvas.Rectangle
	speed   *canvas.Text
	list    []fyne.CanvasObject
}

const (
	voiceWide  float32 = 312 // content of a bubble of 336
	voiceHigh  float32 = 44
	voiceDisc  float32 = 40
	voiceChip  float32 = 36
	voiceChipH float32 = 20
)

var (
	_ fyne.Tappable          = (*VoiceRow)(nil)
	_ fyne.SecondaryTappable = (*VoiceRow)(nil)
	_ fyne.Draggable         = (*VoiceRow)(nil)
	_ desktop.Cursorable     = (*VoiceRow)(nil)
)

// NewVoiceRow makes a row.
func NewVoiceRow(m VoiceModel) *VoiceRow {
	v := &VoiceRow{
		model: m, disc: canvas.NewCircle(nil), sign: newGlyph("", 20), mark: newTransferMark(), wave: newWaveform(),
		time: &canvas.Text{}, dot: canvas.NewCircle(nil), chip: newBox(voiceChipH / 2), speed: &canvas.Text{},
	}
	v.ExtendBaseWidget(v)
	return v
}

// Set shows another state.
func (v *VoiceRow) Set(m VoiceModel) {
	v.model = m
	v.Refresh()
}

// Model returns what is shown.
func (v *VoiceRow) Model() VoiceModel { return v.model }

// SizeIn measures the row in a width.
func (v *VoiceRow) SizeIn(width float32) fyne.Size {
	return size(min(voiceWide, width), voiceHigh+v.titleHigh())
}

func (v *VoiceRow) titleHigh() float32 {
	if v.model.Title == "" {
		return 0
	}
	return Small.Line
}

// CreateRenderer implements fyne.Widget.
func (v *VoiceRow) CreateRenderer() fyne.WidgetRenderer { return newRenderer(v) }

func (v *VoiceRow) minSize() fyne.Size           { return size(160, voiceHigh+v.titleHigh()) }
func (v *VoiceRow) paint()                       {}
func (v *VoiceRow) objects() []fyne.CanvasObject { return v.list }

// frames are where bars and chip stand.
func (v *VoiceRow) frames(s fyne.Size) (wave, chip frame) {
	top := v.titleHigh()
	const x = voiceDisc + 12
	chip = frame{s.Width - voiceChip, top + 3, voiceChip, voiceChipH}
	room := max(chip.x-12-x, 20)
	n := float32(barsIn(min(room, 44*(waveBar+waveGap))))
	return frame{x, top + 1, n*(waveBar+waveGap) - waveGap, waveHigh}, chip
}

func (v *VoiceRow) layout(s fyne.Size) {
	m := &v.model
	disc, sign := theme.Color(theme.Accent), theme.Color(theme.OnAccent)
	done, rest, quiet, chipGround, chipInk := theme.AccentInk, theme.Outline, theme.Text3, theme.InsetIn, theme.Text2
	dot := theme.AccentInk
	if m.Own {
		disc, sign = theme.Color(theme.OnOut), theme.Color(theme.BubbleOut)
		done, rest, quiet, chipGround, chipInk, dot = theme.OnOut, theme.WvOut, theme.OnOut2, theme.InsetOut, theme.OnOut, theme.OnOut
	}
	v.list = v.list[:0]
	v.layoutButton(s, disc, sign)
	wave, chip := v.frames(s)
	if m.Title != "" {
		ink := theme.Text
		if m.Own {
			ink = theme.OnOut
		}
		f := layoutLine(Text(m.Title), SmallBold, s.Width-voiceDisc-12)
		v.title.show(f, inks{text: theme.Color(ink)}, voiceDisc+12, 0, f.width, false)
		v.list = append(v.list, v.title.list...)
	}
	v.wave.set(m.Bars, m.Share, theme.Color(done), theme.Color(rest))
	place(v.wave.raster, wave.x, wave.y, wave.w, wave.h)
	setText(v.time, m.Time, Time, false, theme.Color(quiet))
	w := ceil(textWidth(m.Time, Time, false))
	placeText(v.time, Time, wave.x, wave.y+wave.h+3, w)
	v.list = append(v.list, v.wave.raster, v.time)
	if m.Unplayed {
		v.dot.FillColor = theme.Color(dot)
		place(v.dot, wave.x+w+8, wave.y+wave.h+7, 8, 8)
		v.list = append(v.list, v.dot)
	}
	setRect(v.chip, theme.Color(chipGround), voiceChipH/2)
	place(v.chip, chip.x, chip.y, chip.w, chip.h)
	setText(v.speed, m.Speed, TimeBold, false, theme.Color(chipInk))
	sw := ceil(textWidth(m.Speed, TimeBold, false))
	placeText(v.speed, TimeBold, chip.x+(chip.w-sw)/2, chip.y+2, sw)
	v.list = append(v.list, v.chip, v.speed)
}

func (v *VoiceRow) layoutButton(s fyne.Size, ground, ink color.NRGBA) {
	y := v.titleHigh() / 2
	if v.model.Transfer.State != Here {
		v.list = v.mark.show(v.list, v.model.Transfer, voiceDisc/2, y+voiceDisc/2, voiceDisc, ground, ink)
		return
	}
	v.disc.FillColor = ground
	place(v.disc, 0, y, voiceDisc, voiceDisc)
	v.disc.Refresh()
	icon := assets.IconPlay
	if v.model.Playing {
		icon = assets.IconPause
	}
	v.sign.paint(icon, ink)
	v.sign.move(10, y+10)
	v.list = append(v.list, v.disc, v.sign.img)
}

// Tapped implements fyne.Tappable.
func (v *VoiceRow) Tapped(e *fyne.PointEvent) {
	touch()
	if v.OnTaken != nil && v.OnTaken(e) {
		return
	}
	wave, chip := v.frames(v.Size())
	grown, p := frame{wave.x - 4, wave.y - 4, wave.w + 8, wave.h + 8}, turned(e.Position, v.Size().Width)
	switch {
	case chip.contains(p):
		call(v.OnSpeed)
	case grown.contains(p) && v.model.Transfer.State == Here:
		v.seek(p)
	case p.X < voiceDisc+6:
		call(v.OnPlay)
	}
}

// seek goes to a turned point of the wave, which runs from left to right always.
func (v *VoiceRow) seek(p fyne.Position) {
	wave, _ := v.frames(v.Size())
	if v.OnSeek != nil && wave.w > 0 {
		v.OnSeek(min(max(inColumn(p, wave.x, wave.w)/wave.w, 0), 1))
	}
}

// Dragged implements fyne.Draggable.
func (v *VoiceRow) Dragged(e *fyne.DragEvent) {
	touch()
	wave, _ := v.frames(v.Size())
	if p := turned(e.Position, v.Size().Width); v.model.Transfer.State == Here && p.X >= wave.x-4 && p.X <= wave.x+wave.w+8 {
		v.seek(p)
	}
}

// DragEnd implements fyne.Draggable.
func (v *VoiceRow) DragEnd() {}

// TappedSecondary implements fyne.SecondaryTappable.
func (v *VoiceRow) TappedSecondary(e *fyne.PointEvent) {
	touch()
	if v.OnMenu != nil {
		v.OnMenu(e.AbsolutePosition)
	}
}

// Cursor implements desktop.Cursorable.
func (v *VoiceRow) Cursor() desktop.Cursor { return desktop.PointerCursor }

func (v *VoiceRow) inspectParts() []Seen {
	wave, chip := v.frames(v.Size())
	state := "paused"
	switch {
	case v.model.Transfer.State != Here:
		state = [...]string{"here", "away", "moving", "broken", "lost"}[v.model.Transfer.State]
	case v.model.Playing:
		state = "playing"
	}
	return []Seen{
		{Name: "voice.play", Text: state, W: voiceDisc, H: voiceHigh + v.titleHigh()},
		{Name: "voice.wave", Text: v.model.Time, X: wave.x, Y: wave.y, W: wave.w, H: wave.h},
		{Name: "voice.speed", Text: v.model.Speed, X: chip.x, Y: chip.y, W: chip.w, H: chip.h},
	}
}
