package vm

import (
	"context"
	"maps"
	"slices"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/clock"
)

// ChatsEngine is what the list of conversations needs of the engine.
type ChatsEngine interface {
	Subscriber
	TellerEngine
	Conversations(f engine.Filter) []model.Conversation
	Message(id model.MessageID) (model.Message, bool)
	Person(conv model.ConversationID, id model.ID) model.Person
	Search(q model.Query) ([]model.Hit, error)
	IsTyping(conv model.ConversationID) bool
	Settings() model.Settings
	SetPinOrder(ctx context.Context, order []model.ConversationID) error
	SetArchived(ctx context.Context, conv model.ConversationID, archived bool) error
	SetFolder(ctx context.Context, conv model.ConversationID, folder string) error
	RenameFolder(ctx context.Context, folder, name string) error
	SetNickname(ctx context.Context, conv model.ConversationID, name string) error
	MarkAllRead(ctx context.Context, convs []model.ConversationID) error
	SetPinned(ctx context.Context, conv model.ConversationID, pinned bool) error
	SetMuted(ctx context.Context, conv model.ConversationID, until model.Millis) error
	SetNotify(ctx context.Context, conv model.ConversationID, mode model.NotifyMode) error
	Now() model.Millis
	SetHidden(ctx context.Context, conv model.ConversationID, hidden bool) error
	MarkRead(ctx context.Context, conv model.ConversationID, upTo model.Millis) error
	MarkUnread(ctx context.Context, conv model.ConversationID) error
	Block(ctx context.Context, conv model.ConversationID) error
	Unblock(ctx context.Context, conv model.ConversationID) error
	ClearMessages(ctx context.Context, conv model.ConversationID) error
	DeleteHistory(ctx context.Context, conv model.ConversationID) error
	DeleteConversation(ctx context.Context, conv model.ConversationID) error
	LeaveGroup(ctx context.Context, conv model.ConversationID) error
	LeaveCommunity(ctx context.Context, conv model.ConversationID) error
}

// ChatsView is told what has changed, on the interface's goroutine.
type ChatsView interface {
	// ListChanged: there are other rows, or others in other places.
	ListChanged()
	// RowsChanged: these rows show something else.
	RowsChanged(rows []int)
	// FiltersChanged: there are other filters, other counts, or another choice.
	FiltersChanged()
	// ResultsChanged: what a search found is different, or the search is over.
	ResultsChanged()
	// Notice is one sentence to be shown for a moment.
	Notice(sentence string)
}

// Chats is the list of conversations and the search in all of them. It keeps a
// record for each conversation and makes rows as they are asked for.
//
// All methods are called on the interface's goroutine; none waits for the disk.
type Chats struct {
	Loaded  bool
	Results *ChatResults // nil: no search
	// Held says how long the rows should keep their places: somebody is about
	// to press one. nil: they need not.
	Held func() time.Duration

	desk   Desk
	engine ChatsEngine
	clock  clock.Clock
	view   ChatsView

	records []model.Conversation // all, in order
	places  map[model.ConversationID]int
	folders []string
	filter  ChatsFilter

	list   []model.Conversation // those that the filter lets through
	index  map[model.ConversationID]int
	typing map[model.ConversationID]bool
	names  speakers
	said   map[model.ConversationID]chatSaid // of groups and communities
	open   model.ConversationID

	all     bool // read everything
	some    map[model.ConversationID]bool
	reading bool
	held    bool                   // another order waits
	moved   []model.ConversationID // pinned rows in the order somebody gave them; empty: as stored
	moves   int                    // how often one was moved
	stored  int                    // the last of these moves that was stored
	unmutes model.Millis           // the next end of a silence that is waited for
	search  chatsSearch
}

