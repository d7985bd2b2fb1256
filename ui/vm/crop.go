package vm

import (
	"image"
	"math"

	"sotto/media/picture"
)

// Crop chooses a square of a picture. Places and lengths are in pixels of the
// upright picture.
type Crop struct {
	File  []byte
	Image image.Image // for the screen, maybe smaller than the file

	width, height float64
	side          float64 // of the square
	x, y          float64 // its upper left corner
}

// cropSide bounds the picture in which a part is chosen.
const cropSide = 1280

// ReadCrop reads a picture file so that a part of it can be chosen.
func ReadCrop(file []byte) (*Crop, error) {
	img, err := picture.Decode(file)
	if err != nil {
		return nil, err
	}
	b := img.Bounds()
	return NewCrop(file, picture.Fit(img, cropSide, cropSide), b.Dx(), b.Dy()), nil
}

// Zooming ends where the square would have fewer pixels than cropLeast, or be
// less than 1/cropMost of the picture.
const (
	cropLeast = 64
	cropMost  = 8
)

// NewCrop begins with the largest square in the middle. width and height are
// those of the file.
func NewCrop(file []byte, shown image.Image, width, height int) *Crop {
	c := &Crop{File: file, Image: shown, width: float64(max(width, 1)), height: float64(max(height, 1))}
	c.side = c.largest()
	c.x, c.y = (c.width-c.side)/2, (c.height-c.side)/2
	return c
}

func (c *Crop) largest() float64 { return min(c.width, c.height) }

func (c *Crop) smallest() float64 {
	return min(c.largest(), max(cropLeast, c.largest()/cropMost))
}

// Rect is what was chosen, in pixels of the file.
func (c *Crop) Rect() image.Rectangle {
	side := max(int(math.Round(c.side)), 1)
	at := image.Pt(int(math.Round(c.x)), int(math.Round(c.y)))
	at.X, at.Y = min(at.X, int(c.width)-side), min(at.Y, int(c.height)-side)
	at.X, at.Y = max(at.X, 0), max(at.Y, 0)
	return image.Rectangle{at, at.Add(image.Pt(side, side))}
}

// Shown is what was chosen, in pixels of Image.
func (c *Crop) Shown() image.Rectangle {
	b := c.Image.Bounds()
	fx, fy := float64(b.Dx())/c.width, float64(b.Dy())/c.height
	r := image.Rect(int(c.x*fx+0.5), int(c.y*fy+0.5), int((c.x+c.side)*fx+0.5), int((c.y+c.side)*fy+0.5))
	r = r.Add(b.Min).Intersect(b)
	if r.Empty() {
		return b
	}
	return r
}

// Move moves the picture under the square, by shares of the square's side: what
// is dragged to the right shows what is left of it.
func (c *Crop) Move(dx, dy float64) {
	c.x -= dx * c.side
	c.y -= dy * c.side
	c.hold()
}

// Zoom is 0 for the largest square, 1 for the smallest.
func (c *Crop) Zoom() float64 {
	most := c.largest() / c.smallest()
	if most <= 1 {
		return 0
	}
	return math.Log(c.largest()/c.side) / math.Log(most)
}

// CanZoom reports whether the picture is large enough for it.
func (c *Crop) CanZoom() bool { return c.largest() > c.smallest() }

// SetZoom zooms about the middle of the square.
func (c *Crop) SetZoom(z float64) {
	most := c.largest() / c.smallest()
	side := c.largest() / math.Pow(most, min(max(z, 0), 1))
	c.x += (c.side - side) / 2
	c.y += (c.side - side) / 2
	c.side = side
	c.hold()
}

// hold keeps the square within the picture.
func (c *Crop) hold() {
	c.x = min(max(c.x, 0), c.width-c.side)
	c.y = min(max(c.y, 0), c.height-c.side)
}
