package engine

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"sotto/engine/model"
	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/store"
)

// Profile is the own account as it may be shown.
type Profile struct {
	ID      model.ID
	Name    string
	Picture model.Picture
	Network string
	Created model.Millis
	// Restoring is set while a restored account has not seen what its other
	// devices left for it.
	Restoring bool
}

// view runs a query on a snapshot. Queries return no error: one that meets
// damaged data answers with what it could read, the damage is logged and shown
// in Status. A screen that is being left may still ask while the profile is
// closed; nobody waits for that answer.
func (e *Engine) view(f func(tx *store.Tx)) {
	err := e.store.View(func(tx *store.Tx) error {
		f(tx)
		return nil
	})
	if err != nil && !errors.Is(err, store.ErrClosed) {
		err = storeError("read the profile", err)
		e.core.setProblem(model.ReasonOf(err))
		e.log.Error("query failed", "err", err)
	}
}

// read is view for whoever has to know that the answer is whole: the error says
// that it may not be.
func (e *Engine) read(f func(tx *store.Tx)) error {
	err := e.store.View(func(tx *store.Tx) error {
		f(tx)
		return nil
	})
	return storeError("read the profile", err)
}

// Me returns the own account.
func (e *Engine) Me() Profile {
	p := Profile{ID: e.account.ID(), Network: e.network}
	e.view(func(tx *store.Tx) {
		if record, ok := tx.Account(); ok {
			p.Name, p.Created, p.Picture, p.Restoring = record.Name, record.Created, record.Picture, record.Unmerged
			record.Zero()
		}
	})
	return p
}

// RecoveryPhrase returns the 13 words that are the account. Whoever shows them
// asks for the passphrase first.
func (e *Engine) RecoveryPhrase(ctx context.Context) (string, error) {
	if ctx.Err() != nil {
		return "", contextError(ctx)
	}
	return e.account.Phrase(), nil
}

// RecoverySeedHex returns the content of the recovery QR code.
func (e *Engine) RecoverySeedHex(ctx context.Context) (string, error) {
	if ctx.Err() != nil {
		return "", contextError(ctx)
	}
	return e.account.SeedHex(), nil
}

// Filter chooses conversations by name.
type Filter struct {
	Text   string // part of nickname, name or id; empty is all
	Hidden bool   // hidden ones too
}

// Conversations returns the list as the window shows it: the pinned ones first,
// then by last activity. Incoming requests are not in it, see Requests.
func (e *Engine) Conversations(f Filter) []model.Conversation {
	var showSelf bool
	list := e.conversations(func(tx *store.Tx) { showSelf = tx.Settings().ShowNoteToSelf }, func(c *model.Conversation) bool {
		switch {
		case isRequest(c), c.Blocked && !c.Approved, !matches(c, f.Text):
			return false
		case c.Kind == model.KindSelf && c.LastActivity == 0 && !showSelf:
			return f.Hidden
		}
		return f.Hidden || !c.Hidden
	})
	slices.SortFunc(list, func(a, b model.Conversation) int {
		return cmp.Or(cmp.Compare(b.Pinned, a.Pinned), byActivity(a, b))
	})
	return list
}

func byActivity(a, b model.Conversation) int {
	return cmp.Or(cmp.Compare(b.LastActivity, a.LastActivity), strings.Compare(string(a.ID), string(b.ID)))
}

func byTitle(a, b model.Conversation) int {
	return cmp.Or(strings.Compare(strings.ToLower(a.Title()), strings.ToLower(b.Title())), strings.Compare(string(a.ID), string(b.ID)))
}

func matches(c *model.Conversation, text string) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	return text == "" || strings.Contains(strings.ToLower(c.Nickname), text) ||
		strings.Contains(strings.ToLower(c.Name), text) || strings.Contains(string(c.ID), text)
}

// isRequest says that a conversation waits for an answer: somebody not yet
// approved wrote, and there is something to read.
func isRequest(c *model.Conversation) bool {
	return c.Request() == model.RequestIncoming && (c.Last.Message != 0 || c.Kind == model.KindGroup)
}

// Requests returns the incoming message requests, newest first.
func (e *Engine) Requests() []model.Conversation {
	list := e.conversations(nil, func(c *model.Conversation) bool {
		return isRequest(c) && !c.Hidden
	})
	slices.SortFunc(list, byActivity)
	return list
}

// Contacts returns the accounts that the user has approved and not blocked, by
// name.
func (e *Engine) Contacts() []model.Conversation {
	list := e.conversations(nil, func(c *model.Conversation) bool {
		return c.Kind == model.KindContact && c.Approved && !c.Blocked
	})
	slices.SortFunc(list, byTitle)
	return list
}

// Blocked returns the blocked contacts, by name.
func (e *Engine) Blocked() []model.Conversation {
	list := e.conversations(nil, func(c *model.Conversation) bool { return c.Blocked })
	slices.SortFunc(list, byTitle)
	return list
}

func (e *Engine) conversations(first func(tx *store.Tx), keep func(c *model.Conversation) bool) []model.Conversation {
	var list []model.Conversation
	e.view(func(tx *store.Tx) {
		if first != nil {
			first(tx)
		}
		for _, c := range tx.Conversations() {
			if keep(&c) {
				list = append(list, c)
			}
		}
	})
	return list
}

