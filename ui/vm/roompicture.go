package vm

import "context"

// CanSetPicture reports whether the user may give the group a picture.
func (r *RoomInfo) CanSetPicture() bool { return r.Group.Admin && r.Group.Ready && r.In() }

// HasPicture reports whether the group has a picture, or will have the one that
// was chosen here.
func (r *RoomInfo) HasPicture() bool { return r.Group.Picture.URL != "" || r.Upload.Waiting }

// PictureLine says in one sentence how far a picture is that was chosen here;
// empty when there is nothing to be said. retry says that trying again by hand
// makes sense.
func (r *RoomInfo) PictureLine() (sentence string, retry bool) {
	return uploadLine("group", r.Making, r.Upload)
}

// OpenPicture reads a picture file so that a part of it can be chosen.
func (r *RoomInfo) OpenPicture(file []byte, opened func(*Crop)) {
	r.making(true)
	Ask(r.desk, func(context.Context) (*Crop, error) { return ReadCrop(file) }, func(c *Crop, err error) {
		r.making(false)
		if err != nil {
			r.Failed(PictureSentence(err))
			return
		}
		opened(c)
	})
}

// UsePicture gives the group the chosen part.
func (r *RoomInfo) UsePicture(c *Crop) {
	r.making(true)
	r.desk.Do(func(ctx context.Context) error { return r.engine.SetGroupPicture(ctx, r.id, c.File, c.Rect()) }, func(err error) {
		r.making(false)
		r.pictureDone(err)
	})
}

// RemovePicture takes the picture away, for all members.
func (r *RoomInfo) RemovePicture() {
	r.desk.Do(func(ctx context.Context) error { return r.engine.RemoveGroupPicture(ctx, r.id) }, r.pictureDone)
}

// RetryPicture tries to upload at once.
func (r *RoomInfo) RetryPicture() {
	r.desk.Do(func(ctx context.Context) error { return r.engine.RetryGroupPicture(ctx, r.id) }, r.pictureDone)
}

func (r *RoomInfo) making(on bool) {
	r.Making = on
	if !r.left {
		r.Changed()
	}
}

func (r *RoomInfo) pictureDone(err error) {
	if err != nil {
		r.Failed(sentenceIn("group.picture", err))
	}
	if !r.left {
		r.load()
	}
}

// SetFetchFiles has files of the community come by themselves, or only when they
// are asked for.
func (r *RoomInfo) SetFetchFiles(on bool) {
	r.do("", func(ctx context.Context) error { return r.engine.SetFetchFiles(ctx, r.id, on) }, nil)
}
