package vm

import (
	"context"
	"strings"

	"sotto/engine"
	"sotto/engine/model"
)

// ChatResults is what a search in all conversations has found so far.
type ChatResults struct {
	Text     string // what was searched for
	By       SearchFilter
	Chats    []ChatRow
	Messages []ChatHit
	More     bool // there are older messages: ask MoreResults
	Done     bool // the answer is that of the text in the field
	found    []model.Conversation
}

// ChatHit is a message that was found.
type ChatHit struct {
	Conversation model.ConversationID
	Message      model.MessageID
	Title        string
	Avatar       ChatAvatar
	Time         string
	Own          bool
	Parts        []ChatPart
	hit          model.Hit
}

// chatsSearch keeps one question on its way; a newer one waits for its answer.
type chatsSearch struct {
	text   string
	by     SearchFilter
	asked  int
	busy   bool
	paging bool
}

// resultPage is how many messages are shown at once.
const resultPage = 40

// Search looks for a text in names and messages; empty ends the search.
func (c *Chats) Search(s string) {
	k := &c.search
	k.text = s
	k.asked++
	if strings.TrimSpace(s) == "" {
		k.by = SearchFilter{}
		if c.Results != nil {
			c.Results = nil
			c.view.ResultsChanged()
		}
		return
	}
	if c.Results == nil {
		c.Results = &ChatResults{Text: s, By: k.by}
		c.view.ResultsChanged()
	}
	c.Results.Done = false
	if k.busy {
		return // the answer on its way asks again
	}
	k.busy = true
	asked := k.asked
	e, by := c.engine, k.by
	q := by.query(s, c.clock.Now().Local())
	type answer struct {
		chats []model.Conversation
		found foundMessages
	}
	Ask(c.desk, func(context.Context) (answer, error) {
		var a answer
		if !by.On() { // who wrote it, and when, are questions about messages
			a.chats = e.Conversations(engine.Filter{Text: s, Hidden: true})
		}
		var err error
		a.found, err = findMessages(e, q)
		return a, err
	}, func(a answer, err error) {
		k.busy = false
		if strings.TrimSpace(k.text) == "" {
			return
		}
		if err != nil {
			c.view.Notice(Sentence(err))
		}
		r := &ChatResults{Text: s, By: by, found: a.chats, Done: asked == k.asked, More: a.found.more}
		for i := range a.chats {
			row := c.row(&a.chats[i])
			row.Draft, row.Typing = "", false
			r.Chats = append(r.Chats, row)
		}
		r.Messages = c.hits(a.found, s)
		c.Results = r
		k.paging = false
		c.view.ResultsChanged()
		if !r.Done {
			c.Search(k.text)
		}
	})
}

// MoreResults reads older messages that were found.
func (c *Chats) MoreResults() {
	k, r := &c.search, c.Results
	if r == nil || !r.Done || !r.More || k.paging || k.busy || len(r.Messages) == 0 {
		return
	}
	k.paging = true
	asked := k.asked
	last := r.Messages[len(r.Messages)-1].hit
	q := r.By.query(r.Text, c.clock.Now().Local())
	q.Before = &last
	e := c.engine
	Ask(c.desk, func(context.Context) (foundMessages, error) { return findMessages(e, q) }, func(f foundMessages, err error) {
		if asked != k.asked || c.Results == nil {
			return
		}
		k.paging = false
		r := *c.Results
		r.More = f.more && err == nil
		r.Messages = append(r.Messages[:len(r.Messages):len(r.Messages)], c.hits(f, r.Text)...)
		c.Results = &r
		c.view.ResultsChanged()
	})
}

// foundMessages is a page of hits with what their rows show.
type foundMessages struct {
	hits     []model.Hit
	messages []model.Message
	chats    map[model.ConversationID]model.Conversation
	more     bool
}

func findMessages(e ChatsEngine, q model.Query) (foundMessages, error) {
	f := foundMessages{chats: make(map[model.ConversationID]model.Conversation)}
	hits, err := e.Search(q)
	if err != nil {
		return f, err
	}
	f.more = len(hits) == q.Limit
	for _, h := range hits {
		m, ok := e.Message(h.Message)
		if !ok {
			continue
		}
		if _, ok := f.chats[h.Conversation]; !ok {
			f.chats[h.Conversation], _ = e.Conversation(h.Conversation)
		}
		f.hits, f.messages = append(f.hits, h), append(f.messages, m)
	}
	return f, nil
}

func (c *Chats) hits(f foundMessages, query string) []ChatHit {
	now := c.clock.Now().Local()
	out := make([]ChatHit, 0, len(f.hits))
	for i, h := range f.hits {
		chat, m := f.chats[h.Conversation], &f.messages[i]
		words := m.Text
		if words == "" && len(m.Attachments) > 0 {
			words = strings.Join(fileLines(m.Attachments), ", ")
		}
		out = append(out, ChatHit{
			Conversation: h.Conversation, Message: h.Message, hit: h,
			Title: chatTitle(&chat), Avatar: chatAvatar(&chat), Own: m.Outgoing,
			Time: listTime(localTime(h.Timestamp), now), Parts: snippet(words, query),
		})
	}
	return out
}
