package desktop

import (
	"github.com/godbus/dbus/v5"
)

const (
	portalName  = "org.freedesktop.portal.Desktop"
	portalPath  = "/org/freedesktop/portal/desktop"
	portalNotes = "org.freedesktop.portal.Notification"
)

// portal is org.freedesktop.portal.Notification, the way out of a Flatpak. It
// has neither inline replies nor signs of what became of a notification, and the
// system plays the sound.
type portal struct {
	l       *link
	object  dbus.BusObject
	absent  bool
	version uint32          // 0: not known
	shown   map[string]bool // keys
}

func newPortal(l *link) *portal {
	return &portal{l: l, object: l.Object(portalName, portalPath), shown: map[string]bool{}}
}

func (p *portal) listen() error {
	if err := p.l.follow(portalName); err != nil {
		return err
	}
	return p.l.AddMatchSignalContext(p.l.ctx, dbus.WithMatchInterface(portalNotes), dbus.WithMatchObjectPath(portalPath))
}

func (p *portal) ownerChanged(name string, there bool) {
	if name == portalName && there {
		p.absent, p.version = false, 0
	}
}

func (p *portal) show(n Notice) {
	if p.absent {
		return
	}
	content := map[string]dbus.Variant{
		"title":          dbus.MakeVariant(oneLine(n.Title, maxTitle)),
		"body":           dbus.MakeVariant(shorten(n.Body, maxBody)),
		"priority":       dbus.MakeVariant("normal"),
		"default-action": dbus.MakeVariant("default"),
	}
	if p.hasSound() {
		sound := "default"
		if n.Silent {
			sound = "silent"
		}
		content["sound"] = dbus.MakeVariant(sound)
	}
	if n.Read != "" {
		content["buttons"] = dbus.MakeVariant([]map[string]dbus.Variant{
			{"label": dbus.MakeVariant(n.Read), "action": dbus.MakeVariant("read")},
		})
	}
	if n.Icon != nil {
		if data := pngData(n.Icon); data != nil {
			content["icon"] = dbus.MakeVariant(struct {
				Kind string
				Data dbus.Variant
			}{"bytes", dbus.MakeVariant(data)})
		}
	}
	if err := p.l.ask(p.object, portalNotes+".AddNotification", 0, n.Key, content).Err; err != nil {
		p.absent = away(err)
		return
	}
	p.shown[n.Key] = true
}

// hasSound reports whether the portal takes a sound (version 2). With an older
// one there is none: nobody tells in here whether somebody wants to be disturbed.
func (p *portal) hasSound() bool {
	if p.version == 0 {
		p.version = 1
		var v dbus.Variant
		if p.l.ask(p.object, "org.freedesktop.DBus.Properties.Get", 0, portalNotes, "version").Store(&v) == nil {
			if n, ok := v.Value().(uint32); ok {
				p.version = n
			}
		}
	}
	return p.version >= 2
}

func (p *portal) withdraw(key string) {
	if p.shown[key] {
		delete(p.shown, key)
		_ = p.l.ask(p.object, portalNotes+".RemoveNotification", dbus.FlagNoAutoStart, key).Err
	}
}

func (p *portal) end() {
	for key := range p.shown {
		p.withdraw(key)
	}
}

func (p *portal) heard(s *dbus.Signal) {
	if s.Name != portalNotes+".ActionInvoked" || len(s.Body) < 2 {
		return
	}
	key, _ := s.Body[0].(string)
	action, _ := s.Body[1].(string)
	if !p.shown[key] {
		return
	}
	button := ButtonOpen
	if action == "read" {
		button = ButtonRead
	}
	p.l.d.on.Pressed(Pressed{Key: key, Button: button})
}
