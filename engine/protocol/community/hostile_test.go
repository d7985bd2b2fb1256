package community

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

func answer(body string) onion.V4Response {
	return onion.V4Response{Code: http.StatusOK, Headers: []onion.Header{{Name: "content-type", Value: typeJSON}}, Body: []byte(body)}
}

func row(id, seqno int64) string {
	return fmt.Sprintf(`{"id":%d,"seqno":%d,"session_id":"158424edad32cc79bae7f80b4dbb6f833995aeceb2e8b7cae14c1336011d53982f","posted":1,"data":"aGk=","signature":"aGk=","reactions":{}}`, id, seqno)
}

func TestHostileServer(t *testing.T) {
	since := Since{Room: "r", Seqno: 100, Paging: Paging{Limit: 2}}
	page := func(rows ...string) onion.V4Response { return answer("[" + strings.Join(rows, ",") + "]") }

	// A page that repeats what is known does not make a caller go on for ever.
	p, err := since.Decode(page(row(1, 99), row(2, 100)))
	if err != nil || p.More || p.Seqno != 100 || p.Dropped != 2 || len(p.Messages) != 0 {
		t.Errorf("old rows: %+v, %v", p, err)
	}
	p, err = since.Decode(page(row(2, 102), row(1, 101), `{"id":"x"}`, `{"id":-1,"seqno":500}`, `7`))
	if err != nil || !p.More || p.Seqno != 102 || p.Dropped != 3 || p.Messages[0].Seqno != 101 {
		t.Errorf("mixed rows: %+v, %v", p, err)
	}
	before := Before{Room: "r", ID: 50}
	if p, err := before.Decode(page(row(50, 1), row(60, 2))); err != nil || p.More || len(p.Messages) != 0 {
		t.Errorf("newer rows: %+v, %v", p, err)
	}
	var many []string
	for i := range int64(MaxPage + 1) {
		many = append(many, row(i+1, i+101))
	}
	if _, err := since.Decode(page(many...)); !errors.Is(err, ErrTooMany) {
		t.Errorf("endless page: %v", err)
	}
	if _, err := since.Decode(answer("[" + strings.Repeat("0,", MaxAnswer/4) + "0]")); !errors.Is(err, ErrTooMany) {
		t.Errorf("millions of nothings: %v", err)
	}
	huge := onion.V4Response{Code: 200, Body: make([]byte, 100<<20)}
	for _, r := range everyRequest(t) {
		out := reflect.ValueOf(r).MethodByName("Decode").Call([]reflect.Value{reflect.ValueOf(huge)})
		if err, _ := out[len(out)-1].Interface().(error); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%T takes 100 MB: %v", r, err)
		}
	}
	// Names are text, and not endless.
	room, err := RoomInfo{"r"}.Decode(answer(`{"token":"r","name":"<script>alert(1)</script>","description":"` + strings.Repeat("ä", 10000) + `"}`))
	if err != nil || room.Name != "<script>alert(1)</script>" || len(room.Description) != MaxRoomDescription {
		t.Errorf("%+v, %v", room.Name, err)
	}
	if _, err := (RoomInfo{"r"}).Decode(answer(`{"token":"other"}`)); !errors.Is(err, ErrAnswer) {
		t.Errorf("another room: %v", err)
	}
	if _, err := (PollInfo{Room: "r"}).Decode(answer(`{"token":"r","details":{"token":"x"}}`)); !errors.Is(err, ErrAnswer) {
		t.Errorf("another room inside: %v", err)
	}
	var m Message
	reactions := make([]string, 5000)
	for i := range reactions {
		reactions[i] = fmt.Sprintf(`"%d":{"index":%d,"count":1,"reactors":[%s]}`, i, -i, strings.Repeat(`"158424edad32cc79bae7f80b4dbb6f833995aeceb2e8b7cae14c1336011d53982f",`, 30)+`1`)
	}
	if err := json.Unmarshal([]byte(`{"id":1,"seqno":1,"reactions":{`+strings.Join(reactions, ",")+`}}`), &m); err != nil ||
		len(m.Reactions) != MaxReactions || len(m.Reactions[0].Reactors) != MaxReactors || m.Reactions[0].Emoji != "255" {
		t.Errorf("%d reactions, %v", len(m.Reactions), err)
	}
	if err := json.Unmarshal([]byte(`{"id":1,"seqno":1,"reactions":{"a":{"count":-5},"":{"count":1},"`+strings.Repeat("x", 13)+`":{"count":1}}}`), &m); err != nil || len(m.Reactions) != 0 {
		t.Errorf("%+v, %v", m.Reactions, err)
	}
	b, err := NewBatch(Rooms{}, Rooms{})
	if err != nil {
		t.Fatal(err)
	}
	part := `{"code":200,"headers":{"content-type":"application/json"},"body":[]}`
	for body, want := range map[string]error{
		"[" + part + "," + part + "]": nil, "[" + part + "]": ErrAnswer, "[" + part + "," + part + "," + part + "]": ErrAnswer,
		"{}": ErrAnswer, `[{"code":200,"headers":1,"body":""},` + part + "]": ErrAnswer,
	} {
		if _, err := b.Decode(answer(body)); !errors.Is(err, want) {
			t.Errorf("%s: %v", body, err)
		}
	}
	for _, s := range []Seconds{-1, 1e300, Seconds(1e12)} {
		if s.Millis() != 0 {
			t.Errorf("%v is a time", s)
		}
	}
	if err := (&StatusError{}).Error(); err == "" {
		t.Error("no text")
	}
	_, err = Rooms{}.Decode(onion.V4Response{Code: 400, Body: []byte(textNeedsBlinding)})
	var status *StatusError
	if !errors.As(err, &status) || !status.NeedsBlinding {
		t.Errorf("%v", err)
	}
	if inbox, err := (Inbox{Since: 5}).Decode(answer(`[{"id":5},{"id":6,"sender":"x"},{"id":9,"message":"aGk="},{"id":8}]`)); err != nil || inbox.Last != 9 || inbox.Dropped != 3 {
		t.Errorf("%+v, %v", inbox, err)
	}
	if id := (identity.ID{}); Lookup(id) != id {
		t.Error("lookup of nobody")
	}
}
