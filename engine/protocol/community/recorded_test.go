package community

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"sotto/engine/protocol/onion"
	"sotto/internal/vectors"
)

// recorded is one exchange with an official server.
type recorded struct {
	Method, Path   string
	Body, Response json.RawMessage
	Status         int
}

func examples(t testing.TB) []recorded {
	t.Helper()
	var v struct{ Examples []recorded }
	vectors.Load(t, "community-examples", &v)
	return v.Examples
}

// TestRecordedAnswers reads every answer of the official server with the Decode
// method of its request, and writes rows again as that server did.
func TestRecordedAnswers(t *testing.T) {
	for _, e := range examples(t) {
		name := e.Method + " " + e.Path
		call := Call{Method: e.Method, Path: e.Path}
		if string(e.Body) != "null" {
			call.Body, call.Headers = e.Body, []onion.Header{{Name: "Content-Type", Value: typeJSON}}
			if strings.HasSuffix(e.Path, "/file") {
				call.Headers[0].Value = typeBinary
			}
		}
		r, err := Parse(call)
		var refused *Refusal
		if errors.As(err, &refused) {
			if refused.Code != e.Status {
				t.Errorf("%s: refused with %d, recorded %d", name, refused.Code, e.Status)
			}
			continue
		}
		a := onion.V4Response{Code: e.Status, Body: e.Response}
		if bytes.HasPrefix(e.Response, []byte(`"`)) {
			var s string
			if err := json.Unmarshal(e.Response, &s); err != nil {
				t.Fatal(err)
			}
			a.Body = []byte(s)
		}
		// Every request has a Decode method; reflection stands for the caller
		// who knows which.
		out := reflect.ValueOf(r).MethodByName("Decode").Call([]reflect.Value{reflect.ValueOf(a)})
		err, _ = out[len(out)-1].Interface().(error)
		var status *StatusError
		switch {
		case e.Status < 300, e.Status == 304, e.Status == 412:
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		case e.Status == 404 && e.Method == "DELETE":
		case !errors.As(err, &status) || status.Code != e.Status:
			t.Errorf("%s: %v, recorded %d", name, err, e.Status)
		}
		if b, ok := r.(Batch); ok && e.Status == 200 {
			list, ok := out[0].Interface().([]onion.V4Response)
			if !ok || len(list) == 0 {
				t.Fatalf("%s: %v", name, out)
			}
			again, err := EncodeBatchAnswer(list)
			if err != nil {
				t.Fatal(err)
			}
			equalJSON(t, name+" written again", again, e.Response)
			for i, part := range list {
				q, err := Parse(b.Calls[i])
				if err != nil {
					t.Fatal(err)
				}
				reflect.ValueOf(q).MethodByName("Decode").Call([]reflect.Value{reflect.ValueOf(part)})
			}
		}
		if len(out) == 2 && err == nil && e.Status < 300 {
			again(t, name, out[0].Interface(), e.Response)
		}
	}
}

// again holds what the server half writes against the recording.
func again(t *testing.T, name string, v any, recorded []byte) {
	t.Helper()
	switch v := v.(type) {
	case Page:
		var rows []*Message
		var order []struct{ ID int64 }
		if err := json.Unmarshal(recorded, &order); err != nil || len(order) != len(v.Messages) || v.Dropped != 0 {
			t.Fatalf("%s: %d rows of %d, %v", name, len(v.Messages), len(order), err)
		}
		rows = []*Message{}
		for i := range v.Messages {
			rows = append(rows, &v.Messages[i])
		}
		equalJSON(t, name, marshal(t, rows), recorded)
	case Message:
		equalJSON(t, name, marshal(t, &v), recorded)
	case Room, Poll, []Room, CapabilitiesAnswer, []Reactor, []Future, Direct, Overrides:
		equalJSON(t, name, marshal(t, v), recorded)
	case DirectPage:
		equalJSON(t, name, marshal(t, v.Messages), recorded)
	}
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	doc, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func equalJSON(t testing.TB, what string, got, want []byte) {
	t.Helper()
	var a, b any
	if err := json.Unmarshal(got, &a); err != nil {
		t.Fatalf("%s: %v in %s", what, err, got)
	}
	if err := json.Unmarshal(want, &b); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("%s:\ngot  %.2000s\nwant %.2000s", what, got, want)
	}
}

func TestRecordedMessagesVerify(t *testing.T) {
	good, wrong := 0, 0
	var users struct {
		Server hexed `json:"server_pubkey"`
		Users  map[string]struct {
			Seed hexed
			ID   string
		}
	}
	vectors.Load(t, "community-examples", &users)
	for name, u := range users.Users {
		if id := Blind15(account(t, u.Seed), [32]byte(users.Server)).ID(); id.String() != u.ID {
			t.Errorf("%s is %v", name, id)
		}
	}
	for _, e := range examples(t) {
		if !strings.Contains(e.Path, "/messages/") || e.Status != 200 {
			continue
		}
		p, err := Since{Room: "test-room", Seqno: -1}.Decode(onion.V4Response{Code: 200, Body: e.Response})
		if err != nil {
			t.Fatal(err)
		}
		for i := range p.Messages {
			switch _, err := Open(&p.Messages[i]); {
			case err == nil:
				good++
			case errors.Is(err, ErrSignature) && p.Messages[i].ID == 3: // posted with a random signature
				wrong++
			case !errors.Is(err, ErrNoData):
				t.Errorf("message %d: %v", p.Messages[i].ID, err)
			}
		}
	}
	if good == 0 || wrong == 0 {
		t.Errorf("%d good, %d wrong signatures", good, wrong)
	}
}
