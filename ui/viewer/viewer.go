// Package viewer shows pictures of a conversation, one at a time and as large as
// the window: zoom, pan, the next and the previous one, save, forward, reply.
//
// It lies over the window as a sheet does; Esc and the arrow back close it.
package viewer

import (
	"context"
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Actions are what the viewer asks of the window.
type Actions struct {
	Save    func(p vm.ViewerPicture)
	Forward func(p vm.ViewerPicture)
	Reply   func(p vm.ViewerPicture)
	Menu    func(p vm.ViewerPicture) []widget.MenuItem
}

// Viewer is an open viewer.
type Viewer struct {
	fynewidget.BaseWidget
	desk     vm.Desk
	leave    context.CancelFunc
	pictures *vm.Pictures
	list     []vm.ViewerPicture
	when     func(vm.ViewerPicture) string
	at       int
	actions  Actions
	still    bool

	canvas  fyne.Canvas
	before  fyne.Focusable
	ground  *widget.Surface
	pane    *widget.PicturePane
	back    *widget.IconButton
	tools   []*widget.IconButton
	prev    *widget.IconButton
	next    *widget.IconButton
	who     *widget.Label
	line    *widget.Label
	caption *widget.Label
	count   *widget.Label
	avatar  *widget.Avatar
	strip   *strip
	page    *fyne.Container
	asked   int // counts pictures; a late one is dropped
	stop    func()
}

// Open shows a picture of a list; when says when each was sent.
func Open(c fyne.Canvas, desk vm.Desk, pictures *vm.Pictures, list []vm.ViewerPicture, at int, when func(vm.ViewerPicture) string, still bool, a Actions) *Viewer {
	sub, leave := desk.Sub()
	v := &Viewer{desk: sub, leave: leave, pictures: pictures, list: list, at: at, when: when, still: still, actions: a, canvas: c}
	v.ground = widget.NewSurface(theme.ViewerBackground, nil)
	v.pane = widget.Name(widget.NewPicturePane(), "viewer.picture")
	v.pane.OnStep = v.step
	v.pane.OnZoom = v.zoomed
	button := func(name string, icon assets.IconName, do func()) *widget.IconButton {
		b := widget.Name(widget.NewIconButton(icon, text.T("viewer."+name), func() {
			do()
			v.keyboard()
		}), "viewer."+name)
		b.OnDark = true
		return b
	}
	v.back = button("close", assets.IconBack, v.Dismiss)
	v.tools = []*widget.IconButton{
		button("zoom_out", assets.IconZoomOut, func() { v.pane.ZoomBy(1 / zoomStep) }),
		button("zoom_in", assets.IconZoomIn, func() { v.pane.ZoomBy(zoomStep) }),
		button("reply", assets.IconReply, func() { v.leaveFor(v.actions.Reply) }),
		button("forward", assets.IconForward, func() { v.leaveFor(v.actions.Forward) }),
		button("save", assets.IconDownload, func() { v.actions.Save(v.list[v.at]) }),
	}
	v.prev = button("previous", assets.IconArrowLeft, func() { v.step(-1) })
	v.next = button("next", assets.IconArrowRight, func() { v.step(1) })
	v.prev.Solid, v.next.Solid = true, true
	v.who = widget.NewLabel("", widget.BodyBold, theme.OnPicture)
	v.line = widget.NewShrinking("", widget.Small, theme.OnPicture2)
	v.caption = widget.NewShrinking("", widget.Body, theme.OnPicture)
	v.caption.Centre = true
	v.count = widget.NewLabel("", widget.Small, theme.OnPicture2)
	v.avatar = widget.NewAvatar(32, widget.AvatarModel{})
	v.strip = newStrip(v)
	objects := []fyne.CanvasObject{v.ground, v.pane, v.back, v.avatar, v.who, v.line}
	for _, b := range v.tools {
		objects = append(objects, b)
	}
	v.page = container.New(layout{v}, append(objects, v.prev, v.next, v.caption, v.strip.object, v.count)...)
	v.ExtendBaseWidget(v)
	v.before = c.Focused()
	c.Overlays().Add(v)
	v.Resize(c.Size())
	v.show()
	v.keyboard()
	return v
}

const zoomStep = 1.5

// keyboard gives the keys to the picture, also after a button was pressed.
func (v *Viewer) keyboard() {
	if v.canvas != nil {
		v.canvas.Focus(v.pane)
	}
}

// CreateRenderer implements fyne.Widget.
func (v *Viewer) CreateRenderer() fyne.WidgetRenderer { return fynewidget.NewSimpleRenderer(v.page) }

// InspectName implements widget.Named.
func (v *Viewer) InspectName() string { return "viewer" }

// Dismiss closes the viewer.
func (v *Viewer) Dismiss() {
	if v.canvas == nil {
		return
	}
	if v.stop != nil {
		v.stop()
	}
	v.leave()
	v.pane.Set(nil)
	c := v.canvas
	v.canvas = nil
	c.Overlays().Remove(v)
	if v.before != nil {
		c.Focus(v.before)
	}
}

// leaveFor closes the viewer and does something with the picture it showed.
func (v *Viewer) leaveFor(do func(vm.ViewerPicture)) {
	p := v.list[v.at]
	v.Dismiss()
	if do != nil {
		do(p)
	}
}

func (v *Viewer) step(by int) {
	if to := v.at + by; to >= 0 && to < len(v.list) {
		v.goTo(to)
	}
}

func (v *Viewer) goTo(at int) {
	v.at = at
	v.show()
}

// show shows the picture at hand.
func (v *Viewer) show() {
	p := v.list[v.at]
	m := p.Message
	v.who.SetText(m.Sender)
	v.avatar.Set(widget.AvatarModel{ID: m.SenderID.String(), Name: m.AvatarName})
	v.line.SetText(v.when(p) + " · " + p.File.Name + " · " + p.File.SizeText())
	v.caption.SetText(m.Body)
	v.count.SetText(text.F("viewer.count", "n", vm.Count(v.at+1), "of", vm.Count(len(v.list))))
	toggle(v.prev, v.at > 0)
	toggle(v.next, v.at < len(v.list)-1)
	v.asked++
	n := v.asked
	if v.stop != nil {
		v.stop()
		v.stop = nil
	}
	v.pane.Set(nil)
	v.pictures.Whole(v.desk, m.ID, p.File, func(b vm.Bitmap, err error) {
		switch {
		case n != v.asked || v.canvas == nil:
		case err != nil:
			v.caption.SetText(text.T("viewer.broken"))
			v.page.Refresh()
		default:
			v.pane.Set(b.Image)
			v.zoomed()
			if b.Animated && !v.still {
				size := b.Image.Bounds()
				v.stop = v.pictures.Animate(vm.PictureKey{Width: size.Dx(), Height: size.Dy()}, m.ID, p.File, func(frame image.Image) { v.pane.Frame(frame) })
			}
		}
	})
	v.strip.show()
	v.zoomed()
	v.page.Refresh()
}

// zoomed greys out what would do nothing.
func (v *Viewer) zoomed() {
	v.tools[0].SetDisabled(!v.pane.CanShrink())
	v.tools[1].SetDisabled(!v.pane.CanGrow())
}

func toggle(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

// Tapped implements fyne.Tappable: what lies below does not see it.
func (v *Viewer) Tapped(*fyne.PointEvent) {}

var _ desktop.Hoverable = (*Viewer)(nil)

// MouseIn implements desktop.Hoverable, for the same reason.
func (v *Viewer) MouseIn(*desktop.MouseEvent) {}

// MouseMoved implements desktop.Hoverable.
func (v *Viewer) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (v *Viewer) MouseOut() {}
