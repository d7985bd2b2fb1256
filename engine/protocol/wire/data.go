package wire

// Limits of a DataMessage.
const (
	// MaxAttachments is the most attachments a message may have; one with more
	// is refused (docs/protocol/messages.md §3).
	MaxAttachments = 32
	// MaxPreviews bounds the memory of a hostile message. Receivers use the
	// first preview only, and no client sends a second.
	MaxPreviews = 32
)

// FlagExpirationTimerUpdate in DataMessage.flags: the message sets the
// disappearing mode of the conversation. No other flag is accepted.
const FlagExpirationTimerUpdate uint32 = 2

// DataMessage is everything that is shown in a conversation, and the control
// messages of groups.
type DataMessage struct {
	Body                           Opt[string]          // 1
	Attachments                    []*AttachmentPointer // 2
	Flags                          Opt[uint32]          // 4
	ProfileKey                     []byte               // 6: 32 bytes, else no picture
	Quote                          *Quote               // 8
	Preview                        []*Preview           // 10
	Reaction                       *Reaction            // 11
	Profile                        *LokiProfile         // 101
	CommunityInvitation            *CommunityInvitation // 102
	SyncTarget                     Opt[string]          // 105: hex id, on copies for own devices
	BlocksCommunityMessageRequests Opt[bool]            // 106
	GroupUpdateMessage             *GroupUpdateMessage  // 120
	Unknown                        []byte
}

// TimerUpdate reports whether the message sets the disappearing mode.
func (m *DataMessage) TimerUpdate() bool { return m.Flags.Value == FlagExpirationTimerUpdate }

// Empty reports whether the message has nothing to show or do: such a message
// is noise and is ignored (docs/protocol/messages.md §7.1).
func (m *DataMessage) Empty() bool {
	return m.Body.Value == "" && len(m.Attachments) == 0 && m.Flags.Value == 0 &&
		m.Quote == nil && len(m.Preview) == 0 && m.Reaction == nil &&
		m.CommunityInvitation == nil && m.GroupUpdateMessage == nil
}

var dataMessage = message[DataMessage]{
	name: "DataMessage",
	fields: []field[DataMessage]{
		fString(1, "body", func(m *DataMessage) *Opt[string] { return &m.Body }),
		fMessages(2, "attachments", MaxAttachments, &attachmentPointer, func(m *DataMessage) *[]*AttachmentPointer { return &m.Attachments }),
		fUint32(4, "flags", func(m *DataMessage) *Opt[uint32] { return &m.Flags }),
		fBytes(6, "profileKey", func(m *DataMessage) *[]byte { return &m.ProfileKey }),
		fMessage(8, "quote", &quote, func(m *DataMessage) **Quote { return &m.Quote }),
		fMessages(10, "preview", MaxPreviews, &preview, func(m *DataMessage) *[]*Preview { return &m.Preview }),
		fMessage(11, "reaction", &reaction, func(m *DataMessage) **Reaction { return &m.Reaction }),
		fMessage(101, "profile", &lokiProfile, func(m *DataMessage) **LokiProfile { return &m.Profile }),
		fMessage(102, "communityInvitation", &communityInvitation, func(m *DataMessage) **CommunityInvitation { return &m.CommunityInvitation }),
		fString(105, "syncTarget", func(m *DataMessage) *Opt[string] { return &m.SyncTarget }),
		fBool(106, "blocksCommunityMessageRequests", func(m *DataMessage) *Opt[bool] { return &m.BlocksCommunityMessageRequests }),
		fMessage(120, "groupUpdateMessage", &groupUpdateMessage, func(m *DataMessage) **GroupUpdateMessage { return &m.GroupUpdateMessage }),
	},
	unknown: func(m *DataMessage) *[]byte { return &m.Unknown },
	extra: func(m *DataMessage) error {
		if f := m.Flags.Value; f != 0 && f != FlagExpirationTimerUpdate {
			return &Error{"DataMessage", 4, ErrFlags}
		}
		return nil
	},
}

// Quote points to the message that is answered.
type Quote struct {
	ID      Opt[uint64] // 1, required: sent timestamp of the quoted message, ms
	Author  Opt[string] // 2, required: its sender's id
	Unknown []byte
}

