package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/store"
)

// attachmentReader gives errors of the store their reasons.
type attachmentReader struct{ r *store.FileReader }

func (a *attachmentReader) Read(b []byte) (int, error) {
	n, err := a.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = storeError("read the file", err)
	}
	return n, err
}

func (a *attachmentReader) Seek(offset int64, whence int) (int64, error) {
	return a.r.Seek(offset, whence)
}
func (a *attachmentReader) Close() error { return a.r.Close() }

// lost notes that a file which should be here is not, so that it can be fetched
// again.
func (c *core) lost(id model.MessageID, index int) {
	err := c.update(func(w *work) error {
		m, a, err := w.file(id, index)
		if err != nil || a.URL == "" {
			return nil // not known any more, or never sent: nowhere to fetch it from
		}
		a.LocalID = ""
		return w.putMessage(m)
	})
	if err != nil {
		c.storeFailed("note that a file is missing", err)
	}
}

// savePath is where a file goes: into a folder under its own name, or to the
// path itself.
func savePath(path string, a model.Attachment) string {
	if st, err := os.Stat(path); err != nil || !st.IsDir() {
		return path
	}
	return filepath.Join(path, SaveName(a))
}

// SaveName is the name under which a file is saved: the sender's, made safe, with
// the ending of its type where it has none.
func SaveName(a model.Attachment) string {
	name := a.Name
	if name == "" {
		name = "file"
	}
	name = attach.CleanName(name)
	if ext := filepath.Ext(name); ext == "" || a.Kind() == model.FilePicture && !pictureEnding(ext, a.Type) {
		name += extensions[a.Type]
	}
	return name
}

// pictureEnding reports whether a name may end so for a picture of a type. One
// that is also a page or an archive, under the name of such, is saved as the
// picture that it is shown as: what it ends in decides what opens it.
func pictureEnding(ext, contentType string) bool {
	switch ext = strings.ToLower(ext); contentType {
	case "image/jpeg":
		return ext == ".jpg" || ext == ".jpeg" || ext == ".jfif"
	case "image/heic", "image/heif":
		return ext == ".heic" || ext == ".heif"
	}
	return ext == extensions[contentType]
}

// extensions are given to files that come without one.
var extensions = map[string]string{
	"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/heic": ".heic",
	"audio/mp3": ".mp3", "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/x-m4a": ".m4a", "audio/aac": ".aac",
	"audio/ogg": ".ogg", "audio/wav": ".wav", "audio/flac": ".flac", "video/mp4": ".mp4", "video/webm": ".webm",
	"application/pdf": ".pdf", "text/plain": ".txt",
}

// maxSameName bounds the search for a name that is free.
const maxSameName = 1000

// saveFile writes a file that is not there yet; what fails leaves nothing.
func saveFile(ctx context.Context, r io.Reader, path string) (saved string, err error) {
	f, err := createNew(path)
	if err != nil {
		return "", saveError(err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
			err = saveError(err)
		}
	}()
	buf := make([]byte, 64<<10)
	for err == nil {
		var n int
		if n, err = r.Read(buf); n > 0 {
			if _, werr := f.Write(buf[:n]); werr != nil {
				err = werr
			}
		}
		if ctx.Err() != nil {
			err = contextError(ctx)
		}
	}
	if errors.Is(err, io.EOF) {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return f.Name(), err
}

// createNew creates a file under the first free of "name.ext", "name (2).ext" ...
func createNew(path string) (*os.File, error) {
	ext := filepath.Ext(path)
	stem := strings.TrimSuffix(path, ext)
	for n := 1; ; n++ {
		if n > 1 {
			path = fmt.Sprintf("%s (%d)%s", stem, n, ext)
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err == nil || !errors.Is(err, fs.ErrExist) || n == maxSameName {
			return f, err
		}
	}
}

func saveError(err error) error {
	var known *model.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrExist):
		return model.Fail(model.ReasonNotAllowed, "the file cannot be written there: choose another folder", plainPath(err))
	}
	return model.Fail(model.ReasonDisk, "the file cannot be written: the disk is full or fails", plainPath(err))
}
