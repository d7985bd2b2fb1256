package engine

import (
	"bytes"
	"context"
	"image"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/config"
	"sotto/engine/protocol/wire"
	"sotto/store"
)

// The picture of a closed group lies encrypted on the file server like a profile
// picture; Info says where and gives the key (protocol/attachments.md §8). An
// admin's device brings it there and sees to it that it stays.

// SetGroupPicture makes the picture of a group of a picture file, as SetPicture
// does of the own one. It shows here at once; the others get it when it is on the
// file server, see GroupPictureUpload. Errors: ReasonInvalid (no picture),
// ReasonTooLarge; ReasonNotAllowed for who is no admin, ReasonNotFound for what
// is no group.
func (e *Engine) SetGroupPicture(ctx context.Context, conv model.ConversationID, file []byte, crop image.Rectangle) error {
	job, err := newPictureJob(file, crop)
	if err != nil {
		return err
	}
	return e.update(ctx, func(w *work) error {
		g, _, err := w.needAdmin(conv)
		if err != nil {
			return err
		}
		return w.queueGroupPicture(g, job)
	})
}

// RemoveGroupPicture takes the picture of a group away, also one that is still on
// its way to the file server. Errors: those of SetGroupPicture about the group.
func (e *Engine) RemoveGroupPicture(ctx context.Context, conv model.ConversationID) error {
	return e.update(ctx, func(w *work) error {
		g, c, err := w.needAdmin(conv)
		if err != nil {
			return err
		}
		if err := w.dropGroupPicture(g); err != nil {
			return err
		}
		return w.setGroupPicture(g, c, config.Picture{}, true)
	})
}

// RetryGroupPicture tries at once to bring the picture of a group to the file
// server.
func (e *Engine) RetryGroupPicture(ctx context.Context, conv model.ConversationID) error {
	return e.do(ctx, func(c *core) error {
		if g := c.group(conv); g != nil {
			g.picture.hurry()
			g.picture.refused = false
			c.tellGroupPictures()
		}
		return nil
	})
}

// GroupPictureUpload tells how far a picture that was chosen here is on its way to
// the members; GroupChanged tells of changes.
func (e *Engine) GroupPictureUpload(conv model.ConversationID) PictureUpload {
	if m := e.core.view.groupPictures.Load(); m != nil {
		return (*m)[conv]
	}
	return PictureUpload{}
}

// queueGroupPicture keeps a picture in the store until it is on the file server.
func (w *work) queueGroupPicture(g *closedGroup, job pictureJob) error {
	if err := w.putUpload(groupBlob(g.id, groupPictureBlob), job); err != nil {
		return err
	}
	if !job.Again {
		w.emit(PictureChanged{g.conv}, GroupChanged{g.conv})
	}
	w.then(func() {
		u := &g.picture
		*u = pictureUpload{wanted: true, again: job.Again, busy: u.busy, renewAt: u.renewAt}
		w.tellGroupPictures()
	})
	return nil
}

// dropGroupPicture forgets a picture on its way to the file server.
func (w *work) dropGroupPicture(g *closedGroup) error {
	w.then(func() {
		g.picture = pictureUpload{busy: g.picture.busy, renewAt: g.picture.renewAt}
		w.tellGroupPictures()
	})
	w.emit(PictureChanged{g.conv}, GroupChanged{g.conv})
	return w.tx.PutBlob(groupBlob(g.id, groupPictureBlob), nil)
}

// setGroupPicture writes a picture into Info, and tells the members if asked to.
func (w *work) setGroupPicture(g *closedGroup, c *conversation, p config.Picture, tell bool) error {
	var line *model.Message
	if tell {
		line = &model.Message{Kind: model.KindGroupChange, Change: &model.GroupChange{Kind: model.GroupPicture}}
	}
	return w.changeInfo(g, c, func(i *config.Info) { i.Picture = p }, line, func(m *wire.GroupInfoChange) {
		m.Type = wire.Some(wire.GroupAvatarChanged)
	})
}

// loadGroupPicture goes on with what the last run left.
func (c *core) loadGroupPicture(tx *store.Tx, g *closedGroup) {
	job, ok := readUpload(tx, groupBlob(g.id, groupPictureBlob))
	g.picture = pictureUpload{wanted: ok, again: job.Again, renewAt: c.clock.Now().Add(firstRenewal)}
	if ok {
		c.post(c.tellGroupPictures) // once all groups are there
	}
}

// tellGroupPictures shows the states of uploads.
func (c *core) tellGroupPictures() {
	now := make(map[model.ConversationID]PictureUpload)
	for _, g := range c.groups.active {
		if u := g.picture.shown(); u.Waiting {
			now[g.conv] = u
		}
	}
	before := c.view.groupPictures.Swap(&now)
	if before == nil {
		before = &map[model.ConversationID]PictureUpload{}
	}
	if len(now) != len(*before) {
		c.hub.emit(StatusChanged{})
	}
	for conv, u := range now {
		if (*before)[conv] != u {
			c.hub.emit(GroupChanged{conv})
		}
	}
	for conv := range *before {
		if _, still := now[conv]; !still {
			c.hub.emit(GroupChanged{conv})
		}
	}
}

// groupPicturesWait says that a picture of a group is still to be uploaded.
func (v *view) groupPicturesWait() bool {
	if m := v.groupPictures.Load(); m != nil {
		for _, u := range *m {
			if !u.Refused {
				return true
			}
		}
	}
	return false
}

// pictureDue is when something about the picture is to be done.
func (g *closedGroup) pictureDue() time.Time {
	if !g.admin() {
		return time.Time{}
	}
	return g.picture.due()
}

