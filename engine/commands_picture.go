package engine

import (
	"context"
	"image"
	"io"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/media/picture"
	"sotto/store"
)

// SetPicture makes the own profile picture of a picture file (PNG, JPEG, GIF,
// WebP, HEIC): the square inside crop, in pixels of the upright picture; an
// empty one takes the middle. It shows here at once. Contacts and other devices
// get it when it is on the file server, which is tried until it works; see
// PictureUpload. Errors: ReasonInvalid (no picture), ReasonTooLarge.
func (e *Engine) SetPicture(ctx context.Context, file []byte, crop image.Rectangle) error {
	job, err := newPictureJob(file, crop)
	if err != nil {
		return err
	}
	return e.update(ctx, func(w *work) error { return w.queueUpload(job) })
}

// newPictureJob makes of a file what is uploaded and what is shown.
func newPictureJob(file []byte, crop image.Rectangle) (pictureJob, error) {
	original, err := picture.PrepareAvatar(file, crop)
	if err != nil {
		return pictureJob{}, pictureError(err)
	}
	// From what the others get, so that all see the same.
	shown, err := shownPicture(original.Data, image.Rectangle{})
	return pictureJob{Original: original.Data, Image: shown}, err
}

// RemovePicture takes the own profile picture away, also one that is still on
// its way to the file server.
func (e *Engine) RemovePicture(ctx context.Context) error {
	return e.update(ctx, func(w *work) error {
		record, ok := w.tx.Account()
		if !ok {
			return model.Fail(model.ReasonDamaged, "the profile has no account", store.ErrDamaged)
		}
		defer record.Zero()
		if err := w.tx.PutBlob(uploadBlob, nil); err != nil {
			return err
		}
		w.then(func() {
			w.pictures.upload = pictureUpload{busy: w.pictures.upload.busy}
			w.tellUpload()
		})
		w.emit(ProfileChanged{}, PictureChanged{w.self})
		if record.Picture.URL == "" {
			return nil
		}
		record.Picture = model.Picture{}
		record.ProfileUpdated = max(int64(w.now)/1000, record.ProfileUpdated+1)
		w.profileChanged = true
		return w.tx.PutAccount(record)
	})
}

// RetryPicture tries at once to bring the own picture to the file server.
func (e *Engine) RetryPicture(ctx context.Context) error {
	return e.do(ctx, func(c *core) error {
		c.pictures.upload.hurry()
		c.pictures.upload.refused = false
		c.tellUpload()
		return nil
	})
}

// PictureUpload tells how far the own picture is on its way to the others.
type PictureUpload struct {
	Waiting bool         // not on the file server yet
	Sending bool         // on its way just now
	Problem model.Reason // of the last try; ReasonNone before the first
	Refused bool         // the file server does not want it: only RetryPicture tries again
}

// PictureUpload returns it; ProfileChanged tells of changes.
func (e *Engine) PictureUpload() PictureUpload {
	if u := e.core.view.upload.Load(); u != nil {
		return *u
	}
	return PictureUpload{}
}

// Avatar returns the picture of a conversation, a JPEG of at most 320 by 320
// pixels, if it is to be shown and here. One that is not here is fetched before
// others; PictureChanged tells when it came. People whom the user has not
// approved have none.
func (e *Engine) Avatar(conv model.ConversationID) (file []byte, ok bool) {
	var missing model.Picture
	e.view(func(tx *store.Tx) {
		p, shown := e.core.shownOf(tx, conv)
		if shown != nil {
			file, ok = shown, true
			return
		}
		if p.URL == "" {
			return
		}
		r, there := tx.Picture(p)
		if file, ok = r.Image, r.Image != nil; !there {
			missing = p
		}
	})
	if missing.URL != "" {
		e.inbox.put(func() {
			if c := e.core; !c.pictures.known(missing, c.now()) {
				c.pictures.want(missing, conv, true)
			}
		})
	}
	return file, ok
}

// shownOf returns the picture that a conversation shows: of the own account, and
// of a group that this device gives one, what waits to be uploaded, as it is,
// before what is on the file server.
func (c *core) shownOf(tx *store.Tx, conv model.ConversationID) (p model.Picture, waiting []byte) {
	name := uploadBlob
	if conv != c.self {
		found, ok := tx.Conversation(conv)
		if !ok {
			return p, nil
		}
		if showsPicture(&found) {
			p = found.Picture
		}
		if found.Kind != model.KindGroup {
			return p, nil
		}
		id, _ := conv.ID()
		name = groupBlob(id, groupPictureBlob)
	}
	if job, ok := readUpload(tx, name); ok {
		return p, job.Image
	}
	if conv != c.self {
		return p, nil
	}
	if record, ok := tx.Account(); ok {
		record.Zero()
		if hasPicture(record.Picture) {
			p = record.Picture
		}
	}
	return p, nil
}

// newPictureKeys draws what a picture is sealed with: never used twice.
func newPictureKeys(random io.Reader) (key [attach.PictureKeySize]byte, iv [attach.PictureIVSize]byte, err error) {
	if _, err = io.ReadFull(random, key[:]); err == nil {
		_, err = io.ReadFull(random, iv[:])
	}
	if err != nil {
		err = model.Fail(model.ReasonInternal, "no randomness for a picture", err)
	}
	return key, iv, err
}
