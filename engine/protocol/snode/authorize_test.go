package snode

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"testing"

	"sotto/engine/protocol/identity"
)

const testNow = 1_795_381_386_000

// people are an account, a group, and a member of it.
type people struct {
	alice  *identity.Account
	group  ed25519.PrivateKey
	member ed25519.PrivateKey
}

func newPeople(t testing.TB) people {
	t.Helper()
	alice, err := identity.FromSeed(bytes.Repeat([]byte{7}, 16))
	if err != nil {
		t.Fatal(err)
	}
	return people{alice, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, 32)), ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, 32))}
}

func (p people) groupID() identity.ID { return identity.NewID(identity.Group, publicOf(p.group)) }

func (p people) sub(rights Rights) Signer {
	return NewSubaccountSigner(p.groupID(), NewSubaccount(p.group, rights, publicOf(p.member)), p.member)
}

// answer is "200" or "status text".
func answer(err error) string {
	var r *RPCError
	switch {
	case err == nil:
		return "200"
	case errors.As(err, &r):
		return fmt.Sprintf("%d %s", r.Status, r.Text)
	}
	return "untyped " + err.Error()
}

func signed(t testing.TB, r SignedRequest, s Signer) Request {
	t.Helper()
	if err := Sign(r, s); err != nil {
		t.Fatal(err)
	}
	// As a node gets it.
	parsed, err := Parse(Encode(r))
	if err != nil {
		t.Fatalf("%v: %s", err, Encode(r))
	}
	return parsed
}

// TestTimeRules: each method at the edges of what it takes.
func TestTimeRules(t *testing.T) {
	p := newPeople(t)
	me := NewAccountSigner(p.alice)
	hash := MessageHash(p.alice.ID(), 0, nil)
	tooFar := func(m string) string { return "406 " + m + " timestamp too far from current time" }
	const clock = "406 Timestamp error: check your clock"
	const ttl = "403 Provided expiry/TTL is not valid."
	for _, row := range []struct {
		req  SignedRequest
		want string
	}{
		{&RetrieveRequest{Timestamp: testNow - 60_000}, "200"},
		{&RetrieveRequest{Timestamp: testNow - 60_001}, tooFar("retrieve")},
		{&RetrieveRequest{Timestamp: testNow + 60_001}, tooFar("retrieve")},
		{&DeleteAllRequest{Timestamp: testNow + 60_000}, "200"},
		{&DeleteAllRequest{Timestamp: testNow - 60_001, Scope: Everywhere}, tooFar("delete_all")},
		{&ExpiriesRequest{Timestamp: testNow - 60_001, Messages: []string{hash}}, tooFar("get_expiries")},
		{&RevokeRequest{Timestamp: testNow + 60_001, Tokens: make([]SubaccountToken, 1)}, tooFar("revoke_subaccount")},
		{&RevokeRequest{Timestamp: testNow + 60_001, Tokens: make([]SubaccountToken, 1), Undo: true}, tooFar("unrevoke_subaccount")},
		{&RevokeRequest{Timestamp: testNow, Tokens: make([]SubaccountToken, 50)}, "200"},
		{&DeleteRequest{Messages: []string{hash}}, "200"},
		{&DeleteBeforeRequest{Before: testNow + 60_000}, "200"},
		{&DeleteBeforeRequest{Before: testNow + 60_001}, "401 delete_before timestamp too far in the future"},
		{&ExpireAllRequest{Expiry: testNow - 60_000}, "200"},
		{&ExpireAllRequest{Expiry: testNow - 60_001}, "406 expire_all timestamp should be >= current time"},
		{&ExpireRequest{Messages: []string{hash}, Expiry: []int64{testNow - 60_001}}, "401 expire: timestamp should be >= current time"},
		{&ExpireRequest{Messages: []string{hash}, Expiry: []int64{testNow - 60_000}}, "200"},
		{&StoreRequest{Timestamp: testNow + 10_000, TTL: MinTTL}, "200"},
		{&StoreRequest{Timestamp: testNow + 10_001, TTL: MinTTL}, clock},
		{&StoreRequest{Timestamp: testNow, TTL: MinTTL - 1}, ttl},
		{&StoreRequest{Timestamp: testNow, TTL: PublicMaxTTL}, "200"},
		{&StoreRequest{Timestamp: testNow, TTL: PublicMaxTTL + 1}, ttl},
		{&StoreRequest{Timestamp: testNow, TTL: PublicMaxTTL + 1, Namespace: 2}, "200"},
		{&StoreRequest{Timestamp: testNow, TTL: PrivateMaxTTL + 1, Namespace: 2}, ttl},
		{&StoreRequest{Timestamp: testNow, Expiry: testNow - 5}, ttl},
		{&StoreRequest{Timestamp: testNow - 100_000, Expiry: testNow - 10_000}, "200"},
		{&StoreRequest{Timestamp: testNow - 100_000, Expiry: testNow - 10_001}, clock},
		{&StoreRequest{Timestamp: 1, TTL: 1 << 62}, ttl},
		{&StoreRequest{Timestamp: testNow - 60_001, TTL: PublicMaxTTL, Namespace: 2}, "406 store signature timestamp too far from current time"},
		{&StoreRequest{Timestamp: testNow - 60_001, SigTimestamp: testNow, TTL: PublicMaxTTL, Namespace: 2}, "200"},
	} {
		got := answer(Authorize(signed(t, row.req, me), Env{Now: testNow, HF: MultiExpiryFork}))
		if got != row.want {
			t.Errorf("%s %+v: %s, want %s", row.req.Method(), row.req, got, row.want)
		}
	}
	late := signed(t, &DeleteAllRequest{Timestamp: testNow - 70_000}, me)
	if got := answer(Authorize(late, Env{Now: testNow, Forwarded: true})); got != "200" {
		t.Errorf("forwarded: %s", got)
	}
	two := signed(t, &ExpireRequest{Messages: []string{hash, hash}, Expiry: []int64{testNow, testNow}}, me)
	if got := answer(Authorize(two, Env{Now: testNow, HF: HardFork{19, 3}})); got != "403 expire: multi-expiry requests are not yet active on the network" {
		t.Errorf("several expiries at 19.3: %s", got)
	}
}

