package widget

import "fyne.io/fyne/v2"

// named gives a control the name by which driven tests and benchmarks find it
// on the screen. Names are stable, English, and never shown: "create.go".
type named struct{ name string }

func (n *named) setName(name string) { n.name = name }

// InspectName implements Named.
func (n *named) InspectName() string { return n.name }

// Named is an object that tells Inspect its name; empty is none.
type Named interface{ InspectName() string }

// Texted is an object that tells Inspect its text as a whole, in place of the
// pieces that it draws. A secret tells none.
type Texted interface{ InspectText() string }

// Name names a control and returns it, for use where it is made.
func Name[T interface {
	fyne.CanvasObject
	setName(string)
}](o T, name string) T {
	o.setName(name)
	return o
}
