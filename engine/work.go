package engine

import (
	"errors"

	"sotto/engine/model"
	"sotto/store"
)

// work is one write transaction with what goes along with it: events and
// changes of memory that happen only if it commits. It lives on the loop.
type work struct {
	*core
	tx  *store.Tx
	now model.Millis // network time at the beginning

	convs    map[model.ConversationID]*conversation
	settings *model.Settings
	events   []Event
	after    []func()

	mirrored       map[model.ConversationID]bool // changed for the other devices too
	erased         []model.ConversationID        // deleted for the other devices too
	profileChanged bool                          // name, picture, Note to Self
	configsTouched bool                          // a failure has to load the configs again
	touched        map[model.ID]*closedGroup     // groups, for the same
	dropped        map[model.ID]bool             // of them, those that are no longer kept

	expiryRead bool // the next time of disappearing is read again after the commit
}

// conversation is a cached record; changed ones are written at the end.
type conversation struct {
	model.Conversation
	changed bool
}

// update runs f in a transaction. Events are emitted, and the closures of
// w.then run, after the commit; on an error nothing has happened at all.
func (c *core) update(f func(w *work) error) error {
	w := &work{core: c}
	err := c.store.Update(func(tx *store.Tx) error {
		*w = work{core: c, tx: tx, now: c.now(), convs: make(map[model.ConversationID]*conversation)}
		if err := f(w); err != nil {
			return err
		}
		return w.flush()
	})
	if err != nil {
		err = storeError("store the change", err)
		if w.configsTouched {
			err = errors.Join(err, c.loadConfigs())
		}
		if len(w.touched) > 0 {
			c.reloadGroups(w.touched)
		}
		return err
	}
	for _, then := range w.after {
		then()
	}
	c.hub.emit(w.events...)
	if len(w.events) > 0 {
		c.index.touched(c.clock.Now())
	}
	return nil
}

// emit queues events for after the commit.
func (w *work) emit(evs ...Event) { w.events = append(w.events, evs...) }

// then queues a change of memory for after the commit.
func (w *work) then(f func()) { w.after = append(w.after, f) }

// flush tells the configs what changed for the other devices, and writes the
// conversations that changed.
func (w *work) flush() error {
	if err := w.mirrorAll(); err != nil {
		return err
	}
	if err := w.keepGroups(); err != nil {
		return err
	}
	if w.configsTouched {
		if err := w.keepConfigs(); err != nil {
			return err
		}
	}
	for _, c := range w.convs {
		if err := w.write(c); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) write(c *conversation) error {
	if !c.changed {
		return nil
	}
	c.changed = false
	w.offerPicture(&c.Conversation)
	return w.tx.PutConversation(c.Conversation)
}

// find returns the record of a conversation, nil when there is none. The caller
// sets changed after a change.
func (w *work) find(id model.ConversationID) *conversation {
	if c, ok := w.convs[id]; ok {
		return c
	}
	record, ok := w.tx.Conversation(id)
	if !ok {
		return nil
	}
	c := &conversation{Conversation: record}
	w.convs[id] = c
	return c
}

// need is find for a command: no conversation is ReasonNotFound.
func (w *work) need(id model.ConversationID) (*conversation, error) {
	if c := w.find(id); c != nil {
		return c, nil
	}
	return nil, fail(model.ReasonNotFound, "there is no such conversation")
}

// open returns the conversation with an account and makes it when it is new.
func (w *work) open(id model.ID) (*conversation, error) {
	key := model.ConversationOf(id)
	if c := w.find(key); c != nil {
		if c.Kind == model.KindLegacyGroup {
			return nil, fail(model.ReasonNotAllowed, "a closed group of old can only be read")
		}
		return c, nil
	}
	c := &conversation{Conversation: model.Conversation{
		ID: key, Kind: model.KindContact, Created: w.now,
	}}
	if id == w.me {
		c.Kind, c.Approved, c.ApprovedMe = model.KindSelf, true, true
	}
	if err := w.tx.PutConversation(c.Conversation); err != nil {
		return nil, err
	}
	w.convs[key] = c
	w.mirror(key)
	w.emit(ConversationsChanged{})
	w.then(func() { w.met.contacts.Add(1) })
	return c, nil
}

// forget drops the cached record after the store has changed it by itself.
func (w *work) forget(id model.ConversationID) error {
	c, ok := w.convs[id]
	if !ok {
		return nil
	}
	delete(w.convs, id)
	return w.write(c)
}

// touch marks a record as changed and tells.
func (w *work) touch(c *conversation) {
	c.changed = true
	w.mirror(c.ID)
	w.emit(ConversationChanged{c.ID})
}

// active moves a conversation up in the list because of something sent at the
// given time, and shows it again when it was hidden.
func (w *work) active(c *conversation, sent model.Millis) {
	if c.Hidden {
		w.mirror(c.ID)
	}
	if c.Hidden || sent > c.LastActivity {
		c.Hidden = false
		c.LastActivity = max(c.LastActivity, sent)
		c.changed = true
		w.emit(ConversationsChanged{})
	}
	w.emit(ConversationChanged{c.ID})
}

// setting reads the settings once in a transaction.
func (w *work) setting() *model.Settings {
	if w.settings == nil {
		s := w.tx.Settings()
		w.settings = &s
	}
	return w.settings
}

// maxAhead is how far sent times may run ahead of the network's. More than this
// does not come from many messages, but from a clock that was wrong.
const maxAhead model.Millis = 60 * 60 * 1000

// stamp gives out a sent time: network time, unique and rising on this device
// over all kinds of message, because some clients take two messages with one
// time for one (protocol/messages.md, gotchas).
func (w *work) stamp() (model.Millis, error) {
	a, ok := w.tx.Account()
	if !ok {
		return 0, model.Fail(model.ReasonDamaged, "the profile has no account", store.ErrDamaged)
	}
	defer a.Zero()
	now := w.core.now()
	if a.LastTimestamp > now+maxAhead {
		a.LastTimestamp = 0 // this computer's clock was far ahead once
	}
	a.LastTimestamp = max(now, a.LastTimestamp+1)
	return a.LastTimestamp, w.tx.PutAccount(a)
}
