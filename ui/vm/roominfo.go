package vm

import (
	"cmp"
	"context"
	"image"
	"slices"
	"strings"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/text"
)

// RoomEngine is what the details of a group or a community need of the engine.
type RoomEngine interface {
	Subscriber
	PickEngine
	Conversation(id model.ConversationID) (model.Conversation, bool)
	Group(conv model.ConversationID) (model.Group, bool)
	Community(conv model.ConversationID) (model.Community, bool)
	Person(conv model.ConversationID, id model.ID) model.Person
	Message(id model.MessageID) (model.Message, bool)
	Now() model.Millis
	SetTimer(ctx context.Context, conv model.ConversationID, t model.Timer) error
	SetMuted(ctx context.Context, conv model.ConversationID, until model.Millis) error
	SetNotify(ctx context.Context, conv model.ConversationID, mode model.NotifyMode) error
	SetPinned(ctx context.Context, conv model.ConversationID, pinned bool) error
	ClearMessages(ctx context.Context, conv model.ConversationID) error
	DeleteConversation(ctx context.Context, conv model.ConversationID) error

	InviteMembers(ctx context.Context, conv model.ConversationID, members []model.ID, history bool) error
	PromoteMembers(ctx context.Context, conv model.ConversationID, members []model.ID) error
	RemoveMembers(ctx context.Context, conv model.ConversationID, members []model.ID, messages bool) error
	GroupPictureUpload(conv model.ConversationID) engine.PictureUpload
	SetGroupPicture(ctx context.Context, conv model.ConversationID, file []byte, crop image.Rectangle) error
	RemoveGroupPicture(ctx context.Context, conv model.ConversationID) error
	RetryGroupPicture(ctx context.Context, conv model.ConversationID) error
	SetFetchFiles(ctx context.Context, conv model.ConversationID, on bool) error
	RenameGroup(ctx context.Context, conv model.ConversationID, name string) error
	DescribeGroup(ctx context.Context, conv model.ConversationID, description string) error
	ClearGroupMessages(ctx context.Context, conv model.ConversationID) error
	LeaveGroup(ctx context.Context, conv model.ConversationID) error
	DeleteGroup(ctx context.Context, conv model.ConversationID) error
	LeaveCommunity(ctx context.Context, conv model.ConversationID) error
	BanFromCommunity(ctx context.Context, conv model.ConversationID, id model.ID, timeout time.Duration, messages bool) error
	UnbanFromCommunity(ctx context.Context, conv model.ConversationID, id model.ID) error
	PinInCommunity(ctx context.Context, id model.MessageID, pinned bool) error
	LoadPinned(ctx context.Context, conv model.ConversationID, number int64) (model.MessageID, error)
	InviteToCommunity(ctx context.Context, room model.ConversationID, to []model.ConversationID) error
}

// Member is a member of a group as the panel lists it.
type Member struct {
	ID    model.ID
	Name  string
	Me    bool
	Admin bool
	Note  string // how far an invitation, a promotion or a removal came
	Bad   bool   // it failed

	// What an admin may do about this member.
	CanPromote, CanRemove, CanResend bool
}

// PinnedLine is a message that moderators keep at the top.
type PinnedLine struct {
	Message model.MessageID // 0 while it is from before what is here
	Who     string
	Text    string
	number  int64 // on the server
}

// RoomInfo is the panel with the details of a group or a community.
type RoomInfo struct {
	Changed func() // on the interface's goroutine
	Failed  func(sentence string)
	Gone    func()

	Loaded       bool
	Conversation model.Conversation
	Group        model.Group
	Community    model.Community
	Members      []Member // admins first, then by name
	Pinned       []PinnedLine
	Upload       engine.PictureUpload // of a picture that was chosen here
	Making       bool                 // a picture is being read or made

	me      model.ID
	now     model.Millis
	id      model.ConversationID
	desk    Desk
	engine  RoomEngine
	reading bool
	again   bool
	left    bool // the user has left: Gone is told once
}

// NewRoomInfo reads the details and follows their changes.
func NewRoomInfo(desk Desk, e RoomEngine, id model.ConversationID) *RoomInfo {
	r := &RoomInfo{desk: desk, engine: e, id: id, Changed: func() {}, Failed: func(string) {}, Gone: func() {}}
	desk.Watch(e, func(events []engine.Event) {
		for _, ev := range events {
			switch ev := ev.(type) {
			case engine.ConversationChanged:
				if ev.Conversation != id {
					continue
				}
			case engine.GroupChanged:
				if ev.Conversation != id {
					continue
				}
			case engine.ConversationsChanged, engine.Resync:
			default:
				continue
			}
			r.load()
			return
		}
	})
	r.load()
	return r
}

