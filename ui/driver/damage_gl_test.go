//go:build linux && !arm && !arm64

package driver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"github.com/go-gl/gl/v2.1/gl"

	"sotto/internal/drive"
)

// inWindow in the environment makes this test program a window that changes and
// compares what it paints.
const inWindow = "SOTTO_TEST_DAMAGE"

func TestMain(m *testing.M) {
	if os.Getenv(inWindow) == "" {
		os.Exit(m.Run())
	}
	runGallery()
}

// galleryReport is what the window found.
type galleryReport struct {
	Fault string // why there is no result
	Wrong []string
	Shots int // pictures compared
	Parts int // of which not the whole window was painted
	// Changes is how many were not as the one before.
	Changes int
	// Letter is the part of the window that one more letter has painted.
	Letter float64
}

// TestDamageIsTheWholePicture changes a window in every way there is, in software,
// and holds what is on the screen after the damage was painted against the same
// window painted whole.
func TestDamageIsTheWholePicture(t *testing.T) {
	for _, scale := range []string{"1", "1.25", "1.5", "2"} {
		t.Run(scale, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute) // for what hangs
			defer cancel()
			d, err := drive.Start(ctx, 1300, 1000)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := d.Command(ctx, self)
			cmd.Env = append(cmd.Env, inWindow+"=1", "FYNE_SCALE="+scale, "HOME="+t.TempDir())
			cmd.Stderr = os.Stderr
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			var r galleryReport
			if err := json.Unmarshal(out, &r); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if r.Fault != "" {
				t.Fatal(r.Fault)
			}
			for _, w := range r.Wrong {
				t.Error(w)
			}
			if r.Parts < r.Shots*2/3 {
				t.Errorf("of %d pictures %d were painted in part, want most", r.Shots, r.Parts)
			}
			if r.Changes < r.Shots/2 {
				t.Errorf("of %d pictures %d showed a change, want most", r.Shots, r.Changes)
			}
			if r.Letter > 0.05 {
				t.Errorf("a letter has %.0f %% of the window painted anew", 100*r.Letter)
			}
			t.Logf("%d pictures, %d in part; a letter: %.2f %% of the window", r.Shots, r.Parts, 100*r.Letter)
		})
	}
}

// gallery is a window with something of everything.
type gallery struct {
	app    fyne.App
	window fyne.Window
	damage *Damage
	rand   *rand.Rand
	scene  *fyne.Container
	scroll *container.Scroll
	shown  []uint32
	report galleryReport
}

// runGallery shows the window, prints its report and ends the process: the toolkit
// does not get to its own end where files cannot be watched.
func runGallery() {
	g := &gallery{app: fyneapp.NewWithID("im.sotto.damage"), rand: rand.New(rand.NewPCG(1, 2))}
	g.window = g.app.NewWindow("damage")
	g.window.SetPadded(false)
	last := PaintDamage(g.app, g.window.Canvas())
	g.damage, _ = last.(*Damage)
	g.scene = container.NewWithoutLayout()
	g.scroll = container.NewVScroll(container.NewWithoutLayout())
	g.fill()
	g.window.SetContent(container.NewStack(canvas.NewRectangle(color.NRGBA{R: 40, G: 44, B: 60, A: 255}), g.scene, last))
	g.window.Resize(fyne.NewSize(480, 360))
	g.app.Lifecycle().SetOnStarted(func() {
		go func() {
			if err := g.play(); err != nil {
				g.report.Fault = err.Error()
			}
			if err := json.NewEncoder(os.Stdout).Encode(g.report); err != nil {
				panic(err)
			}
			os.Exit(0)
		}()
	})
	g.window.ShowAndRun()
}

