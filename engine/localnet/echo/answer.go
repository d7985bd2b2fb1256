package echo

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/seal"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
)

// Greeting is the first thing that Echo says to somebody.
const Greeting = "Hello! I am Echo, a test account of this local network. " +
	"I answer what you write with the same words, and voice messages and files with the same file. " +
	"Write \"help\" to see what else I do."

// Help is the answer to "help".
const Help = "quote: I answer with a quote of your message\n" +
	"react: I react to your message\n" +
	"unreact: I react and take it back\n" +
	"unsend: I write something and delete it for both of us\n" +
	"time: what time it is on this network\n" +
	"help: this list\n" +
	"Anything else comes back to you."

// Emoji is what Echo reacts with.
const Emoji = "👍"

const (
	day       = 24 * time.Hour
	ttl       = 14 * day
	ttlTyping = 20 * time.Second
)

// answer deals with one message. typed says that Echo began to type and has
// still to stop.
func (e *Echo) answer(ctx context.Context, l letter) (typed bool, err error) {
	data := l.Content.DataMessage
	if l.Content.Kind() != wire.KindData || data.GroupUpdateMessage != nil {
		return false, nil
	}
	if err := e.greet(ctx, l); err != nil {
		return false, err
	}
	if data.Reaction != nil || data.TimerUpdate() || data.Empty() {
		return false, nil
	}
	if err := e.send(ctx, l.Sender, wire.NewReadReceipt([]uint64{l.Timestamp}), ttl); err != nil {
		return false, err
	}
	if err := e.typing(ctx, l.Sender, wire.TypingStarted); err != nil {
		return false, err
	}
	sleep(ctx, typingPause)
	return true, e.reply(ctx, l)
}

// greet accepts somebody's first message.
func (e *Echo) greet(ctx context.Context, l letter) error {
	known, err := e.knows(l.Sender)
	if err != nil || known {
		return err
	}
	if err := e.send(ctx, l.Sender, wire.NewApproval(e.lokiProfile(), nil), ttl); err != nil {
		return err
	}
	if err := e.say(ctx, l, &wire.DataMessage{Body: wire.Some(Greeting)}); err != nil {
		return err
	}
	return e.befriend(l.Sender)
}

func (e *Echo) reply(ctx context.Context, l letter) error {
	data := l.Content.DataMessage
	if len(data.Attachments) > 0 {
		files, err := e.returnFiles(ctx, data.Attachments)
		if err != nil {
			return e.say(ctx, l, &wire.DataMessage{Body: wire.Some("I could not open that file.")})
		}
		return e.say(ctx, l, &wire.DataMessage{Body: data.Body, Attachments: files})
	}
	author := l.Sender.String()
	switch strings.ToLower(strings.TrimSpace(data.Body.Value)) {
	case "help":
		return e.say(ctx, l, &wire.DataMessage{Body: wire.Some(Help)})
	case "time":
		now := time.UnixMilli(e.net.now()).UTC().Format("2006-01-02 15:04:05 UTC")
		return e.say(ctx, l, &wire.DataMessage{Body: wire.Some(now)})
	case "quote":
		return e.say(ctx, l, &wire.DataMessage{
			Body:  data.Body,
			Quote: &wire.Quote{ID: wire.Some(l.Timestamp), Author: wire.Some(author)},
		})
	case "react":
		return e.react(ctx, l, wire.React)
	case "unreact":
		if err := e.react(ctx, l, wire.React); err != nil {
			return err
		}
		sleep(ctx, 2*typingPause)
		return e.react(ctx, l, wire.Remove)
	case "unsend":
		return e.unsend(ctx, l)
	}
	return e.say(ctx, l, &wire.DataMessage{Body: data.Body, Preview: nil})
}

func (e *Echo) react(ctx context.Context, l letter, action wire.ReactionAction) error {
	c := wire.NewReaction(l.Sender.String(), l.Timestamp, Emoji, action)
	c.DataMessage.Profile = e.lokiProfile()
	return e.send(ctx, l.Sender, c, ttl)
}

// unsend writes a message and takes it back.
func (e *Echo) unsend(ctx context.Context, l letter) error {
	at := e.net.stamp()
	data := &wire.DataMessage{Body: wire.Some("This will be gone in a moment."), Profile: e.lokiProfile()}
	if err := e.sendAt(ctx, l.Sender, &wire.Content{DataMessage: data}, at, ttl); err != nil {
		return err
	}
	sleep(ctx, 4*typingPause)
	return e.send(ctx, l.Sender, wire.NewUnsend(e.id.String(), at), ttl)
}

// say sends a DataMessage that disappears as the one it answers does.
func (e *Echo) say(ctx context.Context, l letter, data *wire.DataMessage) error {
	data.Profile = e.lokiProfile()
	c := &wire.Content{DataMessage: data}
	mode, seconds := l.Content.ExpirationType.Value, l.Content.ExpirationTimer.Value
	life := ttl
	if seconds == 0 {
		mode = wire.ExpirationUnknown
	}
	if timer := time.Duration(seconds) * time.Second; mode == wire.DeleteAfterSend {
		life = min(max(timer, 10*time.Second), ttl)
	}
	if mode == wire.ExpirationUnknown {
		seconds = 0
	}
	return e.send(ctx, l.Sender, c.Expire(mode, seconds), life)
}

func (e *Echo) typing(ctx context.Context, to identity.ID, action wire.TypingAction) error {
	at := e.net.stamp()
	return e.sendAt(ctx, to, wire.NewTyping(action, at), at, ttlTyping)
}

func (e *Echo) lokiProfile() *wire.LokiProfile {
	return &wire.LokiProfile{DisplayName: wire.Some(Name), LastProfileUpdateSeconds: wire.Some(e.profile)}
}

func (e *Echo) send(ctx context.Context, to identity.ID, c *wire.Content, life time.Duration) error {
	return e.sendAt(ctx, to, c, e.net.stamp(), life)
}

// sendAt closes a message and stores it in the recipient's swarm. Every attempt
// has the same bytes, so that a lost answer makes no second message.
func (e *Echo) sendAt(ctx context.Context, to identity.ID, c *wire.Content, at uint64, life time.Duration) error {
	data, err := seal.CloseContent(e.me, to, c.Stamp(at), seal.Options{Rand: rand.Reader})
	if err != nil {
		return fmt.Errorf("echo: close message: %w", err)
	}
	body, _, err := e.net.member(ctx, to, func() (snode.Request, error) {
		r := &snode.StoreRequest{Timestamp: int64(at), TTL: life.Milliseconds(), Data: data}
		r.Pubkey = to
		return r, nil
	})
	if err != nil {
		return fmt.Errorf("echo: store message: %w", err)
	}
	a, err := snode.DecodeStore(body)
	if err != nil {
		return fmt.Errorf("echo: store message: %w", err)
	}
	e.net.sawTime(a.T)
	return nil
}
