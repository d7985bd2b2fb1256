package vm

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sotto/engine"
	"sotto/engine/model"
)

// fakeHouse is an engine for requests, settings and the recovery phrase.
type fakeHouse struct {
	*fakeEngine
	mu       sync.Mutex
	asking   []model.Conversation
	blocked  []model.Conversation
	settings model.Settings
	said     []string
	full     bool // the disk
	wrong    int  // tries
	proxies  func(ctx context.Context, p model.Proxy) (model.ProxyTrouble, time.Duration, error)
}

func (f *fakeHouse) CheckProxy(ctx context.Context, p model.Proxy) (model.ProxyTrouble, time.Duration, error) {
	if f.proxies == nil {
		return model.ProxySilent, 0, nil
	}
	return f.proxies(ctx, p)
}

func (f *fakeHouse) note(word string, id model.ConversationID) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.said = append(f.said, word)
	if f.full {
		return model.Fail(model.ReasonDisk, "full", nil)
	}
	f.asking = slices.DeleteFunc(f.asking, func(c model.Conversation) bool { return c.ID == id })
	return nil
}

func (f *fakeHouse) heard() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.said)
}

func (f *fakeHouse) Requests() []model.Conversation {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.asking)
}
func (f *fakeHouse) AcceptRequest(_ context.Context, c model.ConversationID) error {
	return f.note("accept", c)
}
func (f *fakeHouse) DeclineRequest(_ context.Context, c model.ConversationID) error {
	return f.note("decline", c)
}
func (f *fakeHouse) DeclineRequests(_ context.Context, all []model.ConversationID) error {
	for _, c := range all {
		if err := f.note("decline", c); err != nil {
			return err
		}
	}
	return nil
}
func (f *fakeHouse) Block(_ context.Context, c model.ConversationID) error { return f.note("block", c) }
func (f *fakeHouse) Unblock(_ context.Context, c model.ConversationID) error {
	return f.note("unblock", c)
}
func (f *fakeHouse) Blocked() []model.Conversation { return f.blocked }
func (f *fakeHouse) Settings() model.Settings {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.settings
}
func (f *fakeHouse) UpdateSettings(_ context.Context, change func(*model.Settings)) error {
	if err := f.note("settings", ""); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	change(&f.settings)
	return nil
}
func (f *fakeHouse) ChangeProtection(context.Context, engine.Protection) error {
	return f.note("protect", "")
}
func (f *fakeHouse) CheckPassphrase(p []byte) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if string(p) != "right" {
		f.wrong++
		return false
	}
	f.wrong = 0
	return true
}
func (f *fakeHouse) WrongTries() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.wrong
}
func (f *fakeHouse) RecoveryPhrase(context.Context) (string, error) {
	return goodPhrase, nil
}
func (f *fakeHouse) RecoverySeedHex(context.Context) (string, error) { return goodHex, nil }

func newHouse(t *testing.T) (*desktop, *fakeHouse) {
	d := newDesktop(t)
	f := &fakeHouse{fakeEngine: newFake(t, d.clock)}
	f.asking = []model.Conversation{{ID: model.ConversationOf(someone(3)), Name: "Mo"}, {ID: model.ConversationOf(someone(4)), Name: "Pia"}}
	return d, f
}

func TestDecliningCanBeUndone(t *testing.T) {
	d, f := newHouse(t)
	r := NewRequests(d.Desk, f)
	d.until("read", func() bool { return len(r.List()) == 2 })
	mo := r.List()[0].ID
	r.Hold(mo)
	if len(r.List()) != 1 {
		t.Error("a declined request stays on the list")
	}
	r.Restore(mo)
	if len(r.List()) != 2 || len(f.heard()) != 0 {
		t.Errorf("undo: %d on the list, engine heard %v", len(r.List()), f.heard())
	}
	r.Hold(mo)
	r.Decline(mo)
	d.until("declined", func() bool { return len(f.Requests()) == 1 && len(r.going) == 0 })
	if got := f.heard(); !slices.Equal(got, []string{"decline"}) {
		t.Errorf("engine heard %v", got)
	}
}

func TestHeldRequestsGoWithTheWindow(t *testing.T) {
	d, f := newHouse(t)
	r := NewRequests(d.Desk, f)
	d.until("read", func() bool { return len(r.List()) == 2 })
	r.Hold(r.List()[0].ID)
	r.DeclineHeld(context.Background())
	if got := f.heard(); !slices.Equal(got, []string{"decline"}) {
		t.Errorf("engine heard %v", got)
	}
}

