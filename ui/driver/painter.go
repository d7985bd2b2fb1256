package driver

import (
	"image"
	"reflect"
	"unsafe"

	"fyne.io/fyne/v2"
)

// painter is the toolkit's interface to what paints a window, gl.Painter of its
// internal packages. Those cannot be named here: the last argument of Paint is a
// pointer to their clip. A value of one interface is a value of the other, since
// methods are called by the order of their names and a pointer is passed as a
// pointer; alike holds that.
type painter interface {
	Capture(fyne.Canvas) image.Image
	Clear()
	Free(fyne.CanvasObject)
	Init()
	Paint(o fyne.CanvasObject, pos fyne.Position, frame fyne.Size, clip unsafe.Pointer)
	SetFrameBufferScale(float32)
	SetOutputSize(width, height int)
	StartClipping(fyne.Position, fyne.Size)
	StopClipping()
}

// painterOf is where a canvas of the toolkit's driver keeps its painter, or nil if
// the toolkit is not the one that is known here.
func painterOf(c fyne.Canvas) *painter {
	v := reflect.ValueOf(c)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	f := v.Elem().FieldByName("painter")
	if !f.IsValid() || !alike(f.Type(), reflect.TypeFor[painter]()) {
		return nil
	}
	return (*painter)(unsafe.Pointer(f.UnsafeAddr()))
}

// alike reports whether two interfaces have the same methods with the same
// arguments and results, where any pointer is as good as another.
func alike(a, b reflect.Type) bool {
	if a.Kind() != reflect.Interface || b.Kind() != reflect.Interface || a.NumMethod() != b.NumMethod() {
		return false
	}
	for i := range a.NumMethod() { // in the order of their names
		m, n := a.Method(i), b.Method(i)
		if m.Name != n.Name || m.Type.NumIn() != n.Type.NumIn() || m.Type.NumOut() != n.Type.NumOut() {
			return false
		}
		for j := range m.Type.NumIn() {
			if !passedAlike(m.Type.In(j), n.Type.In(j)) {
				return false
			}
		}
		for j := range m.Type.NumOut() {
			if !passedAlike(m.Type.Out(j), n.Type.Out(j)) {
				return false
			}
		}
	}
	return true
}

func passedAlike(a, b reflect.Type) bool {
	pointer := func(t reflect.Type) bool { return t.Kind() == reflect.Pointer || t.Kind() == reflect.UnsafePointer }
	return a == b || pointer(a) && pointer(b)
}
