package drive

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"path/filepath"
)

// Patch is a part of the screen that is looked at again and again. Looking asks
// nothing of the display server: it keeps the screen in a file, whose memory we
// share. What is measured by looking should not be slowed down by it.
type Patch struct {
	screen []byte // the file's memory
	row    int    // of a line of the screen, in bytes
	begin  int    // of the first pixel
	buf    []byte
	height int
}

// Patch opens a part of the screen.
func (d *Display) Patch(r image.Rectangle) (*Patch, error) {
	screen, err := mapFile(filepath.Join(d.screenDir, "Xvfb_screen0"))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errScreenFile, err)
	}
	p := &Patch{screen: screen, height: r.Dy(), buf: make([]byte, 4*r.Dx()*r.Dy())}
	if err := p.find(r); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// find reads the head of the file.
func (p *Patch) find(r image.Rectangle) error {
	if len(p.screen) < xwdHeader {
		return errScreenFile
	}
	word := func(i int) int { return int(binary.BigEndian.Uint32(p.screen[4*i:])) }
	all := image.Rect(0, 0, word(4), word(5))
	p.row = word(12)
	pixels := word(0) + word(19)*12
	if word(11) != 32 || r.Empty() || !r.In(all) || len(p.screen) < pixels+all.Dy()*p.row {
		return fmt.Errorf("%w: %d bits, %v of %v", errScreenFile, word(11), r, all)
	}
	p.begin = pixels + r.Min.Y*p.row + r.Min.X*4
	return nil
}

// Close ends looking.
func (p *Patch) Close() error { return unmap(p.screen) }

// Look returns the pixels of this instant, four bytes each (blue, green, red,
// unused), line by line. The next call overwrites them.
func (p *Patch) Look() []byte {
	n := len(p.buf) / p.height
	for y := range p.height {
		copy(p.buf[y*n:], p.screen[p.begin+y*p.row:][:n])
	}
	return p.buf
}
