package chat

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/engine/transport"
	"sotto/store"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// room is a conversation in a window, over an engine without a network.
type room struct {
	t      *testing.T
	engine *engine.Engine
	view   *View
	canvas fyne.Canvas
	queue  chan func()
	infos  int
	people []model.ID
	gone   int
	sent   []model.Conversation // where something was forwarded to
	viewed []string             // pictures that were opened
}

// patience is for what hangs: machines that are busy are slow.
const patience = time.Minute

// someone returns the id of a person.
func someone(n int) model.ID {
	id, err := model.ParseID("05" + strings.Repeat(fmt.Sprintf("%02x", n), 32))
	if err != nil {
		panic(err)
	}
	return id
}

var (
	maya     = someone(1)
	withMaya = model.ConversationOf(maya)
)

// says is a message of the other side; replies are own ones.
func says(text string, ago time.Duration) model.Message {
	return model.Message{Conversation: withMaya, Sender: maya, Text: text, Timestamp: model.Millis(time.Now().Add(-ago).UnixMilli())}
}

// enter opens a conversation with messages. change may change its record.
func enter(t *testing.T, messages []model.Message, change func(*model.Conversation)) *room {
	t.Helper()
	r := &room{t: t, queue: make(chan func(), 4096)}
	r.start(messages, change)
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.Light, theme.Lagoon))
	w := test.NewTempWindow(t, nil)
	w.SetPadded(false)
	r.canvas = w.Canvas()
	ctx, leave := context.WithCancel(context.Background())
	desk := vm.NewDesk(ctx, func(f func()) { r.queue <- f })
	r.view = New(desk, r.engine, withMaya, 0, Actions{
		Back: func() {}, Info: func() { r.infos++ }, Profile: func(id model.ID) { r.people = append(r.people, id) }, Gone: func() { r.gone++ },
		Forward: func(list []*vm.ChatMessage, done func()) {
			OpenForward(r.canvas, desk, r.engine, list, func(to []model.Conversation, problem string) {
				if problem != "" {
					t.Error(problem)
				}
				r.sent = to
				done()
			})
		},
	})
	w.SetContent(widget.NewStage(r.view.Object()))
	w.Resize(fyne.NewSize(900, 700))
	t.Cleanup(func() {
		r.view.Leave()
		leave()
		if err := vm.FinishErrands(context.Background()); err != nil {
			t.Error(err)
		}
	})
	r.until("the conversation is open", func() bool { return r.view.vm.Loaded() })
	return r
}

func (r *room) start(messages []model.Message, change func(*model.Conversation)) {
	t := r.t
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(t.TempDir(), "profile")
	o := engine.Options{Dir: dir, Network: transport.Testnet(), Configure: func(c *transport.Config) {
		c.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no network here") }
	}}
	e, err := engine.Create(o, engine.Protection{None: true}, engine.Origin{}, "Robin")
	must(err)
	me := e.Me().ID
	must(e.Close())
	st, err := store.Open(dir, store.Unlock{}, store.Options{})
	must(err)
	must(st.Update(func(tx *store.Tx) error {
		c := model.Conversation{ID: withMaya, Name: "Maya", Approved: true, ApprovedMe: true}
		if change != nil {
			change(&c)
		}
		if err := tx.PutConversation(c); err != nil {
			return err
		}
		for _, m := range messages {
			if m.Outgoing {
				m.Sender = me
			}
			if _, err := tx.AddMessage(&m); err != nil {
				return err
			}
		}
		return nil
	}))
	must(st.Close())
	r.engine, err = engine.Open(o, nil)
	must(err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.engine.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		must(<-done)
		must(r.engine.Close())
	})
}

// until lets the interface's goroutine work until a condition holds.
func (r *room) until(what string, ok func() bool) {
	r.t.Helper()
	end := time.After(patience)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case f := <-r.queue:
			f()
		case <-look.C:
		case <-end:
			r.t.Fatalf("waited in vain: %s\non the screen: %v", what, r.names())
		}
	}
}

func (r *room) names() []string {
	var out []string
	for _, s := range widget.Inspect(r.canvas) {
		if s.Name != "" {
			out = append(out, s.Name+"="+s.Text)
		}
	}
	return out
}

// seen finds a named control on the screen.
func (r *room) seen(name string) (widget.Seen, bool) {
	for _, s := range widget.Inspect(r.canvas) {
		if s.Name == name || strings.HasSuffix(name, "*") && strings.HasPrefix(s.Name, name[:len(name)-1]) {
			return s, true
		}
	}
	return widget.Seen{}, false
}

func (r *room) shows(name string) bool {
	_, ok := r.seen(name)
	return ok
}

// press waits for a named control and presses it.
func (r *room) press(name string) {
	r.t.Helper()
	r.until(name, func() bool { return r.shows(name) })
	s, _ := r.seen(name)
	test.TapCanvas(r.canvas, fyne.NewPos(s.X+s.W/2, s.Y+s.H/2))
}

// menu opens the menu of a message.
func (r *room) menu(text string) {
	r.t.Helper()
	list := r.view.messages
	for i, it := range list.items {
		if it.Message == nil || it.Message.Body != text {
			continue
		}
		b, ok := list.list.Row(i).(*widget.Bubble)
		if !ok {
			r.t.Fatalf("%q is out of view", text)
		}
		at, size := b.BubbleFrame()
		at = at.AddXY(size.Width/2, size.Height/2)
		b.TappedSecondary(&fyne.PointEvent{Position: at, AbsolutePosition: fyne.NewPos(300, 300)})
		return
	}
	r.t.Fatalf("there is no message %q", text)
}

func (r *room) typeText(s string) {
	r.t.Helper()
	f := r.canvas.Focused()
	if f == nil {
		r.t.Fatal("nothing has the keyboard")
	}
	for _, c := range s {
		f.TypedRune(c)
	}
}

func (r *room) key(k fyne.KeyName) { r.canvas.Focused().TypedKey(&fyne.KeyEvent{Name: k}) }
