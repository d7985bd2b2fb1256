package store

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	bbolterrors "go.etcd.io/bbolt/errors"

	"sotto/store/boltfile"
)

// guard runs fn, in which bbolt may meet damaged pages: it answers with panics
// and with reads outside of the mapped file. Both become ErrDamaged; a panic
// that starts in other code goes on.
func guard(what string, fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if !fromDamage(r) {
			panic(r)
		}
		err = &pageError{fmt.Errorf("%w: %s: %v", ErrDamaged, what, r)}
	}()
	return fn()
}

// pageError marks damage that showed as a panic, after which bbolt's own state
// is doubtful.
type pageError struct{ error }

func (e *pageError) Unwrap() error { return e.error }

// fromDamage is called while the panic is under way. Faults carry their
// address (with SetPanicOnFault); other panics count when the function that
// panicked is bbolt's.
func fromDamage(r any) bool {
	if fault, ok := r.(interface{ Addr() uintptr }); ok {
		_ = fault
		return true
	}
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	panicking := false
	for {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic" || f.Function == "runtime.sigpanic":
			panicking = true
		case panicking && !strings.HasPrefix(f.Function, "runtime."):
			return strings.HasPrefix(f.Function, "go.etcd.io/bbolt")
		}
		if !more {
			return false
		}
	}
}

// explain gives errors of bbolt and the system this package's meaning.
func explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrDamaged), errors.Is(err, ErrDiskFull):
		return err
	case diskFull(err):
		return fmt.Errorf("%w: %w", ErrDiskFull, err)
	case errors.Is(err, boltfile.ErrBad),
		errors.Is(err, bbolterrors.ErrInvalid),
		errors.Is(err, bbolterrors.ErrChecksum),
		errors.Is(err, bbolterrors.ErrVersionMismatch),
		errors.Is(err, bbolterrors.ErrIncompatibleValue):
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	case errors.Is(err, bbolterrors.ErrDatabaseNotOpen):
		return ErrClosed
	case errors.Is(err, bbolterrors.ErrTxNotWritable):
		return ErrReadOnly
	}
	return err
}