// Stored returns all conversations that hold messages, whatever list they stand
// in, by title. An error says that some may be missing.
func (e *Engine) Stored() ([]model.Conversation, error) {
	var list []model.Conversation
	err := e.read(func(tx *store.Tx) {
		for _, c := range tx.Conversations() {
			if tx.CountMessages(c.ID) > 0 {
				list = append(list, c)
			}
		}
	})
	slices.SortFunc(list, byTitle)
	return list, err
}

// CountMessages is the number of messages of a conversation.
func (e *Engine) CountMessages(conv model.ConversationID) (n int) {
	e.view(func(tx *store.Tx) { n = tx.CountMessages(conv) })
	return n
}

// Conversation returns one conversation.
func (e *Engine) Conversation(id model.ConversationID) (c model.Conversation, ok bool) {
	e.view(func(tx *store.Tx) { c, ok = tx.Conversation(id) })
	return c, ok
}

// Page returns up to before messages older than the anchor, the message there,
// and up to after newer ones.
func (e *Engine) Page(conv model.ConversationID, anchor model.Anchor, before, after int) model.Page {
	page := model.Page{Anchor: -1}
	e.view(func(tx *store.Tx) { page = tx.Page(conv, anchor, before, after) })
	return page
}

// ReadPage is Page with an error when messages may be missing in it.
func (e *Engine) ReadPage(conv model.ConversationID, anchor model.Anchor, before, after int) (model.Page, error) {
	page := model.Page{Anchor: -1}
	err := e.read(func(tx *store.Tx) { page = tx.Page(conv, anchor, before, after) })
	return page, err
}

// Message returns one message.
func (e *Engine) Message(id model.MessageID) (m model.Message, ok bool) {
	e.view(func(tx *store.Tx) { m, ok = tx.Message(id) })
	return m, ok
}

// Find returns a message by its identity on the network: the target of a quote.
func (e *Engine) Find(conv model.ConversationID, key model.MessageKey) (m model.Message, ok bool) {
	e.view(func(tx *store.Tx) {
		if m, ok = tx.FindMessage(conv, key); ok {
			return
		}
		// An own post is known to others by the time that the server gave it.
		var state roomState
		readJSON(tx, roomBlob(conv), &state)
		if a, err := community.ParseAddress(state.View.URL); err == nil {
			if seen, known := tx.Seen(laneOf(a.PublicKey), 0, momentHash(key)); known {
				m, ok = tx.Message(seen.Message)
			}
		}
	})
	return m, ok
}

// Search finds messages, newest first.
func (e *Engine) Search(q model.Query) ([]model.Hit, error) {
	var hits []model.Hit
	err := e.store.View(func(tx *store.Tx) (err error) {
		hits, err = tx.Search(q)
		return err
	})
	return hits, storeError("search", err)
}

// Settings returns the settings.
func (e *Engine) Settings() model.Settings {
	var s model.Settings
	e.view(func(tx *store.Tx) { s = tx.Settings() })
	return s
}

// Status returns the state of the network side.
func (e *Engine) Status() model.NetworkStatus {
	s := e.core.net.status()
	v := &e.core.view
	s.Network = e.network
	s.LastSync = model.Millis(v.lastSync.Load())
	s.Pending = int(v.pending.Load())
	s.Unsynced = v.unsynced.Load() || v.groupsPending.Load() > 0 || v.groupPicturesWait()
	s.UnreadConfigs = int(v.unreadConfigs.Load())
	s.ConfigProblem = model.Reason(v.configProblem.Load())
	if s.Problem == model.ReasonNone {
		s.Problem = model.Reason(v.problem.Load())
	}
	return s
}

// Now is the network's time, the scale of all timestamps.
func (e *Engine) Now() model.Millis { return e.core.net.Now() }

// SafetyNumber returns the 60 digits, in groups of five, that the user compares
// with a contact. Equal numbers mean that each of the two talks to the account
// that the other one uses. ReasonNotAllowed for anything but a contact.
func (e *Engine) SafetyNumber(conv model.ConversationID) (string, error) {
	id, err := recipient(conv)
	if err != nil || id == e.account.ID() {
		return "", fail(model.ReasonNotAllowed, "a safety number exists between two accounts")
	}
	n, err := identity.NewSafetyNumber(e.account.ID(), id)
	if err != nil {
		return "", model.Fail(model.ReasonNotAllowed, "a safety number exists between two accounts", err)
	}
	return n.String(), nil
}

// SafetyNumberQR returns what a QR code shows for the contact to scan.
func (e *Engine) SafetyNumberQR(conv model.ConversationID) (string, error) {
	id, err := recipient(conv)
	if err != nil {
		return "", err
	}
	text, err := identity.SafetyNumberQR(e.account.ID(), id)
	if err != nil {
		return "", model.Fail(model.ReasonNotAllowed, "a safety number exists between two accounts", err)
	}
	return text, nil
}

// CompareSafetyNumber holds the scanned code of a contact's screen against this
// side. Nil is a match; ReasonRejected is a mismatch, ReasonInvalid anything
// that is no such code.
func (e *Engine) CompareSafetyNumber(conv model.ConversationID, scanned string) error {
	id, err := recipient(conv)
	if err != nil {
		return err
	}
	switch err := identity.CompareSafetyNumberQR(e.account.ID(), id, scanned); err {
	case nil:
		return nil
	case identity.ErrSafetyMismatch:
		return model.Fail(model.ReasonRejected, "the safety numbers differ", err)
	default:
		return model.Fail(model.ReasonInvalid, "this is not the other side's safety number", err)
	}
}
