package vm

import (
	"container/list"
	"context"
	"crypto/sha256"
	"image"
	"slices"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/media/picture"
)

// FacesEngine is what pictures of people and groups need of the engine.
type FacesEngine interface {
	Subscriber
	Me() engine.Profile
	Avatar(conv model.ConversationID) (file []byte, ok bool)
}

const (
	// faceSide is the side in pixels at which pictures in lists are kept,
	// enough for 48 at double density; larger places get the file's own.
	faceSide = 96
	// faceMemory bounds the decoded pictures, in bytes: about 400 of lists.
	faceMemory = 16 << 20
	// faceReaders is how many are read and decoded at the same time.
	faceReaders = 2
)

// Faces are the pictures of people and groups, decoded. What was looked at last
// stays; the same file is decoded once, whoever shows it.
type Faces struct {
	// Changed is called on the interface's goroutine when the pictures of these
	// ids are others.
	Changed func(ids ...string)

	desk    Desk
	engine  FacesEngine
	me      string
	known   map[string]*face // by id
	images  map[imageKey]*list.Element
	recent  *list.List // of *decoded, the newest first
	memory  int
	readers chan struct{}
}

// face is what is known of one id.
type face struct {
	file    [sha256.Size]byte // zero: no picture
	reading bool
	again   bool // changed while it was read
	want    map[bool]bool
}

type imageKey struct {
	file  [sha256.Size]byte
	large bool
}

type decoded struct {
	key   imageKey
	image image.Image
	bytes int
}

// NewFaces follows the pictures of an account.
func NewFaces(desk Desk, e FacesEngine) *Faces {
	f := &Faces{
		Changed: func(...string) {}, desk: desk, engine: e, known: make(map[string]*face),
		images: make(map[imageKey]*list.Element), recent: list.New(), readers: make(chan struct{}, faceReaders),
	}
	desk.Watch(e, func(events []engine.Event) {
		for _, ev := range events {
			switch ev := ev.(type) {
			case engine.PictureChanged:
				f.stale(string(ev.Conversation))
			case engine.ConversationChanged:
				f.stale(string(ev.Conversation))
			case engine.ProfileChanged:
				f.stale(f.me)
			case engine.Resync:
				for id := range f.known {
					f.stale(id)
				}
			}
		}
	})
	Ask(desk, func(context.Context) (string, error) { return e.Me().ID.String(), nil }, func(me string, _ error) { f.me = me })
	return f
}

// Picture returns the picture of an id, large or as lists show it; nil when
// there is none, or not yet: Changed tells.
func (f *Faces) Picture(id string, large bool) image.Image {
	one := f.known[id]
	if one == nil {
		one = &face{want: make(map[bool]bool)}
		f.known[id] = one
		one.want[large] = true
		f.read(id, one)
		return nil
	}
	if one.file == [sha256.Size]byte{} {
		one.want[large] = true
		return nil
	}
	if e, ok := f.images[imageKey{one.file, large}]; ok {
		f.recent.MoveToFront(e)
		return e.Value.(*decoded).image
	}
	one.want[large] = true
	f.read(id, one)
	// Better the other size than a flash of initials.
	if e, ok := f.images[imageKey{one.file, !large}]; ok {
		return e.Value.(*decoded).image
	}
	return nil
}

// stale has a picture read again that was asked for before.
func (f *Faces) stale(id string) {
	if one := f.known[id]; one != nil {
		f.read(id, one)
	}
}

// read reads the picture of an id and decodes what is wanted of it.
func (f *Faces) read(id string, one *face) {
	if one.reading {
		one.again = true
		return
	}
	one.reading = true
	var need []imageKey
	for large := range one.want {
		need = append(need, imageKey{one.file, large})
	}
	var have []imageKey
	for _, k := range need {
		if _, ok := f.images[k]; ok {
			have = append(have, k)
		}
	}
	type answer struct {
		file   [sha256.Size]byte
		images []*decoded
	}
	Ask(f.desk, func(ctx context.Context) (answer, error) {
		select {
		case f.readers <- struct{}{}:
			defer func() { <-f.readers }()
		case <-ctx.Done():
			return answer{}, ctx.Err()
		}
		var a answer
		data, ok := f.engine.Avatar(model.ConversationID(id))
		if !ok {
			return a, nil
		}
		a.file = sha256.Sum256(data)
		for _, k := range need {
			k.file = a.file
			if slices.Contains(have, k) {
				continue
			}
			if img := decodeFace(data, k.large); img != nil {
				a.images = append(a.images, img.as(k))
			}
		}
		return a, nil
	}, func(a answer, err error) {
		one.reading = false
		changed := one.file != a.file || len(a.images) > 0
		one.file = a.file
		for _, img := range a.images {
			f.keep(img)
		}
		if one.again {
			one.again = false
			f.read(id, one)
		}
		if changed && err == nil {
			f.Changed(id)
		}
	})
}

func (d *decoded) as(k imageKey) *decoded {
	d.key = k
	return d
}

// decodeFace decodes a file; nil when it cannot be.
func decodeFace(data []byte, large bool) *decoded {
	img, err := picture.Decode(data)
	if err != nil {
		return nil
	}
	if !large {
		img = picture.Cover(img, faceSide, faceSide)
	}
	b := img.Bounds()
	return &decoded{image: img, bytes: 4 * b.Dx() * b.Dy()}
}

// keep remembers a decoded picture, and forgets those that nobody looked at for
// longest.
func (f *Faces) keep(d *decoded) {
	if _, ok := f.images[d.key]; ok {
		return
	}
	f.images[d.key] = f.recent.PushFront(d)
	f.memory += d.bytes
	for f.memory > faceMemory && f.recent.Len() > 1 {
		last := f.recent.Back()
		old := f.recent.Remove(last).(*decoded)
		delete(f.images, old.key)
		f.memory -= old.bytes
	}
}