var quote = message[Quote]{
	name: "Quote",
	fields: []field[Quote]{
		fUint64(1, "id", func(m *Quote) *Opt[uint64] { return &m.ID }).
			req(func(m *Quote) bool { return !m.ID.Set }),
		fString(2, "author", func(m *Quote) *Opt[string] { return &m.Author }).
			req(func(m *Quote) bool { return !m.Author.Set }),
	},
	unknown: func(m *Quote) *[]byte { return &m.Unknown },
}

// Preview is a link preview, made by the sender.
type Preview struct {
	URL     Opt[string]        // 1, required: must occur in the body
	Title   Opt[string]        // 2
	Image   *AttachmentPointer // 3
	Unknown []byte
}

var preview = message[Preview]{
	name: "Preview",
	fields: []field[Preview]{
		fString(1, "url", func(m *Preview) *Opt[string] { return &m.URL }).
			req(func(m *Preview) bool { return !m.URL.Set }),
		fString(2, "title", func(m *Preview) *Opt[string] { return &m.Title }),
		fMessage(3, "image", &attachmentPointer, func(m *Preview) **AttachmentPointer { return &m.Image }),
	},
	unknown: func(m *Preview) *[]byte { return &m.Unknown },
}

// ReactionAction is Reaction.action.
type ReactionAction int32

const (
	React  ReactionAction = 0
	Remove ReactionAction = 1
)

// Reaction adds an emoji to a message, or takes it away.
type Reaction struct {
	ID      Opt[uint64]         // 1, required: sent timestamp of the target, ms
	Author  Opt[string]         // 2, required: sender of the target, not of the reaction
	Emoji   Opt[string]         // 3
	Action  Opt[ReactionAction] // 4, required
	Unknown []byte
}

var reaction = message[Reaction]{
	name: "Reaction",
	fields: []field[Reaction]{
		fUint64(1, "id", func(m *Reaction) *Opt[uint64] { return &m.ID }).
			req(func(m *Reaction) bool { return !m.ID.Set }),
		fString(2, "author", func(m *Reaction) *Opt[string] { return &m.Author }).
			req(func(m *Reaction) bool { return !m.Author.Set }),
		fString(3, "emoji", func(m *Reaction) *Opt[string] { return &m.Emoji }),
		fEnum(4, "action", React, Remove, func(m *Reaction) *Opt[ReactionAction] { return &m.Action }).
			req(func(m *Reaction) bool { return !m.Action.Set }),
	},
	unknown: func(m *Reaction) *[]byte { return &m.Unknown },
}

// LokiProfile is the sender's name and picture.
type LokiProfile struct {
	DisplayName              Opt[string] // 1
	ProfilePicture           Opt[string] // 2: URL
	LastProfileUpdateSeconds Opt[uint64] // 3: seconds, unlike every other time
	Unknown                  []byte
}

var lokiProfile = message[LokiProfile]{
	name: "LokiProfile",
	fields: []field[LokiProfile]{
		fString(1, "displayName", func(m *LokiProfile) *Opt[string] { return &m.DisplayName }),
		fString(2, "profilePicture", func(m *LokiProfile) *Opt[string] { return &m.ProfilePicture }),
		fUint64(3, "lastProfileUpdateSeconds", func(m *LokiProfile) *Opt[uint64] { return &m.LastProfileUpdateSeconds }),
	},
	unknown: func(m *LokiProfile) *[]byte { return &m.Unknown },
}

// CommunityInvitation invites to a community.
type CommunityInvitation struct {
	URL     Opt[string] // 1, required: with ?public_key=
	Name    Opt[string] // 3, required
	Unknown []byte
}

var communityInvitation = message[CommunityInvitation]{
	name: "CommunityInvitation",
	fields: []field[CommunityInvitation]{
		fString(1, "url", func(m *CommunityInvitation) *Opt[string] { return &m.URL }).
			req(func(m *CommunityInvitation) bool { return !m.URL.Set }),
		fString(3, "name", func(m *CommunityInvitation) *Opt[string] { return &m.Name }).
			req(func(m *CommunityInvitation) bool { return !m.Name.Set }),
	},
	unknown: func(m *CommunityInvitation) *[]byte { return &m.Unknown },
}
