package desktop

import (
	"image"
	"image/color"
	"image/draw"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"sotto/internal/drive"
)

func square(side int, c color.Color) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, side, side))
	draw.Draw(img, img.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	return img
}

var (
	pink = color.RGBA{250, 20, 200, 255}
	lime = color.RGBA{40, 250, 20, 255}
)

// configurePanel makes settings for a panel of Xfce with nothing but its tray.
// The bus has to be started after that: it starts what reads them.
func configurePanel(t *testing.T) {
	t.Helper()
	home := t.TempDir()
	settings := filepath.Join(home, "xfce4", "xfconf", "xfce-perchannel-xml")
	if err := os.MkdirAll(settings, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(settings, "xfce4-panel.xml"), `<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
<property name="configver" type="int" value="2"/>
<property name="panels" type="array"><value type="int" value="1"/>
<property name="panel-1" type="empty">
<property name="position" type="string" value="p=6;x=0;y=0"/><property name="length" type="uint" value="100"/>
<property name="position-locked" type="bool" value="true"/><property name="size" type="uint" value="36"/>
<property name="plugin-ids" type="array"><value type="int" value="6"/></property>
</property></property>
<property name="plugins" type="empty"><property name="plugin-6" type="string" value="systray"/></property>
</channel>`)
	t.Setenv("XDG_CONFIG_HOME", home)
	t.Setenv("XDG_CACHE_HOME", home)
}

func panel(t *testing.T, d *drive.Display) *exec.Cmd {
	t.Helper()
	cmd := d.Command(t.Context(), "xfce4-panel", "--disable-wm-check")
	start(t, cmd)
	return cmd
}

