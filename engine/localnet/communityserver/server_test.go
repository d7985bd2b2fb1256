package communityserver

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/wire"
)

func TestAuthentication(t *testing.T) {
	k := newKit(t)
	alice := k.visitor(t, "alice")
	call, err := community.Encode(community.Rooms{})
	if err != nil {
		t.Fatal(err)
	}
	now := k.now / 1000
	signed := func(at int64) onion.V4Request { return call.Sign(alice.Key, nonce(t), at) }
	used := signed(now)
	k.Serve(used)
	forged := signed(now)
	forged.Endpoint = "/capabilities"
	partial := signed(now)
	partial.Headers = partial.Headers[:3]
	for name, c := range map[string]struct {
		r    onion.V4Request
		code int
		text string
	}{
		"good":            {signed(now), 200, ""},
		"a day late":      {signed(now - 86400), 200, ""},
		"later":           {signed(now - 86401), 425, "Invalid authentication: X-SOGS-Timestamp is too far from current time"},
		"from the future": {signed(now + 86402), 425, "Invalid authentication: X-SOGS-Timestamp is too far from current time"},
		"sent again":      {used, 425, "Invalid authentication: X-SOGS-Nonce cannot be reused"},
		"another path":    {forged, 401, "Invalid authentication: X-SOGS-Signature verification failed"},
		"one missing":     {partial, 400, "Invalid authentication headers: missing 1/4 required X-SOGS-* headers"},
		"not blinded":     {call.Sign(community.Plain(alice.account, k.key), nonce(t), now), 400, "Invalid authentication: this server requires the use of blinded ids"},
		"anonymous":       {call.Sign(nil, nonce(t), now), 200, ""},
	} {
		a := k.Serve(c.r)
		if a.Code != c.code || c.text != "" && (string(a.Body) != c.text || a.Header("content-type") != "text/plain; charset=utf-8") {
			t.Errorf("%s: %d %s", name, a.Code, a.Body)
		}
	}
	// A remembered nonce survives a restart, and is forgotten after a day.
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	k.open(t)
	if a := k.Serve(used); a.Code != 425 {
		t.Errorf("sent again after a restart: %d", a.Code)
	}
	k.now += 86401_000
	if err := k.Sweep(); err != nil {
		t.Fatal(err)
	}
	nonces := 0
	if err := k.update(func(t *tx) { nonces = t.Bucket(bucketNonces).Stats().KeyN }); err != nil || nonces != 0 {
		t.Errorf("%d nonces are remembered for ever, %v", nonces, err)
	}
	nobody := &visitor{nil, nil, k}
	k.room(t, "lounge", nil)
	m := alice.say(t, "lounge", "hi")
	nobody.refused(t, 401, alice.words(t, "lounge", "x"))
	nobody.refused(t, 401, community.React{Room: "lounge", ID: m.ID, Emoji: "👍"})
	nobody.refused(t, 401, community.Inbox{})
	if got := texts(t, nobody.since(t, "lounge", 0)); !slices.Equal(got, []string{"hi"}) {
		t.Errorf("an anonymous reader sees %q", got)
	}
}

func TestServerWithoutBlinding(t *testing.T) {
	k := &kit{now: 1_700_000_000_000, dir: t.TempDir(), key: testKey}
	var err error
	if k.Server, err = Open(Config{Dir: k.dir, PublicKey: k.key, Now: func() int64 { return k.now }, NoBlinding: true}); err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	seed := make([]byte, identity.SeedSize)
	a, err := identity.FromSeed(seed)
	if err != nil {
		t.Fatal(err)
	}
	plain := &visitor{community.Plain(a, k.key), a, k}
	k.room(t, "lounge", nil)
	if m := plain.say(t, "lounge", "hi"); m.Author != a.ID() {
		t.Errorf("author %v", m.Author)
	}
	if got := texts(t, plain.since(t, "lounge", 0)); !slices.Equal(got, []string{"hi"}) {
		t.Errorf("%q", got)
	}
	c, err := community.Capabilities{}.Decode(plain.ok(t, community.Capabilities{}))
	if err != nil || c.Has(community.CapabilityBlind) {
		t.Errorf("%+v, %v", c, err)
	}
	plain.refused(t, 401, community.Inbox{})
}

