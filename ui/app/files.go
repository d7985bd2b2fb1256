package app

import (
	"context"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"sotto/media/picture"
	"sotto/ui/datasheet"
	"sotto/ui/picker"
	"sotto/ui/text"
	"sotto/ui/vm"
)

// Clipboard returns the text on the clipboard.
func (w *Window) Clipboard() string { return w.app.Clipboard().Content() }

// Copy puts a text on the clipboard and says so.
func (w *Window) Copy(s string) {
	w.app.Clipboard().SetContent(s)
	w.Toast(text.T("app.copied"), "", nil, nil)
}

// secretStay is how long a secret stays on the clipboard.
const secretStay = time.Minute

// CopySecret is Copy for what should not lie around: it goes from the clipboard
// after a while, unless something else has taken its place.
func (w *Window) CopySecret(s string) {
	w.app.Clipboard().SetContent(s)
	w.secret = s
	w.Toast(text.T("app.copied_secret"), "", nil, nil)
	time.AfterFunc(secretStay, func() {
		w.desk.Post(func() {
			if w.secret == s {
				w.forgetSecret()
			}
		})
	})
}

// forgetSecret takes a copied secret from the clipboard, unless something else
// has taken its place.
func (w *Window) forgetSecret() {
	if w.secret != "" && w.app.Clipboard().Content() == w.secret {
		w.app.Clipboard().SetContent("")
	}
	w.secret = ""
}

// Toast shows a sentence for a while; see widget.Stage.
func (w *Window) Toast(sentence, action string, tapped, expired func()) (dismiss func()) {
	return w.stage.Toast(sentence, action, tapped, expired)
}

// PickPicture lets the user choose a picture file.
func (w *Window) PickPicture(done func(data []byte, err error)) {
	picker.Open(w.Canvas(), w.desk, func(path string) {
		vm.Ask(w.desk, func(context.Context) ([]byte, error) { return readPicture(path) }, done)
	})
}

// OpenBackup lets the user choose a backup on the first run.
func (w *Window) OpenBackup(chosen func(file, passphrase string)) {
	datasheet.Choose(firstRun{w}, chosen)
}

// firstRun is the window before there is a session.
type firstRun struct{ *Window }

func (f firstRun) Desk() vm.Desk                     { return f.desk }
func (f firstRun) PickFile(chosen func(path string)) { picker.OpenAny(f.Canvas(), f.desk, chosen) }

// readPicture reads a file of bounded size.
func readPicture(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, picture.MaxBytes+1))
	if err == nil && len(data) > picture.MaxBytes {
		err = picture.ErrTooLarge
	}
	return data, err
}

// dropped takes what was dropped on the window.
func (w *Window) dropped(_ fyne.Position, files []fyne.URI) {
	var paths []string
	for _, f := range files {
		if f.Scheme() == "file" {
			paths = append(paths, f.Path())
		}
	}
	w.Drop(paths)
}

// Drop takes files as if they had been dropped on the window: into the
// conversation that is open, else a picture of a QR code or for the profile.
func (w *Window) Drop(paths []string) {
	if len(paths) == 0 || w.session != nil && w.session.attach(paths) {
		return
	}
	w.dropPicture(paths[0])
}

// dropPicture takes the picture of a QR code, or one for the profile.
func (w *Window) dropPicture(path string) {
	var take func([]byte)
	desk := w.desk
	switch {
	case w.first != nil:
		take = w.first.Drop
	case w.session != nil:
		// Of its desk: what comes late is for no other account.
		take, desk = w.session.drop, w.session.desk
	default:
		return
	}
	vm.Ask(desk, func(context.Context) ([]byte, error) { return readPicture(path) }, func(data []byte, err error) {
		if err != nil {
			w.Toast(vm.PictureSentence(err), "", nil, nil)
			return
		}
		take(data)
	})
}

// SavePicture writes a picture where downloads go and says where.
func (w *Window) SavePicture(name string, img image.Image) {
	vm.Ask(w.desk, func(context.Context) (string, error) { return savePNG(downloads(), name, img) },
		func(path string, err error) {
			if err != nil {
				w.Toast(text.T("app.not_saved"), "", nil, nil)
				return
			}
			w.Toast(text.F("app.saved_as", "path", path), "", nil, nil)
		})
}

func savePNG(folder, name string, img image.Image) (string, error) {
	for n := 1; ; n++ {
		path := filepath.Join(folder, name+".png")
		if n > 1 {
			path = filepath.Join(folder, name+" "+strconv.Itoa(n)+".png")
		}
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if os.IsExist(err) && n < 1000 {
			continue
		}
		if err != nil {
			return "", err
		}
		err = png.Encode(f, img)
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			_ = os.Remove(path) // half a picture is of use to nobody
		}
		return path, err
	}
}

// downloads is the folder for what a program saves for its user.
func downloads() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return os.TempDir()
	}
	config := os.Getenv("XDG_CONFIG_HOME")
	if config == "" {
		config = filepath.Join(home, ".config")
	}
	if list, err := os.ReadFile(filepath.Join(config, "user-dirs.dirs")); err == nil {
		for _, line := range strings.Split(string(list), "\n") {
			if value, ok := strings.CutPrefix(strings.TrimSpace(line), "XDG_DOWNLOAD_DIR="); ok {
				dir := strings.ReplaceAll(strings.Trim(value, `"`), "$HOME", home)
				if isFolder(dir) {
					return dir
				}
			}
		}
	}
	if dir := filepath.Join(home, "Downloads"); isFolder(dir) {
		return dir
	}
	return home
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
