package config

import (
	"bytes"
	"testing"

	"sotto/engine/protocol/identity"
)

func seedPlaintexts(f *testing.F) {
	f.Add([]byte("d1:#i0e1:&de1:<le1:=dee"))
	f.Add([]byte("d1:#i11e1:$3:new1:&d1:Ad1:ai1e1:bi2ee3:numi42e1:sli1ei2e1:xee1:<lli10e32:hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhd1:Ad1:a0:1:b1:-e1:slli1eeleeeee1:=d3:num0:1:slli7eel1:xeeeee"))
	f.Add([]byte("d1:#i1e1:&de1:<le1:=de1:~64:ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssse"))
	f.Add([]byte("d1:#i01e1:&d01:ai-0ee1:<le1:=deeXX"))
	f.Add([]byte("d1:#i5e1:&d1:cd33:\x05aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad1:n3:Joeeee1:<le1:=dee"))
}

// What parses is written as what parses to the same again.
func FuzzParse(f *testing.F) {
	seedPlaintexts(f)
	f.Fuzz(func(t *testing.T, plain []byte) {
		m, err := parse(plain, groupLimits, nil, false)
		if err != nil {
			return
		}
		m.serialize(nil)
		again, err := parse([]byte(m.text), groupLimits, nil, false)
		if err != nil {
			t.Fatalf("%q does not parse: %v", m.text, err)
		}
		again.serialize(nil)
		if again.text != m.text || !again.data.equal(m.data) {
			t.Fatalf("%q, then %q", m.text, again.text)
		}
		if d := diffOf(emptyDict, m.data); !applyDiff(emptyDict, d, m.data).prune().equal(m.data) {
			t.Fatalf("diff %q does not lead to the data", d)
		}
		if d := diffOf(m.data, emptyDict); len(applyDiff(m.data, d, emptyDict).prune().entries) != 0 {
			t.Fatalf("diff %q does not lead to nothing", d)
		}
	})
}

// Two messages of any content merge to the same in both orders, and whatever they
// are the config can be dumped, loaded, edited and pushed afterwards.
func FuzzMerge(f *testing.F) {
	seedPlaintexts(f)
	account := vectorAccount(f)
	other := []byte("d1:#i11e1:&d1:cd33:\x05bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbd1:n3:Bobeee1:<le1:=d1:cd33:\x05bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbd1:n0:eeee")
	f.Fuzz(func(t *testing.T, plain []byte) {
		var ends []string
		for _, order := range [][2][]byte{{plain, other}, {other, plain}} {
			c := filled(t, account, 0)
			c.Merge(vectorTime, []Message{forge(c.Config, order[0]), forge(c.Config, order[1])})
			ends = append(ends, c.settled().text)
			if _, err := parse([]byte(c.settled().text), plainLimits, nil, false); err != nil {
				t.Fatalf("state %q does not parse: %v", c.settled().text, err)
			}
			for v := range c.All() {
				if err := c.Set(v); err != nil {
					t.Fatalf("%+v cannot be written back: %v", v, err)
				}
			}
			for range c.Blinded() {
				continue
			}
			if c.settled().text != ends[len(ends)-1] {
				t.Fatal("writing back what was read changed something")
			}
			loaded, err := NewContacts(account, c.Dump())
			if err != nil {
				t.Fatal(err)
			}
			if !loaded.msg.data.equal(c.msg.data) {
				t.Fatal("the dump holds something else")
			}
			if err := c.Set(Contact{ID: numbered(1), Name: "x"}); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Push(vectorTime); err != nil {
				t.Fatal(err)
			}
		}
		if ends[0] != ends[1] {
			t.Fatalf("%q and %q", ends[0], ends[1])
		}
	})
}

// A damaged dump is an error, never a panic; one that loads can be dumped again.
func FuzzDump(f *testing.F) {
	account := vectorAccount(f)
	c := filled(f, account, 2)
	f.Add(c.Dump())
	c.Push(vectorTime)
	c.ConfirmPushed(1, []string{"h"})
	f.Add(c.Dump())
	f.Add([]byte("d1:!i0e1:$23:d1:#i0e1:&de1:<le1:=dee1:(0:1:)l1:xe1:*d32:hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhd1:#i2e1:Ti5e1:pld1:#i0e1:M1:h1:d1:xeeee1:+d1:xleee"))
	f.Fuzz(func(t *testing.T, dump []byte) {
		c, err := NewContacts(account, dump)
		if err != nil {
			return
		}
		first := c.Dump()
		again, err := NewContacts(account, first)
		if err != nil {
			t.Fatalf("%q does not load: %v", first, err)
		}
		if c.State() != Dirty && !bytes.Equal(again.Dump(), first) {
			t.Fatal("dumps differ")
		}
	})
}