func TestPollSeesEveryChange(t *testing.T) {
	k := newKit(t)
	alice, bob := k.visitor(t, "alice"), k.visitor(t, "bob")
	k.room(t, "lounge", alice)
	one, two := bob.say(t, "lounge", "one"), bob.say(t, "lounge", "two")
	p := alice.since(t, "lounge", 0)
	if got := texts(t, p); !slices.Equal(got, []string{"one", "two"}) || p.Seqno != two.Seqno {
		t.Fatalf("%q, %d", got, p.Seqno)
	}
	bob.ok(t, community.React{Room: "lounge", ID: one.ID, Emoji: "👍"})
	alice.ok(t, community.React{Room: "lounge", ID: one.ID, Emoji: "👍"})
	alice.ok(t, community.React{Room: "lounge", ID: one.ID, Emoji: "🎂"})
	p = alice.since(t, "lounge", p.Seqno)
	if got := texts(t, p); !slices.Equal(got, []string{"(reactions)"}) {
		t.Fatalf("%q", got)
	}
	r := p.Messages[0].Reactions
	if len(r) != 2 || r[0].Emoji != "👍" || r[0].Count != 2 || !r[0].Mine || !slices.Equal(r[0].Reactors, []identity.ID{bob.ID(), alice.ID()}) || r[1].Count != 1 {
		t.Errorf("%+v", r)
	}
	if q := (community.Since{Room: "lounge", Seqno: two.Seqno}); len(alice.ok(t, q).Body) != 2 {
		t.Error("changed reactions without being asked for")
	}
	edit := bob.words(t, "lounge", "two, better")
	bob.ok(t, community.EditMessage{Room: "lounge", ID: two.ID, Data: edit.Data, Signature: edit.Signature})
	alice.refused(t, 403, community.EditMessage{Room: "lounge", ID: two.ID, Data: edit.Data, Signature: edit.Signature})
	bob.refused(t, 404, community.EditMessage{Room: "lounge", ID: 999, Data: edit.Data, Signature: edit.Signature})
	alice.ok(t, community.Pin{Room: "lounge", ID: one.ID})
	before := alice.info(t, "lounge").InfoUpdates
	alice.ok(t, community.DeleteMessage{Room: "lounge", ID: one.ID})
	p = alice.since(t, "lounge", p.Seqno)
	if got := texts(t, p); !slices.Equal(got, []string{"two, better", "(deleted)"}) || p.Messages[0].Edited == 0 {
		t.Errorf("%q", got)
	}
	if info := alice.info(t, "lounge"); len(info.Pins) != 0 || info.InfoUpdates != before+1 {
		t.Errorf("a deleted message stays pinned: %+v", info)
	}
	alice.refused(t, 404, community.OneMessage{Room: "lounge", ID: one.ID})
	alice.refused(t, 404, community.React{Room: "lounge", ID: one.ID, Emoji: "👍"})
	if got := texts(t, alice.since(t, "lounge", 0)); !slices.Equal(got, []string{"two, better"}) {
		t.Errorf("a newcomer sees %q", got)
	}
}

