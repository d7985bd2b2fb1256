package chat

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/media/audio"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// recorderBar stands in the place of the composer while a voice message for
// this conversation is recorded, and until it is sent.
type recorderBar struct {
	object *widget.Surface
	bin    *widget.IconButton
	play   *widget.IconButton
	dot    *canvas.Circle
	time   *widget.Label
	wave   *widget.WaveBar
	pause  *widget.IconButton
	send   *widget.IconButton
	page   *fyne.Container
}

func newRecorderBar(v *View) *recorderBar {
	r := &recorderBar{dot: canvas.NewCircle(nil), time: widget.NewLabel("", widget.Time, theme.Text2), wave: widget.Name(widget.NewWaveBar(), "recorder.wave")}
	rec := func() *vm.Recorder { return v.actions.Media.Recorder }
	r.bin = widget.Name(widget.NewDenseIconButton(assets.IconDelete, text.T("sound.cancel"), func() { rec().Cancel() }), "recorder.cancel")
	r.play = widget.Name(widget.NewDenseIconButton(assets.IconPlay, text.T("sound.listen"), func() { rec().Play() }), "recorder.play")
	r.pause = widget.Name(widget.NewDenseIconButton(assets.IconPause, text.T("sound.pause"), func() {
		if rec().State == audio.Paused {
			rec().Resume()
		} else {
			rec().Pause()
		}
	}), "recorder.pause")
	r.send = widget.Name(widget.NewIconButton(assets.IconSend, text.T("chat.send_tip"), v.sendRecording), "recorder.send")
	r.send.Solid = true
	r.wave.OnSeek = func(share float32) { rec().Seek(share) }
	r.page = container.New(recorderLayout{r}, r.bin, r.play, r.dot, r.time, r.wave, r.pause, r.send)
	r.object = widget.NewSurface(theme.Sheet, r.page)
	r.object.Border, r.object.Radius = theme.Line, theme.Radius18
	r.object.Hide()
	return r
}

// record begins a voice message.
func (v *View) record() {
	media := v.actions.Media
	if media == nil || !v.canAttach() {
		return
	}
	if media.Recorder.Active() {
		v.Notice(text.T("sound.elsewhere"))
		return
	}
	media.Recorder.Start(v.vm.Conversation())
	if c := v.canvas(); c != nil {
		c.Focus(v.bottom.recorder.pause) // Esc and Space reach the recorder
	}
}

// sendRecording sends it, as an answer to what the composer answers.
func (v *View) sendRecording() {
	v.actions.Media.Recorder.Send(v.vm.VoiceDraft(), v.vm.VoiceSent)
}

// ownRecording reports whether a voice message for this conversation is being
// made.
func (v *View) ownRecording() bool {
	m := v.actions.Media
	return m != nil && m.Recorder.Active() && m.Recorder.Conversation == v.vm.Conversation()
}

// recording shows the state of the recorder.
func (b *bottom) recording() {
	v := b.v
	if v.vm == nil {
		return
	}
	own := v.ownRecording()
	if own != b.recorder.object.Visible() {
		show(b.recorder.object, own)
		b.update()
		v.layout()
		if !own {
			v.Focus()
		}
	}
	if own {
		b.recorder.update(v.actions.Media.Recorder)
	}
}

func (r *recorderBar) update(rec *vm.Recorder) {
	live := rec.State == audio.Starting || rec.State == audio.Recording
	at, playing := rec.Where()
	show(r.play, !live)
	r.dot.Hidden = !live
	r.dot.FillColor = theme.Color(theme.Danger)
	if rec.State == audio.Starting {
		r.dot.FillColor = theme.Color(theme.Outline)
	}
	r.dot.Refresh()
	if live {
		r.time.SetText(vm.SoundTime(rec.Duration))
		r.wave.SetLive(rec.Bars)
	} else {
		share := float32(0)
		if rec.Duration > 0 {
			share = float32(at) / float32(rec.Duration)
		}
		r.time.SetText(r.told(at, rec.Duration))
		r.wave.Set(rec.Bars, share)
	}
	r.wave.Told = vm.SoundTime(rec.Duration)
	icon := assets.IconPlay
	if playing {
		icon = assets.IconPause
	}
	r.play.SetIcon(icon)
	icon = assets.IconPause
	if rec.State == audio.Paused {
		icon = assets.IconMic
	}
	r.pause.SetIcon(icon)
	show(r.pause, live || rec.State == audio.Paused)
	r.send.SetDisabled(!rec.CanSend())
	r.bin.SetDisabled(rec.Sending)
	r.page.Refresh()
}

// told is the place and the length; where there is little room, the place while
// it is listened to, else the length.
func (r *recorderBar) told(at, of time.Duration) string {
	const little = 320
	switch {
	case r.page.Size().Width > little:
		return vm.SoundTime(at) + " / " + vm.SoundTime(of)
	case at > 0:
		return vm.SoundTime(at)
	}
	return vm.SoundTime(of)
}

// recorderLayout places the parts of the recorder.
type recorderLayout struct{ r *recorderBar }

// MinSize implements fyne.Layout.
func (recorderLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(240, 48) }

// Layout implements fyne.Layout.
func (l recorderLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	defer widget.Turn(o, size)
	r := l.r
	// The rings of the keyboard stay inside, and off each other.
	const button, edge, gap = 32, 8, 12
	put(r.bin, edge, edge, button, button)
	x := float32(edge + button)
	if r.play.Visible() {
		x += gap
		put(r.play, x, edge, button, button)
		x += button + theme.Space8
	} else {
		put(r.dot, x+theme.Space8, 19, 10, 10)
		x += theme.Space8 + 10 + theme.Space8
	}
	w := r.time.MinSize().Width
	put(r.time, x, 16, w, 16)
	x += max(w, 32) + theme.Space12
	right := size.Width - 44
	put(r.send, right, 4, 40, 40)
	if r.pause.Visible() {
		right -= button + gap
		put(r.pause, right, edge, button, button)
	}
	put(r.wave, x, 12, max(right-theme.Space12-x, 20), 24)
}
