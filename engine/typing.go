package engine

import (
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
)

// Times of typing notices (protocol/messages.md §7.3).
const (
	typingAgain  = 10 * time.Second // STARTED is repeated after this
	typingPause  = 10 * time.Second // STOPPED follows a pause of this length
	typingShown  = 15 * time.Second // a STARTED counts this long
	typingTTL    = 20 * 1000        // ms in the swarm
	typingTooOld = model.Millis(typingShown / time.Millisecond)
)

// typing knows who writes: contacts, by conversation, and the user.
type typing struct {
	others map[model.ConversationID]time.Time // until when it is shown
	own    map[model.ConversationID]*ownTyping
}

type ownTyping struct {
	told time.Time // when STARTED was last sent
	key  time.Time // when Typing was last called
}

// Typing tells that the user types in a conversation (call it for each change
// of the text), or has stopped. Whether the contact is told depends on settings
// and approval; sending a message stops it too. It never blocks.
func (e *Engine) Typing(conv model.ConversationID, active bool) {
	e.inbox.put(func() { e.core.ownTyping(conv, active) })
}

// IsTyping reports whether the contact is typing.
func (e *Engine) IsTyping(conv model.ConversationID) bool {
	set := e.core.view.typing.Load()
	if set == nil {
		return false
	}
	_, ok := (*set)[conv]
	return ok
}

func (c *core) ownTyping(conv model.ConversationID, active bool) {
	now := c.clock.Now()
	own := c.typing.own[conv]
	switch {
	case !active && own == nil:
	case !active:
		delete(c.typing.own, conv)
		c.sendTyping(conv, wire.TypingStopped)
	case own != nil && now.Sub(own.told) < typingAgain:
		own.key = now
	default:
		if c.typing.own == nil {
			c.typing.own = make(map[model.ConversationID]*ownTyping)
		}
		c.typing.own[conv] = &ownTyping{told: now, key: now}
		c.sendTyping(conv, wire.TypingStarted)
	}
}

// sendTyping sends a notice around the outbox: it is worth nothing a moment
// later, so it is neither stored nor repeated.
func (c *core) sendTyping(conv model.ConversationID, action wire.TypingAction) {
	to, err := recipient(conv)
	if err != nil || to == c.me {
		return
	}
	var data []byte
	err = c.update(func(w *work) error {
		record := w.find(conv)
		if record == nil || !record.Approved || record.Blocked || !w.setting().TypingIndicators {
			return nil
		}
		sent, err := w.stamp()
		if err != nil {
			return err
		}
		data, err = w.sealFor(to, wire.NewTyping(action, uint64(sent)))
		return err
	})
	if err != nil {
		c.storeFailed("prepare a typing notice", err)
		return
	}
	if data == nil {
		return
	}
	c.spawn(func() {
		_, err := c.net.ask(c.ctx, to, nil, func(now int64) (snode.Request, error) {
			r := &snode.StoreRequest{Timestamp: now, TTL: typingTTL, Data: data}
			r.Pubkey = to
			return r, nil
		})
		if err != nil && c.ctx.Err() == nil {
			c.log.Debug("typing notice lost", "err", err)
		}
	})
}

// stopTyping ends what has lasted too long, on both sides.
func (c *core) stopTyping(now time.Time) {
	for conv, own := range c.typing.own {
		if now.Sub(own.key) >= typingPause {
			c.ownTyping(conv, false)
		}
	}
	for conv, until := range c.typing.others {
		if !until.After(now) {
			c.setTyping(conv, time.Time{})
		}
	}
}

// setTyping shows a contact as typing until a time; the zero time ends it.
func (c *core) setTyping(conv model.ConversationID, until time.Time) {
	_, was := c.typing.others[conv]
	if until.IsZero() && !was {
		return
	}
	if c.typing.others == nil {
		c.typing.others = make(map[model.ConversationID]time.Time)
	}
	if until.IsZero() {
		delete(c.typing.others, conv)
	} else {
		c.typing.others[conv] = until
	}
	if was == !until.IsZero() {
		return
	}
	set := make(map[model.ConversationID]struct{}, len(c.typing.others))
	for id := range c.typing.others {
		set[id] = struct{}{}
	}
	c.view.typing.Store(&set)
	c.hub.emit(TypingChanged{conv})
}

// due returns when a notice of either side ends by itself.
func (t *typing) due() time.Time {
	var first time.Time
	for _, own := range t.own {
		first = earliest(first, own.key.Add(typingPause))
	}
	for _, until := range t.others {
		first = earliest(first, until)
	}
	return first
}
