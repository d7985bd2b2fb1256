package msgdb

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t testing.TB, path string) *DB {
	t.Helper()
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func newDB(t testing.TB) *DB { return open(t, filepath.Join(t.TempDir(), "node.db")) }

var (
	alice = identity.NewID(identity.Session, [32]byte{1})
	bob   = identity.NewID(identity.Session, [32]byte{2})
)

func message(owner identity.ID, ns snode.Namespace, text string, at, end int64) *Message {
	return &Message{Owner: owner, Namespace: ns, Message: snode.Message{
		Hash: snode.MessageHash(owner, ns, []byte(text)), Timestamp: at, Expiration: end, Data: []byte(text),
	}}
}

func (db *DB) put(t testing.TB, m *Message) (already bool, expiry int64) {
	t.Helper()
	already, expiry, err := db.Store(m)
	if err != nil {
		t.Fatal(err)
	}
	return already, expiry
}

func (db *DB) texts(t testing.TB, owner identity.ID, ns snode.Namespace) (list []string) {
	t.Helper()
	got, _, err := db.Retrieve(owner, ns, "", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range got {
		list = append(list, string(m.Data))
	}
	return list
}

func TestArrivalOrder(t *testing.T) {
	db := newDB(t)
	var want []string
	for i := range 300 {
		text := fmt.Sprint("m", i)
		// Neither timestamps nor hashes are in the order of arrival.
		db.put(t, message(alice, 0, text, int64(1000-i), 5000))
		db.put(t, message(bob, 0, text, 1, 5000))
		want = append(want, text)
	}
	db.put(t, message(alice, -11, "below", 1, 5000))
	db.put(t, message(alice, 2, "above", 1, 5000))
	if got := db.texts(t, alice, 0); !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	after := snode.MessageHash(alice, 0, []byte("m297"))
	got, more, err := db.Retrieve(alice, 0, after, 0, 0)
	if err != nil || more || len(got) != 2 || string(got[0].Data) != "m298" {
		t.Errorf("after m297: %v %v %v", got, more, err)
	}
	// A hash of another namespace or owner is unknown here: all from the start.
	for _, h := range []string{snode.MessageHash(alice, 2, []byte("above")), snode.MessageHash(bob, 0, []byte("m3")), "nope"} {
		if got, _, err := db.Retrieve(alice, 0, h, 1, 0); err != nil || len(got) != 1 || string(got[0].Data) != "m0" {
			t.Errorf("after %s: %v %v", h, got, err)
		}
	}
}

func TestDuplicateMovesTheEndLaterOnly(t *testing.T) {
	db := newDB(t)
	for _, c := range []struct {
		end     int64
		already bool
		want    int64
	}{{100, false, 100}, {50, true, 100}, {200, true, 200}, {200, true, 200}, {199, true, 200}} {
		if already, end := db.put(t, message(alice, 0, "same", 1, c.end)); already != c.already || end != c.want {
			t.Errorf("stored with end %d: already %v, end %d", c.end, already, end)
		}
	}
	if n, err := db.Count(); n != 1 || err != nil {
		t.Errorf("%d messages, %v", n, err)
	}
	if n, err := db.Sweep(199); n != 0 || err != nil {
		t.Errorf("swept %d at 199, %v", n, err)
	}
	if n, err := db.Sweep(200); n != 1 || err != nil {
		t.Errorf("swept %d at 200, %v", n, err)
	}
}

func TestOutboxKeepsTheLast(t *testing.T) {
	db := newDB(t)
	for _, ns := range []snode.Namespace{-1, -21, -41} {
		for _, text := range []string{"a", "b", "c"} {
			db.put(t, message(alice, ns, text, 1, 100))
		}
		db.put(t, message(bob, ns, "bob's", 1, 100))
		if got := db.texts(t, alice, ns); !slices.Equal(got, []string{"c"}) {
			t.Errorf("outbox %d has %q", ns, got)
		}
	}
	if n, _ := db.Count(); n != 6 {
		t.Errorf("%d messages, want 6", n)
	}
	db.put(t, message(alice, -11, "x", 1, 100))
	db.put(t, message(alice, -11, "y", 1, 100))
	if got := db.texts(t, alice, -11); len(got) != 2 {
		t.Errorf("namespace -11 is no outbox: %q", got)
	}
}

func TestLimits(t *testing.T) {
	db := newDB(t)
	for i := range 10 {
		db.put(t, message(alice, 0, fmt.Sprintf("%0300d", i), 1, 100))
	}
	each := 300*4/3 + 43 + 100
	for _, c := range []struct{ count, size, want int }{
		{0, 0, 10}, {3, 0, 3}, {10, 0, 10}, {0, 1, 1}, {0, each, 1}, {0, 2*each - 1, 1}, {0, 2 * each, 2}, {1, 5 * each, 1}, {9, 5 * each, 5}, {0, 10 * each, 10},
	} {
		got, more, err := db.Retrieve(alice, 0, "", c.count, c.size)
		if err != nil || len(got) != c.want || more != (c.want < 10) {
			t.Errorf("count %d, size %d: %d messages, more %v, %v", c.count, c.size, len(got), more, err)
		}
	}
}

func TestExpireModes(t *testing.T) {
	db := newDB(t)
	h := func(text string) string { return snode.MessageHash(alice, 0, []byte(text)) }
	reset := func() {
		for text, end := range map[string]int64{"a": 100, "b": 200, "c": 300} {
			if _, err := db.Delete(alice, []string{h(text)}); err != nil {
				t.Fatal(err)
			}
			db.put(t, message(alice, 0, text, 1, end))
		}
	}
	name := map[string]string{h("a"): "a", h("b"): "b", h("c"): "c"}
	show := func(list []snode.HashExpiry) (out []string) {
		for _, e := range list {
			out = append(out, fmt.Sprint(name[e.Hash], e.Expiry))
		}
		slices.Sort(out)
		return out
	}
	unknown := snode.MessageHash(bob, 0, []byte("x"))
	for _, c := range []struct {
		name          string
		ends          []int64
		mode          Mode
		updated, kept []string
	}{
		{"any", []int64{200}, Any, []string{"a200", "b200", "c200"}, nil},
		{"extend", []int64{200}, ExtendOnly, []string{"a200"}, []string{"b200", "c300"}},
		{"shorten", []int64{200}, ShortenOnly, []string{"c200"}, []string{"a100", "b200"}},
		{"several", []int64{50, 60, 70, 80, 90}, Any, []string{"a50", "a90", "b60", "c70"}, nil},
	} {
		reset()
		updated, kept, err := db.Expire(alice, []string{h("a"), h("b"), h("c"), unknown, h("a")}, c.ends, c.mode)
		if err != nil || !slices.Equal(show(updated), c.updated) || !slices.Equal(show(kept), c.kept) {
			t.Errorf("%s: updated %v, unchanged %v, %v", c.name, show(updated), show(kept), err)
		}
		if !slices.IsSortedFunc(updated, func(a, b snode.HashExpiry) int { return cmpText(a.Hash, b.Hash) }) {
			t.Errorf("%s: not sorted by hash", c.name)
		}
	}
	reset()
	if _, _, err := db.Expire(bob, []string{h("a")}, []int64{1}, Any); err != nil {
		t.Fatal(err)
	}
	if list, err := db.Expiries(alice, []string{h("a"), h("a"), unknown}); err != nil || !slices.Equal(show(list), []string{"a100"}) {
		t.Errorf("expiries %v, %v", show(list), err)
	}
	if list, err := db.Expiries(bob, []string{h("a")}); err != nil || len(list) != 0 {
		t.Errorf("somebody else's message: %v, %v", list, err)
	}
}

func cmpText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func TestScopes(t *testing.T) {
	db := newDB(t)
	fill := func() {
		for _, ns := range []snode.Namespace{0, 2, -21} {
			db.put(t, message(alice, ns, "old", 10, 1000))
			if ns != -21 {
				db.put(t, message(alice, ns, "new", 20, 2000))
			}
		}
		db.put(t, message(bob, 0, "bob's", 10, 1000))
	}
	fill()
	at := int64(15)
	got, err := db.DeleteScope(alice, snode.In(2), &at)
	if err != nil || got.All || len(got.List) != 1 {
		t.Errorf("delete before in 2: %+v %v", got, err)
	}
	if got, err = db.ExpireScope(alice, snode.Everywhere, 1500); err != nil || got.Len() != 2 || !got.All {
		t.Errorf("expire all: %+v %v", got, err)
	}
	for _, ns := range got.ByNamespace {
		if ns.Namespace == -21 {
			t.Error("an end was moved later")
		}
	}
	if got, err = db.DeleteScope(alice, snode.Everywhere, nil); err != nil || got.Len() != 4 || len(got.ByNamespace) != 3 {
		t.Errorf("delete all: %+v %v", got, err)
	}
	if n, _ := db.Count(); n != 1 {
		t.Errorf("%d messages left, want bob's", n)
	}
}

func TestRevocations(t *testing.T) {
	db := newDB(t)
	token := func(i int) snode.SubaccountToken { return snode.SubaccountToken{3, 1, 0, 0, byte(i), byte(i >> 8)} }
	is := func(owner identity.ID, i int) bool {
		t.Helper()
		r, err := db.Revoked(owner, token(i))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for i := range snode.MaxRevocations + 5 {
		if err := db.Revoke(alice, []snode.SubaccountToken{token(i)}, int64(i)); err != nil {
			t.Fatal(err)
		}
	}
	if is(alice, 4) || !is(alice, 5) || !is(alice, 54) || is(bob, 54) {
		t.Error("not the newest 50 are kept")
	}
	n, err := db.Unrevoke(alice, []snode.SubaccountToken{token(5), token(5), token(1), token(6)})
	if n != 2 || err != nil || is(alice, 5) || is(alice, 6) || !is(alice, 7) {
		t.Errorf("unrevoked %d, %v", n, err)
	}
}

func TestEachGivesAllInOrder(t *testing.T) {
	db := newDB(t)
	var want []string
	for i := range 57 {
		m := message([]identity.ID{alice, bob}[i%2], snode.Namespace(i%3), fmt.Sprint(i), 1, 100)
		db.put(t, m)
		want = append(want, fmt.Sprint(i))
	}
	copyDB := newDB(t)
	var got []string
	err := db.Each(10, func(batch []Message) error {
		if len(batch) > 10 {
			t.Errorf("batch of %d", len(batch))
		}
		for _, m := range batch {
			got = append(got, string(m.Data))
		}
		return copyDB.StoreAll(batch)
	})
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v %v", got, err)
	}
	for _, owner := range []identity.ID{alice, bob} {
		for ns := range snode.Namespace(3) {
			if a, b := db.texts(t, owner, ns), copyDB.texts(t, owner, ns); !slices.Equal(a, b) {
				t.Errorf("copy of %v in %d: %v, want %v", owner, ns, b, a)
			}
		}
	}
}

// Writers and readers at once, and everything is there after reopening.
func TestConcurrentUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "node.db")
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 100 {
				if _, _, err := db.Store(message(alice, 0, fmt.Sprint(w, "/", i), 1, 100)); err != nil {
					t.Error(err)
				}
				if i%10 == 0 {
					if _, _, err := db.Retrieve(alice, 0, "", 5, 0); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := db.Store(message(alice, 0, "late", 1, 100)); !errors.Is(err, ErrClosed) {
		t.Errorf("store after close: %v", err)
	}
	if _, err := db.Count(); !errors.Is(err, ErrClosed) {
		t.Errorf("count after close: %v", err)
	}
	db = open(t, path)
	if n, err := db.Count(); n != 800 || err != nil {
		t.Errorf("%d messages, %v", n, err)
	}
	if _, err := Open(path); !errors.Is(err, ErrInUse) {
		t.Errorf("opened twice: %v", err)
	}
}

// Random operations against a plain model.
func TestModel(t *testing.T) {
	db := newDB(t)
	dice := rand.New(rand.NewPCG(1, 2))
	type row struct {
		text string
		ns   snode.Namespace
		at   int64
		end  int64
	}
	var model []row
	drop := func(gone func(row) bool) { model = slices.DeleteFunc(model, gone) }
	for step := range 3000 {
		ns := []snode.Namespace{0, 2, -21}[dice.IntN(3)]
		// Not digits alone: "0" in namespace 2 and "20" in namespace 0 have one hash.
		text := fmt.Sprint("m", dice.IntN(40))
		end := int64(1 + dice.IntN(1000))
		switch dice.IntN(8) {
		case 0, 1, 2, 3:
			db.put(t, message(alice, ns, text, int64(step), end))
			i := slices.IndexFunc(model, func(r row) bool { return r.text == text && r.ns == ns })
			if i >= 0 {
				model[i].end = max(model[i].end, end)
				continue
			}
			if ns == -21 {
				drop(func(r row) bool { return r.ns == -21 })
			}
			model = append(model, row{text, ns, int64(step), end})
		case 4:
			if _, err := db.Delete(alice, []string{snode.MessageHash(alice, ns, []byte(text))}); err != nil {
				t.Fatal(err)
			}
			drop(func(r row) bool { return r.text == text && r.ns == ns })
		case 5:
			if _, _, err := db.Expire(alice, []string{snode.MessageHash(alice, ns, []byte(text))}, []int64{end}, ShortenOnly); err != nil {
				t.Fatal(err)
			}
			for i, r := range model {
				if r.text == text && r.ns == ns {
					model[i].end = min(r.end, end)
				}
			}
		case 6:
			now := end / 8
			if _, err := db.Sweep(now); err != nil {
				t.Fatal(err)
			}
			drop(func(r row) bool { return r.end <= now })
		case 7:
			before := int64(step) - 500
			if _, err := db.DeleteScope(alice, snode.In(ns), &before); err != nil {
				t.Fatal(err)
			}
			drop(func(r row) bool { return r.ns == ns && r.at <= before })
		}
		if step%50 != 0 {
			continue
		}
		for _, ns := range []snode.Namespace{0, 2, -21} {
			got, _, err := db.Retrieve(alice, ns, "", 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			var a, b []string
			for _, m := range got {
				a = append(a, fmt.Sprint(string(m.Data), " ", m.Timestamp, " ", m.Expiration))
			}
			for _, r := range model {
				if r.ns == ns {
					b = append(b, fmt.Sprint(r.text, " ", r.at, " ", r.end))
				}
			}
			if !slices.Equal(a, b) {
				t.Fatalf("step %d, namespace %d\n got %v\nwant %v", step, ns, a, b)
			}
		}
	}
}

func TestHashLength(t *testing.T) {
	db := newDB(t)
	m := message(alice, 0, "x", 1, 100)
	m.Hash = m.Hash[1:]
	if _, _, err := db.Store(m); !errors.Is(err, ErrHash) {
		t.Errorf("%v", err)
	}
	if err := db.StoreAll([]Message{*message(alice, 0, "y", 1, 100), *m}); !errors.Is(err, ErrHash) {
		t.Errorf("%v", err)
	}
	if n, _ := db.Count(); n != 0 {
		t.Errorf("%d messages of a refused batch", n)
	}
}

func TestDamagedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "node.db")
	if err := os.WriteFile(path, make([]byte, 5000), 0o600); err != nil {
		t.Fatal(err)
	}
	if db, err := Open(path); err == nil {
		db.Close()
		t.Error("a file of zeros was opened")
	}
}
