package vm

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/engine/transport"
	"sotto/internal/clock"
)

// desktop is the interface's goroutine of a test: what is posted runs when the
// test says so.
type desktop struct {
	t     *testing.T
	queue chan func()
	clock *clock.Manual
	Desk
	leave context.CancelFunc
}

// patience is for what hangs: machines that are busy are slow.
const patience = time.Minute

func newDesktop(t *testing.T) *desktop {
	d := &desktop{t: t, queue: make(chan func(), 4096), clock: clock.NewManual(noon)}
	ctx, cancel := context.WithCancel(context.Background())
	d.Desk = NewDesk(ctx, func(f func()) { d.queue <- f })
	d.leave = cancel
	t.Cleanup(func() {
		cancel()
		ctx, stop := context.WithTimeout(context.Background(), patience)
		defer stop()
		if err := FinishErrands(ctx); err != nil {
			t.Errorf("errands are left: %v", err)
		}
	})
	return d
}

// until runs what was posted until a condition holds.
func (d *desktop) until(what string, ok func() bool) {
	d.t.Helper()
	end := time.After(patience)
	look := time.NewTicker(2 * time.Millisecond) // some conditions come about elsewhere
	defer look.Stop()
	for !ok() {
		select {
		case f := <-d.queue:
			f()
		case <-look.C:
		case <-end:
			d.t.Fatalf("waited in vain: %s", what)
		}
	}
}

// idle runs what was posted and what follows from it, moving the clock over
// pauses between readings.
func (d *desktop) idle(c *Chat) {
	d.t.Helper()
	d.until("idle", func() bool {
		if c.fetching || c.news.any() {
			d.clock.Advance(20 * time.Millisecond)
		}
		return c.loaded && !c.fetching && !c.news.any() && !c.paging && !c.replacing && !c.reading && len(d.queue) == 0 && len(c.composer.pending) == 0
	})
}

// noon is a Wednesday.
var noon = time.Date(2026, 11, 18, 12, 0, 0, 0, time.Local)

func at(t time.Time) model.Millis { return model.Millis(t.UnixMilli()) }

// someone returns the id of a person.
func someone(n int) model.ID {
	id, err := model.ParseID("05" + strings.Repeat(fmt.Sprintf("%02x", n), 32))
	if err != nil {
		panic(err)
	}
	return id
}

var (
	myself   = someone(0xaa)
	maya     = someone(1)
	jonas    = someone(2)
	withMaya = model.ConversationOf(maya)
	withJo   = model.ConversationOf(jonas)
)

// subscriptions come from an engine that does nothing: tests hand events to the
// view-model themselves.
var quiet = sync.OnceValues(func() (*engine.Engine, error) {
	dir, err := tempDir()
	if err != nil {
		return nil, err
	}
	network := transport.Testnet()
	return engine.Create(engine.Options{Dir: dir, Network: network}, engine.Protection{None: true}, engine.Origin{}, "Nobody")
})

// fakeEngine keeps conversations in memory.
type fakeEngine struct {
	ChatEngine // what is not here is not called
	t          *testing.T
	clock      clock.Clock

	mu       sync.Mutex
	chats    map[model.ConversationID]*model.Conversation
	messages map[model.ConversationID][]model.Message // by time
	groups   map[model.ConversationID]*model.Group
	rooms    map[model.ConversationID]*model.Community
	settings model.Settings
	status   model.NetworkStatus
	typing   map[model.ConversationID]bool
	next     model.MessageID
	calls    []string
	fail     error         // what commands answer
	gate     chan struct{} // when not nil, SendText waits for a value
	search   func(q model.Query) ([]model.Hit, error)
	pages    func() // called before each Page
}

func newFake(t *testing.T, clk clock.Clock) *fakeEngine {
	f := &fakeEngine{
		t: t, clock: clk, chats: map[model.ConversationID]*model.Conversation{}, messages: map[model.ConversationID][]model.Message{},
		typing: map[model.ConversationID]bool{}, status: model.NetworkStatus{Connection: model.Online, LastSync: at(noon)},
	}
	for id, name := range map[model.ID]string{maya: "Maya", jonas: "Jonas"} {
		conv := model.ConversationOf(id)
		f.chats[conv] = &model.Conversation{ID: conv, Name: name, Approved: true, ApprovedMe: true}
	}
	return f
}

// set changes what the engine has, while others may be reading.
func (f *fakeEngine) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

func (f *fakeEngine) note(format string, args ...any) {
	f.calls = append(f.calls, fmt.Sprintf(format, args...))
}

// said returns the calls that begin with a word.
func (f *fakeEngine) said(word string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []string
	for _, c := range f.calls {
		if strings.HasPrefix(c, word) {
			out = append(out, c)
		}
	}
	return out
}

