package engine

import (
	"context"
	"errors"
	"io"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/wire"
	"sotto/engine/transport"
	"sotto/store"
)

// Files in rooms of a community lie on its server, as they are, and only who may
// read the room gets them (protocol/communities.md §5.7). Whatever a message says
// about where its files are, they are asked for at the room that it came from.

// looseUpload is how long an upload that no message has named counts as being on
// the server, which drops it after an hour.
const looseUpload model.Millis = 50 * 60 * 1000

// fileHost is where the files of a conversation lie.
type fileHost struct {
	access
	room string // token of the community's room; empty: the network's file server
}

func errRoomLeft() error { return fail(model.ReasonNotAllowed, "this community was left") }

// fileHost returns where the files of a conversation lie; of a room that was left
// nowhere: ReasonNotAllowed.
func (c *core) fileHost(conv model.ConversationID) (fileHost, error) {
	if rm := c.room(conv); rm != nil {
		return fileHost{rm.server.access, rm.token}, nil
	}
	if _, account := conv.ID(); !account {
		return fileHost{}, errRoomLeft()
	}
	return fileHost{}, nil
}

// canUpload says whether files can be posted in a room.
func (rm *room) canUpload() error {
	if err := rm.canPost(); err != nil {
		return err
	}
	if (rm.state.Seqno > 0 || rm.state.Start) && !rm.state.View.Upload {
		return fail(model.ReasonNotAllowed, "this community does not let you post files")
	}
	return nil
}

// canSend says whether a message can still be sent to a conversation for which it
// was queued.
func (c *core) canSend(conv model.ConversationID) error {
	if rm := c.room(conv); rm != nil {
		return rm.canPost()
	}
	id, account := conv.ID()
	switch g := c.groups.active[id]; {
	case !account:
		return errRoomLeft()
	case id.Prefix() == identity.Group && (g == nil || !g.ready()):
		return fail(model.ReasonNotAllowed, "this account is no longer in the group")
	}
	return nil
}

// address is that of the room on its server.
func (rm *room) address() community.Address {
	return community.Address{Base: rm.server.url, PublicKey: rm.server.key, Room: rm.token}
}

// pointer says in a message which upload a file is.
func (rm *room) pointer(info attach.Info, a model.Attachment) (*wire.AttachmentPointer, error) {
	id, ok := community.FileID(a.URL)
	if !ok {
		return nil, fail(model.ReasonDamaged, "the address of an uploaded file is damaged")
	}
	return attach.PlainPointer(info, uint64(id), a.URL, int64(a.Size)), nil
}

// postFile uploads a file to a room and returns its address there. It runs on a
// worker.
func (c *core) postFile(ctx context.Context, h fileHost, a model.Attachment, progress transport.Progress) (string, error) {
	data, err := c.readFile(a)
	if err != nil {
		return "", err
	}
	upload := community.Upload{Room: h.room, Name: a.Name, Data: data}
	call, err := community.Encode(upload)
	if err != nil {
		return "", model.Fail(model.ReasonInvalid, "the community takes no such file", err)
	}
	answer, err := c.net.transfer(ctx, h.url, h.key, int64(len(data)), progress, c.signed(h.access, call))
	if err != nil {
		return "", err
	}
	id, err := upload.Decode(answer)
	if err != nil {
		return "", roomFileError(err)
	}
	return community.Address{Base: h.url, PublicKey: h.key, Room: h.room}.FileURL(id), nil
}

// readFile reads a file in the profile that is to be sent.
func (c *core) readFile(a model.Attachment) ([]byte, error) {
	r, err := c.store.OpenFile(a.LocalID)
	if err != nil {
		return nil, storeError("read a file to be sent", err)
	}
	defer r.Close()
	data := make([]byte, r.Size())
	_, err = io.ReadFull(r, data)
	return data, storeError("read a file to be sent", err)
}

