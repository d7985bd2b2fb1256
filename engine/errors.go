package engine

import (
	"errors"

	"sotto/engine/model"
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
