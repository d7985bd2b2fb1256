package engine

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"

	"sotto/engine/model"
	"sotto/store"
)

// BackupSuffix is what names of backups end with.
const BackupSuffix = ".sotto-backup"

// BackupInfo says what is in a backup, BackupConversation of one of its
// conversations; BackupRestored counts what came back.
type (
	BackupInfo         = store.BackupInfo
	BackupConversation = store.BackupConversation
	BackupRestored     = store.Restored
)

// Causes in the error chains of the commands about backups, each with a
// sentence of its own.
var (
	// ErrNoBackup: the file is something else.
	ErrNoBackup = store.ErrNoBackup
	// ErrBackupVersion: a newer version of Sotto wrote it.
	ErrBackupVersion = store.ErrBackupVersion
	// ErrBackupDamaged: it was changed, or its end is missing.
	ErrBackupDamaged = store.ErrBackupDamaged
	// ErrBackupAccount and ErrBackupNetwork: it is not of this profile.
	ErrBackupAccount = store.ErrBackupAccount
	ErrBackupNetwork = store.ErrBackupNetwork
	// ErrFileExists: there is a file of that name, which is left alone.
	ErrFileExists = errors.New("engine: the file exists")
)

// pieces is how much of a backup is written or read at once.
const pieces = 256 << 10

// Backup writes all of the profile, files included, into a new file, sealed
// with a passphrase of its own (docs/backup.md). Until it is complete and
// durable there is no file of that name; one that is there is left alone
// (ErrFileExists). Everything else goes on meanwhile. progress, which may be
// nil, gets bytes done and about how many there are.
func (e *Engine) Backup(ctx context.Context, path string, passphrase []byte, progress func(done, total int64)) (info BackupInfo, err error) {
	if len(passphrase) == 0 {
		return info, fail(model.ReasonInvalid, "a backup needs a passphrase")
	}
	err = WriteNew(path, func(w io.Writer) error {
		info, err = e.store.Backup(ctx, w, passphrase, progress)
		return err
	})
	switch {
	case err == nil:
		return info, nil
	case ctx.Err() != nil:
		return info, model.Fail(model.ReasonCancelled, "the backup was stopped", context.Cause(ctx))
	}
	var known *model.Error
	if errors.As(err, &known) {
		return info, err
	}
	return info, storeError("write the backup", err)
}

// openBackup opens a file and reads its head.
func openBackup(path string, passphrase []byte) (*store.Backup, *countedFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, model.Fail(model.ReasonNotFound, "the backup cannot be read: does the file exist, and may you read it?", plainPath(err))
	}
	st, err := f.Stat()
	if err == nil && !st.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	if err != nil {
		_ = f.Close()
		return nil, nil, model.Fail(model.ReasonInvalid, "this is not a backup", errors.Join(ErrNoBackup, plainPath(err)))
	}
	counted := &countedFile{f: f, r: bufio.NewReaderSize(f, pieces), total: st.Size()}
	b, err := store.OpenBackup(counted, passphrase)
	if err != nil {
		_ = f.Close()
		return nil, nil, backupError(err)
	}
	return b, counted, nil
}

// countedFile knows how far it was read.
type countedFile struct {
	f           *os.File
	r           *bufio.Reader
	done, total int64
}

func (c *countedFile) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.done += int64(n)
	return n, err
}

// InspectBackup says what is in a backup. It takes as long as making the key of
// a passphrase does; the content behind the list is not read.
func InspectBackup(path string, passphrase []byte) (BackupInfo, error) {
	b, f, err := openBackup(path, passphrase)
	if err != nil {
		return BackupInfo{}, err
	}
	defer f.f.Close()
	defer b.Close()
	return b.BackupInfo, nil
}

// RestoreBackup makes a profile of a backup in o.Dir, where there must be none:
// the same account with all that was backed up, or with the messages of some
// conversations only (choice nil: of all). Until it is complete there is no
// profile, whatever happens. o.Network, where it has a name, must be that of the
// backup. A proxy in o.Reach takes the place of the backup's.
func RestoreBackup(ctx context.Context, o Options, p Protection, path string, passphrase []byte, choice []model.ConversationID, progress func(done, total int64)) (BackupRestored, error) {
	o.defaults()
	b, f, err := openBackup(path, passphrase)
	if err != nil {
		return BackupRestored{}, err
	}
	defer f.f.Close()
	defer b.Close()
	if o.Network.Name != "" && o.Network.Name != b.Network {
		return BackupRestored{}, backupError(ErrBackupNetwork)
	}
	got, err := store.Restore(ctx, o.Dir, b, p, o.Store, chosen(choice), o.putReach, f.steps(progress))
	return got, restoreError(ctx, err)
}

