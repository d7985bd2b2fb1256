package config

import (
	"errors"
	"strings"
	"testing"

	"sotto/engine/protocol/identity"
)

func TestOfficialGroupConfigs(t *testing.T) {
	var v struct {
		Group struct {
			Seed string
			ID   string `json:"group_id"`
		}
		Key     string `json:"group_key"`
		Info    []step `json:"info_steps"`
		Members []step `json:"members_steps"`
	}
	load(t, "config-group-info-members.json", &v)
	if len(v.Info) != 11 || len(v.Members) != 12 {
		t.Fatalf("%d and %d steps", len(v.Info), len(v.Members))
	}
	member := Group{ID: sessionID(t, v.Group.ID), Keys: [][32]byte{[32]byte(unhex(t, v.Key))}}
	admin := member
	admin.Seed = unhex(t, v.Group.Seed)
	t.Run("info", func(t *testing.T) { officialInfo(t, admin, member, v.Info) })
	t.Run("members", func(t *testing.T) { officialMembers(t, admin, v.Members) })
}

func newInfo(t *testing.T, g Group) *GroupInfo {
	t.Helper()
	c, err := NewGroupInfo(g, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func officialInfo(t *testing.T, admin, member Group, steps []step) {
	a, m, x := newInfo(t, admin), newInfo(t, member), newInfo(t, admin)
	for _, s := range steps {
		info := a.Info()
		switch {
		case s.Op == "set_name":
			info.Name = "GROUP Name"
		case strings.HasPrefix(s.Op, "description"):
			info.Description, info.Picture = "A description", Picture{"http://example.com/12345", testKey}
			info.Expiry, info.Created = 3600, 1682529839
			info.DeleteBefore, info.DeleteAttachmentsBefore = info.Created+3600, info.Created+7200
		case s.Op == "destroy_group":
			info.Destroyed = true
		case s.Op == "push":
			s.push(t, a.Config, vectorTime)
			continue
		case strings.HasPrefix(s.Op, "member (pubkey only)"):
			s.merge(t, m.Config, vectorTime)
			if got := m.Info().Name; got != s.Name {
				t.Errorf("name %q, want %q", got, s.Name)
			}
			continue
		case strings.HasPrefix(s.Op, "member merges a message with a broken"):
			// The byte that is broken lies in the compressed data, which does not
			// even unpack.
			r := s.merge(t, newInfo(t, member).Config, vectorTime)
			if len(r.Refused) != 1 || r.Refused[0].Err != ErrCompression {
				t.Errorf("%+v", r)
			}
			brokenSignature(t, a, member)
			continue
		case strings.HasPrefix(s.Op, "member without signing key"):
			reader := newInfo(t, member)
			s.merge(t, reader.Config, vectorTime)
			if err := reader.SetInfo(Info{Name: "mine"}); err != ErrReadOnly || reader.NeedsPush() {
				t.Errorf("a member edits: %v", err)
			}
			// One after the other, in both orders, has the same end.
			for _, order := range orders(2) {
				reader := newInfo(t, member)
				for _, i := range order {
					in := s.Result.Incoming[i]
					reader.Merge(vectorTime, []Message{{in.Hash, unhex(t, in.Message)}})
				}
				if text := string(unhex(t, s.Result.After.Plaintext)); reader.settled().text != text {
					t.Errorf("order %v: %q, want %q", order, reader.settled().text, text)
				}
			}
			// Admin x is the one who pushed the first of them.
			if err := x.SetInfo(Info{Name: "X"}); err != nil {
				t.Fatal(err)
			}
			p, err := x.Push(vectorTime)
			if err != nil || !x.ConfirmPushed(p.Seqno, []string{"hx"}) {
				t.Fatal(err)
			}
			continue
		case strings.HasPrefix(s.Op, "admin x merges"):
			s.merge(t, x.Config, vectorTime)
			continue
		case strings.HasPrefix(s.Op, "admin x pushes"):
			s.push(t, x.Config, vectorTime)
			continue
		default:
			t.Fatalf("unknown step %q", s.Op)
		}
		if err := a.SetInfo(info); err != nil {
			t.Fatal(err)
		}
		s.After.check(t, a.Config)
	}
	// What an admin has loaded from a dump is what it pushed.
	again, err := NewGroupInfo(admin, a.Dump())
	if err != nil || again.settled().text != a.settled().text || again.settled().hash != a.settled().hash {
		t.Errorf("from the dump: %v", err)
	}
	// A member stores an admin's message again byte by byte.
	again, err = NewGroupInfo(member, m.Dump())
	if err != nil {
		t.Fatal(err)
	}
	p1, err1 := m.Push(vectorTime)
	p2, err2 := again.Push(vectorTime)
	if err1 != nil || err2 != nil || string(p1.Payloads[0]) != string(p2.Payloads[0]) || m.State() != Clean {
		t.Errorf("pushed again: %v, %v", err1, err2)
	}
}

// brokenSignature gives a member messages that open and unpack, and are not what
// the group has signed.
func brokenSignature(t *testing.T, admin *GroupInfo, member Group) {
	t.Helper()
	text := admin.settled().text
	at := strings.LastIndex(text, "1:~64:") + len("1:~64:")
	for name, forged := range map[string]string{
		"other name":   strings.Replace(text, "GROUP Name", "GROUP name", 1),
		"other byte":   text[:at] + string(text[at]^1) + text[at+1:],
		"none":         text[:at-len("1:~64:")] + "e",
		"lax":          strings.Replace(text, "d1:#i", "d1:#i0", 1),
		"short":        text[:at-len("64:")] + "63:" + text[at:at+63] + "e",
		"bytes behind": text + "X",
	} {
		m := newInfo(t, member)
		body := padded([]byte(forged))
		r := m.Merge(vectorTime, []Message{{"forged", encrypt(body, &member.Keys[0], m.domain)}})
		if len(r.Refused) != 1 || m.Seqno() != 0 || len(m.ObsoleteHashes()) != 0 ||
			!errors.Is(r.Refused[0].Err, ErrSignature) && !errors.Is(r.Refused[0].Err, ErrFormat) {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func officialMembers(t *testing.T, admin Group, steps []step) {
	m, err := NewGroupMembers(admin, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		t.Run(s.Op, func(t *testing.T) {
			if s.Op == "push" {
				s.push(t, m.Config, vectorTime)
				return
			}
			if s.Op == "erase two removed members" {
				var gone []identity.ID
				for v := range m.All() {
					if v.Removal != NoRemoval {
						gone = append(gone, v.ID)
					}
				}
				for _, id := range gone {
					if found, err := m.Erase(id); !found || err != nil {
						t.Errorf("erased %v, %v", found, err)
					}
				}
				s.After.check(t, m.Config)
				return
			}
			v, _ := m.Get(sessionID(t, s.text("session_id")))
			v.ID = sessionID(t, s.text("session_id"))
			switch {
			case strings.HasPrefix(s.Op, "new member"):
				v.Name, v.Invite = "Zero", NotSent
			case strings.HasPrefix(s.Op, "invite sent"):
				v.Invite = Sent
			case strings.HasPrefix(s.Op, "invite failed"):
				v.Invite, v.WithHistory = Failed, true
			case strings.HasPrefix(s.Op, "invite accepted"):
				v.Invite = Accepted
			case strings.HasPrefix(s.Op, "admin with picture"):
				v.Name, v.Admin, v.Picture = "Admin", true, Picture{"http://example.com/a", testKey}
			case strings.HasPrefix(s.Op, "promotion sent"):
				v.Admin, v.Promotion = true, Sent
			case strings.HasPrefix(s.Op, "promotion accepted"):
				v.Promotion = Accepted
			case strings.HasPrefix(s.Op, "removed flag without"):
				v.Removal = RemoveMember
			case strings.HasPrefix(s.Op, "removed with messages"):
				v.Removal = RemoveWithMessages
			default:
				t.Fatal("unknown step")
			}
			if err := m.Set(v); err != nil {
				t.Fatal(err)
			}
			s.After.check(t, m.Config)
			if got, ok := m.Get(v.ID); !ok || got.Name != v.Name || got.Invite != v.Invite || got.Promotion != v.Promotion ||
				got.Admin != v.Admin || got.Removal != v.Removal || !got.Picture.equal(v.Picture) {
				t.Errorf("reads %+v, want %+v", got, v)
			}
		})
	}
}
