package communityserver

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// recording is what an official server was asked and answered. It is sorted by
// whom was asked for, not by time: the replay below is its order again, as the
// numbers in the answers tell it.
type recording struct {
	ServerKey string `json:"server_pubkey"`
	Users     map[string]struct{ Seed, ID string }
	Examples  []struct {
		Method, Path   string
		Body, Response json.RawMessage
		Status         int
	}
}

type replay struct {
	*kit
	recording
	people map[string]*visitor
	used   map[int]bool
}

// at sets the clock to a recorded time.
func (r *replay) at(seconds float64) { r.now = int64(math.Floor(seconds * 1000)) }

// step asks as somebody what was recorded, and compares the answers.
func (r *replay) step(t *testing.T, who string, i int) {
	t.Helper()
	r.used[i] = true
	e := r.Examples[i]
	call := community.Call{Method: e.Method, Path: e.Path}
	switch {
	case strings.HasSuffix(e.Path, "/file") && e.Method == "POST":
		call.Body = bytes.Repeat(allBytes(), 4)
		call.Headers = []onion.Header{{Name: "Content-Type", Value: "application/octet-stream"},
			{Name: "Content-Disposition", Value: community.Disposition("my 🎂.txt")}}
	case string(e.Body) != "null":
		call.Body, call.Headers = e.Body, jsonHeaders()
	}
	a := r.people[who].call(t, call)
	name := fmt.Sprintf("%d: %s asks %s %s", i, who, e.Method, e.Path)
	if a.Code != e.Status {
		t.Errorf("%s: %d %s, recorded %d", name, a.Code, a.Body, e.Status)
		return
	}
	if e.Response[0] == '"' {
		var text string
		if err := json.Unmarshal(e.Response, &text); err != nil {
			t.Fatal(err)
		}
		if got := string(a.Body); got != text && !(strings.HasPrefix(text, "<!doctype html>") && strings.HasPrefix(text, strings.TrimSpace(got))) {
			t.Errorf("%s: %q, recorded %q", name, got, text)
		}
		return
	}
	if why := differs(decode(t, a.Body), decode(t, e.Response)); why != "" {
		t.Errorf("%s: %s\ngot      %.1500s\nrecorded %.1500s", name, why, a.Body, e.Response)
	}
}

func allBytes() []byte {
	b := make([]byte, 256)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

// differs compares JSON. Times may differ by what lies between two readings of
// the official server's clock, and error pages in their sentence.
func differs(got, want any) string {
	switch want := want.(type) {
	case map[string]any:
		got, ok := got.(map[string]any)
		if !ok || len(got) != len(want) {
			return fmt.Sprintf("keys of %v and %v", got, want)
		}
		if isPage(want) && isPage(got) {
			return differs(got["code"], want["code"])
		}
		for k, v := range want {
			g, has := got[k]
			if !has {
				return "no " + k
			}
			if why := differs(g, v); why != "" {
				return k + ": " + why
			}
		}
		return ""
	case []any:
		got, ok := got.([]any)
		if !ok || len(got) != len(want) {
			return fmt.Sprintf("%d elements, want %d", len(got), len(want))
		}
		for i := range want {
			if why := differs(got[i], want[i]); why != "" {
				return fmt.Sprintf("[%d]: %s", i, why)
			}
		}
		return ""
	case float64:
		g, ok := got.(float64)
		if ok && want > 1e9 && math.Abs(g-want) < 0.01 {
			return ""
		}
	}
	if got != want {
		return fmt.Sprintf("%v, want %v", got, want)
	}
	return ""
}

func isPage(part map[string]any) bool {
	h, ok := part["headers"].(map[string]any)
	return ok && h["content-type"] == "text/html; charset=utf-8"
}

// rowOf finds a recorded message to post it.
func (r *replay) rowOf(t *testing.T, id int64) community.PostMessage {
	t.Helper()
	var found *community.Message
	var look func(v any)
	look = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				look(x)
			}
		case map[string]any:
			if v["id"] == float64(id) && v["data"] != nil {
				doc, err := json.Marshal(v)
				if err != nil {
					t.Fatal(err)
				}
				if found == nil {
					found = new(community.Message)
					if err := json.Unmarshal(doc, found); err != nil {
						t.Fatal(err)
					}
				}
			}
			for _, x := range v {
				look(x)
			}
		}
	}
	for _, e := range r.Examples {
		look(decode(t, e.Response))
	}
	if found == nil {
		t.Fatalf("message %d is not in the recording", id)
	}
	r.at(float64(found.Posted))
	return community.PostMessage{Room: "test-room", Data: found.Data, Signature: found.Signature}
}

