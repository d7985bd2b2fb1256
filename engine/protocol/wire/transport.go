package wire

// WebSocketType is WebSocketMessage.type.
type WebSocketType int32

const (
	WebSocketUnknown  WebSocketType = 0
	WebSocketRequest  WebSocketType = 1
	WebSocketResponse WebSocketType = 2
)

// WebSocketMessage is the outermost layer of what is stored in namespace 0
// (docs/protocol/messages.md §1.1). Receivers look only at Request.Body.
type WebSocketMessage struct {
	Type    Opt[WebSocketType]       // 1
	Request *WebSocketRequestMessage // 2
	Unknown []byte
}

// WebSocketRequestMessage carries an encoded Envelope in Body.
type WebSocketRequestMessage struct {
	Verb    Opt[string] // 1: "" today, "PUT" from old clients
	Path    Opt[string] // 2: "" today, "/api/v1/message" from old clients
	Body    []byte      // 3
	ID      Opt[uint64] // 4
	Headers []string    // 5
	Unknown []byte
}

// EnvelopeType is Envelope.type.
type EnvelopeType int32

const (
	EnvelopeSession     EnvelopeType = 6 // one-to-one: content is a sealed box
	EnvelopeClosedGroup EnvelopeType = 7 // group: content is an encoded Content
)

// ProSigSize is the length of Envelope.proSig.
const ProSigSize = 64

// Envelope dates an encrypted message (docs/protocol/messages.md §3).
type Envelope struct {
	Type            Opt[EnvelopeType] // 1, required
	Source          Opt[string]       // 2: never to be trusted
	Timestamp       Opt[uint64]       // 5, required: ms
	SourceDevice    Opt[uint32]       // 7
	Content         []byte            // 8: required to be present and not empty
	ServerTimestamp Opt[uint64]       // 10: old, not sent
	ProSig          []byte            // 11: 64 bytes
	Unknown         []byte
}

// ParseWebSocketMessage parses the outer layer. A message without a request
// body is refused with ErrNoContent. The result aliases b.
func ParseWebSocketMessage(b []byte) (*WebSocketMessage, error) {
	m := new(WebSocketMessage)
	if err := parse(&webSocketMessage, b, m); err != nil {
		return nil, err
	}
	return m, nil
}

// Marshal encodes m.
func (m *WebSocketMessage) Marshal() ([]byte, error) {
	room := 16
	if m.Request != nil {
		room += len(m.Request.Body) + len(m.Request.Unknown) + 64
	}
	return marshal(&webSocketMessage, m, room)
}

// ParseEnvelope parses an envelope and holds it against
// docs/protocol/messages.md §1.2 step 3. The result aliases b.
func ParseEnvelope(b []byte) (*Envelope, error) {
	m := new(Envelope)
	if err := parse(&envelope, b, m); err != nil {
		return nil, err
	}
	return m, nil
}

// Marshal encodes m.
func (m *Envelope) Marshal() ([]byte, error) {
	return marshal(&envelope, m, 160+len(m.Content)+len(m.Unknown))
}

var webSocketMessage = message[WebSocketMessage]{
	name: "WebSocketMessage",
	fields: []field[WebSocketMessage]{
		fEnum(1, "type", WebSocketUnknown, WebSocketResponse, func(m *WebSocketMessage) *Opt[WebSocketType] { return &m.Type }),
		fMessage(2, "request", &webSocketRequest, func(m *WebSocketMessage) **WebSocketRequestMessage { return &m.Request }),
	},
	unknown: func(m *WebSocketMessage) *[]byte { return &m.Unknown },
	extra: func(m *WebSocketMessage) error {
		if m.Request == nil || len(m.Request.Body) == 0 {
			return &Error{"WebSocketMessage", 2, ErrNoContent}
		}
		return nil
	},
}

var webSocketRequest = message[WebSocketRequestMessage]{
	name: "WebSocketRequestMessage",
	fields: []field[WebSocketRequestMessage]{
		fString(1, "verb", func(m *WebSocketRequestMessage) *Opt[string] { return &m.Verb }),
		fString(2, "path", func(m *WebSocketRequestMessage) *Opt[string] { return &m.Path }),
		fBytes(3, "body", func(m *WebSocketRequestMessage) *[]byte { return &m.Body }),
		fUint64(4, "id", func(m *WebSocketRequestMessage) *Opt[uint64] { return &m.ID }),
		fStrings(5, "headers", func(m *WebSocketRequestMessage) *[]string { return &m.Headers }),
	},
	unknown: func(m *WebSocketRequestMessage) *[]byte { return &m.Unknown },
}

var envelope = message[Envelope]{
	name: "Envelope",
	fields: []field[Envelope]{
		fEnum(1, "type", EnvelopeSession, EnvelopeClosedGroup, func(m *Envelope) *Opt[EnvelopeType] { return &m.Type }).
			req(func(m *Envelope) bool { return !m.Type.Set }),
		fString(2, "source", func(m *Envelope) *Opt[string] { return &m.Source }),
		fUint64(5, "timestamp", func(m *Envelope) *Opt[uint64] { return &m.Timestamp }).
			req(func(m *Envelope) bool { return !m.Timestamp.Set }),
		fUint32(7, "sourceDevice", func(m *Envelope) *Opt[uint32] { return &m.SourceDevice }),
		fBytes(8, "content", func(m *Envelope) *[]byte { return &m.Content }),
		fUint64(10, "serverTimestamp", func(m *Envelope) *Opt[uint64] { return &m.ServerTimestamp }),
		fBytes(11, "proSig", func(m *Envelope) *[]byte { return &m.ProSig }),
	},
	unknown: func(m *Envelope) *[]byte { return &m.Unknown },
	extra: func(m *Envelope) error {
		if len(m.Content) == 0 {
			return &Error{"Envelope", 8, ErrNoContent}
		}
		if s := m.Source.Value; s != "" && !isHexID(s) {
			return &Error{"Envelope", 2, ErrSource}
		}
		if m.ProSig != nil && len(m.ProSig) != ProSigSize {
			return &Error{"Envelope", 11, ErrProSig}
		}
		return nil
	},
}

// isHexID reports whether s is 66 hex characters in either case.
func isHexID(s string) bool {
	if len(s) != 66 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'f', 'A' <= c && c <= 'F':
		default:
			return false
		}
	}
	return true
}
