package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sotto/engine"
	"sotto/engine/model"
)

// Source is what an export needs of the engine.
type Source interface {
	Me() engine.Profile
	Now() model.Millis
	Conversation(id model.ConversationID) (model.Conversation, bool)
	// Stored and ReadPage have an error when something may be missing in their
	// answer: an export that looks whole has to be.
	Stored() ([]model.Conversation, error)
	ReadPage(conv model.ConversationID, anchor model.Anchor, before, after int) (model.Page, error)
	Find(conv model.ConversationID, key model.MessageKey) (model.Message, bool)
	Person(conv model.ConversationID, id model.ID) model.Person
	CountMessages(conv model.ConversationID) int
	OpenAttachment(id model.MessageID, index int) (io.ReadSeekCloser, error)
}

// Words look sentences up, as package ui/text does: one, one with names filled
// in, one in its plural form.
type Words struct {
	T        func(key string) string
	F        func(key string, pairs ...string) string
	N        func(key string, n int, pairs ...string) string
	Has      func(key string) bool
	Language string // of the sentences, as in HTML: "en"
}

// Format is how an export is written.
type Format string

// The formats.
const (
	JSON Format = "json"
	HTML Format = "html"
)

// Job is what to export, and where to.
type Job struct {
	Format Format
	// Path is the file to make, of Everything the folder. What is there of that
	// name is left alone (engine.ErrFileExists).
	Path string
	// Media copies pictures, sound and files into a folder beside the file.
	Media bool
	// Progress, which may be nil, gets messages done and in all.
	Progress func(done, total int)
}

// Result counts what was written.
type Result struct {
	Path          string
	Conversations int
	Messages      int
	Files         int
	Missing       int // files that are not on this computer
}

// Conversation exports one conversation. Until it is complete there is no file
// of that name. Errors have a reason: ReasonNotFound, ReasonNotAllowed (the file
// exists, or the folder cannot be written), ReasonDisk, ReasonDamaged (messages
// cannot be read), ReasonCancelled.
func Conversation(ctx context.Context, s Source, w Words, conv model.ConversationID, j Job) (Result, error) {
	c, ok := s.Conversation(conv)
	if !ok {
		return Result{}, model.Fail(model.ReasonNotFound, "there is no such conversation", nil)
	}
	if err := free(j.Path); err != nil {
		return Result{}, err
	}
	files := ""
	if j.Media {
		files = strings.TrimSuffix(j.Path, filepath.Ext(j.Path)) + " files"
		if err := free(files); err != nil {
			return Result{}, err
		}
	}
	x := &exporter{ctx: ctx, s: s, w: w, job: j, total: s.CountMessages(conv)}
	err := x.one(c, j.Path, files)
	x.got.Path = j.Path
	return x.got, cancelled(ctx, err)
}

// Everything exports all conversations that hold messages into a new folder: a
// file for each and an index that leads to them.
func Everything(ctx context.Context, s Source, w Words, j Job) (Result, error) {
	x := &exporter{ctx: ctx, s: s, w: w, job: j}
	err := engine.WriteNewFolder(j.Path, x.all)
	x.got.Path = j.Path
	return x.got, cancelled(ctx, err)
}

type exporter struct {
	ctx   context.Context
	s     Source
	w     Words
	job   Job
	got   Result
	done  int
	total int
}

func (x *exporter) all(folder string) error {
	list, err := x.s.Stored()
	if err != nil {
		return err
	}
	for _, c := range list {
		x.total += x.s.CountMessages(c.ID)
	}
	var index []entry
	used := map[string]bool{"index": true}
	for _, c := range list {
		stem := unused(used, fileName(x.title(c)))
		files := ""
		if x.job.Media {
			files = filepath.Join(folder, stem+" files")
		}
		before := x.got.Messages
		if err := x.one(c, filepath.Join(folder, stem+"."+string(x.job.Format)), files); err != nil {
			return err
		}
		index = append(index, entry{c, stem + "." + string(x.job.Format), x.got.Messages - before})
	}
	path := filepath.Join(folder, "index."+string(x.job.Format))
	return x.write(path, func(w io.Writer) error {
		if x.job.Format == JSON {
			return x.jsonIndex(w, index)
		}
		return x.htmlIndex(w, index)
	})
}

