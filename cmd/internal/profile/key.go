package profile

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"golang.org/x/term"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/securitykey"
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
	// KeyFile is the path of the key file, PIN that of the security key.
	KeyFile string
	PIN     []byte
	// Say tells the user to do something; nil when nobody listens.
	Say func(sentence string)
	// Backup is the passphrase of a backup, when it is not empty.
	Backup []byte
	// Bus finds security keys; nil is the computer's.
	Bus securitykey.Bus
}

// Security returns the bus for security keys.
func (k Key) Security() securitykey.Bus {
	if k.Bus != nil {
		return k.Bus
	}
	return securitykey.System
}

// Touch asks for a touch of the security key.
func (k Key) Touch() { k.say("Touch your security key now.") }

func (k Key) say(sentence string) {
	if k.Say != nil {
		k.Say(sentence)
	}
}

// FromEnvironment takes the passphrase from SOTTO_PASSPHRASE, and asks at the
// terminal of in, if it is one, writing questions to out.
func FromEnvironment(insecure bool, in *os.File, out io.Writer) Key {
	k := Key{
		Insecure: insecure, Passphrase: []byte(os.Getenv(Variable)), PIN: []byte(os.Getenv(PINVariable)),
		Backup: []byte(os.Getenv(BackupVariable)),
		Say:    func(sentence string) { fmt.Fprintln(out, sentence) },
	}
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

// Open calls open with what the profile that info describes needs, and again
// while a passphrase from the terminal is wrong. After wrong tries, also those of
// other programs, it waits first, see engine.PenaltyFor.
func (k Key) Open(ctx context.Context, dir string, info engine.ProfileInfo, open func(engine.Unlock) (*engine.Engine, error)) (*engine.Engine, error) {
	asks := slices.Contains(info.Slots, store.SlotPassphrase) && len(k.Passphrase) == 0 && k.Ask != nil
	for try := 1; ; try++ {
		if err := k.wait(ctx, info, engine.WrongTries(dir)); err != nil {
			return nil, err
		}
		c := engine.Credentials{Passphrase: k.Passphrase, KeyFile: k.KeyFile, PIN: k.PIN, Touch: k.Touch}
		if asks {
			pass, err := k.Ask("Passphrase: ")
			if err != nil {
				return nil, model.Fail(model.ReasonLocked, "no passphrase was given", err)
			}
			c.Passphrase = pass
		}
		e, err := k.open(ctx, info, c, open)
		if asks {
			clear(c.Passphrase)
		}
		if !asks || try == maxTries || !errors.Is(err, store.ErrPassphrase) {
			return e, explainOf(info, err)
		}
	}
}

// open gathers what is needed. A security key may find out only then that it
// wants its PIN.
func (k Key) open(ctx context.Context, info engine.ProfileInfo, c engine.Credentials, open func(engine.Unlock) (*engine.Engine, error)) (*engine.Engine, error) {
	u, err := engine.Gather(ctx, info, c, k.Security())
	if errors.Is(err, securitykey.ErrNeedPIN) && k.Ask != nil {
		if c.PIN, err = k.Ask("PIN of the security key: "); err != nil {
			return nil, model.Fail(model.ReasonLocked, "no PIN was given", err)
		}
		defer clear(c.PIN)
		u, err = engine.Gather(ctx, info, c, k.Security())
	}
	if err != nil {
		return nil, err
	}
	defer clear(u.Second)
	return open(u)
}

// wait lets the pause after wrong tries go by. It begins when the program does:
// no clock that anybody can set has a say in it.
func (k Key) wait(ctx context.Context, info engine.ProfileInfo, wrong int) error {
	pause := engine.PenaltyFor(wrong)
	if pause == 0 || !slices.Contains(info.Slots, store.SlotPassphrase) {
		return nil
	}
	k.say(fmt.Sprintf("Somebody was wrong %d times: the next try is in %d seconds.", wrong, int(pause/time.Second)))
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return model.Fail(model.ReasonLocked, "interrupted", ctx.Err())
	}
}

// AskPIN asks for the PIN of a security key that wants one.
func (k Key) AskPIN() ([]byte, error) {
	if len(k.PIN) > 0 {
		return k.PIN, nil
	}
	if k.Ask == nil {
		return nil, nil // the key says whether it wants one
	}
	return k.Ask("PIN of the security key (empty: it has none): ")
}

// explainOf is Explain, with more to say where a second factor may be wrong.
func explainOf(info engine.ProfileInfo, err error) error {
	if info.Second.Kind != engine.NoSecond && errors.Is(err, store.ErrPassphrase) {
		return model.Fail(model.ReasonLocked, "the passphrase or the second factor is wrong", err)
	}
	return Explain(err)
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

// NoBackupPassphrase says that a backup needs its passphrase.
func NoBackupPassphrase() error {
	return model.Fail(model.ReasonLocked, "a backup has a passphrase of its own: set "+BackupVariable+" or use a terminal", nil)
}

// GiveBackup returns the passphrase of a backup; that of a fresh one is asked for
// twice.
func (k Key) GiveBackup(fresh bool) ([]byte, error) {
	if len(k.Backup) > 0 {
		return k.Backup, nil
	}
	if k.Ask == nil {
		return nil, NoBackupPassphrase()
	}
	for range maxTries {
		first, err := k.Ask("Passphrase of the backup: ")
		if err != nil || len(first) == 0 {
			return nil, NoBackupPassphrase()
		}
		if !fresh {
			return first, nil
		}
		again, err := k.Ask("Once more: ")
		if err != nil {
			return nil, NoBackupPassphrase()
		}
		same := subtle.ConstantTimeCompare(first, again) == 1
		clear(again)
		if same {
			return first, nil
		}
		clear(first)
	}
	return nil, model.Fail(model.ReasonInvalid, "the two passphrases differ", nil)
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
		{store.ErrSecondFactor, "the profile needs its key file: name it with --key-file"},
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
