package community

import (
	"fmt"
	"io"
	"math"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/wire"
)

// MaxSkew is how far a message's own timestamp may be from the time at which
// the server took it, in milliseconds (protocol/communities.md §5.4).
const MaxSkew = 6 * 60 * 60 * 1000

// Compose pads a Content and signs it. A plain key reads 64 bytes of random,
// blinded ones none. The error is ErrTooLarge, or that of random.
func Compose(key *Key, random io.Reader, content []byte) (data []byte, signature [64]byte, err error) {
	if wire.PaddedSize(len(content)) > MaxData {
		return nil, signature, ErrTooLarge
	}
	data = wire.AppendPadded(nil, content)
	signature, err = key.signMessage(random, data)
	return data, signature, err
}

// Opened is a message whose author is proven.
type Opened struct {
	Author  identity.ID // 15, 25 or 05
	Content *wire.Content
	Plain   []byte // the bytes Content was parsed from, without padding
}

// Open proves and reads a row: the server does not check signatures, so this is
// the only place where that happens. The error is ErrNoData, ErrTooLarge,
// ErrSignature, ErrContent or ErrTimestamp; a row with any of them is dropped,
// its Seqno counts all the same.
func Open(m *Message) (Opened, error) {
	switch {
	case m.Deleted || len(m.Data) == 0:
		return Opened{}, ErrNoData
	case len(m.Data) > MaxData:
		return Opened{}, ErrTooLarge
	case !verify(m.Author, m.Data, m.Signature):
		return Opened{}, ErrSignature
	}
	plain := wire.Unpad(m.Data)
	// Newer clients may put an Envelope around the Content. A Content never
	// parses as one, since required fields are missing.
	if envelope, err := wire.ParseEnvelope(plain); err == nil {
		plain = wire.Unpad(envelope.Content)
	}
	content, err := wire.ParseContent(plain)
	if err != nil {
		return Opened{}, fmt.Errorf("%w: %w", ErrContent, err)
	}
	if ts := content.SigTimestamp.Value; ts != 0 && math.Abs(float64(ts)-float64(m.Posted.Millis())) > MaxSkew {
		return Opened{}, ErrTimestamp
	}
	return Opened{Author: m.Author, Content: content, Plain: plain}, nil
}
