package group

import (
	"crypto/ed25519"
	"crypto/sha512"

	"filippo.io/edwards25519"
	"golang.org/x/crypto/blake2b"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

// AuthDataSize is the length of what lets a member use the group's swarm.
const AuthDataSize = 100

// AuthData is a member's access to the swarm of a group (protocol/groups.md §4):
//
//	03 ‖ rights ‖ 0 ‖ 0 ‖ k(32) ‖ signature(64)
//
// The group signs the token 03 ‖ rights ‖ 0 ‖ 0 ‖ k·T, where T is the member's
// Ed25519 key with sign bit 0 and k a factor that only admins can compute, so
// that service nodes see a key that nobody else can link with the member.
type AuthData [AuthDataSize]byte

// MemberRights are those of every member.
const MemberRights = snode.Read | snode.Write

func scalar64(b []byte) *edwards25519.Scalar {
	s, err := new(edwards25519.Scalar).SetUniformBytes(b)
	if err != nil {
		panic("group: scalar refuses 64 bytes")
	}
	return s
}

// blindedMember gives k and k·T of a member.
func (s *Secret) blindedMember(member identity.ID) (k *edwards25519.Scalar, key [32]byte, err error) {
	if member.Prefix() != identity.Session {
		return nil, key, ErrMember
	}
	pub, err := identity.Ed25519FromX25519(member.Key())
	if err != nil {
		return nil, key, ErrMember
	}
	t, err := new(edwards25519.Point).SetBytes(pub)
	if err != nil {
		return nil, key, ErrMember
	}
	mask := s.seedHash("SessionGroupSubaccountMask")
	h, err := blake2b.New512(mask[:])
	if err != nil {
		panic("group: " + err.Error())
	}
	h.Write(member[:])
	h.Write(s.id[:])
	k = scalar64(h.Sum(nil))
	return k, [32]byte(new(edwards25519.Point).ScalarMult(k, t).Bytes()), nil
}

// Token is what names a member's access to service nodes; an admin revokes it to
// shut the member out. The error is ErrMember.
func (s *Secret) Token(member identity.ID, rights snode.Rights) (snode.SubaccountToken, error) {
	_, key, err := s.blindedMember(member)
	if err != nil {
		return snode.SubaccountToken{}, err
	}
	return snode.NewSubaccountToken(identity.Group, rights, key), nil
}

// AuthData makes a member's access, for an invitation. The error is ErrMember.
func (s *Secret) AuthData(member identity.ID, rights snode.Rights) (AuthData, error) {
	k, key, err := s.blindedMember(member)
	if err != nil {
		return AuthData{}, err
	}
	sub := snode.NewSubaccount(s.Ed25519(), rights, key)
	var a AuthData
	copy(a[:4], sub.Token[:4])
	copy(a[4:36], k.Bytes())
	copy(a[36:], sub.Signature[:])
	return a, nil
}

// memberSigner signs requests to the group's swarm with a member's blinded key.
type memberSigner struct {
	group  identity.ID
	sub    snode.Subaccount
	secret *edwards25519.Scalar // k·t
	seed   []byte               // what nonces are hashed from
}

// NewSigner takes the auth data of an invitation into use. It checks that the
// group signed it for this account, and that it allows reading and need. The
// error is ErrAuthData.
func NewSigner(group identity.ID, me *identity.Account, auth []byte, need snode.Rights) (snode.Signer, error) {
	if len(auth) != AuthDataSize || group.Prefix() != identity.Group || auth[0] != byte(identity.Group) {
		return nil, ErrAuthData
	}
	need |= snode.Read
	if snode.Rights(auth[1])&need != need {
		return nil, ErrAuthData
	}
	k, err := new(edwards25519.Scalar).SetCanonicalBytes(auth[4:36])
	if err != nil {
		return nil, ErrAuthData
	}
	x := me.X25519Private()
	defer clear(x[:])
	t, err := new(edwards25519.Scalar).SetBytesWithClamping(x[:])
	if err != nil {
		panic("group: scalar refuses 32 bytes")
	}
	// T has sign bit 0, so half of all accounts use the opposite of their scalar.
	if me.Ed25519Public()[31]&0x80 != 0 {
		t.Negate(t)
	}
	s := &memberSigner{group: group, secret: new(edwards25519.Scalar).Multiply(k, t)}
	key := [32]byte(new(edwards25519.Point).ScalarBaseMult(s.secret).Bytes())
	copy(s.sub.Token[:4], auth[:4])
	copy(s.sub.Token[4:], key[:])
	copy(s.sub.Signature[:], auth[36:])
	public := group.Key()
	if !ed25519.Verify(public[:], s.sub.Token[:], s.sub.Signature[:]) {
		return nil, ErrAuthData
	}
	seed := me.Ed25519Seed()
	defer clear(seed[:])
	s.seed = keyed("SubaccountSeed", 32, seed[:])
	return s, nil
}

// Account is the group.
func (s *memberSigner) Account() identity.ID { return s.group }

// SignStorage is Ed25519 under k·T.
func (s *memberSigner) SignStorage(text []byte) snode.Auth {
	sub := s.sub
	key := s.sub.Token.Key()
	r := scalar64(keyed("SubaccountSig", 64, s.seed, key[:], text))
	commit := new(edwards25519.Point).ScalarBaseMult(r).Bytes()
	h := sha512.New()
	h.Write(commit)
	h.Write(key[:])
	h.Write(text)
	v := new(edwards25519.Scalar).MultiplyAdd(scalar64(h.Sum(nil)), s.secret, r)
	var sig [64]byte
	copy(sig[:32], commit)
	copy(sig[32:], v.Bytes())
	return snode.Auth{Pubkey: s.group, Signature: &sig, Subaccount: &sub}
}