// entry is a line of the index.
type entry struct {
	conversation model.Conversation
	file         string
	messages     int
}

// one exports a conversation into path, its files into a folder (empty: none),
// which goes again when that fails. One that somebody else has made meanwhile is
// theirs.
func (x *exporter) one(c model.Conversation, path, files string) error {
	t := newTeller(x, c)
	m := &media{x: x, folder: files, used: map[string]bool{}}
	err := x.write(path, func(w io.Writer) error {
		if x.job.Format == JSON {
			return x.json(w, t, m)
		}
		return x.html(w, t, m)
	})
	if err != nil {
		if m.made {
			_ = os.RemoveAll(files)
		}
		return err
	}
	x.got.Conversations++
	return nil
}

// step counts a message and ends when the caller wants no more.
func (x *exporter) step() error {
	x.got.Messages++
	if x.done++; x.job.Progress != nil && (x.done%100 == 0 || x.done == x.total) {
		x.job.Progress(min(x.done, x.total), x.total)
	}
	return x.ctx.Err()
}

// pageSize is how many messages are read at a time.
const pageSize = 200

// each calls fn for each message, oldest first. Messages that come meanwhile are
// taken along.
func (x *exporter) each(conv model.ConversationID, fn func(m *model.Message) error) error {
	now := x.s.Now()
	anchor := model.Anchor{Sent: 1}
	var last model.Message // in the order of the conversation, of those that were had
	had := func(m *model.Message) bool {
		return last.ID != 0 && (m.Timestamp < last.Timestamp || m.Timestamp == last.Timestamp && m.ID <= last.ID)
	}
	for {
		page, err := x.s.ReadPage(conv, anchor, 0, pageSize)
		if err == nil && last.ID != 0 && page.Anchor < 0 {
			// Deleted meanwhile: its neighbours may be far from where it was.
			page, err = x.s.ReadPage(conv, model.Anchor{Sent: last.Timestamp}, 0, pageSize)
		}
		if err != nil {
			return err
		}
		for i := range page.Messages {
			m := &page.Messages[i]
			if had(m) || m.Expires != 0 && m.Expires <= now { // or its time is over
				continue
			}
			if err := fn(m); err != nil {
				return err
			}
			if err := x.step(); err != nil {
				return err
			}
		}
		if !page.MoreAfter || len(page.Messages) == 0 {
			return nil
		}
		end := &page.Messages[len(page.Messages)-1]
		if anchor = (model.Anchor{Message: end.ID}); !had(end) {
			last = *end
		}
	}
}

// title is what a conversation is called.
func (x *exporter) title(c model.Conversation) string {
	if c.Kind == model.KindSelf {
		return x.w.T("export.self")
	}
	return c.Title()
}

// write makes a file that is there as a whole or not at all.
func (x *exporter) write(path string, fn func(io.Writer) error) error {
	return engine.WriteNew(path, fn)
}

// free refuses a name that is taken.
func free(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return model.Fail(model.ReasonNotAllowed, "there is a file of that name: choose another one", engine.ErrFileExists)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return refused(err)
	}
	return nil
}

func refused(err error) error {
	if err == nil {
		return nil
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err // the log need not have the place
	}
	return model.Fail(model.ReasonNotAllowed, "the file cannot be written there: choose another folder", err)
}

func cancelled(ctx context.Context, err error) error {
	var known *model.Error
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return model.Fail(model.ReasonCancelled, "the export was stopped", context.Cause(ctx))
	case errors.As(err, &known):
		return err
	}
	return model.Fail(model.ReasonDisk, "the export cannot be written: the disk is full or fails", fmt.Errorf("export: %w", err))
}
