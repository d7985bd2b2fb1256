package seal

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"

	"filippo.io/edwards25519"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/wire"
)

// craft seals any plaintext for somebody and wraps it as change says.
func craft(t testing.TB, to identity.ID, inner []byte, change func(*wire.Envelope)) []byte {
	t.Helper()
	e, err := NewEphemeral(entropy(9))
	if err != nil {
		t.Fatal(err)
	}
	key := to.Key()
	box, err := sealBox(nil, inner, e, &key)
	if err != nil {
		t.Fatal(err)
	}
	envelope := &wire.Envelope{
		Type:      wire.Some(wire.EnvelopeSession),
		Timestamp: wire.Some(uint64(1000)),
		Content:   box,
	}
	if change != nil {
		change(envelope)
	}
	out, err := wrap(envelope)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sign makes P ‖ A ‖ S over bytes that are padded already, or not at all.
func sign(from *identity.Account, to identity.ID, padded []byte) []byte {
	key := to.Key()
	inner := append(bytes.Clone(padded), from.Ed25519Public()...)
	signature := ed25519.Sign(from.Ed25519(), append(bytes.Clone(inner), key[:]...))
	return append(inner, signature...)
}

func encode(t testing.TB, m *wire.Content) []byte {
	t.Helper()
	b, err := m.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// outer wraps the bytes of an envelope that wire would not encode.
func outer(t testing.TB, envelope []byte) []byte {
	t.Helper()
	m := wire.WebSocketMessage{Request: &wire.WebSocketRequestMessage{Body: envelope}}
	out, err := m.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestOpenRefuses(t *testing.T) {
	alice, bob := person(t, 1), person(t, 2)
	hello := encode(t, wire.NewText("hello").Stamp(1000))
	good := sign(alice, bob.ID(), wire.AppendPadded(nil, hello))
	box := func() []byte {
		ws, err := wire.ParseWebSocketMessage(craft(t, bob.ID(), good, nil))
		if err != nil {
			t.Fatal(err)
		}
		envelope, err := wire.ParseEnvelope(ws.Request.Body)
		if err != nil {
			t.Fatal(err)
		}
		return envelope.Content
	}()
	envelope := func(head string, content []byte) []byte {
		b := append([]byte(head), 0x42, byte(len(content)|0x80), byte(len(content)>>7))
		return append(b, content...)
	}
	const typeAndTime = "\x08\x06\x28\xe8\x07"

	if _, err := Open(bob, craft(t, bob.ID(), good, nil)); err != nil {
		t.Fatalf("the unchanged message: %v", err)
	}
	if _, err := Open(bob, outer(t, envelope(typeAndTime, box))); err != nil {
		t.Fatalf("the unchanged message, encoded by hand: %v", err)
	}

	flip := func(at int) []byte {
		b := bytes.Clone(box)
		b[at] ^= 1
		return outer(t, envelope(typeAndTime, b))
	}
	badFlags := []byte{0x0a, 2, 0x20, 1, 0x78, 0xe8, 7}
	tests := []struct {
		name     string
		data     []byte
		reason   Reason
		sentinel error
		cause    error
	}{
		{"nothing", nil, ReasonOuter, ErrRefused, wire.ErrNoContent},
		{"one zero byte", []byte{0}, ReasonProtocolV2, ErrProtocolV2, nil},
		{"version 2 with first version byte 1", []byte("\x00\x01abc"), ReasonProtocolV2, ErrProtocolV2, nil},
		{"noise", []byte("\xffnoise"), ReasonOuter, ErrRefused, wire.ErrMalformed},
		{"no request", []byte("\x08\x01"), ReasonOuter, ErrRefused, wire.ErrNoContent},
		{"empty body", []byte("\x08\x01\x12\x02\x1a\x00"), ReasonOuter, ErrRefused, wire.ErrNoContent},
		{"envelope is noise", outer(t, []byte("noise")), ReasonEnvelope, ErrRefused, wire.ErrMalformed},
		{"envelope without type", outer(t, envelope("\x28\xe8\x07", box)), ReasonEnvelope, ErrRefused, wire.ErrMissing},
		{"envelope of type 1", outer(t, envelope("\x08\x01\x28\xe8\x07", box)), ReasonEnvelope, ErrRefused, wire.ErrMissing},
		{"envelope without timestamp", outer(t, envelope("\x08\x06", box)), ReasonEnvelope, ErrRefused, wire.ErrMissing},
		{"envelope without content", outer(t, []byte(typeAndTime)), ReasonEnvelope, ErrRefused, wire.ErrNoContent},
		{"envelope with empty content", outer(t, []byte(typeAndTime+"\x42\x00")), ReasonEnvelope, ErrRefused, wire.ErrNoContent},
		{"source of 65 characters", outer(t, envelope(typeAndTime+"\x12\x41"+strings.Repeat("0", 65), box)), ReasonEnvelope, ErrRefused, wire.ErrSource},
		{"source that is not hex", outer(t, envelope(typeAndTime+"\x12\x42"+strings.Repeat("g", 66), box)), ReasonEnvelope, ErrRefused, wire.ErrSource},
		{"proSig of 63 bytes", outer(t, append(envelope(typeAndTime, box), "\x5a\x3f"+strings.Repeat("p", 63)...)), ReasonEnvelope, ErrRefused, wire.ErrProSig},
		{"empty proSig", outer(t, append(envelope(typeAndTime, box), "\x5a\x00"...)), ReasonEnvelope, ErrRefused, wire.ErrProSig},
		{"group envelope", craft(t, bob.ID(), good, func(e *wire.Envelope) { e.Type.Value = wire.EnvelopeClosedGroup }), ReasonEnvelopeType, ErrRefused, nil},
		{"box of one byte", craft(t, bob.ID(), good, func(e *wire.Envelope) { e.Content = []byte{1} }), ReasonBox, ErrNotOpen, nil},
		{"box without a tag", craft(t, bob.ID(), good, func(e *wire.Envelope) { e.Content = e.Content[:47] }), ReasonBox, ErrNotOpen, nil},
		{"box cut short", craft(t, bob.ID(), good, func(e *wire.Envelope) { e.Content = e.Content[:len(e.Content)-1] }), ReasonBox, ErrNotOpen, nil},
		{"ephemeral key changed", flip(5), ReasonBox, ErrNotOpen, nil},
		{"tag changed", flip(40), ReasonBox, ErrNotOpen, nil},
		{"ciphertext changed", flip(100), ReasonBox, ErrNotOpen, nil},
		{"ephemeral key of small order", outer(t, envelope(typeAndTime, append(make([]byte, 32), box[32:]...))), ReasonBox, ErrNotOpen, nil},
		{"for somebody else", craft(t, alice.ID(), sign(alice, alice.ID(), good), nil), ReasonBox, ErrNotOpen, nil},
		{"empty plaintext", craft(t, bob.ID(), nil, nil), ReasonShort, ErrNotOpen, nil},
		{"plaintext of 96 bytes", craft(t, bob.ID(), sign(alice, bob.ID(), nil), nil), ReasonShort, ErrNotOpen, nil},
		{"forwarded by the recipient of another copy", craft(t, bob.ID(), sign(alice, alice.ID(), wire.AppendPadded(nil, hello)), nil), ReasonSignature, ErrNotOpen, nil},
		{"signed over the text without padding", craft(t, bob.ID(), append(wire.AppendPadded(nil, hello), sign(alice, bob.ID(), hello)[len(hello):]...), nil), ReasonSignature, ErrNotOpen, nil},
		{"Content is noise", craft(t, bob.ID(), sign(alice, bob.ID(), []byte("noise")), nil), ReasonContent, ErrRefused, wire.ErrMalformed},
		{"flags 1", craft(t, bob.ID(), sign(alice, bob.ID(), wire.AppendPadded(nil, badFlags)), nil), ReasonContent, ErrRefused, wire.ErrFlags},
		{"sigTimestamp one ms off", craft(t, bob.ID(), good, func(e *wire.Envelope) { e.Timestamp.Value++ }), ReasonTimestamp, ErrRefused, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			opened, err := Open(bob, tt.data)
			wantError(t, err, tt.reason, tt.sentinel)
			if tt.cause != nil && !errors.Is(err, tt.cause) {
				t.Errorf("error is %v, want cause %v", err, tt.cause)
			}
			if opened.Content != nil {
				t.Error("a refused message came with content")
			}
		})
	}
}

func TestOpenAccepts(t *testing.T) {
	alice, bob := person(t, 1), person(t, 2)
	hello := encode(t, wire.NewText("hello").Stamp(1000))
	tests := []struct {
		name   string
		padded []byte
		change func(*wire.Envelope)
	}{
		{"padded", wire.AppendPadded(nil, hello), nil},
		{"not padded at all", hello, nil},
		{"0x80 only", append(bytes.Clone(hello), 0x80), nil},
		{"false source", wire.AppendPadded(nil, hello), func(e *wire.Envelope) { e.Source = wire.Some(bob.ID().String()) }},
		{"source in capitals", wire.AppendPadded(nil, hello), func(e *wire.Envelope) { e.Source = wire.Some(strings.ToUpper(bob.ID().String())) }},
		{"empty source", wire.AppendPadded(nil, hello), func(e *wire.Envelope) { e.Source = wire.Some("") }},
		{"proSig of noise", wire.AppendPadded(nil, hello), func(e *wire.Envelope) { e.ProSig = bytes.Repeat([]byte{7}, 64) }},
		{"sigTimestamp 0", wire.AppendPadded(nil, encode(t, wire.NewText("hello").Stamp(0))), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			opened, err := Open(bob, craft(t, bob.ID(), sign(alice, bob.ID(), tt.padded), tt.change))
			if err != nil {
				t.Fatal(err)
			}
			if opened.Sender != alice.ID() || opened.Content.DataMessage.Body.Value != "hello" || opened.Timestamp != 1000 {
				t.Errorf("opened %q from %v at %d", opened.Content.DataMessage.Body.Value, opened.Sender, opened.Timestamp)
			}
		})
	}
}

// A sender's key, or the R of a signature, that libsodium refuses.
func TestSmallOrderPoints(t *testing.T) {
	alice, bob := person(t, 1), person(t, 2)
	to := bob.ID().Key()
	identityPoint := edwards25519.NewIdentityPoint()
	seen := 0
	for _, y := range smallOrderY {
		for _, sign := range []byte{0, 0x80} {
			enc := y
			enc[31] |= sign
			p, err := new(edwards25519.Point).SetBytes(enc[:])
			if err != nil {
				t.Errorf("%x is no point", enc)
				continue
			}
			if new(edwards25519.Point).MultByCofactor(p).Equal(identityPoint) != 1 {
				t.Errorf("%x is not of small order", enc)
			}
			if !smallOrder(enc[:]) {
				t.Errorf("%x is not recognised", enc)
			}
			seen++

			// With this key S = 0 and R = the identity verify for one message
			// in a few; the message must not open whichever it is.
			for n := range byte(16) {
				inner := append(bytes.Repeat([]byte{n}, 160), enc[:]...)
				inner = append(inner, identityPoint.Bytes()...)
				inner = append(inner, make([]byte, 32)...)
				if _, _, reason := verify(bytes.Clone(inner), &to); reason != ReasonSignature {
					t.Fatalf("a message by %x verifies: %v", enc, reason)
				}
			}
		}
	}
	if seen != 14 {
		t.Errorf("%d encodings of small order, want 14", seen)
	}
	if smallOrder(alice.Ed25519Public()) {
		t.Error("an ordinary key counts as small")
	}
}

// A signature with an ordinary R under a key that is the identity point: the
// standard library accepts it for every message.
func TestSenderKeyOfSmallOrder(t *testing.T) {
	bob := person(t, 2)
	to := bob.ID().Key()
	s, err := edwards25519.NewScalar().SetBytesWithClamping(bytes.Repeat([]byte{5}, 32))
	if err != nil {
		t.Fatal(err)
	}
	r := new(edwards25519.Point).ScalarBaseMult(s)
	inner := wire.AppendPadded(nil, encode(t, wire.NewText("from nobody").Stamp(1000)))
	inner = append(inner, edwards25519.NewIdentityPoint().Bytes()...)
	signed := append(bytes.Clone(inner), to[:]...)
	signature := append(r.Bytes(), s.Bytes()...)
	if !ed25519.Verify(inner[len(inner)-32:], signed, signature) {
		t.Fatal("the forged signature should verify")
	}
	_, err = Open(bob, craft(t, bob.ID(), append(inner, signature...), nil))
	wantError(t, err, ReasonSenderKey, ErrNotOpen)
}

func TestOpenLeavesDataAlone(t *testing.T) {
	alice, bob := person(t, 1), person(t, 2)
	data, err := CloseContent(alice, bob.ID(), wire.NewText("hello").Stamp(1000), Options{Rand: entropy(3)})
	if err != nil {
		t.Fatal(err)
	}
	before := bytes.Clone(data)
	first, err := Open(bob, data)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, before) {
		t.Error("Open changed its input")
	}
	clear(data)
	if first.Content.DataMessage.Body.Value != "hello" || !bytes.Equal(first.SenderEd25519, alice.Ed25519Public()) {
		t.Error("the opened message depends on the input")
	}
}
