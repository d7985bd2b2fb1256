package engine

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"sotto/engine/model"
	"sotto/engine/protocol/community"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/wire"
)

// EditInCommunity replaces the text of an own message in a community, for
// everybody there (protocol/communities.md §5.5). It returns once the server has
// the new text: an edit that waited would change what others have answered since.
//
// Errors: ReasonInvalid (nothing left), ReasonTooLarge (above MaxText code
// points), ReasonNotFound (no such message, or gone from the server),
// ReasonNotAllowed (not an own text, one with files, or the room lets nobody
// write), ReasonOffline.
func (e *Engine) EditInCommunity(ctx context.Context, id model.MessageID, text string) error {
	text = strings.TrimSpace(strings.ToValidUTF8(text, "\ufffd"))
	switch {
	case text == "":
		return fail(model.ReasonInvalid, "the message is empty")
	case utf8.RuneCountInString(text) > MaxText:
		return fail(model.ReasonTooLarge, "the message is longer than 2000 characters")
	}
	var (
		a   access
		ask community.EditMessage
	)
	err := e.update(ctx, func(w *work) (err error) {
		ask, a, err = w.composeEdit(id, text)
		return err
	})
	if err != nil {
		return err
	}
	decode := func(answer onion.V4Response) (struct{}, error) { return struct{}{}, ask.Decode(answer) }
	if _, err := request(ctx, e.core, a, ask, decode); err != nil {
		return err
	}
	return e.update(ctx, func(w *work) error {
		m, ok := w.tx.Message(id)
		if !ok || m.Text == text {
			return nil // deleted meanwhile, or the poll was quicker
		}
		m.Text, m.Edited = text, w.now
		return w.putEdited(&m, editedPreview(m.Preview, text))
	})
}

// composeEdit makes the request that gives a message another text, with what else
// it says: whom it answers, the preview of a link that is still in it, and the time
// at which it was posted. A later one would have receivers drop it after six hours
// (protocol/communities.md §5.4). The picture of the preview is the message's
// already, so that the server need not be told of it.
func (w *work) composeEdit(id model.MessageID, text string) (ask community.EditMessage, a access, err error) {
	m, err := w.message(id)
	if err != nil {
		return ask, a, err
	}
	number, posted, known := parseRoomRef(m.Hash)
	rm := w.room(m.Conversation)
	switch {
	case rm == nil:
		return ask, a, fail(model.ReasonNotFound, "this is not a community")
	case !known:
		return ask, a, fail(model.ReasonNotAllowed, "this message has not reached the community yet")
	case !m.Outgoing || m.Kind != model.KindText || len(m.Attachments) > 0:
		return ask, a, fail(model.ReasonNotAllowed, "only own texts can be changed")
	}
	if err := rm.canPost(); err != nil {
		return ask, a, err
	}
	content := wire.NewText(text).Stamp(uint64(posted))
	if q := m.Quote; q != nil {
		content.DataMessage.Quote = &wire.Quote{ID: wire.Some(uint64(w.quoted(rm.conv, q))), Author: wire.Some(q.Author.String())}
	}
	if p := editedPreview(m.Preview, text); p != nil {
		out, err := w.wirePreview(rm, p)
		if err != nil {
			return ask, a, err
		}
		content.DataMessage.Preview = []*wire.Preview{out}
	}
	data, signature, err := w.composePost(rm, content)
	return community.EditMessage{Room: rm.token, ID: number, Data: data, Signature: signature}, rm.server.access, err
}

// editedPreview is what a new text leaves of the preview of a message: nothing
// when its link is gone.
func editedPreview(p *model.LinkPreview, text string) *model.LinkPreview {
	if p == nil || !strings.Contains(text, p.URL) {
		return nil
	}
	return p
}

// putEdited stores a message whose text was changed, with the preview that it has
// now. A picture that stays is not fetched again, and one that goes is no longer
// waited for.
func (w *work) putEdited(m *model.Message, now *model.LinkPreview) error {
	before, had := m.File(model.PreviewImage)
	if m.Preview = now; had {
		if image, has := m.File(model.PreviewImage); has && image.URL == before.URL {
			kept := *now
			kept.Image, m.Preview = before, &kept
		} else if before.Wanted {
			k := fileKey{m.ID, model.PreviewImage}
			w.then(func() { w.files.dropDownload(k) })
			if err := w.changeWishes(nil, k); err != nil {
				return err
			}
		}
	}
	return w.putMessage(*m)
}

// applyEdit takes over what the author made of a message since.
func (r *receiver) applyEdit(rm *room, m *model.Message, row *roomRow) error {
	text, edited := cutText(bodyOf(row.opened.Content)), editedAt(&row.Message)
	if m.Kind != model.KindText || text == m.Text && (edited == m.Edited || m.Outgoing && m.Edited != 0) {
		return nil // not edited, or it was here that it was
	}
	m.Text, m.Edited = strings.Clone(text), edited
	if !m.Outgoing {
		m.Mention = m.Whisper != nil && m.Whisper.To == rm.server.me || r.mentionsMe(m)
	}
	var preview *model.LinkPreview
	if data := dataOf(row); data != nil && len(data.Preview) > 0 {
		preview = linkPreview(data.Preview[0], m.Text)
	}
	return r.putEdited(m, preview)
}

// editedAt is when a row was edited, 0 for never.
func editedAt(m *community.Message) model.Millis { return model.Millis(m.Edited.Millis()) }

// composePost pads and signs what is posted to a room.
func (w *work) composePost(rm *room, content *wire.Content) (data, signature []byte, err error) {
	if err := w.attachProfile(content); err != nil {
		return nil, nil, err
	}
	closed := w.setting().CommunityRequests != model.Yes
	content.DataMessage.BlocksCommunityMessageRequests = wire.Some(closed)
	plain, err := content.Marshal()
	if err != nil {
		return nil, nil, sealError(err)
	}
	data, sig, err := community.Compose(rm.server.blind, w.rand, plain)
	if err != nil {
		return nil, nil, communityError(err)
	}
	return data, slices.Clone(sig[:]), nil
}

// mayWhisper says whether a message may be shown to some alone: only moderators
// of a community can do that.
func (w *work) mayWhisper(conv model.ConversationID, to *model.Whisper) error {
	switch rm := w.room(conv); {
	case to == nil:
		return nil
	case rm == nil || !rm.state.View.Moderator:
		return fail(model.ReasonNotAllowed, "only moderators of a community can whisper")
	case !to.Moderators && to.To.IsZero():
		return fail(model.ReasonInvalid, "a whisper needs somebody who sees it")
	case to.To == rm.server.me:
		return fail(model.ReasonInvalid, "a whisper to oneself is seen by nobody")
	}
	return nil
}
