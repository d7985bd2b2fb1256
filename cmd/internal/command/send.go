package command

import (
	"context"
	"errors"
	"strings"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/engine/protocol/identity"
)

const defaultSend = 60 * time.Second

func checkSend(a Args) error {
	switch {
	case a.Has("voice") && (a.Has("text") || a.Has("attach")):
		return usage("a voice message has neither text nor files")
	case a.Has("attach") && (a.Has("whisper_to") || a.Has("whisper_moderators")):
		return usage("files cannot be whispered")
	case !a.Has("text") && !a.Has("attach") && !a.Has("voice"):
		return usage("\"send\" needs --text, --attach or --voice")
	}
	return nil
}

func send(ctx context.Context, c *Run) error {
	e, err := c.engine(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, c.Args.Seconds("timeout", defaultSend))
	defer cancel()
	to, err := recipient(ctx, e, c.Args.Text("to"))
	if err != nil {
		return err
	}
	draft := model.Draft{Text: c.Args.Text("text")}
	if c.Args.Has("reply_to") {
		m, err := findMessage(e, to, model.Millis(c.Args.Number("reply_to", 0)), "", false)
		if err != nil {
			return err
		}
		draft.Quote = &model.QuoteRef{Author: m.Sender, Timestamp: m.Timestamp}
	}
	if draft.Whisper, err = whisper(c.Args); err != nil {
		return err
	}
	events := e.Subscribe()
	defer events.Close()
	id, err := c.sendDraft(ctx, e, to, draft)
	if err != nil {
		return err
	}
	m, err := untilSent(ctx, e, events, id)
	if err != nil {
		return err
	}
	return c.emit(Sent{m.ID.String(), string(m.Conversation), m.Timestamp, m.Hash, model.StateSent.String()})
}

// whisper reads who alone shall see a post, nil for everybody.
func whisper(a Args) (*model.Whisper, error) {
	if !a.Has("whisper_to") && !a.Has("whisper_moderators") {
		return nil, nil
	}
	w := &model.Whisper{Moderators: a.Has("whisper_moderators")}
	if text := a.Text("whisper_to"); text != "" {
		id, err := model.ParseID(strings.ToLower(text))
		if err != nil {
			return nil, model.Fail(model.ReasonInvalid, "this is not an id of somebody in a community", err)
		}
		w.To = id
	}
	return w, nil
}

// untilSent waits for the swarm to have a message.
func untilSent(ctx context.Context, e *engine.Engine, events *engine.Subscription, id model.MessageID) (model.Message, error) {
	for {
		m, ok := e.Message(id)
		switch {
		case !ok:
			return m, model.Fail(model.ReasonNotFound, "the message was deleted before it was sent", nil)
		case m.State == model.StateSent, m.State == model.StateRead:
			return m, nil
		case m.State == model.StateFailed:
			reason := m.Failure
			if reason == model.ReasonNone {
				reason = model.ReasonRejected
			}
			f := NewFailure(model.Fail(reason, "the message could not be delivered", nil))
			f.ID, f.Timestamp = m.ID.String(), m.Timestamp
			return m, f
		}
		if _, err := events.Wait(ctx); err != nil {
			if errors.Is(err, engine.ErrClosed) {
				return m, err
			}
			f := NewFailure(model.Fail(model.ReasonOffline,
				"the message has not reached the network yet; it stays queued and goes out with the next command that is online", err))
			f.ID, f.Timestamp = m.ID.String(), m.Timestamp
			return m, f
		}
	}
}

// groupID reads the id of a closed group.
func groupID(text string) (model.ConversationID, bool) {
	id, err := model.ParseID(strings.ToLower(strings.TrimSpace(text)))
	return model.ConversationOf(id), err == nil && id.Prefix() == identity.Group
}

// placeID reads the id of a group or the address of a room.
func placeID(text string) (model.ConversationID, bool) {
	if conv, ok := groupID(text); ok {
		return conv, true
	}
	return communityID(text)
}

// recipient finds the conversation that --to names.
func recipient(ctx context.Context, e *engine.Engine, text string) (model.ConversationID, error) {
	if conv, ok := placeID(text); ok {
		return conv, nil
	}
	r, err := engine.ParseRecipient(text)
	switch {
	case err != nil:
		return "", err
	case r.CommunityURL != "":
		return engine.CommunityConversation(r.CommunityURL)
	case r.ONSName != "":
		id, err := e.ResolveName(ctx, r.ONSName)
		return model.ConversationOf(id), err
	}
	return model.ConversationOf(r.ID), nil
}

// conversationID reads the id of an account or a group, or the address of a room,
// without asking the network.
func conversationID(text string) (model.ConversationID, error) {
	if conv, ok := placeID(text); ok {
		return conv, nil
	}
	r, err := engine.ParseRecipient(text)
	switch {
	case err != nil:
		return "", err
	case r.CommunityURL != "":
		return engine.CommunityConversation(r.CommunityURL)
	case r.ONSName != "":
		return "", model.Fail(model.ReasonInvalid, "this is not a Session ID", nil)
	}
	return model.ConversationOf(r.ID), nil
}

// conversation finds an existing conversation by its id.
func conversation(e *engine.Engine, text string) (model.Conversation, error) {
	id, err := conversationID(text)
	if err != nil {
		return model.Conversation{}, err
	}
	c, ok := e.Conversation(id)
	if !ok {
		return c, model.Fail(model.ReasonNotFound, "there is no conversation with this id", nil)
	}
	return c, nil
}

// findMessage finds a message by its sent time: by the given author, or by
// whichever side wrote it, the own one first if mine.
func findMessage(e *engine.Engine, conv model.ConversationID, sent model.Millis, author string, mine bool) (model.Message, error) {
	var authors []model.ID
	if author != "" {
		id, err := model.ParseID(author)
		if err != nil {
			return model.Message{}, model.Fail(model.ReasonInvalid, "the author is not a Session ID", err)
		}
		authors = append(authors, id)
	} else {
		if other, ok := conv.ID(); ok {
			authors = append(authors, other)
		}
		for _, p := range e.People(conv) {
			authors = append(authors, p.ID)
		}
		if v, ok := e.Community(conv); ok {
			authors = append(authors, v.Me)
		}
		authors = append(authors, e.Me().ID)
		if mine {
			authors[0], authors[len(authors)-1] = authors[len(authors)-1], authors[0]
		}
	}
	for _, a := range authors {
		if m, ok := e.Find(conv, model.MessageKey{Sender: a, Timestamp: sent}); ok {
			return m, nil
		}
	}
	return model.Message{}, model.Fail(model.ReasonNotFound, "there is no message with this sent time", nil)
}