// Those that were there when it was asked go, those that came since stay.
func TestDecliningAllRequests(t *testing.T) {
	d, f := newHouse(t)
	r := NewRequests(d.Desk, f)
	d.until("read", func() bool { return len(r.List()) == 2 })
	all := []model.ConversationID{r.List()[0].ID, r.List()[1].ID}
	f.mu.Lock()
	f.asking = append(f.asking, model.Conversation{ID: model.ConversationOf(someone(5)), Name: "Late"})
	f.mu.Unlock()
	done := false
	r.DeclineAll(all, func() { done = true })
	d.until("declined", func() bool { return done && len(r.List()) == 1 })
	if r.List()[0].Name != "Late" {
		t.Errorf("left is %q", r.List()[0].Name)
	}
}

func TestFailedRequestSaysWhyAndStays(t *testing.T) {
	d, f := newHouse(t)
	f.full = true
	r := NewRequests(d.Desk, f)
	d.until("read", func() bool { return len(r.List()) == 2 })
	var said string
	r.Failed = func(s string) { said = s }
	accepted := false
	r.Accept(r.List()[0].ID, func() { accepted = true })
	d.until("answered", func() bool { return said != "" })
	if accepted || len(r.List()) != 2 || said != SentenceOf(model.ReasonDisk) {
		t.Errorf("accepted %v, list %d, says %q", accepted, len(r.List()), said)
	}
}

func TestSettingsShowAtOnceAndFallBack(t *testing.T) {
	d, f := newHouse(t)
	s := NewSettings(d.Desk, f)
	d.until("read", func() bool { return s.Loaded })
	s.Change(func(m *model.Settings) { m.ReadReceipts = true })
	if !s.Now.ReadReceipts {
		t.Error("a change is not shown at once")
	}
	d.until("stored", func() bool { return f.Settings().ReadReceipts && s.storing == 0 })

	f.mu.Lock()
	f.full = true
	f.mu.Unlock()
	var said string
	s.Failed = func(m string) { said = m }
	s.Change(func(m *model.Settings) { m.TypingIndicators = true })
	d.until("fell back", func() bool { return said != "" && !s.Now.TypingIndicators })
}

func TestProtectionAsksForThePassphraseUntilNow(t *testing.T) {
	d, f := newHouse(t)
	s := NewSettings(d.Desk, f)
	s.AskPassphrase()
	d.until("counted", func() bool { return s.tries.Counted })
	for _, c := range []struct {
		had  bool
		old  string
		says string
	}{
		{true, "wrong", wrongPassphrase()},
		{true, "right", ""},
		{false, "", ""},
	} {
		said := "?"
		s.Protect(ProtectionChoice{Kind: ByNothing}, c.had, c.old, func(problem string) { said = problem })
		d.until("answered", func() bool { return said != "?" })
		if said != c.says {
			t.Errorf("%+v: says %q", c, said)
		}
	}
	if got := f.heard(); !slices.Equal(got, []string{"protect", "protect"}) {
		t.Errorf("engine heard %v", got)
	}
}

// TestReopeningDoesNotHelpAgainstThePause closes what asks for the passphrase and
// opens it again, or something else that asks.
func TestReopeningDoesNotHelpAgainstThePause(t *testing.T) {
	d, f := newHouse(t)
	r := NewRecovery(d.Desk, f, true, d.clock)
	d.until("counted", func() bool { return r.Counted })
	for range 3 {
		r.Try("wrong")
		d.until("answered", func() bool { return !r.Busy })
	}
	again := NewRecovery(d.Desk, f, true, d.clock)
	if again.Try("right"); again.Busy {
		t.Error("a try passes before the count is known")
	}
	d.until("counted", func() bool { return again.Counted })
	settings := NewSettings(d.Desk, f)
	settings.tries.clock = d.clock
	settings.AskPassphrase()
	d.until("counted", func() bool { return settings.tries.Counted })
	if again.Wait != 2 || settings.Wait() != 2 {
		t.Errorf("waits %d s and %d s", again.Wait, settings.Wait())
	}
	if again.Try("right"); again.Busy {
		t.Error("a try passes while one has to wait")
	}
}

