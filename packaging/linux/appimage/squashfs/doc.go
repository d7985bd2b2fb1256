// Package squashfs reads the file system image inside an AppImage: squashfs 4.0
// (Linux, Documentation/filesystems/squashfs.rst), compressed with zstd, as
// mksquashfs writes it.
//
// Most callers call Open and Extract. Left out is what the images of packaging
// never have: other compressors, devices, sockets, extended attributes, owners.
//
// An image is not trusted: names and links that lead out of the folder, sizes
// beyond Limits and tables that make no sense are errors, and time and memory
// are bounded by Limits whatever the image says.
package squashfs

import "errors"

var (
	// ErrMalformed: the image contradicts its own format.
	ErrMalformed = errors.New("squashfs: malformed image")
	// ErrUnsupported: the image uses what this package does not read.
	ErrUnsupported = errors.New("squashfs: unsupported image")
	// ErrTooLarge: the image holds more than Limits allow.
	ErrTooLarge = errors.New("squashfs: image too large")
	// ErrOutside: a name or a link leads out of the folder.
	ErrOutside = errors.New("squashfs: path leads out of the folder")
)

// Limits of what is read from one image.
const (
	maxEntries = 10_000    // files, folders and links
	maxDepth   = 32        // folders in folders
	maxBytes   = 512 << 20 // of all files together, unpacked
	maxWork    = 2 << 30   // of everything that is unpacked on the way, bytes
	maxBlock   = 1 << 20   // the format's own limit of a data block
	maxLink    = 4096      // bytes of a link's target
)