// TestRights: what a subaccount may do, by its flags.
func TestRights(t *testing.T) {
	p := newPeople(t)
	hash := MessageHash(p.groupID(), 11, nil)
	store := func(ns Namespace) func() SignedRequest {
		return func() SignedRequest { return &StoreRequest{Namespace: ns, Timestamp: testNow, TTL: 60_000} }
	}
	for _, row := range []struct {
		name string
		req  func() SignedRequest
		need Rights
	}{
		{"store", store(11), Write},
		{"store", store(-21), Write | Delete},
		{"retrieve", func() SignedRequest { return &RetrieveRequest{Namespace: 11, Timestamp: testNow} }, Read},
		{"get_expiries", func() SignedRequest { return &ExpiriesRequest{Messages: []string{hash}, Timestamp: testNow} }, Read},
		{"delete_msgs", func() SignedRequest { return &DeleteRequest{Messages: []string{hash}} }, Delete},
		{"delete_all", func() SignedRequest { return &DeleteAllRequest{Timestamp: testNow} }, Delete},
		{"delete_before", func() SignedRequest { return &DeleteBeforeRequest{Before: testNow} }, Delete},
		{"expire_all", func() SignedRequest { return &ExpireAllRequest{Expiry: testNow} }, Delete},
		{"expire:", func() SignedRequest { return &ExpireRequest{Messages: []string{hash}, Expiry: []int64{testNow}} }, Write},
	} {
		for rights := Rights(0); rights < 8; rights++ {
			want := "401 " + row.name + " signature verification failed"
			if rights&row.need == row.need {
				want = "200"
			}
			req := signed(t, row.req(), p.sub(rights))
			if got := answer(Authorize(req, Env{Now: testNow})); got != want {
				t.Errorf("%s with rights %d: %s", row.name, rights, got)
			}
			revoked := func(identity.ID, SubaccountToken) bool { return true }
			if got := answer(Authorize(req, Env{Now: testNow, Revoked: revoked})); got == "200" {
				t.Errorf("%s with revoked token accepted", row.name)
			}
		}
	}
	// A revoked member still reads why.
	note := signed(t, &RetrieveRequest{Namespace: RevokedRetrievable, Timestamp: testNow}, p.sub(Read))
	if err := Authorize(note, Env{Now: testNow, Revoked: func(identity.ID, SubaccountToken) bool { return true }}); err != nil {
		t.Errorf("unrevocable namespace: %v", err)
	}
	// Shortening needs the right to delete; without, a plain expire only extends.
	short := signed(t, &ExpireRequest{Messages: []string{hash}, Expiry: []int64{testNow}, Shorten: true}, p.sub(Read|Write))
	if got := answer(Authorize(short, Env{Now: testNow})); got != "400 expire: shorten parameter cannot be used with this subaccount token (missing delete access)" {
		t.Errorf("shorten: %s", got)
	}
	for rights, want := range map[Rights]bool{Read | Write: true, Write | Delete: false} {
		plain := signed(t, &ExpireRequest{Messages: []string{hash}, Expiry: []int64{testNow}}, p.sub(rights))
		if got := plain.(*ExpireRequest).ExtendOnly(); got != want {
			t.Errorf("rights %d: extend only %v", rights, got)
		}
	}
	// A subaccount cannot revoke, at either end.
	revoke := &RevokeRequest{Timestamp: testNow, Tokens: make([]SubaccountToken, 1)}
	if err := Sign(revoke, p.sub(15)); !errors.Is(err, ErrSigner) {
		t.Errorf("revoke by a subaccount: %v", err)
	}
	revoke.Auth = p.sub(15).SignStorage(revoke.SignedText())
	if got := answer(Authorize(revoke, Env{Now: testNow})); got != "401 revoke_subaccount signature verification failed" {
		t.Errorf("revoke by a subaccount: %s", got)
	}
}

