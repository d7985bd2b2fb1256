package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"os"
	"strings"
	"testing"
	"time"
)

func load(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// quarters is red and green over blue and yellow.
func quarters(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, quarterColours[y*2/h][x*2/w])
		}
	}
	return img
}

var (
	red, green   = color.RGBA{255, 0, 0, 255}, color.RGBA{0, 255, 0, 255}
	blue, yellow = color.RGBA{0, 0, 255, 255}, color.RGBA{255, 255, 0, 255}

	quarterColours = [2][2]color.RGBA{{red, green}, {blue, yellow}}
)

func near(c color.Color, want color.RGBA) bool {
	r, g, b, _ := c.RGBA()
	diff := func(v uint32, w byte) bool { d := int(v>>8) - int(w); return d < 60 && d > -60 }
	return diff(r, want.R) && diff(g, want.G) && diff(b, want.B)
}

// looks compares the middles of the four quarters.
func looks(img image.Image, want [2][2]color.RGBA) bool {
	b := img.Bounds()
	for y := range 2 {
		for x := range 2 {
			if !near(img.At(b.Min.X+b.Dx()*(2*x+1)/4, b.Min.Y+b.Dy()*(2*y+1)/4), want[y][x]) {
				return false
			}
		}
	}
	return true
}

func TestDecodeEveryFormat(t *testing.T) {
	q := quarters(128, 96)
	for kind, file := range map[Kind][]byte{
		PNG: encode(t, "png", q), JPEG: encode(t, "jpeg", q), GIF: encode(t, "gif", q),
		WebP: load(t, "quarters.webp"), HEIC: load(t, "quarters.heic"),
	} {
		info, err := Inspect(file)
		if err != nil || info.Kind != kind || info.Width != 128 || info.Height != 96 || info.Frames != 1 {
			t.Errorf("%v: %+v, %v", kind, info, err)
		}
		img, err := Decode(file)
		if err != nil || img.Bounds().Size() != image.Pt(128, 96) || !looks(img, quarterColours) {
			t.Errorf("%v does not look right: %v", kind, err)
		}
	}
}

// exif is an APP1 segment with an orientation.
func exif(o byte) []byte {
	tiff := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(o) + "\x00\x00\x00\x00\x00\x00")
	return append([]byte{0xff, 0xe1, 0, byte(len(tiff) + 2)}, tiff...)
}

func withSegment(jpeg, segment []byte) []byte {
	return append(append(bytes.Clone(jpeg[:2]), segment...), jpeg[2:]...)
}

func TestOrientation(t *testing.T) {
	file := encode(t, "jpeg", quarters(128, 96))
	for o, want := range map[byte][2][2]color.RGBA{
		1: {{red, green}, {blue, yellow}},
		2: {{green, red}, {yellow, blue}},
		3: {{yellow, blue}, {green, red}},
		4: {{blue, yellow}, {red, green}},
		5: {{red, blue}, {green, yellow}},
		6: {{blue, red}, {yellow, green}},
		7: {{yellow, green}, {blue, red}},
		8: {{green, yellow}, {red, blue}},
		9: {{red, green}, {blue, yellow}},
	} {
		turned := withSegment(file, exif(o))
		img, err := Decode(turned)
		if err != nil || !looks(img, want) {
			t.Errorf("orientation %d: wrong, %v", o, err)
			continue
		}
		size := image.Pt(128, 96)
		if o >= 5 && o <= 8 {
			size = image.Pt(96, 128)
		}
		info, err := Inspect(turned)
		if err != nil || image.Pt(info.Width, info.Height) != size || img.Bounds().Size() != size {
			t.Errorf("orientation %d: %+v, %v", o, info, err)
		}
		p, err := Prepare(turned, Options{})
		if err != nil {
			t.Fatal(err)
		}
		sent, err := Decode(p.Data)
		if err != nil || image.Pt(p.Width, p.Height) != size || !looks(sent, want) {
			t.Errorf("orientation %d: sent as %dx%d, %v", o, p.Width, p.Height, err)
		}
	}
}

