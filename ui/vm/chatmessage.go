package vm

import (
	"regexp"
	"strconv"
	"strings"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/text"
)

// ChatState is the mark of an own message.
type ChatState int

// The states: none (other people's), clock, tick, double tick, failed.
const (
	ChatNoState ChatState = iota
	ChatSending
	ChatSent
	ChatRead
	ChatFailed
)

func chatState(outgoing bool, s model.State) ChatState {
	switch {
	case !outgoing:
		return ChatNoState
	case s == model.StateSent:
		return ChatSent
	case s == model.StateRead:
		return ChatRead
	case s == model.StateFailed:
		return ChatFailed
	}
	return ChatSending
}

// ChatAvatar is whose picture stands before a name.
type ChatAvatar struct {
	ID     string // chooses the colour
	Name   string // gives the initials
	Self   bool   // Note to Self
	Square bool   // groups and communities
	Globe  bool   // a community
}

// ChatWords is a stretch of a sentence; a strong one is a name.
type ChatWords struct {
	Text   string
	Strong bool
}

// ChatName is what a mention in a text stands for.
type ChatName struct {
	Label string // with the @
	ID    model.ID
	Me    bool
}

// ChatQuote is the message that another one answers.
type ChatQuote struct {
	Title   string
	Text    string
	Found   bool
	Message model.MessageID
}

// ChatReaction is an emoji with the number of people who reacted with it.
type ChatReaction struct {
	Emoji string
	Count int
	Mine  bool
	Who   []string
}

// ChatLine is what a row without a bubble tells.
type ChatLine int

// The lines.
const (
	LineNone ChatLine = iota
	LineTimer
	LineAccepted
	LineSaved
	LineScreenshot
	LineMissedCall
	LineGroup
)

// ChatMessage is a message as a bubble shows it. It does not change: what
// happens to the message makes another one.
type ChatMessage struct {
	ID       model.MessageID // 0 while it is being stored
	Key      model.MessageKey
	Outgoing bool
	Sender   string // name
	SenderID model.ID
	Admin    bool // the sender is an admin or moderator here
	// AvatarName gives the initials beside the message: of own ones the own name.
	AvatarName string
	Body       string
	Mentions   map[string]ChatName // by what follows the @
	Deleted    bool
	Files      []string // what is attached, one line each
	Media      []ChatFile
	Preview    *ChatPreview
	Invite     *ChatInvite
	Quote      *ChatQuote
	Clock      string // time of day
	State      ChatState
	Fail       string // why it was not sent, a few words
	Reacts     []ChatReaction
	Edited     bool
	Whisper    string // who sees it besides its author, empty for everybody here

	// Line and Words are set for rows without a bubble.
	Line  ChatLine
	Words []ChatWords
	// Setting is what a LineTimer says.
	Setting model.Timer

	// Start and End are when the timer began and ends; End is 0 without a
	// timer, Start while it waits for the message to be read.
	Timed      bool
	Start, End model.Millis

	whisper *model.Whisper
	unread  bool
	sent    model.Millis
	day     int            // by the calendar of this computer
	quoted  model.QuoteRef // zero without a quote
}

// CanReact reports whether the message takes reactions: a whisper does not.
func (m *ChatMessage) CanReact() bool { return m.CanReply() && m.whisper == nil }

// CanReply reports whether the message can be answered.
func (m *ChatMessage) CanReply() bool { return m.ID != 0 && m.Line == LineNone && !m.Deleted }

// TellerEngine is what it takes to tell about messages.
type TellerEngine interface {
	Me() engine.Profile
	Conversation(id model.ConversationID) (model.Conversation, bool)
	Group(conv model.ConversationID) (model.Group, bool)
	Community(conv model.ConversationID) (model.Community, bool)
	Person(conv model.ConversationID, id model.ID) model.Person
	Page(conv model.ConversationID, anchor model.Anchor, before, after int) model.Page
	Find(conv model.ConversationID, key model.MessageKey) (model.Message, bool)
	Transfer(id model.MessageID, index int) (model.Transfer, bool)
}

// teller makes ChatMessages. It reads the store and so works away from the
// interface's goroutine.
type teller struct {
	engine TellerEngine
	conv   model.ConversationID
	me     model.ID
	kind   model.Kind
	room   ChatRoom
	names  map[model.ID]string
	own    string // the user's name
}

func newTeller(e TellerEngine, conv model.ConversationID) *teller {
	me := e.Me()
	t := &teller{engine: e, conv: conv, me: me.ID, own: me.Name, names: make(map[model.ID]string)}
	if r, ok := e.Conversation(conv); ok {
		t.kind, t.room = r.Kind, readRoom(e, &r)
	}
	return t
}

