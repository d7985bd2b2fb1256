package group

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/blake2b"

	"sotto/engine/protocol/bt"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
	"sotto/internal/vectors"
)

type whoVector struct {
	Seed    hexed  `json:"ed25519_seed"`
	Session string `json:"session_id"`
}

type keysVector struct {
	Admin      bool     `json:"admin"`
	Generation int64    `json:"current_generation"`
	Keys       []string `json:"group_keys_newest_first"`
	NeedsRekey bool     `json:"needs_rekey"`
	HasPending bool     `json:"has_pending"`
	Hashes     []string `json:"current_hashes"`
	Dump       hexed
}

type keyMessageVector struct{ Message hexed }

type groupVector struct {
	Clock int64 `json:"clock_unix_ms"`
	Group struct {
		Seed hexed
		ID   string `json:"group_id"`
	}
	Admin1, Admin2 whoVector
	Members        []whoVector
	Derived        map[string]string
	Messages       []struct {
		From       string
		Key        hexed `json:"group_key"`
		Plaintext  hexed
		Compress   bool
		Ciphertext hexed
		Sender     string `json:"decrypted_sender"`
	} `json:"group_messages"`
	Subaccounts []struct {
		Session       string `json:"session_id"`
		Seed          hexed  `json:"member_seed"`
		Write, Delete bool
		Auth          hexed `json:"auth_data_100"`
		Token         hexed `json:"token_36"`
		Signed        hexed `json:"signed_message"`
		Signature     hexed
		Subaccount    string `json:"subaccount_b64"`
		SubSig        string `json:"subaccount_sig_b64"`
	}
	Rekey46 struct {
		Slots int
		Hash  string `json:"key_message_blake2b32"`
		Size  int
	} `json:"rekey_46_members"`
	Steps []struct {
		Op         string
		KeyMessage keyMessageVector `json:"key_message"`
		A          keyMessageVector `json:"key_message_A"`
		B          keyMessageVector `json:"key_message_B"`
		Pending    string           `json:"pending_key"`
		Found      *bool            `json:"found_key"`
		After      *keysVector      `json:"keys_after"`
		AfterBoth  *keysVector      `json:"admin1_after_both"`
		Keys       *keysVector
	}
}

// same compares keys with what the official core says, and its dump both ways.
func (v *keysVector) same(t *testing.T, op string, k *Keys) {
	t.Helper()
	var keys []string
	for _, key := range k.All() {
		keys = append(keys, hex.EncodeToString(key[:]))
	}
	if k.IsAdmin() != v.Admin || k.Generation() != v.Generation || !slices.Equal(keys, v.Keys) ||
		k.NeedsRekey() != v.NeedsRekey || (k.Pending() != nil) != v.HasPending || !slices.Equal(k.ActiveHashes(), v.Hashes) {
		t.Errorf("%s: %v %d %v %v %v %v, want %+v", op, k.IsAdmin(), k.Generation(), keys, k.NeedsRekey(), k.Pending() != nil, k.ActiveHashes(), v)
	}
	// The core writes the hashes of a generation in no order.
	if got, want := sortedDump(t, k.Dump()), sortedDump(t, v.Dump); got != want {
		t.Errorf("%s: dump\n%q, want\n%q", op, got, want)
	}
	again, err := LoadKeys(k.group, k.me, k.admin, v.Dump)
	if err != nil || !bytes.Equal(again.Dump(), k.Dump()) {
		t.Errorf("%s: the official dump loads as something else, %v", op, err)
	}
}

