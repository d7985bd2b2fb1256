package community

import (
	"crypto/ed25519"
	"encoding/hex"
	"testing"

	"filippo.io/edwards25519"

	"sotto/engine/protocol/identity"
	"sotto/internal/vectors"
)

func TestBlindingVectors(t *testing.T) {
	var v struct {
		Identities []struct {
			Seed    hexed  `json:"ed25519_seed"`
			Session string `json:"session_id"`
		}
		IDs []struct {
			Identity     int
			Server       hexed     `json:"server_pk"`
			Factor15     hexed     `json:"blind15_factor"`
			Alternatives [2]string `json:"blind15_alternatives"`
			ID15         string    `json:"blind15_from_ed"`
			Message      hexed     `json:"blind15_sign_message"`
			Signature15  hexed     `json:"blind15_signature"`
			Factor25     hexed     `json:"blind25_factor"`
			ID25         string    `json:"blind25_id"`
			Signature25  hexed     `json:"blind25_signature"`
			Secret15     hexed     `json:"blind15_sec"`
			Secret25     hexed     `json:"blind25_sec"`
		}
		Encryption []struct {
			Blinding, Sender, Recipient int
			Server                      hexed  `json:"server_pk"`
			SenderID                    string `json:"sender_blinded_id"`
			RecipientID                 string `json:"recipient_blinded_id"`
			Message, Ciphertext         hexed
			Session                     string `json:"sender_session_id"`
		}
	}
	vectors.Load(t, "blinding", &v)
	for i, c := range v.IDs {
		me := account(t, v.Identities[c.Identity].Seed)
		server := [32]byte(c.Server)
		session := mustID(t, v.Identities[c.Identity].Session)
		k15, k25 := Blind15(me, server), Blind25(me, server)
		if k15.ID().String() != c.ID15 || k25.ID().String() != c.ID25 {
			t.Errorf("%d: %v %v", i, k15.ID(), k25.ID())
		}
		if hex.EncodeToString(k15.blinded.Bytes()) != hex.EncodeToString(c.Secret15) || hex.EncodeToString(k25.blinded.Bytes()) != hex.EncodeToString(c.Secret25) {
			t.Errorf("%d: blinded scalars differ", i)
		}
		if hex.EncodeToString(factor15(server).Bytes()) != hex.EncodeToString(c.Factor15) || hex.EncodeToString(factor25(session, server).Bytes()) != hex.EncodeToString(c.Factor25) {
			t.Errorf("%d: factors differ", i)
		}
		all, err := CandidatesOf(session, server)
		if err != nil {
			t.Fatal(err)
		}
		// The official list begins with k·|A|, whatever its sign bit.
		a, b := mustID(t, c.Alternatives[0]), mustID(t, c.Alternatives[1])
		if Lookup(a) != all.Blind15 || Lookup(b) != all.Blind15 || (a == all.Blind15) == (b == all.Blind15) || all.Blind25.String() != c.ID25 {
			t.Errorf("%d: candidates %+v", i, all)
		}
		for _, s := range []string{c.Alternatives[0], c.Alternatives[1], c.ID25} {
			if !MayBe(mustID(t, s), session, server) {
				t.Errorf("%d: %s is not recognised", i, s)
			}
			other := server
			other[0] ^= 1
			if MayBe(mustID(t, s), session, other) {
				t.Errorf("%d: %s is recognised on another server", i, s)
			}
		}
		if Lookup(k15.ID()) != all.Blind15 || Lookup(k25.ID()) != k25.ID() {
			t.Errorf("%d: lookup form", i)
		}
		// The official core hashes the nonce of a 15 signature from other bytes:
		// nobody can tell, both verify.
		if !verify(k15.ID(), c.Message, c.Signature15) {
			t.Errorf("%d: official 15 signature does not verify", i)
		}
		if sig := k25.sign(c.Message); hex.EncodeToString(sig[:]) != hex.EncodeToString(c.Signature25) {
			t.Errorf("%d: 25 signature %x", i, sig)
		}
		for _, k := range []*Key{k15, k25} {
			sig := k.sign(c.Message)
			if !verify(k.ID(), c.Message, sig[:]) || verify(k.ID(), append(c.Message, 1), sig[:]) {
				t.Errorf("%d: own signature", i)
			}
			if pub := [32]byte(me.Ed25519Public()); !Blinds(k.ID(), pub, server) {
				t.Errorf("%d: %v is not proven", i, k.ID())
			}
		}
	}
	for i, c := range v.Encryption {
		blind := Blind15
		if c.Blinding == 25 {
			blind = Blind25
		}
		from := blind(account(t, v.Identities[c.Sender].Seed), [32]byte(c.Server))
		to := blind(account(t, v.Identities[c.Recipient].Seed), [32]byte(c.Server))
		if from.ID().String() != c.SenderID || to.ID().String() != c.RecipientID {
			t.Fatalf("%d: ids", i)
		}
		for _, k := range []*Key{from, to} {
			plain, key, err := openDirect(k, from.ID(), to.ID(), c.Ciphertext)
			if err != nil || string(plain) != string(c.Message) {
				t.Fatalf("%d: %q, %v", i, plain, err)
			}
			if id, err := identity.IDFromEd25519(key); err != nil || id.String() != c.Session {
				t.Errorf("%d: sender %v, %v", i, id, err)
			}
		}
		again, err := closeDirect(from, nonceOf(c.Ciphertext), to.ID(), c.Message)
		if err != nil || hex.EncodeToString(again) != hex.EncodeToString(c.Ciphertext) {
			t.Errorf("%d: %x, %v", i, again, err)
		}
	}
}

