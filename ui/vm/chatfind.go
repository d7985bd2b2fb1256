package vm

import (
	"context"
	"time"

	"sotto/engine/model"
)

// ChatFind is the search in the conversation.
type ChatFind struct {
	Open   bool
	From   FindFrom
	Within FindWithin
	Text   string
	Busy   bool
	Done   bool // Count is that of Text
	hits   []model.Hit
	at     int
}

// FindFrom limits a search to messages of one side.
type FindFrom int

// The sides.
const (
	FromAnyone FindFrom = iota
	FromMe
	FromThem
)

// FindWithin limits a search to the newest days.
type FindWithin int

// The times, in their order.
const (
	AnyTime FindWithin = iota
	Today
	LastWeek
	LastMonth
	LastYear
)

// FindTimes lists the times one can choose from.
var FindTimes = []FindWithin{AnyTime, Today, LastWeek, LastMonth, LastYear}

// since returns the beginning of a time, 0 for any.
func (w FindWithin) since(now time.Time) model.Millis {
	y, m, d := now.Date()
	back := map[FindWithin]time.Time{
		Today: time.Date(y, m, d, 0, 0, 0, 0, now.Location()), LastWeek: time.Date(y, m, d-6, 0, 0, 0, 0, now.Location()),
		LastMonth: time.Date(y, m, d-29, 0, 0, 0, 0, now.Location()), LastYear: time.Date(y-1, m, d+1, 0, 0, 0, 0, now.Location()),
	}
	if t, ok := back[w]; ok {
		return model.Millis(t.UnixMilli())
	}
	return 0
}

// Limit searches again, only for messages of one side and of a time.
func (c *Chat) Limit(from FindFrom, within FindWithin) {
	c.Find.From, c.Find.Within = from, within
	c.FindText(c.Find.Text)
}

func (f *ChatFind) query(conv model.ConversationID, now time.Time) model.Query {
	q := model.Query{Text: f.Text, Conversation: conv, Limit: MaxFound, From: f.Within.since(now)}
	if f.From != FromAnyone {
		mine := f.From == FromMe
		q.Outgoing = &mine
	}
	return q
}

// Count returns how many messages were found; more than MaxFound are not
// counted.
func (f *ChatFind) Count() int { return len(f.hits) }

// At returns the number of the message shown, from 1, newest first.
func (f *ChatFind) At() int {
	if len(f.hits) == 0 {
		return 0
	}
	return f.at + 1
}

// MaxFound bounds what a search in a conversation finds.
const MaxFound = 999

// OpenFind opens the search.
func (c *Chat) OpenFind() {
	c.Find = ChatFind{Open: true}
	c.view.FindChanged()
}

// CloseFind closes it; false when it was closed.
func (c *Chat) CloseFind() bool {
	if !c.Find.Open {
		return false
	}
	c.Find = ChatFind{}
	c.finder++
	c.view.FindChanged()
	c.rebuild(nil)
	return true
}

// FindText searches for a text and shows the newest message that has it. Of
// answers that cross, the newest question's counts.
func (c *Chat) FindText(s string) {
	c.finder++
	c.Find.Text, c.Find.Done = s, false
	if len(searchWords(s)) == 0 {
		c.Find.hits, c.Find.at, c.Find.Busy = nil, 0, false
		c.view.FindChanged()
		c.rebuild(nil)
		return
	}
	if c.Find.Busy {
		return // the answer on its way asks again
	}
	c.Find.Busy = true
	asked := c.finder
	e, q := c.engine, c.Find.query(c.conv, c.clock.Now().Local())
	Ask(c.desk, func(context.Context) ([]model.Hit, error) {
		return e.Search(q)
	}, func(hits []model.Hit, err error) {
		if !c.Find.Open {
			return
		}
		c.Find.Busy = false
		if asked != c.finder {
			c.FindText(c.Find.Text)
			return
		}
		if err != nil {
			c.view.Notice(Sentence(err))
		}
		c.Find.hits, c.Find.at, c.Find.Done = hits, 0, true
		c.view.FindChanged()
		if len(hits) == 0 {
			c.rebuild(nil)
			return
		}
		c.goFound()
	})
}

// FindStep shows the next older (by 1) or newer (by -1) message found, round
// and round.
func (c *Chat) FindStep(by int) {
	n := len(c.Find.hits)
	if n == 0 {
		return
	}
	c.Find.at = (c.Find.at + by + n) % n
	c.view.FindChanged()
	c.goFound()
}

func (c *Chat) goFound() {
	id := c.Find.hits[c.Find.at].Message
	if i := c.index(id); i >= 0 {
		c.rebuild(&ChatPlace{Key: key(c.window[i]), Centre: true})
		return
	}
	c.replace(model.Anchor{Message: id}, func(p page) *ChatPlace {
		if p.anchor < 0 {
			return nil
		}
		return &ChatPlace{Key: key(p.messages[p.anchor]), Centre: true, Fresh: true}
	})
}

// marked is the message that stands out: the one found, or the one chosen with
// the keyboard.
func (c *Chat) marked() model.MessageID {
	if c.Find.Open && len(c.Find.hits) > 0 {
		return c.Find.hits[c.Find.at].Message
	}
	return c.cursor
}

// MoveCursor chooses a message with the keyboard: the next one (by 1), the one
// before, or the last one in view when none is chosen. It returns its item, -1
// for none.
func (c *Chat) MoveCursor(by int) int {
	at := -1
	for i, it := range c.Items {
		if it.Message != nil && it.Message.ID != 0 && it.Message.ID == c.cursor {
			at = i
		}
	}
	step := 1
	if by < 0 {
		step = -1
	}
	if at < 0 {
		at, step = min(c.last, len(c.Items)-1)+1, -1
		by = -1
	}
	found := -1
	for i, left := at+step, max(by, -by); i >= 0 && i < len(c.Items) && left > 0; i += step {
		if m := c.Items[i].Message; m != nil && m.ID != 0 {
			found = i
			left--
		}
	}
	if found < 0 {
		return -1
	}
	c.cursor = c.Items[found].Message.ID
	c.rebuild(nil)
	return found
}

// Chosen returns the message chosen with the keyboard, nil for none.
func (c *Chat) Chosen() *ChatMessage {
	if c.cursor == 0 {
		return nil
	}
	if i := c.index(c.cursor); i >= 0 {
		return c.window[i]
	}
	return nil
}

// Choose chooses a message as MoveCursor does; 0 is none.
func (c *Chat) Choose(id model.MessageID) {
	if c.cursor != id {
		c.cursor = id
		c.rebuild(nil)
	}
}
