package vm

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"io"
	"os"
	"path/filepath"
	"testing"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/media/picture"
)

// inspector prepares pictures as the engine does.
type inspector struct{}

func (inspector) InspectFile(_ context.Context, f engine.File) (engine.FileInfo, error) {
	data, err := os.ReadFile(f.Path)
	if err != nil {
		return engine.FileInfo{}, err
	}
	p, err := picture.Prepare(data, picture.Options{Original: f.Original})
	if err != nil {
		return engine.FileInfo{Name: f.Name, Size: int64(len(data))}, nil
	}
	return engine.FileInfo{Name: f.Name, Size: int64(len(p.Data)), Width: p.Width, Height: p.Height, Preview: p.Preview}, nil
}

func photo(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = uint8(i * 7)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func onDisk(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func names(b *Basket) (out []string) {
	for _, f := range b.Files {
		out = append(out, f.Name)
	}
	return out
}

func checked(b *Basket) func() bool {
	return func() bool {
		for _, f := range b.Files {
			if !f.Checked {
				return false
			}
		}
		return true
	}
}

func TestBasketTellsBeforeSending(t *testing.T) {
	d := newDesktop(t)
	b := NewBasket(d.Desk, inspector{}, 100)
	large := filepath.Join(t.TempDir(), "film.mp4")
	f, err := os.Create(large)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(engine.MaxFile + 1); err != nil {
		t.Fatal(err)
	}
	f.Close()
	b.AddPaths(onDisk(t, "lake.jpg", photo(t, 300, 200)), large, t.TempDir(), onDisk(t, "none.txt", nil), onDisk(t, "notes.txt", []byte("hello")), "/nowhere/x")
	d.until("all are looked at", checked(b))
	pic := b.Files[0]
	if !pic.Picture || pic.Width != 300 || pic.Height != 200 || pic.Thumb == nil || pic.Thumb.Bounds().Dx() != 100 || len(pic.Preview) == 0 || pic.Problem != "" {
		t.Errorf("the picture is %+v", pic)
	}
	for i, want := range []string{"", "Over 10 MB", "Not a file", "Empty", "", "Cannot be read"} {
		if got := b.Files[i].Problem; got != want {
			t.Errorf("%s: %q, want %q", b.Files[i].Name, got, want)
		}
	}
	if b.CanSend() || b.Problem() != "4 files cannot be sent. Take them out to send the others." {
		t.Errorf("problem %q", b.Problem())
	}
	b.Remove(5)
	b.Remove(3)
	b.Remove(2)
	b.Remove(1)
	if !b.CanSend() || b.Title() != "Send 2 files" {
		t.Errorf("%q %q", b.Problem(), b.Title())
	}
	if b.Move(0, 1) != 1 || names(b)[0] != "notes.txt" || b.Move(1, 9) != 1 || b.Move(7, 0) != 7 {
		t.Errorf("order %v", names(b))
	}
	for len(b.Files) <= engine.MaxFiles {
		b.AddPaths(b.Files[0].Path)
	}
	if b.CanSend() || b.Problem() != "A message carries 32 files. Take one out." {
		t.Errorf("problem %q", b.Problem())
	}
	d.until("all are looked at", checked(b))
}

func TestPastedPaths(t *testing.T) {
	a, b := onDisk(t, "a b.txt", []byte("1")), onDisk(t, "ü.png", []byte("2"))
	address := "file://" + filepath.ToSlash(filepath.Dir(a)) + "/a%20b.txt"
	for text, want := range map[string]int{
		a + "\n" + b + "\n": 2, "copy\n" + address + "\r\n": 1, a + "\nand this": 0, "/nowhere/at/all": 0, "hello": 0, "": 0,
		filepath.Dir(a): 0, "file://elsewhere" + a: 0,
	} {
		if got := PastedPaths(text); len(got) != want || want > 0 && got[0] != a {
			t.Errorf("%q gives %q", text, got)
		}
	}
}

func TestWhatCouldRun(t *testing.T) {
	for name, want := range map[string]bool{
		"a.exe": true, "A.EXE": true, "holiday.jpg.scr": true, "page.html": true, "drawing.svg": true, "noending": true, "x.exe. ": true, "run.sh": true,
		"a.pdf": false, "a.jpg": false, "a.txt": false, "a.zip": false,
	} {
		if got := IsProgram(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

// shelf opens the same picture for whatever is asked.
type shelf struct{ data []byte }

func (s shelf) OpenAttachment(model.MessageID, int) (io.ReadSeekCloser, error) {
	return nopClose{bytes.NewReader(s.data)}, nil
}

type nopClose struct{ *bytes.Reader }

func (nopClose) Close() error { return nil }

func TestThousandPhotographsNeedBoundedMemory(t *testing.T) {
	d := newDesktop(t)
	p := NewPictures(d.Desk, shelf{photo(t, 360, 400)})
	most := 0
	for i := range 1000 {
		key := PictureKey{Local: string(rune('a'+i%26)) + string(rune('0'+i/26)), Width: 360, Height: 400, Radii: [4]int{18, 18, 18, 6}}
		shown := false
		p.Get(key, 1, ChatFile{State: model.FileHere, Local: key.Local}, func(b Bitmap, err error) {
			if err != nil || b.Image.Bounds().Dx() != 360 {
				t.Errorf("%d: %v", i, err)
			}
			shown = true
		})
		d.until("a picture", func() bool { return shown })
		most = max(most, p.Kept())
	}
	if most > pictureMemory+360*400*4 || most < pictureMemory/2 {
		t.Errorf("%d bytes were kept at most", most)
	}
	again := false
	p.Get(PictureKey{Local: string(rune('a'+999%26)) + string(rune('0'+999/26)), Width: 360, Height: 400, Radii: [4]int{18, 18, 18, 6}},
		1, ChatFile{State: model.FileHere}, func(Bitmap, error) { again = true })
	if !again {
		t.Error("the last picture was not kept")
	}
}
