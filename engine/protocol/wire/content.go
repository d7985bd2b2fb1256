package wire

// ExpirationType is Content.expirationType: when a disappearing message goes.
type ExpirationType int32

const (
	ExpirationUnknown ExpirationType = 0 // does not disappear
	DeleteAfterRead   ExpirationType = 1
	DeleteAfterSend   ExpirationType = 2
)

// Content is the message inside the encryption: exactly one action, and what
// goes with every action (docs/protocol/messages.md §3).
type Content struct {
	DataMessage                   *DataMessage                // 1
	CallMessage                   *CallMessage                // 3
	ReceiptMessage                *ReceiptMessage             // 5
	TypingMessage                 *TypingMessage              // 6
	DataExtractionNotification    *DataExtractionNotification // 8
	UnsendRequest                 *UnsendRequest              // 9
	MessageRequestResponse        *MessageRequestResponse     // 10
	ExpirationType                Opt[ExpirationType]         // 12
	ExpirationTimer               Opt[uint32]                 // 13: seconds
	SigTimestamp                  Opt[uint64]                 // 15: ms, equal to Envelope.timestamp
	ProMessage                    *ProMessage                 // 16
	ProSigForCommunityMessageOnly []byte                      // 17
	Unknown                       []byte
}

// Kind is the action of a Content.
type Kind uint8

const (
	KindNone Kind = iota // nothing this protocol knows: drop
	KindData
	KindReceipt
	KindTyping
	KindDataExtraction
	KindUnsend
	KindCall
	KindMessageRequestResponse
)

var kindNames = [...]string{"none", "data", "receipt", "typing", "data extraction", "unsend", "call", "message request response"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Kind returns the action to take. Of several the first in the order of the
// desktop client counts (docs/protocol/messages.md §1.2 step 13).
func (m *Content) Kind() Kind {
	switch {
	case m.DataMessage != nil:
		return KindData
	case m.ReceiptMessage != nil:
		return KindReceipt
	case m.TypingMessage != nil:
		return KindTyping
	case m.DataExtractionNotification != nil:
		return KindDataExtraction
	case m.UnsendRequest != nil:
		return KindUnsend
	case m.CallMessage != nil:
		return KindCall
	case m.MessageRequestResponse != nil:
		return KindMessageRequestResponse
	}
	return KindNone
}

// ParseContent parses an unpadded Content and refuses what official clients
// refuse: missing required fields, more than MaxAttachments attachments, flags
// other than 0 and FlagExpirationTimerUpdate.
//
// Byte fields of the result alias b. All strings of the result share one copy
// of b: clone a string that outlives the message.
func ParseContent(b []byte) (*Content, error) {
	m := new(Content)
	if err := parse(&content, b, m); err != nil {
		return nil, err
	}
	return m, nil
}

// Marshal encodes m, after the checks of ParseContent.
func (m *Content) Marshal() ([]byte, error) {
	return marshal(&content, m, 512)
}

var content = message[Content]{
	name: "Content",
	fields: []field[Content]{
		fMessage(1, "dataMessage", &dataMessage, func(m *Content) **DataMessage { return &m.DataMessage }),
		fMessage(3, "callMessage", &callMessage, func(m *Content) **CallMessage { return &m.CallMessage }),
		fMessage(5, "receiptMessage", &receiptMessage, func(m *Content) **ReceiptMessage { return &m.ReceiptMessage }),
		fMessage(6, "typingMessage", &typingMessage, func(m *Content) **TypingMessage { return &m.TypingMessage }),
		fMessage(8, "dataExtractionNotification", &dataExtractionNotification, func(m *Content) **DataExtractionNotification { return &m.DataExtractionNotification }),
		fMessage(9, "unsendRequest", &unsendRequest, func(m *Content) **UnsendRequest { return &m.UnsendRequest }),
		fMessage(10, "messageRequestResponse", &messageRequestResponse, func(m *Content) **MessageRequestResponse { return &m.MessageRequestResponse }),
		fEnum(12, "expirationType", ExpirationUnknown, DeleteAfterSend, func(m *Content) *Opt[ExpirationType] { return &m.ExpirationType }),
		fUint32(13, "expirationTimer", func(m *Content) *Opt[uint32] { return &m.ExpirationTimer }),
		fUint64(15, "sigTimestamp", func(m *Content) *Opt[uint64] { return &m.SigTimestamp }),
		fMessage(16, "proMessage", &proMessage, func(m *Content) **ProMessage { return &m.ProMessage }),
		fBytes(17, "proSigForCommunityMessageOnly", func(m *Content) *[]byte { return &m.ProSigForCommunityMessageOnly }),
	},
	unknown: func(m *Content) *[]byte { return &m.Unknown },
}

// ProMessage belongs to Session Pro, which this program does not use: it is
// kept when met and never to be written. The proof stays encoded, because its
// fields differ between versions (docs/protocol/messages.md §3, §12).
type ProMessage struct {
	Proof         []byte      // 1: encoded ProProof
	ProfileBitset Opt[uint64] // 2
	MessageBitset Opt[uint64] // 3
	Unknown       []byte
}

var proMessage = message[ProMessage]{
	name: "ProMessage",
	fields: []field[ProMessage]{
		fBytes(1, "proof", func(m *ProMessage) *[]byte { return &m.Proof }),
		fUint64(2, "profileBitset", func(m *ProMessage) *Opt[uint64] { return &m.ProfileBitset }),
		fUint64(3, "messageBitset", func(m *ProMessage) *Opt[uint64] { return &m.MessageBitset }),
	},
	unknown: func(m *ProMessage) *[]byte { return &m.Unknown },
}
