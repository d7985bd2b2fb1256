package group

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"

	"sotto/engine/protocol/bt"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/wire"
)

// A message of namespace 11 is nonce(24) ‖ XChaCha20-Poly1305(dict ‖ zeros)
// under the group's key, the dict being (protocol/groups.md §5)
//
//	"" 1, a sender's Ed25519 key, d or z data, s signature over data ‖ group key
//
// with z for zstd. Zeros fill it up so that lengths tell little.

// MaxPlain is the most bytes of a message before and after compression.
const MaxPlain = 1_000_000

const (
	messagePadding = 256
	sealOverhead   = 24 + 16
	version        = 1
)

// Both have tables that are worth keeping; they start nothing in the background.
var (
	compressor = sync.OnceValue(func() *zstd.Encoder {
		e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
			zstd.WithEncoderCRC(false), zstd.WithSingleSegment(true))
		if err != nil {
			panic("group: zstd: " + err.Error())
		}
		return e
	})
	decompressor = sync.OnceValue(func() *zstd.Decoder {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(MaxPlain),
			zstd.WithDecoderLowmem(true))
		if err != nil {
			panic("group: zstd: " + err.Error())
		}
		return d
	})
)

// Close makes the message of a Content: an Envelope of type 7 around the
// unpadded Content, compressed where that helps, signed by the sender, closed
// with the group's newest key. It reads 24 bytes of random. timestamp is in ms
// and equals Content.sigTimestamp. The error is ErrTooLarge above wire.MaxBlob.
func Close(group identity.ID, me *identity.Account, key [32]byte, random io.Reader, content *wire.Content, timestamp uint64) ([]byte, error) {
	plain, err := content.Marshal()
	if err != nil {
		return nil, fmt.Errorf("close group message: %w", err)
	}
	envelope := &wire.Envelope{
		Type: wire.Some(wire.EnvelopeClosedGroup), Timestamp: wire.Some(timestamp), SourceDevice: wire.Some[uint32](1), Content: plain,
	}
	b, err := envelope.Marshal()
	if err != nil {
		return nil, fmt.Errorf("close group message: %w", err)
	}
	return closeMessage(group, me, key, random, b)
}

func closeMessage(group identity.ID, me *identity.Account, key [32]byte, random io.Reader, plain []byte) ([]byte, error) {
	if len(plain) == 0 || len(plain) > MaxPlain {
		return nil, ErrTooLarge
	}
	data, name := plain, "d"
	if packed := compressor().EncodeAll(plain, nil); len(packed) < len(plain) {
		data, name = packed, "z"
	}
	public := group.Key()
	sig := ed25519.Sign(me.Ed25519(), append(data[:len(data):len(data)], public[:]...))
	w := bt.NewWriter(len(data) + 160)
	w.Dict()
	w.Key("")
	w.Int(version)
	w.Key("a")
	w.Bytes(me.Ed25519Public())
	if name == "d" {
		w.Key(name)
		w.Bytes(data)
	}
	w.Key("s")
	w.Bytes(sig)
	if name == "z" {
		w.Key(name)
		w.Bytes(data)
	}
	w.End()
	inner, err := w.Finish()
	if err != nil {
		return nil, fmt.Errorf("close group message: %w", err)
	}
	if rest := (len(inner) + sealOverhead) % messagePadding; rest > 0 {
		inner = append(inner, make([]byte, messagePadding-rest)...)
	}
	if len(inner)+sealOverhead > wire.MaxBlob {
		return nil, ErrTooLarge
	}
	var nonce [24]byte
	if _, err := io.ReadFull(random, nonce[:]); err != nil {
		return nil, fmt.Errorf("read nonce: %w", err)
	}
	return append(nonce[:], sealWith(key[:], nonce[:], inner)...), nil
}

// Opened is a group message with a proven sender.
type Opened struct {
	Sender        identity.ID // derived from the signing key; the only sender to trust
	SenderEd25519 ed25519.PublicKey
	Content       *wire.Content
	Plain         []byte // the bytes Content was parsed from
	Timestamp     uint64 // Envelope.timestamp in ms
	KeyIndex      int    // which of the keys opened it
}

// Open opens what was retrieved from namespace 11 with the first key of keys
// (Keys.All) that fits. The error wraps ErrNotOpen or ErrRefused. Whether the
// sender is a member is for the caller to say.
func Open(group identity.ID, keys [][32]byte, data []byte) (Opened, error) {
	plain, sender, index, err := openMessage(group, keys, data)
	if err != nil {
		return Opened{}, err
	}
	id, err := identity.IDFromEd25519(sender)
	if err != nil {
		return Opened{}, fmt.Errorf("%w: sender key", ErrNotOpen)
	}
	envelope, err := wire.ParseEnvelope(plain)
	if err != nil {
		return Opened{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if envelope.Type.Value != wire.EnvelopeClosedGroup {
		return Opened{}, fmt.Errorf("%w: envelope type", ErrRefused)
	}
	content, err := wire.ParseContent(envelope.Content)
	if err != nil {
		return Opened{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if ts := content.SigTimestamp.Value; ts != 0 && ts != envelope.Timestamp.Value {
		return Opened{}, fmt.Errorf("%w: timestamps differ", ErrRefused)
	}
	return Opened{
		Sender: id, SenderEd25519: sender, Content: content, Plain: envelope.Content,
		Timestamp: envelope.Timestamp.Value, KeyIndex: index,
	}, nil
}

func openMessage(group identity.ID, keys [][32]byte, data []byte) (plain []byte, sender ed25519.PublicKey, index int, err error) {
	if len(data) <= sealOverhead || len(data) > wire.MaxBlob+messagePadding {
		return nil, nil, 0, ErrNotOpen
	}
	var inner []byte
	found := false
	for index = range keys {
		if inner, found = openWith(keys[index][:], data[:24], data[24:]); found {
			break
		}
	}
	if !found {
		return nil, nil, 0, ErrNotOpen
	}
	inner = bytes.TrimRight(inner, "\x00")
	v := int64(-1)
	var text, packed, sig []byte
	r := bt.NewReader(inner, bt.Limits{Elements: 64})
	r.EnterDict()
	for r.More() {
		switch name, _ := r.Key(); string(name) {
		case "":
			v, _ = r.Int()
		case "a":
			sender, _ = r.Bytes()
		case "d":
			text, _ = r.Bytes()
		case "s":
			sig, _ = r.Bytes()
		case "z":
			packed, _ = r.Bytes()
		default:
			r.Skip()
		}
	}
	r.Leave()
	if err := r.Close(); err != nil {
		return nil, nil, 0, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if v != version || len(sender) != ed25519.PublicKeySize || (len(text) == 0) == (len(packed) == 0) {
		return nil, nil, 0, fmt.Errorf("%w: fields", ErrRefused)
	}
	signed := text
	if len(packed) > 0 {
		signed = packed
	}
	public := group.Key()
	if len(sig) != ed25519.SignatureSize || !ed25519.Verify(sender, append(signed[:len(signed):len(signed)], public[:]...), sig) {
		return nil, nil, 0, fmt.Errorf("%w: sender signature", ErrNotOpen)
	}
	if len(packed) > 0 {
		// The decoder stops at MaxPlain, whatever the frame promises.
		if text, err = decompressor().DecodeAll(packed, nil); err != nil || len(text) == 0 {
			return nil, nil, 0, fmt.Errorf("%w: compression", ErrRefused)
		}
	}
	return text, sender, index, nil
}
