package command

import (
	"strconv"

	"sotto/engine/model"
)

// The JSON shapes of answers. People script against them: fields may be added,
// none may go.

// OK answers a command that has nothing to tell.
type OK struct {
	OK bool `json:"ok"`
}

// Created answers account create.
type Created struct {
	SessionID      string `json:"session_id"`
	RecoveryPhrase string `json:"recovery_phrase"`
}

// Restored answers account restore.
type Restored struct {
	SessionID   string `json:"session_id"`
	Name        string `json:"name"`
	Contacts    int    `json:"contacts"`
	Groups      int    `json:"groups"`
	Communities int    `json:"communities"`
	Synced      bool   `json:"synced"` // the swarm was asked; otherwise later will show more
}

// AccountHere is a line of accounts: a profile of this computer, as far as it can be
// told without opening it.
type AccountHere struct {
	Folder     string `json:"folder"`
	Profile    string `json:"profile"` // for --profile
	Label      string `json:"label"`   // that is told also while it is locked
	Network    string `json:"network"`
	Protection string `json:"protection"` // passphrase, keyring, none
	InUse      bool   `json:"in_use"`     // a program has it open
	Last       bool   `json:"last"`       // the window showed it last
	Problem    string `json:"problem,omitempty"`
}

// Account answers account show.
type Account struct {
	SessionID      string `json:"session_id"`
	Name           string `json:"name"`
	Network        string `json:"network"`
	RecoveryPhrase string `json:"recovery_phrase,omitempty"`
}

// Sent answers send.
type Sent struct {
	ID           string       `json:"id"`
	Conversation string       `json:"conversation"`
	Timestamp    model.Millis `json:"timestamp"`
	Hash         string       `json:"hash"`
	State        string       `json:"state"`
}

// Message is a message as event, and with the second half as line of messages.
type Message struct {
	Event        string       `json:"event"` // "message"
	ID           string       `json:"id"`
	Conversation string       `json:"conversation"`
	Sender       string       `json:"sender"`
	Timestamp    model.Millis `json:"timestamp"`
	Kind         string       `json:"kind"`
	Text         string       `json:"text"`
	Attachments  []Attachment `json:"attachments"`
	Quote        *Quote       `json:"quote"`
	Request      bool         `json:"request"`
	Outgoing     bool         `json:"outgoing"`
	Timer        *Timer       `json:"timer,omitempty"`      // of kind timer
	Invitation   *Invitation  `json:"invitation,omitempty"` // of kind invitation
	Change       *GroupChange `json:"change,omitempty"`     // of kind group_change
	Whisper      *Whisper     `json:"whisper,omitempty"`    // in a community, when not everybody sees it
	Edited       model.Millis `json:"edited,omitempty"`     // in a community, when its author changed it
}

// Whisper is who sees a message of a community besides its author.
type Whisper struct {
	To         string `json:"to,omitempty"`
	Moderators bool   `json:"moderators"`
}

// StoredMessage is a line of messages.
type StoredMessage struct {
	Message
	State     string       `json:"state"`
	Failure   string       `json:"failure,omitempty"`
	ExpiresAt model.Millis `json:"expires_at"` // 0: never
	Reactions []Reaction   `json:"reactions"`
}

// Attachment is a file of a message.
type Attachment struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Type  string `json:"type"`
	Size  uint32 `json:"size"`
	Voice bool   `json:"voice"`
}

// Quote is what a message answers.
type Quote struct {
	Author    string       `json:"author"`
	Timestamp model.Millis `json:"timestamp"`
}

// Timer is a setting of disappearing messages.
type Timer struct {
	Mode    string `json:"mode"`
	Seconds uint32 `json:"seconds"`
}

// Invitation is an invitation to a community.
type Invitation struct {
	URL  string `json:"url"`
	Name string `json:"name"`
}

// Reaction is somebody's emoji on a message.
type Reaction struct {
	Author string `json:"author"`
	Emoji  string `json:"emoji"`
}

// Conversation is a line of conversations and of requests list.
type Conversation struct {
	Conversation  string       `json:"conversation"`
	Kind          string       `json:"kind"`
	Name          string       `json:"name"`
	Unread        int          `json:"unread"`
	LastTimestamp model.Millis `json:"last_timestamp"`
	Pinned        bool         `json:"pinned"`
	Muted         bool         `json:"muted"`
	Blocked       bool         `json:"blocked"`
	Approved      bool         `json:"approved"`
	ApprovedMe    bool         `json:"approved_me"`
	Hidden        bool         `json:"hidden"`
	Timer         Timer        `json:"timer"`
}

// Contact is a line of contacts.
type Contact struct {
	SessionID  string `json:"session_id"`
	Name       string `json:"name"` // what they call themselves
	Nickname   string `json:"nickname"`
	Approved   bool   `json:"approved"`
	ApprovedMe bool   `json:"approved_me"`
	Blocked    bool   `json:"blocked"`
	Pinned     bool   `json:"pinned"`
	Hidden     bool   `json:"hidden"`
}

