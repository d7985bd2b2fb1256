// Package datasheet has the sheets about the user's own data: backing up,
// restoring, exporting. They end when the job begins; vm.Data says how it ends.
package datasheet

import (
	"fyne.io/fyne/v2"

	"sotto/ui/vm"
)

// Window is what the sheets need of the window around them.
type Window interface {
	Canvas() fyne.Canvas
	Desk() vm.Desk
	// PickFile lets the user choose a file of any kind.
	PickFile(chosen func(path string))
	// Downloads is the folder for what is saved.
	Downloads() string
}

const width float32 = 520
