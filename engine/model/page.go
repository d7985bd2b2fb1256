package model

// Anchor is the point around which a page of messages is read.
type Anchor struct {
	Message MessageID // 0 with End or Unread
	End     bool      // the newest message
	Unread  bool      // the first unread message, or the end when all are read
	Sent    Millis    // when not 0: the first message sent at or after this time
}

// Page is a run of messages, oldest first.
type Page struct {
	Messages   []Message
	MoreBefore bool // there are older ones
	MoreAfter  bool // there are newer ones
	Anchor     int  // index in Messages of the anchor, -1 when it is gone
}

// Query is a search in messages. All words must occur (as prefixes when Prefix
// is set for the last); a text in double quotes is a phrase.
type Query struct {
	Text         string
	Conversation ConversationID // only there, when not empty
	Outgoing     *bool          // only own, or only others'
	From, To     Millis         // sent time, 0 is open
	Limit        int
	Before       *Hit // page on after this hit
}

// Hit is one found message, newest first.
type Hit struct {
	Message      MessageID
	Conversation ConversationID
	Timestamp    Millis
}
