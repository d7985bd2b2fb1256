package command

import (
	"context"

	"sotto/engine"
	"sotto/engine/model"
)

// stream turns the engine's events, which only say where something changed,
// into lines that say what. Messages are read from the store in the order in
// which they came, from where the reader was: none is missed or told twice,
// whatever becomes of events.
type stream struct {
	e      *engine.Engine
	events *engine.Subscription
	emit   func(event any) error
	states bool // tell StateEvents

	me      string
	reached model.MessageID // the last message told, or passed over
	live    model.MessageID // up to here only what contacts sent is told
	news    int             // of contacts: messages, reactions, deletions, receipts
	rows    map[model.ConversationID]row
	told    map[model.MessageID]model.State
}

// row is what was told of a conversation.
type row struct {
	Conversation
	read model.Millis // up to here
}

// maxTold bounds what is remembered of messages' states.
const maxTold = 10_000

// newStream begins after the message reached; what was stored before this
// moment is told only if a contact sent it.
func newStream(e *engine.Engine, reached model.MessageID, states bool, emit func(event any) error) *stream {
	s := &stream{
		e: e, events: e.Subscribe(), emit: emit, states: states, me: e.Me().ID.String(),
		rows: make(map[model.ConversationID]row), told: make(map[model.MessageID]model.State),
	}
	s.live = e.LastMessage()
	s.reached = min(reached, s.live)
	for _, c := range e.Conversations(engine.Filter{Hidden: true}) {
		s.rows[c.ID] = row{newConversation(&c, e.Now()), c.LastRead}
	}
	return s
}

func (s *stream) close() { s.events.Close() }

// run tells events until ctx ends or enough news came (0: any number). after is
// called when everything so far was told.
func (s *stream) run(ctx context.Context, enough int, after func() error) error {
	err := s.messages(enough)
	for err == nil {
		if after != nil {
			if err := after(); err != nil {
				return err
			}
		}
		if s.full(enough) {
			return nil
		}
		var evs []engine.Event
		if evs, err = s.events.Wait(ctx); err == nil {
			err = s.tell(evs, enough)
		}
	}
	return err
}

// tell turns what waits into lines.
func (s *stream) tell(evs []engine.Event, enough int) error {
	for _, ev := range evs {
		if s.full(enough) {
			return nil
		}
		if err := s.one(ev, enough); err != nil {
			return err
		}
	}
	return nil
}

func (s *stream) full(enough int) bool { return enough > 0 && s.news >= enough }

func (s *stream) one(ev engine.Event, enough int) error {
	switch ev := ev.(type) {
	case engine.MessageAdded, engine.Resync:
		return s.messages(enough)
	case engine.MessageChanged:
		return s.changed(ev.Message)
	case engine.MessageDeleted:
		return s.deleted(ev.Conversation, ev.Key, false)
	case engine.ReactionChanged:
		return s.reaction(ev.Message)
	case engine.ReadChanged:
		return s.conversation(ev.Conversation)
	case engine.ConversationChanged:
		return s.conversation(ev.Conversation)
	case engine.GroupChanged:
		return s.emit(GroupEvent{"group", string(ev.Conversation)})
	case engine.TypingChanged:
		return s.emit(TypingEvent{"typing", string(ev.Conversation), s.e.IsTyping(ev.Conversation)})
	case engine.ProfileChanged:
		return s.emit(ConfigEvent{"config", "profile"})
	case engine.SettingsChanged:
		return s.emit(ConfigEvent{"config", "settings"})
	}
	return nil
}

// messages tells what was stored since the last one told.
func (s *stream) messages(enough int) error {
	const step = 200
	for {
		list := s.e.MessagesAfter(s.reached, step)
		for i := range list {
			if s.full(enough) {
				return nil
			}
			if err := s.message(&list[i]); err != nil {
				return err
			}
			s.reached = list[i].ID
		}
		if len(list) < step {
			return nil
		}
	}
}

func (s *stream) message(m *model.Message) error {
	if m.ID <= s.live && m.Outgoing {
		return nil
	}
	if !m.Outgoing {
		s.news++
	}
	s.remember(m)
	if m.Kind == model.KindDeleted {
		return s.emit(DeletedEvent{"deleted", string(m.Conversation), m.Sender.String(), m.Timestamp, true})
	}
	c, _ := s.e.Conversation(m.Conversation)
	return s.emit(newMessage(m, c.Request() == model.RequestIncoming))
}

func (s *stream) remember(m *model.Message) {
	if len(s.told) >= maxTold {
		clear(s.told)
	}
	s.told[m.ID] = m.State
}

func (s *stream) changed(id model.MessageID) error {
	m, ok := s.e.Message(id)
	if !ok || id > s.reached {
		return nil // told when its turn comes
	}
	if m.Kind == model.KindDeleted {
		return s.deleted(m.Conversation, m.Key(), true)
	}
	before, known := s.told[id]
	if !m.Outgoing || known && before == m.State {
		return nil
	}
	s.remember(&m)
	switch {
	case m.State == model.StateRead:
		s.news++
		return s.emit(ReadEvent{"read", string(m.Conversation), string(m.Conversation), m.Timestamp, 0})
	case s.states:
		ev := StateEvent{Event: "state", ID: m.ID.String(), Conversation: string(m.Conversation), Timestamp: m.Timestamp, State: m.State.String()}
		if m.Failure != model.ReasonNone {
			ev.Failure = m.Failure.String()
		}
		return s.emit(ev)
	}
	return nil
}

func (s *stream) deleted(conv model.ConversationID, key model.MessageKey, everyone bool) error {
	author := key.Sender.String()
	if author != s.me {
		s.news++
	}
	return s.emit(DeletedEvent{"deleted", string(conv), author, key.Timestamp, everyone})
}

func (s *stream) reaction(id model.MessageID) error {
	m, ok := s.e.Message(id)
	if !ok || id > s.reached {
		return nil
	}
	s.news++
	return s.emit(ReactionEvent{
		"reaction", m.ID.String(), string(m.Conversation), m.Sender.String(), m.Timestamp, newReactions(m.Reactions),
	})
}

// conversation tells what has changed about a conversation since it was told
// last, and how far it is read.
func (s *stream) conversation(id model.ConversationID) error {
	c, ok := s.e.Conversation(id)
	if !ok {
		delete(s.rows, id)
		return nil
	}
	now := row{newConversation(&c, s.e.Now()), c.LastRead}
	before, known := s.rows[id]
	if known && before == now {
		return nil
	}
	s.rows[id] = now
	if known && now.read > before.read {
		if err := s.emit(ReadEvent{"read", string(id), s.me, now.read, now.Unread}); err != nil {
			return err
		}
	}
	if known && before.Conversation == now.Conversation {
		return nil
	}
	return s.emit(ConversationEvent{"conversation", now.Conversation})
}
