package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
)

// orientation is the EXIF tag 0x0112: how the stored rows and columns are to be
// turned and mirrored for showing.
type orientation uint8

const upright orientation = 1

// turns reports whether width and height change places.
func (o orientation) turns() bool { return o >= 5 && o <= 8 }

// apply returns the picture as it is meant to be seen.
func (o orientation) apply(img image.Image) image.Image {
	if o <= upright || o > 8 {
		return img
	}
	src := toRGBA(img)
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dw, dh := w, h
	if o.turns() {
		dw, dh = h, w
	}
	dst := image.NewRGBA(image.Rect(0, 0, dw, dh))
	for y := range h {
		row := src.Pix[y*src.Stride:]
		for x := range w {
			var dx, dy int
			switch o {
			case 2:
				dx, dy = w-1-x, y
			case 3:
				dx, dy = w-1-x, h-1-y
			case 4:
				dx, dy = x, h-1-y
			case 5:
				dx, dy = y, x
			case 6:
				dx, dy = h-1-y, x
			case 7:
				dx, dy = h-1-y, w-1-x
			case 8:
				dx, dy = y, w-1-x
			}
			copy(dst.Pix[dy*dst.Stride+dx*4:][:4], row[x*4:][:4])
		}
	}
	return dst
}

// toRGBA returns img as RGBA with its corner at 0,0, itself where it is one.
func toRGBA(img image.Image) *image.RGBA {
	if rgba, ok := img.(*image.RGBA); ok && rgba.Rect.Min == (image.Point{}) {
		return rgba
	}
	b := img.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(out, out.Rect, img, b.Min, draw.Src)
	return out
}

// maxScans bounds the scans of a progressive JPEG: each costs as much time as
// the whole picture. Encoders use about ten.
const maxScans = 64

// jpegSegments finds the orientation in a JPEG's first EXIF segment, and
// refuses one with absurdly many scans.
func jpegSegments(data []byte) (orientation, error) {
	o := upright
	seen, scans := false, 0
	for i := 2; i+4 <= len(data); {
		if data[i] != 0xff {
			// Coded pixels: on to the next marker.
			next := bytes.IndexByte(data[i:], 0xff)
			if next < 0 {
				break
			}
			i += next
			continue
		}
		switch marker := data[i+1]; {
		case marker == 0xff:
			i++
			continue
		case marker == 0x00, marker == 0x01, marker >= 0xd0 && marker <= 0xd8: // no length
			i += 2
			continue
		case marker == 0xd9:
			return o, nil
		case marker == 0xda:
			if scans++; scans > maxScans {
				return o, ErrTooLarge
			}
		case marker == 0xe1 && !seen:
			n := int(binary.BigEndian.Uint16(data[i+2:]))
			segment := data[i+4 : min(len(data), max(i+4, i+2+n))]
			if tiff, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok {
				o, seen = exifOrientation(tiff), true
			}
		}
		i += 2 + max(2, int(binary.BigEndian.Uint16(data[i+2:])))
	}
	return o, nil
}

// pngOrientation looks for an eXIf chunk.
func pngOrientation(data []byte) orientation {
	for i := 8; i+12 <= len(data); {
		n := int(binary.BigEndian.Uint32(data[i:]))
		if n > len(data)-i-12 {
			break
		}
		if string(data[i+4:i+8]) == "eXIf" {
			return exifOrientation(data[i+8 : i+8+n])
		}
		i += 12 + n
	}
	return upright
}

// exifOrientation reads tag 0x0112 of the first directory of a TIFF.
func exifOrientation(tiff []byte) orientation {
	if len(tiff) < 8 {
		return upright
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch string(tiff[:4]) {
	case "II*\x00":
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return upright
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return upright
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			break
		}
		// SHORT, one of them, in the first two bytes of the value.
		if order.Uint16(entries) == 0x0112 && order.Uint16(entries[2:]) == 3 {
			if v := order.Uint16(entries[8:]); v >= 1 && v <= 8 {
				return orientation(v)
			}
			return upright
		}
		entries = entries[12:]
	}
	return upright
}
