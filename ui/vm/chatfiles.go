package vm

import (
	"context"
	"errors"
	"strings"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/text"
)

// CanAttach reports whether files can be sent here: wherever one can write, but
// for communities that take none.
func (c *Chat) CanAttach() bool {
	switch {
	case !c.loaded || c.record.Blocked || c.Whisper != nil || c.Editing != nil || c.room.closed(&c.record) != "":
		return false
	case c.record.Kind == model.KindCommunity:
		return c.room.Community.Upload
	case c.record.Kind == model.KindContact && !c.record.ApprovedMe:
		return false // who has not accepted gets text only, as from every client
	}
	return true
}

// SendFiles sends what is in a basket with a caption, as an answer to what the
// composer answers. The text in the composer becomes the caption in the sheet,
// so the composer is empty afterwards.
func (c *Chat) SendFiles(b *Basket, caption string) bool {
	if !c.CanAttach() || !b.CanSend() {
		return false
	}
	u := &unsent{files: b.Files, whole: b.Original}
	c.composer.text = caption // names in it become ids
	u.draft = c.draft()
	u.draft.Text = strings.TrimSpace(u.draft.Text)
	u.echo = c.echo(u.draft.Text)
	for i, f := range b.Files {
		u.echo.Media = append(u.echo.Media, echoFile(f, i))
	}
	c.dispatch(u)
	return true
}

// echoFile is a file of a message that is on its way into the store.
func echoFile(f *OutFile, index int) ChatFile {
	out := ChatFile{
		Index: index, Name: f.Name, Size: uint32(min(max(f.Sent, f.Size), 1<<32-1)), State: model.FileHere,
		Width: f.Width, Height: f.Height, Preview: f.Preview, Uploading: true,
	}
	if f.Picture {
		out.Kind = PictureFile
	}
	return out
}

// send hands a text, with its files, to the engine.
func (c *Chat) send(ctx context.Context, u *unsent) (model.MessageID, error) {
	if len(u.files) == 0 {
		return c.engine.SendText(ctx, c.conv, u.draft)
	}
	files := make([]engine.File, len(u.files))
	for i, f := range u.files {
		files[i] = f.engineFile(u.whole)
	}
	return c.engine.SendFiles(ctx, c.conv, u.draft, files)
}

// filesSentence says why files were not sent, and which of them is to blame.
func filesSentence(err error) string {
	var bad *engine.FileError
	if errors.As(err, &bad) {
		return text.F("files.not_sent", "name", bad.Name, "why", fileProblem(err))
	}
	return sentenceIn("chat.send", err)
}
