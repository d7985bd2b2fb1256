package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"sotto/cmd/internal/logfile"
)

// logsFolder is where the log of a profile lies, inside of it.
const logsFolder = "logs"

// newLog logs to standard error what the user asked for, and to the profile's
// files what a report of a fault needs.
func newLog(o options, stderr io.Writer) (*slog.Logger, *logfile.File) {
	files := logfile.New(filepath.Join(o.folder, logsFolder), logfile.Limit)
	return slog.New(slog.NewMultiHandler(
		slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: o.level}),
		slog.NewTextHandler(files, &slog.HandlerOptions{Level: min(o.level, slog.LevelInfo)}),
	)), files
}

// logs implements settings.Logs.
type logs struct{ *logfile.File }

// Export writes a file that does not exist yet.
func (l logs) Export(path string) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			_ = os.Remove(path)
		}
	}()
	_, err = fmt.Fprintf(f, "Sotto %s, %s, %s %s, %s\n\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH,
		time.Now().UTC().Format(time.RFC3339))
	if err != nil {
		return err
	}
	return l.File.Export(f)
}
