//go:build linux

// Command runtime is the beginning of an AppImage (type 2): a program without
// libraries, with the file system image of an application behind it. It unpacks
// the image into a folder of its own, starts the application, waits for it and
// removes the folder. It needs no FUSE.
//
// The application finds APPIMAGE (this file), APPDIR (the folder), ARGV0 (the
// name it was called by) and OWD (where it was called) in its environment. A
// folder beside this file with its name and .home is its home then, one with
// .config has its settings; REAL_HOME and REAL_XDG_CONFIG_HOME say where the
// user's own are.
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"sotto/packaging/linux/appimage/section"
	"sotto/packaging/linux/appimage/squashfs"
)

// version is set when an AppImage is built.
var version = "unknown"

const usage = `Options that the AppImage takes, all others go to the application:

  --appimage-help                say this
  --appimage-version             say which runtime this is
  --appimage-extract [PATTERN]   unpack into the folder squashfs-root here
  --appimage-extract-and-run     unpack, start, clean up: what happens anyway
  --appimage-mount               unpack into a folder, say where, and remove it
                                 on Ctrl+C (nothing is mounted: no FUSE)
  --appimage-offset              say where the file system image begins
  --appimage-updateinformation   say where newer versions are announced
  --appimage-signature           say the signature inside the file
  --appimage-portable-home       make a folder beside the file for everything
  --appimage-portable-config     make a folder beside the file for settings

A link to the AppImage with the name of a program in its usr/bin starts that
program. TMPDIR says where to unpack.
`

func main() {
	code, err := run(os.Args, os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "AppImage:", sentence(err))
		os.Exit(1)
	}
	os.Exit(code)
}

func run(args []string, out, stderr io.Writer) (int, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	f, err := os.Open(self)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	option, rest := "", args[1:]
	if len(rest) > 0 && strings.HasPrefix(rest[0], "--appimage-") {
		option, rest = rest[0], rest[1:]
	}
	switch option {
	case "", "--appimage-extract-and-run":
		return start(f, self, args[0], rest, stderr)
	case "--appimage-help":
		fmt.Fprint(out, usage)
	case "--appimage-version":
		fmt.Fprintln(out, "AppImage type 2, runtime of Sotto", version)
	case "--appimage-offset":
		at, err := section.End(f)
		if err != nil {
			return 0, err
		}
		fmt.Fprintln(out, at)
	case "--appimage-updateinformation", "--appimage-updateinfo":
		return 0, say(out, f, section.Update)
	case "--appimage-signature":
		return 0, say(out, f, section.Signature)
	case "--appimage-portable-home":
		return 0, os.Mkdir(self+".home", 0o700)
	case "--appimage-portable-config":
		return 0, os.Mkdir(self+".config", 0o700)
	case "--appimage-extract":
		pattern := ""
		if len(rest) > 0 {
			pattern = rest[0]
		}
		return 0, extractHere(f, pattern)
	case "--appimage-mount":
		return 0, unpackUntilEnded(f, out, stderr)
	default:
		return 0, fmt.Errorf("there is no option %s; --appimage-help lists them", option)
	}
	return 0, nil
}

func say(out io.Writer, f *os.File, name string) error {
	b, err := section.Content(f, name)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", b)
	return err
}

// unpack writes the image behind the program into a folder.
func unpack(f *os.File, folder string, want func(string) bool) error {
	at, err := section.End(f)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	size := info.Size() - at
	image, err := squashfs.Open(io.NewSectionReader(f, at, size), size)
	if err != nil {
		return err
	}
	defer image.Close()
	return squashfs.Extract(image, folder, want)
}

// extractHere unpacks what matches a pattern, or what is under a folder that
// matches; an empty pattern matches everything.
func extractHere(f *os.File, pattern string) error {
	const folder = "squashfs-root"
	if err := os.Mkdir(folder, 0o755); err != nil {
		return err
	}
	if pattern == "" {
		return unpack(f, folder, nil)
	}
	found := false
	err := unpack(f, folder, func(name string) bool {
		for ; name != "."; name = path.Dir(name) {
			if ok, err := path.Match(pattern, name); ok && err == nil {
				found = true
				return true
			}
		}
		return false
	})
	if err == nil && !found {
		err = fmt.Errorf("nothing in this AppImage matches %q", pattern)
	}
	return err
}

// sentence says what went wrong and what to do.
func sentence(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "there is not enough room to unpack the application. Make room, or set TMPDIR to a folder with 150 MB."
	case errors.Is(err, squashfs.ErrMalformed), errors.Is(err, squashfs.ErrUnsupported), errors.Is(err, squashfs.ErrTooLarge),
		errors.Is(err, squashfs.ErrOutside), errors.Is(err, section.ErrFormat):
		return fmt.Sprintf("this file is damaged (%v). Get it again and compare it with SHA256SUMS.", err)
	case errors.Is(err, fs.ErrExist):
		var at *fs.PathError
		if errors.As(err, &at) {
			return fmt.Sprintf("%s is there already. Remove or rename it, then try again.", filepath.Clean(at.Path))
		}
	}
	return err.Error()
}
