//go:build !linux && !windows && !darwin

package desktop

// On knows of no such thing on this system.
func (a Autostart) On() (bool, error) { return false, ErrAutostart }

// Set refuses.
func (a Autostart) Set(bool) error { return ErrAutostart }
