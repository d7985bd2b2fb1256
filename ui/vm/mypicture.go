package vm

import (
	"context"
	"image"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/text"
)

// MyPictureEngine is what the own picture needs of the engine.
type MyPictureEngine interface {
	Subscriber
	Me() engine.Profile
	Avatar(conv model.ConversationID) (file []byte, ok bool)
	PictureUpload() engine.PictureUpload
	SetPicture(ctx context.Context, file []byte, crop image.Rectangle) error
	RemovePicture(ctx context.Context) error
	RetryPicture(ctx context.Context) error
}

// MyPicture is the own profile picture: whether there is one, and how far it is
// on its way to the others.
type MyPicture struct {
	Changed func() // on the interface's goroutine
	Failed  func(sentence string)

	Has    bool
	Busy   bool // a file is being read, or a picture made
	Upload engine.PictureUpload

	desk   Desk
	engine MyPictureEngine
}

// NewMyPicture follows the own picture.
func NewMyPicture(desk Desk, e MyPictureEngine) *MyPicture {
	m := &MyPicture{Changed: func() {}, Failed: func(string) {}, desk: desk, engine: e}
	desk.Watch(e, func(events []engine.Event) {
		for _, ev := range events {
			switch ev.(type) {
			case engine.ProfileChanged, engine.PictureChanged, engine.Resync:
				m.load()
				return
			}
		}
	})
	m.load()
	return m
}

func (m *MyPicture) load() {
	type state struct {
		has    bool
		upload engine.PictureUpload
	}
	Ask(m.desk, func(context.Context) (state, error) {
		me := m.engine.Me()
		_, shown := m.engine.Avatar(model.ConversationOf(me.ID))
		return state{shown || me.Picture.URL != "", m.engine.PictureUpload()}, nil
	}, func(s state, _ error) {
		if s.has != m.Has || s.upload != m.Upload {
			m.Has, m.Upload = s.has, s.upload
			m.Changed()
		}
	})
}

// Line says in one sentence how far the picture is; empty when there is nothing
// to be said. retry says that trying again by hand makes sense.
func (m *MyPicture) Line() (sentence string, retry bool) {
	return uploadLine("profile", m.Busy, m.Upload)
}

// uploadLine is Line for any picture; place names whose it is.
func uploadLine(place string, busy bool, u engine.PictureUpload) (sentence string, retry bool) {
	switch {
	case busy:
		return text.T(place + ".picture_making"), false
	case !u.Waiting:
		return "", false
	case u.Refused:
		return text.T(place + ".picture_refused"), true
	case u.Sending && u.Problem == model.ReasonNone:
		return text.T(place + ".picture_sending"), false
	case u.Problem != model.ReasonNone:
		return text.T(place + ".picture_waiting"), !u.Sending
	}
	return text.T(place + ".picture_queued"), false
}

// Open reads a picture file so that a part of it can be chosen.
func (m *MyPicture) Open(file []byte, opened func(*Crop)) {
	m.Busy = true
	m.Changed()
	Ask(m.desk, func(context.Context) (*Crop, error) { return ReadCrop(file) }, func(c *Crop, err error) {
		m.Busy = false
		m.Changed()
		if err != nil {
			m.Failed(PictureSentence(err))
			return
		}
		opened(c)
	})
}

// Use takes the chosen part.
func (m *MyPicture) Use(c *Crop) {
	m.Busy = true
	m.Changed()
	m.desk.Do(func(ctx context.Context) error { return m.engine.SetPicture(ctx, c.File, c.Rect()) }, m.done)
}

// Remove takes the picture away.
func (m *MyPicture) Remove() { m.desk.Do(m.engine.RemovePicture, m.done) }

// Retry tries to upload at once.
func (m *MyPicture) Retry() { m.desk.Do(m.engine.RetryPicture, m.done) }

func (m *MyPicture) done(err error) {
	if m.Busy {
		m.Busy = false
		m.Changed()
	}
	if err != nil {
		m.Failed(sentenceIn("picture", err))
	}
	m.load()
}