// fetchPosted fetches a file of a room. It runs on a worker.
func (c *core) fetchPosted(ctx context.Context, h fileHost, a model.Attachment, progress transport.Progress) ([]byte, error) {
	id, err := postedFile(a)
	if err != nil {
		return nil, err
	}
	file := community.Download{Room: h.room, ID: id}
	call, err := community.Encode(file)
	if err != nil {
		return nil, model.Fail(model.ReasonInvalid, "the message does not say how to fetch this file", err)
	}
	answer, err := c.net.transfer(ctx, h.url, h.key, int64(a.Size), progress, c.signed(h.access, call))
	if err != nil {
		return nil, err
	}
	got, err := file.Decode(answer)
	if err != nil {
		return nil, roomFileError(err)
	}
	data, err := got.Cut(int64(a.Size))
	if err != nil {
		return nil, model.Fail(model.ReasonDamaged, "the file is not the one that was sent", err)
	}
	return data, nil
}

// postedFile reads which upload of its room a file is.
func postedFile(a model.Attachment) (id int64, err error) {
	id, ok := community.FileID(a.URL)
	switch {
	case !ok:
		return 0, fail(model.ReasonInvalid, "the message does not say how to fetch this file")
	case a.Size > community.MaxFileAnswer:
		return 0, fail(model.ReasonTooLarge, "the file is larger than files of the network")
	}
	return id, nil
}

// roomFileError is communityError for files: one that the server does not have is
// gone for good.
func roomFileError(err error) error {
	var status *community.StatusError
	if errors.As(err, &status) && (status.Code == 404 || status.Code == 410) {
		return model.Fail(model.ReasonExpired, "the community's server has the file no more", err)
	}
	return communityError(err)
}

// firstUpload is when the first file of a message to a room was uploaded, which
// Data of its rowUpload says: 8 bytes, big endian, in milliseconds.
func firstUpload(r store.OutboxRow) model.Millis {
	if len(r.Data) != 8 {
		return 0
	}
	return decodeMillis(r.Data)
}

// noteUpload notes in a row when its first file was uploaded, if that matters.
func (w *work) noteUpload(r *store.OutboxRow) error {
	if w.room(r.Conversation) == nil || len(r.Data) > 0 {
		return nil
	}
	r.Data = encodeMillis(w.now)
	return w.tx.PutOutbox(*r)
}

// startOver forgets where the files of a message to a room are, when the first of
// them has waited too long for the message and its server is about to drop it.
func (c *core) startOver(j *fileJob) {
	var at model.Millis
	err := c.store.View(func(tx *store.Tx) error {
		if row, there := tx.OutboxRow(j.row.Seq); there && c.room(j.conv) != nil {
			at = firstUpload(row)
		}
		return nil
	})
	if err != nil || at == 0 || c.now() <= at+looseUpload {
		return
	}
	err = c.update(func(w *work) error {
		row, there := w.tx.OutboxRow(j.row.Seq)
		m, ok := w.tx.Message(j.message)
		if !there || !ok {
			return nil
		}
		row.Data = nil
		if err := w.tx.PutOutbox(row); err != nil {
			return err
		}
		return w.forgetUploads(m)
	})
	if err != nil {
		c.storeFailed("begin uploading again", err)
	}
}

// uploadAgain puts a message back among those whose files are to be uploaded.
func (w *work) uploadAgain(r store.OutboxRow) error {
	m, ok := w.tx.Message(r.Message)
	if !ok {
		return w.dequeue(r)
	}
	r.Kind, r.Data = rowUpload, nil
	if err := w.queueAt(r.Seq, r); err != nil {
		return err
	}
	w.then(func() {
		if row := w.out.row(r.Recipient, r.Seq); row != nil {
			w.files.addUpload(row)
		}
	})
	return w.forgetUploads(m)
}

func (w *work) forgetUploads(m model.Message) error {
	for i := model.PreviewImage; i < len(m.Attachments); i++ {
		if a, ok := m.File(i); ok {
			a.URL = ""
		}
	}
	return w.putMessage(m)
}

// applyRoomPicture brings the picture of a room's conversation to what its server
// says.
func (r *receiver) applyRoomPicture(rm *room, c *conversation) {
	var now model.Picture
	if id := rm.state.View.Image; id > 0 {
		now.URL = rm.address().FileURL(id)
	}
	if c.Picture.URL == now.URL {
		return
	}
	c.Picture = now
	r.taken(c)
	r.emit(PictureChanged{c.ID})
}
