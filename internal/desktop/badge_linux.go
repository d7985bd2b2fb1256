package desktop

import (
	"hash/fnv"
	"strconv"

	"github.com/godbus/dbus/v5"
)

// SetBadge shows a count on the launcher's icon, where the desktop knows the
// LauncherEntry interface (KDE, Ubuntu's dock, Dash to Dock); 0 takes it away.
// It is a signal: where nobody listens it is lost.
func (d *Desktop) SetBadge(n int) {
	d.mu.Lock()
	same := d.badge == n
	d.badge = n
	d.mu.Unlock()
	if same {
		return
	}
	d.do(func(l *link) {
		uri := "application://" + d.app.ID + ".desktop"
		h := fnv.New64a()
		h.Write([]byte(uri))
		path := dbus.ObjectPath("/com/canonical/unity/launcherentry/" + strconv.FormatUint(h.Sum64(), 10))
		// An error is that of a bus that went away, which Run sees.
		_ = l.Emit(path, "com.canonical.Unity.LauncherEntry.Update", uri, map[string]dbus.Variant{
			"count":         dbus.MakeVariant(int64(n)),
			"count-visible": dbus.MakeVariant(n > 0),
		})
	})
}
