package attach

import (
	"math"
	"strconv"
	"strings"

	"sotto/engine/protocol/wire"
)

// MaxFiles is how many files a message carries (protocol/attachments.md §7).
const MaxFiles = 32

// VoiceName is the name that official clients give to a voice message.
const VoiceName = "session-audio-message"

// Info is what a message tells of a file besides its bytes.
type Info struct {
	Name        string // cleaned, "" when the sender gave none
	ContentType string // lower case, without parameters; a claim of the sender
	Voice       bool
	Width       uint32 // pixels, 0 when not known
	Height      uint32
	Caption     string
}

// Outgoing is an uploaded file, ready to be named in a message.
type Outgoing struct {
	Info
	Secret
	Location
	// Named writes the server's key into the URL: for servers other than the
	// network's default.
	Named bool
}

// Pointer is the file as a field of a message (protocol/messages.md).
func (o Outgoing) Pointer() *wire.AttachmentPointer {
	at := o.Location
	at.Deterministic = o.Secret.Deterministic
	p := pointer(o.Info, o.NumericID(), at.URL(o.Named), o.Size)
	p.Key, p.Digest = o.Key, o.Digest
	return p
}

// PlainPointer is an upload to a room of a community as a field of a message: id
// is the number that the server gave it, and nothing opens it, since it is not
// encrypted (protocol/communities.md §5.7).
func PlainPointer(i Info, id uint64, url string, size int64) *wire.AttachmentPointer {
	return pointer(i, id, url, size)
}

func pointer(i Info, id uint64, url string, size int64) *wire.AttachmentPointer {
	p := &wire.AttachmentPointer{
		DeprecatedID: wire.Some(id),
		ContentType:  wire.Some(orOctets(i.ContentType)),
		Size:         wire.Some(uint32(size)),
		URL:          wire.Some(url),
	}
	if i.Name != "" {
		p.FileName = wire.Some(i.Name)
	}
	if i.Voice {
		p.Flags = wire.Some(wire.AttachmentVoiceMessage)
	}
	if i.Width > 0 && i.Height > 0 {
		p.Width, p.Height = wire.Some(i.Width), wire.Some(i.Height)
	}
	if i.Caption != "" {
		p.Caption = wire.Some(i.Caption)
	}
	return p
}

// Incoming is a file that a message names.
type Incoming struct {
	Info
	Secret
	Location
}

// FromPointer reads what a message says about a file: how it is encrypted
// follows from the URL. Old messages have only a numeric id.
//
// Errors: ErrPointer (nothing to open it with), ErrTooLarge, ErrURL, ErrServer.
// Info is filled in every case, so that a message can show what it cannot
// fetch.
func FromPointer(p *wire.AttachmentPointer, known ...Server) (Incoming, error) {
	in := Incoming{Info: Info{
		Name:        "",
		ContentType: contentType(p.ContentType.Or("")),
		Voice:       p.Flags.Or(0)&wire.AttachmentVoiceMessage != 0,
		Width:       sane(p.Width.Or(0)),
		Height:      sane(p.Height.Or(0)),
		Caption:     p.Caption.Or(""),
	}}
	if p.FileName.Or("") != "" {
		in.Name = CleanName(p.FileName.Value)
	}
	in.Secret = Secret{Key: p.Key, Digest: p.Digest, Size: int64(p.Size.Or(0))}
	raw := p.URL.Or("")
	if raw == "" && p.DeprecatedID.Or(0) != 0 {
		raw = strconv.FormatUint(p.DeprecatedID.Value, 10)
	}
	var err error
	if in.Location, err = ParseURL(raw, known...); err != nil {
		return in, err
	}
	in.Secret.Deterministic = in.Location.Deterministic
	switch {
	case in.Size > MaxBlob:
		return in, ErrTooLarge
	case !p.Size.Set:
		return in, ErrPointer
	case in.Secret.Deterministic && len(p.Key) != DeterministicKeySize:
		return in, ErrPointer
	case !in.Secret.Deterministic && (len(p.Key) != LegacyKeySize || len(p.Digest) != 32):
		return in, ErrPointer
	}
	return in, nil
}

// sane drops sizes of pictures that no layout could take seriously.
func sane(n uint32) uint32 {
	if n > math.MaxUint16 {
		return 0
	}
	return n
}

// contentType is type/subtype in lower case.
func contentType(s string) string {
	s, _, _ = strings.Cut(s, ";")
	s = strings.ToLower(strings.TrimSpace(s))
	kind, sub, ok := strings.Cut(s, "/")
	if !ok || len(s) > 127 || !token(kind) || !token(sub) {
		return octets
	}
	return s
}

const octets = "application/octet-stream"

func orOctets(s string) string {
	if s == "" {
		return octets
	}
	return s
}

// token is the alphabet of RFC 6838 names.
func token(s string) bool {
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', strings.IndexByte("!#$&-^_.+", c) >= 0:
		default:
			return false
		}
	}
	return s != ""
}
