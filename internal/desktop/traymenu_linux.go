package desktop

import (
	"slices"
	"sync"

	"github.com/godbus/dbus/v5"
)

// state is what the icon shows; the bus asks for it on goroutines of its own.
type state struct {
	mu      sync.Mutex
	icon    []pixmap
	tooltip string
	from    []any // the pictures it was made from
}

func (s *state) set(t *Tray) (icon, tip bool) {
	var from []any
	for _, p := range t.Icon {
		from = append(from, p)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if icon = !slices.Equal(from, s.from); icon {
		s.icon, s.from = pixmaps(t.Icon), from
	}
	said := oneLine(t.Tooltip, maxTitle)
	tip = said != s.tooltip
	s.tooltip = said
	return icon, tip
}

func (s *state) get() (icon []pixmap, tip string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]pixmap{}, s.icon...), s.tooltip
}

// trayMenu answers for the menu of the icon: com.canonical.dbusmenu. Its root
// is 0, entries count from 1.
type trayMenu struct {
	d        *Desktop
	mu       sync.Mutex
	entries  []MenuEntry
	revision uint32
}

// layout is (ia{sv}av).
type layout struct {
	ID         int32
	Properties map[string]dbus.Variant
	Children   []dbus.Variant
}

func (m *trayMenu) set(entries []MenuEntry) (revision uint32, changed bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.revision > 0 && slices.Equal(entries, m.entries) {
		return m.revision, false
	}
	m.entries = slices.Clone(entries)
	m.revision++
	return m.revision, true
}

func (m *trayMenu) properties() map[string]dbus.Variant {
	return map[string]dbus.Variant{
		"Version":       dbus.MakeVariant(uint32(3)),
		"TextDirection": dbus.MakeVariant("ltr"), // labels say theirs themselves
		"Status":        dbus.MakeVariant("normal"),
		"IconThemePath": dbus.MakeVariant([]string{}),
	}
}

// of returns the properties of an entry; the lock is held.
func (m *trayMenu) of(id int32) (map[string]dbus.Variant, bool) {
	if id == 0 {
		return map[string]dbus.Variant{"children-display": dbus.MakeVariant("submenu")}, true
	}
	if id < 0 || int(id) > len(m.entries) {
		return nil, false
	}
	e := m.entries[id-1]
	if e.Label == "" {
		return map[string]dbus.Variant{"type": dbus.MakeVariant("separator"), "visible": dbus.MakeVariant(true)}, true
	}
	return map[string]dbus.Variant{
		"label":   dbus.MakeVariant(accessKeys(e.Label)),
		"enabled": dbus.MakeVariant(!e.Disabled),
		"visible": dbus.MakeVariant(true),
	}, true
}

// accessKeys doubles what would be taken for the mark of a key.
func accessKeys(label string) string {
	var out []rune
	for _, r := range label {
		if r == '_' {
			out = append(out, '_')
		}
		out = append(out, r)
	}
	return string(out)
}

// menuMethods are what the tray calls to draw the menu.
type menuMethods struct{ m *trayMenu }

func noSuchEntry(id int32) *dbus.Error {
	return dbus.NewError("org.freedesktop.DBus.Error.InvalidArgs", []any{"there is no such entry", id})
}

func (m menuMethods) GetLayout(parent, depth int32, _ []string) (uint32, layout, *dbus.Error) {
	m.m.mu.Lock()
	defer m.m.mu.Unlock()
	properties, ok := m.m.of(parent)
	if !ok {
		return 0, layout{Properties: map[string]dbus.Variant{}, Children: []dbus.Variant{}}, noSuchEntry(parent)
	}
	l := layout{parent, properties, []dbus.Variant{}}
	if parent == 0 && depth != 0 {
		for i := range m.m.entries {
			p, _ := m.m.of(int32(i + 1))
			l.Children = append(l.Children, dbus.MakeVariant(layout{int32(i + 1), p, []dbus.Variant{}}))
		}
	}
	return m.m.revision, l, nil
}

// entryProperties is (ia{sv}).
type entryProperties struct {
	ID         int32
	Properties map[string]dbus.Variant
}

func (m menuMethods) GetGroupProperties(ids []int32, _ []string) ([]entryProperties, *dbus.Error) {
	m.m.mu.Lock()
	defer m.m.mu.Unlock()
	if len(ids) == 0 { // all
		for i := range m.m.entries {
			ids = append(ids, int32(i+1))
		}
	}
	out := []entryProperties{}
	for _, id := range ids {
		if p, ok := m.m.of(id); ok {
			out = append(out, entryProperties{id, p})
		}
	}
	return out, nil
}

func (m menuMethods) GetProperty(id int32, name string) (dbus.Variant, *dbus.Error) {
	m.m.mu.Lock()
	defer m.m.mu.Unlock()
	p, _ := m.m.of(id)
	v, ok := p[name]
	if !ok {
		return v, noSuchEntry(id)
	}
	return v, nil
}

func (m menuMethods) Event(id int32, event string, _ dbus.Variant, _ uint32) *dbus.Error {
	if event == "clicked" {
		m.m.choose(id)
	}
	return nil
}

// menuEvent is (isvu).
type menuEvent struct {
	ID        int32
	Event     string
	Data      dbus.Variant
	Timestamp uint32
}

func (m menuMethods) EventGroup(events []menuEvent) ([]int32, *dbus.Error) {
	for _, e := range events {
		if e.Event == "clicked" {
			m.m.choose(e.ID)
		}
	}
	return []int32{}, nil
}

func (menuMethods) AboutToShow(int32) (bool, *dbus.Error) { return false, nil }

func (menuMethods) AboutToShowGroup([]int32) (updates, errors []int32, _ *dbus.Error) {
	return []int32{}, []int32{}, nil
}

func (m *trayMenu) choose(id int32) {
	m.mu.Lock()
	var chosen string
	if id > 0 && int(id) <= len(m.entries) && !m.entries[id-1].Disabled {
		chosen = m.entries[id-1].ID
	}
	m.mu.Unlock()
	if chosen != "" {
		m.d.on.Chosen(chosen)
	}
}
