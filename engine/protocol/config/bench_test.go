package config

import (
	"encoding/json"
	"fmt"
	"testing"

	"sotto/engine/protocol/identity"
	"sotto/internal/beside"
)

// The Ratio benchmarks run in turns with encoding/json, which marshals and
// unmarshals the same 1,000 contacts, so that a busy machine slows down both, and
// report the ratio of the medians. Run with
//
//	go test -bench Ratio -run '^$' ./engine/protocol/config

const benchContacts = 1000

// benchContact has what nearly every contact has.
func benchContact(i int) Contact {
	return Contact{
		ID: numbered(i), Name: fmt.Sprintf("Friend number %d", i), Nickname: fmt.Sprintf("Nick %d", i),
		Approved: true, ApprovedMe: true, Created: 1700000000 + int64(i),
	}
}

// jsonContact is Contact with the fields that are set.
type jsonContact struct {
	ID         identity.ID `json:"id"`
	Name       string      `json:"name,omitempty"`
	Nickname   string      `json:"nickname,omitempty"`
	Approved   bool        `json:"approved,omitempty"`
	ApprovedMe bool        `json:"approved_me,omitempty"`
	Blocked    bool        `json:"blocked,omitempty"`
	Priority   int64       `json:"priority,omitempty"`
	Created    int64       `json:"created,omitempty"`
}

func benchJSON(b *testing.B) func() {
	var list []jsonContact
	for i := range benchContacts {
		c := benchContact(i)
		list = append(list, jsonContact{
			ID: c.ID, Name: c.Name, Nickname: c.Nickname, Approved: c.Approved, ApprovedMe: c.ApprovedMe, Created: c.Created,
		})
	}
	return func() {
		raw, err := json.Marshal(list)
		if err != nil {
			b.Fatal(err)
		}
		var back []jsonContact
		if err := json.Unmarshal(raw, &back); err != nil || len(back) != len(list) {
			b.Fatal(err)
		}
	}
}

func benchFilled(b *testing.B, account *identity.Account) *Contacts {
	c, err := NewContacts(account, nil)
	if err != nil {
		b.Fatal(err)
	}
	for i := range benchContacts {
		if err := c.Set(benchContact(i)); err != nil {
			b.Fatal(err)
		}
	}
	return c
}

func benchPush(b *testing.B, c *Contacts, hash string) Message {
	p, err := c.Push(vectorTime)
	if err != nil || len(p.Payloads) != 1 {
		b.Fatalf("%d payloads, %v", len(p.Payloads), err)
	}
	c.ConfirmPushed(p.Seqno, []string{hash})
	return Message{hash, p.Payloads[0]}
}

// BenchmarkRatioPush: 1,000 contacts, all of them new. At most 1.
func BenchmarkRatioPush(b *testing.B) {
	account := vectorAccount(b)
	var c *Contacts
	beside.Bench(b, func() { c = benchFilled(b, account) }, func() {
		if _, err := c.Push(vectorTime); err != nil {
			b.Fatal(err)
		}
	}, benchJSON(b))
}

// BenchmarkRatioMergeFresh: 1,000 contacts into an empty state. At most 1.
func BenchmarkRatioMergeFresh(b *testing.B) {
	account := vectorAccount(b)
	stored := benchPush(b, benchFilled(b, account), "h")
	var c *Contacts
	beside.Bench(b, func() { c, _ = NewContacts(account, nil) }, func() {
		if r := c.Merge(vectorTime, []Message{stored}); !r.Changed {
			b.Fatalf("%+v", r)
		}
	}, benchJSON(b))
}

// BenchmarkRatioMergeConflict: of 1,000 contacts two devices changed 500 each,
// 250 of them both. At most 4.
func BenchmarkRatioMergeConflict(b *testing.B) {
	account := vectorAccount(b)
	first := benchFilled(b, account)
	benchPush(b, first, "h")
	dump := first.Dump()
	second, err := NewContacts(account, dump)
	if err != nil {
		b.Fatal(err)
	}
	edit := func(c *Contacts, from int, name string) {
		for i := from; i < from+500; i++ {
			v := benchContact(i)
			v.Nickname = fmt.Sprintf("%s %d", name, i)
			v.Priority = int64(i)
			if err := c.Set(v); err != nil {
				b.Fatal(err)
			}
		}
	}
	edit(first, 0, "first")
	edit(second, 250, "second")
	benchPush(b, first, "a")
	stored := benchPush(b, second, "b")
	dump = first.Dump()
	var c *Contacts
	beside.Bench(b, func() { c, _ = NewContacts(account, dump) }, func() {
		if r := c.Merge(vectorTime, []Message{stored}); !r.Changed || c.State() != Dirty {
			b.Fatalf("%+v, %v", r, c.State())
		}
	}, benchJSON(b))
}

// BenchmarkSet changes one of 1,000 contacts.
func BenchmarkSet(b *testing.B) {
	c := benchFilled(b, vectorAccount(b))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		v := benchContact(i % benchContacts)
		v.Priority = int64(i)
		if err := c.Set(v); err != nil {
			b.Fatal(err)
		}
	}
}
