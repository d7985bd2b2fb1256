package vm

import (
	"context"
	"image"
	"time"

	"sotto/engine/model"
	"sotto/media/picture"
)

// Animate plays a picture that moves until stop is called: the owner stops it
// out of view and where motion is switched off. Frames are made as they are
// shown, two bitmaps at a time.
func (p *Pictures) Animate(key PictureKey, message model.MessageID, file ChatFile, show func(image.Image)) (stop func()) {
	ctx, cancel := context.WithCancel(p.desk.Context())
	go func() {
		data, err := readMedia(p.opener, message, file.Index)
		if err != nil {
			return // the first frame stands there already
		}
		a, err := picture.DecodeAnimation(data)
		if err != nil || a.Len() < 2 {
			return
		}
		p.play(ctx, a, key, show)
	}()
	return cancel
}

func (p *Pictures) play(ctx context.Context, a *picture.Animation, key PictureKey, show func(image.Image)) {
	const least = 20 * time.Millisecond
	next := time.NewTimer(0)
	defer next.Stop()
	for !a.Done() {
		canvas, shown, err := a.Next()
		if err != nil {
			return
		}
		// Cover gives a picture of its own unless the size fits already.
		img := picture.Cover(canvas, key.Width, key.Height)
		if img == image.Image(canvas) {
			copied := *canvas
			copied.Pix = append([]uint8(nil), canvas.Pix...)
			img = &copied
		}
		img = roundCorners(img, key.Radii)
		select {
		case <-next.C:
		case <-ctx.Done():
			return
		}
		p.desk.Post(func() {
			if ctx.Err() == nil {
				show(img)
			}
		})
		next.Reset(max(shown, least))
	}
}
