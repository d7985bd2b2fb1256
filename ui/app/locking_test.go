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
	u.t.Helper()
	over := false
	go func() {
		<-done
		u.w.post.post(func() { over = true })
	}()
	u.until("it is done", func() bool { return over })
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

// TestAForgottenPassphraseIsNotTheEnd removes the profile from its lock screen, which
// takes two presses and a word, and begins anew in its place.
func TestAForgottenPassphraseIsNotTheEnd(t *testing.T) {
	h := newHouse(t)
	u := open(t, h)
	u.signsUp()
	before := h.engine.Me().ID
	u.opensNotes()
	u.control(fyne.KeyL)
	u.waits("lock.passphrase")
	u.presses("lock.forgot")
	u.presses("lock.remove")
	u.waits("for ever")
	u.presses("forget.yes")
	if info, err := h.Profile(); err != nil || !info.Exists || !u.sees("forget.yes") {
		t.Fatal("one press too few removed the profile")
	}
	u.presses("forget.sure")
	u.presses("forget.yes")
	u.waits("welcome.create")
	if info, err := h.Profile(); err != nil || info.Exists {
		t.Fatalf("the profile is there: %v, %v", info.Exists, err)
	}
	u.signsUp()
	if h.engine.Me().ID == before || u.w.session.open != "" {
		t.Error("something of the account before is left")
	}
}

// TestRemovingWhileItOpens removes a profile while the right passphrase is being
// tried: what opens then is not shown.
func TestRemovingWhileItOpens(t *testing.T) {
	h := newHouse(t)
	u := open(t, h)
	u.signsUp()
	u.control(fyne.KeyL)
	if !h.closed(u) {
		t.Fatal("not closed")
	}
	open, answer := make(chan struct{}), make(chan struct{})
	h.opened = func() {
		close(open)
		<-answer
	}
	u.types("correct horse")
	u.key(fyne.KeyReturn)
	// What counts wrong tries may have to come first.
	u.works(open)
	if err := h.engine.UpdateSettings(t.Context(), func(*model.Settings) {}); err != nil { // it runs
		t.Fatal(err)
	}
	u.w.shown.remove()
	u.waits("welcome.create")
	answers := 0 // that it is open, and that the try has ended
	u.w.Measure(func(work func()) {
		work()
		answers++
	})
	close(answer)
	u.until("the answers came", func() bool { return answers >= 2 })
	if u.w.session != nil || u.w.shown.engine != nil || !u.sees("welcome.create") {
		t.Error("what was removed is shown")
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
