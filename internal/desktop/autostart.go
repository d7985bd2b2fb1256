package desktop

import "errors"

// Autostart is whether the system starts the program when somebody logs in. The
// system's own record is the only one: what was changed elsewhere is seen here.
type Autostart struct {
	App
	// Program is the path of the program, Args what it is started with.
	Program string
	Args    []string
	// Config is the folder of the user's settings where the desktop looks, on
	// Linux; empty: that of this process.
	Config string
	// Variant tells records of several profiles from each other; empty for the
	// usual one.
	Variant string
}

// ErrAutostart says that the system keeps no record that a program could change,
// as in a Flatpak.
var ErrAutostart = errors.New("desktop: starting with the system cannot be set from here")

// record is the name of the system's record.
func (a Autostart) record() string {
	if a.Variant == "" {
		return a.ID
	}
	return a.ID + "-" + a.Variant
}
