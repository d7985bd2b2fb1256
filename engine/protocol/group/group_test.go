package group

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sotto/engine/protocol/bt"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
)

const now = 1_700_000_000_000

func textContent(text string, at uint64) *wire.Content {
	return &wire.Content{DataMessage: &wire.DataMessage{Body: wire.Some(text)}, SigTimestamp: wire.Some(at)}
}

func TestRemovedMemberReadsNothingNew(t *testing.T) {
	s := testSecret(t, "garden")
	alice, bob, carol := person(t, "alice"), person(t, "bob"), person(t, "carol")
	admin := newKeys(t, s.ID(), alice, s)
	b, c := newKeys(t, s.ID(), bob, nil), newKeys(t, s.ID(), carol, nil)
	deliver := func(hash string, message []byte) {
		t.Helper()
		for _, k := range []*Keys{admin, b, c} {
			if _, err := k.Load(hash, message, now); err != nil {
				t.Fatal(err)
			}
		}
	}
	first, err := admin.Rekey(ids(alice, bob, carol))
	if err != nil {
		t.Fatal(err)
	}
	deliver("h0", first)
	second, err := admin.Rekey(ids(alice, bob))
	if err != nil {
		t.Fatal(err)
	}
	deliver("h1", second)
	key, _ := admin.Newest()
	message, err := Close(s.ID(), alice, key, rand.Reader, textContent("without carol", now), now)
	if err != nil || (len(message))%messagePadding != 0 {
		t.Fatalf("%d bytes, %v", len(message), err)
	}
	o, err := Open(s.ID(), b.All(), message)
	if err != nil || o.Sender != alice.ID() || o.Content.DataMessage.Body.Value != "without carol" || o.Timestamp != now || o.KeyIndex != 0 {
		t.Errorf("%+v, %v", o, err)
	}
	if _, err := Open(s.ID(), c.All(), message); !errors.Is(err, ErrNotOpen) {
		t.Errorf("who was removed reads it: %v", err)
	}
	// Bob cannot give Carol a key: supplements are signed by the group.
	if _, err := b.Supplement(ids(carol)); err != ErrNotAdmin {
		t.Errorf("%v", err)
	}
	other := testSecret(t, "another group")
	if forged, err := other.history(ids(carol), b.keys); err != nil {
		t.Fatal(err)
	} else if _, err := c.Load("x", forged, now); !errors.Is(err, ErrKeyMessage) {
		t.Errorf("a forged supplement loads: %v", err)
	}
	// With the history, she reads what was before and after.
	more, err := admin.Supplement(ids(carol))
	if err != nil {
		t.Fatal(err)
	}
	if found, err := c.Load("h2", more, now); err != nil || !found {
		t.Fatalf("%v, %v", found, err)
	}
	if _, err := Open(s.ID(), c.All(), message); err != nil {
		t.Errorf("invited with history: %v", err)
	}
}

func TestRekeyRules(t *testing.T) {
	s := testSecret(t, "garden")
	alice, bob := person(t, "alice"), person(t, "bob")
	k := newKeys(t, s.ID(), alice, s)
	if _, err := k.Supplement(ids(bob)); err != ErrNoKey {
		t.Errorf("history of nothing: %v", err)
	}
	if _, err := k.Rekey(nil); err != ErrNoKey {
		t.Errorf("key for nobody: %v", err)
	}
	if _, err := newKeys(t, s.ID(), bob, nil).Rekey(ids(bob)); err != ErrNotAdmin {
		t.Errorf("key by a member: %v", err)
	}
	if err := k.Promote(testSecret(t, "another group")); err != ErrWrongGroup {
		t.Errorf("%v", err)
	}
	if _, err := NewKeys(alice.ID(), alice, nil); err != ErrWrongGroup {
		t.Errorf("%v", err)
	}
	if _, err := NewSecret(make([]byte, 16)); err != ErrSeed {
		t.Errorf("%v", err)
	}
	// Two admins with the same list store the same bytes.
	one, err := k.Rekey(ids(alice, bob))
	if err != nil {
		t.Fatal(err)
	}
	two, err := newKeys(t, s.ID(), bob, s).Rekey(ids(bob, alice, bob))
	if err != nil || !bytes.Equal(one, two) {
		t.Errorf("two admins differ, %v", err)
	}
	if g, err := Generate(rand.Reader); err != nil || g.ID().Prefix() != identity.Group || strings.Contains(fmt.Sprintf("%+v", g), "keys") {
		t.Errorf("%+v, %v", g, err)
	}
}