func (g *gallery) play() error {
	time.Sleep(300 * time.Millisecond) // the window stands
	var stepped bool
	fyne.DoAndWait(func() {
		stepped = g.damage != nil && g.damage.inner != nil
	})
	if !stepped {
		return errors.New("the toolkit's painter was not replaced, though it paints in software")
	}
	for i := range 120 {
		fyne.DoAndWait(func() {
			what := g.change()
			g.compare(fmt.Sprintf("change %d, %s", i, what))
		})
	}
	fyne.DoAndWait(g.letter)
	for i, s := range []fyne.Size{{Width: 500, Height: 300}, {Width: 400, Height: 420}, {Width: 480, Height: 360}} {
		fyne.DoAndWait(func() { g.window.Resize(s) })
		for range 6 { // at once, and while the window follows
			fyne.DoAndWait(func() { g.change(); g.paint() })
			time.Sleep(time.Duration(5*i+5) * time.Millisecond)
		}
		time.Sleep(200 * time.Millisecond)
		fyne.DoAndWait(func() {
			g.change()
			g.compare(fmt.Sprintf("once it was %v", s))
		})
	}
	fyne.DoAndWait(func() { g.app.Settings().SetTheme(otherTheme{fynetheme.DefaultTheme()}) })
	time.Sleep(100 * time.Millisecond)
	fyne.DoAndWait(func() {
		g.change()
		g.compare("in another theme")
	})
	return nil
}

// otherTheme has another ground.
type otherTheme struct{ fyne.Theme }

func (otherTheme) Color(fyne.ThemeColorName, fyne.ThemeVariant) color.Color {
	return color.NRGBA{R: 200, G: 190, B: 90, A: 255}
}

// paint has the window painted as the toolkit does at its beat.
func (g *gallery) paint() {
	g.window.Canvas().(interface{ SetDirty() }).SetDirty()
	drawSingleFrame(of(g.app))
}

// compare paints the damage, then everything, and holds the screens against each
// other.
func (g *gallery) compare(what string) {
	g.paint()
	all := image.Rect(0, 0, g.damage.width, g.damage.height)
	area := slices.Clone(g.damage.area)
	got := g.pixels()
	g.damage.whole.Store(true)
	g.paint()
	want := g.pixels()
	g.report.Shots++
	if len(area) != 1 || area[0] != all {
		g.report.Parts++
	}
	if !slices.Equal(want, g.shown) {
		g.report.Changes++
	}
	g.shown = want
	n, box := 0, image.Rectangle{}
	for i := range want {
		if got[i] != want[i] {
			n++
			x, y := i%all.Dx(), i/all.Dx()
			box = box.Union(image.Rect(x, y, x+1, y+1))
		}
	}
	if n > 0 && len(g.report.Wrong) < 10 {
		g.report.Wrong = append(g.report.Wrong, fmt.Sprintf("%s: %d pixels differ, within %v; painted %v of %v", what, n, box, area, all.Max))
	}
}

// pixels is what was drawn last, from the lower left corner.
func (g *gallery) pixels() []uint32 {
	p := make([]uint32, g.damage.width*g.damage.height)
	g.window.(interface{ RunWithContext(func()) }).RunWithContext(func() {
		gl.ReadPixels(0, 0, int32(g.damage.width), int32(g.damage.height), gl.RGBA, gl.UNSIGNED_BYTE, gl.Ptr(p))
	})
	return p
}

// letter measures what one more letter has painted.
func (g *gallery) letter() {
	t := canvas.NewText("a", color.White)
	t.Move(fyne.NewPos(20, 20))
	g.scene.Add(t)
	g.paint()
	t.Text = "ab"
	t.Refresh()
	g.paint()
	g.report.Letter = float64(g.damage.area.pixels()) / float64(g.damage.width*g.damage.height)
}

// fill hangs the gallery.
func (g *gallery) fill() {
	for range 4 {
		for range kinds {
			g.scene.Add(g.object())
		}
	}
	inside := g.scroll.Content.(*fyne.Container)
	for i := range 20 {
		t := canvas.NewText(fmt.Sprintf("line %d", i), color.White)
		t.Move(fyne.NewPos(6, float32(i)*21.3))
		inside.Add(t)
		r := g.object()
		r.Move(fyne.NewPos(60, float32(i)*21.3))
		inside.Add(r)
	}
	inside.Resize(fyne.NewSize(150, 440))
	g.scroll.Resize(fyne.NewSize(160, 130))
	g.scroll.Move(fyne.NewPos(290, 210))
	g.scene.Add(g.scroll)
}

const kinds = 7