func TestWhispers(t *testing.T) {
	k := newKit(t)
	alice, bob, carol := k.visitor(t, "alice"), k.visitor(t, "bob"), k.visitor(t, "carol")
	k.room(t, "lounge", alice)
	w := alice.words(t, "lounge", "psst")
	w.WhisperTo = bob.ID()
	bob.refused(t, 403, community.PostMessage{Room: "lounge", Data: w.Data, Signature: w.Signature, WhisperTo: alice.ID()})
	m, err := w.Decode(alice.ok(t, w))
	if err != nil || !m.Whisper || m.WhisperTo != bob.ID() {
		t.Fatalf("%+v, %v", m, err)
	}
	mods := alice.words(t, "lounge", "for moderators")
	mods.WhisperMods = true
	alice.ok(t, mods)
	for who, want := range map[*visitor][]string{alice: {"psst", "for moderators"}, bob: {"psst"}, carol: nil, {nil, nil, k}: nil} {
		if got := texts(t, who.since(t, "lounge", 0)); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	carol.refused(t, 404, community.OneMessage{Room: "lounge", ID: m.ID})
	bob.refused(t, 404, community.React{Room: "lounge", ID: m.ID, Emoji: "👍"})
}

func TestModeration(t *testing.T) {
	k := newKit(t)
	alice, mod, bob := k.visitor(t, "alice"), k.visitor(t, "mod"), k.visitor(t, "bob")
	k.room(t, "lounge", alice)
	k.room(t, "garden", nil)
	here := community.Scope{Rooms: []string{"lounge"}}
	mod.refused(t, 403, community.Ban{User: bob.ID(), Scope: here})
	alice.ok(t, community.SetModerator{User: mod.ID(), Scope: here, Moderator: ptr(true), Visible: ptr(false)})
	if info := bob.info(t, "lounge"); len(info.Moderators) != 0 || len(info.HiddenModerators) != 0 || !slices.Equal(info.Admins, community.IDList{alice.ID()}) {
		t.Errorf("hidden moderators are shown: %+v", info)
	}
	if info := mod.info(t, "lounge"); !slices.Equal(info.HiddenModerators, community.IDList{mod.ID()}) || !info.Moderator || info.Admin || info.DefaultWrite == nil {
		t.Errorf("%+v", info)
	}
	bob.say(t, "lounge", "one")
	two := bob.say(t, "lounge", "two")
	mod.refused(t, 403, community.Pin{Room: "lounge", ID: two.ID})
	mod.refused(t, 403, community.Ban{User: alice.ID(), Scope: here})
	mod.refused(t, 403, community.Ban{User: bob.ID(), Scope: community.Scope{Global: true}})
	mod.refused(t, 403, community.Ban{User: bob.ID(), Scope: community.Scope{Rooms: []string{"lounge", "garden"}}})
	mod.refused(t, 403, community.DeleteAll{Room: "lounge", User: alice.ID()})

	// Ban and delete, as clients do it: one sequence, over all rooms of hers.
	seq, err := community.NewSequence(community.Ban{User: bob.ID(), Scope: community.Scope{Rooms: []string{community.AllRooms}}}, community.DeleteAll{Room: "lounge", User: bob.ID()})
	if err != nil {
		t.Fatal(err)
	}
	list, err := seq.Decode(mod.ok(t, seq))
	if err != nil || len(list) != 2 || list[0].Code != 200 || list[1].Code != 200 {
		t.Fatalf("%+v, %v", list, err)
	}
	if got := texts(t, mod.since(t, "lounge", 0)); len(got) != 0 {
		t.Errorf("%q is left", got)
	}
	bob.refused(t, 403, bob.words(t, "lounge", "x"))
	bob.refused(t, 404, community.RoomInfo{Room: "lounge"})
	bob.say(t, "garden", "still here")
	mod.ok(t, community.Unban{User: bob.ID(), Scope: here})

	// Mute for a day.
	k.now += 20_000
	mute, err := community.NewSequence(
		community.SetPermissions{Room: "lounge", User: bob.ID(), PermissionChange: community.PermissionChange{Write: community.Deny}},
		community.SchedulePermissions{Room: "lounge", User: bob.ID(), In: 86400, PermissionChange: community.PermissionChange{Write: community.Inherit}})
	if err != nil {
		t.Fatal(err)
	}
	mod.ok(t, mute)
	bob.refused(t, 403, bob.words(t, "lounge", "x"))
	if info := bob.info(t, "lounge"); !info.Read || info.Write || info.Upload {
		t.Errorf("%+v", info.Access)
	}
	k.now += 86400_000
	if err := k.Sweep(); err != nil {
		t.Fatal(err)
	}
	bob.say(t, "lounge", "back")

	// By Session ID: of somebody known, and of somebody who comes later.
	alice.ok(t, community.SetModerator{User: bob.account.ID(), Scope: here, Moderator: ptr(true)})
	if info := alice.info(t, "lounge"); !slices.Equal(info.Moderators, community.IDList{bob.ID()}) {
		t.Errorf("%+v", info.Moderators)
	}
	late := k.newcomer(t, "late")
	alice.ok(t, community.Ban{User: late.account.ID(), Scope: here})
	late.refused(t, 403, community.Recent{Room: "lounge"})
	late.ok(t, community.Recent{Room: "garden"})
	k.now += 1
	if err := k.Promote(late.account.ID(), ""); err != nil {
		t.Fatal(err)
	}
	late.ok(t, community.Ban{User: bob.ID(), Scope: community.Scope{Global: true}})
	bob.refused(t, 403, community.Capabilities{})
}

// newcomer is a person whom the server has not seen.
func (k *kit) newcomer(t testing.TB, name string) *visitor {
	t.Helper()
	seed := make([]byte, identity.SeedSize)
	copy(seed, name)
	a, err := identity.FromSeed(seed)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{community.Blind15(a, k.key), a, k}
}

func TestFilesOfRooms(t *testing.T) {
	k := newKit(t)
	alice, bob := k.visitor(t, "alice"), k.visitor(t, "bob")
	k.room(t, "lounge", alice)
	k.room(t, "garden", nil)
	upload := func(v *visitor, name string, data []byte) int64 {
		t.Helper()
		q := community.Upload{Room: "lounge", Name: name, Data: data}
		id, err := q.Decode(v.ok(t, q))
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	loose, kept, picture := upload(bob, "a.txt", []byte("loose")), upload(bob, "b.txt", []byte("kept")), upload(alice, "", []byte("picture"))
	post := bob.words(t, "lounge", "look")
	post.Files = []int64{kept, picture}
	m, err := post.Decode(bob.ok(t, post))
	if err != nil {
		t.Fatal(err)
	}
	alice.ok(t, community.UpdateRoom{Room: "lounge", Image: &picture})
	if info := bob.info(t, "lounge"); info.Image != picture {
		t.Errorf("picture %d", info.Image)
	}
	get := community.Download{Room: "lounge", ID: kept}
	a := alice.ok(t, get)
	f, err := get.Decode(a)
	if err != nil || string(f.Data) != "kept" || f.Name != "b.txt" || a.Header("expires") == "" {
		t.Errorf("%+v, %v", f, err)
	}
	alice.refused(t, 404, community.Download{Room: "garden", ID: kept})
	k.now += looseFile
	alice.refused(t, 404, community.Download{Room: "lounge", ID: loose})
	sweep := func(files int) {
		t.Helper()
		if err := k.Sweep(); err != nil {
			t.Fatal(err)
		}
		left, err := os.ReadDir(filepath.Join(k.dir, "files"))
		if err != nil || len(left) != files {
			t.Errorf("%d files are left, %v", len(left), err)
		}
	}
	sweep(2)
	bob.ok(t, community.DeleteMessage{Room: "lounge", ID: m.ID})
	sweep(1)
	k.now += 100 * 86400_000
	sweep(1) // a room's picture stays
	if a := alice.ok(t, community.Download{Room: "lounge", ID: picture}); a.Header("expires") != "" || string(a.Body) != "picture" {
		t.Errorf("%+v", a)
	}
	if a := alice.call(t, community.Call{Method: "POST", Path: "/room/lounge/file", Body: []byte("x")}); a.Code != 400 {
		t.Errorf("upload without type: %d", a.Code)
	}
}

func TestDirectMessages(t *testing.T) {
	k := newKit(t)
	alice, bob := k.visitor(t, "alice"), k.visitor(t, "bob")
	for i := range 3 {
		data, err := community.CloseDirect(alice.Key, rand.Reader, bob.ID(), wire.Unpad(alice.words(t, "x", strings.Repeat("x", i+1)).Data))
		if err != nil {
			t.Fatal(err)
		}
		alice.ok(t, community.SendDirect{To: bob.ID(), Message: data})
	}
	page := func(v *visitor, q interface {
		community.Request
		Decode(onion.V4Response) (community.DirectPage, error)
	}) community.DirectPage {
		t.Helper()
		p, err := q.Decode(v.ask(t, q))
		if err != nil || p.Dropped != 0 {
			t.Fatalf("%+v, %v", p, err)
		}
		return p
	}
	p := page(bob, community.Inbox{Limit: 2})
	if len(p.Messages) != 2 || !p.More {
		t.Fatalf("%+v", p)
	}
	rest := page(bob, community.Inbox{Since: p.Last})
	if len(rest.Messages) != 1 || rest.More {
		t.Fatalf("%+v", rest)
	}
	d := rest.Messages[0]
	if o, err := community.OpenDirect(bob.Key, d.Sender, d.Recipient, d.Message); err != nil || o.Sender != alice.account.ID() {
		t.Errorf("%+v, %v", o, err)
	}
	if p := page(bob, community.Inbox{Since: rest.Last}); len(p.Messages) != 0 || p.Last != rest.Last {
		t.Errorf("%+v", p)
	}
	if p := page(alice, community.Outbox{}); len(p.Messages) != 3 {
		t.Errorf("%+v", p)
	}
	if p := page(alice, community.Inbox{}); len(p.Messages) != 0 {
		t.Errorf("%+v", p)
	}
	flipped := bob.ID()
	flipped[32] ^= 0x80
	alice.refused(t, http.StatusNotFound, community.SendDirect{To: flipped, Message: []byte("x")})
	k.now += directLife
	if err := k.Sweep(); err != nil {
		t.Fatal(err)
	}
	if c, err := k.Count(); err != nil || c.Direct != 0 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestRestart(t *testing.T) {
	k := newKit(t)
	alice := k.visitor(t, "alice")
	k.room(t, "Lounge", alice)
	m := alice.say(t, "lounge", "before")
	alice.ok(t, community.Pin{Room: "lounge", ID: m.ID})
	info := alice.info(t, "lounge")
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	k.open(t)
	after := alice.info(t, "lounge")
	if after.Token != "Lounge" || after.InfoUpdates != info.InfoUpdates || len(after.Pins) != 1 || !after.Admin {
		t.Errorf("%+v\n%+v", after, info)
	}
	if next := alice.say(t, "lounge", "after"); next.ID != m.ID+1 || next.Seqno != m.Seqno+1 {
		t.Errorf("%+v after %+v", next, m)
	}
	if err := k.AddRoom(RoomSpec{Token: "lounge"}); err == nil {
		t.Error("a room twice")
	}
	if tokens, err := k.Rooms(); err != nil || !slices.Equal(tokens, []string{"Lounge"}) {
		t.Errorf("%q, %v", tokens, err)
	}
	if _, err := k.Fill("nowhere", nil); err == nil {
		t.Error("filled a room that is not")
	}
}

// fill puts n messages of one author into a room.
func (k *kit) fill(t testing.TB, v *visitor, room string, n int) {
	t.Helper()
	q := v.words(t, room, "one of many")
	posts := make([]Post, n)
	for i := range posts {
		posts[i] = Post{Author: v.ID(), Data: q.Data, Signature: q.Signature, Posted: k.now + int64(i)}
	}
	if _, err := k.Fill(room, posts); err != nil {
		t.Fatal(err)
	}
}

func TestHugeRoomPages(t *testing.T) {
	const n = 100_000
	k := newKit(t)
	alice := k.visitor(t, "alice")
	k.room(t, "lounge", nil)
	k.fill(t, alice, "lounge", n)
	recent := community.Recent{Room: "lounge"}
	p, err := recent.Decode(alice.ok(t, recent))
	if err != nil || len(p.Messages) != community.DefaultPage || p.Seqno != n || !p.More {
		t.Fatalf("%d messages, %v", len(p.Messages), err)
	}
	// Ten pages from the top, then the last ones of all.
	for pages := 0; p.More; pages++ {
		below := p.Oldest
		if pages == 10 {
			below = 700
		}
		q := community.Before{Room: "lounge", ID: below, Paging: community.Paging{Limit: community.MaxPage}}
		if p, err = q.Decode(alice.ok(t, q)); err != nil {
			t.Fatal(err)
		}
		if len(p.Messages) > 0 && p.Messages[0].ID != below-1 {
			t.Fatalf("page below %d begins with %d", below, p.Messages[0].ID)
		}
		if !p.More && (pages != 12 || p.Oldest != 1) {
			t.Errorf("the history ends at %d, on page %d", p.Oldest, pages)
		}
	}
}

func BenchmarkHugeRoom(b *testing.B) {
	k := newKit(b)
	alice := k.visitor(b, "alice")
	k.room(b, "lounge", nil)
	k.fill(b, alice, "lounge", 100_000)
	for name, r := range map[string]community.Request{
		"recent": community.Recent{Room: "lounge"},
		"before": community.Before{Room: "lounge", ID: 50_000},
		"since":  community.Since{Room: "lounge", Seqno: 99_900, Reactions: true},
		"idle":   community.Since{Room: "lounge", Seqno: 100_000, Reactions: true},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				alice.ok(b, r)
			}
		})
	}
}