func TestRecoveryPhraseStandsBehindThePassphrase(t *testing.T) {
	d, f := newHouse(t)
	r := NewRecovery(d.Desk, f, true, d.clock)
	d.until("counted", func() bool { return r.Counted })
	r.Try("wrong")
	d.until("answered", func() bool { return !r.Busy })
	if len(r.Words) > 0 || r.Problem == "" {
		t.Error("a wrong passphrase shows the words")
	}
	r.Try("right")
	d.until("shown", func() bool { return len(r.Words) == 13 && r.Code == goodHex })
	saved := false
	r.Saved(func() { saved = true })
	d.until("noted", func() bool { return saved })
	if !f.Settings().PhraseSeen {
		t.Error("the banner would stay")
	}
	if r.Forget(); len(r.Words) > 0 || r.Code != "" {
		t.Error("the words stay in memory")
	}
}

func TestPathClaimsOnlyWhatIsKnown(t *testing.T) {
	hops := []model.Hop{{IP: "203.0.113.7", Port: 22021}, {IP: "2001:db8::1", Port: 443}, {IP: "198.51.100.2", Port: 22021}}
	all := PathHops(model.NetworkStatus{Connection: model.Online, Paths: []model.Path{{Hops: hops}}})
	if len(all) != 5 || !all[0].You || !all[4].Swarm || all[2].Detail != "[2001:db8::1]:443" || all[3].Dim {
		t.Errorf("path %+v", all)
	}
	off := PathHops(model.NetworkStatus{Connection: model.Offline, Paths: []model.Path{{Hops: hops}}})
	for _, h := range off[1:4] {
		if !h.Dim || strings.Contains(h.Detail, ".") {
			t.Errorf("offline shows a relay: %+v", h)
		}
	}
}

func TestBarSaysWhatWorks(t *testing.T) {
	for _, c := range []struct {
		status model.NetworkStatus
		says   string
		bad    bool
	}{
		{model.NetworkStatus{Connection: model.Online}, "", false},
		{model.NetworkStatus{Connection: model.Connecting}, "", false},
		{model.NetworkStatus{Connection: model.Offline}, "No connection.", false},
		{model.NetworkStatus{Connection: model.Offline, Pending: 3}, "No connection.", false},
		{model.NetworkStatus{Connection: model.Offline, WorkOffline: true}, "You work offline.", false},
		{model.NetworkStatus{Connection: model.Offline, Proxied: true, ProxyTrouble: model.ProxySilent}, "No connection through the proxy.", false},
		{model.NetworkStatus{Connection: model.Online, Proxied: true}, "", false},
		{model.NetworkStatus{Connection: model.Online, ClockWrong: true}, "The clock of this computer is wrong.", true},
		{model.NetworkStatus{Connection: model.Online, Problem: model.ReasonDisk}, "The disk is full or failing.", true},
	} {
		b := BarOf(c.status)
		if b.Title != c.says || b.Bad != c.bad || (b.Title == "") != (b.Detail == "") {
			t.Errorf("%+v: %+v", c.status, b)
		}
	}
}

func TestEveryTroubleOfAProxyHasASentence(t *testing.T) {
	for p := model.ProxySilent; p <= model.ProxyLies; p++ {
		_, detail := PathLine(model.NetworkStatus{Connection: model.Offline, ProxyTrouble: p})
		if detail == "" || strings.HasPrefix(detail, "proxy.") {
			t.Errorf("%v: %q", p, detail)
		}
	}
}

func TestEveryReasonHasASentence(t *testing.T) {
	for r := model.ReasonOffline; r <= model.ReasonInternal; r++ {
		if s := SentenceOf(r); s == "" || strings.HasPrefix(s, "reason.") {
			t.Errorf("%v: %q", r, s)
		}
	}
	if Sentence(nil) != "" {
		t.Error("no error has a sentence")
	}
}

func TestTimerText(t *testing.T) {
	for _, c := range []struct {
		timer model.Timer
		want  string
	}{
		{model.Timer{}, "Off"},
		{model.Timer{Mode: model.ExpireAfterRead, Seconds: 300}, "5 minutes after reading"},
		{model.Timer{Mode: model.ExpireAfterSend, Seconds: 86400}, "1 day after sending"},
		{model.Timer{Mode: model.ExpireAfterSend, Seconds: 14 * 86400}, "2 weeks after sending"},
		{model.Timer{Mode: model.ExpireAfterSend, Seconds: 90}, "90 seconds after sending"},
	} {
		if got := TimerText(c.timer); got != c.want {
			t.Errorf("%+v: %q", c.timer, got)
		}
	}
}