// TestForgeries: signatures that must not pass.
func TestForgeries(t *testing.T) {
	p := newPeople(t)
	me := NewAccountSigner(p.alice)
	fresh := func() *RetrieveRequest { return &RetrieveRequest{Namespace: 2, Timestamp: testNow, MaxSize: -1} }
	otherKey := publicOf(p.member)
	for name, forge := range map[string]func(*RetrieveRequest){
		"other namespace":     func(r *RetrieveRequest) { r.Namespace = 3 },
		"other time":          func(r *RetrieveRequest) { r.Timestamp++ },
		"other account":       func(r *RetrieveRequest) { r.Pubkey[5] ^= 1 },
		"key of another":      func(r *RetrieveRequest) { r.Ed25519 = &otherKey },
		"no key":              func(r *RetrieveRequest) { r.Ed25519 = nil },
		"bit of signature":    func(r *RetrieveRequest) { r.Signature[9] ^= 1 },
		"token of a stranger": func(r *RetrieveRequest) { r.Subaccount = &Subaccount{Token: NewSubaccountToken(5, 15, otherKey)} },
	} {
		r := fresh()
		if err := Sign(r, me); err != nil {
			t.Fatal(err)
		}
		if err := Authorize(r, Env{Now: testNow}); err != nil {
			t.Fatalf("before: %v", err)
		}
		forge(r)
		if got := answer(Authorize(r, Env{Now: testNow})); got != "401 retrieve signature verification failed" {
			t.Errorf("%s: %s", name, got)
		}
	}
	// A token good for accounts of another kind, unless it says any.
	for rights, want := range map[Rights]string{Read: "401 retrieve signature verification failed", Read | AnyPrefix: "200"} {
		token := NewSubaccountToken(identity.Session, rights, publicOf(p.member))
		sub := Subaccount{Token: token, Signature: [64]byte(ed25519.Sign(p.group, token[:]))}
		r := signed(t, fresh(), NewSubaccountSigner(p.groupID(), sub, p.member))
		if got := answer(Authorize(r, Env{Now: testNow})); got != want {
			t.Errorf("rights %d: %s", rights, got)
		}
	}
}

