package vm

import (
	"container/list"
	"context"
	"image"
	"io"
	"slices"

	"sotto/engine/model"
	"sotto/media/picture"
)

// MediaOpener opens files that are in the profile.
type MediaOpener interface {
	OpenAttachment(id model.MessageID, index int) (io.ReadSeekCloser, error)
}

// Pictures makes bitmaps for the screen of the pictures in messages. It keeps
// those used last, up to a bound in bytes, and decodes two at a time, those
// asked for last first: they are what one sees after a long scroll.
//
// It is used on the interface's goroutine.
type Pictures struct {
	desk   Desk
	opener MediaOpener
	most   int // bytes kept
	kept   int
	cache  map[PictureKey]*list.Element
	recent *list.List // of *keptPicture, the last used in front
	queue  []*pictureJob
	busy   int
}

// PictureKey is a picture in one size with its corners cut off.
type PictureKey struct {
	Local         string
	Width, Height int
	Radii         [4]int
}

// Bitmap is a picture for the screen.
type Bitmap struct {
	Image    image.Image
	Animated bool // there is more than this frame
	Blurred  bool // only the preview
}

type keptPicture struct {
	key  PictureKey
	bits Bitmap
}

type pictureJob struct {
	key     PictureKey
	message model.MessageID
	file    ChatFile
	done    func(Bitmap, error)
	dropped bool
}

const (
	// pictureMemory holds some ninety pictures as the list shows them, of which
	// three are in view; the graphics driver keeps its own copies for a minute.
	pictureMemory  = 32 << 20
	pictureWorkers = 2
)

// NewPictures makes an empty cache.
func NewPictures(desk Desk, o MediaOpener) *Pictures {
	return &Pictures{desk: desk, opener: o, most: pictureMemory, cache: make(map[PictureKey]*list.Element), recent: list.New()}
}

// Kept is how many bytes of bitmaps are kept.
func (p *Pictures) Kept() int { return p.kept }

// Get asks for a bitmap. done is called at once when it is there, else later:
// with the blurred preview first, if there is one. drop takes the question back.
func (p *Pictures) Get(key PictureKey, message model.MessageID, file ChatFile, done func(Bitmap, error)) (drop func()) {
	if e, ok := p.cache[key]; ok && key.Local != "" {
		p.recent.MoveToFront(e)
		done(e.Value.(*keptPicture).bits, nil)
		return func() {}
	}
	j := &pictureJob{key: key, message: message, file: file, done: done}
	p.queue = append(p.queue, j)
	p.work()
	return func() {
		j.dropped = true
		if i := slices.Index(p.queue, j); i >= 0 {
			p.queue = slices.Delete(p.queue, i, i+1)
		}
	}
}

func (p *Pictures) work() {
	for p.busy < pictureWorkers && len(p.queue) > 0 {
		j := p.queue[len(p.queue)-1]
		p.queue = p.queue[:len(p.queue)-1]
		p.busy++
		Ask(p.desk, func(context.Context) (Bitmap, error) {
			if len(j.file.Preview) > 0 {
				if img, err := picture.Blur(j.file.Preview, j.key.Width, j.key.Height); err == nil {
					soft := Bitmap{Image: roundCorners(img, j.key.Radii), Blurred: true}
					p.desk.Post(func() { p.tell(j, soft, nil) })
				}
			}
			if j.file.State != model.FileHere || j.message == 0 {
				return Bitmap{}, nil
			}
			return p.make(j)
		}, func(b Bitmap, err error) {
			p.busy--
			if b.Image != nil {
				p.keep(j.key, b)
			}
			if b.Image != nil || err != nil {
				p.tell(j, b, err)
			}
			p.work()
		})
	}
}

func (p *Pictures) tell(j *pictureJob, b Bitmap, err error) {
	if !j.dropped {
		j.done(b, err)
	}
}

func (p *Pictures) make(j *pictureJob) (Bitmap, error) {
	data, err := readMedia(p.opener, j.message, j.file.Index)
	if err != nil {
		return Bitmap{}, err
	}
	info, err := picture.Inspect(data)
	if err != nil {
		return Bitmap{}, err
	}
	img, err := picture.Decode(data)
	if err != nil {
		return Bitmap{}, err
	}
	return Bitmap{Image: roundCorners(picture.Cover(img, j.key.Width, j.key.Height), j.key.Radii), Animated: info.Animated()}, nil
}

// readMedia reads a file of a message, which is never larger than what is sent.
func readMedia(o MediaOpener, id model.MessageID, index int) ([]byte, error) {
	in, err := o.OpenAttachment(id, index)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, picture.MaxBytes+1))
	if err == nil && len(data) > picture.MaxBytes {
		err = picture.ErrTooLarge
	}
	return data, err
}

func (p *Pictures) keep(key PictureKey, b Bitmap) {
	if _, ok := p.cache[key]; ok || key.Local == "" {
		return
	}
	p.cache[key] = p.recent.PushFront(&keptPicture{key, b})
	p.kept += bitmapBytes(b.Image)
	for p.kept > p.most && p.recent.Len() > 1 {
		old := p.recent.Remove(p.recent.Back()).(*keptPicture)
		delete(p.cache, old.key)
		p.kept -= bitmapBytes(old.bits.Image)
	}
}

func bitmapBytes(img image.Image) int { return img.Bounds().Dx() * img.Bounds().Dy() * 4 }

// wholeSide bounds the side of a picture in the viewer, in pixels.
const wholeSide = 4096

// Whole reads a picture for the viewer, in its own size up to a bound. It is not
// kept.
func (p *Pictures) Whole(desk Desk, message model.MessageID, file ChatFile, done func(Bitmap, error)) {
	Ask(desk, func(context.Context) (Bitmap, error) {
		data, err := readMedia(p.opener, message, file.Index)
		if err != nil {
			return Bitmap{}, err
		}
		info, err := picture.Inspect(data)
		if err != nil {
			return Bitmap{}, err
		}
		img, err := picture.Decode(data)
		if err != nil {
			return Bitmap{}, err
		}
		return Bitmap{Image: picture.Fit(img, wholeSide, wholeSide), Animated: info.Animated()}, nil
	}, done)
}