func TestCommunityBlindingVectors(t *testing.T) {
	var v struct {
		Server   hexed `json:"server_pubkey"`
		Accounts []struct {
			Seed    hexed
			Session string `json:"session_id"`
			Blind15 struct {
				K, ID  string
				From   string `json:"from_session_id"`
				Alt    string `json:"from_session_id_alt"`
				Scalar string `json:"blinded_scalar_ka"`
			}
			Blind25 struct {
				ID     string
				Scalar string `json:"blinded_scalar_ka"`
			}
			Sign struct {
				Message hexed  `json:"message_hex"`
				Sig15   string `json:"sig15_seedhash"`
				Sig15L  hexed  `json:"sig15_libsession_variant"`
				Sig25   string
			}
		}
	}
	vectors.Load(t, "community-blinding", &v)
	server := [32]byte(v.Server)
	for i, c := range v.Accounts {
		me := account(t, c.Seed)
		k15, k25 := Blind15(me, server), Blind25(me, server)
		sig15, sig25 := k15.sign(c.Sign.Message), k25.sign(c.Sign.Message)
		for name, pair := range map[string][2]string{
			"15 id": {k15.ID().String(), c.Blind15.ID}, "25 id": {k25.ID().String(), c.Blind25.ID},
			"15 scalar": {hex.EncodeToString(k15.blinded.Bytes()), c.Blind15.Scalar},
			"25 scalar": {hex.EncodeToString(k25.blinded.Bytes()), c.Blind25.Scalar},
			"factor":    {hex.EncodeToString(factor15(server).Bytes()), c.Blind15.K},
			"15 sig":    {hex.EncodeToString(sig15[:]), c.Sign.Sig15},
			"25 sig":    {hex.EncodeToString(sig25[:]), c.Sign.Sig25},
		} {
			if pair[0] != pair[1] {
				t.Errorf("account %d, %s: %s, want %s", i, name, pair[0], pair[1])
			}
		}
		if !verify(k15.ID(), c.Sign.Message, c.Sign.Sig15L) {
			t.Errorf("account %d: official variant does not verify", i)
		}
		all, err := CandidatesOf(mustID(t, c.Session), server)
		if err != nil || !(all.Blind15.String() == c.Blind15.From && all.Blind15Alt.String() == c.Blind15.Alt ||
			all.Blind15.String() == c.Blind15.Alt && all.Blind15Alt.String() == c.Blind15.From) {
			t.Errorf("account %d: %+v, %v", i, all, err)
		}
	}
}

func TestForeignPointsAreRefused(t *testing.T) {
	me := Blind15(person(t, "alice"), testServer)
	order8, err := hex.DecodeString("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
	if err != nil {
		t.Fatal(err)
	}
	torsion, err := new(edwards25519.Point).SetBytes(order8)
	if err != nil {
		t.Fatal(err)
	}
	mixed := new(edwards25519.Point).Add(edwards25519.NewGeneratorPoint(), torsion)
	for name, key := range map[string][]byte{
		"identity":                    {0: 1, 31: 0},
		"order 2":                     append([]byte{0xec}, append(fill(0xff, 30), 0x7f)...),
		"order 8":                     order8,
		"outside the subgroup":        mixed.Bytes(),
		"no point":                    append([]byte{2}, make([]byte, 31)...),
		"identity, sign of zero":      {0: 1, 31: 0x80},
		"identity, not reduced (p+1)": append([]byte{0xee}, append(fill(0xff, 30), 0x7f)...),
	} {
		id := identity.NewID(identity.Blinded15, [32]byte(key))
		if _, err := CloseDirect(me, zeros{}, id, []byte("x")); err != ErrBlindedID {
			t.Errorf("%s: closed for it: %v", name, err)
		}
		if name == "outside the subgroup" {
			continue // signatures under it are harmless
		}
		// R = identity and s = 0 fit every message under a key of small order.
		sig := make([]byte, ed25519.SignatureSize)
		sig[0] = 1
		if verify(id, []byte("anything"), sig) {
			t.Errorf("%s: a signature by nobody verifies", name)
		}
	}
	if p, err := blindedPoint(me.ID()); err != nil || p == nil {
		t.Errorf("own id: %v", err)
	}
	if _, err := CandidatesOf(me.ID(), testServer); err != ErrSessionID {
		t.Errorf("candidates of a blinded id: %v", err)
	}
}

func fill(c byte, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = c
	}
	return b
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }
