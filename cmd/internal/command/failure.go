package command

import (
	"context"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"sotto/cmd/internal/jsonrpc"
	"sotto/cmd/internal/network"
	"sotto/engine"
	"sotto/engine/model"
	"sotto/engine/transport"
)

// Failure is the JSON of an error: a reason of a closed set and one sentence.
type Failure struct {
	Reason  string `json:"reason"`
	Message string `json:"message"`
	// Cause is a finer reason where the closed set is coarse: clock, disk,
	// damaged, expired.
	Cause string `json:"cause,omitempty"`
	// ID and Timestamp name the message that an unfinished send left in the
	// outbox.
	ID        string       `json:"id,omitempty"`
	Timestamp model.Millis `json:"timestamp,omitempty"`
}

func (f *Failure) Error() string { return f.Message }

// published are the reasons of the contract; finer ones become one of them.
var published = map[model.Reason]string{
	model.ReasonOffline:    "offline",
	model.ReasonNotFound:   "not_found",
	model.ReasonInvalid:    "invalid",
	model.ReasonTooLarge:   "too_large",
	model.ReasonNotAllowed: "not_allowed",
	model.ReasonRejected:   "rejected",
	model.ReasonLocked:     "locked",
	model.ReasonExpired:    "rejected",
	model.ReasonClock:      "offline",
	model.ReasonCancelled:  "not_allowed",
}

// NewFailure turns an error into what is shown of it. Causes inside stay
// inside: they are for the log.
func NewFailure(err error) *Failure {
	var (
		done  *Failure
		known *model.Error
		rpc   *jsonrpc.Error
	)
	switch {
	case errors.As(err, &done):
		return done
	case errors.As(err, &rpc):
		return fromRPC(rpc)
	case errors.As(err, &known):
	default:
		err = outside(err)
		if !errors.As(err, &known) {
			return &Failure{Reason: "internal", Message: "Something went wrong inside; --log-level debug tells more."}
		}
	}
	f := &Failure{Reason: published[known.Reason], Message: Sentence(text(known))}
	if f.Reason == "" {
		f.Reason = "internal"
	}
	if name := known.Reason.String(); name != f.Reason {
		f.Cause = name
	}
	return f
}

// text is the sentence of an error, with what is wrong about a recovery phrase.
func text(e *model.Error) string {
	var phrase *engine.PhraseError
	if errors.As(e.Err, &phrase) {
		return e.Text + ": " + phrase.Error()
	}
	return e.Text
}

// outside gives errors of other rooms than the engine a reason.
func outside(err error) error {
	for _, c := range []struct {
		err    error
		reason model.Reason
		text   string
	}{
		{context.DeadlineExceeded, model.ReasonOffline, "the time was up before it was done"},
		{context.Canceled, model.ReasonOffline, "interrupted"},
		{network.ErrUnknown, model.ReasonInvalid, "there is no such network, and no file of that name"},
		{network.ErrOther, model.ReasonNotAllowed, "the profile belongs to another network"},
		{network.ErrForgotten, model.ReasonNotFound, "the profile's network file is missing: name it with --network"},
		{network.ErrSilent, model.ReasonOffline, "the local network runs in another process and does not answer"},
		{transport.ErrNetworkFile, model.ReasonInvalid, "this is not a network file"},
	} {
		if errors.Is(err, c.err) {
			return model.Fail(c.reason, c.text, err)
		}
	}
	return err
}

// Sentence makes a plain sentence of an error text.
func Sentence(s string) string {
	s = strings.TrimSpace(s)
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return "Something went wrong."
	}
	s = string(unicode.ToUpper(r)) + s[n:]
	if last := s[len(s)-1]; last != '.' && last != '!' && last != '?' {
		s += "."
	}
	return s
}

// toRPC makes the error object of an answer.
func toRPC(err error) *jsonrpc.Error {
	var use *UsageError
	if errors.As(err, &use) {
		return jsonrpc.Errorf(jsonrpc.CodeInvalidParams, "%s", Sentence(use.Text))
	}
	var rpc *jsonrpc.Error
	if errors.As(err, &rpc) {
		return rpc
	}
	f := NewFailure(err)
	return &jsonrpc.Error{Code: jsonrpc.CodeFailed, Message: f.Message, Data: f}
}
