package community

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"sotto/engine/protocol/onion"
)

func ptr[T any](v T) *T { return &v }

// everyRequest is at least one of each kind.
func everyRequest(t testing.TB) []Request {
	user := Blind15(person(t, "bob"), testServer).ID()
	session := person(t, "bob").ID()
	sig, data := make([]byte, 64), []byte("padded")
	inner, err := NewBatch(Rooms{}, React{"r", 3, "👍"}, Upload{"r", "a.txt", []byte("x")})
	if err != nil {
		t.Fatal(err)
	}
	return []Request{
		Capabilities{}, Capabilities{Required: []string{"sogs", "blind"}}, Rooms{}, RoomInfo{"r"}, PollInfo{"r", 7},
		UpdateRoom{Room: "r", Name: ptr("<b>N</b>"), Description: ptr(""), Image: ptr(int64(4)), DefaultWrite: ptr(false)},
		Recent{Room: "r"}, Recent{"r", Paging{25, NoReactors}}, Before{"r", 9, Paging{Limit: 256}},
		Since{"r", 0, false, Paging{}}, Since{"r", 12, true, Paging{10, 5}}, OneMessage{"r", 3, 20},
		PostMessage{Room: "r", Data: data, Signature: sig},
		PostMessage{"r", data, sig, user, true, []int64{1, 2}}, EditMessage{"r", 3, data, sig, nil},
		DeleteMessage{"r", 3}, DeleteAll{"r", user}, DeleteAll{User: user},
		React{"r", 3, "👍🏽"}, React{"r", 3, "#️⃣"}, Unreact{"r", 3, "👩‍❤️‍💋‍👨"}, ClearReactions{"r", 3, "x"}, ClearReactions{Room: "r", ID: 3},
		Reactors{"r", 3, "👍", 0}, Pin{"r", 3}, Unpin{"r", 3}, Unpin{Room: "r"},
		Upload{"r", "my 🎂.txt", []byte{0, 1, 2}}, Upload{Room: "r", Data: []byte("x")}, Download{"r", 1},
		SetModerator{User: session, Scope: Scope{Rooms: []string{"r"}}, Moderator: ptr(true), Admin: ptr(true), Visible: ptr(true)},
		SetModerator{User: user, Scope: Scope{Global: true}, Moderator: ptr(false)},
		Ban{user, Scope{Rooms: []string{"*"}}, 12}, Ban{User: session, Scope: Scope{Global: true}}, Unban{user, Scope{Rooms: []string{"r", "s"}}},
		Permissions{Room: "r"}, Permissions{"r", user},
		SetPermissions{"r", user, PermissionChange{Write: Deny, Upload: Inherit}, true},
		FuturePermissions{Room: "r"}, FuturePermissions{"r", user}, SchedulePermissions{"r", user, 86400, PermissionChange{Write: Allow}},
		SendDirect{user, data}, Inbox{}, Inbox{5, 10}, Outbox{}, Outbox{Since: 5}, ClearInbox{}, inner, Batch{true, inner.Calls},
	}
}

func TestEveryRequestBothWays(t *testing.T) {
	for _, r := range everyRequest(t) {
		call, err := Encode(r)
		if err != nil {
			t.Errorf("%#v: %v", r, err)
			continue
		}
		// Through the bytes that travel.
		wired, err := onion.DecodeV4Request(onion.EncodeV4Request(call.Sign(nil, [NonceSize]byte{}, 0)))
		if err != nil {
			t.Fatal(err)
		}
		back, err := Parse(CallOf(wired))
		if err != nil || !reflect.DeepEqual(back, r) {
			t.Errorf("%s %s\n%#v\nbecame %#v, %v", call.Method, call.Path, r, back, err)
		}
		if b, ok := r.(Batch); ok {
			for _, c := range b.Calls {
				if _, err := Parse(c); err != nil {
					t.Errorf("%s %s in a batch: %v", c.Method, c.Path, err)
				}
			}
		}
	}
}

