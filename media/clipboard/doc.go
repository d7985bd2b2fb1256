// Package clipboard reads a picture from the clipboard of the system, of which
// the window's toolkit hands on text only.
//
// [Picture] asks the desktop's own small programs on X11 (xclip) and Wayland
// (wl-paste), osascript on macOS, and Windows itself. It may take seconds: the
// owner of the clipboard makes the picture when it is asked.
package clipboard

import (
	"context"
	"time"

	"sotto/media/picture"
)

// patience is how long the clipboard's owner may take.
const patience = 3 * time.Second

// Picture reads a picture in a kind that media/picture knows, nil when there is
// none. needs names the program that would be able to and is not there.
func Picture(ctx context.Context) (data []byte, needs string) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return read(ctx)
}

// usable reports whether data is a picture that can be sent.
func usable(data []byte) bool {
	if len(data) == 0 || len(data) > picture.MaxBytes {
		return false
	}
	_, err := picture.Inspect(data)
	return err == nil
}
