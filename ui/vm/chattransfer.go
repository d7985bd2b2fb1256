package vm

import (
	"context"

	"sotto/engine/model"
	"sotto/ui/text"
)

// fileKey names a file of a message.
type fileKey struct {
	message model.MessageID
	index   int
}

// moves are the files whose progress is to be read.
type moves struct {
	news    map[fileKey]bool
	asked   map[fileKey]bool // by the user, who wants to know what came of it
	reading bool
}

func (c *Chat) moved(id model.MessageID, index int) {
	if c.moves.news == nil {
		c.moves.news = make(map[fileKey]bool)
	}
	c.moves.news[fileKey{id, index}] = true
}

// readMoves asks how far files are, all that were named at once. Progress comes
// often: it goes into the files as they are and changes no row's height.
func (c *Chat) readMoves() {
	if c.moves.reading || len(c.moves.news) == 0 || c.left {
		return
	}
	news := c.moves.news
	c.moves.news, c.moves.reading = nil, true
	e := c.engine
	type found struct {
		move model.Transfer
		ok   bool
	}
	Ask(c.desk, func(context.Context) (map[fileKey]found, error) {
		out := make(map[fileKey]found, len(news))
		for k := range news {
			move, ok := e.Transfer(k.message, k.index)
			out[k] = found{move, ok}
		}
		return out, nil
	}, func(all map[fileKey]found, _ error) {
		c.moves.reading = false
		for k, f := range all {
			m := c.message(k.message)
			if m == nil {
				continue
			}
			if file := m.File(k.index); file != nil {
				file.Transfer, file.Uploading = f.move, f.ok && f.move.Upload
				c.view.FileChanged(m, k.index)
			}
		}
		c.readMoves()
	})
}

// message finds a message in memory.
func (c *Chat) message(id model.MessageID) *ChatMessage {
	for _, m := range c.window {
		if m.ID == id {
			return m
		}
	}
	return nil
}

// Fetch asks for a file that is not here, and tells when it cannot be had.
func (c *Chat) Fetch(m *ChatMessage, index int) {
	e, id := c.engine, m.ID
	if c.moves.asked == nil {
		c.moves.asked = make(map[fileKey]bool)
	}
	c.moves.asked[fileKey{id, index}] = true
	c.desk.Do(func(ctx context.Context) error { return e.Download(ctx, id, index) }, func(err error) {
		if err != nil {
			delete(c.moves.asked, fileKey{id, index})
		}
		c.told(err)
	})
}

// fetched tells what came of files that the user asked for, when it was nothing.
func (c *Chat) fetched(m *ChatMessage) {
	for k := range c.moves.asked {
		f := m.File(k.index)
		if k.message != m.ID || f == nil || f.Moving() {
			continue
		}
		delete(c.moves.asked, k)
		if f.State == model.FileFailed || f.State == model.FileExpired {
			c.view.Notice(f.Why())
		}
	}
}

// StopFile stops what a file is on: its way here, or the sending of its message.
func (c *Chat) StopFile(m *ChatMessage, index int) {
	file := m.File(index)
	if file == nil {
		return
	}
	e, id, up := c.engine, m.ID, file.Uploading
	c.desk.Do(func(ctx context.Context) error {
		if up {
			return e.CancelUpload(ctx, id)
		}
		return e.CancelDownload(ctx, id, index)
	}, func(err error) {
		if model.ReasonOf(err) == model.ReasonNotAllowed {
			c.view.Notice(text.T("files.too_late"))
			return
		}
		c.told(err)
	})
}

// told says why something did not work, if it did not.
func (c *Chat) told(err error) {
	if err != nil {
		c.view.Notice(sentenceIn("files.why", err))
	}
}

// Pictures are the pictures of the messages in memory, the oldest first: what
// the viewer leafs through.
func (c *Chat) Pictures() []ViewerPicture {
	var out []ViewerPicture
	for _, m := range c.window {
		for i := range m.Media {
			if m.Media[i].Visual() && m.Media[i].State == model.FileHere && !c.held[m.ID] {
				out = append(out, ViewerPicture{Message: m, File: m.Media[i]})
			}
		}
	}
	return out
}

// ViewerPicture is a picture of a message.
type ViewerPicture struct {
	Message *ChatMessage
	File    ChatFile
}

// When says when it was sent: "Today, 13:45".
func (p ViewerPicture) When(c *Chat) string {
	return text.F("chat.day_and_time", "day", dayText(localTime(p.Message.sent), c.clock.Now().Local()), "time", p.Message.Clock)
}
