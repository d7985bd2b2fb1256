package engine

import (
	"net/url"
	"strings"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
)

// PhraseError says which mistake a recovery phrase has, and where. Its Error
// text never contains a word of the phrase.
type PhraseError = identity.PhraseError

// PhraseErrorKind names the mistake.
type PhraseErrorKind = identity.PhraseErrorKind

// The kinds of PhraseError, see package identity.
const (
	PhraseEmpty           = identity.PhraseEmpty
	PhraseTooFewWords     = identity.PhraseTooFewWords
	PhraseMissingChecksum = identity.PhraseMissingChecksum
	PhraseTooManyWords    = identity.PhraseTooManyWords
	PhraseUnknownWord     = identity.PhraseUnknownWord
	PhraseImpossible      = identity.PhraseImpossible
	PhraseWrongChecksum   = identity.PhraseWrongChecksum
	PhraseBadHex          = identity.PhraseBadHex
)

// CheckPhrase tells whether text is a recovery phrase, or the hexadecimal
// content of a recovery QR code. The error is a *PhraseError.
func CheckPhrase(text string) error {
	seed, err := identity.DecodeRecovery(text)
	clear(seed)
	return err
}

// CheckWord reports whether a typed word counts as one of the word list.
func CheckWord(word string) bool { return identity.CheckWord(word) }

// CompleteWord returns the words of the list that begin with prefix.
func CompleteWord(prefix string) []string { return identity.CompleteWord(prefix) }

// SuggestWords returns the words of the list nearest to a mistyped one.
func SuggestWords(word string) []string { return identity.SuggestWords(word) }

// CheckName tells whether a text may be a display name: not empty after
// trimming, at most MaxName bytes. Its error has ReasonInvalid or
// ReasonTooLarge.
func CheckName(name string) error {
	_, err := cleanName(name)
	return err
}

func cleanName(name string) (string, error) {
	switch clean, err := identity.CleanName(name); err {
	case nil:
		return clean, nil
	case identity.ErrNameTooLong:
		return "", model.Fail(model.ReasonTooLarge, "the name is longer than 100 bytes", err)
	default:
		return "", model.Fail(model.ReasonInvalid, "the name is empty", err)
	}
}

// Recipient is what a text names that somebody typed, pasted or scanned.
// Exactly one field is set.
type Recipient struct {
	ID           model.ID // an account
	ONSName      string   // a name to be looked up with ResolveName
	CommunityURL string   // a community, as typed
}

// ParseRecipient reads a Session ID (also as content of a QR code), an ONS name
// or the URL of a community. Its error has ReasonInvalid, or ReasonNotAllowed
// for an id that cannot be written to, such as a group's or a blinded one.
func ParseRecipient(text string) (Recipient, error) {
	if len(text) > 2048 {
		return Recipient{}, fail(model.ReasonInvalid, "this is too long for a Session ID")
	}
	text = strings.TrimSpace(text)
	if lower := strings.ToLower(text); strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") {
		u, err := url.Parse(text)
		if err != nil || u.Host == "" || len(u.Query().Get("public_key")) != 64 {
			return Recipient{}, model.Fail(model.ReasonInvalid, "this is not the address of a community", err)
		}
		return Recipient{CommunityURL: text}, nil
	}
	id, err := identity.ParseSessionID(text)
	if err == nil {
		return Recipient{ID: id}, nil
	}
	if err == identity.ErrIDPrefix {
		if other, perr := identity.ParseID(text); perr == nil && other.Prefix() != identity.Session {
			return Recipient{}, model.Fail(model.ReasonNotAllowed, "this id belongs to no account that can be written to", err)
		}
	}
	if err == identity.ErrIDKey || len(text) == 66 {
		return Recipient{}, model.Fail(model.ReasonInvalid, "this is not a Session ID", err)
	}
	name, err := identity.ParseONSName(text)
	if err != nil {
		return Recipient{}, model.Fail(model.ReasonInvalid, "this is neither a Session ID nor a name", err)
	}
	return Recipient{ONSName: name.String()}, nil
}
