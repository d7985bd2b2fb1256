package model

import "sotto/engine/protocol/identity"

// Kind tells what a conversation is. Whether it is a request follows from the
// approval flags (Conversation.Request).
type Kind uint8

const (
	KindContact Kind = iota
	KindSelf         // Note to Self
	KindGroup
	KindCommunity
	KindLegacyGroup // a closed group of old, which can only be read
)

// NotifyMode is which incoming messages notify.
type NotifyMode uint8

const (
	NotifyAll NotifyMode = iota
	NotifyMentions
	NotifyNone
)

// ExpireMode is when the timer of a disappearing message starts
// (protocol/messages.md §9).
type ExpireMode uint8

const (
	ExpireOff       ExpireMode = 0
	ExpireAfterRead ExpireMode = 1
	ExpireAfterSend ExpireMode = 2
)

// Timer is a disappearing-message setting: mode and seconds. The zero value is
// off.
type Timer struct {
	Mode    ExpireMode
	Seconds uint32
}

// On reports whether messages with this timer disappear.
func (t Timer) On() bool { return t.Mode != ExpireOff && t.Seconds > 0 }

// RequestState tells whether a one-to-one conversation waits for approval
// (protocol/messages.md §7.5).
type RequestState uint8

const (
	RequestNone     RequestState = iota // both approved, or not a one-to-one conversation
	RequestIncoming                     // they wrote, the user has not accepted
	RequestOutgoing                     // the user wrote, they have not answered
)

// Picture points at an encrypted profile picture on a file server: URL of at
// most 223 bytes and a 32-byte key.
type Picture struct {
	URL string
	Key []byte
}

// Conversation is one row of the conversation list with everything the list
// and the header need, so that neither touches a message.
type Conversation struct {
	ID   ConversationID
	Kind Kind

	Name           string // their display name; empty when unknown
	Nickname       string // what the user calls them; empty when not set
	ProfileUpdated int64  // seconds, of the newest profile applied (messages.md §4)
	Picture        Picture

	Approved   bool // the user wrote to them or accepted them
	ApprovedMe bool // they wrote or accepted
	Answered   bool // that they did is seen in the conversation
	Blocked    bool
	Hidden     bool // kept, not listed until something new arrives
	Synced     bool // the other devices of the account know of it

	Folder   string // of the user's own making; empty is none
	Archived bool   // set aside until something new arrives, unless muted

	// FetchFiles says that files of a community come by themselves; those of
	// others follow the settings.
	FetchFiles bool

	Pinned       int64 // order among the pinned, higher first; 0 is not pinned
	Notify       NotifyMode
	MutedUntil   Millis // 0 is not muted; MuteForever is until changed
	Timer        Timer
	TimerChanged Millis // sent time of the newest timer change applied

	Created      Millis
	LastActivity Millis // sort key of the list
	LastRead     Millis // sent time of the newest message read
	MarkedUnread bool
	Unread       int // unread incoming messages
	Mentions     int // of these, mentions and quotes of the user

	Last       Summary // newest message, for the preview line
	Draft      Draft
	FirstRead  MessageID   // where the reader left off: topmost visible message; 0 is the end
	AcceptedAt Millis      // when the request was accepted, 0 if it never was one
	Inviter    identity.ID // who invited to the group; zero when unknown
}

// MuteForever is a MutedUntil that never passes.
const MuteForever Millis = 1<<63 - 1

// Request derives the request state from the approval flags.
func (c Conversation) Request() RequestState {
	if c.Kind == KindGroup && !c.Approved {
		return RequestIncoming
	}
	if c.Kind != KindContact || c.Blocked {
		return RequestNone
	}
	switch {
	case c.ApprovedMe && !c.Approved:
		return RequestIncoming
	case c.Approved && !c.ApprovedMe:
		return RequestOutgoing
	}
	return RequestNone
}

// Title is what the window shows as name: nickname, display name or the
// shortened id.
func (c Conversation) Title() string {
	switch {
	case c.Nickname != "":
		return c.Nickname
	case c.Name != "":
		return c.Name
	}
	if id, ok := c.ID.ID(); ok {
		return ShortID(id)
	}
	return string(c.ID)
}

// ShortID is the form shown for people without a name: first four and last
// four characters, "(0548…2c69)".
func ShortID(id identity.ID) string {
	s := id.String()
	return "(" + s[:4] + "…" + s[len(s)-4:] + ")"
}

// Summary is the newest message of a conversation as its row shows it.
type Summary struct {
	Message   MessageID // 0 when the conversation is empty
	Sender    identity.ID
	Outgoing  bool
	Kind      MessageKind
	Text      string // at most SummaryLength code points, one line
	State     State
	Timestamp Millis
	Files     int  // attachments
	Voice     bool // the first attachment is a voice message
}

// SummaryLength bounds Summary.Text in code points.
const SummaryLength = 120

// Draft is unsent text of one conversation.
type Draft struct {
	Text  string
	Quote *QuoteRef
	// Preview goes along when its link is in the text. It is not kept with the
	// conversation.
	Preview *PagePreview
	// Whisper says who alone shall see it; in a community, by a moderator.
	Whisper *Whisper
}

// PagePreview is what the page behind a link says of itself.
type PagePreview struct {
	URL   string // as it stands in the text
	Title string
	Image []byte // a picture file as the page has it; nil without one
}
