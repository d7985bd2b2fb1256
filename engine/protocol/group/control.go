package group

import (
	"crypto/ed25519"
	"strconv"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
)

// Control messages that only admins may send are signed with the group's key
// over a text without separators, which ends (or begins) with the timestamp of
// their Envelope (protocol/groups.md §6). What changes the group itself are the
// configs; these tell people about it.

func controlText(parts ...string) []byte {
	var b []byte
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

func decimal[T int32 | uint64 | wire.GroupInfoChangeType | wire.GroupMemberChangeType](n T) string {
	return strconv.FormatUint(uint64(n), 10)
}

func (s *Secret) sign(text []byte) []byte { return ed25519.Sign(s.Ed25519(), text) }

func verifyControl(group identity.ID, text, sig []byte) error {
	key := group.Key()
	if group.Prefix() != identity.Group || len(sig) != ed25519.SignatureSize || !ed25519.Verify(key[:], text, sig) {
		return ErrSignature
	}
	return nil
}

func inviteText(invitee identity.ID, timestamp uint64) []byte {
	return controlText("INVITE", invitee.String(), decimal(timestamp))
}

// Invite makes the invitation of a member, with its access to the swarm. It is
// sent one-to-one, in an Envelope with this timestamp (ms).
func (s *Secret) Invite(member identity.ID, name string, timestamp uint64) (*wire.GroupInvite, error) {
	auth, err := s.AuthData(member, MemberRights)
	if err != nil {
		return nil, err
	}
	return &wire.GroupInvite{
		GroupSessionID: wire.Some(s.id.String()),
		Name:           wire.Some(name),
		MemberAuthData: auth[:],
		AdminSignature: s.sign(inviteText(member, timestamp)),
	}, nil
}

// OpenInvite checks an invitation to this account and returns the group. The
// error is ErrWrongGroup, ErrSignature or ErrAuthData.
func OpenInvite(me *identity.Account, m *wire.GroupInvite, timestamp uint64) (identity.ID, error) {
	group, err := identity.ParseID(m.GroupSessionID.Value)
	if err != nil || group.Prefix() != identity.Group {
		return identity.ID{}, ErrWrongGroup
	}
	if err := verifyControl(group, inviteText(me.ID(), timestamp), m.AdminSignature); err != nil {
		return identity.ID{}, err
	}
	if _, err := NewSigner(group, me, m.MemberAuthData, snode.Write); err != nil {
		return identity.ID{}, err
	}
	return group, nil
}

// Promotion makes the message that makes its recipient an admin. The seed is the
// proof; nothing is signed.
func (s *Secret) Promotion(name string) *wire.GroupPromote {
	seed := s.Seed()
	return &wire.GroupPromote{GroupIdentitySeed: seed[:], Name: wire.Some(name)}
}

// OpenPromotion reads the secret of a promotion. Which group it is follows from
// the seed.
func OpenPromotion(m *wire.GroupPromote) (*Secret, error) { return NewSecret(m.GroupIdentitySeed) }

func infoChangeText(m *wire.GroupInfoChange, timestamp uint64) []byte {
	return controlText("INFO_CHANGE", decimal(m.Type.Value), decimal(timestamp))
}

// SignInfoChange sets the signature of the notice of a change of name, picture
// or timer.
func (s *Secret) SignInfoChange(m *wire.GroupInfoChange, timestamp uint64) {
	m.AdminSignature = s.sign(infoChangeText(m, timestamp))
}

// VerifyInfoChange checks it. The error is ErrSignature.
func VerifyInfoChange(group identity.ID, m *wire.GroupInfoChange, timestamp uint64) error {
	return verifyControl(group, infoChangeText(m, timestamp), m.AdminSignature)
}

func memberChangeText(m *wire.GroupMemberChange, timestamp uint64) []byte {
	return controlText("MEMBER_CHANGE", decimal(m.Type.Value), decimal(timestamp))
}

// SignMemberChange sets the signature of the notice of who came, went or was
// promoted.
func (s *Secret) SignMemberChange(m *wire.GroupMemberChange, timestamp uint64) {
	m.AdminSignature = s.sign(memberChangeText(m, timestamp))
}

// VerifyMemberChange checks it. The error is ErrSignature. The names in the
// notice are not signed: the Members config is the truth.
func VerifyMemberChange(group identity.ID, m *wire.GroupMemberChange, timestamp uint64) error {
	return verifyControl(group, memberChangeText(m, timestamp), m.AdminSignature)
}

func deleteContentText(m *wire.GroupDeleteMemberContent, timestamp uint64) []byte {
	parts := append([]string{"DELETE_CONTENT", decimal(timestamp)}, m.MemberSessionIDs...)
	return controlText(append(parts, m.MessageHashes...)...)
}

// SignDeleteContent sets an admin's signature. A member deleting its own
// messages sends the message without one.
func (s *Secret) SignDeleteContent(m *wire.GroupDeleteMemberContent, timestamp uint64) {
	m.AdminSignature = s.sign(deleteContentText(m, timestamp))
}

// VerifyDeleteContent checks an admin's signature. The error is ErrSignature,
// also when there is none: then only messages by the sender may go.
func VerifyDeleteContent(group identity.ID, m *wire.GroupDeleteMemberContent, timestamp uint64) error {
	return verifyControl(group, deleteContentText(m, timestamp), m.AdminSignature)
}
