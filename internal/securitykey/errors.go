package securitykey

import (
	"errors"
	"fmt"
)

// What can go wrong with a key, as far as a user can do something about it.
var (
	ErrUnsupported = errors.New("securitykey: security keys are not supported on this system")
	ErrNoKey       = errors.New("securitykey: no security key is plugged in")
	ErrSeveral     = errors.New("securitykey: several security keys are plugged in")
	ErrPermission  = errors.New("securitykey: the system does not let this program use the security key")
	ErrOld         = errors.New("securitykey: the key knows no FIDO2 or no hmac-secret")
	ErrOtherKey    = errors.New("securitykey: this is not the key that was set up")
	ErrNeedPIN     = errors.New("securitykey: the key wants its PIN")
	ErrNoPIN       = errors.New("securitykey: the key wants a PIN and has none set")
	ErrPINBlocked  = errors.New("securitykey: the key takes no more PINs until it is plugged in anew or reset")
	ErrTimeout     = errors.New("securitykey: nobody touched the key in time")
	ErrDenied      = errors.New("securitykey: the key refused")
	ErrGone        = errors.New("securitykey: the key was pulled out or does not answer")
	ErrAnswer      = errors.New("securitykey: the key answers nonsense")
)

// PINError is a wrong PIN.
type PINError struct{ Left int } // tries left until the key is blocked; -1 not known

func (e *PINError) Error() string {
	return fmt.Sprintf("securitykey: wrong PIN, %d tries left", e.Left)
}

// status is the first byte of an answer (CTAP 2.1 §8.2).
type status byte

const (
	statusOK            status = 0x00
	statusDenied        status = 0x27
	statusCancelled     status = 0x2D
	statusNoCredentials status = 0x2E
	statusUserTimeout   status = 0x2F
	statusPINInvalid    status = 0x31
	statusPINBlocked    status = 0x32
	statusPINAuthBlock  status = 0x34
	statusPINNotSet     status = 0x35
	statusPINNeeded     status = 0x36
	statusTimeout       status = 0x3A
)

func (s status) Error() string { return fmt.Sprintf("securitykey: status %#02x", byte(s)) }

// err returns what a status means for the user.
func (s status) err() error {
	switch s {
	case statusOK:
		return nil
	case statusNoCredentials:
		return ErrOtherKey
	case statusUserTimeout, statusTimeout:
		return ErrTimeout
	case statusPINInvalid:
		return &PINError{-1}
	case statusPINBlocked, statusPINAuthBlock:
		return ErrPINBlocked
	case statusPINNotSet:
		return ErrNoPIN
	case statusPINNeeded:
		return ErrNeedPIN
	}
	return fmt.Errorf("%w: %w", ErrDenied, s)
}
