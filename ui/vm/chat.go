package vm

import (
	"context"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/clock"
)

// ChatEngine is what an open conversation needs of the engine.
type ChatEngine interface {
	Subscriber
	Me() engine.Profile
	Settings() model.Settings
	Status() model.NetworkStatus
	Now() model.Millis
	Conversation(id model.ConversationID) (model.Conversation, bool)
	Page(conv model.ConversationID, anchor model.Anchor, before, after int) model.Page
	Message(id model.MessageID) (model.Message, bool)
	Find(conv model.ConversationID, key model.MessageKey) (model.Message, bool)
	Search(q model.Query) ([]model.Hit, error)
	IsTyping(conv model.ConversationID) bool

	SendText(ctx context.Context, conv model.ConversationID, draft model.Draft) (model.MessageID, error)
	Retry(ctx context.Context, id model.MessageID) error
	React(ctx context.Context, id model.MessageID, emoji string, add bool) error
	Delete(ctx context.Context, ids []model.MessageID, everyone bool) error
	MarkRead(ctx context.Context, conv model.ConversationID, upTo model.Millis) error
	SaveDraft(ctx context.Context, conv model.ConversationID, d model.Draft) error
	SaveScroll(ctx context.Context, conv model.ConversationID, topmost model.MessageID) error
	SetTimer(ctx context.Context, conv model.ConversationID, t model.Timer) error
	Wake()
	UpdateSettings(ctx context.Context, f func(*model.Settings)) error
	AcceptRequest(ctx context.Context, conv model.ConversationID) error
	DeclineRequest(ctx context.Context, conv model.ConversationID) error
	Block(ctx context.Context, conv model.ConversationID) error
	Unblock(ctx context.Context, conv model.ConversationID) error
	Group(conv model.ConversationID) (model.Group, bool)
	Community(conv model.ConversationID) (model.Community, bool)
	Person(conv model.ConversationID, id model.ID) model.Person
	People(conv model.ConversationID) []model.Person
	LoadEarlier(ctx context.Context, conv model.ConversationID) (more bool, err error)
	BanFromCommunity(ctx context.Context, conv model.ConversationID, id model.ID, timeout time.Duration, messages bool) error
	UnbanFromCommunity(ctx context.Context, conv model.ConversationID, id model.ID) error
	DeleteAllFromCommunity(ctx context.Context, conv model.ConversationID, id model.ID) error
	SetCommunityModerator(ctx context.Context, conv model.ConversationID, id model.ID, moderator bool) error
	PinInCommunity(ctx context.Context, id model.MessageID, pinned bool) error
	EditInCommunity(ctx context.Context, id model.MessageID, text string) error
	Typing(conv model.ConversationID, active bool)

	// LookUpLink asks the page behind a link what it is, when that is allowed.
	LookUpLink(ctx context.Context, address string) (*model.PagePreview, error)
	BasketEngine
	SendFiles(ctx context.Context, conv model.ConversationID, draft model.Draft, files []engine.File) (model.MessageID, error)
	CancelUpload(ctx context.Context, id model.MessageID) error
	Download(ctx context.Context, id model.MessageID, index int) error
	CancelDownload(ctx context.Context, id model.MessageID, index int) error
	Transfer(id model.MessageID, index int) (model.Transfer, bool)
	Focus(conv model.ConversationID, active bool)
}

// ChatView is told what has changed, on the interface's goroutine.
type ChatView interface {
	// HeadChanged: Head is another one.
	HeadChanged()
	// ItemsChanged: Items are others. What is in view stays where it is, unless
	// place says where to go.
	ItemsChanged(place *ChatPlace)
	// ComposerChanged: the reply has changed, and with text not nil the text.
	ComposerChanged(text *string)
	// FileChanged: a file of a message came forward on its way.
	FileChanged(m *ChatMessage, index int)
	// FilesUnsent: files could not be sent, and why.
	FilesUnsent(files []*OutFile, caption, why string)
	// FindChanged: the search in the conversation has changed.
	FindChanged()
	// Opened: the first page is there, and the draft.
	Opened()
	// Notice is one sentence to be shown for a moment.
	Notice(sentence string)
	// Gone: the conversation was deleted.
	Gone()
}

