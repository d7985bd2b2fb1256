package vm

import (
	"bytes"
	"context"
	"errors"
	"image"
	"io"
	"os"
	"path/filepath"
	"slices"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/media/picture"
	"sotto/ui/text"
)

// BasketEngine is what choosing files needs of the engine.
type BasketEngine interface {
	InspectFile(ctx context.Context, f engine.File) (engine.FileInfo, error)
}

// OutFile is a file that is about to be sent: of a path, or bytes from the
// clipboard.
type OutFile struct {
	Name    string
	Path    string
	Data    []byte
	Picture bool
	Video   bool
	Size    int64 // as it lies there
	// Sent is how large it goes out, 0 while that is being found out.
	Sent          int64
	Width, Height int
	Preview       []byte
	Thumb         image.Image // of pictures, once it is made
	Problem       string      // why it cannot be sent
	Checked       bool
	stated        bool // its size is known

	voice bool
	sound model.Sound
}

// engineFile is the file as the engine takes it.
func (f *OutFile) engineFile(original bool) engine.File {
	out := engine.File{Name: f.Name, Path: f.Path, Original: original, Voice: f.voice, Sound: f.sound}
	if f.Data != nil {
		out.Data = bytes.NewReader(f.Data)
	}
	return out
}

// SizeText says how large it is: "6.1 MB, sent as 2.4 MB".
func (f *OutFile) SizeText() string {
	if f.Size == 0 {
		return ""
	}
	size := FileSize(f.Size)
	if f.Sent > 0 && f.Picture && FileSize(f.Sent) != size {
		return text.F("files.sent_as", "size", size, "sent", FileSize(f.Sent))
	}
	return size
}

// Basket is what one has chosen to send together: in order, with a caption.
// Files are looked at one after the other, so that thirty photographs do not
// stand in memory at once.
type Basket struct {
	Changed  func() // on the interface's goroutine
	Files    []*OutFile
	Original bool

	desk    Desk
	engine  BasketEngine
	side    int // of thumbnails, in pixels
	looking bool
}

// NewBasket makes an empty basket; side is how large thumbnails are.
func NewBasket(desk Desk, e BasketEngine, side int) *Basket {
	return &Basket{desk: desk, engine: e, side: side, Changed: func() {}}
}

// AddPaths puts files in.
func (b *Basket) AddPaths(paths ...string) {
	for _, p := range paths {
		b.Files = append(b.Files, &OutFile{Name: filepath.Base(p), Path: p})
	}
	b.look()
	b.Changed()
}

// AddData puts bytes in: a picture from the clipboard.
func (b *Basket) AddData(name string, data []byte) {
	b.Files = append(b.Files, &OutFile{Name: name, Data: data, Size: int64(len(data))})
	b.look()
	b.Changed()
}

// Remove takes a file out.
func (b *Basket) Remove(i int) {
	if i >= 0 && i < len(b.Files) {
		b.Files = slices.Delete(b.Files, i, i+1)
		b.Changed()
	}
}

// Move puts a file in another place and returns it.
func (b *Basket) Move(from, to int) int {
	to = min(max(to, 0), len(b.Files)-1)
	if from < 0 || from >= len(b.Files) || from == to {
		return from
	}
	f := b.Files[from]
	b.Files = slices.Insert(slices.Delete(b.Files, from, from+1), to, f)
	b.Changed()
	return to
}

// SetOriginal chooses whether pictures keep their size.
func (b *Basket) SetOriginal(on bool) {
	b.Original = on
	for _, f := range b.Files {
		if f.Picture {
			f.Checked, f.stated, f.Sent, f.Problem = false, false, 0, ""
		}
	}
	b.look()
	b.Changed()
}

// Pictures counts the pictures.
func (b *Basket) Pictures() (n int) {
	for _, f := range b.Files {
		if f.Picture {
			n++
		}
	}
	return n
}

// Title says what is to be sent: "Send 3 pictures".
func (b *Basket) Title() string {
	n := len(b.Files)
	if n > 0 && b.Pictures() == n {
		return text.N("files.send_pictures", n)
	}
	return text.N("files.send_files", n)
}

// Problem says why this cannot be sent as it is, "" when it can.
func (b *Basket) Problem() string {
	if over := len(b.Files) - engine.MaxFiles; over > 0 {
		return text.N("files.too_many", over)
	}
	bad := 0
	for _, f := range b.Files {
		if f.Problem != "" {
			bad++
		}
	}
	if bad > 0 {
		return text.N("files.some_bad", bad)
	}
	return ""
}

