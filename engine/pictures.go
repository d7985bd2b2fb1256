package engine

import (
	"slices"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/store"
)

const (
	// maxPictureFetches is how many pictures are on their way at the same time
	// (protocol/attachments.md §6).
	maxPictureFetches = 3
	// pictureRefusedFor is how long a picture that is gone, or no picture, is
	// left alone. Its owner may upload the same file again, which then has the
	// same address.
	pictureRefusedFor model.Millis = 7 * 24 * 60 * 60 * 1000
)

// pictureRetry are the pauses after failures that may pass
// (protocol/attachments.md §6).
var pictureRetry = []time.Duration{30 * time.Second, 30 * time.Minute, 6 * time.Hour}

// pictures fetches the profile pictures of people whom the user has approved,
// and brings the own one to the file server. The store has what was fetched;
// here is what is known to be settled, and what is wanted. It lives on the loop.
type pictures struct {
	settled map[string]model.Millis // nothing to fetch: for good (0), or until then
	wanted  []*wantedPicture        // in the order in which they are fetched
	queued  map[string]*wantedPicture
	busy    int
	paused  time.Time // no fetch before: the network does not answer
	tries   int       // failures in a row for that
	opening chan struct{}

	surveying bool
	upload    pictureUpload
}

// wantedPicture is a picture to be fetched.
type wantedPicture struct {
	picture model.Picture
	convs   []model.ConversationID // who shows it
	flying  bool
	tries   int
	next    time.Time
}

// pictureID tells pictures apart: the same file under another key is another.
func pictureID(p model.Picture) string { return p.URL + "\x00" + string(p.Key) }

// hasPicture says whether a picture is one on a file server: encrypted.
func hasPicture(p model.Picture) bool { return p.URL != "" && len(p.Key) == attach.PictureKeySize }

// pointsAtPicture says whether a conversation has a picture at all. That of a
// community's room lies on its server, and nothing opens it.
func pointsAtPicture(c *model.Conversation) bool {
	if c.Kind == model.KindCommunity {
		return c.Picture.URL != "" && len(c.Picture.Key) == 0
	}
	return hasPicture(c.Picture)
}

// showsPicture says whether a conversation shows its picture: strangers are
// seen by their initials, since fetching tells the file server that somebody is
// there, and showing shows what nobody asked for.
func showsPicture(c *model.Conversation) bool {
	return pointsAtPicture(c) && c.Approved && !c.Blocked
}

// beginPictures looks for pictures that are missing, and goes on with what the
// last run did not finish.
func (c *core) beginPictures() {
	c.loadUpload()
	c.surveyPictures()
}

// offerPicture has the picture of a conversation fetched if it is to be shown
// and not here. It is called for every conversation that is written.
func (w *work) offerPicture(c *model.Conversation) {
	if showsPicture(c) {
		w.offer(c.Picture, c.ID)
	}
}

// offerOwnPicture is offerPicture for the own one, which another device has set.
func (w *work) offerOwnPicture(p model.Picture) {
	if hasPicture(p) {
		w.offer(p, w.self)
	}
}

func (w *work) offer(p model.Picture, conv model.ConversationID) {
	if w.pictures.known(p, w.now) {
		return
	}
	// What the store has may not have been looked through yet.
	if r, ok := w.tx.Picture(p); ok && (len(r.Image) > 0 || r.Until > w.now) {
		w.then(func() { w.pictures.settled[pictureID(p)] = r.Until })
		return
	}
	w.then(func() { w.pictures.want(p, conv, conv == w.self) })
}

// known says that there is nothing to fetch.
func (p *pictures) known(picture model.Picture, now model.Millis) bool {
	until, ok := p.settled[pictureID(picture)]
	return ok && (until == 0 || until > now)
}

// want puts a picture into the queue, at its front if somebody looks at it.
func (p *pictures) want(picture model.Picture, conv model.ConversationID, first bool) {
	id := pictureID(picture)
	w := p.queued[id]
	if w == nil {
		w = &wantedPicture{picture: picture}
		p.queued[id] = w
		p.wanted = append(p.wanted, w)
	}
	if first && p.wanted[0] != w {
		p.wanted = slices.Insert(slices.DeleteFunc(p.wanted, func(o *wantedPicture) bool { return o == w }), 0, w)
	}
	if !slices.Contains(w.convs, conv) {
		w.convs = append(w.convs, conv)
	}
}

// drop takes a picture off the queue.
func (p *pictures) drop(w *wantedPicture) {
	delete(p.queued, pictureID(w.picture))
	p.wanted = slices.DeleteFunc(p.wanted, func(o *wantedPicture) bool { return o == w })
}

// hurry forgets the pauses: the network is there again.
func (p *pictures) hurry() {
	p.paused, p.tries = time.Time{}, 0
	for _, w := range p.wanted {
		w.next = time.Time{}
	}
	p.upload.hurry()
}

// due is when the next request may begin.
func (p *pictures) due() time.Time {
	next := p.upload.due()
	if p.busy >= maxPictureFetches {
		return next
	}
	for _, w := range p.wanted {
		if w.flying {
			continue
		}
		at := w.next
		if at.Before(p.paused) {
			at = p.paused
		}
		if at.IsZero() {
			continue // begins in this turn
		}
		next = earliest(next, at)
	}
	return next
}