func TestBadKeyMessages(t *testing.T) {
	s := testSecret(t, "garden")
	alice, bob := person(t, "alice"), person(t, "bob")
	admin := newKeys(t, s.ID(), alice, s)
	good, err := admin.Rekey(ids(alice, bob))
	if err != nil {
		t.Fatal(err)
	}
	member := newKeys(t, s.ID(), bob, nil)
	write := func(f func(w *bt.Writer)) []byte {
		w := bt.NewWriter(100)
		w.Dict()
		f(w)
		b, err := s.finish(w)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	slots := func(w *bt.Writer, name string, n, size int) {
		w.Key(name)
		w.List()
		for range n {
			w.Bytes(make([]byte, size))
		}
		w.End()
	}
	full := func(nonce int, generation int64, admins, n, size int) []byte {
		return write(func(w *bt.Writer) {
			w.Key("#")
			w.Bytes(make([]byte, nonce))
			w.Key("G")
			w.Int(generation)
			w.Key("K")
			w.Bytes(make([]byte, admins))
			slots(w, "k", n, size)
		})
	}
	for name, data := range map[string][]byte{
		"empty": nil, "no dict": []byte("le"), "cut": good[:len(good)-1], "changed": append(bytes.Clone(good[:30]), append([]byte{good[30] ^ 1}, good[31:]...)...),
		"short nonce": full(23, 0, 48, 45, 48), "negative generation": full(24, -1, 48, 45, 48), "short K": full(24, 0, 47, 45, 48),
		"44 slots": full(24, 0, 48, 44, 48), "no slots": full(24, 0, 48, 0, 48), "short slots": full(24, 0, 48, 45, 47),
		"short history": write(func(w *bt.Writer) {
			w.Key("#")
			w.Bytes(make([]byte, 24))
			slots(w, "+", 1, 67)
			w.Key("G")
			w.Int(0)
		}),
		"history without generation": write(func(w *bt.Writer) {
			w.Key("#")
			w.Bytes(make([]byte, 24))
			slots(w, "+", 1, 80)
		}),
	} {
		if found, err := member.Load("h", data, now); found || !errors.Is(err, ErrKeyMessage) || len(member.ActiveHashes()) != 0 {
			t.Errorf("%s: %v, %v", name, found, err)
		}
	}
	// A message whose K is not for admins is refused by them, as a whole.
	if _, err := admin.Load("h", full(24, 0, 48, 45, 48), now); !errors.Is(err, ErrKeyMessage) {
		t.Errorf("K that does not open: %v", err)
	}
	if found, err := member.Load("h", good, now); !found || err != nil {
		t.Errorf("%v, %v", found, err)
	}
	for name, dump := range map[string][]byte{"empty": nil, "list": []byte("le"), "cut": member.Dump()[:20]} {
		if _, err := LoadKeys(s.ID(), bob, nil, dump); !errors.Is(err, ErrDump) {
			t.Errorf("dump, %s: %v", name, err)
		}
	}
}

func TestBadMessages(t *testing.T) {
	s, other := testSecret(t, "garden"), testSecret(t, "another group")
	alice := person(t, "alice")
	key := [32]byte{1}
	keys := [][32]byte{key}
	seal := func(f func(w *bt.Writer)) []byte {
		w := bt.NewWriter(100)
		w.Dict()
		f(w)
		w.End()
		b, err := w.Finish()
		if err != nil {
			t.Fatal(err)
		}
		nonce := make([]byte, 24)
		return append(nonce, sealWith(key[:], nonce, append(b, 0, 0, 0))...)
	}
	fields := func(version int64, name string, data, sig []byte) []byte {
		return seal(func(w *bt.Writer) {
			w.Key("")
			w.Int(version)
			w.Key("a")
			w.Bytes(alice.Ed25519Public())
			if name == "d" {
				w.Key("d")
				w.Bytes(data)
			}
			w.Key("s")
			w.Bytes(sig)
			if name == "z" {
				w.Key("z")
				w.Bytes(data)
			}
		})
	}
	sign := func(data []byte) []byte {
		public := s.ID().Key()
		return ed25519.Sign(alice.Ed25519(), append(bytes.Clone(data), public[:]...))
	}
	bomb := compressor().EncodeAll(make([]byte, 2*MaxPlain), nil)
	foreign, err := Close(other.ID(), alice, key, rand.Reader, textContent("x", now), now)
	if err != nil {
		t.Fatal(err)
	}
	apart, err := Close(s.ID(), alice, key, rand.Reader, textContent("x", now), now+1)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"empty":                 {nil, ErrNotOpen},
		"of another group":      {foreign, ErrNotOpen},
		"too long":              {make([]byte, 1<<20), ErrNotOpen},
		"of another version":    {fields(2, "d", []byte("x"), sign([]byte("x"))), ErrRefused},
		"without data":          {fields(1, "", nil, sign(nil)), ErrRefused},
		"signed by nobody":      {fields(1, "d", []byte("x"), make([]byte, 64)), ErrNotOpen},
		"no envelope":           {fields(1, "d", []byte("x"), sign([]byte("x"))), ErrRefused},
		"not compressed at all": {fields(1, "z", []byte("x"), sign([]byte("x"))), ErrRefused},
		"bomb":                  {fields(1, "z", bomb, sign(bomb)), ErrRefused},
		"timestamps differ":     {apart, ErrRefused},
	} {
		if _, err := Open(s.ID(), keys, c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	noise := make([]byte, wire.MaxBlob)
	if _, err := rand.Read(noise); err != nil {
		t.Fatal(err)
	}
	if _, err := closeMessage(s.ID(), alice, key, rand.Reader, noise); err != ErrTooLarge {
		t.Errorf("too large: %v", err)
	}
	if _, err := closeMessage(s.ID(), alice, key, rand.Reader, make([]byte, MaxPlain+1)); err != ErrTooLarge {
		t.Errorf("too large before compression: %v", err)
	}
}

func TestInvitationAndSigner(t *testing.T) {
	s, other := testSecret(t, "garden"), testSecret(t, "another group")
	bob, eve := person(t, "bob"), person(t, "eve")
	m, err := s.Invite(bob.ID(), "Garden", now)
	if err != nil {
		t.Fatal(err)
	}
	if group, err := OpenInvite(bob, m, now); err != nil || group != s.ID() {
		t.Fatalf("%v, %v", group, err)
	}
	forged, err := other.Invite(bob.ID(), "Garden", now)
	if err != nil {
		t.Fatal(err)
	}
	forged.GroupSessionID = m.GroupSessionID
	stolen := *m
	stolen.MemberAuthData = forged.MemberAuthData
	for name, open := range map[string]func() (identity.ID, error){
		"at another time": func() (identity.ID, error) { return OpenInvite(bob, m, now+1) },
		"by another":      func() (identity.ID, error) { return OpenInvite(eve, m, now) },
		"of a stranger":   func() (identity.ID, error) { return OpenInvite(bob, forged, now) },
	} {
		if _, err := open(); err != ErrSignature {
			t.Errorf("replayed %s: %v", name, err)
		}
	}
	if _, err := OpenInvite(bob, &stolen, now); err != ErrAuthData {
		t.Errorf("access to another group: %v", err)
	}
	readOnly, err := s.AuthData(bob.ID(), snode.Read)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewSigner(s.ID(), bob, readOnly[:], snode.Write); err != ErrAuthData {
		t.Errorf("writing with a right to read: %v", err)
	}
	if _, err := NewSigner(s.ID(), eve, m.MemberAuthData, 0); err != ErrAuthData {
		t.Errorf("somebody else's access: %v", err)
	}
	if _, err := s.AuthData(s.ID(), MemberRights); err != ErrMember {
		t.Errorf("access of a group: %v", err)
	}
	// A service node takes what the member signs.
	signer, err := NewSigner(s.ID(), bob, m.MemberAuthData, snode.Write)
	if err != nil {
		t.Fatal(err)
	}
	r := &snode.RetrieveRequest{Timestamp: now, Namespace: 11}
	r.Pubkey = s.ID()
	if err := snode.Sign(r, signer); err != nil {
		t.Fatal(err)
	}
	if err := snode.Verify(r); err != nil {
		t.Errorf("a service node refuses: %v", err)
	}
	if p, err := OpenPromotion(s.Promotion("Garden")); err != nil || p.ID() != s.ID() {
		t.Errorf("%v", err)
	}
}

func TestControlSignatures(t *testing.T) {
	s, other := testSecret(t, "garden"), testSecret(t, "another group")
	info := &wire.GroupInfoChange{Type: wire.Some(wire.GroupNameChanged), UpdatedName: wire.Some("New")}
	members := &wire.GroupMemberChange{Type: wire.Some(wire.GroupMembersAdded), MemberSessionIDs: []string{person(t, "bob").ID().String()}}
	deletion := &wire.GroupDeleteMemberContent{MessageHashes: []string{"a", "b"}}
	s.SignInfoChange(info, now)
	s.SignMemberChange(members, now)
	s.SignDeleteContent(deletion, now)
	verify := func(group identity.ID, at uint64) []error {
		return []error{VerifyInfoChange(group, info, at), VerifyMemberChange(group, members, at), VerifyDeleteContent(group, deletion, at)}
	}
	if got := verify(s.ID(), now); !slices.Equal(got, []error{nil, nil, nil}) {
		t.Errorf("%v", got)
	}
	all := []error{ErrSignature, ErrSignature, ErrSignature}
	if got := verify(s.ID(), now+1); !slices.Equal(got, all) {
		t.Errorf("at another time: %v", got)
	}
	if got := verify(other.ID(), now); !slices.Equal(got, all) {
		t.Errorf("in another group: %v", got)
	}
	info.Type, members.Type = wire.Some(wire.GroupAvatarChanged), wire.Some(wire.GroupMembersRemoved)
	deletion.MessageHashes = append(deletion.MessageHashes, "c")
	if got := verify(s.ID(), now); !slices.Equal(got, all) {
		t.Errorf("changed: %v", got)
	}
	deletion.AdminSignature = nil
	if err := VerifyDeleteContent(s.ID(), deletion, now); err != ErrSignature {
		t.Errorf("without signature: %v", err)
	}
	// The texts themselves, as other clients build them.
	bob := person(t, "bob").ID()
	if got, want := string(inviteText(bob, now)), "INVITE"+bob.String()+"1700000000000"; got != want {
		t.Errorf("%s", got)
	}
	info.Type = wire.Some(wire.GroupDisappearingChanged)
	if got := string(infoChangeText(info, now)); got != "INFO_CHANGE31700000000000" {
		t.Errorf("%s", got)
	}
	if got := string(memberChangeText(members, now)); got != "MEMBER_CHANGE21700000000000" {
		t.Errorf("%s", got)
	}
	d := &wire.GroupDeleteMemberContent{MemberSessionIDs: []string{"05aa"}, MessageHashes: []string{"h1", "h2"}}
	if got := string(deleteContentText(d, now)); got != "DELETE_CONTENT170000000000005aah1h2" {
		t.Errorf("%s", got)
	}
}

func FuzzLoad(f *testing.F) {
	s := testSecret(f, "garden")
	alice, bob := person(f, "alice"), person(f, "bob")
	admin := newKeys(f, s.ID(), alice, s)
	message, err := admin.Rekey(ids(alice, bob))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(message, false)
	f.Add([]byte("d1:#24:000000000000000000000000e"), true)
	f.Fuzz(func(t *testing.T, data []byte, signed bool) {
		if signed { // what an admin of ill will could store
			if r := bt.NewReader(data, bt.Limits{}); r.Skip() == nil && len(data) > 2 && data[0] == 'd' && r.Close() == nil && !bytes.Contains(data, []byte("1:~")) {
				sig := s.sign(data[:len(data)-1])
				data = append(append(append(bytes.Clone(data[:len(data)-1]), "1:~64:"...), sig...), 'e')
			}
		}
		for _, k := range []*Keys{newKeys(t, s.ID(), bob, nil), newKeys(t, s.ID(), alice, s)} {
			_, _ = k.Load("h", data, now)
			if _, err := LoadKeys(s.ID(), bob, nil, k.Dump()); err != nil {
				t.Error(err)
			}
		}
	})
}

func FuzzOpen(f *testing.F) {
	s := testSecret(f, "garden")
	alice := person(f, "alice")
	key := [32]byte{1}
	nonce := make([]byte, 24)
	f.Add([]byte("d0:i1e1:a32:000000000000000000000000000000001:d1:x1:s64:0000000000000000000000000000000000000000000000000000000000000000e"))
	f.Fuzz(func(t *testing.T, inner []byte) {
		_, _ = Open(s.ID(), [][32]byte{key}, append(bytes.Clone(nonce), sealWith(key[:], nonce, inner)...))
		_, _ = OpenMulti(alice.X25519(), domainKicked, s.ID().Key(), inner)
		_, _ = LoadKeys(s.ID(), alice, nil, inner)
	})
}

func BenchmarkRekey100(b *testing.B) {
	s := testSecret(b, "garden")
	var members []identity.ID
	for i := range 100 {
		members = append(members, person(b, fmt.Sprint(i)).ID())
	}
	for b.Loop() {
		if _, _, err := s.makeKey(members, 1); err != nil {
			b.Fatal(err)
		}
	}
}
