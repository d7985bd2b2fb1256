package clipboard

import (
	"bytes"
	"encoding/binary"
	"image/color"
	"image/png"
	"testing"
)

// dib makes a bitmap of two by two pixels: red and green above, blue and white
// below.
func dib(bits uint16, compression uint32, length uint32, downward bool) []byte {
	le := binary.LittleEndian
	height := int32(2)
	if downward {
		height = -2
	}
	b := le.AppendUint32(nil, length)
	b = le.AppendUint32(b, 2)
	b = le.AppendUint32(b, uint32(height))
	b = le.AppendUint16(b, 1)
	b = le.AppendUint16(b, bits)
	b = le.AppendUint32(b, compression)
	b = append(b, make([]byte, 20)...)
	if compression == 3 {
		for _, mask := range []uint32{0xFF0000, 0xFF00, 0xFF} {
			b = le.AppendUint32(b, mask)
		}
	}
	if n := int(length) - len(b); n > 0 {
		b = append(b, make([]byte, n)...)
	}
	above, below := [][]byte{{0, 0, 255}, {0, 255, 0}}, [][]byte{{255, 0, 0}, {255, 255, 255}}
	lines := [][][]byte{below, above}
	if downward {
		lines = [][][]byte{above, below}
	}
	for _, line := range lines {
		for _, pixel := range line {
			b = append(b, pixel...)
			if bits == 32 {
				b = append(b, 0)
			}
		}
		for len(b)%4 != int(length)%4 {
			b = append(b, 0)
		}
	}
	return b
}

func TestBitmaps(t *testing.T) {
	for _, c := range []struct {
		name string
		dib  []byte
	}{
		{"24 bits", dib(24, 0, 40, false)},
		{"32 bits", dib(32, 0, 40, false)},
		{"32 bits with masks behind the header", dib(32, 3, 40, false)},
		{"version 5", dib(32, 3, 124, false)},
		{"from the highest line down", dib(32, 0, 40, true)},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, err := fromBitmap(c.dib)
			if err != nil {
				t.Fatal(err)
			}
			m, err := png.Decode(bytes.NewReader(data))
			if err != nil || !usable(data) {
				t.Fatal(err)
			}
			for i, want := range []color.NRGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {255, 255, 255, 255}} {
				if got := color.NRGBAModel.Convert(m.At(i%2, i/2)); got != want {
					t.Errorf("pixel %d is %v, want %v", i, got, want)
				}
			}
			if _, err := fromBitmap(c.dib[:len(c.dib)-1]); err == nil {
				t.Error("a byte is missing, and nobody saw it")
			}
		})
	}
}

func FuzzBitmap(f *testing.F) {
	f.Add(dib(24, 0, 40, false))
	f.Add(dib(32, 3, 124, true))
	f.Fuzz(func(t *testing.T, b []byte) {
		data, err := fromBitmap(b)
		if err == nil && !usable(data) {
			t.Error("a picture that cannot be used")
		}
	})
}

func TestAppleData(t *testing.T) {
	if got := appleData([]byte("«data PNGf89504E47»\n")); string(got) != "\x89PNG" {
		t.Errorf("%x", got)
	}
	for _, bad := range []string{"", "text", "«data »", "«data PNGf8»", "«data PNGfZZ»", "«data PNGf89504E47"} {
		if got := appleData([]byte(bad)); got != nil {
			t.Errorf("%q gives %x", bad, got)
		}
	}
	if usable([]byte("no picture")) {
		t.Error("text is a picture")
	}
}
