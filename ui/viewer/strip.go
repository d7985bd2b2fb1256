package viewer

import (
	"fyne.io/fyne/v2"

	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// strip is the small pictures around the one that is shown.
type strip struct {
	v      *Viewer
	object *widget.Strip
	first  int
}

const (
	stripMost         = 9
	stripHigh float32 = 40
	stripTile float32 = 56
)

func newStrip(v *Viewer) *strip {
	s := &strip{v: v, object: widget.NewStrip(stripTile, stripHigh)}
	s.object.OnChoose = func(i int) { v.goTo(s.first + i) }
	return s
}

func (s *strip) count() int { return min(len(s.v.list), stripMost) }

func (s *strip) width() float32 { return s.object.MinSize().Width }

// show shows the pictures around the one at hand.
func (s *strip) show() {
	n := s.count()
	s.first = max(0, min(s.v.at-n/2, len(s.v.list)-n))
	s.object.Set(n, s.v.at-s.first)
	asked := s.v.asked
	scale := fyne.CurrentApp().Driver().CanvasForObject(s.object)
	pixels := float32(1)
	if scale != nil {
		pixels = scale.Scale()
	}
	for i := range n {
		p := s.v.list[s.first+i]
		r := int(theme.Radius6 * pixels)
		key := vm.PictureKey{Local: p.File.Local, Width: int(stripTile * pixels), Height: int(stripHigh * pixels), Radii: [4]int{r, r, r, r}}
		s.v.pictures.Get(key, p.Message.ID, p.File, func(b vm.Bitmap, err error) {
			if err == nil && asked == s.v.asked && b.Image != nil {
				s.object.SetPicture(i, b.Image)
			}
		})
	}
}