func TestBatchesWithinBatchesEnd(t *testing.T) {
	k := newKit(t)
	alice := k.visitor(t, "alice")
	var r community.Request = community.Capabilities{}
	for range 6 {
		b, err := community.NewBatch(r)
		if err != nil {
			t.Fatal(err)
		}
		r = b
	}
	if a := alice.ok(t, r); !bytes.Contains(a.Body, []byte("400")) {
		t.Errorf("%s", a.Body)
	}
}

func FuzzServe(f *testing.F) {
	k := newKit(f)
	alice := k.visitor(f, "alice")
	k.room(f, "lounge", alice)
	alice.say(f, "lounge", "hi")
	f.Add("GET", "/room/lounge/messages/since/0?t=r", "", []byte(nil))
	f.Add("POST", "/batch", "application/json", []byte(`[{"method":"PUT","path":"/room/lounge/reaction/1/👍","json":{}}]`))
	f.Add("POST", "/user/"+alice.ID().String()+"/ban", "application/json", []byte(`{"rooms":["*"]}`))
	f.Fuzz(func(t *testing.T, method, path, kind string, body []byte) {
		c := community.Call{Method: method, Path: path, Body: body, Headers: []onion.Header{{Name: "Content-Type", Value: kind}}}
		if a := alice.call(t, c); a.Code == http.StatusInternalServerError {
			t.Errorf("%s %s: %s", method, path, a.Body)
		}
	})
}
