package wire

// TypingAction is TypingMessage.action.
type TypingAction int32

const (
	TypingStarted TypingAction = 0
	TypingStopped TypingAction = 1
)

// TypingMessage says that the sender began or stopped typing.
type TypingMessage struct {
	Timestamp Opt[uint64]       // 1, required: equal to Envelope.timestamp
	Action    Opt[TypingAction] // 2, required
	Unknown   []byte
}

var typingMessage = message[TypingMessage]{
	name: "TypingMessage",
	fields: []field[TypingMessage]{
		fUint64(1, "timestamp", func(m *TypingMessage) *Opt[uint64] { return &m.Timestamp }).
			req(func(m *TypingMessage) bool { return !m.Timestamp.Set }),
		fEnum(2, "action", TypingStarted, TypingStopped, func(m *TypingMessage) *Opt[TypingAction] { return &m.Action }).
			req(func(m *TypingMessage) bool { return !m.Action.Set }),
	},
	unknown: func(m *TypingMessage) *[]byte { return &m.Unknown },
}

// ReceiptType is ReceiptMessage.type. The delivery receipt, 0, is retired.
type ReceiptType int32

const ReceiptRead ReceiptType = 1

// ReceiptMessage says that messages were read.
type ReceiptMessage struct {
	Type      Opt[ReceiptType] // 1, required
	Timestamp []uint64         // 2: sent timestamps, ms
	Unknown   []byte
}

var receiptMessage = message[ReceiptMessage]{
	name: "ReceiptMessage",
	fields: []field[ReceiptMessage]{
		fEnum(1, "type", ReceiptRead, ReceiptRead, func(m *ReceiptMessage) *Opt[ReceiptType] { return &m.Type }).
			req(func(m *ReceiptMessage) bool { return !m.Type.Set }),
		fUints(2, "timestamp", "uint64", func(m *ReceiptMessage) *[]uint64 { return &m.Timestamp }),
	},
	unknown: func(m *ReceiptMessage) *[]byte { return &m.Unknown },
}

// UnsendRequest asks to delete a message for everyone.
type UnsendRequest struct {
	Timestamp Opt[uint64] // 1, required: sent timestamp of the message, ms
	Author    Opt[string] // 2, required: must be the sender of the request
	Unknown   []byte
}

var unsendRequest = message[UnsendRequest]{
	name: "UnsendRequest",
	fields: []field[UnsendRequest]{
		fUint64(1, "timestamp", func(m *UnsendRequest) *Opt[uint64] { return &m.Timestamp }).
			req(func(m *UnsendRequest) bool { return !m.Timestamp.Set }),
		fString(2, "author", func(m *UnsendRequest) *Opt[string] { return &m.Author }).
			req(func(m *UnsendRequest) bool { return !m.Author.Set }),
	},
	unknown: func(m *UnsendRequest) *[]byte { return &m.Unknown },
}

// MessageRequestResponse accepts a message request.
type MessageRequestResponse struct {
	IsApproved Opt[bool]    // 1, required: false is never sent, and dropped
	ProfileKey []byte       // 2
	Profile    *LokiProfile // 3
	Unknown    []byte
}

var messageRequestResponse = message[MessageRequestResponse]{
	name: "MessageRequestResponse",
	fields: []field[MessageRequestResponse]{
		fBool(1, "isApproved", func(m *MessageRequestResponse) *Opt[bool] { return &m.IsApproved }).
			req(func(m *MessageRequestResponse) bool { return !m.IsApproved.Set }),
		fBytes(2, "profileKey", func(m *MessageRequestResponse) *[]byte { return &m.ProfileKey }),
		fMessage(3, "profile", &lokiProfile, func(m *MessageRequestResponse) **LokiProfile { return &m.Profile }),
	},
	unknown: func(m *MessageRequestResponse) *[]byte { return &m.Unknown },
}

// DataExtractionType is DataExtractionNotification.type.
type DataExtractionType int32

const (
	Screenshot DataExtractionType = 1
	MediaSaved DataExtractionType = 2
)

// DataExtractionNotification says that the sender saved or photographed
// something.
type DataExtractionNotification struct {
	Type      Opt[DataExtractionType] // 1, required
	Timestamp Opt[uint64]             // 2: of the attachment's message, ms
	Unknown   []byte
}

var dataExtractionNotification = message[DataExtractionNotification]{
	name: "DataExtractionNotification",
	fields: []field[DataExtractionNotification]{
		fEnum(1, "type", Screenshot, MediaSaved, func(m *DataExtractionNotification) *Opt[DataExtractionType] { return &m.Type }).
			req(func(m *DataExtractionNotification) bool { return !m.Type.Set }),
		fUint64(2, "timestamp", func(m *DataExtractionNotification) *Opt[uint64] { return &m.Timestamp }),
	},
	unknown: func(m *DataExtractionNotification) *[]byte { return &m.Unknown },
}

// CallType is CallMessage.type.
type CallType int32

const (
	CallOffer             CallType = 1
	CallAnswer            CallType = 2
	CallProvisionalAnswer CallType = 3 // not used
	CallICECandidates     CallType = 4
	CallEnd               CallType = 5
	CallPreOffer          CallType = 6
)

// CallMessage is the signalling of a call (docs/protocol/calls.md §1). The
// three lists run parallel for CallICECandidates.
type CallMessage struct {
	Type            Opt[CallType] // 1, required
	SDPs            []string      // 2: session description, or candidate lines
	SDPMLineIndexes []uint32      // 3
	SDPMids         []string      // 4
	UUID            Opt[string]   // 5, required: UUID v4, lower case, one per call
	Unknown         []byte
}

var callMessage = message[CallMessage]{
	name: "CallMessage",
	fields: []field[CallMessage]{
		fEnum(1, "type", CallOffer, CallPreOffer, func(m *CallMessage) *Opt[CallType] { return &m.Type }).
			req(func(m *CallMessage) bool { return !m.Type.Set }),
		fStrings(2, "sdps", func(m *CallMessage) *[]string { return &m.SDPs }),
		fUints(3, "sdpMLineIndexes", "uint32", func(m *CallMessage) *[]uint32 { return &m.SDPMLineIndexes }),
		fStrings(4, "sdpMids", func(m *CallMessage) *[]string { return &m.SDPMids }),
		fString(5, "uuid", func(m *CallMessage) *Opt[string] { return &m.UUID }).
			req(func(m *CallMessage) bool { return !m.UUID.Set }),
	},
	unknown: func(m *CallMessage) *[]byte { return &m.Unknown },
}
