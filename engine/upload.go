package engine

import (
	"bytes"
	"context"
	"errors"

	"golang.org/x/crypto/blake2b"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/wire"
	"sotto/engine/transport"
	"sotto/internal/redact"
	"sotto/store"
)

// addUpload stores a message with files and a row that keeps its place until
// they are on the server. Whoever is written to is approved, as with SendText.
func (w *work) addUpload(conv model.ConversationID, m *model.Message) error {
	c, _, err := w.target(conv)
	if err != nil {
		return err
	}
	m.Sender, m.Timer = w.me, c.Timer
	if rm := w.room(conv); rm != nil {
		if err := rm.canUpload(); err != nil {
			return err
		}
		m.Sender, m.Timer = rm.server.me, model.Timer{}
		for i := range m.Attachments {
			m.Attachments[i].Key = nil // a community's files are not encrypted
		}
		if a, ok := m.File(model.PreviewImage); ok {
			a.Key = nil
		}
	}
	lane, err := w.laneTo(conv)
	if err != nil {
		return err
	}
	sent, err := w.stamp()
	if err != nil {
		return err
	}
	c.Draft = model.Draft{}
	w.then(func() { delete(w.typing.own, c.ID) })
	m.Conversation, m.Outgoing = c.ID, true
	m.Timestamp, m.Received, m.State = sent, w.now, model.StateQueued
	if _, err := w.tx.AddMessage(m); err != nil {
		return err
	}
	err = w.queue(store.OutboxRow{
		Kind: rowUpload, Message: m.ID, Conversation: c.ID, Recipient: lane, Timestamp: sent, TTL: ttl(m.Timer),
	})
	if err != nil {
		return err
	}
	w.active(c, sent)
	c.changed = true
	w.emit(MessageAdded{c.ID, m.ID})
	return nil
}

// laneTo is the lane of the outbox in which messages to a conversation wait.
func (w *work) laneTo(conv model.ConversationID) (model.ID, error) {
	if rm := w.room(conv); rm != nil {
		return rm.server.lane, nil
	}
	id, ok := conv.ID()
	if !ok {
		return id, errRoomLeft()
	}
	if blinded(id) {
		s, _, err := w.blindedTarget(id)
		if err != nil {
			return id, err
		}
		return s.lane, nil
	}
	return id, nil
}

// uploaded is what became of one file of a message.
type uploaded struct {
	key    fileKey
	url    string
	digest []byte
	err    error
	none   bool // there is no file left to upload
}

// upload brings the next file of a message to the file server. Each file that
// arrived is stored with its URL, so a restart goes on with the next one; one
// that was on its way is uploaded again as a whole, as the same bytes.
func (c *core) upload(j *fileJob) {
	now := c.now()
	if j.row.Attempts == 0 && now > j.row.Timestamp+lifetime {
		c.refuseUpload(j, model.ReasonExpired)
		return
	}
	c.startOver(j)
	m, index, ok := c.nextUpload(j.message)
	k := fileKey{j.message, index}
	if !ok {
		j.cancel = func() {}
		c.post(func() { c.uploaded(j, uploaded{key: k, none: true}) })
		return
	}
	host, err := c.fileHost(j.conv)
	if err != nil {
		c.refuseUpload(j, model.ReasonOf(err))
		return
	}
	j.index = index
	a, _ := m.File(index)
	ctx := c.begin(j, k, true)
	c.spawn(func() {
		done := uploaded{key: k}
		progress := func(sent, request, _, _ int64) {
			if c.files.shown.progress(k, sent, request) {
				c.hub.emit(TransferChanged{j.conv, k.message, k.index})
			}
		}
		if host.room != "" {
			done.url, done.err = c.postFile(ctx, host, *a, progress)
		} else {
			done.url, done.digest, done.err = c.sendFile(ctx, *a, index != model.PreviewImage, progress)
		}
		c.post(func() { c.uploaded(j, done) })
	})
}

// nextUpload finds the first file of a message that is not on the server.
func (c *core) nextUpload(id model.MessageID) (m model.Message, index int, ok bool) {
	err := c.store.View(func(tx *store.Tx) error {
		m, ok = tx.Message(id)
		return nil
	})
	if err != nil || !ok {
		return m, 0, false
	}
	index, ok = awaiting(&m)
	return m, index, ok
}

// awaiting is the first file of a message that has no address yet; the picture
// of its link preview is the last.
func awaiting(m *model.Message) (index int, ok bool) {
	for i := range m.Attachments {
		if m.Attachments[i].URL == "" {
			return i, true
		}
	}
	a, ok := m.File(model.PreviewImage)
	return model.PreviewImage, ok && a.URL == ""
}