// ChatPlace is where in the conversation the view shall go.
type ChatPlace struct {
	End    bool
	Key    string // of an item
	Centre bool   // in the middle of the view, else at its top
	Fresh  bool   // none of the rows shown before is left
}

// Chat is one open conversation: a window of its messages, and the composer. It
// belongs to its conversation for good: what is typed here cannot be sent
// anywhere else.
//
// All methods are called on the interface's goroutine; none waits for disk or
// network.
type Chat struct {
	Head  ChatHead
	Items []ChatItem
	Reply *ChatReply // what the composer answers
	Link  *ChatLink  // preview of a link in the composer
	// Whisper is who alone shall see what is being written, nil for everybody
	// here. Editing is the message that is being changed.
	Whisper *Whispering
	Editing *Editing
	Find    ChatFind

	desk   Desk
	engine ChatEngine
	clock  clock.Clock
	conv   model.ConversationID
	view   ChatView

	me      model.ID
	myName  string
	known   bool // the conversation is in the store
	loaded  bool
	record  model.Conversation
	room    ChatRoom
	status  model.NetworkStatus
	setting model.Settings
	storing int // changes of settings on their way to the store
	typing  bool
	active  bool
	left    bool

	window     []*ChatMessage // by time sent and number
	moreBefore bool
	moreAfter  bool
	age        int // counts exchanges of the whole window; older answers are stale
	paging     bool
	replacing  bool // another window is on its way
	first      int  // items in view
	last       int

	newFrom  model.MessageID // the first message under "New messages"
	flash    model.MessageID
	unflash  func()
	cursor   model.MessageID // chosen with the keyboard
	held     map[model.MessageID]bool
	seen     model.Millis // read up to here, told to the engine
	reading  bool
	unmark   bool // a conversation marked as unread is read by opening it, not by being open
	news     chatNews
	fetching bool
	earlier  bool // older messages of a community are on their way
	tick     func()
	tickAt   time.Time
	picks    picks
	composer composer
	errands  errands
	moves    moves
	finder   int
	begins   *FirstPage // read ahead, to be shown by Begin
}

// OpenChat opens a conversation: at a message, or at 0 where the reader left
// off. view may be told something before OpenChat has returned only if post of
// the desk runs functions at once.
func OpenChat(desk Desk, e ChatEngine, clk clock.Clock, conv model.ConversationID, at model.MessageID, view ChatView) *Chat {
	c := newChat(desk, e, clk, conv, view)
	desk.Watch(e, c.changed)
	c.open(at)
	return c
}

func newChat(desk Desk, e ChatEngine, clk clock.Clock, conv model.ConversationID, view ChatView) *Chat {
	return &Chat{desk: desk, engine: e, clock: clk, conv: conv, view: view, held: make(map[model.MessageID]bool), last: -1}
}

// Conversation returns whose chat this is.
func (c *Chat) Conversation() model.ConversationID { return c.conv }

// Loaded reports whether the first page is there.
func (c *Chat) Loaded() bool { return c.loaded }

// MoreAfter reports whether there are newer messages than those in memory.
func (c *Chat) MoreAfter() bool { return c.moreAfter }

// Settings returns the user's choices.
func (c *Chat) Settings() model.Settings { return c.setting }

// firstPage is how many messages are read at once, to each side of a place.
const (
	firstPage = 40
	nextPage  = 60
	maxWindow = 300
)

// opened is the answer to open.
type opened struct {
	me       model.ID
	myName   string
	record   model.Conversation
	room     ChatRoom
	known    bool
	status   model.NetworkStatus
	setting  model.Settings
	typing   bool
	page     page
	newFrom  model.MessageID
	draft    *ChatReply
	whisper  *Whispering
	names    map[string]ChatName // in the draft
	place    ChatPlace
	atTarget bool
}

// page is a run of messages ready to be shown.
type page struct {
	messages      []*ChatMessage
	before, after bool
	anchor        int
}

