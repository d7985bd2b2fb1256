package squashfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// Extract writes what is in the image into a folder that exists and is empty.
// want says which files and links to write, by their path; nil: all. Permissions
// are kept, except that the owner can always read and remove; special bits are
// not. Nothing is written outside the folder, also not through links.
func Extract(i *Image, folder string, want func(path string) bool) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	x := extraction{image: i, root: root, want: want}
	top, err := i.inode(i.root)
	if err != nil {
		return err
	}
	if top.kind != fs.ModeDir {
		return fmt.Errorf("%w: the root is no folder", ErrMalformed)
	}
	return x.folder(".", top, 0)
}

type extraction struct {
	image   *Image
	root    *os.Root
	want    func(string) bool
	entries int
	bytes   int64
}

func (x *extraction) folder(at string, n inode, depth int) error {
	if depth > maxDepth {
		return ErrTooLarge
	}
	children, err := x.image.children(n, maxEntries-x.entries)
	if err != nil {
		return err
	}
	x.entries += len(children)
	for _, c := range children {
		name := path.Join(at, c.name)
		n, err := x.image.inode(c.ref)
		if err != nil {
			return err
		}
		if n.kind == fs.ModeDir {
			if x.want == nil {
				err = x.root.Mkdir(name, 0o700)
			}
			if err == nil {
				err = x.folder(name, n, depth+1)
			}
			if err == nil && x.want == nil {
				err = x.root.Chmod(name, n.perm|0o700)
			}
		} else if x.want == nil || x.want(name) {
			err = x.entry(name, n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// entry writes a file or a link.
func (x *extraction) entry(name string, n inode) error {
	if x.want != nil {
		if err := x.root.MkdirAll(path.Dir(name), 0o755); err != nil {
			return err
		}
	}
	if n.kind == fs.ModeSymlink {
		if !inside(name, n.target) {
			return fmt.Errorf("%w: %q leads to %q", ErrOutside, name, n.target)
		}
		return x.root.Symlink(n.target, name)
	}
	if x.bytes += n.size; x.bytes > maxBytes {
		return ErrTooLarge
	}
	// A name twice in a folder is refused here.
	f, err := x.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(x.image.copyTo(io.Writer(f), n), f.Chmod(n.perm|0o400), f.Close())
}

// plainName reports whether a name is one step into a folder.
func plainName(s string) bool {
	return s != "" && s != "." && s != ".." && len(s) <= 255 && !strings.ContainsAny(s, "/\x00")
}

// inside reports whether the link at a path stays in the folder. Steps up are
// taken at the beginning only, where the way is known: behind another link they
// could lead anywhere.
func inside(at, target string) bool {
	if target == "" || path.IsAbs(target) || strings.Contains(target, "\x00") {
		return false
	}
	up := strings.Count(path.Dir(at)+"/", "/")
	if path.Dir(at) == "." {
		up = 0
	}
	steps := strings.Split(target, "/")
	for len(steps) > 0 && (steps[0] == ".." || steps[0] == "." || steps[0] == "") {
		if steps[0] == ".." {
			up--
		}
		steps = steps[1:]
	}
	for _, s := range steps {
		if s == ".." {
			return false
		}
	}
	return up >= 0
}
