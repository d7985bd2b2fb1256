package engine

import (
	"errors"

	"sotto/engine/model"
	"sotto/store"
)

// Errors of the engine itself. What commands return are *model.Error, whose
// Reason says what to tell the user; these are their causes.
var (
	// ErrClosed: the engine, or the subscription, is closed.
	ErrClosed = errors.New("engine: closed")
	// ErrRunning: Run was called a second time.
	ErrRunning = errors.New("engine: runs already")
)

// fail makes the error of a command.
func fail(r model.Reason, text string) error { return model.Fail(r, text, nil) }

// Causes in the error chain of Open, where ReasonLocked alone does not say what
// to ask the user for.
var (
	// ErrInUse: another process has the profile open.
	ErrInUse = store.ErrLocked
	// ErrPassphrase: the passphrase is wrong.
	ErrPassphrase = store.ErrPassphrase
	// ErrNeedPassphrase: the profile has a passphrase, and none was given.
	ErrNeedPassphrase = store.ErrNeedPass
	// ErrKeyring: the key ring of the system does not answer.
	ErrKeyring = store.ErrKeyring
)
