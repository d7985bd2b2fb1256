package localnet

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"image/png"
	"net/http"
	"os"
	"slices"
	"testing"

	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/wire"
)

// askCommunity asks the community server over an onion path, as somebody.
func askCommunity(t testing.TB, n *Network, c *http.Client, who *identity.Account, r community.Request) onion.V4Response {
	t.Helper()
	call, err := community.Encode(r)
	if err != nil {
		t.Fatal(err)
	}
	var nonce [community.NonceSize]byte
	if _, err := rand.Read(nonce[:]); err != nil {
		t.Fatal(err)
	}
	var key *community.Key
	if who != nil {
		key = community.Blind15(who, n.communityKey.Public())
	}
	a := toWeb(t, n, c, []int{0, 1, 2}, n.communityHTTP, n.communityKey.Public(), call.Sign(key, nonce, n.Now()/1000))
	return onion.V4Response{Code: a.Status, Headers: a.Headers, Body: a.Body}
}

// postTo posts a text to a room.
func postTo(t testing.TB, n *Network, c *http.Client, who *identity.Account, room, text string) community.Message {
	t.Helper()
	content, err := (&wire.Content{DataMessage: &wire.DataMessage{Body: wire.Some(text)}}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	data, sig, err := community.Compose(community.Blind15(who, n.communityKey.Public()), rand.Reader, content)
	if err != nil {
		t.Fatal(err)
	}
	q := community.PostMessage{Room: room, Data: data, Signature: sig[:]}
	m, err := q.Decode(askCommunity(t, n, c, who, q))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestCommunityThroughTheOnion(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := browser(t)
	alice := person(t, "alice")
	n := startNet(t, Options{Dir: dir, NoEcho: true})
	info := n.Ready().Community
	if info == nil || !slices.Equal(info.Rooms, []string{"lounge", "pictures", "questions"}) {
		t.Fatalf("%+v", info)
	}
	address, err := community.ParseAddress(info.URL + "/lounge?public_key=" + info.PublicKey)
	if err != nil || address.PublicKey != n.communityKey.Public() || address.Base != info.URL {
		t.Fatalf("%+v, %v", address, err)
	}
	var file struct {
		Communities []struct {
			URL       string `json:"url"`
			PublicKey string `json:"public_key"`
		}
	}
	doc, err := os.ReadFile(n.Path())
	if err != nil || json.Unmarshal(doc, &file) != nil || len(file.Communities) != 1 ||
		file.Communities[0].URL != info.URL || file.Communities[0].PublicKey != info.PublicKey {
		t.Fatalf("%s, %v", doc, err)
	}

	// The list without a name, then the picture of the first room.
	rooms, err := community.Rooms{}.Decode(askCommunity(t, n, c, nil, community.Rooms{}))
	if err != nil || len(rooms) != 3 || rooms[0].Name != "Lounge" || rooms[0].Image == 0 {
		t.Fatalf("%+v, %v", rooms, err)
	}
	get := community.Download{Room: "lounge", ID: rooms[0].Image}
	picture, err := get.Decode(askCommunity(t, n, c, alice, get))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(picture.Data)); err != nil {
		t.Error(err)
	}

	m := postTo(t, n, c, alice, "lounge", "hello 👋")
	// Emoji travel as they are.
	react := community.React{Room: "lounge", ID: m.ID, Emoji: "👍"}
	if a, err := react.Decode(askCommunity(t, n, c, alice, react)); err != nil || a.Changed != 1 {
		t.Errorf("%+v, %v", a, err)
	}
	poll, err := community.NewBatch(community.Capabilities{}, community.PollInfo{Room: "lounge"}, community.Recent{Room: "lounge"}, community.Inbox{})
	if err != nil {
		t.Fatal(err)
	}
	list, err := poll.Decode(askCommunity(t, n, c, alice, poll))
	if err != nil {
		t.Fatal(err)
	}
	page, err := community.Recent{Room: "lounge"}.Decode(list[2])
	if err != nil || len(page.Messages) != 1 || len(page.Messages[0].Reactions) != 1 {
		t.Fatalf("%+v, %v", page, err)
	}
	if o, err := community.Open(&page.Messages[0]); err != nil || o.Content.DataMessage.Body.Value != "hello 👋" {
		t.Errorf("%+v, %v", o, err)
	}
	s, err := n.State()
	if err != nil || s.Community.Requests["batch"] != 1 || s.Community.Messages["lounge"] != 1 || s.Community.Files != 1 {
		t.Errorf("%+v, %v", s.Community, err)
	}

	// The same community after a restart.
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	n = startNet(t, Options{Dir: dir, NoEcho: true})
	if again := n.Ready().Community; again.URL != info.URL || again.PublicKey != info.PublicKey || !slices.Equal(again.Rooms, info.Rooms) {
		t.Errorf("%+v, was %+v", again, info)
	}
	if page, err := (community.Recent{Room: "lounge"}).Decode(askCommunity(t, n, c, alice, community.Recent{Room: "lounge"})); err != nil || len(page.Messages) != 1 {
		t.Errorf("%+v, %v", page, err)
	}
}

func TestCommunityFaultsAndOperator(t *testing.T) {
	t.Parallel()
	c := browser(t)
	alice, bob := person(t, "alice"), person(t, "bob")
	n := startNet(t, Options{NoEcho: true, NoRateLimit: true, Rooms: []Room{{Token: "cellar", Name: "Cellar"}}})
	must := func(path, body string) {
		t.Helper()
		if g := control(t, n, c, path, body); g.status != http.StatusOK {
			t.Fatalf("%s %s: %d %s", path, body, g.status, g.body)
		}
	}
	must("/community", `{"create":{"token":"attic","name":"Attic","description":"Up here"}}`)
	must("/community", `{"admin":"`+alice.ID().String()+`","room":"attic"}`)
	if got := n.Ready().Community.Rooms; !slices.Equal(got, []string{"attic", "cellar"}) {
		t.Errorf("%q", got)
	}
	for range 8 { // more than five in 16 s
		postTo(t, n, c, bob, "attic", "spam")
	}
	ban := community.Ban{User: community.Blind15(bob, n.communityKey.Public()).ID(), Scope: community.Scope{Rooms: []string{"attic"}}}
	if err := ban.Decode(askCommunity(t, n, c, alice, ban)); err != nil {
		t.Errorf("an admin by Session ID: %v", err)
	}
	if a := askCommunity(t, n, c, bob, community.Recent{Room: "attic"}); a.Code != http.StatusForbidden {
		t.Errorf("banned: %d", a.Code)
	}
	// A clock two days ahead: every request is too early for it.
	must("/faults", `{"target":"community","clock_skew_s":172800}`)
	if a := askCommunity(t, n, c, alice, community.Rooms{}); a.Code != http.StatusTooEarly {
		t.Errorf("skewed clock: %d %s", a.Code, a.Body)
	}
	must("/faults", `{"target":"community","dead":true}`)
	call := community.Call{Method: "GET", Path: "/rooms"}.Sign(nil, [community.NonceSize]byte{}, 0)
	r, err := onion.Build(n.hops([]int{0, 1, 2}), onion.ServerDestination{
		Host: "127.0.0.1", Port: n.communityHTTP.port, Protocol: "http", X25519: n.communityKey.Public(),
	}, onion.EncodeV4Request(call), onion.Options{Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	if g := ask(t, c, http.MethodPost, n.nodeURL(0)+"/onion_req/v2", nil, r.Body); g.status != http.StatusBadGateway {
		t.Errorf("dead server: %d %s", g.status, g.body)
	}
	must("/faults", `{"target":"community"}`)
	if a := askCommunity(t, n, c, alice, community.Rooms{}); a.Code != http.StatusOK {
		t.Errorf("after the faults: %d", a.Code)
	}
	// What is no v4 request at all, and what is for another server.
	if g := ask(t, c, http.MethodGet, n.communityHTTP.url()+"/rooms", nil, nil); g.status != http.StatusNotFound {
		t.Errorf("in clear: %d", g.status)
	}
	if g := ask(t, c, http.MethodPost, n.communityHTTP.url()+onion.DefaultTarget, nil, []byte("hello")); g.status < 400 {
		t.Errorf("garbage: %d", g.status)
	}
	bad := toWeb(t, n, c, []int{0, 1, 2}, n.communityHTTP, n.communityKey.Public(), onion.V4Request{Method: "GET", Endpoint: "rooms"})
	if bad.Status != http.StatusBadRequest || string(bad.Body) != "Invalid v4 onion request" {
		t.Errorf("%d %s", bad.Status, bad.Body)
	}
	if key := n.communityKey.Public(); n.Ready().Community.PublicKey != hex.EncodeToString(key[:]) {
		t.Error("another key is told")
	}
}
