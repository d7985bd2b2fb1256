package seal

import (
	"crypto/ed25519"
	"fmt"
	"io"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/wire"
)

// Options say where the key of the sealed box comes from: exactly one of
// Deterministic, Ephemeral and Rand is used, in this order.
type Options struct {
	// Rand is the source of random keys.
	Rand io.Reader
	// Ephemeral is a key made ahead of time. It is used up.
	Ephemeral *Ephemeral
	// Deterministic derives the key from the message, so that closing it
	// again gives the same bytes, and the same hash in the swarm.
	Deterministic bool
	// Blend adds sourceDevice and a proSig by a throw-away key, as recent
	// official clients do. It reads Rand, also in deterministic mode, and costs
	// one more signature.
	Blend bool
}

// innerOverhead is the sender's key and the signature behind the padded content.
const innerOverhead = ed25519.PublicKeySize + ed25519.SignatureSize

// CloseContent encodes content and closes it; the timestamp of the Envelope is
// content's sigTimestamp. To write to the own devices close to sender.ID().
func CloseContent(sender *identity.Account, recipient identity.ID, content *wire.Content, o Options) ([]byte, error) {
	if content.SigTimestamp.Value == 0 {
		return nil, ErrNoTimestamp
	}
	b, err := content.Marshal()
	if err != nil {
		return nil, fmt.Errorf("seal: encode content: %w", err)
	}
	return Close(sender, recipient, b, content.SigTimestamp.Value, o)
}

// Close returns the WebSocketMessage to store in namespace 0 of the recipient's
// swarm (docs/protocol/messages.md §1.1). content is an encoded Content whose
// sigTimestamp is timestamp, in ms; otherwise receivers drop the message.
//
// The result is 330 bytes for a content of up to 158 bytes, and 160 more for
// each further 160.
func Close(sender *identity.Account, recipient identity.ID, content []byte, timestamp uint64, o Options) ([]byte, error) {
	if recipient.Prefix() != identity.Session {
		return nil, ErrRecipient
	}
	size := wire.PaddedSize(len(content))
	if size+innerOverhead+boxOverhead > wire.MaxBlob {
		return nil, ErrTooLarge
	}
	to := recipient.Key()
	ed := sender.Ed25519()

	inner := wire.AppendPadded(make([]byte, 0, size+innerOverhead), content)
	e, err := o.ephemeral(ed, to[:], inner)
	if err != nil {
		return nil, err
	}
	box, err := signAndSeal(ed, inner, e, &to)
	if err != nil {
		return nil, err
	}
	envelope := wire.Envelope{
		Type:      wire.Some(wire.EnvelopeSession),
		Timestamp: wire.Some(timestamp),
		Content:   box,
	}
	if o.Blend {
		if err := blend(&envelope, content, o.Rand); err != nil {
			return nil, err
		}
	}
	return wrap(&envelope)
}

// signAndSeal puts P ‖ A ‖ S, the sender's key and signature behind the padded
// content, into a sealed box for the recipient. It appends to padded.
func signAndSeal(ed ed25519.PrivateKey, padded []byte, e *Ephemeral, to *[32]byte) ([]byte, error) {
	size := len(padded)
	// The signature covers P ‖ A ‖ X and takes the place of X afterwards.
	inner := append(padded, ed[32:]...)
	inner = append(inner, to[:]...)
	signature := ed25519.Sign(ed, inner)
	inner = append(inner[:size+ed25519.PublicKeySize], signature...)
	return sealBox(make([]byte, 0, len(inner)+boxOverhead), inner, e, to)
}

// wrap puts the envelope into the WebSocketMessage of a current client.
func wrap(envelope *wire.Envelope) ([]byte, error) {
	body, err := envelope.Marshal()
	if err != nil {
		return nil, fmt.Errorf("seal: encode envelope: %w", err)
	}
	outer := wire.WebSocketMessage{
		Type: wire.Some(wire.WebSocketRequest),
		Request: &wire.WebSocketRequestMessage{
			Verb: wire.Some(""), Path: wire.Some(""), ID: wire.Some(uint64(0)), Body: body,
		},
	}
	out, err := outer.Marshal()
	if err != nil {
		return nil, fmt.Errorf("seal: encode message: %w", err)
	}
	if len(out) > wire.MaxBlob {
		return nil, ErrTooLarge
	}
	return out, nil
}

func (o *Options) ephemeral(ed ed25519.PrivateKey, recipient, padded []byte) (*Ephemeral, error) {
	switch {
	case o.Deterministic:
		return deterministicEphemeral(ed[:32], recipient, padded)
	case o.Ephemeral != nil:
		return o.Ephemeral, nil
	}
	return NewEphemeral(o.Rand)
}

// blend makes the envelope look like one of a client that knows Session Pro.
func blend(envelope *wire.Envelope, content []byte, random io.Reader) error {
	if random == nil {
		return ErrNoEntropy
	}
	var seed [ed25519.SeedSize]byte
	defer clear(seed[:])
	if _, err := io.ReadFull(random, seed[:]); err != nil {
		return fmt.Errorf("seal: read throw-away key: %w", err)
	}
	envelope.SourceDevice = wire.Some(uint32(1))
	envelope.ProSig = ed25519.Sign(ed25519.NewKeyFromSeed(seed[:]), content)
	return nil
}