// blobIV derives the IV from the key, which is drawn for one file and used once:
// all uploads of it are the same bytes without one more thing to keep.
func blobIV(key []byte) (iv [attach.IVSize]byte) {
	h := blake2b.Sum256(append([]byte("sotto attachment iv"), key...))
	copy(iv[:], h[:])
	return iv
}

// sealFile makes the blob of a file in the profile. Pictures of link previews are
// not padded (protocol/attachments.md §2).
func (c *core) sealFile(a model.Attachment, padded bool) (blob []byte, digest []byte, err error) {
	if len(a.Key) != attach.LegacyKeySize {
		return nil, nil, fail(model.ReasonDamaged, "a file to be sent has no key")
	}
	r, err := c.store.OpenFile(a.LocalID)
	if err != nil {
		return nil, nil, storeError("read a file to be sent", err)
	}
	defer r.Close()
	var buf bytes.Buffer
	buf.Grow(int(attach.LegacyBlobSize(r.Size(), padded)))
	secret, err := attach.SealLegacy(&buf, r, r.Size(), [attach.LegacyKeySize]byte(a.Key), blobIV(a.Key), padded)
	if err != nil {
		return nil, nil, storeError("read a file to be sent", err)
	}
	return buf.Bytes(), secret.Digest, nil
}

// sendFile uploads a file to the network's file server, encrypted. It runs on a
// worker.
func (c *core) sendFile(ctx context.Context, a model.Attachment, padded bool, progress transport.Progress) (url string, digest []byte, err error) {
	blob, digest, err := c.sealFile(a, padded)
	if err != nil {
		return "", nil, err
	}
	answer, err := c.moveFile(ctx, c.server, attach.EncodeUpload(attach.Upload{Blob: blob}), int64(len(blob)), progress)
	if err != nil {
		return "", nil, err
	}
	done, err := attach.ParseUploaded(answer)
	if err != nil {
		return "", nil, serverError(err)
	}
	return attach.Location{Server: c.server, ID: done.ID}.URL(false), digest, nil
}

// moveFile sends a request with or for a file to a file server.
func (c *core) moveFile(ctx context.Context, s attach.Server, r onion.V4Request, size int64, progress transport.Progress) (onion.V4Response, error) {
	return c.net.transfer(ctx, s.Base, s.X25519, size, progress, func(int64) (onion.V4Request, error) { return r, nil })
}

// serverError gives a refusal by the file server its reason.
func serverError(err error) error {
	reason := model.ReasonOffline // another try may do better
	var status *attach.StatusError
	if errors.As(err, &status) {
		switch {
		case status.Gone():
			reason = model.ReasonExpired
		case status.TooLarge():
			reason = model.ReasonTooLarge
		case !status.Temporary():
			reason = model.ReasonRejected
		}
	}
	return model.Fail(reason, "the file server refused the file", err)
}

// uploaded takes the outcome back on the loop.
func (c *core) uploaded(j *fileJob, done uploaded) {
	if !c.end(j) || j.row.State != rowReady {
		c.files.shown.remove(done.key)
		return
	}
	switch {
	case done.err != nil && hopeless(done.err):
		c.log.Info("a file cannot be sent", "err", done.err)
		c.refuseUpload(j, model.ReasonOf(done.err))
		return
	case done.err != nil:
		c.out.stalled[j.row.Seq] = true
		nextTry := c.again(j, done.key, retryAfter[min(j.attempts, len(retryAfter)-1)], true)
		c.setProblem(model.ReasonOf(done.err))
		c.log.Info("file not uploaded, will try again", "swarm", redact.ID(j.row.Recipient.String()), "attempt", j.attempts,
			"reason", model.ReasonOf(done.err).String(), "err", done.err)
		c.tell(j.message, nextTry)
		return
	}
	c.setProblem(model.ReasonNone)
	c.files.shown.remove(done.key)
	j.attempts, j.nextTry = 0, c.clock.Now()
	err := c.update(func(w *work) error {
		row, there := w.tx.OutboxRow(j.row.Seq)
		m, ok := w.tx.Message(j.message)
		if !there {
			return nil
		}
		if !ok {
			return w.dequeue(row)
		}
		if !done.none {
			if a, ok := m.File(done.key.index); ok {
				a.URL, a.Digest = done.url, done.digest
			}
			if err := w.noteUpload(&row); err != nil {
				return err
			}
		}
		if _, more := awaiting(&m); more {
			return w.putMessage(m)
		}
		return w.sendUploaded(row, m)
	})
	switch {
	case err == nil:
	case hopeless(err):
		c.log.Warn("a message whose files are uploaded cannot be sent", "err", err)
		c.refuseUpload(j, model.ReasonOf(err))
	default:
		c.again(j, done.key, retryAfter[len(retryAfter)-1], true)
		c.storeFailed("keep the address of an uploaded file", err)
	}
}