// tendPictures begins what is due.
func (c *core) tendPictures(now time.Time) {
	if c.silent != nil {
		return
	}
	c.uploadIfDue(now)
	c.tendGroupPictures(now)
	p := &c.pictures
	if p.paused.After(now) {
		return
	}
	for _, w := range p.wanted {
		if p.busy >= maxPictureFetches {
			return
		}
		if w.flying || w.next.After(now) {
			continue
		}
		w.flying = true
		p.busy++
		ctx, picture, keep := c.flight, w.picture, slices.ContainsFunc(w.convs, c.keepsOriginal)
		fetch := func() (store.PictureRecord, error) { return c.fetchPicture(ctx, picture, keep) }
		if !hasPicture(picture) {
			host, err := c.fileHost(w.convs[0])
			fetch = func() (store.PictureRecord, error) {
				if err != nil {
					return store.PictureRecord{}, err
				}
				return c.fetchRoomPicture(ctx, host, picture)
			}
		}
		c.spawn(func() {
			got, err := fetch()
			c.post(func() { c.pictureFetched(w, got, err) })
		})
	}
}

// keepsOriginal says that the file of a picture is kept as it was uploaded, to be
// uploaded again by this account: its own, and that of a group which it leads.
func (c *core) keepsOriginal(conv model.ConversationID) bool {
	g := c.group(conv)
	return conv == c.self || g != nil && g.admin()
}

// pictureFetched takes the end of a fetch back on the loop. What cannot get
// better by itself is remembered, so that nobody asks for it at every start.
func (c *core) pictureFetched(w *wantedPicture, got store.PictureRecord, err error) {
	p := &c.pictures
	p.busy--
	w.flying = false
	if c.ctx.Err() != nil {
		return
	}
	now := c.clock.Now()
	if err != nil && !permanent(err) {
		w.next = now.Add(pictureRetry[min(w.tries, len(pictureRetry)-1)])
		w.tries++
		if model.ReasonOf(err) == model.ReasonOffline {
			p.paused = now.Add(retryAfter[min(p.tries, len(retryAfter)-1)])
			p.tries++
		}
		c.log.Debug("a picture could not be fetched, will try again", "attempt", w.tries, "reason", model.ReasonOf(err).String(), "err", err)
		return
	}
	p.paused, p.tries = time.Time{}, 0
	if err != nil {
		got = store.PictureRecord{Reason: model.ReasonOf(err), Until: c.now() + pictureRefusedFor}
		c.log.Info("a picture is not shown", "reason", got.Reason.String(), "err", err)
	}
	p.drop(w)
	p.settled[pictureID(w.picture)] = got.Until
	err = c.update(func(k *work) error {
		if r, ok := k.tx.Picture(w.picture); ok && len(r.Image) > 0 && len(got.Image) == 0 {
			return nil
		}
		for _, conv := range w.convs {
			k.emit(PictureChanged{conv})
		}
		return k.tx.PutPicture(w.picture, got)
	})
	if err != nil {
		delete(p.settled, pictureID(w.picture))
		c.storeFailed("keep a picture", err)
	}
}

// surveyPictures finds the pictures that are to be shown and not here, and
// forgets those that nobody uses. It runs at the start and once an hour; what
// changes between is offered.
func (c *core) surveyPictures() {
	p := &c.pictures
	if p.surveying {
		return
	}
	p.surveying = true
	now := c.now()
	c.spawn(func() {
		missing, here, err := c.missingPictures(now)
		c.post(func() {
			p.surveying = false
			if err != nil {
				c.storeFailed("look through the pictures", storeError("look through the pictures", err))
				return
			}
			for id, until := range here {
				p.settled[id] = until
			}
			for _, w := range missing {
				if p.known(w.picture, now) {
					continue // came meanwhile
				}
				for _, conv := range w.convs {
					p.want(w.picture, conv, conv == c.self)
				}
			}
			c.collectPictures()
		})
	})
}

// missingPictures reads which pictures are to be shown: those that are not here,
// and until when the others are settled. It runs on a worker.
func (c *core) missingPictures(now model.Millis) (missing []wantedPicture, here map[string]model.Millis, err error) {
	here = make(map[string]model.Millis)
	err = c.store.View(func(tx *store.Tx) error {
		look := func(p model.Picture, conv model.ConversationID) {
			r, ok := tx.Picture(p)
			if ok && (r.Image != nil || r.Until > now) {
				here[pictureID(p)] = r.Until
				return
			}
			missing = append(missing, wantedPicture{picture: p, convs: []model.ConversationID{conv}})
		}
		if record, ok := tx.Account(); ok {
			record.Zero()
			if hasPicture(record.Picture) {
				look(record.Picture, c.self)
			}
		}
		for _, conv := range tx.Conversations() {
			if showsPicture(&conv) {
				look(conv.Picture, conv.ID)
			}
		}
		return nil
	})
	return missing, here, err
}

// collectPictures forgets the pictures that no conversation points at.
func (c *core) collectPictures() {
	err := c.update(func(w *work) error {
		var used []model.Picture
		if record, ok := w.tx.Account(); ok {
			record.Zero()
			used = append(used, record.Picture)
		}
		for _, conv := range w.tx.Conversations() {
			if pointsAtPicture(&conv) {
				used = append(used, conv.Picture)
			}
		}
		n, err := w.tx.KeepPictures(used)
		if err != nil || n == 0 {
			return err
		}
		inUse := make(map[string]bool, len(used))
		for _, p := range used {
			inUse[pictureID(p)] = true
		}
		w.then(func() {
			for id := range w.pictures.settled {
				if !inUse[id] {
					delete(w.pictures.settled, id)
				}
			}
		})
		return nil
	})
	if err != nil {
		c.storeFailed("forget pictures that nobody uses", err)
	}
}
