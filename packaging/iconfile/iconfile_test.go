package main

import (
	"bytes"
	"encoding/binary"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// TestIconFiles reads what was written as their systems do.
func TestIconFiles(t *testing.T) {
	dir := t.TempDir()
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	read := func(name string) []byte {
		t.Helper()
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	ico, le := read("sotto.ico"), binary.LittleEndian
	if n := int(le.Uint16(ico[4:])); le.Uint16(ico[2:]) != 1 || n != len(windowsSizes) {
		t.Fatalf("ico: type %d, %d pictures", le.Uint16(ico[2:]), n)
	}
	end := 6 + 16*len(windowsSizes)
	for i, size := range windowsSizes {
		e := ico[6+16*i:]
		length, at := int(le.Uint32(e[8:])), int(le.Uint32(e[12:]))
		if int(e[0]) != size%256 || at != end {
			t.Errorf("ico: picture %d is %d wide at %d", size, e[0], at)
		}
		end = at + length
		if picture := ico[at:end]; size == 256 {
			if c, err := png.DecodeConfig(bytes.NewReader(picture)); err != nil || c.Width != size {
				t.Errorf("ico: %v, %v", c, err)
			}
		} else {
			mask := (size + 31) / 32 * 4 * size
			centre := picture[40+4*(size/2*size+size/2):]
			if int(le.Uint32(picture[4:])) != size || length != 40+4*size*size+mask || centre[3] != 255 || picture[40+3] != 0 {
				t.Errorf("ico: %d pixels: %d bytes, opaque %d in the middle, %d in the corner", size, length, centre[3], picture[40+3])
			}
		}
	}
	if end != len(ico) {
		t.Errorf("ico: %d bytes, %d of them used", len(ico), end)
	}

	icns, be := read("sotto.icns"), binary.BigEndian
	if string(icns[:4]) != "icns" || int(be.Uint32(icns[4:])) != len(icns) {
		t.Fatalf("icns: %q, %d of %d bytes", icns[:4], be.Uint32(icns[4:]), len(icns))
	}
	rest := icns[8:]
	for _, want := range macTypes {
		length := int(be.Uint32(rest[4:]))
		m, err := png.Decode(bytes.NewReader(rest[8:length]))
		if err != nil || string(rest[:4]) != want.name || m.Bounds().Dx() != want.size {
			t.Fatalf("icns: %q, %v", rest[:4], err)
		}
		edge := want.size / 20 // inside of what macOS leaves free around
		if _, _, _, a := m.At(want.size/2, edge).RGBA(); a != 0 {
			t.Errorf("icns: %s has no margin", want.name)
		}
		rest = rest[length:]
	}
	if len(rest) != 0 {
		t.Errorf("icns: %d bytes too many", len(rest))
	}
}
