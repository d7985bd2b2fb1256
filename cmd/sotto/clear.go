package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"

	"sotto/engine"
	"sotto/ui/settings"
)

// Logs implements app.Host.
func (h *host) Logs() settings.Logs { return logs{h.logs} }

// Clear implements app.Host: the engine ends, and everything goes that this
// program has put into the profile's folder and, when it salvaged a damaged
// profile, beside it. The socket stays until the program ends, unless another
// account is left that the window goes on with. Removing goes as far as it can;
// the error tells what stayed.
func (h *host) Clear(context.Context) error {
	err := h.clear()
	if err == nil && h.keeper != nil {
		err = h.keeper.gone(h)
	}
	return err
}

func (h *host) clear() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.engine != nil {
		h.stop()
		<-h.ran
		// A profile that does not close well goes all the same.
		if cerr := h.engine.Close(); cerr != nil {
			h.log.Warn("not closed cleanly before it was deleted", "err", cerr)
		}
		h.engine = nil
	}
	err := engine.Destroy(engine.Options{Dir: h.o.folder})
	if _, nerr := h.network(); nerr == nil || h.net.choice != nil {
		err = errors.Join(err, h.net.choice.Forget())
	}
	return errors.Join(err, removeDamaged(h.o.folder), h.logs.Delete())
}

// aside is how Salvage names what it puts beside a profile.
var aside = regexp.MustCompile(`^\.(damaged|saved)-\d{8}-\d{6}$`)

// removeDamaged removes damaged copies of the profile: the same key opens them.
func removeDamaged(folder string) error {
	entries, err := os.ReadDir(filepath.Dir(folder))
	if err != nil {
		return err
	}
	base := filepath.Base(folder)
	for _, e := range entries {
		if len(e.Name()) <= len(base) || e.Name()[:len(base)] != base || !aside.MatchString(e.Name()[len(base):]) || !e.IsDir() {
			continue
		}
		err = errors.Join(err, os.RemoveAll(filepath.Join(filepath.Dir(folder), e.Name())))
	}
	return err
}
