package drive

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
)

// errScreenFile says that the display's memory file is not what Xvfb documents.
var errScreenFile = errors.New("the display's screen file cannot be read")

// xwdHeader is the length of the fixed part of an X window dump header: 25
// big-endian 32-bit words.
const xwdHeader = 100

// Frame reads what is on the screen this instant from the display server's
// memory file (X window dump format, 32 bits a pixel), without asking the
// server: it costs the programs on the display nothing.
func (d *Display) Frame() (*image.RGBA, error) {
	data, err := os.ReadFile(filepath.Join(d.screenDir, "Xvfb_screen0"))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errScreenFile, err)
	}
	if len(data) < xwdHeader {
		return nil, errScreenFile
	}
	word := func(i int) int { return int(binary.BigEndian.Uint32(data[4*i:])) }
	headerSize, width, height := word(0), word(4), word(5)
	bitsPerPixel, stride, colors := word(11), word(12), word(19)
	start := headerSize + colors*12
	if bitsPerPixel != 32 || width <= 0 || height <= 0 || stride < 4*width || len(data) < start+stride*height {
		return nil, fmt.Errorf("%w: %d bits, %dx%d", errScreenFile, bitsPerPixel, width, height)
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		row := data[start+y*stride:]
		out := img.Pix[y*img.Stride:]
		for x := range width {
			out[4*x], out[4*x+1], out[4*x+2], out[4*x+3] = row[4*x+2], row[4*x+1], row[4*x], 255
		}
	}
	return img, nil
}

// SavePNG writes a picture to a file and makes its folder.
func SavePNG(path string, img image.Image) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		return err
	}
	return f.Close()
}
