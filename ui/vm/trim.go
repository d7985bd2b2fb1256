package vm

import (
	"context"
	"errors"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/text"
)

// TrimEngine is what letting old messages go needs of the engine.
type TrimEngine interface {
	Now() model.Millis
	CountOlder(ctx context.Context, before model.Millis) (int, error)
	Trim(ctx context.Context, before model.Millis, progress func(done int)) (int, error)
	UpdateSettings(ctx context.Context, f func(*model.Settings)) error
}

// TrimMonths are the ages at which messages may go from this computer; 0 is
// never.
var TrimMonths = []int{0, 6, 12, 24}

// TrimText names one of them.
func TrimText(months int) string {
	switch {
	case months == 0:
		return text.T("conversations.trim_never")
	case months%12 == 0:
		return text.N("conversations.trim_years", months/12)
	}
	return text.N("conversations.trim_months", months)
}

// Trim lets old messages go. It lives as long as the window: deleting goes on
// when the page is left.
type Trim struct {
	Changed func() // on the interface's goroutine
	Failed  func(sentence string)
	Told    func(sentence string)

	Busy        bool
	Done, Total int

	desk   Desk
	engine TrimEngine
	cancel context.CancelFunc
}

// NewTrim makes the model.
func NewTrim(desk Desk, e TrimEngine) *Trim {
	return &Trim{desk: desk, engine: e, Changed: func() {}, Failed: func(string) {}, Told: func(string) {}}
}

// Count tells how many messages would go now.
func (t *Trim) Count(months int, answer func(n int)) {
	Ask(t.desk, func(ctx context.Context) (int, error) {
		if months == 0 {
			return 0, nil
		}
		return t.engine.CountOlder(ctx, engine.TrimBefore(t.engine.Now(), months))
	}, func(n int, err error) {
		if err != nil {
			t.Failed(Sentence(err))
			return
		}
		answer(n)
	})
}

// Start stores the choice and deletes what is that old: total messages, as
// Count has said. When it is stopped, the choice before counts again.
func (t *Trim) Start(months, before, total int) {
	if t.Busy {
		return
	}
	ctx, cancel := context.WithCancel(t.desk.Context())
	t.Busy, t.Done, t.Total, t.cancel = true, 0, total, cancel
	t.Changed()
	progress := func(done int) {
		t.desk.Post(func() {
			t.Done, t.Total = done, max(t.Total, done)
			t.Changed()
		})
	}
	Ask(t.desk, func(life context.Context) (int, error) {
		if err := t.store(life, months); err != nil || months == 0 {
			return 0, err
		}
		n, err := t.engine.Trim(ctx, engine.TrimBefore(t.engine.Now(), months), progress)
		if err != nil {
			// What failed, or was stopped, does not go on by itself.
			err = errors.Join(err, t.store(life, before))
		}
		return n, err
	}, func(n int, err error) {
		cancel()
		t.Busy, t.cancel = false, nil
		switch {
		case errors.Is(err, context.Canceled):
			t.Told(text.F("conversations.trim_stopped", "messages", text.N("storage.messages", n)))
		case err != nil:
			t.Failed(Sentence(err))
		case months > 0:
			t.Told(text.F("conversations.trimmed", "messages", text.N("storage.messages", n)))
		}
		t.Changed()
	})
}

func (t *Trim) store(ctx context.Context, months int) error {
	return t.engine.UpdateSettings(ctx, func(s *model.Settings) { s.TrimAfter = months })
}

// Cancel stops deleting. What is gone is gone.
func (t *Trim) Cancel() {
	if t.cancel != nil {
		t.cancel()
	}
}
