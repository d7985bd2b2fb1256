package snode

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"sotto/engine/protocol/identity"
)

func load1[T any](t testing.TB, name string) T {
	t.Helper()
	var v T
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(name, err)
	}
	return v
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func mustID(t testing.TB, s string) identity.ID {
	t.Helper()
	id, ok := parsePubkey(s)
	if !ok {
		t.Fatalf("id %q", s)
	}
	return id
}

// canonical is a document as official nodes write it: compact, keys sorted.
func canonical(t testing.TB, doc []byte) string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %.200s", err, doc)
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSpace(out.Bytes()))
}

func TestSwarmVectors(t *testing.T) {
	v := load1[struct {
		Space  []struct{ Pubkey, Space string }
		Choice []struct {
			Pubkey string
			IDs    []string `json:"swarm_ids"`
			Swarm  string
		}
	}](t, "swarm.json")
	number := func(s string) uint64 {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if len(v.Space)+len(v.Choice) != 43 {
		t.Fatalf("%d vectors", len(v.Space)+len(v.Choice))
	}
	for _, row := range v.Space {
		if got := Space(mustID(t, row.Pubkey)); got != number(row.Space) {
			t.Errorf("space of %s: %d, want %s", row.Pubkey, got, row.Space)
		}
	}
	for _, row := range v.Choice {
		var ids []uint64
		for _, s := range row.IDs {
			ids = append(ids, number(s))
		}
		if got := SwarmOf(mustID(t, row.Pubkey), ids); got != number(row.Swarm) {
			t.Errorf("%s among %v: %d, want %s", row.Pubkey, row.IDs, got, row.Swarm)
		}
	}
	for _, row := range []struct {
		space uint64
		want  uint64
	}{{150, 100}, {151, 200}, {^uint64(0), 100}, {1 << 63, 300}, {0, 100}} {
		if got := nearestSwarm(row.space, []uint64{100, 200, 300, NoSwarm}); got != row.want {
			t.Errorf("space %d: %d, want %d", row.space, got, row.want)
		}
	}
	if got := nearestSwarm(5, []uint64{NoSwarm}); got != NoSwarm {
		t.Errorf("no swarm: %d", got)
	}
}

type signatureVectors struct {
	Hashes []struct {
		Pubkey    string
		Namespace Namespace
		Data      string `json:"data_base64"`
		Hash      string
	} `json:"message_hash"`
	Account struct {
		Seed, Pubkey string
		Ed25519Seed  string `json:"ed25519_seed"`
	}
	Group struct {
		Seed   string `json:"ed25519_seed"`
		Pubkey string
	}
	Subaccount struct {
		Seed      string `json:"ed25519_seed"`
		Token     string `json:"token_hex"`
		Signature string `json:"token_signature_hex"`
	}
	Requests []struct {
		Name       string
		SignedText string `json:"signed_text"`
		SignedHex  string `json:"signed_hex"`
		Signature  string `json:"signature_hex"`
		Request    json.RawMessage
	}
	Nodes []struct {
		Name      string
		Key       string `json:"node_ed25519_pub"`
		Text      string `json:"signed_text"`
		Signature string `json:"signature_base64"`
	} `json:"node_signatures"`
}

func TestMessageHashVectors(t *testing.T) {
	for _, row := range load1[signatureVectors](t, "store-signatures.json").Hashes {
		data, err := base64.StdEncoding.DecodeString(row.Data)
		if err != nil {
			t.Fatal(err)
		}
		if got := MessageHash(mustID(t, row.Pubkey), row.Namespace, data); got != row.Hash {
			t.Errorf("hash %s, want %s", got, row.Hash)
		}
	}
}

// TestSignatureVectors: every request parses, says the same text, carries a
// good signature, and is built again byte for byte by the signers.
func TestSignatureVectors(t *testing.T) {
	v := load1[signatureVectors](t, "store-signatures.json")
	account, err := identity.FromSeed(unhex(t, v.Account.Ed25519Seed)[:16])
	if err != nil {
		t.Fatal(err)
	}
	group := ed25519.NewKeyFromSeed(unhex(t, v.Group.Seed))
	member := ed25519.NewKeyFromSeed(unhex(t, v.Subaccount.Seed))
	sub := NewSubaccount(group, Read|Write, publicOf(member))
	if hex.EncodeToString(sub.Token[:]) != v.Subaccount.Token || hex.EncodeToString(sub.Signature[:]) != v.Subaccount.Signature {
		t.Errorf("token %x, signature %x", sub.Token, sub.Signature)
	}
	signers := map[string]Signer{
		v.Account.Pubkey: NewAccountSigner(account),
		v.Group.Pubkey:   NewGroupSigner(group),
		"member":         NewSubaccountSigner(mustID(t, v.Group.Pubkey), sub, member),
	}
	for _, row := range v.Requests {
		t.Run(row.Name, func(t *testing.T) {
			req, err := Parse(row.Request)
			if err != nil {
				t.Fatal(err)
			}
			// Written back it says the same.
			if got, want := canonical(t, Encode(req)), canonical(t, row.Request); got != want {
				t.Errorf("encoded %s\nwant    %s", got, want)
			}
			r := req.(SignedRequest)
			if row.Signature == "" {
				if r.auth().Signature != nil {
					t.Error("signed")
				}
				return
			}
			want := []byte(row.SignedText)
			if row.SignedHex != "" {
				want = unhex(t, row.SignedHex)
			}
			if got := r.SignedText(); !bytes.Equal(got, want) {
				t.Errorf("text %q, want %q", got, want)
			}
			if err := Verify(r); err != nil {
				t.Error(err)
			}
			name := r.Account().String()
			if r.auth().Subaccount != nil {
				name = "member"
			}
			*r.auth() = Auth{}
			if err := Sign(r, signers[name]); err != nil {
				t.Fatal(err)
			}
			if got := hex.EncodeToString(r.auth().Signature[:]); got != row.Signature {
				t.Errorf("signature %s, want %s", got, row.Signature)
			}
			if got, want := canonical(t, Encode(req)), canonical(t, row.Request); got != want {
				t.Errorf("signed again %s\nwant         %s", got, want)
			}
		})
	}
}

func TestNodeSignatureVectors(t *testing.T) {
	v := load1[signatureVectors](t, "store-signatures.json")
	const h1, h2 = "lJALGOiUZ2EnIz3Aq3O5JxL9iPq+6oKolUJzcwkoB0k", "J5idiU2hBfx4O/9Ew/yvd2q0hzLnaVkfjkHElTHQazY"
	auth := Auth{Pubkey: mustID(t, v.Account.Pubkey)}
	both := []string{h1, h2}
	rows := []struct {
		req Request
		res Result
	}{
		{&StoreRequest{Auth: auth}, &StoreResult{Hash: h1}},
		{&DeleteRequest{Auth: auth, Messages: both}, &DeleteResult{Deleted: Hashes{List: []string{h2, h1}}}},
		{&DeleteAllRequest{Auth: auth, Timestamp: 1700000000000, Scope: Everywhere}, &DeleteResult{Deleted: Hashes{All: true,
			ByNamespace: []NamespaceHashes{{0, []string{h1}}, {2, []string{h2}}}}}},
		{&ExpireRequest{Auth: auth, Messages: both}, &ExpireResult{Expiry: []int64{1700086400000}, Updated: Hashes{List: []string{h1}},
			Unchanged: []HashExpiry{{h2, 1700000000001}}, HasUnchanged: true}},
	}
	if len(v.Nodes) != len(rows) {
		t.Fatalf("%d vectors", len(v.Nodes))
	}
	for i, row := range v.Nodes {
		text, ok := rows[i].res.nodeText(rows[i].req)
		if !ok || string(text) != row.Text {
			t.Errorf("%s: text %q, want %q", row.Name, text, row.Text)
		}
		sig, err := base64.StdEncoding.DecodeString(row.Signature)
		if err != nil {
			t.Fatal(err)
		}
		*rows[i].res.signature() = [64]byte(sig)
		if !VerifyResult(rows[i].req, rows[i].res, [32]byte(unhex(t, row.Key))) {
			t.Errorf("%s: signature does not verify", row.Name)
		}
		rows[i].res.signature()[5] ^= 1
		if VerifyResult(rows[i].req, rows[i].res, [32]byte(unhex(t, row.Key))) {
			t.Errorf("%s: wrong signature verifies", row.Name)
		}
	}
}