func TestAnimations(t *testing.T) {
	for _, name := range []string{"moving.gif", "moving.webp"} {
		file := load(t, name)
		play := func(file []byte) (delays []time.Duration, colours []color.Color) {
			a, err := DecodeAnimation(file)
			if err != nil || a.Len() != 3 || a.Width != 40 || a.Height != 30 {
				t.Fatalf("%s: %+v, %v", name, a, err)
			}
			for range 2 * a.Len() { // twice around
				frame, d, err := a.Next()
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				delays = append(delays, d)
				colours = append(colours, frame.At(10, 10), frame.At(35, 25))
			}
			if a.Done() {
				t.Errorf("%s ends, and it goes on for ever", name)
			}
			return delays, colours
		}
		delays, colours := play(file)
		want := []color.RGBA{red, red, green, red, blue, blue}
		for i, c := range colours {
			if !near(c, want[i%6]) {
				t.Errorf("%s: colour %d is %v, want %v", name, i, c, want[i%6])
			}
		}
		p, err := Prepare(file, Options{})
		if err != nil || p.Frames != 3 {
			t.Fatalf("%s: %+v, %v", name, p, err)
		}
		sentDelays, sentColours := play(p.Data)
		for i := range delays {
			if delays[i] != sentDelays[i] || delays[i] != 200*time.Millisecond {
				t.Errorf("%s: frame %d is shown %v, sent %v", name, i, delays[i], sentDelays[i])
			}
		}
		for i := range colours {
			if colours[i] != sentColours[i] {
				t.Errorf("%s: colour %d changes when sent", name, i)
			}
		}
	}
}