func (c *core) groupPicturesIdle() bool {
	for _, g := range c.groups.active {
		if !g.picture.idle() {
			return false
		}
	}
	return true
}

func (c *core) groupPicturesPending() (n int) {
	for _, g := range c.groups.active {
		n += g.picture.pending()
	}
	return n
}

// tendGroupPictures begins what is due.
func (c *core) tendGroupPictures(now time.Time) {
	for _, g := range c.groups.active {
		switch u := &g.picture; {
		case u.busy, !g.admin():
		case u.wanted && !u.refused:
			if !u.next.After(now) {
				c.uploadGroupPicture(g, now)
			}
		case !u.renewAt.After(now):
			c.renewGroupPicture(g, now)
		}
	}
}

func (c *core) uploadGroupPicture(g *closedGroup, now time.Time) {
	var job pictureJob
	ok := false
	err := c.store.View(func(tx *store.Tx) error {
		job, ok = readUpload(tx, groupBlob(g.id, groupPictureBlob))
		return nil
	})
	u := &g.picture
	if err != nil {
		u.next = now.Add(retryAfter[len(retryAfter)-1])
		c.storeFailed("read the picture to be uploaded", storeError("read the picture", err))
		return
	}
	if u.wanted = ok; !ok {
		c.tellGroupPictures()
		return
	}
	u.busy = true
	c.tellGroupPictures()
	ctx, id := c.flight, g.id
	c.spawn(func() {
		at, err := c.uploadPicture(ctx, job)
		c.post(func() { c.groupPictureUploaded(id, job, at, err) })
	})
}

// groupPictureUploaded takes the end of an upload back on the loop: from now on
// the members are told of the picture.
func (c *core) groupPictureUploaded(id model.ID, job pictureJob, at model.Picture, err error) {
	g := c.groups.active[id]
	if g == nil || c.ctx.Err() != nil {
		return
	}
	u := &g.picture
	u.busy = false
	defer c.tellGroupPictures()
	if err != nil {
		u.failed(c.clock.Now(), err)
		c.log.Info("the picture of a group is not uploaded", "attempt", u.attempts, "refused", u.refused, "reason", u.problem.String(), "err", err)
		return
	}
	err = c.update(func(w *work) error {
		name := groupBlob(id, groupPictureBlob)
		waiting, ok := readUpload(w.tx, name)
		conv := w.find(g.conv)
		if !ok || conv == nil || !bytes.Equal(waiting.Key, job.Key) {
			return nil // removed, or another one was chosen meanwhile
		}
		w.then(func() { g.picture = pictureUpload{renewAt: w.clock.Now().Add(renewalPause)} })
		if err := w.tx.PutBlob(name, nil); err != nil || !g.admin() {
			return err
		}
		w.touchGroup(g)
		// First, so that nobody fetches what is here.
		if err := w.tx.PutPicture(at, store.PictureRecord{Image: job.Image, Original: job.Original, Renewed: w.now}); err != nil {
			return err
		}
		w.then(func() { w.pictures.settled[pictureID(at)] = 0 })
		return w.setGroupPicture(g, conv, config.Picture{URL: at.URL, Key: at.Key}, !job.Again)
	})
	if err != nil {
		if now := c.groups.active[id]; now != nil { // read again after a transaction that failed
			now.picture.next = c.clock.Now().Add(retryAfter[len(retryAfter)-1])
		}
		c.storeFailed("keep the picture of a group", err)
	}
}

// renewGroupPicture tells the file server to keep the picture of a group. Every
// admin's device does, which costs one request in some days.
func (c *core) renewGroupPicture(g *closedGroup, now time.Time) {
	u := &g.picture
	u.renewAt = now.Add(renewalPause)
	p := g.info.Info().Picture
	at := model.Picture{URL: p.URL, Key: p.Key}
	if !hasPicture(at) {
		return
	}
	if c.view.lastSync.Load() == 0 {
		u.renewAt = now.Add(firstRenewal)
		return // the network has not told its time
	}
	var known store.PictureRecord
	err := c.store.View(func(tx *store.Tx) error {
		known, _ = tx.Picture(at)
		return nil
	})
	if err != nil {
		c.storeFailed("read the picture of a group", storeError("read the picture of a group", err))
		return
	}
	if !needsRenewal(known, c.now()) {
		return
	}
	u.busy = true
	ctx, id := c.flight, g.id
	c.spawn(func() {
		end, err := c.extendPicture(ctx, at)
		c.post(func() { c.groupPictureRenewed(id, at, end, err) })
	})
}

// groupPictureRenewed takes the answer back on the loop. A picture that is gone is
// uploaded again; only its address changes for the members.
func (c *core) groupPictureRenewed(id model.ID, at model.Picture, end renewal, err error) {
	g := c.groups.active[id]
	if g == nil || c.ctx.Err() != nil {
		return
	}
	g.picture.busy = false
	switch {
	case err != nil:
		c.log.Debug("the picture of a group is not renewed, will try again", "reason", model.ReasonOf(err).String(), "err", err)
		return
	case end == leftIt:
		return
	}
	err = c.update(func(w *work) error {
		known, there := w.tx.Picture(at)
		if now := g.info.Info().Picture; !there || now.URL != at.URL || g.picture.wanted {
			return nil // another one meanwhile
		}
		if end == renewedIt {
			known.Renewed = w.now
			return w.tx.PutPicture(at, known)
		}
		return w.queueGroupPicture(g, jobAgain(known))
	})
	if err != nil {
		c.storeFailed("renew the picture of a group", err)
	}
}
