package vm

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"sotto/engine"
	"sotto/engine/export"
	"sotto/engine/model"
	"sotto/ui/text"
)

// DataEngine is what the user's data needs of the engine.
type DataEngine interface {
	export.Source
	Backup(ctx context.Context, path string, passphrase []byte, progress func(done, total int64)) (engine.BackupInfo, error)
	AddBackup(ctx context.Context, path string, passphrase []byte, choice []model.ConversationID, progress func(done, total int64)) (engine.BackupRestored, error)
}

// DataJob is what is being done with the user's data.
type DataJob int

// The jobs.
const (
	NoJob DataJob = iota
	BackingUp
	Restoring
	Exporting
)

// Data backs up, restores and exports. It lives as long as the window: a job
// goes on when its page is left. There is one job at a time.
type Data struct {
	Changed func() // on the interface's goroutine
	// Told says how a job ended; path is what was made, empty for nothing.
	Told func(sentence, path string)

	Job  DataJob
	Done float64 // of it, 0 to 1

	desk   Desk
	engine DataEngine
	cancel context.CancelFunc
}

// NewData makes the model.
func NewData(desk Desk, e DataEngine) *Data {
	return &Data{desk: desk, engine: e, Changed: func() {}, Told: func(string, string) {}}
}

// Cancel ends the job; nothing of it stays.
func (d *Data) Cancel() {
	if d.cancel != nil {
		d.cancel()
	}
}

// begin starts a job; false when another one is under way. progress is for the
// worker.
func (d *Data) begin(job DataJob) (ctx context.Context, progress func(done, total int64), ok bool) {
	if d.Job != NoJob {
		d.Told(text.T("data.busy"), "")
		return nil, nil, false
	}
	ctx, d.cancel = context.WithCancel(d.desk.Context())
	d.Job, d.Done = job, 0
	d.Changed()
	last := int64(-1)
	return ctx, func(done, total int64) {
		// A hundred steps are enough for a bar.
		share := 100 * done / max(total, 1)
		if share == last {
			return
		}
		last = share
		d.desk.Post(func() {
			if d.Job == job {
				d.Done = float64(share) / 100
				d.Changed()
			}
		})
	}, true
}

func (d *Data) end() {
	if d.cancel != nil {
		d.cancel()
	}
	d.Job, d.cancel = NoJob, nil
	d.Changed()
}

// Backup writes everything into a new file.
func (d *Data) Backup(path, passphrase string) {
	ctx, progress, ok := d.begin(BackingUp)
	if !ok {
		return
	}
	secret := []byte(passphrase)
	Ask(d.desk, func(context.Context) (engine.BackupInfo, error) {
		defer clear(secret)
		return d.engine.Backup(ctx, path, secret, progress)
	}, func(info engine.BackupInfo, err error) {
		d.end()
		if err != nil {
			d.Told(BackupSentence(err), "")
			return
		}
		d.Told(text.F("data.backed_up", "messages", text.N("storage.messages", info.Messages), "path", path), path)
	})
}

// LookIntoBackup reads what is in a backup, for the choice of what comes back.
func LookIntoBackup(desk Desk, path, passphrase string, done func(engine.BackupInfo, error)) {
	secret := []byte(passphrase)
	Ask(desk, func(context.Context) (engine.BackupInfo, error) {
		defer clear(secret)
		return engine.InspectBackup(path, secret)
	}, done)
}

// Restore brings back what the choice (nil: everything) has and the profile
// lacks.
func (d *Data) Restore(path, passphrase string, choice []model.ConversationID) {
	ctx, progress, ok := d.begin(Restoring)
	if !ok {
		return
	}
	secret := []byte(passphrase)
	Ask(d.desk, func(context.Context) (engine.BackupRestored, error) {
		defer clear(secret)
		return d.engine.AddBackup(ctx, path, secret, choice, progress)
	}, func(got engine.BackupRestored, err error) {
		d.end()
		switch {
		case err != nil:
			d.Told(BackupSentence(err), "")
		case got.Messages+got.Files == 0:
			d.Told(text.T("data.restored_nothing"), "")
		default:
			d.Told(text.F("data.restored", "messages", text.N("storage.messages", got.Messages)), "")
		}
	})
}

