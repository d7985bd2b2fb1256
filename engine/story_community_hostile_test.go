package engine

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sotto/engine/localnet/communityserver"
	"sotto/engine/model"
	"sotto/engine/protocol/community"
	"sotto/engine/protocol/onion"
)

// forgeParts exchanges the bodies of those parts of a batch's answer of which
// change knows the path.
func forgeParts(r onion.V4Request, a onion.V4Response, change func(path string) (body string, ok bool)) onion.V4Response {
	var calls []struct{ Path string }
	var parts []struct {
		Code    int               `json:"code"`
		Headers map[string]string `json:"headers"`
		Body    json.RawMessage   `json:"body"`
	}
	if json.Unmarshal(r.Body, &calls) != nil || json.Unmarshal(a.Body, &parts) != nil || len(calls) != len(parts) {
		return a
	}
	for i := range parts {
		if body, ok := change(calls[i].Path); ok {
			parts[i].Code, parts[i].Headers, parts[i].Body = 200, map[string]string{"content-type": "application/json"}, json.RawMessage(body)
		}
	}
	doc, err := json.Marshal(parts)
	if err != nil {
		panic(err)
	}
	a.Body = doc
	return a
}

func (k *crew) forge(f func(r onion.V4Request, a onion.V4Response) onion.V4Response) {
	k.world.mu.Lock()
	defer k.world.mu.Unlock()
	k.world.forge = f
}

// sinceOf returns the seqno that a path asks from, if it is the polling call.
func sinceOf(path string) (int64, bool) {
	_, rest, ok := strings.Cut(path, "/messages/since/")
	if !ok {
		return 0, false
	}
	number, _, _ := strings.Cut(rest, "?")
	n, err := strconv.ParseInt(number, 10, 64)
	return n, err == nil
}

// A server that always says that there is more is asked some fifty times and then
// left alone for a while; other conversations go on.
func TestServerWithoutEndIsLeftAlone(t *testing.T) {
	k := newCrew(t)
	_, urls := k.serve("lounge")
	alice, bob := k.person("Alice"), k.person("Bob")
	befriend(t, alice, bob)
	conv := alice.join(urls[0])
	alice.tell(conv, "the first message")
	k.settle(alice)
	author := community.Blind15(bob.account, [32]byte{1}).Author()
	k.forge(func(r onion.V4Request, a onion.V4Response) onion.V4Response {
		return forgeParts(r, a, func(path string) (string, bool) {
			from, ok := sinceOf(path)
			if !ok {
				return "", false
			}
			rows := make([]string, roomPage)
			for i := range rows {
				n := from + int64(i) + 1
				rows[i] = fmt.Sprintf(`{"id":%d,"seqno":%d,"session_id":"%s","posted":1767225600,"data":"aGkA","signature":"%s"}`,
					n, n, author, base64.StdEncoding.EncodeToString(make([]byte, 64)))
			}
			return "[" + strings.Join(rows, ",") + "]", true
		})
	})
	before := k.world.servedBy(lounge)
	bob.say(alice, "still there?")
	bob.sync()
	alice.sync()
	asked := k.world.servedBy(lounge) - before
	if asked < 2 || asked > maxStreak+2 {
		t.Errorf("a server without end was asked %d times", asked)
	}
	if got := alice.texts(bob); got[len(got)-1] != "still there?" {
		t.Errorf("Alice sees %q of Bob", got)
	}
	alice.showsIn(conv, "the first message")
	k.clock.Advance(time.Second)
	alice.rest()
	if more := k.world.servedBy(lounge) - before - asked; more > 0 {
		t.Errorf("and %d times more within a second", more)
	}
}

