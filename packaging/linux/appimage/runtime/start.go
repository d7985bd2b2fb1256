//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

// ending are the signals that end a program; they go to the application, which
// decides. What cannot be caught is repaired by the next start.
var ending = []os.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT}

// forwarded are signals that only the application understands.
var forwarded = append([]os.Signal{syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGWINCH}, ending...)

// start unpacks and runs the application and returns its exit code, that of a
// shell (128 + signal) when a signal ended it.
func start(f *os.File, self, called string, args []string, stderr io.Writer) (code int, err error) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, forwarded...)
	owd, _ := os.Getwd()
	p, err := newPlace()
	if err != nil {
		return 0, err
	}
	defer func() {
		if gone := p.remove(); gone != nil {
			// The application has run; what is left is removed by the next start.
			fmt.Fprintln(stderr, "AppImage:", gone)
		}
	}()
	unpacked := make(chan error, 1)
	go func() { unpacked <- unpack(f, p.path, nil) }()
	for waiting := true; waiting; {
		select {
		case err := <-unpacked:
			if err != nil {
				return 0, err
			}
			waiting = false
		case s := <-signals:
			if ends(s) {
				<-unpacked // nobody writes into a folder that is removed
				return 128 + int(s.(syscall.Signal)), nil
			}
		}
	}

	cmd := exec.Command(program(p.path, called), args...)
	cmd.Args[0] = called
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = environment(os.Environ(), self, p.path, called, owd)
	// If this process is killed, the application is told to end. The kernel
	// watches the thread that started it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("the application does not start: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case s := <-signals:
			_ = cmd.Process.Signal(s) // it may have ended just now
		case err := <-ended:
			return exitCode(err)
		}
	}
}

func ends(s os.Signal) bool {
	for _, e := range ending {
		if s == e {
			return true
		}
	}
	return false
}

func exitCode(err error) (int, error) {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return 0, err
	}
	if st, ok := exit.Sys().(syscall.WaitStatus); ok && st.Signaled() {
		return 128 + int(st.Signal()), nil
	}
	return exit.ExitCode(), nil
}

// program is what to start: AppRun, or the program of usr/bin whose name the
// file was called by.
func program(folder, called string) string {
	if name := filepath.Base(called); name != "." && name != "/" {
		named := filepath.Join(folder, "usr", "bin", name)
		if info, err := os.Stat(named); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return named
		}
	}
	return filepath.Join(folder, "AppRun")
}

// environment adds what an application in an AppImage finds. With a portable home
// or portable settings it also finds where the user's own are, which the desktop
// goes on reading: REAL_HOME and REAL_XDG_CONFIG_HOME, as other runtimes call them.
func environment(env []string, self, folder, called, owd string) []string {
	has := func(suffix string) bool {
		info, err := os.Stat(self + suffix)
		return err == nil && info.IsDir()
	}
	old := map[string]string{}
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		old[name] = value
	}
	set := map[string]string{"APPIMAGE": self, "APPDIR": folder, "ARGV0": called, "OWD": owd}
	if has(".home") {
		set["HOME"] = self + ".home"
		// Folders that are set apart would lie outside of it.
		for _, name := range []string{"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"} {
			set[name] = ""
		}
	}
	if has(".config") {
		set["XDG_CONFIG_HOME"] = self + ".config"
	}
	// Started by an application that is portable itself, they say so already.
	if _, portable := set["XDG_CONFIG_HOME"]; portable && old["REAL_HOME"] == "" {
		set["REAL_HOME"], set["REAL_XDG_CONFIG_HOME"] = old["HOME"], old["XDG_CONFIG_HOME"]
	}
	var out []string
	for _, e := range env {
		name, _, _ := strings.Cut(e, "=")
		if _, replaced := set[name]; !replaced {
			out = append(out, e)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if set[name] != "" {
			out = append(out, name+"="+set[name])
		}
	}
	return out
}
