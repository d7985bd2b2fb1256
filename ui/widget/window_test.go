package widget

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"sotto/assets"
	"sotto/ui/theme"
)

func stage(t *testing.T) (*Stage, fyne.Canvas) {
	s := NewStage(NewSurface(theme.Paper, nil))
	return s, window(t, s, 800, 600)
}

func TestSheetClosesWithEsc(t *testing.T) {
	s, c := stage(t)
	field := NewTextField("Name")
	closed := 0
	sheet := NewSheet("Title", field).SetInitialFocus(field.FocusTarget())
	sheet.OnClose = func() { closed++ }
	sheet.Open(c)
	if !sheet.IsOpen() || !field.Focused() {
		t.Fatal("not open, or the field has no keyboard")
	}
	press(c.Focused(), fyne.KeyEscape)
	if sheet.IsOpen() || closed != 1 || len(c.Overlays().List()) != 0 {
		t.Errorf("Esc in a field: open %t, closed %d times", sheet.IsOpen(), closed)
	}
	escaped := 0
	s.OnEscape = func() { escaped++ }
	Escape(s)
	if escaped != 1 {
		t.Error("Esc without a sheet does not reach the stage")
	}
}

func TestFirmSheetStays(t *testing.T) {
	_, c := stage(t)
	sheet := NewSheet("Title", NewLabel("x", Body, theme.Text))
	sheet.Firm = true
	sheet.Open(c)
	sheet.veil.Tapped(nil)
	if !sheet.IsOpen() {
		t.Error("a click beside it closed a firm sheet")
	}
}

func TestConfirm(t *testing.T) {
	_, c := stage(t)
	done := 0
	s := Confirm(c, "Delete?", "It is gone for good.", "Delete", true, func() { done++ })
	press(c.Focused(), fyne.KeyReturn)
	if done != 1 || s.IsOpen() {
		t.Errorf("confirmed %d times, open %t", done, s.IsOpen())
	}
}

func TestTallSheetScrolls(t *testing.T) {
	_, c := stage(t)
	long := ""
	for range 200 {
		long += "A sentence that is repeated to make a long page. "
	}
	sheet := NewSheet("Licence", NewParagraph(long, Body, theme.Text, 0))
	sheet.Open(c)
	if bottom := sheet.box.Position().Y + sheet.box.Size().Height; bottom > 600 {
		t.Errorf("the sheet ends at %f", bottom)
	}
	before := sheet.body.Position().Y
	sheet.scroll.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.Delta{DY: -100}})
	if got := sheet.body.Position().Y; got != before-100 {
		t.Errorf("scrolled from %f to %f", before, got)
	}
}

