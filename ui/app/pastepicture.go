package app

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"time"

	"sotto/media/picture"
	"sotto/ui/text"
	"sotto/ui/vm"
)

// pastePicture asks for a picture on the clipboard. The toolkit hands on text
// only; on X11 and Wayland the desktop's own small programs for the clipboard
// give the picture, where they are installed; where they are not, that is said.
// done gets nil when there is no picture.
func (w *Window) pastePicture(done func(data []byte)) {
	type answer struct {
		data  []byte
		needs string
	}
	vm.Ask(w.desk, func(ctx context.Context) (answer, error) {
		data, needs := clipboardPicture(ctx)
		return answer{data, needs}, nil
	}, func(a answer, _ error) {
		if a.needs != "" {
			w.Toast(text.F("files.paste_needs", "program", a.needs), "", nil, nil)
		}
		done(a.data)
	})
}

// clipboardPicture reads a picture from the clipboard, nil when there is none.
// needs names the program that would be able to and is not there.
func clipboardPicture(ctx context.Context) (data []byte, needs string) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return nil, ""
	}
	const patience = 3 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, kind := range []string{"image/png", "image/jpeg"} {
		name, args := "xclip", []string{"-selection", "clipboard", "-t", kind, "-o"}
		if os.Getenv("WAYLAND_DISPLAY") != "" {
			name, args = "wl-paste", []string{"--no-newline", "--type", kind}
		}
		path, err := exec.LookPath(name)
		if err != nil {
			return nil, name
		}
		data, err := exec.CommandContext(ctx, path, args...).Output()
		if err != nil || len(data) > picture.MaxBytes {
			continue
		}
		if _, err := picture.Inspect(data); err == nil {
			return data, ""
		}
	}
	return nil, ""
}
