package model

import (
	"strings"
	"time"
)

// FileState is where a file of a message is.
type FileState uint8

const (
	FileRemote  FileState = iota // on the file server; nobody asked for it yet
	FileWaiting                  // asked for; on its way, or waiting for its turn or the network
	FileHere                     // in the profile: it can be opened
	FileFailed                   // could not be fetched; Attachment.Failure says why; asking again is possible
	FileExpired                  // gone from the file server for good
)

// State derives where the file is. A file that is being sent is FileHere.
func (a Attachment) State() FileState {
	switch {
	case a.LocalID != "":
		return FileHere
	case a.Failure == ReasonExpired:
		return FileExpired
	case a.Failure != ReasonNone:
		return FileFailed
	case a.Wanted:
		return FileWaiting
	}
	return FileRemote
}

// FileKind is how a file is shown.
type FileKind uint8

const (
	FileOther FileKind = iota
	FilePicture
	FileVideo
	FileSound // music; also a voice message
)

// Kind derives how a file is shown from its type. Before a file is here that is
// a claim of its sender; once it is, a picture is one.
func (a Attachment) Kind() FileKind {
	switch {
	case a.Voice || strings.HasPrefix(a.Type, "audio/"):
		return FileSound
	case strings.HasPrefix(a.Type, "video/"):
		return FileVideo
	case a.Type == "image/jpeg", a.Type == "image/png", a.Type == "image/gif", a.Type == "image/webp",
		a.Type == "image/heic", a.Type == "image/heif", a.Type == "image/jpg":
		return FilePicture
	}
	return FileOther
}

// PreviewImage is the index of the picture of a message's link preview, where
// attachments are counted from 0.
const PreviewImage = -1

// File returns a file of a message by its index; PreviewImage is that of the
// link preview. It points into the message.
func (m *Message) File(index int) (*Attachment, bool) {
	switch {
	case index == PreviewImage && m.Preview != nil && m.Preview.Image != nil:
		return m.Preview.Image, true
	case index >= 0 && index < len(m.Attachments):
		return &m.Attachments[index], true
	}
	return nil, false
}

// Transfer is how far a file is on its way to or from the file server. Bytes
// are counted as they pass the guard node's connection, with what encryption
// adds; Total is 0 as long as it is not known.
type Transfer struct {
	Upload  bool
	Running bool // false: waits for its turn or for the next try
	Done    int64
	Total   int64
	NextTry Millis // when it is tried again after a failure, 0 when that is not known
}

// MediaKind is one of the lists of what was shared in a conversation.
type MediaKind uint8

const (
	MediaVisual MediaKind = iota // pictures and video
	MediaFiles                   // everything else that is a file, but voice messages
	MediaLinks                   // addresses in texts and link previews
	MediaVoice
)

// MediaItem is one entry of such a list.
type MediaItem struct {
	Message      MessageID
	Conversation ConversationID
	Index        int // of the attachment; of the link within the message for MediaLinks
	Sender       ID
	Outgoing     bool
	Timestamp    Millis

	File  Attachment // all but MediaLinks
	URL   string     // MediaLinks
	Title string     // MediaLinks: of the preview, if there is one
}

// MediaCursor is where a page ends; the zero value is the newest.
type MediaCursor struct {
	Sent    Millis
	Message MessageID
}

// MediaPage is a run of such entries, newest first; those of one message stay
// together and in their order.
type MediaPage struct {
	Items []MediaItem
	Next  MediaCursor // for the page after this one
	More  bool
}

// Sound is what a player found out about a sound: loudness in up to 255 equal
// parts, 0 to 255, and how long it is.
type Sound struct {
	Waveform []byte
	Duration time.Duration
}