// put stores a message; sent before now by ago.
func (f *fakeEngine) put(conv model.ConversationID, ago time.Duration, m model.Message) model.Message {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next++
	m.ID, m.Conversation = f.next, conv
	if m.Timestamp == 0 {
		m.Timestamp = at(noon.Add(-ago))
	}
	m.Received = m.Timestamp
	switch {
	case m.Outgoing:
		m.Sender = myself
	case m.Sender.IsZero():
		m.Sender, _ = conv.ID()
	}
	list := f.messages[conv]
	i, _ := slices.BinarySearchFunc(list, m, func(a, b model.Message) int {
		return cmp.Or(cmp.Compare(a.Timestamp, b.Timestamp), cmp.Compare(a.ID, b.ID))
	})
	f.messages[conv] = slices.Insert(list, i, m)
	if c := f.chats[conv]; m.Unread {
		c.Unread++
	}
	return m
}

// fill stores n messages a minute apart, the last one a minute ago.
func (f *fakeEngine) fill(conv model.ConversationID, n int) {
	for i := range n {
		f.put(conv, time.Duration(n-i)*time.Minute, model.Message{Text: fmt.Sprint("text ", i), Outgoing: i%3 == 0, State: model.StateSent})
	}
}

func (f *fakeEngine) change(id model.MessageID, how func(*model.Message)) model.Message {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, list := range f.messages {
		for i := range list {
			if list[i].ID == id {
				how(&list[i])
				return list[i]
			}
		}
	}
	f.t.Fatalf("no message %v", id)
	return model.Message{}
}

func (f *fakeEngine) remove(id model.MessageID) model.MessageKey {
	f.mu.Lock()
	defer f.mu.Unlock()
	for conv, list := range f.messages {
		for i := range list {
			if list[i].ID == id {
				key := list[i].Key()
				f.messages[conv] = slices.Delete(list, i, i+1)
				return key
			}
		}
	}
	f.t.Fatalf("no message %v", id)
	return model.MessageKey{}
}

func (f *fakeEngine) Subscribe() *engine.Subscription {
	e, err := quiet()
	if err != nil {
		f.t.Error(err)
	}
	return e.Subscribe()
}

func (f *fakeEngine) Me() engine.Profile { return engine.Profile{ID: myself, Name: "Robin"} }

func (f *fakeEngine) Settings() model.Settings {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.settings
}

func (f *fakeEngine) UpdateSettings(_ context.Context, change func(*model.Settings)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(&f.settings)
	return f.fail
}

func (f *fakeEngine) Status() model.NetworkStatus {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.status
}

func (f *fakeEngine) Now() model.Millis { return at(f.clock.Now()) }

func (f *fakeEngine) Conversation(id model.ConversationID) (model.Conversation, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, ok := f.chats[id]
	if !ok {
		return model.Conversation{}, false
	}
	return *c, true
}

func (f *fakeEngine) Page(conv model.ConversationID, a model.Anchor, before, after int) model.Page {
	f.mu.Lock()
	wait := f.pages
	f.mu.Unlock()
	if wait != nil {
		wait()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	list := f.messages[conv]
	p := model.Page{Anchor: -1}
	if len(list) == 0 {
		return p
	}
	i := len(list) - 1
	exact := true
	switch {
	case a.Message != 0:
		at := slices.IndexFunc(list, func(m model.Message) bool { return m.ID == a.Message })
		if exact = at >= 0; exact {
			i = at
		}
	case a.Sent != 0:
		if at := slices.IndexFunc(list, func(m model.Message) bool { return m.Timestamp >= a.Sent }); at >= 0 {
			i = at
		}
	case a.Unread:
		if at := slices.IndexFunc(list, func(m model.Message) bool { return m.Unread }); at >= 0 {
			i = at
		}
	}
	from, to := max(0, i-before), min(len(list), i+after+1)
	p.Messages = slices.Clone(list[from:to])
	p.MoreBefore, p.MoreAfter = from > 0, to < len(list)
	if exact {
		p.Anchor = i - from
	}
	return p
}

func (f *fakeEngine) Message(id model.MessageID) (model.Message, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, list := range f.messages {
		for _, m := range list {
			if m.ID == id {
				return m, true
			}
		}
	}
	return model.Message{}, false
}

func (f *fakeEngine) Find(conv model.ConversationID, key model.MessageKey) (model.Message, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.messages[conv] {
		if m.Key() == key {
			return m, true
		}
	}
	return model.Message{}, false
}

func (f *fakeEngine) Search(q model.Query) ([]model.Hit, error) {
	if f.search != nil {
		return f.search(q)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var hits []model.Hit
	for conv, list := range f.messages {
		if q.Conversation != "" && q.Conversation != conv {
			continue
		}
		for _, m := range list {
			if strings.Contains(strings.ToLower(m.Text), strings.ToLower(q.Text)) {
				hits = append(hits, model.Hit{Message: m.ID, Conversation: conv, Timestamp: m.Timestamp})
			}
		}
	}
	slices.SortFunc(hits, func(a, b model.Hit) int { return cmp.Compare(b.Timestamp, a.Timestamp) })
	if q.Before != nil {
		i := slices.Index(hits, *q.Before)
		hits = hits[i+1:]
	}
	return hits[:min(len(hits), max(q.Limit, 1))], nil
}

func (f *fakeEngine) IsTyping(conv model.ConversationID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.typing[conv]
}

func (f *fakeEngine) command(format string, args ...any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.note(format, args...)
	return f.fail
}

func (f *fakeEngine) SendText(ctx context.Context, conv model.ConversationID, d model.Draft) (model.MessageID, error) {
	f.mu.Lock()
	gate := f.gate
	f.mu.Unlock()
	if gate != nil {
		<-gate
	}
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if err := f.command("send %s %q", f.name(conv), d.Text); err != nil {
		return 0, err
	}
	sent := model.Message{Text: d.Text, Quote: d.Quote, Outgoing: true, State: model.StateQueued, Timestamp: f.Now()}
	if p := d.Preview; p != nil {
		sent.Preview = &model.LinkPreview{URL: p.URL, Title: p.Title}
	}
	m := f.put(conv, 0, sent)
	f.mu.Lock()
	f.chats[conv].Draft = model.Draft{}
	f.mu.Unlock()
	return m.ID, nil
}

func (f *fakeEngine) name(conv model.ConversationID) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c, ok := f.chats[conv]; ok {
		return c.Name
	}
	return "?"
}

func (f *fakeEngine) SaveDraft(_ context.Context, conv model.ConversationID, d model.Draft) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	quote := ""
	if d.Quote != nil {
		quote = fmt.Sprint(" to ", d.Quote.Timestamp)
	}
	f.note("draft %s %q%s", f.chats[conv].Name, d.Text, quote)
	f.chats[conv].Draft = d
	return nil
}

