package seal

import (
	"crypto/ed25519"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/wire"
)

// Opened is a message with a proven sender. All of it shares one buffer.
type Opened struct {
	Sender        identity.ID       // derived from SenderEd25519; the only sender to trust
	SenderEd25519 ed25519.PublicKey // the key that signed
	Content       *wire.Content     // Content.Kind says what to do
	Plain         []byte            // the bytes Content was parsed from, without padding
	Timestamp     uint64            // Envelope.timestamp in ms; Content.sigTimestamp equals it or is absent
}

// Open opens what was retrieved from namespace 0, after base64 decoding: steps 1
// to 9 of docs/protocol/messages.md §1.2, in this order. The error is an *Error
// around ErrProtocolV2, ErrNotOpen or ErrRefused.
func Open(me *identity.Account, data []byte) (Opened, error) {
	if len(data) > 0 && data[0] == 0 {
		return Opened{}, &Error{Reason: ReasonProtocolV2, Err: ErrProtocolV2}
	}
	outer, err := wire.ParseWebSocketMessage(data)
	if err != nil {
		return Opened{}, &Error{ReasonOuter, ErrRefused, err}
	}
	envelope, err := wire.ParseEnvelope(outer.Request.Body)
	if err != nil {
		return Opened{}, &Error{ReasonEnvelope, ErrRefused, err}
	}
	if envelope.Type.Value != wire.EnvelopeSession {
		return Opened{}, &Error{Reason: ReasonEnvelopeType, Err: ErrRefused}
	}

	own := me.ID().Key()
	inner, ok := openBox(envelope.Content, me.X25519(), &own)
	if !ok {
		return Opened{}, &Error{Reason: ReasonBox, Err: ErrNotOpen}
	}
	padded, key, reason := verify(inner, &own)
	if reason != 0 {
		return Opened{}, &Error{Reason: reason, Err: ErrNotOpen}
	}
	sender, err := identity.IDFromEd25519(key)
	if err != nil {
		return Opened{}, &Error{ReasonSenderKey, ErrNotOpen, err}
	}

	plain := wire.Unpad(padded)
	content, err := wire.ParseContent(plain)
	if err != nil {
		return Opened{}, &Error{ReasonContent, ErrRefused, err}
	}
	if ts := content.SigTimestamp.Value; ts != 0 && ts != envelope.Timestamp.Value {
		return Opened{}, &Error{Reason: ReasonTimestamp, Err: ErrRefused}
	}
	return Opened{
		Sender:        sender,
		SenderEd25519: key,
		Content:       content,
		Plain:         plain,
		Timestamp:     envelope.Timestamp.Value,
	}, nil
}

// verify splits P ‖ A ‖ S and checks S over P ‖ A ‖ own key. It writes over S,
// since the signed bytes differ from the received ones only there.
func verify(inner []byte, own *[32]byte) (padded []byte, key ed25519.PublicKey, reason Reason) {
	if len(inner) <= innerOverhead {
		return nil, nil, ReasonShort
	}
	split := len(inner) - innerOverhead
	tail := inner[split+ed25519.PublicKeySize:]
	signature := [ed25519.SignatureSize]byte(tail)
	copy(tail, own[:])
	signed := inner[:split+ed25519.PublicKeySize+len(own)]
	key = ed25519.PublicKey(inner[split : split+ed25519.PublicKeySize : split+ed25519.PublicKeySize])
	if smallOrder(signature[:32]) || !ed25519.Verify(key, signed, signature[:]) {
		return nil, nil, ReasonSignature
	}
	return inner[:split:split], key, 0
}

// smallOrder reports whether an encoded point is of small order, by its y
// without the sign bit. libsodium, which official clients verify with, refuses
// such a first half of a signature; crypto/ed25519 does not. For the signing
// key package identity does the same test.
func smallOrder(point []byte) bool {
	y := [32]byte(point)
	y[31] &= 0x7f
	for i := range smallOrderY {
		if y == smallOrderY[i] {
			return true
		}
	}
	return false
}

// smallOrderY holds y of the points of order 1, 2, 4 and 8, with the encodings
// of 0 and 1 that are not reduced.
var smallOrderY = [...][32]byte{
	{},  // order 4
	{1}, // order 1
	{
		0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
		0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
	}, // order 8
	{
		0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
		0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
	}, // order 8
	{
		0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
	}, // p-1, order 2
	{
		0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
	}, // p
	{
		0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
	}, // p+1
}
