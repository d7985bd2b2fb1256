package accounts

import "errors"

// Errors of Parse and Open. With each of them Open still returns an index, made
// from the folders.
var (
	// ErrDamaged: the file is not what this package has written. Open puts it
	// aside.
	ErrDamaged = errors.New("the list of accounts is damaged")
	// ErrNewer: a newer version has written the file. It stays untouched, also by
	// later changes.
	ErrNewer = errors.New("the list of accounts was written by a newer version of Sotto")
)

// ErrFull is the error of NewFolder when there are Max accounts.
var ErrFull = errors.New("there are as many accounts as one window takes")

// ErrUnknown is the error of changes to an account that is not in the index.
var ErrUnknown = errors.New("there is no such account")
