package engine

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"sotto/engine/model"
	"sotto/engine/transport"
	"sotto/store"
)

func testOptions(t *testing.T) Options {
	return Options{
		Dir: filepath.Join(t.TempDir(), "profile"), Network: transport.Mainnet(),
		Store: store.Options{KDF: store.KDF{Time: 1, Memory: 64, Threads: 1}},
	}
}

// TestAskingAfterTheEndIsNoFailure asks like a screen that is being left while the
// profile closes: there is no answer, and nothing to be told in the log.
func TestAskingAfterTheEndIsNoFailure(t *testing.T) {
	o := testOptions(t)
	var log bytes.Buffer
	o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	e, err := Create(o, Protection{None: true}, Origin{}, "Alice")
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if list := e.Conversations(Filter{}); len(list) > 0 || e.LastMessage() != 0 {
		t.Error("a closed profile answers")
	}
	if log.Len() > 0 {
		t.Errorf("the log says %s", &log)
	}
	if _, err := e.Stored(); err == nil {
		t.Error("who has to know that something is missing is not told")
	}
}

func TestAccountIsCreatedRestoredAndOpened(t *testing.T) {
	o := testOptions(t)
	e, err := Create(o, Protection{Passphrase: []byte("correct horse")}, Origin{}, " Alice ")
	if err != nil {
		t.Fatal(err)
	}
	me := e.Me()
	phrase, _ := e.RecoveryPhrase(t.Context())
	seed, _ := e.RecoverySeedHex(t.Context())
	if me.Name != "Alice" || me.Network != "mainnet" || len(strings.Fields(phrase)) != 13 || len(seed) != 32 {
		t.Fatalf("account: %+v", me)
	}
	if !e.CheckPassphrase([]byte("correct horse")) || e.CheckPassphrase([]byte("wrong")) {
		t.Fatal("the passphrase is not checked")
	}
	if _, err := Open(o, []byte("correct horse")); !errors.Is(err, ErrInUse) || model.ReasonOf(err) != model.ReasonLocked {
		t.Fatalf("opened twice: %v", err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := Inspect(o.Dir)
	if err != nil || !info.Exists || info.InUse || info.Network != "mainnet" {
		t.Fatalf("inspect: %+v %v", info, err)
	}
	for _, c := range []struct {
		pass string
		want error
	}{{"", ErrNeedPassphrase}, {"wrong", ErrPassphrase}} {
		if _, err := Open(o, []byte(c.pass)); !errors.Is(err, c.want) || model.ReasonOf(err) != model.ReasonLocked {
			t.Errorf("passphrase %q: %v", c.pass, err)
		}
	}
	other := o
	other.Network = transport.Testnet()
	if _, err := Open(other, []byte("correct horse")); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("on another network: %v", err)
	}
	if _, err := Create(o, Protection{None: true}, Origin{}, "Bob"); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("over an existing profile: %v", err)
	}
	e, err = Open(o, []byte("correct horse"))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if !reflect.DeepEqual(e.Me(), me) {
		t.Errorf("after opening: %+v", e.Me())
	}
	for _, text := range []string{phrase, strings.ToUpper(phrase), seed} {
		r, err := Create(testOptions(t), Protection{None: true}, Origin{Phrase: text}, "")
		if err != nil {
			t.Fatal(err)
		}
		if r.Me().ID != me.ID {
			t.Error("another account came out of the recovery phrase")
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestCreateRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		p      Protection
		phrase string
		want   model.Reason
	}{
		{"", Protection{None: true}, "", model.ReasonInvalid},
		{strings.Repeat("n", 101), Protection{None: true}, "", model.ReasonTooLarge},
		{"Alice", Protection{}, "", model.ReasonInvalid},
		{"Alice", Protection{None: true}, "twelve words that are none", model.ReasonInvalid},
	} {
		o := testOptions(t)
		_, err := Create(o, c.p, Origin{Phrase: c.phrase}, c.name)
		if model.ReasonOf(err) != c.want {
			t.Errorf("%+v: %v", c, err)
		}
		if info, _ := Inspect(o.Dir); info.Exists {
			t.Errorf("%+v: a profile is left behind", c)
		}
	}
	var wrong *PhraseError
	if err := CheckPhrase("abbey abbey abbey"); !errors.As(err, &wrong) || wrong.Kind != PhraseTooFewWords {
		t.Errorf("three words: %v", err)
	}
}

// TestCloseBeforeRun: whoever locks in the moment of opening closes the engine
// before the goroutine of Run comes to it.
func TestCloseBeforeRun(t *testing.T) {
	e, err := Create(testOptions(t), Protection{None: true}, Origin{}, "Alice")
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if err := e.Run(t.Context()); err != nil {
		t.Errorf("Run: %v", err)
	}
}

func TestCommandsEndWithTheEngine(t *testing.T) {
	o := testOptions(t)
	o.Reach = model.Reach{Offline: true}
	e, err := Create(o, Protection{None: true}, Origin{}, "Alice")
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	sub := e.Subscribe()
	// A command from before Run waits for it.
	named := make(chan error)
	go func() { named <- e.SetName(t.Context(), "Alice B.") }()
	go func() { done <- e.Run(ctx) }()
	if err := <-named; err != nil {
		t.Fatal(err)
	}
	if evs, err := sub.Wait(ctx); err != nil || len(evs) == 0 {
		t.Fatalf("events: %v %v", evs, err)
	}
	if err := e.Run(ctx); !errors.Is(err, ErrRunning) {
		t.Errorf("second Run: %v", err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
	if err := e.SetName(t.Context(), "late"); !errors.Is(err, ErrClosed) {
		t.Errorf("after the end: %v", err)
	}
	if e.Me().Name != "Alice B." {
		t.Error("queries end with Run, and should not before Close")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := e.SetName(gone, "late"); err == nil {
		t.Error("a command with a context that is over")
	}
}

func TestParseRecipient(t *testing.T) {
	id := "05" + strings.Repeat("ab", 32)
	parsed, err := model.ParseID(id)
	if err != nil {
		t.Fatal(err)
	}
	url := "https://example.org/room?public_key=" + strings.Repeat("ab", 32)
	for _, c := range []struct {
		text   string
		want   Recipient
		reason model.Reason
	}{
		{id, Recipient{ID: parsed}, 0},
		{" " + strings.ToUpper(id) + "\n", Recipient{ID: parsed}, 0},
		{"Bob_1", Recipient{ONSName: "bob_1"}, 0},
		{url, Recipient{CommunityURL: url}, 0},
		{"https://example.org", Recipient{}, model.ReasonInvalid},
		{"03" + strings.Repeat("ab", 32), Recipient{}, model.ReasonNotAllowed},
		{"15" + strings.Repeat("ab", 32), Recipient{}, model.ReasonNotAllowed},
		{"05" + strings.Repeat("00", 32), Recipient{}, model.ReasonInvalid},
		{id[:64] + "zz", Recipient{}, model.ReasonInvalid},
		{"two words", Recipient{}, model.ReasonInvalid},
		{"", Recipient{}, model.ReasonInvalid},
		{strings.Repeat("x", 1<<20), Recipient{}, model.ReasonInvalid},
	} {
		got, err := ParseRecipient(c.text)
		if got != c.want || model.ReasonOf(err) != c.reason {
			t.Errorf("%.80q: %+v, %v", c.text, got, err)
		}
	}
}

// TestABackupIsRestoredThroughTheProxyThatWasNamed: a profile that was made
// without a proxy must not go without one where somebody asks for it.
func TestABackupIsRestoredThroughTheProxyThatWasNamed(t *testing.T) {
	o := testOptions(t)
	e, err := Create(o, Protection{None: true}, Origin{}, "Alice")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "alice"+BackupSuffix)
	_, err = e.Backup(t.Context(), path, []byte("sealed with"), nil)
	if err := errors.Join(err, e.Close()); err != nil {
		t.Fatal(err)
	}
	for _, reach := range []model.Reach{{}, {Proxy: model.Tor}, {Offline: true}} {
		n := testOptions(t)
		n.Reach = reach
		r, err := Create(n, Protection{None: true}, Origin{Backup: path, BackupPassphrase: "sealed with"}, "")
		if err != nil {
			t.Fatal(err)
		}
		if s := r.Settings(); reachOf(s) != reach || r.Status().Proxied != reach.Proxy.On || r.Status().WorkOffline != reach.Offline {
			t.Errorf("%+v: settings %+v, status %+v", reach, reachOf(s), r.Status())
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