// Synced answers sync.
type Synced struct {
	Received int `json:"received"`
	Sent     int `json:"sent"`
	Pending  int `json:"pending"`
}

// Paths answers path.
type Paths struct {
	Paths         []Path `json:"paths"`
	ClockOffsetMS int64  `json:"clock_offset_ms"`
}

// Path is one onion path, the guard first.
type Path struct {
	Nodes    []PathNode `json:"nodes"`
	Failures int        `json:"failures"`
}

// PathNode is one node of a path.
type PathNode struct {
	Ed25519 string `json:"ed25519"`
	IP      string `json:"ip"`
}

// Downloaded answers download.
type Downloaded struct {
	Path string `json:"path"`
	Size int64  `json:"size"`
}

// SafetyNumber answers safety-number.
type SafetyNumber struct {
	SafetyNumber string `json:"safety_number"`
}

var messageKinds = map[model.MessageKind]string{
	model.KindText:            "text",
	model.KindTimerChange:     "timer",
	model.KindRequestAccepted: "request_accepted",
	model.KindDeleted:         "deleted",
	model.KindMediaSaved:      "media_saved",
	model.KindScreenshot:      "screenshot",
	model.KindMissedCall:      "missed_call",
	model.KindInvitation:      "invitation",
	model.KindGroupChange:     "group_change",
}

func newMessage(m *model.Message, request bool) Message {
	out := Message{
		Event: "message", ID: m.ID.String(), Conversation: string(m.Conversation), Sender: m.Sender.String(),
		Timestamp: m.Timestamp, Kind: messageKinds[m.Kind], Text: m.Text,
		Attachments: []Attachment{}, Request: request, Outgoing: m.Outgoing,
	}
	for i, a := range m.Attachments {
		out.Attachments = append(out.Attachments, Attachment{strconv.Itoa(i + 1), a.Name, a.Type, a.Size, a.Voice})
	}
	if q := m.Quote; q != nil {
		out.Quote = &Quote{q.Author.String(), q.Timestamp}
	}
	if m.Kind == model.KindTimerChange {
		t := newTimer(m.Timer)
		out.Timer = &t
	}
	if i := m.Invitation; i != nil {
		out.Invitation = &Invitation{i.URL, i.Name}
	}
	if w := m.Whisper; w != nil {
		out.Whisper = &Whisper{Moderators: w.Moderators}
		if w.To != (model.ID{}) {
			out.Whisper.To = w.To.String()
		}
	}
	out.Edited = m.Edited
	if g := m.Change; g != nil {
		out.Change = &GroupChange{groupChanges[g.Kind], idTexts(g.Members), g.Name, g.History}
	}
	return out
}

func newStored(m *model.Message, request bool) StoredMessage {
	out := StoredMessage{
		Message: newMessage(m, request), State: m.State.String(), ExpiresAt: m.Expires, Reactions: newReactions(m.Reactions),
	}
	if m.Failure != model.ReasonNone {
		out.Failure = m.Failure.String()
	}
	return out
}

func newReactions(list []model.Reaction) []Reaction {
	out := make([]Reaction, 0, len(list))
	for _, r := range list {
		out = append(out, Reaction{r.Author.String(), r.Emoji})
	}
	return out
}

// The modes of disappearing messages by name.
const (
	modeOff       = "off"
	modeAfterRead = "after-read"
	modeAfterSend = "after-send"
)

func newTimer(t model.Timer) Timer {
	switch {
	case !t.On():
		return Timer{Mode: modeOff}
	case t.Mode == model.ExpireAfterRead:
		return Timer{modeAfterRead, t.Seconds}
	}
	return Timer{modeAfterSend, t.Seconds}
}

func newConversation(c *model.Conversation, now model.Millis) Conversation {
	return Conversation{
		Conversation: string(c.ID), Kind: kindOf(c), Name: nameOf(c), Unread: c.Unread, LastTimestamp: c.LastActivity,
		Pinned: c.Pinned != 0, Muted: c.MutedUntil > now || c.Notify == model.NotifyNone, Blocked: c.Blocked,
		Approved: c.Approved, ApprovedMe: c.ApprovedMe, Hidden: c.Hidden, Timer: newTimer(c.Timer),
	}
}

func kindOf(c *model.Conversation) string {
	switch {
	case c.Request() == model.RequestIncoming:
		return "request"
	case c.Kind == model.KindSelf:
		return "self"
	case c.Kind == model.KindGroup:
		return "group"
	case c.Kind == model.KindCommunity:
		return "community"
	}
	return "contact"
}

// nameOf is what the user calls a conversation, empty when nobody said.
func nameOf(c *model.Conversation) string {
	if c.Nickname != "" {
		return c.Nickname
	}
	return c.Name
}

func newContact(c *model.Conversation) Contact {
	return Contact{
		SessionID: string(c.ID), Name: c.Name, Nickname: c.Nickname, Approved: c.Approved, ApprovedMe: c.ApprovedMe,
		Blocked: c.Blocked, Pinned: c.Pinned != 0, Hidden: c.Hidden,
	}
}
