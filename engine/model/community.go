package model

// Community is a room of a community server as it may be shown. Name and
// description are plain text of anybody's making.
type Community struct {
	Conversation ConversationID
	URL          string // address with the server's key, to be passed on
	Server       string // base URL
	Room         string // token
	Name         string
	Description  string
	Image        int64 // file id of the picture on the server, 0 for none
	ActiveUsers  int
	Created      Millis
	Joined       bool

	// Plain says that the server is of the old kind: who joins shows their Session
	// ID there.
	Plain bool

	// What this account may do.
	Read, Write, Upload, Moderator, Admin bool

	// Me is what this account is called there; zero in a room that was not
	// joined.
	Me         ID
	Moderators []ID
	Admins     []ID
	Pins       []CommunityPin // in the order of pinning
	// HasEarlier says that the server has messages from before those here.
	HasEarlier bool
	// Refused says that the server no longer lets this account in.
	Refused bool
}

// CommunityPin is a message that moderators keep at the top.
type CommunityPin struct {
	Server  int64     // its number on the server
	Message MessageID // 0 while it is not here
	At      Millis
	By      ID
	// What the message says while it is not here; Author is zero until that is
	// known.
	Author ID
	Posted Millis
	Text   string
	Files  int
}
