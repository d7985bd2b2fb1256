package engine

import (
	"sync"
	"sync/atomic"

	"sotto/engine/model"
	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/store"
)

// acquaintances tell which account of the contact list is behind the id that a
// community server knows somebody by. That cannot be computed from the id: the
// ids that each contact can have there are computed instead, once for each server
// (protocol/communities.md §2.2). Queries on any goroutine share them.
type acquaintances struct {
	contacts atomic.Int64 // rises with each new contact

	mu      sync.Mutex
	servers map[[32]byte]*acquainted // by the server's key
}

// acquainted is what is known for one server.
type acquainted struct {
	contacts int64 // the list of contacts that is in it
	done     map[model.ID]struct{}
	accounts map[model.ID]model.ID // by community.Lookup of the blinded id
}

// whois answers who somebody is, in one query.
type whois struct {
	c        *core
	contacts int64
}

// whois begins a query. Call it before its snapshot is taken: a contact that
// comes in between is in the next one.
func (c *core) whois() whois { return whois{c, c.met.contacts.Load()} }

// account returns the contact who has a blinded id in a room.
func (w whois) account(tx *store.Tx, conv model.ConversationID, id model.ID) (model.ID, bool) {
	keys := w.c.view.roomKeys.Load()
	if keys == nil || !blinded(id) {
		return model.ID{}, false
	}
	key, ok := (*keys)[conv]
	if !ok {
		return model.ID{}, false
	}
	a := &w.c.met
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.servers[key]
	if s == nil {
		s = &acquainted{contacts: -1, done: make(map[model.ID]struct{}), accounts: make(map[model.ID]model.ID)}
		if a.servers == nil {
			a.servers = make(map[[32]byte]*acquainted)
		}
		a.servers[key] = s
	}
	if s.contacts < w.contacts {
		s.meet(tx, key)
		s.contacts = w.contacts
	}
	account, ok := s.accounts[community.Lookup(id)]
	return account, ok
}

// meet takes in the contacts that are not in it yet.
func (s *acquainted) meet(tx *store.Tx, key [32]byte) {
	for _, c := range tx.Conversations() {
		account, ok := c.ID.ID()
		if !ok || c.Kind != model.KindContact || account.Prefix() != identity.Session {
			continue
		}
		if _, done := s.done[account]; done {
			continue
		}
		s.done[account] = struct{}{}
		if ids, err := community.CandidatesOf(account, key); err == nil {
			s.accounts[community.Lookup(ids.Blind15)] = account
			s.accounts[ids.Blind25] = account
		}
	}
}
