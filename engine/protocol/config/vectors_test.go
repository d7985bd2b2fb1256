package config

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"sotto/engine/protocol/bt"
	"sotto/engine/protocol/identity"
)

// The vectors in testdata were made by the official core; the docs/protocol
// chapter says how. Their clock stands still.
const vectorClock = 1767225600000

var vectorTime = time.UnixMilli(vectorClock)

// load reads a vector file into v.
func load(t testing.TB, name string, v any) {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatalf("bad hex in a vector: %v", err)
	}
	return b
}

func vectorAccount(t testing.TB) *identity.Account {
	t.Helper()
	return accountOf(t, "0123456789abcdef0123456789abcdef00000000000000000000000000000000")
}

func accountOf(t testing.TB, seed string) *identity.Account {
	t.Helper()
	a, err := identity.FromSeed(unhex(t, seed))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func sessionID(t testing.TB, s string) identity.ID {
	t.Helper()
	id, err := identity.ParseID(s)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// step is one step of a vector file.
type step struct {
	Op     string
	Dev    string
	After  *after
	Result *struct {
		Seqno     int64
		Obsolete  []string `json:"obsolete_hashes"`
		Messages  []pushed
		Confirmed []string `json:"confirmed_with_hashes"`
		Incoming  []struct{ Hash, Message string }
		Accepted  []string `json:"accepted_hashes"`
		After     *after
	}
	Clock       int64 `json:"clock_unix_ms"`
	Dump        string
	AfterReload *after `json:"after_reload"`
	Push        *struct {
		Messages []pushed
		After    *after
	}
	Name     string
	AMessage string `json:"A_message"`
	BMessage string `json:"B_message"`

	raw map[string]json.RawMessage
}

func (s *step) UnmarshalJSON(b []byte) error {
	type plain step
	if err := json.Unmarshal(b, (*plain)(s)); err != nil {
		return err
	}
	return json.Unmarshal(b, &s.raw)
}

func (s *step) text(key string) string {
	var out string
	_ = json.Unmarshal(s.raw[key], &out) // absent: empty
	return out
}

type pushed struct {
	Message    string
	Wrapped    bool `json:"protobuf_wrapped"`
	Encrypted  string
	Size       int    `json:"encrypted_size"`
	Padded     string `json:"padded_plaintext"`
	Type       string `json:"type_byte"`
	Compressed bool
	Plaintext  string
}

type after struct {
	State     State
	Seqno     int64
	NeedsPush bool     `json:"needs_push"`
	Current   []string `json:"curr_hashes"`
	Old       []string `json:"old_hashes"`
	Plaintext string
	Hash      string `json:"plaintext_hash_blake2b32"`
	Dump      string
}

// check holds a config against the state that the official core had.
func (want *after) check(t *testing.T, c *Config) {
	t.Helper()
	if want == nil {
		t.Fatal("the vector has no state here")
	}
	m := c.settled()
	if c.State() != want.State || c.Seqno() != want.Seqno || c.NeedsPush() != want.NeedsPush {
		t.Errorf("%v, seqno %d, needs push %v; want %v, %d, %v",
			c.State(), c.Seqno(), c.NeedsPush(), want.State, want.Seqno, want.NeedsPush)
	}
	if !sameHashes(c.CurrentHashes(), want.Current) || !sameHashes(c.ObsoleteHashes(), want.Old) {
		t.Errorf("hashes %q, obsolete %q; want %q, %q", c.CurrentHashes(), c.ObsoleteHashes(), want.Current, want.Old)
	}
	if text := string(unhex(t, want.Plaintext)); m.text != text {
		t.Errorf("plaintext\n%q, want\n%q", m.text, text)
	}
	if want.Hash != "" && hex.EncodeToString(m.hash[:]) != want.Hash {
		t.Errorf("hash %x, want %s", m.hash, want.Hash)
	}
	if want.Dump != "" {
		checkDump(t, c.Dump(), unhex(t, want.Dump))
	}
}

func sameHashes(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// checkDump compares dumps byte by byte, with the lists of hashes in order.
func checkDump(t *testing.T, got, want []byte) {
	t.Helper()
	if g, w := sortedLists(t, got), sortedLists(t, want); g != w {
		t.Errorf("dump\n%q, want\n%q", g, w)
	}
}

func sortedLists(t *testing.T, dump []byte) string {
	t.Helper()
	v, err := bt.Decode(dump, bt.Limits{})
	if err != nil {
		t.Fatalf("dump: %v", err)
	}
	for _, key := range []string{"(", ")"} {
		list, ok := v.(bt.Dict).Get(key)
		if !ok {
			t.Fatalf("dump without %q", key)
		}
		slices.SortFunc(list.(bt.List), func(a, b bt.Value) int {
			return strings.Compare(string(a.(bt.String)), string(b.(bt.String)))
		})
	}
	out, err := bt.Encode(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// checkPush holds what Push returned against what the official core pushed: byte
// by byte, and where that is compressed, whose bytes belong to the release of the
// compressor, after decompression. In both cases the official bytes must open.
func checkPush(t *testing.T, c *Config, got Push, want []pushed, seqno int64, obsolete []string) {
	t.Helper()
	if got.Seqno != seqno || !sameHashes(got.Obsolete, obsolete) {
		t.Errorf("pushed seqno %d, obsolete %q; want %d, %q", got.Seqno, got.Obsolete, seqno, obsolete)
	}
	if len(got.Payloads) != len(want) {
		t.Fatalf("%d payloads, want %d", len(got.Payloads), len(want))
	}
	for i, w := range want {
		checkOpens(t, c, w)
		plain := string(unhex(t, w.Plaintext))
		if text := opened(t, c, got.Payloads[i]); text != plain {
			t.Errorf("pushed\n%q, want\n%q", text, plain)
		}
		if !w.Compressed && hex.EncodeToString(got.Payloads[i]) != w.Message {
			t.Errorf("pushed bytes\n%x, want\n%s", got.Payloads[i], w.Message)
		}
	}
}

// opened returns the plaintext of a stored message.
func opened(t *testing.T, c *Config, data []byte) string {
	t.Helper()
	found, err := c.read(vectorTime, Message{Data: data})
	if err != nil {
		t.Fatalf("does not open: %v", err)
	}
	found.serialize(c.sign)
	return found.text
}

// checkOpens goes through the layers of an official message.
func checkOpens(t *testing.T, c *Config, w pushed) {
	t.Helper()
	if text, want := opened(t, c, unhex(t, w.Message)), string(unhex(t, w.Plaintext)); text != want {
		t.Errorf("official bytes open to\n%q, want\n%q", text, want)
	}
	if w.Encrypted == "" {
		w.Encrypted = w.Message // not wrapped
	}
	body := unhex(t, w.Padded)
	if again := encrypt(append(make([]byte, 0, len(body)+overhead), body...), &c.keys[0], c.domain); hex.EncodeToString(again) != w.Encrypted {
		t.Error("encryption of the official padded plaintext differs")
	}
	if inner := []byte(strings.TrimLeft(string(body), "\x00")); len(padded(inner)) != len(body) {
		t.Errorf("padded to %d, want %d", len(padded(inner)), len(body))
	}
}

// merge gives a config the messages of a step and checks which it accepts.
func (s *step) merge(t *testing.T, c *Config, now time.Time) MergeResult {
	t.Helper()
	var in []Message
	for _, m := range s.Result.Incoming {
		in = append(in, Message{m.Hash, unhex(t, m.Message)})
	}
	r := c.Merge(now, in)
	if !sameHashes(r.Accepted, s.Result.Accepted) {
		t.Errorf("accepted %q, want %q; refused %v", r.Accepted, s.Result.Accepted, r.Refused)
	}
	if len(r.Accepted)+len(r.Refused) != len(in) {
		t.Errorf("%d accepted and %d refused of %d", len(r.Accepted), len(r.Refused), len(in))
	}
	s.Result.After.check(t, c)
	return r
}

// push pushes, confirms where the step did, and checks everything on the way.
func (s *step) push(t *testing.T, c *Config, now time.Time) {
	t.Helper()
	p, err := c.Push(now)
	if err != nil {
		t.Fatal(err)
	}
	checkPush(t, c, p, s.Result.Messages, s.Result.Seqno, s.Result.Obsolete)
	if s.Result.Confirmed != nil && !c.ConfirmPushed(p.Seqno, s.Result.Confirmed) {
		t.Error("not confirmed")
	}
	s.Result.After.check(t, c)
}
