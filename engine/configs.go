package engine

import (
	"strconv"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/config"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
	"sotto/store"
)

// configs are the config messages of the account: what all its devices keep
// equal (protocol/config-messages.md). They live on the loop. The store has
// their dumps, written in the transaction that changes them, so that what the
// window shows and what the swarm will be told never differ after a crash.
//
// Conversations are the truth of this device. A transaction that changes one
// mirrors it into the configs (mirror.go); a merge that changes a config is
// applied to conversations (handle_config.go) in the same way.
type configs struct {
	profile  *config.UserProfile
	contacts *config.Contacts
	groups   *config.UserGroups
	volatile *config.ConvoInfoVolatile

	push    pushing
	renewAt time.Time // when the lives of stored configs are extended next
	// unmerged is set while a restored account has not seen what its other
	// devices know: nothing is pushed until then.
	unmerged bool
	// heard are members of the swarm that were asked since the account was
	// restored.
	heard map[[32]byte]bool
}

// each calls f for every config, in the order of configSpaces.
func (s *configs) each(f func(ns snode.Namespace, c *config.Config)) {
	f(snode.UserProfile, s.profile.Config)
	f(snode.Contacts, s.contacts.Config)
	f(snode.UserGroups, s.groups.Config)
	f(snode.ConvoInfoVolatile, s.volatile.Config)
}

func (s *configs) of(ns snode.Namespace) (found *config.Config) {
	s.each(func(n snode.Namespace, c *config.Config) {
		if n == ns {
			found = c
		}
	})
	return found
}

// configBlob is the name of the dump of a config in the store.
func configBlob(ns snode.Namespace) string { return "config/" + strconv.Itoa(int(ns)) }

// load takes the configs from their dumps. A dump that cannot be read is left
// out: the next merge brings what the swarm has.
func (s *configs) load(tx *store.Tx, account *identity.Account) (damaged error, err error) {
	dump := func(ns snode.Namespace) []byte { return tx.Blob(configBlob(ns)) }
	if s.profile, err = config.NewUserProfile(account, dump(snode.UserProfile)); err != nil {
		damaged = err
		if s.profile, err = config.NewUserProfile(account, nil); err != nil {
			return damaged, err
		}
	}
	if s.contacts, err = config.NewContacts(account, dump(snode.Contacts)); err != nil {
		damaged = err
		if s.contacts, err = config.NewContacts(account, nil); err != nil {
			return damaged, err
		}
	}
	if s.groups, err = config.NewUserGroups(account, dump(snode.UserGroups)); err != nil {
		damaged = err
		if s.groups, err = config.NewUserGroups(account, nil); err != nil {
			return damaged, err
		}
	}
	if s.volatile, err = config.NewConvoInfoVolatile(account, dump(snode.ConvoInfoVolatile)); err != nil {
		damaged = err
		if s.volatile, err = config.NewConvoInfoVolatile(account, nil); err != nil {
			return damaged, err
		}
	}
	record, ok := tx.Account()
	if ok {
		s.unmerged = record.Unmerged
		record.Zero()
	}
	return damaged, nil
}

// loadConfigs begins with the stored configs, at the start and after a
// transaction that failed when they had been changed for it already.
func (c *core) loadConfigs() error {
	return c.store.View(func(tx *store.Tx) error {
		damaged, err := c.configs.load(tx, c.account)
		if damaged != nil {
			c.log.Warn("a stored config cannot be read, the swarm's is taken", "err", damaged)
		}
		if err != nil {
			return model.Fail(model.ReasonInternal, "the config messages cannot be made", err)
		}
		return nil
	})
}

// keepConfigs stores the dumps of what changed, in this transaction.
func (w *work) keepConfigs() (err error) {
	changed := false
	w.configs.each(func(ns snode.Namespace, cfg *config.Config) {
		if err != nil || !cfg.NeedsDump() {
			return
		}
		changed = true
		if ns == snode.UserGroups {
			w.then(w.reconcileGroups)
			w.then(w.reconcileCommunities)
		}
		err = w.tx.PutBlob(configBlob(ns), cfg.Dump())
	})
	if changed {
		w.then(w.pushSoon)
	}
	return err
}