// ExportWish is what is to be exported.
type ExportWish struct {
	Conversation model.ConversationID // empty: everything
	Format       export.Format
	Media        bool
	Path         string
}

// Export writes what can be read without Sotto.
func (d *Data) Export(w ExportWish) {
	ctx, progress, ok := d.begin(Exporting)
	if !ok {
		return
	}
	job := export.Job{Format: w.Format, Path: w.Path, Media: w.Media, Progress: func(done, total int) { progress(int64(done), int64(total)) }}
	Ask(d.desk, func(context.Context) (export.Result, error) {
		if w.Conversation == "" {
			return export.Everything(ctx, d.engine, exportWords(), job)
		}
		return export.Conversation(ctx, d.engine, exportWords(), w.Conversation, job)
	}, func(got export.Result, err error) {
		d.end()
		switch {
		case err != nil:
			d.Told(BackupSentence(err), "")
		case got.Missing > 0:
			d.Told(text.F("data.exported_missing", "messages", text.N("storage.messages", got.Messages), "files", text.N("data.files_missing", got.Missing)), got.Path)
		default:
			d.Told(text.F("data.exported", "messages", text.N("storage.messages", got.Messages)), got.Path)
		}
	})
}

func exportWords() export.Words {
	return export.Words{T: text.T, F: text.F, N: text.N, Has: text.Has, Language: text.Language()}
}

// BackupSentence says in one sentence why a backup, a restore or an export did
// not work.
func BackupSentence(err error) string {
	for _, c := range []struct {
		err error
		key string
	}{
		{engine.ErrNoBackup, "data.no_backup"},
		{engine.ErrBackupVersion, "data.newer"},
		{engine.ErrBackupDamaged, "data.damaged_backup"},
		{engine.ErrPassphrase, "data.wrong_passphrase"},
		{engine.ErrBackupAccount, "data.other_account"},
		{engine.ErrBackupNetwork, "data.other_network"},
		{engine.ErrFileExists, "data.exists"},
	} {
		if errors.Is(err, c.err) {
			return text.T(c.key)
		}
	}
	return sentenceIn("data", err)
}

// BackupName proposes a file for a backup in a folder.
func BackupName(folder string, now time.Time) string {
	return filepath.Join(folder, text.F("data.backup_file", "date", now.Format("2006-01-02"))+engine.BackupSuffix)
}

// ExportName proposes a file, or for everything a folder.
func ExportName(folder, title string, f export.Format, now time.Time) string {
	if title == "" {
		return filepath.Join(folder, text.F("data.export_folder", "date", now.Format("2006-01-02")))
	}
	return filepath.Join(folder, engine.SaveName(model.Attachment{Name: title})+"."+string(f))
}

// WithFormat gives a proposed file the ending of another format.
func WithFormat(path string, f export.Format) string {
	for _, old := range []export.Format{export.HTML, export.JSON} {
		if stem, ok := strings.CutSuffix(path, "."+string(old)); ok {
			return stem + "." + string(f)
		}
	}
	return path
}

// BackupLine says what is in a backup.
func BackupLine(info engine.BackupInfo) string {
	return text.F("data.content", "name", info.Name, "date", wholeDate(localTime(info.Created)), "messages", text.N("storage.messages", info.Messages))
}

// BackupTitle is what a conversation of a backup is called, short enough for a
// line.
func BackupTitle(c engine.BackupConversation) string {
	if c.Kind == model.KindSelf {
		return text.T("export.self")
	}
	const most = 32
	return shorten(c.Title, most)
}
