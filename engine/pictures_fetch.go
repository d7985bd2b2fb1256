package engine

import (
	"context"
	"errors"
	"fmt"
	"image"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/onion"
	"sotto/media/picture"
	"sotto/store"
)

// Bounds of pictures of others.
const (
	// shownSide is the side in pixels at which pictures are kept: enough for the
	// largest place that shows one on a screen of double density.
	shownSide = 320
	// maxPicturePixels refuses bombs: clients send at most 600 by 600.
	maxPicturePixels = 16_000_000
)

// fetchPicture fetches, opens and scales a picture. Nothing of the file but its
// pixels is kept. It runs on a worker. Errors that a repetition does not cure
// have ReasonExpired (gone), ReasonInvalid or ReasonTooLarge.
func (c *core) fetchPicture(ctx context.Context, p model.Picture, keep bool) (store.PictureRecord, error) {
	at, err := attach.ParseURL(p.URL, c.server)
	if err != nil {
		return store.PictureRecord{}, model.Fail(model.ReasonInvalid, "the picture has no address that can be asked", err)
	}
	answer, err := c.askFiles(ctx, at.Server, attach.EncodeDownload(at.ID))
	if err != nil {
		return store.PictureRecord{}, err
	}
	blob, err := attach.ParseDownloaded(answer)
	if err != nil {
		return store.PictureRecord{}, pictureServerError(err)
	}
	// Decoding takes many times the memory of the file: one after the other.
	select {
	case c.pictures.opening <- struct{}{}:
		defer func() { <-c.pictures.opening }()
	case <-ctx.Done():
		return store.PictureRecord{}, contextError(ctx)
	}
	return openPicture(blob, p.Key, at.Deterministic, keep)
}

// fetchRoomPicture fetches the picture of a community's room. It runs on a worker.
func (c *core) fetchRoomPicture(ctx context.Context, h fileHost, p model.Picture) (store.PictureRecord, error) {
	if h.room == "" {
		return store.PictureRecord{}, fail(model.ReasonInvalid, "the picture has no address that can be asked")
	}
	file, err := c.fetchPosted(ctx, h, model.Attachment{URL: p.URL}, func(_, _, _, _ int64) {})
	if err != nil {
		return store.PictureRecord{}, err
	}
	select {
	case c.pictures.opening <- struct{}{}:
		defer func() { <-c.pictures.opening }()
	case <-ctx.Done():
		return store.PictureRecord{}, contextError(ctx)
	}
	shown, err := shownPicture(file, image.Rectangle{})
	return store.PictureRecord{Image: shown}, err
}

// openPicture decrypts a picture and makes of it what is shown; keep keeps the
// file too.
func openPicture(blob, key []byte, deterministic, keep bool) (store.PictureRecord, error) {
	var r store.PictureRecord
	file, err := attach.OpenPicture(blob, key, deterministic)
	if err != nil {
		return r, pictureServerError(err)
	}
	if r.Image, err = shownPicture(file, image.Rectangle{}); err != nil {
		return r, err
	}
	if keep {
		// To upload it again one day. Made anew: another client's file may
		// hold more than pixels.
		original, err := picture.PrepareAvatar(file, image.Rectangle{})
		if err != nil {
			return r, pictureError(err)
		}
		r.Original = original.Data
	}
	return r, nil
}

// shownPicture makes of a file what is kept to be shown.
func shownPicture(file []byte, crop image.Rectangle) ([]byte, error) {
	info, err := picture.Inspect(file)
	if err != nil {
		return nil, pictureError(err)
	}
	if info.Width*info.Height > maxPicturePixels {
		return nil, pictureError(picture.ErrTooLarge)
	}
	shown, err := picture.PrepareSquare(file, crop, shownSide)
	if err != nil {
		return nil, pictureError(err)
	}
	return shown.Data, nil
}

// askFiles sends a request to a file server.
func (c *core) askFiles(ctx context.Context, s attach.Server, r onion.V4Request) (onion.V4Response, error) {
	return c.net.server(ctx, s.Base, s.X25519, func(int64) (onion.V4Request, error) { return r, nil })
}

// pictureServerError gives an answer of a file server, or a file that does not open, its
// reason.
func pictureServerError(err error) error {
	var status *attach.StatusError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &status):
		reason, text := model.ReasonRejected, fmt.Sprintf("the file server answers %d", status.Code)
		switch {
		case status.Gone():
			reason = model.ReasonExpired
		case status.TooLarge():
			reason = model.ReasonTooLarge
		case status.Temporary():
			reason = model.ReasonOffline
		}
		return model.Fail(reason, text, err)
	case errors.Is(err, attach.ErrTooLarge):
		return model.Fail(model.ReasonTooLarge, "the picture is too large", err)
	case errors.Is(err, attach.ErrAnswer):
		return model.Fail(model.ReasonOffline, "the file server's answer makes no sense", err)
	}
	return model.Fail(model.ReasonInvalid, "the picture does not open", err)
}

// pictureError gives a file that is no picture its reason.
func pictureError(err error) error {
	if errors.Is(err, picture.ErrTooLarge) {
		return model.Fail(model.ReasonTooLarge, "the picture is too large", err)
	}
	return model.Fail(model.ReasonInvalid, "this is no picture that can be read", err)
}
