package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"sotto/engine/model"
)

// smallProfile makes a profile with something in every bucket and returns its
// folder.
func smallProfile(t testing.TB, dir string, messages int) {
	t.Helper()
	s, err := Create(dir, "local", Protection{None: true}, Options{})
	must(t, err)
	meet(t, s, "a", "b", "c")
	words := vocabulary(300)
	rnd := rand.New(rand.NewPCG(1, 9))
	update(t, s, func(tx *Tx) {
		must(t, tx.PutAccount(AccountRecord{Seed: []byte("sixteen bytes!!!"), Name: "Me"}))
		must(t, tx.PutSettings(model.Settings{LockAfter: 3}))
		must(t, tx.PutBlob("nodes", make([]byte, 9000)))
		for i := range 20 {
			must(t, tx.AddOutbox(&OutboxRow{Recipient: person("a"), Data: make([]byte, 500), Message: model.MessageID(i)}))
			must(t, tx.MarkSeen(person("a"), 0, fmt.Sprint(i), SeenRecord{Expiry: 9}))
			must(t, tx.PutLastHash([32]byte{byte(i)}, person("a"), 0, "hash"))
			must(t, tx.PutPicture(model.Picture{URL: fmt.Sprint(i)}, PictureRecord{Image: make([]byte, 700*i)}))
			_, err := tx.PutDeferred(model.MessageKey{Sender: person("a"), Timestamp: model.Millis(i)}, Deferred{Until: 9})
			must(t, err)
		}
	})
	for n := 0; n < messages; {
		update(t, s, func(tx *Tx) {
			for range 300 {
				who := []string{"a", "b", "c"}[rnd.IntN(3)]
				m := model.Message{
					Conversation: conversationWith(who), Sender: person(who), Timestamp: model.Millis(1000 + n), Unread: n%3 == 0,
					Text: fmt.Sprint("message ", n, " ", sentence(rnd, words)), Expires: model.Millis(n%2) << 60,
				}
				_, err := tx.AddMessage(&m)
				must(t, err)
				n++
			}
		})
	}
	update(t, s, func(tx *Tx) {
		for id := range model.MessageID(40) {
			_, err := tx.DeleteMessage(id*7 + 1)
			must(t, err)
		}
	})
	must(t, s.Close())
}

// readEverything uses all there is and checks what it can know about it: each
// text names its number.
func readEverything(s *Store) error {
	return s.View(func(tx *Tx) error {
		if a, ok := tx.Account(); ok && string(a.Seed) != "sixteen bytes!!!" {
			return errors.New("wrong seed")
		}
		tx.Settings()
		tx.Blob("nodes")
		tx.Outbox()
		tx.Expiring(1 << 20)
		tx.Seen(person("a"), 0, "3")
		tx.LastHash([32]byte{3}, person("a"), 0)
		for _, c := range tx.Conversations() {
			p := tx.Page(c.ID, model.Anchor{}, 1000, 0)
			for len(p.Messages) > 0 {
				for _, m := range p.Messages {
					n := -1
					if _, err := fmt.Sscanf(m.Text, "message %d ", &n); err != nil || m.Timestamp != model.Millis(1000+n) || m.Conversation != c.ID {
						return fmt.Errorf("wrong message %+v", m)
					}
				}
				if !p.MoreBefore {
					break
				}
				p = tx.Page(c.ID, model.Anchor{Message: p.Messages[0].ID}, 1000, 0)
			}
			tx.Unread(c.ID, 1<<62)
		}
		for _, q := range []string{"message 7", "me", `"message 1`, "e t"} {
			hits, err := tx.Search(model.Query{Text: q, Limit: 200})
			if err != nil {
				return err
			}
			for _, h := range hits {
				tx.Message(h.Message)
			}
		}
		return nil
	})
}

// useEverything reads and writes; whatever happens must be an error of ours.
func useEverything(dir string) error {
	s, err := Open(dir, Unlock{}, Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	if err := readEverything(s); err != nil {
		return err
	}
	err = s.Update(func(tx *Tx) error {
		for _, who := range []string{"a", "b", "c"} {
			m := model.Message{Conversation: conversationWith(who), Sender: person(who), Timestamp: 500, Text: "message -500 late"}
			if _, err := tx.AddMessage(&m); err != nil {
				return err
			}
			if _, err := tx.MarkReadUpTo(conversationWith(who), 1200); err != nil {
				return err
			}
		}
		_, err := tx.SweepSeen(100)
		return err
	})
	if err != nil {
		return err
	}
	_, err = s.IndexStep()
	return err
}

func copyProfile(t testing.TB, from, to string) string {
	t.Helper()
	must(t, os.MkdirAll(to, 0o700))
	for _, name := range []string{databaseName, profileName} {
		b, err := os.ReadFile(filepath.Join(from, name))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(to, name), b, 0o600))
	}
	return filepath.Join(to, databaseName)
}

