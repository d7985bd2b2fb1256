package engine

import (
	"errors"

	"sotto/engine/model"
	"sotto/engine/protocol/seal"
	"sotto/engine/protocol/wire"
	"sotto/store"
)

// storeError gives an error of the store its reason; doing says what was tried.
// An error that has a reason already keeps it, nil stays nil.
func storeError(doing string, err error) error {
	if err == nil {
		return nil
	}
	var known *model.Error
	if errors.As(err, &known) {
		return err
	}
	reason := model.ReasonInternal
	for _, c := range storeReasons {
		if errors.Is(err, c.err) {
			reason = c.reason
			break
		}
	}
	return model.Fail(reason, "could not "+doing, err)
}

var storeReasons = []struct {
	err    error
	reason model.Reason
}{
	{store.ErrDiskFull, model.ReasonDisk},
	{store.ErrDamaged, model.ReasonDamaged},
	{store.ErrLocked, model.ReasonLocked},
	{store.ErrPassphrase, model.ReasonLocked},
	{store.ErrNeedPass, model.ReasonLocked},
	{store.ErrSecondFactor, model.ReasonLocked},
	{store.ErrKeyring, model.ReasonLocked},
	{store.ErrNoProfile, model.ReasonNotFound},
	{store.ErrNoConversation, model.ReasonNotFound},
	{store.ErrNoMessage, model.ReasonNotFound},
	{store.ErrNoFile, model.ReasonNotFound},
	{store.ErrExists, model.ReasonNotAllowed},
	{store.ErrVersion, model.ReasonNotAllowed},
	{store.ErrProtection, model.ReasonInvalid},
	{store.ErrTooLarge, model.ReasonTooLarge},
}

// sealError gives the reason why a message could not be closed.
func sealError(err error) error {
	reason := model.ReasonInternal
	switch {
	case err == nil:
		return nil
	case errors.Is(err, seal.ErrTooLarge):
		reason = model.ReasonTooLarge
	case errors.Is(err, seal.ErrRecipient), errors.Is(err, wire.ErrUTF8):
		reason = model.ReasonInvalid
	}
	return model.Fail(reason, "the message cannot be sent", err)
}
