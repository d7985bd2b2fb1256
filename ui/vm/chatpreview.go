package vm

import (
	"context"
	"regexp"
	"strings"
	"time"

	"sotto/engine/model"
)

// ChatLink is the preview of a link in the composer, which goes with it.
type ChatLink struct {
	Page *model.PagePreview
	Host string
}

var webLinks = regexp.MustCompile(`(?i)\bhttps://[^\s<>"]+`)

// firstLink is the first link of a text that can be previewed: one that leads
// where it says.
func firstLink(s string) string {
	const most = 8
	if !strings.Contains(s, "://") {
		return ""
	}
	for _, link := range webLinks.FindAllString(s, most) {
		link = strings.TrimRight(link, `.,;:!?)]}'`)
		if l, ok := LookAtLink(link); ok && l.Warning == "" {
			return link
		}
	}
	return ""
}

// lookForLink looks up the first link in the composer once it has stood there
// for a moment, if the user wants previews at all: half an address leads nowhere
// that anybody wants to ask.
func (c *Chat) lookForLink() {
	k := &c.composer
	address := ""
	if c.setting.LinkPreviews {
		address = firstLink(k.text)
	}
	if address == k.link {
		return
	}
	shown := c.Link != nil
	c.forgetLink()
	if shown {
		c.view.ComposerChanged(nil)
	}
	if k.link = address; address == "" || k.refused[address] {
		return
	}
	const calm = 800 * time.Millisecond
	k.linkWait = chatAfter(c.desk, c.clock, calm, func() {
		k.linkWait = nil
		c.lookUp(address)
	})
}

func (c *Chat) lookUp(address string) {
	e := c.engine
	Ask(c.desk, func(ctx context.Context) (*model.PagePreview, error) { return e.LookUpLink(ctx, address) }, func(p *model.PagePreview, err error) {
		l, ok := LookAtLink(address)
		// A page that cannot be asked has no preview; the link goes all the same.
		if err != nil || !ok || c.composer.link != address || c.composer.refused[address] {
			return
		}
		c.Link = &ChatLink{Page: p, Host: l.Host}
		c.view.ComposerChanged(nil)
	})
}

// forgetLink drops the preview, and what is being looked up for one.
func (c *Chat) forgetLink() {
	k := &c.composer
	if k.linkWait != nil {
		k.linkWait()
		k.linkWait = nil
	}
	c.Link, k.link = nil, ""
}

// CancelLink takes the preview away; the link stays in the text, and is not
// looked up again in this conversation.
func (c *Chat) CancelLink() {
	k := &c.composer
	if c.Link == nil {
		return
	}
	if k.refused == nil {
		k.refused = make(map[string]bool)
	}
	k.refused[k.link] = true
	c.Link = nil
	c.view.ComposerChanged(nil)
}
