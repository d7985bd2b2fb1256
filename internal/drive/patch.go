package drive

import (
	"encoding/binary"
	"fmt"
	"image"
	"os"
	"path/filepath"
)

// Patch is a part of the screen that is looked at again and again. Reading it
// costs the programs on the display nothing and takes some microseconds a row.
type Patch struct {
	file   *os.File
	row    int64 // of a line of the screen, in bytes
	begin  int64 // of the first pixel
	buf    []byte
	height int
}

// Patch opens a part of the screen.
func (d *Display) Patch(r image.Rectangle) (*Patch, error) {
	f, err := os.Open(filepath.Join(d.screenDir, "Xvfb_screen0"))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errScreenFile, err)
	}
	p := &Patch{file: f, height: r.Dy(), buf: make([]byte, 4*r.Dx()*r.Dy())}
	head := make([]byte, xwdHeader)
	if _, err := f.ReadAt(head, 0); err != nil {
		f.Close()
		return nil, fmt.Errorf("%w: %w", errScreenFile, err)
	}
	word := func(i int) int64 { return int64(binary.BigEndian.Uint32(head[4*i:])) }
	screen := image.Rect(0, 0, int(word(4)), int(word(5)))
	if word(11) != 32 || r.Empty() || !r.In(screen) {
		f.Close()
		return nil, fmt.Errorf("%w: %d bits, %v of %v", errScreenFile, word(11), r, screen)
	}
	p.row = word(12)
	p.begin = word(0) + word(19)*12 + int64(r.Min.Y)*p.row + int64(r.Min.X)*4
	return p, nil
}

// Close ends looking.
func (p *Patch) Close() error { return p.file.Close() }

// Look returns the pixels of this instant, four bytes each (blue, green, red,
// unused), line by line. The next call overwrites them.
func (p *Patch) Look() ([]byte, error) {
	n := len(p.buf) / p.height
	for y := range p.height {
		if _, err := p.file.ReadAt(p.buf[y*n:(y+1)*n], p.begin+int64(y)*p.row); err != nil {
			return nil, fmt.Errorf("%w: %w", errScreenFile, err)
		}
	}
	return p.buf, nil
}
