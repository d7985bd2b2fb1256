package widget

import (
	"image/color"
	"testing"

	"fyne.io/fyne/v2/canvas"
)

// withShaders lets panels of one test paint themselves on a screen of this scale.
func withShaders(t *testing.T, scale float32) {
	was, scaled := shaders, pixelScale
	t.Cleanup(func() { shaders, pixelScale = was, scaled })
	shaders, pixelScale = true, scale
}

// The parts of a wide panel lie side by side on whole pixels, its corners are in its
// ends, and each end knows how far the panel goes on.
func TestPanelInParts(t *testing.T) {
	opaque, through := color.NRGBA{10, 20, 30, 255}, color.NRGBA{10, 20, 30, 200}
	for _, c := range []struct {
		name        string
		scale, w, h float32
		fill        color.NRGBA
		line        float32
		parts       int
	}{
		{"a bubble", 1, 500, 142, opaque, 0, 3},
		{"with a line", 1, 500, 142, opaque, 1, 3},
		{"where a pixel is less", 1.25, 501.3, 142, opaque, 1, 3},
		{"where a pixel is half", 2, 333.4, 38, opaque, 0, 3},
		{"a small one", 1, 120, 38, opaque, 0, 1},
		{"one that shows through", 1, 500, 142, through, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			withShaders(t, c.scale)
			p := newPanel(16)
			p.rect.BottomLeftCornerRadius = 4
			p.rect.FillColor, p.rect.StrokeColor, p.rect.StrokeWidth = c.fill, opaque, c.line
			p.place(7, 9, c.w, c.h)
			if len(p.parts.Objects) != c.parts {
				t.Fatalf("%d parts", len(p.parts.Objects))
			}
			if p.parts.Position() != pos(7, 9) || p.parts.Size() != size(c.w, c.h) {
				t.Errorf("at %v, %v", p.parts.Position(), p.parts.Size())
			}
			if c.parts == 1 {
				if p.shader.Size() != p.parts.Size() || p.shader.Uniforms["after"] != 0 {
					t.Errorf("the whole is %v and goes on for %v", p.shader.Size(), p.shader.Uniforms["after"])
				}
				return
			}
			x, widths := float32(0), make([]float32, 0, 3)
			for _, o := range p.parts.Objects {
				at, w := o.Position().X*c.scale, o.Size().Width*c.scale
				if max(at-x, x-at, w-round(w), round(w)-w) > 0.01 || o.Size().Height != c.h {
					t.Errorf("a part from %v, %v wide, %v high; the one before ends at %v", at, w, o.Size().Height, x)
				}
				x, widths = x+round(w), append(widths, round(w))
			}
			if x != round(c.w*c.scale) {
				t.Errorf("the parts are %v pixels wide, the panel %v", x, c.w*c.scale)
			}
			if corner := round(16 * c.scale); widths[0] < corner || widths[2] < corner {
				t.Errorf("corners of %v in ends of %v", corner, widths)
			}
			if got := p.shader.Uniforms["after"]; got != widths[1]+widths[2] {
				t.Errorf("the left end goes on for %v: %v", got, widths)
			}
			if got := p.right.Uniforms["before"]; got != widths[0]+widths[1] {
				t.Errorf("the right end goes back for %v: %v", got, widths)
			}
		})
	}
}

// A panel may become wider, narrow, and wide again; its ends are told each time.
func TestPanelChangesItsParts(t *testing.T) {
	withShaders(t, 1)
	p := newPanel(16)
	p.rect.FillColor = color.NRGBA{1, 2, 3, 255}
	for _, step := range []struct {
		w     float32
		parts int
	}{{500, 3}, {600, 3}, {100, 1}, {500, 3}} {
		p.place(0, 0, step.w, 100)
		if len(p.parts.Objects) != step.parts {
			t.Fatalf("%v wide: %d parts", step.w, len(p.parts.Objects))
		}
		want := float32(0)
		if step.parts == 3 {
			want = step.w - p.shader.Size().Width
		}
		if got := p.shader.Uniforms["after"]; got != want {
			t.Errorf("%v wide: goes on for %v, not %v", step.w, got, want)
		}
		for _, o := range p.parts.Objects {
			if s := o.(*canvas.Shader); s.Name == "" || len(s.Source) == 0 {
				t.Errorf("%v wide: a part without a program", step.w)
			}
		}
	}
}
