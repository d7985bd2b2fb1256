package config

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/blake2b"

	"sotto/engine/protocol/identity"
)

// Two devices in conflict, from the official core.
func TestOfficialConflicts(t *testing.T) {
	var v struct {
		Contacts []step `json:"contacts_conflict"`
		Profile  []step `json:"profile_conflict_at_1"`
	}
	load(t, "config-merge-objects.json", &v)
	if len(v.Contacts) != 11 || len(v.Profile) != 3 {
		t.Fatal("vectors are missing")
	}
	account := vectorAccount(t)
	devices := map[string]*Contacts{}
	for _, name := range []string{"A", "B"} {
		c, err := NewContacts(account, nil)
		if err != nil {
			t.Fatal(err)
		}
		devices[name] = c
	}
	bob := sessionID(t, "05c5ba413c336f2fe1fb9a2c525f8a86a412a1db128a7841b4e0e217fa9eb7fd5e")
	edit := func(c *Contacts, change func(*Contact)) {
		t.Helper()
		contact, _ := c.Get(bob)
		contact.ID = bob
		change(&contact)
		if err := c.Set(contact); err != nil {
			t.Fatal(err)
		}
	}
	// pin is an edit between the steps: both devices push at seqno 4.
	pin := func(c *Contacts, priority int64, hash string) {
		t.Helper()
		edit(c, func(c *Contact) { c.Priority = priority })
		p, err := c.Push(vectorTime)
		if err != nil || !c.ConfirmPushed(p.Seqno, []string{hash}) {
			t.Fatalf("not pushed: %v", err)
		}
	}
	for _, s := range v.Contacts {
		t.Run(s.Dev+": "+s.Op, func(t *testing.T) {
			c := devices[s.Dev]
			switch {
			case strings.HasPrefix(s.Op, "add Bob"):
				edit(c, func(c *Contact) { c.Name, c.Approved = "Bob", true })
			case strings.HasPrefix(s.Op, "nickname=Bobby"):
				edit(c, func(c *Contact) { c.Nickname = "Bobby" })
			case strings.HasPrefix(s.Op, "blocked=true"):
				edit(c, func(c *Contact) { c.Blocked = true })
				s.After.check(t, c.Config)
				return
			case strings.HasPrefix(s.Op, "A had priority=3"):
				pin(c, 3, "hA2")
			case strings.HasPrefix(s.Op, "B had priority=5"):
				pin(c, 5, "hB2")
			}
			if s.Result.Incoming != nil {
				s.merge(t, c.Config, vectorTime)
			} else {
				s.push(t, c.Config, vectorTime)
			}
		})
	}
	a, b := devices["A"].settled(), devices["B"].settled()
	if a.text != b.text {
		t.Error("the devices do not agree")
	}

	profile := func(name, hash, message string) *UserProfile {
		p, err := NewUserProfile(account, nil)
		if err != nil {
			t.Fatal(err)
		}
		if name == "" {
			return p
		}
		if err := p.SetName(name, time.Time{}); err != nil {
			t.Fatal(err)
		}
		push, err := p.Push(vectorTime)
		if err != nil || hex.EncodeToString(push.Payloads[0]) != message {
			t.Errorf("%s pushed %x, %v; want %s", name, push.Payloads, err, message)
		}
		p.ConfirmPushed(push.Seqno, []string{hash})
		return p
	}
	first := v.Profile[0]
	pa := profile("from A", "ha", first.AMessage)
	profile("from B", "hb", first.BMessage)
	v.Profile[1].merge(t, pa.Config, vectorTime)
	v.Profile[2].merge(t, profile("", "", "").Config, vectorTime)
}

