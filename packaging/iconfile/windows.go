package main

import (
	"encoding/binary"
	"image"
)

// windowsSizes are what Windows asks for at 100 to 250 percent, and 256 for the
// large views.
var windowsSizes = []int{16, 20, 24, 32, 40, 48, 64, 256}

// windowsIcon makes an ICO file: a directory of 16 bytes for each picture, then
// the pictures. The large one is a PNG, which Windows reads since Vista; the
// others are bitmaps, which every part of Windows reads.
func windowsIcon(drawn image.Image) ([]byte, error) {
	le := binary.LittleEndian
	head := le.AppendUint16(nil, 0)
	head = le.AppendUint16(head, 1) // an icon
	head = le.AppendUint16(head, uint16(len(windowsSizes)))
	at := 6 + 16*len(windowsSizes)
	var pictures []byte
	for _, size := range windowsSizes {
		m := scale(drawn, size, 1)
		data := bitmap(m)
		if size >= 256 {
			var err error
			if data, err = encode(m); err != nil {
				return nil, err
			}
		}
		head = append(head, byte(size), byte(size), 0, 0) // 256 is written as 0
		head = le.AppendUint16(head, 1)                   // planes
		head = le.AppendUint16(head, 32)                  // bits of a pixel
		head = le.AppendUint32(head, uint32(len(data)))
		head = le.AppendUint32(head, uint32(at+len(pictures)))
		pictures = append(pictures, data...)
	}
	return append(head, pictures...), nil
}

// bitmap is a BITMAPINFOHEADER with twice the height, the pixels as BGRA from
// the lowest line up, and a mask of one bit for each pixel, in lines of whole
// 32-bit words, for who knows no alpha.
func bitmap(m *image.NRGBA) []byte {
	le := binary.LittleEndian
	size := m.Rect.Dx()
	maskLine := (size + 31) / 32 * 4
	b := le.AppendUint32(nil, 40)
	b = le.AppendUint32(b, uint32(size))
	b = le.AppendUint32(b, uint32(2*size))
	b = le.AppendUint16(b, 1)
	b = le.AppendUint16(b, 32)
	b = le.AppendUint32(b, 0) // not compressed
	b = le.AppendUint32(b, uint32(size*size*4+size*maskLine))
	b = append(b, make([]byte, 16)...)
	mask := make([]byte, size*maskLine)
	for y := range size {
		for x := range size {
			c := m.NRGBAAt(x, size-1-y)
			b = append(b, c.B, c.G, c.R, c.A)
			if c.A < 128 {
				mask[y*maskLine+x/8] |= 0x80 >> (x % 8)
			}
		}
	}
	return append(b, mask...)
}
