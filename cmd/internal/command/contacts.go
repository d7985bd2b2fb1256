package command

import (
	"context"
	"image"
	"io"
	"os"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/media/picture"
)

func requestsList(ctx context.Context, c *Run) error {
	e, err := c.Host.Engine(ctx, true)
	if err != nil {
		return err
	}
	now := e.Now()
	for _, r := range e.Requests() {
		if err := c.emit(newConversation(&r, now)); err != nil {
			return err
		}
	}
	return nil
}

// request does something with an incoming request.
func request(ctx context.Context, c *Run, do func(e *engine.Engine, conv model.ConversationID) error) error {
	e, err := c.engine(ctx)
	if err != nil {
		return err
	}
	conv, err := conversation(e, c.Args.Text("id"))
	if err != nil {
		return err
	}
	if conv.Request() != model.RequestIncoming {
		return model.Fail(model.ReasonNotFound, "there is no message request with this id", nil)
	}
	if err := do(e, conv.ID); err != nil {
		return err
	}
	return c.emit(OK{true})
}

func requestsAccept(ctx context.Context, c *Run) error {
	return request(ctx, c, func(e *engine.Engine, conv model.ConversationID) error {
		return e.AcceptRequest(ctx, conv)
	})
}

func requestsDelete(ctx context.Context, c *Run) error {
	return request(ctx, c, func(e *engine.Engine, conv model.ConversationID) error {
		return e.DeclineRequest(ctx, conv)
	})
}

func requestsBlock(ctx context.Context, c *Run) error {
	return request(ctx, c, func(e *engine.Engine, conv model.ConversationID) error {
		if g, ok := e.Group(conv); ok {
			// Who invited is who is blocked.
			if err := e.Block(ctx, model.ConversationOf(g.Inviter)); err != nil {
				return err
			}
			return e.DeclineRequest(ctx, conv)
		}
		if err := e.Block(ctx, conv); err != nil {
			return err
		}
		return e.ClearMessages(ctx, conv)
	})
}

func contacts(ctx context.Context, c *Run) error {
	e, err := c.Host.Engine(ctx, true)
	if err != nil {
		return err
	}
	for _, contact := range append(e.Contacts(), e.Blocked()...) {
		if err := c.emit(newContact(&contact)); err != nil {
			return err
		}
	}
	return nil
}

func checkContact(a Args) error {
	_, named := a["nickname"] // also an empty one
	switch {
	case a.Has("block") && a.Has("unblock"), a.Has("pin") && a.Has("unpin"):
		return usage("block and unblock, pin and unpin exclude each other")
	case !named && !a.Has("block") && !a.Has("unblock") && !a.Has("pin") && !a.Has("unpin") && !a.Has("hide"):
		return usage("\"contact set\" needs something to set")
	}
	return nil
}

func contactSet(ctx context.Context, c *Run) error {
	e, err := c.engine(ctx)
	if err != nil {
		return err
	}
	conv, err := conversation(e, c.Args.Text("id"))
	if model.ReasonOf(err) == model.ReasonNotFound && c.Args.Has("block") {
		// Strangers can be blocked before they have written.
		conv.ID, err = conversationID(c.Args.Text("id"))
	}
	if err != nil {
		return err
	}
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"block", func() error { return e.Block(ctx, conv.ID) }},
		{"unblock", func() error { return e.Unblock(ctx, conv.ID) }},
		{"nickname", func() error { return e.SetNickname(ctx, conv.ID, c.Args.Text("nickname")) }},
		{"pin", func() error { return e.SetPinned(ctx, conv.ID, true) }},
		{"unpin", func() error { return e.SetPinned(ctx, conv.ID, false) }},
		{"hide", func() error { return e.SetHidden(ctx, conv.ID, true) }},
	} {
		if !c.Args.Has(step.name) {
			continue
		}
		if err := step.do(); err != nil {
			return err
		}
	}
	return c.emit(OK{true})
}

func checkProfile(a Args) error {
	if !a.Has("name") && !a.Has("picture") {
		return usage("\"profile set\" needs --name or --picture")
	}
	return nil
}

func profileSet(ctx context.Context, c *Run) error {
	e, err := c.engine(ctx)
	if err != nil {
		return err
	}
	// The picture first: it is what may be refused after all checks.
	if c.Args.Has("picture") {
		if err := setPicture(ctx, e, c.Args.Text("picture")); err != nil {
			return err
		}
	}
	if c.Args.Has("name") {
		if err := e.SetName(ctx, c.Args.Text("name")); err != nil {
			return err
		}
	}
	return c.emit(OK{true})
}

// setPicture makes a file the own picture; no file takes it away.
func setPicture(ctx context.Context, e *engine.Engine, path string) error {
	if path == "" {
		return e.RemovePicture(ctx)
	}
	file, err := readPicture(path)
	if err != nil {
		return err
	}
	return e.SetPicture(ctx, file, image.Rectangle{})
}

// readPicture reads a picture file of bounded size.
func readPicture(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, model.Fail(model.ReasonInvalid, "the picture cannot be read", err)
	}
	defer f.Close()
	file, err := io.ReadAll(io.LimitReader(f, picture.MaxBytes+1))
	if err != nil {
		return nil, model.Fail(model.ReasonInvalid, "the picture cannot be read", err)
	}
	return file, nil
}