func TestMenuByKeyboard(t *testing.T) {
	s, c := stage(t)
	var chosen string
	items := []MenuItem{
		{Label: "Reply", Icon: assets.IconReply, Action: func() { chosen = "reply" }},
		{Label: "Forward", Disabled: true, Action: func() { chosen = "forward" }},
		{},
		{Label: "Delete", Danger: true, Action: func() { chosen = "delete" }},
	}
	m := ShowMenu(s, pos(790, 590), items, nil)
	if x, y, w, h := m.frame(); x+w > 800 || y+h > 600 {
		t.Errorf("the menu leaves the window: %f,%f %fx%f", x, y, w, h)
	}
	press(c.Focused(), fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	if chosen != "delete" || c.Overlays().Top() != nil {
		t.Errorf("chosen %q", chosen)
	}
	closed := false
	m = ShowMenu(s, pos(10, 10), items, func() { closed = true })
	m.Tapped(&fyne.PointEvent{Position: pos(700, 500)})
	if !closed || c.Overlays().Top() != nil {
		t.Error("a click beside it leaves the menu open")
	}
}

func TestToastGoesByItself(t *testing.T) {
	clock := useClock(t)
	s, _ := stage(t)
	undone, expired := 0, 0
	s.Toast("Deleted", "Undo", func() { undone++ }, func() { expired++ })
	s.Toast("Copied", "", nil, nil)
	if len(s.toasts) != 2 {
		t.Fatalf("%d toasts", len(s.toasts))
	}
	s.toasts[0].button.Tapped(nil)
	clock.run()
	if len(s.toasts) != 0 || undone != 1 || expired != 0 {
		t.Errorf("%d toasts, undone %d, expired %d", len(s.toasts), undone, expired)
	}
	s.Toast("Deleted", "Undo", func() { undone++ }, func() { expired++ })
	clock.run()
	if expired != 1 || undone != 1 {
		t.Errorf("undone %d, expired %d", undone, expired)
	}
}

func TestTooltip(t *testing.T) {
	clock := useClock(t)
	b := NewIconButton(assets.IconSearch, "Search", nil)
	s := NewStage(b)
	window(t, s, 300, 200)
	b.MouseIn(&desktop.MouseEvent{})
	clock.run()
	if s.tipFor == nil || s.tip.text != "Search" {
		t.Fatal("no tooltip")
	}
	b.MouseOut()
	if s.tipFor != nil {
		t.Error("the tooltip stays")
	}
}

func TestSplit(t *testing.T) {
	left, middle, right := NewSurface(theme.List, nil), NewSurface(theme.Paper, nil), NewSurface(theme.List, nil)
	s := NewSplit(left, middle)
	narrow := 0
	s.OnNarrow = func(bool) { narrow++ }
	window(t, s, 1280, 800)
	narrow = 0
	if left.Size().Width != 319 || middle.Position().X != 320 || middle.Size().Width != 960 {
		t.Errorf("left %v, middle %v at %v", left.Size(), middle.Size(), middle.Position())
	}
	s.SetLeftWidth(900)
	if s.LeftWidth() != theme.LeftMax {
		t.Errorf("left is %f", s.LeftWidth())
	}
	s.SetRight(right)
	if right.Size().Width != 319 || middle.Size().Width != 1280-400-320 {
		t.Errorf("right %v, middle %v", right.Size(), middle.Size())
	}
	s.Resize(fyne.NewSize(500, 800))
	if !s.Narrow() || narrow != 1 || len(s.objects()) != 1 || s.objects()[0] != left {
		t.Errorf("narrow %t (%d), shows %d", s.Narrow(), narrow, len(s.objects()))
	}
	s.ShowMiddle(true)
	s.SetRight(nil)
	if s.objects()[0] != middle || middle.Size().Width != 500 {
		t.Error("the middle does not fill a narrow window")
	}
}

// TestQRScans: what is shown can be read again, in both themes.
func TestQRScans(t *testing.T) {
	const id = "05a91c4e7d20b86f35e2c8194ad7730f6b1e9852cd04f7a3b6e18d5c2f90473b6e"
	t.Cleanup(func() { fyne.CurrentApp().Settings().SetTheme(theme.New(theme.Light, theme.Lagoon)) })
	for _, v := range []theme.Variant{theme.Light, theme.Dark} {
		fyne.CurrentApp().Settings().SetTheme(theme.New(v, theme.Lagoon))
		q, err := NewQR(id, 200)
		if err != nil {
			t.Fatal(err)
		}
		c := window(t, NewCard(q, 24), 248, 248)
		bmp, err := gozxing.NewBinaryBitmapFromImage(c.Capture())
		if err != nil {
			t.Fatal(err)
		}
		got, err := qrcode.NewQRCodeReader().Decode(bmp, nil)
		if err != nil || got.GetText() != id {
			t.Errorf("theme %d: read %v, %v", v, got, err)
		}
	}
	img, err := QRImage(id, 600)
	if err != nil {
		t.Fatal(err)
	}
	bmp, _ := gozxing.NewBinaryBitmapFromImage(img)
	if got, err := qrcode.NewQRCodeReader().Decode(bmp, nil); err != nil || got.GetText() != id {
		t.Errorf("saved picture: %v", err)
	}
	if _, err := NewQR(string(make([]byte, 9000)), 200); err == nil {
		t.Error("9000 bytes fit a code")
	}
}

// TestEveryIconDraws: each has ink in each of its sizes, and more of it in a
// larger one.
func TestEveryIconDraws(t *testing.T) {
	for _, name := range assets.Icons {
		for _, px := range []float32{12, 16, 20, 24} {
			img := iconImage(name, px, theme.Color(theme.Text), int(px))
			ink := 0
			b := img.Bounds()
			for y := b.Min.Y; y < b.Max.Y; y++ {
				for x := b.Min.X; x < b.Max.X; x++ {
					if _, _, _, a := img.At(x, y).RGBA(); a > 0x4000 {
						ink++
					}
				}
			}
			if whole := b.Dx() * b.Dy(); ink < whole/60 || ink > whole*7/10 {
				t.Errorf("%s at %v: %d of %d pixels", name, px, ink, whole)
			}
		}
	}
}

func TestAvatars(t *testing.T) {
	id := "05" + "0d" + "a91c4e7d20b86f35e2c8194ad7730f6b1e9852cd04f7a3b6e18d5c2f90473b"
	if len(id) != 66 || AvatarColor(id) != 13%12 {
		t.Errorf("colour of %s (%d) is %d", id, len(id), AvatarColor(id))
	}
	if c := AvatarColor("https://open.example/room"); c < 0 || c >= theme.AvatarColors || c != AvatarColor("https://open.example/room") {
		t.Errorf("colour %d", c)
	}
	for name, want := range map[string]string{
		"Maya": "M", "robin": "R", "Flat 4": "F4", "Ana Maria": "A", "": "", "晴子": "晴", "سامي": "س", "  x": "X",
		"👩‍⚕️ Doc": "👩‍⚕️", "!!": "", "(Omar)": "O", "7 Seas": "7",
	} {
		if got, _ := initials(name); got != want {
			t.Errorf("initials of %q are %q, want %q", name, got, want)
		}
	}
}

func TestControlsByKeyboard(t *testing.T) {
	_, _ = stage(t)
	on := false
	toggle := NewToggle(false, func(v bool) { on = v })
	write(toggle, " ")
	if !on {
		t.Error("Space does not switch")
	}
	toggle.Disable()
	write(toggle, " ")
	if !on {
		t.Error("a disabled switch switched")
	}
	picked := -1
	seg := NewSegmented([]string{"a", "b", "c"}, 0, func(i int) { picked = i })
	press(seg, fyne.KeyRight, fyne.KeyRight, fyne.KeyRight, fyne.KeyLeft)
	if picked != 1 {
		t.Errorf("segment %d", picked)
	}
	pressed := 0
	b := NewButton("Go", Primary, func() { pressed++ })
	press(b, fyne.KeyReturn)
	b.FocusGained()
	b.CreateRenderer()
	if b.ring.paint(b.focused, 12); pressed != 1 || b.ring.rect.Hidden {
		t.Errorf("pressed %d, ring hidden %t", pressed, b.ring.rect.Hidden)
	}
	radio := NewRadio("x", false, func() { pressed++ })
	write(radio, "  ")
	if pressed != 2 || !radio.On {
		t.Error("a radio is chosen once and stays")
	}
}

// What has no room beside each other stands below each other, and is pressed there.
func TestSegmentedStacks(t *testing.T) {
	picked := -1
	seg := NewSegmented([]string{"Off", "After reading", "After sending"}, 0, func(i int) { picked = i })
	wide := seg.MinSize()
	column := container.New(Column{}, seg)
	w := test.NewTempWindow(t, column)
	w.Resize(fyne.NewSize(wide.Width-40, 400))
	column.Resize(fyne.NewSize(wide.Width-40, 400))
	if m := seg.MinSize(); m.Width > wide.Width-40 || m.Height <= wide.Height {
		t.Fatalf("%v where %v has no room", m, wide)
	}
	seg.Tapped(&fyne.PointEvent{Position: fyne.NewPos(60, seg.MinSize().Height-10)})
	if picked != 2 {
		t.Errorf("the lowest is %d", picked)
	}
	column.Resize(fyne.NewSize(wide.Width+40, 400))
	if m := seg.MinSize(); m != wide {
		t.Errorf("with room again %v, before %v", m, wide)
	}
}