// hopeless says that no repetition cures why a file, or the message that names it,
// cannot be sent.
func hopeless(err error) bool {
	reason := model.ReasonOf(err)
	return permanent(err) || reason == model.ReasonDamaged || reason == model.ReasonNotFound
}

// tell shows when a message is tried again.
func (c *core) tell(id model.MessageID, nextTry model.Millis) {
	err := c.update(func(w *work) error {
		m, ok := w.tx.Message(id)
		if !ok || m.NextTry == nextTry {
			return nil
		}
		m.NextTry = nextTry
		return w.putMessage(m)
	})
	if err != nil {
		c.storeFailed("note the next try", err)
	}
}

// refuseUpload records a failure that no repetition cures.
func (c *core) refuseUpload(j *fileJob, reason model.Reason) {
	c.files.shown.remove(j.fileKey)
	err := c.update(func(w *work) error {
		row, there := w.tx.OutboxRow(j.row.Seq)
		if !there {
			return nil
		}
		return w.refused(row, reason)
	})
	if err != nil {
		c.again(j, j.fileKey, retryAfter[len(retryAfter)-1], true)
		c.storeFailed("keep the result of uploading", err)
	}
}

// sendUploaded seals a message whose files are on the server and puts it into
// the place that its row kept.
func (w *work) sendUploaded(row store.OutboxRow, m model.Message) error {
	rm := w.room(m.Conversation)
	if err := w.canSend(m.Conversation); err != nil {
		return w.refused(row, model.ReasonOf(err))
	}
	content := &wire.Content{DataMessage: &wire.DataMessage{}}
	data := content.DataMessage
	if m.Text != "" {
		data.Body = wire.Some(m.Text)
	}
	if q := m.Quote; q != nil {
		data.Quote = &wire.Quote{ID: wire.Some(uint64(w.quoted(m.Conversation, q))), Author: wire.Some(q.Author.String())}
	}
	out := outgoing{content: content, sent: m.Timestamp, timer: m.Timer, message: m.ID, profile: true, timed: rm == nil, place: row.Seq}
	if rm != nil {
		out.room, out.uploaded = rm.conv, firstUpload(row)
	} else {
		out.to, _ = m.Conversation.ID()
	}
	for _, a := range m.Attachments {
		p, err := w.pointer(rm, a)
		if err != nil {
			return w.refuseAddresses(row, m, err)
		}
		data.Attachments = append(data.Attachments, p)
		if rm != nil {
			out.files = append(out.files, int64(p.DeprecatedID.Value))
		}
	}
	if m.Preview != nil {
		p, err := w.wirePreview(rm, m.Preview)
		if err != nil {
			return w.refuseAddresses(row, m, err)
		}
		data.Preview = []*wire.Preview{p}
		if rm != nil && p.Image != nil {
			out.files = append(out.files, int64(p.Image.DeprecatedID.Value))
		}
	}
	lane, err := w.laneTo(m.Conversation)
	if err != nil {
		return err
	}
	if lane != row.Recipient { // who is behind a blinded id has become known
		if err := w.dequeue(row); err != nil {
			return err
		}
		out.place = 0
	}
	if m.Hash, err = w.enqueue(out); err != nil {
		return err
	}
	m.NextTry = 0
	w.then(func() { w.files.dropUpload(row.Seq) })
	return w.putMessage(m)
}

// refuseAddresses gives up a message that cannot say where its files are. They are
// uploaded again when the user tries it again.
func (w *work) refuseAddresses(row store.OutboxRow, m model.Message, err error) error {
	w.log.Warn("a message cannot say where its files are", "err", err)
	if err := w.forgetUploads(m); err != nil {
		return err
	}
	row.Data = nil
	return w.refused(row, model.ReasonOf(err))
}

// pointer says in a message where an uploaded file lies and how it opens.
func (w *work) pointer(rm *room, a model.Attachment) (*wire.AttachmentPointer, error) {
	info := attach.Info{Name: a.Name, ContentType: a.Type, Voice: a.Voice, Width: a.Width, Height: a.Height}
	if rm != nil {
		return rm.pointer(info, a)
	}
	at, err := attach.ParseURL(a.URL, w.server)
	if err != nil {
		return nil, model.Fail(model.ReasonDamaged, "the address of an uploaded file is damaged", err)
	}
	return attach.Outgoing{
		Info: info, Secret: attach.Secret{Key: a.Key, Digest: a.Digest, Size: int64(a.Size)}, Location: at,
	}.Pointer(), nil
}
