package seal

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"testing"

	"sotto/engine/protocol/wire"
)

func TestAccountsOfVectors(t *testing.T) {
	v := loadVectors(t)
	if got := account(t, v.Keys.SenderSeed).ID(); !bytes.Equal(got[:], v.Keys.SenderID) {
		t.Errorf("sender is %v, want %x", got, v.Keys.SenderID)
	}
	if got := account(t, v.Keys.RecipientSeed).ID(); !bytes.Equal(got[:], v.Keys.RecipientID) {
		t.Errorf("recipient is %v, want %x", got, v.Keys.RecipientID)
	}
}

// Upstream's own fixture: a sealed box without padding.
func TestUpstreamFixture(t *testing.T) {
	v := loadVectors(t)
	alice, bob := account(t, v.Keys.SenderSeed), account(t, v.Keys.RecipientSeed)
	u := v.Upstream
	to := bob.ID().Key()

	e, err := deterministicEphemeral(v.Keys.SenderSeed, to[:], []byte(u.Message))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(e.scalar[:], u.Private) || !bytes.Equal(e.public[:], u.Public) {
		t.Errorf("ephemeral key is %x", e.public)
	}
	if nonce, err := boxNonce(e.public[:], to[:]); err != nil || !bytes.Equal(nonce[:], u.Nonce) {
		t.Errorf("nonce is %x, %v", nonce, err)
	}
	inner := append([]byte(u.Message), alice.Ed25519Public()...)
	signature := ed25519.Sign(alice.Ed25519(), append(bytes.Clone(inner), to[:]...))
	if !bytes.Equal(signature, u.Signature) {
		t.Errorf("signature is %x", signature)
	}
	inner = append(inner, signature...)
	if !bytes.Equal(inner, u.Signed) {
		t.Errorf("signed plaintext is %x", inner)
	}
	box, err := sealBox(nil, inner, e, &to)
	if err != nil || !bytes.Equal(box, u.Ciphertext) {
		t.Errorf("box is %x, %v", box, err)
	}

	plain, ok := openBox(u.Ciphertext, bob.X25519(), &to)
	if !ok || !bytes.Equal(plain, u.Signed) {
		t.Fatalf("box opens to %x, %v", plain, ok)
	}
	text, key, reason := verify(plain, &to)
	if reason != 0 || string(text) != u.Message || !bytes.Equal(key, alice.Ed25519Public()) {
		t.Errorf("verified %q from %x, %v", text, key, reason)
	}
}

func TestMessagesReproduceByteForByte(t *testing.T) {
	v := loadVectors(t)
	alice, bob := account(t, v.Keys.SenderSeed), account(t, v.Keys.RecipientSeed)
	for _, row := range v.Messages {
		t.Run(row.Name, func(t *testing.T) {
			to := bob
			if row.Name == "sync copy to self" {
				to = alice
			}
			content, err := wire.ParseContent(row.Content)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // a retry has the same bytes
				got, err := CloseContent(alice, to.ID(), content, Options{Deterministic: true})
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, row.Outer) || !bytes.Equal(got, row.Base64) {
					t.Fatalf("closed to\n%x, want\n%x", got, row.Outer)
				}
			}

			opened, err := Open(to, row.Outer)
			if err != nil {
				t.Fatal(err)
			}
			if opened.Sender != alice.ID() || !bytes.Equal(opened.SenderEd25519, alice.Ed25519Public()) {
				t.Errorf("sender is %v", opened.Sender)
			}
			if opened.Timestamp != row.Timestamp || !bytes.Equal(opened.Plain, row.Content) {
				t.Errorf("opened %x of %d", opened.Plain, opened.Timestamp)
			}
		})
	}
}

