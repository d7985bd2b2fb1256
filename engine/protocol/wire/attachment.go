package wire

// AttachmentVoiceMessage in AttachmentPointer.flags: a recorded voice message.
const AttachmentVoiceMessage uint32 = 1

// AttachmentPointer says where an encrypted file is and how to open it.
type AttachmentPointer struct {
	DeprecatedID Opt[uint64] // 1, fixed64, required: numeric file id, else 0
	ContentType  Opt[string] // 2
	Key          []byte      // 3: 64 bytes (legacy) or 32 (deterministic)
	Size         Opt[uint32] // 4: bytes without padding
	Digest       []byte      // 6: 32 bytes, legacy only
	FileName     Opt[string] // 7
	Flags        Opt[uint32] // 8
	Width        Opt[uint32] // 9
	Height       Opt[uint32] // 10
	Caption      Opt[string] // 11
	URL          Opt[string] // 101
	Unknown      []byte
}

var attachmentPointer = message[AttachmentPointer]{
	name: "AttachmentPointer",
	fields: []field[AttachmentPointer]{
		fFixed64(1, "deprecated_id", func(m *AttachmentPointer) *Opt[uint64] { return &m.DeprecatedID }),
		fString(2, "contentType", func(m *AttachmentPointer) *Opt[string] { return &m.ContentType }),
		fBytes(3, "key", func(m *AttachmentPointer) *[]byte { return &m.Key }),
		fUint32(4, "size", func(m *AttachmentPointer) *Opt[uint32] { return &m.Size }),
		fBytes(6, "digest", func(m *AttachmentPointer) *[]byte { return &m.Digest }),
		fString(7, "fileName", func(m *AttachmentPointer) *Opt[string] { return &m.FileName }),
		fUint32(8, "flags", func(m *AttachmentPointer) *Opt[uint32] { return &m.Flags }),
		fUint32(9, "width", func(m *AttachmentPointer) *Opt[uint32] { return &m.Width }),
		fUint32(10, "height", func(m *AttachmentPointer) *Opt[uint32] { return &m.Height }),
		fString(11, "caption", func(m *AttachmentPointer) *Opt[string] { return &m.Caption }),
		fString(101, "url", func(m *AttachmentPointer) *Opt[string] { return &m.URL }),
	},
	unknown: func(m *AttachmentPointer) *[]byte { return &m.Unknown },
}
