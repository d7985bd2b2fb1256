package vm

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/engine/transport"
	"sotto/internal/securitykey/softkey"
	"sotto/store"
	"sotto/ui/text"
)

type fakeUnlocker struct {
	right string
	wrong int // from an earlier run
}

func (f fakeUnlocker) Unlock(_ context.Context, c engine.Credentials) error {
	if string(c.Passphrase) == f.right {
		return nil
	}
	return model.Fail(model.ReasonLocked, "wrong", engine.ErrPassphrase)
}

func (f fakeUnlocker) WrongTries() int { return f.wrong }

func TestLockSlowsDownOnWrongTries(t *testing.T) {
	d := newDesktop(t)
	l := NewLock(d.Desk, fakeUnlocker{right: "right"}, engine.SecondInfo{}, d.clock)
	d.until("counted", func() bool { return l.Counted })
	open := false
	l.Unlocked = func() { open = true }
	try := func(p string) {
		t.Helper()
		l.Try(LockInput{Passphrase: p})
		d.until("answered", func() bool { return !l.Busy })
	}
	for range 2 {
		try("wrong")
		if l.Wait != 0 || l.Problem == "" {
			t.Fatalf("the first slips cost %d s, %q", l.Wait, l.Problem)
		}
	}
	for _, seconds := range []int{2, 4, 8, 16, 32, 60, 60} {
		try("wrong")
		if l.Wait != seconds {
			t.Fatalf("waits %d s, want %d", l.Wait, seconds)
		}
		l.Try(LockInput{Passphrase: "right"})
		if l.Busy || open {
			t.Fatal("a try passes while one has to wait")
		}
		for l.Wait > 0 {
			d.clock.AwaitTimers(1)
			before := l.Wait
			d.clock.Advance(time.Second)
			d.until("counted down", func() bool { return l.Wait < before })
		}
	}
	try("right")
	if !open {
		t.Error("the right passphrase does not open")
	}
}

func TestLockTellsOtherTroubleApart(t *testing.T) {
	d := newDesktop(t)
	l := NewLock(d.Desk, unlockFails{model.Fail(model.ReasonDisk, "", nil)}, engine.SecondInfo{}, d.clock)
	d.until("counted", func() bool { return l.Counted })
	for range 5 {
		l.Try(LockInput{Passphrase: "x"})
		d.until("answered", func() bool { return !l.Busy })
	}
	if l.Wait != 0 || l.Problem != SentenceOf(model.ReasonDisk) {
		t.Errorf("waits %d s, says %q", l.Wait, l.Problem)
	}
}

type unlockFails struct{ err error }

func (f unlockFails) Unlock(context.Context, engine.Credentials) error { return f.err }
func (f unlockFails) WrongTries() int                                  { return 0 }

// TestARestartDoesNotShortenThePause begins with wrong tries of an earlier run:
// the whole pause has to be waited for, whatever the clock of the computer says.
func TestARestartDoesNotShortenThePause(t *testing.T) {
	d := newDesktop(t)
	l := NewLock(d.Desk, fakeUnlocker{"right", 6}, engine.SecondInfo{}, d.clock)
	if l.Try(LockInput{Passphrase: "right"}); l.Busy {
		t.Fatal("a try passes before the count is known")
	}
	d.until("counted", func() bool { return l.Counted })
	if l.Wait != 16 {
		t.Fatalf("waits %d s", l.Wait)
	}
	if l.Try(LockInput{Passphrase: "right"}); l.Busy {
		t.Fatal("a try passes while one has to wait")
	}
	for l.Wait > 0 {
		d.clock.AwaitTimers(1)
		before := l.Wait
		d.clock.Advance(time.Second)
		d.until("counted down", func() bool { return l.Wait < before })
	}
	open := false
	l.Unlocked = func() { open = true }
	l.Try(LockInput{Passphrase: "right"})
	d.until("open", func() bool { return open })
}

// factorProfile is a real profile with a second factor, opened as the program
// does.
type factorProfile struct {
	dir string
	bus softkey.Bus
}

