package desktop

import (
	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/introspect"
)

const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
	itemName    = "org.kde.StatusNotifierItem"
	itemPath    = "/StatusNotifierItem"
	menuName    = "com.canonical.dbusmenu"
	menuPath    = "/MenuBar"
	properties  = "org.freedesktop.DBus.Properties"
)

// setTray shows the icon, first with all that belongs to it.
func (l *link) setTray(t *Tray) {
	if l.item == nil {
		l.item = &trayItem{d: l.d, menu: &trayMenu{d: l.d}}
		if l.item.export(l.Conn) != nil {
			return // a bus that went away
		}
		for _, member := range []string{"StatusNotifierHostRegistered", "StatusNotifierHostUnregistered"} {
			if l.AddMatchSignalContext(l.ctx, dbus.WithMatchInterface(watcherName), dbus.WithMatchMember(member)) != nil {
				return
			}
		}
		if l.follow(watcherName) != nil {
			return
		}
	}
	icon, tip := l.item.set(t)
	if icon {
		_ = l.Emit(itemPath, itemName+".NewIcon")
	}
	if tip {
		_ = l.Emit(itemPath, itemName+".NewToolTip")
	}
	if revision, changed := l.item.menu.set(t.Menu); changed {
		_ = l.Emit(menuPath, menuName+".LayoutUpdated", revision, int32(0))
	}
	if !l.waited {
		l.waited = true
		l.register()
	}
}

// register tells the watcher of the icon, and finds out whether somebody shows
// it. Nothing is started for that.
func (l *link) register() {
	watcher := l.Object(watcherName, watcherPath)
	// By its path: the watcher takes the sender's name for the service.
	if l.ask(watcher, watcherName+".RegisterStatusNotifierItem", dbus.FlagNoAutoStart, itemPath).Err != nil {
		l.d.setThere(false)
		return
	}
	var v dbus.Variant
	err := l.ask(watcher, properties+".Get", dbus.FlagNoAutoStart, watcherName, "IsStatusNotifierHostRegistered").Store(&v)
	host, ok := v.Value().(bool)
	l.d.setThere(err == nil && ok && host)
}

// watcherChanged hears that the tray came or went.
func (l *link) watcherChanged(there bool) {
	if l.item == nil {
		return
	}
	if !there {
		l.d.setThere(false)
		return
	}
	l.register()
}

// trayHeard takes signals of the watcher.
func (l *link) trayHeard(s *dbus.Signal) bool {
	switch s.Name {
	case watcherName + ".StatusNotifierHostRegistered", watcherName + ".StatusNotifierHostUnregistered":
		if l.item != nil {
			l.register()
		}
		return true
	}
	return false
}

// trayItem answers for the icon: org.kde.StatusNotifierItem.
type trayItem struct {
	d    *Desktop
	menu *trayMenu
	state
}

// tooltip is (sa(iiay)ss).
type tooltip struct {
	IconName    string
	Icon        []pixmap
	Title, Text string
}

func (i *trayItem) export(bus *dbus.Conn) error {
	item := introspect.Node{Name: itemPath, Interfaces: []introspect.Interface{
		introspect.IntrospectData, {Name: properties}, {Name: itemName, Methods: introspect.Methods(itemMethods{i}), Signals: []introspect.Signal{
			{Name: "NewTitle"}, {Name: "NewIcon"}, {Name: "NewAttentionIcon"}, {Name: "NewOverlayIcon"}, {Name: "NewToolTip"},
			{Name: "NewStatus", Args: []introspect.Arg{{Name: "status", Type: "s"}}},
		}},
	}}
	menu := introspect.Node{Name: menuPath, Interfaces: []introspect.Interface{
		introspect.IntrospectData, {Name: properties}, {Name: menuName, Methods: introspect.Methods(menuMethods{i.menu})},
	}}
	for _, e := range []struct {
		what  any
		path  dbus.ObjectPath
		iface string
	}{
		{itemMethods{i}, itemPath, itemName},
		{readProperties{itemName, i.properties}, itemPath, properties},
		{introspect.NewIntrospectable(&item), itemPath, "org.freedesktop.DBus.Introspectable"},
		{menuMethods{i.menu}, menuPath, menuName},
		{readProperties{menuName, i.menu.properties}, menuPath, properties},
		{introspect.NewIntrospectable(&menu), menuPath, "org.freedesktop.DBus.Introspectable"},
	} {
		if err := bus.Export(e.what, e.path, e.iface); err != nil {
			return err
		}
	}
	return nil
}

func (i *trayItem) properties() map[string]dbus.Variant {
	icon, tip := i.get()
	name := i.d.app.Name
	return map[string]dbus.Variant{
		"Category":            dbus.MakeVariant("Communications"),
		"Id":                  dbus.MakeVariant(i.d.app.ID),
		"Title":               dbus.MakeVariant(name),
		"Status":              dbus.MakeVariant("Active"),
		"WindowId":            dbus.MakeVariant(int32(0)),
		"IconName":            dbus.MakeVariant(""),
		"IconThemePath":       dbus.MakeVariant(""),
		"IconPixmap":          dbus.MakeVariant(icon),
		"OverlayIconName":     dbus.MakeVariant(""),
		"OverlayIconPixmap":   dbus.MakeVariant([]pixmap{}),
		"AttentionIconName":   dbus.MakeVariant(""),
		"AttentionIconPixmap": dbus.MakeVariant([]pixmap{}),
		"AttentionMovieName":  dbus.MakeVariant(""),
		"ToolTip":             dbus.MakeVariant(tooltip{Icon: []pixmap{}, Title: tip}),
		"ItemIsMenu":          dbus.MakeVariant(false),
		"Menu":                dbus.MakeVariant(dbus.ObjectPath(menuPath)),
	}
}

// itemMethods are what the tray calls when somebody presses the icon.
type itemMethods struct{ i *trayItem }

func (m itemMethods) Activate(_, _ int32) *dbus.Error {
	m.i.d.on.Activated()
	return nil
}

func (m itemMethods) SecondaryActivate(_, _ int32) *dbus.Error {
	m.i.d.on.Activated()
	return nil
}

// ContextMenu is asked for by trays that draw no menus themselves; Sotto has
// none of its own to show at a place of the screen.
func (itemMethods) ContextMenu(_, _ int32) *dbus.Error { return nil }

func (itemMethods) Scroll(int32, string) *dbus.Error { return nil }

// readProperties answers for the properties of an interface, which nobody sets.
type readProperties struct {
	iface string
	all   func() map[string]dbus.Variant
}

func (r readProperties) Get(iface, name string) (dbus.Variant, *dbus.Error) {
	v, ok := r.all()[name]
	if iface != r.iface || !ok {
		return v, dbus.NewError("org.freedesktop.DBus.Error.UnknownProperty", []any{name})
	}
	return v, nil
}

func (r readProperties) GetAll(iface string) (map[string]dbus.Variant, *dbus.Error) {
	if iface != r.iface {
		return map[string]dbus.Variant{}, nil
	}
	return r.all(), nil
}

func (r readProperties) Set(_, name string, _ dbus.Variant) *dbus.Error {
	return dbus.NewError("org.freedesktop.DBus.Error.PropertyReadOnly", []any{name})
}
