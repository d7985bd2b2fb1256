package vm

import (
	"context"
	"slices"
	"strings"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/media/voice"
	"sotto/ui/text"
)

// MaxForward bounds to how many conversations something is forwarded at once.
const MaxForward = 20

// ForwardEngine is what forwarding needs of the engine.
type ForwardEngine interface {
	Conversations(f engine.Filter) []model.Conversation
	Group(conv model.ConversationID) (model.Group, bool)
	Community(conv model.ConversationID) (model.Community, bool)
	MediaOpener
	SendText(ctx context.Context, conv model.ConversationID, draft model.Draft) (model.MessageID, error)
	SendFiles(ctx context.Context, conv model.ConversationID, draft model.Draft, files []engine.File) (model.MessageID, error)
}

// forwarded is a message to be sent on.
type forwarded struct {
	text    string
	message model.MessageID
	files   []ChatFile
}

// Forward is the choice of where texts go. What is forwarded is a new message:
// nothing in it tells where it comes from.
type Forward struct {
	Changed func() // the list or the choice is another one

	desk   Desk
	engine ForwardEngine
	items  []forwarded
	all    []model.Conversation
	text   string
	chosen []model.ConversationID
	errand errands
}

// NewForward begins forwarding texts and files of messages, in their order;
// those without either are left out.
func NewForward(desk Desk, e ForwardEngine, list []*ChatMessage) *Forward {
	f := &Forward{desk: desk, engine: e, Changed: func() {}}
	for _, m := range list {
		if CanForward(m) {
			text := m.Body
			if m.Invite != nil {
				text = m.Invite.URL // who gets it can join with a click as well
			}
			f.items = append(f.items, forwarded{text, m.ID, filesHere(m)})
		}
	}
	Ask(desk, func(context.Context) ([]model.Conversation, error) {
		return slices.DeleteFunc(e.Conversations(engine.Filter{Hidden: true}), func(c model.Conversation) bool { return !f.takes(&c) }), nil
	}, func(all []model.Conversation, _ error) {
		f.all = all
		f.Changed()
	})
	return f
}

// takes reports whether one can write to a conversation, and send it files when
// there are any. It reads the store.
func (f *Forward) takes(c *model.Conversation) bool {
	room := ChatRoom{}
	switch c.Kind {
	case model.KindGroup:
		room.Group, _ = f.engine.Group(c.ID)
	case model.KindCommunity:
		room.Community, _ = f.engine.Community(c.ID)
		files := slices.ContainsFunc(f.items, func(m forwarded) bool { return len(m.files) > 0 })
		if !room.Community.Joined || files && !room.Community.Upload {
			return false
		}
	}
	return !c.Blocked && room.closed(c) == ""
}

// CanForward reports whether a message has anything that can be sent on.
func CanForward(m *ChatMessage) bool {
	return m.Line == LineNone && !m.Deleted && (m.Body != "" || m.Invite != nil && m.Invite.URL != "" || len(filesHere(m)) > 0)
}

// filesHere are the files of a message that can be read.
func filesHere(m *ChatMessage) []ChatFile {
	if m.ID == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(m.Media), func(f ChatFile) bool { return f.State != model.FileHere })
}

// Count is how many messages go to each recipient.
func (f *Forward) Count() int { return len(f.items) }

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
func (f *Forward) Any() bool { return len(f.chosen) > 0 && len(f.items) > 0 }

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
	items := slices.Clone(f.items)
	if comment = strings.TrimSpace(comment); comment != "" {
		items = append(items, forwarded{text: comment})
	}
	to := slices.Clone(f.chosen)
	e, desk, all := f.engine, f.desk, f.all
	f.errand.add(desk.Context(), errand{do: func(ctx context.Context) {
		var went []model.Conversation
		problem := ""
		for _, id := range to {
			if err := sendAll(ctx, e, id, items); err != nil {
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

func sendAll(ctx context.Context, e ForwardEngine, id model.ConversationID, items []forwarded) error {
	for _, item := range items {
		if err := item.send(ctx, e, id); err != nil {
			return err
		}
	}
	return nil
}

// send sends a message on; its files are read out of the profile.
func (m *forwarded) send(ctx context.Context, e ForwardEngine, to model.ConversationID) error {
	draft := model.Draft{Text: m.text}
	if len(m.files) == 0 {
		_, err := e.SendText(ctx, to, draft)
		return err
	}
	var files []engine.File
	for _, f := range m.files {
		in, err := e.OpenAttachment(m.message, f.Index)
		if err != nil {
			return err
		}
		defer in.Close()
		out := engine.File{Name: f.Name, Type: f.Type, Data: in, Original: true}
		if f.Kind == VoiceFile {
			out.Name, out.Voice = text.T("sound.file_name")+".mp3", f.Type == voiceType
			out.Sound = model.Sound{Waveform: f.Bars, Duration: f.Duration}
		}
		files = append(files, out)
	}
	_, err := e.SendFiles(ctx, to, draft, files)
	return err
}

// voiceType is what voice messages are; others are sent on as sound files.
const voiceType = voice.ContentType
