package engine

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/engine/transport"
	"sotto/internal/clock"
	"sotto/store"
)

// person is an account on one device, in a world in memory.
type person struct {
	*Engine
	t       *testing.T
	world   *world
	account *identity.Account
	dir     string
	clock   clock.Clock
	link    *link
	log     *logSink
	sub     *Subscription
	stop    func()
}

// patience is for what hangs: machines that are busy are slow.
const patience = time.Minute

// newPerson makes an account with a device that runs.
func newPerson(t *testing.T, w *world, name string) *person {
	t.Helper()
	account, err := identity.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return newDevice(t, w, account, name)
}

// newDevice makes one more device of an account, which knows nothing of the
// others.
func newDevice(t *testing.T, w *world, account *identity.Account, name string) *person {
	t.Helper()
	return makeDevice(t, w, account, store.AccountRecord{Name: name, ProfileUpdated: w.clock.Now().Unix()})
}

// restore makes one more device of an account, from its recovery phrase.
func restore(t *testing.T, w *world, account *identity.Account) *person {
	t.Helper()
	return makeDevice(t, w, account, store.AccountRecord{Unmerged: true})
}

func makeDevice(t *testing.T, w *world, account *identity.Account, record store.AccountRecord) *person {
	t.Helper()
	p := &person{t: t, world: w, account: account, dir: filepath.Join(t.TempDir(), "profile"), clock: w.clock, log: &logSink{}}
	st, err := store.Create(p.dir, "memory", store.Protection{None: true}, store.Options{Clock: w.clock})
	if err != nil {
		t.Fatal(err)
	}
	record.Seed, record.Created = account.SeedBytes(), model.Millis(w.clock.Now().UnixMilli())
	err = st.Update(func(tx *store.Tx) error { return tx.PutAccount(record) })
	if err != nil {
		t.Fatal(err)
	}
	p.start(st)
	t.Cleanup(func() {
		p.quit()
		p.log.check(t, account)
	})
	return p
}

// start has a device run with its store.
func (p *person) start(st *store.Store) {
	p.t.Helper()
	p.assemble(st)
	p.run()
}

// assemble makes the engine of a device and its way into the world.
func (p *person) assemble(st *store.Store) {
	p.t.Helper()
	o := Options{Dir: p.dir, Clock: p.clock, Network: transport.Network{FileServer: transport.ServerAddress{URL: "http://files.test", X25519: [32]byte{9}}}, Logger: slog.New(slog.NewTextHandler(p.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	o.defaults()
	account, err := storedAccount(st)
	if err != nil {
		p.t.Fatal(err)
	}
	if p.Engine, err = newEngine(o, st, account); err != nil {
		p.t.Fatal(err)
	}
	e := p.Engine
	p.link = &link{world: p.world, changed: func() { e.inbox.put(e.core.networkChanged) }}
	p.core.net = p.link
	p.sub = p.Subscribe()
}

func (p *person) run() {
	e := p.Engine
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	p.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			p.t.Errorf("Run: %v", err)
		}
	})
}

// quit ends the device in order.
func (p *person) quit() {
	p.stop()
	if err := p.Close(); err != nil {
		p.t.Errorf("Close: %v", err)
	}
}

// restart ends the device and starts it again from its folder.
func (p *person) restart() {
	p.t.Helper()
	p.quit()
	st, err := store.Open(p.dir, store.Unlock{}, store.Options{Clock: p.clock})
	if err != nil {
		p.t.Fatal(err)
	}
	p.start(st)
}

func (p *person) ctx() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	p.t.Cleanup(cancel)
	return ctx
}

// id is the conversation that others have with this person.
func (p *person) id() model.ConversationID { return model.ConversationOf(p.account.ID()) }

// sync polls and delivers everything, and fails the test when it cannot.
func (p *person) sync() SyncResult {
	p.t.Helper()
	r, err := p.Sync(p.ctx())
	if err != nil {
		p.t.Fatalf("sync: %v", err)
	}
	return r
}

