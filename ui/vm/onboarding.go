package vm

import (
	"context"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/text"
)

// Starter makes the profile; the program does it, because it knows the folder
// and the network. Done, it shows the main window.
type Starter interface {
	// Keyring reports whether the system has a key ring that answers.
	Keyring() bool
	Create(ctx context.Context, p engine.Protection, origin engine.Origin, name string) error
}

// ErrAccountHere is an error of Starter.Create: the account that was to be
// restored is open in this program already.
var ErrAccountHere = errors.New("the account is here already")

// Onboarding is the first run: welcome, name and protection, recovery phrase.
type Onboarding struct {
	Changed func() // on the interface's goroutine

	Name       string
	Choice     ProtectionChoice
	HasKeyring bool   // known once Asked
	Asked      bool   // the key ring has answered, or not
	Busy       bool   // the account is being made
	Problem    string // why it was not
	phrase     string // restored; empty: a new account
	backup     string // file of a backup, restored; with its passphrase
	secret     string

	desk  Desk
	start Starter
}

// NewOnboarding begins a first run and asks for the key ring.
func NewOnboarding(desk Desk, start Starter) *Onboarding {
	o := &Onboarding{desk: desk, start: start, Changed: func() {}}
	o.Choice.Kind = ByPassphrase
	Ask(desk, func(context.Context) (bool, error) { return start.Keyring(), nil }, func(has bool, _ error) {
		o.Asked, o.HasKeyring = true, has
		if has {
			o.Choice.Kind = ByKeyring
		}
		o.Changed()
	})
	return o
}

// Restoring reports whether a phrase or a backup was given, FromBackup whether a
// backup was.
func (o *Onboarding) Restoring() bool { return o.phrase != "" || o.backup != "" }

// FromBackup: see Restoring.
func (o *Onboarding) FromBackup() bool { return o.backup != "" }

// UseBackup takes a backup whose passphrase was tried.
func (o *Onboarding) UseBackup(file, passphrase string) {
	o.backup, o.secret, o.phrase, o.Problem = file, passphrase, "", ""
}

// UsePhrase takes a checked phrase, or the content of its QR code; empty goes
// back to a new account.
func (o *Onboarding) UsePhrase(phrase string) {
	o.phrase, o.backup, o.secret, o.Problem = phrase, "", "", ""
}

// NameProblem says what is wrong with the name; nothing while it is empty.
func (o *Onboarding) NameProblem() string { return nameProblem(o.Name) }

func nameProblem(name string) string {
	if strings.TrimSpace(name) == "" {
		return ""
	}
	return sentenceIn("create.name", engine.CheckName(name))
}

// Ready reports whether Create has all it needs. A restored account has a name
// already, which is looked for afterwards.
func (o *Onboarding) Ready() bool {
	return !o.Busy && o.Asked && (o.Restoring() || engine.CheckName(o.Name) == nil) && o.Choice.Complete()
}

// Create makes the account.
func (o *Onboarding) Create() {
	if !o.Ready() {
		return
	}
	o.Busy, o.Problem = true, ""
	o.Changed()
	protection, origin, name := o.Choice.Protection(), engine.Origin{Phrase: o.phrase, Backup: o.backup, BackupPassphrase: o.secret}, o.Name
	if o.Restoring() {
		name = ""
	}
	o.desk.Do(func(ctx context.Context) error {
		return o.start.Create(ctx, protection, origin, name)
	}, func(err error) {
		o.Busy = false
		if err == nil {
			// The words have done their work; the engine keeps the account.
			o.UsePhrase("")
			o.Choice.Passphrase, o.Choice.Again = "", ""
		} else if errors.Is(err, ErrAccountHere) {
			o.Problem = text.T("create.here")
		} else if o.FromBackup() {
			o.Problem = BackupSentence(err)
		} else {
			o.Problem = sentenceIn("create", err)
		}
		o.Changed()
	})
}

// WordList returns all words of which recovery phrases are made.
func WordList() []string {
	var all []string
	for c := 'a'; c <= 'z'; c++ {
		all = append(all, engine.CompleteWord(string(c))...)
	}
	return all
}

// PhraseState is what can be said of a phrase as far as it is typed.
type PhraseState struct {
	Complete bool
	Box      int      // the box that is meant, -1 none
	Title    string   // "Word 7 is not in the list."
	Detail   string   // what to do
	Near     []string // words that may be meant
}

// CheckWords looks at the boxes of a recovery phrase. unknown is the first box
// that was left with a word that is none, -1 for none.
func CheckWords(words []string, unknown int, near []string) PhraseState {
	if unknown >= 0 {
		return PhraseState{
			Box: unknown, Near: near,
			Title:  text.F("restore.unknown", "n", strconv.Itoa(unknown+1)),
			Detail: text.T("restore.unknown_detail"),
		}
	}
	for _, w := range words {
		if w == "" {
			return PhraseState{Box: -1}
		}
	}
	return checkPhrase(strings.Join(words, " "))
}

// checkPhrase turns the mistake of a phrase into sentences.
func checkPhrase(phrase string) PhraseState {
	err := engine.CheckPhrase(phrase)
	if err == nil {
		return PhraseState{Complete: true, Box: -1}
	}
	s := PhraseState{Box: -1}
	key := "other"
	var wrong *engine.PhraseError
	if errors.As(err, &wrong) {
		switch wrong.Kind {
		case engine.PhraseWrongChecksum:
			key = "checksum"
		case engine.PhraseTooFewWords, engine.PhraseMissingChecksum:
			key = "few"
		case engine.PhraseTooManyWords:
			key = "many"
		case engine.PhraseBadHex:
			key = "hex"
		}
	}
	s.Title, s.Detail = text.T("restore."+key), text.T("restore."+key+"_detail")
	return s
}

// ReadPhrase looks at a text that was pasted or came out of a QR code. words
// are to be put into the boxes; whole is set when the text is a phrase without
// words (the content of a QR code).
func ReadPhrase(pasted string) (words []string, whole string, s PhraseState) {
	pasted = strings.TrimSpace(pasted)
	if fields := strings.Fields(pasted); len(fields) > 1 {
		const most = 26
		if len(fields) > most {
			fields = fields[:most]
		}
		return fields, "", checkPhrase(pasted)
	}
	if _, err := hex.DecodeString(pasted); err != nil || pasted == "" {
		return nil, "", PhraseState{Box: -1, Title: text.T("restore.other"), Detail: text.T("restore.other_detail")}
	}
	if s = checkPhrase(pasted); s.Complete {
		whole = pasted
	}
	return nil, whole, s
}

// locked reports that an error means a wrong or missing passphrase, or a
// profile in use.
func locked(err error) bool { return model.ReasonOf(err) == model.ReasonLocked }

func wrongPassphrase() string { return text.T("lock.wrong") }
