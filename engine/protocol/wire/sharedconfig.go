package wire

// ConfigKind is SharedConfigMessage.kind.
type ConfigKind int32

const (
	ConfigUserProfile       ConfigKind = 1
	ConfigContacts          ConfigKind = 2
	ConfigConvoInfoVolatile ConfigKind = 3
	ConfigUserGroups        ConfigKind = 4
)

// SharedConfig is a Content that carries an encrypted config message of the
// account in its field 11 (docs/protocol/config-messages.md §6). As a message it
// is retired: it lives on as a wrapping of what namespaces 2 to 5 hold.
type SharedConfig struct {
	Kind  ConfigKind // 1
	Seqno int64      // 2
	Data  []byte     // 3
}

type sharedConfigContent struct {
	shared  *sharedConfigMessage // 11
	unknown []byte
}

type sharedConfigMessage struct {
	kind    Opt[ConfigKind]
	seqno   Opt[uint64]
	data    []byte
	unknown []byte
}

var sharedConfig = message[sharedConfigMessage]{
	name: "SharedConfigMessage",
	fields: []field[sharedConfigMessage]{
		fEnum(1, "kind", ConfigUserProfile, ConfigUserGroups, func(m *sharedConfigMessage) *Opt[ConfigKind] { return &m.kind }).
			req(func(m *sharedConfigMessage) bool { return !m.kind.Set }),
		// int64 and uint64 have the same encoding.
		fUint64(2, "seqno", func(m *sharedConfigMessage) *Opt[uint64] { return &m.seqno }).
			req(func(m *sharedConfigMessage) bool { return !m.seqno.Set }),
		fBytes(3, "data", func(m *sharedConfigMessage) *[]byte { return &m.data }).
			req(func(m *sharedConfigMessage) bool { return len(m.data) == 0 }),
	},
	unknown: func(m *sharedConfigMessage) *[]byte { return &m.unknown },
}

var configContent = message[sharedConfigContent]{
	name: "Content",
	fields: []field[sharedConfigContent]{
		fMessage(11, "sharedConfigMessage", &sharedConfig, func(m *sharedConfigContent) **sharedConfigMessage { return &m.shared }).
			req(func(m *sharedConfigContent) bool { return m.shared == nil }),
	},
	unknown: func(m *sharedConfigContent) *[]byte { return &m.unknown },
}

// ParseSharedConfig parses an unpadded Content. Data aliases b.
func ParseSharedConfig(b []byte) (*SharedConfig, error) {
	m := new(sharedConfigContent)
	if err := parse(&configContent, b, m); err != nil {
		return nil, err
	}
	return &SharedConfig{m.shared.kind.Value, int64(m.shared.seqno.Value), m.shared.data}, nil
}

// Marshal encodes the Content.
func (c *SharedConfig) Marshal() ([]byte, error) {
	return marshal(&configContent, &sharedConfigContent{shared: &sharedConfigMessage{
		kind: Some(c.Kind), seqno: Some(uint64(c.Seqno)), data: c.Data,
	}}, len(c.Data)+64)
}