// Sum says how large all is together, with what scaling saves.
func (b *Basket) Sum() string {
	var size, sent int64
	scaled := false
	for _, f := range b.Files {
		size += f.Size
		if f.Sent > 0 {
			sent += f.Sent
			scaled = scaled || f.Sent < f.Size
		} else {
			sent += f.Size
		}
	}
	whole := FileSize(size)
	if scaled {
		return text.F("files.sent_as", "size", whole, "sent", FileSize(sent))
	}
	return whole
}

// CanSend reports whether it can be sent.
func (b *Basket) CanSend() bool { return len(b.Files) > 0 && b.Problem() == "" }

// look examines the next file that was not looked at.
func (b *Basket) look() {
	if b.looking {
		return
	}
	examine := b.stat // the sizes of all come before the pictures, which take their time
	i := slices.IndexFunc(b.Files, func(f *OutFile) bool { return !f.stated })
	if i < 0 {
		examine = b.examine
		i = slices.IndexFunc(b.Files, func(f *OutFile) bool { return !f.Checked })
	}
	if i < 0 {
		return
	}
	b.looking = true
	f, original := b.Files[i], b.Original
	seen := *f
	Ask(b.desk, func(ctx context.Context) (OutFile, error) {
		examine(ctx, &seen, original)
		return seen, nil
	}, func(seen OutFile, _ error) {
		b.looking = false
		if original == b.Original || !seen.Checked {
			*f = seen
		}
		b.look()
		b.Changed()
	})
}

// stat finds out how large a file is; what cannot be sent needs no second look.
func (b *Basket) stat(_ context.Context, f *OutFile, _ bool) {
	f.stated = true
	if f.Data != nil {
		return
	}
	info, err := os.Stat(f.Path)
	switch {
	case err != nil:
		f.Problem = text.T("files.unreadable")
	case !info.Mode().IsRegular():
		f.Problem = text.T("files.folder")
	case info.Size() == 0:
		f.Problem = text.T("files.empty")
	default:
		f.Size = info.Size()
		return
	}
	f.Checked = true
}

// examine reads what there is to say of a file; it runs away from the
// interface's goroutine.
func (b *Basket) examine(ctx context.Context, f *OutFile, original bool) {
	f.Checked, f.Problem = true, ""
	b.thumb(f)
	if !f.Picture && f.Size > engine.MaxFile {
		f.Problem = text.T("files.too_large")
		return
	}
	info, err := b.engine.InspectFile(ctx, f.engineFile(original))
	if err != nil {
		f.Problem = fileProblem(err)
		return
	}
	f.Sent = info.Size
	if f.Picture {
		f.Width, f.Height, f.Preview = info.Width, info.Height, info.Preview
	}
}

// fileProblem says why a file cannot be sent, short enough to stand beside it.
func fileProblem(err error) string {
	switch model.ReasonOf(err) {
	case model.ReasonTooLarge:
		return text.T("files.too_large")
	case model.ReasonInvalid: // folders are found before they are looked at
		return text.T("files.damaged_picture")
	case model.ReasonDisk:
		return text.T("files.no_room")
	}
	return text.T("files.unreadable")
}

// thumb makes the small picture of a picture.
func (b *Basket) thumb(f *OutFile) {
	if f.Thumb != nil {
		return
	}
	data, err := f.bytes(picture.MaxBytes)
	if err != nil {
		return // it is no picture, or one that cannot be read: the engine says which
	}
	info, err := picture.Inspect(data)
	if err != nil {
		return
	}
	f.Picture, f.Width, f.Height = true, info.Width, info.Height
	if img, err := picture.Decode(data); err == nil {
		f.Thumb = picture.Fit(img, b.side, b.side)
	}
}

// bytes reads a file that begins like a picture.
func (f *OutFile) bytes(most int64) ([]byte, error) {
	if f.Data != nil {
		return f.Data, nil
	}
	in, err := os.Open(f.Path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	head := make([]byte, 64)
	n, err := io.ReadFull(in, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	if _, err := picture.Sniff(head[:n]); err != nil {
		return nil, err
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(in, most+1))
	if err == nil && int64(len(data)) > most {
		err = picture.ErrTooLarge
	}
	return data, err
}

// PastedPaths are the files that a text from the clipboard names, as file
// managers write them: nothing but addresses of files or absolute paths, one a
// line, and all of them there. It asks the disk.
func PastedPaths(s string) []string {
	const most = 100_000
	if len(s) == 0 || len(s) > most {
		return nil
	}
	var out []string
	for line := range bytes.Lines([]byte(s)) {
		p := string(bytes.TrimSpace(line))
		if p == "" || p == "copy" || p == "x-special/nautilus-clipboard" {
			continue
		}
		p, ok := pathOf(p)
		if !ok {
			return nil
		}
		if info, err := os.Stat(p); err != nil || !info.Mode().IsRegular() {
			return nil
		}
		out = append(out, p)
	}
	return out
}
