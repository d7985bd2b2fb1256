package wire

// GroupUpdateMessage is a control message of a group: one of its fields
// (docs/protocol/groups.md §6).
type GroupUpdateMessage struct {
	InviteMessage                 *GroupInvite                 // 1
	InfoChangeMessage             *GroupInfoChange             // 2
	MemberChangeMessage           *GroupMemberChange           // 3
	PromoteMessage                *GroupPromote                // 4
	MemberLeftMessage             *GroupMemberLeft             // 5
	InviteResponse                *GroupInviteResponse         // 6
	DeleteMemberContent           *GroupDeleteMemberContent    // 7
	MemberLeftNotificationMessage *GroupMemberLeftNotification // 8
	Unknown                       []byte
}

var groupUpdateMessage = message[GroupUpdateMessage]{
	name: "GroupUpdateMessage",
	fields: []field[GroupUpdateMessage]{
		fMessage(1, "inviteMessage", &groupInvite, func(m *GroupUpdateMessage) **GroupInvite { return &m.InviteMessage }),
		fMessage(2, "infoChangeMessage", &groupInfoChange, func(m *GroupUpdateMessage) **GroupInfoChange { return &m.InfoChangeMessage }),
		fMessage(3, "memberChangeMessage", &groupMemberChange, func(m *GroupUpdateMessage) **GroupMemberChange { return &m.MemberChangeMessage }),
		fMessage(4, "promoteMessage", &groupPromote, func(m *GroupUpdateMessage) **GroupPromote { return &m.PromoteMessage }),
		fMessage(5, "memberLeftMessage", &groupMemberLeft, func(m *GroupUpdateMessage) **GroupMemberLeft { return &m.MemberLeftMessage }),
		fMessage(6, "inviteResponse", &groupInviteResponse, func(m *GroupUpdateMessage) **GroupInviteResponse { return &m.InviteResponse }),
		fMessage(7, "deleteMemberContent", &groupDeleteMemberContent, func(m *GroupUpdateMessage) **GroupDeleteMemberContent { return &m.DeleteMemberContent }),
		fMessage(8, "memberLeftNotificationMessage", &groupMemberLeftNotification, func(m *GroupUpdateMessage) **GroupMemberLeftNotification { return &m.MemberLeftNotificationMessage }),
	},
	unknown: func(m *GroupUpdateMessage) *[]byte { return &m.Unknown },
}

// GroupInvite makes the recipient a member.
type GroupInvite struct {
	GroupSessionID Opt[string] // 1, required: 03 + hex
	Name           Opt[string] // 2, required
	MemberAuthData []byte      // 3, required: 100 bytes, token 36 and signature 64
	AdminSignature []byte      // 4, required
	Unknown        []byte
}

var groupInvite = message[GroupInvite]{
	name: "GroupUpdateInviteMessage",
	fields: []field[GroupInvite]{
		fString(1, "groupSessionId", func(m *GroupInvite) *Opt[string] { return &m.GroupSessionID }).
			req(func(m *GroupInvite) bool { return !m.GroupSessionID.Set }),
		fString(2, "name", func(m *GroupInvite) *Opt[string] { return &m.Name }).
			req(func(m *GroupInvite) bool { return !m.Name.Set }),
		fBytes(3, "memberAuthData", func(m *GroupInvite) *[]byte { return &m.MemberAuthData }).
			req(func(m *GroupInvite) bool { return m.MemberAuthData == nil }),
		fBytes(4, "adminSignature", func(m *GroupInvite) *[]byte { return &m.AdminSignature }).
			req(func(m *GroupInvite) bool { return m.AdminSignature == nil }),
	},
	unknown: func(m *GroupInvite) *[]byte { return &m.Unknown },
}

// GroupPromote makes the recipient an admin.
type GroupPromote struct {
	GroupIdentitySeed []byte      // 1, required: 32 bytes, secret
	Name              Opt[string] // 2, required
	Unknown           []byte
}

var groupPromote = message[GroupPromote]{
	name: "GroupUpdatePromoteMessage",
	fields: []field[GroupPromote]{
		fBytes(1, "groupIdentitySeed", func(m *GroupPromote) *[]byte { return &m.GroupIdentitySeed }).
			req(func(m *GroupPromote) bool { return m.GroupIdentitySeed == nil }),
		fString(2, "name", func(m *GroupPromote) *Opt[string] { return &m.Name }).
			req(func(m *GroupPromote) bool { return !m.Name.Set }),
	},
	unknown: func(m *GroupPromote) *[]byte { return &m.Unknown },
}

// GroupInfoChangeType is GroupInfoChange.type.
type GroupInfoChangeType int32

const (
	GroupNameChanged         GroupInfoChangeType = 1
	GroupAvatarChanged       GroupInfoChangeType = 2
	GroupDisappearingChanged GroupInfoChangeType = 3
)

// GroupInfoChange tells members of a change of the group's description.
type GroupInfoChange struct {
	Type              Opt[GroupInfoChangeType] // 1, required
	UpdatedName       Opt[string]              // 2
	UpdatedExpiration Opt[uint32]              // 3: seconds
	AdminSignature    []byte                   // 4, required
	Unknown           []byte
}