func TestReplayOfAnOfficialServer(t *testing.T) {
	r := &replay{people: map[string]*visitor{}, used: map[int]bool{}}
	doc, err := os.ReadFile("testdata/community-examples.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(doc, &r.recording); err != nil {
		t.Fatal(err)
	}
	r.kit = &kit{dir: t.TempDir()}
	if _, err := hex.Decode(r.key[:], []byte(r.ServerKey)); err != nil {
		t.Fatal(err)
	}
	r.kit.open(t)
	t.Cleanup(func() { r.kit.Close() })
	r.at(1795379209.0120063)
	if err := r.AddRoom(RoomSpec{Token: "test-room", Name: "Test Room", Description: "A room for tests"}); err != nil {
		t.Fatal(err)
	}
	for name, u := range r.Users {
		seed, err := hex.DecodeString(u.Seed)
		if err != nil {
			t.Fatal(err)
		}
		a, err := identity.FromSeed(seed)
		if err != nil {
			t.Fatal(err)
		}
		v := &visitor{community.Blind15(a, r.key), a, r.kit}
		if v.ID().String() != u.ID {
			t.Fatalf("%s is %v", name, v.ID())
		}
		r.people[name] = v
	}
	admin, b, c := r.people["admin"], r.people["b"], r.people["c"]
	steps := func(who string, list ...int) {
		t.Helper()
		for _, i := range list {
			r.step(t, who, i)
		}
	}
	if err := r.Promote(admin.ID(), ""); err != nil {
		t.Fatal(err)
	}
	first := r.rowOf(t, 1)
	stranger, err := identity.ParseID("15fc17c67af2a6282ab849d8f7b8e541ff2566b3504d12b24626e9dce9a0ee22d5")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Fill("test-room", []Post{{stranger, first.Data, first.Signature, r.now}}); err != nil {
		t.Fatal(err)
	}

	steps("admin", 0)
	steps("b", 8, 9, 10, 11, 12)
	r.at(1795379971.3980138)
	steps("b", 13, 14)
	b.ok(t, r.rowOf(t, 3))
	steps("b", 15, 16, 17, 18, 19)
	r.at(1795379971.8960195)
	steps("c", 30)
	steps("b", 20, 21, 22, 23)
	steps("c", 31, 29)
	steps("b", 24, 25)
	steps("admin", 1, 2, 3, 4, 5)
	r.at(1795379972)
	steps("b", 26, 27, 28)
	steps("admin", 6, 7)
	b.ok(t, r.rowOf(t, 4))
	b.ok(t, r.rowOf(t, 5))
	for id := int64(6); id <= 10; id++ {
		c.ok(t, r.rowOf(t, id))
	}
	steps("c", 61)
	if err := r.Sweep(); err != nil {
		t.Fatal(err)
	}
	steps("b", 45, 46, 47)
	r.at(1795380042.4399943)
	b.say(t, "test-room", "to be deleted")
	steps("c", 62)
	r.at(1795380042.7330122)
	steps("b", 48, 49, 50)
	r.at(1795380043.155983)
	steps("b", 51, 52, 53, 54, 55)
	steps("c", 63, 64, 65)
	steps("b", 56, 57, 58)
	steps("admin", 32, 33)
	admin.ok(t, community.SetModerator{User: c.ID(), Scope: community.Scope{Rooms: []string{"test-room"}}, Admin: ptr(false), Moderator: ptr(false)})
	steps("admin", 34)
	steps("c", 67)
	steps("admin", 35, 36)
	steps("c", 59, 60, 66, 68)
	// The ban ends by itself, with the next sweep.
	r.now += 12_000
	c.refused(t, 403, community.Recent{Room: "test-room"})
	if err := r.Sweep(); err != nil {
		t.Fatal(err)
	}
	c.ok(t, community.Recent{Room: "test-room"})
	steps("admin", 37)
	r.at(1795380131.483986 - 60)
	steps("admin", 38, 39, 40, 41)
	steps("admin", 42, 43, 44)
	admin.ok(t, community.Ban{User: c.ID(), Scope: community.Scope{Global: true}})
	steps("c", 69)

	for i := range r.Examples {
		if !r.used[i] {
			t.Errorf("example %d was not replayed", i)
		}
	}
}