// AddBackup brings messages of a backup back that are not in the profile any
// more, with their files: of some conversations (choice nil: of all). What is
// there stays as it is, and what was deleted for everybody stays away. Reading
// goes on meanwhile, everything that stores something waits. Whatever ends it
// before its end, nothing has changed.
func (e *Engine) AddBackup(ctx context.Context, path string, passphrase []byte, choice []model.ConversationID, progress func(done, total int64)) (BackupRestored, error) {
	b, f, err := openBackup(path, passphrase)
	if err != nil {
		return BackupRestored{}, err
	}
	defer f.f.Close()
	defer b.Close()
	var rules store.AddRules
	if err := e.do(ctx, func(c *core) error { rules = c.addRules(); return nil }); err != nil {
		return BackupRestored{}, err
	}
	got, err := e.store.AddBackup(ctx, b, chosen(choice), rules, f.steps(progress))
	if err != nil {
		return got, restoreError(ctx, err)
	}
	return got, e.update(context.WithoutCancel(ctx), func(w *work) error {
		for _, c := range w.tx.Conversations() {
			if c.Kind == model.KindContact && !c.Synced && (c.Approved || c.Blocked) {
				w.mirror(c.ID) // the other devices get a contact back, too
			}
		}
		w.expiryChanged()
		w.emit(Resync{})
		return nil
	})
}

// addRules are what the engine knows of messages that come back. They are for
// another goroutine.
//
// Gone is what was deleted for everybody and left nothing in its place: what admins
// cleared a group of, and what a community has no more. What is still there is known
// by its number, as if it had been fetched: an own post has another time here than
// the server gave it, and would come once more with the next older page, and what
// is edited or deleted there later has to find it.
func (c *core) addRules() store.AddRules {
	type cleared struct{ all, files model.Millis }
	groups := make(map[model.ConversationID]cleared)
	for _, g := range c.groups.active {
		groups[g.conv] = cleared{model.Millis(g.state.DeletedBefore) * 1000, model.Millis(g.state.AttachmentsBefore) * 1000}
	}
	lanes := make(map[model.ConversationID]model.ID)
	for _, s := range c.communities.servers {
		for conv := range s.rooms {
			lanes[conv] = s.lane
		}
	}
	post := func(tx *store.Tx, m *model.Message) (p roomPostKey, seen store.SeenRecord, known bool) {
		number, at, posted := parseRoomRef(m.Hash)
		lane, room := lanes[m.Conversation]
		if !posted || !room {
			return p, seen, false
		}
		p = roomPostKey{lane, number, at}
		seen, known = tx.Seen(lane, 0, numberHash(number))
		return p, seen, known
	}
	return store.AddRules{
		Gone: func(tx *store.Tx, m *model.Message) bool {
			if g := groups[m.Conversation]; m.Timestamp < g.all || len(m.Attachments) > 0 && m.Timestamp < g.files {
				return true
			}
			_, seen, known := post(tx, m)
			return known && seen.Reason == seenRefused
		},
		Here: func(tx *store.Tx, m *model.Message) (model.MessageID, bool) {
			_, seen, known := post(tx, m)
			if !known {
				return 0, false
			}
			there, ok := tx.Message(seen.Message)
			return seen.Message, ok && there.Conversation == m.Conversation
		},
		Kept: func(tx *store.Tx, m *model.Message) error {
			p, seen, known := post(tx, m)
			if p.number == 0 || known && seen.Message == m.ID {
				return nil
			}
			return markRoomMessage(tx, p.lane, p.number, m.ID, model.MessageKey{Sender: m.Sender, Timestamp: p.posted})
		},
	}
}

// roomPostKey names a post of a community.
type roomPostKey struct {
	lane   model.ID
	number int64
	posted model.Millis
}

// noteBroughtBack does for a room that is joined what Kept could not do while it was
// not: a backup has brought messages of it back.
func (w *work) noteBroughtBack(lane model.ID, conv model.ConversationID) error {
	return w.eachBefore(conv, forGood, func(m model.Message) error {
		number, posted, ok := parseRoomRef(m.Hash)
		if !ok {
			return nil
		}
		return markRoomMessage(w.tx, lane, number, m.ID, model.MessageKey{Sender: m.Sender, Timestamp: posted})
	})
}

// chosen makes a question of a list; nil asks nothing.
func chosen(choice []model.ConversationID) func(model.ConversationID) bool {
	if choice == nil {
		return nil
	}
	set := make(map[model.ConversationID]bool, len(choice))
	for _, c := range choice {
		set[c] = true
	}
	return func(c model.ConversationID) bool { return set[c] }
}

func (c *countedFile) steps(progress func(done, total int64)) func() {
	if progress == nil {
		return nil
	}
	return func() { progress(min(c.done, c.total), c.total) }
}

func restoreError(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return model.Fail(model.ReasonCancelled, "restoring was stopped: everything is as it was", context.Cause(ctx))
	}
	return backupError(err)
}

// backupError gives errors about backups their reasons and sentences.
func backupError(err error) error {
	for _, c := range []struct {
		err    error
		reason model.Reason
		text   string
	}{
		{ErrNoBackup, model.ReasonInvalid, "this is not a backup of Sotto"},
		{ErrBackupVersion, model.ReasonNotAllowed, "the backup was written by a newer version of Sotto: update and try again"},
		{ErrBackupDamaged, model.ReasonDamaged, "the backup is damaged or incomplete: try another copy of it"},
		{store.ErrPassphrase, model.ReasonLocked, "this is not the passphrase of the backup"},
		{ErrBackupAccount, model.ReasonNotAllowed, "the backup is of another account"},
		{ErrBackupNetwork, model.ReasonNotAllowed, "the backup belongs to another network"},
		{store.ErrDiskFull, model.ReasonDisk, "there is not enough room on the disk: everything is as it was"},
	} {
		if errors.Is(err, c.err) {
			return model.Fail(c.reason, c.text, err)
		}
	}
	return storeError("restore the backup", err)
}