// object is one of each kind in turn, somewhere, in any colours.
func (g *gallery) object() fyne.CanvasObject {
	var o fyne.CanvasObject
	switch len(g.scene.Objects) % kinds {
	case 0:
		o = &canvas.Rectangle{FillColor: g.ink(), CornerRadius: 7, StrokeColor: g.ink(), StrokeWidth: 2}
	case 1:
		o = &canvas.Rectangle{FillColor: g.ink(), Shadow: canvas.Shadow{
			Color: color.NRGBA{A: 120}, BlurRadius: 15, Spread: 2, Offset: fyne.NewPos(3, -2),
		}}
	case 2:
		o = &canvas.Circle{FillColor: g.ink(), StrokeColor: g.ink(), StrokeWidth: 1}
	case 3:
		o = &canvas.Arc{FillColor: g.ink(), StartAngle: 10, EndAngle: 200, CutoutRatio: 0.7}
	case 4:
		t := canvas.NewText(fmt.Sprintf("Text that is longer than its place %d", g.rand.IntN(1000)), g.ink())
		t.Alignment = fyne.TextAlign(g.rand.IntN(3))
		t.TextStyle.Italic = g.rand.IntN(2) == 0
		o = t
	case 5:
		o = &canvas.Image{Image: g.uniform(), FillMode: canvas.ImageFillContain, CornerRadius: 5}
	case 6:
		o = &canvas.Shader{Name: "test.ground", Source: []byte(testShader), Uniforms: map[string]float32{"red": g.rand.Float32()}}
	}
	o.Resize(fyne.NewSize(10+90*g.rand.Float32(), 8+50*g.rand.Float32()))
	o.Move(fyne.NewPos(460*g.rand.Float32(), 340*g.rand.Float32()))
	return o
}

const testShader = `#version 110
uniform float red;
uniform vec2 frame;
uniform vec4 bounds;
void main() { gl_FragColor = vec4(red, gl_FragCoord.y / frame.y, bounds.x / frame.x, 0.7); }
`

func (g *gallery) ink() color.Color {
	n := g.rand.Uint32()
	return color.NRGBA{R: uint8(n), G: uint8(n >> 8), B: uint8(n >> 16), A: 128 + uint8(n>>25)}
}

func (g *gallery) uniform() image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, 8, 5))
	for i := range m.Pix {
		m.Pix[i] = uint8(g.rand.Uint32())
	}
	return m
}

// change changes something, and says what.
func (g *gallery) change() string {
	i := g.rand.IntN(len(g.scene.Objects))
	o := g.scene.Objects[i]
	if o == fyne.CanvasObject(g.scroll) {
		g.scroll.ScrollToOffset(fyne.NewPos(0, 300*g.rand.Float32()))
		return "scroll"
	}
	switch g.rand.IntN(9) {
	case 0:
		o.Move(fyne.NewPos(460*g.rand.Float32(), 340*g.rand.Float32()))
		return fmt.Sprintf("move %T", o)
	case 1:
		o.Resize(fyne.NewSize(10+90*g.rand.Float32(), 8+50*g.rand.Float32()))
		return fmt.Sprintf("resize %T", o)
	case 2:
		if o.Visible() {
			o.Hide()
		} else {
			o.Show()
		}
		return fmt.Sprintf("hide or show %T", o)
	case 3: // what was painted below is painted above
		j := g.rand.IntN(len(g.scene.Objects))
		g.scene.Objects[i], g.scene.Objects[j] = g.scene.Objects[j], o
		return "order"
	case 4:
		g.scene.Remove(o)
		return fmt.Sprintf("remove %T", o)
	case 5:
		g.scene.Add(g.object())
		return "add"
	case 6:
		g.scroll.ScrollToOffset(fyne.NewPos(0, 300*g.rand.Float32()))
		return "scroll"
	case 7:
		top := container.NewWithoutLayout(g.object())
		g.window.Canvas().Overlays().Add(top)
		g.compare("a sheet above")
		g.window.Canvas().Overlays().Remove(top)
		return "a sheet gone"
	}
	switch o := o.(type) {
	case *canvas.Rectangle:
		o.FillColor, o.CornerRadius = g.ink(), 12*g.rand.Float32()
	case *canvas.Circle:
		o.FillColor = g.ink()
	case *canvas.Arc:
		o.EndAngle = 360 * g.rand.Float32()
	case *canvas.Text:
		o.Text = fmt.Sprintf("Another text %d", g.rand.IntN(100_000_000))
	case *canvas.Image:
		o.Image = g.uniform()
	case *canvas.Shader: // in place, as panels do
		o.Uniforms["red"] = g.rand.Float32()
		return "change of a shader, which nobody is told of"
	}
	o.Refresh()
	return fmt.Sprintf("change of %T", o)
}
