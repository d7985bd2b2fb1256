package app

import (
	"context"
	"errors"

	"sotto/engine"
	"sotto/internal/securitykey"
	"sotto/ui/settings"
	"sotto/ui/vm"
)

// Host is what the program does for the window. Its methods may take their
// time; the window calls them elsewhere.
type Host interface {
	// Profile looks at the profile folder.
	Profile() (engine.ProfileInfo, error)
	// Keyring reports whether the system has a key ring that answers.
	Keyring() bool
	// Create and Open return an engine that runs. Errors are a *Trouble where
	// there is something to be said beyond their reason.
	Create(ctx context.Context, p engine.Protection, origin engine.Origin, name string) (*engine.Engine, error)
	// Open waits for the touch of a security key until ctx ends.
	Open(ctx context.Context, c engine.Credentials) (*engine.Engine, error)
	// Lock ends the engine and closes the profile: its keys leave the memory.
	Lock() error
	// SetLanguage keeps the language that the profile's window speaks; empty is
	// that of the system. Profile tells it again.
	SetLanguage(code string) error
	// WrongTries counts wrong tries to open since the last right one.
	WrongTries() int
	// SecurityKeys is where security keys are plugged in; nil: the system has
	// no way to them.
	SecurityKeys() securitykey.Bus
	// Salvage saves what can be read of a damaged profile into its place and
	// keeps the damaged one beside it.
	Salvage(ctx context.Context, c engine.Credentials) (Salvaged, error)
	// Clear ends the engine and removes the profile with everything that the
	// program keeps beside it; afterwards there is none.
	Clear(ctx context.Context) error
	// Autostart is the system's record of whether it starts the program.
	Autostart() vm.AutostartRecord
	Logs() settings.Logs
	About() settings.About
}

// Salvaged counts what was saved.
type Salvaged struct {
	Conversations, Messages int
	Account                 bool // without it there is nothing to open
}

// TroubleKind is why a profile cannot be opened.
type TroubleKind string

// The kinds of trouble; they are also the keys of their sentences.
const (
	TroubleDamaged TroubleKind = "damaged"
	TroubleInUse   TroubleKind = "in_use"
	TroubleKeyring TroubleKind = "keyring"
	TroubleNewer   TroubleKind = "newer"
	TroubleNetwork TroubleKind = "network" // of another one, or it cannot be brought up
	TroubleDisk    TroubleKind = "disk"
	TroubleClear   TroubleKind = "clear" // the profile could not be removed as a whole
	TroubleOther   TroubleKind = "other"
)

// Trouble is an error of Open with a page of its own.
type Trouble struct {
	Kind TroubleKind
	Err  error
}

func (t *Trouble) Error() string { return string(t.Kind) + ": " + t.Err.Error() }

func (t *Trouble) Unwrap() error { return t.Err }

func troubleOf(err error) *Trouble {
	var t *Trouble
	if errors.As(err, &t) {
		return t
	}
	return &Trouble{TroubleOther, err}
}