// NewChats reads the list and follows its changes.
func NewChats(desk Desk, e ChatsEngine, clk clock.Clock, view ChatsView) *Chats {
	c := &Chats{
		desk: desk, engine: e, clock: clk, view: view,
		index: map[model.ConversationID]int{}, places: map[model.ConversationID]int{}, typing: map[model.ConversationID]bool{}, names: speakers{}, some: map[model.ConversationID]bool{},
		said: map[model.ConversationID]chatSaid{},
	}
	desk.Watch(e, c.changed)
	c.all = true
	c.read()
	c.dayAfter()
	return c
}

func (c *Chats) changed(events []engine.Event) {
	for _, ev := range events {
		switch ev := ev.(type) {
		case engine.ConversationChanged:
			c.some[ev.Conversation] = true
		case engine.ReadChanged:
			c.some[ev.Conversation] = true
		case engine.TypingChanged:
			c.some[ev.Conversation] = true
		case engine.ConversationsChanged, engine.RequestsChanged, engine.SettingsChanged, engine.Resync:
			c.all = true
		}
	}
	c.read()
}

// chatsAnswer is what read has asked for.
type chatsAnswer struct {
	list    []model.Conversation // all, in order, when everything was asked
	folders []string
	one     []model.Conversation // else those that changed
	gone    bool                 // one of them is no longer there
	names   speakers             // of groups and communities among them
	typing  map[model.ConversationID]bool
	said    map[model.ConversationID]chatSaid
	took    time.Duration
}

// read asks for what events named, one question at a time and with a pause
// after it, so that a burst of messages costs a few readings.
func (c *Chats) read() {
	if c.reading || !c.all && len(c.some) == 0 {
		return
	}
	c.reading = true
	all, some, stored := c.all, c.some, c.stored
	c.all, c.some = false, map[model.ConversationID]bool{}
	e, clk := c.engine, c.clock
	known := maps.Clone(c.names)
	Ask(c.desk, func(context.Context) (chatsAnswer, error) {
		from := clk.Now()
		a := chatsAnswer{typing: make(map[model.ConversationID]bool), names: speakers{}}
		for id := range some {
			a.typing[id] = e.IsTyping(id)
		}
		if all {
			a.list = e.Conversations(engine.Filter{})
			a.folders = e.Settings().Folders.List()
			a.names.learn(e, a.list, known)
		} else {
			for id := range some {
				one, ok := e.Conversation(id)
				a.gone = a.gone || !ok
				a.one = append(a.one, one)
			}
			a.names.learn(e, a.one, nil)
		}
		a.said = readSaid(e, a.list, a.one)
		a.took = clk.Now().Sub(from)
		return a, nil
	}, func(a chatsAnswer, _ error) {
		for id, typing := range a.typing {
			if typing {
				c.typing[id] = true
			} else {
				delete(c.typing, id)
			}
		}
		maps.Copy(c.names, a.names)
		if all {
			clear(c.said)
		}
		maps.Copy(c.said, a.said)
		switch {
		case all:
			c.folders = a.folders
			if stored == c.moves {
				c.moved = nil
			}
			c.takeAll(a.list)
		case a.gone:
			c.all = true
		default:
			c.takeSome(a.one)
		}
		c.pause(a.took)
	})
}

// pause waits about two frames, or longer when reading took long.
func (c *Chats) pause(took time.Duration) {
	chatAfter(c.desk, c.clock, max(32*time.Millisecond, 4*took), func() {
		c.reading = false
		c.read()
	})
}

func (c *Chats) takeAll(records []model.Conversation) {
	c.records = records
	clear(c.places)
	for i := range records {
		c.places[records[i].ID] = i
	}
	if c.filter.Kind == ShowFolder && !slices.Contains(c.folders, c.filter.Folder) {
		c.filter = ChatsFilter{}
	}
	c.view.FiltersChanged()
	c.waitForSounds()
	list := c.filtered()
	c.asMoved(list)
	same := c.Loaded && slices.EqualFunc(c.list, list, func(a, b model.Conversation) bool { return a.ID == b.ID })
	if !same && c.Loaded && c.hold(list) {
		same = true
	}
	c.list = list
	c.Loaded = true
	if same {
		rows := make([]int, len(list))
		for i := range rows {
			rows[i] = i
		}
		c.view.RowsChanged(rows)
		return
	}
	clear(c.index)
	for i := range list {
		c.index[list[i].ID] = i
	}
	c.view.ListChanged()
}

