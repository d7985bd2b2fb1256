package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/ui/theme"
)

// WaveBar is a waveform as wide as it is made: of a recording that goes on (its
// newest part at the right) or of one that is listened to.
type WaveBar struct {
	fynewidget.BaseWidget
	named
	OnSeek func(share float32) // nil: it only shows
	Told   string              // how long it is, for tests

	bars  []byte
	share float32
	live  bool
	wave  *waveform
}

var (
	_ fyne.Tappable      = (*WaveBar)(nil)
	_ fyne.Draggable     = (*WaveBar)(nil)
	_ desktop.Cursorable = (*WaveBar)(nil)
)

// NewWaveBar makes an empty one.
func NewWaveBar() *WaveBar {
	w := &WaveBar{wave: newWaveform()}
	w.ExtendBaseWidget(w)
	return w
}

// SetLive shows the newest bars of a recording, which are about 20 a second.
func (w *WaveBar) SetLive(bars []byte) {
	w.bars, w.share, w.live = bars, 1, true
	w.Refresh()
}

// Set shows a whole sound of which a share was played.
func (w *WaveBar) Set(bars []byte, share float32) {
	w.bars, w.share, w.live = bars, share, false
	w.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (w *WaveBar) CreateRenderer() fyne.WidgetRenderer { return newRenderer(w) }

// InspectText implements Texted.
func (w *WaveBar) InspectText() string { return w.Told }

func (w *WaveBar) minSize() fyne.Size           { return size(40, waveHigh) }
func (w *WaveBar) paint()                       {}
func (w *WaveBar) objects() []fyne.CanvasObject { return []fyne.CanvasObject{w.wave.raster} }
func (w *WaveBar) layout(s fyne.Size) {
	n := barsIn(s.Width)
	bars := w.bars
	if w.live {
		shown := make([]byte, n) // silence before what was heard
		from := max(0, len(bars)-n)
		copy(shown[n-len(bars[from:]):], bars[from:])
		bars = shown
	}
	w.wave.set(bars, w.share, theme.Color(theme.AccentInk), theme.Color(theme.Outline))
	place(w.wave.raster, 0, round((s.Height-waveHigh)/2), float32(n)*(waveBar+waveGap)-waveGap, waveHigh)
}

func (w *WaveBar) seek(x float32) {
	touch()
	if width := w.Size().Width; w.OnSeek != nil && width > 0 && !w.live {
		w.OnSeek(min(max(x/width, 0), 1))
	}
}

// Tapped implements fyne.Tappable.
func (w *WaveBar) Tapped(e *fyne.PointEvent) { w.seek(e.Position.X) }

// Dragged implements fyne.Draggable.
func (w *WaveBar) Dragged(e *fyne.DragEvent) { w.seek(e.Position.X) }

// DragEnd implements fyne.Draggable.
func (w *WaveBar) DragEnd() {}

// Cursor implements desktop.Cursorable.
func (w *WaveBar) Cursor() desktop.Cursor {
	if w.OnSeek == nil || w.live {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}
