package widget

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
)

func inArabic(t *testing.T) {
	t.Helper()
	test.NewTempApp(t)
	text.SetLanguage("ar")
	t.Cleanup(func() { text.SetLanguage(text.English) })
}

func TestAWindowInArabicIsItsMirrorImage(t *testing.T) {
	inArabic(t)
	row := NewPressRow(assets.IconBell, "الإشعارات", func() {})
	row.Chevron = true
	split := NewSplit(NewSurface(theme.List, row), NewSurface(theme.Paper, nil))
	split.Resize(fyne.NewSize(1000, 600))
	w := test.NewTempWindow(t, split)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(1000, 600))
	if x := split.left.Position().X; x < 600 {
		t.Errorf("the list stands at %.0f", x)
	}
	if row.glyph.img.Position().X < row.arrow.img.Position().X {
		t.Error("the icon of a row is at the left, its arrow at the right")
	}
	// Laid out again, in another width, and as it was.
	split.Resize(fyne.NewSize(900, 600))
	split.Resize(fyne.NewSize(1000, 600))
	if x := split.left.Position().X; x < 600 {
		t.Errorf("laid out again, the list stands at %.0f", x)
	}
}

func TestWhatIsPointedAtIsTurnedBack(t *testing.T) {
	inArabic(t)
	chosen := -1
	s := NewSegmented([]string{"one", "two", "three"}, 1, func(i int) { chosen = i })
	s.Resize(s.MinSize())
	test.WidgetRenderer(s)
	s.Tapped(&fyne.PointEvent{Position: fyne.NewPos(s.Size().Width-12, 20)})
	if chosen != 0 {
		t.Errorf("the rightmost choice is %d", chosen)
	}
	s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	if chosen != 1 {
		t.Errorf("the arrow to the left led to %d", chosen)
	}
}

// A layout of another package is turned round each time, also where it is asked
// again.
func TestTurnedLayouts(t *testing.T) {
	inArabic(t)
	a, b := canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	a.SetMinSize(fyne.NewSize(30, 10))
	b.SetMinSize(fyne.NewSize(50, 10))
	c := container.New(Row{Gap: 4}, a, b)
	for _, w := range []float32{84, 200, 200, 120} {
		c.Resize(fyne.NewSize(w, 20))
		if a.Position().X != w-30 || b.Position().X != w-84 {
			t.Errorf("in %.0f: %v and %v", w, a.Position(), b.Position())
		}
	}
}

// Sentences of both directions in one text object.
func TestVisualOrderOfOneText(t *testing.T) {
	inArabic(t)
	clean := func(s string) string { return strings.ReplaceAll(s, "\u200e", "") }
	if got := clean(visual("نسخ معرّف Session", Body)); !strings.HasPrefix(got, "Session") {
		t.Errorf("the name stands behind: %q", got)
	}
	if got := visual("Copy", Body); got != "Copy" {
		t.Errorf("%q", got)
	}
	// A name and an emoji from the other direction keep their order.
	f := layoutLine([]Span{{Text: "مسودة: "}, {Text: "Two 👍 of them"}}, Small, 0)
	var line strings.Builder
	for _, p := range f.lines[0].fragments {
		line.WriteString(p.text)
	}
	if got := line.String(); strings.Index(got, "Two") > strings.Index(got, "of them") || !strings.Contains(got, "👍") {
		t.Errorf("%q", got)
	}
}

func TestALineThatRunsRightToLeftIsCutAtItsEnd(t *testing.T) {
	inArabic(t)
	f := layoutLine(Text("نعم، شكرا جزيلا يا صديقي العزيز"), Small, 120)
	var line strings.Builder
	for _, p := range f.lines[0].fragments {
		line.WriteString(p.text)
	}
	got := line.String()
	if !f.cut || f.lines[0].width > 120 || !strings.Contains(got, "نعم") || strings.Contains(got, "العزيز") {
		t.Errorf("cut to %q, %.0f wide", got, f.lines[0].width)
	}
	if !strings.HasPrefix(got, ellipsis) {
		t.Errorf("the ellipsis is not at the left: %q", got)
	}
}

func TestOverflowsAreFound(t *testing.T) {
	test.NewTempApp(t)
	narrow := container.NewWithoutLayout(NewButton("A button with many words", Primary, func() {}))
	narrow.Objects[0].Resize(fyne.NewSize(60, 40))
	w := test.NewTempWindow(t, narrow)
	w.Resize(fyne.NewSize(400, 200))
	found := Overflows(w.Canvas())
	if len(found) == 0 || found[0].Why != "squeezed" {
		t.Fatalf("found %v", found)
	}
	narrow.Objects[0].Resize(narrow.Objects[0].MinSize())
	if found := Overflows(w.Canvas()); len(found) != 0 {
		t.Errorf("found %v", found)
	}
	narrow.Objects[0].Move(fyne.NewPos(380, 0))
	if found := Overflows(w.Canvas()); len(found) == 0 || found[0].Why != "out of the window" {
		t.Errorf("found %v", found)
	}
}

// The button of a voice message stands where lines begin; its sound still runs
// from left to right.
func TestVoiceMessagesAreTurnedTheirSoundIsNot(t *testing.T) {
	inArabic(t)
	v := NewVoiceRow(VoiceModel{Bars: make([]byte, 40), Time: "0:38", Speed: "1×"})
	v.Resize(fyne.NewSize(260, 52))
	test.WidgetRenderer(v)
	if v.disc.Position().X < 130 {
		t.Errorf("the button stands at %.0f", v.disc.Position().X)
	}
	share := float32(-1)
	v.OnSeek = func(s float32) { share = s }
	left := v.wave.raster.Position()
	v.Tapped(&fyne.PointEvent{Position: left.AddXY(v.wave.raster.Size().Width*0.25, 4)})
	if share < 0.2 || share > 0.3 {
		t.Errorf("a quarter from the left is %.2f of the sound", share)
	}
}

// Completions of English words begin where the words in the boxes do.
func TestCompletionsStandUnderTheirWord(t *testing.T) {
	inArabic(t)
	g := NewWordGrid(3, []string{"mechanic", "medium"})
	w := test.NewTempWindow(t, g)
	w.Resize(fyne.NewSize(660, 300))
	g.Focus(0)
	g.boxes[0].edit.TypedRune('m')
	g.boxes[0].edit.TypedRune('e')
	if len(g.menu.found) != 2 {
		t.Fatalf("%d completions", len(g.menu.found))
	}
	for i := range g.menu.found {
		if x := g.menu.rows[i].texts[0].Position().X; x > 20 {
			t.Errorf("completion %d begins at %.0f", i, x)
		}
	}
}
