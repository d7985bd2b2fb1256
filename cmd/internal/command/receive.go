package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"sotto/engine"
	"sotto/engine/model"
)

// receive prints what contacts sent since it was last used, and then what
// happens while it runs. How far it came is kept in the profile, so that nothing
// is lost when messages arrive while other commands run, or a reader is killed.
func receive(ctx context.Context, c *Run) error {
	e, err := c.engine(ctx)
	if err != nil {
		return err
	}
	reached, err := loadReceived(c.Host.Folder(), e)
	if err != nil {
		return err
	}
	s := newStream(e, reached, false, c.emit)
	defer s.close()
	saved := reached
	save := func() error {
		if s.reached == saved {
			return nil
		}
		saved = s.reached
		return saveReceived(c.Host.Folder(), saved)
	}
	count := int(c.Args.Number("count", 0))
	if !c.Args.Has("follow") && !c.Args.Has("timeout") && count == 0 {
		return once(ctx, e, s, save)
	}

	limit := c.Args.Seconds("timeout", 0)
	waiting, cancel := context.WithCancel(ctx)
	if c.Args.Has("timeout") {
		waiting, cancel = context.WithTimeout(ctx, limit)
	}
	defer cancel()
	e.Focus("", true) // news as soon as there are any
	defer e.Focus("", false)
	err = s.run(waiting, count, save)
	if waiting.Err() != nil && (ctx.Err() == nil || c.Args.Has("follow")) {
		return nil // the time is up, or a reader who follows was told to stop
	}
	return err
}

// once fetches what there is.
func once(ctx context.Context, e *engine.Engine, s *stream, save func() error) error {
	ctx, cancel := context.WithTimeout(ctx, defaultSync)
	defer cancel()
	_, err := e.Sync(ctx)
	// What came before is told also when the network is away.
	if terr := errors.Join(s.messages(0), s.tell(s.events.Take(), 0), save()); terr != nil {
		return terr
	}
	return err
}

// The file that keeps how far receive came: the decimal number of a message.
const receivedFile = "received"

// loadReceived returns where receive goes on. In a profile that never saw it,
// that is the newest message: the rest was read elsewhere.
func loadReceived(profile string, e *engine.Engine) (model.MessageID, error) {
	text, err := os.ReadFile(filepath.Join(profile, receivedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return e.LastMessage(), nil
	}
	if err != nil {
		return 0, model.Fail(model.ReasonDisk, "could not read how far receive came", err)
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		return e.LastMessage(), nil
	}
	return model.MessageID(n), nil
}

func saveReceived(profile string, reached model.MessageID) error {
	path := filepath.Join(profile, receivedFile)
	err := os.WriteFile(path+".new", fmt.Appendf(nil, "%d\n", uint64(reached)), 0o600)
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return model.Fail(model.ReasonDisk, "could not keep how far receive came", err)
	}
	return nil
}