// mine reports whether an id is the user's: also the one a community knows.
func (t *teller) mine(id model.ID) bool {
	return id == t.me || !id.IsZero() && id == t.room.Community.Me
}

// name is what the user calls somebody.
func (t *teller) name(id model.ID) string {
	if t.mine(id) {
		return text.T("chat.you")
	}
	if n, ok := t.names[id]; ok {
		return n
	}
	n := model.ShortID(id)
	if Several(t.kind) {
		if p := t.engine.Person(t.conv, id); p.Name != "" {
			n = p.Name
		}
	} else if c, ok := t.engine.Conversation(model.ConversationOf(id)); ok {
		n = c.Title()
	}
	t.names[id] = n
	return n
}

func (t *teller) tellAll(list []model.Message) []*ChatMessage {
	out := make([]*ChatMessage, len(list))
	for i := range list {
		out[i] = t.tell(&list[i])
	}
	return out
}

func (t *teller) tell(m *model.Message) *ChatMessage {
	at := localTime(m.Timestamp)
	c := &ChatMessage{
		ID: m.ID, Key: m.Key(), Outgoing: m.Outgoing, Sender: t.name(m.Sender), SenderID: m.Sender,
		Clock: clockText(at), State: chatState(m.Outgoing, m.State),
		Timed: m.Timer.On() || m.Expires != 0, Start: m.ExpireStart, End: m.Expires,
		unread: m.Unread, sent: m.Timestamp, day: dayNumber(at),
	}
	c.Admin = t.room.admin(m.Sender)
	if c.AvatarName = c.Sender; m.Outgoing {
		c.AvatarName = t.own
	}
	if c.State == ChatFailed {
		c.Fail = failText(m)
	}
	switch m.Kind {
	case model.KindText:
		c.Body = m.Text
		c.Mentions = t.mentions(m.Text)
		c.Files = fileLines(m.Attachments)
		c.Media = t.files(m)
		c.Preview = t.preview(m)
		c.Quote = t.quote(m.Quote)
		if m.Quote != nil {
			c.quoted = *m.Quote
		}
		c.Reacts = t.reactions(m.Reactions)
		c.Edited = m.Edited != 0
		c.whisper, c.Whisper = m.Whisper, t.whisper(m)
	case model.KindInvitation:
		c.Invite = invite(m.Invitation)
		c.Reacts = t.reactions(m.Reactions)
	case model.KindDeleted:
		c.Deleted = true
		c.State, c.Fail = ChatNoState, ""
	default:
		c.Line, c.Words = t.line(m)
		c.State = ChatNoState
		if m.Kind == model.KindTimerChange {
			c.Setting = m.Timer
		}
	}
	return c
}

// mentionPattern is how clients write a mention: an @ and the id.
var mentionPattern = regexp.MustCompile(`@([0-9a-fA-F]{66})\b`)

func (t *teller) mentions(s string) map[string]ChatName {
	if !strings.Contains(s, "@") {
		return nil
	}
	var out map[string]ChatName
	for _, found := range mentionPattern.FindAllStringSubmatch(s, 50) {
		id, err := model.ParseID(strings.ToLower(found[1]))
		if err != nil {
			continue
		}
		if out == nil {
			out = make(map[string]ChatName)
		}
		out[found[1]] = ChatName{Label: "@" + t.name(id), ID: id, Me: t.mine(id)}
	}
	return out
}

// plainText is a text in one line with names for mentions: previews, quotes.
func (t *teller) plainText(s string) string {
	for token, name := range t.mentions(s) {
		s = strings.ReplaceAll(s, "@"+token, name.Label)
	}
	return strings.Join(strings.Fields(s), " ")
}

// quote looks up what a message answers.
func (t *teller) quote(ref *model.QuoteRef) *ChatQuote {
	if ref == nil {
		return nil
	}
	q := &ChatQuote{Title: t.name(ref.Author)}
	m, ok := t.engine.Find(t.conv, model.MessageKey{Sender: ref.Author, Timestamp: ref.Timestamp})
	if !ok {
		q.Text = text.T("chat.quote_gone")
		return q
	}
	q.Found, q.Message, q.Text = true, m.ID, t.summary(&m)
	return q
}

