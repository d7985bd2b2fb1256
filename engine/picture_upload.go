package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/config"
	"sotto/store"
)

// uploadBlob is where the picture waits that is to be uploaded.
const uploadBlob = "picture/upload"

// pictureJob is a picture on its way to the file server. Key and IV are drawn
// once, so that all tries send the same bytes, which the server keeps once.
type pictureJob struct {
	Original []byte // the file
	Image    []byte // as it is shown
	Key, IV  []byte
	// Again says that it is the picture in use, which the file server was about
	// to drop: not a new picture for the other devices.
	Again bool `json:",omitempty"`
}

// readUpload reads the picture that waits under a name: uploadBlob, or that of a
// group.
func readUpload(tx *store.Tx, name string) (job pictureJob, ok bool) {
	data := tx.Blob(name)
	if data == nil || json.Unmarshal(data, &job) != nil {
		return pictureJob{}, false
	}
	return job, len(job.Key) == attach.PictureKeySize && len(job.IV) == attach.PictureIVSize
}

// pictureUpload decides when the own picture goes to the file server.
type pictureUpload struct {
	wanted   bool
	again    bool // see pictureJob
	busy     bool
	refused  bool
	attempts int
	next     time.Time // not before
	problem  model.Reason

	renewAt time.Time // when the file server is told next to keep the picture
}

func (u *pictureUpload) hurry() { u.next, u.attempts, u.renewAt = time.Time{}, 0, time.Time{} }

// idle says that nothing is on its way, and nothing but a repetition waits.
func (u *pictureUpload) idle() bool {
	return !u.busy && (!u.wanted || u.refused || u.attempts > 0)
}

func (u *pictureUpload) pending() int {
	if u.wanted || u.busy {
		return 1
	}
	return 0
}

// shown is what is told of it. A renewal is nothing to be told.
func (u *pictureUpload) shown() PictureUpload {
	if !u.wanted || u.again {
		return PictureUpload{}
	}
	return PictureUpload{Waiting: true, Sending: u.busy, Problem: u.problem, Refused: u.refused}
}

// failed takes a try that did not work.
func (u *pictureUpload) failed(now time.Time, err error) {
	u.problem = model.ReasonOf(err)
	u.refused = permanent(err)
	u.next = now.Add(retryAfter[min(u.attempts, len(retryAfter)-1)])
	u.attempts++
}

// due is when the next try may begin, zero when none waits.
func (u *pictureUpload) due() time.Time {
	switch {
	case u.busy:
		return time.Time{}
	case u.wanted && !u.refused:
		return u.next
	}
	return u.renewAt
}

// putUpload keeps a picture under a name until it is on the file server.
func (w *work) putUpload(name string, job pictureJob) error {
	key, iv, err := newPictureKeys(w.rand)
	if err != nil {
		return err
	}
	job.Key, job.IV = key[:], iv[:]
	data, err := json.Marshal(job)
	if err != nil {
		return model.Fail(model.ReasonInternal, "the picture cannot be kept", err)
	}
	return w.tx.PutBlob(name, data)
}

// queueUpload has a picture uploaded as the own one.
func (w *work) queueUpload(job pictureJob) error {
	if err := w.putUpload(uploadBlob, job); err != nil {
		return err
	}
	if !job.Again {
		w.emit(ProfileChanged{}, PictureChanged{w.self})
	}
	w.then(func() {
		u := &w.pictures.upload
		*u = pictureUpload{wanted: true, again: job.Again, busy: u.busy, renewAt: u.renewAt}
		w.tellUpload()
	})
	return nil
}

// loadUpload goes on with what the last run left.
func (c *core) loadUpload() {
	u := &c.pictures.upload
	err := c.store.View(func(tx *store.Tx) error {
		job, ok := readUpload(tx, uploadBlob)
		u.wanted, u.again = ok, job.Again
		return nil
	})
	if err != nil {
		c.storeFailed("read the picture to be uploaded", storeError("read the picture", err))
	}
	u.renewAt = c.clock.Now().Add(firstRenewal)
	c.tellUpload()
}

// tellUpload shows the state of the upload.
func (c *core) tellUpload() {
	now := c.pictures.upload.shown()
	if before := c.view.upload.Swap(&now); before == nil || *before != now {
		c.hub.emit(ProfileChanged{})
	}
}

