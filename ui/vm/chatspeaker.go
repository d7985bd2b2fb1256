package vm

import (
	"strings"

	"sotto/engine/model"
)

// speaker is somebody of a group or a community.
type speaker struct {
	conv model.ConversationID
	id   model.ID
}

// speakers are the names of those whom drafts in groups and communities mention.
type speakers map[speaker]string

// learn asks for the names that records need, but for those that are known. It is
// called away from the interface's goroutine.
func (s speakers) learn(e ChatsEngine, list []model.Conversation, known speakers) {
	for i := range list {
		r := &list[i]
		if !Several(r.Kind) {
			continue
		}
		var ids []model.ID
		for _, m := range mentionPattern.FindAllString(r.Draft.Text, 5) {
			if id, err := model.ParseID(strings.ToLower(m[1:])); err == nil {
				ids = append(ids, id)
			}
		}
		for _, id := range ids {
			who := speaker{r.ID, id}
			if _, ok := known[who]; ok {
				continue
			}
			if p := e.Person(r.ID, id); p.Name != "" {
				s[who] = p.Name
			}
		}
	}
}

// nameOf is what the user calls somebody who wrote in a conversation.
func (c *Chats) nameOf(conv model.ConversationID, id model.ID) string {
	if i, ok := c.places[model.ConversationOf(id)]; ok {
		return c.records[i].Title()
	}
	if n, ok := c.names[speaker{conv, id}]; ok {
		return n
	}
	return model.ShortID(id)
}

// named puts names in the place of mentioned ids.
func (c *Chats) named(r *model.Conversation, s string) string {
	return mentionPattern.ReplaceAllStringFunc(s, func(m string) string {
		id, err := model.ParseID(strings.ToLower(m[1:]))
		switch {
		case err != nil:
			return m
		case model.ConversationOf(id) == r.ID:
			return "@" + r.Title()
		}
		return "@" + c.nameOf(r.ID, id)
	})
}
