package contact

import (
	"context"
	"errors"
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
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// room is the panel of a contact in a window, over an engine without a network.
type room struct {
	t      *testing.T
	engine *engine.Engine
	view   *View
	canvas fyne.Canvas
	queue  chan func()
	conv   model.ConversationID
	gone   int
}

func (r *room) Canvas() fyne.Canvas                         { return r.canvas }
func (r *room) Copy(s string)                               { fyne.CurrentApp().Clipboard().SetContent(s) }
func (r *room) Toast(string, string, func(), func()) func() { return func() {} }
func (r *room) PickPicture(func(data []byte, err error))    { r.t.Error("a picture was asked for") }
func (r *room) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// patience is for what hangs: machines that are busy are slow.
const patience = time.Minute

func enter(t *testing.T) *room {
	t.Helper()
	r := &room{t: t, queue: make(chan func(), 1024)}
	o := engine.Options{Dir: filepath.Join(t.TempDir(), "profile"), Network: transport.Testnet(), Configure: func(c *transport.Config) {
		c.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no network here") }
	}}
	e, err := engine.Create(o, engine.Protection{None: true}, engine.Origin{}, "Robin")
	r.must(err)
	r.engine = e
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		r.must(<-done)
		r.must(e.Close())
	})
	who, err := model.ParseID("05" + strings.Repeat("01", 32))
	r.must(err)
	r.conv, err = e.StartConversation(ctx, who)
	r.must(err)
	r.must(e.SetNickname(ctx, r.conv, "Maya"))
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.Light, theme.Lagoon))
	w := test.NewTempWindow(t, nil)
	w.SetPadded(false)
	r.canvas = w.Canvas()
	life, leave := context.WithCancel(context.Background())
	t.Cleanup(leave)
	r.view = New(vm.NewDesk(life, func(f func()) { r.queue <- f }), e, r.conv, r, Actions{Close: func() {}, Find: func() {}, Gone: func() { r.gone++ }})
	w.SetContent(widget.NewStage(r.view.Object()))
	w.Resize(fyne.NewSize(360, 1100))
	r.until("the details", func() bool { return r.view.model.Loaded })
	return r
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
			r.t.Fatalf("waited in vain: %s", what)
		}
	}
}

func (r *room) press(name string) {
	r.t.Helper()
	o, ok := widget.Find(r.canvas, name).(fyne.Tappable)
	if !ok {
		r.t.Fatalf("there is no %q", name)
	}
	o.Tapped(&fyne.PointEvent{})
}

func (r *room) says(s string) bool {
	for _, seen := range widget.Inspect(r.canvas) {
		if strings.Contains(seen.Text, s) {
			return true
		}
	}
	return false
}

// What somebody pastes is held against the number; what is no number is not
// called different.
func TestCompareByPasting(t *testing.T) {
	r := enter(t)
	number, err := r.engine.SafetyNumber(r.conv)
	r.must(err)
	digits := strings.Join(strings.Fields(number), "")
	other := "0" + digits[1:]
	if digits[0] == '0' {
		other = "1" + digits[1:]
	}
	for _, row := range []struct{ pasted, title, body string }{
		{number, "It is the same", "same safety number"},
		{strings.ReplaceAll(number, " ", "\n"), "It is the same", "same safety number"},
		{other, "Not confirmed", "another pair of accounts"},
		{"hello", "Not confirmed", "no safety number in it"},
		{digits[:59], "Not confirmed", "no safety number in it"},
	} {
		fyne.CurrentApp().Clipboard().SetContent(row.pasted)
		r.press("contact.safety_compare")
		r.press("safety.paste")
		r.until(row.body, func() bool { return r.says(row.title) && r.says(row.body) })
		r.canvas.Overlays().Top().(*widget.Sheet).Dismiss()
	}
}

// Deleting the conversation keeps the contact; deleting the contact keeps
// nothing. Both say so before.
func TestDeleteConversationOrContact(t *testing.T) {
	r := enter(t)
	_, err := r.engine.SendText(t.Context(), r.conv, model.Draft{Text: "hello"})
	r.must(err)
	r.press("contact.delete_messages")
	if !r.says("stays a contact") {
		t.Error("nothing says what is kept")
	}
	r.press("confirm.ok")
	r.until("left", func() bool { return r.gone == 1 })
	c, ok := r.engine.Conversation(r.conv)
	if !ok || c.Nickname != "Maya" || !c.Hidden || c.Last.Message != 0 {
		t.Fatalf("of the contact there is %t %+v", ok, c)
	}
	r.press("contact.delete")
	r.press("confirm.ok")
	r.until("left again", func() bool { return r.gone > 1 })
	if _, ok := r.engine.Conversation(r.conv); ok {
		t.Error("the contact is still there")
	}
}