func TestOfficialMultipart(t *testing.T) {
	var v struct {
		Parts []struct {
			Message string
			Index   int
		}
		Size     int    `json:"plaintext_size"`
		Hash     string `json:"plaintext_blake2b32"`
		AfterOne struct {
			Active   []string `json:"active_hashes"`
			DumpHead string   `json:"dump_text_head"`
		} `json:"receiver_after_part1_only"`
		AfterBoth struct {
			Current []string `json:"curr_hashes"`
		} `json:"receiver_after_part0_too"`
		Body string `json:"reassembled_blake2b32"`
	}
	load(t, "config-multipart.json", &v)
	account := vectorAccount(t)
	c := filled(t, account, 0)
	part := func(i int) Message {
		return Message{fmt.Sprintf("part%d", i), unhex(t, v.Parts[i].Message)}
	}

	r := c.Merge(vectorTime, []Message{part(1)})
	if len(r.Accepted) != 1 || r.Changed || c.Seqno() != 0 || !sameHashes(c.ActiveHashes(), v.AfterOne.Active) || !c.NeedsDump() {
		t.Fatalf("after one part: %+v, seqno %d, active %q", r, c.Seqno(), c.ActiveHashes())
	}
	dump := c.Dump()
	const head = "d1:!i0e1:$23:d1:#i0e1:&de1:<le1:=dee1:(le1:)le1:*d32:"
	if !strings.HasPrefix(string(dump), head) || !strings.HasPrefix(v.AfterOne.DumpHead, head) {
		t.Errorf("dump %q…", dump[:80])
	}
	c, err := NewContacts(account, dump)
	if err != nil {
		t.Fatal(err)
	}
	r = c.Merge(vectorTime, []Message{part(1), part(0)})
	if len(r.Accepted) != 2 || !r.Changed || c.Seqno() != 1 || c.State() != Clean || c.Len() != 1900 {
		t.Fatalf("after both parts: %+v, seqno %d, %v, %d contacts", r, c.Seqno(), c.State(), c.Len())
	}
	if !sameHashes(c.CurrentHashes(), v.AfterBoth.Current) || !sameHashes(c.ActiveHashes(), v.AfterBoth.Current) {
		t.Errorf("hashes %q, active %q", c.CurrentHashes(), c.ActiveHashes())
	}
	m := c.settled()
	if len(m.text) != v.Size || hex.EncodeToString(m.hash[:]) != v.Hash {
		t.Errorf("plaintext of %d bytes, hash %x", len(m.text), m.hash)
	}
	for contact := range c.All() {
		if !contact.Approved || !strings.HasPrefix(contact.Nickname, "My friend ") {
			t.Fatalf("%+v", contact)
		}
	}
	if r := c.Merge(vectorTime, []Message{part(0), part(1)}); len(r.Accepted) != 2 || r.Changed || c.NeedsPush() {
		t.Errorf("again: %+v", r)
	}

	// The parts that we cut out of the official body are the official ones.
	var body []byte
	for i := range v.Parts {
		plain, ok := decrypt(unhex(t, v.Parts[i].Message), &c.keys[0], c.domain)
		if !ok {
			t.Fatal("does not decrypt")
		}
		_, p, _, err := parsePart(plain[1:])
		if err != nil || p.index != v.Parts[i].Index {
			t.Fatalf("part %d: index %d, %v", i, p.index, err)
		}
		body = append(body, p.data...)
	}
	if sum := blake2b.Sum256(body); hex.EncodeToString(sum[:]) != v.Body {
		t.Fatal("the body is another")
	}
	parts, err := c.closeParts(body)
	if err != nil || len(parts) != len(v.Parts) {
		t.Fatalf("%d parts, %v", len(parts), err)
	}
	for i, p := range parts {
		if hex.EncodeToString(p) != v.Parts[i].Message {
			t.Errorf("part %d differs from the official one", i)
		}
	}

	// The same contacts are the same config, and what we push in parts arrives.
	// Our compressor does better: it takes more of them.
	own := filled(t, account, 1900)
	if own.settled().text != m.text {
		t.Error("the same contacts have another plaintext")
	}
	own = filled(t, account, 2500)
	push, err := own.Push(vectorTime)
	if err != nil || len(push.Payloads) != 2 {
		t.Fatalf("%d payloads, %v", len(push.Payloads), err)
	}
	var in []Message
	for i, p := range push.Payloads {
		if len(p) > MaxStored {
			t.Errorf("part %d has %d bytes", i, len(p))
		}
		in = append([]Message{{fmt.Sprintf("h%d", i), p}}, in...)
	}
	fresh := filled(t, account, 0)
	fresh.Merge(vectorTime, in)
	if fresh.settled().text != own.settled().text || len(fresh.CurrentHashes()) != len(in) {
		t.Errorf("seqno %d, hashes %q", fresh.Seqno(), fresh.CurrentHashes())
	}
	own.ConfirmPushed(push.Seqno, []string{"h0", "h1"})
	if own.State() != Clean || len(own.CurrentHashes()) != 2 {
		t.Errorf("%v, %q", own.State(), own.CurrentHashes())
	}
}

// filled has the numbered contacts of the multi-part vector.
func filled(t testing.TB, account *identity.Account, n int) *Contacts {
	t.Helper()
	c, err := NewContacts(account, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if err := c.Set(Contact{ID: numbered(i), Nickname: fmt.Sprintf("My friend %d", i), Approved: true}); err != nil {
			t.Fatal(err)
		}
	}
	return c
}
