package store

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"sotto/engine/model"
)

// fixture is the database of a schema as a release wrote it. It is made once,
// with SOTTO_WRITE_FIXTURE set, and never again: later versions must read it.
func TestFixtureOfVersion1(t *testing.T) {
	stored := filepath.Join("testdata", "v1")
	if os.Getenv("SOTTO_WRITE_FIXTURE") != "" {
		writeFixture(t, stored)
	}
	dir := filepath.Join(t.TempDir(), "p")
	copyProfile(t, stored, dir)
	s, err := Open(dir, Unlock{Passphrase: []byte("fixture")}, Options{})
	must(t, err)
	t.Cleanup(func() { s.Close() })
	view(t, s, func(tx *Tx) {
		version, err := tx.schema()
		must(t, err)
		if version != schemaVersion {
			t.Errorf("schema %d after opening", version)
		}
		if a, ok := tx.Account(); !ok || string(a.Seed) != "0123456789abcdef" || a.Name != "Fixture" {
			t.Errorf("account %+v", a)
		}
		if !tx.Settings().ReadReceipts || string(tx.Blob("nodes")) != "pool" {
			t.Error("settings or blob")
		}
		if _, ok := tx.Picture(model.Picture{URL: "none"}); ok {
			t.Error("a picture in a profile of old")
		}
		c, ok := tx.Conversation(conversationWith("a"))
		if !ok || c.Nickname != "Ally" || c.Unread != 13 || c.Draft.Text != "draft" || c.Last.Text != "message 39" {
			t.Errorf("conversation %+v", c)
		}
		p := tx.Page(c.ID, model.Anchor{Unread: true}, 5, 5)
		if len(p.Messages) != 6 || p.Messages[0].Text != "message 0" || len(p.Messages[0].Attachments) != 1 {
			t.Errorf("page %+v", p)
		}
		if h, err := tx.Search(model.Query{Text: `"message 3`}); err != nil || len(h) != 11 {
			t.Errorf("%d hits, %v", len(h), err)
		}
		if rows := tx.Outbox(); len(rows) != 1 || string(rows[0].Data) != "sealed" {
			t.Errorf("outbox %+v", rows)
		}
		if r, ok := tx.Seen(person("a"), 0, "hash"); !ok || r.Reason != 2 {
			t.Error("seen")
		}
		if tx.LastHash([32]byte{7}, person("a"), 0) != "last" {
			t.Error("last hash")
		}
		if due := tx.Expiring(9); len(due) != 1 || due[0].At != 5000 {
			t.Errorf("expiring %+v", due)
		}
	})
	update(t, s, func(tx *Tx) {
		d, err := tx.TakeDeferred(model.MessageKey{Sender: person("a"), Timestamp: 77})
		if err != nil || len(d) != 1 || string(d[0].Payload) != "later" {
			t.Errorf("deferred %+v, %v", d, err)
		}
		say(t, tx, "a", 9999, "and on it goes")
	})
}

func writeFixture(t *testing.T, dir string) {
	must(t, os.RemoveAll(dir))
	s, err := Create(dir, "local", Protection{Passphrase: []byte("fixture")}, Options{KDF: cheapKDF})
	must(t, err)
	update(t, s, func(tx *Tx) {
		must(t, tx.PutAccount(AccountRecord{Seed: []byte("0123456789abcdef"), Name: "Fixture"}))
		must(t, tx.PutSettings(model.Settings{ReadReceipts: true}))
		must(t, tx.PutBlob("nodes", []byte("pool")))
		must(t, tx.PutConversation(model.Conversation{ID: conversationWith("a"), Nickname: "Ally", Draft: model.Draft{Text: "draft"}}))
		for i := range 40 {
			m := model.Message{
				Conversation: conversationWith("a"), Sender: person("a"), Timestamp: model.Millis(1000 + i),
				Text: "message " + string(rune('0'+i/10)) + string(rune('0'+i%10)), Unread: i%3 == 0 && i < 39,
			}
			if i < 10 {
				m.Text = "message " + string(rune('0'+i))
			}
			if i == 0 {
				m.Attachments = []model.Attachment{{Name: "a.png"}}
			}
			if i == 1 {
				m.Expires = 5000
			}
			_, err := tx.AddMessage(&m)
			must(t, err)
		}
		must(t, tx.AddOutbox(&OutboxRow{Data: []byte("sealed")}))
		must(t, tx.MarkSeen(person("a"), 0, "hash", SeenRecord{Expiry: 1 << 50, Reason: 2}))
		must(t, tx.PutLastHash([32]byte{7}, person("a"), 0, "last"))
		_, err := tx.PutDeferred(model.MessageKey{Sender: person("a"), Timestamp: 77}, Deferred{Payload: []byte("later"), Until: 1 << 50})
		must(t, err)
		must(t, tx.indexTail()) // a segment, small as it is
	})
	var used int64
	must(t, s.db.View(func(b *bbolt.Tx) error { used = b.Size(); return nil }))
	must(t, s.Close())
	must(t, os.Truncate(filepath.Join(dir, databaseName), used))
	must(t, os.Remove(filepath.Join(dir, lockName)))
	must(t, os.Remove(filepath.Join(dir, attachmentsName)))
}

// Steps run in order, once, in one transaction with the new version; a failing
// step changes nothing.
func TestMigrations(t *testing.T) {
	s := newStore(t)
	boom := errors.New("boom")
	mark := func(name string) func(*Tx) error {
		return func(tx *Tx) error { return tx.PutBlob("trace", append(tx.Blob("trace"), name...)) }
	}
	// Steps that led to the schema of today, and are not run again.
	old := make([]func(*Tx) error, schemaVersion-1)
	steps := func(more ...func(*Tx) error) []func(*Tx) error { return append(old[:len(old):len(old)], more...) }
	err := s.migrateTo(schemaVersion+2, steps(mark("a"), func(*Tx) error { return boom }))
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	check := func(version int, trace string) {
		t.Helper()
		view(t, s, func(tx *Tx) {
			v, err := tx.schema()
			must(t, err)
			if v != version || string(tx.Blob("trace")) != trace {
				t.Errorf("schema %d, trace %q; want %d, %q", v, tx.Blob("trace"), version, trace)
			}
		})
	}
	check(schemaVersion, "")
	must(t, s.migrateTo(schemaVersion+2, steps(mark("a"), mark("b"))))
	check(schemaVersion+2, "ab")
	must(t, s.migrateTo(schemaVersion+2, steps(mark("a"), mark("b"))))
	check(schemaVersion+2, "ab")
	must(t, s.migrateTo(schemaVersion+3, steps(mark("a"), mark("b"), mark("c"))))
	check(schemaVersion+3, "abc")
	// This program is older than the profile now.
	must(t, s.Close())
	if _, err := Open(s.Dir(), Unlock{}, Options{}); !errors.Is(err, ErrVersion) {
		t.Errorf("newer schema: %v", err)
	}
	if _, err := Salvage(s.Dir(), Unlock{}, filepath.Join(t.TempDir(), "saved"), Options{}); !errors.Is(err, ErrVersion) {
		t.Errorf("Salvage of a newer schema: %v", err)
	}
}
