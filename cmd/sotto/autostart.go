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
	program := programPath()
	a := desktop.Autostart{App: desktop.App{ID: appID, Name: "Sotto"}, Program: program, Args: []string{"--hidden"},
		Config: userConfig(program, os.Getenv)}
	apart := "" // what tells its accounts from the usual ones
	if os.Getenv("HOME") == program+homeSuffix {
		apart = program
	}
	if !h.o.usual {
		option, folder := "--profile", h.o.folder
		if h.o.base != "" {
			option, folder = "--data", h.o.base
		}
		if whole, err := filepath.Abs(folder); err == nil {
			folder = whole
		}
		apart = folder
		a.Args = append(a.Args, option, folder)
	}
	if apart != "" {
		sum := sha256.Sum256([]byte(apart))
		a.Variant = hex.EncodeToString(sum[:4])
	}
	return a
}

// What is appended to the name of an AppImage for its portable home and settings.
const (
	homeSuffix   = ".home"
	configSuffix = ".config"
)

// programPath is what the system has to start.
func programPath() string {
	path, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return startsAgain(path, os.Getenv("APPIMAGE"), os.Getenv("APPDIR"))
}

// startsAgain is the file that starts the program at path another day. An AppImage
// runs from a folder that is gone then, and says where it really lies. What it
// says also reaches the programs that it starts (a terminal and all in it), so it
// counts for those in its folder alone.
func startsAgain(path, image, folder string) string {
	if !filepath.IsAbs(image) || !filepath.IsAbs(folder) {
		return path
	}
	// The path of a program that runs has no links.
	folder, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return path
	}
	if inside, err := filepath.Rel(folder, path); err != nil || !filepath.IsLocal(inside) {
		return path
	}
	return image
}

// userConfig is the folder of the user's settings, which the desktop reads; empty
// when it is that of this process. An AppImage with a portable home, or portable
// settings, runs with others and says where the user's own are.
func userConfig(program string, getenv func(string) string) string {
	if getenv("HOME") != program+homeSuffix && getenv("XDG_CONFIG_HOME") != program+configSuffix {
		return ""
	}
	if dir := getenv("REAL_XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return dir
	}
	if home := getenv("REAL_HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".config")
	}
	return ""
}
