package engine

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/wire"
	"sotto/engine/transport"
	"sotto/media/picture"
	"sotto/store"
)

// fetched is a file that came, not yet in its place, with what it turned out to
// be.
type fetched struct {
	file          *store.NewFile
	kind          string // media type of a picture, "" for everything else
	width, height int
	preview       []byte
}

// wishFiles decides which files of a message are fetched without being asked
// for: those of people whom the user wrote to and who wrote back, of groups, of
// communities for which the user wants it, and of the own other devices, up to a
// size (protocol/attachments.md §6).
func (r *receiver) wishFiles(c *conversation, m *model.Message) (some bool) {
	s := r.setting()
	switch {
	case s.AutoDownloadOff:
		return false
	case m.Outgoing:
	case c.Kind == model.KindContact && !(c.Approved && c.ApprovedMe), c.Kind == model.KindCommunity && !c.FetchFiles:
		return false
	}
	for i := -1; i < len(m.Attachments); i++ {
		a, ok := m.File(i)
		if !ok || s.AutoDownloadMax > 0 && int64(a.Size) > s.AutoDownloadMax {
			continue
		}
		a.Wanted, some = true, true
	}
	return some
}

// wanted notes what wishFiles decided, after the message was stored.
func (r *receiver) wanted(m *model.Message) error {
	var keys []fileKey
	for i := -1; i < len(m.Attachments); i++ {
		if a, ok := m.File(i); ok && a.Wanted {
			keys = append(keys, fileKey{m.ID, i})
		}
	}
	conv := m.Conversation
	r.then(func() {
		for _, k := range keys {
			r.files.addDownload(conv, k)
		}
	})
	return r.changeWishes(keys)
}

// fetchable says whether a file of a conversation can be asked for.
func (c *core) fetchable(conv model.ConversationID, a model.Attachment) error {
	host, err := c.fileHost(conv)
	switch {
	case err != nil:
		return err
	case host.room != "":
		_, err = postedFile(a)
	default:
		_, err = c.locate(a)
	}
	return err
}

// locate reads where on a file server a file lies and how it opens.
func (c *core) locate(a model.Attachment) (attach.Incoming, error) {
	in, err := attach.FromPointer(&wire.AttachmentPointer{
		URL: wire.Some(a.URL), Key: a.Key, Digest: a.Digest, Size: wire.Some(a.Size),
	}, c.server)
	switch {
	case err == nil:
		return in, nil
	case errors.Is(err, attach.ErrTooLarge):
		return in, model.Fail(model.ReasonTooLarge, "the file is larger than files of the network", err)
	case errors.Is(err, attach.ErrServer):
		return in, model.Fail(model.ReasonNotAllowed, "the file lies on a server that is not known", err)
	}
	return in, model.Fail(model.ReasonInvalid, "the message does not say how to fetch this file", err)
}

// download fetches a file.
func (c *core) download(j *fileJob) {
	var a model.Attachment
	found := false
	err := c.store.View(func(tx *store.Tx) error {
		if m, ok := tx.Message(j.message); ok {
			if f, ok := m.File(j.index); ok && f.LocalID == "" {
				a, found = *f, true
			}
		}
		return nil
	})
	ctx := c.begin(j, j.fileKey, false)
	err = storeError("look for the message of a file", err)
	if err == nil && !found {
		err = fail(model.ReasonNotFound, "nobody waits for the file any more")
	}
	host, gone := c.fileHost(j.conv)
	if err = errors.Join(err, gone); err != nil {
		c.post(func() { c.downloaded(j, fetched{}, err) })
		return
	}
	c.spawn(func() {
		got, err := c.fetchFile(ctx, host, j.conv, j.fileKey, a)
		c.post(func() { c.downloaded(j, got, err) })
	})
}

// fetchFile brings a file into the profile's folder. It runs on a worker.
func (c *core) fetchFile(ctx context.Context, host fileHost, conv model.ConversationID, k fileKey, a model.Attachment) (fetched, error) {
	progress := func(_, _, received, announced int64) {
		if announced > 0 && c.files.shown.progress(k, received, announced) {
			c.hub.emit(TransferChanged{conv, k.message, k.index})
		}
	}
	var (
		data   []byte
		secret attach.Secret // of an encrypted one
		err    error
	)
	if host.room != "" {
		data, err = c.fetchPosted(ctx, host, a, progress)
	} else {
		data, secret, err = c.fetchBlob(ctx, a, progress)
	}
	if err != nil {
		return fetched{}, err
	}
	f, err := c.store.NewFile()
	if err != nil {
		return fetched{}, storeError("store a file", err)
	}
	if host.room != "" {
		if _, err = f.Write(data); err == nil {
			err = f.Finish()
		}
		err = storeError("store a file", err)
	} else {
		err = c.unpack(f, data, secret)
	}
	if err != nil {
		f.Discard()
		return fetched{}, err
	}
	got := fetched{file: f}
	c.look(&got)
	return got, nil
}

