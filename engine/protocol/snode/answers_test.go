package snode

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
)

// TestTolerance: forms that other versions and the swarm's own encoding use.
func TestTolerance(t *testing.T) {
	node := strings.Repeat("ab", 32)
	sig := strings.Repeat("Q", 85) + "A"
	member := func(s string) []byte { return []byte(`{"swarm":{"` + node + `":` + s + `}}`) }
	for body, want := range map[string]bool{
		`{"hash":"h","expiry":1,"already":true,"signature":"` + sig + `"}`:   true,
		`{"hash":"h","expiry":1,"already":1,"signature":"` + sig + `=="}`:    true,
		`{"hash":"h","expiry":1,"already":0,"signature":"` + sig + `"}`:      false,
		`{"hash":"h","expiry":1,"signature":"` + sig + `","new":[{"a":{}}]}`: false,
	} {
		a, err := DecodeStore(member(body))
		if err != nil || len(a.Members) != 1 || a.Members[0].Result.Already != want {
			t.Errorf("%s: %+v, %v", body, a, err)
		}
	}
	for body, want := range map[string]Failure{
		`{"failed":true,"timeout":true}`:                    {Timeout: true},
		`{"failed":1,"code":"401","reason":"no"}`:           {Code: "401", Reason: "no"},
		`{"failed":true,"code":500}`:                        {Code: "500"},
		`{"failed":true,"bad_peer_response":true}`:          {BadPeerResponse: true},
		`{"failed":true,"query_failure":true,"t":5}`:        {QueryFailure: true},
		`{"failed":true,"reason":"disk \"full\" \u00fc"}`:   {Reason: `disk "full" ü`},
		"{\n \"failed\" : true ,\t\"timeout\" : false\r\n}": {},
	} {
		a, err := DecodeStore(member(body))
		if err != nil || len(a.Members) != 1 || a.Members[0].Failure == nil || *a.Members[0].Failure != want {
			t.Errorf("%s: %+v, %v", body, a, err)
			continue
		}
		if a.Succeeded() != 0 || a.Status() != StatusFailed {
			t.Errorf("%s: counted as success", body)
		}
	}
	// An empty dict comes as null or as an empty dict.
	for _, deleted := range []string{"null", "{}", "[]"} {
		a, err := DecodeDelete(member(`{"deleted":` + deleted + `,"signature":"` + sig + `"}`))
		if err != nil || a.Members[0].Result.Deleted.Len() != 0 || !DeletedNothing(a) {
			t.Errorf("%s: %+v, %v", deleted, a, err)
		}
	}
	if a, err := DecodeRetrieve([]byte(`{"messages":[],"more":0}`)); err != nil || a.More || len(a.Messages) != 0 {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestMalformedAnswers(t *testing.T) {
	node := strings.Repeat("ab", 32)
	for _, body := range []string{
		"", "null", "[]", "{", `{"swarm":[]}`, `{"swarm":{"ab":{}}}`, `{"swarm":{"` + node + `":[}}`,
		`{"swarm":{}}x`, `{"swarm":{},}`, `{}`,
	} {
		if _, err := DecodeStore([]byte(body)); !errors.Is(err, ErrAnswer) {
			t.Errorf("store %s: %v", body, err)
		}
		if _, err := DecodeExpire([]byte(body)); !errors.Is(err, ErrAnswer) {
			t.Errorf("expire %s: %v", body, err)
		}
	}
	// One member that says nonsense has failed; the others count.
	sig := strings.Repeat("Q", 85) + "A"
	for _, result := range []string{`5`, `{}`, `[1]`, `{"hash":"h","expiry":1}`, `{"hash":"h","signature":"AA"}`, `{"expiry":1.5}`,
		`{"hash":"h","signature":"` + sig + `","expiry":99999999999999999999}`, `{"expiry":1,"signature":"` + sig + `"}`,
		`{"hash":"a b","signature":"` + sig + `"}`} {
		a, err := DecodeStore([]byte(`{"swarm":{"` + node + `":` + result + `,"` + strings.Repeat("cd", 32) + `":{"hash":"h","signature":"` + sig + `"}}}`))
		if err != nil || a.Succeeded() != 1 || a.Members[0].Failure == nil || !a.Members[0].Failure.BadPeerResponse {
			t.Errorf("%s: %+v, %v", result, a, err)
		}
	}
	hash := strings.Repeat("A", 43)
	for _, body := range []string{
		"", "{}", `{"messages":{}}`, `{"messages":[5]}`, `{"messages":[{}]}`, `{"messages":[{"hash":"a b","data":""}]}`,
		`{"messages":[{"hash":"` + hash + `","data":"*"}]}`, `{"messages":[{"hash":"` + hash + `","data":5}]}`,
		`{"messages":[{"hash":"` + hash + `","timestamp":"5"}]}`, `{"messages":[{"hash":"` + hash + `"}}`,
		`{"messages":[{"hash":"` + hash + `"`, `{"messages":[{"hash":"` + hash + `\"}]}`,
	} {
		if _, err := DecodeRetrieve([]byte(body)); !errors.Is(err, ErrAnswer) {
			t.Errorf("retrieve %s: %v", body, err)
		}
	}
	if a, err := DecodeDelete([]byte(`{"swarm":{"` + node + `":{"deleted":{"70000":[]},"signature":"` + sig + `"}}}`)); err != nil || a.Succeeded() != 0 {
		t.Errorf("namespace out of range: %+v, %v", a, err)
	}
	results := `{"results":[` + strings.Repeat(`{"code":200,"body":{}},`, 20) + `{"code":200,"body":{}}]}`
	if _, err := DecodeBatch([]byte(results)); !errors.Is(err, ErrAnswer) {
		t.Errorf("21 results: %v", err)
	}
	deep := []byte(`{"new":` + strings.Repeat("[", 1_000_000))
	if _, err := DecodeInfo(deep); !errors.Is(err, ErrAnswer) {
		t.Errorf("a million brackets: %v", err)
	}
	for _, err := range []error{
		second(DecodeSwarm([]byte("{}"))), second(DecodeExpiries([]byte("{}"))), second(DecodeOxend([]byte("{}"))),
		second(DecodeIfElse([]byte("5"))), second(DecodeSubaccount([]byte("{}"))), second(DecodeBatch([]byte("{}"))),
	} {
		if !errors.Is(err, ErrAnswer) {
			t.Errorf("%v", err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestCheckStatus(t *testing.T) {
	var refusal *RPCError
	var wrong *WrongSwarmError
	if err := CheckStatus(200, []byte("{}")); err != nil {
		t.Error(err)
	}
	if err := CheckStatus(404, []byte(`{"swarm":{}}`)); err != nil {
		t.Errorf("delete that deleted nothing: %v", err)
	}
	if err := CheckStatus(404, []byte("post /nope Not Found")); !errors.As(err, &refusal) || refusal.Status != 404 {
		t.Error(err)
	}
	if err := CheckStatus(421, []byte("what?")); !errors.As(err, &wrong) || len(wrong.Swarm.Snodes) != 0 {
		t.Error(err)
	}
	if err := CheckStatus(500, bytes.Repeat([]byte("x"), 1<<20)); !errors.As(err, &refusal) || len(refusal.Text) > 1000 {
		t.Errorf("text of %d bytes kept", len(refusal.Text))
	}
	for status, want := range map[int]bool{406: true, 425: true, 401: false, 200: false} {
		if IsClock(status) != want {
			t.Errorf("IsClock(%d)", status)
		}
	}
	sub := NewSubAnswer(200, nil, &RPCError{401, `say "no"`})
	a, err := DecodeBatch((&BatchAnswer{Results: []SubAnswer{sub, NewSubAnswer(200, []byte(`{"a":1}`), nil),
		NewSubAnswer(0, nil, &WrongSwarmError{&SwarmAnswer{Swarm: 5}}), NewSubAnswer(0, nil, errors.New("disk"))}}).Encode())
	if err != nil || len(a.Results) != 4 {
		t.Fatal(a, err)
	}
	if err := a.Results[0].Check(); !errors.As(err, &refusal) || refusal.Text != `say "no"` {
		t.Error(err)
	}
	if err := a.Results[1].Check(); err != nil || string(a.Results[1].Body) != `{"a":1}` {
		t.Error(err)
	}
	if err := a.Results[2].Check(); !errors.As(err, &wrong) || wrong.Swarm.Swarm != 5 {
		t.Error(err)
	}
	if err := a.Results[3].Check(); !errors.As(err, &refusal) || refusal.Status != 500 || refusal.Text != "request failed" {
		t.Errorf("an inner error reaches the client: %v", err)
	}
}

// TestEncodeSorts: a node may collect members and namespaces in any order.
func TestEncodeSorts(t *testing.T) {
	h := Hashes{All: true, ByNamespace: []NamespaceHashes{{2, []string{"b", "a"}}, {11, []string{"c"}}, {-21, []string{"d"}}}}
	h.Normalize()
	want := []NamespaceHashes{{-21, []string{"d"}}, {11, []string{"c"}}, {2, []string{"a", "b"}}}
	if !reflect.DeepEqual(h.ByNamespace, want) {
		t.Errorf("%v", h.ByNamespace)
	}
	if got := h.Sorted(); !reflect.DeepEqual(got, []string{"a", "b", "c", "d"}) {
		t.Errorf("%v", got)
	}
	a := &DeleteAnswer{Members: []Member[DeleteResult]{{Node: [32]byte{9}}, {Node: [32]byte{1}, Result: DeleteResult{Deleted: h}},
		{Node: [32]byte{5}, Failure: &Failure{Timeout: true}}}}
	body := a.Encode()
	if got := canonical(t, body); got != string(body) {
		t.Errorf("not sorted: %s", body)
	}
	if a.Members[0].Node[0] != 9 {
		t.Error("Encode changed the answer")
	}
	if a.Succeeded() != 2 || a.Status() != StatusOK || DeletedNothing(a) {
		t.Error("success not counted")
	}
}
