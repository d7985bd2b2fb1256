package command

import (
	"context"
	"os"

	"sotto/cmd/internal/profile"
	"sotto/engine"
	"sotto/engine/export"
	"sotto/engine/model"
	sentences "sotto/ui/text"
)

// Exported answers export.
type Exported struct {
	Path          string `json:"path"`
	Conversations int    `json:"conversations"`
	Messages      int    `json:"messages"`
	Files         int    `json:"files"`
	Missing       int    `json:"missing"` // files that were never downloaded, or are gone
}

// BackedUp answers backup.
type BackedUp struct {
	Path          string `json:"path"`
	Size          int64  `json:"size"`
	Conversations int    `json:"conversations"`
	Messages      int    `json:"messages"`
	Files         int    `json:"files"`
}

// BackupContent answers backup-info.
type BackupContent struct {
	SessionID     string               `json:"session_id"`
	Name          string               `json:"name"`
	Network       string               `json:"network"`
	Created       model.Millis         `json:"created"`
	Messages      int                  `json:"messages"`
	Files         int                  `json:"files"`
	Conversations []BackupConversation `json:"conversations"`
}

// BackupConversation is one of its conversations.
type BackupConversation struct {
	Conversation  string       `json:"conversation"`
	Name          string       `json:"name"`
	Messages      int          `json:"messages"`
	LastTimestamp model.Millis `json:"last_timestamp"`
}

// BroughtBack answers restore-backup: what is here now and was not before.
type BroughtBack struct {
	SessionID     string `json:"session_id"`
	Conversations int    `json:"conversations"`
	Messages      int    `json:"messages"`
	Files         int    `json:"files"`
	NewProfile    bool   `json:"new_profile"`
}

// words are the sentences of an export.
func words() export.Words {
	return export.Words{T: sentences.T, F: sentences.F, N: sentences.N, Has: sentences.Has, Language: sentences.Language()}
}

func checkExport(a Args) error {
	if a.Has("with") == a.Has("everything") {
		return usage("\"export\" needs --with ID or --everything")
	}
	return nil
}

func exportMessages(ctx context.Context, c *Run) error {
	e, err := c.offline(ctx)
	if err != nil {
		return err
	}
	job := export.Job{Format: export.HTML, Path: c.Args.Text("to"), Media: !c.Args.Has("no_media")}
	if f := c.Args.Text("format"); f != "" {
		job.Format = export.Format(f)
	}
	var got export.Result
	if c.Args.Has("everything") {
		got, err = export.Everything(ctx, e, words(), job)
	} else {
		var conv model.Conversation
		if conv, err = conversation(e, c.Args.Text("with")); err != nil {
			return err
		}
		got, err = export.Conversation(ctx, e, words(), conv.ID, job)
	}
	if err != nil {
		return err
	}
	return c.emit(Exported{got.Path, got.Conversations, got.Messages, got.Files, got.Missing})
}

func backup(ctx context.Context, c *Run) error {
	e, err := c.offline(ctx)
	if err != nil {
		return err
	}
	pass, err := c.backupPassphrase(true)
	if err != nil {
		return err
	}
	defer clear(pass)
	path := c.Args.Text("file")
	info, err := e.Backup(ctx, path, pass, nil)
	if err != nil {
		return err
	}
	st, err := os.Stat(path)
	if err != nil {
		return model.Fail(model.ReasonDisk, "the backup cannot be read", err)
	}
	return c.emit(BackedUp{path, st.Size(), len(info.Conversations), info.Messages, info.Files})
}

func backupInfo(_ context.Context, c *Run) error {
	pass, err := c.backupPassphrase(false)
	if err != nil {
		return err
	}
	defer clear(pass)
	info, err := engine.InspectBackup(c.Args.Text("file"), pass)
	if err != nil {
		return err
	}
	out := BackupContent{info.Account, info.Name, info.Network, info.Created, info.Messages, info.Files, []BackupConversation{}}
	for _, conv := range info.Conversations {
		out.Conversations = append(out.Conversations, BackupConversation{string(conv.ID), conv.Title, conv.Messages, conv.Last})
	}
	return c.emit(out)
}

// RestoreHost is a Host that can make a profile of a backup.
type RestoreHost interface {
	Restore(ctx context.Context, path string, passphrase []byte, choice []model.ConversationID) (engine.BackupRestored, error)
}

// restoreBackup makes the profile where there is none, and adds to it where
// there is one.
func restoreBackup(ctx context.Context, c *Run) error {
	pass, err := c.backupPassphrase(false)
	if err != nil {
		return err
	}
	defer clear(pass)
	var choice []model.ConversationID
	for _, s := range c.Args.Texts("conversation") {
		id, err := conversationID(s)
		if err != nil {
			return err
		}
		choice = append(choice, id)
	}
	info, err := engine.Inspect(c.Host.Folder())
	if err != nil {
		return err
	}
	path := c.Args.Text("file")
	var got engine.BackupRestored
	if !info.Exists {
		h, ok := c.Host.(RestoreHost)
		if !ok {
			return model.Fail(model.ReasonNotAllowed, "the window restores profiles", nil)
		}
		if got, err = h.Restore(ctx, path, pass, choice); err != nil {
			return err
		}
	}
	e, err := c.Host.Engine(ctx, !info.Exists && !c.Remote)
	if err != nil {
		return err
	}
	if info.Exists {
		if got, err = e.AddBackup(ctx, path, pass, choice, nil); err != nil {
			return err
		}
	}
	// What came back is nothing that receive should tell.
	if err := saveReceived(c.Host.Folder(), e.LastMessage()); err != nil {
		return err
	}
	return c.emit(BroughtBack{e.Me().ID.String(), got.Conversations, got.Messages, got.Files, !info.Exists})
}

// backupPassphrase is what the caller sends along, or what this process's user
// has at hand.
func (c *Run) backupPassphrase(fresh bool) ([]byte, error) {
	if pass := c.Args.Text("backup_passphrase"); pass != "" {
		return []byte(pass), nil
	}
	if h, ok := c.Host.(KeyHost); ok && !c.Remote {
		return h.Keys().GiveBackup(fresh)
	}
	return nil, profile.NoBackupPassphrase()
}
