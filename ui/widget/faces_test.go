package widget

import (
	"image"
	"runtime"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// An avatar takes the picture of its id, shows a new one when told, and goes
// back to initials.
func TestAvatarShowsTheFaceOfItsID(t *testing.T) {
	test.NewTempApp(t)
	t.Cleanup(func() { SetFaces(nil) })
	here := map[string]image.Image{"maya": image.NewRGBA(image.Rect(0, 0, 2, 2))}
	asked := map[bool]int{}
	SetFaces(func(id string, large bool) image.Image {
		asked[large]++
		return here[id]
	})
	maya, jonas := NewAvatar(40, AvatarModel{ID: "maya", Name: "Maya"}), NewAvatar(112, AvatarModel{ID: "jonas", Name: "Jonas"})
	notes, room := NewAvatar(40, AvatarModel{ID: "maya", Icon: "note", Solid: true}), NewAvatar(40, AvatarModel{ID: "maya", Icon: "community"})
	w := test.NewWindow(container.NewWithoutLayout(maya, jonas, notes, room))
	defer w.Close()
	shows := func(a *Avatar) bool { return !a.img.Hidden && a.img.Image != nil && a.label.Hidden }
	if !shows(maya) || shows(jonas) || shows(notes) || !shows(room) {
		t.Errorf("pictures: Maya %v, Jonas %v, notes %v, a community %v", shows(maya), shows(jonas), shows(notes), shows(room))
	}
	if asked[true] == 0 || asked[false] == 0 {
		t.Errorf("asked for %v", asked)
	}
	here["jonas"] = image.NewRGBA(image.Rect(0, 0, 3, 3))
	FacesChanged("jonas")
	if !shows(jonas) {
		t.Error("a picture that came is not shown")
	}
	maya.Set(AvatarModel{ID: "nobody", Name: "N"})
	if shows(maya) {
		t.Error("an avatar keeps the picture of somebody else")
	}
	SetFaces(nil)
	if shows(jonas) {
		t.Error("a picture stays after the profile was closed")
	}
}

// Avatars that nobody shows any more are not kept alive by waiting for pictures.
func TestAvatarsAreForgotten(t *testing.T) {
	test.NewTempApp(t)
	for range 5000 {
		NewAvatar(40, AvatarModel{ID: "x"})
	}
	runtime.GC()
	for range 600 { // more than until the next sweep of a short list
		live(NewAvatar(40, AvatarModel{ID: "y"}))
	}
	runtime.GC()
	for range 20000 {
		NewAvatar(40, AvatarModel{ID: "z"})
		if len(living.all)%4096 == 0 {
			runtime.GC()
		}
	}
	if n := len(living.all); n > 20000 {
		t.Errorf("%d avatars are remembered", n)
	}
}

func TestCropViewByKeyboard(t *testing.T) {
	test.NewTempApp(t)
	v := NewCropView(320, "part")
	var dx, dy float64
	zoomed, submitted := 0, 0
	v.OnMove = func(x, y float64) { dx, dy = dx+x, dy+y }
	v.OnZoom = func(n int) { zoomed += n }
	v.OnSubmit = func() { submitted++ }
	for _, k := range []fyne.KeyName{fyne.KeyRight, fyne.KeyRight, fyne.KeyUp, fyne.KeyPageUp, fyne.KeyReturn} {
		v.TypedKey(&fyne.KeyEvent{Name: k})
	}
	v.TypedRune('+')
	v.TypedRune('-')
	v.Dragged(&fyne.DragEvent{Dragged: fyne.Delta{DX: 32, DY: 0}})
	if dx > 0.001 || dx < -0.001 || dy < 0.049 || dy > 0.051 || zoomed != 1 || submitted != 1 {
		t.Errorf("moved %.2f %.2f, zoomed %d, submitted %d", dx, dy, zoomed, submitted)
	}
}
