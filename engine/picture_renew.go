package engine

import (
	"context"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/onion"
	"sotto/store"
)

// The file server keeps a picture for about three weeks, and says until when
// (protocol/attachments.md §5). Official clients prolong that at each start, and
// upload again what is 12 days old where the server does not (§8); these pauses are
// within both.
const (
	// renewPicture is how long after it was told to keep the picture the file
	// server is told again.
	renewPicture model.Millis = 3 * 24 * 60 * 60 * 1000
	// uploadAgain is how long before its end a picture is uploaded again whose
	// life the file server does not prolong.
	uploadAgain model.Millis = 3 * 24 * 60 * 60 * 1000
	// firstRenewal is how long after the start that is looked at, renewalPause
	// how often from then on.
	firstRenewal = time.Minute
	renewalPause = time.Hour
)

// renewIfDue tells the file server to keep the own picture. Address and key stay,
// so nobody else is told.
func (c *core) renewIfDue(now time.Time) {
	u := &c.pictures.upload
	if u.renewAt.After(now) {
		return
	}
	u.renewAt = now.Add(renewalPause)
	if c.view.lastSync.Load() == 0 {
		u.renewAt = now.Add(firstRenewal)
		return // the network has not told its time
	}
	var (
		own   model.Picture
		known store.PictureRecord
	)
	err := c.store.View(func(tx *store.Tx) error {
		if record, ok := tx.Account(); ok {
			record.Zero()
			own = record.Picture
		}
		known, _ = tx.Picture(own)
		return nil
	})
	if err != nil {
		c.storeFailed("read the own picture", storeError("read the own picture", err))
		return
	}
	if !needsRenewal(known, c.now()) {
		return
	}
	u.busy = true
	ctx := c.flight
	c.spawn(func() {
		end, err := c.extendPicture(ctx, own)
		c.post(func() { c.pictureRenewed(own, end, err) })
	})
}

func needsRenewal(r store.PictureRecord, now model.Millis) bool {
	return len(r.Image) > 0 && now >= r.Renewed+renewPicture
}

// renewal is what became of a picture on the file server.
type renewal uint8

const (
	renewedIt renewal = iota // it has its full time again
	leftIt                   // it is there, and has time
	needsIt                  // it must be uploaded again
)

// extendPicture asks the file server to keep a file longer. It runs on a worker.
func (c *core) extendPicture(ctx context.Context, p model.Picture) (renewal, error) {
	at, err := attach.ParseURL(p.URL, c.server)
	if err != nil {
		return leftIt, nil // set by another client, on a server that only it knows
	}
	ask := func(r onion.V4Request) (attach.FileInfo, error) {
		answer, err := c.askFiles(ctx, at.Server, r)
		if err != nil {
			return attach.FileInfo{}, err
		}
		info, err := attach.ParseFileInfo(answer)
		return info, pictureServerError(err)
	}
	if len(at.ID) == attach.IDSize {
		if _, err = ask(attach.EncodeExtend(at.ID, 0)); err == nil {
			return renewedIt, nil
		}
		if !permanent(err) {
			return leftIt, err
		}
	}
	// The server knows no extension, or not this file.
	info, err := ask(attach.EncodeInfo(at.ID))
	switch {
	case err == nil && model.Millis(info.Expires) > c.now()+uploadAgain:
		return leftIt, nil
	case err == nil, permanent(err):
		return needsIt, nil
	}
	return leftIt, err
}

// pictureRenewed takes the answer back on the loop.
func (c *core) pictureRenewed(own model.Picture, end renewal, err error) {
	u := &c.pictures.upload
	u.busy = false
	if c.ctx.Err() != nil {
		return
	}
	switch {
	case err != nil:
		c.log.Debug("the own picture is not renewed, will try again", "reason", model.ReasonOf(err).String(), "err", err)
		return
	case end == leftIt:
		return
	}
	err = c.update(func(w *work) error {
		record, ok := w.tx.Account()
		record.Zero()
		known, there := w.tx.Picture(own)
		if !ok || !there || pictureID(record.Picture) != pictureID(own) || u.wanted {
			return nil // another one meanwhile
		}
		if end == renewedIt {
			known.Renewed = w.now
			return w.tx.PutPicture(own, known)
		}
		return w.queueUpload(jobAgain(known))
	})
	if err != nil {
		c.storeFailed("renew the own picture", err)
	}
}

// jobAgain uploads a picture that is in use once more.
func jobAgain(known store.PictureRecord) pictureJob {
	job := pictureJob{Original: known.Original, Image: known.Image, Again: true}
	if len(job.Original) == 0 {
		job.Original = known.Image
	}
	return job
}
