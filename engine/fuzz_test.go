package engine

import (
	"crypto/rand"
	"path/filepath"
	"strings"
	"testing"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/seal"
	"sotto/engine/protocol/wire"
	"sotto/internal/clock"
	"sotto/store"
)

func FuzzParseRecipient(f *testing.F) {
	for _, s := range []string{
		"", "bob", "05" + strings.Repeat("ab", 32), "03" + strings.Repeat("ab", 32),
		"https://example.org/room?public_key=" + strings.Repeat("ab", 32), "http://[", "not a name",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRecipient(s)
		set := 0
		for _, has := range []bool{!r.ID.IsZero(), r.ONSName != "", r.CommunityURL != ""} {
			if has {
				set++
			}
		}
		if err == nil && set != 1 || err != nil && set != 0 {
			t.Fatalf("%q: %+v, %v", s, r, err)
		}
	})
}

func FuzzDecodeHashes(f *testing.F) {
	f.Add(encodeHashes(17, []string{strings.Repeat("a", 43), strings.Repeat("b", 43)}))
	f.Fuzz(func(t *testing.T, b []byte) {
		hashes, until, err := decodeHashes(b)
		if err == nil && string(encodeHashes(until, hashes)) != string(b) {
			t.Fatal("does not come back as it was")
		}
	})
}

// FuzzContent lets a contact send any content at all: nothing it says may panic
// or break the transaction.
func FuzzContent(f *testing.F) {
	st, err := store.Create(filepath.Join(f.TempDir(), "p"), "memory", store.Protection{None: true}, store.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = st.Close() })
	me, err := identity.New(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	contact, err := identity.New(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	o := Options{}
	o.defaults()
	e, err := newEngine(o, st, me)
	if err != nil {
		f.Fatal(err)
	}
	e.core.net = &link{world: newWorld(clock.System), changed: func() {}}
	for _, c := range []*wire.Content{
		wire.NewText("hello"), wire.NewReaction(contact.ID().String(), 5, "👍", wire.React),
		wire.NewUnsend(contact.ID().String(), 5), wire.NewApproval(nil, nil), wire.NewTimerUpdate(wire.DeleteAfterSend, 5),
		wire.NewTyping(wire.TypingStarted, 5), wire.NewReadReceipt([]uint64{1, 2}), wire.NewMediaSaved(5),
	} {
		b, err := c.Stamp(5).Marshal()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, uint64(5), int64(0), false)
	}
	f.Fuzz(func(t *testing.T, content []byte, sent uint64, expiration int64, own bool) {
		from := contact
		if own {
			from = me
		}
		data, err := seal.Close(from, me.ID(), content, sent, seal.Options{Rand: rand.Reader})
		if err != nil {
			return
		}
		in := incoming{hash: strings.Repeat("h", 43), expiration: credible(expiration, e.core.now())}
		e.core.openOne(&in, data)
		if _, err := e.core.apply([32]byte{1}, []incoming{in}, in.hash); err != nil {
			t.Fatal(err)
		}
		for _, c := range e.Conversations(Filter{Hidden: true}) {
			e.Page(c.ID, model.Anchor{End: true}, 3, 0)
		}
	})
}
