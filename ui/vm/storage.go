package vm

import (
	"context"
	"errors"

	"sotto/engine/model"
	"sotto/ui/text"
)

// StorageEngine is what the page about storage needs of the engine.
type StorageEngine interface {
	StorageUse(ctx context.Context) (model.StorageUse, error)
	Compact(ctx context.Context, progress func(done, total int64)) error
	ClearMessages(ctx context.Context, conv model.ConversationID) error
}

// Logs are the log files of the program. The methods may take their time.
type Logs interface {
	Folder() string
	Size() int64
	// Export writes all that is logged into a new file.
	Export(path string) error
	Delete() error
}

// TopConversations is how many conversations the page lists.
const TopConversations = 20

// Storage says what the profile takes on the disk, and makes it less. It lives
// as long as the window: compacting goes on when the page is left.
type Storage struct {
	Changed func() // on the interface's goroutine
	Failed  func(sentence string)
	Told    func(sentence string)

	Use     model.StorageUse
	LogSize int64
	Loaded  bool
	Busy    bool    // compacting
	Done    float64 // of it, 0 to 1

	desk   Desk
	engine StorageEngine
	logs   Logs
	cancel context.CancelFunc
}

// NewStorage makes the model; Load measures.
func NewStorage(desk Desk, e StorageEngine, logs Logs) *Storage {
	return &Storage{desk: desk, engine: e, logs: logs, Changed: func() {}, Failed: func(string) {}, Told: func(string) {}}
}

// Load measures anew.
func (s *Storage) Load() {
	type both struct {
		use  model.StorageUse
		logs int64
	}
	Ask(s.desk, func(ctx context.Context) (both, error) {
		use, err := s.engine.StorageUse(ctx)
		return both{use, s.logs.Size()}, err
	}, func(b both, err error) {
		if err != nil {
			s.Failed(Sentence(err))
			return
		}
		s.Use, s.LogSize, s.Loaded = b.use, b.logs, true
		s.Changed()
	})
}

// Top are the conversations with the most messages.
func (s *Storage) Top() []model.ConversationUse {
	return s.Use.Conversations[:min(len(s.Use.Conversations), TopConversations)]
}

// Compact writes the database anew in the background.
func (s *Storage) Compact() {
	if s.Busy {
		return
	}
	ctx, cancel := context.WithCancel(s.desk.Context())
	s.Busy, s.Done, s.cancel = true, 0, cancel
	before := s.Use.Database
	s.Changed()
	last := 0
	progress := func(done, total int64) {
		// A hundred steps are enough for a bar.
		share := int(100 * done / max(total, 1))
		if share == last {
			return
		}
		last = share
		s.desk.Post(func() {
			s.Done = float64(share) / 100
			s.Changed()
		})
	}
	Ask(s.desk, func(context.Context) (model.StorageUse, error) {
		if err := s.engine.Compact(ctx, progress); err != nil {
			return model.StorageUse{}, err
		}
		return s.engine.StorageUse(ctx)
	}, func(use model.StorageUse, err error) {
		cancel()
		s.Busy, s.cancel = false, nil
		switch {
		case errors.Is(err, context.Canceled):
			s.Told(text.T("storage.compact_stopped"))
		case err != nil:
			s.Failed(sentenceIn("storage.compact", err))
		default:
			s.Use = use
			s.Told(text.F("storage.compacted", "size", Bytes(max(before-use.Database, 0))))
		}
		s.Changed()
	})
}

// Cancel ends compacting; everything is as it was.
func (s *Storage) Cancel() {
	if s.cancel != nil {
		s.cancel()
	}
}

// Clear deletes the messages of a conversation here.
func (s *Storage) Clear(conv model.ConversationID) {
	s.desk.Do(func(ctx context.Context) error { return s.engine.ClearMessages(ctx, conv) }, func(err error) {
		if err != nil {
			s.Failed(Sentence(err))
			return
		}
		s.Told(text.T("storage.cleared"))
		s.Load()
	})
}

// DeleteLogs deletes the log files.
func (s *Storage) DeleteLogs() {
	s.desk.Do(func(context.Context) error { return s.logs.Delete() }, func(err error) {
		if err != nil {
			s.Failed(SentenceOf(model.ReasonDisk))
			return
		}
		s.Told(text.T("storage.logs_deleted"))
		s.Load()
	})
}

// ExportLogs writes the log into a new file.
func (s *Storage) ExportLogs(path string, done func(err error)) {
	s.desk.Do(func(context.Context) error { return s.logs.Export(path) }, done)
}
