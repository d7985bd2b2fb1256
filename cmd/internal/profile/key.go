package profile

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"golang.org/x/term"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/store"
)

// Key is where protection and passphrase of a profile come from.
type Key struct {
	// Insecure makes new profiles without any protection.
	Insecure bool
	// Passphrase is used when it is not empty.
	Passphrase []byte
	// Ask reads a passphrase from the user; nil when nobody can be asked.
	Ask func(prompt string) ([]byte, error)
}

// FromEnvironment takes the passphrase from SOTTO_PASSPHRASE, and asks at the
// terminal of in, if it is one, writing questions to out.
func FromEnvironment(insecure bool, in *os.File, out io.Writer) Key {
	k := Key{Insecure: insecure, Passphrase: []byte(os.Getenv(Variable))}
	if in != nil && term.IsTerminal(int(in.Fd())) {
		k.Ask = func(prompt string) ([]byte, error) {
			fmt.Fprint(out, prompt)
			pass, err := term.ReadPassword(int(in.Fd()))
			fmt.Fprintln(out)
			return pass, err
		}
	}
	return k
}

// maxTries is how often a wrong passphrase may be typed.
const maxTries = 3

// Protection chooses what a new profile is protected with.
func (k Key) Protection() (engine.Protection, error) {
	switch {
	case k.Insecure:
		return engine.Protection{None: true}, nil
	case len(k.Passphrase) > 0:
		return engine.Protection{Passphrase: k.Passphrase}, nil
	case k.Ask == nil:
		return engine.Protection{Keyring: true}, nil
	}
	for range maxTries {
		first, err := k.Ask("Passphrase for the new profile (empty: the key ring of this system): ")
		if err != nil {
			return engine.Protection{}, model.Fail(model.ReasonLocked, "no passphrase was given", err)
		}
		if len(first) == 0 {
			return engine.Protection{Keyring: true}, nil
		}
		again, err := k.Ask("Once more: ")
		if err != nil {
			return engine.Protection{}, model.Fail(model.ReasonLocked, "no passphrase was given", err)
		}
		same := subtle.ConstantTimeCompare(first, again) == 1
		clear(again)
		if same {
			return engine.Protection{Passphrase: first}, nil
		}
		clear(first)
	}
	return engine.Protection{}, model.Fail(model.ReasonInvalid, "the two passphrases differ", nil)
}

// Open calls open with the passphrase of the profile that info describes, and
// again while a passphrase from the terminal is wrong.
func (k Key) Open(info engine.ProfileInfo, open func(passphrase []byte) (*engine.Engine, error)) (*engine.Engine, error) {
	if !slices.Contains(info.Slots, store.SlotPassphrase) || len(k.Passphrase) > 0 || k.Ask == nil {
		return explain(open(k.Passphrase))
	}
	for try := 1; ; try++ {
		pass, err := k.Ask("Passphrase: ")
		if err != nil {
			return nil, model.Fail(model.ReasonLocked, "no passphrase was given", err)
		}
		e, err := open(pass)
		clear(pass)
		if try == maxTries || !errors.Is(err, store.ErrPassphrase) {
			return explain(e, err)
		}
	}
}

// Give returns the passphrase of a profile that has one.
func (k Key) Give() ([]byte, error) {
	if len(k.Passphrase) > 0 {
		return k.Passphrase, nil
	}
	if k.Ask == nil {
		return nil, Explain(model.Fail(model.ReasonLocked, "no passphrase", store.ErrNeedPass))
	}
	pass, err := k.Ask("Passphrase: ")
	if err != nil {
		return nil, model.Fail(model.ReasonLocked, "no passphrase was given", err)
	}
	return pass, nil
}

// Explain gives errors about locks and keys the sentence that helps.
func Explain(err error) error {
	for _, c := range []struct {
		err  error
		text string
	}{
		{store.ErrLocked, "another process uses the profile"},
		{store.ErrNeedPass, "the profile needs its passphrase: set " + Variable + " or use a terminal"},
		{store.ErrPassphrase, "the passphrase is wrong"},
		{store.ErrSecondFactor, "the profile needs its second factor"},
		{store.ErrKeyring, "the key ring of this system does not answer: set " + Variable + ", or choose --insecure-no-passphrase for a new profile"},
		{store.ErrNoProfile, "there is no profile yet: make one with \"account create\""},
		{store.ErrExists, "the folder holds a profile already"},
		{store.ErrVersion, "the profile was written by a newer version of Sotto"},
	} {
		if errors.Is(err, c.err) {
			return model.Fail(model.ReasonOf(err), c.text, err)
		}
	}
	return err
}

func explain(e *engine.Engine, err error) (*engine.Engine, error) { return e, Explain(err) }
