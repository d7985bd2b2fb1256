package app

import (
	"context"
	"image"
	"slices"
	"time"

	"sotto/internal/desktop"
	"sotto/ui/text"
)

// Desktop is the desktop around the window: internal/desktop on Linux, what the
// toolkit has elsewhere. Its methods do not wait.
type Desktop interface {
	Show(n desktop.Notice)
	Withdraw(key string)
	SetTray(t desktop.Tray)
	SetBadge(n int)
	HasTray() bool
	Run(ctx context.Context)
}

// nowhere is the desktop of windows that have none, such as those of tests.
type nowhere struct{}

func (nowhere) Show(desktop.Notice)  {}
func (nowhere) Withdraw(string)      {}
func (nowhere) SetTray(desktop.Tray) {}
func (nowhere) SetBadge(int)         {}
func (nowhere) HasTray() bool        { return false }
func (nowhere) Run(context.Context)  {}

// around is what the window has to do with the desktop around it.
type around struct {
	desktop Desktop
	icons   [2][]image.Image // without and with the mark of what is unread
	hidden  bool             // in the tray
	toTray  bool             // closing hides; what the settings said last
	tried   int              // waits for a tray; the newest counts
	link    string           // of another program, not followed yet
	chime   chime
}

// Settle connects the window with the desktop around it, before it is prepared.
// A hidden window begins in the tray, or shows itself when there is none after
// a while. run serves the desktop until its context ends.
func (w *Window) Settle(app desktop.App, hidden bool) (run func(context.Context)) {
	w.around.hidden, w.around.toTray, w.active = hidden, hidden, !hidden
	w.around.desktop = newDesktop(w, app, desktop.Events{
		Pressed:     func(p desktop.Pressed) { w.desk.Post(func() { w.noticePressed(p) }) },
		Sound:       func() { w.desk.Post(w.ring) },
		Activated:   func() { w.desk.Post(w.Raise) },
		Chosen:      func(id string) { w.desk.Post(func() { w.chosen(id) }) },
		TrayChanged: func(bool) { w.desk.Post(w.trayChanged) },
	})
	w.drawTrayIcons()
	if hidden {
		w.awaitTray()
	}
	return w.around.desktop.Run
}

// screenChanged is called when the window shows something else as a whole.
func (w *Window) screenChanged() {
	w.updateTray()
	w.followLink()
}

// The entries of the tray's menu.
const (
	trayOpen = "open"
	trayHide = "hide"
	trayLock = "lock"
	trayQuit = "quit"
)

// HasTray implements settings.Window.
func (w *Window) HasTray() bool { return w.around.desktop.HasTray() }

// updateTray shows what the tray and the launcher say now.
func (w *Window) updateTray() {
	unread := 0
	for _, a := range w.accounts {
		unread += a.unread.n
	}
	if w.around.icons[0] == nil {
		return // not drawn yet
	}
	t := desktop.Tray{Icon: w.around.icons[0], Tooltip: "Sotto"}
	if unread > 0 {
		t.Icon = w.around.icons[1]
		t.Tooltip = text.N("tray.unread", unread)
	}
	t.Menu = []desktop.MenuEntry{{ID: trayOpen, Label: text.T("tray.open")}}
	if !w.around.hidden {
		t.Menu = append(t.Menu, desktop.MenuEntry{ID: trayHide, Label: text.T("tray.hide")})
	}
	lock := desktop.MenuEntry{ID: trayLock, Label: text.T("tray.lock"), Disabled: !slices.ContainsFunc(w.accounts, (*account).lockable)}
	if w.several() {
		lock.Label = text.T("tray.lock_all")
	}
	t.Menu = append(t.Menu, lock, desktop.MenuEntry{}, desktop.MenuEntry{ID: trayQuit, Label: text.T("tray.quit")})
	w.around.desktop.SetTray(t)
	w.around.desktop.SetBadge(unread)
}

func (w *Window) chosen(id string) {
	switch id {
	case trayOpen:
		w.Raise()
	case trayHide:
		w.hide()
	case trayLock:
		w.lockAll()
	case trayQuit:
		w.Close()
	}
}

// shut is what the button of the window's frame does.
func (w *Window) shut() {
	if w.around.toTray && w.around.desktop.HasTray() {
		w.hide()
		return
	}
	w.Close()
}

// hide leaves the window to the tray, which has to be there.
func (w *Window) hide() {
	if !w.around.desktop.HasTray() {
		return
	}
	w.around.hidden = true
	w.setActive(false)
	w.window.Hide()
	w.updateTray()
}

// trayPatience is how long a window in the tray waits for one that is not there:
// panels start late, and again.
const trayPatience = 15 * time.Second

// trayChanged shows the window again when its tray is gone.
func (w *Window) trayChanged() {
	if w.session != nil && w.session.prefs != nil {
		w.session.prefs.Update()
	}
	if w.around.hidden && !w.around.desktop.HasTray() {
		w.awaitTray()
	}
}

func (w *Window) awaitTray() {
	w.around.tried++
	tried := w.around.tried
	time.AfterFunc(trayPatience, func() {
		w.desk.Post(func() {
			if tried == w.around.tried && w.around.hidden && !w.around.desktop.HasTray() {
				w.Raise()
			}
		})
	})
}

// ring plays the program's own sound, where the account that is shown wants to be
// heard; while that is locked, where another one does.
func (w *Window) ring() {
	for _, a := range append([]*account{w.shown}, w.accounts...) {
		if a.engine != nil {
			w.around.chime.ring(w.desk.Context(), a.settings.Now.Loudspeaker)
			return
		}
	}
}
