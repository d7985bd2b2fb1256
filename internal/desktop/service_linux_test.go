package desktop

import (
	"image"
	"image/color"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"sotto/internal/cputime"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// notification is what a service was told.
type notification struct {
	App      string
	Replaces uint32
	Icon     string
	Title    string
	Body     string
	Actions  []string
	Hints    map[string]dbus.Variant
	Expire   int32
}

// recorder is a service that keeps what it is told. It stands for those that
// cannot run here, such as Plasma's with its replies and its switch.
type recorder struct {
	bus    *dbus.Conn
	can    []string
	shown  chan notification
	closed chan uint32
	refuse chan struct{} // one for each that it does not take
	last   uint32
}

func (r *recorder) GetCapabilities() ([]string, *dbus.Error) { return r.can, nil }

func (r *recorder) Notify(app string, replaces uint32, icon, title, body string, actions []string, hints map[string]dbus.Variant, expire int32) (uint32, *dbus.Error) {
	r.shown <- notification{app, replaces, icon, title, body, actions, hints, expire}
	select {
	case <-r.refuse:
		return 0, dbus.NewError(serviceName+".Error.ExcessNotificationGeneration", nil)
	default:
	}
	if replaces == 0 {
		r.last++
		return r.last, nil
	}
	return replaces, nil
}

func (r *recorder) CloseNotification(id uint32) *dbus.Error {
	r.closed <- id
	return nil
}

func (r *recorder) emit(t *testing.T, name string, body ...any) {
	t.Helper()
	if err := r.bus.Emit(servicePath, serviceName+"."+name, body...); err != nil {
		t.Fatal(err)
	}
}

func startRecorder(t *testing.T, bus *dbus.Conn, inhibited bool, can ...string) *recorder {
	t.Helper()
	r := &recorder{bus: bus, can: can, shown: make(chan notification, 16), closed: make(chan uint32, 16), refuse: make(chan struct{}, 1)}
	all := func() map[string]dbus.Variant {
		return map[string]dbus.Variant{"Inhibited": dbus.MakeVariant(inhibited)}
	}
	for iface, v := range map[string]any{serviceName: r, properties: readProperties{serviceName, all}} {
		if err := bus.Export(v, servicePath, iface); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := bus.RequestName(serviceName, 0); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestOneNotificationForEachConversation(t *testing.T) {
	r := startRecorder(t, startBus(t), false, "body", "body-markup", "actions", "inline-reply", "sound")
	d, heard, stop := run(t, nil)
	face := image.NewRGBA(image.Rect(0, 0, 2, 1))
	face.Set(1, 0, color.RGBA{1, 2, 3, 255})
	d.Show(Notice{Key: "maya", Title: "Maya\n<b>", Body: "1 < 2 & \u202Eup", Icon: face, Open: "Open", Read: "Mark as read", Reply: "Reply"})
	first := next(t, "a notification", r.shown)
	if first.App != "Sotto" || first.Title != "Maya <b>" || first.Body != "1 &lt; 2 &amp; up" || first.Replaces != 0 || first.Icon != "im.sotto.Sotto" {
		t.Errorf("shown: %+v", first)
	}
	if got := strings.Join(first.Actions, ","); got != "default,Open,read,Mark as read,inline-reply,Reply" {
		t.Errorf("actions: %s", got)
	}
	hint := func(n notification, name string) any { v := n.Hints[name]; return v.Value() }
	if hint(first, "category") != "im.received" || hint(first, "urgency") != byte(1) || hint(first, "desktop-entry") != "im.sotto.Sotto" || hint(first, "sound-name") != "message-new-instant" {
		t.Errorf("hints: %v", first.Hints)
	}
	var raw rawImage
	if err := dbus.Store([]any{hint(first, "image-data")}, &raw); err != nil || raw.Width != 2 || raw.Height != 1 || string(raw.Data) != "\x00\x00\x00\x00\x01\x02\x03\xff" {
		t.Errorf("picture: %+v, %v", raw, err)
	}

	d.Show(Notice{Key: "maya", Title: "Maya (2)", Body: "second", Silent: true, Open: "Open"})
	second := next(t, "the second", r.shown)
	if second.Replaces != 1 || hint(second, "suppress-sound") != true || hint(second, "sound-name") != nil || hint(second, "image-data") != nil {
		t.Errorf("replaced: %+v", second)
	}
	d.Show(Notice{Key: "jo", Title: "Jo", Open: "Open"})
	if n := next(t, "another conversation", r.shown); n.Replaces != 0 {
		t.Errorf("another conversation took the place of %d", n.Replaces)
	}

	r.emit(t, "ActionInvoked", uint32(77), "default") // somebody else's
	r.emit(t, "ActionInvoked", uint32(2), "default")
	if p := next(t, "a press", heard.pressed); p != (Pressed{Key: "jo"}) {
		t.Errorf("pressed: %+v", p)
	}
	r.emit(t, "NotificationReplied", uint32(1), "On my way")
	if p := next(t, "a reply", heard.pressed); p != (Pressed{"maya", ButtonReply, "On my way"}) {
		t.Errorf("replied: %+v", p)
	}
	r.emit(t, "ActionInvoked", uint32(1), "read")
	if p := next(t, "a press on a button", heard.pressed); p != (Pressed{Key: "maya", Button: ButtonRead}) {
		t.Errorf("pressed: %+v", p)
	}

	r.emit(t, "NotificationClosed", uint32(1), uint32(2))
	r.emit(t, "ActionInvoked", uint32(2), "default") // says that the one before was heard
	next(t, "a press", heard.pressed)
	d.Show(Notice{Key: "maya", Title: "Maya", Open: "Open"})
	if n := next(t, "a new one", r.shown); n.Replaces != 0 {
		t.Errorf("a notification that was closed is replaced")
	}
	d.Withdraw("jo")
	d.Withdraw("nobody")
	if id := next(t, "a withdrawal", r.closed); id != 2 {
		t.Errorf("closed: %d", id)
	}
	stop()
	if len(heard.sound) > 0 {
		t.Error("a sound beside that of the service")
	}
	if id := next(t, "the end", r.closed); id != 3 {
		t.Errorf("closed at the end: %d", id)
	}
}

func TestPlainServiceGetsPlainText(t *testing.T) {
	r := startRecorder(t, startBus(t), false, "body")
	d, heard, stop := run(t, nil)
	d.Show(Notice{Key: "a", Title: "A", Body: "1 < 2", Open: "Open", Read: "Read", Reply: "Reply"})
	if n := next(t, "a notification", r.shown); n.Body != "1 < 2" || len(n.Actions) > 0 || n.Hints["suppress-sound"].Value() != true {
		t.Errorf("shown: %+v", n)
	}
	next(t, "the own sound", heard.sound)
	d.Show(Notice{Key: "a", Title: "A", Body: strings.Repeat("x", 1<<20), Silent: true})
	if n := next(t, "a long one", r.shown); len(n.Body) > 4*maxBody {
		t.Errorf("%d bytes are shown", len(n.Body))
	}
	stop()
	if len(heard.sound) > 0 {
		t.Error("a silent one made a sound")
	}
}

// TestOneIsRefused as Plasma does with many at once: the next is shown all the same.
func TestOneIsRefused(t *testing.T) {
	r := startRecorder(t, startBus(t), false, "body")
	d, _, _ := run(t, nil)
	r.refuse <- struct{}{}
	for _, key := range []string{"a", "b"} {
		d.Show(Notice{Key: key, Title: key, Silent: true})
		if n := next(t, "a notification", r.shown); n.Title != key || n.Replaces != 0 {
			t.Errorf("shown: %+v", n)
		}
	}
	d.Withdraw("a")
	d.Withdraw("b")
	if id := next(t, "a withdrawal", r.closed); id != 1 || len(r.closed) > 0 {
		t.Errorf("closed: %d", id)
	}
}

func TestNoSoundWhenNobodyWantsToBeDisturbed(t *testing.T) {
	r := startRecorder(t, startBus(t), true, "body")
	d, heard, stop := run(t, nil)
	d.Show(Notice{Key: "a", Title: "A"})
	d.Show(Notice{Key: "b", Title: "B"})
	next(t, "a notification", r.shown)
	next(t, "the next", r.shown)
	stop()
	if len(heard.sound) > 0 {
		t.Error("a sound although the desktop is inhibited")
	}
}

// TestServiceComesAndGoes has nobody there first. What is shown then is lost,
// without an error and without another try until the bus tells.
func TestServiceComesAndGoes(t *testing.T) {
	bus := startBus(t)
	d, _, _ := run(t, nil)
	calls := make(chan *dbus.Message, 64)
	spy, err := dbus.SessionBusPrivateNoAutoStartup()
	if err == nil {
		if err = spy.Auth(nil); err == nil {
			err = spy.Hello()
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	defer spy.Close()
	rules := []string{"type='method_call',interface='" + serviceName + "',eavesdrop='true'"}
	if err := spy.BusObject().Call("org.freedesktop.DBus.Monitoring.BecomeMonitor", 0, rules, uint32(0)).Err; err != nil {
		t.Fatal(err)
	}
	spy.Eavesdrop(calls)
	for range 20 {
		d.Show(Notice{Key: "a", Title: "A"})
	}
	for next(t, "the only question", calls).Type != dbus.TypeMethodCall {
		// The bus tells the spy that it has lost its name.
	}
	before := cputime.Used()
	d.SetTray(Tray{Tooltip: "Sotto"})
	d.SetBadge(3)
	<-time.After(time.Second) // in which nothing happens
	if used := cputime.Used() - before; used > 50*time.Millisecond {
		t.Errorf("%v of processor time with nobody there", used)
	}
	further := 0
	for len(calls) > 0 {
		if (<-calls).Type == dbus.TypeMethodCall {
			further++
		}
	}
	if d.HasTray() || further > 0 {
		t.Errorf("a tray: %v, further questions: %d", d.HasTray(), further)
	}
	r := startRecorder(t, bus, false, "body")
	for shown := false; !shown; {
		d.Show(Notice{Key: "a", Title: "A"})
		select {
		case <-r.shown:
			shown = true
		case <-time.After(50 * time.Millisecond): // the bus has not told yet
		}
	}
}

func TestNoBus(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+t.TempDir()+"/nobody")
	d, _, stop := run(t, nil)
	d.Show(Notice{Key: "a", Title: "A"})
	d.SetTray(Tray{})
	stop()
	for range 2 * most {
		d.Show(Notice{Key: "a", Title: "A"})
	}
	if len(d.take()) > 0 {
		t.Error("notifications are kept for a bus that is not there")
	}
}
