package app

import (
	"context"

	"sotto/engine"
	"sotto/internal/desktop"
	"sotto/ui/vm"
)

// noLogs are logs of a program that has none.
type noLogs struct{}

func (noLogs) Folder() string      { return "" }
func (noLogs) Size() int64         { return 0 }
func (noLogs) Export(string) error { return nil }
func (noLogs) Delete() error       { return nil }

// Autostart implements Host.
func (h *house) Autostart() vm.AutostartRecord {
	return desktop.Autostart{App: desktop.App{ID: "im.sotto.Test", Name: "Sotto"}, Program: h.dir}
}

// Clear implements Host.
func (h *house) Clear(context.Context) error {
	if h.engine != nil {
		h.stop()
		if err := h.engine.Close(); err != nil {
			return err
		}
		h.engine = nil
	}
	if h.cleared != nil {
		h.cleared()
	}
	if h.stuck != nil {
		return h.stuck
	}
	return engine.Destroy(h.options())
}
