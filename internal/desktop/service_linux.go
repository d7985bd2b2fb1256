package desktop

import (
	"slices"
	"strings"
	"unicode"

	"github.com/godbus/dbus/v5"
)

const (
	serviceName = "org.freedesktop.Notifications"
	servicePath = "/org/freedesktop/Notifications"
)

// service is org.freedesktop.Notifications, specification 1.2 and what KDE adds
// to it: inline replies and Inhibited.
type service struct {
	l      *link
	object dbus.BusObject
	asked  bool // what it can do is known
	absent bool // until the bus says that it came
	can    map[string]bool
	ids    map[string]uint32 // by key
	keys   map[uint32]string
}

func newService(l *link) *service {
	return &service{l: l, object: l.Object(serviceName, servicePath), ids: map[string]uint32{}, keys: map[uint32]string{}}
}

func (s *service) listen() error {
	if err := s.l.follow(serviceName); err != nil {
		return err
	}
	return s.l.AddMatchSignalContext(s.l.ctx, dbus.WithMatchInterface(serviceName), dbus.WithMatchObjectPath(servicePath))
}

// ownerChanged forgets what was shown: another service knows nothing of it.
func (s *service) ownerChanged(name string, there bool) {
	if name != serviceName {
		return
	}
	s.asked, s.absent = false, !there && s.absent
	clear(s.ids)
	clear(s.keys)
}

// ready asks the service what it can do, which starts one that the bus knows
// how to start.
func (s *service) ready() bool {
	if s.absent {
		return false
	}
	if s.asked {
		return true
	}
	var can []string
	if s.l.ask(s.object, serviceName+".GetCapabilities", 0).Store(&can) != nil {
		s.absent = true
		return false
	}
	s.can = map[string]bool{}
	for _, c := range can {
		s.can[c] = true
	}
	s.asked = true
	return true
}

// never is an expiry that the user decides about.
const never = int32(-1)

func (s *service) show(n Notice) {
	if !s.ready() {
		return
	}
	hints := map[string]dbus.Variant{
		"category":      dbus.MakeVariant("im.received"),
		"urgency":       dbus.MakeVariant(byte(1)), // normal
		"desktop-entry": dbus.MakeVariant(s.l.d.app.ID),
	}
	if n.Silent || !s.can["sound"] {
		hints["suppress-sound"] = dbus.MakeVariant(true)
	} else {
		hints["sound-name"] = dbus.MakeVariant("message-new-instant")
	}
	if n.Icon != nil {
		hints["image-data"] = dbus.MakeVariant(imageData(n.Icon))
	}
	var actions []string
	if s.can["actions"] {
		actions = []string{"default", n.Open}
		if n.Read != "" {
			actions = append(actions, "read", n.Read)
		}
		if n.Reply != "" && s.can["inline-reply"] {
			actions = append(actions, "inline-reply", n.Reply)
			hints["x-kde-reply-placeholder-text"] = dbus.MakeVariant(n.Reply)
		}
	}
	title, body := oneLine(n.Title, maxTitle), shorten(n.Body, maxBody)
	if s.can["body-markup"] {
		body = markup.Replace(body)
	}
	var id uint32
	err := s.l.ask(s.object, serviceName+".Notify", 0, s.l.d.app.Name, s.ids[n.Key], s.l.d.app.ID, title, body, actions, hints, never).Store(&id)
	if err != nil {
		s.absent = away(err)
		return
	}
	s.forget(s.ids[n.Key])
	s.ids[n.Key], s.keys[id] = id, n.Key
	if !n.Silent && !s.can["sound"] && !s.inhibited() {
		s.l.d.on.Sound()
	}
}

// inhibited reports whether the desktop said "do not disturb", where it tells
// (KDE). A notification that is shown then goes into the list only. Who leaves before
// there is an answer makes no sound.
func (s *service) inhibited() bool {
	var v dbus.Variant
	if s.l.ask(s.object, "org.freedesktop.DBus.Properties.Get", 0, serviceName, "Inhibited").Store(&v) != nil {
		return s.l.ctx.Err() != nil
	}
	on, ok := v.Value().(bool)
	return ok && on
}

func (s *service) withdraw(key string) {
	id, ok := s.ids[key]
	if !ok {
		return
	}
	s.forget(id)
	// One that is gone already is an error of some services.
	_ = s.l.ask(s.object, serviceName+".CloseNotification", dbus.FlagNoAutoStart, id).Err
}

func (s *service) end() {
	for key := range s.ids {
		s.withdraw(key)
	}
}

func (s *service) forget(id uint32) {
	if key, ok := s.keys[id]; ok {
		delete(s.ids, key)
		delete(s.keys, id)
	}
}

// heard takes signals of the service. Some send them to everybody: what is not
// of an own notification does not count.
func (s *service) heard(sig *dbus.Signal) {
	if len(sig.Body) < 2 {
		return
	}
	id, _ := sig.Body[0].(uint32)
	key, own := s.keys[id]
	if !own {
		return
	}
	said, _ := sig.Body[1].(string)
	switch sig.Name {
	case serviceName + ".ActionInvoked":
		switch said {
		case "default":
			s.l.d.on.Pressed(Pressed{Key: key, Button: ButtonOpen})
		case "read":
			s.l.d.on.Pressed(Pressed{Key: key, Button: ButtonRead})
		}
	case serviceName + ".NotificationReplied":
		s.l.d.on.Pressed(Pressed{Key: key, Button: ButtonReply, Reply: said})
	case serviceName + ".NotificationClosed":
		s.forget(id)
	}
}

// Bounds for what others write: services lay everything out at once.
const (
	maxTitle = 120
	maxBody  = 400 // runes
)

// markup escapes what a body with markup must not have as text.
var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// oneLine makes a text one line without characters that steer terminals or the
// direction of what stands beside it.
func oneLine(s string, runes int) string {
	return strings.Join(strings.Fields(shorten(s, runes)), " ")
}

func shorten(s string, runes int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t', unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			return ' '
		case unicode.IsControl(r), r == '\uFFFD', slices.Contains(steering, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if r := []rune(s); len(r) > runes {
		return strings.TrimSpace(string(r[:runes])) + "…"
	}
	return s
}

// steering are the embeddings, overrides and isolates of the bidirectional
// algorithm: a name that turns round what stands after it lies.
var steering = []rune{'\u202A', '\u202B', '\u202C', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068', '\u2069'}