func (p factorProfile) Unlock(ctx context.Context, c engine.Credentials) error {
	info, err := engine.Inspect(p.dir)
	if err != nil {
		return err
	}
	u, err := engine.Gather(ctx, info, c, p.bus)
	if err != nil {
		return err
	}
	e, err := engine.OpenWith(engine.Options{Dir: p.dir, Network: transport.Mainnet()}, u)
	if err != nil {
		return err
	}
	return e.Close()
}

func (p factorProfile) WrongTries() int { return engine.WrongTries(p.dir) }

// TestSecondFactorFromSettingsToLock sets each factor as settings do, opens the
// profile with it on the lock screen, and removes it.
func TestSecondFactorFromSettingsToLock(t *testing.T) {
	d := newDesktop(t)
	key := softkey.New("mine")
	p := factorProfile{filepath.Join(t.TempDir(), "p"), softkey.Bus{key}}
	o := engine.Options{Dir: p.dir, Network: transport.Mainnet(), Store: store.Options{KDF: store.KDF{Time: 1, Memory: 64, Threads: 1}}}
	e, err := engine.Create(o, engine.Protection{Passphrase: []byte("right")}, engine.Origin{}, "Robin")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "my.key")
	f := NewFactor(d.Desk, e, p.bus, d.clock)
	d.until("counted", func() bool { return f.Counted })
	done := engine.SecondKind("?")
	f.Done = func(k engine.SecondKind) { done = k }
	await := func() {
		t.Helper()
		d.until("answered", func() bool { return !f.Busy })
	}

	f.UseKeyFile("wrong", file, true)
	await()
	if _, err := os.Stat(file); f.Problem != wrongPassphrase() || err == nil {
		t.Errorf("says %q; a key file was written: %v", f.Problem, err == nil)
	}
	f.UseKeyFile("right", filepath.Join(t.TempDir(), "nothing"), false)
	await()
	if f.FactorProblem != text.T("factor.file_unreadable") {
		t.Errorf("no file: says %q", f.FactorProblem)
	}
	f.UseKeyFile("right", file, true)
	await()
	if f.Problem+f.FactorProblem != "" || done != engine.KeyFile || e.Protection().Second.Kind != engine.KeyFile {
		t.Fatalf("key file: %q, done %q", f.Problem, done)
	}
	// With the profile open the passphrase alone is asked for.
	if !e.CheckPassphrase([]byte("right")) || e.CheckPassphrase([]byte("wrong")) {
		t.Error("CheckPassphrase")
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}

	lock := func(in LockInput) (*Lock, bool) {
		t.Helper()
		info, err := engine.Inspect(p.dir)
		if err != nil {
			t.Fatal(err)
		}
		l := NewLock(d.Desk, p, info.Second, d.clock)
		open := false
		l.Unlocked = func() { open = true }
		d.until("counted", func() bool { return l.Counted })
		l.Try(in)
		d.until("answered", func() bool { return !l.Busy })
		return l, open
	}
	other := filepath.Join(t.TempDir(), "other.key")
	if err := engine.NewKeyFile(other); err != nil {
		t.Fatal(err)
	}
	if l, open := lock(LockInput{Passphrase: "right"}); open || l.Problem != "" || l.Second != engine.KeyFile {
		t.Error("opened without key file")
	}
	if l, open := lock(LockInput{Passphrase: "right", KeyFile: other}); open || l.Problem != text.T("lock.wrong_both") {
		t.Errorf("another key file: open %v, %q", open, l.Problem)
	}
	if n := engine.WrongTries(p.dir); n != 2 {
		t.Errorf("a wrong passphrase while it was open and a wrong key file count %d", n)
	}
	if _, open := lock(LockInput{Passphrase: "right", KeyFile: file}); !open {
		t.Fatal("the key file does not open")
	}

	u, err := engine.Gather(t.Context(), engine.ProfileInfo{Second: engine.SecondInfo{Kind: engine.KeyFile}}, engine.Credentials{Passphrase: []byte("right"), KeyFile: file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if e, err = engine.OpenWith(o, u); err != nil {
		t.Fatal(err)
	}
	key.PIN = "1234"
	f = NewFactor(d.Desk, e, p.bus, d.clock)
	f.Done = func(k engine.SecondKind) { done = k }
	touches := 0
	f.Changed = func() { touches = max(touches, f.Touch) }
	d.until("counted", func() bool { return f.Counted })
	f.UseSecurityKey("right", "")
	await()
	if !f.WantPIN || f.FactorProblem != text.T("factor.need_pin") {
		t.Errorf("without PIN: %q", f.FactorProblem)
	}
	f.UseSecurityKey("right", "4321")
	await()
	if f.FactorProblem != text.N("factor.pin_left", 7) {
		t.Errorf("wrong PIN: %q", f.FactorProblem)
	}
	f.UseSecurityKey("right", "1234")
	await()
	if f.Problem+f.FactorProblem != "" || done != engine.SecurityKey || touches != 2 {
		t.Fatalf("security key: %q, done %q, %d touches", f.Problem, done, touches)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if l, open := lock(LockInput{Passphrase: "wrong"}); open || l.Problem != wrongPassphrase() {
		t.Errorf("wrong passphrase: open %v, %q", open, l.Problem)
	}
	if _, open := lock(LockInput{Passphrase: "right"}); !open {
		t.Fatal("the security key does not open")
	}
	mine := p.bus
	p.bus = softkey.Bus{softkey.New("another")}
	if l, open := lock(LockInput{Passphrase: "right"}); open || l.FactorProblem != text.T("factor.other_key") {
		t.Errorf("another key: open %v, %q", open, l.FactorProblem)
	}
	p.bus = nil
	if l, open := lock(LockInput{Passphrase: "right"}); open || l.FactorProblem != text.T("factor.no_key") {
		t.Errorf("no key: open %v, %q", open, l.FactorProblem)
	}
	if engine.WrongTries(p.dir) != 0 {
		t.Error("what is no guess is counted")
	}
	p.bus = mine

	// Touching is waited for, and can be given up.
	key.Touch = func(ctx context.Context) bool { <-ctx.Done(); return false }
	info, err := engine.Inspect(p.dir)
	if err != nil {
		t.Fatal(err)
	}
	l := NewLock(d.Desk, p, info.Second, d.clock)
	d.until("counted", func() bool { return l.Counted })
	l.Try(LockInput{Passphrase: "right"})
	d.until("asked for a touch", func() bool { return l.Touch })
	l.Cancel()
	d.until("given up", func() bool { return !l.Busy })
	if l.Touch || l.Problem != "" {
		t.Errorf("given up: touch %v, %q", l.Touch, l.Problem)
	}
	key.Touch = nil

	if u, err = engine.Gather(t.Context(), info, engine.Credentials{Passphrase: []byte("right")}, p.bus); err != nil {
		t.Fatal(err)
	}
	if e, err = engine.OpenWith(o, u); err != nil {
		t.Fatal(err)
	}
	f = NewFactor(d.Desk, e, p.bus, d.clock)
	d.until("counted", func() bool { return f.Counted })
	f.Remove("right")
	await()
	if f.Problem != "" || e.Protection().Second.Kind != engine.NoSecond {
		t.Errorf("removing: %q", f.Problem)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if _, open := lock(LockInput{Passphrase: "right"}); !open {
		t.Error("the passphrase alone does not open")
	}
}

func TestEveryFactorTroubleHasASentence(t *testing.T) {
	for _, c := range factorTexts {
		if !text.Has(c.key) {
			t.Errorf("no sentence %q", c.key)
		}
		if s, ok := FactorSentence(model.Fail(model.ReasonLocked, "x", fmt.Errorf("deep: %w", c.err))); !ok || s == "" {
			t.Errorf("%v: %q", c.err, s)
		}
	}
	if _, ok := FactorSentence(engine.ErrPassphrase); ok {
		t.Error("a wrong passphrase is no trouble of a factor")
	}
}
