package app

import (
	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	_ "sotto/ui/early" // before the toolkit is initialized
	"sotto/ui/widget"
)

// Toolkit starts the toolkit under an application id.
//
// It tells the toolkit that the program keeps to the interface's goroutine by
// itself (every view is called through Post). Otherwise the toolkit takes a
// stack trace at each refresh of each object to see for itself, and that was
// two thirds of what scrolling cost.
func Toolkit(id string) fyne.App {
	fyneapp.SetMetadata(fyne.AppMetadata{
		ID: id, Name: "Sotto",
		Migrations: map[string]bool{"fyneDo": true},
	})
	widget.UseShaders()
	return fyneapp.NewWithID(id)
}