var groupInfoChange = message[GroupInfoChange]{
	name: "GroupUpdateInfoChangeMessage",
	fields: []field[GroupInfoChange]{
		fEnum(1, "type", GroupNameChanged, GroupDisappearingChanged, func(m *GroupInfoChange) *Opt[GroupInfoChangeType] { return &m.Type }).
			req(func(m *GroupInfoChange) bool { return !m.Type.Set }),
		fString(2, "updatedName", func(m *GroupInfoChange) *Opt[string] { return &m.UpdatedName }),
		fUint32(3, "updatedExpiration", func(m *GroupInfoChange) *Opt[uint32] { return &m.UpdatedExpiration }),
		fBytes(4, "adminSignature", func(m *GroupInfoChange) *[]byte { return &m.AdminSignature }).
			req(func(m *GroupInfoChange) bool { return m.AdminSignature == nil }),
	},
	unknown: func(m *GroupInfoChange) *[]byte { return &m.Unknown },
}

// GroupMemberChangeType is GroupMemberChange.type.
type GroupMemberChangeType int32

const (
	GroupMembersAdded    GroupMemberChangeType = 1
	GroupMembersRemoved  GroupMemberChangeType = 2
	GroupMembersPromoted GroupMemberChangeType = 3
)

// GroupMemberChange tells members who came, went, or became an admin.
type GroupMemberChange struct {
	Type             Opt[GroupMemberChangeType] // 1, required
	MemberSessionIDs []string                   // 2
	HistoryShared    Opt[bool]                  // 3
	AdminSignature   []byte                     // 4, required
	Unknown          []byte
}

var groupMemberChange = message[GroupMemberChange]{
	name: "GroupUpdateMemberChangeMessage",
	fields: []field[GroupMemberChange]{
		fEnum(1, "type", GroupMembersAdded, GroupMembersPromoted, func(m *GroupMemberChange) *Opt[GroupMemberChangeType] { return &m.Type }).
			req(func(m *GroupMemberChange) bool { return !m.Type.Set }),
		fStrings(2, "memberSessionIds", func(m *GroupMemberChange) *[]string { return &m.MemberSessionIDs }),
		fBool(3, "historyShared", func(m *GroupMemberChange) *Opt[bool] { return &m.HistoryShared }),
		fBytes(4, "adminSignature", func(m *GroupMemberChange) *[]byte { return &m.AdminSignature }).
			req(func(m *GroupMemberChange) bool { return m.AdminSignature == nil }),
	},
	unknown: func(m *GroupMemberChange) *[]byte { return &m.Unknown },
}

// GroupMemberLeft says that the sender left; admins then remove it.
type GroupMemberLeft struct{ Unknown []byte }

var groupMemberLeft = message[GroupMemberLeft]{
	name:    "GroupUpdateMemberLeftMessage",
	unknown: func(m *GroupMemberLeft) *[]byte { return &m.Unknown },
}

// GroupMemberLeftNotification makes the members show that the sender left.
type GroupMemberLeftNotification struct{ Unknown []byte }

var groupMemberLeftNotification = message[GroupMemberLeftNotification]{
	name:    "GroupUpdateMemberLeftNotificationMessage",
	unknown: func(m *GroupMemberLeftNotification) *[]byte { return &m.Unknown },
}

// GroupInviteResponse accepts an invitation.
type GroupInviteResponse struct {
	IsApproved Opt[bool] // 1, required
	Unknown    []byte
}

var groupInviteResponse = message[GroupInviteResponse]{
	name: "GroupUpdateInviteResponseMessage",
	fields: []field[GroupInviteResponse]{
		fBool(1, "isApproved", func(m *GroupInviteResponse) *Opt[bool] { return &m.IsApproved }).
			req(func(m *GroupInviteResponse) bool { return !m.IsApproved.Set }),
	},
	unknown: func(m *GroupInviteResponse) *[]byte { return &m.Unknown },
}

// GroupDeleteMemberContent deletes messages by hash, or all of some members.
type GroupDeleteMemberContent struct {
	MemberSessionIDs []string // 1
	MessageHashes    []string // 2
	AdminSignature   []byte   // 3: absent when a member deletes its own
	Unknown          []byte
}

var groupDeleteMemberContent = message[GroupDeleteMemberContent]{
	name: "GroupUpdateDeleteMemberContentMessage",
	fields: []field[GroupDeleteMemberContent]{
		fStrings(1, "memberSessionIds", func(m *GroupDeleteMemberContent) *[]string { return &m.MemberSessionIDs }),
		fStrings(2, "messageHashes", func(m *GroupDeleteMemberContent) *[]string { return &m.MessageHashes }),
		fBytes(3, "adminSignature", func(m *GroupDeleteMemberContent) *[]byte { return &m.AdminSignature }),
	},
	unknown: func(m *GroupDeleteMemberContent) *[]byte { return &m.Unknown },
}