// fetchBlob fetches an encrypted file, with what opens it. It runs on a worker.
func (c *core) fetchBlob(ctx context.Context, a model.Attachment, progress transport.Progress) ([]byte, attach.Secret, error) {
	in, err := c.locate(a)
	if err != nil {
		return nil, in.Secret, err
	}
	answer, err := c.moveFile(ctx, in.Server, attach.EncodeDownload(in.ID), int64(a.Size), progress)
	if err != nil {
		return nil, in.Secret, err
	}
	blob, err := attach.ParseDownloaded(answer)
	switch {
	case errors.Is(err, attach.ErrTooLarge):
		err = model.Fail(model.ReasonDamaged, "the file is not the one that was sent", err)
	case err != nil:
		err = serverError(err)
	}
	return blob, in.Secret, err
}

func (c *core) unpack(f *store.NewFile, blob []byte, s attach.Secret) error {
	err := attach.Open(f, bytes.NewReader(blob), s)
	switch {
	case err == nil:
		return storeError("store a file", f.Finish())
	case errors.Is(err, attach.ErrPointer):
		return model.Fail(model.ReasonInvalid, "the message does not say how to open this file", err)
	case errors.Is(err, attach.ErrNotOpen), errors.Is(err, attach.ErrSize), errors.Is(err, attach.ErrTooLarge):
		return model.Fail(model.ReasonDamaged, "the file is not the one that was sent", err)
	}
	return storeError("store a file", err)
}

// look finds out whether a file is a picture, by its content. A picture that is
// beyond what is decoded is shown as a file.
func (c *core) look(got *fetched) {
	r, err := got.file.OpenNew()
	if err != nil {
		return
	}
	defer r.Close()
	head := make([]byte, 64)
	n, _ := io.ReadFull(r, head)
	if _, err := picture.Sniff(head[:n]); err != nil {
		return
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return
	}
	info, err := picture.Inspect(data)
	if err != nil {
		return
	}
	c.files.eye.Lock()
	defer c.files.eye.Unlock()
	img, err := picture.Decode(data)
	if err != nil {
		return
	}
	got.kind, got.width, got.height, got.preview = info.Kind.ContentType(), info.Width, info.Height, picture.Preview(img)
}

// downloaded takes the outcome back on the loop.
func (c *core) downloaded(j *fileJob, got fetched, err error) {
	if got.file != nil {
		defer got.file.Discard()
	}
	if !c.end(j) {
		return
	}
	reason := model.ReasonOf(err)
	switch {
	case reason == model.ReasonOffline && !c.online:
		// Waits for the network, which does not count.
		c.again(j, j.fileKey, fetchAgain[0], false)
		j.attempts = 0
		return
	case reason == model.ReasonOffline && j.attempts < len(fetchAgain):
		c.again(j, j.fileKey, fetchAgain[j.attempts], false)
		c.log.Info("file not fetched, will try again", "attempt", j.attempts, "err", err)
		return
	case err != nil:
		c.log.Info("file not fetched", "reason", reason.String(), "err", err)
	}
	uerr := c.update(func(w *work) error {
		if err := w.changeWishes(nil, j.fileKey); err != nil {
			return err
		}
		m, ok := w.tx.Message(j.message)
		if !ok {
			return nil
		}
		a, ok := m.File(j.index)
		if !ok || a.LocalID != "" {
			return nil
		}
		a.Wanted, a.Failure = false, reason
		if err == nil {
			if err := w.tx.AdoptFile(got.file); err != nil {
				return err
			}
			arrived(a, got)
		}
		return w.putMessage(m)
	})
	if uerr != nil {
		c.again(j, j.fileKey, fetchAgain[0], false)
		c.storeFailed("keep a file", uerr)
		return
	}
	c.files.dropDownload(j.fileKey)
	c.hub.emit(TransferChanged{j.conv, j.message, j.index})
}

// arrived notes a file that is here and what it is: its type is what it holds,
// not what its sender said, as far as pictures are concerned.
func arrived(a *model.Attachment, got fetched) {
	a.LocalID, a.Size = got.file.Name(), uint32(got.file.Size())
	switch {
	case got.kind != "" && !a.Voice:
		a.Type, a.Width, a.Height, a.Preview = got.kind, uint32(got.width), uint32(got.height), got.preview
	case strings.HasPrefix(a.Type, "image/"):
		a.Type, a.Width, a.Height = "application/octet-stream", 0, 0
	}
}
