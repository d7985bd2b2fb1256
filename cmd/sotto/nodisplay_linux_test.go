package main

import (
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestWithoutADisplay starts the program where nothing can show a window: it says so
// in one sentence and ends.
func TestWithoutADisplay(t *testing.T) {
	for name, display := range map[string][]string{
		"none":                nil,
		"one that is gone":    {"DISPLAY=:987"},
		"X wanted, not there": {"DISPLAY=:987", "FYNE_PLATFORM=x11"},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), program, "--profile", t.TempDir(), "--network", "testnet")
			cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool {
				return strings.HasPrefix(v, "DISPLAY=") || strings.HasPrefix(v, "WAYLAND_DISPLAY=")
			}), display...)
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != exitError {
				t.Errorf("it ended with %v", err)
			}
			if !strings.Contains(string(out), "there is no display") || strings.Contains(string(out), "goroutine") {
				t.Errorf("it said:\n%s", out)
			}
		})
	}
}
