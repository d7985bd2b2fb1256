package engine

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"sotto/engine/model"
	"sotto/engine/protocol/community"
	"sotto/engine/protocol/onion"
	"sotto/store"
)

// roomPost is Data of rowPost, as JSON: a message with its signature, the same
// bytes at every attempt.
type roomPost struct {
	Room      string `json:"r"`
	Data      []byte `json:"d"`
	Signature []byte `json:"s"`
	// To and Moderators are who alone shall see it: a whisper.
	To         model.ID `json:"w,omitzero"`
	Moderators bool     `json:"m,omitempty"`
	// Files are uploads that the message names, Uploaded is when the first of
	// them was made.
	Files    []int64      `json:"f,omitempty"`
	Uploaded model.Millis `json:"u,omitempty"`
}

// roomCall is Data of rowCall: a call to be made once the network allows.
type roomCall struct {
	Method  string         `json:"m"`
	Path    string         `json:"p"`
	Headers []onion.Header `json:"h,omitempty"`
	Body    []byte         `json:"b,omitempty"`
	// Reacts is the message whose reactions it changes, 0 for none.
	Reacts int64 `json:"e,omitempty"`
	// Direct says that it carries a direct message.
	Direct bool `json:"x,omitempty"`
	// place is the outbox row whose place it takes, 0 for none.
	place uint64
}

// enqueueRoom is enqueue for a room: one post.
func (w *work) enqueueRoom(rm *room, o outgoing) error {
	data, signature, err := w.composePost(rm, o.content)
	if err != nil {
		return err
	}
	p := roomPost{Room: rm.token, Data: data, Signature: signature}
	if o.whisper != nil {
		p.To, p.Moderators = o.whisper.To, o.whisper.Moderators
	}
	p.Files, p.Uploaded = o.files, o.uploaded
	b, err := json.Marshal(p)
	if err != nil {
		return model.Fail(model.ReasonInternal, "a post does not encode", err)
	}
	return w.queueAt(o.place, store.OutboxRow{
		Kind: rowPost, Message: o.message, Conversation: rm.conv, Recipient: rm.server.lane,
		Data: b, Timestamp: o.sent, TTL: lifetime,
	})
}

// queueCall queues a call of a room's server.
func (w *work) queueCall(s *communityServer, conv model.ConversationID, message model.MessageID, request community.Request, also roomCall) error {
	call, err := community.Encode(request)
	if err != nil {
		return model.Fail(model.ReasonInvalid, "the community takes no such request", err)
	}
	also.Method, also.Path, also.Headers, also.Body = call.Method, call.Path, call.Headers, call.Body
	b, err := json.Marshal(also)
	if err != nil {
		return model.Fail(model.ReasonInternal, "a call does not encode", err)
	}
	return w.queueAt(also.place, store.OutboxRow{
		Kind: rowCall, Message: message, Conversation: conv, Recipient: s.lane, Data: b, Timestamp: w.now, TTL: lifetime,
	})
}

// deliverRoom carries out one row of a server's lane. It runs on a worker.
func (c *core) deliverRoom(ctx context.Context, r store.OutboxRow, retried bool) sendResult {
	a, err := c.serverOf(r.Recipient)
	if err != nil {
		return sendResult{err: err}
	}
	if r.Kind == rowPost {
		return c.deliverPost(ctx, a, r, retried)
	}
	var row roomCall
	if err := json.Unmarshal(r.Data, &row); err != nil {
		return sendResult{err: model.Fail(model.ReasonDamaged, "an outbox row cannot be read", err)}
	}
	answer, err := c.call(ctx, a, community.Call{Method: row.Method, Path: row.Path, Headers: row.Headers, Body: row.Body})
	if err != nil {
		return sendResult{err: err}
	}
	if row.Direct {
		sent, err := community.SendDirect{}.Decode(answer)
		return sendResult{direct: sent.ID, err: communityError(err)}
	}
	change, err := community.React{}.Decode(answer)
	var status *community.StatusError
	if errors.As(err, &status) {
		return sendResult{err: communityError(err)}
	}
	return sendResult{seqno: change.Seqno} // other calls have other answers, and succeeded
}

