package export

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"sotto/engine"
	"sotto/engine/model"
)

// media copies files of messages beside an export.
type media struct {
	x      *exporter
	folder string // empty: nothing is copied
	made   bool
	used   map[string]bool
	copied map[string]string // local names that are there already
}

// file copies one file of a message and returns its path as the export names
// it, with slashes; empty when it is not here.
func (m *media) file(msg *model.Message, index int) (string, error) {
	a, ok := msg.File(index)
	if !ok || m.folder == "" {
		return "", nil
	}
	if a.LocalID == "" {
		m.x.got.Missing++
		return "", nil
	}
	base := filepath.Base(m.folder) + "/"
	if name, ok := m.copied[a.LocalID]; ok {
		return base + name, nil
	}
	r, err := m.x.s.OpenAttachment(msg.ID, index)
	if err != nil {
		m.x.got.Missing++
		return "", nil // gone or damaged: the rest is worth having
	}
	defer r.Close()
	if !m.made {
		if err := os.Mkdir(m.folder, 0o700); err != nil {
			return "", refused(err)
		}
		m.made, m.copied = true, map[string]string{}
	}
	name := unused(m.used, engine.SaveName(*a))
	damaged := false
	err = engine.WriteNew(filepath.Join(m.folder, name), func(w io.Writer) error {
		err := pour(m.x, w, r)
		damaged = model.ReasonOf(err) == model.ReasonDamaged
		return err
	})
	if damaged {
		m.x.got.Missing++
		return "", nil
	}
	if err != nil {
		return "", err
	}
	m.copied[a.LocalID] = name
	m.x.got.Files++
	return base + name, nil
}

// pour copies, and ends when the caller wants no more.
func pour(x *exporter, w io.Writer, r io.Reader) error {
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			if _, werr := w.Write(buf[:n]); werr != nil {
				return werr
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case x.ctx.Err() != nil:
			return x.ctx.Err()
		}
	}
}

// fileName makes a name for a file of what people call a conversation.
func fileName(title string) string { return engine.SaveName(model.Attachment{Name: title}) }

// unused makes a name that was not given before, by the rules of file systems
// that do not tell capitals.
func unused(used map[string]bool, name string) string {
	ext := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	for n := 1; ; n++ {
		try := name
		if n > 1 {
			try = fmt.Sprintf("%s (%d)%s", stem, n, ext)
		}
		if key := strings.ToLower(try); !used[key] {
			used[key] = true
			return try
		}
	}
}
