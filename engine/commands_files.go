package engine

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/identity"
	"sotto/store"
)

// Limits of sending files (protocol/attachments.md §2, §7).
const (
	// MaxFile is the largest file in bytes, after a picture was prepared.
	MaxFile = attach.MaxFile
	// MaxFiles is how many files a message carries.
	MaxFiles = attach.MaxFiles
)

// maxWaveform bounds model.Sound.Waveform in bars.
const maxWaveform = 255

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
	// Voice makes it a voice message: an MP3 as package media/voice makes it, or
	// another sound whose Type is given.
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
	src, err := openSource(f)
	if err != nil {
		return FileInfo{}, err
	}
	defer src.done()
	p, err := e.core.prepare(ctx, f, src)
	if err == nil && p.Size < 0 {
		p.Size, err = io.Copy(io.Discard, io.LimitReader(p.data, MaxFile+1))
		switch {
		case err != nil:
			err = model.Fail(model.ReasonNotFound, "the file cannot be read", plainPath(err))
		case p.Size > MaxFile:
			err = errTooLarge
		}
	}
	return p.FileInfo, err
}

// SendFiles sends up to MaxFiles files with a text, which may be empty, as one
// message. It returns when the files are copied into the profile and the message
// is stored: the originals may go then. The message is queued; first its files
// are uploaded (TransferChanged), also after a restart, then it goes out. Texts
// sent later to the same contact wait for it until its upload has failed once.
//
// In a community the files go to its server, which keeps them unencrypted, as
// everybody who reads the room does.
//
// Pictures (found by content) are prepared: nothing but pixels is sent. Errors:
// those of SendText, and *FileError in the chain. Nothing is left behind then.
func (e *Engine) SendFiles(ctx context.Context, conv model.ConversationID, draft model.Draft, files []File) (model.MessageID, error) {
	text := strings.ToValidUTF8(draft.Text, "\ufffd")
	switch {
	case len(files) == 0:
		return 0, fail(model.ReasonInvalid, "there is no file to send")
	case len(files) > MaxFiles:
		return 0, fail(model.ReasonTooLarge, "a message carries at most 32 files")
	case utf8.RuneCountInString(text) > MaxText:
		return 0, fail(model.ReasonTooLarge, "the message is longer than 2000 characters")
	case draft.Whisper != nil:
		return 0, fail(model.ReasonNotAllowed, "files cannot be whispered")
	}
	if err := e.do(ctx, func(c *core) error { return c.takesFiles(conv) }); err != nil {
		return 0, err
	}
	_, account := conv.ID()
	m := &model.Message{Kind: model.KindText, Text: text, Quote: draft.Quote}
	var staged []*store.NewFile
	defer func() {
		for _, f := range staged {
			f.Discard()
		}
	}()
	for i, f := range files {
		a, file, err := e.core.stage(ctx, f)
		if err != nil {
			return 0, fileError(i, f, err)
		}
		staged = append(staged, file)
		if !account && a.Size == 0 {
			return 0, fileError(i, f, fail(model.ReasonInvalid, "communities take no empty files"))
		}
		m.Attachments = append(m.Attachments, a)
	}
	err := e.update(ctx, func(w *work) error {
		for _, f := range staged {
			if err := w.tx.AdoptFile(f); err != nil {
				return err
			}
		}
		return w.addUpload(conv, m)
	})
	return m.ID, err
}

// takesFiles says whether files can be sent to a conversation, before they are
// read.
func (c *core) takesFiles(conv model.ConversationID) error {
	if rm := c.room(conv); rm != nil {
		return rm.canUpload()
	}
	if err := c.canSend(conv); err != nil {
		return err
	}
	if id, _ := conv.ID(); id.Prefix() != identity.Group && !blinded(id) {
		if _, err := recipient(conv); err != nil {
			return err
		}
	}
	blocked := false
	err := c.store.View(func(tx *store.Tx) error {
		known, _ := tx.Conversation(conv)
		blocked = known.Blocked
		return nil
	})
	if err == nil && blocked {
		return fail(model.ReasonNotAllowed, "the contact is blocked")
	}
	return storeError("read the conversation", err)
}

// CancelUpload stops sending a message whose files are not all uploaded. It
// stays as failed with ReasonCancelled; Retry goes on, Delete removes it.
// ReasonNotAllowed when it is too late.
func (e *Engine) CancelUpload(ctx context.Context, id model.MessageID) error {
	return e.update(ctx, func(w *work) error {
		m, err := w.message(id)
		if err != nil {
			return err
		}
		for _, r := range w.tx.OutboxOf(id) {
			if r.Kind != rowUpload || r.State != rowReady {
				continue
			}
			w.then(func() { w.files.interrupt(r.Seq) })
			return w.fail(r, m, model.ReasonCancelled)
		}
		return fail(model.ReasonNotAllowed, "this message does not wait for its files any more")
	})
}

// Download asks for a file of a message; index counts from 0, and
// model.PreviewImage is the picture of its link preview. It returns when the
// wish is stored; TransferChanged tells of progress, MessageChanged of the end.
// What failed before is tried anew, what is here already is no error. Errors:
// ReasonNotFound (no such message or file), ReasonExpired (gone from the server
// for good), ReasonInvalid (the message says too little to fetch it).
func (e *Engine) Download(ctx context.Context, id model.MessageID, index int) error {
	return e.update(ctx, func(w *work) error {
		m, a, err := w.file(id, index)
		switch {
		case err != nil:
			return err
		case a.LocalID != "":
			return nil
		case a.State() == model.FileExpired:
			return fail(model.ReasonExpired, "the file is gone from the server: ask for it to be sent again")
		}
		if err := w.fetchable(m.Conversation, *a); err != nil {
			return err
		}
		k := fileKey{id, index}
		if err := w.changeWishes([]fileKey{k}); err != nil {
			return err
		}
		w.then(func() { w.files.addDownload(m.Conversation, k) })
		a.Wanted, a.Failure = true, model.ReasonNone
		return w.putMessage(m)
	})
}

