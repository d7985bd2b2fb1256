//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
)

// unpackUntilEnded does what --appimage-mount is used for: the contents are in a
// folder, whose path is the only line on standard output, until a signal ends
// the program.
func unpackUntilEnded(f *os.File, out, stderr io.Writer) (err error) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, ending...)
	p, err := newPlace()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.remove()) }()
	if err := unpack(f, p.path, nil); err != nil {
		return err
	}
	fmt.Fprintln(out, p.path)
	fmt.Fprintln(stderr, "A copy, not a mount: this AppImage uses no FUSE. Ctrl+C removes it.")
	<-signals
	return nil
}