// A GIF of every disposal, against the standard library's reading of the same.
func TestDisposal(t *testing.T) {
	pal := color.Palette{color.Transparent, red, green, blue}
	full := image.NewPaletted(image.Rect(0, 0, 10, 10), pal)
	for i := range full.Pix {
		full.Pix[i] = 1
	}
	patch := func(c uint8) *image.Paletted {
		p := image.NewPaletted(image.Rect(2, 2, 6, 6), pal)
		for i := range p.Pix {
			p.Pix[i] = c
		}
		return p
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &gif.GIF{
		Image:    []*image.Paletted{full, patch(2), patch(3), patch(0)},
		Delay:    []int{0, 5, 5, 5},
		Disposal: []byte{gif.DisposalNone, gif.DisposalPrevious, gif.DisposalBackground, gif.DisposalNone},
		Config:   image.Config{Width: 10, Height: 10, ColorModel: pal},
	}); err != nil {
		t.Fatal(err)
	}
	a, err := DecodeAnimation(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []color.Color{red, green, blue, color.RGBA{}} {
		frame, d, err := a.Next()
		if err != nil || frame.At(3, 3) != want || frame.At(8, 8) != red {
			t.Errorf("frame %d: %v and %v, %v", i, frame.At(3, 3), frame.At(8, 8), err)
		}
		if i == 0 && d != defaultDelay {
			t.Errorf("a frame without time is shown %v", d)
		}
	}
}

func TestScaling(t *testing.T) {
	big := quarters(1000, 700)
	for _, c := range []struct{ w, h, wantW, wantH int }{{400, 400, 400, 280}, {100, 20, 29, 20}, {2000, 2000, 1000, 700}, {1, 1, 1, 1}} {
		got := Fit(big, c.w, c.h)
		if got.Bounds().Size() != image.Pt(c.wantW, c.wantH) {
			t.Errorf("fit %dx%d: %v", c.w, c.h, got.Bounds())
		}
		if c.wantW > 20 && !looks(got, quarterColours) {
			t.Errorf("fit %dx%d: wrong colours", c.w, c.h)
		}
	}
	for _, size := range []image.Point{{90, 90}, {30, 120}, {500, 20}} {
		if got := Cover(big, size.X, size.Y); got.Bounds().Size() != size || !looks(got, quarterColours) {
			t.Errorf("cover %v: %v", size, got.Bounds())
		}
	}
	if got := Avatar(big, image.Rect(500, 0, 1000, 350), 64); got.Bounds().Size() != image.Pt(64, 64) || !near(got.At(32, 32), green) {
		t.Errorf("avatar: %v, %v", got.Bounds(), got.At(32, 32))
	}
	for _, r := range []image.Rectangle{{}, image.Rect(-50, -50, 5000, 5000), image.Rect(9000, 9000, 9999, 9999), image.Rect(3, 3, 4, 4)} {
		p, err := PrepareAvatar(encode(t, "png", big), r)
		if err != nil || p.Width != p.Height || p.Width > AvatarSide || p.Kind != JPEG {
			t.Errorf("avatar %v: %dx%d, %v", r, p.Width, p.Height, err)
		}
	}
	preview := Preview(big)
	soft, err := Blur(preview, 200, 140)
	if err != nil || len(preview) > MaxPreview || !looks(soft, quarterColours) {
		t.Errorf("preview of %d bytes: %v", len(preview), err)
	}
	if _, err := Blur(encode(t, "jpeg", big), 10, 10); !errors.Is(err, ErrNoPicture) {
		t.Errorf("a whole picture as preview: %v", err)
	}
}

func TestPrepareChooses(t *testing.T) {
	photo := noise(2400, 1600)
	glass := image.NewNRGBA(image.Rect(0, 0, 50, 40))
	for name, c := range map[string]struct {
		file     []byte
		original bool
		kind     Kind
		w, h     int
	}{
		"photograph":        {encode(t, "jpeg", photo), false, JPEG, 2048, 1365},
		"original":          {encode(t, "jpeg", photo), true, JPEG, 2400, 1600},
		"screenshot":        {encode(t, "png", quarters(3000, 2000)), false, PNG, 3000, 2000},
		"photograph as PNG": {encode(t, "png", photo), false, JPEG, 2400, 1600},
		"glass":             {encode(t, "png", glass), false, PNG, 50, 40},
		"HEIC":              {load(t, "quarters.heic"), false, JPEG, 128, 96},
		"WebP":              {load(t, "quarters.webp"), false, JPEG, 128, 96},
		"GIF that is still": {encode(t, "gif", quarters(64, 64)), false, PNG, 64, 64},
		"screenshot of 5K":  {encode(t, "png", quarters(5120, 2880)), false, PNG, 4096, 2304},
	} {
		p, err := Prepare(c.file, Options{Original: c.original})
		if err != nil || p.Kind != c.kind || p.Width != c.w || p.Height != c.h || len(p.Data) > DefaultMaxBytes || len(p.Preview) == 0 {
			t.Errorf("%s: %v, %dx%d, %d bytes, %v", name, p.Kind, p.Width, p.Height, len(p.Data), err)
		}
	}
	p, err := Prepare(encode(t, "png", photo), Options{Original: true, MaxBytes: 100_000})
	if err != nil || len(p.Data) > 100_000 {
		t.Errorf("%d bytes, %v", len(p.Data), err)
	}
}

func noise(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	s := uint32(1)
	for i := range img.Pix {
		s = s*1664525 + 1013904223
		img.Pix[i] = byte(s >> 24)
		if i&3 == 3 {
			img.Pix[i] = 255
		}
	}
	return img
}

// pngHeader is a PNG that claims a size and holds nothing.
func pngHeader(w, h uint32, depth, colour byte) []byte {
	body := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), w), h)
	body = append(body, depth, colour, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), body...)
	out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(body))
	return append(out, "\x00\x00\x00\x00IDAT\x35\xaf\x06\x1e"...)
}