func TestRequestsThatNoServerTakes(t *testing.T) {
	user := Blind15(person(t, "bob"), testServer).ID()
	for _, r := range []Request{
		RoomInfo{"a/b"}, RoomInfo{""}, Recent{Room: "a?b"}, Before{"r", -1, Paging{}}, React{"r", 1, ""}, React{"r", 1, "a/b"},
		React{"r", 1, "a?b"}, React{"r", 1, strings.Repeat("x", 13)}, React{"r", 1, "%41"}, Upload{"r", "", nil},
		Upload{"r", "", make([]byte, MaxFile+1)}, PostMessage{Room: "r", Data: []byte("x"), Signature: make([]byte, 63)},
		PostMessage{Room: "r", Signature: make([]byte, 64)}, DeleteAll{Room: "r"}, SendDirect{To: user},
		SetModerator{User: user, Scope: Scope{Rooms: []string{"r"}, Global: true}, Moderator: ptr(true)},
		SetModerator{User: user, Scope: Scope{Rooms: []string{"r"}}},
		SetModerator{User: user, Scope: Scope{Rooms: []string{"r"}}, Admin: ptr(true), Moderator: ptr(false)},
		Ban{User: user}, Ban{user, Scope{Global: true}, -1}, SchedulePermissions{Room: "r", User: user}, Batch{},
		Capabilities{Required: []string{"a&b"}},
	} {
		if _, err := Encode(r); !errors.Is(err, ErrRequest) {
			t.Errorf("%#v: %v", r, err)
		}
	}
}

func TestServerRefusals(t *testing.T) {
	jsonType := []onion.Header{{Name: "Content-Type", Value: typeJSON}}
	for _, c := range []struct {
		code   int
		method string
		path   string
		body   string
	}{
		{404, "GET", "/", ""}, {404, "GET", "/nope", ""}, {404, "GET", "/room", ""}, {404, "GET", "/room/a.b", ""},
		{404, "GET", "/room/r/messages/since/x", ""}, {404, "GET", "/room/r/messages/since/-1", ""},
		{400, "GET", "/room/r/messages/recent?limit=x", ""}, {400, "GET", "/room/r/messages/recent?reactors=x", ""},
		{405, "POST", "/capabilities", "{}"}, {405, "PATCH", "/rooms", ""}, {400, "PUT", "/room/r", "{}"}, {400, "PUT", "/room/r", "[]"},
		{400, "POST", "/room/r/message", `{"data":"AAAA","signature":"AAAA"}`}, {400, "POST", "/room/r/message", `{}`},
		{400, "PUT", "/room/r/reaction/2/xxxxxxxxxxxxx", "{}"}, {400, "POST", "/batch", `[{"method":"PATCH","path":"/x"}]`},
		{400, "POST", "/batch", `[{"method":"GET","path":"/x","json":{}}]`}, {400, "POST", "/batch", `[{"method":"POST","path":"/x"}]`},
		{400, "POST", "/batch", `{}`}, {400, "POST", "/sequence", `[1]`},
		{404, "GET", "/room/r/permissions/05d2ad010eeb72d72e561d9de7bd7b6989af77dcabffa03a5111a6c859ae5c3a72", ""},
		{404, "DELETE", "/room/r/all/05d2ad010eeb72d72e561d9de7bd7b6989af77dcabffa03a5111a6c859ae5c3a72", ""},
		{400, "POST", "/user/05d2ad010eeb72d72e561d9de7bd7b6989af77dcabffa03a5111a6c859ae5c3a72/ban", "{}"},
	} {
		call := Call{Method: c.method, Path: c.path}
		if c.body != "" {
			call.Body, call.Headers = []byte(c.body), jsonType
		}
		var refused *Refusal
		if r, err := Parse(call); !errors.As(err, &refused) || refused.Code != c.code {
			t.Errorf("%s %s: %#v, %v, want %d", c.method, c.path, r, err, c.code)
		}
	}
	// v4 has no default content type.
	if _, err := Parse(Call{Method: "POST", Path: "/room/r/pin/1", Body: []byte("{}")}); err != nil {
		t.Errorf("pin needs no body: %v", err)
	}
	var refused *Refusal
	if _, err := Parse(Call{Method: "POST", Path: "/batch", Body: []byte("[]")}); !errors.As(err, &refused) || refused.Code != 400 {
		t.Errorf("batch without type: %v", err)
	}
	// Percent-encoded, as over plain HTTP.
	if r, err := Parse(Call{Method: "PUT", Path: "/room/r/reaction/2/%F0%9F%91%8D"}); err != nil || r != (React{"r", 2, "👍"}) {
		t.Errorf("%#v, %v", r, err)
	}
}
