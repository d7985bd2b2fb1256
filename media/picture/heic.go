package picture

import (
	"context"
	_ "embed"
	"fmt"
	"image"
	"image/color"
	"time"

	"sotto/media/box"
)

// libheif and libde265 as WebAssembly; where from: assets/THIRD_PARTY.md. The
// Go module they come from would use a library of the system where there is
// one: C code on a stranger's bytes, outside of the box.
//
//go:embed codecs/heif.wasm.gz
var heifWasm []byte

var heif = box.New(box.Config{Name: "HEIC", Wasm: heifWasm, Memory: 1 << 30, Start: "_initialize"})

// heicTime bounds the decoding of one picture.
const heicTime = 60 * time.Second

// Values of libheif.
const (
	heifYCbCr      = 0
	heifRGB        = 1
	heifMonochrome = 2
	heif420        = 1
	heif422        = 2
	heif444        = 3
	heifAlign      = 16 // bytes to which rows are aligned
)

// heicCall runs the module's decode:
//
//	decode(file, size, configOnly, &width, &height, &colorspace, &chroma, &premultiplied, out)
type heicCall struct {
	*box.Instance
	file, size, result uint32
}

type heicHeader struct {
	width, height      int
	colorspace, chroma uint32
	premultiplied      bool
}

func openHEIC(ctx context.Context, data []byte) (*heicCall, error) {
	instance, err := heif.Open(ctx)
	if err != nil {
		return nil, err
	}
	c := &heicCall{Instance: instance, size: uint32(len(data))}
	if c.file, err = c.Alloc(len(data)); err == nil {
		err = c.Write(c.file, data)
	}
	if err == nil {
		c.result, err = c.Alloc(20)
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func (c *heicCall) decode(configOnly, out uint32) (h heicHeader, err error) {
	r := c.result
	ok, err := c.Call("decode", c.file, c.size, configOnly, r, r+4, r+8, r+12, r+16, out)
	if err != nil {
		return h, err
	}
	if ok == 0 {
		return h, ErrNoPicture
	}
	var values [5]uint32
	for i := range values {
		if values[i], err = c.Uint32(r + uint32(4*i)); err != nil {
			return h, err
		}
	}
	h = heicHeader{int(values[0]), int(values[1]), values[2], values[3], values[4] != 0}
	return h, checkSize(h.config(), 1)
}

func (h heicHeader) config() image.Config {
	model := color.Model(color.NRGBAModel)
	if h.colorspace != heifRGB {
		model = color.YCbCrModel
	}
	return image.Config{ColorModel: model, Width: h.width, Height: h.height}
}

func heicConfig(data []byte) (image.Config, error) {
	ctx, cancel := context.WithTimeout(context.Background(), heicTime)
	defer cancel()
	c, err := openHEIC(ctx, data)
	if err != nil {
		return image.Config{}, err
	}
	defer c.Close()
	h, err := c.decode(1, 0)
	return h.config(), err
}

// decodeHEIC decodes the primary picture, turned as the file says.
func decodeHEIC(data []byte) (image.Image, error) {
	ctx, cancel := context.WithTimeout(context.Background(), heicTime)
	defer cancel()
	c, err := openHEIC(ctx, data)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	h, err := c.decode(1, 0)
	if err != nil {
		return nil, err
	}
	layout, err := h.layout()
	if err != nil {
		return nil, err
	}
	out, err := c.Alloc(layout.size)
	if err != nil {
		return nil, err
	}
	if again, err := c.decode(0, out); err != nil || again != h {
		return nil, fmt.Errorf("%w: it does not hold what its header says (%v)", ErrNoPicture, err)
	}
	pixels, err := c.View(out, layout.size)
	if err != nil {
		return nil, err
	}
	return layout.image(append([]byte(nil), pixels...)), nil
}

// heicLayout is how the module lays out pixels.
type heicLayout struct {
	heicHeader
	size, stride, chromaStride int
	ratio                      image.YCbCrSubsampleRatio
	chromaHeight               int
}

func align(n int) int { return (n + heifAlign - 1) &^ (heifAlign - 1) }

func (h heicHeader) layout() (heicLayout, error) {
	l := heicLayout{heicHeader: h}
	switch h.colorspace {
	case heifYCbCr:
		chromaWidth := h.width
		l.chromaHeight = h.height
		switch h.chroma {
		case heif420:
			l.ratio, chromaWidth, l.chromaHeight = image.YCbCrSubsampleRatio420, (h.width+1)/2, (h.height+1)/2
		case heif422:
			l.ratio, chromaWidth = image.YCbCrSubsampleRatio422, (h.width+1)/2
		case heif444:
			l.ratio = image.YCbCrSubsampleRatio444
		default:
			return l, fmt.Errorf("%w: chroma %d", ErrNoPicture, h.chroma)
		}
		l.stride, l.chromaStride = align(h.width), align(chromaWidth)
		l.size = l.stride*h.height + 2*l.chromaStride*l.chromaHeight
	case heifMonochrome:
		l.stride = align(h.width)
		l.size = l.stride * h.height
	case heifRGB:
		l.stride = align(h.width * 4)
		l.size = l.stride * h.height
	default:
		return l, fmt.Errorf("%w: colour space %d", ErrNoPicture, h.colorspace)
	}
	return l, nil
}

func (l heicLayout) image(p []byte) image.Image {
	rect := image.Rect(0, 0, l.width, l.height)
	switch {
	case l.colorspace == heifYCbCr:
		y, c := l.stride*l.height, l.chromaStride*l.chromaHeight
		return &image.YCbCr{
			Y: p[:y:y], Cb: p[y : y+c : y+c], Cr: p[y+c:],
			YStride: l.stride, CStride: l.chromaStride, SubsampleRatio: l.ratio, Rect: rect,
		}
	case l.colorspace == heifMonochrome:
		return &image.Gray{Pix: p, Stride: l.stride, Rect: rect}
	case l.premultiplied:
		return &image.RGBA{Pix: p, Stride: l.stride, Rect: rect}
	}
	return &image.NRGBA{Pix: p, Stride: l.stride, Rect: rect}
}
