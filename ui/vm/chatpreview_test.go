package vm

import (
	"context"
	"testing"
	"time"

	"sotto/engine/model"
)

// LookUpLink implements ChatEngine: every page has a title.
func (f *fakeEngine) LookUpLink(_ context.Context, address string) (*model.PagePreview, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.note("look %s", address)
	if f.fail != nil {
		return nil, f.fail
	}
	return &model.PagePreview{URL: address, Title: "Page of " + address}, nil
}

// Transfer implements ChatEngine: nothing is on its way.
func (f *fakeEngine) Transfer(model.MessageID, int) (model.Transfer, bool) {
	return model.Transfer{}, false
}

func TestLinkInTheComposerIsPreviewed(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	f.fill(withMaya, 3)
	c, _ := openChat(d, f, withMaya, 0)
	rest := func() {
		t.Helper()
		for range 3 {
			d.clock.Advance(time.Second)
			d.idle(c)
		}
	}
	c.Typed("see https://lake.example/a")
	rest()
	if c.Link != nil || len(f.said("look")) != 0 {
		t.Fatal("a page was asked without being allowed to")
	}
	c.Typed("")
	c.Leave()
	f.set(func() { f.settings.LinkPreviews = true })
	c, _ = openChat(d, f, withMaya, 0)
	// While it is being typed nothing is asked.
	for _, s := range []string{"https://l", "https://lake", "https://lake.example", "https://lake.example/a"} {
		c.Typed(s)
		d.clock.Advance(300 * time.Millisecond)
		d.idle(c)
	}
	if n := len(f.said("look")); n != 0 {
		t.Errorf("asked %d times while typing", n)
	}
	d.clock.Advance(time.Second)
	d.until("the preview", func() bool { return c.Link != nil })
	if c.Link.Host != "lake.example" || c.Link.Page.URL != "https://lake.example/a" {
		t.Errorf("previews %+v", c.Link.Page)
	}
	// More text leaves it, another link replaces it, none takes it away.
	c.Typed("https://lake.example/a and more")
	if c.Link == nil {
		t.Error("more text took the preview away")
	}
	c.Typed("https://lake.example/b")
	if c.Link != nil {
		t.Error("another link keeps the preview of the first")
	}
	d.clock.Advance(time.Second)
	d.until("the other preview", func() bool { return c.Link != nil })
	c.Typed("no link")
	rest()
	if c.Link != nil {
		t.Error("the preview stays without its link")
	}
	// The cross takes it away for good.
	c.Typed("https://lake.example/c")
	d.clock.Advance(time.Second)
	d.until("the preview", func() bool { return c.Link != nil })
	c.CancelLink()
	c.Typed("https://lake.example/c!")
	rest()
	if c.Link != nil || len(f.said("look https://lake.example/c")) != 1 {
		t.Errorf("it came back: %v", f.said("look"))
	}
	// What deceives is not looked up.
	for _, s := range []string{"https://bank.example@evil.example/", "https://127.0.0.1/", "http://lake.example/", "https://xn--lke-qla.example/"} {
		c.Typed(s)
		rest()
	}
	if n := len(f.said("look")); n != 3 {
		t.Errorf("looked up %v", f.said("look"))
	}
	// It goes with the message, once.
	c.Typed("so: https://lake.example/d")
	d.clock.Advance(time.Second)
	d.until("the preview", func() bool { return c.Link != nil })
	c.Send()
	if c.Link != nil {
		t.Error("the preview stays in the composer")
	}
	d.idle(c)
	d.until("the message with its preview", func() bool {
		last := c.window[len(c.window)-1]
		return last.ID != 0 && last.Preview != nil && last.Preview.URL == "https://lake.example/d"
	})
}
