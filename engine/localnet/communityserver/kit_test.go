package communityserver

import (
	"crypto/rand"
	"encoding/json"
	"testing"

	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/wire"
)

// kit is a server with a clock that tests move.
type kit struct {
	*Server
	now int64
	dir string
	key [32]byte
}

var testKey = [32]byte{1, 2, 3, 4}

func newKit(t testing.TB) *kit {
	t.Helper()
	k := &kit{now: 1_700_000_000_000, dir: t.TempDir(), key: testKey}
	k.open(t)
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
	return k
}

func (k *kit) open(t testing.TB) {
	t.Helper()
	var err error
	k.Server, err = Open(Config{Dir: k.dir, PublicKey: k.key, Now: func() int64 { return k.now }})
	if err != nil {
		t.Fatal(err)
	}
}

// room makes a room with an admin.
func (k *kit) room(t testing.TB, token string, admin *visitor) {
	t.Helper()
	if err := k.AddRoom(RoomSpec{Token: token, Name: token}); err != nil {
		t.Fatal(err)
	}
	if admin != nil {
		if err := k.Promote(admin.ID(), token); err != nil {
			t.Fatal(err)
		}
	}
}

// visitor is a person at the server; nil is an anonymous one.
type visitor struct {
	*community.Key
	account *identity.Account
	k       *kit
}

func (k *kit) visitor(t testing.TB, name string) *visitor {
	t.Helper()
	seed := make([]byte, identity.SeedSize)
	copy(seed, name)
	a, err := identity.FromSeed(seed)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{community.Blind15(a, k.key), a, k}
	v.ok(t, community.Capabilities{}) // now the server knows them
	return v
}

func (v *visitor) ask(t testing.TB, r community.Request) onion.V4Response {
	t.Helper()
	c, err := community.Encode(r)
	if err != nil {
		t.Fatal(err)
	}
	return v.call(t, c)
}

func (v *visitor) call(t testing.TB, c community.Call) onion.V4Response {
	t.Helper()
	return v.k.Serve(c.Sign(v.Key, nonce(t), v.k.now/1000))
}

func nonce(t testing.TB) (n [community.NonceSize]byte) {
	t.Helper()
	if _, err := rand.Read(n[:]); err != nil {
		t.Fatal(err)
	}
	return n
}

func (v *visitor) ok(t testing.TB, r community.Request) onion.V4Response {
	t.Helper()
	a := v.ask(t, r)
	if a.Code != 200 && a.Code != 201 {
		t.Fatalf("%#v: %d %s", r, a.Code, a.Body)
	}
	return a
}

// refused checks that a request is answered with a status.
func (v *visitor) refused(t testing.TB, code int, r community.Request) {
	t.Helper()
	if a := v.ask(t, r); a.Code != code {
		t.Errorf("%#v: %d %s, want %d", r, a.Code, a.Body, code)
	}
}

// say posts a text and returns the row.
func (v *visitor) say(t testing.TB, room, text string) community.Message {
	t.Helper()
	q := v.words(t, room, text)
	m, err := q.Decode(v.ok(t, q))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (v *visitor) words(t testing.TB, room, text string) community.PostMessage {
	t.Helper()
	content, err := (&wire.Content{DataMessage: &wire.DataMessage{Body: wire.Some(text)}}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	data, sig, err := community.Compose(v.Key, rand.Reader, content)
	if err != nil {
		t.Fatal(err)
	}
	return community.PostMessage{Room: room, Data: data, Signature: sig[:]}
}

func (v *visitor) since(t testing.TB, room string, seqno int64) community.Page {
	t.Helper()
	q := community.Since{Room: room, Seqno: seqno, Reactions: true, Paging: community.Paging{Reactors: 5}}
	p, err := q.Decode(v.ok(t, q))
	if err != nil || p.Dropped != 0 {
		t.Fatalf("%+v, %v", p, err)
	}
	return p
}

func (v *visitor) info(t testing.TB, room string) community.Room {
	t.Helper()
	q := community.RoomInfo{Room: room}
	r, err := q.Decode(v.ok(t, q))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func texts(t testing.TB, p community.Page) []string {
	t.Helper()
	var list []string
	for i := range p.Messages {
		m := &p.Messages[i]
		switch o, err := community.Open(m); {
		case err == nil:
			list = append(list, o.Content.DataMessage.Body.Value)
		case m.Deleted:
			list = append(list, "(deleted)")
		case m.ReactionsOnly:
			list = append(list, "(reactions)")
		default:
			t.Fatalf("message %d: %v", m.ID, err)
		}
	}
	return list
}

func ptr[T any](v T) *T { return &v }

func decode(t testing.TB, doc []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(doc, &v); err != nil {
		t.Fatalf("%v in %.300s", err, doc)
	}
	return v
}