// say sends a text and waits until it is in the swarm.
func (p *person) say(to *person, text string) model.Message {
	p.t.Helper()
	id, err := p.SendText(p.ctx(), to.id(), model.Draft{Text: text})
	if err != nil {
		p.t.Fatalf("send: %v", err)
	}
	p.sync()
	m, ok := p.Message(id)
	if !ok || m.State != model.StateSent {
		p.t.Fatalf("message is %v (there: %v), want sent", m.State, ok)
	}
	return m
}

// must ends the test on an error.
func (p *person) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// all returns the messages of a conversation, oldest first.
func (p *person) all(with *person) []model.Message {
	return p.Page(with.id(), model.Anchor{End: true}, 10_000, 10).Messages
}

// texts returns what the bubbles show, lines without text as <kind>.
func (p *person) texts(with *person) []string {
	var list []string
	for _, m := range p.all(with) {
		switch {
		case m.Text != "":
			list = append(list, m.Text)
		default:
			list = append(list, kindNames[m.Kind])
		}
	}
	return list
}

var kindNames = map[model.MessageKind]string{
	model.KindText: "<empty>", model.KindTimerChange: "<timer>", model.KindRequestAccepted: "<accepted>",
	model.KindDeleted: "<deleted>", model.KindMediaSaved: "<saved>", model.KindScreenshot: "<screenshot>",
	model.KindMissedCall: "<missed call>", model.KindInvitation: "<invitation>", model.KindGroupChange: "<group>",
}

// shows fails the test unless the conversation shows exactly these lines.
func (p *person) shows(with *person, want ...string) {
	p.t.Helper()
	if got := p.texts(with); strings.Join(got, "|") != strings.Join(want, "|") {
		p.t.Fatalf("conversation shows %q, want %q", got, want)
	}
}

// until waits until a condition holds, looking again after each event. Without one
// the engine looks at the clock again ten times a second: it may have been about to
// wait for a time of day when the test moved the clock past it.
func (p *person) until(what string, ok func() bool) {
	p.t.Helper()
	sub := p.Subscribe()
	defer sub.Close()
	ctx := p.ctx()
	for !ok() {
		turn, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
		_, err := sub.Wait(turn)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			err = p.do(ctx, func(*core) error { return nil })
		}
		if err != nil {
			p.t.Fatalf("waiting for %s: %v", what, err)
		}
	}
}

// befriend makes two people contacts of each other.
func befriend(t *testing.T, a, b *person) {
	t.Helper()
	a.say(b, "hello")
	b.sync()
	b.must(b.AcceptRequest(b.ctx(), a.id()))
	b.sync()
	a.sync()
	for _, p := range []struct{ who, with *person }{{a, b}, {b, a}} {
		if c, ok := p.who.Conversation(p.with.id()); !ok || !c.Approved || !c.ApprovedMe {
			t.Fatalf("not friends: %+v", c)
		}
	}
}

// logSink keeps the log of a person; check holds it to the rules: no texts, no
// ids, no warnings.
type logSink struct {
	mu   sync.Mutex
	text bytes.Buffer
	// errors says that the test expects warnings and errors.
	errors bool
}

func (l *logSink) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logSink) expectErrors() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.errors = true
}

func (l *logSink) check(t *testing.T, account *identity.Account) {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := l.text.String()
	if (strings.Contains(text, "level=ERROR") || strings.Contains(text, "level=WARN")) && !l.errors {
		t.Errorf("warnings in the log:\n%s", text)
	}
	secrets := map[string]string{"a text": "hello", "the seed": account.SeedHex(), "the Session ID": account.ID().String()}
	// One word of the phrase may be one of the program's own.
	words := strings.Fields(account.Phrase())
	for i := range words[2:] {
		secrets[fmt.Sprintf("words %d to %d of the phrase", i+1, i+3)] = strings.Join(words[i:i+3], " ")
	}
	for what, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("the log gives %s away", what)
		}
	}
}
