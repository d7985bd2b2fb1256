package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"slices"
	"time"

	"sotto/engine/model"
	"sotto/internal/securitykey"
	"sotto/store"
)

// Unlock opens a profile: a passphrase and the secret of a second factor.
type Unlock = store.Unlock

// Second is a second factor with its secret, SecondInfo what is known of one
// without it.
type (
	Second     = store.Second
	SecondInfo = store.SecondInfo
	SecondKind = store.SecondKind
)

// The kinds of second factors.
const (
	NoSecond    = store.NoSecond
	KeyFile     = store.KeyFile
	SecurityKey = store.SecurityKey
)

// Credentials are what somebody brings to open a profile. What the profile does
// not ask for is not looked at.
type Credentials struct {
	Passphrase []byte
	KeyFile    string // path of the key file
	PIN        []byte // of the security key
	Touch      func() // called when the security key waits for a touch
}

// Clone returns a copy whose secrets are the caller's to clear.
func (c Credentials) Clone() Credentials {
	c.Passphrase, c.PIN = slices.Clone(c.Passphrase), slices.Clone(c.PIN)
	return c
}

// Clear overwrites the secrets.
func (c Credentials) Clear() {
	clear(c.Passphrase)
	clear(c.PIN)
}

// Causes in the error chain of Gather, KeyFileFactor and Open.
var (
	// ErrSecondFactor: the profile has a second factor, and none was given.
	ErrSecondFactor = store.ErrSecondFactor
	ErrKeyFileSmall = store.ErrKeyFileSmall
	ErrKeyFileLarge = store.ErrKeyFileLarge
	// ErrKeyFileUnreadable: it is not there, no file, or not ours to read.
	ErrKeyFileUnreadable = store.ErrKeyFile
)

// Gather makes of credentials what opens the profile that info describes: it
// reads the key file, or asks the security key, which waits for a touch until ctx
// ends. Errors about keys have those of securitykey in their chain.
func Gather(ctx context.Context, info ProfileInfo, c Credentials, bus securitykey.Bus) (Unlock, error) {
	u := Unlock{Passphrase: c.Passphrase}
	var err error
	switch info.Second.Kind {
	case NoSecond:
	case KeyFile:
		if c.KeyFile == "" {
			return u, storeError("open the profile", ErrSecondFactor)
		}
		if u.Second, err = store.ReadKeyFile(c.KeyFile); err != nil {
			return u, keyFileError(err)
		}
	case SecurityKey:
		// A passphrase is asked for first: nobody touches a key in vain.
		if len(c.Passphrase) == 0 {
			return u, storeError("open the profile", ErrNeedPassphrase)
		}
		keys := securitykey.Keys{Bus: bus, Touch: c.Touch}
		credential := securitykey.Credential{ID: info.Second.Credential, PIN: info.Second.PIN}
		if u.Second, err = keys.HMACSecret(ctx, credential, info.Second.Salt, c.PIN); err != nil {
			return u, securityKeyError(err)
		}
	default:
		return u, storeError("open the profile", store.ErrVersion)
	}
	return u, nil
}

// KeyFileFactor makes a second factor of a file.
func KeyFileFactor(path string) (*Second, error) {
	secret, err := store.ReadKeyFile(path)
	if err != nil {
		return nil, keyFileError(err)
	}
	return &Second{SecondInfo: SecondInfo{Kind: KeyFile}, Secret: secret}, nil
}

// NewKeyFile writes a new key file; a file that is there already stays, and is
// an error.
func NewKeyFile(path string) error {
	return keyFileError(store.WriteKeyFile(path, rand.Reader))
}

