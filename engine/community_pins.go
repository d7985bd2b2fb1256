package engine

import (
	"context"
	"errors"
	"slices"
	"strings"

	"sotto/engine/model"
	"sotto/engine/protocol/community"
	"sotto/engine/protocol/wire"
	"sotto/store"
)

const (
	// maxPinsAsked is how many pinned messages one poll asks for.
	maxPinsAsked = 20
	// maxReach is how many pages LoadPinned fetches at most.
	maxReach = 40
)

// takePins takes over which messages are pinned, and keeps what is known of them.
func (rm *room) takePins(list []community.PinnedMessage) {
	before := rm.state.Pins
	rm.state.Pins = nil
	for _, p := range list {
		pin := roomPin{ID: p.ID}
		if i := slices.IndexFunc(before, func(have roomPin) bool { return have.ID == p.ID }); i >= 0 {
			pin = before[i]
		}
		pin.At, pin.By = model.Millis(p.At.Millis()), p.By
		rm.state.Pins = append(rm.state.Pins, pin)
	}
}

// pinWish is a pinned message that is not here.
type pinWish struct {
	conv model.ConversationID
	ask  community.OneMessage
}

// wantedPins lists pinned messages of a server's rooms of which nothing is known.
func (c *core) wantedPins(url string) (list []pinWish, err error) {
	s := c.communities.servers[url]
	if s == nil {
		return nil, nil
	}
	err = c.store.View(func(tx *store.Tx) error {
		for _, rm := range s.rooms {
			for _, p := range rm.state.Pins {
				if _, here := rm.state.seen(tx, s.lane, p.ID); p.Asked || here || len(list) == maxPinsAsked {
					continue
				}
				list = append(list, pinWish{rm.conv, community.OneMessage{Room: rm.token, ID: p.ID, Reactors: community.NoReactors}})
			}
		}
		return nil
	})
	return list, err
}

// fetchPins asks for what pinned messages say that are from before what is here.
// It runs on a worker; most polls find nothing to ask.
func (c *core) fetchPins(ctx context.Context, v *serverVisit) error {
	var wishes []pinWish
	err := c.wait(ctx, func() (err error) {
		wishes, err = c.wantedPins(v.url)
		return err
	})
	if err != nil || len(wishes) == 0 {
		return err
	}
	var requests []community.Request
	for _, w := range wishes {
		requests = append(requests, w.ask)
	}
	batch, err := community.NewBatch(requests...)
	if err != nil {
		return model.Fail(model.ReasonInternal, "a community cannot be asked", err)
	}
	answers, err := request(ctx, c, v.access, batch, batch.Decode)
	if err != nil {
		return err
	}
	rows := make([]roomRow, len(wishes))
	for i, w := range wishes {
		m, err := w.ask.Decode(answers[i])
		if rows[i] = (roomRow{Message: m, err: err}); err == nil {
			rows[i].opened, rows[i].err = community.Open(&m)
		}
	}
	return c.wait(ctx, func() error { return c.takePinned(wishes, rows) })
}

// takePinned notes what pinned messages say, in one transaction.
func (c *core) takePinned(wishes []pinWish, rows []roomRow) error {
	kept := make(map[*room][]roomPin)
	err := c.update(func(w *work) error {
		for i, wish := range wishes {
			rm := w.room(wish.conv)
			if rm == nil {
				continue
			}
			if _, has := kept[rm]; !has {
				kept[rm] = rm.state.Pins
				rm.state.Pins = slices.Clone(rm.state.Pins)
			}
			if err := w.takePin(rm, wish.ask.ID, &rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		for rm, pins := range kept {
			rm.state.Pins = pins
		}
		c.storeFailed("store what pinned messages say", err)
	}
	return err
}

// takePin notes what a pinned message says. One that is gone, or whose author is not
// proven, is not asked for again and stays unknown.
func (w *work) takePin(rm *room, id int64, row *roomRow) error {
	i := slices.IndexFunc(rm.state.Pins, func(p roomPin) bool { return p.ID == id })
	var status *community.StatusError
	if i < 0 || errors.As(row.err, &status) && status.Code != 404 {
		return nil // unpinned meanwhile; or the server is in trouble, and asked again
	}
	p := &rm.state.Pins[i]
	p.Asked = true
	if data := dataOf(row); data != nil {
		p.Author, p.Posted = row.Author, model.Millis(row.Posted.Millis())
		p.Text, p.Files = strings.Clone(cutText(data.Body.Value)), len(data.Attachments)
		if err := w.learnPerson(rm.conv, row.Author, data.Profile, data.ProfileKey); err != nil {
			return err
		}
	}
	return w.keepRoom(rm)
}

func dataOf(row *roomRow) *wire.DataMessage {
	if row.err != nil || row.opened.Content == nil {
		return nil
	}
	return row.opened.Content.DataMessage
}

// LoadPinned fetches earlier pages of a room until a pinned message is here, and
// returns it. number is CommunityPin.Server. Errors: ReasonNotFound (gone),
// ReasonTooLarge (more than 4,000 messages lie between), and those of LoadEarlier.
func (e *Engine) LoadPinned(ctx context.Context, conv model.ConversationID, number int64) (model.MessageID, error) {
	for range maxReach {
		room, ok := e.Community(conv)
		if !ok {
			return 0, fail(model.ReasonNotFound, "this is not a community")
		}
		i := slices.IndexFunc(room.Pins, func(p model.CommunityPin) bool { return p.Server == number })
		switch {
		case i < 0:
			return 0, fail(model.ReasonNotFound, "the message is no longer pinned")
		case room.Pins[i].Message != 0:
			return room.Pins[i].Message, nil
		case !room.HasEarlier:
			return 0, fail(model.ReasonNotFound, "the community does not have the message any more")
		}
		if _, err := e.LoadEarlier(ctx, conv); err != nil {
			return 0, err
		}
	}
	return 0, fail(model.ReasonTooLarge, "the message is too far back")
}