// readPage reads messages; it is called away from the interface's goroutine.
func (t *teller) readPage(anchor model.Anchor, before, after int) page {
	p := t.engine.Page(t.conv, anchor, before, after)
	return page{messages: t.tellAll(p.Messages), before: p.MoreBefore, after: p.MoreAfter, anchor: p.Anchor}
}

func (c *Chat) open(at model.MessageID) {
	c.age++
	age := c.age
	e, conv := c.engine, c.conv
	Ask(c.desk, func(ctx context.Context) (opened, error) { return readOpening(ctx, e, conv, at), nil },
		func(o opened, _ error) {
			if c.age == age {
				c.show(o, at)
			}
		})
}

// readOpening reads what a conversation opens with; it is called away from the
// interface's goroutine.
func readOpening(ctx context.Context, e ChatEngine, conv model.ConversationID, at model.MessageID) opened {
	awaitDrafts(ctx)
	t := newTeller(e, conv)
	o := opened{me: t.me, myName: t.own, status: e.Status(), setting: e.Settings(), typing: e.IsTyping(conv)}
	// First the drafts: one that is stored in between is in the record then.
	waiting, late := underway.of(e, conv)
	if o.record, o.known = e.Conversation(conv); late {
		o.record.Draft = waiting
	}
	o.room = t.room
	o.room.people = readPeople(e, &o.record, &o.room)
	anchor := model.Anchor{End: true}
	switch {
	case at != 0:
		anchor = model.Anchor{Message: at}
	case o.record.Unread > 0:
		anchor = model.Anchor{Unread: true}
	case o.record.FirstRead != 0:
		anchor = model.Anchor{Message: o.record.FirstRead}
	}
	o.page = t.readPage(anchor, firstPage, firstPage)
	if anchor.Message != 0 && o.page.anchor < 0 {
		anchor = model.Anchor{End: true}
		o.page = t.readPage(anchor, firstPage, firstPage)
	}
	o.findPlace(anchor, at)
	o.names = t.mentions(o.record.Draft.Text)
	o.whisper = t.whispering(o.record.Draft.Whisper)
	if ref := o.record.Draft.Quote; ref != nil {
		q := t.quote(ref)
		o.draft = &ChatReply{Ref: *ref, Message: q.Message, Title: q.Title, Text: q.Text}
	}
	return o
}

// awaitDrafts lets what was written here a moment ago get to the store, when one
// comes back at once.
func awaitDrafts(ctx context.Context) {
	const patience = 50 * time.Millisecond
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	// Later than that, a message that was just sent comes a moment after the rest.
	_ = FinishErrands(ctx)
}

// findPlace decides where the view opens.
func (o *opened) findPlace(anchor model.Anchor, at model.MessageID) {
	o.place = ChatPlace{End: true, Fresh: true}
	list := o.page.messages
	if o.page.anchor >= 0 && o.page.anchor < len(list) {
		m := list[o.page.anchor]
		switch {
		case at != 0:
			o.place = ChatPlace{Key: key(m), Centre: true, Fresh: true}
			o.atTarget = true
		case anchor.Unread && m.unread:
			o.newFrom = m.ID
			o.place = ChatPlace{Key: "u", Fresh: true}
		case anchor.Message != 0:
			o.place = ChatPlace{Key: key(m), Fresh: true}
		}
	}
	if o.newFrom == 0 && o.record.Unread > 0 {
		o.newFrom = firstUnread(list, o.page.before)
	}
}

// firstUnread finds the first unread message, if it is surely the first.
func firstUnread(list []*ChatMessage, more bool) model.MessageID {
	for i, m := range list {
		if m.unread {
			if i == 0 && more {
				return 0
			}
			return m.ID
		}
	}
	return 0
}