// The layers of each row, so that a difference shows where it begins.
func TestMessagesLayers(t *testing.T) {
	v := loadVectors(t)
	alice, bob := account(t, v.Keys.SenderSeed), account(t, v.Keys.RecipientSeed)
	for _, row := range v.Messages {
		t.Run(row.Name, func(t *testing.T) {
			to := bob
			if row.Name == "sync copy to self" {
				to = alice
			}
			own := to.ID().Key()
			outer, err := wire.ParseWebSocketMessage(row.Outer)
			if err != nil || !bytes.Equal(outer.Request.Body, row.Envelope) {
				t.Fatalf("envelope is %x, %v", outer.Request.Body, err)
			}
			envelope, err := wire.ParseEnvelope(row.Envelope)
			if err != nil || !bytes.Equal(envelope.Content, row.Sealed) {
				t.Fatalf("box is %x, %v", envelope.Content, err)
			}
			if !bytes.Equal(row.Sealed[:32], row.Ephemeral) {
				t.Error("box does not begin with the ephemeral key")
			}
			inner, ok := openBox(row.Sealed, to.X25519(), &own)
			if !ok {
				t.Fatal("box does not open")
			}
			if !bytes.HasSuffix(inner, row.Signature) {
				t.Errorf("signature is %x", inner[len(inner)-64:])
			}
			padded, _, reason := verify(inner, &own)
			if reason != 0 {
				t.Fatalf("does not verify: %v", reason)
			}
			if len(padded) != row.PaddedLen || !bytes.Equal(padded, wire.AppendPadded(nil, row.Content)) {
				t.Errorf("padded to %d, want %d", len(padded), row.PaddedLen)
			}
		})
	}
}

func TestMustReject(t *testing.T) {
	v := loadVectors(t)
	bob := account(t, v.Keys.RecipientSeed)
	want := []struct {
		reason   Reason
		sentinel error
	}{
		{ReasonSignature, ErrNotOpen},
		{ReasonSignature, ErrNotOpen},
		{ReasonBox, ErrNotOpen},
		{ReasonShort, ErrNotOpen},
		{ReasonTimestamp, ErrRefused},
	}
	for i, row := range v.MustReject {
		t.Run(row.Reason, func(t *testing.T) {
			opened, err := Open(bob, row.Outer)
			wantError(t, err, want[i].reason, want[i].sentinel)
			if opened.Content != nil || opened.Plain != nil || !opened.Sender.IsZero() {
				t.Error("a refused message came with data")
			}
		})
	}
}

func TestMustAccept(t *testing.T) {
	v := loadVectors(t)
	alice, bob := account(t, v.Keys.SenderSeed), account(t, v.Keys.RecipientSeed)
	for _, row := range v.MustAccept {
		t.Run(row.Note, func(t *testing.T) {
			opened, err := Open(bob, row.Outer)
			if err != nil {
				t.Fatal(err)
			}
			if opened.Sender != alice.ID() {
				t.Errorf("sender is %v", opened.Sender)
			}
			if !bytes.Equal(opened.Plain, row.Content) {
				t.Errorf("content is %x", opened.Plain)
			}
			if opened.Content.Kind() == wire.KindNone {
				t.Error("nothing to do")
			}
		})
	}
}

func TestMustIgnoreSilently(t *testing.T) {
	v := loadVectors(t)
	bob := account(t, v.Keys.RecipientSeed)
	for _, row := range v.MustIgnore {
		_, err := Open(bob, row.Data)
		wantError(t, err, ReasonProtocolV2, ErrProtocolV2)
	}
}

// wantError checks the reason, and that exactly one sentinel is the error's.
func wantError(t *testing.T, err error, reason Reason, sentinel error) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %v, want *Error", err)
	}
	if e.Reason != reason {
		t.Errorf("reason is %v, want %v", e.Reason, reason)
	}
	for _, s := range []error{ErrNotOpen, ErrProtocolV2, ErrRefused} {
		if errors.Is(err, s) != (s == sentinel) {
			t.Errorf("errors.Is(%v, %v) is %v", err, s, s != sentinel)
		}
	}
}
