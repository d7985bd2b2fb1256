package vm

import (
	"context"
	"slices"
	"strings"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/text"
)

// MaxForward bounds to how many conversations something is forwarded at once.
const MaxForward = 20

// ForwardEngine is what forwarding needs of the engine.
type ForwardEngine interface {
	Conversations(f engine.Filter) []model.Conversation
	SendText(ctx context.Context, conv model.ConversationID, draft model.Draft) (model.MessageID, error)
}

// Forward is the choice of where texts go. What is forwarded is a new message:
// nothing in it tells where it comes from.
type Forward struct {
	Changed func() // the list or the choice is another one

	desk   Desk
	engine ForwardEngine
	texts  []string
	all    []model.Conversation
	text   string
	chosen []model.ConversationID
	errand errands
}

// NewForward begins forwarding the texts of messages, in their order; those
// without text are left out.
func NewForward(desk Desk, e ForwardEngine, list []*ChatMessage) *Forward {
	f := &Forward{desk: desk, engine: e, Changed: func() {}}
	for _, m := range list {
		if CanForward(m) {
			f.texts = append(f.texts, m.Body)
		}
	}
	Ask(desk, func(context.Context) ([]model.Conversation, error) {
		return e.Conversations(engine.Filter{Hidden: true}), nil
	}, func(all []model.Conversation, _ error) {
		f.all = slices.DeleteFunc(all, func(c model.Conversation) bool {
			return c.Blocked || c.Kind != model.KindContact && c.Kind != model.KindSelf
		})
		f.Changed()
	})
	return f
}

// CanForward reports whether a message has anything that can be sent on.
func CanForward(m *ChatMessage) bool { return m.Line == LineNone && !m.Deleted && m.Body != "" }

// Count is how many messages go to each recipient.
func (f *Forward) Count() int { return len(f.texts) }

// Search shows only conversations with a text in their name.
func (f *Forward) Search(s string) {
	f.text = strings.ToLower(strings.TrimSpace(s))
	f.Changed()
}

// List returns the conversations to choose from, the newest first.
func (f *Forward) List() []model.Conversation {
	var out []model.Conversation
	for _, c := range f.all {
		if f.text == "" || strings.Contains(strings.ToLower(ForwardTitle(c)), f.text) ||
			strings.Contains(strings.ToLower(c.Name), f.text) || string(c.ID) == f.text {
			out = append(out, c)
		}
	}
	return out
}

// ForwardTitle is the name of a conversation in the list.
func ForwardTitle(c model.Conversation) string {
	if c.Kind == model.KindSelf {
		return text.T("chat.self")
	}
	return c.Title()
}

// Chosen reports whether a conversation is chosen.
func (f *Forward) Chosen(id model.ConversationID) bool { return slices.Contains(f.chosen, id) }

// Any reports whether there is somebody to send to.
func (f *Forward) Any() bool { return len(f.chosen) > 0 && len(f.texts) > 0 }

// Toggle chooses a conversation, or no longer; at most MaxForward.
func (f *Forward) Toggle(id model.ConversationID) {
	if i := slices.Index(f.chosen, id); i >= 0 {
		f.chosen = slices.Delete(f.chosen, i, i+1)
	} else if len(f.chosen) < MaxForward {
		f.chosen = append(f.chosen, id)
	}
	f.Changed()
}

// Send sends the texts to all that were chosen, and comment, if there is any,
// behind them. done gets whom they went to and what went wrong; it is dropped
// when the screen was left, the sending is not.
func (f *Forward) Send(comment string, done func(to []model.Conversation, problem string)) {
	texts := slices.Clone(f.texts)
	if comment = strings.TrimSpace(comment); comment != "" {
		texts = append(texts, comment)
	}
	to := slices.Clone(f.chosen)
	e, desk, all := f.engine, f.desk, f.all
	f.errand.add(desk.Context(), errand{do: func(ctx context.Context) {
		var went []model.Conversation
		problem := ""
		for _, id := range to {
			if err := sendAll(ctx, e, id, texts); err != nil {
				problem = sentenceIn("chat.send", err)
				continue
			}
			if i := slices.IndexFunc(all, func(c model.Conversation) bool { return c.ID == id }); i >= 0 {
				went = append(went, all[i])
			}
		}
		desk.Post(func() { done(went, problem) })
	}})
}

func sendAll(ctx context.Context, e ForwardEngine, id model.ConversationID, texts []string) error {
	for _, s := range texts {
		if _, err := e.SendText(ctx, id, model.Draft{Text: s}); err != nil {
			return err
		}
	}
	return nil
}