// SecurityKeyFactor makes a second factor of the security key that is plugged in.
// It waits for two touches, each announced by touch, until ctx ends.
func SecurityKeyFactor(ctx context.Context, bus securitykey.Bus, pin []byte, touch func()) (*Second, error) {
	keys := securitykey.Keys{Bus: bus, Touch: touch}
	credential, err := keys.Register(ctx, pin)
	if err != nil {
		return nil, securityKeyError(err)
	}
	salt := make([]byte, securitykey.SaltSize)
	if _, err := rand.Read(salt); err != nil {
		return nil, model.Fail(model.ReasonInternal, "no randomness for a second factor", err)
	}
	secret, err := keys.HMACSecret(ctx, credential, salt, pin)
	if err != nil {
		return nil, securityKeyError(err)
	}
	return &Second{SecondInfo: SecondInfo{Kind: SecurityKey, Credential: credential.ID, Salt: salt, PIN: credential.PIN}, Secret: secret}, nil
}

// SetSecond sets, replaces or, with nil, removes the second factor of a profile
// with a passphrase, which it checks: a wrong one is ErrPassphrase. Only the key
// slot is written.
func (e *Engine) SetSecond(ctx context.Context, passphrase []byte, two *Second) error {
	if err := ctx.Err(); err != nil {
		return contextError(ctx)
	}
	if !e.store.CheckPassphrase(passphrase) {
		return storeError("change the second factor", ErrPassphrase)
	}
	return storeError("change the second factor", e.store.ChangeProtection(Protection{Passphrase: passphrase, Second: two}))
}

// Protection tells how the open profile is protected.
func (e *Engine) Protection() ProfileInfo { return e.store.Protection() }

// WrongTries returns how often somebody was wrong about the passphrase or the
// second factor of the profile in dir since it was last opened, and PenaltyFor
// how long the next try then has to wait (see package store).
func WrongTries(dir string) int { return store.WrongTries(dir) }

// PenaltyFor is the pause after so many wrong tries.
func PenaltyFor(wrong int) time.Duration { return store.PenaltyFor(wrong) }

// WrongTries counts for the open profile.
func (e *Engine) WrongTries() int { return store.WrongTries(e.store.Dir()) }

func keyFileError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrKeyFileSmall), errors.Is(err, ErrKeyFileLarge):
		return model.Fail(model.ReasonInvalid, "this file cannot be a key file: it has to have 32 bytes to 256 MB", err)
	case errors.Is(err, fs.ErrExist):
		return model.Fail(model.ReasonNotAllowed, "there is a file of that name already", err)
	case errors.Is(err, store.ErrDiskFull):
		return storeError("write the key file", err)
	}
	return model.Fail(model.ReasonNotFound, "the key file cannot be read or written", err)
}

// securityKeyTexts are sentences for those who have no window.
var securityKeyTexts = []struct {
	err  error
	text string
}{
	{securitykey.ErrUnsupported, "security keys are not supported on this system"},
	{securitykey.ErrNoKey, "no security key is plugged in"},
	{securitykey.ErrSeveral, "several security keys are plugged in: leave the one to be set up"},
	{securitykey.ErrPermission, "the system does not let this program use the security key: its udev rules for FIDO are missing"},
	{securitykey.ErrOld, "this security key cannot do it: it needs FIDO2 with hmac-secret"},
	{securitykey.ErrOtherKey, "this is not the security key of the profile"},
	{securitykey.ErrNeedPIN, "the security key wants its PIN"},
	{securitykey.ErrNoPIN, "the security key wants a PIN, and none is set on it"},
	{securitykey.ErrPINBlocked, "the security key takes no more PINs: plug it in anew, or reset it"},
	{securitykey.ErrTimeout, "nobody touched the security key in time"},
	{securitykey.ErrGone, "the security key was pulled out or does not answer"},
	{context.Canceled, "interrupted"},
}

func securityKeyError(err error) error {
	var wrong *securitykey.PINError
	if errors.As(err, &wrong) {
		return model.Fail(model.ReasonLocked, "the PIN of the security key is wrong", err)
	}
	for _, c := range securityKeyTexts {
		if errors.Is(err, c.err) {
			return model.Fail(model.ReasonLocked, c.text, err)
		}
	}
	return model.Fail(model.ReasonLocked, "the security key refused", err)
}
