package engine

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"mime"
	"os"
	"path/filepath"
	"strings"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/media/picture"
	"sotto/store"
)

// source is a file as it is read for sending.
type source struct {
	r    io.Reader
	size int64 // -1: not known before the end
	name string
	done func()
}

func openSource(f File) (source, error) {
	name := f.Name
	if f.Data != nil {
		return source{r: f.Data, size: -1, name: attach.CleanName(name), done: func() {}}, nil
	}
	if name == "" {
		name = filepath.Base(f.Path)
	}
	// Before opening: a pipe would wait for its writer.
	st, err := os.Stat(f.Path)
	if err == nil && !st.Mode().IsRegular() {
		return source{}, fail(model.ReasonInvalid, "only files can be sent, not folders or devices")
	}
	var file *os.File
	if err == nil {
		file, err = os.Open(f.Path)
	}
	if err != nil {
		return source{}, model.Fail(model.ReasonNotFound, "the file cannot be read", plainPath(err))
	}
	return source{r: file, size: st.Size(), name: attach.CleanName(name), done: func() { _ = file.Close() }}, nil
}

// plainPath leaves the path out of an error, which may be written to a log.
func plainPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// prepared is a file as it is sent.
type prepared struct {
	FileInfo
	data io.Reader
}

var errTooLarge = fail(model.ReasonTooLarge, "the file is larger than 10 MB, the most that can be sent")

// prepare reads what is needed to say what is sent. A file whose content is a
// picture becomes one without anything but its pixels; when that does not work it
// is not sent at all, since it might say where it was taken.
func (c *core) prepare(ctx context.Context, f File, src source) (prepared, error) {
	if ctx.Err() != nil {
		return prepared{}, contextError(ctx)
	}
	head := make([]byte, 64)
	n, err := io.ReadFull(src.r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return prepared{}, model.Fail(model.ReasonNotFound, "the file cannot be read", plainPath(err))
	}
	head = head[:n]
	rest := io.MultiReader(bytes.NewReader(head), src.r)
	if _, err := picture.Sniff(head); err == nil && !f.Voice {
		return c.preparePicture(f, src.name, rest)
	}
	p := prepared{FileInfo: FileInfo{Name: src.name, Type: typeOf(f, src.name), Size: src.size}, data: rest}
	if f.Voice {
		p.Name = attach.VoiceName
		if f.Type == "" {
			p.Type = "audio/mp3" // as the official desktop client writes it
		}
	}
	if src.size > MaxFile {
		return prepared{}, errTooLarge
	}
	return p, nil
}

func (c *core) preparePicture(f File, name string, r io.Reader) (prepared, error) {
	data, err := io.ReadAll(io.LimitReader(r, picture.MaxBytes+1))
	if err != nil {
		return prepared{}, model.Fail(model.ReasonNotFound, "the file cannot be read", plainPath(err))
	}
	c.files.eye.Lock()
	defer c.files.eye.Unlock()
	made, err := picture.Prepare(data, picture.Options{Original: f.Original, MaxBytes: MaxFile})
	switch {
	case errors.Is(err, picture.ErrTooLarge):
		return prepared{}, model.Fail(model.ReasonTooLarge, "the picture is too large to be sent", err)
	case err != nil:
		return prepared{}, model.Fail(model.ReasonInvalid, "the picture is damaged, so what it says about you beside its pixels cannot be removed", err)
	}
	return prepared{FileInfo: FileInfo{
		Name: strings.TrimSuffix(name, filepath.Ext(name)) + made.Kind.Ext(), Type: made.Kind.ContentType(), Size: int64(len(made.Data)),
		Width: made.Width, Height: made.Height, Preview: made.Preview,
	}, data: bytes.NewReader(made.Data)}, nil
}

// commonTypes are those that matter for how a file is shown, the same on every
// system.
var commonTypes = map[string]string{
	".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm", ".mkv": "video/x-matroska",
	".avi": "video/x-msvideo", ".3gp": "video/3gpp",
	".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".aac": "audio/aac", ".ogg": "audio/ogg", ".oga": "audio/ogg",
	".opus": "audio/ogg", ".wav": "audio/wav", ".flac": "audio/flac",
	".pdf": "application/pdf", ".zip": "application/zip", ".txt": "text/plain", ".md": "text/markdown", ".csv": "text/csv",
}

const octets = "application/octet-stream"

// typeOf is what is said of a file that is no picture.
func typeOf(f File, name string) string {
	ext := strings.ToLower(filepath.Ext(name))
	t := f.Type
	if t == "" {
		t = commonTypes[ext]
	}
	if t == "" {
		t = mime.TypeByExtension(ext)
	}
	t, _, err := mime.ParseMediaType(t)
	if err != nil || strings.HasPrefix(t, "image/") && t != "image/svg+xml" {
		return octets // nothing, or a picture that is none
	}
	return t
}

// stage copies a file into the folder of the profile, ready to be sent.
func (c *core) stage(ctx context.Context, f File) (a model.Attachment, file *store.NewFile, err error) {
	src, err := openSource(f)
	if err != nil {
		return a, nil, err
	}
	defer src.done()
	p, err := c.prepare(ctx, f, src)
	if err != nil {
		return a, nil, err
	}
	if file, err = c.store.NewFile(); err != nil {
		return a, nil, storeError("store a file", err)
	}
	if err = copyInto(ctx, file, p.data); err != nil {
		file.Discard()
		return a, nil, err
	}
	var key [attach.LegacyKeySize]byte
	if _, err := io.ReadFull(c.rand, key[:]); err != nil {
		file.Discard()
		return a, nil, model.Fail(model.ReasonInternal, "no randomness for a key", err)
	}
	return model.Attachment{
		Key: key[:], Size: uint32(file.Size()), Type: p.Type, Name: p.Name, Voice: f.Voice,
		Width: uint32(p.Width), Height: uint32(p.Height), Preview: p.Preview, LocalID: file.Name(), Sound: f.Sound,
	}, file, nil
}

// copyInto writes at most MaxFile bytes into a new file and finishes it.
func copyInto(ctx context.Context, file *store.NewFile, r io.Reader) error {
	buf := make([]byte, 64<<10)
	for {
		if ctx.Err() != nil {
			return contextError(ctx)
		}
		n, err := r.Read(buf)
		if file.Size()+int64(n) > MaxFile {
			return errTooLarge
		}
		if n > 0 {
			if _, err := file.Write(buf[:n]); err != nil {
				return storeError("store a file", err)
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return storeError("store a file", file.Finish())
		case err != nil:
			return model.Fail(model.ReasonNotFound, "the file cannot be read", plainPath(err))
		}
	}
}
