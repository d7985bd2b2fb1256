package config

import (
	"sotto/engine/protocol/seal"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
)

// closeAll returns the bodies to store for a message
// (docs/protocol/config-messages.md §6).
func (c *Config) closeAll(m *message) ([][]byte, error) {
	plain := []byte(m.text)
	if z := compress(plain); z != nil {
		plain = z
	}
	body := padded(plain)
	switch {
	case len(body) > MaxMessage:
		return nil, ErrTooLarge
	case len(body)+overhead > MaxStored:
		return c.closeParts(body)
	}
	encrypted := encrypt(body, &c.keys[0], c.domain)
	if c.account == nil {
		return [][]byte{encrypted}, nil
	}
	wrapped, err := seal.CloseConfig(c.account, &wire.SharedConfig{
		Kind: configKind(c.ns), Seqno: m.seqno, Data: encrypted,
	})
	if err != nil || len(wrapped) > MaxStored {
		return [][]byte{encrypted}, nil // readers take it without the wrapping
	}
	return [][]byte{wrapped}, nil
}

// open returns the padded plaintext of a stored message.
func (c *Config) open(data []byte) ([]byte, error) {
	if len(data) > MaxMessage {
		return nil, ErrNotOpen
	}
	if c.account != nil {
		// One release of a client wrapped twice.
		for range 2 {
			inner, err := seal.OpenConfig(c.account, data)
			if err != nil || inner.Kind != configKind(c.ns) {
				break
			}
			data = inner.Data
		}
	}
	for i := range c.keys {
		if plain, ok := decrypt(data, &c.keys[i], c.domain); ok {
			return plain, nil
		}
	}
	return nil, ErrNotOpen
}

// configKind is SharedConfigMessage.kind of a namespace.
func configKind(ns snode.Namespace) wire.ConfigKind { return wire.ConfigKind(ns - 1) }
