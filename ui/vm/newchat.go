package vm

import (
	"context"
	"strings"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/text"
)

// BeginEngine is what a new conversation needs of the engine.
type BeginEngine interface {
	StartConversation(ctx context.Context, id model.ID) (model.ConversationID, error)
	ResolveName(ctx context.Context, ons string) (model.ID, error)
	Contacts() []model.Conversation
}

// Beginning begins a conversation with somebody known, by Session ID, by name or
// by the picture of a QR code.
type Beginning struct {
	Changed func() // on the interface's goroutine
	Opened  func(model.ConversationID)
	// Community is told an address of a community.
	Community func(url string)

	Text    string
	Busy    bool   // a name is being looked up
	Problem string // what is wrong with Text, once Go was tried
	Hint    string // what Text is taken for: "Looks up the name on the network"

	people  []model.Conversation
	desk    Desk
	engine  BeginEngine
	request int // the look-up whose answer counts
	cancel  context.CancelFunc
}

// NewBeginning makes the view-model and reads the contacts.
func NewBeginning(desk Desk, e BeginEngine) *Beginning {
	n := &Beginning{desk: desk, engine: e, Changed: func() {}, Opened: func(model.ConversationID) {}, Community: func(string) {}}
	Ask(desk, func(context.Context) ([]model.Conversation, error) { return e.Contacts(), nil },
		func(all []model.Conversation, _ error) {
			n.people = all
			n.Changed()
		})
	return n
}

// SetText takes what is typed. A look-up under way is dropped.
func (n *Beginning) SetText(s string) {
	if s == n.Text {
		return
	}
	n.Text, n.Problem, n.Hint = s, "", ""
	n.stop()
	if r, err := engine.ParseRecipient(s); err == nil && r.ONSName != "" && len(n.People()) == 0 {
		n.Hint = text.T("newchat.hint_name")
	}
	n.Changed()
}

// People returns the contacts whose name has the typed text in it, by name.
func (n *Beginning) People() []model.Conversation {
	typed := strings.ToLower(strings.TrimSpace(n.Text))
	var out []model.Conversation
	for _, c := range n.people {
		if typed == "" || strings.Contains(strings.ToLower(c.Name), typed) ||
			strings.Contains(strings.ToLower(c.Nickname), typed) || string(c.ID) == typed {
			out = append(out, c)
		}
	}
	return out
}

// All returns all contacts, by name.
func (n *Beginning) All() []model.Conversation { return n.people }

// Known reports whether there is any contact at all.
func (n *Beginning) Known() bool { return len(n.people) > 0 }

// Open opens the conversation with a contact.
func (n *Beginning) Open(id model.ConversationID) { n.Opened(id) }

// Go takes the typed text as a recipient.
func (n *Beginning) Go() {
	if n.Busy || strings.TrimSpace(n.Text) == "" {
		return
	}
	r, err := engine.ParseRecipient(n.Text)
	switch {
	case err != nil:
		n.fail(sentenceIn("newchat", err))
	case r.CommunityURL != "":
		n.Community(r.CommunityURL)
	case r.ONSName != "":
		n.lookUp(r.ONSName)
	default:
		n.begin(r.ID)
	}
}

// Use takes the text of a QR code.
func (n *Beginning) Use(code string) {
	n.stop()
	n.Text = strings.TrimSpace(code)
	n.Problem, n.Hint = "", ""
	if r, err := engine.ParseRecipient(code); err != nil || r.ONSName != "" {
		// A code with words in it is not a name somebody typed.
		n.fail(text.T("newchat.no_id_in_code"))
		return
	}
	n.Go()
}

// Fail shows why a picture could not be used.
func (n *Beginning) Fail(problem string) { n.fail(problem) }

func (n *Beginning) fail(problem string) {
	n.Problem, n.Hint = problem, ""
	n.Changed()
}

// lookUp asks the network for a name. Typing on, or closing, drops the answer.
func (n *Beginning) lookUp(name string) {
	n.stop()
	ctx, cancel := context.WithCancel(n.desk.Context())
	n.cancel = cancel
	n.Busy, n.Hint = true, text.T("newchat.looking")
	n.request++
	request := n.request
	n.Changed()
	Ask(n.desk, func(context.Context) (model.ID, error) { return n.engine.ResolveName(ctx, name) },
		func(id model.ID, err error) {
			if request != n.request {
				return
			}
			n.stop()
			if err != nil {
				n.fail(sentenceIn("newchat.name", err))
				return
			}
			n.begin(id)
		})
}

func (n *Beginning) stop() {
	n.request++
	n.Busy = false
	if n.cancel != nil {
		n.cancel()
		n.cancel = nil
	}
}

func (n *Beginning) begin(id model.ID) {
	Ask(n.desk, func(ctx context.Context) (model.ConversationID, error) { return n.engine.StartConversation(ctx, id) },
		func(conv model.ConversationID, err error) {
			if err != nil {
				n.fail(sentenceIn("newchat", err))
				return
			}
			n.Opened(conv)
		})
}
