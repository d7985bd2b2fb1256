package app

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/internal/securitykey/softkey"
)

// works lets the window work until a channel is closed.
func (u *user) works(done <-chan struct{}) {
	over := false
	go func() {
		<-done
		u.w.post.post(func() { over = true })
	}()
	u.w.post.pump(patienceOfTests, func() bool { return over })
	<-done
}

// closed waits until nobody has the profile open any more.
func (h *house) closed(u *user) bool {
	u.works(u.w.shown.locking)
	info, err := engine.Inspect(h.dir)
	return err == nil && !info.InUse && h.engine == nil
}

// TestLockingClosesTheProfile locks with a conversation and a draft open: the
// store is closed, and unlocking leads back to both.
func TestLockingClosesTheProfile(t *testing.T) {
	h := newHouse(t)
	u := open(t, h)
	u.signsUp()
	notes, err := h.engine.StartConversation(t.Context(), h.engine.Me().ID)
	if err != nil {
		t.Fatal(err)
	}
	u.w.session.openAt(notes, 0)
	u.waits("composer.text")
	u.types("half a thought")
	u.control(fyne.KeyL)
	if u.w.session != nil || !u.sees("lock.passphrase") || u.sees("half a thought") {
		t.Fatal("not locked at once")
	}
	if !h.closed(u) {
		t.Fatal("the profile is open behind the lock")
	}
	u.types("correct horse")
	u.key(fyne.KeyReturn)
	u.waits("half a thought") // at first in the list
	u.w.post.pump(patienceOfTests, func() bool { return u.w.session.open == notes })
	if u.w.session.open != notes || !u.sees("composer.text") {
		t.Error("another conversation is open")
	}
}

// TestNobodyIsThere moves the clock: the window locks once nobody has touched it
// for as long as was chosen, counted from the last key.
func TestNobodyIsThere(t *testing.T) {
	h := newHouse(t)
	u := open(t, h)
	u.signsUp()
	clk := clock.NewManual(time.Now())
	u.w.shown.idle.clock = clk
	u.w.shown.idle.set(5)
	u.key(fyne.KeyEscape) // a moment after the clock stood still
	clk.AwaitTimers(1)
	clk.Advance(5 * time.Minute)
	u.w.post.pump(200*time.Millisecond, func() bool { return u.w.session == nil })
	if u.w.session == nil {
		t.Fatal("locked, although a key was pressed within the five minutes")
	}
	clk.AwaitTimers(1)
	clk.Advance(time.Minute)
	u.w.post.pump(patienceOfTests, func() bool { return u.w.session == nil })
	if u.w.session != nil || !u.sees("lock.passphrase") {
		t.Fatal("nobody is there, and it is open")
	}
	if !h.closed(u) {
		t.Error("the profile is open behind the lock")
	}
}

// TestTheComputerSleeps locks by itself, waits until the keys are gone, and leaves
// the profile open for who wants that.
func TestTheComputerSleeps(t *testing.T) {
	h := newHouse(t)
	u := open(t, h)
	u.signsUp()
	sleeps := func() {
		t.Helper()
		back := make(chan struct{})
		go func() {
			defer close(back)
			u.w.Away()
		}()
		u.works(back)
	}
	u.w.session.settings.Change(func(m *model.Settings) { m.StayOpen = true })
	if sleeps(); u.w.session == nil {
		t.Fatal("locked although it was to stay open")
	}
	u.w.session.settings.Change(func(m *model.Settings) { m.StayOpen = false })
	sleeps()
	if u.w.session != nil || h.engine != nil {
		t.Fatal("the computer slept with the profile open")
	}
	sleeps() // once more does no harm
	u.waits("lock.passphrase")
}

// TestSecurityKeyOnTheLockScreen opens with a touch, gives up another, and is told
// about a key that does not belong.
func TestSecurityKeyOnTheLockScreen(t *testing.T) {
	h := newHouse(t)
	key := softkey.New("mine")
	h.keys = softkey.Bus{key}
	u := open(t, h)
	u.signsUp()
	two, err := engine.SecurityKeyFactor(t.Context(), h.keys, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.engine.SetSecond(t.Context(), []byte("correct horse"), two); err != nil {
		t.Fatal(err)
	}
	u.control(fyne.KeyL)
	if !h.closed(u) {
		t.Fatal("not closed")
	}
	touched := make(chan struct{})
	key.Touch = func(ctx context.Context) bool {
		select {
		case <-touched:
			return true
		case <-ctx.Done():
			return false
		}
	}
	u.types("correct horse")
	u.key(fyne.KeyReturn)
	u.waits("Touch your security key now")
	u.presses("lock.cancel")
	u.waits("lock.open")
	h.keys = softkey.Bus{softkey.New("another")}
	u.presses("lock.open")
	u.waits("another security key")
	h.keys = softkey.Bus{key}
	u.presses("lock.open")
	u.waits("Touch your security key now")
	close(touched)
	u.waits("Hello, Robin")
}