func (c *Chat) show(o opened, at model.MessageID) {
	first := !c.loaded
	c.me, c.myName = o.me, o.myName
	c.loaded, c.known, c.record = true, o.known, o.record
	c.takeSettings(o.setting)
	c.room, c.room.read = o.room, c.clock.Now()
	c.status, c.typing = o.status, o.typing
	c.window, c.moreBefore, c.moreAfter = o.page.messages, o.page.before, o.page.after
	c.newFrom = o.newFrom
	c.news = chatNews{}
	if o.atTarget {
		c.setFlash(at)
	}
	c.headChanged()
	c.rebuild(&o.place)
	c.unmark = true
	if first {
		c.composer.restore(c, o.record.Draft, o.names, o.draft, o.whisper)
	}
	c.ticking()
	c.read()
	c.fetch()
	if first {
		c.view.Opened()
	}
}

// rebuild makes the rows anew and tells the view.
func (c *Chat) rebuild(place *ChatPlace) {
	c.Items = c.items()
	c.view.ItemsChanged(place)
}

// ticking keeps what changes with time right: rings, days, "last synced". It
// wakes at most once a minute unless a ring moves.
func (c *Chat) ticking() {
	if c.tick != nil {
		c.tick()
	}
	now := c.clock.Now().Local()
	wait := now.Truncate(time.Minute).Add(time.Minute).Sub(now)
	if step, ok := c.nextStep(c.engine.Now()); ok && step < wait {
		wait = max(step, time.Second)
	}
	c.tickAt = now.Add(wait)
	c.tick = chatAfter(c.desk, c.clock, wait, func() {
		c.headChanged()
		before := c.Items
		c.Items = c.items()
		if !sameItems(before, c.Items) {
			c.view.ItemsChanged(nil)
		}
		c.ticking()
	})
}

func sameItems(a, b []ChatItem) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// Active tells whether the window has the focus. Messages are read, and news
// fetched often, only then.
func (c *Chat) Active(active bool) {
	if c.active == active {
		return
	}
	c.active = active
	c.engine.Focus(c.conv, active)
	c.read()
}

// Visible tells which items are in view; last is less than first when none is.
func (c *Chat) Visible(first, last int) {
	c.first, c.last = first, last
	c.turnPages()
	c.read()
}

// read tells the engine how far the user has read: what is in view of an
// active window.
func (c *Chat) read() {
	if !c.active || !c.loaded || c.left || c.reading {
		return
	}
	upTo := c.seenUpTo()
	unmark := c.unmark && c.record.MarkedUnread
	if !unmark && (upTo <= c.seen || c.record.Unread == 0) {
		return
	}
	c.reading = true
	e, conv := c.engine, c.conv
	c.desk.Do(func(ctx context.Context) error { return e.MarkRead(ctx, conv, upTo) }, func(err error) {
		c.reading = false
		if err != nil {
			return // the next movement tries again
		}
		c.record.MarkedUnread, c.unmark = false, false
		c.seen = max(c.seen, upTo)
		c.read()
	})
}

// seenUpTo is the sent time of the last message in view.
func (c *Chat) seenUpTo() model.Millis {
	for i := min(c.last, len(c.Items)-1); i >= max(c.first, 0); i-- {
		if m := c.Items[i].Message; m != nil && m.ID != 0 {
			return m.sent
		}
	}
	return 0
}

// Leave saves what is unsaved. Nothing of the chat may be used afterwards.
func (c *Chat) Leave() {
	if c.left {
		return
	}
	c.left = true
	if c.active {
		c.engine.Focus(c.conv, false)
	}
	c.composer.leave(c)
	c.deleteHeld()
	if !c.loaded || !c.known || c.last < c.first {
		return // nothing was in view yet: the place is where it was
	}
	e, conv, top := c.engine, c.conv, c.topmost()
	if top == c.record.FirstRead {
		return
	}
	c.errands.add(c.desk.Context(), errand{do: func(ctx context.Context) {
		// Where one was reading is a comfort; a full disk says so elsewhere.
		_ = e.SaveScroll(ctx, conv, top)
	}})
}

// topmost is the first message in view, 0 at the end.
func (c *Chat) topmost() model.MessageID {
	if !c.moreAfter && c.last >= len(c.Items)-1 {
		return 0
	}
	for i := max(c.first, 0); i < len(c.Items) && i <= c.last; i++ {
		if m := c.Items[i].Message; m != nil {
			return m.ID
		}
	}
	return 0
}
