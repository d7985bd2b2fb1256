package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"

	"sotto/ui/text"
	"sotto/ui/vm"
)

// NoRoom is the error of Keeper.Add when there are as many accounts as it takes.
type NoRoom struct{ Most int }

func (n *NoRoom) Error() string { return fmt.Sprintf("there is room for %d accounts", n.Most) }

// Keeper keeps the accounts of a window. Its methods but Accounts may take their
// time; the window calls them elsewhere. That an account was made or removed it
// learns by Create and Clear of the host.
type Keeper interface {
	// Accounts lists them in their order, and which was shown last. There is
	// always one; at the very beginning it has no profile yet.
	Accounts() (list []Kept, last int)
	// Add makes a place for another one. Nothing is kept of it unless its host
	// makes a profile. The error is a *NoRoom when there are as many as it takes.
	Add() (Host, error)
	// Shown keeps which account is shown.
	Shown(Host) error
	// Tell keeps, in the clear, what an account is called while it is locked;
	// empty: nothing is kept.
	Tell(h Host, label string) error
}

// Kept is an account as its keeper knows it.
type Kept struct {
	Host  Host
	Label string // see Keeper.Tell
}

// NewSeveral is New for the accounts of a keeper. Those that need nobody are
// opened behind the one that is shown, and all of them receive.
func NewSeveral(a fyne.App, k Keeper, closed func()) *Window {
	w := newWindow(a, closed)
	w.keeper = k
	list, last := k.Accounts()
	for _, kept := range list {
		w.accounts = append(w.accounts, &account{w: w, host: kept.Host, told: kept.Label})
	}
	w.shown = w.accounts[last]
	return w
}

// several says that there is something to switch between.
func (w *Window) several() bool { return len(w.accounts) > 1 }

// number is the place of an account, counted from 1; one that is being added
// comes last.
func (w *Window) number(a *account) int {
	if i := slices.Index(w.accounts, a); i >= 0 {
		return i + 1
	}
	return len(w.accounts) + 1
}

// Show brings the account of a host to the front.
func (w *Window) Show(h Host) {
	for _, a := range w.accounts {
		if a.host == h {
			w.showAccount(a)
		}
	}
}

// showAccount shows another account. What is shown so far goes on behind it, and
// is found again as it was left. From here on nothing that is typed or pressed
// reaches it.
func (w *Window) showAccount(a *account) {
	if a == nil || a == w.shown || w.closing {
		return
	}
	w.clearOverlays()
	if w.session != nil {
		w.session.park()
	}
	w.leavePage()
	w.Canvas().Unfocus()
	if !w.adding() {
		w.before = w.shown
	}
	w.shown = a
	if k := w.keeper; k != nil && slices.Contains(w.accounts, a) {
		// What is lost when it cannot be kept is which account comes first the
		// next time.
		w.desk.Do(func(context.Context) error { return k.Shown(a.host) }, nil)
	}
	a.arrive()
}

// showThen shows an account, and does something as soon as it is open and shown.
func (w *Window) showThen(a *account, do func(*session)) {
	if s := w.sessionOf(a); s != nil {
		do(s)
		return
	}
	a.then = append(a.then, do)
	w.showAccount(a)
}

// nthAccount shows an account by its place, counted from 0.
func (w *Window) nthAccount(i int) {
	if i < len(w.accounts) {
		w.showAccount(w.accounts[i])
	}
}

// AddAccount begins the first run of another account. Those that are there go on.
func (w *Window) AddAccount() {
	k := w.keeper
	vm.Ask(w.desk, func(context.Context) (Host, error) { return k.Add() }, func(h Host, err error) {
		var full *NoRoom
		switch {
		case errors.As(err, &full):
			w.Toast(text.F("accounts.full", "n", strconv.Itoa(full.Most)), "", nil, nil)
		case err != nil:
			w.Toast(vm.Sentence(err), "", nil, nil)
		default:
			w.showAccount(&account{w: w, host: h, language: w.shown.language})
		}
	})
}

// added puts an account that was just made among the others.
func (a *account) added() {
	w := a.w
	if slices.Contains(w.accounts, a) {
		return
	}
	w.accounts = append(w.accounts, a)
	if k := w.keeper; k != nil && w.shown == a {
		w.desk.Do(func(context.Context) error { return k.Shown(a.host) }, nil)
	}
}

// adding says that the account has no profile yet and others are there.
func (w *Window) adding() bool { return !slices.Contains(w.accounts, w.shown) }

// giveUp leaves the first run of another account for the one that was shown
// before. What is being made is not interrupted.
func (w *Window) giveUp() {
	if w.first == nil || !w.first.Busy() {
		w.showAccount(w.before)
	}
}

// removed takes an account whose profile is gone out of the window.
func (a *account) removed() {
	w := a.w
	if !w.several() {
		a.look()
		return
	}
	i := slices.Index(w.accounts, a)
	w.accounts = slices.Delete(w.accounts, i, i+1)
	if w.before == a {
		w.before = w.accounts[max(i-1, 0)] // where giving up a first run leads
	}
	if w.shown == a {
		w.showAccount(w.accounts[max(i-1, 0)])
	}
	w.accountsChanged()
}

// accountsChanged shows anew what tells of all accounts.
func (w *Window) accountsChanged() {
	if w.session != nil {
		w.session.left.update()
	}
	if w.switcher != nil {
		w.switcher.update()
	}
	w.updateTray()
}

// ListDamaged says that the list of accounts was damaged.
func (w *Window) ListDamaged() { w.Toast(text.T("accounts.damaged"), "", nil, nil) }

// unreadElsewhere adds up what is unread in accounts that are not shown.
func (w *Window) unreadElsewhere() (n int) {
	for _, a := range w.accounts {
		if a != w.shown {
			n += a.unread.n
		}
	}
	return n
}

// page shows a page of an account without a session, unless another account is
// shown by now; leave ends what the page works with.
func (a *account) page(o fyne.CanvasObject, leave func()) bool {
	w := a.w
	if w.shown != a || w.closing {
		leave()
		return false
	}
	w.leavePage()
	w.leaving = leave
	if corner := w.corner(); corner != nil {
		o = newCornered(o, corner)
	}
	w.show(o)
	w.ready = true
	return true
}

// leavePage ends what a page without a session works with.
func (w *Window) leavePage() {
	if leave := w.leaving; leave != nil {
		w.leaving = nil
		leave()
	}
}

// park leaves the session of an account that goes on behind another one. What
// plays pauses, since nothing would show it.
func (s *session) park() {
	a := s.account
	a.media, a.back = s.media, s.place()
	a.media.rest()
	finish := s.leaveViews()
	s.Window.session = nil
	s.engine.Focus("", false)
	a.mind()
	a.unread.count(a)
	settled := make(chan struct{})
	a.settled = settled
	go func() {
		defer close(settled)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		finish(ctx)
	}()
}
