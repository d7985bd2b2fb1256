package engine

import (
	"context"
	"io"
	"strconv"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
)

// Limits of sending files (protocol/attachments.md §2, §7).
const (
	// MaxFile is the largest file in bytes, after a picture was prepared.
	MaxFile = attach.MaxFile
	// MaxFiles is how many files a message carries.
	MaxFiles = attach.MaxFiles
)

// File is a file to be sent. It is read from Path, or from Data when that is not
// nil; both are only needed until SendFiles has returned.
type File struct {
	Name string // as the recipient sees it; empty: of Path. It is cleaned
	Type string // media type; empty: found by content and name
	Path string
	Data io.Reader
	// Original sends a picture in its full size. It still loses everything but
	// its pixels.
	Original bool
	// Voice makes it a voice message: an MP3 as package media/voice makes it.
	Voice bool
	Sound model.Sound // of a voice message
}

// FileError says which file of SendFiles cannot be sent. It stands in the chain
// of a *model.Error: ReasonTooLarge, ReasonNotFound (cannot be read),
// ReasonInvalid (a folder, a device, an empty file).
type FileError struct {
	Index int
	Name  string
	Err   error
}

func (e *FileError) Error() string { return "file " + strconv.Itoa(e.Index+1) + ": " + e.Err.Error() }
func (e *FileError) Unwrap() error { return e.Err }

// FileInfo is what would be sent of a file: after a picture was turned upright,
// scaled and freed of everything but its pixels.
type FileInfo struct {
	Name          string
	Type          string
	Size          int64
	Width, Height int    // of pictures
	Preview       []byte // of pictures, for picture.Blur
}

// InspectFile prepares a file as SendFiles would and says what would be sent,
// for the sheet that is shown before. It takes as long as preparing a picture
// does. Errors: as of SendFiles, without FileError.
func (e *Engine) InspectFile(ctx context.Context, f File) (FileInfo, error) {
	panic("engine: InspectFile")
}

// SendFiles sends up to MaxFiles files with a text, which may be empty, as one
// message. It returns when the files are copied into the profile and the message
// is stored: the originals may go then. The message is queued; first its files
// are uploaded (TransferChanged), also after a restart, then it goes out. Texts
// sent later to the same contact wait for it until its upload has failed once.
//
// Pictures (found by content) are prepared: nothing but pixels is sent. Errors:
// those of SendText, and *FileError in the chain. Nothing is left behind then.
func (e *Engine) SendFiles(ctx context.Context, conv model.ConversationID, draft model.Draft, files []File) (model.MessageID, error) {
	panic("engine: SendFiles")
}

// CancelUpload stops sending a message whose files are not all uploaded. It
// stays as failed with ReasonCancelled; Retry goes on, Delete removes it.
// ReasonNotAllowed when it is too late.
func (e *Engine) CancelUpload(ctx context.Context, id model.MessageID) error {
	panic("engine: CancelUpload")
}

// Download asks for a file of a message; index counts from 0, and
// model.PreviewImage is the picture of its link preview. It returns when the
// wish is stored; TransferChanged tells of progress, MessageChanged of the end.
// What failed before is tried anew, what is here already is no error. Errors:
// ReasonNotFound (no such message or file), ReasonExpired (gone from the server
// for good), ReasonInvalid (the message says too little to fetch it).
func (e *Engine) Download(ctx context.Context, id model.MessageID, index int) error {
	panic("engine: Download")
}

// CancelDownload takes the wish back. What is here stays.
func (e *Engine) CancelDownload(ctx context.Context, id model.MessageID, index int) error {
	panic("engine: CancelDownload")
}

// Transfer tells how far a file is on its way; false when it is not on one.
func (e *Engine) Transfer(id model.MessageID, index int) (model.Transfer, bool) {
	panic("engine: Transfer")
}

// OpenAttachment opens a file that is in the profile, for reading and seeking.
// It is decrypted as it is read; a file damaged on the disk fails with
// ReasonDamaged in the middle. Close it. Errors: ReasonNotFound (not here: ask
// with Download), ReasonDamaged, ReasonDisk.
func (e *Engine) OpenAttachment(id model.MessageID, index int) (io.ReadSeekCloser, error) {
	panic("engine: OpenAttachment")
}

// SaveAttachment writes a file in the clear to where the user wants it: to path,
// or, when that is a folder, under its own cleaned name in it. It never writes
// over a file: the name gets " (2)" then. It returns where the file is. A contact
// whose file is saved is told, as official clients do (see MediaSaved). Errors:
// those of OpenAttachment and of writing (ReasonDisk); no part is left behind.
func (e *Engine) SaveAttachment(ctx context.Context, id model.MessageID, index int, path string) (saved string, err error) {
	panic("engine: SaveAttachment")
}

// Media lists what was shared in a conversation, newest first. limit bounds the
// number of messages that contribute.
func (e *Engine) Media(conv model.ConversationID, kind model.MediaKind, before model.MediaCursor, limit int) model.MediaPage {
	panic("engine: Media")
}

// SetPlayed notes that a sound was listened to, SetPosition how far (0: from the
// beginning next time), SetSound what a player found out about it. They tell by
// MessageChanged, SetPosition tells nobody.
func (e *Engine) SetPlayed(ctx context.Context, id model.MessageID, index int) error {
	panic("engine: SetPlayed")
}

// SetPosition: see SetPlayed.
func (e *Engine) SetPosition(ctx context.Context, id model.MessageID, index int, at time.Duration) error {
	panic("engine: SetPosition")
}

// SetSound: see SetPlayed.
func (e *Engine) SetSound(ctx context.Context, id model.MessageID, index int, s model.Sound) error {
	panic("engine: SetSound")
}