// hold brings a list into the order that is shown, when the rows should keep
// their places and only those are different. The order follows later.
func (c *Chats) hold(list []model.Conversation) bool {
	if c.Held == nil || len(list) != len(c.list) {
		return false
	}
	wait := c.Held()
	if wait <= 0 {
		return false
	}
	for i := range list {
		if _, ok := c.index[list[i].ID]; !ok {
			return false
		}
	}
	slices.SortFunc(list, func(a, b model.Conversation) int { return c.index[a.ID] - c.index[b.ID] })
	if !c.held {
		c.held = true
		chatAfter(c.desk, c.clock, wait, func() {
			c.held, c.all = false, true
			c.read()
		})
	}
	return true
}

func (c *Chats) takeSome(list []model.Conversation) {
	for _, one := range list {
		if i, ok := c.places[one.ID]; ok {
			c.records[i] = one
		}
	}
	if c.filter.Kind == ShowUnread {
		c.takeAll(c.records)
		return
	}
	c.view.FiltersChanged()
	c.waitForSounds()
	var rows []int
	for _, one := range list {
		if i, ok := c.index[one.ID]; ok {
			c.list[i] = one
			rows = append(rows, i)
		}
	}
	if len(rows) > 0 {
		slices.Sort(rows)
		c.view.RowsChanged(rows)
	}
}

// dayAfter shows the times of all rows anew when a day has ended.
func (c *Chats) dayAfter() {
	now := c.clock.Now().Local()
	chatAfter(c.desk, c.clock, nextMidnight(now).Sub(now)+time.Second, func() {
		if c.Loaded {
			c.takeAll(c.records)
		}
		c.dayAfter()
	})
}

// Total returns how many conversations there are, whatever the filter.
func (c *Chats) Total() int { return len(c.records) }

// Len returns how many rows there are.
func (c *Chats) Len() int { return len(c.list) }

// ID returns the conversation of a row.
func (c *Chats) ID(i int) model.ConversationID { return c.list[i].ID }

// Row returns what row i shows.
func (c *Chats) Row(i int) ChatRow { return c.row(&c.list[i]) }

// Find returns the row of a conversation.
func (c *Chats) Find(id model.ConversationID) (int, bool) {
	i, ok := c.index[id]
	return i, ok
}

// Select marks the row of the open conversation.
func (c *Chats) Select(id model.ConversationID) {
	if c.open == id {
		return
	}
	var rows []int
	for _, conv := range []model.ConversationID{c.open, id} {
		if i, ok := c.index[conv]; ok {
			rows = append(rows, i)
		}
	}
	c.open = id
	if len(rows) > 0 {
		c.view.RowsChanged(rows)
	}
	if c.filter.Kind == ShowUnread && c.Loaded {
		c.takeAll(c.records) // what was read meanwhile leaves
	}
	if c.Results != nil {
		c.view.ResultsChanged()
	}
}

// Selected returns the open conversation.
func (c *Chats) Selected() model.ConversationID { return c.open }

// Next returns the conversation by rows below the open one, above when by is
// negative; without an open one the first or last.
func (c *Chats) Next(by int) (model.ConversationID, bool) {
	if len(c.list) == 0 {
		return "", false
	}
	at, ok := c.index[c.open]
	switch {
	case !ok && by > 0:
		at = 0
	case !ok:
		at = len(c.list) - 1
	default:
		at = min(max(at+by, 0), len(c.list)-1)
	}
	return c.list[at].ID, c.list[at].ID != c.open
}
