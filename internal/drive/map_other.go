//go:build !unix

package drive

import "errors"

// mapFile would share the memory of a screen that is kept in a file, which only
// Xvfb does.
func mapFile(string) ([]byte, error) { return nil, errors.ErrUnsupported }

func unmap([]byte) error { return nil }