func TestUnsigned(t *testing.T) {
	id := newPeople(t).alice.ID()
	for ns, want := range map[Namespace]string{
		0: "200", -10: "200", 10: "200", 2: "401 store: signature required to store to namespace 2",
		-21: "401 store: signature required to store to namespace -21",
	} {
		r := &StoreRequest{Auth: Auth{Pubkey: id}, Namespace: ns, Timestamp: testNow, TTL: 60_000}
		if got := answer(Authorize(r, Env{Now: testNow})); got != want {
			t.Errorf("store in %d: %s", ns, got)
		}
	}
	for ns, want := range map[Namespace]string{
		-10: "200", -21: "200", -1: "200", 0: "401 retrieve: request signature required", -11: "401 retrieve: request signature required",
	} {
		r := &RetrieveRequest{Auth: Auth{Pubkey: id}, Namespace: ns}
		if got := answer(Authorize(r, Env{Now: testNow})); got != want {
			t.Errorf("retrieve of %d: %s", ns, got)
		}
	}
	for _, r := range []Request{&DeleteRequest{}, &ExpiriesRequest{Timestamp: testNow}} {
		if err := Authorize(r, Env{Now: testNow}); err == nil {
			t.Errorf("%s without signature accepted", r.Method())
		}
	}
	if err := Verify(&DeleteRequest{}); !errors.Is(err, ErrNotSigned) {
		t.Errorf("Verify: %v", err)
	}
	for _, r := range []Request{&InfoRequest{}, &SwarmRequest{}, &OxendRequest{}, &BatchRequest{}, &IfElseRequest{}} {
		if err := Authorize(r, Env{}); err != nil {
			t.Errorf("%s: %v", r.Method(), err)
		}
	}
}

func TestRetrieveLimit(t *testing.T) {
	for _, row := range []struct{ count, size, wantCount, wantSize int }{
		{0, 0, 0, RetrieveMax / 5},
		{0, -1, 0, RetrieveMax},
		{0, -2, 0, RetrieveMax / 2},
		{1000, 0, 1000, RetrieveMax},
		{0, 99_999_999, 0, RetrieveMax},
		{3, 10, 3, 10},
		{-1, 0, 0, RetrieveMax / 5},
		{0, -1 << 31, 0, 0},
	} {
		c, s := (&RetrieveRequest{MaxCount: row.count, MaxSize: row.size}).Limit()
		if c != row.wantCount || s != row.wantSize {
			t.Errorf("count %d, size %d: %d, %d", row.count, row.size, c, s)
		}
	}
	// As recorded: 120 messages of 76,800 bytes gave 15, 76 and 38.
	for size, want := range map[int]int{-5: 15, -1: 76, -2: 38} {
		_, limit := (&RetrieveRequest{MaxSize: size}).Limit()
		if got := limit / CountedSize(MaxData); got != want {
			t.Errorf("max_size %d: %d messages, official %d", size, got, want)
		}
	}
}

func TestNamespaceRules(t *testing.T) {
	for _, row := range []struct {
		ns                             Namespace
		inbox, outbox, open, unrevoked bool
	}{
		{0, true, false, false, false}, {10, true, false, false, false}, {-10, true, false, true, false},
		{-20, true, false, false, false}, {2, false, false, false, false}, {11, false, false, false, false},
		{-11, false, false, false, true}, {-111, false, false, false, true}, {-1, false, true, true, false},
		{-21, false, true, true, false}, {21, false, false, false, false}, {-32768, false, false, false, false},
	} {
		if row.ns.PublicInbox() != row.inbox || row.ns.PublicOutbox() != row.outbox ||
			row.ns.ReadableByAll() != row.open || row.ns.Unrevocable() != row.unrevoked {
			t.Errorf("namespace %d: %v %v %v %v", row.ns, row.ns.PublicInbox(), row.ns.PublicOutbox(), row.ns.ReadableByAll(), row.ns.Unrevocable())
		}
	}
}
