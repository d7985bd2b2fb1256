package model

// MaxMembers is how many members a closed group may have, admins included
// (protocol/groups.md §8).
const MaxMembers = 100

// Group is a closed group as it may be shown.
type Group struct {
	ID          ID
	Name        string
	Description string
	Picture     Picture
	Created     Millis // 0 when no admin's client noted it
	Timer       Timer
	Members     []GroupMember // in the order of their ids
	// Admin says that this account may change the group.
	Admin bool
	// Invited says that the invitation waits for an answer. Nothing but name and
	// inviter is known until then.
	Invited bool
	Inviter ID // zero when unknown
	// Lost says why the account is no longer in the group.
	Lost GroupLoss
	// Ready says that keys and members have arrived, so that messages can be
	// sent.
	Ready bool
	// Stale says that the swarm has nothing about the group any more: no admin
	// was there for a month.
	Stale bool
}

// Member returns one member.
func (g *Group) Member(id ID) (GroupMember, bool) {
	for _, m := range g.Members {
		if m.ID == id {
			return m, true
		}
	}
	return GroupMember{}, false
}

// GroupLoss is how a group was lost.
type GroupLoss uint8

const (
	NotLost     GroupLoss = iota
	LostRemoved           // an admin removed this account
	LostDeleted           // an admin deleted the group for all
)

// GroupMember is one member of a closed group.
type GroupMember struct {
	ID      ID
	Name    string // as the group knows it, may be empty
	Picture Picture
	Admin   bool // from the moment that a promotion is decided
	State   MemberState
}

// MemberState is how far an invitation, a promotion or a removal came
// (protocol/groups.md §2).
type MemberState uint8

// The states. Sending is known on the device that sends alone.
const (
	MemberAccepted MemberState = iota
	InviteNotSent
	InviteSending
	InviteSent
	InviteFailed
	PromotionNotSent
	PromotionSending
	PromotionSent
	PromotionFailed
	RemovalPending
	RemovalPendingMessages // with all messages of the member
)

var memberStateNames = [...]string{
	"accepted", "invite_not_sent", "invite_sending", "invite_sent", "invite_failed",
	"promotion_not_sent", "promotion_sending", "promotion_sent", "promotion_failed",
	"removal_pending", "removal_pending_messages",
}

// String is the name in scripts.
func (s MemberState) String() string {
	if int(s) < len(memberStateNames) {
		return memberStateNames[s]
	}
	return "unknown"
}

// GroupChange is what a line of kind KindGroupChange says.
type GroupChange struct {
	Kind    GroupChangeKind
	Members []ID   // who came, went or was promoted
	Name    string // the new name
	// History says that new members can read earlier messages.
	History bool
}

// GroupChangeKind names the change. Stored: never renumber.
type GroupChangeKind uint8

const (
	MembersAdded    GroupChangeKind = 1
	MembersRemoved  GroupChangeKind = 2
	MembersPromoted GroupChangeKind = 3
	MemberLeft      GroupChangeKind = 4 // the sender
	GroupRenamed    GroupChangeKind = 5
	GroupPicture    GroupChangeKind = 6
	GroupInvited    GroupChangeKind = 7 // the sender invited this account
	GroupKicked     GroupChangeKind = 8 // this account was removed
	GroupDeleted    GroupChangeKind = 9 // for all
)

// Person is how somebody is shown in a group or a community.
type Person struct {
	ID      ID
	Name    string // nickname, or what they call themselves; empty when unknown
	Picture Picture
}
