package vm

import (
	"context"
	"slices"

	"sotto/engine/model"
)

// Pinned returns how many rows at the top are pinned.
func (c *Chats) Pinned() int {
	n := 0
	for n < len(c.list) && c.list[n].Pinned != 0 {
		n++
	}
	return n
}

// MovePin shows a pinned row at another place among them; KeepPins stores that.
// False: it is there, or is not pinned.
func (c *Chats) MovePin(id model.ConversationID, to int) bool {
	n := c.Pinned()
	from, ok := c.index[id]
	to = min(max(to, 0), n-1)
	if !ok || from >= n || from == to {
		return false
	}
	moved := c.list[from]
	c.list = slices.Insert(slices.Delete(c.list, from, from+1), to, moved)
	for i := range c.list {
		c.index[c.list[i].ID] = i
	}
	c.view.ListChanged()
	return true
}

// KeepPins stores the order of the pinned rows. Pinned conversations that the
// filter leaves out keep their places between them.
func (c *Chats) KeepPins() {
	shown := make(map[model.ConversationID]bool)
	var rows []model.ConversationID
	for i := range c.Pinned() {
		shown[c.list[i].ID] = true
		rows = append(rows, c.list[i].ID)
	}
	order := c.pinOrder()
	for i, id := range order {
		if shown[id] && len(rows) > 0 {
			order[i], rows = rows[0], rows[1:]
		}
	}
	c.do(func(ctx context.Context) error { return c.engine.SetPinOrder(ctx, order) })
}

// pinOrder is the order of all that are pinned.
func (c *Chats) pinOrder() []model.ConversationID {
	var order []model.ConversationID
	for i := range c.records {
		if c.records[i].Pinned != 0 {
			order = append(order, c.records[i].ID)
		}
	}
	return order
}

// Place remembers where among the pinned a conversation is; back pins it there
// again, when what unpins it is undone.
func (c *Chats) Place(id model.ConversationID) (back func()) {
	if r, ok := c.record(id); !ok || r.Pinned == 0 {
		return func() {}
	}
	order := c.pinOrder()
	return func() {
		there := slices.DeleteFunc(order, func(other model.ConversationID) bool {
			r, _ := c.record(other)
			return other != id && r.Pinned == 0
		})
		c.do(func(ctx context.Context) error { return c.engine.SetPinOrder(ctx, there) })
	}
}
