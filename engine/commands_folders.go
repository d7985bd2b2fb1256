package engine

import (
	"context"
	"strings"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
)

// SetPinOrder puts the pinned conversations into an order, the first one on
// top. Conversations that are not pinned become so; pinned ones that are not
// named keep their order below.
func (e *Engine) SetPinOrder(ctx context.Context, order []model.ConversationID) error {
	return e.update(ctx, func(w *work) error {
		named := make(map[model.ConversationID]bool, len(order))
		var below int64
		for _, id := range order {
			if named[id] {
				return fail(model.ReasonInvalid, "a conversation is named twice")
			}
			named[id] = true
		}
		for _, c := range w.tx.Conversations() {
			if !named[c.ID] {
				below = max(below, c.Pinned)
			}
		}
		for i, id := range order {
			c, err := w.need(id)
			if err != nil {
				return err
			}
			c.Pinned = below + int64(len(order)-i)
			w.touch(c)
		}
		w.emit(ConversationsChanged{})
		return nil
	})
}

// SetArchived sets a conversation aside, or takes it back. A new message that
// would notify takes it back too. Archiving unpins.
func (e *Engine) SetArchived(ctx context.Context, conv model.ConversationID, archived bool) error {
	return e.change(ctx, conv, func(w *work, c *conversation) error {
		c.Archived = archived
		if archived {
			c.Pinned = 0
		}
		w.emit(ConversationsChanged{})
		return nil
	})
}

// SetFolder puts a conversation into a folder of the user's, or into none with
// an empty name. A folder that was not there before is made.
func (e *Engine) SetFolder(ctx context.Context, conv model.ConversationID, folder string) error {
	if folder != "" {
		clean, err := cleanFolder(folder)
		if err != nil {
			return err
		}
		folder = clean
	}
	return e.change(ctx, conv, func(w *work, c *conversation) error {
		c.Folder = folder
		w.emit(ConversationsChanged{})
		if folder == "" {
			return nil
		}
		s := w.tx.Settings()
		names, err := s.Folders.With(folder)
		if err != nil {
			return model.Fail(model.ReasonNotAllowed, "there are too many folders", err)
		}
		if names == s.Folders {
			return nil
		}
		s.Folders = names
		w.emit(SettingsChanged{})
		return w.tx.PutSettings(s)
	})
}

// RenameFolder gives a folder another name; an empty one deletes the folder,
// and its conversations stay.
func (e *Engine) RenameFolder(ctx context.Context, folder, name string) error {
	if name != "" {
		clean, err := cleanFolder(name)
		if err != nil {
			return err
		}
		name = clean
	}
	return e.update(ctx, func(w *work) error {
		for _, listed := range w.tx.Conversations() {
			if listed.Folder != folder {
				continue
			}
			c, err := w.need(listed.ID)
			if err != nil {
				return err
			}
			c.Folder = name
			w.touch(c)
		}
		s := w.tx.Settings()
		s.Folders = s.Folders.Renamed(folder, name)
		w.emit(SettingsChanged{}, ConversationsChanged{})
		return w.tx.PutSettings(s)
	})
}

// cleanFolder is the name of a folder in one line.
func cleanFolder(name string) (string, error) {
	return cleanName(identity.TrimName(strings.Join(strings.Fields(name), " ")))
}
