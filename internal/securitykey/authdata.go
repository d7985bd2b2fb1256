package securitykey

import (
	"encoding/binary"
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// Flags of authenticator data.
const (
	flagCredential = 0x40
	flagExtensions = 0x80
)

// authData is authenticator data (WebAuthn §6.1): hash of the RP id (32) ‖ flags
// (1) ‖ counter (4), then with flagCredential: AAGUID (16) ‖ length (2, BE) ‖
// credential id ‖ COSE public key, then with flagExtensions: a CBOR map.
type authData struct {
	credential []byte
	extensions map[string]cbor.RawMessage
}

func parseAuthData(b []byte) (d authData, err error) {
	const fixed, attested = 37, 18
	if len(b) < fixed {
		return d, fmt.Errorf("%w: authenticator data of %d bytes", ErrAnswer, len(b))
	}
	flags, rest := b[32], b[fixed:]
	if flags&flagCredential != 0 {
		if len(rest) < attested {
			return d, fmt.Errorf("%w: attested credential of %d bytes", ErrAnswer, len(rest))
		}
		n := int(binary.BigEndian.Uint16(rest[16:]))
		if rest = rest[attested:]; n > MaxCredential || n > len(rest) {
			return d, fmt.Errorf("%w: credential id of %d bytes", ErrAnswer, n)
		}
		d.credential, rest = rest[:n], rest[n:]
		var public cbor.RawMessage
		if rest, err = decoding.UnmarshalFirst(rest, &public); err != nil {
			return d, fmt.Errorf("%w: public key: %w", ErrAnswer, err)
		}
	}
	if flags&flagExtensions != 0 {
		if rest, err = decoding.UnmarshalFirst(rest, &d.extensions); err != nil {
			return d, fmt.Errorf("%w: extensions: %w", ErrAnswer, err)
		}
	}
	if len(rest) > 0 {
		return d, fmt.Errorf("%w: %d bytes after the authenticator data", ErrAnswer, len(rest))
	}
	return d, nil
}
