package testkit

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"sotto/engine"
	"sotto/engine/model"
)

// Person is an account on one device whose engine runs.
type Person struct {
	*engine.Engine
	Log *LogSink

	t    testing.TB
	kit  *Kit
	dir  string
	stop func()
}

// Person makes an account with a device.
func (k *Kit) Person(t testing.TB, name string) *Person {
	t.Helper()
	return k.device(t, name, engine.Origin{})
}

// Device makes one more device of a person, restored from the recovery phrase.
func (p *Person) Device() *Person {
	p.t.Helper()
	phrase, err := p.RecoveryPhrase(p.t.Context())
	p.Must(err)
	return p.kit.device(p.t, "", engine.Origin{Phrase: phrase})
}

func (k *Kit) device(t testing.TB, name string, origin engine.Origin) *Person {
	t.Helper()
	p := &Person{t: t, kit: k, dir: filepath.Join(t.TempDir(), "profile"), Log: new(LogSink)}
	e, err := engine.Create(p.options(), engine.Protection{None: true}, origin, name)
	if err != nil {
		t.Fatalf("create %s: %v", name, err)
	}
	p.run(e)
	t.Cleanup(func() {
		p.Quit()
		p.Log.check(t)
	})
	return p
}

func (p *Person) options() engine.Options {
	return engine.Options{
		Dir: p.dir, Network: p.kit.Network, Configure: p.kit.Configure, Reach: model.Reach{Proxy: p.kit.Proxy},
		Logger: slog.New(slog.NewTextHandler(p.Log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

func (p *Person) run(e *engine.Engine) {
	p.Engine = e
	p.Log.guard(e)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	p.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			p.t.Errorf("Run: %v", err)
		}
		if err := e.Close(); err != nil {
			p.t.Errorf("Close: %v", err)
		}
	})
}

// Quit ends the device.
func (p *Person) Quit() { p.stop() }

// Start starts a device again that has quit.
func (p *Person) Start() {
	p.t.Helper()
	e, err := engine.Open(p.options(), nil)
	if err != nil {
		p.t.Fatalf("open: %v", err)
	}
	p.run(e)
}

// ID is the conversation that others have with this person.
func (p *Person) ID() model.ConversationID { return model.ConversationOf(p.Me().ID) }

// Must ends the test on an error.
func (p *Person) Must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// Ctx is a context for one command.
func (p *Person) Ctx() context.Context {
	ctx, cancel := context.WithTimeout(p.t.Context(), Patience)
	p.t.Cleanup(cancel)
	return ctx
}

// Send queues a text.
func (p *Person) Send(to *Person, text string) model.MessageID {
	p.t.Helper()
	id, err := p.SendText(p.Ctx(), to.ID(), model.Draft{Text: text})
	p.Must(err)
	return id
}

// Exchange lets the person deliver and fetch all there is, until it works.
func (p *Person) Exchange() engine.SyncResult {
	p.t.Helper()
	ctx := p.Ctx()
	for {
		r, err := p.Sync(ctx)
		if err == nil && r.Pending == 0 {
			return r
		}
		if ctx.Err() != nil {
			p.t.Fatalf("sync: %+v, %v", r, err)
		}
	}
}

// Befriend makes two people contacts of each other.
func (p *Person) Befriend(other *Person) {
	p.t.Helper()
	p.Send(other, "hello")
	p.Exchange()
	other.Exchange()
	other.Await("the request", func() bool { _, there := other.Conversation(p.ID()); return there })
	other.Must(other.AcceptRequest(other.Ctx(), p.ID()))
	other.Exchange()
	p.Exchange()
	for _, pair := range [][2]*Person{{p, other}, {other, p}} {
		pair[0].Await("a contact", func() bool {
			c, there := pair[0].Conversation(pair[1].ID())
			return there && c.Approved && c.ApprovedMe
		})
	}
}

// Messages returns a conversation, oldest first.
func (p *Person) Messages(with *Person) []model.Message {
	page := p.Page(with.ID(), model.Anchor{End: true}, 1000, 0)
	list := page.Messages
	for page.MoreBefore {
		page = p.Page(with.ID(), model.Anchor{Message: list[0].ID}, 1000, 0)
		list = append(page.Messages[:len(page.Messages)-1:len(page.Messages)-1], list...)
	}
	return list
}

// Texts returns the texts of a conversation, oldest first; lines without one
// are left out.
func (p *Person) Texts(with *Person) []string {
	var list []string
	for _, m := range p.Messages(with) {
		if m.Text != "" {
			list = append(list, m.Text)
		}
	}
	return list
}

// Await waits until a condition holds, and looks after each event. Meanwhile the
// engine looks for news as if the conversation were on the screen.
func (p *Person) Await(what string, ok func() bool) {
	p.t.Helper()
	p.AwaitFor(Patience, what, ok)
}

// AwaitText waits until a text is the newest of a conversation.
func (p *Person) AwaitText(with *Person, text string) {
	p.t.Helper()
	p.Await(text, func() bool {
		list := p.Texts(with)
		return len(list) > 0 && list[len(list)-1] == text
	})
}

// AwaitFile waits until the newest message of a conversation has one file, which is
// here, and returns the message.
func (p *Person) AwaitFile(with *Person) (m model.Message) {
	p.t.Helper()
	p.Await("a file", func() bool {
		list := p.Messages(with)
		if len(list) == 0 {
			return false
		}
		m = list[len(list)-1]
		return len(m.Attachments) == 1 && m.Attachments[0].State() == model.FileHere
	})
	return m
}

// AwaitFor is Await with a patience of its own.
func (p *Person) AwaitFor(patience time.Duration, what string, ok func() bool) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	sub := p.Subscribe()
	defer sub.Close()
	p.Focus("", true)
	defer p.Focus("", false)
	for !ok() {
		if _, err := sub.Wait(ctx); err != nil {
			p.t.Fatalf("%s: waited in vain for %s", p.Me().Name, what)
		}
	}
}