func (f *fakeEngine) SaveScroll(_ context.Context, conv model.ConversationID, id model.MessageID) error {
	return f.command("scroll %d", id)
}

func (f *fakeEngine) MarkRead(_ context.Context, conv model.ConversationID, upTo model.Millis) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.chats[conv]
	c.Unread = 0
	for i := range f.messages[conv] {
		m := &f.messages[conv][i]
		if m.Timestamp <= upTo {
			m.Unread = false
		}
		if m.Unread {
			c.Unread++
		}
	}
	f.note("read %s %d", c.Name, upTo)
	return nil
}

func (f *fakeEngine) Retry(_ context.Context, id model.MessageID) error {
	return f.command("retry %d", id)
}

func (f *fakeEngine) React(_ context.Context, id model.MessageID, emoji string, add bool) error {
	return f.command("react %d %s %v", id, emoji, add)
}

func (f *fakeEngine) Delete(_ context.Context, ids []model.MessageID, everyone bool) error {
	return f.command("delete %v %v", ids, everyone)
}

func (f *fakeEngine) Typing(conv model.ConversationID, active bool) {
	_ = f.command("typing %s %v", f.name(conv), active)
}

func (f *fakeEngine) Focus(model.ConversationID, bool) {}

// screen is a view that remembers what it was told.
type screen struct {
	places  []*ChatPlace
	texts   []string
	notices []string
	gone    int

	unsentFiles []*OutFile
}

func (s *screen) HeadChanged()                  {}
func (s *screen) ItemsChanged(p *ChatPlace)     { s.places = append(s.places, p) }
func (s *screen) FindChanged()                  {}
func (s *screen) FileChanged(*ChatMessage, int) {}
func (s *screen) FilesUnsent(files []*OutFile, caption, why string) {
	s.unsentFiles, s.notices = files, append(s.notices, why)
}
func (s *screen) Notice(sentence string) { s.notices = append(s.notices, sentence) }
func (s *screen) Gone()                  { s.gone++ }
func (s *screen) Opened()                {}
func (s *screen) ComposerChanged(text *string) {
	if text != nil {
		s.texts = append(s.texts, *text)
	}
}

// last returns where the view was sent last.
func (s *screen) last() *ChatPlace {
	for i := len(s.places) - 1; i >= 0; i-- {
		if s.places[i] != nil {
			return s.places[i]
		}
	}
	return nil
}

// rows writes the items of a chat down: "— day —", "* line", "< theirs", "> own".
func rows(c *Chat) []string {
	var out []string
	for _, it := range c.Items {
		switch it.Kind {
		case ItemDay:
			out = append(out, "— "+it.Text+" —")
		case ItemUnread:
			out = append(out, "new")
		case ItemTyping:
			out = append(out, "…")
		case ItemLine:
			out = append(out, "* "+joinWords(it.Message.Words))
		default:
			side := "< "
			if it.Message.Outgoing {
				side = "> "
			}
			out = append(out, side+it.Message.Body)
		}
	}
	return out
}

func openChat(d *desktop, f *fakeEngine, conv model.ConversationID, at model.MessageID) (*Chat, *screen) {
	d.t.Helper()
	s := &screen{}
	c := OpenChat(d.Desk, f, d.clock, conv, at, s)
	d.until("the chat is open", func() bool { return c.loaded })
	return c, s
}
