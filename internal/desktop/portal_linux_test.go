package desktop

import (
	"image"
	"testing"

	"github.com/godbus/dbus/v5"
)

// portalRecorder is the portal as far as it is asked here. Those that exist take
// nothing from programs outside a sandbox of theirs.
type portalRecorder struct {
	added   chan map[string]dbus.Variant
	removed chan string
}

func (p *portalRecorder) AddNotification(id string, content map[string]dbus.Variant) *dbus.Error {
	content["id"] = dbus.MakeVariant(id)
	p.added <- content
	return nil
}

func (p *portalRecorder) RemoveNotification(id string) *dbus.Error {
	p.removed <- id
	return nil
}

func TestNotificationsOutOfAFlatpak(t *testing.T) {
	bus := startBus(t)
	p := &portalRecorder{make(chan map[string]dbus.Variant, 8), make(chan string, 8)}
	version := func() map[string]dbus.Variant {
		return map[string]dbus.Variant{"version": dbus.MakeVariant(uint32(2))}
	}
	for iface, v := range map[string]any{portalNotes: p, properties: readProperties{portalNotes, version}} {
		if err := bus.Export(v, portalPath, iface); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := bus.RequestName(portalName, 0); err != nil {
		t.Fatal(err)
	}
	d, heard, stop := run(t, func(d *Desktop) { d.sandboxed = true })
	d.Show(Notice{Key: "maya", Title: "Maya", Body: "1 < 2", Icon: image.NewRGBA(image.Rect(0, 0, 2, 2)), Open: "Open", Read: "Mark as read"})
	n := next(t, "a notification", p.added)
	is := func(name string) any { v := n[name]; return v.Value() }
	if is("id") != "maya" || is("title") != "Maya" || is("body") != "1 < 2" || is("default-action") != "default" || is("sound") != "default" {
		t.Errorf("added: %v", n)
	}
	icon, ok := is("icon").([]any)
	if png, isPNG := icon[1].(dbus.Variant); !ok || icon[0] != "bytes" || !isPNG || png.Signature().String() != "ay" {
		t.Errorf("icon: %v", icon)
	}
	for _, action := range []string{"default", "read"} {
		if err := bus.Emit(portalPath, portalNotes+".ActionInvoked", "maya", action, []dbus.Variant{}); err != nil {
			t.Fatal(err)
		}
	}
	if next(t, "a press", heard.pressed) != (Pressed{Key: "maya"}) || next(t, "a press", heard.pressed) != (Pressed{Key: "maya", Button: ButtonRead}) {
		t.Error("pressed something else")
	}
	d.Show(Notice{Key: "jo", Title: "Jo", Silent: true})
	if n = next(t, "another", p.added); is("sound") != "silent" {
		t.Errorf("a silent one: %v", n)
	}
	d.Withdraw("maya")
	if id := next(t, "a withdrawal", p.removed); id != "maya" {
		t.Errorf("removed: %q", id)
	}
	stop()
	if id := next(t, "the end", p.removed); id != "jo" {
		t.Errorf("removed at the end: %q", id)
	}
	if len(heard.sound) > 0 {
		t.Error("a sound of its own in a Flatpak")
	}
}
