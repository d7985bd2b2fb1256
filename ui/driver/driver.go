// Package driver reaches behind the toolkit, to the driver that has the window on
// the screen, for what the toolkit does not offer: answering keys between its
// beats, a window without memory that it never uses
// (docs/decisions/016-between-the-beats.md), and painting only what changed
// (docs/decisions/017-painting-the-damage.md).
package driver

import (
	"errors"
	"fmt"
	"unsafe"

	"fyne.io/fyne/v2"
	_ "fyne.io/fyne/v2/app" // brings the driver
	"github.com/go-gl/glfw/v3.4/glfw"
)

// drawSingleFrame paints the windows in which something changed: half of what the
// toolkit does at each of its beats. It is taken from the driver of the version
// that go.mod names; a version without it fails to link.
//
//go:linkname drawSingleFrame fyne.io/fyne/v2/internal/driver/glfw.(*gLDriver).drawSingleFrame
func drawSingleFrame(driver unsafe.Pointer)

// of is the driver that has windows on a screen, or nil: tests paint without one.
func of(a fyne.App) unsafe.Pointer {
	d := a.Driver()
	if fmt.Sprintf("%T", d) != "*glfw.gLDriver" { // the type has no public name
		return nil
	}
	type words struct{ kind, data unsafe.Pointer } // what an interface is
	return (*words)(unsafe.Pointer(&d)).data
}

// ErrNoDisplay says that there is nothing to show a window on.
var ErrNoDisplay = errors.New("no display")

// WithoutDepth leaves out the depth and the stencil of each point of the windows
// that are shown from now on: the toolkit paints in the order of its objects and
// clears them for nothing, 1 ms of each picture where no graphics card does it.
// Call it between the first NewWindow, which starts the driver, and Show. It
// returns ErrNoDisplay where the driver did not start: Show would crash.
func WithoutDepth(a fyne.App) (err error) {
	if of(a) == nil {
		return nil
	}
	defer func() {
		switch failed := recover().(type) {
		case nil:
		case *glfw.Error: // how the binding says it
			err = fmt.Errorf("%w: %w", ErrNoDisplay, failed)
		default:
			panic(failed)
		}
	}()
	glfw.WindowHint(glfw.DepthBits, 0)
	glfw.WindowHint(glfw.StencilBits, 0)
	return nil
}