// roomRead is the answer to load.
type roomRead struct {
	known     bool
	record    model.Conversation
	group     model.Group
	community model.Community
	members   []Member
	pinned    []PinnedLine
	upload    engine.PictureUpload
	now       model.Millis
	me        model.ID
}

// load reads the details, one question at a time.
func (r *RoomInfo) load() {
	if r.reading {
		r.again = true
		return
	}
	r.reading = true
	e, id := r.engine, r.id
	Ask(r.desk, func(context.Context) (roomRead, error) {
		var a roomRead
		if a.record, a.known = e.Conversation(id); !a.known {
			return a, nil
		}
		a.now, a.me = e.Now(), e.Me().ID
		switch a.record.Kind {
		case model.KindGroup:
			a.group, _ = e.Group(id)
			a.members = readMembers(e, id, &a.group)
			a.upload = e.GroupPictureUpload(id)
		case model.KindCommunity:
			a.community, _ = e.Community(id)
			a.pinned = readPinned(e, id, &a.community)
		}
		return a, nil
	}, func(a roomRead, _ error) {
		if r.reading = false; !a.known {
			r.gone()
			return
		}
		r.Loaded, r.Conversation, r.Group, r.Community = true, a.record, a.group, a.community
		r.Members, r.Pinned, r.Upload, r.now, r.me = a.members, a.pinned, a.upload, a.now, a.me
		r.Changed()
		if r.again {
			r.again = false
			r.load()
		}
	})
}

func (r *RoomInfo) gone() {
	if !r.left {
		r.left = true
		r.Gone()
	}
}

func readMembers(e RoomEngine, conv model.ConversationID, g *model.Group) []Member {
	me := e.Me()
	var out []Member
	for _, m := range g.Members {
		v := Member{ID: m.ID, Me: m.ID == me.ID, Admin: m.Admin, Name: m.Name}
		if p := e.Person(conv, m.ID); p.Name != "" {
			v.Name = p.Name
		}
		switch {
		case v.Me && me.Name != "":
			v.Name = me.Name
		case v.Name == "":
			v.Name = model.ShortID(m.ID)
		}
		if key := "group.state." + m.State.String(); m.State != model.MemberAccepted && text.Has(key) {
			v.Note = text.T(key)
		}
		v.Bad = m.State == model.InviteFailed || m.State == model.PromotionFailed
		if g.Admin && !v.Me {
			going := m.State == model.RemovalPending || m.State == model.RemovalPendingMessages
			v.CanPromote = !m.Admin && m.State == model.MemberAccepted
			v.CanRemove = !going && !(m.Admin && m.State == model.MemberAccepted)
			v.CanResend = !going && m.State != model.MemberAccepted
		}
		out = append(out, v)
	}
	slices.SortStableFunc(out, func(a, b Member) int {
		if a.Admin != b.Admin {
			if a.Admin {
				return -1
			}
			return 1
		}
		return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return out
}

// maxPinned bounds what a community's server can make the panel long with.
const maxPinned = 50

func readPinned(e RoomEngine, conv model.ConversationID, v *model.Community) []PinnedLine {
	var out []PinnedLine
	for i := len(v.Pins) - 1; i >= 0 && len(out) < maxPinned; i-- {
		p := &v.Pins[i]
		by, said, files := p.Author, p.Text, p.Files
		if p.Message != 0 {
			m, ok := e.Message(p.Message)
			if !ok {
				continue // deleted here
			}
			by, said, files = m.Sender, m.Text, len(m.Attachments)
		}
		if by.IsZero() {
			continue // on its way
		}
		line := PinnedLine{Message: p.Message, Who: e.Person(conv, by).Name, Text: strings.Join(strings.Fields(said), " "), number: p.Server}
		switch {
		case by == v.Me:
			line.Who = text.T("chat.you")
		case line.Who == "":
			line.Who = model.ShortID(by)
		}
		if line.Text == "" {
			line.Text = filesText(max(files, 1), false)
		}
		line.Text = shorten(line.Text, 200)
		out = append(out, line)
	}
	return out
}

// In reports whether the account is a member who can act.
func (r *RoomInfo) In() bool {
	switch r.Conversation.Kind {
	case model.KindGroup:
		return !r.Group.Invited && r.Group.Lost == model.NotLost
	case model.KindCommunity:
		return r.Community.Joined
	}
	return false
}

// Count is how many are in the group and stay there.
func (r *RoomInfo) Count() int { return (&ChatRoom{Group: r.Group}).members() }

// Taken are the members that need no invitation.
func (r *RoomInfo) Taken() []model.ID {
	var out []model.ID
	for _, m := range r.Group.Members {
		out = append(out, m.ID)
	}
	return out
}

// TimerChoices lists what the timer may be set to.
func (r *RoomInfo) TimerChoices() []TimerChoice {
	return (&Contact{Conversation: r.Conversation}).TimerChoices()
}
