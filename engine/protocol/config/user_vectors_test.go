package config

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/blake2b"

	"sotto/engine/protocol/identity"
)

type stepFile struct {
	Steps []step
}

func loadSteps(t *testing.T, name string, n int) []step {
	t.Helper()
	var f stepFile
	load(t, name, &f)
	if len(f.Steps) != n {
		t.Fatalf("%s has %d steps, want %d", name, len(f.Steps), n)
	}
	return f.Steps
}

var testKey = bytes.Repeat([]byte{0xab, 0xcd}, 16)

// edits are the edits of a vector file by the beginning of their names. Those of
// newer clients write keys as the generic layer has them.
type edits map[string]func(s *step) error

func (e edits) run(t *testing.T, s *step) bool {
	t.Helper()
	for name, edit := range e {
		if strings.HasPrefix(s.Op, name) {
			if err := edit(s); err != nil {
				t.Fatal(err)
			}
			return true
		}
	}
	return false
}

func TestOfficialUserProfile(t *testing.T) {
	account := vectorAccount(t)
	open := func(dump []byte) *UserProfile {
		p, err := NewUserProfile(account, dump)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p, b := open(nil), open(nil)
	var never time.Time // the core of the vectors stamps nothing
	do := edits{
		"fresh":    func(*step) error { return nil },
		"set_name": func(s *step) error { return p.SetName(s.Name, never) },
		"set_profile_pic": func(s *step) error {
			return p.SetPicture(Picture{s.text("url"), unhex(t, s.text("key"))}, never)
		},
		"set_nts_priority": func(*step) error { return p.SetNoteToSelfPriority(9) },
		"set name=Nibbler": func(*step) error {
			return firstError(p.SetName("Nibbler", never), p.SetNoteToSelfExpiry(86400),
				p.SetCommunityRequests(false, never), p.SetNoteToSelfPriority(-1))
		},
		"clear profile pic": func(*step) error {
			return firstError(p.SetPicture(Picture{}, never), p.ForgetCommunityRequests(never), p.SetNoteToSelfPriority(0))
		},
		"raw keys": func(*step) error {
			r := p.record()
			r.number("t", 1767225600)
			r.text("P", "http://example.org/re-upload")
			r.text("Q", string(testKey))
			r.number("T", 1767225500)
			return firstError(r.err, p.SetPro(Pro{Features: 3, Expiry: 1798761600}))
		},
		"long repetitive": func(s *step) error {
			// What was set is read off the result.
			want, err := NewUserProfile(account, unhex(t, s.After.Dump))
			if err != nil {
				return err
			}
			return firstError(p.SetName(want.Name(), never), p.SetPicture(want.root().picture("p", "q"), never))
		},
	}
	for _, s := range loadSteps(t, "config-user-profile.json", 22) {
		t.Run(s.Op, func(t *testing.T) {
			switch {
			case s.Op == "push_fresh_unmodified", s.Op == "push_and_confirm":
				s.push(t, p.Config, vectorTime)
			case strings.HasPrefix(s.Op, "device B pushes"):
				s.push(t, b.Config, vectorTime)
			case strings.HasPrefix(s.Op, "device B"):
				s.merge(t, b.Config, vectorTime)
				if s.Name != "" && b.Name() != s.Name {
					t.Errorf("name %q, want %q", b.Name(), s.Name)
				}
			case strings.HasPrefix(s.Op, "reload_from_dump"):
				p = open(unhex(t, s.Dump))
				s.After.check(t, p.Config)
			case strings.HasPrefix(s.Op, "dump of a dirty"):
				d := open(nil)
				if err := d.SetName("dirty", never); err != nil {
					t.Fatal(err)
				}
				checkDump(t, d.Dump(), unhex(t, s.Dump))
				s.AfterReload.check(t, open(unhex(t, s.Dump)).Config)
			case strings.HasPrefix(s.Op, "dump of a waiting"):
				d := open(nil)
				if err := d.SetName("wait", never); err != nil {
					t.Fatal(err)
				}
				push, err := d.Push(vectorTime)
				if err != nil {
					t.Fatal(err)
				}
				checkPush(t, d.Config, push, s.Push.Messages, 1, nil)
				s.Push.After.check(t, d.Config)
				checkDump(t, d.Dump(), unhex(t, s.Dump))
				s.AfterReload.check(t, open(unhex(t, s.Dump)).Config)
			case do.run(t, &s):
				s.After.check(t, p.Config)
			default:
				t.Fatal("unknown step")
			}
		})
	}
	if got := b.Picture(); got.URL != "" || b.root().picture("P", "Q").URL != "http://example.org/re-upload" {
		t.Errorf("picture %+v: the upload again is older than the change and does not count", got)
	}
	if pro := b.Pro(); pro.Features != 3 || pro.Expiry != 1798761600 {
		t.Errorf("pro %+v", pro)
	}
	if b.Updated() != 1767225600 {
		t.Errorf("updated %d", b.Updated())
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// numbered is the id of the numbered contacts of the vectors.
func numbered(i int) identity.ID {
	return identity.NewID(identity.Session, blake2b.Sum256([]byte(fmt.Sprintf("contact%d", i))))
}

func TestOfficialContacts(t *testing.T) {
	account := vectorAccount(t)
	open := func() *Contacts {
		c, err := NewContacts(account, nil)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c, b := open(), open()
	joe := Contact{
		ID:   sessionID(t, "05c5ba413c336f2fe1fb9a2c525f8a86a412a1db128a7841b4e0e217fa9eb7fd5e"),
		Name: "Joe", Nickname: "Joey", Approved: true, ApprovedMe: true, Created: 1710000000,
		Notify: NotifyAll, MutedUntil: 1800000000,
	}
	blocked := Contact{
		ID:      sessionID(t, "0563f6cdfc05ee4511152f945590c4d190dd5d17c85d4719804467e0cdd467d973"),
		Blocked: true, Priority: Hidden, Picture: Picture{"http://example.com/pic", testKey},
		Expiry: ExpiryAfterRead, ExpirySeconds: 3600,
	}
	contacts := []Contact{joe, blocked}
	var blind BlindedContact
	do := edits{
		"set contact": func(*step) error {
			next := contacts[0]
			contacts = contacts[1:]
			return c.Set(next)
		},
		"erase": func(s *step) error {
			found, err := c.Erase(sessionID(t, s.text("session_id")))
			if !found {
				t.Error("not there")
			}
			return err
		},
		"add 20 contacts": func(*step) error {
			for i := range 20 {
				err := c.Set(Contact{
					ID: numbered(i), Name: fmt.Sprintf("Friend %d", i), Approved: true, ApprovedMe: true, Created: 1700000000 + int64(i),
				})
				if err != nil {
					return err
				}
			}
			return nil
		},
		"raw keys": func(s *step) error {
			want := freshFrom(t, account, s.After.Dump)
			for contact := range want.All() {
				if err := c.Set(contact); err != nil {
					return err
				}
			}
			for v := range want.Blinded() {
				blind = v
				if err := c.SetBlinded(v); err != nil {
					return err
				}
			}
			return nil
		},
	}
	for _, s := range loadSteps(t, "config-contacts.json", 11) {
		t.Run(s.Op, func(t *testing.T) {
			switch {
			case s.Op == "push_and_confirm":
				s.push(t, c.Config, vectorTime)
			case strings.HasPrefix(s.Op, "device B"):
				s.merge(t, b.Config, vectorTime)
			case do.run(t, &s):
				s.After.check(t, c.Config)
			default:
				t.Fatal("unknown step")
			}
		})
	}
	if got, ok := b.Get(blocked.ID); !ok || !sameContact(got, blocked) || b.Len() != 1 {
		t.Errorf("%+v, %v, of %d; want %+v", got, ok, b.Len(), blocked)
	}
	if c.Len() != 21 {
		t.Errorf("%d contacts", c.Len())
	}
	want := BlindedContact{Name: "Blinded Bob", Priority: 2, Created: 1767225600, Updated: 1767225601}
	want.Server.URL = "https://chat.example.org"
	copy(want.Server.Key[:], bytes.Repeat([]byte{0x12, '4'}, 16))
	blindID, _ := hex.DecodeString("42ce2ac4b09a1e826e6935754db4c0153d797043378487cdc15d0c9445c4d6f9")
	want.ID = identity.NewID(identity.Blinded15, [32]byte(blindID))
	if blind.ID != want.ID || blind.Name != want.Name || blind.Priority != 2 || blind.Created != want.Created ||
		blind.Updated != want.Updated || blind.Server.URL != want.Server.URL {
		t.Errorf("%+v, want %+v", blind, want)
	}
	if found, err := c.EraseBlinded(blind.Server, blind.ID); !found || err != nil || c.msg.data.get("b") != nil {
		t.Errorf("erased %v, %v", found, err)
	}
}

func sameContact(a, b Contact) bool {
	pa, pb := a.Picture, b.Picture
	a.Picture, b.Picture = Picture{}, Picture{}
	return pa.equal(pb) && fmt.Sprint(a) == fmt.Sprint(b)
}

func freshFrom(t *testing.T, account *identity.Account, dump string) *Contacts {
	t.Helper()
	c, err := NewContacts(account, unhex(t, dump))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOfficialConvoInfoVolatile(t *testing.T) {
	c, err := NewConvoInfoVolatile(vectorAccount(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	joe := sessionID(t, "05c5ba413c336f2fe1fb9a2c525f8a86a412a1db128a7841b4e0e217fa9eb7fd5e")
	other := sessionID(t, "0563f6cdfc05ee4511152f945590c4d190dd5d17c85d4719804467e0cdd467d973")
	now := vectorTime
	number := func(s *step, key string) int64 {
		var v int64
		fmt.Sscan(string(s.raw[key]), &v)
		return v
	}
	var room Room
	do := edits{
		"set 1to1 with last_read 31 days": func(*step) error {
			return c.SetOneToOne(other, ReadState{LastRead: now.Add(-31 * 24 * time.Hour).UnixMilli(), Unread: true}, now)
		},
		"clock advanced": func(s *step) error {
			now = time.UnixMilli(s.Clock)
			return c.SetOneToOne(joe, ReadState{LastRead: number(s, "last_read")}, now)
		},
		"set community": func(s *step) error {
			room = Room{Server{s.text("base_url_given"), [32]byte(unhex(t, s.text("pubkey")))}, s.text("room_given")}
			return c.SetCommunity(room, ReadState{LastRead: number(s, "last_read"), Unread: true}, now)
		},
		"set group": func(s *step) error {
			return c.SetGroup(sessionID(t, s.text("id")), ReadState{LastRead: number(s, "last_read")}, now)
		},
		"set legacy group": func(s *step) error {
			return c.SetLegacyGroup(sessionID(t, s.text("id")), ReadState{LastRead: number(s, "last_read")}, now)
		},
		"raw keys": func(*step) error {
			now = vectorTime // the clock of the vectors is back
			r := c.record("1", string(joe[:]))
			r.number("r", 1767139200000)
			r.number("e", 1798761600000)
			r.text("g", string(testKey))
			b := c.record("b", "42ce2ac4b09a1e826e6935754db4c0153d797043378487cdc15d0c9445c4d6f9")
			b.number("r", 1767139200000)
			b.number("y", 1)
			return firstError(r.err, b.err)
		},
	}
	for _, s := range loadSteps(t, "config-convo-info-volatile.json", 11) {
		t.Run(s.Op, func(t *testing.T) {
			switch {
			case strings.HasPrefix(s.Op, "push"):
				s.push(t, c.Config, now)
			case s.Op == "set 1to1":
				if err := c.SetOneToOne(joe, ReadState{LastRead: number(&s, "last_read")}, now); err != nil {
					t.Fatal(err)
				}
				s.After.check(t, c.Config)
			case do.run(t, &s):
				s.After.check(t, c.Config)
			default:
				t.Fatal("unknown step")
			}
		})
	}
	if s, ok := c.OneToOne(joe); !ok || s.LastRead != 1767139200000 || s.ProExpiry != 1798761600000 || !bytes.Equal(s.ProTag, testKey) {
		t.Errorf("%+v, %v", s, ok)
	}
	if s, ok := c.OneToOne(other); !ok || !s.Unread || s.LastRead != 0 {
		t.Errorf("%+v, %v", s, ok)
	}
	if s, ok := c.Community(room); !ok || !s.Unread || s.LastRead != 1767139200005 {
		t.Errorf("%+v, %v", s, ok)
	}
	n := 0
	for got, s := range c.Communities() {
		n++
		if got.Name != "sudokuroom" || got.Server.URL != "http://example.org:5678" || got.Server.Key != room.Server.Key || !s.Unread {
			t.Errorf("%+v, %+v", got, s)
		}
	}
	for range c.Groups() {
		n++
	}
	for range c.LegacyGroups() {
		t.Error("the legacy group is still there")
	}
	if n != 2 {
		t.Errorf("%d communities and groups", n)
	}
}

func TestOfficialUserGroups(t *testing.T) {
	account := vectorAccount(t)
	open := func() *UserGroups {
		g, err := NewUserGroups(account, nil)
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	g, b := open(), open()
	admin := UserGroup{
		ID:         sessionID(t, "03c50cb3ae956947a8de19135b5be2685ff348afc63fc34a837aca12bc5c1f5625"),
		Seed:       unhex(t, "0123456789abcdeffedcba98765432100123456789abcdeffedcba9876543210"),
		Membership: Membership{Priority: 1},
	}
	member := UserGroup{ID: sessionID(t, "035699a9cef870e2ff0c022b67689cc76fe05e90915c5f0143f9356ca72f4aff99")}
	var room Room
	do := edits{
		"set community": func(s *step) error {
			room = Room{Server{s.text("base_url_given"), [32]byte(unhex(t, s.text("pubkey")))}, s.text("room_given")}
			return g.SetCommunity(UserCommunity{room, Membership{Priority: 14, Joined: 1710000000}})
		},
		"set legacy group": func(s *step) error {
			return g.SetLegacyGroup(LegacyGroup{
				ID: sessionID(t, s.text("id")), Name: "Englishmen", Expiry: 3600,
				PublicKey: unhex(t, s.text("enc_pubkey")), SecretKey: unhex(t, s.text("enc_seckey")),
				Members:    []identity.ID{sessionID(t, "05c5ba413c336f2fe1fb9a2c525f8a86a412a1db128a7841b4e0e217fa9eb7fd5e")},
				Admins:     []identity.ID{sessionID(t, "0563f6cdfc05ee4511152f945590c4d190dd5d17c85d4719804467e0cdd467d973")},
				Membership: Membership{Joined: 1710000001, Notify: NotifyMentions, MutedUntil: 1800000000},
			})
		},
		"set group as admin": func(s *step) error {
			want, err := NewUserGroups(account, unhex(t, s.After.Dump))
			if err != nil {
				return err
			}
			var ok bool
			read := admin
			if read, ok = want.Group(admin.ID); !ok || !bytes.Equal(read.Seed, admin.Seed) || read.Priority != 1 {
				t.Errorf("the official entry reads %v, %v", ok, read.Membership)
			}
			admin = read
			return g.SetGroup(admin)
		},
		"set group as invited": func(s *step) error {
			want, err := NewUserGroups(account, unhex(t, s.After.Dump))
			if err != nil {
				return err
			}
			read, ok := want.Group(member.ID)
			if !ok || hex.EncodeToString(read.AuthData) != s.text("auth_data") || !read.Invited || read.Seed != nil {
				t.Errorf("the official entry reads %+v, %v", read, ok)
			}
			member = read
			return g.SetGroup(member)
		},
		"mark_kicked": func(*step) error {
			member.Removed = Kicked
			return g.SetGroup(member)
		},
		"mark_destroyed": func(*step) error {
			admin.Removed = Destroyed
			return g.SetGroup(admin)
		},
		"erase community": func(*step) error {
			found, err := g.EraseCommunity(room)
			if !found {
				t.Error("not there")
			}
			return err
		},
	}
	for _, s := range loadSteps(t, "config-user-groups.json", 10) {
		t.Run(s.Op, func(t *testing.T) {
			switch {
			case s.Op == "push_and_confirm":
				s.push(t, g.Config, vectorTime)
			case strings.HasPrefix(s.Op, "device B"):
				s.merge(t, b.Config, vectorTime)
			case do.run(t, &s):
				s.After.check(t, g.Config)
			default:
				t.Fatal("unknown step")
			}
		})
	}
	if got, ok := b.Group(member.ID); !ok || got.Removed != Kicked || got.AuthData != nil {
		t.Errorf("%+v, %v", got, ok)
	}
	for legacy := range b.LegacyGroups() {
		if legacy.Name != "Englishmen" || len(legacy.Members) != 1 || len(legacy.Admins) != 1 || legacy.Notify != NotifyMentions {
			t.Errorf("%+v", legacy)
		}
	}
}
