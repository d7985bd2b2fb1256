package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
)

const (
	// mergeSuffix names the database that AddBackup makes.
	mergeSuffix = ".merge"
	// addBatch is how many messages one transaction of it takes in.
	addBatch = 500
)

// AddRules are what the caller of AddBackup knows of messages and this package does
// not. Each may be nil.
type AddRules struct {
	// Gone says that a message was deleted for everybody: it stays away.
	Gone func(tx *Tx, m *model.Message) bool
	// Here finds a message that is there already by another name than
	// (conversation, sender, timestamp).
	Here func(tx *Tx, m *model.Message) (model.MessageID, bool)
	// Kept is told of each message that is there in the end, by its ID here.
	Kept func(tx *Tx, m *model.Message) error
}

// AddBackup brings messages of a backup of the same account back into the
// profile: those of the conversations that want chooses (nil: of all) and that
// are not there any more, with their files. What is there stays as it is, and a
// message whose timer has ended stays away. Reading goes on meanwhile, writing
// waits.
//
// It works on a copy of the database, which takes its place in the end: whatever
// ends it before, everything is as it was. Errors: ErrBackupAccount,
// ErrBackupNetwork, those of reading and of the disk, the cause of ctx.
//
// step, which may be nil, is told from time to time that it goes on.
func (s *Store) AddBackup(ctx context.Context, b *Backup, want func(model.ConversationID) bool, rules AddRules, step func()) (Restored, error) {
	if err := s.fits(b); err != nil {
		return Restored{}, err
	}
	s.writer.Lock()
	defer s.writer.Unlock()
	tmp := filepath.Join(s.dir, databaseName+mergeSuffix)
	a := &adder{
		ctx: ctx, b: b, want: want, rules: rules, step: step, keys: newKeyset(b.key),
		numbers: map[uint32]*model.Conversation{}, missing: map[string][]place{}, touched: map[model.ConversationID]bool{},
	}
	defer a.keys.Zero()
	a.sealer = sealer{keyset: a.keys}
	err := s.mergeInto(tmp, a)
	if err == nil {
		err = s.exchange(tmp)
	}
	if err != nil {
		_ = os.Remove(tmp)
		s.forgetFiles(a.adopted)
		return Restored{}, explain(err)
	}
	a.got.Conversations = len(a.touched)
	return a.got, nil
}

// fits reports whether a backup is of this account on this network.
func (s *Store) fits(b *Backup) error {
	if b.Network != s.Network() {
		return fmt.Errorf("%w: %s", ErrBackupNetwork, b.Network)
	}
	return s.View(func(tx *Tx) error {
		record, ok := tx.Account()
		if !ok {
			return ErrBackupAccount
		}
		defer record.Zero()
		account, err := identity.FromSeed(record.Seed)
		if err != nil {
			return ErrBackupAccount
		}
		defer account.Zero()
		if account.ID().String() != b.Account {
			return ErrBackupAccount
		}
		return nil
	})
}

// mergeInto makes the copy and lets the adder work on it.
func (s *Store) mergeInto(tmp string, a *adder) error {
	if err := s.copyPages(a.ctx, tmp); err != nil {
		return err
	}
	t := &Store{dir: s.dir, options: s.options, keys: s.keys, master: s.master, prof: s.prof}
	if err := t.openDatabase(databaseName + mergeSuffix); err != nil {
		return err
	}
	t.db.NoSync = true // until the exchange it is nobody's
	a.s = t
	err := a.read()
	if err == nil {
		err = guard("sync", t.db.Sync)
	}
	if cerr := t.closeDatabase(); err == nil {
		err = cerr
	}
	return err
}

