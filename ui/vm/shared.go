package vm

import (
	"context"

	"sotto/engine"
	"sotto/engine/model"
)

// SharedEngine is what the lists of shared things need of the engine.
type SharedEngine interface {
	Subscriber
	MediaOpener
	ChatEngine
	Media(conv model.ConversationID, kind model.MediaKind, before model.MediaCursor, limit int) model.MediaPage
}

// SharedItem is an entry of the list: a file, or a link.
type SharedItem struct {
	Message *ChatMessage
	File    ChatFile
	URL     string
	Title   string
	When    string
	Month   string // a heading where it changes
}

// Shared is one of the lists of what was shared in a conversation, newest first,
// read page by page.
type Shared struct {
	Changed func()
	Items   []SharedItem
	More    bool
	Loaded  bool
	Kind    model.MediaKind

	desk   Desk
	engine SharedEngine
	conv   model.ConversationID
	next   model.MediaCursor
	asked  int
	busy   bool
}

// sharedPage is how many messages are read at once.
const sharedPage = 30

// NewShared makes the list of pictures; Show another.
func NewShared(desk Desk, e SharedEngine, conv model.ConversationID) *Shared {
	s := &Shared{desk: desk, engine: e, conv: conv, Changed: func() {}}
	desk.Watch(e, func(events []engine.Event) {
		for _, ev := range events {
			switch ev := ev.(type) {
			case engine.MessageAdded:
				if ev.Conversation != conv {
					continue
				}
			case engine.MessageDeleted:
				if ev.Conversation != conv {
					continue
				}
			case engine.MessageChanged:
				if ev.Conversation != conv {
					continue
				}
			case engine.Resync:
			default:
				continue
			}
			s.Show(s.Kind)
			return
		}
	})
	s.Show(model.MediaVisual)
	return s
}

// Show reads a list from its beginning. What was shown stays until then.
func (s *Shared) Show(kind model.MediaKind) {
	if kind != s.Kind {
		s.Items, s.Loaded = nil, false
	}
	s.Kind, s.next, s.busy = kind, model.MediaCursor{}, false
	s.asked++
	s.read(true)
	s.Changed()
}

// ReadMore reads the next page.
func (s *Shared) ReadMore() {
	if s.More && !s.busy {
		s.read(false)
	}
}

func (s *Shared) read(first bool) {
	s.busy = true
	n, e, conv, kind, next := s.asked, s.engine, s.conv, s.Kind, s.next
	type answer struct {
		items []SharedItem
		page  model.MediaPage
	}
	Ask(s.desk, func(context.Context) (answer, error) {
		page := e.Media(conv, kind, next, sharedPage)
		t := newTeller(e, conv)
		now := localTime(e.Now())
		a := answer{page: page}
		seen := map[model.MessageID]*ChatMessage{}
		for i := range page.Items {
			it := &page.Items[i]
			m := seen[it.Message]
			if m == nil {
				record, ok := e.Message(it.Message)
				if !ok {
					continue
				}
				m = t.tell(&record)
				seen[it.Message] = m
			}
			at := localTime(it.Timestamp)
			item := SharedItem{Message: m, URL: it.URL, Title: shorten(oneLine(it.Title), titleMost), When: dateText(at, now, "chat.month_short."), Month: MonthName(at)}
			if kind != model.MediaLinks && it.Index >= 0 && it.Index < len(m.Media) {
				item.File = m.Media[it.Index]
			}
			a.items = append(a.items, item)
		}
		return a, nil
	}, func(a answer, _ error) {
		if n != s.asked {
			return
		}
		if first {
			s.Items = nil
		}
		s.Items = append(s.Items, a.items...)
		s.next, s.More, s.Loaded, s.busy = a.page.Next, a.page.More, true, false
		s.Changed()
	})
}

// Pictures are the pictures of the list that are here, the oldest first.
func (s *Shared) Pictures() []ViewerPicture {
	var out []ViewerPicture
	for i := len(s.Items) - 1; i >= 0; i-- {
		if it := &s.Items[i]; it.File.Visual() && it.File.State == model.FileHere {
			out = append(out, ViewerPicture{Message: it.Message, File: it.File})
		}
	}
	return out
}

// Saveable are the files of the list that are here.
func (s *Shared) Saveable() []FileRef {
	var out []FileRef
	for i := range s.Items {
		if it := &s.Items[i]; it.URL == "" && it.File.State == model.FileHere {
			out = append(out, FileRef{it.Message.ID, it.File.Index})
		}
	}
	return out
}

// Fetch asks for a file of the list.
func (s *Shared) Fetch(it *SharedItem, failed func(string)) {
	e, id, index := s.engine, it.Message.ID, it.File.Index
	s.desk.Do(func(ctx context.Context) error { return e.Download(ctx, id, index) }, func(err error) {
		if err != nil {
			failed(sentenceIn("files.why", err))
		}
	})
}