func TestRefuses(t *testing.T) {
	q := encode(t, "jpeg", quarters(64, 64))
	scans := bytes.Clone(q[:len(q)-2])
	for range maxScans + 1 {
		scans = append(scans, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0)
	}
	manyFrames := load(t, "moving.gif")
	a, err := scanGIF(manyFrames)
	if err != nil {
		t.Fatal(err)
	}
	for len(a.frames) <= MaxFrames {
		a.frames = append(a.frames, a.frames[0])
	}
	wide := bytes.Clone(a.head)
	binary.LittleEndian.PutUint16(wide[6:], 5000)
	binary.LittleEndian.PutUint16(wide[8:], 5000)
	large := &Animation{kind: GIF, head: wide, frames: a.frames[:2]}
	bomb := load(t, "moving.webp")
	copy(bomb[bytes.Index(bomb, []byte("VP8X"))+12:], "\xff\xff\xff") // width 16,777,216
	svg := `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":                    {nil, ErrNoPicture},
		"SVG":                        {[]byte(svg), ErrNoPicture},
		"SVG with a prologue":        {[]byte(`<?xml version="1.0"?>` + svg), ErrNoPicture},
		"HTML":                       {[]byte("<!doctype html><script>"), ErrNoPicture},
		"script behind a signature":  {[]byte("GIF89a=1;alert(1)//"), ErrNoPicture},
		"PDF":                        {[]byte("%PDF-1.7"), ErrNoPicture},
		"MP4":                        {[]byte("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00"), ErrNoPicture},
		"AVIF":                       {[]byte("\x00\x00\x00\x18ftypavif\x00\x00\x00\x00"), ErrNoPicture},
		"HEIC of nothing":            {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), ErrNoPicture},
		"HEIC cut short":             {load(t, "quarters.heic")[:600], ErrNoPicture},
		"JPEG cut short":             {q[:100], ErrNoPicture},
		"WebP cut short":             {load(t, "quarters.webp")[:40], ErrNoPicture},
		"PNG of 60,000 pixels":       {pngHeader(60_000, 1, 8, 2), ErrTooLarge},
		"PNG of 10,000 x 10,000":     {pngHeader(10_000, 10_000, 8, 6), ErrTooLarge},
		"PNG of 16 bits a channel":   {pngHeader(7_000, 7_000, 16, 6), ErrTooLarge},
		"JPEG of many scans":         {scans, ErrTooLarge},
		"GIF of 2,001 frames":        {a.rewrite(), ErrTooLarge},
		"animation of 5,000 x 5,000": {large.rewrite(), ErrTooLarge},
		"WebP of 16,777,216 pixels":  {bomb, ErrTooLarge},
		"too many bytes":             {make([]byte, MaxBytes+1), ErrTooLarge},
	} {
		if _, err := Decode(c.file); !errors.Is(err, c.want) {
			t.Errorf("%s: decode %v, want %v", name, err, c.want)
		}
		if _, err := Prepare(c.file, Options{}); !errors.Is(err, c.want) {
			t.Errorf("%s: prepare %v, want %v", name, err, c.want)
		}
	}
}

// What a header says is checked in no time, whatever it claims.
func TestBombsCostNothing(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 19_000, 5_000))); err != nil { // 95 MP in 100 kB
		t.Fatal(err)
	}
	file := b.Bytes()
	n := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Decode(file); !errors.Is(err, ErrTooLarge) {
				b.Fatal(err)
			}
		}
	}).AllocedBytesPerOp()
	if n > 1<<20 {
		t.Errorf("refusing allocates %d bytes", n)
	}
}

func FuzzDecode(f *testing.F) {
	q := quarters(20, 16)
	for _, format := range []string{"png", "jpeg", "gif"} {
		f.Add(encode(f, format, q))
	}
	f.Add(withSegment(encode(f, "jpeg", q), exif(6)))
	f.Add(load(f, "moving.gif"))
	f.Add(load(f, "moving.webp"))
	f.Add(load(f, "quarters.webp"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if kind, err := Sniff(file); err == nil && kind == HEIC {
			return // in a box of its own, and slow to start
		}
		if info, err := Inspect(file); err == nil && info.Width*info.Height > 1<<20 {
			return
		}
		p, err := Prepare(file, Options{})
		if err != nil {
			if !errors.Is(err, ErrNoPicture) && !errors.Is(err, ErrTooLarge) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if again, err := Inspect(p.Data); err != nil || again.Width != p.Width || again.Height != p.Height || again.Frames != p.Frames {
			t.Fatalf("prepared as %+v, read as %+v, %v", p, again, err)
		}
		if strings.Contains(string(p.Data), "Exif") && !p.Kind.animated() {
			t.Fatal("EXIF survives")
		}
	})
}

func (k Kind) animated() bool { return k == GIF || k == WebP }
