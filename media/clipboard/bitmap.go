package clipboard

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/png"

	"sotto/media/picture"
)

var errBitmap = errors.New("clipboard: not a bitmap of 24 or 32 bits")

// fromBitmap makes a PNG of what Windows has as CF_DIB: a BITMAPINFOHEADER or one
// of its longer successors, three masks behind it when the compression is
// BI_BITFIELDS, and the pixels as BGR or BGRX from the lowest line up, or from the
// highest when the height is negative. Lines are padded to four bytes. The fourth
// byte is no alpha: many programs leave it zero.
func fromBitmap(dib []byte) ([]byte, error) {
	const (
		header      = 40
		plain       = 0 // BI_RGB
		bitFields   = 3 // BI_BITFIELDS
		masksLength = 12
	)
	le := binary.LittleEndian
	if len(dib) < header {
		return nil, errBitmap
	}
	length, width, height := le.Uint32(dib), int64(int32(le.Uint32(dib[4:]))), int64(int32(le.Uint32(dib[8:])))
	bits, compression, colours := le.Uint16(dib[14:]), le.Uint32(dib[16:]), le.Uint32(dib[32:])
	upward := height > 0
	if !upward {
		height = -height
	}
	if length < header || uint64(length) > uint64(len(dib)) || bits != 24 && bits != 32 ||
		width <= 0 || height <= 0 || width > picture.MaxSide || height > picture.MaxSide || width*height > picture.MaxPixels {
		return nil, errBitmap
	}
	at := int64(length) + 4*int64(colours) // a palette that nobody needs
	switch compression {
	case plain:
	case bitFields: // behind the short header, inside of the longer ones: at the same place
		if len(dib) < header+masksLength || bits != 32 ||
			le.Uint32(dib[40:]) != 0xFF0000 || le.Uint32(dib[44:]) != 0xFF00 || le.Uint32(dib[48:]) != 0xFF {
			return nil, errBitmap
		}
		if length == header {
			at += masksLength
		}
	default:
		return nil, errBitmap
	}
	step := int64(bits / 8)
	line := (width*step + 3) / 4 * 4
	if at+line*height > int64(len(dib)) {
		return nil, errBitmap
	}
	m := image.NewNRGBA(image.Rect(0, 0, int(width), int(height)))
	for y := range height {
		from := dib[at+line*y:]
		row := y
		if upward {
			row = height - 1 - y
		}
		to := m.Pix[int(row)*m.Stride:]
		for x := range width {
			bgr, rgba := from[x*step:x*step+3], to[4*x:4*x+4]
			rgba[0], rgba[1], rgba[2], rgba[3] = bgr[2], bgr[1], bgr[0], 0xFF
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, m)
	return b.Bytes(), err
}