// TestDamagedFiles flips bits and cuts the file in many places. Nothing may
// panic, hang or return something that was never stored.
func TestDamagedFiles(t *testing.T) {
	base := t.TempDir()
	good := filepath.Join(base, "good")
	smallProfile(t, good, 1500)
	whole, err := os.ReadFile(filepath.Join(good, databaseName))
	must(t, err)
	must(t, useEverything(func() string { d := filepath.Join(base, "check"); copyProfile(t, good, d); return d }()))

	dir := filepath.Join(base, "bad")
	path := copyProfile(t, good, dir)
	rounds := 250
	if extended {
		rounds = 5000
	}
	rnd := rand.New(rand.NewPCG(4, 4))
	damaged, fine := 0, 0
	for i := range rounds {
		b := append([]byte(nil), whole...)
		what := ""
		switch {
		case i%10 == 0:
			n := rnd.IntN(len(b))
			b = b[:n]
			what = fmt.Sprintf("cut at %d", n)
		case i%10 < 5: // in the header or elements of a page, where bbolt trusts
			at := rnd.IntN(len(b)/4096)*4096 + rnd.IntN(200)
			b[at] ^= 1 << rnd.IntN(8)
			what = fmt.Sprintf("bit at %d", at)
		case i%10 == 5: // a page over another
			from, to := rnd.IntN(len(b)/4096)*4096, rnd.IntN(len(b)/4096)*4096
			copy(b[to:to+4096], b[from:from+4096])
			what = fmt.Sprintf("page %d over %d", from/4096, to/4096)
		case i%10 == 6: // a page of zeros
			at := rnd.IntN(len(b)/4096) * 4096
			clear(b[at : at+4096])
			what = fmt.Sprintf("page %d zeroed", at/4096)
		default:
			for range 1 + rnd.IntN(20) {
				b[rnd.IntN(len(b))] ^= 1 << rnd.IntN(8)
			}
			what = "some bits"
		}
		must(t, os.WriteFile(path, b, 0o600))
		err := useEverything(dir)
		switch {
		case err == nil:
			fine++
		case errors.Is(err, ErrDamaged):
			damaged++
		default:
			t.Fatalf("%s: %v", what, err)
		}
	}
	if damaged < rounds/4 || fine == 0 {
		t.Errorf("%d damaged, %d fine: the test does not hit", damaged, fine)
	}
}

func TestMissingOrEmptyDatabase(t *testing.T) {
	base := t.TempDir()
	good := filepath.Join(base, "good")
	smallProfile(t, good, 10)
	path := filepath.Join(good, databaseName)
	must(t, os.Truncate(path, 0))
	if _, err := Open(good, Unlock{}, Options{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("empty file: %v", err)
	}
	must(t, os.Remove(path))
	if _, err := Open(good, Unlock{}, Options{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("missing file: %v", err)
	}
}

// The database of one profile does not open with the profile.json of another,
// even when the keys are the same.
func TestForeignDatabase(t *testing.T) {
	base := t.TempDir()
	a, b := filepath.Join(base, "a"), filepath.Join(base, "b")
	smallProfile(t, a, 10)
	smallProfile(t, b, 10)
	db, err := os.ReadFile(filepath.Join(a, databaseName))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(b, databaseName), db, 0o600))
	if _, err := Open(b, Unlock{}, Options{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("foreign database: %v", err)
	}
}

func TestSalvage(t *testing.T) {
	base := t.TempDir()
	good := filepath.Join(base, "good")
	smallProfile(t, good, 1500)
	whole, err := os.ReadFile(filepath.Join(good, databaseName))
	must(t, err)

	all := salvage(t, good, filepath.Join(base, "all"))
	if all.Messages != 1460 || all.Conversations != 3 || !all.Account || all.Damaged != 0 || all.LostPages != 0 {
		t.Fatalf("of a good file: %+v", all)
	}
	for i, spoil := range []func(b []byte) []byte{
		func(b []byte) []byte { clear(b[:8192]); return b },             // both meta pages
		func(b []byte) []byte { return b[:len(b)*2/3&^4095] },           // the end is missing
		func(b []byte) []byte { clear(b[40*4096 : 60*4096]); return b }, // a hole
		func(b []byte) []byte {
			for p := 2; p < len(b)/4096; p += 5 {
				b[p*4096+700] ^= 0x10
			}
			return b
		},
	} {
		dir := filepath.Join(base, fmt.Sprint("bad", i))
		path := copyProfile(t, good, dir)
		must(t, os.WriteFile(path, spoil(append([]byte(nil), whole...)), 0o600))
		r := salvage(t, dir, filepath.Join(base, fmt.Sprint("saved", i)))
		if r.Messages < 300 || r.Messages > 1500 {
			t.Errorf("spoiled %d: %+v", i, r)
		}
		t.Logf("spoiled %d: %+v", i, r)
	}
}

func salvage(t *testing.T, dir, into string) Salvaged {
	t.Helper()
	r, err := Salvage(dir, Unlock{}, into, Options{})
	must(t, err)
	s, err := Open(into, Unlock{}, Options{})
	must(t, err)
	defer s.Close()
	must(t, readEverything(s))
	n, unread := 0, 0
	view(t, s, func(tx *Tx) {
		for _, c := range tx.Conversations() {
			n += tx.CountMessages(c.ID)
			unread += c.Unread
			p := tx.Page(c.ID, model.Anchor{}, 0, 0)
			if len(p.Messages) > 0 && c.Last.Message != p.Messages[0].ID {
				t.Errorf("last message of %s", c.Name)
			}
		}
		if h, err := tx.Search(model.Query{Text: "message", Limit: 1000}); err != nil || len(h) != min(1000, n) {
			t.Errorf("%d of %d messages found, %v", len(h), n, err)
		}
	})
	if n != r.Messages {
		t.Errorf("%d messages, the report says %d", n, r.Messages)
	}
	// Life goes on.
	meet(t, s, "a")
	update(t, s, func(tx *Tx) { say(t, tx, "a", 99999, "message 98999 new") })
	return r
}