// uploadIfDue begins an upload, or else tells the file server to keep what it
// has. A restored account waits until it knows what its other devices left.
func (c *core) uploadIfDue(now time.Time) {
	u := &c.pictures.upload
	if u.busy || c.configs.unmerged {
		return
	}
	if !u.wanted || u.refused {
		c.renewIfDue(now)
		return
	}
	if u.next.After(now) {
		return
	}
	var job pictureJob
	err := c.store.View(func(tx *store.Tx) error {
		var ok bool
		job, ok = readUpload(tx, uploadBlob)
		u.wanted = ok
		return nil
	})
	if err != nil {
		u.next = now.Add(retryAfter[len(retryAfter)-1])
		c.storeFailed("read the picture to be uploaded", storeError("read the picture", err))
		return
	}
	if !u.wanted {
		return
	}
	u.busy = true
	c.tellUpload()
	ctx := c.flight
	c.spawn(func() {
		at, err := c.uploadPicture(ctx, job)
		c.post(func() { c.pictureUploaded(job, at, err) })
	})
}

// uploadPicture brings a picture to the file server. It runs on a worker.
func (c *core) uploadPicture(ctx context.Context, job pictureJob) (model.Picture, error) {
	blob, err := attach.SealPicture(job.Original, [attach.PictureKeySize]byte(job.Key), [attach.PictureIVSize]byte(job.IV))
	if err != nil {
		return model.Picture{}, model.Fail(model.ReasonTooLarge, "the picture is too large", err)
	}
	answer, err := c.askFiles(ctx, c.server, attach.EncodeUpload(attach.Upload{Blob: blob}))
	if err != nil {
		return model.Picture{}, err
	}
	done, err := attach.ParseUploaded(answer)
	if err != nil {
		return model.Picture{}, pictureServerError(err)
	}
	at := attach.Location{Server: c.server, ID: done.ID}
	return model.Picture{URL: at.URL(false), Key: job.Key}, nil
}

// pictureUploaded takes the end of an upload back on the loop: from now on
// others are told of the picture.
func (c *core) pictureUploaded(job pictureJob, at model.Picture, err error) {
	u := &c.pictures.upload
	u.busy = false
	if c.ctx.Err() != nil {
		return
	}
	if err != nil {
		u.failed(c.clock.Now(), err)
		c.tellUpload()
		c.log.Info("the own picture is not uploaded", "attempt", u.attempts, "refused", u.refused, "reason", u.problem.String(), "err", err)
		return
	}
	err = c.update(func(w *work) error {
		waiting, ok := readUpload(w.tx, uploadBlob)
		if !ok || !bytes.Equal(waiting.Key, job.Key) {
			return nil // removed, or another one was chosen meanwhile
		}
		if err := w.tx.PutBlob(uploadBlob, nil); err != nil {
			return err
		}
		w.then(func() {
			*u = pictureUpload{renewAt: w.clock.Now().Add(renewalPause)}
			w.pictures.settled[pictureID(at)] = 0
			w.tellUpload()
		})
		return w.useUploaded(job, at)
	})
	if err != nil {
		u.next = c.clock.Now().Add(retryAfter[len(retryAfter)-1])
		c.storeFailed("keep the own picture", err)
	}
	c.tellUpload()
}

// useUploaded makes a picture on the file server the own one.
func (w *work) useUploaded(job pictureJob, at model.Picture) error {
	record, ok := w.tx.Account()
	if !ok {
		return model.Fail(model.ReasonDamaged, "the profile has no account", store.ErrDamaged)
	}
	defer record.Zero()
	record.Picture = at
	record.ProfileUpdated = max(int64(w.now)/1000, record.ProfileUpdated+1)
	if job.Again {
		w.configsTouched = true
		again := config.Picture{URL: at.URL, Key: at.Key}
		if err := w.configs.profile.SetUploadedAgain(again, time.Unix(record.ProfileUpdated, 0)); err != nil {
			return mirrorError(err)
		}
	}
	w.profileChanged = true
	w.emit(ProfileChanged{}, PictureChanged{w.self})
	if err := w.tx.PutPicture(at, store.PictureRecord{Image: job.Image, Original: job.Original, Renewed: w.now}); err != nil {
		return err
	}
	return w.tx.PutAccount(record)
}