func sortedDump(t *testing.T, dump []byte) string {
	t.Helper()
	v, err := bt.Decode(dump, bt.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	active, _ := v.(bt.Dict).Get("A")
	for _, row := range active.(bt.List) {
		slices.SortFunc(row.(bt.List)[1:], func(a, b bt.Value) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
	return fmt.Sprintf("%#v", v)
}

func TestKeyVectors(t *testing.T) {
	var v groupVector
	vectors.Load(t, "group-keys-1", &v)
	s := secret(t, v.Group.Seed)
	group := s.ID()
	if group.String() != v.Group.ID {
		t.Fatalf("group %v", group)
	}
	for name, want := range v.Derived {
		if h := s.seedHash(strings.Fields(name)[1]); hex.EncodeToString(h[:]) != want {
			t.Errorf("%s: %x", name, h)
		}
	}
	admin1 := account(t, v.Admin1.Seed)
	var m []*identity.Account
	for _, w := range v.Members {
		m = append(m, account(t, w.Seed))
	}
	a1, a2 := newKeys(t, group, admin1, s), newKeys(t, group, account(t, v.Admin2.Seed), s)
	m0, m1, m2 := newKeys(t, group, m[0], nil), newKeys(t, group, m[1], nil), newKeys(t, group, m[2], nil)
	load := func(step int, k *Keys, hash string, message []byte, at int64) {
		t.Helper()
		e := v.Steps[step]
		found, err := k.Load(hash, message, at)
		if err != nil || e.Found != nil && found != *e.Found {
			t.Errorf("%s: %v, %v", e.Op, found, err)
		}
		if e.After != nil {
			e.After.same(t, e.Op, k)
		}
	}
	made := func(step int, message []byte, err error) []byte {
		t.Helper()
		if err != nil || !bytes.Equal(message, v.Steps[step].KeyMessage.Message) {
			t.Errorf("%s: other bytes, %v", v.Steps[step].Op, err)
		}
		return message
	}

	first, err := a1.Rekey(ids(admin1, m[0], m[1]))
	made(0, first, err)
	if key, ok := a1.Newest(); !ok || hex.EncodeToString(key[:]) != v.Steps[0].Pending {
		t.Errorf("pending key %x", key)
	}
	v.Steps[0].After.same(t, v.Steps[0].Op, a1)
	load(3, a1, "keyhash1", first, v.Clock)
	load(4, m0, "keyhash1", first, v.Clock)
	load(5, m1, "keyhash1", first, v.Clock)
	load(6, m2, "keyhash1", first, v.Clock)
	load(7, a2, "keyhash1", first, v.Clock)

	more, err := a1.Supplement(ids(m[2]))
	made(8, more, err)
	load(9, m2, "keyhash2", more, v.Clock)
	load(10, m0, "keyhash2", more, v.Clock)
	load(11, a1, "keyhash2", more, v.Clock)

	second, err := a1.Rekey(ids(admin1, m[2], m[0]))
	made(13, second, err)
	v.Steps[13].After.same(t, v.Steps[13].Op, a1)
	at := timestampOf(t, v.Steps[16].After.Dump, 1)
	load(16, a1, "keyhash3", second, at)
	load(17, m0, "keyhash3", second, at)
	load(18, m1, "keyhash3", second, at)
	load(19, m2, "keyhash3", second, at)

	// Two admins at once; their lists are not in the vector, but follow from it.
	both := v.Steps[20]
	a, b := rekeyFor(t, a1, both.A.Message, admin1, a2.me, m), rekeyFor(t, a1, both.B.Message, admin1, a2.me, m)
	if a == nil || b == nil || slices.Equal(a, b) {
		t.Fatalf("no list of members gives the messages of two admins: %v %v", a, b)
	}
	if _, err := a1.Rekey(a); err != nil {
		t.Fatal(err)
	}
	for hash, message := range map[string][]byte{"keyhashA": both.A.Message, "keyhashB": both.B.Message} {
		if _, err := a1.Load(hash, message, dumpTime(t, both.AfterBoth.Dump, a1, message)); err != nil {
			t.Fatal(err)
		}
	}
	both.AfterBoth.same(t, both.Op, a1)
	last := v.Steps[21]
	if list := rekeyFor(t, a1, last.KeyMessage.Message, admin1, a2.me, m); list == nil {
		t.Error("no list of members gives generation 3")
	}
	if _, err := a1.Load("keyhashC", last.KeyMessage.Message, timestampOf(t, last.After.Dump, 3)); err != nil {
		t.Fatal(err)
	}
	last.After.same(t, last.Op, a1)
	if err := m0.Promote(s); err != nil || !m0.IsAdmin() {
		t.Errorf("promotion: %v", err)
	}
}

// rekeyFor finds the members for whom a key message was made.
func rekeyFor(t *testing.T, k *Keys, want []byte, admin1, admin2 *identity.Account, m []*identity.Account) []identity.ID {
	t.Helper()
	all := append([]*identity.Account{admin1, admin2}, m...)
	for bits := 1; bits < 1<<len(all); bits++ {
		var list []identity.ID
		for i, p := range all {
			if bits>>i&1 == 1 {
				list = append(list, p.ID())
			}
		}
		_, message, err := k.admin.makeKey(list, k.Generation()+1)
		if err == nil && bytes.Equal(message, want) {
			return list
		}
	}
	return nil
}

// timestampOf finds when a generation's key was stored.
func timestampOf(t *testing.T, dump []byte, generation int64) int64 {
	t.Helper()
	for _, key := range keysOf(t, dump) {
		if key.Generation == generation {
			return key.Timestamp
		}
	}
	t.Fatalf("no generation %d in the dump", generation)
	return 0
}

// dumpTime finds when the key of a message was stored.
func dumpTime(t *testing.T, dump []byte, k *Keys, message []byte) int64 {
	t.Helper()
	m, err := parseKeyMessage(k.group, message)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := k.keysIn(m, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keysOf(t, dump) {
		if key.Secret == keys[0].Secret {
			return key.Timestamp
		}
	}
	t.Fatal("the key is not in the dump")
	return 0
}

func keysOf(t *testing.T, dump []byte) []Key {
	t.Helper()
	r := bt.NewReader(dump, bt.Limits{})
	r.EnterDict()
	for r.More() {
		if name, _ := r.Key(); string(name) == "L" {
			return readKeys(r)
		}
		r.Skip()
	}
	t.Fatal("no keys in the dump")
	return nil
}

func TestRekeyOf46Members(t *testing.T) {
	var v groupVector
	vectors.Load(t, "group-keys-1", &v)
	s := secret(t, v.Group.Seed)
	var members []identity.ID
	for i := range 46 {
		seed := blake2b.Sum256(fmt.Appendf(nil, "gm%d", i))
		members = append(members, account(t, seed[:]).ID())
	}
	_, message, err := s.makeKey(members, 0)
	if err != nil {
		t.Fatal(err)
	}
	m, err := parseKeyMessage(s.ID(), message)
	if err != nil || len(m.members) != v.Rekey46.Slots || len(message) != v.Rekey46.Size {
		t.Fatalf("%d slots, %d bytes, %v", len(m.members), len(message), err)
	}
	if h := blake2b.Sum256(message); hex.EncodeToString(h[:]) != v.Rekey46.Hash {
		t.Errorf("message %x", h)
	}
	slices.Reverse(members)
	if _, again, err := s.makeKey(members, 0); err != nil || !bytes.Equal(again, message) {
		t.Errorf("the order of the members matters, %v", err)
	}
}

func TestExpiryVectors(t *testing.T) {
	var v groupVector
	vectors.Load(t, "group-keys-1", &v)
	s := secret(t, v.Group.Seed)
	admin1 := account(t, v.Admin1.Seed)
	for _, step := range []int{22, 23} {
		e := v.Steps[step]
		var k *Keys
		// The keys of the dump, as they came: a generation that is gone is the
		// first one of all.
		if e.Keys.Admin {
			k = newKeys(t, s.ID(), admin1, s)
		} else {
			k = newKeys(t, s.ID(), account(t, v.Members[0].Seed), nil)
		}
		keys := keysOf(t, e.Keys.Dump)
		if len(keys) == 2 && keys[0].Generation == 1 {
			keys = append([]Key{{Generation: 0, Timestamp: keys[0].Timestamp - 30*86400_000, Secret: [32]byte{1}}}, keys...)
		}
		for _, key := range keys {
			k.insert(key)
			k.active[key.Generation] = map[string]bool{fmt.Sprintf("k%d", key.Generation): true}
			k.expire()
		}
		e.Keys.same(t, e.Op, k)
	}
}

func TestSubaccountVectors(t *testing.T) {
	var v groupVector
	vectors.Load(t, "group-keys-1", &v)
	s := secret(t, v.Group.Seed)
	for i, c := range v.Subaccounts {
		rights := snode.Read
		if c.Write {
			rights |= snode.Write
		}
		if c.Delete {
			rights |= snode.Delete
		}
		member, err := identity.ParseSessionID(c.Session)
		if err != nil {
			t.Fatal(err)
		}
		auth, err := s.AuthData(member, rights)
		if err != nil || !bytes.Equal(auth[:], c.Auth) {
			t.Errorf("%d: auth data %x, %v", i, auth, err)
		}
		token, err := s.Token(member, rights)
		if err != nil || !bytes.Equal(token[:], c.Token) {
			t.Errorf("%d: token %x, %v", i, token, err)
		}
		if c.Seed == nil {
			continue
		}
		signer, err := NewSigner(s.ID(), account(t, c.Seed), c.Auth, snode.Write)
		if err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		a := signer.SignStorage(c.Signed)
		if !bytes.Equal(a.Signature[:], c.Signature) || a.Subaccount.Token != token || a.Pubkey != s.ID() {
			t.Errorf("%d: %+v", i, a)
		}
		key := token.Key()
		if !ed25519.Verify(key[:], c.Signed, a.Signature[:]) {
			t.Errorf("%d: the signature does not verify", i)
		}
		if c.Subaccount != "" && (base64.StdEncoding.EncodeToString(token[:]) != c.Subaccount || base64.StdEncoding.EncodeToString(a.Subaccount.Signature[:]) != c.SubSig) {
			t.Errorf("%d: base64", i)
		}
	}
}

func TestMessageVectors(t *testing.T) {
	var v groupVector
	vectors.Load(t, "group-keys-1", &v)
	group := secret(t, v.Group.Seed).ID()
	for i, c := range v.Messages {
		keys := [][32]byte{{9}, [32]byte(c.Key)}
		plain, sender, index, err := openMessage(group, keys, c.Ciphertext)
		if err != nil || !bytes.Equal(plain, c.Plaintext) || index != 1 {
			t.Errorf("message %d: %q, %v", i, plain, err)
			continue
		}
		if id, err := identity.IDFromEd25519(sender); err != nil || id.String() != c.From {
			t.Errorf("message %d: from %v, %v", i, id, err)
		}
		for _, w := range append([]whoVector{v.Admin1}, v.Members...) {
			if w.Session != c.From || !c.Compress || len(c.Plaintext) > 1000 {
				continue // zstd gives other bytes; the core's test without padding cannot be written
			}
			again, err := closeMessage(group, account(t, w.Seed), [32]byte(c.Key), bytes.NewReader(c.Ciphertext[:24]), c.Plaintext)
			if err != nil || !bytes.Equal(again, c.Ciphertext) {
				t.Errorf("message %d: closed as %x, %v", i, again, err)
			}
		}
	}
}

func TestMultiVectors(t *testing.T) {
	var v struct {
		Identities []whoVector
		Cases      []struct {
			Sender     int
			Recipients []int
			Domain     string
			Nonce      hexed
			Messages   []hexed
			Encoded    hexed
			Decrypted  []struct {
				Recipient int
				Plaintext *hexed
			}
		}
		Shared []struct {
			Sender, Recipient int
			Domain, Key       string
		} `json:"shared_keys"`
		Kicked struct {
			Seed       hexed `json:"group_seed"`
			Recipients []int
			Nonce      hexed
			Encoded    hexed
		}
	}
	vectors.Load(t, "multi-encrypt", &v)
	var who []*identity.Account
	for _, w := range v.Identities {
		who = append(who, account(t, w.Seed))
	}
	for i, c := range v.Cases {
		var to [][32]byte
		for _, r := range c.Recipients {
			to = append(to, who[r].ID().Key())
		}
		var messages [][]byte
		for _, m := range c.Messages {
			messages = append(messages, m)
		}
		got, err := CloseMulti(who[c.Sender].X25519(), c.Domain, [24]byte(c.Nonce), to, messages)
		if err != nil || !bytes.Equal(got, c.Encoded) {
			t.Errorf("case %d: %x, %v", i, got, err)
		}
		for _, d := range c.Decrypted {
			plain, err := OpenMulti(who[d.Recipient].X25519(), c.Domain, who[c.Sender].ID().Key(), c.Encoded)
			if d.Plaintext == nil && err != ErrNotOpen || d.Plaintext != nil && !bytes.Equal(plain, *d.Plaintext) {
				t.Errorf("case %d for %d: %q, %v", i, d.Recipient, plain, err)
			}
		}
	}
	for i, c := range v.Shared {
		from, to := who[c.Sender], who[c.Recipient]
		key, ok := sharedKey(c.Domain, from.X25519(), to.ID().Key(), from.ID().Key(), to.ID().Key())
		if !ok || hex.EncodeToString(key) != c.Key {
			t.Errorf("shared key %d: %x", i, key)
		}
	}
	s := secret(t, v.Kicked.Seed)
	var members []identity.ID
	for _, r := range v.Kicked.Recipients {
		members = append(members, who[r].ID())
	}
	notice, err := s.CloseKicked(members, 7, [24]byte(v.Kicked.Nonce))
	if err != nil || !bytes.Equal(notice, v.Kicked.Encoded) {
		t.Errorf("kicked: %x, %v", notice, err)
	}
	for i, w := range who {
		generation, err := OpenKicked(s.ID(), w, v.Kicked.Encoded)
		if kicked := slices.Contains(v.Kicked.Recipients, i); kicked && (err != nil || generation != 7) || !kicked && err != ErrNotOpen {
			t.Errorf("kicked, read by %d: %d, %v", i, generation, err)
		}
	}
}