// An answer of 100 MB, or one that is none, is a failed poll: what is here stays,
// and the next answer counts again.
func TestServerWithHugeAnswers(t *testing.T) {
	k := newCrew(t)
	_, urls := k.serve("lounge")
	alice, bob := k.person("Alice"), k.person("Bob")
	conv := alice.join(urls[0])
	bob.join(urls[0])
	bob.tell(conv, "before")
	k.settle(bob, alice)
	for name, body := range map[string][]byte{
		"100 MB": make([]byte, 100<<20), "nothing": nil, "no answer": []byte("<html>"), "too few parts": []byte("[]"),
		"deep": []byte(strings.Repeat("[", 1<<20)),
	} {
		k.forge(func(_ onion.V4Request, a onion.V4Response) onion.V4Response {
			a.Body = body
			return a
		})
		if _, err := alice.Sync(alice.ctx()); err == nil {
			t.Errorf("%s: no failure", name)
		}
		if _, err := alice.PreviewCommunity(alice.ctx(), urls[0]); err == nil {
			t.Errorf("%s: a preview", name)
		}
		if _, err := alice.CommunityRooms(alice.ctx(), urls[0]); err == nil && name != "too few parts" {
			t.Errorf("%s: a list of rooms", name)
		}
		alice.showsIn(conv, "before")
	}
	k.forge(nil)
	k.clock.Advance(10 * time.Minute)
	bob.tell(conv, "after")
	k.settle(bob, alice)
	alice.showsIn(conv, "before", "after")
}

// A server that comes back with another key gets nothing, and what was written
// waits for the one that was joined.
func TestServerThatChangedItsKey(t *testing.T) {
	k := newCrew(t)
	server, urls := k.serve("lounge")
	alice := k.person("Alice")
	conv := alice.join(urls[0])
	other, newURLs := k.serve("lounge")
	before := k.world.servedBy(lounge)
	id := alice.tell(conv, "who is there?")
	if _, err := alice.Sync(alice.ctx()); err == nil {
		t.Error("the server with another key is polled")
	}
	if m, _ := alice.Message(id); m.State == model.StateSent {
		t.Error("the post went to the server with another key")
	}
	if k.world.servedBy(lounge) == before {
		t.Fatal("nobody was asked")
	}
	if _, err := alice.PreviewCommunity(alice.ctx(), newURLs[0]); model.ReasonOf(err) != model.ReasonRejected {
		t.Errorf("a look at the room with another key: %v", err)
	}
	if v, _ := alice.Community(conv); v.Refused || !strings.Contains(v.URL, fmt.Sprintf("%x", server.PublicKey)) || server.PublicKey == other.PublicKey {
		t.Errorf("the room is now %+v", v)
	}
	k.world.mu.Lock()
	k.world.communities[lounge] = server
	k.world.mu.Unlock()
	k.clock.Advance(10 * time.Minute)
	k.settle(alice)
	if m, _ := alice.Message(id); m.State != model.StateSent {
		t.Errorf("the post is %v", m.State)
	}
}

// Names of rooms are text in one line, whatever is in them.
func TestNamesOfRoomsAreText(t *testing.T) {
	k := newCrew(t)
	server, _ := k.serve()
	alice := k.person("Alice")
	const name = "<b onclick=\"x\">Lounge</b>\r\n\u202eevil\x00\u2067 & more"
	if err := server.AddRoom(communityserver.RoomSpec{Token: "lounge", Name: name, Description: "<script>alert(1)</script>"}); err != nil {
		t.Fatal(err)
	}
	url := community.Address{Base: lounge, PublicKey: server.PublicKey, Room: "lounge"}.String()
	v, err := alice.PreviewCommunity(alice.ctx(), url)
	alice.must(err)
	const want = "<b onclick=\"x\">Lounge</b> evil & more"
	if v.Name != want || v.Description != "<script>alert(1)</script>" {
		t.Errorf("the preview says %q, %q", v.Name, v.Description)
	}
	conv := alice.join(url)
	if c, _ := alice.Conversation(conv); c.Title() != want {
		t.Errorf("the conversation is called %q", c.Title())
	}
}

