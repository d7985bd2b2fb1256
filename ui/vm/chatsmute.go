package vm

import (
	"context"
	"time"

	"sotto/engine/model"
	"sotto/ui/text"
)

// Notify is a choice of what a conversation says when something comes in.
type Notify struct {
	Label string
	On    bool // in force
	Kept  bool // says how it is; choosing it changes nothing
	mode  model.NotifyMode
	quiet time.Duration // negative: until changed
}

// Silent reports whether nothing is told while this is chosen.
func (n Notify) Silent() bool { return n.Kept || n.quiet != 0 }

// silences are the lengths that can be chosen, with their keys.
var silences = []struct {
	key   string
	quiet time.Duration
}{
	{"chats.mute.hour", time.Hour}, {"chats.mute.8_hours", 8 * time.Hour}, {"chats.mute.day", 24 * time.Hour},
	{"chats.mute.week", 7 * 24 * time.Hour}, {"chats.mute.always", -1},
}

// Notifies lists the choices for a conversation: all, mentions only where there
// are others to mention somebody, and silence for a while. A silence that ends
// by itself stands first.
func (c *Chats) Notifies(id model.ConversationID) []Notify {
	r, ok := c.record(id)
	if !ok {
		return nil
	}
	now := model.Millis(c.clock.Now().UnixMilli())
	quiet := muted(&r, now)
	var out []Notify
	if r.MutedUntil > now && r.MutedUntil != model.MuteForever {
		until := localTime(r.MutedUntil)
		out = append(out, Notify{Label: text.F("chats.mute.until", "time", listTimeAhead(until, c.clock.Now().Local())), On: true, Kept: true})
	}
	out = append(out, Notify{Label: text.T("chats.mute.all"), On: !quiet && r.Notify == model.NotifyAll})
	if r.Kind == model.KindGroup || r.Kind == model.KindCommunity {
		out = append(out, Notify{Label: text.T("chats.mute.mentions"), On: !quiet && r.Notify == model.NotifyMentions, mode: model.NotifyMentions})
	}
	for _, s := range silences {
		on := s.quiet < 0 && (r.MutedUntil == model.MuteForever || r.Notify == model.NotifyNone)
		out = append(out, Notify{Label: text.T(s.key), On: on, quiet: s.quiet})
	}
	return out
}

// listTimeAhead is a time that is still to come: 14:32, or Tue 14:32.
func listTimeAhead(t, now time.Time) string {
	if daysBetween(now, t) == 0 {
		return clockText(t)
	}
	return text.F("chat.day_and_time", "day", dateText(t, now, "chat.month_short."), "time", clockText(t))
}

// SetNotify takes a choice of Notifies.
func (c *Chats) SetNotify(id model.ConversationID, n Notify) {
	c.do(func(ctx context.Context) error {
		until := model.Millis(0)
		switch {
		case n.quiet < 0:
			until = model.MuteForever
		case n.quiet > 0:
			until = c.engine.Now() + model.Millis(n.quiet.Milliseconds())
		}
		if err := c.engine.SetMuted(ctx, id, until); err != nil || n.quiet != 0 {
			return err
		}
		return c.engine.SetNotify(ctx, id, n.mode)
	})
}

// waitForSounds shows the rows anew when the next silence ends. What ends on
// another day waits for dayAfter.
func (c *Chats) waitForSounds() {
	now := model.Millis(c.clock.Now().UnixMilli())
	var next model.Millis
	for i := range c.records {
		if until := c.records[i].MutedUntil; until > now && until != model.MuteForever && (next == 0 || until < next) {
			next = until
		}
	}
	const day = 24 * 60 * 60 * 1000
	if next == 0 || next == c.unmutes || next-now > day {
		return
	}
	c.unmutes = next
	chatAfter(c.desk, c.clock, time.Duration(next-now)*time.Millisecond+time.Second, func() {
		if c.unmutes == next {
			c.unmutes = 0
			c.takeAll(c.records)
		}
	})
}

// record returns what is known of a conversation in the list, or of one that a
// search has found.
func (c *Chats) record(id model.ConversationID) (model.Conversation, bool) {
	if i, ok := c.places[id]; ok {
		return c.records[i], true
	}
	if c.Results != nil {
		for _, r := range c.Results.found {
			if r.ID == id {
				return r, true
			}
		}
	}
	return model.Conversation{}, false
}

// Names returns what somebody calls themselves, and what the user calls them.
func (c *Chats) Names(id model.ConversationID) (name, nickname string) {
	r, _ := c.record(id)
	return r.Name, r.Nickname
}
