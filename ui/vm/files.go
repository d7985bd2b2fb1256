package vm

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"sotto/engine/model"
	"sotto/ui/text"
)

// FilesEngine is what saving and opening files needs of the engine.
type FilesEngine interface {
	MediaOpener
	SaveAttachment(ctx context.Context, id model.MessageID, index int, path string) (saved string, err error)
}

// Files saves files of messages, and opens them with other programs.
type Files struct {
	desk   Desk
	engine FilesEngine
	folder func() string // where downloads go

	mu   sync.Mutex
	temp string // of copies that other programs read
}

// NewFiles makes one; folder is asked where downloads go.
func NewFiles(desk Desk, e FilesEngine, folder func() string) *Files {
	return &Files{desk: desk, engine: e, folder: folder}
}

// FileRef names a file of a message.
type FileRef struct {
	Message model.MessageID
	Index   int
}

// Save writes files where downloads go and tells what came of it.
func (f *Files) Save(list []FileRef, done func(sentence string)) {
	Ask(f.desk, func(ctx context.Context) (string, error) {
		folder, last := f.folder(), ""
		for i, r := range list {
			path, err := f.engine.SaveAttachment(ctx, r.Message, r.Index, folder)
			switch {
			case err != nil && i > 0:
				return text.N("files.saved_some", i, "path", folder, "why", sentenceIn("files.save", err)), nil
			case err != nil:
				return "", err
			}
			last = path
		}
		if len(list) == 1 {
			return text.F("app.saved_as", "path", last), nil
		}
		return text.F("files.saved_all", "files", text.N("chat.files", len(list)), "path", folder), nil
	}, func(said string, err error) {
		if err != nil {
			said = sentenceIn("files.save", err)
		}
		done(said)
	})
}

// Open copies a file to where another program can read it, and hands it to
// open. The copies go when Close is called; they are readable for this user
// only.
func (f *Files) Open(ref FileRef, name string, open func(path string), failed func(sentence string)) {
	Ask(f.desk, func(context.Context) (string, error) { return f.copyOut(ref, name) }, func(path string, err error) {
		if err != nil {
			failed(sentenceIn("files.open", err))
			return
		}
		open(path)
	})
}

func (f *Files) copyOut(ref FileRef, name string) (string, error) {
	in, err := f.engine.OpenAttachment(ref.Message, ref.Index)
	if err != nil {
		return "", err
	}
	defer in.Close()
	dir, err := f.tempDir()
	if err != nil {
		return "", diskError(err)
	}
	if dir, err = os.MkdirTemp(dir, ""); err != nil {
		return "", diskError(err)
	}
	// Names come cleaned from the engine; one that is none is not trusted.
	name = filepath.Base(filepath.Clean("/" + strings.ReplaceAll(name, `\`, "_")))
	if name == "/" || name == "." {
		name = "file"
	}
	path := filepath.Join(dir, name)
	if err := writeCopy(path, in); err != nil {
		_ = os.RemoveAll(dir) // half a file is of use to nobody
		return "", err
	}
	return path, nil
}

// writeCopy writes a file that is not there yet. What the system refuses gets
// ReasonDisk; reading keeps its own reason.
func writeCopy(path string, in io.Reader) error {
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o400)
	if err == nil {
		_, err = io.Copy(out, in)
		if cerr := out.Close(); err == nil {
			err = cerr
		}
	}
	return diskError(err)
}

// diskError gives an error of the system its reason.
func diskError(err error) error {
	var known *model.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	return model.Fail(model.ReasonDisk, "the file cannot be written", err)
}

// tempDir is the folder of copies: in memory where the system has such a place.
func (f *Files) tempDir() (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.temp != "" {
		return f.temp, nil
	}
	dir, err := os.MkdirTemp(os.Getenv("XDG_RUNTIME_DIR"), "sotto-open-")
	if err != nil {
		dir, err = os.MkdirTemp("", "sotto-open-")
	}
	f.temp = dir
	return dir, err
}

// Close removes the copies.
func (f *Files) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.temp != "" {
		// What another program still holds open stays until the system clears it.
		_ = os.RemoveAll(f.temp)
		f.temp = ""
	}
}
