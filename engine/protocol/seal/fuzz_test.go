package seal

import (
	"bytes"
	"errors"
	"testing"

	"sotto/engine/protocol/wire"
)

// Whatever arrives either opens with a sender or fails with a typed error.
func FuzzOpen(f *testing.F) {
	v := loadVectors(f)
	bob := account(f, v.Keys.RecipientSeed)
	for _, row := range v.Messages {
		f.Add([]byte(row.Outer))
	}
	for _, row := range v.MustReject {
		f.Add([]byte(row.Outer))
	}
	for _, row := range v.MustAccept {
		f.Add([]byte(row.Outer))
	}
	f.Add([]byte{0, 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		opened, err := Open(bob, data)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Reason.String() == "unknown" {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if opened.Sender.IsZero() || opened.Content == nil {
			t.Fatal("opened without sender or content")
		}
	})
}

// The same behind the signature, where a hostile contact stands.
func FuzzOpenSigned(f *testing.F) {
	v := loadVectors(f)
	alice, bob := account(f, v.Keys.SenderSeed), account(f, v.Keys.RecipientSeed)
	for _, row := range v.Messages {
		f.Add(wire.AppendPadded(nil, row.Content))
	}
	f.Fuzz(func(t *testing.T, padded []byte) {
		if len(padded) == 0 || len(padded) > 4096 {
			return
		}
		opened, err := Open(bob, craft(t, bob.ID(), sign(alice, bob.ID(), padded), nil))
		var e *Error
		switch {
		case err == nil:
			if opened.Sender != alice.ID() || !bytes.HasPrefix(padded, opened.Plain) {
				t.Fatalf("opened %x from %v", opened.Plain, opened.Sender)
			}
		case !errors.As(err, &e) || e.Reason != ReasonContent && e.Reason != ReasonTimestamp:
			t.Fatalf("error %v", err)
		}
	})
}
