package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/securitykey"
	"sotto/store"
	"sotto/ui/app"
)

// Salvage implements app.Host. The saved files take the place of the damaged
// ones, which stay beside the profile; attachments stay where they are.
func (h *host) Salvage(ctx context.Context, c engine.Credentials) (app.Salvaged, error) {
	info, err := engine.Inspect(h.o.folder)
	if err != nil {
		return app.Salvaged{}, err
	}
	u, err := engine.Gather(ctx, info, c, securitykey.System)
	if err != nil {
		return app.Salvaged{}, err
	}
	defer clear(u.Second)
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now().Format("20060102-150405")
	into, aside := h.o.folder+".saved-"+now, h.o.folder+".damaged-"+now
	saved, err := store.Salvage(h.o.folder, u, into, store.Options{})
	out := app.Salvaged{Conversations: saved.Conversations, Messages: saved.Messages, Account: saved.Account}
	if err != nil || !saved.Account {
		return out, errors.Join(err, os.RemoveAll(into))
	}
	if err := exchange(h.o.folder, into, aside); err != nil {
		return out, model.Fail(model.ReasonDisk, "the saved files could not be put in their place", err)
	}
	return out, os.RemoveAll(into)
}

// exchange moves the files of from into folder, and those that were there under
// their names into aside.
func exchange(folder, from, aside string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(aside, 0o700); err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		old := filepath.Join(folder, e.Name())
		if err := os.Rename(old, filepath.Join(aside, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := os.Rename(filepath.Join(from, e.Name()), old); err != nil {
			return err
		}
	}
	return nil
}