// where finds a colour on the screen.
func where(t *testing.T, d *drive.Display, c color.RGBA) (at image.Point, ok bool) {
	t.Helper()
	frame, err := d.Frame()
	if err != nil {
		t.Fatal(err)
	}
	var all image.Rectangle
	for y := frame.Rect.Min.Y; y < frame.Rect.Max.Y; y++ {
		for x := frame.Rect.Min.X; x < frame.Rect.Max.X; x++ {
			if frame.RGBAAt(x, y) == c {
				all = all.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return all.Min.Add(all.Size().Div(2)), !all.Empty()
}

// TestTrayOfARealPanel shows the icon in Xfce's panel, changes it, presses it and
// chooses from its menu. Then the panel ends and comes back.
func TestTrayOfARealPanel(t *testing.T) {
	screen := screen(t, "xfce4-panel")
	configurePanel(t)
	startBus(t, "org.xfce.Xfconf")
	d, heard, _ := run(t, nil)
	menu := []MenuEntry{{ID: "show", Label: "Show Sotto"}, {ID: "lock", Label: "Lock", Disabled: true}, {}, {ID: "quit", Label: "Quit_now"}}
	d.SetTray(Tray{Icon: []image.Image{square(22, pink), square(48, pink)}, Tooltip: "Sotto", Menu: menu})
	first := panel(t, screen)
	if !next(t, "a tray", heard.tray) || !d.HasTray() {
		t.Fatal("the tray is not there")
	}
	click := func(c color.RGBA, button string) {
		t.Helper()
		var at image.Point
		await(t, "the icon", func() (ok bool) { at, ok = where(t, screen, c); return ok })
		out, err := screen.Command(t.Context(), "xdotool", "mousemove", strconv.Itoa(at.X), strconv.Itoa(at.Y), "click", button).CombinedOutput()
		if err != nil {
			t.Fatalf("xdotool: %v: %s", err, out)
		}
	}
	click(pink, "1")
	next(t, "a press on the icon", heard.activated)
	picture(t, screen, "tray")

	d.SetTray(Tray{Icon: []image.Image{square(22, lime)}, Tooltip: "Sotto: 2", Menu: menu})
	click(lime, "3")
	picture(t, screen, "tray-menu")
	// The last entry, twice up from before the first: the menu opens in its time.
	chosen := ""
	await(t, "a choice from the menu", func() bool {
		if out, err := screen.Command(t.Context(), "xdotool", "key", "End", "Return").CombinedOutput(); err != nil {
			t.Fatalf("xdotool: %v: %s", err, out)
		}
		select {
		case chosen = <-heard.chosen:
			return true
		case <-time.After(100 * time.Millisecond):
			return false
		}
	})
	if chosen != "quit" {
		t.Errorf("chosen: %q", chosen)
	}

	_ = first.Process.Kill()
	if next(t, "the end of the panel", heard.tray) {
		t.Error("a tray without a panel")
	}
	panel(t, screen)
	if !next(t, "the panel once more", heard.tray) {
		t.Error("no tray with a panel")
	}
	await(t, "the icon in it", func() bool { _, ok := where(t, screen, lime); return ok })
}

// TestTrayAnswersAsSpecified asks what real trays ask, and what only some do.
func TestTrayAnswersAsSpecified(t *testing.T) {
	bus := startBus(t)
	watcher := &watcherStub{items: make(chan string, 4)}
	if err := bus.Export(watcher, watcherPath, watcherName); err != nil {
		t.Fatal(err)
	}
	all := func() map[string]dbus.Variant {
		return map[string]dbus.Variant{"IsStatusNotifierHostRegistered": dbus.MakeVariant(true)}
	}
	if err := bus.Export(readProperties{watcherName, all}, watcherPath, properties); err != nil {
		t.Fatal(err)
	}
	d, heard, _ := run(t, nil)
	d.SetTray(Tray{Icon: []image.Image{square(2, pink)}, Tooltip: "Sotto: 2\nnew", Menu: []MenuEntry{{ID: "a", Label: "A_b"}, {ID: "b", Label: "B", Disabled: true}}})
	if _, err := bus.RequestName(watcherName, 0); err != nil {
		t.Fatal(err)
	}
	sender := next(t, "an icon", watcher.items)
	next(t, "a tray", heard.tray)
	item, menu := bus.Object(sender, itemPath), bus.Object(sender, menuPath)
	var all2 map[string]dbus.Variant
	if err := item.Call(properties+".GetAll", 0, itemName).Store(&all2); err != nil {
		t.Fatal(err)
	}
	var icons []pixmap
	if err := dbus.Store([]any{all2["IconPixmap"].Value()}, &icons); err != nil || len(icons) != 1 || string(icons[0].Data[:4]) != "\xff\xfa\x14\xc8" {
		t.Errorf("icon: %v, %v", icons, err)
	}
	var tip tooltip
	if err := dbus.Store([]any{all2["ToolTip"].Value()}, &tip); err != nil || tip.Title != "Sotto: 2 new" {
		t.Errorf("tooltip: %+v, %v", tip, err)
	}
	if all2["Category"].Value() != "Communications" || all2["Menu"].Value() != dbus.ObjectPath(menuPath) {
		t.Errorf("properties: %v", all2)
	}
	var revision uint32
	var root layout
	if err := menu.Call(menuName+".GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &root); err != nil {
		t.Fatal(err)
	}
	var entry layout
	if len(root.Children) != 2 || dbus.Store([]any{root.Children[0].Value()}, &entry) != nil || entry.Properties["label"].Value() != "A__b" {
		t.Errorf("menu: %+v", root)
	}
	if err := menu.Call(menuName+".GetLayout", 0, int32(99), int32(-1), []string{}).Err; err == nil {
		t.Error("a layout of an entry that is not there")
	}
	for _, id := range []int32{-1, 0, 2, 3, 1} { // only the last is one that can be chosen
		if err := menu.Call(menuName+".Event", 0, id, "clicked", dbus.MakeVariant(""), uint32(0)).Err; err != nil {
			t.Error(err)
		}
	}
	if id := next(t, "a choice", heard.chosen); id != "a" || len(heard.chosen) > 0 {
		t.Errorf("chosen: %q and %d more", id, len(heard.chosen))
	}
}

// watcherStub notes who registers an icon.
type watcherStub struct{ items chan string }

func (w *watcherStub) RegisterStatusNotifierItem(_ string, sender dbus.Sender) *dbus.Error {
	w.items <- string(sender)
	return nil
}