// CancelDownload takes the wish back. What is here stays.
func (e *Engine) CancelDownload(ctx context.Context, id model.MessageID, index int) error {
	return e.update(ctx, func(w *work) error {
		m, a, err := w.file(id, index)
		if err != nil || !a.Wanted {
			return err
		}
		k := fileKey{id, index}
		if err := w.changeWishes(nil, k); err != nil {
			return err
		}
		w.then(func() { w.files.dropDownload(k) })
		a.Wanted = false
		return w.putMessage(m)
	})
}

// Transfer tells how far a file is on its way; false when it is not on one.
func (e *Engine) Transfer(id model.MessageID, index int) (model.Transfer, bool) {
	return e.core.files.shown.get(fileKey{id, index})
}

// OpenAttachment opens a file that is in the profile, for reading and seeking.
// It is decrypted as it is read; a file damaged on the disk fails with
// ReasonDamaged in the middle. Close it. Errors: ReasonNotFound (not here: ask
// with Download), ReasonDamaged, ReasonDisk.
func (e *Engine) OpenAttachment(id model.MessageID, index int) (io.ReadSeekCloser, error) {
	a, err := e.attachment(id, index)
	if err != nil {
		return nil, err
	}
	r, err := e.store.OpenFile(a.LocalID)
	if errors.Is(err, store.ErrNoFile) {
		e.core.post(func() { e.core.lost(id, index) })
	}
	if err != nil {
		return nil, storeError("open the file", err)
	}
	return &attachmentReader{r}, nil
}

// SaveAttachment writes a file in the clear to where the user wants it: to path,
// or, when that is a folder, under its own cleaned name in it. It never writes
// over a file: the name gets " (2)" then. It returns where the file is. A contact
// whose file is saved is told, as official clients do (see MediaSaved). Errors:
// those of OpenAttachment and of writing (ReasonDisk, ReasonNotAllowed); no part
// is left behind.
func (e *Engine) SaveAttachment(ctx context.Context, id model.MessageID, index int, path string) (saved string, err error) {
	a, err := e.attachment(id, index)
	if err != nil {
		return "", err
	}
	r, err := e.OpenAttachment(id, index)
	if err != nil {
		return "", err
	}
	defer r.Close()
	if saved, err = saveFile(ctx, r, savePath(path, a)); err != nil {
		return "", err
	}
	if err := e.MediaSaved(ctx, id); err != nil {
		e.log.Warn("the sender was not told that a file was saved", "err", err)
	}
	return saved, nil
}

// SetPlayed notes that a sound was listened to, SetPosition how far (0: from the
// beginning next time), SetSound what a player found out about it. They tell by
// MessageChanged, SetPosition tells nobody.
func (e *Engine) SetPlayed(ctx context.Context, id model.MessageID, index int) error {
	return e.changeFile(ctx, id, index, true, func(a *model.Attachment) { a.Played = true })
}

// SetPosition: see SetPlayed.
func (e *Engine) SetPosition(ctx context.Context, id model.MessageID, index int, at time.Duration) error {
	return e.changeFile(ctx, id, index, false, func(a *model.Attachment) { a.Position = max(at, 0) })
}

// SetSound: see SetPlayed.
func (e *Engine) SetSound(ctx context.Context, id model.MessageID, index int, s model.Sound) error {
	if len(s.Waveform) > maxWaveform {
		return fail(model.ReasonTooLarge, "the waveform is too long")
	}
	return e.changeFile(ctx, id, index, true, func(a *model.Attachment) {
		a.Sound = model.Sound{Waveform: bytes.Clone(s.Waveform), Duration: max(s.Duration, 0)}
	})
}

// changeFile changes what is noted of a file.
func (e *Engine) changeFile(ctx context.Context, id model.MessageID, index int, tell bool, f func(a *model.Attachment)) error {
	return e.update(ctx, func(w *work) error {
		m, a, err := w.file(id, index)
		if err != nil {
			return err
		}
		f(a)
		if tell {
			return w.putMessage(m)
		}
		return w.tx.PutMessage(m)
	})
}

// file returns a message and one of its files, which points into it.
func (w *work) file(id model.MessageID, index int) (model.Message, *model.Attachment, error) {
	m, err := w.message(id)
	if err != nil {
		return m, nil, err
	}
	a, ok := m.File(index)
	if !ok {
		return m, nil, fail(model.ReasonNotFound, "the message has no such file")
	}
	return m, a, nil
}

// attachment returns what is known of a file that is here.
func (e *Engine) attachment(id model.MessageID, index int) (model.Attachment, error) {
	m, ok := e.Message(id)
	if !ok {
		return model.Attachment{}, fail(model.ReasonNotFound, "there is no such message")
	}
	a, ok := m.File(index)
	switch {
	case !ok:
		return model.Attachment{}, fail(model.ReasonNotFound, "the message has no such file")
	case a.LocalID == "":
		return *a, fail(model.ReasonNotFound, "the file is not here yet: download it first")
	}
	return *a, nil
}

func fileError(i int, f File, err error) error {
	name := f.Name
	if name == "" && f.Path != "" {
		name = attach.CleanName(f.Path)
	}
	var known *model.Error
	text := "the file cannot be sent"
	if errors.As(err, &known) {
		text = known.Text
	}
	return model.Fail(model.ReasonOf(err), text, &FileError{Index: i, Name: name, Err: err})
}
