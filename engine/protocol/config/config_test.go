package config

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sotto/engine/protocol/seal"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
)

// stored is what a swarm would keep of a push.
func stored(c *Config, p Push) []Message {
	var out []Message
	for _, payload := range p.Payloads {
		out = append(out, Message{snode.MessageHash(c.id, c.ns, payload), payload})
	}
	return out
}

func hashesOf(messages []Message) (out []string) {
	for _, m := range messages {
		out = append(out, m.Hash)
	}
	return out
}

func mustPush(t *testing.T, c *Config) (Push, []Message) {
	t.Helper()
	p, err := c.Push(vectorTime)
	if err != nil {
		t.Fatal(err)
	}
	return p, stored(c, p)
}

// named is a profile with a name, pushed and confirmed.
func named(t *testing.T, name string) (*UserProfile, []Message) {
	t.Helper()
	p, err := NewUserProfile(vectorAccount(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	if name == "" {
		return p, nil
	}
	if err := p.SetName(name, time.Time{}); err != nil {
		t.Fatal(err)
	}
	push, m := mustPush(t, p.Config)
	if !p.ConfirmPushed(push.Seqno, hashesOf(m)) {
		t.Fatal("not confirmed")
	}
	return p, m
}

func TestAnEditBetweenPushAndConfirmation(t *testing.T) {
	p, _ := named(t, "")
	p.SetName("one", time.Time{})
	push, first := mustPush(t, p.Config)
	p.SetName("two", time.Time{})
	if p.ConfirmPushed(push.Seqno, hashesOf(first)) || p.State() != Dirty || p.Seqno() != 2 {
		t.Errorf("%v, seqno %d", p.State(), p.Seqno())
	}
	// The message that was stored is found, and goes with the next push.
	if r := p.Merge(vectorTime, first); r.Changed || p.Name() != "two" || p.State() != Dirty {
		t.Errorf("%+v, %v", r, p.State())
	}
	push, second := mustPush(t, p.Config)
	if !sameHashes(push.Obsolete, hashesOf(first)) || push.Seqno != 2 {
		t.Errorf("%+v", push)
	}
	if p.ConfirmPushed(1, hashesOf(second)) || !p.ConfirmPushed(2, hashesOf(second)) || p.ConfirmPushed(2, hashesOf(second)) {
		t.Error("confirmed with the wrong seqno, not with the right one, or twice")
	}
	if !sameHashes(p.CurrentHashes(), hashesOf(second)) || len(p.ObsoleteHashes()) != 0 {
		t.Errorf("%q, %q", p.CurrentHashes(), p.ObsoleteHashes())
	}
}

// The answer to a push was lost: the next poll brings the message, which confirms
// it. Otherwise the push would be repeated, and delete what it stores.
func TestOwnMessageConfirms(t *testing.T) {
	p, _ := named(t, "")
	p.SetName("one", time.Time{})
	_, m := mustPush(t, p.Config)
	if r := p.Merge(vectorTime, m); len(r.Accepted) != 1 || r.Changed || p.State() != Clean || !sameHashes(p.CurrentHashes(), hashesOf(m)) {
		t.Errorf("%+v, %v, %q", r, p.State(), p.CurrentHashes())
	}
	if len(p.ObsoleteHashes()) != 0 {
		t.Errorf("obsolete %q", p.ObsoleteHashes())
	}
}

// Two devices make the same merge, one stores it first.
func TestTheSameMergeElsewhere(t *testing.T) {
	a, ma := named(t, "from A")
	b, mb := named(t, "from B")
	a.Merge(vectorTime, mb)
	b.Merge(vectorTime, ma)
	push, merged := mustPush(t, a.Config)
	a.ConfirmPushed(push.Seqno, hashesOf(merged))
	if !sameHashes(push.Obsolete, append(hashesOf(ma), hashesOf(mb)...)) {
		t.Errorf("obsolete %q", push.Obsolete)
	}

	late := *b.Config // polls before it pushes
	if r := late.Merge(vectorTime, merged); r.Changed || late.State() != Clean || !sameHashes(late.CurrentHashes(), hashesOf(merged)) {
		t.Errorf("%+v, %v, %q", r, late.State(), late.CurrentHashes())
	}

	again, err := NewUserProfile(vectorAccount(t), b.Dump())
	if err != nil || again.Seqno() != 3 {
		t.Fatalf("seqno %d, %v", again.Seqno(), err)
	}
	if r := again.Merge(vectorTime, merged); r.Changed || again.Name() != a.Name() {
		t.Errorf("after a restart: %+v, %q", r, again.Name())
	}

	push, same := mustPush(t, b.Config) // pushes without polling
	if string(push.Payloads[0]) != string(merged[0].Data) {
		t.Error("the same merge is stored as other bytes")
	}
	for _, hash := range push.Obsolete {
		if hash == same[0].Hash {
			t.Error("a push deletes what it stores")
		}
	}
}

func TestPushOfACleanConfigRepeats(t *testing.T) {
	p, m := named(t, "one")
	push, again := mustPush(t, p.Config)
	if string(again[0].Data) != string(m[0].Data) || p.State() != Clean || push.Seqno != 1 || p.NeedsPush() {
		t.Errorf("%v, %+v", p.State(), push)
	}
	if !sameHashes(p.CurrentHashes(), hashesOf(m)) {
		t.Errorf("hashes %q", p.CurrentHashes())
	}
}

func TestTakingAnEditBack(t *testing.T) {
	p, _ := named(t, "one")
	p.SetName("two", time.Time{})
	p.SetName("one", time.Time{})
	if text := p.settled().text; p.Seqno() != 2 || !strings.HasSuffix(text, "1:=dee") {
		t.Errorf("seqno %d, %q", p.Seqno(), text)
	}
	p, _ = named(t, "one")
	if err := p.SetName("one", vectorTime); err != nil || p.State() != Clean || p.Seqno() != 1 {
		t.Errorf("the same name makes it %v, %v", p.State(), err)
	}
}

// A device five revisions behind loses what it did not push.
func TestFarBehind(t *testing.T) {
	a, m := named(t, "one")
	b, _ := named(t, "")
	b.Merge(vectorTime, m)
	b.SetNoteToSelfPriority(4)
	for i := range 6 {
		a.SetNoteToSelfExpiry(int64(i + 1))
		push, latest := mustPush(t, a.Config)
		a.ConfirmPushed(push.Seqno, hashesOf(latest))
		m = latest
	}
	r := b.Merge(vectorTime, m)
	if !r.Changed || b.State() != Clean || b.Seqno() != 7 || b.NoteToSelfPriority() != 0 || b.NoteToSelfExpiry() != 6 {
		t.Errorf("%+v, %v, seqno %d", r, b.State(), b.Seqno())
	}
}

// What a node brings back from earlier changes nothing, and is marked to go.
func TestReplay(t *testing.T) {
	a, first := named(t, "one")
	var history []Message
	history = append(history, first...)
	for i := range 8 {
		a.SetNoteToSelfExpiry(int64(i + 1))
		push, m := mustPush(t, a.Config)
		a.ConfirmPushed(push.Seqno, hashesOf(m))
		history = append(history, m...)
	}
	before := a.settled().text
	for i := range history {
		if r := a.Merge(vectorTime, history[i:i+1]); r.Changed || a.settled().text != before || a.State() != Clean {
			t.Errorf("message %d: %+v, %v", i, r, a.State())
		}
	}
	if got := a.ObsoleteHashes(); len(got) != len(history)-1 {
		t.Errorf("%d obsolete hashes of %d", len(got), len(history)-1)
	}
	if !sameHashes(a.CurrentHashes(), []string{history[len(history)-1].Hash}) {
		t.Errorf("current %q", a.CurrentHashes())
	}
}

// Keys that this version does not know stay, inside the data for ever and at the
// top as long as nothing is merged.
func TestUnknownKeysStay(t *testing.T) {
	p, _ := named(t, "")
	const text = "d1:#i5e1:$l3:newi7ee1:&d1:Zd1:ai1e1:bli3e1:xee1:n3:onee1:*i18446744073709551615e1:<le1:=de1:>dee"
	p.Merge(vectorTime, []Message{forge(p.Config, []byte(text))})
	if p.Seqno() != 5 || p.settled().text != text {
		t.Fatalf("%q", p.settled().text)
	}
	for i := range 12 {
		if err := p.SetName(strings.Repeat("x", i+1), vectorTime); err != nil {
			t.Fatal(err)
		}
		push, m := mustPush(t, p.Config)
		p.ConfirmPushed(push.Seqno, hashesOf(m))
		again, err := NewUserProfile(vectorAccount(t), p.Dump())
		if err != nil {
			t.Fatal(err)
		}
		p = again
	}
	got := p.settled().text
	for _, part := range []string{"1:$l3:newi7ee", "1:Zd1:ai1e1:bli3e1:xee", "1:*i18446744073709551615e", "1:>de"} {
		if !strings.Contains(got, part) {
			t.Errorf("%q is gone from %q", part, got)
		}
	}
	other, err := NewUserProfile(vectorAccount(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	other.Merge(vectorTime, []Message{forge(p.Config, []byte(text))})
	other.SetNoteToSelfPriority(1)
	_, m := mustPush(t, other.Config)
	p.Merge(vectorTime, m)
	if !strings.Contains(p.settled().text, "1:Zd1:ai1e1:bli3e1:xee") {
		t.Errorf("gone in a merge: %q", p.settled().text)
	}
}

func TestProfileStamps(t *testing.T) {
	p, _ := named(t, "")
	at := func(s int64) time.Time { return time.Unix(s, 0) }
	mine, again := Picture{"http://x.org/1", testKey}, Picture{"http://x.org/2", testKey}
	steps := []struct {
		do      func() error
		updated int64
		picture string
	}{
		{func() error { return p.SetName("one", at(100)) }, 100, ""},
		{func() error { return p.SetName("one", at(150)) }, 100, ""},
		{func() error { return p.SetPicture(mine, at(200)) }, 200, mine.URL},
		{func() error { return p.SetUploadedAgain(again, at(300)) }, 300, again.URL},
		{func() error { return p.SetName("two", at(400)) }, 400, again.URL},
		{func() error { return p.SetCommunityRequests(true, at(500)) }, 500, again.URL},
		{func() error { return p.SetPicture(mine, at(600)) }, 600, mine.URL},
		{func() error { return p.SetPicture(Picture{}, at(700)) }, 700, ""},
	}
	for i, s := range steps {
		if err := s.do(); err != nil {
			t.Fatal(err)
		}
		if p.Updated() != s.updated || p.Picture().URL != s.picture {
			t.Errorf("step %d: updated %d, picture %q", i, p.Updated(), p.Picture().URL)
		}
	}
	if p.root().get("P") != nil || p.root().get("q") != nil {
		t.Error("something of the picture is left")
	}
	if allowed, chosen := p.CommunityRequests(); !allowed || !chosen {
		t.Error("community requests")
	}
	if err := p.SetName(strings.Repeat("x", 101), at(1)); !errors.Is(err, ErrName) {
		t.Errorf("long name: %v", err)
	}
}

func TestOlderDumps(t *testing.T) {
	account := vectorAccount(t)
	const text = "d1:#i1e1:&d1:n3:onee1:<le1:=d1:n0:ee"
	p, err := NewUserProfile(account, fmt.Appendf(nil, "d1:!i0e1:$%d:%s1:(2:h11:)l1:xee", len(text), text))
	if err != nil || p.Name() != "one" || !sameHashes(p.CurrentHashes(), []string{"h1"}) || !sameHashes(p.ObsoleteHashes(), []string{"x"}) {
		t.Fatalf("%v", err)
	}
	dump := p.Dump()
	for i := range dump {
		if _, err := NewUserProfile(account, dump[:i]); err == nil && i > 0 {
			t.Errorf("the first %d bytes load", i)
		} else if i > 0 && !errors.Is(err, ErrDump) {
			t.Errorf("the first %d bytes: %v", i, err)
		}
	}
}

func TestGroupKeysAndPromotion(t *testing.T) {
	seed := unhex(t, "0123456789abcdeffedcba98765432100123456789abcdeffedcba9876543210")
	group := Group{ID: sessionID(t, "03c50cb3ae956947a8de19135b5be2685ff348afc63fc34a837aca12bc5c1f5625"), Seed: seed}
	if _, err := NewGroupInfo(Group{ID: numbered(1)}, nil); err != ErrID {
		t.Errorf("an account: %v", err)
	}
	if _, err := NewGroupInfo(Group{ID: group.ID, Seed: testKey}, nil); err != ErrID {
		t.Errorf("another seed: %v", err)
	}
	admin := newInfo(t, group)
	if err := admin.SetInfo(Info{Name: "club"}); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Push(vectorTime); err != ErrNoKey || admin.State() != Dirty {
		t.Errorf("without keys: %v, %v", err, admin.State())
	}
	if err := admin.SetKeys([][32]byte{{1}}, false); err != nil {
		t.Fatal(err)
	}
	push, first := mustPush(t, admin.Config)
	admin.ConfirmPushed(push.Seqno, hashesOf(first))

	// A rekey: the same data goes out under the new key.
	if err := admin.SetKeys([][32]byte{{2}, {1}}, true); err != nil || !admin.NeedsPush() || admin.Seqno() != 2 {
		t.Errorf("%v, %v, seqno %d", err, admin.State(), admin.Seqno())
	}
	push, second := mustPush(t, admin.Config)
	admin.ConfirmPushed(push.Seqno, hashesOf(second))

	group.Seed = nil
	group.Keys = [][32]byte{{1}}
	member := newInfo(t, group)
	r := member.Merge(vectorTime, append(first, second...))
	if len(r.Accepted) != 1 || len(r.Refused) != 1 || r.Refused[0].Err != ErrNotOpen || member.Info().Name != "club" {
		t.Errorf("with the old key: %+v", r)
	}
	if err := member.SetKeys([][32]byte{{2}, {1}}, true); err != ErrReadOnly {
		t.Errorf("a member rekeys: %v", err)
	}
	if err := member.SetKeys([][32]byte{{2}, {1}}, false); err != nil {
		t.Fatal(err)
	}
	if r := member.Merge(vectorTime, append(first, second...)); len(r.Accepted) != 2 || member.Seqno() != 2 {
		t.Errorf("with both keys: %+v", r)
	}
	if push, _ := mustPush(t, member.Config); len(push.Obsolete) != 0 {
		t.Errorf("a member deletes %q", push.Obsolete)
	}
	if err := member.SetInfo(Info{Name: "mine"}); err != ErrReadOnly {
		t.Errorf("a member edits: %v", err)
	}
	if err := member.Promote(testKey); err != ErrID {
		t.Errorf("promoted with another seed: %v", err)
	}
	if err := member.Promote(seed); err != nil || member.ReadOnly() {
		t.Fatal(err)
	}
	if err := member.SetInfo(Info{Name: "ours"}); err != nil {
		t.Fatal(err)
	}
	_, third := mustPush(t, member.Config)
	if r := admin.Merge(vectorTime, third); !r.Changed || admin.Info().Name != "ours" {
		t.Errorf("%+v", r)
	}
	p, _ := named(t, "")
	if p.SetKeys(nil, false) != ErrReadOnly || p.Promote(seed) != ErrID {
		t.Error("an account's config takes keys or seeds")
	}
}

func TestSending(t *testing.T) {
	seed := unhex(t, "0123456789abcdeffedcba98765432100123456789abcdeffedcba9876543210")
	group := Group{ID: sessionID(t, "03c50cb3ae956947a8de19135b5be2685ff348afc63fc34a837aca12bc5c1f5625"), Seed: seed}
	m, err := NewGroupMembers(group, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if err := m.Set(Member{ID: numbered(i), Invite: NotSent}); err != nil {
			t.Fatal(err)
		}
	}
	m.Set(Member{ID: numbered(1), Invite: Sent})
	m.Erase(numbered(2))
	again, err := NewGroupMembers(group, m.Dump())
	if err != nil || len(again.Sending()) != 1 || again.Sending()[0] != numbered(0) {
		t.Errorf("%v, %v", again.Sending(), err)
	}
	if strings.Contains(again.settled().text, sendingKey) {
		t.Error("the list is pushed")
	}
}

func TestParseServer(t *testing.T) {
	tests := []struct{ in, want string }{
		{"https://Sub.Example.org/", "https://sub.example.org"},
		{"HTTP://Example.ORG:5678", "http://example.org:5678"},
		{"http://example.org:80/", "http://example.org"},
		{"https://example.org:443", "https://example.org"},
		{"https://example.org:80", "https://example.org:80"},
		{"http://116.203.70.33", "http://116.203.70.33"},
		{"https://example.org/room", ""},
		{"https://example", ""},
		{"https://.org", ""},
		{"https://a.b", ""},
		{"ftp://example.org", ""},
		{"example.org", ""},
		{"https://example.org:0", ""},
		{"https://example.org:65536", ""},
		{"https://exa mple.org", ""},
		{"https://user@example.org", ""},
		{"https://" + strings.Repeat("x", 300) + ".org", ""},
		{"", ""},
	}
	for _, tt := range tests {
		got, err := ParseServer(tt.in)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%q: %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
	for _, name := range []string{"", "a b", "ä", strings.Repeat("x", 65), "a/b"} {
		if _, _, err := (Room{Server{URL: "http://example.org"}, name}).canonical(); err != ErrCommunity {
			t.Errorf("room %q: %v", name, err)
		}
	}
}

// One client release wrapped its messages twice.
func TestWrappedTwice(t *testing.T) {
	account := vectorAccount(t)
	p, m := named(t, "one")
	twice, err := seal.CloseConfig(account, &wire.SharedConfig{Kind: wire.ConfigUserProfile, Seqno: 1, Data: m[0].Data})
	if err != nil {
		t.Fatal(err)
	}
	other, _ := named(t, "")
	if r := other.Merge(vectorTime, []Message{{"twice", twice}}); len(r.Accepted) != 1 || other.Name() != "one" {
		t.Errorf("%+v", r)
	}
	// Of another kind it is not taken apart.
	wrong, err := seal.CloseConfig(account, &wire.SharedConfig{Kind: wire.ConfigContacts, Seqno: 1, Data: m[0].Data})
	if err != nil {
		t.Fatal(err)
	}
	if r := p.Merge(vectorTime, []Message{{"wrong", wrong}}); len(r.Refused) != 1 || r.Refused[0].Err != ErrNotOpen {
		t.Errorf("%+v", r)
	}
}

// What is removed between a merge and its push stays removed, though the diff of
// the merge is against nothing.
func TestRemovalInsideAMerge(t *testing.T) {
	a, _ := named(t, "from A")
	a.SetNoteToSelfExpiry(5)
	push, ma := mustPush(t, a.Config)
	a.ConfirmPushed(push.Seqno, hashesOf(ma))
	d, _ := named(t, "")
	d.Merge(vectorTime, ma)
	_, mb := named(t, "from B")
	a.Merge(vectorTime, mb)
	if a.State() != Dirty || a.NoteToSelfExpiry() != 5 {
		t.Fatalf("%v, %d", a.State(), a.NoteToSelfExpiry())
	}
	a.SetNoteToSelfExpiry(0)
	_, ma = mustPush(t, a.Config)

	for i := range 3 { // another device that is further on and knows nothing of it
		d.SetNoteToSelfPriority(int64(i + 1))
		push, m := mustPush(t, d.Config)
		d.ConfirmPushed(push.Seqno, hashesOf(m))
	}
	d.Merge(vectorTime, ma)
	if d.NoteToSelfExpiry() != 0 || d.NoteToSelfPriority() != 3 {
		t.Errorf("expiry %d, priority %d", d.NoteToSelfExpiry(), d.NoteToSelfPriority())
	}
}
