package store

import (
	"context"
	"errors"

	"sotto/engine/model"
)

var errSoon = errors.New("store: being written")

// Store is an open profile.
type Store struct{}

// Inspect looks at a folder.
func Inspect(dir string) (Info, error) { return Info{}, errSoon }

// Create makes a profile; the folder may exist but must not hold one.
func Create(dir, network string, p Protection, o Options) (*Store, error) { return nil, errSoon }

// Open opens a profile.
func Open(dir string, u Unlock, o Options) (*Store, error) { return nil, errSoon }

// Salvage copies what authenticates into a new profile folder.
func Salvage(dir string, u Unlock, into string, o Options) (Salvaged, error) {
	return Salvaged{}, errSoon
}

func (s *Store) Close() error                        { return nil }
func (s *Store) Network() string                     { return "" }
func (s *Store) Dir() string                         { return "" }
func (s *Store) AttachmentsDir() string              { return "" }
func (s *Store) ChangeProtection(p Protection) error { return errSoon }
func (s *Store) CheckPassphrase(pass []byte) bool    { return false }
func (s *Store) Usage() (Usage, error)               { return Usage{}, errSoon }
func (s *Store) Compact(ctx context.Context, progress func(done, total int64)) error {
	return errSoon
}

// IndexStep does a bounded piece of index upkeep (some milliseconds); more says
// that there is more to do. Call it when idle.
func (s *Store) IndexStep() (more bool, err error) { return false, errSoon }

// View runs fn in a read transaction (a snapshot). Errors of reads inside
// surface here (ErrDamaged), also when fn returns nil.
func (s *Store) View(fn func(*Tx) error) error { return errSoon }

// Update runs fn in the one write transaction and commits durably when it and
// all reads in it went well. Never call View or Update inside.
func (s *Store) Update(fn func(*Tx) error) error { return errSoon }

// Tx is a transaction; valid inside View or Update, on one goroutine.
type Tx struct{}

func (tx *Tx) Account() (AccountRecord, bool)         { return AccountRecord{}, false }
func (tx *Tx) PutAccount(a AccountRecord) error       { return errSoon }
func (tx *Tx) Settings() model.Settings               { return model.Settings{} }
func (tx *Tx) PutSettings(s model.Settings) error     { return errSoon }
func (tx *Tx) Blob(name string) []byte                { return nil }
func (tx *Tx) PutBlob(name string, data []byte) error { return errSoon } // nil deletes

func (tx *Tx) Conversation(id model.ConversationID) (model.Conversation, bool) {
	return model.Conversation{}, false
}

// PutConversation creates or changes. Unread, Mentions and Last are kept by the
// store: what c says of them is ignored.
func (tx *Tx) PutConversation(c model.Conversation) error { return errSoon }

// DeleteConversation removes it with messages and index.
func (tx *Tx) DeleteConversation(id model.ConversationID) error { return errSoon }

// ClearMessages removes all messages of a conversation, which stays.
func (tx *Tx) ClearMessages(id model.ConversationID) error { return errSoon }

// Conversations lists all, in no order, without touching a message.
func (tx *Tx) Conversations() []model.Conversation { return nil }

// AddMessage stores m, gives it an ID, counts it and indexes it. added is false
// when (conversation, sender, timestamp) is there already; m.ID is then the
// stored one's.
func (tx *Tx) AddMessage(m *model.Message) (added bool, err error) { return false, errSoon }
func (tx *Tx) Message(id model.MessageID) (model.Message, bool)    { return model.Message{}, false }
func (tx *Tx) FindMessage(c model.ConversationID, k model.MessageKey) (model.Message, bool) {
	return model.Message{}, false
}

// PutMessage changes a stored message. Conversation, Sender and Timestamp must
// be as they were.
func (tx *Tx) PutMessage(m model.Message) error               { return errSoon }
func (tx *Tx) DeleteMessage(id model.MessageID) (bool, error) { return false, errSoon }
func (tx *Tx) CountMessages(c model.ConversationID) int       { return 0 }

// Page reads up to before messages older than the anchor, the anchor, and up to
// after newer ones.
func (tx *Tx) Page(c model.ConversationID, a model.Anchor, before, after int) model.Page {
	return model.Page{Anchor: -1}
}
func (tx *Tx) UnreadIDs(c model.ConversationID, upTo model.Millis) []model.MessageID { return nil }
func (tx *Tx) Unread(c model.ConversationID, upTo model.Millis) []model.Message      { return nil }
func (tx *Tx) CountUnread(c model.ConversationID) (unread, mentions int)             { return 0, 0 }

// MarkReadUpTo marks messages sent up to upTo as read, raises LastRead, clears
// MarkedUnread and returns the messages that were unread, oldest first.
func (tx *Tx) MarkReadUpTo(c model.ConversationID, upTo model.Millis) ([]model.Message, error) {
	return nil, errSoon
}

func (tx *Tx) Expiring(limit int) []Due                     { return nil } // soonest first
func (tx *Tx) DueBefore(now model.Millis) []model.MessageID { return nil } // Expires <= now

func (tx *Tx) AddOutbox(r *OutboxRow) error             { return errSoon } // sets r.Seq
func (tx *Tx) PutOutbox(r OutboxRow) error              { return errSoon }
func (tx *Tx) DeleteOutbox(seq uint64) error            { return errSoon }
func (tx *Tx) OutboxRow(seq uint64) (OutboxRow, bool)   { return OutboxRow{}, false }
func (tx *Tx) Outbox() []OutboxRow                      { return nil } // in Seq order
func (tx *Tx) OutboxFor(recipient model.ID) []OutboxRow { return nil }
func (tx *Tx) OutboxOf(m model.MessageID) []OutboxRow   { return nil }
func (tx *Tx) CountOutbox() int                         { return 0 }

func (tx *Tx) Seen(account model.ID, namespace int16, hash string) (SeenRecord, bool) {
	return SeenRecord{}, false
}
func (tx *Tx) MarkSeen(account model.ID, namespace int16, hash string, r SeenRecord) error {
	return errSoon
}
func (tx *Tx) SweepSeen(now model.Millis) (removed int, err error)              { return 0, errSoon }
func (tx *Tx) LastHash(node [32]byte, account model.ID, namespace int16) string { return "" }

// PutLastHash remembers; the empty hash forgets.
func (tx *Tx) PutLastHash(node [32]byte, account model.ID, namespace int16, hash string) error {
	return errSoon
}

// PutDeferred keeps d for the message k; false when too many wait already.
func (tx *Tx) PutDeferred(k model.MessageKey, d Deferred) (bool, error) { return false, errSoon }

// TakeDeferred returns and removes what waits for k, oldest first.
func (tx *Tx) TakeDeferred(k model.MessageKey) ([]Deferred, error)     { return nil, errSoon }
func (tx *Tx) SweepDeferred(now model.Millis) (removed int, err error) { return 0, errSoon }

// Search finds messages, newest first.
func (tx *Tx) Search(q model.Query) ([]model.Hit, error) { return nil, errSoon }
