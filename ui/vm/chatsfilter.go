package vm

import (
	"context"

	"sotto/engine/model"
	"sotto/ui/text"
)

// ShowKind is which conversations the list shows.
type ShowKind int

// The filters.
const (
	ShowAll ShowKind = iota
	ShowUnread
	ShowFolder
	ShowArchive
)

// ChatsFilter chooses what the list shows.
type ChatsFilter struct {
	Kind   ShowKind
	Folder string
}

// FilterChip is a filter that can be chosen.
type FilterChip struct {
	Filter ChatsFilter
	Label  string
	Count  int // unread conversations in it; of the archive, all of them
	On     bool
}

// lets reports whether a filter lets a conversation through.
func (f ChatsFilter) lets(r *model.Conversation) bool {
	switch f.Kind {
	case ShowUnread:
		return !r.Archived && unread(r)
	case ShowFolder:
		return !r.Archived && r.Folder == f.Folder
	case ShowArchive:
		return r.Archived
	}
	return !r.Archived
}

func unread(r *model.Conversation) bool { return r.Unread > 0 || r.MarkedUnread }

// filtered are the records that the filter lets through. An unread conversation
// stays while it is open, though it is read by that.
func (c *Chats) filtered() []model.Conversation {
	var out []model.Conversation
	for i := range c.records {
		r := &c.records[i]
		_, was := c.index[r.ID]
		if c.filter.lets(r) || c.filter.Kind == ShowUnread && r.ID == c.open && was && !r.Archived {
			out = append(out, *r)
		}
	}
	return out
}

// Filter returns the filter in force.
func (c *Chats) Filter() ChatsFilter { return c.filter }

// SetFilter shows other conversations.
func (c *Chats) SetFilter(f ChatsFilter) {
	if f == c.filter {
		return
	}
	c.filter = f
	clear(c.index)
	c.list = nil
	if c.Loaded {
		c.takeAll(c.records)
	}
}

// Filters lists the filters that make a difference: none while there is only
// one way to look at the list.
func (c *Chats) Filters() []FilterChip {
	all := FilterChip{Label: text.T("chats.filter_all"), On: c.filter.Kind == ShowAll}
	news := FilterChip{Filter: ChatsFilter{Kind: ShowUnread}, Label: text.T("chats.filter_unread"), On: c.filter.Kind == ShowUnread}
	archive := FilterChip{Filter: ChatsFilter{Kind: ShowArchive}, Label: text.T("chats.filter_archive"), On: c.filter.Kind == ShowArchive}
	counts := make(map[string]int)
	for i := range c.records {
		r := &c.records[i]
		switch {
		case r.Archived:
			archive.Count++
		case unread(r):
			news.Count++
			counts[r.Folder]++
		}
	}
	if news.Count == 0 && !news.On && archive.Count == 0 && !archive.On && len(c.folders) == 0 {
		return nil
	}
	out := []FilterChip{all, news}
	for _, name := range c.folders {
		out = append(out, FilterChip{
			Filter: ChatsFilter{ShowFolder, name}, Label: name, Count: counts[name],
			On: c.filter == ChatsFilter{ShowFolder, name},
		})
	}
	if archive.Count > 0 || archive.On {
		out = append(out, archive)
	}
	return out
}

// Folders lists the user's folders.
func (c *Chats) Folders() []string { return c.folders }

// Unread returns the conversations of a filter that have something new.
func (c *Chats) Unread(f ChatsFilter) []model.ConversationID {
	var out []model.ConversationID
	for i := range c.records {
		if r := &c.records[i]; f.lets(r) && unread(r) {
			out = append(out, r.ID)
		}
	}
	return out
}

// Attention counts what asks for attention in the whole list; see AttentionIn.
func (c *Chats) Attention() int { return AttentionIn(c.records, c.engine.Now()) }

// AttentionIn counts the unread messages of conversations that may ask for
// attention; one that was marked as unread counts as one.
func AttentionIn(list []model.Conversation, now model.Millis) (n int) {
	for i := range list {
		c := &list[i]
		switch {
		case c.Archived, c.MutedUntil > now, c.Notify == model.NotifyNone:
		case c.Unread > 0:
			n += c.Unread
		case c.MarkedUnread:
			n++
		}
	}
	return n
}

// ReadAll reads everything that a filter shows.
func (c *Chats) ReadAll(f ChatsFilter) { c.readAll(c.Unread(f)) }

func (c *Chats) readAll(ids []model.ConversationID) {
	if len(ids) == 0 {
		return
	}
	c.do(func(ctx context.Context) error { return c.engine.MarkAllRead(ctx, ids) })
}

// AllUnread returns every conversation that has something new.
func (c *Chats) AllUnread() []model.ConversationID {
	return append(c.Unread(ChatsFilter{}), c.Unread(ChatsFilter{Kind: ShowArchive})...)
}

// ReadEverything reads everything there is, also what is archived.
func (c *Chats) ReadEverything() { c.readAll(c.AllUnread()) }

// Archive sets a conversation aside, or takes it back.
func (c *Chats) Archive(id model.ConversationID, on bool) {
	c.do(func(ctx context.Context) error { return c.engine.SetArchived(ctx, id, on) })
}

// SetFolder puts a conversation into a folder; "" takes it out.
func (c *Chats) SetFolder(id model.ConversationID, folder string) {
	c.do(func(ctx context.Context) error { return c.engine.SetFolder(ctx, id, folder) })
}

// RenameFolder gives a folder another name; "" deletes it.
func (c *Chats) RenameFolder(folder, name string) {
	if c.filter == (ChatsFilter{ShowFolder, folder}) && name != "" {
		c.filter.Folder = name
	}
	c.do(func(ctx context.Context) error { return c.engine.RenameFolder(ctx, folder, name) })
}
