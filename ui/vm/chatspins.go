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
	c.moves++
	c.moved = c.moved[:0]
	for i := range n {
		c.moved = append(c.moved, c.list[i].ID)
	}
	c.view.ListChanged()
	return true
}

// asMoved brings the pinned rows of a list that was read before their new order
// was stored into that order.
func (c *Chats) asMoved(list []model.Conversation) {
	if len(c.moved) == 0 {
		return
	}
	place := make(map[model.ConversationID]int, len(c.moved))
	for i, id := range c.moved {
		place[id] = i
	}
	var at []int
	var rows []model.Conversation
	for i := range list {
		if _, ok := place[list[i].ID]; ok && list[i].Pinned != 0 {
			at, rows = append(at, i), append(rows, list[i])
		}
	}
	slices.SortFunc(rows, func(a, b model.Conversation) int { return place[a.ID] - place[b.ID] })
	for i := range rows {
		list[at[i]] = rows[i]
	}
}

// KeepPins stores the order of the pinned rows. Pinned conversations that the
// filter leaves out keep their places between them. The rows stay as they were
// moved until a list read after that arrives, with the order that was stored or,
// when it could not be, the one before.
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
	moves := c.moves
	c.desk.Do(func(ctx context.Context) error { return c.engine.SetPinOrder(ctx, order) }, func(err error) {
		if err != nil {
			c.view.Notice(Sentence(err))
		}
		c.stored, c.all = moves, true
		c.read()
	})
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
