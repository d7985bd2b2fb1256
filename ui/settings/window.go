package settings

import (
	"image"

	"fyne.io/fyne/v2"

	"sotto/engine"
	"sotto/ui/vm"
)

// Window is what settings need of the window around them.
type Window interface {
	Canvas() fyne.Canvas
	Copy(text string)
	SavePicture(name string, img image.Image)
	Toast(sentence, action string, tapped, expired func()) (dismiss func())
	ShowID()
	ShowPath()
	ShowRecovery()
	ShowShortcuts()
	Lock()
	// Protection is how the profile is protected now; Keyring whether the
	// system has one that answers.
	Protection() vm.ProtectionKind
	Keyring() bool
	ProtectionChanged(kind vm.ProtectionKind)
	// Second is the second factor that is set; NewFactor changes it.
	Second() engine.SecondKind
	NewFactor(desk vm.Desk) *vm.Factor
	Desk() vm.Desk
	// Language is the code of the language that was chosen, empty for the
	// system's; SetLanguage builds the window anew in another one.
	Language() string
	SetLanguage(code string)
	// Sound is the sound system; LoudspeakerChanged moves what is playing.
	Sound() *vm.SoundSystem
	LoudspeakerChanged(id string)
	// PickFile lets the user choose a file of any kind.
	PickFile(chosen func(path string))
	// PickPicture lets them choose a picture and reads it.
	PickPicture(done func(data []byte, err error))
	// ShowNotification sends one as if somebody had written.
	ShowNotification(name, text string)
	// HasTray reports whether the desktop shows the program's icon in a tray.
	HasTray() bool
	// OpenFolder shows a folder in the file manager; false when it cannot.
	OpenFolder(path string) bool
	// Downloads is the folder for what is saved.
	Downloads() string
	// ClearData prepares clearing everything; its Wipe ends the session.
	ClearData(network bool) *vm.ClearData
}

// Logs are the log files of the program.
type Logs = vm.Logs

// About is what the help page says of the program.
type About struct {
	Version string
	Network string
	Folder  string
}