// summary is a message in one line.
func (t *teller) summary(m *model.Message) string {
	const most = 200
	switch {
	case m.Kind == model.KindDeleted:
		return text.T("chat.deleted")
	case m.Kind == model.KindInvitation && m.Invitation != nil:
		return text.F("chat.invitation", "name", m.Invitation.Name)
	case m.Text != "":
		return shorten(t.plainText(m.Text), most)
	case len(m.Attachments) > 0:
		return filesText(len(m.Attachments), m.Attachments[0].Voice)
	}
	_, words := t.line(m)
	return joinWords(words)
}

func shorten(s string, runes int) string {
	if len(s) <= runes {
		return s
	}
	if r := []rune(s); len(r) > runes {
		return string(r[:runes]) + "…"
	}
	return s
}

func (t *teller) reactions(list []model.Reaction) []ChatReaction {
	var out []ChatReaction
	at := make(map[string]int, len(list))
	for _, r := range list {
		i, ok := at[r.Emoji]
		if !ok {
			i = len(out)
			at[r.Emoji] = i
			out = append(out, ChatReaction{Emoji: r.Emoji})
		}
		out[i].Count += 1 + r.More
		out[i].Mine = out[i].Mine || t.mine(r.Author)
		if len(out[i].Who) < 10 && !r.Author.IsZero() {
			out[i].Who = append(out[i].Who, t.name(r.Author))
		}
	}
	return out
}

// line says what happened.
func (t *teller) line(m *model.Message) (ChatLine, []ChatWords) {
	whose := ""
	if m.Outgoing {
		whose = "_you"
	}
	tell := func(key string, pairs ...string) []ChatWords {
		return tellWords(key+whose, t.name(m.Sender), pairs...)
	}
	switch m.Kind {
	case model.KindTimerChange:
		switch {
		case !m.Timer.On():
			return LineTimer, tell("chat.line.timer_off")
		case m.Timer.Mode == model.ExpireAfterRead:
			return LineTimer, tell("chat.line.timer_read", "length", TimerLength(m.Timer.Seconds))
		}
		return LineTimer, tell("chat.line.timer_sent", "length", TimerLength(m.Timer.Seconds))
	case model.KindRequestAccepted:
		return LineAccepted, tell("chat.line.accepted")
	case model.KindMediaSaved:
		return LineSaved, tell("chat.line.saved")
	case model.KindScreenshot:
		return LineScreenshot, tell("chat.line.screenshot")
	case model.KindMissedCall:
		return LineMissedCall, tell("chat.line.call")
	}
	return LineGroup, t.groupLine(m)
}

// tellWords fills a sentence and sets the name in it off.
func tellWords(key, who string, pairs ...string) []ChatWords {
	const mark = "\x00"
	s := text.F(key, append([]string{"who", mark}, pairs...)...)
	before, after, ok := strings.Cut(s, mark)
	if !ok {
		return []ChatWords{{Text: s}}
	}
	var out []ChatWords
	if before != "" {
		out = append(out, ChatWords{Text: before})
	}
	out = append(out, ChatWords{Text: who, Strong: true})
	if after != "" {
		out = append(out, ChatWords{Text: after})
	}
	return out
}

func joinWords(words []ChatWords) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteString(w.Text)
	}
	return b.String()
}

// failText is why a message was not sent, short enough to stand under it.
func failText(m *model.Message) string {
	key := "chat.fail." + m.Failure.String()
	if with := key + "_file"; len(m.Attachments) > 0 && text.Has(with) {
		return text.T(with)
	}
	if text.Has(key) {
		return text.T(key)
	}
	return text.T("chat.fail")
}

// fileLines says what is attached.
func fileLines(list []model.Attachment) []string {
	var out []string
	for _, a := range list {
		name := a.Name
		switch {
		case a.Voice:
			name = text.T("chat.voice")
		case name == "" && strings.HasPrefix(a.Type, "image/"):
			name = text.T("chat.picture")
		case name == "":
			name = text.T("chat.file")
		}
		if a.Size > 0 {
			name = text.F("chat.file_size", "name", name, "size", fileSize(a.Size))
		}
		out = append(out, name)
	}
	return out
}

func filesText(n int, voice bool) string {
	if voice {
		return text.T("chat.voice")
	}
	return text.N("chat.files", n)
}

// fileSize is a size in decimal units: "620 KB", "1.8 MB".
func fileSize(n uint32) string {
	switch {
	case n < 1000:
		return text.N("size.bytes", int(n))
	case n < 999_500:
		return text.F("size.kb", "n", strconv.Itoa(int(n+500)/1000))
	}
	return text.F("size.mb", "n", point(float64(n)/1e6, 1))
}
