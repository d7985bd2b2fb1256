package command

import (
	"context"
	"slices"

	"sotto/engine"
	"sotto/engine/model"
)

const defaultLimit = 50

// pageSize is how many messages are read at a time.
const pageSize = 500

func conversations(ctx context.Context, c *Run) error {
	e, err := c.Host.Engine(ctx, true)
	if err != nil {
		return err
	}
	list := append(e.Conversations(engine.Filter{}), e.Requests()...)
	for _, b := range e.Blocked() {
		if !b.Approved {
			list = append(list, b) // not among the conversations
		}
	}
	now := e.Now()
	for i := range list {
		if err := c.emit(newConversation(&list[i], now)); err != nil {
			return err
		}
	}
	return nil
}

func messages(ctx context.Context, c *Run) error {
	e, err := c.Host.Engine(ctx, true)
	if err != nil {
		return err
	}
	conv, err := conversation(e, c.Args.Text("with"))
	if err != nil {
		return err
	}
	list := newest(e, conv.ID, model.Millis(c.Args.Number("before", 0)), int(c.Args.Number("limit", defaultLimit)))
	request := conv.Request() == model.RequestIncoming
	for i := range list {
		if err := c.emit(newStored(&list[i], request)); err != nil {
			return err
		}
	}
	return nil
}

// newest reads the last messages of a conversation that were sent before a time
// (0: all), oldest first.
func newest(e *engine.Engine, conv model.ConversationID, before model.Millis, limit int) []model.Message {
	now := e.Now()
	var pages [][]model.Message
	anchor := model.Anchor{End: true}
	if before > 0 {
		anchor = model.Anchor{Sent: before}
	}
	for limit > 0 {
		page := e.Page(conv, anchor, min(limit, pageSize), 0)
		list := page.Messages
		if anchor.Message != 0 && len(list) > 0 {
			list = list[:len(list)-1] // read with the page before
		}
		list = slices.DeleteFunc(list, func(m model.Message) bool {
			// An offline profile may hold messages whose time is over.
			return before > 0 && m.Timestamp >= before || m.Expires != 0 && m.Expires <= now
		})
		list = list[max(0, len(list)-limit):]
		pages = append(pages, list)
		limit -= len(list)
		if !page.MoreBefore || len(page.Messages) == 0 {
			break
		}
		anchor = model.Anchor{Message: page.Messages[0].ID}
	}
	slices.Reverse(pages)
	return slices.Concat(pages...)
}

func react(ctx context.Context, c *Run) error {
	e, m, err := c.message(ctx, false)
	if err != nil {
		return err
	}
	if err := e.React(ctx, m.ID, c.Args.Text("emoji"), !c.Args.Has("remove")); err != nil {
		return err
	}
	return c.emit(OK{true})
}

func deleteMessage(ctx context.Context, c *Run) error {
	e, m, err := c.message(ctx, c.Args.Has("everyone"))
	if err != nil {
		return err
	}
	if err := e.Delete(ctx, []model.MessageID{m.ID}, c.Args.Has("everyone")); err != nil {
		return err
	}
	return c.emit(OK{true})
}

// message finds the message that --with, --timestamp and --author name.
func (c *Run) message(ctx context.Context, mine bool) (*engine.Engine, model.Message, error) {
	e, conv, err := c.with(ctx)
	if err != nil {
		return nil, model.Message{}, err
	}
	m, err := findMessage(e, conv.ID, model.Millis(c.Args.Number("timestamp", 0)), c.Args.Text("author"), mine)
	return e, m, err
}

// with finds the conversation that --with names.
func (c *Run) with(ctx context.Context) (*engine.Engine, model.Conversation, error) {
	e, err := c.engine(ctx)
	if err != nil {
		return nil, model.Conversation{}, err
	}
	conv, err := conversation(e, c.Args.Text("with"))
	return e, conv, err
}

func checkTimer(a Args) error {
	if off := a.Text("mode") == modeOff; off == (a.Number("seconds", 0) > 0) {
		if off {
			return usage("mode off has no seconds")
		}
		return usage("mode %s needs --seconds", a.Text("mode"))
	}
	return nil
}

func expireTimer(ctx context.Context, c *Run) error {
	e, err := c.engine(ctx)
	if err != nil {
		return err
	}
	conv, err := conversationID(c.Args.Text("with"))
	if err != nil {
		return err
	}
	seconds := c.Args.Number("seconds", 0)
	if seconds > 1<<31 {
		return model.Fail(model.ReasonInvalid, "this is too long for messages to stay", nil)
	}
	timer := model.Timer{Seconds: uint32(seconds)}
	switch c.Args.Text("mode") {
	case modeAfterRead:
		timer.Mode = model.ExpireAfterRead
	case modeAfterSend:
		timer.Mode = model.ExpireAfterSend
	}
	if err := e.SetTimer(ctx, conv, timer); err != nil {
		return err
	}
	return c.emit(OK{true})
}

func markRead(ctx context.Context, c *Run) error {
	e, conv, err := c.with(ctx)
	if err != nil {
		return err
	}
	if err := e.MarkRead(ctx, conv.ID, model.MuteForever); err != nil {
		return err
	}
	return c.emit(OK{true})
}