// copyPages copies the database as it lies there; the writer is held, so no page
// changes meanwhile.
func (s *Store) copyPages(ctx context.Context, to string) error {
	s.gate.RLock()
	defer s.gate.RUnlock()
	if err := s.usable(); err != nil {
		return err
	}
	st, err := s.file.Stat()
	if err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	const piece = 4 << 20
	for at := int64(0); at < st.Size() && err == nil; at += piece {
		if err = ctx.Err(); err == nil {
			_, err = io.Copy(f, io.NewSectionReader(s.file, at, min(piece, st.Size()-at)))
		}
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// forgetFiles removes files that were put into place for a database that did not
// come about.
func (s *Store) forgetFiles(names []string) {
	tx := &Tx{s: s, adopted: names}
	s.gate.RLock()
	defer s.gate.RUnlock()
	tx.undoFiles()
}

// place is where a file belongs.
type place struct {
	message model.MessageID
	index   int // model.PreviewImage for that of a link preview
}

// adder takes messages of a backup in.
type adder struct {
	ctx     context.Context
	b       *Backup
	s       *Store
	want    func(model.ConversationID) bool
	rules   AddRules
	step    func()
	keys    *keyset
	sealer  sealer
	numbers map[uint32]*model.Conversation // that are wanted
	batch   []model.Message
	missing map[string][]place // files, by their names in the backup
	touched map[model.ConversationID]bool
	adopted []string
	got     Restored
}

func (a *adder) read() error {
	for {
		it, err := a.b.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = a.ctx.Err()
		}
		if err != nil {
			return err
		}
		switch {
		case it.kind == itemRecord && it.bucket == bucketConversations:
			err = a.conversation(it)
		case it.kind == itemRecord && it.bucket == bucketMessages:
			err = a.message(it)
		case it.kind == itemBucket && it.bucket == bucketMessages:
			err = a.flush()
		case it.kind == itemFile:
			err = a.file(it)
		}
		if err != nil {
			return err
		}
	}
}

func (a *adder) open(it item) ([]byte, error) {
	plain, err := a.sealer.open(it.bucket, it.key, it.value)
	if err != nil {
		return nil, fmt.Errorf("%w: a record does not authenticate", ErrBackupDamaged)
	}
	return plain, nil
}

func (a *adder) conversation(it item) error {
	plain, err := a.open(it)
	if err != nil {
		return err
	}
	c, err := decodeConversation(plain)
	if err != nil {
		return fmt.Errorf("%w: a conversation does not parse", ErrBackupDamaged)
	}
	if a.want == nil || a.want(c.c.ID) {
		own := copyConversation(&c.c)
		a.numbers[c.number] = &own
	}
	return nil
}

func (a *adder) message(it item) error {
	plain, err := a.open(it)
	if err != nil {
		return err
	}
	m, number, senderSet, err := decodeMessage(plain)
	if err != nil {
		return fmt.Errorf("%w: a message does not parse", ErrBackupDamaged)
	}
	c := a.numbers[number]
	if c == nil || m.Expires != 0 && m.Expires <= a.s.now() {
		return nil
	}
	m.Conversation = c.ID
	if !senderSet {
		m.Sender, _ = c.ID.ID()
	}
	if m.Unread && m.Timer.On() && m.Timer.Mode == model.ExpireAfterRead && m.ExpireStart == 0 {
		// Nobody will read it once more: without an end it would stay for ever.
		m.ExpireStart = a.s.now()
		m.Expires = m.ExpireStart + model.Millis(m.Timer.Seconds)*1000
	}
	m.Unread = false // old news
	if m.State == model.StateQueued || m.State == model.StateSending {
		// What was to be sent lies in no outbox any more.
		m.State, m.Failure = model.StateFailed, model.ReasonExpired
	}
	m.NextTry = 0
	for i := model.PreviewImage; i < len(m.Attachments); i++ {
		if f, ok := m.File(i); ok {
			f.Wanted = false // of that wish nothing else is known here
		}
	}
	a.batch = append(a.batch, m)
	if len(a.batch) < addBatch {
		return nil
	}
	return a.flush()
}

// flush stores the messages that are not there.
func (a *adder) flush() error {
	added := 0
	var places []func() // noted once the transaction stands
	err := a.s.Update(func(tx *Tx) error {
		for i := range a.batch {
			m := a.batch[i] // not to be changed: the transaction may fail
			if a.rules.Gone != nil && a.rules.Gone(tx, &m) {
				continue
			}
			m.Attachments = append([]model.Attachment(nil), m.Attachments...)
			names := detach(&m)
			c, err := a.ensure(tx, m.Conversation)
			if err != nil {
				return err
			}
			is, err := a.add(tx, &m)
			if err != nil {
				return err
			}
			if is {
				added++
				if err := a.show(tx, c); err != nil {
					return err
				}
			}
			here, _ := tx.Message(m.ID)
			for index, name := range names {
				file, there := here.File(index)
				if of, _ := m.File(index); there && file.LocalID == "" && file.URL == of.URL && file.Size == of.Size {
					p := place{m.ID, index}
					places = append(places, func() { a.missing[name] = append(a.missing[name], p) })
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, note := range places {
		note()
	}
	a.got.Messages += added
	clear(a.batch)
	a.batch = a.batch[:0]
	if a.step != nil {
		a.step()
	}
	return nil
}

// add stores a message unless it is there, and gives it its ID here.
func (a *adder) add(tx *Tx, m *model.Message) (added bool, err error) {
	there := false
	if a.rules.Here != nil {
		var id model.MessageID
		if id, there = a.rules.Here(tx, m); there {
			m.ID = id
		}
	}
	if !there {
		if added, err = tx.AddMessage(m); err != nil {
			return false, err
		}
	}
	if a.rules.Kept == nil {
		return added, nil
	}
	return added, a.rules.Kept(tx, m)
}

// detach takes the names of files out of a message: they hold in the backup
// only.
func detach(m *model.Message) map[int]string {
	names := map[int]string{}
	for i := range m.Attachments {
		if f := &m.Attachments[i]; f.LocalID != "" {
			names[i], f.LocalID = f.LocalID, ""
		}
	}
	if m.Preview != nil && m.Preview.Image != nil && m.Preview.Image.LocalID != "" {
		p, image := *m.Preview, *m.Preview.Image
		names[model.PreviewImage], image.LocalID = image.LocalID, ""
		p.Image, m.Preview = &image, &p
	}
	return names
}

// ensure makes a conversation that is not there any more.
func (a *adder) ensure(tx *Tx, id model.ConversationID) (model.Conversation, error) {
	if c, ok := tx.Conversation(id); ok || tx.err != nil {
		return c, tx.err
	}
	for _, c := range a.numbers {
		if c.ID == id {
			back := copyConversation(c)
			back.Synced, back.MarkedUnread, back.FirstRead, back.Draft = false, false, 0, model.Draft{}
			return back, tx.PutConversation(back)
		}
	}
	return model.Conversation{}, ErrNoConversation
}

// show lists a conversation that has messages again.
func (a *adder) show(tx *Tx, c model.Conversation) error {
	if a.touched[c.ID] {
		return nil
	}
	a.touched[c.ID] = true
	now, ok := tx.Conversation(c.ID)
	if !ok || !now.Hidden {
		return tx.err
	}
	now.Hidden = false
	return tx.PutConversation(now)
}

// file takes a file in where a message lacks it.
func (a *adder) file(it item) error {
	places := a.missing[hex.EncodeToString(it.key)]
	if len(places) == 0 {
		return nil // skipped by the next read
	}
	size, _ := plainSize(int64(it.n))
	f, err := a.s.NewFile()
	if err != nil {
		return err
	}
	defer f.Discard()
	whole, err := a.pour(f, size)
	if err != nil || !whole {
		return err // not whole: it was not in the profile either
	}
	if err := f.Finish(); err != nil {
		return err
	}
	err = a.s.Update(func(tx *Tx) error {
		if err := tx.AdoptFile(f); err != nil {
			return err
		}
		for _, p := range places {
			m, ok := tx.Message(p.message)
			if !ok {
				continue
			}
			if p.index == model.PreviewImage {
				if m.Preview == nil || m.Preview.Image == nil {
					continue
				}
				m.Preview.Image.LocalID = f.Name()
			} else {
				m.Attachments[p.index].LocalID, m.Attachments[p.index].Failure = f.Name(), model.ReasonNone
			}
			if err := tx.PutMessage(m); err != nil {
				return err
			}
		}
		a.adopted = append(a.adopted, f.Name())
		return nil
	})
	if err != nil {
		return err
	}
	a.got.Files++
	if a.step != nil {
		a.step()
	}
	return nil
}

// pour opens the sealed file of the backup into a new one.
func (a *adder) pour(to io.Writer, size int64) (whole bool, err error) {
	content := a.b.content()
	var salt [fileSaltSize]byte
	if _, err := io.ReadFull(content, salt[:]); err != nil {
		return false, err
	}
	aead := a.keys.fileAEAD(salt[:])
	sealed, plain := make([]byte, chunkSize+chunkTag), make([]byte, 0, chunkSize)
	defer func() { clear(plain[:cap(plain)]) }()
	for n, left := int64(0), size; ; n++ {
		length := min(left, chunkSize)
		last := left <= chunkSize
		if _, err := io.ReadFull(content, sealed[:length+chunkTag]); err != nil {
			return false, err
		}
		if plain, err = aead.Open(plain[:0], chunkNonce(n, last), sealed[:length+chunkTag], nil); err != nil {
			return false, nil
		}
		if _, err := to.Write(plain); err != nil {
			return false, err
		}
		if left -= length; last {
			return true, a.ctx.Err()
		}
	}
}