// deliverPost posts a message. A server does not recognise one that it has
// already, so after an attempt whose answer was lost the newest messages are
// looked through first.
func (c *core) deliverPost(ctx context.Context, a access, r store.OutboxRow, retried bool) sendResult {
	var p roomPost
	if err := json.Unmarshal(r.Data, &p); err != nil {
		return sendResult{err: model.Fail(model.ReasonDamaged, "an outbox row cannot be read", err)}
	}
	if retried {
		recent := community.Recent{Room: p.Room, Paging: community.Paging{Limit: community.MaxPage, Reactors: community.NoReactors}}
		if call, err := community.Encode(recent); err == nil {
			answer, err := c.call(ctx, a, call)
			if err != nil {
				return sendResult{err: err}
			}
			page, err := recent.Decode(answer)
			if err != nil {
				return sendResult{err: communityError(err)}
			}
			for i, m := range page.Messages {
				if slices.Equal(m.Signature, p.Signature) {
					return sendResult{posted: &page.Messages[i]}
				}
			}
		}
	}
	if len(p.Files) > 0 && c.now() > p.Uploaded+looseUpload {
		return sendResult{stale: true}
	}
	post := community.PostMessage{
		Room: p.Room, Data: p.Data, Signature: p.Signature, WhisperTo: p.To, WhisperMods: p.Moderators, Files: p.Files,
	}
	call, err := community.Encode(post)
	if err != nil {
		return sendResult{err: model.Fail(model.ReasonInvalid, "the community takes no such message", err)}
	}
	answer, err := c.call(ctx, a, call)
	if err != nil {
		return sendResult{err: err}
	}
	row, err := post.Decode(answer)
	if err != nil {
		return sendResult{err: communityError(err)}
	}
	return sendResult{posted: &row}
}

// roomSettled records the success of a row of a server's lane.
func (w *work) roomSettled(r store.OutboxRow, result sendResult) error {
	switch {
	case r.Kind == rowPost && result.stale:
		return w.uploadAgain(r)
	case r.Kind == rowPost:
		return w.posted(r, result.posted)
	}
	if err := w.dequeue(r); err != nil {
		return err
	}
	var row roomCall
	if json.Unmarshal(r.Data, &row) != nil {
		return nil
	}
	if rm := w.room(r.Conversation); rm != nil && row.Reacts != 0 {
		rm.hold[row.Reacts] = result.seqno
	}
	if !row.Direct {
		return nil
	}
	w.then(func() { w.out.sent++ })
	if s := w.serverByLane(r.Recipient); s != nil && result.direct != 0 {
		record := store.SeenRecord{Expiry: w.now + 2*lifetime, Reason: seenOwn, Message: r.Message}
		if err := w.tx.MarkSeen(s.lane, 0, outboxHash(result.direct), record); err != nil {
			return err
		}
	}
	return w.messageSent(r.Message)
}

// reactInRoom adds the own reaction to a message of a room, or takes it away.
func (w *work) reactInRoom(rm *room, m *model.Message, emoji string, add bool) error {
	id, _, ok := parseRoomRef(m.Hash)
	if !ok {
		return fail(model.ReasonNotAllowed, "this message has not reached the community yet")
	}
	if !applyReaction(m, model.Reaction{Author: rm.server.me, Emoji: emoji, At: w.now}, add) {
		return nil
	}
	if err := w.tx.PutMessage(*m); err != nil {
		return err
	}
	w.emit(ReactionChanged{m.Conversation, m.ID})
	rm.hold[id] = int64(forGood) // until the server has told its seqno
	var request community.Request = community.React{Room: rm.token, ID: id, Emoji: emoji}
	if !add {
		request = community.Unreact{Room: rm.token, ID: id, Emoji: emoji}
	}
	return w.queueCall(rm.server, rm.conv, 0, request, roomCall{Reacts: id})
}

// deleteInRoom deletes a message for everybody: an own one, or any as a
// moderator.
func (w *work) deleteInRoom(rm *room, m model.Message) error {
	if !m.Outgoing && !rm.state.View.Moderator {
		return fail(model.ReasonNotAllowed, "only a moderator can delete what others wrote")
	}
	waiting := len(w.tx.OutboxOf(m.ID)) > 0
	if waiting && !w.untouched(m) {
		return fail(model.ReasonNotAllowed, "this message is on its way, try again in a moment")
	}
	if err := w.cancel(m); err != nil {
		return err
	}
	if id, _, ok := parseRoomRef(m.Hash); ok {
		if err := w.queueCall(rm.server, rm.conv, 0, community.DeleteMessage{Room: rm.token, ID: id}, roomCall{}); err != nil {
			return err
		}
	}
	return w.remove(m)
}

// callRefused lets the server's word about reactions count again.
func (w *work) callRefused(r store.OutboxRow) {
	var row roomCall
	if rm := w.room(r.Conversation); rm != nil && json.Unmarshal(r.Data, &row) == nil && row.Reacts != 0 {
		delete(rm.hold, row.Reacts)
	}
}
