package vm

import (
	"context"
	"slices"

	"sotto/engine/model"
)

// FindAt opens the search in the conversation with a text that was searched for
// elsewhere, at the message that was found there.
func (c *Chat) FindAt(s string, id model.MessageID) {
	c.finder++
	asked := c.finder
	c.Find = ChatFind{Open: true, Text: s, Busy: true}
	c.view.FindChanged()
	e, conv := c.engine, c.conv
	Ask(c.desk, func(context.Context) ([]model.Hit, error) {
		return e.Search(model.Query{Text: s, Conversation: conv, Limit: MaxFound})
	}, func(hits []model.Hit, err error) {
		if !c.Find.Open {
			return
		}
		c.Find.Busy = false
		if asked != c.finder {
			c.FindText(c.Find.Text)
			return
		}
		at := slices.IndexFunc(hits, func(h model.Hit) bool { return h.Message == id })
		if err != nil || at < 0 {
			c.CloseFind() // too many to count: the message itself stands out for a moment
			return
		}
		c.Find.hits, c.Find.at, c.Find.Done = hits, at, true
		c.view.FindChanged()
		if c.loaded {
			c.rebuild(nil)
		}
	})
}
