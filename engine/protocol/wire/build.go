package wire

// The constructors below make what is sent to a contact (docs/protocol/messages.md
// §7). All leave the time to Stamp, which every Content needs before it is
// sent.

// Stamp sets sigTimestamp, the network time in ms. It has to be the timestamp
// of the envelope as well: a receiver drops a message where the two differ.
// It returns m.
func (m *Content) Stamp(ms uint64) *Content {
	m.SigTimestamp = Some(ms)
	return m
}

// Expire sets the disappearing mode and its timer in seconds. With the mode off
// both are written as zero, as the desktop client does. It returns m.
func (m *Content) Expire(mode ExpirationType, seconds uint32) *Content {
	m.ExpirationType, m.ExpirationTimer = Some(mode), Some(seconds)
	return m
}

// NewText makes a plain text message.
func NewText(body string) *Content {
	return &Content{DataMessage: &DataMessage{Body: Some(body)}}
}

// NewCommunityInvitation invites to a room of a community by its address, with
// the server's key.
func NewCommunityInvitation(url, name string) *Content {
	return &Content{DataMessage: &DataMessage{CommunityInvitation: &CommunityInvitation{URL: Some(url), Name: Some(name)}}}
}

// NewReaction adds emoji to the message that author sent at sent (ms), or takes
// it away.
func NewReaction(author string, sent uint64, emoji string, action ReactionAction) *Content {
	return &Content{DataMessage: &DataMessage{Reaction: &Reaction{
		ID: Some(sent), Author: Some(author), Emoji: Some(emoji), Action: Some(action),
	}}}
}

// NewTimerUpdate sets the disappearing mode of a one-to-one conversation.
func NewTimerUpdate(mode ExpirationType, seconds uint32) *Content {
	m := &Content{DataMessage: &DataMessage{Flags: Some(FlagExpirationTimerUpdate)}}
	return m.Expire(mode, seconds)
}

// NewTyping tells that typing began or ended. It is stamped already: its own
// timestamp and that of the envelope have to be the same.
func NewTyping(action TypingAction, ms uint64) *Content {
	m := &Content{TypingMessage: &TypingMessage{Timestamp: Some(ms), Action: Some(action)}}
	return m.Stamp(ms)
}

// NewReadReceipt confirms the messages with these sent timestamps (ms).
func NewReadReceipt(sent []uint64) *Content {
	return &Content{ReceiptMessage: &ReceiptMessage{Type: Some(ReceiptRead), Timestamp: sent}}
}

// NewUnsend asks to delete the own message that was sent at sent (ms); author
// is the own id.
func NewUnsend(author string, sent uint64) *Content {
	return &Content{UnsendRequest: &UnsendRequest{Timestamp: Some(sent), Author: Some(author)}}
}

// NewApproval accepts a message request. Profile and key may be nil.
func NewApproval(profile *LokiProfile, profileKey []byte) *Content {
	return &Content{MessageRequestResponse: &MessageRequestResponse{
		IsApproved: Some(true), Profile: profile, ProfileKey: profileKey,
	}}
}

// NewMediaSaved tells that an attachment of the message sent at sent (ms) was
// saved.
func NewMediaSaved(sent uint64) *Content {
	return &Content{DataExtractionNotification: &DataExtractionNotification{
		Type: Some(MediaSaved), Timestamp: Some(sent),
	}}
}

// SyncCopy returns what goes to the own swarm after m went to the contact with
// id target: the same without the profile, and with the target. It is nil when
// m is not a DataMessage, which alone is synced (docs/protocol/messages.md §8).
func (m *Content) SyncCopy(target string) *Content {
	if m.DataMessage == nil {
		return nil
	}
	data := *m.DataMessage
	data.Profile, data.ProfileKey = nil, nil
	data.SyncTarget = Some(target)
	out := *m
	out.DataMessage = &data
	return &out
}
