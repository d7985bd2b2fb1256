package vm

import (
	"strconv"
	"time"

	"sotto/engine/model"
	"sotto/ui/text"
)

// ChatItemKind is what a row of a conversation is.
type ChatItemKind int

// The kinds of rows.
const (
	ItemMessage ChatItemKind = iota
	ItemLine
	ItemDay
	ItemUnread
	ItemTyping
)

// ChatItem is a row of a conversation. Items are comparable: an equal one looks
// the same, but for its place.
type ChatItem struct {
	Key     string // identifies the row across changes
	Kind    ChatItemKind
	Text    string       // of a day or unread line
	Message *ChatMessage // of a message or line

	First, Last bool // of a group of messages
	Marked      bool // found by a search, or chosen with the keyboard
	Flash       bool // just jumped to
	TimerLeft   int  // sixteenths of the life that is left
	Picking     bool // messages are being picked
	Picked      bool // this one is
	Follow      bool // of a timer line: the setting of the other side can be taken over
}

// Groups: messages of one sender within five minutes of one another.
const groupWithin model.Millis = 5 * 60 * 1000

// timerSteps is how finely a running timer is shown.
const timerSteps = 16

// items makes the rows from the messages in memory.
func (c *Chat) items() []ChatItem {
	now := c.clock.Now().Local()
	network := c.engine.Now()
	out := make([]ChatItem, 0, len(c.window)+8)
	day := -1
	var before *ChatMessage // the bubble above, nil after a line
	last := -1              // its item
	follow := c.followable()
	for _, m := range c.shown() {
		if m.day != day {
			day = m.day
			out = append(out, ChatItem{Key: "d" + key(m), Kind: ItemDay, Text: dayText(localTime(m.sent), now)})
			before = nil
		}
		if c.newFrom != 0 && m.ID == c.newFrom {
			out = append(out, ChatItem{Key: "u", Kind: ItemUnread, Text: text.T("chat.new_messages")})
			before = nil
		}
		item := ChatItem{
			Key: key(m), Kind: ItemMessage, Message: m, First: true, Last: true,
			Marked: m.ID != 0 && m.ID == c.marked(), Flash: m.ID != 0 && m.ID == c.flash,
			TimerLeft: timerLeft(m, network), Picking: c.picks.on, Picked: c.picks.list[m.ID] != nil,
		}
		if m.Line != LineNone {
			item.Kind, item.Follow = ItemLine, m == follow
			out = append(out, item)
			before = nil
			continue
		}
		if before != nil && before.SenderID == m.SenderID && m.sent-before.sent < groupWithin {
			out[last].Last = false
			item.First = false
		}
		out = append(out, item)
		before, last = m, len(out)-1
	}
	if c.typing && !c.moreAfter {
		out = append(out, ChatItem{Key: "t", Kind: ItemTyping, First: before == nil || before.Outgoing})
	}
	return out
}

func key(m *ChatMessage) string {
	if m.ID == 0 {
		return "p" + strconv.FormatInt(int64(m.sent), 10)
	}
	return strconv.FormatUint(uint64(m.ID), 10)
}

// timerLeft is the share of a message's life that is left, in sixteenths.
func timerLeft(m *ChatMessage, now model.Millis) int {
	if !m.Timed || m.End == 0 || m.End <= m.Start {
		return timerSteps
	}
	left := (m.End - now) * timerSteps
	life := m.End - m.Start
	return int(min(max((left+life-1)/life, 0), timerSteps))
}

// nextStep is when the first ring among the messages has to move, or never.
func (c *Chat) nextStep(now model.Millis) (in time.Duration, ok bool) {
	var first model.Millis
	for _, m := range c.window {
		if !m.Timed || m.End == 0 || m.Start == 0 || m.End <= now {
			continue
		}
		step := max((m.End-m.Start)/timerSteps, 5000)
		next := m.Start + ((now-m.Start)/step+1)*step
		if first == 0 || next < first {
			first = next
		}
	}
	return time.Duration(first-now) * time.Millisecond, first != 0
}
