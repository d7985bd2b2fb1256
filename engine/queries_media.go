package engine

import (
	"regexp"
	"strings"

	"sotto/engine/model"
	"sotto/store"
)

// maxLinks bounds the links of one message in the list of links.
const maxLinks = 16

var links = regexp.MustCompile(`(?i)\bhttps?://[^\s<>"]+`)

// Media lists what was shared in a conversation, newest first. limit bounds the
// number of messages that contribute.
func (e *Engine) Media(conv model.ConversationID, kind model.MediaKind, before model.MediaCursor, limit int) model.MediaPage {
	var page model.MediaPage
	messages := 0
	e.view(func(tx *store.Tx) {
		tx.Shared(conv, kind == model.MediaLinks, before, func(m model.Message) bool {
			items := mediaOf(m, kind)
			if len(items) == 0 {
				return true
			}
			if messages == limit {
				page.More = true
				return false
			}
			messages++
			page.Items = append(page.Items, items...)
			page.Next = model.MediaCursor{Sent: m.Timestamp, Message: m.ID}
			return true
		})
	})
	return page
}

func mediaOf(m model.Message, kind model.MediaKind) (items []model.MediaItem) {
	item := func(index int) model.MediaItem {
		return model.MediaItem{
			Message: m.ID, Conversation: m.Conversation, Index: index, Sender: m.Sender, Outgoing: m.Outgoing, Timestamp: m.Timestamp,
		}
	}
	if kind == model.MediaLinks {
		for i, url := range linksIn(m) {
			x := item(i)
			if x.URL = url; m.Preview != nil && m.Preview.URL == url {
				x.Title = m.Preview.Title
			}
			items = append(items, x)
		}
		return items
	}
	for i, a := range m.Attachments {
		if mediaKind(a) == kind {
			x := item(i)
			x.File = a
			items = append(items, x)
		}
	}
	return items
}

func mediaKind(a model.Attachment) model.MediaKind {
	switch k := a.Kind(); {
	case a.Voice:
		return model.MediaVoice
	case k == model.FilePicture, k == model.FileVideo:
		return model.MediaVisual
	}
	return model.MediaFiles
}

// linksIn lists the addresses in a text, and that of the preview if it is not
// among them.
func linksIn(m model.Message) (list []string) {
	for _, url := range links.FindAllString(m.Text, maxLinks) {
		list = append(list, strings.TrimRight(url, `.,;:!?)]}'`))
	}
	if p := m.Preview; p != nil && p.URL != "" {
		for _, url := range list {
			if url == p.URL {
				return list
			}
		}
		list = append(list, p.URL)
	}
	return list
}
