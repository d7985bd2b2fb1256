package chats

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/engine/transport"
	"sotto/store"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// room is the pane in a window, over an engine without a network.
type room struct {
	t      *testing.T
	engine *engine.Engine
	view   *View
	canvas fyne.Canvas
	queue  chan func()
	opened []string
	counts []int
}

// patience is for what hangs: machines that are busy are slow.
const patience = time.Minute

func someone(n int) model.ID {
	id, err := model.ParseID("05" + strings.Repeat(fmt.Sprintf("%04x", n), 16))
	if err != nil {
		panic(err)
	}
	return id
}

func conv(n int) model.ConversationID { return model.ConversationOf(someone(n)) }

// enter shows n contacts, each of whom wrote once, a minute apart.
func enter(t *testing.T, n int) *room {
	t.Helper()
	r := &room{t: t, queue: make(chan func(), 4096)}
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
	must(e.Close())
	st, err := store.Open(dir, store.Unlock{}, store.Options{})
	must(err)
	must(st.Update(func(tx *store.Tx) error {
		for i := range n {
			at := model.Millis(time.Now().Add(-time.Duration(i) * time.Minute).UnixMilli())
			c := model.Conversation{ID: conv(i), Name: fmt.Sprintf("Contact %d", i), Approved: true, ApprovedMe: true, LastActivity: at}
			if err := tx.PutConversation(c); err != nil {
				return err
			}
			if _, err := tx.AddMessage(&model.Message{Conversation: c.ID, Sender: someone(i), Text: fmt.Sprintf("greetings number %d", i), Timestamp: at}); err != nil {
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
	r.show(n)
	return r
}

func (r *room) show(n int) {
	app := test.NewTempApp(r.t)
	app.Settings().SetTheme(theme.New(theme.Light, theme.Lagoon))
	w := test.NewTempWindow(r.t, nil)
	w.SetPadded(false)
	r.canvas = w.Canvas()
	ctx, leave := context.WithCancel(context.Background())
	r.t.Cleanup(leave)
	r.view = New(vm.NewDesk(ctx, func(f func()) { r.queue <- f }), r.engine, Actions{
		Open: func(id model.ConversationID) {
			c, _ := r.engine.Conversation(id)
			r.opened = append(r.opened, c.Name)
		},
		Found: func(id model.ConversationID, at model.MessageID, query string) {
			c, _ := r.engine.Conversation(id)
			m, _ := r.engine.Message(at)
			r.opened = append(r.opened, c.Name+" at "+m.Text+" for "+query)
		},
		Requests: func() { r.opened = append(r.opened, "requests") },
		Details:  func(model.ConversationID) { r.opened = append(r.opened, "details") },
		NewChat:  func() { r.opened = append(r.opened, "new") },
	})
	r.view.OnCount = func(n int) { r.counts = append(r.counts, n) }
	w.SetContent(widget.NewStage(container.NewBorder(r.view.Search(), nil, nil, nil, r.view.Object())))
	w.Resize(fyne.NewSize(320, 700))
	r.until("the list", func() bool { return slices.Equal(r.counts, []int{n}) })
}

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

// names lists the rows and controls on the screen, with their texts.
func (r *room) names() []string {
	var out []string
	for _, s := range widget.Inspect(r.canvas) {
		if s.Name != "" {
			out = append(out, s.Name)
		}
	}
	return out
}

func (r *room) rows() []string {
	var out []string
	for _, n := range r.names() {
		if name, ok := strings.CutPrefix(n, "chats.row:"); ok {
			out = append(out, name)
		}
	}
	return out
}

func (r *room) press(name string) {
	r.t.Helper()
	for _, s := range widget.Inspect(r.canvas) {
		if s.Name == name {
			test.TapCanvas(r.canvas, fyne.NewPos(s.X+s.W/2, s.Y+s.H/2))
			return
		}
	}
	r.t.Fatalf("%s is not there: %v", name, r.names())
}

func (r *room) key(k fyne.KeyName) { r.canvas.Focused().TypedKey(&fyne.KeyEvent{Name: k}) }

func (r *room) typeText(s string) {
	for _, c := range s {
		r.canvas.Focused().TypedRune(c)
	}
}

func TestRowsOpen(t *testing.T) {
	r := enter(t, 1000)
	if rows := r.rows(); len(rows) > 16 || rows[0] != "Contact 0" || rows[1] != "Contact 1" {
		t.Fatalf("rows %q", rows)
	}
	r.press("chats.row:Contact 3")
	r.view.Select(conv(3))
	if next, ok := r.view.Next(1); !ok || next != conv(4) {
		t.Fatalf("below comes %v", next)
	}
	r.canvas.Focus(r.view.list)
	r.key(fyne.KeyDown)
	r.key(fyne.KeyDown)
	r.key(fyne.KeyReturn)
	r.key(fyne.KeyEnd)
	r.key(fyne.KeyReturn)
	if want := []string{"Contact 3", "Contact 5", "Contact 999"}; !slices.Equal(r.opened, want) {
		t.Fatalf("opened %q, want %q", r.opened, want)
	}
	if rows := r.rows(); rows[len(rows)-1] != "Contact 999" {
		t.Fatalf("the end shows %q", rows)
	}
}

func TestListStaysWhereItIsRead(t *testing.T) {
	r := enter(t, 300)
	r.view.list.ScrollBy(3000)
	before := r.rows()
	// Somebody far below comes to the top of the list.
	if _, err := r.engine.SendText(t.Context(), conv(299), model.Draft{Text: "hello"}); err != nil {
		t.Fatal(err)
	}
	r.until("it is at the top", func() bool { return r.view.vm.ID(0) == conv(299) })
	if now := r.rows(); !slices.Equal(now, before) {
		t.Fatalf("rows %q, before %q", now, before)
	}
}

func TestSearch(t *testing.T) {
	r := enter(t, 120)
	r.view.FocusSearch()
	r.typeText("contact 11")
	r.until("names", func() bool { return len(r.rows()) == 4 && r.rows()[0] == "Contact 11" })
	for range 4 {
		r.key(fyne.KeyDown)
	}
	r.key(fyne.KeyReturn) // the row with the rest of them
	if rows := r.rows(); len(rows) < 9 || len(r.opened) > 0 {
		t.Fatalf("all of them: %q, opened %q", rows, r.opened)
	}
	r.view.Escape()
	if rows := r.rows(); rows[0] != "Contact 0" {
		t.Fatalf("after the search %q", rows)
	}
	r.typeText("number 77")
	r.until("a message", func() bool { return slices.Equal(r.rows(), []string{"Contact 77"}) })
	r.key(fyne.KeyReturn)
	if !slices.Equal(r.opened, []string{"Contact 77 at greetings number 77 for number 77"}) {
		t.Fatalf("opened %q", r.opened)
	}
	r.view.Escape()
	r.typeText("no such thing")
	r.until("an answer", func() bool { return slices.Contains(r.names(), "chats.new") })
	r.press("chats.new")
	if r.opened[len(r.opened)-1] != "new" {
		t.Fatalf("opened %q", r.opened)
	}
}

func TestRowMenu(t *testing.T) {
	r := enter(t, 3)
	open := func(name string) {
		t.Helper()
		for i := range 3 {
			row, ok := r.view.list.Row(i).(interface {
				Row() *widget.ConversationRow
			})
			if ok && row.Row().Model().Name == name {
				row.Row().OnMenu(fyne.NewPos(60, 60))
				return
			}
		}
		t.Fatalf("no row %q", name)
	}
	open("Contact 2")
	r.press("menu.pin")
	r.until("pinned", func() bool { return r.rows()[0] == "Contact 2" })
	open("Contact 2")
	r.press("menu.unread")
	r.until("unread", func() bool { return r.view.vm.Row(0).MarkedNew })
	open("Contact 1")
	r.press("menu.delete_contact")
	r.key(fyne.KeyReturn) // the question's button
	r.until("deleted", func() bool { return slices.Equal(r.counts, []int{3, 2}) })
	open("Contact 0")
	r.press("menu.details")
	if !slices.Equal(r.opened, []string{"details"}) {
		t.Fatalf("opened %q", r.opened)
	}
}

func TestNoConversations(t *testing.T) {
	r := enter(t, 0)
	r.press("chats.new")
	if !slices.Equal(r.opened, []string{"new"}) {
		t.Fatalf("opened %q", r.opened)
	}
}
