// Package desktop is the desktop around the window: notifications, the icon in
// the tray, the count on the launcher, and starting with the system.
//
// On Linux it speaks to the session bus itself: org.freedesktop.Notifications
// (in a Flatpak org.freedesktop.portal.Notification), StatusNotifierItem with
// com.canonical.dbusmenu, and com.canonical.Unity.LauncherEntry. [New] makes a
// [Desktop], whose Run serves it; Show, Withdraw, SetTray and SetBadge never
// wait. A service that is not there costs nothing: it is looked at once, and
// again when the bus says that it came. Without a session bus Run returns.
//
// On other systems there is no Desktop; the window goes through its toolkit.
// [Autostart] works on all three.
package desktop

import "image"

// App is what the desktop is told of the program.
type App struct {
	ID   string // of the desktop entry, without ".desktop"
	Name string
}

// Notice is a notification. Another one with the same key takes its place.
type Notice struct {
	Key    string
	Title  string      // plain text, one line
	Body   string      // plain text
	Icon   image.Image // beside the text; nil: the program's own
	Silent bool        // without a sound
	// Open, Read and Reply are what its buttons say; empty: no such button. A
	// press on the notification itself needs none.
	Open, Read, Reply string
}

// Pressed is what somebody did with a notification.
type Pressed struct {
	Key    string
	Button Button
	Reply  string // that was written into it
}

// Button is a part of a notification.
type Button int

// The buttons.
const (
	ButtonOpen Button = iota // or the notification itself
	ButtonRead
	ButtonReply
)

// Tray is what the icon in the tray shows. IDs of its entries come back when
// they are chosen.
type Tray struct {
	Icon    []image.Image // the same in several sizes
	Tooltip string
	Menu    []MenuEntry
}

// MenuEntry is a line of the icon's menu; one without a label is a line between
// others.
type MenuEntry struct {
	ID       string
	Label    string
	Disabled bool
}

// Events is what a Desktop tells. Its functions are called on goroutines of the
// bus and must not wait; all have to be there.
type Events struct {
	Pressed func(Pressed)
	// Sound asks for the program's own sound: a notification came, and the
	// service makes none by itself.
	Sound func()
	// Activated is a press on the icon in the tray, Chosen one on an entry of
	// its menu.
	Activated func()
	Chosen    func(id string)
	// TrayChanged tells when there is a tray that shows the icon, or none any
	// more.
	TrayChanged func(there bool)
}