// A server that asks for Session IDs does not get one for a look, nor from
// somebody whom it knows by a blinded id.
func TestServerThatAsksForSessionIDs(t *testing.T) {
	k := newCrew(t)
	_, urls := k.serve("lounge", "questions")
	alice := k.person("Alice")
	told := func(r onion.V4Request) bool {
		return slices.ContainsFunc(r.Headers, func(h onion.Header) bool {
			return strings.EqualFold(h.Name, "X-SOGS-Pubkey") && strings.HasPrefix(h.Value, "00")
		})
	}
	plain := 0
	k.forge(func(r onion.V4Request, a onion.V4Response) onion.V4Response {
		if told(r) {
			plain++
		}
		if slices.ContainsFunc(r.Headers, func(h onion.Header) bool { return strings.EqualFold(h.Name, "X-SOGS-Pubkey") }) {
			return onion.V4Response{Code: 400, Body: []byte("Invalid authentication: no blinded ids here")}
		}
		return a
	})
	v, err := alice.PreviewCommunity(alice.ctx(), urls[1])
	alice.must(err)
	if n := seen(k.world, &plain); !v.Plain || n > 0 {
		t.Errorf("a look at a server of the old kind: %+v, %d requests with the Session ID", v, n)
	}
	k.forge(nil)
	conv := alice.join(urls[0])
	me := func() model.ID {
		v, _ := alice.Community(conv)
		return v.Me
	}
	blinded := me()
	k.forge(func(r onion.V4Request, a onion.V4Response) onion.V4Response {
		if told(r) {
			plain++
		}
		return forgeParts(r, a, func(path string) (string, bool) { return `{"capabilities":["sogs"]}`, path == "/capabilities" })
	})
	alice.sync()
	alice.sync()
	if n := seen(k.world, &plain); me() != blinded || n > 0 {
		t.Errorf("Alice is %v there now, %d requests had her Session ID", me(), n)
	}
}

// A server that is content with a blinded id for the look, and asks for the
// Session ID when somebody who was told nothing of it joins, is not joined.
func TestServerThatAsksForSessionIDsLater(t *testing.T) {
	k := newCrew(t)
	_, urls := k.serve("lounge")
	alice := k.person("Alice")
	v, err := alice.PreviewCommunity(alice.ctx(), urls[0])
	alice.must(err)
	if v.Plain {
		t.Fatal("the server is of the old kind")
	}
	k.forge(func(r onion.V4Request, a onion.V4Response) onion.V4Response {
		if slices.ContainsFunc(r.Headers, func(h onion.Header) bool { return strings.EqualFold(h.Name, "X-SOGS-Pubkey") }) {
			return onion.V4Response{Code: 400, Body: []byte("Invalid authentication: no blinded ids here")}
		}
		return a
	})
	if conv, err := alice.JoinCommunity(alice.ctx(), urls[0]); model.ReasonOf(err) != model.ReasonRejected {
		c, _ := alice.Community(conv)
		t.Errorf("joined as %v: %v", c.Me, err)
	}
	if _, there := alice.Conversation(v.Conversation); there {
		t.Error("the conversation is there all the same")
	}
	k.forge(nil)
	alice.join(urls[0])
}

// Posts that are not signed by whom they claim are left out and not asked for
// again; those around them are shown.
func TestForgedAmongHonestPosts(t *testing.T) {
	k := newCrew(t)
	server, urls := k.serve("lounge")
	alice, bob := k.person("Alice"), k.person("Bob")
	conv := alice.join(urls[0])
	bob.join(urls[0])
	bob.tell(conv, "one")
	bob.sync()
	k.clock.Advance(time.Second)
	key := community.Blind15(bob.account, server.PublicKey)
	_, err := server.Fill("lounge", []communityserver.Post{{Author: key.Author(), Data: []byte("not his"), Signature: make([]byte, 64), Posted: k.clock.Now().UnixMilli()}})
	if err != nil {
		t.Fatal(err)
	}
	k.clock.Advance(time.Second)
	bob.tell(conv, "two")
	k.settle(bob, alice)
	alice.showsIn(conv, "one", "two")
	asked := 0
	k.forge(func(r onion.V4Request, a onion.V4Response) onion.V4Response {
		return forgeParts(r, a, func(path string) (string, bool) {
			if from, ok := sinceOf(path); ok && from < 3 {
				asked++
			}
			return "", false
		})
	})
	alice.sync()
	if seen(k.world, &asked) > 0 {
		t.Error("what was refused is asked for again")
	}
}