// A stored message is anything: it is refused or taken, and the state is sound.
func FuzzRead(f *testing.F) {
	account := vectorAccount(f)
	c := filled(f, account, 2)
	p, err := c.Push(vectorTime)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(p.Payloads[0])
	f.Fuzz(func(t *testing.T, data []byte) {
		c := filled(t, account, 0)
		r := c.Merge(vectorTime, []Message{{"h", data}})
		if len(r.Accepted)+len(r.Refused) != 1 {
			t.Fatalf("%+v", r)
		}
	})
}

func FuzzParseServer(f *testing.F) {
	for _, s := range []string{"https://Sub.Example.org/", "http://example.org:80", "https://1.2.3.4:8443", "http://a..b", "ftp://x.org"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		url, err := ParseServer(s)
		if err != nil {
			return
		}
		if again, err := ParseServer(url); err != nil || again != url {
			t.Fatalf("%q becomes %q, %v", url, again, err)
		}
	})
}

// Whatever is stored, a record that is read and written back changes nothing.
func FuzzWriteBack(f *testing.F) {
	for _, name := range []string{"config-contacts.json", "config-user-groups.json", "config-convo-info-volatile.json"} {
		var v stepFile
		load(f, name, &v)
		for _, s := range v.Steps {
			if s.After != nil {
				f.Add(unhex(f, s.After.Plaintext))
			}
		}
	}
	f.Add([]byte("d1:#i1e1:&d1:gd33:\x03aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad1:Ki5e1:ri9eee1:md33:\x05aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad1:Ai-1e1:Ii7e1:R2:xxee1:1d33:\x05aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad1:ri-1eeee1:<le1:=dee"))
	account := vectorAccount(f)
	group := Group{
		ID:   sessionID(f, "03c50cb3ae956947a8de19135b5be2685ff348afc63fc34a837aca12bc5c1f5625"),
		Seed: unhex(f, "0123456789abcdeffedcba98765432100123456789abcdeffedcba9876543210"),
	}
	f.Fuzz(func(t *testing.T, plain []byte) {
		m, err := parse(plain, groupLimits, nil, false)
		if err != nil || m.seqno == 0 {
			return
		}
		contacts, err1 := NewContacts(account, nil)
		groups, err2 := NewUserGroups(account, nil)
		read, err3 := NewConvoInfoVolatile(account, nil)
		profile, err4 := NewUserProfile(account, nil)
		info, err5 := NewGroupInfo(group, nil)
		members, err6 := NewGroupMembers(group, nil)
		if err := firstError(err1, err2, err3, err4, err5, err6); err != nil {
			t.Fatal(err)
		}
		var errs []error
		set := func(c *Config, write func()) {
			c.msg = m
			write()
			if c.State() != Clean {
				t.Errorf("namespace %d: %q became %q", c.ns, plain, c.settled().text)
			}
		}
		// A record without the key that keeps it alive gets it.
		has := func(kind string, id identity.ID, key string) bool {
			return m.data.at(kind, string(id[:])).get(key) != nil
		}
		set(contacts.Config, func() {
			for v := range contacts.All() {
				if !has("c", v.ID, "n") {
					continue
				}
				errs = append(errs, contacts.Set(v))
			}
		})
		set(groups.Config, func() {
			for v := range groups.Groups() {
				if !has("g", v.ID, "K") {
					continue
				}
				errs = append(errs, groups.SetGroup(v))
			}
			for v := range groups.LegacyGroups() {
				if !has("C", v.ID, "n") {
					continue
				}
				errs = append(errs, groups.SetLegacyGroup(v))
			}
		})
		set(read.Config, func() {
			for id, s := range read.OneToOnes() {
				errs = append(errs, read.SetOneToOne(id, s, vectorTime))
			}
			for id, s := range read.Groups() {
				errs = append(errs, read.SetGroup(id, s, vectorTime))
			}
			for id, s := range read.LegacyGroups() {
				errs = append(errs, read.SetLegacyGroup(id, s, vectorTime))
			}
		})
		set(profile.Config, func() {
			errs = append(errs, profile.SetName(profile.Name(), vectorTime), profile.SetPicture(profile.Picture(), vectorTime),
				profile.SetNoteToSelfPriority(profile.NoteToSelfPriority()), profile.SetNoteToSelfExpiry(profile.NoteToSelfExpiry()))
		})
		set(info.Config, func() { errs = append(errs, info.SetInfo(info.Info())) })
		set(members.Config, func() {
			for v := range members.All() {
				if !has("m", v.ID, "n") {
					continue
				}
				errs = append(errs, members.Set(v))
			}
		})
		if err := firstError(errs...); err != nil && err != ErrPicture {
			t.Error(err)
		}
	})
}
