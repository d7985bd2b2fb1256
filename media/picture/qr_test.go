package picture

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/skip2/go-qrcode"
)

const sessionID = "054830367d369d94605247999a375dbd0a0f65fdec5de1535612bcb6d4de452c69"

func code(t testing.TB, text string, size int, invert bool) image.Image {
	t.Helper()
	q, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		t.Fatal(err)
	}
	if invert {
		q.ForegroundColor, q.BackgroundColor = color.White, color.Black
	}
	return q.Image(size)
}

// photograph puts the code small into a large grey picture.
func photograph(t testing.TB, text string) image.Image {
	big := image.NewRGBA(image.Rect(0, 0, 3200, 2400))
	draw.Draw(big, big.Bounds(), image.NewUniform(color.RGBA{120, 130, 110, 255}), image.Point{}, draw.Src)
	c := code(t, text, 900, false)
	draw.Draw(big, c.Bounds().Add(image.Pt(1100, 600)), c, image.Point{}, draw.Src)
	return big
}

func encode(t testing.TB, format string, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	switch format {
	case "png":
		err = png.Encode(&b, img)
	case "jpeg":
		err = jpeg.Encode(&b, img, &jpeg.Options{Quality: 60})
	case "gif":
		err = gif.Encode(&b, img, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadQR(t *testing.T) {
	for name, file := range map[string][]byte{
		"png":           encode(t, "png", code(t, sessionID, 300, false)),
		"small png":     encode(t, "png", code(t, sessionID, 90, false)),
		"jpeg":          encode(t, "jpeg", code(t, sessionID, 400, false)),
		"gif":           encode(t, "gif", code(t, sessionID, 300, false)),
		"light on dark": encode(t, "png", code(t, sessionID, 300, true)),
		"photograph":    encode(t, "jpeg", photograph(t, sessionID)),
	} {
		got, err := ReadQR(file)
		if err != nil || got != sessionID {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestReadQRRefuses(t *testing.T) {
	plain := image.NewGray(image.Rect(0, 0, 200, 200))
	wide := encode(t, "png", image.NewPaletted(image.Rect(0, 0, MaxSide+1, 1), color.Palette{color.White}))
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":        {nil, ErrNoPicture},
		"text":           {[]byte(sessionID), ErrNoPicture},
		"no code":        {encode(t, "png", plain), ErrNoQR},
		"truncated":      {encode(t, "png", code(t, sessionID, 300, false))[:200], ErrNoPicture},
		"too many bytes": {make([]byte, MaxBytes+1), ErrTooLarge},
		"too wide":       {wide, ErrTooLarge},
		"svg":            {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), ErrNoPicture},
	} {
		if text, err := ReadQR(c.file); !errors.Is(err, c.want) {
			t.Errorf("%s: %q, %v; want %v", name, text, err, c.want)
		}
	}
}

func FuzzReadQR(f *testing.F) {
	f.Add(encode(f, "png", code(f, sessionID, 120, false)))
	f.Add(encode(f, "gif", code(f, sessionID, 120, false)))
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if text, err := ReadQR(file); err == nil && len(text) > maxText {
			t.Fatalf("%d bytes of text", len(text))
		}
	})
}
