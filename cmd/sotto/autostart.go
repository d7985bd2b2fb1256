package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"

	"sotto/internal/desktop"
	"sotto/ui/vm"
)

// Autostart implements app.Host: the program as it was started, with all accounts
// or the one profile that it has open.
func (h *host) Autostart() vm.AutostartRecord {
	a := desktop.Autostart{App: desktop.App{ID: appID, Name: "Sotto"}, Program: programPath(), Args: []string{"--hidden"}}
	if !h.o.usual {
		option, folder := "--profile", h.o.folder
		if h.o.base != "" {
			option, folder = "--data", h.o.base
		}
		if whole, err := filepath.Abs(folder); err == nil {
			folder = whole
		}
		sum := sha256.Sum256([]byte(folder))
		a.Variant = hex.EncodeToString(sum[:4])
		a.Args = append(a.Args, option, folder)
	}
	return a
}

// programPath is what the system has to start. An AppImage runs from a folder
// that is gone afterwards, and says where it really lies.
func programPath() string {
	if image := os.Getenv("APPIMAGE"); filepath.IsAbs(image) {
		return image
	}
	path, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return path
}
