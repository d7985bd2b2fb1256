package seal

import (
	"fmt"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/wire"
)

// configTimestamp is Envelope.timestamp around a config message.
const configTimestamp = 1

// CloseConfig closes a config message for the own devices
// (docs/protocol/config-messages.md §6): as Close does it deterministically, but
// without padding, since the config inside has its own. The same config is the
// same bytes.
func CloseConfig(account *identity.Account, config *wire.SharedConfig) ([]byte, error) {
	content, err := config.Marshal()
	if err != nil {
		return nil, fmt.Errorf("seal: encode config: %w", err)
	}
	inner := make([]byte, 0, len(content)+1+innerOverhead)
	inner = append(append(inner, content...), 0x80)
	to := account.ID().Key()
	ed := account.Ed25519()
	e, err := deterministicEphemeral(ed[:32], to[:], inner)
	if err != nil {
		return nil, err
	}
	box, err := signAndSeal(ed, inner, e, &to)
	if err != nil {
		return nil, err
	}
	return wrap(&wire.Envelope{
		Type: wire.Some(wire.EnvelopeSession), Timestamp: wire.Some(uint64(configTimestamp)), Content: box,
	})
}

// OpenConfig opens what CloseConfig made, by this account or by another of its
// devices. Anything else is an *Error, as of Open; most often it is a config
// message without this wrapping.
func OpenConfig(account *identity.Account, data []byte) (*wire.SharedConfig, error) {
	outer, err := wire.ParseWebSocketMessage(data)
	if err != nil {
		return nil, &Error{ReasonOuter, ErrRefused, err}
	}
	envelope, err := wire.ParseEnvelope(outer.Request.Body)
	if err != nil {
		return nil, &Error{ReasonEnvelope, ErrRefused, err}
	}
	own := account.ID().Key()
	inner, ok := openBox(envelope.Content, account.X25519(), &own)
	if !ok {
		return nil, &Error{Reason: ReasonBox, Err: ErrNotOpen}
	}
	padded, key, reason := verify(inner, &own)
	if reason != 0 {
		return nil, &Error{Reason: reason, Err: ErrNotOpen}
	}
	if !key.Equal(account.Ed25519().Public()) {
		return nil, &Error{Reason: ReasonSenderKey, Err: ErrNotOpen}
	}
	config, err := wire.ParseSharedConfig(wire.Unpad(padded))
	if err != nil {
		return nil, &Error{ReasonContent, ErrRefused, err}
	}
	return config, nil
}
