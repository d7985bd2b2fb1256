package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/media/picture"
	"sotto/store"
	"sotto/ui/app"
)

// photoCount is how many photographs the conversation has that is scrolled.
const photoCount = 1000

// photoRow is about as high as the row of a photograph, in pixels; a notch of
// the wheel moves at least photoNotch of them.
const photoRow, photoNotch = 280, 25

// photos scrolls through a conversation of a thousand photographs, from the
// newest to the oldest, and looks how much memory that takes at most. A bare
// list with the same photographs in its rows does the same at the same time.
func (b *bench) photos(ctx context.Context, network string) error {
	dir := filepath.Join(b.dir, "feel-photos")
	c, err := b.fillPhotos(ctx, filepath.Join(b.dir, "feel-photos-profile"), network, dir)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	plain, err := sit(ctx, nil, self, plainPhotosArg, dir)
	if err != nil {
		return err
	}
	defer plain.leave()
	most := func(s *seat, button byte) (float64, error) { return s.most(ctx, b.photoTime(), button) }
	ours, theirs, err := b.together(ctx, c, plain, most)
	if err != nil {
		return err
	}
	b.table.below(fmt.Sprintf("memory while %d photographs scroll by (PSS above rest)", photoCount), ours, "bare Fyne list of the same photographs", theirs, "MB", 160)
	return nil
}

// photoTime is how long the wheel turns: to the oldest photograph, unless the run
// is to be a short one.
func (b *bench) photoTime() time.Duration {
	return min(b.scroll, photoCount*photoRow/photoNotch*time.Second/wheelRate)
}

// most turns the wheel for a time and returns by how much the program's memory
// was above what it was before, at most, in MB.
func (s *seat) most(ctx context.Context, length time.Duration, button byte) (float64, error) {
	if err := s.in.MoveTo(s.x+windowWidth*3/5, s.y+windowHeight/2); err != nil {
		return 0, err
	}
	before, err := pss(s.pid())
	if err != nil {
		return 0, err
	}
	highest := before
	turn, look := time.NewTicker(time.Second/wheelRate), time.NewTicker(time.Second)
	defer turn.Stop()
	defer look.Stop()
	for end := time.Now().Add(length); time.Now().Before(end); {
		select {
		case <-turn.C:
			if err := s.in.Click(button); err != nil {
				return 0, err
			}
		case <-look.C:
			now, err := pss(s.pid())
			if err != nil {
				return 0, errors.Join(err, s.alive())
			}
			highest = max(highest, now)
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	return highest - before, s.alive()
}

// fillPhotos makes a profile with one conversation full of photographs, or takes
// that of an earlier run. The same photographs lie as files in dir.
func (b *bench) fillPhotos(ctx context.Context, profile, network, dir string) (*crowd, error) {
	c := &crowd{profile: profile, network: network}
	if _, err := os.Stat(profile); err == nil {
		return c, nil
	}
	c.profile = profile + ".part"
	for _, old := range []string{c.profile, dir} {
		if err := os.RemoveAll(old); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := b.newAccount(ctx, c.profile, network); err != nil {
		return nil, err
	}
	if err := c.store(func(s *store.Store) error { return c.fillWithPhotos(ctx, s, dir) }); err != nil {
		return nil, err
	}
	if err := os.Rename(c.profile, profile); err != nil {
		return nil, err
	}
	c.profile = profile
	return c, nil
}

func (c *crowd) fillWithPhotos(ctx context.Context, s *store.Store, dir string) error {
	who, err := identity.New(bytes.NewReader(bytes.Repeat([]byte("a photographer"), 8)))
	if err != nil {
		return err
	}
	conv := model.ConversationOf(who.ID())
	now := time.Now().UnixMilli()
	err = s.Update(func(tx *store.Tx) error {
		if err := tx.PutSettings(model.Settings{PhraseSeen: true, Appearance: model.Appearance{Theme: "light"}}); err != nil {
			return err
		}
		return tx.PutConversation(model.Conversation{
			ID: conv, Name: crowdName(0), Approved: true, ApprovedMe: true, LastActivity: model.Millis(now),
		})
	})
	for i := 0; err == nil && i < photoCount; i++ {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		err = addPhoto(s, model.Message{
			Conversation: conv, Sender: who.ID(), State: model.StateReceived,
			Timestamp: model.Millis(now - int64(photoCount-i)*600_000), Received: model.Millis(now),
		}, i, dir)
	}
	return err
}

// addPhoto stores message m with photograph i.
func addPhoto(s *store.Store, m model.Message, i int, dir string) error {
	img := photograph(i)
	var data bytes.Buffer
	if err := jpeg.Encode(&data, img, &jpeg.Options{Quality: 85}); err != nil {
		return err
	}
	if err := os.WriteFile(photoFile(dir, i), data.Bytes(), 0o600); err != nil {
		return err
	}
	f, err := s.NewFile()
	if err != nil {
		return err
	}
	defer f.Discard()
	if _, err := f.Write(data.Bytes()); err != nil {
		return err
	}
	if err := f.Finish(); err != nil {
		return err
	}
	m.Attachments = []model.Attachment{{
		LocalID: f.Name(), Type: picture.JPEG.ContentType(), Name: filepath.Base(photoFile("", i)), Size: uint32(data.Len()),
		Width: photoWide, Height: photoHigh, Preview: picture.Preview(img),
	}}
	return s.Update(func(tx *store.Tx) error {
		if err := tx.AdoptFile(f); err != nil {
			return err
		}
		_, err := tx.AddMessage(&m)
		return err
	})
}

func photoFile(dir string, i int) string { return filepath.Join(dir, fmt.Sprintf("photo %04d.jpg", i)) }

const photoWide, photoHigh = 1600, 1200

// photograph is a picture of photoWide × photoHigh pixels, each number another
// one.
func photograph(n int) image.Image {
	img := image.NewYCbCr(image.Rect(0, 0, photoWide, photoHigh), image.YCbCrSubsampleRatio420)
	var across [photoWide]float64
	for x := range across {
		across[x] = 90 * math.Sin(float64(x)/90+float64(n))
	}
	for y := range photoHigh {
		down := math.Cos(float64(y)/70 + 2*float64(n))
		for x := range across {
			img.Y[y*img.YStride+x] = uint8(128 + across[x]*down + float64((x*7+y*13+n)%16))
		}
	}
	_, cb, cr := color.RGBToYCbCr(uint8(n*37), uint8(n*59), uint8(n*83))
	for i := range img.Cb {
		img.Cb[i], img.Cr[i] = cb, cr
	}
	return img
}

// plainPhotosArg makes this program the reference of photos: the toolkit's list
// with the toolkit's pictures of the files in a folder.
const plainPhotosArg = "plain-photos"

func plainPhotos(args []string) {
	w := app.Toolkit("im.sotto.photos").NewWindow("photos")
	w.SetContent(widget.NewList(
		func() int { return photoCount },
		func() fyne.CanvasObject {
			img := &canvas.Image{FillMode: canvas.ImageFillContain}
			img.SetMinSize(fyne.NewSize(360, photoRow-8))
			return img
		},
		func(i widget.ListItemID, o fyne.CanvasObject) {
			img := o.(*canvas.Image)
			img.File = photoFile(args[0], i)
			img.Refresh()
		}))
	w.Resize(fyne.NewSize(windowWidth, windowHeight))
	w.ShowAndRun()
}
