package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"sotto/engine/model"
)

// cheapKDF keeps tests fast; the parameters of the program are DefaultKDF.
var cheapKDF = KDF{Time: 1, Memory: 64, Threads: 1}

func newStore(t testing.TB) *Store {
	t.Helper()
	s, err := Create(filepath.Join(t.TempDir(), "profile"), "testnet", Protection{None: true}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func update(t testing.TB, s *Store, fn func(*Tx)) {
	t.Helper()
	if err := s.Update(func(tx *Tx) error { fn(tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

func view(t testing.TB, s *Store, fn func(*Tx)) {
	t.Helper()
	if err := s.View(func(tx *Tx) error { fn(tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

// person makes an account id from a name.
func person(name string) model.ID {
	var id model.ID
	id[0] = 0x05
	copy(id[1:], bytes.Repeat([]byte(name), 32))
	return id
}

func conversationWith(name string) model.ConversationID {
	return model.ConversationID(person(name).String())
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// say adds an unread message from somebody in their conversation.
func say(t testing.TB, tx *Tx, from string, at model.Millis, text string) model.MessageID {
	t.Helper()
	m := model.Message{
		Conversation: conversationWith(from), Sender: person(from), Timestamp: at, Text: text, Unread: true,
	}
	added, err := tx.AddMessage(&m)
	must(t, err)
	if !added {
		t.Fatalf("message %q at %d was not added", text, at)
	}
	return m.ID
}

func meet(t testing.TB, s *Store, names ...string) {
	t.Helper()
	update(t, s, func(tx *Tx) {
		for _, n := range names {
			must(t, tx.PutConversation(model.Conversation{ID: conversationWith(n), Name: n, Approved: true, ApprovedMe: true}))
		}
	})
}

func reopen(t testing.TB, s *Store) *Store {
	t.Helper()
	must(t, s.Close())
	n, err := Open(s.Dir(), Unlock{}, Options{})
	must(t, err)
	t.Cleanup(func() { n.Close() })
	return n
}

func TestCreateOpenClose(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "profile")
	if i, err := Inspect(dir); err != nil || i.Exists {
		t.Fatalf("Inspect of nothing: %+v, %v", i, err)
	}
	if _, err := Open(dir, Unlock{}, Options{}); !errors.Is(err, ErrNoProfile) {
		t.Fatalf("Open of nothing: %v", err)
	}
	s, err := Create(dir, "local", Protection{None: true}, Options{})
	must(t, err)
	if _, err := Create(dir, "local", Protection{None: true}, Options{}); !errors.Is(err, ErrLocked) {
		t.Fatalf("Create of an open profile: %v", err)
	}
	if _, err := Open(dir, Unlock{}, Options{}); !errors.Is(err, ErrLocked) {
		t.Fatalf("second Open: %v", err)
	}
	i, err := Inspect(dir)
	must(t, err)
	if !i.Exists || !i.InUse || i.Network != "local" || len(i.Slots) != 1 || i.Slots[0] != SlotNone || i.Version != 1 {
		t.Fatalf("Inspect: %+v", i)
	}
	if st, err := os.Stat(s.AttachmentsDir()); err != nil || !st.IsDir() {
		t.Fatalf("attachments folder: %v", err)
	}
	must(t, s.Close())
	must(t, s.Close())
	if err := s.View(func(*Tx) error { return nil }); !errors.Is(err, ErrClosed) {
		t.Fatalf("View after Close: %v", err)
	}
	if _, err := Create(dir, "local", Protection{None: true}, Options{}); !errors.Is(err, ErrExists) {
		t.Fatalf("Create over a profile: %v", err)
	}
	s, err = Open(dir, Unlock{}, Options{})
	must(t, err)
	if s.Network() != "local" {
		t.Fatalf("network %q", s.Network())
	}
	must(t, s.Close())
	if i, err := Inspect(dir); err != nil || i.InUse {
		t.Fatalf("Inspect after Close: %+v, %v", i, err)
	}
}

func TestSmallState(t *testing.T) {
	s := newStore(t)
	account := AccountRecord{Seed: []byte("sixteen bytes!!!"), Name: "Alice", ProfileUpdated: 5, Created: 6, LastTimestamp: 7}
	settings := model.Settings{ReadReceipts: true, LockAfter: 5, Appearance: model.Appearance{Theme: "dark", Zoom: 120}}
	row := OutboxRow{
		Kind: 1, State: 2, Message: 3, Conversation: conversationWith("b"), Recipient: person("b"), Namespace: -10,
		Data: []byte("sealed"), Timestamp: 1700000000123, TTL: 14 * 86400000, Attempts: 4, NextTry: 1700000000999,
	}
	update(t, s, func(tx *Tx) {
		if _, ok := tx.Account(); ok {
			t.Error("account before it was put")
		}
		if tx.Settings() != (model.Settings{}) || tx.Blob("nodes") != nil {
			t.Error("settings or blob before they were put")
		}
		must(t, tx.PutAccount(account))
		must(t, tx.PutSettings(settings))
		must(t, tx.PutBlob("nodes", []byte("pool")))
		must(t, tx.PutBlob("gone", []byte("x")))
		must(t, tx.PutBlob("gone", nil))
		must(t, tx.AddOutbox(&row))
		second := row
		second.Recipient, second.Message = person("c"), 9
		must(t, tx.AddOutbox(&second))
		if row.Seq == 0 || second.Seq <= row.Seq {
			t.Errorf("Seq %d then %d", row.Seq, second.Seq)
		}
		must(t, tx.MarkSeen(person("a"), 0, "hash", SeenRecord{Expiry: 100, Reason: 3}))
		must(t, tx.MarkSeen(person("a"), 0, "later", SeenRecord{Expiry: 200}))
		must(t, tx.PutLastHash([32]byte{1}, person("a"), 0, "last"))
	})
	s = reopen(t, s)
	view(t, s, func(tx *Tx) {
		if a, ok := tx.Account(); !ok || !bytes.Equal(a.Seed, account.Seed) || a.Name != "Alice" || a.LastTimestamp != 7 {
			t.Errorf("account %+v", a)
		}
		if tx.Settings() != settings {
			t.Errorf("settings %+v", tx.Settings())
		}
		if string(tx.Blob("nodes")) != "pool" || tx.Blob("gone") != nil {
			t.Error("blobs")
		}
		rows := tx.Outbox()
		if len(rows) != 2 || rows[0].Message != 3 || string(rows[0].Data) != "sealed" || rows[0].Namespace != -10 || rows[0].Recipient != person("b") {
			t.Errorf("outbox %+v", rows)
		}
		if r := tx.OutboxFor(person("c")); len(r) != 1 || r[0].Message != 9 {
			t.Errorf("outbox for c: %+v", r)
		}
		if r := tx.OutboxOf(3); len(r) != 1 || r[0].Seq != row.Seq {
			t.Errorf("outbox of 3: %+v", r)
		}
		if r, ok := tx.Seen(person("a"), 0, "hash"); !ok || r.Reason != 3 {
			t.Error("hash not seen")
		}
		if _, ok := tx.Seen(person("a"), 1, "hash"); ok {
			t.Error("hash seen in another namespace")
		}
		if tx.LastHash([32]byte{1}, person("a"), 0) != "last" || tx.LastHash([32]byte{2}, person("a"), 0) != "" {
			t.Error("last hash")
		}
		if err := tx.PutBlob("x", nil); !errors.Is(err, ErrReadOnly) {
			t.Errorf("write in View: %v", err)
		}
	})
	update(t, s, func(tx *Tx) {
		if n, err := tx.SweepSeen(150); n != 1 || err != nil {
			t.Errorf("swept %d, %v", n, err)
		}
		if _, ok := tx.Seen(person("a"), 0, "later"); !ok {
			t.Error("swept too much")
		}
		must(t, tx.PutLastHash([32]byte{1}, person("a"), 0, ""))
		if tx.LastHash([32]byte{1}, person("a"), 0) != "" {
			t.Error("last hash not forgotten")
		}
		row.Attempts = 5
		must(t, tx.PutOutbox(row))
		if r, ok := tx.OutboxRow(row.Seq); !ok || r.Attempts != 5 {
			t.Errorf("row %+v", r)
		}
		must(t, tx.DeleteOutbox(row.Seq))
		if err := tx.PutOutbox(row); !errors.Is(err, ErrNoRow) {
			t.Errorf("PutOutbox of a deleted row: %v", err)
		}
		if tx.CountOutbox() != 1 {
			t.Errorf("%d rows", tx.CountOutbox())
		}
	})
}

func TestDeferred(t *testing.T) {
	s := newStore(t)
	key := model.MessageKey{Sender: person("a"), Timestamp: 5}
	other := model.MessageKey{Sender: person("a"), Timestamp: 6}
	update(t, s, func(tx *Tx) {
		for i := range 70 {
			kept, err := tx.PutDeferred(key, Deferred{Kind: uint8(i), Payload: []byte{byte(i)}, Until: 100})
			must(t, err)
			if kept != (i < maxDeferredPerMessage) {
				t.Fatalf("row %d kept: %v", i, kept)
			}
		}
		kept, err := tx.PutDeferred(other, Deferred{Kind: 1, Until: 50})
		if !kept || err != nil {
			t.Fatal(kept, err)
		}
	})
	update(t, s, func(tx *Tx) {
		if n, err := tx.SweepDeferred(50); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		d, err := tx.TakeDeferred(key)
		must(t, err)
		if len(d) != maxDeferredPerMessage {
			t.Fatalf("%d rows", len(d))
		}
		for i := range d {
			if d[i].Kind != uint8(i) || d[i].Payload[0] != byte(i) {
				t.Fatalf("row %d is %+v", i, d[i])
			}
		}
		if d, err := tx.TakeDeferred(key); len(d) != 0 || err != nil {
			t.Fatal("taken twice")
		}
	})
}

func TestUpdateRollsBack(t *testing.T) {
	s := newStore(t)
	meet(t, s, "a")
	boom := errors.New("boom")
	if err := s.Update(func(tx *Tx) error {
		say(t, tx, "a", 1, "one")
		return boom
	}); err != boom {
		t.Fatal(err)
	}
	func() {
		defer func() {
			if recover() != "mine" {
				t.Error("the caller's panic was swallowed")
			}
		}()
		_ = s.Update(func(tx *Tx) error {
			say(t, tx, "a", 2, "two")
			panic("mine")
		})
	}()
	view(t, s, func(tx *Tx) {
		if n := tx.CountMessages(conversationWith("a")); n != 0 {
			t.Errorf("%d messages", n)
		}
	})
}
