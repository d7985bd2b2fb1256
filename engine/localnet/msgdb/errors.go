package msgdb

import "errors"

var (
	// ErrClosed: the database was closed.
	ErrClosed = errors.New("msgdb: closed")
	// ErrInUse: another process has the file open.
	ErrInUse = errors.New("msgdb: database is in use")
	// ErrHash: a message whose hash has not 43 characters.
	ErrHash = errors.New("msgdb: not a message hash")
	// ErrDamaged: a record has not the form that this package writes.
	ErrDamaged = errors.New("msgdb: damaged record")
)
